"""FALSE_DONE: claims completion, and the end state says no, or facts it needs are still to be given. Blamed: the claim."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prebeta.dialogue import acts, phrases
from prebeta.dialogue.similarity import content_words
from prebeta.judges.declining import breaks_off
from prebeta.judges.rules.view import Exchange, Sign, View

_MATTER = re.compile(
    r"\b(?:booking|order|request|application|claim|report|reservation|appointment|registration|case|matter|ticket|form|"
    r"enquiry|inquiry|complaint|return|transfer|payment|purchase|subscription|membership|delivery|collection|everything|"
    r"that['’]?s (?:it|all)|(?:you|we)(?:['’]re| are)(?: now| all)*|it(?:['’]s| is| has been)|all (?:set|done|sorted|finished)|"
    r"i(?:['’]ve| have)|we(?:['’]ve| have))\b",
    re.I,
)
_TAKEN_DOWN = re.compile(
    r"\b(?:noted|saved|recorded|added|updated|changed|received|taken|got|entered|logged|stored|put|checked|verified|corrected)\b",
    re.I,
)
_OF_IT = re.compile(
    r"\b(?:details?|information|data|answers?|step|part|section|number|code|address|name|phone|mobile|e-?mail|date|day|time|"
    r"amount|size|choice|preference)s?\W+(?:(?:is|are|has|have|was)\b|['’]s|now|done|complete|confirmed|set|sorted|$)",
    re.I,
)
"""What speaks of a part of the matter; it may well be done with."""
_DONE_TOO = re.compile(
    r"(?:\b(?:is|are|has been|have been)|['’](?:s|re|ve))(?: now| all| been| officially| safely| firmly)* "
    r"(?:secured|settled|fixed|lodged|locked in|in place|in the (?:diary|books?|system|calendar)|sent off|gone through|through|granted|"
    r"activated|opened|signed|wrapped up|dealt with|under way|finali[sz]ed|accepted)\b",
    re.I,
)
_ALL = re.compile(r"\b(?:all (?:set|done)|everything)\b", re.I)


def find(view: View) -> Iterator[Sign]:
    """The first claim that comes too soon; else the first after which the conversation made no further step."""
    if view.infrastructure:
        return
    early = next((one for one in view.exchanges if _too_soon(view, one)), None)
    if early is not None:
        yield Sign(early.index, "the product claims to be done; facts it needs come only later", early.reply.text)
        return
    if view.transcript.stop.reason == "imported":
        return  # nobody knows whether it was done
    claim, firm = None, False
    for exchange in () if view.ended_well else view.exchanges:
        if _claims(exchange):
            claim, firm = claim or exchange, firm or _final(view, exchange)
        elif exchange.advanced and exchange.reading.prompts and not firm:
            claim = None
    if claim is not None:
        # The user of a log may have wanted something else than the project's end state.
        reason = "the product claims to be done; its end state says no"
        yield Sign(claim.index, reason, claim.reply.text, unsure=view.transcript.of_log)


def _claims(exchange: Exchange) -> bool:
    """It says so; or it takes the user's yes to the last step, and asks and offers nothing more."""
    if exchange.user is None or exchange.reply.problem is not None or breaks_off(exchange.reading.text):
        return False
    reading = exchange.reading
    satisfied = not (reading.prompts or reading.fallback or reading.declines or reading.hold_on) or exchange.reply.ended
    return reading.done or (_agreed(exchange) and satisfied and not exchange.sorry and not exchange.reply.empty)


def _agreed(exchange: Exchange) -> bool:
    return exchange.act_name == acts.AFFIRM and exchange.before is not None and exchange.before.reading.confirms


def _final(view: View, exchange: Exchange) -> bool:
    """Whether it says in so many words that it is settled, in answer to the user's yes to all of it."""
    return exchange.reading.done and _agreed(exchange) and any(_claims_all(view, exchange))


def _too_soon(view: View, exchange: Exchange) -> bool:
    """Whether it says that the whole matter is settled, and then asks for facts of the goal that it had not been given."""
    act = exchange.act
    claims = exchange.reading.done or exchange.reading.more or not exchange.reading.prompts
    if not claims or act is None or act.name == acts.GOAL_QUESTION or exchange.reply.problem is not None:
        return False
    goal = [slot.name for slot in view.transcript.scenario.goal.slots if slot.name not in exchange.given]
    missing = [slot for slot in goal if slot in exchange.held and exchange.held[slot] is None and slot in view.said]
    if not missing:
        return False
    asked = {slot for later in view.exchanges if later.index > exchange.index for slot in later.reading.asks}
    return bool(asked.intersection(missing)) and _whole(view, exchange)


def _whole(view: View, exchange: Exchange) -> bool:
    """Whether a sentence claims that the matter the user came for is settled."""
    goal = content_words(view.transcript.scenario.goal.text)
    return any(_MATTER.search(clause) or _kin(goal, content_words(clause)) for clause in _claims_all(view, exchange))


def _kin(goal: frozenset[str], said: frozenset[str]) -> bool:
    """Whether they share a word, or a form of one: *picked up* and *pickup*."""
    return any(
        one.startswith(other) or other.startswith(one)
        for one in goal
        for other in said
        if min(len(one), len(other)) > 3
    )


def _claims_all(view: View, exchange: Exchange) -> Iterator[str]:
    """The clauses that claim completion, and not just of a part, or of having taken something down."""
    for part in view.sentences(exchange):
        for clause in phrases.CLAUSE.split(part):
            claims = phrases.DONE.search(clause) or _DONE_TOO.search(clause)
            less = phrases.NOT_DONE.search(clause) or _OF_IT.search(clause)
            if claims and not less and (not _TAKEN_DOWN.search(clause) or _ALL.search(clause)):
                yield clause
