"""NO_PROGRESS: three product turns without a milestone although the user did its part."""

from __future__ import annotations

import pytest
from judged_talks import (
    BIKES,
    CLAIMS,
    LIMIT,
    PATIENCE,
    TABLES,
    affirm,
    aside,
    correct,
    inform,
    leave,
    nudge,
    p,
    request,
    wait,
    why,
)

IDLE = ("Thank you, noted.", "We value your patience.", "It is a lovely day in the workshop.", "Our team is the best.")


def test_three_idle_turns_blame_the_first() -> None:
    sides = (
        "Which bike is it?",
        inform("city bike", bike="city bike"),
        IDLE[0],
        nudge(),
        IDLE[1],
        nudge(),
        IDLE[2],
        nudge(),
    )
    assert BIKES.finds("NO_PROGRESS", *sides) == [2]


def test_two_are_enough_where_the_user_left_for_it() -> None:
    sides = ("For which day?", inform("Friday", day="Friday"), IDLE[1], nudge(), IDLE[2])
    assert TABLES.finds("NO_PROGRESS", *sides, leave(), stop=PATIENCE) == [2]
    assert TABLES.finds("NO_PROGRESS", *sides, stop=LIMIT) == []


def test_going_round_in_known_questions_is_no_progress() -> None:
    sides = (
        "What happened?",
        inform("water", damage="Water"),
        "How much is the damage?",
        inform("500", amount="500"),
        "Tell me what happened, in a word.",
        inform("water", damage="Water"),
        "And how much would you say it is?",
        inform("500", amount="500"),
        "So what happened to you there?",
    )
    assert CLAIMS.finds("NO_PROGRESS", *sides) == [4]


def test_a_milestone_in_between_starts_the_count_again() -> None:
    sides = (
        "Which bike is it?",
        inform("city bike", bike="city bike"),
        IDLE[0],
        nudge(),
        IDLE[1],
        nudge(),
        "Which day suits you?",
        inform("Monday", day="Monday"),
        IDLE[2],
        nudge(),
        IDLE[3],
        nudge(),
    )
    assert BIKES.finds("NO_PROGRESS", *sides) == []


@pytest.mark.parametrize("act", [aside(), why(), wait()])
def test_turns_after_asides_or_waiting_do_not_count(act: object) -> None:
    sides = ("Which bike is it?", act, IDLE[0], act, IDLE[1], act, IDLE[2], act, IDLE[3])
    assert BIKES.finds("NO_PROGRESS", *sides, stop=PATIENCE) == []


def test_a_changed_fact_is_progress() -> None:
    def state(**held: str) -> dict[str, str | None]:
        return {"bike": None, "service": None, "day": None, "phone": None, **held}

    sides = (
        p("Hello, what can I do for you?", state=state()),
        request("repair"),
        p("Go on.", state=state(bike="city bike")),
        inform("brakes", service="Brakes"),
        p("Go on.", state=state(bike="city bike", service="Brakes")),
        inform("Monday", day="Monday"),
        p("Go on.", state=state(bike="city bike", service="Brakes", day="Monday")),
    )
    assert BIKES.finds("NO_PROGRESS", *sides, stop=PATIENCE) == []


def test_recaps_after_corrections_are_no_standstill() -> None:
    recap = "City bike on {}. Is that right?"
    sides = (
        recap.format("Monday"),
        correct("Tuesday", day="Tuesday"),
        recap.format("Tuesday"),
        correct("no, Monday", day="Monday"),
        recap.format("Monday"),
        correct("14 May", day="14 May"),
        recap.format("14 May"),
        affirm(),
        "Booked!",
    )
    assert BIKES.finds("NO_PROGRESS", *sides, stop=PATIENCE) == []


def test_nothing_is_said_where_the_end_state_was_reached() -> None:
    sides = (
        "Which bike is it?",
        inform("city bike", bike="city bike"),
        *(one for text in IDLE for one in (text, nudge())),
    )
    assert BIKES.rules(*sides, p("Booked!"), end={"bike": "city bike"}) == []


def test_two_at_the_very_end_that_ask_nothing_are_enough_though_something_was_taken_in() -> None:
    def state(**held: str) -> dict[str, str | None]:
        return {"bike": None, "day": None, **held}

    sides = (
        p("Which bike is it?", state=state()),
        aside(),
        p("I only know bicycles. Which bike is it?", state=state()),
        inform("city bike", bike="city bike"),
        p("One moment, I'm looking who is free.", state=state(bike="city bike")),
        wait(),
        p(),
        nudge(),
        p("The others are at lunch, so it takes a little.", state=state(bike="city bike")),
        inform("on Monday", day="Monday"),
        p("Two of them have come in again.", state=state(bike="city bike", day="Monday")),
        leave(),
    )
    assert BIKES.finds("NO_PROGRESS", *sides, stop=PATIENCE) == [4]
    asks = (*sides[:-2], p("And your phone number?", state=state(bike="city bike", day="Monday")), leave())
    assert BIKES.finds("NO_PROGRESS", *asks, stop=PATIENCE) == []
