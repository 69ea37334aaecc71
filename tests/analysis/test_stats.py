"""Against published examples."""

from __future__ import annotations

import pytest

from prebeta.analysis.stats import below, fisher_greater, interval, wilson


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
