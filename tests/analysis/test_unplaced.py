from __future__ import annotations

import re

import pytest
from written_conversations import leave, says, talk

from prebeta.analysis.unplaced import answers_line, unplaced
from prebeta.core.types import Stop


def test_messages_nobody_could_place_are_counted_by_template() -> None:
    lost = says("sorry?", "puzzled", understood=False)
    held = [
        talk(
            "Your order 12: which gear?",
            lost,
            "Frame size?",
            says("L", "inform"),
            stop=Stop("user", "patience"),
        ),
        talk(
            "Your order 345: which gear?",
            lost,
            "Frame size?",
            lost,
            leave("x"),
            stop=Stop("user", "patience"),
        ),
    ]
    found = unplaced(held)
    assert [(one.message, one.count) for one in found] == [
        ("Your order 12: which gear?", 2),
        ("Frame size?", 1),
    ]
    assert unplaced([]) == []


@pytest.mark.parametrize(
    ("message", "line"),
    [
        ("Thanks! Could you please tell me which gear hub you have?", 'SLOT: "which gear hub you have"'),
        ("Give me the VAT number.", 'SLOT: "give me the vat number"'),
        ("What is your name? (We need it.)", 'SLOT: "what is your name"'),
        ("12:30", 'SLOT: "words of the message"'),
        ("", 'SLOT: "words of the message"'),
    ],
)
def test_the_line_that_would_mend_it(message: str, line: str) -> None:
    assert answers_line(message) == line
    pattern = line.removeprefix("SLOT: ").strip('"')
    assert pattern == "words of the message" or re.search(pattern, message, re.IGNORECASE)
