"""`prebeta export`: a run's conversations as a file."""

from __future__ import annotations

import contextlib
import errno
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prebeta.cli.options import AsJson, ConfigFile, RunName, StoreFile
from prebeta.core.errors import StoreError, UsageError
from prebeta.core.suggest import suggestion

if TYPE_CHECKING:
    from prebeta.core.results import Run
    from prebeta.store import Store

ROWS = ("jsonl", "csv")
TRAINING = ("openai", "sharegpt")
FORMATS = (*ROWS, *TRAINING)


def export(
    name: RunName = "latest",
    *,
    form: Annotated[
        str,
        typer.Option(
            "--format", metavar="FORMAT", help="jsonl or csv: a conversation a line; openai, sharegpt: to train."
        ),
    ] = "jsonl",
    only: Annotated[
        str | None, typer.Option("--only", metavar="passing", help="To train on: what passed every check.")
    ] = None,
    out: Annotated[Path | None, typer.Option("-o", "--output", metavar="FILE", help="Instead of stdout.")] = None,
    config: ConfigFile = None,
    store: StoreFile = None,
    as_json: AsJson = False,
) -> int:
    """Write a run's conversations, with turns and verdicts, to stdout or a file.

    To train on are those that came to a right end and pass every check: near duplicates left out, no easier ones more than
    the others together. A data card beside the file counts what was left out and why.
    """
    from prebeta.cli.output import write_json
    from prebeta.cli.place import opened

    if form not in FORMATS:
        raise UsageError(f"unknown format {form!r}; {suggestion(form, FORMATS, 'known: ' + ', '.join(FORMATS))}")
    if only not in (None, "passing") or (only is not None and form in ROWS):
        raise UsageError(f"--only passing is for {' and '.join(TRAINING)}, which keep nothing else")
    if as_json and out is None:
        raise UsageError("with --json stdout is taken; name a file for the rows: -o FILE")
    with opened(config, store) as kept:
        run = kept.run(name)
        texts, card = _training(kept, run, form) if form in TRAINING else (_rows(kept, run, form), None)
        if out is None:
            for text in texts:
                sys.stdout.write(text + "\n")
            sys.stdout.flush()
            return 0
        count = _to_file(texts, out) - (form == "csv")
    beside = None if card is None else out.with_name(f"{out.name}.card.md")
    if card is not None and beside is not None:
        _to_file([card.rstrip("\n")], beside)
    if as_json:
        told = {} if beside is None else {"card": str(beside)}
        write_json({"run": run.id, "format": form, "rows": count, "file": str(out), **told})
    else:
        also = "" if beside is None else f"; what was left out and why: {beside}"
        typer.echo(f"{count} conversations of run {run.id} in {out}{also}")
    return 0


def _rows(kept: Store, run: Run, form: str) -> Iterator[str]:
    from prebeta.analysis.findings import placed
    from prebeta.cli.naming import namer_of
    from prebeta.datasets import flat, jsonl

    write = flat.lines if form == "csv" else jsonl.lines
    return write(run.id, kept.conversations(run.id), namer_of(run), placed(kept.rows(run.id)))


def _training(kept: Store, run: Run, form: str) -> tuple[Iterator[str], str]:
    """The lines, and the data card."""
    from prebeta.datasets import training

    chosen = training.choose(kept.rows(run.id), (one.transcript for one in kept.conversations(run.id)), form)
    return chosen.lines, training.card(run, chosen, form)


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
