"""A conversation's odds of success on its way, from the other conversations of its run: nothing is held again.

V(stage) is the share of the conversations that came to a stage which did not fail in the end, told apart by how often they
had come there: who is at a step for the third time is worse off. A conversation's turning point is its largest drop.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from prebeta.analysis.outcome import EXCLUDED, UNKNOWN
from prebeta.core.results import Row

_FEWEST = 5
"""Conversations below which a visit is taken for any visit of its stage."""
_MOST_VISITS = 3

Visit = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Odds:
    """The odds at a product's turn: `share` of the `of` conversations that came to its stage did not fail."""

    turn: int
    stage: str
    share: float
    of: int


@dataclass(frozen=True, slots=True)
class Turning:
    """The largest drop of a conversation's odds: at `turn` they fell from `before` to `after`. `end`: they fell only as the
    conversation ended."""

    turn: int
    before: float
    after: float
    end: bool


@dataclass(frozen=True, slots=True)
class Values:
    """V of each stage and visit: how many conversations came there, and how many of them did not fail."""

    visits: Mapping[Visit, tuple[int, int]]

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Values:
        counts: dict[Visit, list[int]] = defaultdict(lambda: [0, 0])
        for row in rows:
            if row.assessment.outcome in EXCLUDED or row.assessment.outcome == UNKNOWN:
                continue
            for visit in set(_visits(row.assessment.stages)):
                counts[visit][0] += 1
                counts[visit][1] += not row.assessment.failed
        return cls({visit: (came, well) for visit, (came, well) in counts.items()})

    def at(self, stage: str, visit: int) -> tuple[float, int] | None:
        """The odds there, and of how many conversations; None where none is known to have come there."""
        came, well = self.visits.get((stage, min(visit, _MOST_VISITS)), (0, 0))
        if came < _FEWEST:
            first_came, first_well = self.visits.get((stage, 1), (0, 0))
            came, well = max((came, well), (first_came, first_well))
        return (well / came, came) if came else None


def odds(names: Sequence[str | None], values: Values) -> tuple[Odds, ...]:
    """The odds at each product's turn of a conversation; `names` are its stages by turn, None for a user's."""
    found: list[Odds] = []
    times: Counter[str] = Counter()
    last: str | None = None
    for turn, stage in enumerate(names):
        if stage is None:
            continue
        if stage != last:
            times[stage] += 1
            last = stage
        known = values.at(stage, times[stage])
        if known is not None:
            found.append(Odds(turn, stage, *known))
    return tuple(found)


def turning_point(found: Sequence[Odds], failed: bool) -> Turning | None:
    """Where the odds fell most; of a conversation that failed its end counts as none left. None where they never fell."""
    drops = [Turning(after.turn, before.share, after.share, False) for before, after in pairwise(found)]
    if failed and found:
        drops.append(Turning(found[-1].turn, found[-1].share, 0.0, True))
    most = max(drops, key=lambda one: (one.before - one.after, -one.turn), default=None)
    return most if most is not None and most.before > most.after else None


def _visits(stages: Sequence[str]) -> Iterable[Visit]:
    times: Counter[str] = Counter()
    for stage in stages:
        times[stage] += 1
        yield stage, min(times[stage], _MOST_VISITS)
