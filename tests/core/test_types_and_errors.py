"""Small promises of the nouns and the error tree."""

from __future__ import annotations

import dataclasses
import inspect

import pytest

from prebeta.core import errors, events, types
from prebeta.core.errors import TargetError
from prebeta.core.types import Act, Leave, Option, Press, Reply, Say, Turn, Wait


def test_every_noun_is_frozen() -> None:
    for module in (types, events):
        for _, noun in inspect.getmembers(module, dataclasses.is_dataclass):
            assert noun.__dataclass_params__.frozen, noun  # type: ignore[attr-defined]
            assert hasattr(noun, "__slots__"), noun


def test_a_turn_is_of_one_side() -> None:
    act = Act("inform")
    assert Turn(0, reply=Reply(("a", "b"))).speaker == "product"
    assert Turn(0, reply=Reply(("a", "b"))).text == "a\nb"
    assert Turn(1, move=Say("hi", act)).speaker == "user"
    assert Turn(1, move=Say("hi", act)).act is act
    assert Turn(1, move=Press(Option("Yes", "/affirm"))).text == "Yes"
    assert Turn(1, move=Wait()).text == Turn(1, move=Leave("done")).text == ""
    assert Turn(2).text == ""


@pytest.mark.parametrize(
    ("reply", "empty"),
    [(Reply(), True), (Reply((" ", "")), True), (Reply(("Hi",)), False), (Reply(options=(Option("Yes"),)), False)],
)
def test_empty_is_what_nobody_can_read_or_press(reply: Reply, empty: bool) -> None:
    assert reply.empty is empty


def test_a_target_errors_kind_is_its_name() -> None:
    kinds = {kind.__name__.lower() for kind in TargetError.__subclasses__()}
    assert kinds == {"timeout", "refused", "malformed", "closed", "crashed"}
    assert {kind("x").kind for kind in TargetError.__subclasses__()} == kinds


def test_all_errors_are_of_one_tree() -> None:
    found = [error for _, error in inspect.getmembers(errors, inspect.isclass) if error.__module__ == errors.__name__]
    assert len(found) > 10
    assert all(issubclass(error, errors.PrebetaError) for error in found)


def test_an_interruption_says_how_to_go_on() -> None:
    assert "prebeta resume r7" in str(errors.Interrupted("r7", 12))
