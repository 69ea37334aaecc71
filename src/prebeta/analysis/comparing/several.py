"""Many tests at once: which of them stand when all are looked at.

Benjamini & Hochberg (1995): the expected share of false ones among those declared is kept at 5 %, and where nothing differs at
all that is the chance of declaring anything. But a test that could not have come to so small a p whatever was seen, as of a
finding with three conversations, doesn't make the others stricter (Tarone 1990; Gilbert 2005 for false discoveries). At each p
it is asked anew which tests could have come to it, as Heyse (2011) does, "A false discovery rate procedure for categorical
data": he sums up each test's own chance of a p so small, where here p itself stands for it, which is never less. So what
stands here stands by his procedure too.
"""

from __future__ import annotations

from collections.abc import Sequence

from prebeta.analysis.stats import LEVEL


def stand(ps: Sequence[float], least: Sequence[float], level: float = LEVEL) -> list[bool]:
    """For each test whether it stands. `least` is the smallest p that each could have come to."""
    ranked = sorted(ps)
    bar = max((p for rank, p in enumerate(ranked, 1) if p * _able(least, p) <= level * rank), default=-1.0)
    return [p <= bar for p in ps]


def _able(least: Sequence[float], p: float) -> int:
    """How many tests could have come to a p like that."""
    return sum(one <= p for one in least)
