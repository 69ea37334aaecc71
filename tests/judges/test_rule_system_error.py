"""SYSTEM_ERROR: exceptions, time-outs, nothing, half sentences, technical text."""

from __future__ import annotations

import pytest
from judged_talks import (
    BIKES,
    INFRASTRUCTURE,
    affirm,
    broke,
    inform,
    nudge,
    p,
    request,
    wait,
)

from prebeta.core.types import Reply, Stop

BROKEN = [
    broke("timeout", "no answer within 10 s"),
    broke("crashed", "HTTP 500", "<html>Internal Server Error</html>"),
    broke("malformed", "the reply isn't JSON"),
    broke("closed"),
    p(""),
    p(),
    p(" \n "),
    p("Traceback (most recent call last):\n  File \"app.py\", line 3, in x\nKeyError: 'tariff'"),
    p("ValueError: invalid literal for int()"),
    p("Internal Server Error"),
    p("502 Bad Gateway"),
    p("Hello {{user.first_name}}, which bike is it?"),
    p("Your total is ${total}."),
    p("[object Object]"),
    p("<!DOCTYPE html><html><body>nginx</body></html>"),
    p('{"reply": "Which bike is it?", "next": "bike"}'),
    p('[{"text": "Which bike?"}]'),
    p("Your appointment is on Monday and the"),
    p("We have these bikes for you: city, gravel and"),
    p("You can pick up your"),
    p("Please come to the shop in Kiel, which (as you may know,"),
    p("It will be ready on"),
    p("The mechanic will write to"),
]


@pytest.mark.parametrize("reply", BROKEN)
def test_what_is_broken_is_found_at_its_turn(reply: Reply) -> None:
    sides = ("Which bike is it?", inform("city bike", bike="city bike"), reply, nudge(), "And which day?")
    assert BIKES.finds("SYSTEM_ERROR", *sides) == [2]


WHOLE = [
    "Which city are you from",
    "what day are you looking for",
    "Who should I send it to",
    "Can I have your phone number please",
    "Anything else I can help with",
    "Is there a name we should put it in",
    "Tell me what the names are",
    "Choose one of these:",
    "ok and",
    "We take cash, card and PayPal",
    "Error codes like E17 on your display tell what is wrong.",
    "An exception: on Mondays we are closed.",
    "That is 20 {euros} in total",
    "Set A = [1, 2]",
    "{not json}",
    "42",
    "...",
    "👍",
]


@pytest.mark.parametrize("text", WHOLE)
def test_what_looks_broken_and_is_whole(text: str) -> None:
    assert BIKES.finds("SYSTEM_ERROR", "Hi!", request("Help"), text, nudge(), "And which day?") == []


def test_options_make_a_message_whole() -> None:
    options = ["city bike", "cargo bike"]
    assert BIKES.finds("SYSTEM_ERROR", "Hi!", request("Help"), p("I would like to repair the", options=options)) == []
    assert BIKES.finds("SYSTEM_ERROR", "Hi!", request("Help"), p(options=options)) == []


def test_what_comes_late_came() -> None:
    sides = ("Hi!", request("Help"), p(), wait(), "Which bike is it?")
    assert BIKES.finds("SYSTEM_ERROR", *sides) == []
    assert BIKES.finds("SYSTEM_ERROR", "Hi!", request("Help"), p(), wait(), p(), nudge(), "Which bike?") == [2]


def test_each_silence_after_words_counts_and_the_first_is_blamed() -> None:
    sides = ("Hi!", request("Help"), p(), nudge(), p(), nudge(), "Which bike is it?")
    assert BIKES.finds("SYSTEM_ERROR", *sides) == [2]


def test_a_product_need_not_speak_first_nor_last() -> None:
    assert BIKES.finds("SYSTEM_ERROR", p(), request("Help"), "Which bike is it?") == []
    assert BIKES.finds("SYSTEM_ERROR", "Shall I book it?", affirm(), p(ended=True)) == []


def test_a_crash_at_the_first_word_is_one() -> None:
    (verdict,) = BIKES.verdicts(
        BIKES.talk(broke("crashed", "HTTP 500", "boom " * 1000), stop=Stop("product", "crashed"))
    )
    assert (verdict.kind, verdict.turn) == ("SYSTEM_ERROR", 0)
    assert verdict.evidence is not None
    assert verdict.evidence.startswith("boom")
    assert len(verdict.evidence) <= 2000
    assert "HTTP 500" in str(verdict.reason)


def test_what_is_the_infrastructures_is_not_the_products() -> None:
    sides = ("Hi!", request("Help"), broke("refused", "429"))
    assert BIKES.rules(*sides, stop=INFRASTRUCTURE) == []
    earlier = ("Hi!", request("Help"), "Internal Server Error", nudge(), broke("refused", "429"))
    assert BIKES.rules(*earlier, stop=INFRASTRUCTURE) == [("SYSTEM_ERROR", 2, None)]


def test_a_broken_reply_counts_though_the_end_was_reached() -> None:
    sides = ("Hi!", request("Help"), p(), nudge(), "Booked!")
    assert BIKES.rules(*sides, end={}) == [("SYSTEM_ERROR", 2, None)]
