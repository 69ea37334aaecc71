"""EndStateJudge: what the product holds in the end against what the user last said."""

from __future__ import annotations

from typing import Any

import pytest
from judged_talks import BIKES, CLAIMS, TABLES, Product, affirm, correct, inform, nudge, p, press, talk

from prebeta.core.types import Act, EndState, Say
from prebeta.judges.end_state import EndStateJudge

DAY, BIKE, RECAP = "Which day suits you?", "Which bike is it?", "Shall I book it?"
PASS = [("pass", None, None)]


def held(text: str, **state: Any) -> object:
    return p(text, state=state)


RIGHT = [
    pytest.param(BIKES, (DAY, inform("Monday", day="Monday"), "Booked!"), {"day": "Monday"}, id="as said"),
    pytest.param(BIKES, (DAY, inform("tomorrow", day="tomorrow"), "Booked!"), {"day": "2026-01-06"}, id="tomorrow"),
    pytest.param(BIKES, (DAY, inform("Monday", day="Monday"), "Booked!"), {"day": "2026-01-12"}, id="a Monday"),
    pytest.param(BIKES, (DAY, inform("14th of May", day="14 May"), "Booked!"), {"day": "May 14, 2026"}, id="a date"),
    pytest.param(CLAIMS, ("How much?", inform("10k", amount="10000"), "Filed."), {"amount": 10000}, id="a number"),
    pytest.param(CLAIMS, ("Policy?", inform("ab 123456", policy="AB123456"), "Ok."), {"policy": "AB-123456"}, id="id"),
    pytest.param(
        CLAIMS, ("What?", press("Fire", "dmg:fire", damage="Fire"), "Ok."), {"damage": "dmg:fire"}, id="payload"
    ),
    pytest.param(CLAIMS, ("What?", inform("it was stolen", damage="Theft"), "Ok."), {"damage": "theft"}, id="words"),
    pytest.param(
        BIKES,
        (DAY, inform("Monday", day="Monday"), BIKE, correct("Tuesday", day="Tuesday"), "Booked!"),
        {"day": "Tuesday"},
        id="corrected",
    ),
    pytest.param(
        BIKES,
        (held(DAY, day=None), inform("Monday", day="Monday"), held(RECAP, day=None), affirm(), "Booked!"),
        {"day": "Monday"},
        id="a state that lags",
    ),
    pytest.param(
        BIKES, (DAY, inform("Monday", day="Monday"), "Booked!"), {"day": "Monday"}, id="not declared in the end"
    ),
    pytest.param(BIKES, ("Booked!",), {"day": "Monday"}, id="nothing was said"),
]


@pytest.mark.parametrize(("product", "sides", "end"), RIGHT)
def test_what_was_said_is_held(product: Product, sides: tuple[object, ...], end: dict[str, Any]) -> None:
    assert product.at_the_end(*sides, end=end) == PASS


WRONG = [
    pytest.param(
        BIKES,
        (DAY, inform("Monday", day="Monday"), "Booked!"),
        {"day": "Tuesday"},
        [("WRONG_RESULT", 2, "day")],
        id="seen only in the end",
    ),
    pytest.param(
        TABLES,
        (
            held("How many?", guests=None),
            inform("4", guests="4"),
            held("Which day?", guests=6),
            inform("Friday", day="Friday"),
            held(RECAP, guests=6, day="Friday"),
            affirm(),
            held("Booked!", guests=6, day="Friday"),
        ),
        {"guests": 6, "day": "Friday"},
        [("WRONG_RESULT", 2, "guests")],
        id="first turn that shows it",
    ),
    pytest.param(
        TABLES,
        (
            "How many?",
            inform("4", guests="4"),
            held("Which day?", guests=4),
            inform("Friday", day="Friday"),
            held(RECAP, guests=4, day="Friday"),
            affirm(),
            held("Booked!", guests=4, day="Saturday"),
        ),
        {"guests": 4, "day": "Saturday"},
        [("WRONG_RESULT", 6, "day")],
        id="right until the last",
    ),
    pytest.param(
        TABLES,
        (
            "How many?",
            inform("4", guests="4"),
            held("Really?", guests=6),
            nudge(),
            held("I see.", guests=4),
            nudge(),
            held("Booked!", guests=6),
        ),
        {"guests": 6},
        [("WRONG_RESULT", 6, "guests")],
        id="the last unbroken row",
    ),
    pytest.param(
        BIKES,
        (
            DAY,
            inform("Monday", day="Monday"),
            held(BIKE, day="Monday"),
            correct("Tuesday please", day="Tuesday"),
            held(BIKE, day="Monday"),
            inform("city bike", bike="city bike"),
            held("Booked!", day="Monday", bike="city bike"),
        ),
        {"day": "Monday", "bike": "city bike"},
        [("LOST_CORRECTION", 4, "day")],
        id="the old value after a correction",
    ),
    pytest.param(
        BIKES,
        (
            DAY,
            inform("Monday", day="Monday"),
            RECAP,
            correct("Tuesday please", day="Tuesday"),
            RECAP,
            affirm(),
            held("Booked!", day="Monday"),
        ),
        {"day": "Monday"},
        [("LOST_CORRECTION", 6, "day")],
        id="re-used only in the end",
    ),
    pytest.param(
        BIKES,
        (DAY, inform("Monday", day="Monday"), RECAP, correct("Tuesday", day="Tuesday"), "Booked!"),
        {"day": "14 May"},
        [("WRONG_RESULT", 4, "day")],
        id="neither old nor new",
    ),
    pytest.param(
        CLAIMS,
        ("Policy?", inform("AB123456", policy="AB123456"), "How much?", inform("500", amount="500"), "Filed."),
        {"policy": None, "amount": 500},
        [("IGNORED_INPUT", 4, "policy")],
        id="missing, and no state on the way",
    ),
    pytest.param(
        CLAIMS,
        (
            "How much?",
            inform("500", amount="500"),
            held("Policy?", policy=None, amount=500),
            inform("AB123456", policy="AB123456"),
            held("When?", policy=None, amount=500),
            inform("2 March", date="2 March"),
            held("Filed.", policy=None, amount=500, date="2026-03-02"),
        ),
        {"policy": None, "amount": 500, "date": "2026-03-02"},
        [("IGNORED_INPUT", 4, "policy")],
        id="missing: the next product turn",
    ),
    pytest.param(
        TABLES,
        ("All at once?", inform("4 on Friday", guests="4", day="Friday"), "Booked!"),
        {"guests": 2, "day": "Saturday"},
        [("WRONG_RESULT", 2, "guests"), ("WRONG_RESULT", 2, "day")],
        id="each fact by itself",
    ),
]


@pytest.mark.parametrize(("product", "sides", "end", "expected"), WRONG)
def test_what_is_wrong_is_blamed(
    product: Product, sides: tuple[object, ...], end: dict[str, Any], expected: object
) -> None:
    assert product.at_the_end(*sides, end=end) == expected
    assert [one for one in product.rules(*sides, end=end) if one[0] in ("WRONG_RESULT", "LOST_CORRECTION")] == []


@pytest.mark.parametrize("kind", ["handed_off", "declined"])
async def test_other_ends_and_none_are_not_compared(kind: Any) -> None:
    sides = (DAY, inform("Monday", day="Monday"), "No.")
    judge = EndStateJudge(BIKES.fact_reader)
    assert await judge(talk(*sides, end=EndState(kind, {"day": "Tuesday"}))) == ()
    assert await judge(talk(*sides)) == ()


async def test_the_reason_names_what_was_said_and_what_is_held() -> None:
    sides = (DAY, inform("Monday", day="Monday"), "Booked for Tuesday!")
    (verdict,) = await EndStateJudge(BIKES.fact_reader)(talk(*sides, end=EndState("reached", {"day": "Tuesday"})))
    assert (verdict.judge, verdict.value, verdict.evidence) == ("end_state", "fail", "Booked for Tuesday!")
    assert "'Monday'" in str(verdict.reason)
    assert "'Tuesday'" in str(verdict.reason)


def test_what_the_user_never_said_is_not_the_products_to_fill_in() -> None:
    talk = (DAY, inform("Monday", day="Monday"), "Booked!")
    invented = BIKES.at_the_end(*talk, end={"day": "Monday", "bike": "a bike of nobody's"})
    assert invented == [("WRONG_RESULT", 2, "bike")]
    assert BIKES.at_the_end(*talk, end={"day": "Monday", "bike": None}) == [("FALSE_DONE", 2, "bike")]


def test_what_was_left_to_the_product_is_its_choice() -> None:
    left_open = Say("I'm not sure", Act("not_sure", asked="bike"))
    talk = ("Which bike is it?", left_open, DAY, inform("Monday", day="Monday"), "Booked!")
    assert BIKES.at_the_end(*talk, end={"day": "Monday", "bike": "any"}) == [("pass", None, None)]
