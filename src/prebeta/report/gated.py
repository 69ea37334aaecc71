"""All that JUnit, Markdown and annotations show of a gated run, gathered once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from prebeta.analysis.gating import Gate, Ruled
from prebeta.report.finding import Look
from prebeta.report.ruling import Hints, rule_name, why


@dataclass(frozen=True, slots=True)
class Gated:
    """A gate with the run's summary and, where they were read, the examples of findings."""

    gate: Gate
    summary: Mapping[str, Any]
    hints: Hints = field(default_factory=Hints)
    looks: Mapping[str, Look] = field(default_factory=dict)

    @property
    def new(self) -> frozenset[str]:
        """Ids of the findings that the gate failed for; none where new ones were not forbidden."""
        forbidden = any(one.rule == "no_new_findings" for one in self.gate.rules)
        return frozenset(shift.finding.id for shift in self.gate.new if forbidden)

    def rules(self) -> list[tuple[Ruled, str, str]]:
        """Each rule with its name and why it came to what it did."""
        return [(one, rule_name(one), why(one, self.gate, self.hints)) for one in self.gate.rules]

    def command(self, finding: Mapping[str, Any]) -> str:
        """What to type to see a finding's example."""
        shown = finding["example"]["conversation"]
        return f"{self.hints.program} show {self.gate.run} {shown}{self.hints.suffix}"

    def title(self) -> str:
        """ "prebeta, release 2", to tell apart what several runs of a pipeline report."""
        return f"prebeta {self.summary['release']}" if self.summary["release"] else "prebeta"
