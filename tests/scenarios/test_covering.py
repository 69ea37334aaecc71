"""Covering arrays: every pair that can occur occurs, every row obeys the kinds, the first rows cover most."""

from __future__ import annotations

import itertools
import random
import time
from typing import TypeAlias

from hypothesis import given, settings
from hypothesis import strategies as st

from prebeta.scenarios.covering import Axis, Row, covering_rows

Pair: TypeAlias = frozenset[tuple[int, int]]
BINARY, TRAITS = 25, (3, 4, 5, 3, 4, 5)


@st.composite
def designs(draw: st.DrawFn) -> tuple[int, list[Axis]]:
    kinds = draw(st.integers(1, 4))
    axes = []
    for levels in draw(st.lists(st.integers(1, 5), max_size=6)):
        some = st.sets(st.integers(0, levels - 1)).map(lambda chosen: tuple(sorted(chosen)))
        axes.append(Axis(levels, tuple(draw(st.lists(some, min_size=kinds, max_size=kinds)))))
    return kinds, axes


def pairs_of(row: Row) -> set[Pair]:
    """The pairs of a row; the kind counts as axis -1."""
    kind, levels = row
    present = [(-1, kind), *((axis, level) for axis, level in enumerate(levels) if level is not None)]
    return {frozenset(pair) for pair in itertools.combinations(present, 2)}


def all_pairs(kinds: int, axes: list[Axis]) -> set[Pair]:
    found = set()
    for kind in range(kinds):
        levels = [[(-1, kind)], *([(number, one) for one in axis.allowed[kind]] for number, axis in enumerate(axes))]
        for one, other in itertools.combinations(levels, 2):
            found |= {frozenset(pair) for pair in itertools.product(one, other)}
    return found


@given(designs(), st.integers(0, 2**32))
@settings(deadline=None, max_examples=150)
def test_all_pairs_that_can_occur_do_and_rows_obey_the_kinds(design: tuple[int, list[Axis]], seed: int) -> None:
    kinds, axes = design
    rows = list(covering_rows(kinds, axes, random.Random(seed)))
    assert rows == list(covering_rows(kinds, axes, random.Random(seed)))
    for kind, levels in rows:
        assert 0 <= kind < kinds
        for axis, level in zip(axes, levels, strict=True):
            assert level in axis.allowed[kind] if axis.allowed[kind] else level is None
    seen: set[Pair] = set()
    for row in rows:
        assert pairs_of(row) - seen, "a row that brings nothing"
        seen |= pairs_of(row)
    assert seen == all_pairs(kinds, axes)


def usual() -> list[Axis]:
    return [Axis.free(levels, 4) for levels in (*(2,) * BINARY, *TRAITS)]


def test_an_array_of_usual_size_is_short_quick_and_rich_at_its_beginning() -> None:
    begun = time.process_time()
    rows = list(covering_rows(4, usual(), random.Random(1)))
    assert time.process_time() - begun < 0.3
    assert len(rows) <= 45  # 25 is the least possible
    wanted = all_pairs(4, usual())
    early: set[Pair] = set().union(*(pairs_of(row) for row in rows[:10]))
    chance = random.Random(1)
    drawn: set[Pair] = set()
    for _ in range(10):
        levels = tuple(chance.randrange(axis.levels) for axis in usual())
        drawn |= pairs_of((chance.randrange(4), levels))
    assert len(early) > 0.85 * len(wanted)
    assert len(early) > len(drawn)


def test_no_level_is_favoured() -> None:
    """Where several levels are as good, each comes about as often: over seeds, in the rows taken together."""
    counts = [0, 0]
    for seed in range(20):
        for _, levels in covering_rows(4, usual(), random.Random(seed)):
            for level in levels[:BINARY]:
                assert level is not None
                counts[level] += 1
    assert abs(counts[0] / sum(counts) - 0.5) < 0.02


def test_other_seeds_give_other_arrays() -> None:
    assert list(covering_rows(4, usual(), random.Random(1))) != list(covering_rows(4, usual(), random.Random(2)))
