"""`prebeta trend`: the log of iterations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from prebeta.cli.options import AsJson, ConfigFile, StoreFile

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prebeta.analysis.trend import Trend
    from prebeta.core.results import Run
    from prebeta.store import Store


def trend(
    *,
    last: Annotated[int, typer.Option("-n", "--last", min=1, metavar="N", help="So many runs of each project.")] = 20,
    config: ConfigFile = None,
    store: StoreFile = None,
    as_json: AsJson = False,
) -> int:
    """Print the failure rate by run with what each change did to it, and each finding's count over the runs."""
    from prebeta.analysis.lineage import lines
    from prebeta.cli.output import console, write_json
    from prebeta.cli.place import opened, program, suffix
    from prebeta.core.errors import UsageError

    with opened(config, store) as kept:
        projects = lines(kept.runs())
        if not projects:
            raise UsageError(f"the store {kept.path} holds no runs yet; start one: prebeta run")
        found = [_trend(kept, line, last) for line in projects]
    if as_json:
        write_json({"projects": [one.to_json() for one in reversed(found)]})
        return 0
    from prebeta.report.trend import render_trend

    most = max(map(len, projects))
    for one in found:
        render_trend(one, console(), f"{program()} trend -n {most}{suffix(config, store)}")
    return 0


def _trend(store: Store, line: Sequence[Run], last: int) -> Trend:
    from prebeta.analysis.trend import trend as history
    from prebeta.runner.comparing import side_of

    chosen = line[-last:]
    return history([side_of(store, run.id) for run in chosen], len(line) - len(chosen))
