"""Floors on how people's own task dialogues are read; the reader never saw these services' settings.

The dialogues are public research data; they are read from $PREBETA_DIALOGUES, or from shared/data beside the checkout.
"""

from __future__ import annotations

import gzip
import json
import os
import re
from collections.abc import Iterable
from pathlib import Path

import pytest

from prebeta.core.types import Reply, SlotSpec
from prebeta.dialogue.reading import Reader, Reading

FOLDER = Path(os.environ.get("PREBETA_DIALOGUES") or Path(__file__).resolve().parents[3] / "shared" / "data")
SLOTS = (
    SlotSpec("city"),
    SlotSpec("date", match="date"),
    SlotSpec("time"),
    SlotSpec("number_of_people", match="number"),
    SlotSpec("cuisine"),
    SlotSpec("destination"),
    SlotSpec("origin"),
    SlotSpec("amount", match="number"),
)
YES = re.compile(
    r"\W*(yes|yep|yeah|yup|sure|correct|that['’]?s (right|correct)|it is|looks? (good|right|correct))\b", re.I
)


def exchanges(name: str) -> list[tuple[str, str]]:
    """(assistant's text, what the user said next) of a file, each different pair once."""
    path = FOLDER / f"{name}.jsonl.gz"
    if not path.exists():
        pytest.skip(f"no {path.name} in {FOLDER}")
    found = {}
    with gzip.open(path, "rt") as lines:
        for line in lines:
            said = json.loads(line)["messages"]
            for one, other in zip(said, [*said[1:], {"role": "user", "content": ""}], strict=True):
                if one["role"] == "assistant":
                    found[one["content"], other["content"]] = None
    return list(found)


def read(texts: Iterable[str]) -> list[Reading]:
    reader = Reader(SLOTS)
    return [reader.read(Reply((text,))) for text in texts]


def share(hits: Iterable[bool]) -> float:
    found = list(hits)
    assert len(found) >= 15, "too few to say anything"
    return sum(found) / len(found)


@pytest.mark.parametrize(
    ("pattern", "slots", "floor"),
    [
        (r"\b(which|what) city\b[^.?]*\?", {"city"}, 0.95),
        (r"\b(which|what) (date|day)\b[^.?]*\?", {"date"}, 0.95),
        (r"\bwhat time\b[^.?]*\?", {"time"}, 0.95),
        (r"\bhow many (people|guests|tickets|seats|passengers)\b[^.?]*\?", {"number_of_people"}, 0.9),
        (r"^[^.?!]*\bwhere\b[^.?]*\?", {"city", "destination", "origin"}, 0.9),
    ],
)
def test_a_question_for_a_slot_is_read_as_one(pattern: str, slots: set[str], floor: float) -> None:
    texts = {text for text, _ in exchanges("sgd_dialogues") if re.search(pattern, text, re.I)}
    assert share(bool(slots & set(reading.asks)) for reading in read(sorted(texts))) >= floor


@pytest.mark.parametrize("name", ["sgd_dialogues", "tm4_dialogues"])
def test_what_people_answer_with_yes_is_mostly_read_as_to_be_confirmed(name: str) -> None:
    texts = [
        text
        for text, answer in exchanges(name)
        if YES.match(answer) and re.search(r"\b(confirm|correct|right)\b", text, re.I)
    ]
    assert share(reading.confirms for reading in read(texts)) >= 0.95


def test_offers_of_more_help_are_read_as_such() -> None:
    texts = {
        text for text, _ in exchanges("sgd_dialogues") if re.search(r"\b(any|some)thing else\b[^.?]*\?$", text, re.I)
    }
    texts = {text for text in texts if not re.search(r"\bor (any|some)thing else", text)}
    assert share(reading.more for reading in read(sorted(texts))) >= 0.98


def test_a_claim_of_success_is_one() -> None:
    """Of those read as done nearly all say that something was booked, made, sent; none asks."""
    done = [reading for reading in read(text for text, _ in exchanges("sgd_dialogues")) if reading.done]
    stated = re.compile(r"\b(\w+ed|made|bought|sent|set|complete|done|successful(ly)?|on (its|the|their) way)\b", re.I)
    assert share(bool(stated.search(reading.text)) for reading in done) >= 0.98
    assert not [reading.text for reading in done if reading.text.endswith("?") and not reading.more]


def test_few_prompts_that_people_answered_are_taken_for_giving_up() -> None:
    assert share(reading.fallback for reading in read(text for text, _ in exchanges("sgd_dialogues"))) <= 0.01
