"""A product under test may send a whole page, or rubbish: reading it must not take time with the square of its length."""

from __future__ import annotations

import time

import pytest
from judged_talks import BIKES, inform

HARD = ["a ", "what ", "please ", ": ", "((", "sorry ", "1,", "Monday ", "x" * 50 + " ", "do you ", "\n", "? ", "-"]


def _seconds(piece: str, length: int) -> float:
    long = piece * (length // len(piece))
    sides = (
        "Which bike is it?",
        inform("city bike", bike="city bike"),
        long,
        inform("Monday", day="Monday"),
        long + "?",
    )
    begun = time.process_time()
    BIKES.verdicts(BIKES.talk(*sides))
    return time.process_time() - begun


@pytest.mark.parametrize("piece", HARD)
def test_reading_grows_with_the_length_and_not_with_its_square(piece: str) -> None:
    """Eight times the length: eight times the work, not sixty-four; the constant keeps small times from mattering."""
    short, long = _seconds(piece, 5_000), _seconds(piece, 40_000)
    assert long < 24 * short + 1.0
