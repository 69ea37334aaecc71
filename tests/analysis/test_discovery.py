from __future__ import annotations

import pytest

from prebeta.analysis.discovery import Discovery, chao1, discover, expected_new


def test_chao1_agrees_with_the_example_of_scikit_bio() -> None:
    # skbio.diversity.alpha.chao1, bias-corrected
    assert chao1([0, 1, 1, 4, 2, 5, 2, 4, 1, 2]) == 9.75


def test_chao1_agrees_with_the_example_of_the_r_package_fossil() -> None:
    # fossil::int.chao; without a kind seen once nothing is thought unseen
    assert chao1([4, 5, 0, 0, 2, 0, 0, 0, 3, 0, 8, 45, 23]) == 7


def test_expected_new_by_hand() -> None:
    # f1 = 3, f2 = 1 -> 3·2/(2·2) = 1.5 unseen; n = 20, m = 100: 1.5·(1 − (1 − 3/(20·1.5 + 3))^100)
    assert expected_new([1, 1, 1, 2], 20) == pytest.approx(1.5 * (1 - (30 / 33) ** 100))
    # The next one conversation alone: near the Good–Turing chance f1/n
    assert expected_new([1, 1, 1, 2], 2000, ahead=1) == pytest.approx(3 / 2000, rel=0.01)


def test_expected_new_with_one_single_sighting() -> None:
    assert expected_new([1, 5], 100) == pytest.approx(1 - 0.99**100)
    assert expected_new([2, 5], 100) == 0.0


def test_discover_counts_modes_and_stays_silent_about_nothing() -> None:
    assert discover([], 0) == Discovery(0, None, None)
    assert discover([], 2) == Discovery(0, 0.0, 0.0)
    assert discover(["aaa", "bb"], 6) == Discovery(2, 2.0, 0.0)
