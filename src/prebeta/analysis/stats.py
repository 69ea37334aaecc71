"""The statistics that reports rest on, by the standard library alone: intervals of a share and one exact test.

Sources: Wilson's score interval as in Newcombe (1998), "Two-sided confidence intervals for the single
proportion"; 0 of n as in Louis (1981) and Hanley & Lippman-Hand (1983), "If nothing goes wrong, is everything
all right?"; Fisher's exact test by the hypergeometric distribution; Student's quantile: Abramowitz & Stegun 26.7.5.
"""

from __future__ import annotations

import math
from collections.abc import Collection

Z95 = 1.959963984540054
"""The 97.5 % point of the normal distribution: two-sided 95 %."""
LEVEL = 0.05
"""A p below it is taken for no accident: what 95 % intervals stand beside."""


def wilson(hits: float, n: float, z: float = Z95) -> tuple[float, float]:
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


def clustered(counts: Collection[tuple[int, int]]) -> tuple[float, float]:
    """The 95 % interval of a share of conversations that are not independent: (hits, of how many) for each user that was sent
    several times. Where nobody was, that of `interval`.

    Wilson's at the number of independent conversations that would vary as much between users (Rao & Scott 1992), with
    Student's quantile in the place of the normal one; of none or all, what so many users show.
    """
    hits, n = sum(one for one, _ in counts), sum(size for _, size in counts)
    m = len(counts)
    if n == m or m < 2 or hits in (0, n):
        return interval(hits if n == m else round(hits / n * m) if n else 0, m)
    share = hits / n
    spread = sum((one - share * size) ** 2 for one, size in counts) / (n / m) ** 2 / (m - 1)
    alone = min(max(share * (1 - share) * m / spread, 1.0), n) if spread else n
    return wilson(share * alone, alone, student(m - 1))


def student(freedom: int) -> float:
    """The 97.5 % point of Student's distribution with so many degrees of freedom; infinite without any.

    Exact for one and two, within 0.2 % for three and far closer above.
    """
    if freedom < 1:
        return math.inf
    if freedom == 1:
        return math.tan(math.pi * 0.475)
    if freedom == 2:
        return 0.95 * math.sqrt(2 / (1 - 0.95 * 0.95))
    z, n = Z95, freedom
    return (
        z
        + (z**3 + z) / (4 * n)
        + (5 * z**5 + 16 * z**3 + 3 * z) / (96 * n**2)
        + (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / (384 * n**3)
        + (79 * z**9 + 776 * z**7 + 1482 * z**5 - 1920 * z**3 - 945 * z) / (92160 * n**4)
    )


def fisher_greater(with_hits: int, with_n: int, without_hits: int, without_n: int) -> float:
    """One-sided Fisher: how likely so many or more hits in the first group are, were both groups alike."""
    hits = with_hits + without_hits
    total = with_n + without_n
    whole = log_choose(total, hits)
    most = min(hits, with_n)
    terms = (
        math.exp(log_choose(with_n, k) + log_choose(without_n, hits - k) - whole)
        for k in range(max(with_hits, hits - without_n), most + 1)
    )
    return min(1.0, sum(terms))


def log_choose(n: int, k: int) -> float:
    """The logarithm of in how many ways k of n can be chosen."""
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
