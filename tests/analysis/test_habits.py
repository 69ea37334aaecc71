"""Two good habits: a question answered or a remark declined, and back to the step."""

from __future__ import annotations

import pytest
from written_conversations import fail, talk

from prebeta.analysis.habits import habits
from prebeta.core.types import Act, Move, Option, Problem, Reply, Say, SlotSpec, Stop, Wait
from prebeta.dialogue.reading import Reader

READER = Reader((SlotSpec("day", ("Which day suits you?",)), SlotSpec("phone", ("What is your phone number?",))))
DAY = "Which day suits you?"
END = Stop("user", "patience")
WHY = Say("Why do you need that?", Act("clarify", asked="day"))
JOKE = Say("Tell me a joke", Act("out_of_domain", asked="day"))


def of(
    *sides: str | Reply | Move, blamed: int | None = None, kind: str = "IGNORED_INPUT"
) -> dict[str, tuple[int, int]]:
    verdicts = [] if blamed is None else [fail(kind, blamed)]
    return dict(habits(talk(*sides, stop=END), verdicts, READER))


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        (f"We'd look for a free slot then. {DAY}", 1),
        ("We'd look for a free slot then.", 0),
        ("We'd look for a free slot then. What is your phone number?", 0),
        (f"Sorry, I didn't understand. {DAY}", 0),
    ],
)
def test_a_clarifying_question_answered_and_back(reply: str, kept: int) -> None:
    assert of(DAY, WHY, reply) == {"clarify": (kept, 1)}


@pytest.mark.parametrize(
    ("reply", "kept"),
    [
        (f"I can't help with that, I only know about bicycles. {DAY}", 1),
        (f"That's beyond me, I'm afraid. {DAY}", 1),
        (DAY, 0),
        ("I can't help with that.", 0),
        (f"Why did the bicycle fall over? It was two-tired. {DAY}", 0),
    ],
)
def test_a_remark_declined_and_back(reply: str, kept: int) -> None:
    assert of(DAY, JOKE, reply) == {"out_of_domain": (kept, 1)}


@pytest.mark.parametrize("kind", ["IGNORED_INPUT", "OUT_OF_BOUNDS", "LOOP", "DEAD_END"])
def test_what_a_judge_blames_was_no_good_habit(kind: str) -> None:
    assert of(DAY, WHY, f"For the slot. {DAY}", blamed=2, kind=kind) == {"clarify": (0, 1)}
    assert of(DAY, WHY, f"For the slot. {DAY}", blamed=0, kind=kind) == {"clarify": (1, 1)}


def test_each_occasion_counts() -> None:
    assert of(DAY, WHY, DAY, WHY, "So.", JOKE, "I can't help with that. Anything else?") == {
        "clarify": (1, 2),
        "out_of_domain": (1, 1),
    }


def test_a_step_without_a_name_is_come_back_to_by_asking() -> None:
    assert of("Where do we pick it up?", WHY, "For the driver. Where do we pick it up?") == {"clarify": (1, 1)}
    recap = "To sum up: Monday. Shall I book it?"
    assert of(recap, WHY, f"Then it is fixed. {recap}") == {"clarify": (1, 1)}
    assert of(recap, WHY, f"Then it is fixed. {DAY}") == {"clarify": (0, 1)}
    buttons = Reply((DAY,), (Option("Monday"), Option("Tuesday")))
    assert of(buttons, WHY, Reply(("For the slot.", DAY), buttons.options)) == {"clarify": (1, 1)}


def test_what_comes_late_counts_as_said_with_it() -> None:
    assert of(DAY, WHY, "For the slot.", Wait(Act("nudge")), DAY) == {"clarify": (1, 1)}
    assert of(DAY, WHY, "For the slot.", Say("Monday", Act("inform")), DAY) == {"clarify": (0, 1)}


def test_no_occasion_no_rate() -> None:
    assert of(DAY, Say("Monday", Act("inform")), DAY) == {}
    assert of(WHY, DAY) == {}
    assert of(DAY, WHY) == {}
    assert of(DAY, WHY, Reply(problem=Problem("timeout", "no answer"))) == {}
