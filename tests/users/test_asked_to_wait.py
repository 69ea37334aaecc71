"""A product that asks for a moment and then speaks again: nobody loses patience over that; one that only puts off does."""

from __future__ import annotations

from dataclasses import replace

from prebeta.core.types import Leave, Option, Reply
from prebeta.users.agenda import AgendaFactory
from prebeta.users.kit import UserKit
from toy_product import PROMPTS, READER, answers_to, scenario

HOLD_ON = Reply(("One moment please, I'm checking.",))
IMPATIENT = AgendaFactory(replace(UserKit(READER), patience=2))


def asking(slot: str, *before: str) -> Reply:
    return Reply((*before, PROMPTS[slot]), tuple(map(Option, ())))


async def test_asked_to_wait_after_each_answer_it_stays() -> None:
    """Also where the product had to be told something twice just before."""
    talk = [asking("size"), HOLD_ON, asking("filling"), asking("filling"), HOLD_ON, asking("day"), HOLD_ON]
    moves = await answers_to(IMPATIENT, scenario(1), talk)
    assert [move.kind for move in moves] == ["say", "wait", "say", "say", "wait", "say", "wait"]


async def test_put_off_again_and_again_it_leaves() -> None:
    moves = await answers_to(IMPATIENT, scenario(1), [asking("size"), *[HOLD_ON, HOLD_ON] * 6])
    assert isinstance(moves[-1], Leave)
    assert moves[-1].reason == "patience"
    assert len(moves) <= 8


async def test_what_came_unasked_before_the_answer_is_read_with_it() -> None:
    (move,) = await answers_to(IMPATIENT, scenario(1), [asking("size", "One moment please.", "Here I am again.")])
    assert move.act is not None
    assert set(move.act.facts) == {"size"}
