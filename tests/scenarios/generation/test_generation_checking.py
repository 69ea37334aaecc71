"""What is generated can be used: personas, goals, and whether a scenario is solvable."""

from __future__ import annotations

import pytest

from prebeta.config import Project
from prebeta.core.types import Goal, Persona, Scenario
from prebeta.scenarios.generation.checking import TRIES, goal_problems, persona_problem, solvable, unsolved
from prebeta.scenarios.personas import NEUTRAL


def project(slots: dict[str, object], facts: dict[str, object] | None = None, **more: object) -> Project:
    return Project.model_validate(
        {
            "target": {"kind": "python", "function": "desk:answer"},
            "end_state": {"when": {"ended": True}, "facts": facts or {}},
            "goals": [{"goal": "book a table", "slots": slots}],
            **more,
        }
    )


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "not valid"),
        ("nurse", "next to nothing"),
        ("very very very very very very", "next to nothing"),
        ("word " * 5 + " ".join(map(str, range(90))), "longer than"),
        ("a {role} from the city of Rome", "isn't a description"),
        ("As an AI, I can't describe that person", "isn't a description"),
        ("a nurse\x00 who writes at night", "can't be printed"),
    ],
)
def test_bad_personas_are_told(text: str, why: str) -> None:
    assert why in (persona_problem(Persona(text)) or "")


def test_the_built_in_personas_pass() -> None:
    assert [persona_problem(each) for each in NEUTRAL] == [None] * len(NEUTRAL)


def test_good_goals_have_no_problems() -> None:
    good = project(
        {"day": ["Monday", "14 May"], "people": ["2", "four"], "phone": {"pattern": "0[0-9]{9}"}},
        {"day": {"path": "d", "match": "date"}, "people": {"path": "p", "match": "number"},
         "phone": {"path": "t", "match": "id"}},
    )  # fmt: skip
    assert goal_problems(good) == ()


@pytest.mark.parametrize(
    ("slots", "match", "line"),
    [
        ({"code": ["---", "A1"]}, "id", "doesn't accept its value '---'"),
        ({"day": ["14 May", "May 14th"]}, "date", "can't tell '14 May' from 'May 14th'"),
        ({"size": ["1,000", "1000"]}, "number", "can't tell"),
        ({"code": {"pattern": "[-]{4}"}}, "id", "made from its pattern"),
    ],
)
def test_values_that_the_match_does_not_accept_are_told(slots: dict[str, object], match: str, line: str) -> None:
    name = next(iter(slots))
    found = goal_problems(project(slots, {name: {"path": "x", "match": match}}))
    assert any(line in each for each in found), found


def test_a_slot_that_is_never_asked_for_is_told() -> None:
    slots: dict[str, object] = {"xq": {"values": ["a1b", "c2d"]}, "day": ["Monday", "Friday"]}
    answers = {"day": "which day"}
    assert goal_problems(project(slots, user={"answers": answers | {"xq": "tell me the secret"}})) == ()
    unasked = project({"of": {"values": ["a1b", "c2d"]}, "day": ["Monday", "Friday"]}, user={"answers": answers})
    assert any("slot of: no line of user.answers" in each for each in goal_problems(unasked))


SCENARIO = Scenario("s", 1, Persona("a nurse"), Goal("book"))


@pytest.mark.parametrize("solved_at", [1, 3, 5, 6])
async def test_solvable_once_in_five(solved_at: int) -> None:
    tries = []

    async def attempt(scenario: Scenario) -> bool:
        tries.append(scenario)
        return len(tries) == solved_at

    assert await solvable(SCENARIO, attempt) == (solved_at <= TRIES)
    assert tries == [SCENARIO] * min(solved_at, TRIES)


async def test_those_never_solved_are_given_back() -> None:
    async def attempt(scenario: Scenario) -> bool:
        return scenario.id == "good"

    good = Scenario("good", 1, SCENARIO.persona, SCENARIO.goal)
    assert await unsolved([good, SCENARIO], attempt, tries=2) == (SCENARIO,)
