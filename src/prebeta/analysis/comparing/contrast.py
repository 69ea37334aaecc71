"""How far two failure rates lie apart, and how sure that is.

One conversation a scenario and side: exact McNemar, and Newcombe's paired interval (1998, method 10). With repeats the
scenario is the unit, for its conversations are not independent: each counts by its mean on either side; the exact sign-flip
test of those differences takes McNemar's place, which it is where nothing was repeated; and Newcombe's interval is carried
over by MOVER (Zou & Donner 2008), with each side's Wilson limits at its effective number of conversations (Rao & Scott 1992)
and Student's quantile, because that number is estimated from the scenarios. Without pairs: Fisher's exact test and
Newcombe's interval of independent shares (1998, method 10 of the companion paper).

Interval and test may disagree at the border; then neither is believed alone: a change is declared only where both show it, and
where only the interval does, it is stretched to hold 0. So what is concluded never contradicts what is shown.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace

from prebeta.analysis.comparing.chance import fisher, least_fisher, least_sign_flip, shuffled, sign_flip
from prebeta.analysis.needed import POWER, Discordance, mcnemar_power, pairs_for
from prebeta.analysis.paired import Pairs, change_interval
from prebeta.analysis.stats import LEVEL, Z95, student

_FINE = 0.0005
_COARSEST = 1_000
"""Means of scenarios are compared in whole parts of their common denominator, at most of a thousandth."""


@dataclass(frozen=True, slots=True)
class Cluster:
    """A scenario's conversations on both sides: hits (failed, or showing a finding) of how many."""

    before: tuple[int, int]
    after: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Contrast:
    """Two rates and their difference (after − before), with its 95 % interval and two-sided p.

    `n` are pairs; without pairs the conversations of the smaller side. `least` is the smallest p possible. `gone` and `came` are
    the shares of pairs that differ, as `needed` takes them, None where they can't be known; `phi` the correlation of a
    scenario's two outcomes, None where it can't be.
    """

    n: int
    rate_a: float | None
    rate_b: float | None
    interval: tuple[float, float]
    p: float
    least: float
    differ: Discordance | None = None
    phi: float | None = None

    @property
    def difference(self) -> float | None:
        return None if self.rate_a is None or self.rate_b is None else self.rate_b - self.rate_a

    @property
    def sure(self) -> bool:
        """Whether the rates differ, by test and interval."""
        low, high = self.interval
        return self.p < LEVEL and not low <= 0 <= high

    def doubted(self) -> Contrast:
        """The same, where what was measured proves nothing: the interval holds 0."""
        low, high = self.interval
        return replace(self, interval=(min(low, 0.0), max(high, 0.0)))

    @property
    def needed(self) -> int | None:
        """So many pairs show a difference like this in four of five comparisons; None where there is no difference."""
        if not self.difference or self.differ is None:
            return None
        found = pairs_for(self.differ)
        return found if found is None or self.sure else max(found, self.n + 1)

    @property
    def seen(self) -> float | None:
        """The smallest difference that so many pairs show in four of five comparisons, with as many more differing by chance as
        differ here; None where none is."""
        if not self.n or self.differ is None:
            return None
        noise = min(self.differ.gone, self.differ.came)

        def shows(change: float) -> bool:
            return mcnemar_power(self.n, Discordance(noise, noise + change)) >= POWER

        low, high = 0.0, 1.0 - 2 * noise
        if not shows(high):
            return None
        while high - low > _FINE:
            middle = (low + high) / 2
            low, high = (low, middle) if shows(middle) else (middle, high)
        return high


def paired(clusters: Sequence[Cluster]) -> Contrast:
    """Of scenarios that both sides hold. Without any nothing is known: interval (−1, 1), p 1."""
    if not clusters:
        return Contrast(0, None, None, (-1.0, 1.0), 1.0, 1.0)
    before, after = [_mean(one.before) for one in clusters], [_mean(one.after) for one in clusters]
    sizes = {size for one in clusters for _, size in (one.before, one.after)}
    steps = _steps(clusters, sizes)
    p = sign_flip(steps)
    span = _newcombe(clusters) if sizes == {1} else _mover(clusters, before, after)
    return Contrast(
        n=len(clusters),
        rate_a=sum(before) / len(before),
        rate_b=sum(after) / len(after),
        interval=_agreeing(span, p),
        p=p,
        least=least_sign_flip(steps),
        differ=_differ(before, after),
        phi=_phi(before, after),
    )


def unpaired(before: Sequence[tuple[int, int]], after: Sequence[tuple[int, int]], phi: float = 0.0) -> Contrast:
    """Of two groups of scenarios that have nothing to do with each other. `phi`: what the correlation of pairs would be, where
    that is known from repeats, to tell how many would be needed."""
    if not before or not after:
        return Contrast(0, _rate(before), _rate(after), (-1.0, 1.0), 1.0, 1.0)
    one, other = [_mean(each) for each in before], [_mean(each) for each in after]
    rate_a, rate_b = sum(one) / len(one), sum(other) / len(other)
    if {size for _, size in (*before, *after)} == {1}:
        counts = (sum(hits for hits, _ in before), len(before), sum(hits for hits, _ in after), len(after))
        p, least = fisher(*counts), least_fisher(*counts)
    else:
        p, least = shuffled(one, other, random.Random(len(one) * 1_000_003 + len(other))), 0.0
    span = _square_and_add(_limits(before, one), _limits(after, other), 0.0)
    differ = Discordance.of(rate_a, rate_b, phi)
    return Contrast(min(len(one), len(other)), rate_a, rate_b, _agreeing(span, p), p, least, differ)


def _mean(counts: tuple[int, int]) -> float:
    hits, n = counts
    return hits / n


def _rate(counts: Sequence[tuple[int, int]]) -> float | None:
    return sum(_mean(one) for one in counts) / len(counts) if counts else None


def _steps(clusters: Sequence[Cluster], sizes: set[int]) -> list[int]:
    """The differences of the scenarios' means, in whole parts of a common denominator."""
    parts = math.lcm(*sizes)
    parts = parts if parts <= _COARSEST else _COARSEST
    return [round((_mean(one.after) - _mean(one.before)) * parts) for one in clusters]


def _agreeing(span: tuple[float, float], p: float) -> tuple[float, float]:
    """The interval, stretched to 0 where the test doesn't show what it shows."""
    low, high = span
    return span if p < LEVEL else (min(low, 0.0), max(high, 0.0))


def _newcombe(clusters: Sequence[Cluster]) -> tuple[float, float]:
    pairs = Pairs()
    for one in clusters:
        pairs = pairs.plus(bool(one.before[0]), bool(one.after[0]))
    low, high = change_interval(pairs)
    return (-high, -low)


def _differ(before: Sequence[float], after: Sequence[float]) -> Discordance:
    """The shares of pairs that differ; of means, those that pairs of single conversations would have to have to vary as much."""
    moved = [two - one for one, two in zip(before, after, strict=True)]
    spread = sum(one * one for one in moved) / len(moved)
    change = sum(moved) / len(moved)
    spread = max(spread, abs(change))
    return Discordance((spread - change) / 2, (spread + change) / 2)


@dataclass(frozen=True, slots=True)
class _Limits:
    rate: float
    low: float
    high: float


def _limits(counts: Sequence[tuple[int, int]], means: Sequence[float]) -> _Limits:
    """A side's Wilson limits. Where scenarios were repeated, at the number of independent conversations that would vary as
    much: no more than there are."""
    m, held = len(means), sum(n for _, n in counts)
    rate = sum(means) / m
    if held == m:
        return _score(rate, m, Z95)
    if m < 2:
        return _score(rate, 1.0, Z95)
    variance = sum((one - rate) ** 2 for one in means) / (m - 1) / m
    if not 0 < rate < 1:
        return _score(rate, m, student(m - 1))
    alone = rate * (1 - rate) / variance if variance else float(held)
    return _score(rate, min(max(alone, 1.0), held), student(m - 1))


def _score(rate: float, n: float, z: float) -> _Limits:
    """Wilson's limits of a share of a number that need not be whole."""
    spread = z * math.sqrt((rate * (1 - rate) + z * z / (4 * n)) / n)
    middle, scale = rate + z * z / (2 * n), 1 + z * z / n
    return _Limits(rate, max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale))


def _mover(clusters: Sequence[Cluster], before: Sequence[float], after: Sequence[float]) -> tuple[float, float]:
    one = _limits([each.before for each in clusters], before)
    other = _limits([each.after for each in clusters], after)
    return _square_and_add(one, other, _corrected(before, after))


def _square_and_add(before: _Limits, after: _Limits, phi: float) -> tuple[float, float]:
    """The interval of after − before."""
    down_a, up_a = before.rate - before.low, before.high - before.rate
    down_b, up_b = after.rate - after.low, after.high - after.rate
    difference = after.rate - before.rate
    below = down_b * down_b - 2 * phi * down_b * up_a + up_a * up_a
    above = up_b * up_b - 2 * phi * up_b * down_a + down_a * down_a
    return (
        max(-1.0, difference - math.sqrt(max(below, 0.0))),
        min(1.0, difference + math.sqrt(max(above, 0.0))),
    )


def _phi(before: Sequence[float], after: Sequence[float]) -> float | None:
    covariance, spread = _moments(before, after)
    return covariance / spread if spread else None


def _corrected(before: Sequence[float], after: Sequence[float]) -> float:
    """The correlation with Newcombe's correction for continuity where it is positive."""
    covariance, spread = _moments(before, after)
    if not spread:
        return 0.0
    return (max(covariance - 1 / (2 * len(before)), 0.0) if covariance > 0 else covariance) / spread


def _moments(before: Sequence[float], after: Sequence[float]) -> tuple[float, float]:
    """Covariance of the means, and the product of their standard deviations."""
    n = len(before)
    mean_a, mean_b = sum(before) / n, sum(after) / n
    covariance = sum((one - mean_a) * (two - mean_b) for one, two in zip(before, after, strict=True)) / n
    spread_a = math.sqrt(sum((one - mean_a) ** 2 for one in before) / n)
    spread_b = math.sqrt(sum((two - mean_b) ** 2 for two in after) / n)
    return covariance, spread_a * spread_b
