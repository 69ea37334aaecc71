"""Against published examples."""

from __future__ import annotations

import math
import random

import pytest
from scipy import stats

from prebeta.analysis.stats import below, clustered, fisher_greater, interval, student, wilson


@pytest.mark.parametrize(
    ("hits", "n", "low", "high"),
    [
        # Newcombe (1998), Statistics in Medicine 17, table I, method 3 (score method without continuity
        # correction)
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_agrees_with_newcombe(hits: int, n: int, low: float, high: float) -> None:
    assert wilson(hits, n) == (pytest.approx(low, abs=5e-5), pytest.approx(high, abs=5e-5))


def test_wilson_is_symmetrical_and_knows_nothing_of_nothing() -> None:
    low, high = wilson(30, 100)
    assert wilson(70, 100) == (pytest.approx(1 - high), pytest.approx(1 - low))
    assert wilson(0, 0) == (0.0, 1.0)


def test_nothing_of_n_bounds_the_rate() -> None:
    # The rule of three: 0 of 500 is below about 3/500; 299 clean ones are needed for "under 1 %", 298 are not
    # enough.
    assert below(500) == pytest.approx(0.00597, abs=1e-5)
    assert below(299) < 0.01 < below(298)
    assert below(0) == 1.0


def test_interval_is_one_sided_at_the_ends() -> None:
    assert interval(0, 500) == (0.0, below(500))
    assert interval(500, 500) == (1 - below(500), 1.0)
    assert interval(15, 148) == wilson(15, 148)


def test_fisher_on_the_lady_tasting_tea() -> None:
    # Fisher (1935): three of four cups right has the chance 17/70, all four 1/70.
    assert fisher_greater(3, 4, 1, 4) == pytest.approx(17 / 70)
    assert fisher_greater(4, 4, 0, 4) == pytest.approx(1 / 70)
    assert fisher_greater(0, 4, 4, 4) == pytest.approx(1.0)


def test_fisher_with_groups_of_unlike_size() -> None:
    # By hand: 2 hits of 2 against 1 of 3; hypergeometric C(2,2)·C(3,1)/C(5,3) = 3/10.
    assert fisher_greater(2, 2, 1, 3) == pytest.approx(0.3)


def test_users_sent_once_are_counted_as_ever() -> None:
    assert clustered([(1, 1)] * 3 + [(0, 1)] * 17) == interval(3, 20)
    assert clustered([(0, 1)] * 20) == interval(0, 20)
    assert clustered([]) == interval(0, 0)


def test_repeats_that_always_agree_say_no_more_than_one() -> None:
    often = clustered([(10, 10)] * 30 + [(0, 10)] * 70)
    low, high = interval(30, 100)
    assert often[0] == pytest.approx(low, abs=0.005)
    assert often[1] == pytest.approx(high, abs=0.005)
    assert clustered([(0, 10)] * 100) == interval(0, 100)
    assert clustered([(10, 10)] * 100) == interval(100, 100)


def test_repeats_that_have_nothing_in_common_count_as_conversations() -> None:
    often = clustered([(3, 10)] * 100)
    low, high = interval(300, 1000)
    assert often[0] == pytest.approx(low, abs=0.002)
    assert often[1] == pytest.approx(high, abs=0.002)


def test_the_interval_of_repeats_covers() -> None:
    """Users differ: each fails by its own chance. The mean of those chances is covered in 95 of 100 runs."""
    rng, covered, runs = random.Random(1), 0, 600
    for _ in range(runs):
        chances = [rng.betavariate(0.6, 1.4) for _ in range(30)]
        low, high = clustered([(sum(rng.random() < chance for _ in range(5)), 5) for chance in chances])
        covered += low <= 0.3 <= high
    assert covered / runs > 0.93


@pytest.mark.parametrize("freedom", [*range(1, 12), *range(12, 200, 7)])
def test_students_quantile(freedom: int) -> None:
    assert student(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), rel=0.002)
    assert student(0) == math.inf


def test_two_users_sent_often_tell_next_to_nothing() -> None:
    """One degree of freedom: the quantile is 12.7, and the interval is nearly all there is."""
    low, high = clustered([(9, 10), (1, 10)])
    assert low < 0.01
    assert high > 0.99
