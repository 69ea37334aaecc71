"""The section at the end of the session: what was measured, and where to look."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

_MOST = 20


def write(
    terminal: pytest.TerminalReporter, told: Sequence[tuple[str, dict[str, Any]]], begun: Mapping[str, int]
) -> None:
    """`told` are node ids with the notes of their reports, `begun` the runs that were not ended and what is left of each."""
    terminal.section("prebeta", sep="=")
    lines = [*_runs(told), *_users(told), *_cases(told), *_inconclusive(told)]
    for line in lines:
        terminal.write_line(line)
    for run, left in begun.items():
        terminal.write_line(f"run {run} was stopped with {left} conversations left; to hold them: prebeta resume {run}")


def _runs(told: Sequence[tuple[str, dict[str, Any]]]) -> list[str]:
    """Runs held to a rate, with their findings; a run that several tests share once."""
    lines: list[str] = []
    shown: set[str] = set()
    for nodeid, known in told:
        if "run" not in known or "scenario" in known or known["run"] in shown:
            continue
        shown.add(known["run"])
        lines.append(f"{nodeid}: {known.get('why') or known.get('failure_rate', '')}")
        lines += [*_findings(known), f"  look: {known['show']}"]
    return lines


def _users(told: Sequence[tuple[str, dict[str, Any]]]) -> list[str]:
    """Users that were tests of their own, by run."""
    lines: list[str] = []
    runs: dict[str, list[dict[str, Any]]] = {}
    for _, known in told:
        if "run" in known and "scenario" in known:
            runs.setdefault(known["run"], []).append(known)
    for several in runs.values():
        counts = Counter(known.get("status") for known in several)
        said = ", ".join(f"{counts[name]} {name}" for name in ("failed", "passed", "inconclusive") if counts[name])
        lines.append(f"{len(several)} users: {said}")
        lines += [*_findings(several[0]), f"  look: {several[0]['show']}"]
    return lines


def _findings(known: Mapping[str, Any]) -> list[str]:
    from prebeta.core.errors import PrebetaError
    from prebeta.runner import Result
    from prebeta.store import Store
    from pytest_prebeta.writing import findings_of

    try:
        with Store.open(Path(known["store"]), create=False) as store:
            return findings_of(Result.of(store, known["run"]))
    except PrebetaError as error:
        return [f"  its findings can't be read: {error}"]


def _cases(told: Sequence[tuple[str, dict[str, Any]]]) -> list[str]:
    counts = Counter(known["case_status"] for _, known in told if "case_status" in known)
    if not counts:
        return []
    return [f"{counts.total()} cases: {', '.join(f'{count} {status}' for status, count in sorted(counts.items()))}"]


def _inconclusive(told: Sequence[tuple[str, dict[str, Any]]]) -> list[str]:
    found = [(nodeid, known["why"]) for nodeid, known in told if known.get("status") == "inconclusive"]
    lines = [f"INCONCLUSIVE {nodeid}: {why}" for nodeid, why in found[:_MOST]]
    return [*lines, *([f"and {len(found) - _MOST} more that are inconclusive"] if len(found) > _MOST else [])]
