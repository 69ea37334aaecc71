"""Scenarios are a function of project, seed, sample and number: stable, prefix-stable, unique, at their rates."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from math import sqrt
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prebeta.config import Project, load
from prebeta.core.errors import UsageError
from prebeta.core.types import Scenario
from prebeta.scenarios import sample
from prebeta.scenarios.personas import NEUTRAL

RATES: Mapping[str, float] = {
    "clarify": 0.45, "goal_question": 0.5, "out_of_domain": 0.25, "correct_fact": 0.25, "over_inform": 0.25,
    "one_word": 0.3, "format_variant": 0.25, "not_sure": 0.15, "own_words": 0.2, "impatience": 0.2, "never": 0.0,
    "always": 1.0,
}  # fmt: skip


def project(**more: Any) -> Project:
    document = {
        "target": "bot:answer",
        "end_state": {"when": {"ended": True}},
        "goals": [
            {
                "goal": "book",
                "weight": 3,
                "slots": {
                    "bike": {"values": {"city bike": ["an old one"], "Cargo": [], "cargo": []}},
                    "phone": {"pattern": "0[0-9]{9}"},
                    "only": ["one"],
                },
                "questions": ["why?", {"ask": "how much?", "expect": "89"}, "when?"],
            },
            {
                "goal": "cancel",
                "weight": 1,
                "starting_prompt": "Cancel it",
                "slots": {"why": {"values": ["ill", "busy"], "optional": True}},
            },
        ],
        "out_of_scope": ["joke", "poem", "phone"],
        "personas": ["courier", {"text": "parent", "traits": {"age": 40}}],
        **more,
    }
    return Project.model_validate(document)


def near(found: int, of: int, rate: float) -> bool:
    """Within four standard errors."""
    return abs(found - of * rate) <= 4 * sqrt(of * rate * (1 - rate)) + 1e-9


@given(st.integers(0, 2**40), st.integers(1, 40), st.integers(0, 20), st.sampled_from(["mixed", "census", "hunt"]))
@settings(deadline=None, max_examples=40)
def test_the_same_seed_gives_the_same_and_more_begins_with_them(seed: int, n: int, more: int, name: str) -> None:
    first = sample(project(), n, seed, name, RATES)
    assert len(first) == n
    assert sample(project(), n + more, seed, name, dict(reversed(RATES.items())))[:n] == first
    assert len({scenario.id for scenario in first}) == n


@given(st.integers(0, 1000), st.integers(0, 1000))
@settings(deadline=None, max_examples=20)
def test_another_seed_gives_others(one: int, other: int) -> None:
    if one != other:
        ids = {scenario.id for scenario in sample(project(), 20, one, "census", RATES)}
        assert len(ids & {scenario.id for scenario in sample(project(), 20, other, "census", RATES)}) <= 2


def test_ids_stay_unique_where_the_content_repeats() -> None:
    plain = project(goals=["g"], personas=["p"], out_of_scope=[])
    scenarios = sample(plain, 50, 1, "mixed", {})
    assert len({scenario.id for scenario in scenarios}) == 50
    assert len({replace(scenario, id="", seed=0, sample="hunt").goal for scenario in scenarios}) == 1
    assert len({scenario.seed for scenario in scenarios}) == 50


def test_the_same_content_has_the_same_id_under_any_seed() -> None:
    plain = project(goals=["g"], personas=["p"], out_of_scope=[])
    one, other = sample(plain, 5, 1, "census", {}), sample(plain, 5, 2, "census", {})
    assert [scenario.id for scenario in one] == [scenario.id for scenario in other]
    assert all(first.seed != second.seed for first, second in zip(one, other, strict=True))


def test_typical_users_show_behaviors_at_their_rates() -> None:
    scenarios = sample(project(), 2000, 7, "census", RATES)
    counts = Counter(name for scenario in scenarios for name in scenario.behaviors)
    assert all(near(counts[name], 2000, rate) for name, rate in RATES.items()), counts


def test_probing_users_show_each_behavior_half_of_the_time() -> None:
    scenarios = sample(project(), 2000, 7, "hunt", RATES)
    counts = Counter(name for scenario in scenarios for name in scenario.behaviors)
    assert all(near(counts[name], 2000, 0.5 if rate else 0) for name, rate in RATES.items()), counts
    pairs = Counter("clarify" in each.behaviors and "not_sure" in each.behaviors for each in scenarios)
    assert near(pairs[True], 2000, 0.25)


def test_mixed_takes_turns_and_its_typical_users_are_those_of_a_census() -> None:
    mixed = sample(project(), 41, 3, "mixed", RATES)
    assert [scenario.sample for scenario in mixed[:3]] == ["census", "hunt", "census"]
    assert Counter(scenario.sample for scenario in mixed) == {"census": 21, "hunt": 20}
    assert mixed[::2] == sample(project(), 21, 3, "census", RATES)
    assert mixed[1::2] == sample(project(), 20, 3, "hunt", RATES)


def test_another_rate_changes_nothing_but_its_behavior() -> None:
    def without(scenario: Scenario) -> Scenario:
        behaviors = tuple(name for name in scenario.behaviors if name != "clarify")
        return replace(scenario, id="", seed=0, behaviors=behaviors)

    one = sample(project(), 200, 3, "census", RATES)
    other = sample(project(), 200, 3, "census", {**RATES, "clarify": 0.9})
    assert [without(scenario) for scenario in one] == [without(scenario) for scenario in other]


def test_goals_come_by_weight_and_personas_alike() -> None:
    scenarios = sample(project(), 2000, 5, "census", RATES)
    assert near(sum(scenario.goal.text == "book" for scenario in scenarios), 2000, 0.75)
    assert near(sum(scenario.persona.text == "parent" for scenario in scenarios), 2000, 0.5)
    parent = next(scenario.persona for scenario in scenarios if scenario.persona.text == "parent")
    assert parent.traits == {"age": "40"}
    cancel = [scenario for scenario in scenarios if scenario.goal.text == "cancel"]
    assert {scenario.opening for scenario in cancel} == {"Cancel it"}
    assert near(sum(len(scenario.goal.slots) for scenario in cancel), len(cancel), 0.5)


def test_a_change_of_mind_is_about_one_slot_that_has_another_value() -> None:
    scenarios = sample(project(), 600, 5, "hunt", RATES)
    book = [scenario for scenario in scenarios if scenario.goal.text == "book"]
    changed = Counter[str]()
    for scenario in book:
        changing = [slot for slot in scenario.goal.slots if slot.instead is not None]
        assert len(changing) == (1 if "correct_fact" in scenario.behaviors else 0)
        for slot in changing:
            assert slot.instead is not None
            assert slot.instead.value.casefold() != slot.fact.value.casefold()
            changed[slot.name] += 1
    assert set(changed) == {"bike", "phone"}
    assert near(changed["bike"], changed.total(), 0.5)


def test_a_goal_without_other_values_has_no_change_of_mind() -> None:
    single = project(goals=[{"goal": "g", "slots": {"a": ["X", "x"], "b": {"pattern": "[z]"}}}])
    assert all(slot.instead is None for each in sample(single, 50, 1, "hunt", RATES) for slot in each.goal.slots)


def test_questions_and_requests_come_with_their_behaviors_only() -> None:
    scenarios = [each for each in sample(project(), 600, 5, "hunt", RATES) if each.goal.text == "book"]
    for scenario in scenarios:
        asks = "goal_question" in scenario.behaviors
        assert 1 <= len(scenario.goal.questions) <= 2 if asks else scenario.goal.questions == ()
        assert len(set(scenario.goal.questions)) == len(scenario.goal.questions)
        assert len(scenario.out_of_scope) == (2 if "out_of_domain" in scenario.behaviors else 0)
    assert {question.ask for each in scenarios for question in each.goal.questions} == {"why?", "how much?", "when?"}


def test_without_personas_neutral_ones_stand_in() -> None:
    scenarios = sample(project(personas=[]), 800, 1, "mixed", RATES)
    assert {scenario.persona for scenario in map(_frozen, scenarios)} == {persona.text for persona in NEUTRAL}


def test_personas_to_be_generated_are_made_beside_those_declared_and_stay_the_same() -> None:
    found = [
        {
            scenario.persona
            for scenario in map(
                _frozen, sample(project(personas=["a courier", {"generate": 40}]), n, seed, "mixed", RATES)
            )
        }
        for n, seed in ((800, 1), (800, 2))
    ]
    assert found[0] == found[1]
    assert len(found[0]) == 41
    assert "a courier" in found[0]


def _frozen(scenario: Scenario) -> Any:
    return replace(scenario, persona=scenario.persona.text)  # type: ignore[arg-type]


def test_rows_of_a_table_stay_together(tmp_path: Path) -> None:
    rows = [("Rome", "Italy", "1.50"), ("Oslo", "Norway", ""), ("Lima; Centro", "Peru", "3")]
    lines = ["city,country,price", *(f'"{city}",{country},{price}' for city, country, price in rows)]
    (tmp_path / "places.csv").write_text("\ufeff" + "\r\n".join(lines) + "\r\n\r\n")
    (tmp_path / "prebeta.yaml").write_text(
        "target: bot:answer\nend_state: {when: {ended: true}}\ngoals:\n  - goal: g\n    slots:\n"
        + "".join(f"      {name}: {{from: places.csv}}\n" for name in ("city", "country", "price"))
    )
    loaded = load(tmp_path / "prebeta.yaml")
    assert [fact.value for fact in loaded.slots()[2].values] == ["1.50", "3"]
    found = set()
    for scenario in sample(loaded, 200, 1, "hunt", RATES):
        values = {slot.name: slot.fact.value for slot in scenario.goal.slots}
        found.add((values["city"], values["country"], values.get("price", "")))
    assert found == set(rows)
    (tmp_path / "places.csv").unlink()
    with pytest.raises(UsageError, match=r"no file 'places.csv'"):
        sample(loaded, 1, 1, "census", RATES)


def test_wrong_numbers_and_names() -> None:
    with pytest.raises(UsageError, match="at least 1, not 0"):
        sample(project(), 0, 1, "mixed", RATES)
    with pytest.raises(UsageError, match="unknown sample 'typical'; known: mixed, census, hunt"):
        sample(project(), 1, 1, "typical", RATES)


def test_ids_are_the_same_in_every_process() -> None:
    program = (
        "import json, sys; sys.path.insert(0, 'tests/scenarios'); import test_sampling as t;"
        "print(json.dumps([[s.id, s.seed] for s in t.sample(t.project(), 20, 9, 'mixed', t.RATES)]))"
    )
    here = [[scenario.id, scenario.seed] for scenario in sample(project(), 20, 9, "mixed", RATES)]
    for hash_seed in ("1", "2"):
        done = subprocess.run(
            [sys.executable, "-c", program],
            capture_output=True, text=True, check=True, cwd=Path(__file__).parents[2],
            env={**os.environ, "PYTHONHASHSEED": hash_seed},
        )  # fmt: skip
        assert json.loads(done.stdout) == here
