"""SYSTEM_ERROR: exception, time-out, empty or truncated reply, raw JSON or a stack trace. Blamed: that turn."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from prebeta.dialogue import acts
from prebeta.dialogue.phrases import TECHNICAL
from prebeta.dialogue.similarity import sentences
from prebeta.judges.rules.view import Exchange, Sign, Texts, View

_DANGLING = re.compile(r"\b(?:the|an?|and|or|your|our|my)\s*$|[,(\[{]\s*$", re.I)
_STRANDED = re.compile(r"\b(?:to|of|for|with|from|in|on|at|is|are)\s*$", re.I)
_MAY_STRAND = re.compile(
    r"\b(?:wh(?:at|ich|o|om|ose|ere|en|y|ether)|how|that|any\w*|some\w*|\w*thing)\b|"
    r"^\W*(?:is|are|do|does|did|can|could|will|would|shall|should|have|has|may)\b",
    re.I,
)
"""*Which city are you from* is whole though it has no question mark; *It will be ready on* isn't."""

_EMPTY = "the reply is empty"
_CUT = "the reply breaks off in mid-sentence"


def find(view: View) -> Iterator[Sign]:
    exchanges = view.exchanges
    for position, exchange in enumerate(exchanges):
        if exchange.reply.tool_calls and exchange.reply.empty and view.transcript.of_log:
            continue  # logs may keep what was called without what was said, and end with a call
        following = exchanges[position + 1] if position + 1 < len(exchanges) else None
        reason = _reason(exchange, following, view.texts)
        if reason is not None and not (view.infrastructure and following is None):
            problem = exchange.reply.problem
            evidence = (problem.raw or problem.detail) if problem else exchange.reply.text
            unsure = reason in (_CUT, _EMPTY) and view.transcript.of_log  # the log may have cut it, or no pictures
            yield Sign(exchange.index, reason, evidence[:2000], unsure=unsure)


def _reason(exchange: Exchange, following: Exchange | None, texts: Texts) -> str | None:
    reply = exchange.reply
    if reply.problem is not None:
        return f"{reply.problem.kind}: {reply.problem.detail}"
    if reply.empty:
        late = following is not None and following.waited and not following.reply.empty
        nothing_said = exchange.user is None or exchange.waited or exchange.act_name == acts.SILENCE
        return None if late or nothing_said or reply.ended else _EMPTY
    unfit = texts(_unfit, reply.text)
    if unfit is not None or reply.options:
        return unfit
    last = reply.messages[-1].rstrip() if reply.messages else ""
    return _CUT if texts(_breaks_off, last) else None


def _unfit(text: str) -> str | None:
    if TECHNICAL.search(text):
        return "technical text where a person expects words"
    return "raw JSON where a person expects words" if _raw_json(text) else None


def _breaks_off(message: str) -> bool:
    if len(message.split()) < 4:
        return False
    if _DANGLING.search(message):
        return True
    return bool(_STRANDED.search(message)) and not _MAY_STRAND.search(sentences(message)[-1])


def _raw_json(text: str) -> bool:
    stripped = text.strip()
    if not (stripped.startswith(("{", "[{")) and stripped.endswith(("}", "]"))):
        return False
    try:
        json.loads(stripped)
    except ValueError:
        return False
    return True
