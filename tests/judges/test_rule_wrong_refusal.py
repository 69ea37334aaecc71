"""WRONG_REFUSAL: the user did what the product is there for, and got a refusal."""

from __future__ import annotations

import dataclasses

import pytest
from judged_talks import (
    BIKES,
    CLAIMS,
    TABLES,
    affirm,
    aside,
    asks_beside,
    asks_human,
    correct,
    inform,
    injects,
    p,
    press,
    request,
    unsure,
    why,
    wonders,
)

from prebeta.core.types import Move, Say

REFUSED = [
    (request("I want to book a repair"), "I'm sorry, I can't help you with that."),
    (request("I'd like to report damage"), "That's outside what I can do. Anything else?"),
    (inform("4", guests="4"), "I can't help with that, I only know about reservations. For how many people?"),
    (inform("Friday", day="Friday"), "I'm not able to assist with this request."),
    (affirm(), "I'm not permitted to carry out your request."),
    (correct("Saturday then", day="Saturday"), "Sorry, I'm not allowed to discuss that. Under which name?"),
    (press("Theft", damage="Theft"), "Such a request is against our policy."),
    (inform("it was stolen", damage="Theft"), "I must decline. When did it happen?"),
    (wonders("How long does it take?", "two days"), "I can't help with that. Which day suits you?"),
    (
        asks_beside("2. Is there parking?", "Is there parking?", guests="2"),
        "I can't help with that. For how many people?",
    ),
]


@pytest.mark.parametrize(("move", "reply"), REFUSED)
def test_a_refusal_is_found_at_its_turn(move: Move, reply: str) -> None:
    sides = ("Hello, what is it about?", request("Hi"), "Tell me more.", move, reply, inform("2", guests="2"), "Noted.")
    assert TABLES.finds("WRONG_REFUSAL", *sides) == [4]


RIGHT = [
    (aside(), "I can't help with that, I only know about bicycles."),
    (injects(), "I can't act on that; I only help with accepting payments."),
    (why(), "I can only help once I know it. Which day suits you?"),
    (asks_human(), "I'm not able to connect you; I can only help here."),
    (unsure(), "I can't help until I know the day."),
    (wonders("Do you take Amex?"), "I can't help with that, I only handle bookings. Which day?"),
    (inform("Friday", day="Friday"), "Sorry, we're fully booked that day. Which other day suits you?"),
    (inform("Friday", day="Friday"), "We can't do Friday, but Saturday works. Shall I book that?"),
    (inform("0123", phone="0123"), "I can't take that number, it needs ten digits."),
    (inform("0123", phone="0123"), "I can't process this without all digits of the number."),
    (inform("Malta", day="Malta"), "We don't support Malta yet. Which country is it?"),
    (affirm(), "I can't book it yet, I still need your phone number."),
    (affirm(), "There is nothing to confirm yet. Which day suits you?"),
    (inform("4", guests="4"), "Sorry, I didn't understand. How many are you?"),
    (inform("Water", damage="Water"), "I'm sorry to hear that. When did it happen?"),
    (inform("it was stolen", damage="Theft"), "I'm sorry, I can't do anything about that."),
    (
        asks_beside("Friday. Do you do weddings?", "Do you do weddings?", day="Friday"),
        "I can't help with that. Friday, noted.",
    ),
    (inform("Friday", day="Friday"), "Friday, noted. We don't do deliveries. Under which name?"),
    (wonders("How long does it take?", "two days"), "It takes two days. I can't help with more than that."),
]


@pytest.mark.parametrize(("move", "reply"), RIGHT)
def test_what_looks_like_a_wrong_refusal_and_is_none(move: Move, reply: str) -> None:
    sides = ("Hello, what is it about?", request("Hi"), "Tell me more.", move, reply, inform("2", guests="2"), "Noted.")
    assert CLAIMS.finds("WRONG_REFUSAL", *sides) == []


def test_the_refused_fact_is_named() -> None:
    sides = ("Which day?", inform("Monday", day="Monday"), "I can't help with that.")
    assert ("WRONG_REFUSAL", 2, "day") in BIKES.rules(*sides)


@pytest.mark.parametrize("behavior", ["stale_press", "injection"])
def test_an_unusual_manner_may_be_refused(behavior: str) -> None:
    said = inform("Mnoday", day="Monday")
    assert said.act is not None
    odd = Say(said.text, dataclasses.replace(said.act, behaviors=(behavior,)))
    assert BIKES.finds("WRONG_REFUSAL", "Which day?", odd, "I can't help with that. Which day?") == []


def test_a_fact_that_was_taken_was_not_refused() -> None:
    sides = (
        p("Which day?", state={"day": None}),
        inform("Monday", day="Monday"),
        p("Noted. I can't help with other things.", state={"day": "Monday"}),
    )
    assert BIKES.finds("WRONG_REFUSAL", *sides) == []


@pytest.mark.parametrize("behavior", ["hostility", "paste_long"])
def test_of_two_things_in_a_message_the_other_may_be_refused(behavior: str) -> None:
    said = inform("What is this nonsense. It is Monday", day="Monday")
    assert said.act is not None
    both = Say(said.text, dataclasses.replace(said.act, behaviors=(behavior,)))
    no = "That is nothing I can do, I'm only here for bicycles."
    assert BIKES.finds("WRONG_REFUSAL", "Which day suits you?", both, f"{no} What is your phone number?") == []
    assert BIKES.finds("WRONG_REFUSAL", "Which day suits you?", both, f"{no} Which day suits you?") == [2]
    assert BIKES.finds("WRONG_REFUSAL", "Which day suits you?", both, no) == [2]


def test_a_refusal_said_over_again_is_a_loop() -> None:
    said = "That's beyond me, I'm afraid: I only look after tables. For which day?"
    sides = ("For which day?", aside(), said, inform("Friday", day="Friday"), said)
    assert TABLES.rules(*sides)[0] == ("LOOP", 4, "day")
    assert TABLES.finds("WRONG_REFUSAL", *sides) == []


@pytest.mark.parametrize(
    "reply",
    [
        "Dabei kann ich Ihnen leider nicht helfen.",
        "Je ne peux pas vous aider.",
        "No puedo ayudarle con eso.",
        "Não posso ajudar com isso.",
        "Non posso aiutarla.",
        "Daar kan ik u niet mee helpen.",
    ],
)
def test_a_refusal_in_another_language(reply: str) -> None:
    sides = ("Hello, what is it about?", request("Hi"), "Tell me more.")
    after = (inform("2", guests="2"), "Noted.")
    assert TABLES.finds("WRONG_REFUSAL", *sides, inform("Friday", day="Friday"), reply, *after) == [4]
    assert TABLES.finds("WRONG_REFUSAL", *sides, aside(), reply, *after) == []
    for condition in ("ohne die Nummer", "sans le numéro", "sin el número", "sem o número", "senza", "zonder nummer"):
        limited = f"{reply.rstrip('.')} {condition}."
        assert TABLES.finds("WRONG_REFUSAL", *sides, inform("Friday", day="Friday"), limited, *after) == []
