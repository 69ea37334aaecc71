"""What comes out of a run."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

from prebeta.analysis.findings import group
from prebeta.analysis.summary import summarise
from prebeta.core.errors import UsageError
from prebeta.core.results import Finding, Row, Run
from prebeta.core.types import Transcript
from prebeta.store import Store


@dataclass(frozen=True, slots=True)
class Example:
    """A conversation that shows a finding, and the blamed turn in it."""

    conversation: str
    turn: int
    run: str
    store: Path

    @property
    def transcript(self) -> Transcript:
        """Read from the store when asked for."""
        with Store.open(self.store, create=False) as store:
            return store.conversation(self.run, self.conversation).transcript


@dataclass(frozen=True, slots=True)
class Failure:
    """A finding of a result: how conversations broke, how often, and one to look at."""

    finding: Finding
    example: Example

    def __getattr__(self, name: str) -> Any:
        return getattr(self.finding, name)


@dataclass(frozen=True, slots=True)
class Result:
    """A run as it lies in the store: its summary (the JSON of `prebeta run --json`) and its conversations as rows."""

    run: Run
    summary: Mapping[str, Any]
    rows: tuple[Row, ...]
    store: Path

    @classmethod
    def of(cls, store: Store, name: str) -> Result:
        run = store.run(name)
        rows = tuple(store.rows(run.id))
        return cls(run, summarise(run, rows), rows, store.path)

    @property
    def failure_rate(self) -> float | None:
        """0 to 1, of typical users; None where no conversation was valid."""
        rate: float | None = self.summary["failure_rate"]
        return rate

    @property
    def interval(self) -> tuple[float, float] | None:
        """95 % interval of the failure rate."""
        found = self.summary["interval"]
        return None if found is None else (found[0], found[1])

    @property
    def gate(self) -> str | None:
        """What the project's gate came to, but its rules that need another run: passed, failed or inconclusive; None where
        there is none."""
        found: str | None = self.summary["gate"]
        return found

    @property
    def conversations(self) -> int:
        return int(self.summary["conversations"])

    @property
    def valid(self) -> int:
        return int(self.summary["valid"])

    @property
    def failed(self) -> int:
        return int(self.summary["failed"])

    @property
    def findings(self) -> tuple[Failure, ...]:
        """Failure modes of the headline's users, ranked by what mending them would give."""
        found = group([row for row in self.rows if row.policy == self.run.users[0]])
        return tuple(Failure(one, Example(*one.example, self.run.id, self.store)) for one in found)

    def to_pandas(self) -> Any:
        """A DataFrame with a line for each conversation. Needs pandas."""
        try:
            pandas = importlib.import_module("pandas")
        except ImportError as error:
            raise UsageError("to_pandas() needs pandas: pip install 'prebeta[pandas]'") from error
        return pandas.DataFrame([_flat(row) for row in self.rows])


def _flat(row: Row) -> dict[str, Any]:
    flat = {field.name: getattr(row, field.name) for field in fields(row) if field.name not in ("stop", "assessment")}
    flat.update(stop_by=row.stop.by, stop_reason=row.stop.reason)
    return {**flat, **{field.name: getattr(row.assessment, field.name) for field in fields(row.assessment)}}
