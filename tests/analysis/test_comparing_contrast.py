"""The statistics of comparing: against scipy, against published examples, and as properties."""

from __future__ import annotations

import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from prebeta.analysis.comparing import chance as chance_room
from prebeta.analysis.comparing.chance import fisher, least_fisher, least_sign_flip, shuffled, sign_flip
from prebeta.analysis.comparing.contrast import Cluster, Contrast, paired, unpaired
from prebeta.analysis.comparing.several import stand
from prebeta.analysis.needed import Discordance, mcnemar_power


def pairs(both: int, gone: int, came: int, neither: int) -> list[Cluster]:
    table = ((both, 1, 1), (gone, 1, 0), (came, 0, 1), (neither, 0, 0))
    return [Cluster((one, 1), (two, 1)) for count, one, two in table for _ in range(count)]


def single(hits: int, n: int) -> list[tuple[int, int]]:
    return [(1, 1)] * hits + [(0, 1)] * (n - hits)


counts = st.integers(0, 30)
repeated = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 4)).flatmap(
        lambda n: st.builds(
            Cluster, st.tuples(st.integers(0, n[0]), st.just(n[0])), st.tuples(st.integers(0, n[1]), st.just(n[1]))
        )
    ),
    min_size=1,
    max_size=40,
)


# --- tests ----------------------------------------------------------------------------------------------------


@given(counts, counts, counts)
def test_pairs_are_tested_by_exact_mcnemar(both: int, gone: int, came: int) -> None:
    found = paired([*pairs(both, gone, came, 0), Cluster((0, 1), (0, 1))])
    assert found.p == pytest.approx(stats.binomtest(gone, gone + came).pvalue if gone + came else 1.0)


@given(counts, counts, counts, counts)
def test_groups_are_tested_by_fisher(hits_a: int, rest_a: int, hits_b: int, rest_b: int) -> None:
    expected = stats.fisher_exact([[hits_a, rest_a], [hits_b, rest_b]]).pvalue
    assert fisher(hits_a, hits_a + rest_a, hits_b, hits_b + rest_b) == pytest.approx(expected)


@given(st.lists(st.integers(-4, 4), max_size=12))
def test_the_sign_flip_test_counts_all_signs(differences: list[int]) -> None:
    sizes = [abs(one) for one in differences]
    sums = [0]
    for size in sizes:
        sums = [each + sign * size for each in sums for sign in (1, -1)]
    expected = sum(abs(each) >= abs(sum(differences)) for each in sums) / len(sums)
    assert sign_flip(differences) == pytest.approx(expected)


@given(st.lists(st.integers(-4, 4), max_size=30))
def test_no_signs_come_to_less_than_the_least_p(differences: list[int]) -> None:
    same_way = [abs(one) for one in differences]
    assert sign_flip(differences) >= least_sign_flip(differences) - 1e-12
    assert sign_flip(same_way) == pytest.approx(least_sign_flip(differences))


@given(st.integers(0, 20), st.integers(1, 20), st.integers(1, 20))
def test_no_table_comes_to_less_than_the_least_p(hits: int, n_a: int, n_b: int) -> None:
    hits = min(hits, n_a + n_b)
    tables = [(k, hits - k) for k in range(max(0, hits - n_b), min(n_a, hits) + 1)]
    expected = min(fisher(one, n_a, other, n_b) for one, other in tables)
    assert least_fisher(tables[0][0], n_a, tables[0][1], n_b) == pytest.approx(expected)


def test_very_many_scenarios_are_tested_by_the_normal_distribution() -> None:
    chance = random.Random(3)
    differences = [chance.choice((-2, -1, 0, 1, 1, 2)) for _ in range(3_000)]
    few = differences[:1_500]
    spread = sum(one * one for one in few) ** 0.5
    assert sign_flip(few) == pytest.approx(2 * stats.norm.sf((abs(sum(few)) - 0.5) / spread), rel=0.05)
    assert sign_flip(differences) < sign_flip(few) < 0.05


def test_shuffling_comes_near_the_exact_test() -> None:
    before, after = [1.0] * 12 + [0.0] * 18, [1.0] * 5 + [0.0] * 25
    assert shuffled(before, after, random.Random(1)) == pytest.approx(fisher(12, 30, 5, 30), abs=0.02)
    assert shuffled(before, before, random.Random(1)) == 1.0
    assert shuffled([], after, random.Random(1)) == 1.0


@pytest.mark.parametrize("rates", [(0.2, 0.2), (0.2, 0.23), (0.2, 0.26), (0.6, 0.53), (0.95, 0.91)])
@pytest.mark.parametrize("sizes", [(400, 300), (260, 800)])
def test_the_normal_distribution_of_many_values_agrees_with_dealing_them_out(
    rates: tuple[float, float], sizes: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Means of two repeats each, of users who differ: at 5 % within a fifth, of which dealing itself takes a half."""
    chance = random.Random(f"{rates} {sizes}")
    groups = []
    for rate, size in zip(rates, sizes, strict=True):
        own = [chance.betavariate(4 * rate, 4 * (1 - rate)) for _ in range(size)]
        groups.append([((chance.random() < one) + (chance.random() < one)) / 2 for one in own])
    monkeypatch.setattr(chance_room, "_MOST_DEALT", 0)
    quick = shuffled(groups[0], groups[1], random.Random(1))
    monkeypatch.setattr(chance_room, "_MOST_DEALT", 10_000)
    assert quick == pytest.approx(shuffled(groups[0], groups[1], random.Random(1)), rel=0.2, abs=0.003)


def test_what_only_few_show_is_dealt_out_however_many_there_are(monkeypatch: pytest.MonkeyPatch) -> None:
    """Five of 2,500 against none: the normal distribution would call that significant."""
    few, none = [0.5] * 5 + [0.0] * 2_495, [0.0] * 2_500
    assert shuffled(few, none, random.Random(1)) == pytest.approx(fisher(5, 2_500, 0, 2_500), abs=0.015)
    assert shuffled(none, few, random.Random(1)) > 0.05


def test_thousands_of_scenarios_are_not_dealt_out_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor are the signs of single ones gone through: both have a closed form."""
    monkeypatch.delattr(chance_room, "_dealt")
    chance = random.Random(1)
    repeats = [[sum(chance.random() < 0.2 for _ in range(2)) for _ in range(2_500)] for _ in range(2)]
    whole = unpaired([(hits, 2) for hits in repeats[0]], [(hits, 2) for hits in repeats[1]])
    assert 0.0 < whole.p <= 1.0
    monkeypatch.setattr(chance_room, "_mcnemar", lambda m, observed: 10_000.0 * m + observed)
    assert sign_flip([1] * 1_000 + [-1] * 990) == 19_900_010


@given(st.integers(1, 400), st.integers(0, 400), st.integers(1, 3))
def test_the_binomial_tail_is_what_all_signs_come_to(m: int, down: int, size: int) -> None:
    """Of equal sizes in closed form, of one that is twice as large by counting: as near as one is to none."""
    down = min(down, m)
    same = [-size] * down + [size] * (m - down)
    assert sign_flip(same) == pytest.approx(stats.binomtest(down, m).pvalue)
    assert sign_flip(same) == pytest.approx(sign_flip([one // size for one in same]))


@given(st.integers(1, 60), st.integers(0, 60))
def test_counting_goes_on_where_the_binomial_tail_ends(m: int, down: int) -> None:
    """One size more, 2 among ones, shows that both ways agree: its two signs are two binomial tails."""
    down = min(down, m)
    ones = m - 2 * down
    ups = [(m + s) // 2 for s in range(-m, m + 1, 2)]
    whole = abs(ones + 2)
    expected = sum(stats.binom.pmf(up, m, 0.5) / 2 for up in ups for two in (2, -2) if abs(2 * up - m + two) >= whole)
    assert sign_flip([-1] * down + [1] * (m - down) + [2]) == pytest.approx(min(1.0, expected))


# --- intervals ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        ((36, 12, 2, 0), 0.0569, 0.3404),  # Newcombe (1998b), table II, method 10
        ((14, 5, 0, 22), 0.011, 0.226),  # Altman et al. (2000), Statistics with confidence, table 6.2
        ((1, 1, 7, 12), -0.507, -0.026),  # Fagerland et al. (2017), airway hyper-responsiveness, square-and-add
        ((59, 6, 16, 80), -0.119, -0.0046),  # the same, complete response before and after consolidation
    ],
)
def test_published_examples_of_paired_shares(table: tuple[int, int, int, int], low: float, high: float) -> None:
    found = paired(pairs(*table))
    assert found.difference is not None
    if found.p < 0.05:  # else the interval is stretched to hold 0
        assert (-found.interval[1], -found.interval[0]) == pytest.approx((low, high), abs=6e-4)
    else:
        assert found.interval[0] <= 0 <= found.interval[1]


@pytest.mark.parametrize(
    ("before", "after", "low", "high"),
    [  # Newcombe (1998a), table II, method 10
        ((48, 80), (56, 70), 0.0524, 0.3339),
        ((3, 10), (9, 10), 0.1705, 0.8090),
        ((0, 29), (5, 56), -0.0381, 0.1926),
        ((0, 20), (0, 10), -0.1611, 0.2775),
        ((0, 20), (10, 10), 0.6791, 1.0),
    ],
)
def test_published_examples_of_independent_shares(
    before: tuple[int, int], after: tuple[int, int], low: float, high: float
) -> None:
    found = unpaired(single(*before), single(*after))
    assert found.interval == pytest.approx((low, high), abs=6e-5)


@given(counts, counts, counts, counts, st.integers(2, 4))
def test_repeating_what_never_changes_tells_no_more(both: int, gone: int, came: int, neither: int, k: int) -> None:
    """Conversations that end alike each time count once a scenario: the same p, and an interval that is not narrower."""
    once = pairs(both, gone, came, neither)
    if not once:
        return
    again = paired([Cluster((k * one.before[0], k), (k * one.after[0], k)) for one in once])
    found = paired(once)
    assert again.p == pytest.approx(found.p)
    assert again.interval[0] <= found.interval[0] + 0.02
    assert again.interval[1] >= found.interval[1] - 0.02


@given(repeated)
def test_the_other_way_round_it_is_the_other_way_round(clusters: list[Cluster]) -> None:
    found = paired(clusters)
    back = paired([Cluster(one.after, one.before) for one in clusters])
    assert back.p == pytest.approx(found.p)
    assert back.interval == pytest.approx((-found.interval[1], -found.interval[0]))
    assert back.sure == found.sure


@given(repeated)
def test_what_is_concluded_agrees_with_what_is_shown(clusters: list[Cluster]) -> None:
    found = paired(clusters)
    low, high = found.interval
    assert found.difference is not None
    assert -1 <= low <= found.difference <= high <= 1
    if found.p >= 0.05:
        assert low <= 0 <= high
    if found.sure:
        assert found.difference * low > 0
        assert found.difference * high > 0
    else:
        assert low <= 0 <= high


@given(repeated, st.randoms(use_true_random=False))
def test_the_order_of_scenarios_says_nothing(clusters: list[Cluster], chance: random.Random) -> None:
    other = list(clusters)
    chance.shuffle(other)
    one, two = paired(clusters), paired(other)
    assert two.interval == pytest.approx(one.interval)
    assert two.p == pytest.approx(one.p)


def test_of_nothing_nothing_is_known() -> None:
    found = paired([])
    assert (found.difference, found.interval, found.p, found.sure, found.needed, found.seen) == (
        None, (-1.0, 1.0), 1.0, False, None, None,
    )  # fmt: skip
    half = unpaired([], single(1, 4))
    assert (half.rate_a, half.rate_b, half.difference, half.sure) == (None, 0.25, None, False)
    alone = paired([Cluster((0, 5), (5, 5))])
    assert not alone.sure


# --- how many are needed ----------------------------------------------------------------------------------------


def test_the_number_that_methods_quote() -> None:
    """27 % → 25 % at a correlation of 0.4: about 4,500 pairs."""
    n = 10_000
    both = 0.27 * 0.25 + 0.4 * (0.27 * 0.73 * 0.25 * 0.75) ** 0.5
    found = unpaired(single(2_700, n), single(2_500, n), phi=0.4)
    assert found.needed is not None
    assert 4_300 < found.needed < 4_800
    gone, came = round((0.27 - both) * 1_000), round((0.25 - both) * 1_000)
    seen = paired(pairs(round(both * 1_000), gone, came, 1_000 - round(both * 1_000) - gone - came))
    assert seen.needed is not None
    assert 4_000 < seen.needed < 5_200


@settings(deadline=None, max_examples=30)
@given(counts, counts, counts, counts)
def test_what_cannot_be_told_needs_more_than_there_is(both: int, gone: int, came: int, neither: int) -> None:
    found = paired(pairs(both, gone, came, neither))
    if gone == came:
        assert found.needed is None
    elif not found.sure:
        assert found.needed is None or found.needed > found.n


def test_what_would_have_been_seen() -> None:
    """Where nothing differed, six pairs must differ one way to be seen; where much does by chance, more must."""
    quiet, noisy = paired(pairs(20, 0, 0, 80)), paired(pairs(20, 10, 10, 60))
    assert quiet.seen is not None
    assert noisy.seen is not None
    assert 0.06 < quiet.seen < 0.1 < noisy.seen < 0.25
    assert mcnemar_power(100, Discordance(0.0, quiet.seen)) == pytest.approx(0.8, abs=0.01)
    assert paired(pairs(1, 0, 0, 4)).seen is None


def test_repeats_need_fewer_scenarios() -> None:
    chance = random.Random(5)
    once, thrice = _same_rates(chance, 1), _same_rates(chance, 5)
    assert once.needed is not None
    assert thrice.needed is not None
    assert thrice.needed < once.needed


def _same_rates(chance: random.Random, k: int) -> Contrast:
    def hits(rate: float) -> tuple[int, int]:
        return (sum(chance.random() < rate for _ in range(k)), k)

    return paired([Cluster(hits(0.3), hits(0.4)) for _ in range(600)])


# --- many at once -----------------------------------------------------------------------------------------------


def test_what_stands_among_many() -> None:
    assert stand([0.01, 0.04, 0.5], [0.0, 0.0, 0.0]) == [True, False, False]
    assert stand([0.01, 0.03, 0.04], [0.0, 0.0, 0.0]) == [True, True, True]
    assert stand([], []) == []


def test_tests_that_could_show_nothing_do_not_count() -> None:
    """Of twenty findings one has ten cases, the others two: it is tested as if it were alone."""
    ps = [2**-9.0, *[0.5] * 19]
    assert stand(ps, ps)[0]
    assert not stand([0.03, *[0.5] * 19], [0.0] * 20)[0]


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_never_fewer_than_by_benjamini_and_hochberg(ps: Sequence[float]) -> None:
    expected = stats.false_discovery_control(list(ps)) <= 0.05
    assert all(ours or not theirs for ours, theirs in zip(stand(ps, [0.0] * len(ps)), expected, strict=True))


@given(st.lists(st.tuples(st.integers(0, 25), st.integers(1, 25)), min_size=1, max_size=15))
def test_never_more_than_by_heyse(tables: Sequence[tuple[int, int]]) -> None:
    """He sums up the chances that the tests have of a p so small; here of sign tests, whose ps can be counted."""
    pairs_of = [(min(hits, n), n) for hits, n in tables]
    ps = [_signs(hits, n) for hits, n in pairs_of]
    own = [[_signs(k, n) for k in range(n + 1)] for _, n in pairs_of]

    def sum_up(p: float) -> float:
        return sum(max((one for one in each if one <= p), default=0.0) for each in own)

    bar = max((p for rank, p in enumerate(sorted(ps), 1) if sum_up(p) <= 0.05 * rank), default=-1.0)
    ours = stand(ps, [min(each) for each in own])
    assert all(p <= bar for p, stands in zip(ps, ours, strict=True) if stands)


def _signs(hits: int, n: int) -> float:
    return sign_flip([1] * hits + [-1] * (n - hits))
