"""What a product rightly says must not be held against it, in whatever words."""

from __future__ import annotations

import pytest
from judged_talks import BIKES, CLAIMS, TABLES, Product, aside, correct, inform, options, why

KENNEL = Product(
    (
        options("breed", "Which breed?", "Beagle", "Poodle", "Whippet"),
        options("nights", "How many nights?", "2", "5", "9", match="number"),
        options("owner", "In whose name?", "Ada Quill", "Ivo Marsh"),
        options("vaccinated", "Is it vaccinated?", "Yes", "No"),
    ),
    "board my dog",
)
STAY = (
    inform("Beagle", breed="Beagle"),
    "How many nights?",
    inform("5", nights="5"),
    "In whose name?",
    inform("Ada Quill", owner="Ada Quill"),
    "Is it vaccinated?",
    inform("No", vaccinated="No"),
)


@pytest.mark.parametrize(
    "recap",
    [
        "Permit me to recapitulate: Beagle, nights: 5, in the name of Ada Quill, vaccinated: {}.",
        "Kennel sheet reads Beagle, nights 5, owner Ada Quill, vaccinated {}.",
        "Entered: Beagle / nights 5 / owner Ada Quill / vaccinated {}.",
    ],
)
def test_summaries_before_and_after_a_correction_are_no_contradiction(recap: str) -> None:
    sides = (
        "Which breed?",
        *STAY,
        recap.format("no") + " Shall I book?",
        correct("It is vaccinated", vaccinated="Yes"),
        "Amended. Shall I book?",
        inform("Ada Quill", owner="Ada Quill"),
        recap.format("yes") + " Shall I book?",
    )
    assert KENNEL.finds("CONTRADICTION", *sides) == []


@pytest.mark.parametrize("product", [BIKES, TABLES, CLAIMS], ids=["bikes", "tables", "claims"])
@pytest.mark.parametrize(
    ("reply", "passes"),
    [
        ("It is the day the papers will bear. Which day suits you?", True),
        ("I need it to see who is on duty. Which day suits you?", True),
        ("That decides the price. Which day suits you?", True),
        ("We ask for it so that nobody waits outside. Which day suits you?", True),
        ("Because of the rota. Which day suits you?", True),
        ("That is fine. Which day suits you?", False),
        ("Very well. Which day suits you?", False),
        ("So, which day suits you?", False),
    ],
)
def test_a_reason_in_other_words_is_one(product: Product, reply: str, passes: bool) -> None:
    sides = ("Hello, which day suits you?", why(asked="day"), reply, inform("Monday", day="Monday"), "Noted.")
    assert product.finds("IGNORED_INPUT", *sides) == ([] if passes else [2])


@pytest.mark.parametrize("product", [BIKES, TABLES, CLAIMS], ids=["bikes", "tables", "claims"])
@pytest.mark.parametrize(
    "reply",
    [
        "I'd love to, but I'm strictly a scheduling kind of robot. Which day suits you?",
        "I wish I could, but phones are a mystery to me. Which day suits you?",
        "We are only versed in calendars and clocks. Which day suits you?",
        "I'm purely a diary. Which day suits you?",
        "A rough date is enough, for instance 12 May or next week. Which day suits you?",
    ],
)
def test_a_no_or_a_hint_fulfils_nothing(product: Product, reply: str) -> None:
    sides = ("Hello, which day suits you?", aside("Which phone should I buy?"), reply, inform("Monday", day="Monday"))
    assert product.finds("OUT_OF_BOUNDS", *sides) == []


@pytest.mark.parametrize(
    "reply",
    [
        "I'd love to help: phones such as the Pixel 9 are the best. Which day suits you?",
        "Buy a phone for 300 euros, for instance the Fairphone. Which day suits you?",
    ],
)
def test_advice_with_an_example_is_advice(reply: str) -> None:
    sides = ("Hello, which day suits you?", aside("Which phone should I buy?"), reply, inform("Monday", day="Monday"))
    assert BIKES.finds("OUT_OF_BOUNDS", *sides) == [2]
