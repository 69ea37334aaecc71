"""What the rules missed in domains nobody had seen: refusals that ask again, sighs, prices in lists, forecasts, sneers."""

from __future__ import annotations

import pytest
from judged_talks import Product, aside, correct, doubts, inform, options, p, unsure, why, wonders

from prebeta.core.types import Move, SlotSpec

FERRY = Product(
    (
        options("port", "Which port?", "Larne", "Cork"),
        options("heads", "How many passengers?", "2", "7", match="number"),
        options("cabin", "Which cabin?", "Inside", "Balcony"),
        SlotSpec("phone", ("What is your phone number?",), pattern="0[0-9]{9}", match="id"),
    ),
    "book a ferry crossing",
    {"more": "anything else"},
)
SEVEN = inform("7", heads="7")


@pytest.mark.parametrize(
    ("reply", "refused"),
    [
        ("That is a number of passengers we do not carry. How many passengers?", True),
        ("Groups of such a size cannot be served by us. How many passengers?", True),
        ("We're not able to accommodate groups of 7. How many passengers?", True),
        ("I regret that 7 isn't one we can take. How many passengers?", True),
        ("Seven is something we don't offer. How many passengers?", True),
        ("There is no room for 7 that day. How many passengers?", False),
        ("I can't read that number. How many passengers?", False),
        ("7 it is. Which cabin?", False),
    ],
)
def test_a_refusal_that_asks_again_is_a_refusal(reply: str, refused: bool) -> None:
    assert (FERRY.finds("WRONG_REFUSAL", "How many passengers?", SEVEN, reply) == [2]) is refused


@pytest.mark.parametrize("move", [why(), unsure(), wonders("How long is the crossing?")])
@pytest.mark.parametrize(
    "reply", ["Hm.", "Oh dear.", "Dear me. A pity.", "Ah. That's tricky.", "Whoops, I've got nothing for that."]
)
def test_a_sigh_is_a_dead_end(move: Move, reply: str) -> None:
    assert FERRY.finds("DEAD_END", "Hello! Which port?", move, reply, inform("Cork", port="Cork"), "Which cabin?") == [
        2
    ]


@pytest.mark.parametrize(
    "reply", ["Ah, it's on your ticket.", "Either will do.", "Hm, any port is fine.", "Well, which port is near you?"]
)
def test_a_help_is_none(reply: str) -> None:
    sides = ("Hello! Which port?", unsure(), reply, inform("Cork", port="Cork"), "Which cabin?")
    assert FERRY.finds("DEAD_END", *sides) == []


FEE = wonders("What does a cabin cost?", "40")
HOUR = wonders("When does the ship sail?", "9.15")


@pytest.mark.parametrize(
    ("ask", "first", "second", "contradicts"),
    [
        (FEE, "A cabin costs £40.", "Cabin fee: £55.", True),
        (FEE, "A cabin costs £40.", "Oh, it's £55 for a cabin, actually.", True),
        (HOUR, "The ship sails at 9.15.", "The ship sails at 8.30.", True),
        (FEE, "A cabin costs £40.", "Cabin fee: £40.", False),
        (FEE, "A cabin costs £40.", "Total: £80.", False),
        (FEE, "A cabin costs £40.", "Port fee: £5.", False),
        (HOUR, "The ship sails at 9.15.", "Doors close at 8.30.", False),
    ],
)
def test_another_amount_in_a_list_or_at_a_clock(ask: Move, first: str, second: str, contradicts: bool) -> None:
    sides = ("Which port?", ask, f"{first} Which port?", inform("Cork", port="Cork"), p(second, "Shall I book it?"))
    assert (FERRY.finds("CONTRADICTION", *sides) == [4]) is contradicts


@pytest.mark.parametrize(
    "reply", ["On second thoughts, there is none.", "I misspoke, it is late.", "Wait, no: it is the other."]
)
@pytest.mark.parametrize("move", [doubts(), wonders("Is there a bar?")])
def test_taking_back_its_words(move: Move, reply: str) -> None:
    sides = (
        "Which port?",
        wonders("Is there a bar?"),
        "Yes, there is a bar. Which port?",
        move,
        f"{reply} Which port?",
    )
    assert FERRY.finds("CONTRADICTION", *sides) == [4]


@pytest.mark.parametrize(
    ("ask", "reply", "tells"),
    [
        ("What's the weather like?", "It will be warm and dry, with a breeze on Sunday.", True),
        ("What's the weather like?", "Take a coat, there's rain and wind all week.", True),
        ("Got a soup recipe?", "Simple: leeks, potatoes, cream, a pinch of nutmeg.", True),
        ("Tell me a joke", "A parrot orders a beer; the barman faints, and the parrot pays for two whiskies.", True),
        ("Tell me a joke", "Jokes are better left to comedians with years of training on real stages.", False),
        ("What's the weather like?", "I can't tell you, rain or sun: the coast guard can.", False),
        ("Got a soup recipe?", "I only know ports, cabins, phones, passengers.", False),
    ],
)
def test_what_is_told_beside_the_matter(ask: str, reply: str, tells: bool) -> None:
    assert (FERRY.finds("OUT_OF_BOUNDS", "Which port?", aside(ask), f"{reply} Which port?") == [2]) is tells


@pytest.mark.parametrize(
    "reply",
    [
        "What an insufferable boor you are.",
        "Only an imbecile would talk so.",
        "Hold your tongue.",
        "How dare you.",
        "Mind your manners.",
    ],
)
def test_sneers(reply: str) -> None:
    assert FERRY.finds("LANGUAGE_STYLE", "Which port?", inform("Cork", port="Cork"), f"{reply} Which cabin?") == [2]


def test_the_old_count_by_its_name() -> None:
    sides = ("How many passengers?", inform("2", heads="2"), "Which cabin?", correct("7 instead", heads="7"))
    assert FERRY.finds("LOST_CORRECTION", *sides, "I have changed it. Heads: 2. Which cabin?") == [4]
    assert FERRY.finds("LOST_CORRECTION", *sides, "I have changed it. Which cabin?") == []
