"""The same thing with and without something: exact McNemar, and the interval of the change.

Sources: McNemar (1947), by the binomial distribution; Newcombe (1998), "Improved confidence intervals for the difference
between binomial proportions based on paired data", method 10.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from prebeta.analysis.stats import wilson


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs by what they show: in `both`, only with it (`gone` without), only without it (`came`), in neither."""

    both: int = 0
    gone: int = 0
    came: int = 0
    neither: int = 0

    @property
    def n(self) -> int:
        return self.both + self.gone + self.came + self.neither

    @property
    def change(self) -> float:
        """How much less often it shows without, -1 to 1."""
        return (self.gone - self.came) / self.n if self.n else 0.0

    def plus(self, shown_with: bool, shown_without: bool) -> Pairs:
        """One more pair."""
        return Pairs(
            self.both + (shown_with and shown_without),
            self.gone + (shown_with and not shown_without),
            self.came + (shown_without and not shown_with),
            self.neither + (not shown_with and not shown_without),
        )

    def times(self, factor: int) -> Pairs:
        """The same shares with so many times the pairs."""
        return Pairs(self.both * factor, self.gone * factor, self.came * factor, self.neither * factor)


def mcnemar(gone: int, came: int) -> float:
    """Exact two-sided p that gone and came differ as much as this by chance."""
    n, fewer = gone + came, min(gone, came)
    return min(1.0, 2 * sum(math.comb(n, k) for k in range(fewer + 1)) / 2**n) if n else 1.0


def change_interval(pairs: Pairs) -> tuple[float, float]:
    """95 % interval of the change. Without pairs nothing is known: (-1, 1)."""
    n = pairs.n
    if not n:
        return (-1.0, 1.0)
    with_it, without = pairs.both + pairs.gone, pairs.both + pairs.came
    low1, high1 = wilson(with_it, n)
    low2, high2 = wilson(without, n)
    p1, p2 = with_it / n, without / n
    phi = _correlation(pairs, with_it, without)
    down1, up1, down2, up2 = p1 - low1, high1 - p1, p2 - low2, high2 - p2
    below = down1 * down1 - 2 * phi * down1 * up2 + up2 * up2
    above = up1 * up1 - 2 * phi * up1 * down2 + down2 * down2
    change = p1 - p2
    return (max(-1.0, change - math.sqrt(max(below, 0.0))), min(1.0, change + math.sqrt(max(above, 0.0))))


def _correlation(pairs: Pairs, with_it: int, without: int) -> float:
    """Newcombe's phi, continuity corrected where positive."""
    n = pairs.n
    spread = with_it * (n - with_it) * without * (n - without)
    if not spread:
        return 0.0
    product = float(pairs.both * pairs.neither - pairs.gone * pairs.came)
    if product > 0:
        product = max(product - n / 2, 0.0)
    return product / math.sqrt(spread)
