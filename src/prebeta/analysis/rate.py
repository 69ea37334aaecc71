"""The failure rate of a run and its interval, the same wherever it is told: in its summary, in the history, at the gate."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from prebeta.analysis.findings import by_user, rate_sample
from prebeta.analysis.stats import clustered
from prebeta.analysis.until import Standing, standing
from prebeta.core.results import Row, Run


@dataclass(frozen=True, slots=True)
class Rate:
    """`failed` of `valid` conversations. `rate` and its 95 % `interval` are None where nothing was measured; of a run that
    stopped by itself the rate counts all users alike, however many of their repeats were valid."""

    valid: int
    failed: int
    rate: float | None
    interval: tuple[float, float] | None


def rate_of(run: Run, rows: Sequence[Row]) -> Rate:
    """The rate of a run by the rows of its headline's users.

    Of a run that stopped by itself the interval is the one that holds in spite of that. Else it is of the typical users where
    there are any, and no narrower for having sent the same ones several times.
    """
    stopped = standing(run, rows)
    return of_sample(rate_sample(rows)) if stopped is None else of_standing(stopped)


def of_standing(found: Standing) -> Rate:
    return Rate(found.valid, found.failed, found.rate, found.interval if found.counted else None)


def of_sample(rows: Iterable[Row]) -> Rate:
    """Of valid conversations."""
    return of_users(by_user(rows))


def of_users(counts: Sequence[tuple[int, int]]) -> Rate:
    """Of users, each given by in how many of how many conversations it failed."""
    failed, valid = sum(hits for hits, _ in counts), sum(size for _, size in counts)
    return Rate(valid, failed, failed / valid if valid else None, clustered(counts) if valid else None)
