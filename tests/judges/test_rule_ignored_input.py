"""IGNORED_INPUT: asks again for what was given, or passes over a direct question."""

from __future__ import annotations

import pytest
from judged_talks import (
    BIKES,
    CLAIMS,
    TABLES,
    Product,
    affirm,
    aside,
    asks_beside,
    change,
    correct,
    deny,
    inform,
    p,
    press,
    request,
    unsure,
    why,
    wonders,
)

from prebeta.core.types import Move

POLICY = inform("AB123456", policy="AB123456")

AGAIN = [
    pytest.param(
        CLAIMS,
        ("Your policy number?", POLICY, "And what is the policy number, please?"),
        ("IGNORED_INPUT", 2, "policy"),
        id="at once, in other words",
    ),
    pytest.param(
        BIKES,
        (
            "What needs doing?",
            inform("brakes on my city bike", service="Brakes", bike="city bike"),
            "Which bike is it?",
        ),
        ("IGNORED_INPUT", 2, "bike"),
        id="volunteered and asked for",
    ),
    pytest.param(
        TABLES,
        ("Hi, what can I do for you?", request("A table for 4", guests="4"), "For how many people?"),
        ("IGNORED_INPUT", 2, "guests"),
        id="in the request",
    ),
    pytest.param(
        TABLES,
        (
            "For which day?",
            inform("Friday", day="Friday"),
            "For how many people?",
            inform("6", guests="6"),
            "Under which name?",
            inform("Okafor", name="Okafor"),
            "For which day?",
        ),
        ("IGNORED_INPUT", 6, "day"),
        id="three steps later",
    ),
    pytest.param(
        BIKES,
        (
            p("What needs doing?", options=["Flat tyre", "Brakes"]),
            press("Brakes", service="Brakes"),
            p("So, brakes or a flat tyre?", options=["Flat tyre", "Brakes"]),
        ),
        ("IGNORED_INPUT", 2, "service"),
        id="pressed and offered again",
    ),
    pytest.param(
        CLAIMS,
        (
            "What happened?",
            inform("a pipe burst", damage="Water"),
            "That isn't a valid format. What happened?",
            inform("Water", damage="Water"),
            "Use one of the words. What happened?",
        ),
        ("IGNORED_INPUT", 2, "damage"),
        id="a hint, and again no",
    ),
]


@pytest.mark.parametrize(("product", "sides", "expected"), AGAIN)
def test_asking_again_is_found(product: Product, sides: tuple[object, ...], expected: object) -> None:
    assert expected in product.rules(*sides)


NOT_AGAIN = [
    pytest.param(
        CLAIMS,
        (
            "Your policy number?",
            inform("123", policy="123"),
            "A policy number has 8 digits, e.g. AB123456. Your policy number?",
            POLICY,
            "What happened?",
        ),
        id="a hint at the format, then accepted",
    ),
    pytest.param(
        TABLES,
        (
            "For which day?",
            inform("Friday", day="Friday"),
            "We are closed then. For which day instead?",
            inform("Saturday", day="Saturday"),
            "Under which name?",
        ),
        id="not available",
    ),
    pytest.param(
        BIKES,
        ("Which bike is it?", inform("gravel bike", bike="gravel bike"), "What colour is the gravel bike?"),
        id="asks more about the value",
    ),
    pytest.param(
        BIKES,
        ("Which bike is it?", inform("gravel bike", bike="gravel bike"), "Is the gravel bike an electric bike?"),
        id="asks something about the value",
    ),
    pytest.param(
        BIKES,
        (
            p("Which bike is it?", state={"bike": None}),
            inform("the gravel one", bike="gravel bike"),
            p("What colour is the bike?", state={"bike": "gravel bike"}),
        ),
        id="holds the value and asks about it",
    ),
    pytest.param(
        BIKES, ("Which bike is it?", inform("city bike", bike="city bike"), "Which day suits you?"), id="goes on"
    ),
    pytest.param(
        BIKES,
        ("Which day suits you?", inform("Monday", day="Monday"), "What needs doing?", unsure(), "Which day suits you?"),
        id="after not sure",
    ),
    pytest.param(
        BIKES,
        (
            "City bike on Monday. Is that right?",
            deny(),
            "Which day suits you?",
            inform("Tuesday", day="Tuesday"),
            "Thanks",
        ),
        id="after a no",
    ),
    pytest.param(
        CLAIMS,
        ("What happened?", inform("Fire", damage="Fire"), "How much?", change(), "What happened?"),
        id="after asking for a change",
    ),
    pytest.param(
        CLAIMS,
        ("What happened?", inform("Fire", damage="Fire"), "Sorry, what happened, and how much is it?"),
        id="asks for several, one of them new",
        marks=(),
    ),
]


@pytest.mark.parametrize(("product", "sides"), NOT_AGAIN)
def test_what_looks_like_asking_again_and_is_not(product: Product, sides: tuple[object, ...]) -> None:
    given = inform("500", amount="500")  # so that the conversation knows all slots
    assert [one for one in product.rules(*sides, given) if one[0] == "IGNORED_INPUT"] == []


PASSED_OVER = [
    ("Which bike is it?", why("What do you mean by that?", "bike"), "Which bike is it?"),
    ("Which bike is it?", why("Why do you want to know?", "bike"), "Which bike is it please?"),
    ("Which day suits you?", wonders("What does a full service cost?", "89"), "Which day suits you?"),
    ("Which day suits you?", wonders("Is there somewhere to park?"), "Fine. Which day suits you?"),
    ("Which day suits you?", wonders("Do you have loan bikes?"), "Great, thanks! Next: what is your phone number?"),
    ("City bike on Monday. Is that right?", wonders("How long does it take?"), "City bike on Monday. Is that right?"),
    ("Which day suits you?", wonders("What does it cost?"), "Sorry, I didn't understand. Which day suits you?"),
]


@pytest.mark.parametrize(("asks", "question", "reply"), PASSED_OVER)
def test_passing_over_a_question_is_found(asks: str, question: Move, reply: str) -> None:
    assert BIKES.finds("IGNORED_INPUT", asks, question, reply) == [2]


ANSWERED = [
    (
        "Which bike is it?",
        why("What do you mean?", "bike"),
        "The model, for instance a city or cargo one. Which bike is it?",
    ),
    ("Which bike is it?", why("What do you mean?", "bike"), "I mean, what model do you ride?"),
    (
        "Which bike is it?",
        why("What do you mean?", "bike"),
        p("Which bike is it?", options=["city bike", "cargo bike"]),
    ),
    ("Which day suits you?", why(asked="day"), "So that a mechanic is free when you arrive. Which day suits you?"),
    ("Which day suits you?", wonders("What does a full service cost?", "89"), "89 euros. Which day suits you?"),
    ("Which day suits you?", wonders("What does it cost?"), "€20. Which day suits you?"),
    ("Which day suits you?", wonders("Is there somewhere to park?"), "Yes. Which day suits you?"),
    ("Which day suits you?", wonders("Is there somewhere to park?"), "No, there is not. Which day suits you?"),
    ("Which day suits you?", wonders("Is there somewhere to park?"), "You can park here. Which day suits you?"),
    ("Which day suits you?", wonders("Who won the cup?"), "Sorry, I can't help with that. Which day suits you?"),
    (
        "Which day suits you?",
        wonders("Do you do e-bikes?"),
        "That is outside what I know; ask the team. Which day suits you?",
    ),
    ("Which day suits you?", wonders("How long does it take?"), "Most repairs take an afternoon. Which day suits you?"),
    ("Which day suits you?", aside(), "Which day suits you?"),
]


@pytest.mark.parametrize(("asks", "question", "reply"), ANSWERED)
def test_answered_and_declined_questions_are_not(asks: str, question: Move, reply: object) -> None:
    assert BIKES.finds("IGNORED_INPUT", asks, question, reply) == []


def test_an_answer_without_what_was_expected_is_a_doubt() -> None:
    sides = (
        "Which day suits you?",
        wonders("What does a full service cost?", "89"),
        "A full service costs 45 euros at our place. Which day suits you?",
    )
    (verdict,) = BIKES.verdicts(BIKES.talk(*sides))
    assert (verdict.value, verdict.kind, verdict.turn) == ("unsure", "IGNORED_INPUT", 2)
    assert "89" in str(verdict.reason)


def test_each_slot_is_named_once() -> None:
    sides = (
        "Your policy number?",
        POLICY,
        "Your policy number?",
        POLICY,
        "Your policy number?",
        POLICY,
        "What happened?",
        inform("Fire", damage="Fire"),
        "What happened?",
    )
    ignored = [one for one in CLAIMS.rules(*sides) if one[0] == "IGNORED_INPUT"]
    assert ignored == [("IGNORED_INPUT", 2, "policy"), ("IGNORED_INPUT", 8, "damage")]


def test_a_new_recap_after_a_correction_asks_nothing_again() -> None:
    sides = (
        "City bike on Monday. Is that right?",
        correct("Tuesday", day="Tuesday"),
        "City bike on Tuesday. Is that right?",
        affirm(),
        "Booked!",
    )
    assert BIKES.finds("IGNORED_INPUT", *sides) == []


PARKING = "Is there parking?"
BESIDE = asks_beside("Monday. By the way, is there parking?", PARKING, day="Monday")


@pytest.mark.parametrize(
    "reply",
    [
        "Monday, noted. Which bike is it?",
        "Got it: Monday. Which bike is it?",
        "Thanks! Which bike is it?",
        "Which bike is it?",
        "Perfect, I have put down Monday. Which bike is it?",
    ],
)
def test_a_question_beside_an_answer_that_is_passed_over(reply: str) -> None:
    sides = ("Which day suits you?", BESIDE, reply, inform("city bike", bike="city bike"), "What is your phone number?")
    assert BIKES.finds("IGNORED_INPUT", *sides) == [2]


@pytest.mark.parametrize(
    "reply",
    [
        "Monday, noted. You can park for free in the yard. Which bike is it?",
        "Yes, there is. Monday, noted. Which bike is it?",
        "Parking is behind the shop. Which bike is it?",
        "I don't know about that, please ask our team. Monday it is. Which bike?",
        "Monday, noted. There's a big yard with twelve places right behind the house. Which bike is it?",
    ],
)
def test_a_question_beside_an_answer_that_is_served(reply: str) -> None:
    sides = ("Which day suits you?", BESIDE, reply, inform("city bike", bike="city bike"), "What is your phone number?")
    assert BIKES.finds("IGNORED_INPUT", *sides) == []


def test_a_fact_beside_a_question_is_not_to_be_asked_for_again() -> None:
    sides = ("Which day suits you?", BESIDE, "You can park for free in the yard. Which day suits you?")
    assert BIKES.rules(*sides) == [("IGNORED_INPUT", 2, "day")]


def test_an_answer_beside_without_what_was_expected_is_a_doubt() -> None:
    price = asks_beside("Monday. What does a full service cost?", "What does a full service cost?", "89", day="Monday")
    (verdict,) = BIKES.verdicts(
        BIKES.talk("Which day suits you?", price, "Monday. A full service is 45 euros. Which bike?")
    )
    assert (verdict.value, verdict.kind, verdict.turn) == ("unsure", "IGNORED_INPUT", 2)


@pytest.mark.parametrize(
    ("text", "facts", "told"),
    [
        ("It's Moreau", {"name": "Moreau"}, False),
        ("Es ist 4", {"guests": "4"}, False),
        ("The name is Moreau", {"name": "Moreau"}, True),
        ("Before I forget: we are 4, that's the number of people", {"guests": "4"}, True),
        ("Friday", {"day": "Friday"}, True),
    ],
)
def test_a_bare_name_or_number_in_place_of_another_answer_hangs_in_the_air(
    text: str, facts: dict[str, str], told: bool
) -> None:
    asked = {"name": "Under which name?", "guests": "For how many people?", "day": "For which day?"}
    (slot,) = facts
    other = next(name for name in asked if name != slot)
    given = {"name": "Garcia", "guests": "2", "day": "3 June"}[other]
    sides = (asked[other], inform(text, **facts), asked[other], inform(given, **{other: given}), asked[slot])
    assert (("IGNORED_INPUT", 4, slot) in TABLES.rules(*sides)) is told


def test_an_explanation_that_it_keeps_to_is_an_answer() -> None:
    told = "The policy number stands on every letter, two letters and six digits. Your policy number?"
    sides = (f"Hello, this is the claims desk. {told}", why("What do you mean?", "policy"))
    assert CLAIMS.finds("IGNORED_INPUT", *sides, told) == []
    assert CLAIMS.finds("IGNORED_INPUT", *sides, f"Hello, this is the claims desk. {told}") == [2]
    assert CLAIMS.finds("IGNORED_INPUT", *sides, "Your policy number?") == [2]


def test_the_same_question_may_get_the_same_words() -> None:
    ask, told = wonders("Is there somewhere to park?"), "Behind the house is a yard for it. Which day suits you?"
    assert BIKES.finds("IGNORED_INPUT", "Which day suits you?", ask, told, ask, told) == []
    other = wonders("What does it cost?")
    assert BIKES.finds("IGNORED_INPUT", "Which day suits you?", ask, told, other, told) == [4]


def test_a_recap_of_all_that_was_given_answers_nothing() -> None:
    first = inform("the city bike has a flat tyre", bike="city bike", service="Flat tyre")
    recap = "City bike, flat tyre, on Monday. Shall I book it?"
    sides = ("What needs doing?", first, "Which day suits you?", BESIDE, recap)
    assert BIKES.finds("IGNORED_INPUT", *sides) == [4]


RECAP = "A table for 4 on Friday. Shall I book it?"


@pytest.mark.parametrize(
    ("reply", "ignored"),
    [
        ("A booking holds the table for you. Shall I book it?", True),
        ("Thank you! Everything can be altered later on. A table for 4 on Friday. Shall I book it?", True),
        ("There is a fee of 5 euros. Shall I book it?", False),
        ("Please note that the kitchen closes early. Shall I book it?", False),
        ("Friday is full, Saturday is free. Shall I book it?", False),
        ("A table for 4 on Saturday. Shall I book it?", False),
        ("A booking holds the table for you. Are you quite sure?", False),
        ("Under which name?", False),
        ("Your table is booked!", False),
    ],
)
def test_a_yes_that_is_asked_for_again(reply: str, ignored: bool) -> None:
    assert TABLES.finds("IGNORED_INPUT", RECAP, affirm("yes"), reply) == ([2] if ignored else [])
