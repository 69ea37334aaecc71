"""Coverage is exact: held against counting by hand."""

from __future__ import annotations

import itertools
import math
import time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from prebeta.behaviors import CATALOGUE
from prebeta.config import Project
from prebeta.core.types import Goal, Persona, Scenario
from prebeta.scenarios import coverage, sample

TRAITS = {"colour": ("blue", "green", "red"), "size": ("large", "small"), "tech": ("average", "expert", "novice")}
RATES = {"clarify": 0.5, "never": 0.0, "not_sure": 0.1}


def project(**more: Any) -> Project:
    people = [{"text": f"one {level}", "traits": {name: level}} for name, levels in TRAITS.items() for level in levels]
    document = {
        "target": "bot:answer", "end_state": {"when": {"ended": True}}, "goals": ["a", "b"], "personas": people,
    }  # fmt: skip
    return Project.model_validate({**document, **more})


@st.composite
def drawn(draw: st.DrawFn) -> Scenario:
    traits = {name: draw(st.sampled_from((*levels, "other"))) for name, levels in TRAITS.items()}
    behaviors = tuple(sorted(draw(st.sets(st.sampled_from(("clarify", "not_sure"))))))
    return Scenario("", 0, Persona("p", traits), Goal(draw(st.sampled_from("ab"))), behaviors)


def by_hand(scenarios: list[Scenario], size: int, all_axes: bool) -> float:
    axes: dict[str, tuple[str, ...]] = dict(TRAITS)
    if all_axes:
        axes |= {"goal": ("a", "b"), "clarify": ("no", "yes"), "not_sure": ("no", "yes")}
    levels = []
    for each in scenarios:
        armed = {name: "yes" if name in each.behaviors else "no" for name in ("clarify", "not_sure")}
        levels.append({**each.persona.traits, **armed, "goal": each.goal.text})
    count = hit = 0
    for names in itertools.combinations(axes, size):
        seen = {tuple(row[name] for name in names) for row in levels}
        wanted = set(itertools.product(*(axes[name] for name in names)))
        count, hit = count + len(wanted), hit + len(wanted & seen)
    return hit / count


@given(st.lists(drawn(), max_size=25))
@settings(deadline=None, max_examples=80)
def test_it_is_what_counting_by_hand_gives(scenarios: list[Scenario]) -> None:
    for behaviors in (None, RATES):
        found = coverage(scenarios, project(), behaviors)
        assert found.two_way == by_hand(scenarios, 2, behaviors is not None)
        assert found.three_way == by_hand(scenarios, 3, behaviors is not None)
        assert bool(found.missing) == (found.two_way < 1)
        assert len(found.missing) <= 10


def test_what_is_missing_is_named() -> None:
    one = Scenario("", 0, Persona("p", {"colour": "red", "size": "small"}), Goal("a"))
    assert "colour=blue with size=large" in coverage([one], project()).missing
    assert "colour=red with size=small" not in coverage([one], project()).missing
    assert coverage([one], project()).two_way == 1 / (3 * 2 + 3 * 3 + 2 * 3)


def test_a_hunt_of_500_covers_and_is_counted_quickly() -> None:
    neutral = project(personas=[], goals=["a", "b", "c", "d"])
    rates = dict.fromkeys(CATALOGUE, 0.2)
    for n, least in ((500, 0.99), (250, 0.99), (100, 0.95)):
        scenarios = sample(neutral, n, 1, "hunt", rates)
        begun = time.process_time()
        of_traits, of_all = coverage(scenarios, neutral), coverage(scenarios, neutral, rates)
        assert time.process_time() - begun < 0.3
        assert of_traits.two_way == of_all.two_way == 1.0
        assert min(of_traits.three_way, of_all.three_way) >= least
        sizes = (3, 3, 3, 3, 2, 2, 4, *(2,) * len(rates))
        assert of_all.triples == sum(math.prod(three) for three in itertools.combinations(sizes, 3))
        assert of_traits.pairs == sum(math.prod(two) for two in itertools.combinations(sizes[:6], 2))


def test_a_census_is_not_said_to_cover_what_it_does_not() -> None:
    people = [{"text": "a", "traits": {"x": 1, "y": 1}}, {"text": "b", "traits": {"x": 2, "y": 2}}]
    declared = project(personas=people)
    assert coverage(sample(declared, 100, 1, "census", RATES), declared).two_way == 0.5
    assert coverage(sample(declared, 100, 1, "hunt", RATES), declared).two_way == 1.0
