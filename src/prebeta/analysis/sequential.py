"""A failure rate that may be looked at after every conversation: a 95 % interval that stays right however often one looks and
whenever one stops.

Method: betting against each possible rate. Against p a bet of one on the alternative q grows with every conversation by q/p
where it failed and by (1−q)/(1−p) where not, which is Wald's likelihood ratio (1945). If p is the true rate, what is owned
never grows on average, so it comes to 1/α anywhere along the way with chance α at most (Ville 1939). All p against which it
never did are the interval. Money is spread over a few alternatives on either side, as in the grid of bets of Waudby-Smith &
Ramdas (2023), "Estimating means of bounded random variables by betting" (JRSS B). It is exact at
any size and any rate, 0 and 1 included, and takes any outcomes between 0 and 1, so that the share of a user's repeats that
failed counts as one outcome: repeats of a user are alike, and to count them one by one would promise too much.

Why not the beta-binomial mixture (Robbins 1970), which is as exact and has a closed form: it guards every width alike and
needs about 3.5 times the conversations of an interval that is looked at once. Here it is known what is wanted, ±3 points or
less than 1 %, so most of the money goes where that is decided: 2.1 times for ±, 1.2 times for a claim that holds
without any failure (349 instead of 299 for 1 %).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from prebeta.core.errors import UsageError

Answer: TypeAlias = Literal["yes", "no"]
"""Whether what was wanted holds: "no" where a claim was refuted. A width is only ever reached."""
Counts: TypeAlias = Mapping[float, float]
"""How often each outcome was seen: 1.0 failed, 0.0 not; between them a share of a user's repeats."""
Bets: TypeAlias = tuple[tuple[float, float], ...]
"""Distance of an alternative from the rate bet against, and the share of the money on it."""

EXAMPLES = '"±3%" (how exact the rate is to be), "<1%" or ">20%" (what it is to be shown to be)'
_STEPS = 50
_NUMBER = r"(?P<number>\d+(?:[.,]\d+)?|[.,]\d+)\s*(?:%|percent|points?|pts?|pp|percentage points?)"
_FORMS: tuple[tuple[Literal["within", "below", "above"], str], ...] = (
    ("within", r"(?:±|\+\s*/?\s*-|\+\s*/?\s*−|-\s*/?\s*\+|plus[\s/-]*minus|within)"),
    ("below", r"(?:<\s*=?|≤|＜|below|under|less than)"),
    ("above", r"(?:>\s*=?|≥|＞|above|over|more than)"),
)
_SIGNS = MappingProxyType({"within": "±", "below": "<", "above": ">"})
_WIDTH: Bets = ((1.0, 0.8), (2.0, 0.1), (4.0, 0.06), (8.0, 0.04))
_SMALLER: Bets = ((1.0, 0.3), (0.9, 0.4), (0.6, 0.2), (0.3, 0.1))
_LARGER: Bets = ((0.3, 0.25), (1.0, 0.25), (4.0, 0.25), (16.0, 0.25))
_WIDE: Bets = ((0.1, 0.3), (0.3, 0.4), (0.9, 0.3))
_ON_WIDE = 0.08
"""The share of the money that is spread over the whole range, so that few conversations already tell something."""
_EACH, _CLAIM, _REST = 0.025, 0.045, 0.005


@dataclass(frozen=True, slots=True)
class Side:
    """How one bound is found: the chance that it is ever wrong, and the bets that find it, in shares of a rate."""

    alpha: float
    bets: Bets


@dataclass(frozen=True, slots=True)
class Until:
    """What a run is to show before it may stop: a rate within ±`bar`, below it or above it; `bar` from 0 to 1.

    Most of the 5 % by which the interval may be wrong goes to the side that a claim is about (4.5 of 5).
    """

    kind: Literal["within", "below", "above"]
    bar: float

    @classmethod
    def parse(cls, text: str) -> Until:
        """From what a person types. Raises UsageError with examples."""
        for kind, sign in _FORMS:
            found = re.fullmatch(rf"{sign}\s*{_NUMBER}", text.strip(), re.IGNORECASE)
            if found is None:
                continue
            bar = float(found["number"].replace(",", ".")) / 100
            most = 0.5 if kind == "within" else 1.0
            if not 0 < bar < most:
                raise UsageError(f"until {text!r}: give more than 0 and less than {most * 100:g} %; say {EXAMPLES}")
            return cls(kind, bar)
        unit = " in percent" if re.search(r"\d", text) and "%" not in text else ""
        raise UsageError(f"until {text!r} isn't understood; say it{unit} like {EXAMPLES}")

    def __str__(self) -> str:
        number = f"{self.bar * 100:.6g}"
        if self.kind == "within":
            return f"±{number} {'point' if number == '1' else 'points'}"
        return f"{'<' if self.kind == 'below' else '>'}{number}%"

    @property
    def typed(self) -> str:
        """As it is given on a command line, quotes included: `<` and `>` mean something there."""
        number = f"{self.bar * 100:.6g}"
        return f'"{_SIGNS[self.kind]}{number}%"'

    @property
    def low(self) -> Side:
        """How the lower bound is found."""
        if self.kind == "within":
            return self._side(_EACH, _WIDTH)
        if self.bar > 0.5:
            return self._mirrored.high
        return self._side(_REST if self.kind == "below" else _CLAIM, _LARGER)

    @property
    def high(self) -> Side:
        """How the upper bound is found."""
        if self.kind == "within":
            return self._side(_EACH, _WIDTH)
        if self.bar > 0.5:
            return self._mirrored.low
        return self._side(_CLAIM if self.kind == "below" else _REST, _SMALLER)

    @property
    def _mirrored(self) -> Until:
        """The same claim about success: more than 99 % failing is less than 1 % that succeed."""
        return Until("below" if self.kind == "above" else "above", 1 - self.bar)

    def _side(self, alpha: float, bets: Bets) -> Side:
        near = ((self.bar * distance, share * (1 - _ON_WIDE)) for distance, share in bets)
        return Side(alpha, (*near, *((distance, share * _ON_WIDE) for distance, share in _WIDE)))


def bounds(until: Until, counts: Counts) -> tuple[float, float]:
    """The interval after these outcomes, in any order: with 95 % certainty no interval along a run misses the true rate."""
    return (1.0 - _upper(until.low, _turned(counts)), _upper(until.high, counts))


def answered(until: Until, counts: Counts) -> Answer | None:
    """Whether enough is known: None where not yet."""
    if not counts:
        return None
    if until.kind == "within":
        low, high = bounds(until, counts)
        return "yes" if high - low <= 2 * until.bar else None
    below = _refuted(until.high, counts, until.bar)
    above = _refuted(until.low, _turned(counts), 1.0 - until.bar)
    if not below and not above:
        return None
    return "yes" if below == (until.kind == "below") else "no"


def mean(counts: Counts) -> float | None:
    """The rate seen; None where nothing was."""
    n = sum(counts.values())
    return sum(outcome * count for outcome, count in counts.items()) / n if n else None


def fewest(until: Until) -> int:
    """After how many conversations it can be reached at best, all of them going the same way."""
    outcome = 1.0 if until.kind == "above" else 0.0
    return _first(until, lambda n: {outcome: n})


def likely(until: Until, rate: float) -> int | None:
    """After how many conversations it is answered where exactly this share of them fails; None where a claim stands on its
    bar, so that nothing ever decides."""
    if until.kind != "within" and abs(rate - until.bar) < min(until.bar, 1 - until.bar) / 50:
        return None
    return _first(until, lambda n: {1.0: n * rate, 0.0: n * (1 - rate)})


def _first(until: Until, seen: Callable[[int], Counts]) -> int:
    """The smallest n after which it is answered, taking it that it stays so."""
    low, high = 0, 8
    while answered(until, seen(high)) is None:
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if answered(until, seen(middle)) is None else (low, middle)
    return high


def _upper(side: Side, counts: Counts) -> float:
    """The highest rate that the bets on lower ones do not refute. What is owned grows with the rate bet against."""
    rate = mean(counts)
    if rate is None or rate >= 1.0:
        return 1.0
    low, high = rate, 1.0
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if _refuted(side, counts, middle):
            high = middle
        else:
            low = middle
    return high


def _refuted(side: Side, counts: Counts, rate: float) -> bool:
    """Whether the bets that the true rate is lower than this one came to 1/alpha."""
    if rate >= 1.0:
        return any(outcome < 1.0 for outcome, count in counts.items() if count)
    owned = [math.log(share) + _grown(counts, rate, max(rate - distance, 0.0)) for distance, share in side.bets]
    most = max(owned)
    if most == -math.inf:
        return False
    return most + math.log(sum(math.exp(each - most) for each in owned)) >= -math.log(side.alpha)


def _grown(counts: Counts, rate: float, other: float) -> float:
    """The logarithm of what one on `other` against `rate` has come to."""
    total = 0.0
    for outcome, count in counts.items():
        times = outcome * other / rate + (1.0 - outcome) * (1.0 - other) / (1.0 - rate) if rate else 1.0
        if count and times <= 0.0:
            return -math.inf
        total += count * math.log(times) if count else 0.0
    return total


def _turned(counts: Counts) -> Counts:
    """The outcomes seen from the other side, where success counts."""
    return {1.0 - outcome: count for outcome, count in counts.items()}
