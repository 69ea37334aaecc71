"""Which case another one repeats: the same finding, and the user says nearly the same."""

from __future__ import annotations

from collections.abc import Iterable

from prebeta.datasets.cases.case import Case
from prebeta.dialogue.similarity import jaccard, mask, words

ALIKE = 0.8
"""Jaccard similarity of the words from which two scripts are near duplicates."""


def repeated_by(case: Case, known: Iterable[Case]) -> Case | None:
    """The known case that this one repeats; None where it is new.

    Words are compared with this user's values and all numbers masked: the same script with another day is the same case.
    A project has tens of cases for a finding at most, so each pair is compared as it is, without an index.
    """
    own = _said(case)
    fitting = (one for one in known if one.finding == case.finding and one.id != case.id)
    return next((one for one in fitting if jaccard(own, _said(one)) >= ALIKE), None)


def _said(case: Case) -> frozenset[str]:
    """The words of all moves; of the same word a second time is another one, so that saying it twice is not saying it once."""
    slots = case.scenario.goal.slots
    facts = [fact for slot in slots for fact in (slot.fact, slot.instead) if fact is not None]
    forms = [form for fact in facts for form in (fact.value, *fact.words)]
    forms += [form for move in case.moves if move.act is not None for form in move.act.said.values()]
    counted: dict[str, int] = {}
    found = []
    for move in case.moves:
        for word in words(mask(move.text, forms)) or [move.kind]:
            counted[word] = counted.get(word, 0) + 1
            found.append(f"{word} {counted[word]}")
    return frozenset(found)
