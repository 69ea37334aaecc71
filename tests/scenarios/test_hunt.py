"""Probing users: the covering array first, then all levels alike; its beginning is the same for every n."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prebeta.behaviors import CATALOGUE
from prebeta.config import Project
from prebeta.core.types import Scenario
from prebeta.scenarios import coverage, sample
from prebeta.scenarios.hunt import Hunt
from prebeta.scenarios.space import space

RATES: Mapping[str, float] = {name: 0.0 if name == "leaves" else 0.2 for name in CATALOGUE}


def project(**more: Any) -> Project:
    document = {
        "target": "bot:answer",
        "end_state": {"when": {"ended": True}},
        "goals": [
            {
                "goal": "book",
                "weight": 9,
                "slots": {"bike": ["city", "cargo", "gravel"], "day": {"pattern": "[0-9]{5}"}},
            },
            {"goal": "cancel", "slots": {"bike": ["city", "child's"], "why": {"values": ["ill"], "optional": True}}},
            {"goal": "ask"},
        ],
        "personas": [
            {"text": "courier", "traits": {"mood": "hurried", "size": "small", "town": "Rome", "one": "x"}},
            {"text": "parent", "traits": {"mood": "sceptical", "size": "large", "town": "Oslo", "one": "x"}},
            {"text": "clerk", "traits": {"tech": "expert", "size": "medium", "town": "Lima"}},
        ],
        **more,
    }
    return Project.model_validate(document)


def hunt(n: int, seed: int = 1, **more: Any) -> list[Scenario]:
    return sample(project(**more), n, seed, "hunt", RATES)


def array_size(seed: int = 1) -> int:
    return len(Hunt.of(space(project()), RATES, seed, 10_000).array)


@given(st.integers(0, 2**40), st.integers(1, 60), st.integers(0, 40))
@settings(deadline=None, max_examples=15)
def test_more_begins_with_fewer(seed: int, n: int, more: int) -> None:
    assert hunt(n + more, seed)[:n] == hunt(n, seed)


@pytest.mark.parametrize("seed", range(5))
def test_the_array_alone_covers_all_pairs(seed: int) -> None:
    size = array_size(seed)
    assert 12 <= size <= 40
    scenarios = hunt(size, seed)
    assert coverage(scenarios, project(), RATES).two_way == 1.0
    assert coverage(scenarios, project()).two_way == 1.0
    facts = {(each.goal.text, slot.name, slot.fact.value) for each in scenarios for slot in each.goal.slots}
    values = {(goal, "bike", value) for goal, value in [("book", "city"), ("book", "cargo"), ("book", "gravel")]}
    assert facts >= values | {("cancel", "bike", "city"), ("cancel", "bike", "child's"), ("cancel", "why", "ill")}
    together = {(slot.fact.value, name) for each in scenarios for slot in each.goal.slots for name in each.behaviors}
    assert {(value, "clarify") for value in ("city", "cargo", "gravel", "child's", "ill")} <= together


def test_after_the_array_every_level_is_as_likely() -> None:
    scenarios = hunt(3000)[array_size() :]
    count = len(scenarios)
    for share, found in (
        (1 / 3, Counter(each.goal.text for each in scenarios)),
        (1 / 3, Counter(each.persona.traits["mood"] for each in scenarios)),
        (1 / 2, Counter(each.persona.traits["tech"] for each in scenarios)),
        (1 / 3, Counter(each.persona.traits["size"] for each in scenarios)),
        (1 / 2, Counter(name for each in scenarios for name in each.behaviors)),
    ):
        assert all(abs(n - count * share) <= 4 * sqrt(count * share * (1 - share)) for n in found.values()), found
    assert "leaves" not in {name for each in scenarios for name in each.behaviors}
    assert len({name for each in scenarios for name in each.behaviors}) == len(RATES) - 1


def test_traits_are_those_of_the_row_and_words_go_with_them_where_they_can() -> None:
    own = {each.text: dict(each.traits) for each in project().people()}
    scenarios = hunt(400)
    assert {each.persona.text for each in scenarios} == set(own)
    contradictions = []
    for each in scenarios:
        traits = each.persona.traits
        assert {traits["mood"], traits["tech"], traits["size"]} <= {
            "calm", "hurried", "sceptical", "average", "expert", "small", "medium", "large",
        }  # fmt: skip
        assert traits.get("one") == own[each.persona.text].get("one")  # of one level: no dimension
        contradictions.append(sum(traits[name] != level for name, level in own[each.persona.text].items()))
    by_chance = sum(2 / 3 + 1 / 2 for _ in scenarios)
    assert sum(contradictions) < by_chance + len(scenarios)


def test_a_trait_with_very_many_levels_stays_with_its_persona() -> None:
    people = [
        {"text": f"person {number}", "traits": {"name": f"n{number}", "team": number % 2}} for number in range(13)
    ]
    for each in hunt(100, personas=people):
        assert each.persona.traits["name"] == f"n{each.persona.text.removeprefix('person ')}"


def test_the_hunt_of_a_mixed_run_is_a_hunt() -> None:
    mixed = sample(project(), 100, 4, "mixed", RATES)
    assert mixed[1::2] == hunt(50, 4)


def test_nothing_to_combine() -> None:
    plain = project(goals=["g"], personas=["p"])
    assert len(sample(plain, 5, 1, "hunt", {})) == 5
    assert coverage([], plain).two_way == coverage([], plain).three_way == 1.0
