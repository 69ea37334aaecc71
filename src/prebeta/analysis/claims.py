"""What one wants to be able to say about a product, and how many conversations that takes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from prebeta.analysis import needed
from prebeta.analysis.sequential import Until, likely

Kind: TypeAlias = Literal["within", "below", "change"]
WORST = 0.5
"""The rate that takes most conversations to know: taken where none is known."""
CORRELATION = 0.4
"""How alike a user's outcomes in two runs usually are (phi), where it wasn't measured."""
_FAILURES = 3


@dataclass(frozen=True, slots=True)
class Claim:
    """A rate known to within ±`bar`, a rate below `bar`, or a change from `rate` to `bar`; all from 0 to 1.

    `needed` are typical users, or for a change pairs: users sent on both releases. None where it takes more than 10 million,
    or can't be shown at all (a rate at or above the bar is not below it). `if_failed` are the users it takes to show a rate
    below the bar when 1, 2 or 3 of them fail. `until` is the claim for `--until`, with the users after which it is likely
    to be known.
    """

    kind: Kind
    bar: float
    rate: float | None
    needed: int | None
    correlation: float | None = None
    if_failed: tuple[int, ...] = ()
    until: Until | None = None
    until_likely: int | None = None

    def to_json(self) -> dict[str, Any]:
        return {
            "claim": self.kind,
            "bar": self.bar,
            "rate": self.rate,
            "needed": self.needed,
            "unit": "pairs" if self.kind == "change" else "typical users",
            "correlation": self.correlation,
            "if_failed": list(self.if_failed),
            "until": None if self.until is None else self.until.typed.strip('"'),
            "until_likely": self.until_likely,
        }


def within(margin: float, rate: float | None) -> Claim:
    """A rate known to within ±margin."""
    at = WORST if rate is None else rate
    until = Until("within", margin)
    return Claim("within", margin, rate, needed.within(at, margin), until=until, until_likely=likely(until, at))


def below(bound: float, rate: float | None) -> Claim:
    """A rate below the bound: with none that fails, with few, and where the rate is known with 80 % chance."""
    until = Until("below", bound)
    allowed = tuple(n for k in range(1, _FAILURES + 1) if (n := needed.below(bound, k)) is not None)
    if rate is not None and rate >= bound:
        return Claim("below", bound, rate, None, if_failed=allowed, until=until)
    most = needed.clean(bound) if not rate else needed.below_with_chance(bound, rate)
    return Claim("below", bound, rate, most, if_failed=allowed, until=until, until_likely=likely(until, rate or 0.0))


def change(rate: float, to: float, correlation: float) -> Claim:
    """A change of the rate, between two releases and the same users."""
    pairs = needed.pairs_needed(rate, to, correlation)
    return Claim("change", to, rate, pairs, correlation=correlation)
