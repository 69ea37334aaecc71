"""`prebeta runs`: the runs of a store."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prebeta.cli.options import AsJson, ConfigFile, StoreFile

if TYPE_CHECKING:
    from prebeta.core.results import Run


def runs(config: ConfigFile = None, store: StoreFile = None, as_json: AsJson = False) -> int:
    """List the runs with state, release, note, failure rate, and the product's version and commit, the newest first."""
    from prebeta.cli.output import console, write_json
    from prebeta.cli.place import opened
    from prebeta.cli.reporting import summary_of

    with opened(config, store) as kept:
        listed = [(run, summary_of(kept, run)) for run in reversed(kept.runs())]
    if as_json:
        write_json({"runs": [_line(run, summary) for run, summary in listed]})
        return 0
    from prebeta.report.console import render_runs

    render_runs(listed, console())
    return 0


def _line(run: Run, summary: dict[str, Any]) -> dict[str, Any]:
    kept = ("conversations", "valid", "failed", "failure_rate", "interval", "gate")
    return {
        "run": run.id,
        "state": run.state,
        "release": run.release,
        "note": run.note,
        "version": run.version,
        "commit": run.commit,
        "dirty": run.dirty,
        "seed": run.seed,
        "sample": run.sample,
        "users": list(run.users),
        "created_at": run.created_at,
        "planned": run.conversations,
        **{key: summary[key] for key in kept},
    }
