"""What verbs print of a run that lies in a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prebeta.cli.output import console, note, write_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prebeta.core.types import Run
    from prebeta.store import Store

_MOST_LOST = 50


def summary_of(store: Store, run: Run) -> dict[str, Any]:
    """The summary of a run: the JSON of `show RUN`."""
    from prebeta.analysis.summary import summarise

    return summarise(run, store.rows(run.id))


def print_run(store: Store, run: Run, as_json: bool, suffix: str) -> Mapping[str, Any]:
    """The report of a run, or its JSON; gives the summary. `suffix` goes behind the commands in hints."""
    summary = summary_of(store, run)
    if run.state != "done":
        note(f"this run is not whole ({run.state}); to hold what is left: prebeta resume {run.id}{suffix}")
    if as_json:
        write_json(summary)
        return summary
    from prebeta.analysis.unplaced import unplaced
    from prebeta.report.console import Extras, render_run

    lost = [row.id for row in store.rows(run.id, run.users[0]) if row.assessment.outcome == "SIM_FAULT"]
    transcripts = (store.conversation(run.id, name).transcript for name in lost[:_MOST_LOST])
    render_run(summary, console(), Extras(unplaced(transcripts), suffix))
    return summary
