"""DEAD_END: a fallback, an apology or a hang-up, with no question, option or link to go on with. Blamed: that turn."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prebeta.dialogue import acts
from prebeta.dialogue.phrases import APOLOGY
from prebeta.judges.rules.view import Exchange, Sign, View

_WAY_ON = re.compile(
    r"\b(?:feel free|let (?:me|us) know|anything else|other questions?|instead|alternatively|otherwise|however|"
    r"(?:but|though|although) (?:i|we|you|there)\b|if (?:you|there)\b|(?:i|we|you) can(?! ?not| only|['’]t)\b|"
    r"we (?:do|also) \w+|transfer|connect you|call(?: us)?|e-?mail|contact|visit)\b|://|\w@\w",
    re.I,
)
_MENDS = re.compile(
    r"\b(?:(?:i|we)(?:['’]ve| have)? (?:now |just )?(?:changed?|updated?|corrected?|put|set|made|removed?|added?)|"
    r"(?:changed|updated|corrected|fixed|noted)|for the (?:mix-?up|confusion|mistake|trouble|delay|wait|inconvenience)|"
    r"(?:i|we)(?:['’]ll| will) (?!need\b|have to\b))",
    re.I,
)


def find(view: View) -> Iterator[Sign]:
    """A fallback counts though the user found a way on by itself; an apology only where the end wasn't reached."""
    exchanges = view.exchanges
    for exchange in exchanges:
        if exchange.user is None or exchange.reply.problem is not None or exchange.reply.empty:
            continue
        overcome = view.ended_well and (exchange is exchanges[-1] or not exchange.reading.fallback)
        if _gives_up(exchange) and not overcome:
            yield Sign(exchange.index, "the product gives up and offers no way to go on", exchange.reply.text)
    hung_up = view.transcript.stop.by == "product" and view.transcript.stop.reason == "ended"
    if exchanges and hung_up and not _claimed(exchanges):
        last = exchanges[-1]
        yield Sign(last.index, "the product ends the conversation before its end state", last.reply.text)


def _gives_up(exchange: Exchange) -> bool:
    """A fallback that leaves it at that; or an apology after the user did its part, which neither mends nor offers.

    A decline of something off the matter is right, and *sorry, no* answers a question.
    """
    reading = exchange.reading
    if reading.prompts or reading.hold_on or "://" in reading.text:
        return False
    if exchange.act_name in (acts.OUT_OF_DOMAIN, acts.INJECT):
        return False
    if exchange.act_name == acts.CLOSE or (exchange.act_name == acts.GOAL_QUESTION and reading.declines):
        return False
    if reading.fallback:
        return True
    if not APOLOGY.search(reading.text) or reading.done or exchange.changed:
        return False
    return not _asked(exchange) and not _WAY_ON.search(reading.text) and not _MENDS.search(reading.text)


def _asked(exchange: Exchange) -> bool:
    """The user asked or claimed something, or declined to go on."""
    if exchange.act_name in (acts.GOAL_QUESTION, acts.DENY, acts.DOUBT, acts.FALSE_CLAIM):
        return True
    return exchange.act is None and exchange.user is not None and "?" in exchange.user.text


def _claimed(exchanges: list[Exchange]) -> bool:
    """It hung up because it took the matter for settled: that is another kind."""
    last = exchanges[-1]
    agreed = last.act_name == acts.AFFIRM and not last.sorry
    return agreed or any(exchange.reading.done for exchange in exchanges) or last.reply.empty
