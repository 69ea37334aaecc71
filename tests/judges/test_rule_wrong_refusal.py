"""WRONG_REFUSAL: the user did what the product is there for, and got a refusal."""

from __future__ import annotations

import dataclasses

import pytest
from judged_talks import (
    BIKES,
    CLAIMS,
    TABLES,
    Product,
    affirm,
    aside,
    asks_beside,
    asks_human,
    correct,
    inform,
    injects,
    options,
    p,
    press,
    request,
    unsure,
    why,
    wonders,
)

from prebeta.core.types import Move, Say, SlotSpec

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


FRAMES = Product(
    (
        options("piece", "What shall we frame?", "Oil painting", "Mirror", "Poster", Poster=["a big print"]),
        options("glass", "Which glass?", "Clear", "Museum"),
        options("width", "How wide is it?", "40", "60", "120", match="number"),
        options("day", "When will you bring it?", "Monday", "14 May", match="date"),
        SlotSpec("phone", ("Your phone number?",), pattern="0[0-9]{9}", match="id"),
    ),
    "have a picture framed",
)
MIRROR = inform("It's a mirror", piece="Mirror")
TURNED_AWAY = [
    (MIRROR, "I'm sorry, mirrors are nothing we can frame. What else could it be?"),
    (MIRROR, "We don't do mirrors, sorry. Which other piece is it?"),
    (MIRROR, "Mirrors aren't something we take. What shall we frame?"),
    (MIRROR, "A mirror? No, we never frame those. What shall we frame?"),
    (MIRROR, "We'll have to turn mirrors away. What shall we frame then?"),
    (MIRROR, "No mirrors allowed in our workshop. What shall we frame?"),
    (MIRROR, "Sorry, our framers refuse to touch it. What shall we frame?"),
    (MIRROR, "Mirrors are out of the question. What else?"),
    (MIRROR, "We stopped taking mirrors. What shall we frame?"),
    (MIRROR, "We only frame canvas. What shall we frame?"),
    (MIRROR, "That's not something we offer. What shall we frame?"),
    (MIRROR, "I'm afraid mirrors are excluded."),
    (MIRROR, "Mirrors are not accepted here."),
    (request("I'd like to have a picture framed"), "Sorry, we don't frame pictures."),
    (request("I'd like to have a picture framed"), "Framing isn't something we offer."),
    (inform("60 cm", width="60"), "We don't frame things of that size. How wide is it?"),
    (correct("Make it museum glass", glass="Museum"), "We won't change the glass. When will you bring it?"),
]


@pytest.mark.parametrize(("move", "reply"), TURNED_AWAY)
def test_a_no_in_other_words_to_what_is_declared(move: Move, reply: str) -> None:
    sides = ("What shall we frame?", move, reply, inform("Clear", glass="Clear"), "Hm.")
    assert FRAMES.finds("WRONG_REFUSAL", *sides) == [2]


LET_BE = [
    (MIRROR, "A mirror, noted. We don't charge for the first look. Which glass?"),
    (MIRROR, "Don't worry, mirrors are fine. Which glass?"),
    (MIRROR, "I don't have your phone number yet. What is it?"),
    (MIRROR, "I can't find a mirror in your order. What shall we frame?"),
    (MIRROR, "Sorry, I didn't understand. What shall we frame?"),
    (MIRROR, "We can't frame mirrors on that day. When will you bring it?"),
    (MIRROR, "Mirrors are sold out of slots this week. What shall we frame?"),
    (MIRROR, "I can only help in English, but I got that. Which glass?"),
    (MIRROR, "Sorry, I only speak English. What shall we frame?"),
    (MIRROR, "That isn't a piece I know. What shall we frame?"),
    (MIRROR, "We can't take that without your phone number. Your phone number?"),
    (MIRROR, "No problem. What shall we frame?"),
    (MIRROR, "Great, a mirror. We never frame anything without care. Which glass?"),
    (inform("Monday", day="Monday"), "We don't work Mondays. When will you bring it?"),
    (inform("Monday", day="Monday"), "We can't do Monday, but Tuesday works."),
    (inform("012", phone="012"), "We don't accept that one, it's too short. Your phone number?"),
    (aside(), "We don't do jokes. What shall we frame?"),
    (affirm(), "I can't book it yet; which glass?"),
    (affirm("ja"), "I can only help in English. Shall I book it?"),
]


@pytest.mark.parametrize(("move", "reply"), LET_BE)
def test_a_no_that_turns_nobody_away(move: Move, reply: str) -> None:
    if "English" in reply:
        move = foreign(move)
    sides = ("What shall we frame?", move, reply, inform("Clear", glass="Clear"), "Hm.")
    assert FRAMES.finds("WRONG_REFUSAL", *sides) == []


def foreign(move: Move) -> Move:
    """The same of a user who writes in another language."""
    assert isinstance(move, Say)
    assert move.act is not None
    return Say(move.text, dataclasses.replace(move.act, behaviors=("other_language",)))


def test_a_slip_of_the_pen_was_understood_where_the_refusal_names_what_was_meant() -> None:
    slip = inform("a mirorr", piece="Mirror")
    assert slip.act is not None
    slip = Say(slip.text, dataclasses.replace(slip.act, behaviors=("mistype",)))
    start = "What shall we frame?"
    assert FRAMES.finds("WRONG_REFUSAL", start, slip, f"Mirrors are nothing we take. {start}") == [2]
    assert FRAMES.finds("WRONG_REFUSAL", start, slip, f"That is nothing we take. {start}") == []


def test_a_language_school_turns_away_what_it_teaches() -> None:
    school = Product((options("course", "Which course?", "French", "Polish"),), "book a language course")
    sides = ("Which course?", inform("French", course="French"), "We don't teach French, sorry. Which course?")
    assert school.finds("WRONG_REFUSAL", *sides) == [2]


def test_a_question_beside_a_fact_is_refused_too() -> None:
    beside = asks_beside("a mirror. How long does it take?", "How long does it take?", "a week", piece="Mirror")
    no = "I'm afraid I can't help with that, it isn't something a workshop does."
    assert FRAMES.finds("WRONG_REFUSAL", "What shall we frame?", beside, f"{no} Which glass?") == [2]
    assert FRAMES.finds("WRONG_REFUSAL", "What shall we frame?", beside, "About a week. Which glass?") == []
    no = "Sorry, I can only help in English. Which glass?"
    assert FRAMES.finds("WRONG_REFUSAL", "What shall we frame?", foreign(beside), no) == []
