"""The statistics the first report needs, by the standard library alone: intervals of a share and one exact
test.

Sources: Wilson's score interval as in Newcombe (1998), "Two-sided confidence intervals for the single
proportion"; 0 of n as in Louis (1981) and Hanley & Lippman-Hand (1983), "If nothing goes wrong, is everything
all right?"; Fisher's exact test by the hypergeometric distribution.
"""

from __future__ import annotations

import math

Z95 = 1.959963984540054
"""The 97.5 % point of the normal distribution: two-sided 95 %."""


def wilson(hits: int, n: int, z: float = Z95) -> tuple[float, float]:
    """Wilson's score interval of hits/n. With n = 0 nothing is known: (0, 1)."""
    if n <= 0:
        return (0.0, 1.0)
    share = hits / n
    spread = z * math.sqrt((share * (1 - share) + z * z / (4 * n)) / n)
    middle = share + z * z / (2 * n)
    scale = 1 + z * z / n
    return (max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale))


def below(n: int, confidence: float = 0.95) -> float:
    """The share that 0 of n rules out: with this confidence the true one is below it (about 3/n). 1.0 with n
    = 0."""
    return 1.0 - (1.0 - confidence) ** (1.0 / n) if n > 0 else 1.0


def interval(hits: int, n: int) -> tuple[float, float]:
    """The 95 % interval of hits/n that reports quote: Wilson's, but one-sided and exact where all or none are
    hits."""
    if n > 0 and hits == 0:
        return (0.0, below(n))
    if n > 0 and hits == n:
        return (1.0 - below(n), 1.0)
    return wilson(hits, n)


def fisher_greater(with_hits: int, with_n: int, without_hits: int, without_n: int) -> float:
    """One-sided Fisher: how likely so many or more hits in the first group are, were both groups alike."""
    hits = with_hits + without_hits
    total = with_n + without_n
    whole = _log_choose(total, hits)
    most = min(hits, with_n)
    terms = (
        math.exp(_log_choose(with_n, k) + _log_choose(without_n, hits - k) - whole)
        for k in range(max(with_hits, hits - without_n), most + 1)
    )
    return min(1.0, sum(terms))


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
