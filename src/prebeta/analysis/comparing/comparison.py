"""What comparing two runs came to, and its JSON."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from prebeta.analysis.comparing.matching import By
from prebeta.analysis.comparing.shifts import Shift
from prebeta.analysis.summary import finding_json

Conclusion: TypeAlias = Literal["better", "worse", "cannot tell"]


@dataclass(frozen=True, slots=True)
class Comparison:
    """Run `a` is before, `b` after; rates from 0 to 1, of typical users where both sent some.

    `pairs` are scenarios that both runs hold validly; 0 where the runs have too little in common (`by` is nothing) and the
    rates are those of two groups. `difference` is rate_b − rate_a, None where nothing was measured; `interval` its 95 %
    interval; `p` two-sided. `pairs_needed`: so many pairs show a difference as large as the one seen in four of five
    comparisons; None where none was seen, or no number of pairs would help. `detectable` is the smallest difference that
    these pairs show as often. `phi`: the correlation of a scenario's two outcomes. `excluded` counts, by side and outcome, the
    conversations that count for nothing, and under `pairs` the pairs lost by that. `shared` of `scenarios` are in both runs.
    """

    a: str
    b: str
    pairs: int
    rate_a: float | None
    rate_b: float | None
    difference: float | None
    interval: tuple[float, float]
    p: float
    conclusion: Conclusion
    pairs_needed: int | None
    fixed: tuple[Shift, ...]
    new: tuple[Shift, ...]
    still: tuple[Shift, ...]
    flaky: tuple[Shift, ...]
    excluded: Mapping[str, Any]
    warnings: tuple[str, ...]
    by: By = "scenario"
    detectable: float | None = None
    phi: float | None = None
    shared: int = 0
    scenarios: tuple[int, int] = (0, 0)
    conversations: tuple[int, int] = (0, 0)
    releases: tuple[str | None, str | None] = (None, None)

    def to_json(self) -> dict[str, Any]:
        """The JSON of `prebeta compare --json`."""
        return {
            "a": self.a,
            "b": self.b,
            "pairs": self.pairs,
            "rate_a": self.rate_a,
            "rate_b": self.rate_b,
            "difference": self.difference,
            "interval": list(self.interval),
            "p": self.p,
            "conclusion": self.conclusion,
            "pairs_needed": self.pairs_needed,
            "fixed": [_shift_json(one) for one in self.fixed],
            "new": [_shift_json(one) for one in self.new],
            "still": [_shift_json(one) for one in self.still],
            "flaky": [_shift_json(one) for one in self.flaky],
            "excluded": dict(self.excluded),
            "warnings": list(self.warnings),
            "paired_by": self.by,
            "detectable": self.detectable,
            "phi": self.phi,
            "scenarios": {"shared": self.shared, "a": self.scenarios[0], "b": self.scenarios[1]},
            "conversations": {"a": self.conversations[0], "b": self.conversations[1]},
        }


def _shift_json(shift: Shift) -> dict[str, Any]:
    """A finding as `findings` has it, with what became of it."""
    return {
        **finding_json(shift.finding),
        "before": {"count": shift.before[0], "of": shift.before[1]},
        "after": {"count": shift.after[0], "of": shift.after[1]},
        "p": shift.p,
        "reached": shift.reached,
        "trend": shift.trend,
        "other_id": shift.other_id,
    }
