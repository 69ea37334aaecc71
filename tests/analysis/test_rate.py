"""One run has one rate and one interval, wherever they are told."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs_to_compare import held, side

from prebeta.analysis.comparing import Side
from prebeta.analysis.rate import rate_of
from prebeta.analysis.stats import interval
from prebeta.analysis.summary import summarise
from prebeta.analysis.trend import measured


def sent_often(users: int, times: int, each: int, wanted: str | None = None) -> Side:
    """Every so-manieth user fails each time it is sent."""
    rows = [
        replace(one, position=again * users + at)
        for again in range(times)
        for at, one in enumerate(held("".join("." if at % each else "x" for at in range(users)), repeat=again))
    ]
    project = {} if wanted is None else {"until": {"wanted": wanted}}
    return side(rows, conversations=users * times, repeats=times, sample="census", project=project)


@given(st.integers(1, 40), st.integers(1, 4), st.integers(1, 4), st.sampled_from([None, "±3%", "<50%"]))
def test_the_history_tells_what_the_summary_does(users: int, times: int, each: int, wanted: str | None) -> None:
    made = sent_often(users, times, each, wanted)
    summary, there = summarise(made.run, made.rows), measured(made)
    rate = rate_of(made.run, made.mine)
    assert there.rate == rate.rate == summary["failure_rate"]
    assert there.interval == rate.interval
    assert list(there.interval or ()) == summary["interval"]


def test_sending_the_same_users_again_tells_no_more_of_others() -> None:
    low, high = measured(sent_often(60, 4, 3)).interval or (0.0, 0.0)
    assert high - low > 1.6 * (interval(80, 240)[1] - interval(80, 240)[0])


def test_stopping_by_itself_makes_it_wider() -> None:
    plain, stopped = measured(sent_often(200, 1, 4)), measured(sent_often(200, 1, 4, "±10%"))
    assert stopped.rate == pytest.approx(plain.rate)
    assert stopped.interval is not None
    assert plain.interval is not None
    assert stopped.interval[0] < plain.interval[0]
    assert stopped.interval[1] > plain.interval[1]


def test_where_nothing_was_measured_there_is_neither() -> None:
    assert (rate_of(side(()).run, ()).rate, rate_of(side(()).run, ()).interval) == (None, None)
    waiting = sent_often(9, 2, 3, "±3%")
    first_missing = tuple(row for row in waiting.rows if row.scenario != "s0")
    found = measured(Side(waiting.run, first_missing))
    assert (found.valid, found.rate, found.interval) == (0, None, None)
