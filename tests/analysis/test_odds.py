from __future__ import annotations

import pytest
from written_conversations import row

from prebeta.analysis.odds import Odds, Turning, Values, odds, turning_point


def values() -> Values:
    rows = [row(number, "REACHED", stages=("bike", "day", "confirm")) for number in range(8)]
    rows += [row(number, "ABANDONED", stages=("bike", "day")) for number in range(8, 10)]
    rows += [row(number, "ABANDONED", stages=("bike", "day", "bike")) for number in range(10, 16)]
    return Values.of([*rows, row(99, "INFRA", stages=("bike",))])


def test_odds_are_the_share_that_got_there_from_here() -> None:
    found = odds(("bike", None, "day", None, "confirm"), values())
    assert found == (Odds(0, "bike", 0.5, 16), Odds(2, "day", 0.5, 16), Odds(4, "confirm", 1.0, 8))


def test_who_comes_back_to_a_step_is_worse_off() -> None:
    found = odds(("bike", None, "day", None, "bike"), values())
    assert found[-1] == Odds(4, "bike", 0.0, 6)
    assert turning_point(found, failed=True) == Turning(4, 0.5, 0.0, False)


def test_a_failure_that_no_step_foretells_turns_at_its_end() -> None:
    found = odds(("bike", None, "day", None, "confirm"), values())
    assert turning_point(found, failed=True) == Turning(4, 1.0, 0.0, True)


def test_odds_that_never_fall_have_no_turning_point() -> None:
    assert turning_point(odds(("bike", None, "day"), values()), failed=False) is None
    assert turning_point((), failed=True) is None


def test_a_step_nobody_came_to_has_no_odds() -> None:
    assert odds(("elsewhere",), values()) == ()


def test_few_visits_are_taken_for_the_stage_as_a_whole() -> None:
    rare = Values.of([*(row(n, stages=("bike",)) for n in range(9)), row(9, "STUCK", stages=("bike", "day", "bike"))])
    share, of = rare.at("bike", 2) or (0, 0)
    assert (share, of) == (pytest.approx(0.9), 10)
