"""The log of iterations: what each run changed, and against which it is held."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from written_conversations import broke, row, run

from prebeta.analysis.comparing import Side
from prebeta.analysis.trend import measured, trend
from prebeta.core.types import IMPORTED

PROJECT = {"document": {"goals": [{"goal": "book a repair"}]}, "folder": "/shop"}


def side(name: str, fails: int, of: int = 100, at: float = 0.0, *, sample: str = "census", **changes: Any) -> Side:
    """A run in which so many conversations loop."""
    made = run(**{"id": name, "created_at": at, "conversations": of, "project": PROJECT, **changes})
    rows = [
        broke(n, "LOOP", "day", sample=sample, policy=made.users[0], stages=("day",))
        if n < fails
        else row(n, sample=sample, policy=made.users[0], stages=("day",))
        for n in range(of)
    ]
    return Side(made, tuple(replace(one, run=name, id=f"{name}{one.id}") for one in rows))


def test_each_run_beside_the_one_before() -> None:
    found = trend([side("a", 80), side("b", 27, at=1, note="asks once"), side("c", 25, at=2), side("d", 0, at=3)])
    effects = [step.effect for step in found.steps]
    assert effects[0] is None
    told = [one.conclusion for one in effects if one is not None]
    assert told == ["better", "cannot tell", "better"]
    assert [step.against.id for step in found.steps if step.against is not None] == ["a", "b", "c"]
    assert [step.measured.rate for step in found.steps] == [0.8, 0.27, 0.25, 0.0]
    assert found.overall is not None
    assert found.overall.effect is not None
    assert (found.overall.effect.a, found.overall.effect.b, found.overall.effect.conclusion) == ("a", "d", "better")
    (loop,) = found.findings
    assert (loop.seen_counts, loop.state) == ((80, 27, 25, 0), "gone")


def test_a_run_that_measures_something_else_is_passed_over() -> None:
    others = [
        _hunt("hunt", 60),
        side("autopilot", 0, at=2, users=("autopilot",)),
    ]
    found = trend([side("a", 50), *others, side("b", 20, at=3)])
    assert [step.effect is None for step in found.steps] == [True, True, True, False]
    assert found.steps[1].why == "its rate is of probing users, not of typical ones"
    assert found.steps[2].why == "its users are autopilot, not agenda"
    last = found.steps[3]
    assert last.against is not None
    assert last.against.id == "a"
    assert (last.why or "").startswith("not compared with the run before: its users are")
    assert found.overall is None  # nothing lies between that measures the same
    assert found.findings[0].seen_counts[2] is None


def _hunt(name: str, fails: int) -> Side:
    made = side(name, fails, sample="hunt", at=1)
    return Side(replace(made.run, sample="hunt"), made.rows)


def test_a_run_that_we_spoiled_is_neither_better_nor_worse_and_none_is_held_against_it() -> None:
    crashed = Side(
        run(id="x", created_at=1, project=PROJECT, conversations=100),
        tuple(replace(row(n, "INFRA" if n < 40 else "REACHED"), run="x", id=f"x{n}") for n in range(100)),
    )
    found = trend([side("a", 50), crashed, side("b", 20, at=2)])
    assert (found.steps[1].effect, found.steps[1].why) == (None, "nothing to compare")
    assert found.steps[1].remarks == ("proves nothing: 40 of 100 conversations are not the product's to answer for",)
    last = found.steps[2]
    assert last.against is not None
    assert last.against.id == "a"
    assert "spoiled on our side" in (last.why or "")


def test_a_run_without_a_valid_conversation() -> None:
    empty = Side(run(id="x", created_at=1, project=PROJECT, state="interrupted"), ())
    found = trend([side("a", 50), empty])
    assert (found.steps[1].measured.rate, found.steps[1].why) == (None, "nothing was measured")
    assert trend([empty]).findings == ()


def test_what_was_measured_is_of_the_headlines_users() -> None:
    made = side("a", 10, 40)
    beside = tuple(replace(one, policy="autopilot", id=f"p{one.id}") for one in side("a", 9, 10).rows)
    found = measured(Side(made.run, made.rows + beside))
    assert (found.valid, found.failed, found.held, found.sample) == (40, 10, 40, "census")


def test_imported_conversations_of_which_nobody_knows_how_they_ended() -> None:
    """Where nothing but a failure would be known there is no rate; where the file tells, it counts."""
    kept = {"imported": {"file": "chats.jsonl"}, "document": None}

    def log(name: str, at: float, labels: dict[int, bool]) -> Side:
        made = run(id=name, created_at=at, project=kept, users=(IMPORTED,))
        rows = [replace(row(n, "UNKNOWN", policy=IMPORTED), id=f"{name}{n}", run=name) for n in range(40)]
        rows[0] = replace(broke(0, "LOOP", "day", policy=IMPORTED), id=f"{name}0", run=name)
        return Side(made, tuple(rows), {f"{name}{n}": failed for n, failed in labels.items()})

    def labels(fails: int) -> dict[int, bool]:
        return {n: n < fails for n in range(40)}

    unknown = trend([log("a", 0, {}), log("b", 1, {})])
    assert [(step.measured.rate, step.measured.unknown, step.effect) for step in unknown.steps] == [
        (None, 39, None)
    ] * 2
    assert unknown.steps[1].remarks == ("how 39 of 40 conversations ended is not known",)
    told = trend([log("a", 0, labels(30)), log("x", 1, {}), log("b", 2, labels(2))])
    assert [step.measured.rate for step in told.steps] == [0.75, None, 0.05]
    last = told.steps[2]
    assert last.effect is not None
    assert last.against is not None
    assert (last.against.id, last.effect.conclusion, last.measured.sample) == ("a", "better", "imported")


def test_json_is_whole_and_plain() -> None:
    sides = [side("a", 20), side("b", 0, at=1), side("c", 9, at=2, commit="abc", dirty=True, release="3")]
    found = json.loads(json.dumps(trend(sides, left_out=2).to_json()))
    assert (found["project"], found["left_out"]) == ("book a repair", 2)
    last = found["runs"][-1]
    assert (last["commit"], last["dirty"], last["release"], last["valid"], last["failed"]) == ("abc", True, "3", 100, 9)
    assert (last["effect"]["against"], last["effect"]["conclusion"]) == ("b", "worse")
    assert found["overall"]["against"] == "a"
    (loop,) = found["findings"]
    assert (loop["state"], loop["back_in"]) == ("back", ["c"])
    assert [one["count"] for one in loop["runs"]] == [20, 0, 9]
    assert loop["runs"][1] == {"run": "b", "id": None, "count": 0, "of": 100}


def test_one_run_has_no_effect() -> None:
    found = trend([side("a", 20)])
    assert (found.steps[0].effect, found.steps[0].why, found.overall) == (None, None, None)
