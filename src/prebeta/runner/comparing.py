"""Two runs of a store, or two results, held against each other."""

from __future__ import annotations

from pathlib import Path

from prebeta.analysis import comparing
from prebeta.analysis.comparing import Comparison, Side
from prebeta.core.errors import UsageError
from prebeta.core.types import IMPORTED
from prebeta.runner.importing import LABEL
from prebeta.runner.result import Result
from prebeta.store import Store


def compare_runs(store: Store, name_a: str, name_b: str) -> Comparison:
    """Hold two runs of a store against each other, the earlier first, named as `Store.run` takes it. Raises UsageError."""
    return comparing.compare(side_of(store, name_a), side_of(store, name_b))


def compare(before: Result | str, after: Result | str, store: Store | str | Path | None = None) -> Comparison:
    """Hold two runs against each other: results of `run`, or with a store the names of its runs. Raises UsageError."""
    return comparing.compare(_side(before, store), _side(after, store))


def side_of(store: Store, name: str) -> Side:
    """A run as `compare` takes it."""
    run = store.run(name)
    rows = tuple(store.rows(run.id))
    return Side(run, rows, _labels(store, run.id) if any(row.policy == IMPORTED for row in rows) else {})


def _labels(store: Store, run: str) -> dict[str, bool]:
    """Imported conversation -> whether it failed as its file says, of those of which it says so."""
    return {
        stored.transcript.id: verdict.value == "fail"
        for stored in store.conversations(run)
        for verdict in stored.verdicts
        if verdict.judge == LABEL and verdict.value != "unsure"
    }


def _side(given: Result | str, store: Store | str | Path | None) -> Side:
    if isinstance(given, Result):
        if any(row.policy == IMPORTED for row in given.rows):
            with Store.open(given.store, create=False) as opened:
                return side_of(opened, given.run.id)
        return Side(given.run, given.rows)
    if store is None:
        raise UsageError(f"to compare a run by its name ({given!r}) give its store: prebeta.compare(a, b, store=…)")
    if isinstance(store, Store):
        return side_of(store, given)
    with Store.open(store, create=False) as opened:
        return side_of(opened, given)
