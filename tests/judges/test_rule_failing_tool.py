"""A tool of the product's own that fails time and again; what may be the user's doing sets nothing off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from judged_talks import LIMIT, Product, talk

from prebeta.core.types import Reply, Say, Verdict

NOTHING = Product(())
WRONG = "Error: the amount does not add up"


def call(result: Any = WRONG, name: str = "book", **more: Any) -> dict[str, Any]:
    return {"name": name, "arguments": {"room": 4}, "result": result, **more}


def found(*turns: tuple[Mapping[str, Any], ...]) -> list[Verdict]:
    """What a talk says in which each product turn makes these calls."""
    sides: list[Reply | Say] = []
    for number, calls in enumerate(turns):
        sides += [Say(f"message {number} about a room"), Reply((f"That is answer {number}.",), tool_calls=calls)]
    return [one for one in NOTHING.verdicts(talk(*sides, stop=LIMIT)) if "its tool" in (one.reason or "")]


def test_three_failures_in_a_turn_are_one() -> None:
    (verdict,) = found((call("{}"),), (call(), call(), call(), call("booked")))
    assert (verdict.kind, verdict.value, verdict.turn, verdict.evidence) == ("SYSTEM_ERROR", "fail", 3, WRONG)
    assert "'book'" in (verdict.reason or "")


def test_the_turn_of_the_third_is_blamed() -> None:
    (verdict,) = found((call(),), (), (call(), call()), (call(),))
    assert verdict.turn == 5


@pytest.mark.parametrize(
    "failed",
    [
        call({"error": "no such room"}),
        call({"success": False}),
        call({"isError": True, "content": []}),
        call({"status": "Failed"}),
        call({"status": 503}),
        call(None, error={"code": 7}),
        {"name": "book", "output": "Traceback (most recent call last):"},
        {"function": {"name": "book"}, "result": WRONG},
        {"tool": "book", "result": WRONG},
    ],
)
def test_failures_are_known_in_their_usual_shapes(failed: Mapping[str, Any]) -> None:
    assert len(found((failed,) * 3)) == 1
    assert found((failed,) * 2) == []


@pytest.mark.parametrize(
    "turns",
    [
        ((call(),), (call(),), (call(),), (call(),)),
        ((call(), call(), call("booked"), call()),),
        ((call(), call(name="pay"), call(), call(name="pay")),),
        ((call({"error": None, "rooms": []}), call([]), call("No error was found")),),
        ((call({"status": 200}), call({"status": "ok"}), call({"success": True})),),
        (({"name": "book"}, {"name": "book"}, {"name": "book"}),),
        (({"result": WRONG}, {"result": WRONG}, {"result": WRONG}),),
    ],
    ids=["asks in between", "worked in between", "two tools", "no failure", "well", "no results", "no name"],
)
def test_what_may_be_right_is_none(turns: tuple[tuple[Mapping[str, Any], ...], ...]) -> None:
    assert found(*turns) == []


def test_calls_that_are_no_objects_are_passed_over() -> None:
    assert found(("book", 3, None)) == []  # type: ignore[arg-type]
