"""What repeats tell of a run."""

from __future__ import annotations

import json
import math
import random
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runs_to_compare import held

from prebeta.analysis.flakiness import correlation, flakiness
from prebeta.core.results import Row


def rounds(*outcomes: str) -> list[Row]:
    return [one for repeat, each in enumerate(outcomes) for one in held(each, repeat=repeat)]


def test_classes_and_pass_k() -> None:
    found = flakiness(rounds("..x.", ".xx.", "..x.", "..x."))
    assert found is not None
    assert (found.scenarios, found.always_passes, found.always_fails, found.flaky) == (4, 2, 1, 1)
    assert found.passing == pytest.approx((2.75 / 4, 2.5 / 4, 2.25 / 4, 2 / 4))
    assert found.flips == pytest.approx(0.5 / 4)
    assert found.noise == pytest.approx(1.96 * math.sqrt(0.125 / 4), rel=1e-3)
    json.dumps(found.to_json())


def test_nobody_sent_twice() -> None:
    assert flakiness(held("..x.")) is None
    assert flakiness([]) is None


def test_what_we_spoiled_is_no_flip() -> None:
    found = flakiness([*held(["REACHED", "REACHED"]), *held(["INFRA", "ABANDONED"], repeat=1)])
    assert found is not None
    assert (found.scenarios, found.flaky) == (1, 1)


def test_only_typical_users_count() -> None:
    found = flakiness(
        [*rounds("....", "...."), *[one for k in (0, 1) for one in held("xx", repeat=k, first=9, sample="hunt")]]
    )
    assert found is not None
    assert (found.scenarios, found.always_fails) == (4, 0)


@pytest.mark.parametrize(("outcomes", "phi"), [(("x.", "x."), 1.0), (("x.", ".x"), -1.0), (("..", ".."), None)])
def test_correlation(outcomes: tuple[str, str], phi: float | None) -> None:
    found = flakiness(rounds(*outcomes))
    assert found is not None
    assert found.phi == phi


def test_correlation_of_a_known_product() -> None:
    """Half of the users fail in three of four conversations, the others in one of four: phi is 0.25."""
    chance = random.Random(2)
    counts = [(sum(chance.random() < rate for _ in range(4)), 4) for rate in (0.25, 0.75) for _ in range(4_000)]
    assert correlation(counts) == pytest.approx(0.25, abs=0.02)


@given(st.lists(st.lists(st.booleans(), min_size=2, max_size=6), min_size=1, max_size=12))
def test_pass_k_is_the_share_of_all_ways_to_choose_k(failed: list[list[bool]]) -> None:
    k = min(map(len, failed))
    rows = [
        one
        for scenario, each in enumerate(failed)
        for repeat, mark in enumerate(each)
        for one in held("x" if mark else ".", repeat=repeat, first=scenario)
    ]
    found = flakiness(rows)
    assert found is not None
    expected = [sum(not any(some) for some in combinations(each, k)) / math.comb(len(each), k) for each in failed]
    assert found.passing[k - 1] == pytest.approx(sum(expected) / len(expected))
    assert found.always_passes + found.always_fails + found.flaky == len(failed)
