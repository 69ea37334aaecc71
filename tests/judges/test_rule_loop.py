"""LOOP: the same again although the user gave what was asked."""

from __future__ import annotations

import pytest
from judged_talks import (
    BIKES,
    CLAIMS,
    TABLES,
    Product,
    affirm,
    aside,
    change,
    correct,
    inform,
    p,
    press,
    request,
    unsure,
    wait,
    why,
    wonders,
)

BIKE, DAY = "Which bike shall we look at?", "And on which day would you like to come?"
RECAP = "So that is the city bike with a flat tyre on {}. Shall I book it?"

LOOPS = [
    pytest.param(BIKES, (BIKE, inform("the gravel bike", bike="gravel bike"), BIKE), [2], id="prompt"),
    pytest.param(
        TABLES,
        ("How many of you are there?", inform("4", guests="4"), "How many of you are there please?"),
        [2],
        id="nearly the same",
    ),
    pytest.param(
        CLAIMS,
        (
            "What happened?",
            inform("fire", damage="Fire"),
            "I didn't get that. What happened?",
            inform("fire", damage="Fire"),
            "I didn't get that. What happened?",
        ),
        [4],
        id="fallback twice: the second is the loop",
    ),
    pytest.param(
        BIKES,
        (RECAP.format("Monday"), affirm(), RECAP.format("Monday")),
        [2],
        id="recap after a yes",
    ),
    pytest.param(
        BIKES,
        ("Hello! How can I help?", request("My brakes squeal"), "Hello! How can I help?"),
        [2],
        id="greeting after the request",
    ),
    pytest.param(
        BIKES,
        (
            p(BIKE, options=["city bike", "cargo bike"]),
            press("cargo bike", bike="cargo bike"),
            p(BIKE, options=["city bike", "cargo bike"]),
        ),
        [2],
        id="quick reply pressed",
    ),
    pytest.param(
        BIKES,
        (
            DAY,
            inform("Monday", day="Monday"),
            "What needs doing?",
            inform("brakes", service="Brakes"),
            DAY,
            inform("Monday", day="Monday"),
            "What needs doing?",
        ),
        [4, 6],
        id="two prompts in turn",
    ),
]


@pytest.mark.parametrize(("product", "sides", "turns"), LOOPS)
def test_a_loop_is_found_at_its_second_occurrence(
    product: Product, sides: tuple[object, ...], turns: list[int]
) -> None:
    assert product.finds("LOOP", *sides)[:1] == turns[:1]


NO_LOOPS = [
    pytest.param(
        BIKES, (BIKE, why(asked="bike"), f"To bring the right parts. {BIKE}"), id="after a clarifying question"
    ),
    pytest.param(BIKES, (BIKE, why(asked="bike"), BIKE), id="unanswered question: another kind"),
    pytest.param(BIKES, (BIKE, aside(), BIKE, inform("city bike", bike="city bike"), DAY), id="after an aside"),
    pytest.param(BIKES, (BIKE, unsure(), BIKE), id="the user doesn't know"),
    pytest.param(BIKES, (DAY, wonders("What does it cost?"), f"It costs 20. {DAY}"), id="after a question"),
    pytest.param(
        BIKES,
        (RECAP.format("Monday"), correct("no, Tuesday", day="Tuesday"), RECAP.format("Tuesday"), affirm(), "Booked!"),
        id="recap with the correction",
    ),
    pytest.param(
        BIKES,
        (
            RECAP.format("Monday"),
            change(),
            "What shall I change?",
            correct("Tuesday", day="Tuesday"),
            RECAP.format("Tuesday"),
        ),
        id="recap after a change",
    ),
    pytest.param(
        CLAIMS,
        (
            p("Anything else that was damaged, and how much is it?", state={"amount": None}),
            inform("500", amount="500"),
            p("Anything else that was damaged, and how much is it?", state={"amount": 500}),
        ),
        id="the state advanced",
    ),
    pytest.param(TABLES, ("For which day?", wait(), "For which day?"), id="the user only waited"),
    pytest.param(
        BIKES,
        ("Which day would suit you?", inform("Monday", day="Monday"), "Which day would suit you then, any but Monday?"),
        id="half the words are new",
    ),
    pytest.param(
        TABLES,
        (
            "For which day?",
            inform("6", guests="6"),
            "For which day?",
            inform("Friday", day="Friday"),
            "Under which name?",
        ),
        id="the user answered another question",
    ),
    pytest.param(
        BIKES,
        (
            BIKE,
            inform("city bike", bike="city bike"),
            DAY,
            inform("Monday", day="Monday"),
            "What is your phone number?",
        ),
        id="plain progress",
    ),
]


@pytest.mark.parametrize(("product", "sides"), NO_LOOPS)
def test_what_looks_like_a_loop_and_is_none(product: Product, sides: tuple[object, ...]) -> None:
    assert product.finds("LOOP", *sides) == []


def test_the_slot_is_named() -> None:
    assert ("LOOP", 2, "day") in BIKES.rules(DAY, inform("Monday", day="Monday"), DAY)


def test_five_turns_back_is_too_far() -> None:
    """Only the last four product turns are looked at."""
    steps = [
        "One thing: we store it indoors.",
        "Hubs and gears both suit us.",
        "Welcome back, it was here.",
        "Members pay less.",
    ]
    between = [side for step in steps for side in (step, inform("yes", **{step[:3]: "yes"}))]
    bike = inform("city bike", bike="city bike")
    assert BIKES.finds("LOOP", BIKE, bike, *between, BIKE) == []
    assert BIKES.finds("LOOP", BIKE, bike, *between[2:], BIKE) == [8]


def test_the_question_again_after_a_correction_it_asked_for() -> None:
    sides = ("So, 2 people on Friday. Is that right?", change(), "For which day?", correct("Saturday", day="Saturday"))
    assert TABLES.finds("LOOP", *sides, "For which day?") == [4]
    assert TABLES.finds("LOOP", *sides, "So, 2 people on Saturday. Is that right?") == []
