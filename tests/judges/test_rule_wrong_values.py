"""WRONG_RESULT and LOST_CORRECTION by the rules: conversations that broke off with a wrong value held."""

from __future__ import annotations

from typing import Any

import pytest
from judged_talks import (
    BIKES,
    CLAIMS,
    INFRASTRUCTURE,
    TABLES,
    Product,
    Rule,
    affirm,
    correct,
    deny,
    inform,
    nudge,
    p,
    press,
    request,
)

from prebeta.core.types import Reply

WHICH_DAY, WHICH_BIKE = "Which day suits you?", "Which bike is it?"


def held(text: str, **state: Any) -> Reply:
    return p(text, state=state)


def values(product: Product, *sides: object, **of: Any) -> list[tuple[str, int | None, str | None]]:
    return [one for one in product.rules(*sides, **of) if one[0] in ("WRONG_RESULT", "LOST_CORRECTION")]


WRONG = [
    pytest.param(
        BIKES,
        (
            WHICH_DAY,
            inform("Monday", day="Monday"),
            held(WHICH_BIKE, day="Tuesday"),
            inform("city", bike="city bike"),
            held("Hm.", day="Tuesday", bike="city bike"),
        ),
        [("WRONG_RESULT", 2, "day")],
        id="another day",
    ),
    pytest.param(
        TABLES,
        (
            "How many?",
            inform("a table for four", guests="4"),
            held("And the name?", guests=6),
            inform("Garcia", name="Garcia"),
            held("Hm.", guests=6, name="Garza"),
        ),
        [("WRONG_RESULT", 2, "guests"), ("WRONG_RESULT", 4, "name")],
        id="two slots, each at its own turn",
    ),
    pytest.param(
        CLAIMS,
        (
            "How much?",
            inform("1200", amount="1200"),
            held("When?", amount=1200),
            inform("17 April", date="17 April"),
            held("Hm.", amount=1200, date="2026-04-17"),
            nudge(),
            held("Hm.", amount=12000, date="2026-04-17"),
        ),
        [("WRONG_RESULT", 6, "amount")],
        id="right first, then wrong",
    ),
    pytest.param(
        BIKES,
        (
            WHICH_DAY,
            inform("Monday", day="Monday"),
            held("And?", day="2026-01-06"),
            nudge(),
            held("And?", day="2026-01-06"),
        ),
        [("WRONG_RESULT", 2, "day")],
        id="a calendar day that is no Monday",
    ),
    pytest.param(
        CLAIMS,
        (
            "How much?",
            inform("1200", amount="1200"),
            "When?",
            inform("17th of April", date="17 April"),
            "So it's 1200 pounds on 18 April. Shall I file it?",
            affirm("yes"),
            held("Filed.", amount=1200, date="2026-04-18"),
        ),
        [("WRONG_RESULT", 4, "date")],
        id="a date in words in the recap, and later as a number in the state",
    ),
    pytest.param(
        CLAIMS,
        (
            "Policy?",
            inform("AB123456", policy="AB123456"),
            "AB123465, noted. When?",
            inform("17 April", date="17 April"),
            held("Filed.", policy="AB123465", date="2026-04-17"),
        ),
        [("WRONG_RESULT", 2, "policy")],
        id="an id that is said back wrongly",
    ),
    pytest.param(
        CLAIMS,
        (
            "How much?",
            inform("1200", amount="1200"),
            "When?",
            inform("on 17/04", date="17 April"),
            "So 1200 pounds, on the eighteenth of April. Shall I file it?",
            affirm("yes"),
            held("Filed.", amount=1200, date="2026-04-18"),
        ),
        [("WRONG_RESULT", 4, "date")],
        id="a date in words in the recap, beside another fact",
    ),
    pytest.param(
        TABLES,
        (
            "For which day?",
            inform("Friday", day="Friday"),
            "For how many?",
            inform("a table for six", guests="6"),
            "So that's two adults on Friday. Shall I book it?",
            affirm("yes"),
            held("Booked.", day="Friday", guests=2),
        ),
        [("WRONG_RESULT", 4, "guests")],
        id="a number in words in the recap",
    ),
    pytest.param(
        CLAIMS,
        (
            "When?",
            inform("17 April", date="17 April"),
            "The date now reads April 18th. How much?",
            inform("1200", amount="1200"),
            held("Filed.", amount=1200, date="2026-04-18"),
        ),
        [("WRONG_RESULT", 2, "date")],
        id="said back wrongly right after it was given",
    ),
    pytest.param(
        TABLES,
        (
            "For how many?",
            inform("6", guests="6"),
            "Just 2 more questions. For which day?",
            inform("Friday", day="Friday"),
            held("Booked.", day="Friday", guests=2),
        ),
        [("WRONG_RESULT", 4, "guests")],
        id="a small number says nothing by itself",
    ),
]


@pytest.mark.parametrize(("product", "sides", "expected"), WRONG)
def test_a_wrong_value_is_blamed_at_its_first_turn(
    product: Product, sides: tuple[object, ...], expected: object
) -> None:
    assert values(product, *sides) == expected


LOST = [
    pytest.param(
        BIKES,
        (
            WHICH_DAY,
            inform("Monday", day="Monday"),
            held(WHICH_BIKE, day="Monday"),
            correct("no, Tuesday", day="Tuesday"),
            held(WHICH_BIKE, day="Monday"),
            inform("city bike", bike="city bike"),
            held("So?", day="Monday", bike="city bike"),
        ),
        [("LOST_CORRECTION", 4, "day")],
        id="in the state",
    ),
    pytest.param(
        BIKES,
        (
            WHICH_DAY,
            inform("Monday", day="Monday"),
            "City bike on Monday. Is that right?",
            correct("no, Tuesday", day="Tuesday"),
            "City bike on Monday. Is that right?",
            correct("TUESDAY", day="Tuesday"),
            "City bike on Monday. Is that right?",
        ),
        [("LOST_CORRECTION", 4, "day")],
        id="in the recap",
    ),
    pytest.param(
        TABLES,
        (
            "How many?",
            inform("2", guests="2"),
            "Which day?",
            correct("sorry, 6 of us", guests="6"),
            "Fine. Which day?",
            inform("Friday", day="Friday"),
            "A table for 2 on Friday. Shall I book it?",
        ),
        [("LOST_CORRECTION", 6, "guests")],
        id="first shown later",
    ),
    pytest.param(
        CLAIMS,
        (
            "What happened?",
            press("Fire", "DMG_FIRE", damage="Fire"),
            held("How much?", damage="DMG_FIRE"),
            correct("water, I mean", damage="Water"),
            held("How much?", damage="DMG_FIRE"),
            inform("500", amount="500"),
            held("When?", damage="DMG_FIRE", amount=500),
        ),
        [("LOST_CORRECTION", 4, "damage")],
        id="the payload of the old quick reply",
    ),
    pytest.param(
        BIKES,
        (
            WHICH_DAY,
            inform("Monday", day="Monday"),
            "City bike on Monday. Is that right?",
            correct("Tuesday", day="Tuesday"),
            "City bike on Monday. Is that right?",
            correct("Tuesday", day="Tuesday"),
            "City bike on Tuesday. Is that right?",
        ),
        [("LOST_CORRECTION", 4, "day")],
        id="heard at the second time",
    ),
]


@pytest.mark.parametrize(("product", "sides", "expected"), LOST)
def test_a_lost_correction_is_blamed_at_its_first_reuse(
    product: Product, sides: tuple[object, ...], expected: object
) -> None:
    assert values(product, *sides) == expected


RIGHT = [
    pytest.param(
        BIKES,
        (
            WHICH_DAY,
            inform("Monday", day="Monday"),
            held(WHICH_BIKE, day=None),
            inform("city", bike="city bike"),
            held("And?", day="Monday"),
            correct("Tuesday", day="Tuesday"),
            held("And?", day="Monday"),
        ),
        id="a state that lags a turn",
    ),
    pytest.param(
        BIKES,
        (
            WHICH_DAY,
            inform("tomorrow", day="tomorrow"),
            held("And?", day="2026-01-06"),
            nudge(),
            held("So?", day="2026-01-06"),
        ),
        id="tomorrow as a date",
    ),
    pytest.param(
        BIKES,
        (
            WHICH_DAY,
            inform("Monday", day="Monday"),
            held("And?", day="2026-01-12"),
            nudge(),
            held("So?", day="2026-01-12"),
        ),
        id="a weekday as a date",
    ),
    pytest.param(
        CLAIMS,
        (
            "When?",
            inform("2nd of March", date="2 March"),
            held("And?", date="2026-03-02"),
            nudge(),
            held("So?", date="2.3.2026"),
        ),
        id="ways to write a date",
    ),
    pytest.param(
        CLAIMS,
        (
            "How much?",
            inform("10k", amount="10000"),
            held("And?", amount=10000.0),
            nudge(),
            held("So?", amount="10,000 EUR"),
        ),
        id="ways to write a number",
    ),
    pytest.param(
        CLAIMS,
        (
            "Policy?",
            inform("ab 123-456", policy="AB123456"),
            held("And?", policy="AB123456"),
            nudge(),
            held("So?", policy="ab-123456"),
        ),
        id="spaces and case of an id",
    ),
    pytest.param(
        CLAIMS,
        (
            "What happened?",
            press("Fire", "DMG_FIRE", damage="Fire"),
            held("And?", damage="DMG_FIRE"),
            nudge(),
            held("So?", damage="DMG_FIRE"),
        ),
        id="the payload instead of the title",
    ),
    pytest.param(
        BIKES,
        (
            "What needs doing?",
            inform("it has a puncture", service="Flat tyre"),
            held("And?", service="flat-tyre"),
            nudge(),
            held("So?", service="it has a puncture"),
        ),
        id="other ways to say it",
    ),
    pytest.param(
        BIKES,
        (
            "Hello",
            request("Help"),
            held("And?", bike="city bike", day="Monday"),
            nudge(),
            held("So?", bike="city bike"),
        ),
        id="values the user never uttered",
    ),
    pytest.param(
        BIKES,
        (
            WHICH_DAY,
            inform("Monday", day="Monday"),
            held("Tuesday?", day="Tuesday"),
            deny(),
            held("Monday.", day="Monday"),
        ),
        id="wrong for a turn, then right",
    ),
    pytest.param(
        BIKES,
        (
            WHICH_DAY,
            inform("Monday", day="Monday"),
            "City bike on Monday. Is that right?",
            correct("Tuesday", day="Tuesday"),
            "Tuesday instead of Monday, noted. City bike. Is that right?",
            affirm(),
            "Thanks.",
        ),
        id="names the old value beside the new",
    ),
    pytest.param(
        BIKES,
        (
            WHICH_DAY,
            inform("Monday", day="Monday"),
            held("And?", day=["Monday", "Tuesday"]),
            nudge(),
            held("So?", day={"a": "Monday"}),
        ),
        id="the value among others",
    ),
]


@pytest.mark.parametrize(("product", "sides"), RIGHT)
def test_what_looks_wrong_and_is_right(product: Product, sides: tuple[object, ...]) -> None:
    assert values(product, *sides) == []


def test_a_fresh_wrong_value_counts_though_the_talk_broke_off() -> None:
    sides = (WHICH_DAY, inform("Monday", day="Monday"), held("And?", day="Tuesday"))
    assert values(BIKES, *sides) == [("WRONG_RESULT", 2, "day")]
    assert values(BIKES, *sides, stop=INFRASTRUCTURE) == []


def test_facts_can_be_read_from_the_words() -> None:
    product = Product(BIKES.slots, facts={"day": Rule(says=r"see you on (\w+)", match="date")})
    sides = (WHICH_DAY, inform("Monday", day="Monday"), "We see you on Tuesday.", nudge(), "We see you on Tuesday!")
    assert values(product, *sides) == [("WRONG_RESULT", 2, "day")]
    assert values(product, *(sides[:2]), "We see you on Monday.", nudge(), "Bye") == []


@pytest.mark.parametrize(("told", "wrong"), [(True, []), (False, [("WRONG_RESULT", 2, "insured")])])
def test_yes_and_no_are_held_as_booleans(told: bool, wrong: object) -> None:
    product = Product((), facts={"insured": Rule("state.insured")})
    sides = (
        "Are you insured?",
        inform("yes I am", insured="yes"),
        held("And?", insured=told),
        nudge(),
        held("So?", insured=told),
    )
    assert values(product, *sides) == wrong
