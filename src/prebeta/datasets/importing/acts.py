"""What users of a log meant, as far as that can be told: an act where there is little doubt, and else none.

Nobody says what these users wanted. So a fact counts as given only where the product had asked for it, the answer holds
one value that the project declares, and nothing the user says elsewhere may have changed it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from prebeta.core.types import Act, Move, Press, Say, SlotSpec, Turn
from prebeta.dialogue import acts, phrases
from prebeta.dialogue.matching import mentions
from prebeta.dialogue.reading import Reader, Reading

_REVISES = re.compile(
    r"\b(?:actually|instead|rather|i meant?|i said|change\w*|correct\w*|wrong|mistake|wait|sorry|no longer|not|never|except|"
    r"other than|either|or|unless|but|maybe|perhaps|depends)\b|n['’]t\b|^\W*no\b",
    re.I,
)
"""Beside these a value may not be meant as it stands, or an earlier one may not hold any more."""
_LONGEST = 200
_SHORT = 5
"""A yes of so many words says nothing else."""


def with_acts(turns: Sequence[Turn], reader: Reader) -> tuple[Turn, ...]:
    """The turns with the acts that can be told; what has one already keeps it."""
    found: list[Turn] = []
    before: Reading | None = None
    for turn in turns:
        if turn.reply is not None:
            before = reader.read(turn.reply)
        elif turn.act is None and before is not None and turn.move is not None:
            act = _act(turn.move, before, reader)
            turn = turn if act is None else replace(turn, move=_with(turn.move, act))
        found.append(turn)
    doubtful = _doubtful(found, turns, reader)
    return tuple(_without(turn, doubtful) if turn is not was else turn for turn, was in zip(found, turns, strict=True))


def _act(move: Move, asked: Reading, reader: Reader) -> Act | None:
    """The act of a move after what the product had asked."""
    text = move.text.strip()
    if not text or len(text) > _LONGEST or "?" in text:
        return None
    for slot in asked.asks:
        value = _pressed(move, slot, reader) or _given(text, reader.slots[slot])
        if value is not None:
            return Act(acts.INFORM, {slot: value}, {slot: text if isinstance(move, Press) else value}, slot)
    if asked.confirms and len(text.split()) <= _SHORT:
        if phrases.YES.search(text) and not _REVISES.search(text):
            return Act(acts.AFFIRM)
        if phrases.NO.search(text):
            return Act(acts.DENY)
    if isinstance(move, Press) and not phrases.ESCAPE.search(text):
        return Act(acts.CHOOSE)
    return None


def _pressed(move: Move, slot: str, reader: Reader) -> str | None:
    return reader.value_of(move.option, slot) if isinstance(move, Press) else None


def _given(text: str, spec: SlotSpec) -> str | None:
    """The one value of the slot that an answer holds."""
    if _REVISES.search(text):
        return None
    values = _values(text, spec)
    return values[0] if len(values) == 1 else None


def _values(text: str, spec: SlotSpec) -> list[str]:
    """The declared values of the slot that a text mentions, or what in it is such as its pattern makes."""
    if spec.pattern is not None and not spec.values:
        try:
            return [one.group() for one in re.finditer(rf"(?<!\w)(?:{spec.pattern})(?!\w)", text, re.I)]
        except re.error:
            return []
    return [
        fact.value
        for fact in spec.values
        if any(mentions(text, form, spec.match) for form in (fact.value, *fact.words))
    ]


def _doubtful(found: Sequence[Turn], turns: Sequence[Turn], reader: Reader) -> set[str]:
    """Slots whose values can't be relied on: the user speaks of them once more without being asked, or revises something
    after it gave them."""
    doubtful: set[str] = set()
    given: set[str] = set()
    for turn in found:
        if turn.move is None:
            continue
        facts = set(turn.act.facts) if turn.act is not None else set()
        if not facts and given:
            if _REVISES.search(turn.text):
                doubtful |= given
            doubtful |= {slot for slot in given if _values(turn.text, reader.slots[slot])}
        given |= facts & reader.slots.keys()
    told = {slot for turn in turns if turn.act is not None for slot in turn.act.facts}
    return doubtful - told


def _without(turn: Turn, doubtful: set[str]) -> Turn:
    act = turn.act
    if act is None or turn.move is None or doubtful.isdisjoint(act.facts):
        return turn
    asked = Act(acts.INFORM, asked=act.asked)
    return replace(turn, move=_with(turn.move, asked))


def _with(move: Move, act: Act) -> Move:
    return replace(move, act=act) if isinstance(move, Say | Press) else move
