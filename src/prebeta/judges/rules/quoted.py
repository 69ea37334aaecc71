"""Amounts a product has quoted in a conversation, by the sentence they stand in and by the question they answered."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from prebeta.dialogue import acts
from prebeta.dialogue.matching import mentions
from prebeta.dialogue.similarity import content_words
from prebeta.judges.amounts import Sum, amounts, labelled
from prebeta.judges.rules.view import Exchange

_MAY_CHANGE = re.compile(
    r"\b(?:left|remain\w*|to go|so far|more|extra|next|now|currently|already|still|yet|total|sum|altogether|basket|cart|bill|"
    r"quote|estimate|makes|comes to|available|availability|slots?|earliest|soonest|queue|position|steps?|questions?|attempts?|"
    r"noted|changed|correct(?:ed)?|updated?|down as|moment|second|today|tomorrow|another|each further|i|i['’](?:m|ve|ll|d)|else|"
    r"again|for example|for instance|such as|e\.g\.|say|example|saved?|less|off|discount|from|between|or|if|unless|otherwise|"
    r"your|characters?|digits?|letters?)\b",
    re.I,
)
"""Sentences whose amounts may be others the next time, or that say how to answer."""
_NO_THING = content_words(
    "price cost fee rate charge amount pay paid take last much many long big large small far soon late early often high heavy "
    "until when what how will would can does there maximum minimum most least up total money time day week month year hour "
    "minute euro pound dollar percent working business usual normal about really exactly actually its"
)
"""Words that name no thing by themselves."""
_SAYS = re.compile(
    r"\b(?:is|are|was|will|can|must|may|has|have|costs?|takes?|lasts?|runs?|charges?|pays?|covers?|needs?|gets?|keeps?|holds?|"
    r"allows?|requires?|includes?|comes?|goes|stays?|arrives?|opens?|closes?|ends?|starts?|begins?)\b|['’]s\b|\w['’]ll\b",
    re.I,
)
"""A sentence rather than a line of a list."""


@dataclass(frozen=True, slots=True)
class _Quote:
    """`ask` is the question it answered; `settled` where the project says that this is the answer; `revision` how often
    the user had changed something by then."""

    sum: Sum
    ask: str | None
    settled: bool
    revision: int


@dataclass(slots=True)
class Quoted:
    """What was quoted up to a turn of one conversation."""

    by_frame: dict[tuple[str, str], _Quote] = field(default_factory=dict)
    by_thing: dict[tuple[str, frozenset[str]], _Quote] = field(default_factory=dict)
    revision: int = 0
    last_given: Mapping[str, int] = field(default_factory=dict)

    def other(self, new: Sequence[Sum], exchange: Exchange) -> tuple[Sum, Sum] | None:
        """An amount of this turn, and the other one quoted for the same before; and takes down those of this turn."""
        act = exchange.act
        self._revise(exchange)
        if not new:
            return None
        question = act.question if act is not None else None
        found = None
        for one in new if act is not None and act.name != acts.CLARIFY else ():
            old = self._quoted(one, question.ask if question else None) if _lasts(one) else None
            if old is None or (labelled(one.text) and not old.settled):
                continue  # what a list gives may follow from what was said since
            if old.sum.number != one.number and (old.settled or old.revision == self.revision):
                found = found or (one, old.sum)
        found = found or (_within(new) if act is not None else None)
        if not exchange.reading.fallback:
            self._take_down(new, exchange)
        return found

    def _revise(self, exchange: Exchange) -> None:
        changed = (
            exchange.user is not None
            and exchange.given is not self.last_given
            and any(turn == exchange.user.index and slot in self.last_given for slot, turn in exchange.given.items())
        )
        if (
            changed
            or (exchange.user is not None and exchange.act is None)
            or exchange.act_name in (acts.CORRECT, acts.CHANGE, acts.DENY)
        ):
            self.revision += 1
        self.last_given = exchange.given

    def _quoted(self, one: Sum, ask: str | None) -> _Quote | None:
        """What was quoted before for the same thing in the same unit."""
        same = self.by_frame.get((one.unit, one.frame))
        if same is not None and (not one.points or (same.ask is not None and ask in (None, same.ask))):
            return same
        things = _things(one.frame)
        if not (things and self.by_thing):
            return None
        for (unit, key), quote in self.by_thing.items():
            if unit == one.unit and key == things and ask in (None, quote.ask):
                return quote
        return None

    def _take_down(self, new: Sequence[Sum], exchange: Exchange) -> None:
        question = exchange.act.question if exchange.act is not None else None
        told = amounts(exchange.reply.text) if question is not None and new else {}
        for one in new:
            ask = expect = None
            if question is not None:
                ask, expect = question.ask, question.expect
            quote = _Quote(one, ask, bool(expect) and mentions(one.text, expect or ""), self.revision)
            known = self.by_frame.get((one.unit, one.frame))
            if known is None or (quote.settled and not known.settled):
                self.by_frame[one.unit, one.frame] = quote
            if ask is not None and len(told.get(one.unit, ())) == 1 and (key := _things(ask)):
                self.by_thing.setdefault((one.unit, key), quote)


def _within(new: Sequence[Sum]) -> tuple[Sum, Sum] | None:
    """Two amounts for the same thing in one message."""
    for place, one in enumerate(new):
        for other in new[:place]:
            same = (one.unit, one.frame) == (other.unit, other.frame) and one.number != other.number
            if same and not one.points and _lasts(one):
                return one, other
    return None


def _lasts(one: Sum) -> bool:
    """Whether what it says should hold for the whole conversation."""
    return (
        (labelled(one.text) or _SAYS.search(one.text) is not None)
        and not _MAY_CHANGE.search(one.text)
        and (one.points or bool(_things(one.frame)))
    )


def _things(text: str) -> frozenset[str]:
    """The words that say what it is about."""
    return frozenset(word for word in content_words(text) - _NO_THING if not word[0].isdigit())
