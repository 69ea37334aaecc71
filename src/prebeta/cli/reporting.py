"""What verbs print of a run that lies in a store."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from prebeta.cli.output import console, note, write_json
from prebeta.cli.place import program

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prebeta.analysis.unplaced import Unplaced
    from prebeta.core.results import Row, Run
    from prebeta.store import Store

_MOST_TROUBLES = 3
_MOST_READ = 60
"""So many conversations are read for messages that users could not place, those that broke on them first."""


def summary_of(store: Store, run: Run) -> dict[str, Any]:
    """The summary of a run: the JSON of `show RUN`."""
    from prebeta.analysis.summary import summarise

    return summarise(run, store.rows(run.id))


def print_run(
    store: Store, run: Run, as_json: bool, suffix: str, summary: Mapping[str, Any] | None = None
) -> Mapping[str, Any]:
    """The report of a run, or its JSON; gives the summary, which may be known already, with what all rules of its gate come to,
    those that hold it against another run too. `suffix` goes behind the commands in hints."""
    from prebeta.runner.gating import own_gate

    summary = summary_of(store, run) if summary is None else summary
    gated = own_gate(store, run)
    if gated is not None:
        summary = {**summary, "gate": gated.result}
    if run.state != "done" and "imported" in (run.project or {}):
        note(f"this import is not whole ({run.state}); import the file again")
    elif run.state != "done":
        note(f"this run is not whole ({run.state}); to hold what is left: {program()} resume {run.id}{suffix}")
    if as_json:
        write_json(summary)
        return summary
    from prebeta.cli.looking import looks
    from prebeta.report.console import MOST_FINDINGS, Extras, render_run

    rows = store.rows(run.id, run.users[0]) if any(summary["excluded"].values()) else ()
    unplaced = _unplaced(store, run, rows) if summary["excluded"]["SIM_FAULT"] else ()
    shown = looks(store, run, summary["findings"][:MOST_FINDINGS])
    render_run(summary, console(), Extras(unplaced, suffix, program(), _trouble(rows), shown, gated))
    return summary


def print_groups(store: Store, run: Run, by: str, as_json: bool) -> None:
    """How far the users of a run got, for each persona trait or behavior; of the run's first policy."""
    from prebeta.analysis.funnel import by_behavior, funnel, grouped
    from prebeta.analysis.outcome import EXCLUDED

    rows = [row for row in store.rows(run.id, run.users[0]) if row.assessment.outcome not in EXCLUDED]
    groups = grouped(rows, by_behavior(rows) if by == "behavior" else _by_trait(store, run))
    stages = [stage.to_json() for stage in funnel(rows)]
    failed = sum(row.assessment.failed for row in rows)
    if as_json:
        told = {"run": run.id, "release": run.release, "valid": len(rows), "failed": failed, "stages": stages}
        write_json({**told, "stages_by": {by: [one.to_json() for one in groups]}})
        return
    from prebeta.report.funnel import render_groups, render_stages

    render_stages(stages, console())
    render_groups(by, groups, len(rows), failed, console())


def _by_trait(store: Store, run: Run) -> dict[str, tuple[str, ...]]:
    """Conversation -> its persona's traits; of personas without any, what they are in plain words."""
    found = ((one.transcript.id, one.transcript.scenario.persona) for one in store.conversations(run.id))
    traits = {name: (dict(persona.traits), persona.text) for name, persona in found}
    return {
        name: tuple(f"{trait}: {level}" for trait, level in held.items()) or ((text,) if text else ())
        for name, (held, text) in traits.items()
    }


def _trouble(rows: Sequence[Row]) -> Sequence[tuple[str, int]]:
    """What conversations of ours broke on, the commonest first; not that a user understood nothing, which is told apart."""
    told = (row.stop.detail for row in rows if row.stop.by == "harness" and row.stop.detail != "not_understood")
    return Counter(detail for detail in told if detail).most_common(_MOST_TROUBLES)


def _unplaced(store: Store, run: Run, rows: Sequence[Row]) -> Sequence[Unplaced]:
    """The messages that users could not place, which the report tells where that ended a conversation."""
    from prebeta.analysis.unplaced import unplaced

    likeliest = sorted(rows, key=lambda row: row.assessment.outcome != "SIM_FAULT")[:_MOST_READ]
    return unplaced(store.conversation(run.id, row.id).transcript for row in likeliest)
