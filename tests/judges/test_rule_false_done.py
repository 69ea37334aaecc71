"""FALSE_DONE: claims completion, and the end state says no."""

from __future__ import annotations

import pytest
from judged_talks import (
    BIKES,
    CLAIMS,
    ENDED,
    INFRASTRUCTURE,
    LIMIT,
    TABLES,
    affirm,
    close,
    inform,
    leave,
    nudge,
    p,
    wonders,
)

from prebeta.core.types import Stop

CLAIMED = [
    "Your repair is booked. See you on Monday!",
    "All done!",
    "Wonderful, the table has been reserved for you.",
    "Thanks, your claim has been successfully submitted.",
    "I've scheduled the visit. Is there anything else I can do?",
    "Booking confirmed: Monday, brakes.",
    "You're all set.",
    "Perfect - everything is arranged now.",
]
NOT_CLAIMED = [
    "Your booking will be confirmed once we have your phone number.",
    "The visit isn't booked yet.",
    "Almost done, your table will be reserved in a second.",
    "After that your claim is complete, so what is the date?",
    "When it is ready we write to you.",
    "Shall I mark this as done?",
    "Before it can be confirmed: how many are you?",
    "Your account has not been created.",
    "It will be booked as soon as you agree.",
    "If it is booked out we tell you.",
    "Thank you.",
]


@pytest.mark.parametrize("claim", CLAIMED)
def test_a_claim_without_the_end_state_is_found(claim: str) -> None:
    sides = ("City bike, brakes, Monday. Shall I book it?", affirm(), claim, close(), "Bye!", leave("done"))
    assert BIKES.finds("FALSE_DONE", *sides, stop=Stop("user", "done")) == [2]


@pytest.mark.parametrize("text", NOT_CLAIMED)
def test_what_looks_like_a_claim_and_is_none(text: str) -> None:
    sides = ("When did it happen?", inform("17 April", date="17 April"), text, nudge(), "Bear with me.")
    assert CLAIMS.finds("FALSE_DONE", *sides) == []


def test_a_step_that_is_done_on_the_way_is_no_claim() -> None:
    sides = (
        "For how many people?",
        inform("4", guests="4"),
        "The number of guests is set.",
        nudge(),
        "For which day?",
        inform("Friday", day="Friday"),
        "Under which name?",
    )
    assert TABLES.finds("FALSE_DONE", *sides) == []


def test_the_claim_counts_and_not_its_repetition() -> None:
    sides = (
        "Shall I book it?",
        affirm(),
        "Your table is booked.",
        nudge("Really?"),
        "Yes, it is booked.",
        nudge(),
        "Bye.",
    )
    assert TABLES.finds("FALSE_DONE", *sides) == [2]


def test_an_end_state_or_a_broken_line_silences_it() -> None:
    sides = ("Shall I book it?", affirm(), p("Your table is booked.", ended=True))
    assert TABLES.finds("FALSE_DONE", *sides, stop=ENDED) == [2]
    assert TABLES.rules(*sides, end={}) == []
    assert TABLES.rules(*sides, stop=INFRASTRUCTURE) == []


def test_a_greeting_claims_nothing() -> None:
    assert TABLES.finds("FALSE_DONE", "Everything is set up for you.", wonders("Is it?"), "Is there something?") == []


def test_an_answer_with_a_prompt_after_it_is_no_claim() -> None:
    sides = ("Which bike is it?", wonders("Is my old booking done?"), "Yes, it is done. Which bike is it?")
    assert BIKES.finds("FALSE_DONE", *sides, stop=LIMIT) == []
