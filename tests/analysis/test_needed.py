"""How many conversations a claim needs, against published figures and against the tests it speaks of."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from prebeta.analysis.needed import (
    Discordance,
    below,
    below_with_chance,
    clean,
    connor,
    mcnemar_power,
    pairs_for,
    pairs_needed,
    within,
)
from prebeta.analysis.paired import mcnemar
from prebeta.analysis.stats import interval, wilson

RATES = st.floats(0.01, 0.99)


def test_a_change_from_27_to_25_percent_takes_about_4500_pairs_at_correlation_0_4() -> None:
    assert connor(Discordance.of(0.27, 0.25, 0.4)) == pytest.approx(4534, abs=1)
    assert pairs_needed(0.27, 0.25, 0.4) == 4629  # the exact test takes 2 % more than the formula


def test_connors_formula_worked_by_hand() -> None:
    """(1.95996·√0.3 + 0.84162·√(0.3 − 0.01))² / 0.01"""
    assert connor(Discordance(0.2, 0.1)) == pytest.approx(
        (1.95996 * 0.547723 + 0.84162 * 0.538516) ** 2 / 0.01, abs=0.1
    )


def test_under_1_percent_takes_299_clean_conversations() -> None:
    assert clean(0.01) == 299
    assert clean(0.006) == 498  # so 0 of 500 is below 0.6 %


@settings(deadline=None)
@given(st.integers(1, 100), RATES, RATES, st.floats(0, 0.9))
def test_the_power_is_that_of_the_exact_test(n: int, rate_a: float, rate_b: float, phi: float) -> None:
    differ = Discordance.of(rate_a, rate_b, phi)
    psi = differ.gone + differ.came
    if psi < 1e-9 or psi > 1 - 1e-9:
        return
    fewer = min(differ.gone, differ.came) / psi
    exact = 0.0
    for m in range(1, n + 1):
        rejected = [k for k in range(m // 2 + 1) if mcnemar(m - k, k) <= 0.05]
        exact += float(binom.pmf(m, n, psi) * binom.pmf(rejected, m, fewer).sum()) if rejected else 0.0
    assert mcnemar_power(n, differ) == pytest.approx(exact, abs=1e-9)


@settings(deadline=None)
@given(RATES, RATES, st.floats(0, 0.9))
def test_so_many_pairs_are_enough_and_one_less_is_not(rate_a: float, rate_b: float, phi: float) -> None:
    differ = Discordance.of(rate_a, rate_b, phi)
    n = pairs_for(differ)
    if n is None or n > 3000:
        return
    assert mcnemar_power(n, differ) >= 0.8
    assert n == 1 or mcnemar_power(n - 1, differ) < 0.8


def test_simulated_comparisons_show_the_change_as_often_as_promised() -> None:
    differ, rng, shown = Discordance.of(0.27, 0.15, 0.3), random.Random(1), 0
    n = pairs_for(differ)
    assert n is not None
    for _ in range(1000):
        kinds = rng.choices(("gone", "came", "same"), (differ.gone, differ.came, 1 - differ.gone - differ.came), k=n)
        gone, came = kinds.count("gone"), kinds.count("came")
        shown += gone > came and mcnemar(gone, came) <= 0.05
    assert 0.76 <= shown / 1000 <= 0.84


@given(RATES, RATES, st.floats(-1, 1))
def test_discordance_keeps_both_rates(rate_a: float, rate_b: float, phi: float) -> None:
    differ = Discordance.of(rate_a, rate_b, phi)
    both = rate_a - differ.gone
    assert differ.gone >= 0
    assert differ.came >= -1e-12
    assert both >= -1e-12
    assert differ.gone - differ.came == pytest.approx(rate_a - rate_b, abs=1e-12)
    assert rate_a + differ.came <= 1 + 1e-12


def test_what_cant_be_shown_has_no_number() -> None:
    assert pairs_needed(0.2, 0.2, 0.4) is None
    assert pairs_needed(0.2, 0.200001, 0.0) is None


def test_a_large_number_is_the_formulas_and_close_to_the_exact_one() -> None:
    found = pairs_needed(0.27, 0.265, 0.4)
    assert found is not None
    assert mcnemar_power(found, Discordance.of(0.27, 0.265, 0.4)) == pytest.approx(0.8, abs=0.001)


@given(st.floats(0, 1), st.floats(0.01, 0.3))
def test_within_is_the_first_width_that_fits(rate: float, margin: float) -> None:
    n = within(rate, margin)
    assert n is not None
    low, high = wilson(round(rate * n), n)
    assert high - low <= 2.02 * margin + 1 / n  # of a rate rounded to whole conversations


@given(st.floats(0.002, 0.5), st.integers(0, 5))
def test_below_is_the_first_number_whose_reported_interval_ends_there(bound: float, failures: int) -> None:
    n = below(bound, failures)
    assert n is not None
    assert interval(failures, n)[1] <= bound
    assert n == failures + 1 or interval(failures, n - 1)[1] > bound or failures >= n - 1


def test_below_with_few_failures_takes_more() -> None:
    assert [below(0.01, k) for k in range(3)] == [299, 563, 726]
    assert below_with_chance(0.01, 0.0) == 299
    n = below_with_chance(0.01, 0.003)
    assert n is not None
    most = max(k for k in range(20) if interval(k, n)[1] <= 0.01)
    assert binom.cdf(most, n, 0.003) >= 0.8
    assert below_with_chance(0.01, 0.01) is None
