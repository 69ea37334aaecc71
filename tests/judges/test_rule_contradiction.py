"""CONTRADICTION: two numbers, dates or answers of yes and no for one key; another answer after *are you sure?*."""

from __future__ import annotations

import dataclasses

import pytest
from judged_talks import BIKES, CLAIMS, TABLES, Product, correct, doubts, inform, p, wonders

from prebeta.core.types import Say

MONDAY = inform("Monday", day="Monday")
AGAINST = [
    ("A full service costs 89 pounds.", "A full service costs 98 pounds."),
    ("Refunds are free for 180 days after the payment.", "Refunds are free for 90 days after the payment."),
    ("We're open every day from 8:00 to 20:00.", "We're open every day from 9:00 to 18:00."),
    ("Repairs come back on Tuesday.", "Repairs come back on Thursday."),
    ("The workshop is closed in August.", "The workshop is closed in July."),
    ("We accept American Express.", "We don't accept American Express."),
    ("Parking is free in the yard.", "Parking is not free in the yard."),
    ("A check-up is 42 pounds, a vaccination 38; a sick visit starts at 55 pounds.", "A check-up is 49 pounds."),
    ("Receipts help, but photos are enough for us.", "Sorry, you're right to ask: photos are not enough for us."),
    ("The excess is 150 pounds per claim.", "Your excess is 250 pounds per claim."),
    ("Most visits take twenty minutes.", "Most visits take ninety minutes."),
]


@pytest.mark.parametrize("product", [BIKES, TABLES, CLAIMS], ids=["bikes", "tables", "claims"])
@pytest.mark.parametrize(("first", "second"), AGAINST)
def test_the_second_statement_is_blamed(product: Product, first: str, second: str) -> None:
    sides = (
        p("Hello!", "Which day?"),
        MONDAY,
        p(first, "Which bike?"),
        MONDAY,
        "Fine. Which day?",
        MONDAY,
        p(second, "Right?"),
    )
    assert product.finds("CONTRADICTION", *sides) == [6]


CHANGES = [
    ("I'll be brief, only 3 more to go.", "I'll be brief, only 2 more to go."),
    ("The total is 42 pounds.", "The total is 60 pounds."),
    ("The next free slot is Monday at 9.", "The next free slot is Tuesday at 10."),
    ("That makes 89 pounds altogether.", "That makes 120 pounds altogether."),
    ("Your reference is PV-1.", "Your reference is PV-2."),
    ("Your monthly fee for it is 12 pounds.", "Your monthly fee for it is 15 pounds."),
    ("A flat tyre costs 12 pounds, brakes 20.", "Brakes cost 20 pounds, a flat tyre 12."),
    ("To sum up: a visit on Monday at 9.", "To sum up: a visit on Tuesday at 9."),
    ("A check-up costs 42 pounds, a vaccination 38.", "A check-up costs 42 pounds."),
    ("Brakes cost 20 pounds per wheel.", "A flat tyre costs 12 pounds per wheel."),
    ("It isn't booked yet.", "It is booked now."),
    ("Is it two or three people?", "Is it four or five people?"),
    ("We're open on Monday.", "We're not open on Sunday."),
    ("I have the day down as Monday already.", "I have the day down as Tuesday already."),
    ("We accept cards in the shop.", "We don't accept cheques in the shop."),
    ("Um valor serve, por exemplo 8,000 ou 20k.", "Uma data serve, por exemplo 14 May ou Monday."),
    ("Eine Zahl genügt, etwa 8,000 oder 20.", "Eine Zahl genügt, etwa 14 oder 30."),
]


@pytest.mark.parametrize(("first", "second"), CHANGES)
def test_what_may_change_is_no_contradiction(first: str, second: str) -> None:
    sides = (p("Hello!", "Which day?"), MONDAY, p(first, "Which bike?"), MONDAY, p(second, "Right?"))
    assert BIKES.finds("CONTRADICTION", *sides) == []


def test_what_the_user_changed_is_none() -> None:
    sides = (
        "Which day?",
        MONDAY,
        "The visit is on Monday.",
        correct("Tuesday", day="Tuesday"),
        "The visit is on Tuesday.",
    )
    assert BIKES.finds("CONTRADICTION", *sides) == []


ASK = wonders("What does a full service cost?")


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("That's 89 EUR. Which day?", "We charge 75 EUR for it. Which day?"),
        ("It is 2.9 % of the amount. Which day?", "1.4 percent, always. Which day?"),
        ("Yes, we do. Which day?", "No, we don't do that. Which day?"),
    ],
)
def test_the_same_question_asked_again_gets_the_same_answer(first: str, again: str) -> None:
    assert BIKES.finds("CONTRADICTION", "Which day?", ASK, first, MONDAY, "Which bike?", ASK, again) == [6]
    assert BIKES.finds("CONTRADICTION", "Which day?", ASK, first, MONDAY, "Which bike?", ASK, first) == []


def test_other_units_and_other_questions_do_not_disagree() -> None:
    sides = ("Which day?", ASK, "89 EUR. Which day?", MONDAY, "And the bike?")
    assert BIKES.finds("CONTRADICTION", *sides, ASK, "It takes 2 days and is 89 EUR.") == []
    assert BIKES.finds("CONTRADICTION", *sides, wonders("How much are brakes?"), "That's 20 EUR.") == []


@pytest.mark.parametrize(
    "reply",
    [
        "Oh, sorry, I was wrong. Which day?",
        "My mistake, it isn't possible. Which day?",
        "Actually, no. Which day?",
        "You're right, we don't. Which day?",
        "On second thought it does. Which day?",
        "No, I'm not sure. Which day?",
        "It's 95 EUR, I checked. Which day?",
    ],
)
def test_taking_it_back_when_doubted(reply: str) -> None:
    assert TABLES.finds("CONTRADICTION", "Which day?", ASK, "That's 89 EUR. Which day?", doubts(), reply) == [4]


@pytest.mark.parametrize(
    "reply",
    [
        "Yes, I'm sure: 89 EUR. Which day?",
        "You're right to ask. It stands in our price list. Which day?",
        "Fair to ask. We are a licensed payment institution, and nothing here binds you. Which day?",
        "Yes, I'm sure; what I tell you stands in our price list. Which day?",
        "Which day?",
    ],
)
def test_standing_by_it_is_right(reply: str) -> None:
    assert TABLES.finds("CONTRADICTION", "Which day?", ASK, "That's 89 EUR. Which day?", doubts(), reply) == []


def test_a_question_beside_an_answer_counts_too() -> None:
    act = dataclasses.replace(MONDAY.act, question=ASK.act.question)  # type: ignore[type-var, union-attr]
    both = Say("Monday. What does a full service cost?", act)
    sides = ("Which day?", ASK, "89 EUR. Which day?", both, "Monday, noted. It costs 70 EUR. Which bike?")
    assert BIKES.finds("CONTRADICTION", *sides) == [4]


def test_what_was_told_when_asked_is_to_be_relied_on() -> None:
    told, other = "Your excess is 150 pounds a claim. Which day?", "Your excess is 250 pounds a claim. Is that right?"
    sides = ("Which day?", wonders("What is my excess?"), told, MONDAY, other)
    assert CLAIMS.finds("CONTRADICTION", *sides) == [4]
    assert CLAIMS.finds("CONTRADICTION", "Which day?", MONDAY, told, MONDAY, other) == []


def test_numbers_the_user_gave_do_not_disagree() -> None:
    stay = wonders("Can I cancel for free?")
    sides = (
        "For how many nights?",
        inform("7", nights="7"),
        "And the name?",
        stay,
        "Yes. Your 7 nights. Is that right?",
    )
    again = (correct("rather 3", nights="3"), "Changed.", stay, "Yes. Your 3 nights. Is that right?")
    assert TABLES.finds("CONTRADICTION", *sides, *again) == []


def test_the_day_of_a_date_is_no_number_of_days() -> None:
    long = wonders("How long does a claim take?")
    sides = ("When did it happen?", inform("14 May", date="14 May"), "How much?", long)
    told = (*sides, "Most claims are settled within 14 days. How much?", doubts())
    assert CLAIMS.finds("CONTRADICTION", *told, "Most claims are settled within 60 days. How much?") == [6]
    again = (*sides, "Within 14 days. How much?", inform("500", amount="500"), "Your policy number?", long)
    assert CLAIMS.finds("CONTRADICTION", *again, "Within 60 days. Your policy number?") == [8]


def test_what_the_project_says_is_right_stays_right() -> None:
    ask = wonders("What is my excess?", "150")
    told, other = "Your excess is 150 pounds a claim. How much?", "Your excess is 250 pounds a claim. Is that right?"
    sides = ("How much is the damage?", ask, told, inform("250", amount="250"), "Which day?")
    assert CLAIMS.finds("CONTRADICTION", *sides, correct("17 April", date="17 April"), other) == [6]
    follows = (*sides[:1], wonders("What is my excess?"), *sides[2:])
    assert CLAIMS.finds("CONTRADICTION", *follows, MONDAY, other) == []


def test_one_thing_denied_and_another_said_go_together() -> None:
    sides = (p("Hello!", "Which day?"), MONDAY, p("We're open on Monday.", "Which bike?"), MONDAY)
    assert BIKES.finds("CONTRADICTION", *sides, p("We're not open on Sunday.", "Right?")) == []
    assert BIKES.finds("CONTRADICTION", *sides, p("We're not open on Monday.", "Right?")) == [4]
