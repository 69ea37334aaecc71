"""`prebeta import`: conversations that already happened become a run."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prebeta.runner import Told

_SHOWN = 5
_EVERY_S = 5.0


class _Counter:
    """Says on stderr every few seconds how far it is; of a small file nothing."""

    def __init__(self) -> None:
        self._planned = self._done = 0
        self._told = time.monotonic()

    def __call__(self, told: Told) -> None:
        from prebeta.cli.output import note
        from prebeta.runner import Begun

        if isinstance(told, Begun):
            self._planned = told.planned
            return
        self._done += 1
        if time.monotonic() - self._told >= _EVERY_S:
            self._told = time.monotonic()
            note(f"{self._done:,} of {self._planned:,} conversations judged")


def _redactions(told: Iterable[str]) -> tuple[str, ...]:
    from prebeta.config.hiding import redactions
    from prebeta.core.errors import UsageError

    try:
        return tuple(name for one in told for name in redactions(one))
    except ValueError as error:
        raise UsageError(f"--redact: {error}") from error


def import_(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="JSONL, JSON or CSV, gzipped or not.")],
    *,
    mapping: Annotated[
        str,
        typer.Option(
            "--map", metavar="FIELD=COLUMN,…", help="Of a CSV: conversation=chat_id,speaker=who,text=message."
        ),
    ] = "",
    redact: Annotated[
        list[str] | None,
        typer.Option(
            "--redact",
            metavar="NAMES",
            help="Made unreadable before it is stored: email,card,phone or a regular expression; may be repeated.",
        ),
    ] = None,
    release: Annotated[
        str | None, typer.Option("--release", metavar="TEXT", help="Name of the release it is of.")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="Kept with the run.")] = None,
    config: Annotated[
        Path | None,
        typer.Option("-c", "--config", metavar="FILE", help="The project; else prebeta.yaml where there is one."),
    ] = None,
    store: Annotated[
        Path | None, typer.Option("--store", metavar="FILE", help="Another store than the project's.")
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress on stderr.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on stdout and nothing else there.")
    ] = False,
) -> int:
    """Make a run of conversations that already happened: judge them, find where they broke, report it."""
    from prebeta.cli.ending import exit_code
    from prebeta.cli.output import note as tell
    from prebeta.cli.place import CONFIG, store_file, suffix
    from prebeta.cli.reporting import print_run
    from prebeta.config import load
    from prebeta.datasets.importing import mapping_of
    from prebeta.runner.importing import ImportOptions, import_file
    from prebeta.store import Store

    options = ImportOptions(release, note, mapping_of(mapping), _redactions(redact or ()))
    named = config or (CONFIG if CONFIG.exists() else None)
    project = None if named is None else load(named)
    watch = None if quiet or as_json else _Counter()
    imported = import_file(file, project, options, store_file(config, store), watch)
    for each in imported.skipped[:_SHOWN]:
        tell(f"line {each.line} is left out: {each.reason}")
    if len(imported.skipped) > _SHOWN:
        tell(f"{len(imported.skipped)} rows are left out altogether")
    for line in imported.notes:
        tell(line)
    result = imported.result
    with Store.open(result.store, create=False) as kept:
        summary = print_run(
            kept, result.run, as_json, suffix(config, store), {**result.summary, "skipped": len(imported.skipped)}
        )
    return exit_code(summary["gate"])
