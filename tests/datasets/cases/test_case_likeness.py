"""Which case repeats another, and cases as rows of a dataset."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from some_cases import MOVES, SCENARIO, case

from prebeta.core.errors import UsageError
from prebeta.core.types import Act, Fact, Goal, Say, Slot
from prebeta.datasets.cases import case_of_row, row_of, scenario_of_row
from prebeta.datasets.cases.likeness import repeated_by

ANOTHER = "ffffffffffff"


def test_the_same_script_with_other_values_repeats() -> None:
    goal = Goal("book a room", (Slot("city", Fact("Wien")), Slot("day", Fact("Friday"))))
    moves = (
        Say("book a room. city: Wien", Act("request", {"city": "Wien"}, {"city": "Wien"})),
        Say("No, Paris", Act("correct", {"city": "Paris"}, {"city": "Paris"})),
        *MOVES[2:],
    )
    other = case(id=ANOTHER, scenario=replace(SCENARIO, id="9", goal=goal), moves=moves)
    assert repeated_by(other, [case()]) == case()


def test_another_finding_another_script_or_itself_doesn_t() -> None:
    assert repeated_by(case(id=ANOTHER, finding="F-000000"), [case()]) is None
    assert repeated_by(case(id=ANOTHER, moves=(*MOVES, Say("and do you have parking for a lorry?"))), [case()]) is None
    assert repeated_by(case(), [case()]) is None


def test_saying_it_twice_is_another_script() -> None:
    once = case(moves=(Say("where is the key"),))
    assert repeated_by(case(id=ANOTHER, moves=once.moves * 2), [once]) is None
    assert repeated_by(case(id=ANOTHER, moves=once.moves), [once]) == once


def test_a_row_is_as_the_contract_has_it_and_comes_back() -> None:
    row = json.loads(json.dumps(row_of(case())))
    assert row["id"] == case().id
    assert row["input"]["messages"] == [
        {"role": "assistant", "content": "Which city?\n[ Oslo ] [ Rome ]"},
        {"role": "user", "content": "Rome"},
    ]
    assert {name: row["input"][name] for name in ("persona", "behaviors", "seed")} == {
        "persona": "a regular guest",
        "behaviors": ["correct_fact", "silence"],
        "seed": 77,
    }
    assert row["expected"]["end_state"] == "reached"
    assert row["expected"]["checks"]["required"] == {"city": "Oslo"}
    assert row["expected"]["must_not"][0] == {"kind": "LOST_CORRECTION", "after": "correction"}
    assert row["tags"] == ["edge-case", "kind:LOST_CORRECTION", "kind:SYSTEM_ERROR", "stage:city"]
    told = {"run", "conversation", "turn", "release", "finding", "flakiness"}
    assert told <= row["metadata"].keys()
    assert row["metadata"]["flakiness"] == {"failed": 4, "of": 5}
    assert case_of_row(row) == case()


def test_rows_of_others_become_scenarios() -> None:
    row = {
        "id": "x1",
        "input": {"goal": "change my flight", "persona": "a nervous flyer", "seed": 4, "behaviors": ["silence"]},
    }
    assert case_of_row(row) is None
    found = scenario_of_row(row)
    assert (found.goal.text, found.persona.text, found.seed, found.behaviors) == (
        "change my flight", "a nervous flyer", 4, ("silence",)
    )  # fmt: skip
    assert scenario_of_row(row) == found
    spoken = scenario_of_row({"id": "x2", "input": {"messages": [{"role": "user", "content": "My bag is lost"}]}})
    assert (spoken.opening, spoken.goal.text) == ("My bag is lost", "My bag is lost")
    assert scenario_of_row({"id": "x3", "input": "cancel it"}).goal.text == "cancel it"
    with pytest.raises(UsageError, match="row x4: input has no goal"):
        scenario_of_row({"id": "x4", "input": {"seed": 1}})


def test_a_row_that_was_broken_is_named() -> None:
    row = row_of(case())
    row["metadata"]["case"]["scenario"].pop("seed")
    with pytest.raises(UsageError, match=r"row 0123456789ab: scenario\.seed: is missing"):
        case_of_row(row)
