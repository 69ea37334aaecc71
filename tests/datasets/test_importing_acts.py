"""What users of a log meant: told where there is little doubt, and else not."""

from __future__ import annotations

import pytest

from prebeta.core.types import Act, Fact, Option, Press, Reply, Say, SlotSpec, Turn
from prebeta.datasets.importing.acts import with_acts
from prebeta.dialogue.reading import Reader

DAY = SlotSpec("day", values=(Fact("Monday"), Fact("Tuesday", ("the day after Monday",))))
MAIL = SlotSpec("email", pattern=r"[a-z]+@[a-z]+\.org")
READER = Reader((DAY, MAIL))
WHICH, CONFIRM = "Which day would you like?", "So that is Monday. Shall I book it?"


def acts(*said: str | Press) -> list[Act | None]:
    """The acts of a user who answers in turn: the product's words at even places."""
    turns = []
    for index, one in enumerate(said):
        if index % 2:
            turns.append(Turn(index, move=one if isinstance(one, Press) else Say(one)))
        else:
            assert isinstance(one, str)
            turns.append(Turn(index, reply=Reply((one,))))
    return [turn.act for turn in with_acts(turns, READER) if turn.move is not None]


def test_an_answer_with_one_declared_value_gives_it() -> None:
    assert acts(WHICH, "Monday please") == [Act("inform", {"day": "Monday"}, {"day": "Monday"}, "day")]
    assert acts("What is your e-mail address?", "it's ann@home.org") == [
        Act("inform", {"email": "ann@home.org"}, {"email": "ann@home.org"}, "email")
    ]


@pytest.mark.parametrize(
    "answer",
    [
        *("not Monday", "Monday or Tuesday", "Is Monday free?", "Which days do you have?", "Friday", "", "x" * 300),
        *("maybe Monday", "Actually I want something else than Monday", "I can't do Monday"),
    ],
)
def test_what_may_be_meant_otherwise_gives_nothing(answer: str) -> None:
    assert acts(WHICH, answer) == [None]


def test_what_was_not_asked_for_gives_nothing() -> None:
    assert acts("Hello there.", "I was here on Monday") == [None]


@pytest.mark.parametrize("later", ["Tuesday", "actually, something else", "tuesday is the better one, no?"])
def test_a_value_that_may_have_changed_later_counts_for_nothing(later: str) -> None:
    first, second = acts(WHICH, "Monday", "Anything to add, then.", later)
    assert first == Act("inform", asked="day")
    assert second is None


def test_a_plain_yes_and_no_to_a_recap() -> None:
    assert acts(CONFIRM, "yes please") == [Act("affirm")]
    assert acts(CONFIRM, "no") == [Act("deny")]
    assert acts(CONFIRM, "yes but the other one") == [None]
    assert acts(CONFIRM, "yes, and tell me what you are going to do about my other order") == [None]


def test_quick_replies() -> None:
    assert acts(WHICH, Press(Option("Tuesday"))) == [Act("inform", {"day": "Tuesday"}, {"day": "Tuesday"}, "day")]
    assert acts("What do you want to do?", Press(Option("See all"))) == [Act("choose")]
    assert acts("What do you want to do?", Press(Option("Help"))) == [None]


def test_acts_that_are_known_stay() -> None:
    known = Turn(1, move=Say("Tuesday", Act("correct", {"day": "Tuesday"})))
    asked = Turn(0, reply=Reply((WHICH,)))
    assert with_acts([asked, known], READER) == (asked, known)
