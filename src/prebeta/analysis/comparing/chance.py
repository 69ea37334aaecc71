"""What chance alone may bring: the tests that comparing decides by, exact wherever that can be afforded.

Sources: sign-flip (randomisation) test: Fisher (1935), "The Design of Experiments", §21; two-sided Fisher: Freeman & Halton
(1951), the sum of all tables that are no likelier than the one at hand; dealing the values out anew: Pitman (1937), whose
moments the normal approximation has.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from statistics import NormalDist

from prebeta.analysis.stats import log_choose

_MOST_STEPS = 4_000_000
"""So many additions the exact distribution may take; beyond, where there are thousands of scenarios, the normal one does."""
_SHUFFLES = 4_999
_MOST_DEALT = 250
"""So many values may have to be dealt out each time; beyond, the distribution of all deals is normal enough."""
_AS_LIKELY = 1 + 1e-9


def sign_flip(differences: Sequence[int]) -> float:
    """Two-sided p of a sum of whole-numbered differences, were each as likely to be of the other sign.

    With differences of −1, 0 and 1 this is the exact McNemar test.
    """
    sizes = sorted(abs(one) for one in differences if one)
    observed, most = abs(sum(differences)), sum(sizes)
    if not observed:
        return 1.0
    if sizes[0] == sizes[-1]:
        return _mcnemar(len(sizes), observed // sizes[0])
    if most * len(sizes) > _MOST_STEPS:
        spread = math.sqrt(sum(size * size for size in sizes))
        return 2 * NormalDist().cdf(-(observed - sizes[0] / 2) / spread)
    chances, reach = [1.0], 0  # chances[s + reach]: of the sum s
    for size in sizes:
        wider = [0.0] * (2 * (reach + size) + 1)
        for at, chance in enumerate(chances):
            if chance:
                wider[at] += chance / 2
                wider[at + 2 * size] += chance / 2
        chances, reach = wider, reach + size
    return min(1.0, 2 * sum(chances[reach + observed :]))


def _mcnemar(m: int, observed: int) -> float:
    """Two-sided p that of m signs so many more are of one kind: twice the tail of the binomial distribution."""
    ways = m * math.log(2)
    return min(1.0, 2 * sum(math.exp(log_choose(m, k) - ways) for k in range((m + observed) // 2, m + 1)))


def least_sign_flip(differences: Sequence[int]) -> float:
    """The smallest p that so many differences can come to, whatever their signs."""
    return min(1.0, 2.0 ** (1 - sum(one != 0 for one in differences)))


def fisher(hits_a: int, n_a: int, hits_b: int, n_b: int) -> float:
    """Two-sided exact p that two independent shares differ as much as this by chance."""
    chances, lowest = _tables(hits_a + hits_b, n_a, n_b)
    if not chances:
        return 1.0
    here = chances[hits_a - lowest] * _AS_LIKELY
    return min(1.0, sum(chance for chance in chances if chance <= here))


def least_fisher(hits_a: int, n_a: int, hits_b: int, n_b: int) -> float:
    """The smallest p that so many hits can come to, however they fall on the two groups."""
    chances, _ = _tables(hits_a + hits_b, n_a, n_b)
    ends = [end * _AS_LIKELY for end in (chances[0], chances[-1])]
    return min(1.0, *(sum(one for one in chances if one <= end) for end in ends))


def _tables(hits: int, n_a: int, n_b: int) -> tuple[list[float], int]:
    """How likely each number of hits in the first group is, from the lowest that is possible; and that one."""
    if not n_a or not n_b:
        return [1.0], hits if n_a else 0
    lowest, highest = max(0, hits - n_b), min(n_a, hits)
    whole = log_choose(n_a + n_b, hits)
    logs = [log_choose(n_a, k) + log_choose(n_b, hits - k) - whole for k in range(lowest, highest + 1)]
    return [math.exp(one) for one in logs], lowest


def shuffled(before: Sequence[float], after: Sequence[float], rng: random.Random) -> float:
    """Two-sided p that the means of two groups differ as much as this, by dealing the values out anew 4,999 times.

    The deal at hand counts as one of them, so p is never 0 and the test keeps its level. Where both groups hold more than 250
    values, and more than 250 values differ from the commonest one, it is the normal approximation of all deals, with a
    correction for continuity.
    """
    if not before or not after:
        return 1.0
    values, first = [*before, *after], len(before)
    observed = abs(sum(before) / first - sum(after) / len(after))
    usual = Counter(values).most_common(1)[0][0]
    odd = [value - usual for value in values if value != usual]
    if min(len(odd), first, len(after)) > _MOST_DEALT:
        return _normal(values, first, observed)
    total, beyond = sum(odd), 0
    for _ in range(_SHUFFLES):
        part = _dealt(odd, first, len(after), rng)
        beyond += abs(part / first - (total - part) / len(after)) >= observed - 1e-12
    return (beyond + 1) / (_SHUFFLES + 1)


def _dealt(odd: Sequence[float], first: int, second: int, rng: random.Random) -> float:
    """What the first group's values sum up to in a new deal. `odd` are those that are not 0; dealt out are they, or the places
    of the smaller group, whichever are fewer."""
    if len(odd) <= min(first, second):
        places = rng.sample(range(first + second), len(odd))
        return sum(value for value, place in zip(odd, places, strict=True) if place < first)
    fewer = rng.sample(range(first + second), min(first, second))
    part = sum(odd[place] for place in fewer if place < len(odd))
    return part if first <= second else sum(odd) - part


def _normal(values: Sequence[float], first: int, observed: float) -> float:
    """`shuffled` by the moments of all deals. The sum moves in steps no smaller than the least gap between two values, and half
    of one is taken off."""
    n, second = len(values), len(values) - first
    mean = sum(values) / n
    weight = 1 / first + 1 / second  # by so much the means part when the first group's sum grows by one
    spread = math.sqrt(sum((value - mean) ** 2 for value in values) / (n - 1) * weight)
    step = min(high - low for low, high in pairwise(sorted(set(values))))
    return min(1.0, 2 * NormalDist().cdf(-max(0.0, observed - step * weight / 2) / spread))
