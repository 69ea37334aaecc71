"""What is written around the matter: of any length, various, and nothing but words."""

from __future__ import annotations

import random
import re

import pytest

from prebeta.users.filler import PARTS, afterthought, clause, long_winded, ramble, tag


def test_clauses_are_thousands() -> None:
    rng = random.Random(1)
    assert len({clause(rng) for _ in range(5_000)}) > 2_000


@pytest.mark.parametrize("room", [1, 8, 30, 100, 500])
def test_a_ramble_is_about_as_long_as_wanted(room: int) -> None:
    counts = [len(ramble(room, lower=False, rng=random.Random(seed)).replace(" -", "").split()) for seed in range(300)]
    mean = sum(counts) / len(counts)
    assert max(5, 0.9 * room) <= mean <= max(13, 1.1 * room + 4)


def test_who_writes_in_lower_case_begins_no_sentence_otherwise() -> None:
    capitals = re.compile(r"\. [A-HJ-Z]")
    assert not any(capitals.search(ramble(80, lower=True, rng=random.Random(seed))) for seed in range(100))
    assert any(capitals.search(ramble(80, lower=False, rng=random.Random(seed))) for seed in range(100))


def test_no_mark_stands_right_behind_an_address() -> None:
    for seed in range(300):
        assert afterthought(random.Random(seed), lower=False, delicate=True).startswith(" - ")


def test_nothing_asks_or_counts_or_begins_like_a_name() -> None:
    for seed in range(500):
        rng = random.Random(seed)
        for text in (clause(rng), tag(rng), afterthought(rng, lower=True, delicate=False).strip(" ,.-")):
            assert not re.search(r"[?\d]", text)
            assert not text.startswith(("I'm ", "I am ", "for ", "my name"))
            assert len(text.split()) >= 2
    assert all("  " not in word for part in PARTS for word in part)


def test_who_finds_no_end_writes_hundreds_of_words() -> None:
    lengths = [long_winded(random.Random(seed)) for seed in range(500)]
    assert 400 < sum(lengths) / 500 < 650
    assert max(lengths) <= 900
