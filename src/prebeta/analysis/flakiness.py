"""What repeats tell: whether a user who got through would get through again, and how far rates move by chance alone.

pass^k as in Yao et al. (2024), "τ-bench", by the unbiased estimate C(s, k) / C(n, k) of each scenario. The correlation is that
of two conversations of one scenario (phi of all such pairs, the intraclass correlation of yes and no).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from prebeta.analysis.findings import rate_sample
from prebeta.analysis.outcome import UNKNOWN
from prebeta.analysis.stats import Z95
from prebeta.core.results import Row

Counts = tuple[int, int]
"""Of one scenario: how many of its conversations failed, of how many."""


@dataclass(frozen=True, slots=True)
class Flakiness:
    """Of the typical users' scenarios that were held more than once and validly.

    `passing[k - 1]` is pass^k: the share of scenarios of which k conversations in a row all pass. `flips`: how often two
    conversations of one scenario end differently. `phi`: how far they go together, from 0 (each time anew) to 1 (the scenario
    decides), None where all fail or none. `noise`: with as many scenarios, held once each, the rate of another run of the
    same product with the same users lies within ± this of this one's, in 95 of 100 cases.
    """

    scenarios: int
    passing: tuple[float, ...]
    always_passes: int
    always_fails: int
    flaky: int
    flips: float
    phi: float | None
    noise: float

    def to_json(self) -> dict[str, Any]:
        return {
            "scenarios": self.scenarios,
            "pass": list(self.passing),
            "always_passes": self.always_passes,
            "always_fails": self.always_fails,
            "flaky": self.flaky,
            "flips": self.flips,
            "phi": self.phi,
            "noise_floor": self.noise,
        }


def flakiness(rows: Sequence[Row]) -> Flakiness | None:
    """Of one policy's conversations; None where no scenario was held twice."""
    held: dict[str, list[bool]] = defaultdict(list)
    for row in rate_sample(rows):
        if row.assessment.outcome != UNKNOWN:
            held[row.scenario].append(row.assessment.failed)
    counts = [(sum(each), len(each)) for each in held.values() if len(each) > 1]
    if not counts:
        return None
    flips = _flips(counts)
    return Flakiness(
        scenarios=len(counts),
        passing=_passing(counts),
        always_passes=sum(failed == 0 for failed, _ in counts),
        always_fails=sum(failed == n for failed, n in counts),
        flaky=sum(0 < failed < n for failed, n in counts),
        flips=flips,
        phi=correlation(counts),
        noise=Z95 * math.sqrt(flips / len(counts)),
    )


def correlation(counts: Sequence[Counts]) -> float | None:
    """phi of two conversations of one scenario; None where no scenario was held twice, or all failed or none."""
    repeated = [one for one in counts if one[1] > 1]
    if not repeated:
        return None
    rate = sum(failed / n for failed, n in repeated) / len(repeated)
    both = sum(failed * (failed - 1) / (n * (n - 1)) for failed, n in repeated) / len(repeated)
    spread = rate * (1 - rate)
    return max(-1.0, min(1.0, (both - rate * rate) / spread)) if spread else None


def _flips(counts: Sequence[Counts]) -> float:
    """The chance that two conversations of one scenario end differently."""
    return sum(2 * failed * (n - failed) / (n * (n - 1)) for failed, n in counts) / len(counts)


def _passing(counts: Sequence[Counts]) -> tuple[float, ...]:
    """pass^1, pass^2, …: each of the scenarios held so often, as long as those are most of them."""
    found: list[float] = []
    for k in range(1, max(n for _, n in counts) + 1):
        enough = [(failed, n) for failed, n in counts if n >= k]
        if 2 * len(enough) <= len(counts):
            break
        found.append(sum(math.comb(n - failed, k) / math.comb(n, k) for failed, n in enough) / len(enough))
    return tuple(found)
