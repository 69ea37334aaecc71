"""Which field of a product's state is taken for its step, and which are not, whatever they are called."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest

from prebeta.analysis.naming import COMPLETE, Naming
from prebeta.analysis.steps import by_filled, by_state
from prebeta.core.types import Reply, Say, Turn

STEPS = ("ask_fruit", "ask_size", "ask_street", "summary")
FRUIT = ("apple", "pear", "plum")


def conversation(states: list[Any]) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    for state in states:
        turns += [Turn(len(turns), reply=Reply(("well?",), state=state))]
        turns += [Turn(len(turns), Say("so"))]
    return tuple(turns)


def held(make: Callable[[random.Random, int, int], dict[str, Any]], n: int = 40) -> list[tuple[Turn, ...]]:
    """Conversations of 4 to 7 product turns that stay at a step once in a while; `make` gives the state by step and turn."""
    rng, made = random.Random(5), []
    for _ in range(n):
        own, steps, at = random.Random(rng.random()), [], 0
        while at < len(STEPS):
            steps.append(at)
            at += own.random() < 0.7
        made.append(conversation([make(own, at, turn) for turn, at in enumerate(steps)]))
    return made


def test_a_field_that_holds_the_step_is_found_whatever_its_name() -> None:
    found = by_state(held(lambda rng, at, turn: {"zq": {"k": STEPS[at]}, "id": str(rng.random()), "turn": turn}))
    assert found == Naming("state", "state.zq.k")


def test_numbers_that_stay_at_asides_are_steps() -> None:
    found = by_state(held(lambda rng, at, turn: {"pos": at, "total": turn}))
    assert found == Naming("state", "state.pos")


def test_a_name_decides_between_fields_that_all_behave_like_steps() -> None:
    found = by_state(held(lambda rng, at, turn: {"zz": STEPS[at], "current_step": STEPS[at].upper(), "aa": STEPS[at]}))
    assert found == Naming("state", "state.current_step")


@pytest.mark.parametrize(
    "make",
    [
        lambda rng, at, turn: {"step": str(rng.random())},  # an id
        lambda rng, at, turn: {"step": turn},  # a counter
        lambda rng, at, turn: {"step": rng.choice(("inform", "ask", "greet", "thank", "deny", "doubt"))},  # an intent
        lambda rng, at, turn: {"step": "open" if at < 3 else "closed"},  # a status
        lambda rng, at, turn: {"step": at > 1},
        lambda rng, at, turn: {"step": f"The user wants {rng.choice(FRUIT)} and says a lot about why that is so."},
        lambda rng, at, turn: {"step": None},
        lambda rng, at, turn: None,
        lambda rng, at, turn: "summary",
    ],
)
def test_what_does_not_move_along_is_no_step_even_if_it_is_called_so(make: Any) -> None:
    assert by_state(held(make)) is None


def test_a_fact_is_no_step() -> None:
    rng = random.Random(3)

    def facts(own: random.Random, at: int, turn: int) -> dict[str, Any]:
        return {"stage": None if at == 0 else rng.choice(FRUIT) if turn == 0 else "apple"}

    assert by_state(held(facts)) is None


def test_few_conversations_prove_nothing() -> None:
    assert by_state(held(lambda rng, at, turn: {"step": STEPS[at]}, n=9)) is None
    assert by_state([]) is None


def test_fields_that_fill_one_after_the_other_tell_the_step() -> None:
    def form(rng: random.Random, at: int, turn: int) -> dict[str, Any]:
        return {
            "form": {"size": "L" if at > 1 else None, "fruit": "plum" if at > 0 else "", "street": at > 2 and "Hill"}
        }

    found = by_filled(held(form))
    assert found == Naming("filled", fields=("state.form.fruit", "state.form.size", "state.form.street"))
    tell = found.teller()
    states = [form(random.Random(), at, 0) for at in range(4)]
    read: Any = None
    assert [tell(Reply(state=state), read) for state in states] == ["fruit", "size", "street", COMPLETE]
    assert tell(Reply(), read) is None


def test_a_record_that_is_told_whole_at_the_end_tells_no_steps() -> None:
    booked = {"fruit": "plum", "size": "L"}
    assert by_filled(held(lambda rng, at, turn: {"order": booked if at == 3 else None})) is None
    assert by_filled(held(lambda rng, at, turn: dict(booked))) is None


def test_odd_names_of_fields_are_quoted() -> None:
    found = by_state(held(lambda rng, at, turn: {'the "step" now': STEPS[at]}))
    assert found is not None
    tell, read = found.teller(), None
    assert tell(Reply(state={'the "step" now': "summary"}), read) == "summary"  # type: ignore[arg-type]
