"""`prebeta compare`: did it get better?"""

from __future__ import annotations

from typing import Annotated

import typer

from prebeta.cli.options import AsJson, ConfigFile, StoreFile


def compare(
    before: Annotated[str, typer.Argument(metavar="RUN_A", help="The earlier run: id or its beginning, or release.")],
    after: Annotated[str, typer.Argument(metavar="RUN_B", help="The later one, or latest.")] = "latest",
    config: ConfigFile = None,
    store: StoreFile = None,
    as_json: AsJson = False,
) -> int:
    """Say whether the later of two runs is better, worse, or can't be told, and which findings are fixed or new."""
    from prebeta.cli.output import console, write_json
    from prebeta.cli.place import opened, program, suffix
    from prebeta.runner.comparing import compare_runs

    with opened(config, store) as kept:
        found = compare_runs(kept, before, after)
    if as_json:
        write_json(found.to_json())
    else:
        from prebeta.report.comparison import render_comparison

        render_comparison(found, console(), program(), suffix(config, store))
    return 0
