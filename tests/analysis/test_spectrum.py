from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebeta.analysis.paired import Pairs, change_interval, mcnemar
from prebeta.analysis.spectrum import BEHAVIOR, SLOT, TRAIT, Feature, Sighting, safe_values, spectrum


def did(*names: str, shows: bool = False, flawed: bool = False, **facts: str) -> Sighting:
    about = {
        *(Feature(BEHAVIOR, name) for name in names),
        *(Feature(SLOT, slot, (value,)) for slot, value in facts.items()),
    }
    return Sighting(frozenset(about), shows, flawed)


def test_what_only_failures_have_is_first() -> None:
    found = spectrum([*[did("doubt", "emoji", shows=True)] * 10, *[did("emoji")] * 20, *[did()] * 20])
    assert found[0].features == (Feature(BEHAVIOR, "doubt"),)
    assert (found[0].shown, found[0].n, found[0].shown_without, found[0].n_without) == (10, 10, 0, 40)
    assert found[0].ochiai == 1
    assert found[0].significant


def test_what_is_everywhere_is_no_suspect() -> None:
    assert spectrum([*[did("emoji", shows=True)] * 5, *[did("emoji")] * 5]) == ()
    assert spectrum([did("emoji")]) == ()


def test_a_pair_is_a_suspect_only_where_both_are_needed() -> None:
    both = [did("doubt", "claim", shows=True)] * 10
    needed = spectrum([*both, *[did("doubt")] * 10, *[did("claim")] * 10, *[did()] * 20])
    assert {feature.name for feature in needed[0].features} == {"doubt", "claim"}
    enough = spectrum([*both, *[did("doubt", shows=True)] * 10, *[did("claim")] * 10, *[did()] * 20])
    assert enough[0].features == (Feature(BEHAVIOR, "doubt"),), "the smaller set explains as much"


def test_the_values_of_a_slot_that_fail_are_one_suspect() -> None:
    seen = [
        did(city=city, shows=city in ("Oslo", "Rome")) for city in ("Oslo", "Rome", "Wien", "Bern") for _ in range(8)
    ]
    found = spectrum(seen)
    assert found[0].features[0].name == "city"
    assert set(found[0].features[0].values) == {"Oslo", "Rome"}


def test_a_slot_in_which_each_has_its_own_value_is_no_suspect() -> None:
    seen = [did(phone=f"07{n:03}", shows=n < 10) for n in range(40)]
    assert spectrum(seen) == ()


def test_values_are_offered_in_the_order_of_how_well_they_go() -> None:
    seen = [did(city="Oslo", shows=True), did(city="Rome", flawed=True), did(city="Rome"), did(city="Wien")]
    assert safe_values("city", seen) == ("Wien", "Rome", "Oslo")


def test_many_innocent_features_are_not_discovered() -> None:
    import random

    rng = random.Random(5)
    seen = [did(*(f"b{n}" for n in range(20) if rng.random() < 0.3), shows=rng.random() < 0.2) for _ in range(300)]
    assert sum(one.significant for one in spectrum(seen) if len(one.features) == 1) <= 1


def test_a_trait_is_named_with_its_level() -> None:
    terse = Feature(TRAIT, "verbosity", ("terse",))
    found = spectrum([*[Sighting(frozenset({terse}), True)] * 8, *[Sighting(frozenset(), False)] * 8])
    assert found[0].features == (terse,)


@pytest.mark.parametrize(
    ("gone", "came", "p"), [(6, 0, 0.03125), (5, 0, 0.0625), (0, 0, 1.0), (4, 4, 1.0), (8, 1, 0.0390625)]
)
def test_mcnemar_is_exact(gone: int, came: int, p: float) -> None:
    assert mcnemar(gone, came) == pytest.approx(p)


def test_newcombes_own_example() -> None:
    """Newcombe (1998), table II: 36 both, 12, 2, 0 neither: method 10 gives 0.0569 to 0.3404 for the difference 0.2."""
    low, high = change_interval(Pairs(both=36, gone=12, came=2, neither=0))
    assert low == pytest.approx(0.0569, abs=2e-4)
    assert high == pytest.approx(0.3404, abs=2e-4)


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20), st.integers(0, 20))
def test_the_interval_holds_the_change(both: int, gone: int, came: int, neither: int) -> None:
    pairs = Pairs(both, gone, came, neither)
    low, high = change_interval(pairs)
    assert -1 <= low <= pairs.change <= high <= 1 or pairs.n == 0
