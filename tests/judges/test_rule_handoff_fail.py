"""HANDOFF_FAIL: a person was asked for, and neither hand-off nor contact came within two replies."""

from __future__ import annotations

import dataclasses

import pytest
from judged_talks import BIKES, CLAIMS, INFRASTRUCTURE, TABLES, Product, asks_human, broke, inform, p, talk

from prebeta.core.types import EndState

PRODUCTS = [dataclasses.replace(product, handoff="call the (?:workshop|desk)") for product in (BIKES, TABLES, CLAIMS)]
MONDAY = inform("Monday", day="Monday")


@pytest.mark.parametrize("product", PRODUCTS, ids=["bikes", "tables", "claims"])
@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Which day suits you?", "Monday, noted. Which bike is it?"),
        ("I'm sorry, I can't connect you to anyone. Which day suits you?", "Noted. What is your phone number?"),
        ("Our team is very friendly. Which day suits you?", "Noted."),
        ("There is nobody to talk to. Which day?", "What is your e-mail address?"),
        ("I'm as good as a human. Which day?", "12 Monday slots, noted."),
    ],
)
def test_passing_over_the_wish_is_found_at_the_first_reply(product: Product, first: str, second: str) -> None:
    sides = ("Hello, which day suits you?", asks_human(), first, MONDAY, second, MONDAY, "Noted again.")
    assert product.finds("HANDOFF_FAIL", *sides) == [2]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Please call the workshop.", "Noted."),
        ("Which day suits you?", "By the way, call the desk if you like."),
        ("Our front desk is on 01632 960118. I can also finish this with you here.", "Noted."),
        ("You can reach a colleague at help@tallyport.example. Which day?", "Noted."),
        ("I'm connecting you to a colleague now.", "Noted."),
        ("I'll transfer you to a member of our team.", "Noted."),
        ("Of course, someone will call you back within the hour. Which day?", "Noted."),
        ("I can't do that here, but you can talk to our team in the shop. Which day?", "Noted."),
        ("See https://example.com/contact. Which day?", "Noted."),
    ],
)
def test_a_hand_off_or_contact_serves(first: str, second: str) -> None:
    assert PRODUCTS[0].finds("HANDOFF_FAIL", "Which day suits you?", asks_human(), first, MONDAY, second) == []


def test_only_where_one_is_declared() -> None:
    assert BIKES.finds("HANDOFF_FAIL", "Which day?", asks_human(), "Which day?", MONDAY, "Noted.") == []


def test_a_conversation_that_was_handed_over_is_none() -> None:
    sides = ("Which day?", asks_human(), "Which day?", MONDAY, "All right then.")
    held = talk(*sides, end=EndState("handed_off"))
    assert [one for one in PRODUCTS[0].verdicts(held) if one.kind == "HANDOFF_FAIL"] == []


def test_our_own_break_decides_nothing() -> None:
    sides = ("Which day?", asks_human(), "Which day?")
    assert PRODUCTS[0].finds("HANDOFF_FAIL", *sides, stop=INFRASTRUCTURE) == []
    assert PRODUCTS[0].finds("HANDOFF_FAIL", *sides) == [2]
    assert PRODUCTS[0].finds("HANDOFF_FAIL", "Which day?", asks_human(), broke("crashed"), stop=INFRASTRUCTURE) == []


def test_quick_replies_count() -> None:
    sides = ("Which day?", asks_human(), p("Which day?", options=["Monday", "Call the workshop"]), MONDAY, "Noted.")
    assert PRODUCTS[0].finds("HANDOFF_FAIL", *sides) == []
