"""LOOP, IGNORED_INPUT and NO_PROGRESS in domains and words of many kinds: by what was done and asked, not by phrases."""

from __future__ import annotations

import pytest
from judged_talks import (
    END_STATE,
    PATIENCE,
    Product,
    affirm,
    aside,
    correct,
    deny,
    inform,
    leave,
    nudge,
    options,
    p,
    request,
    say,
    why,
    wonders,
)

from prebeta.core.types import Act, Move, Say, SlotSpec

ALLOTMENTS = Product(
    (
        options("tenant", "Who is renting?", "Ada Finch", "Bo Larkin", match="contains"),
        options("plot", "Which plot is it?", "17 North Row", "4 Brook End", match="contains"),
        options("since", "Since which day?", "2 March", "9 August", match="date"),
        options("beds", "How many beds are dug?", "6", "9", match="number"),
    ),
    "report a broken gate on my allotment",
    {"confirm": "zzz"},
)
LESSONS = Product(
    (
        options("pupil", "What is the pupil called?", "Mina", "Oskar", match="contains"),
        options("instrument", "Which instrument?", "viola", "oboe", match="contains"),
        options("grade", "Which grade?", "3", "5", match="number"),
        options("start", "On which day shall lessons start?", "7 May", "12 June", match="date"),
    ),
    "sign a child up for music lessons",
)
ROOFS = Product(
    (
        options("tiles", "How many tiles are missing?", "12", "40", match="number"),
        options("slope", "Which slope of the roof?", "north", "south", match="contains"),
        SlotSpec("email", ("Which e-mail address?",), pattern="[a-z]+@roofs[.]example", match="id"),
    ),
    "have a roof mended",
)
SUPPLIED = {
    "grade": inform("5", grade="5"),
    "tiles": inform("40", tiles="40"),
    "beds": inform("9", beds="9"),
}


@pytest.mark.parametrize(
    ("product", "slot", "first", "again"),
    [
        (LESSONS, "grade", "Mina, noted. Which grade is she in now?", "Which grade is she in now?"),
        (LESSONS, "grade", "Splendid! And which grade would that be?", "And which grade would that be?"),
        (ROOFS, "tiles", "South it is. How many tiles came down?", "How many tiles came down?"),
        (ROOFS, "tiles", "Oh dear.\nRoughly how many tiles are gone?", "Roughly how many tiles are gone?"),
        (ALLOTMENTS, "beds", "Plot 17, thank you. How many beds have you dug?", "How many beds have you dug?"),
    ],
)
def test_the_question_alone_once_more_is_a_loop(product: Product, slot: str, first: str, again: str) -> None:
    assert product.finds("LOOP", first, SUPPLIED[slot], again) == [2]
    assert product.finds("LOOP", first, say("not_sure", "I don't know"), again) == []
    assert product.finds("LOOP", first, SUPPLIED[slot], f"Sorry, that is too many for us. {again}") == []


@pytest.mark.parametrize(
    "words",
    [
        "Right you are, that helps. {}",
        "Good, good, good to hear that. {}",
        "Many thanks for telling us! {}",
        "Lovely, we are getting there. {}",
        "Cheers, on we go then. {}",
    ],
)
def test_the_question_behind_new_words_loops_only_where_it_goes_on(words: str) -> None:
    ask, given = "How many tiles came down?", SUPPLIED["tiles"]
    assert ROOFS.rules(ask, given, words.format(ask), given, "Which slope of the roof?") == [
        ("IGNORED_INPUT", 2, "tiles")
    ]
    assert ROOFS.finds("LOOP", ask, given, words.format(ask), given, f"Hm, well then. {ask}") == [2]


def in_french(text: str, **facts: str) -> Say:
    return Say(text, Act("inform", facts, facts, behaviors=("other_language",)))


def test_a_language_it_does_not_speak_may_be_asked_for_again() -> None:
    ask = "I only speak English here. Which grade is it?"
    assert (
        LESSONS.rules("Which grade is it?", in_french("C'est 5", grade="5"), ask, in_french("Oui, 5", grade="5"), ask)
        == []
    )


@pytest.mark.parametrize(
    "reply",
    [
        "We plan the term by it. And what is the pupil called, first name only?",
        "It tells us which room to book. What name does the pupil go by?",
        "The hall has to be free. May I have the name of the pupil?",
        "Just for the calendar. Who is the pupil, by name?",
        "So nobody is double-booked. The pupil's name, please?",
    ],
)
def test_after_an_aside_another_given_fact_is_asked_again(reply: str) -> None:
    sides = ("What is the pupil called?", inform("Mina", pupil="Mina"), "On which day shall lessons start?")
    assert ("IGNORED_INPUT", 4, "pupil") in LESSONS.rules(*sides, why(asked="start"), reply)
    assert LESSONS.finds("IGNORED_INPUT", *sides, why(asked="start"), "We plan the term by it. So, which day?") == []


BEDS = (
    "Who is renting?",
    inform("Ada Finch", tenant="Ada Finch"),
    "Which plot is it?",
    inform("17 North Row", plot="17 North Row"),
    "How many beds are dug?",
    inform("9", beds="9"),
    "Since which day?",
    inform("9 August", since="9 August"),
)


@pytest.mark.parametrize(
    "recap",
    [
        "So: Ada Finch, 17 North Row, broken since 9 August. Is that right?",
        "Ada Finch has 17 North Row, gate broken since 9 August. Shall I send it?",
        "Tenant: Ada Finch\nPlot: 17 North Row\nSince: 9 August\nIs everything correct?",
        "I have Ada Finch on 17 North Row from 9 August on. Shall I go ahead?",
        "Summary - Ada Finch - 17 North Row - 9 August. All correct?",
    ],
)
def test_a_summary_without_one_of_the_facts(recap: str) -> None:
    assert ALLOTMENTS.rules(*BEDS, recap) == [("IGNORED_INPUT", 8, "beds")]


@pytest.mark.parametrize(
    "recap",
    [
        "So: Ada Finch, 17 North Row, nine beds, since 9 August. Is that right?",
        "Ada Finch, 17 North Row, 9 beds, since August 9. Is that right?",
        "Ada Finch, 17 North Row, 6 beds, since 9 August. Is that right?",
        "The gate at 17 North Row since 9 August. Is that right?",
        "Ada Finch, 17 North Row, all beds dug, since 9 August. Is that right?",
        "Sorry, for Ada Finch at 17 North Row since 9 August something is missing. Shall I save it?",
    ],
)
def test_summaries_that_leave_nothing_out_or_are_none(recap: str) -> None:
    assert [one for one in ALLOTMENTS.rules(*BEDS, recap) if one[0] == "IGNORED_INPUT"] == []


def test_contact_details_may_be_left_out_of_a_summary() -> None:
    tiles = (
        *("How many tiles?", inform("40", tiles="40"), "Which slope?", inform("south", slope="south")),
        *("Which e-mail address?", inform("a@roofs.example", email="a@roofs.example")),
    )
    assert ROOFS.rules(*tiles, "40 tiles on the south slope. Shall I send somebody?") == []


FEE = "What does a term cost?"
OPTIONS = ("viola", "oboe")


@pytest.mark.parametrize(
    "reply",
    [
        "Back to your lessons: the viola or the oboe?",
        "Let's get back to signing up: which of the two instruments is it, viola or oboe?",
        "Right, so, viola or oboe?",
        "Next question: which instrument would you like to learn, the viola or the oboe?",
        "Okay then. The viola, or rather the oboe?",
    ],
)
def test_a_question_of_the_matter_that_is_passed_over(reply: str) -> None:
    asked = p("Which instrument shall it be? Violas and oboes we have.", options=OPTIONS)
    assert LESSONS.finds("IGNORED_INPUT", asked, wonders(FEE, "180"), p(reply, options=OPTIONS)) == [2]


@pytest.mark.parametrize(
    "reply",
    [
        "It's 180 a term: viola or oboe?",
        "Nothing, it is free. Viola or oboe?",
        "A term costs 180. Viola or oboe?",
        "I'm afraid I can't tell. Viola or oboe?",
        "That depends on the teacher you choose in the end, so: viola or oboe?",
    ],
)
def test_a_question_of_the_matter_that_is_answered_or_declined(reply: str) -> None:
    asked = p("Which instrument shall it be?", options=OPTIONS)
    assert LESSONS.finds("IGNORED_INPUT", asked, wonders(FEE, "180"), p(reply, options=OPTIONS)) == []


@pytest.mark.parametrize(
    ("reply", "ignored"),
    [
        ("The register goes by grade. So, which grade?", False),
        ("Teachers prepare with it. So, which grade?", False),
        ("So, which grade?", True),
        ("Good. So, which grade?", True),
        ("Let's carry on. So, which grade?", True),
    ],
)
def test_a_short_reason_is_an_answer_and_a_filler_is_none(reply: str, ignored: bool) -> None:
    sides = ("Which grade?", why("Why is that needed?", "grade"), reply)
    assert LESSONS.finds("IGNORED_INPUT", *sides) == ([2] if ignored else [])


BESIDE = (
    "Thanks. Ringing round the valley. Is the lane a quiet one?",
    "Somebody picked up. Are the larks singing?",
    "They want to look again. Happy to hold?",
    "Still leafing. Does the shed have a stove?",
    "Once more from the top. Any rain over there?",
)


@pytest.mark.parametrize("last", range(2, 6))
def test_questions_beside_the_matter_to_the_end(last: int) -> None:
    moves: list[Move] = [affirm(), nudge(), affirm(), aside(), affirm()]
    sides = [side for pair in zip(BESIDE[:last], moves[:last], strict=True) for side in pair]
    found = ALLOTMENTS.finds(
        "NO_PROGRESS", *BEDS[:-1], inform("9 August", since="9 August"), *sides[:-1], leave(), stop=PATIENCE
    )
    assert found == [8]


def test_questions_beside_the_matter_that_lead_on_or_want_a_value_are_not_held_against_it() -> None:
    end = ("So: Ada Finch, 17 North Row, 9 beds, since 9 August. Is that right?", affirm(), "Thanks, bye.")
    asked = (BESIDE[0], affirm(), BESIDE[1], deny(), *end)
    assert ALLOTMENTS.finds("NO_PROGRESS", *BEDS, *asked, stop=END_STATE) == []
    other = (
        BESIDE[0],
        affirm(),
        "What colour is the moss?",
        say("puzzled", "Pardon?"),
        "Which hinge squeaks?",
        leave(),
    )
    assert ALLOTMENTS.finds("NO_PROGRESS", *BEDS, *other, stop=PATIENCE) == []


def test_corrections_and_requests_go_on_as_before() -> None:
    recap = "So: Ada Finch, 17 North Row, 9 beds, since {}. Is that right?"
    sides = (recap.format("9 August"), correct("no, 2 March", since="2 March"), recap.format("2 March"))
    found = ALLOTMENTS.rules(*BEDS, *sides, affirm(), "Thank you, it's on its way!")
    assert not {"LOOP", "IGNORED_INPUT", "NO_PROGRESS"} & {kind for kind, _, _ in found}
    assert ROOFS.rules("Hello!", request("My roof leaks"), "Which slope of the roof?") == []
