"""WRONG_REFUSAL: the user did what the product is there for, and got a refusal. Blamed: that turn.

A value that can't be had (a full day) with another offered is no refusal, nor is a format that can't be read; and a
question the product can't answer may be declined, unless the project says what the answer is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prebeta.dialogue import acts
from prebeta.judges.rules.view import Exchange, Sign, View

_ACTS = frozenset({acts.REQUEST, acts.INFORM, acts.AFFIRM, acts.CORRECT, acts.CHOOSE, acts.CHANGE, acts.NUDGE})
_UNUSUAL = frozenset({"injection", "false_claim", "stale_press"})
"""Behaviors after which a *no* may mean the manner and not the matter."""
_BESIDE = frozenset({"hostility", "paste_long"})
"""Behaviors that put something into the message that may rightly be refused: *what is this nonsense?*"""
_I_CANT = (
    r"(?:(?:i|we)(?:['’]m| am|['’]re| are) (?:really |sorry,? )?(?:not (?:able|allowed|permitted|authori[sz]ed|going|"
    r"in a position)|unable|forbidden) to|(?:i|we) (?:really |simply |just )?(?:can(?:not|['’]t| not)|won['’]t|will not|"
    r"may not|must not|don['’]t|do not))"
)
_REFUSES = re.compile(
    rf"\b{_I_CANT} (?:be able to )?(?:\w+ )?(?:(?:help|assist)(?! you (?:until|unless|without|before))|"
    r"(?:discuss|comment on|advise|deal with|handle|support|process|carry out|fulfil+|arrange|do)"
    r" (?:that|this|such|those|these|it|any|your|requests?)\b)|"
    r"\b(?:that|this|it|your request|such a request)(?:['’]s| is| falls| lies| goes)(?: \w+)? (?:outside|beyond|"
    r"out of (?:scope|my|our)|not (?:something|part of|what|within)|against (?:our|my|the) (?:policy|policies|rules|"
    r"guidelines))|"
    r"\b(?:i|we)(?:['’]m| am|['’]re| are)? (?:only|just|strictly) (?:here (?:for|to)|able to|help|handle|deal|talk|answer|"
    r"do|know about)|\b(?:i|we) can only (?:help|assist|answer|talk|deal|discuss)|"
    r"\bi (?:must|have to|need to) (?:decline|refuse)|\b(?:i|we) (?:decline|refuse) to\b|"
    r"\b(?:not (?:allowed|permitted|authori[sz]ed)|against (?:our|my|the) (?:policy|policies|rules|guidelines))\b",
    re.I,
)
_CONDITION = re.compile(
    r"\b(?:until|unless|without|before|yet|first|once|only if|not valid|valid|format|digits?|complete|missing|instead|"
    r"available|fully booked|closed|in that way|like that|anything about)\b",
    re.I,
)


def find(view: View) -> Iterator[Sign]:
    for exchange in view.exchanges:
        if exchange.user is None or exchange.reply.problem is not None or exchange.reply.empty:
            continue
        if exchange.reading.fallback or not view.texts(_refuses, exchange.reading.text):
            continue
        if exchange.act_name == acts.GOAL_QUESTION:
            sign = _of_question(exchange)
            if sign is not None:
                yield sign
        elif _in_scope(exchange) and not exchange.reading.done and not exchange.changed:
            yield Sign(exchange.index, "refuses what it is there for", exchange.reply.text, _slot(exchange))


def _refuses(text: str) -> bool:
    return _REFUSES.search(text) is not None


def _in_scope(exchange: Exchange) -> bool:
    """The user went on with the matter, in a plain way, and the refusal isn't about how or when."""
    act = exchange.act
    if act is None or act.name not in _ACTS or not act.understood:
        return False
    beside = exchange.reading.prompts and not _BESIDE.isdisjoint(act.behaviors)
    if (beside or act.question is not None) and not set(act.facts) & set(exchange.reading.asks):
        return False  # what it refuses may be the other thing; it didn't ask for the fact again
    if _UNUSUAL & set(act.behaviors) or exchange.waited:
        return False
    refusals = [part for part in re.split(r"(?<=[.!?])\s+|\n", exchange.reading.text) if _REFUSES.search(part)]
    return not all(_CONDITION.search(part) for part in refusals)


def _of_question(exchange: Exchange) -> Sign | None:
    """A question whose right answer the project declares, so the product is there for it."""
    question = exchange.act.question if exchange.act is not None else None
    if question is None or question.expect is None or question.expect.lower() in exchange.reply.text.lower():
        return None
    reason = f"refuses to answer {question.ask!r}, which it is there for"
    return Sign(exchange.index, reason, exchange.reply.text)


def _slot(exchange: Exchange) -> str | None:
    """The fact that was refused."""
    facts = exchange.act.facts if exchange.act is not None else {}
    return next(iter(facts)) if len(facts) == 1 else None
