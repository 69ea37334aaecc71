"""Equal parts of scenarios are one object, and sharing them changes nothing that is drawn."""

from __future__ import annotations

import gc
import tracemalloc

import pytest

from prebeta.behaviors import CATALOGUE
from prebeta.config import Project
from prebeta.core.types import Fact, Goal, Persona, Slot
from prebeta.scenarios import sample
from prebeta.scenarios.sharing import Shared

RATES = dict.fromkeys(CATALOGUE, 0.2)


def project() -> Project:
    slots = {"day": ["Monday", "Tuesday"], "size": ["two", "four"], "phone": {"pattern": "0[0-9]{9}"}}
    return Project.model_validate(
        {
            "target": "bot:answer",
            "end_state": {"when": {"ended": True}},
            "goals": [{"goal": "book", "slots": slots}],
            "out_of_scope": ["Tell me a joke", "Sing"],
        }
    )


@pytest.mark.parametrize("kind", ["census", "hunt", "mixed"])
def test_equal_parts_are_one_object(kind: str) -> None:
    scenarios = sample(project(), 300, 1, kind, RATES)
    for parts in (
        [each.persona.traits for each in scenarios],
        [slot for each in scenarios for slot in each.goal.slots],
        [each.behaviors for each in scenarios],
        [each.out_of_scope for each in scenarios],
        [each.persona for each in scenarios],
        [each.goal for each in scenarios],
    ):
        assert len({id(part) for part in parts}) == len({repr(part) for part in parts})


def test_what_is_shared_is_equal_to_what_came() -> None:
    shared = Shared()
    first = Goal("book", (Slot("day", Fact("Monday", ("mon",))),))
    again = Goal("book", (Slot("day", Fact("Monday", ("mon",))),))
    other = Goal("book", (Slot("day", Fact("Monday", ("monday",))),))
    assert shared.goal(first) == first
    assert shared.goal(again) is shared.goal(first)
    assert shared.goal(other) == other
    one, two = Persona("a", {"mood": "calm", "tech": "high"}), Persona("a", {"tech": "high", "mood": "calm"})
    assert (shared.persona(one), shared.persona(two)) == (one, two)
    assert list(shared.persona(two).traits) == ["tech", "mood"]


def test_a_scenario_is_small() -> None:
    sample(project(), 10, 1, "mixed", RATES)
    gc.collect()
    tracemalloc.start()
    try:
        scenarios = sample(project(), 2000, 1, "mixed", RATES)
        gc.collect()
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size / len(scenarios) < 900
