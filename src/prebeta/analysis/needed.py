"""How many conversations, or pairs of them, a claim needs.

Sources: Connor (1987), "Sample size for testing differences in proportions for the paired-sample design", as the place to
start from; then the power of the exact McNemar test itself, summed over how many pairs may differ, because that is the
test `compare` decides by and at a few dozen pairs the formula promises too much. Wilson's interval as in `stats`. 0 of n
as in Hanley & Lippman-Hand (1983).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from statistics import NormalDist

from prebeta.analysis.stats import LEVEL, Z95, interval, log_choose

POWER = 0.8
"""How often a claim that is true is to be shown with so many conversations."""
MOST = 10_000_000
"""More than that nobody holds: None is given instead of a number."""
_SUMMED = 50_000
"""Above it Connor's number plus what the exact test's discreteness takes, which is within 0.01 % there."""
_SPREAD = 9.0
"""Standard deviations beyond which chance is left out of a sum."""


@dataclass(frozen=True, slots=True)
class Discordance:
    """Shares of pairs that differ: failed only in the first run (`gone`), only in the second (`came`)."""

    gone: float
    came: float

    @classmethod
    def of(cls, rate_a: float, rate_b: float, correlation: float) -> Discordance:
        """Of two failure rates and the correlation of a scenario's two outcomes. A correlation that two such rates can't
        have is taken as the nearest they can."""
        spread = math.sqrt(rate_a * (1 - rate_a) * rate_b * (1 - rate_b))
        both = rate_a * rate_b + correlation * spread
        both = min(max(both, 0.0, rate_a + rate_b - 1), rate_a, rate_b)
        return cls(rate_a - both, rate_b - both)


def pairs_needed(
    rate_a: float, rate_b: float, correlation: float = 0.0, power: float = POWER, alpha: float = LEVEL
) -> int | None:
    """Pairs (scenarios held in both runs) that show a change of the failure rate, both rates from 0 to 1.

    With so many the two-sided exact McNemar test comes to p <= `alpha` in a share `power` of the comparisons.
    `correlation` is that of a scenario's outcomes in the two runs (phi). None where the rates are equal, or where it
    would take more than 10 million.
    """
    return pairs_for(Discordance.of(rate_a, rate_b, correlation), power, alpha)


def pairs_for(differ: Discordance, power: float = POWER, alpha: float = LEVEL) -> int | None:
    """`pairs_needed` from the shares of pairs that differ, where those were measured."""
    gone, came = differ.gone, differ.came
    if gone == came:
        return None
    begin = connor(differ, power, alpha)
    if begin > MOST:
        return None
    if begin > _SUMMED:
        return math.ceil(begin + 2 / abs(gone - came))
    return _smallest(lambda n: mcnemar_power(n, differ, alpha) >= power, begin)


def connor(differ: Discordance, power: float = POWER, alpha: float = LEVEL) -> float:
    """Connor's number of pairs. Infinite where as many come as go."""
    psi, delta = differ.gone + differ.came, abs(differ.gone - differ.came)
    if not delta:
        return math.inf
    z = NormalDist().inv_cdf
    within = z(1 - alpha / 2) * math.sqrt(psi) + z(power) * math.sqrt(psi - delta * delta)
    return (within / delta) ** 2


def mcnemar_power(n: int, differ: Discordance, alpha: float = LEVEL) -> float:
    """How often `n` pairs come to p <= alpha in the right direction, by the exact two-sided McNemar test."""
    psi = differ.gone + differ.came
    if not psi or n < 1:
        return 0.0
    fewer = min(differ.gone, differ.came) / psi
    spread = _SPREAD * math.sqrt(n * psi * (1 - psi)) + _SPREAD
    low, high = max(0, math.floor(n * psi - spread)), min(n, math.ceil(n * psi + spread))
    chances = _rejecting(low, high, fewer, alpha / 2)
    return sum(_binomial(m, n, psi) * chance for m, chance in zip(range(low, high + 1), chances, strict=True))


def _rejecting(low: int, high: int, fewer: float, tail: float) -> Iterator[float]:
    """For each m from low to high: how likely so few of m differing pairs go against the change that the test rejects.

    `fewer` is the share that does. The bound k grows with m, and both sums up to it are carried on from one m to the next:
    F(k; m + 1) = F(k; m) − p·f(k; m).
    """
    k = max(-1, math.floor(low / 2 - _SPREAD * math.sqrt(low)) - 1)
    even, true = 0.0, sum(_binomial(at, low, fewer) for at in range(k + 1))
    for m in range(low, high + 1):
        if m > low:
            even -= 0.5 * _binomial(k, m - 1, 0.5)
            true -= fewer * _binomial(k, m - 1, fewer)
        while k < m and (with_next := even + _binomial(k + 1, m, 0.5)) <= tail:
            k += 1
            even = with_next
            true += _binomial(k, m, fewer)
        yield true


def within(rate: float, margin: float) -> int | None:
    """Conversations after which Wilson's 95 % interval of a rate is no wider than `margin` to either side."""

    def narrow(n: int) -> bool:
        spread = math.sqrt(rate * (1 - rate) / n + Z95 * Z95 / (4 * n * n))
        return Z95 * spread / (1 + Z95 * Z95 / n) <= margin

    return _smallest(narrow, 1.0) if margin > 0 else None


def clean(bound: float, confidence: float = 0.95) -> int:
    """Conversations without a single failure that show a rate below `bound` (0 < bound < 1): 299 for 1 %."""
    return math.ceil(math.log(1 - confidence) / math.log1p(-bound))


def below(bound: float, failures: int) -> int | None:
    """Conversations after which the reported 95 % interval ends at or below `bound` (0 < bound < 1), if so many failed."""
    return _smallest(lambda n: n > failures and interval(failures, n)[1] <= bound, max(1.0, failures / bound))


def below_with_chance(bound: float, rate: float, chance: float = POWER) -> int | None:
    """Conversations after which the reported 95 % interval ends at or below `bound` with this chance, where the true rate is
    lower than it."""
    if not 0 <= rate < bound:
        return None

    def enough(n: int) -> bool:
        most = _most_failures(bound, n)
        return sum(_binomial(k, n, rate) for k in range(most + 1)) >= chance

    return _smallest(enough, clean(bound))


def _most_failures(bound: float, n: int) -> int:
    """The most failures of n with which the reported interval ends at or below `bound`; -1 where none may fail."""
    low, high = -1, math.ceil(n * bound) + 1
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if interval(middle, n)[1] <= bound else (low, middle)
    return low


def _smallest(enough: Callable[[int], bool], begin: float) -> int | None:
    """The smallest n that is enough, taking it that more than enough is enough; None above MOST."""
    low, high = 0, max(1, math.ceil(begin))
    while not enough(high):
        if high > MOST:
            return None
        low, high = high, high + max(1, high // 4)
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _binomial(k: int, n: int, p: float) -> float:
    """The chance of exactly k of n."""
    if k < 0 or k > n:
        return 0.0
    if p <= 0.0 or p >= 1.0:
        return float(k == (0 if p <= 0.0 else n))
    return math.exp(log_choose(n, k) + k * math.log(p) + (n - k) * math.log1p(-p))
