"""What a product gets wrong on the way counts, also where the user mends it and the end is right."""

from __future__ import annotations

from typing import Any

import pytest
from judged_talks import Product, affirm, correct, doubts, inform, nudge, options, p, wonders

from prebeta.core.types import Move, Reply, SlotSpec

COURSES = Product(
    (
        options("course", "Which course?", "Pottery", "Life drawing", "Woodwork"),
        options("start", "When do you want to start?", "4 March", "Thursday", "18 April", match="date"),
        options("seats", "How many seats?", "2", "5", "8", match="number"),
        SlotSpec("email", ("Your e-mail?",), pattern="[a-z]{4}@mail[.]example", match="id"),
    ),
    "enrol in an evening class",
)
SKIPS = Product(
    (
        options("load", "How heavy?", "80 kg", "350 kg", "900 kg", match="number"),
        options("from_street", "From where?", "2 Quay Walk", "17 Fern Row"),
        options("to_street", "Where to?", "30 Dock Lane", "8 Hill Crescent"),
        options("day", "Which day?", "6 May", "11 May", match="date"),
    ),
    "have rubble taken away",
)
GYM = Product(
    (
        options("plan", "Which plan?", "Basic plan", "Family plan", "Student plan"),
        options("member_id", "Your member number?", "K7714", "K2290", match="id"),
        options("pause_day", "Paused from when?", "1 June", "15 June", match="date"),
    ),
    "pause my membership",
)
CLASS = (
    inform("Pottery", course="Pottery"),
    "When do you want to start?",
    inform("4 March", start="4 March"),
    "How many seats?",
    inform("5", seats="5"),
    "And your e-mail?",
    inform("abcd@mail.example", email="abcd@mail.example"),
)
RUBBLE = (
    inform("350 kg", load="350 kg"),
    "From where?",
    inform("2 Quay Walk", from_street="2 Quay Walk"),
    "Where to?",
    inform("30 Dock Lane", to_street="30 Dock Lane"),
    "Which day?",
    inform("6 May", day="6 May"),
)
Side = Reply | Move | str


def kinds(product: Product, *sides: Side, end: dict[str, Any] | None = None) -> list[tuple[str, int | None]]:
    mine = ("WRONG_RESULT", "LOST_CORRECTION", "CONTRADICTION", "FALSE_DONE")
    return [(kind, turn) for kind, turn, _ in product.rules(*sides, end=end) if kind in mine]


# --- read back wrongly, then mended ------------------------------------------------------------------


@pytest.mark.parametrize(
    "recap",
    [
        "Pottery, starting 14 March, 5 seats, abcd@mail.example. Shall I book it?",
        "So: Pottery from 4 April on, 5 seats, mail to abcd@mail.example. Is that right?",
        "Pottery, 4 March, 8 seats, abcd@mail.example. Shall I go ahead?",
        "I'd book Pottery on 4 March for abcd@mail.example, seats: 2. Do you agree?",
        "Pottery on 4 March, 5 seats, abdc@mail.example. Everything correct?",
        "Life drawing, 4 March, 5 seats, abcd@mail.example. Shall I book it?",
    ],
)
def test_a_value_never_said_in_a_recap(recap: str) -> None:
    right = "Pottery, 4 March, 5 seats, abcd@mail.example. Shall I book it?"
    mended = ("Which course?", *CLASS, recap, correct("no, 4 March", start="4 March"), right, affirm())
    assert kinds(COURSES, *mended, end={"course": "Pottery", "start": "4 March"}) == [("WRONG_RESULT", 8)]


@pytest.mark.parametrize(
    "recap",
    [
        "Pottery, the fourth of March, 5 seats, abcd@mail.example. Shall I book it?",
        "Pottery, 4 March (reply by 1 March), 5 seats, abcd@mail.example. Is that right?",
        "POTTERY on 2026-03-04, five seats, abcd@mail.example. Shall I go ahead?",
        "Pottery from March 4th, seats: 5 of 8, abcd@mail.example. Do you agree?",
        "Pottery, Wednesday 4 March, 18:00 to 20:00, 5 seats, abcd@mail.example. Shall I book it?",
        "Pottery, in spring, 5 seats, abcd@mail.example. The first lesson costs 20 pounds. Shall I book it?",
    ],
)
def test_other_ways_to_say_it_are_right(recap: str) -> None:
    assert kinds(COURSES, "Which course?", *CLASS, recap, affirm(), end={"course": "Pottery"}) == []


@pytest.mark.parametrize(
    ("recap", "crossed"),
    [
        ("350 kg from 30 Dock Lane to 2 Quay Walk on 6 May. Shall I book it?", True),
        ("6 May, 350 kg. From: 30 Dock Lane. To: 2 Quay Walk. Is that right?", True),
        ("We take 350 kg to 2 Quay Walk, from 30 Dock Lane, on 6 May. Shall I?", True),
        ("Old place 30 Dock Lane, new place 2 Quay Walk, 350 kg, 6 May. Everything correct?", True),
        ("Starting at 30 Dock Lane and going to 2 Quay Walk, 6 May, 350 kg. Shall I go ahead?", True),
        ("350 kg from 2 Quay Walk to 30 Dock Lane on 6 May. Shall I book it?", False),
        ("We take 350 kg to 30 Dock Lane, from 2 Quay Walk, on 6 May. Shall I?", False),
        ("Streets: 30 Dock Lane, 2 Quay Walk. 350 kg on 6 May. Shall I go ahead?", False),
        ("2 Quay Walk is the old place, 30 Dock Lane the new one; 350 kg, 6 May. Is that right?", False),
    ],
)
def test_two_values_in_each_others_place(recap: str, crossed: bool) -> None:
    ends = {"from_street": "2 Quay Walk", "to_street": "30 Dock Lane"}
    found = kinds(SKIPS, "How heavy?", *RUBBLE, recap, affirm(), end=ends)
    assert found == ([("WRONG_RESULT", 8)] if crossed else [])


# --- a correction that is lost for a while -----------------------------------------------------------


@pytest.mark.parametrize(
    "again",
    [
        "350 kg from 2 Quay Walk to 30 Dock Lane on 6 May. Shall I book it?",
        "Fine, 6 May it is.",
        "All right. I've put down 6 May for you.",
        "So that's 350 kg, the 6th of May. Is that right?",
        "Thank you! The lorry is yours on May 6.",
    ],
)
def test_the_first_reuse_of_the_old_value(again: str) -> None:
    sides = ("How heavy?", *RUBBLE, "Shall I book it?", correct("make it 11 May", day="11 May"), again)
    insists = (*sides, correct("11 May, please!", day="11 May"), "11 May, got it. Shall I book it?", affirm())
    assert kinds(SKIPS, *insists, end={"day": "11 May"}) == [("LOST_CORRECTION", 10)]


@pytest.mark.parametrize(
    "fine",
    [
        "11 May instead of 6 May, done. Shall I book it?",
        "Not 6 May any more, then.",
        "You said 6 May before. Which day is it?",
        "We're sorry, I didn't understand that. 6 May?",
        "6 May is off. Anything else to change?",
        "Okay. Shall I book it?",
    ],
)
def test_an_old_value_that_is_named_rightly(fine: str) -> None:
    sides = ("How heavy?", *RUBBLE, "Shall I book it?", correct("make it 11 May", day="11 May"), fine)
    assert kinds(SKIPS, *sides, affirm(), "11 May. Shall I book it?", affirm(), end={"day": "11 May"}) == []


def test_a_state_that_keeps_the_old_value_for_more_than_a_turn() -> None:
    sides = (p("Which day?", state={}), inform("6 May", day="6 May"), p("How heavy?", state={"day": "6 May"}))
    changed = (*sides, correct("11 May", day="11 May"), p("How heavy?", state={"day": "6 May"}), nudge())
    late = (*changed, p("How heavy?", state={"day": "6 May"}), correct("11 May!", day="11 May"))
    assert kinds(SKIPS, *late, p("How heavy?", state={"day": "11 May"}), end={"day": "11 May"}) == [
        ("LOST_CORRECTION", 4)
    ]
    lags = (*changed, p("How heavy?", state={"day": "11 May"}))
    assert kinds(SKIPS, *lags, end={"day": "11 May"}) == []


# --- a claim that comes too soon ---------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "false"),
    [
        ("You're enrolled and all set. Bye!", True),
        ("Wonderful, your class has been booked.", True),
        ("That's everything: your registration is complete. Anything else?", True),
        ("Your seat is secured, and everything's been arranged.", True),
        ("Done! Your application was submitted.", True),
        ("Your details are noted.", False),
        ("Thanks, the course is confirmed.", False),
        ("I've updated that.", False),
        ("Your booking will be confirmed once I have the rest.", False),
        ("That's the course done.", False),
    ],
)
def test_a_claim_while_facts_are_missing(claim: str, false: bool) -> None:
    sides = ("Which course?", inform("Pottery", course="Pottery"), claim, nudge("Fine."))
    rest = ("When do you want to start?", inform("4 March", start="4 March"), p("Booked.", ended=True))
    end = {"course": "Pottery", "start": "4 March"}
    assert kinds(COURSES, *sides, *rest, end=end) == ([("FALSE_DONE", 2)] if false else [])


def test_a_claim_that_is_taken_back_later_is_blamed_and_not_its_repetition() -> None:
    asks, claim = "Shall I book it?", "Great, your class is booked. Nothing is left to do."
    sides = (asks, affirm(), claim, nudge("Bye"), "Nothing is booked yet. Which course was it?")
    again = (*sides, inform("Pottery", course="Pottery"), asks, affirm(), claim)
    assert kinds(COURSES, *again) == [("FALSE_DONE", 2)]


# --- one thing, two numbers --------------------------------------------------------------------------

FEE, LONG = wonders("What does a locker cost?"), wonders("How long does a pause take to start?")


@pytest.mark.parametrize(
    ("ask", "first", "second"),
    [
        (FEE, "A locker costs £4.", "A locker costs £6, which we add to the fee."),
        (FEE, "It's £4 a month.", "A locker is £7 a month."),
        (FEE, "That's 4 pounds.", "The locker fee is 9 pounds."),
        (LONG, "It takes 3 working days.", "It takes 10 working days."),
        (LONG, "It takes three days.", "It takes ten days."),
        (wonders("When do you close?"), "The hall closes at 22:00.", "The hall closes at 21:00."),
    ],
)
def test_another_number_for_the_same_thing_unasked(ask: Move, first: str, second: str) -> None:
    sides = ("Which plan?", ask, f"{first} Which plan?", inform("Family plan", plan="Family plan"))
    assert kinds(GYM, *sides, f"{second} Shall I pause it?") == [("CONTRADICTION", 4)]
    assert kinds(GYM, *sides, f"{first} Shall I pause it?") == []


@pytest.mark.parametrize(
    ("ask", "first", "second"),
    [
        (FEE, "A locker costs £4.", "A towel costs £2."),
        (FEE, "A small locker costs £4, a large one £7.", "A large one costs £7."),
        (FEE, "A locker costs £4.", "A locker with a charger costs £6."),
        (LONG, "It takes between 3 and 5 days.", "It takes 5 days at most."),
        (FEE, "A locker costs £4.", "Your total is £14."),
        (FEE, "A locker costs £4.", "The number has 5 digits."),
        (FEE, "A locker costs £4.00.", "A locker costs £4, as I said."),
    ],
)
def test_numbers_for_other_things(ask: Move, first: str, second: str) -> None:
    sides = ("Which plan?", ask, f"{first} Which plan?", inform("Family plan", plan="Family plan"))
    assert kinds(GYM, *sides, f"{second} Shall I pause it?") == []


@pytest.mark.parametrize(
    ("reply", "turns"),
    [
        ("I had that wrong: your load is 530 kg. Which day?", True),
        ("Actually the load you gave me is 900 kg. Which day?", True),
        ("Oh, it should be 80 kg. Which day?", True),
        ("Sorry, I misread it: 305 kg. Which day?", True),
        ("Your load comes to 360 kg. Which day?", True),
        ("Yes, quite sure. Which day?", False),
        ("Yes, your load is 350 kg. Which day?", False),
        ("Yes: the limit for any load is 900 kg. Which day?", False),
        ("I've checked it, the load is right. Which day?", False),
        ("Certainly. It was 350 kg, wasn't it?", False),
    ],
)
def test_the_users_own_fact_turned_round_when_doubted(reply: str, turns: bool) -> None:
    sides = ("How heavy?", inform("350 kg", load="350 kg"), "350 kg. Which day?", doubts(), reply)
    assert kinds(SKIPS, *sides) == ([("CONTRADICTION", 4)] if turns else [])
