"""`export --format csv`: a conversation a line, for a spreadsheet, in which no cell is a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from prebeta.datasets.jsonl import row

if TYPE_CHECKING:
    from prebeta.analysis.stages import StageNamer
    from prebeta.store import Stored

COLUMNS = (
    *("id", "run", "scenario", "seed", "persona", "goal", "behaviors", "sample", "policy", "repeat", "outcome", "failed"),
    *("flawed", "blame", "stop_by", "stop_reason", "kind", "turn", "stage", "slot", "finding", "session", "trace", "talk"),
)  # fmt: skip
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a spreadsheet may take for a formula at a cell's beginning (OWASP, CSV injection)."""


def lines(run: str, conversations: Iterable[Stored], namer: StageNamer, findings: Mapping[str, str]) -> Iterator[str]:
    """CSV texts without line ends, the heads first."""
    yield _line(COLUMNS)
    for stored in conversations:
        found = row(run, stored, namer, findings.get(stored.transcript.id))
        scenario, stop = found["scenario"], found["stop"]
        flat = {
            **found,
            **{name: scenario[name] for name in ("seed", "persona", "goal")},
            "scenario": scenario["id"],
            "behaviors": ", ".join(scenario["behaviors"]),
            "stop_by": stop["by"],
            "stop_reason": stop["reason"],
            "talk": str(stored.transcript),
        }
        yield _line([cell(flat[name]) for name in COLUMNS])


def cell(value: Any) -> str:
    """The value as a cell; a text that would be a formula has an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = str(value).replace("\0", "")
    return f"'{text}" if isinstance(value, str) and text.lstrip(" ").startswith(_FORMULA) else text


def _line(cells: Iterable[str]) -> str:
    out = io.StringIO()
    # With both signs in its line end the writer quotes cells with either.
    csv.writer(out, lineterminator="\r\n").writerow([one.encode("utf-8", "replace").decode() for one in cells])
    return out.getvalue().removesuffix("\r\n")
