"""Prompts that are easily taken for others."""

from __future__ import annotations

import pytest

from prebeta.core.types import Reply, SlotSpec
from prebeta.dialogue.reading import Reader, Reading

READER = Reader(
    [SlotSpec("day", ("on what date",), match="date"), SlotSpec("rooms", ("how many rooms",), match="number")]
)


def read(text: str) -> Reading:
    return READER.read(Reply(messages=(text,)))


@pytest.mark.parametrize(
    "text",
    [
        "Shall I send it?",
        "Shall we send this off?",
        "Do I have your consent to let them?",
        "Do we have your go-ahead?",
        "Is all of this in order?",
        "Are the details in order?",
    ],
)
def test_asks_to_confirm(text: str) -> None:
    assert read(text).confirms


@pytest.mark.parametrize(
    "text", ["Where shall I send it?", "Which address shall we send it to?", "What do you need in order to start?"]
)
def test_asks_for_something_else(text: str) -> None:
    assert not read(text).confirms


@pytest.mark.parametrize(
    "text", ["Upon which evening may we expect you?", "Which morning suits?", "What night is it for?"]
)
def test_a_part_of_the_day_asks_for_the_day(text: str) -> None:
    assert read(f"I know of rooms only. {text}").asks == ("day",)


def test_a_reason_is_no_request() -> None:
    assert read("I need it to see which rooms remain. On what date?").prompt == "On what date?"
    assert read("I need the number of rooms.").asks == ("rooms",)
