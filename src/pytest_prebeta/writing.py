"""What a failing test shows, and the lines at the end of the session. Plain text: it goes to logs and JUnit files too."""

from __future__ import annotations

import io
import os
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prebeta.analysis.stages import StageNamer
    from prebeta.runner import Result
    from prebeta.runner.casework import CaseResult, Held
    from prebeta.store import Stored

_WIDTH, _NARROWEST = 100, 40
MOST_FINDINGS = 3


def percent(share: float) -> str:
    """0.05 -> 5 %."""
    return f"{share * 100:.1f}".removesuffix(".0") + " %"


def span(interval: Sequence[float]) -> str:
    low, high = interval
    return f"95 % interval {percent(low).removesuffix(' %')} to {percent(high)}"


def transcript(stored: Stored, finding: str | None = None) -> str:
    """A conversation with the blamed turn marked."""
    from rich.console import Console

    from prebeta.report.transcript import render_transcript

    columns = os.environ.get("COLUMNS", "")
    width = min(_WIDTH, max(_NARROWEST, int(columns))) if columns.isdecimal() else _WIDTH
    into = io.StringIO()
    console = Console(
        file=into, width=width, color_system=None, force_terminal=False, highlight=False, markup=False, emoji=False
    )
    render_transcript(stored, console, finding=finding)
    return into.getvalue().rstrip()


def of_try(held: Held, result: CaseResult, namer: StageNamer) -> str:
    """A try of a case, with the turn marked at which its failure shows."""
    import dataclasses

    from prebeta.analysis.outcome import assess
    from prebeta.store import Stored

    found = assess(held.transcript, held.verdicts, None, namer)
    if held.turn is not None:
        kind = result.case.kind if held.same else found.kind
        found = dataclasses.replace(found, turn=held.turn, kind=kind)
    return transcript(Stored(held.transcript, held.verdicts, found))


def of_run(result: Result, why: str, here: Path) -> str:
    """A run that didn't pass: why, its findings, and of the first the shortest conversation with its blamed turn."""
    place = store_words(result.store, here)
    lines = [why, *findings_of(result), f"more: prebeta show {result.run.id}{place}"]
    if result.findings:
        from prebeta.store import Store

        first = result.findings[0]
        with Store.open(result.store, create=False) as store:
            stored = store.conversation(result.run.id, first.example.conversation)
        again = again_words(result.run.project, first.example.conversation, place)
        lines += ["", transcript(stored, first.finding.id), *([f"again: {again}"] if again else [])]
    return "\n".join(lines)


def findings_of(result: Result, most: int = MOST_FINDINGS) -> list[str]:
    """A line for each of the first findings."""
    found = result.findings
    lines = [f"  {one.finding.id}  {one.finding.count:>3} ×  {one.finding.label}" for one in found[:most]]
    return [*lines, *([f"  and {len(found) - most} more findings"] if len(found) > most else [])]


def again_words(project: object, conversation: str, place: str) -> str | None:
    """The command that sends a conversation's user again; None where its product can't be reached from a command line."""
    unfindable = project.get("unfindable") if isinstance(project, dict) else None
    return None if unfindable is not None else f"prebeta replay {conversation}{place}"


def store_words(store: Path, here: Path) -> str:
    """What commands need to find the store from where the tests were started."""
    from prebeta.cli.place import STORE

    if store == here / STORE:
        return ""
    shown = store.relative_to(here) if store.is_relative_to(here) else store
    return f" --store {shlex.quote(str(shown))}"


def config_words(file: Path, here: Path) -> str:
    """What commands need to find the project from where the tests were started."""
    from prebeta.cli.place import CONFIG

    if file == here / CONFIG:
        return ""
    shown = file.relative_to(here) if file.is_relative_to(here) else file
    return f" -c {shlex.quote(str(shown))}"
