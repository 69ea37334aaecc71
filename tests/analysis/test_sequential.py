"""The interval that may be looked at all along: right at every moment at once, and what it costs."""

from __future__ import annotations

import math
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prebeta.analysis.needed import clean, within
from prebeta.analysis.sequential import Side, Until, _refuted, _turned, answered, bounds, fewest, likely, mean
from prebeta.core.errors import UsageError

KINDS = (Until("within", 0.05), Until("below", 0.02), Until("above", 0.2), Until("above", 0.95))


@pytest.mark.parametrize("typed", ["±3%", "+-3%", "± 3 %", "+/- 3 points", "±3 pp", "+- 3,0 percent", "within 3%"])
def test_a_width_is_read_however_it_is_typed(typed: str) -> None:
    assert Until.parse(typed) == Until("within", 0.03)


@pytest.mark.parametrize("typed", ["<1%", "< 1 %", "<=1%", "≤ 1%", "below 1 %", "under 1 percent"])
def test_a_claim_is_read_however_it_is_typed(typed: str) -> None:
    assert Until.parse(typed) == Until("below", 0.01)


@pytest.mark.parametrize(
    "typed", ["", "3", "<1", "±", "±0%", "±50%", "<0%", "<100%", "about 3%", "±3%%", "±nan%", "<-1%"]
)
def test_anything_else_is_refused_with_examples(typed: str) -> None:
    with pytest.raises(UsageError, match=r'"±3%".*"<1%".*">20%"'):
        Until.parse(typed)


@given(st.sampled_from(["within", "below", "above"]), st.integers(1, 4999))
def test_what_it_is_called_is_read_back(kind: str, bar: int) -> None:
    until = Until(kind, bar / 10_000)  # type: ignore[arg-type]
    again = Until.parse(str(until))
    assert (again.kind, again.bar) == (kind, pytest.approx(bar / 10_000))
    assert Until.parse(until.typed.strip('"')).bar == pytest.approx(until.bar)


def sides(until: Until) -> tuple[Side, Side]:
    return until.low, until.high


@pytest.mark.parametrize("until", KINDS)
def test_all_the_chance_of_error_is_5_percent_and_all_money_is_spread(until: Until) -> None:
    assert until.low.alpha + until.high.alpha == pytest.approx(0.05)
    for side in sides(until):
        assert sum(share for _, share in side.bets) == pytest.approx(1.0)


@given(st.sampled_from(KINDS), st.floats(0.001, 0.999), st.floats(0, 1))
def test_no_bet_grows_on_average_where_the_rate_is_as_high_as_the_one_bet_against(
    until: Until, rate: float, excess: float
) -> None:
    """One conversation's outcome times its chance: at most 1 for the rate itself and for every higher one."""
    true = rate + excess * (1 - rate)
    for side in sides(until):
        for distance, _ in side.bets:
            other = max(rate - distance, 0.0)
            expected = true * other / rate + (1 - true) * (1 - other) / (1 - rate)
            assert expected <= 1 + 1e-12


@pytest.mark.parametrize("rate", [0.0, 0.004, 0.05, 0.27, 0.5, 0.9, 1.0])
@pytest.mark.parametrize("until", KINDS, ids=str)
def test_the_true_rate_is_inside_all_along_in_95_percent_of_runs(until: Until, rate: float) -> None:
    """Looked at after every one of 200 conversations; a run misses where any of the looks does."""
    rng, runs, missed = random.Random(f"{until} {rate}"), 80, 0
    for _ in range(runs):
        counts: Counter[float] = Counter()
        for _ in range(200):
            counts[float(rng.random() < rate)] += 1
            high = rate < 1 and rate > 0 and _refuted(until.high, counts, rate)
            low = rate < 1 and rate > 0 and _refuted(until.low, _turned(counts), 1 - rate)
            if high or low:
                missed += 1
                break
        else:
            low_end, high_end = bounds(until, counts)
            missed += not low_end <= rate <= high_end
    assert missed <= 0.05 * runs + 2 * math.sqrt(0.05 * 0.95 * runs)


def test_stopping_at_the_best_moment_does_not_fool_it_where_it_fools_a_plain_interval() -> None:
    """At a true 10 % someone looks after each conversation and stops when the interval lies above 5 points away."""
    from prebeta.analysis.stats import interval

    rng, until, plain, sequence, runs = random.Random(5), Until("below", 0.1), 0, 0, 150
    for _ in range(runs):
        failed, fooled, counts = 0, False, Counter[float]()
        for n in range(1, 401):
            hit = rng.random() < 0.1
            failed += hit
            counts[float(hit)] += 1
            fooled = fooled or (n >= 10 and not interval(failed, n)[0] <= 0.1 <= interval(failed, n)[1])
        plain += fooled
        sequence += answered(until, counts) is not None
    assert plain / runs > 0.2
    assert sequence / runs <= 0.05 + 2 * math.sqrt(0.05 * 0.95 / runs)


@settings(deadline=None)
@given(st.sampled_from(KINDS), st.integers(0, 400), st.integers(0, 400), st.integers(0, 50))
def test_bounds_hold_the_rate_seen_and_are_where_the_bets_stand(
    until: Until, failed: int, passed: int, half: int
) -> None:
    counts = {1.0: failed, 0.0: passed, 0.5: half}
    seen = mean(counts)
    low, high = bounds(until, counts)
    assert 0 <= low <= high <= 1
    if seen is None:
        assert (low, high) == (0, 1)
        return
    assert low - 1e-9 <= seen <= high + 1e-9
    if 1e-6 < high < 1 - 1e-6:
        assert not _refuted(until.high, counts, high - 1e-7)
        assert _refuted(until.high, counts, high + 1e-7)


@given(st.floats(0.02, 0.4), st.integers(1, 200))
def test_success_and_failure_are_treated_alike(bar: float, failed: int) -> None:
    until = Until("within", bar)
    low, high = bounds(until, {1.0: failed, 0.0: 200 - failed})
    other_low, other_high = bounds(until, {1.0: 200 - failed, 0.0: failed})
    assert (low, high) == (pytest.approx(1 - other_high), pytest.approx(1 - other_low))


def test_repeats_as_one_share_are_worth_no_more_than_one_user() -> None:
    """Three repeats that always agree count as one outcome, whatever their number."""
    until = Until("within", 0.05)
    assert bounds(until, {1.0: 20, 0.0: 60}) == bounds(until, {3 / 3: 20, 0 / 3: 60})
    low, high = bounds(until, {0.0: 40, 1 / 3: 20, 2 / 3: 10, 1.0: 10})
    alone_low, alone_high = bounds(until, {0.0: 56, 1.0: 24})
    assert high - low < alone_high - alone_low  # shares vary less than all-or-nothing with about the same mean


def test_shares_between_stay_covered() -> None:
    rng, missed, until = random.Random(3), 0, Until("within", 0.05)
    for _ in range(100):
        counts: Counter[float] = Counter()
        for _ in range(200):
            easy = rng.random() < 0.5
            counts[sum(rng.random() < (0.1 if easy else 0.5) for _ in range(4)) / 4] += 1
            if _refuted(until.high, counts, 0.3) or _refuted(until.low, _turned(counts), 0.7):
                missed += 1
                break
    assert missed <= 9


def test_what_it_costs_against_looking_once() -> None:
    for rate in (0.05, 0.27, 0.5):
        once, all_along = within(rate, 0.03), likely(Until("within", 0.03), rate)
        assert once is not None
        assert all_along is not None
        assert 1.8 * once < all_along < 2.2 * once
    assert fewest(Until("below", 0.01)) <= 1.2 * clean(0.01)


def test_a_claim_is_answered_both_ways() -> None:
    below = Until("below", 0.01)
    assert answered(below, {}) is None
    assert answered(below, {0.0: 348}) is None
    assert answered(below, {0.0: 349}) == "yes"
    assert answered(below, {0.0: 10, 1.0: 6}) == "no"
    above = Until("above", 0.2)
    assert answered(above, {1.0: 20, 0.0: 10}) == "yes"
    assert answered(above, {1.0: 0, 0.0: 200}) == "no"
    assert likely(below, 0.01) is None
    assert likely(Until("above", 0.99), 0.99) is None


def test_a_bar_near_1_is_as_sharp_as_one_near_0() -> None:
    low, high = likely(Until("below", 0.01), 0.005), likely(Until("above", 0.99), 0.995)
    assert low is not None
    assert high is not None
    assert low == high
    assert likely(Until("above", 0.9), 0.95) == likely(Until("below", 0.1), 0.05)


@settings(deadline=None)
@given(st.sampled_from(KINDS), st.integers(0, 300), st.integers(0, 300))
def test_an_answer_is_what_the_interval_says(until: Until, failed: int, passed: int) -> None:
    counts = {1.0: failed, 0.0: passed}
    answer, (low, high) = answered(until, counts), bounds(until, counts)
    if until.kind == "within":
        assert (answer == "yes") == (failed + passed > 0 and high - low <= 2 * until.bar)
    elif answer is not None:
        shown_below = high <= until.bar + 1e-9
        assert shown_below or low >= until.bar - 1e-9
        assert (answer == "yes") == (shown_below == (until.kind == "below"))
