"""Covering arrays: few rows in which any two levels of different axes occur together at least once.

Greedy, after AETG (Cohen, Dalal, Fredman, Patton 1997): of several rows built at random around a pair that is still
missing, the one that brings most missing pairs is taken. So the first rows cover most, and any beginning is a good
small sample. Sets of levels are bits of a whole number: a row is weighed with some dozen bit operations.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

CANDIDATES = 8
"""Rows weighed for each row taken: enough for rich first rows. More don't make the array shorter: with 25 axes of two
levels, six of three to five and four kinds it has about 34 rows (25 is the least possible) with 1, 8 or 100."""

_NONE = -1

Row: TypeAlias = tuple[int, tuple[int | None, ...]]
"""A kind and the level of each axis; None where the axis has no level for that kind."""


@dataclass(frozen=True, slots=True)
class Axis:
    """One dimension: how many levels it has, and of those the ones each kind allows (none: no meaning there)."""

    levels: int
    allowed: tuple[tuple[int, ...], ...]

    @classmethod
    def free(cls, levels: int, kinds: int) -> Axis:
        """An axis all levels of which go with every kind."""
        return cls(levels, (tuple(range(levels)),) * kinds)


def covering_rows(kinds: int, axes: Sequence[Axis], rng: random.Random) -> Iterator[Row]:
    """Rows until each pair that can occur has occurred; `kinds` (at least 1) is an axis too, which the others obey.

    The rows come one by one and depend on the arguments only: take as many as are needed.
    """
    search = _Search(kinds, axes, rng)
    while (row := search.next()) is not None:
        yield row


class _Search:
    """What is still missing, and the next best row. Level ids: the kinds first, then the levels of each axis."""

    def __init__(self, kinds: int, axes: Sequence[Axis], rng: random.Random) -> None:
        self.rng = rng
        self.kinds = kinds
        self.axis_of: list[int] = [-1] * kinds
        self.starts: list[int] = []
        fits = [1 << kind for kind in range(kinds)]
        for number, axis in enumerate(axes):
            self.starts.append(len(fits))
            self.axis_of += [number] * axis.levels
            fits += [
                sum(1 << kind for kind in range(kinds) if level in axis.allowed[kind]) for level in range(axis.levels)
            ]
        self.fits = fits
        self.allowed = [
            [[start + level for level in axis.allowed[kind]] for axis, start in zip(axes, self.starts, strict=True)]
            for kind in range(kinds)
        ]
        ids = range(len(fits))
        self.missing = [
            sum(1 << other for other in ids if self.axis_of[one] != self.axis_of[other] and fits[one] & fits[other])
            for one in ids
        ]

    def next(self) -> Row | None:
        """The row that brings most of the missing pairs among some candidates; None where nothing is missing."""
        counts = [missing.bit_count() for missing in self.missing]
        most = max(counts)
        if most == 0:
            return None
        heads = [one for one, count in enumerate(counts) if count == most]
        best: list[int] = []
        best_gain = 0
        for _ in range(CANDIDATES):
            ids, gain = self._candidate(self.rng.choice(heads), counts)
            if gain > best_gain:
                best, best_gain = ids, gain
        self._take(best)
        levels = (None if one == _NONE else one - start for one, start in zip(best[1:], self.starts, strict=True))
        return best[0], tuple(levels)

    def _candidate(self, head: int, counts: list[int]) -> tuple[list[int], int]:
        """A row around a missing pair: its level ids (the kind's first), and how many missing pairs it brings."""
        rng, missing = self.rng, self.missing
        partner = rng.choice(_bits(missing[head]))
        kind = self._kind(self.fits[head] & self.fits[partner], counts)
        chosen = [kind, *([_NONE] * len(self.starts))]
        mask = 1 << kind
        gain = 0
        for one in (head, partner):
            if one >= self.kinds:
                gain += (missing[one] & mask).bit_count()
                mask |= 1 << one
                chosen[self.axis_of[one] + 1] = one
        allowed = self.allowed[kind]
        order = [axis for axis in range(len(allowed)) if chosen[axis + 1] == _NONE and allowed[axis]]
        rng.shuffle(order)
        ties = rng.getrandbits(len(order) + 8)
        for axis in order:
            top, pick = _NONE, _NONE
            levels = allowed[axis]
            first = ties % len(levels)  # where to begin, so that among equals no level is favoured
            ties >>= 1
            for one in (*levels[first:], *levels[:first]):
                brings = (missing[one] & mask).bit_count()
                if brings > top:
                    top, pick = brings, one
            gain += top
            mask |= 1 << pick
            chosen[axis + 1] = pick
        return chosen, gain

    def _kind(self, fitting: int, counts: list[int]) -> int:
        """Of the kinds a pair goes with, one that is missing most."""
        kinds = _bits(fitting)
        most = max(counts[kind] for kind in kinds)
        return self.rng.choice([kind for kind in kinds if counts[kind] == most])

    def _take(self, ids: list[int]) -> None:
        present = [one for one in ids if one != _NONE]
        mask = sum(1 << one for one in present)
        for one in present:
            self.missing[one] &= ~mask


def _bits(number: int) -> list[int]:
    """The positions of the ones, in ascending order."""
    found = []
    while number:
        low = number & -number
        found.append(low.bit_length() - 1)
        number ^= low
    return found
