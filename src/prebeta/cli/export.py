"""`prebeta export`: a run's conversations as a file."""

from __future__ import annotations

import contextlib
import errno
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from prebeta.cli.options import AsJson, ConfigFile, RunName, StoreFile
from prebeta.core.errors import StoreError, UsageError

FORMATS = ("jsonl",)


def export(
    name: RunName = "latest",
    *,
    form: Annotated[str, typer.Option("--format", metavar="FORMAT", help="jsonl: a conversation a line.")] = "jsonl",
    out: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Instead of stdout.")] = None,
    config: ConfigFile = None,
    store: StoreFile = None,
    as_json: AsJson = False,
) -> int:
    """Write a run's conversations, with turns and verdicts, to stdout or a file."""
    from prebeta.analysis.findings import placed
    from prebeta.cli.naming import namer_of
    from prebeta.cli.output import write_json
    from prebeta.cli.place import opened
    from prebeta.datasets.jsonl import lines

    if form not in FORMATS:
        raise UsageError(f"unknown format {form!r}; known: {', '.join(FORMATS)}")
    if as_json and out is None:
        raise UsageError("with --json stdout is taken; name a file for the rows: -o FILE")
    with opened(config, store) as kept:
        run = kept.run(name)
        texts = lines(run.id, kept.conversations(run.id), namer_of(run), placed(kept.rows(run.id)))
        if out is None:
            for text in texts:
                sys.stdout.write(text + "\n")
            sys.stdout.flush()
            return 0
        count = _to_file(texts, out)
    if as_json:
        write_json({"run": run.id, "format": form, "rows": count, "file": str(out)})
    else:
        typer.echo(f"{count} conversations of run {run.id} in {out}")
    return 0


def _to_file(texts: Iterable[str], out: Path) -> int:
    """Write beside the file and move it there at last, so that a half-written one never stands in its place."""
    part = out.with_name(f".{out.name}.part")
    count = 0
    try:
        with part.open("w", encoding="utf-8") as file:
            for text in texts:
                file.write(text + "\n")
                count += 1
        part.replace(out)
    except OSError as error:
        with contextlib.suppress(OSError):  # a folder that can't be written to has no part either
            part.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreError(f"no room left for {out}: free some space") from error
        raise UsageError(f"cannot write {out} ({error.strerror or error}); name another file: -o FILE") from error
    return count
