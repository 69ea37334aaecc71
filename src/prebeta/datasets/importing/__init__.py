"""Conversations that already happened: production logs and other tools' runs, read from files. Pure but for the reading.

`gather` takes JSONL or JSON of messages in the common shapes, prebeta's own export, and CSV with a message a row, all of
them gzipped or not.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from prebeta.core.errors import UsageError
from prebeta.datasets.importing.messages import read_messages
from prebeta.datasets.importing.own import is_own, read_own
from prebeta.datasets.importing.table import mapping_of, read_table
from prebeta.datasets.importing.talk import Gathered, Skipped, Talk, Told
from prebeta.scenarios.generation.conversations import read_chats, rows_in

__all__ = ["Gathered", "Skipped", "Talk", "Told", "gather", "mapping_of"]

_TABLES = (".csv", ".tsv")


def gather(file: Path, mapping: Mapping[str, str] | None = None) -> Gathered:
    """The conversations in a file; `mapping` says which columns of a CSV hold what (see `mapping_of`).

    What can't be read is left out and named. Raises UsageError where the file holds none at all.
    """
    shown = str(file)
    text = read_chats(file, shown)
    suffix = Path(file.name.removesuffix(".gz")).suffix.lower()
    table = suffix in _TABLES or (bool(mapping) and suffix not in (".json", ".jsonl", ".ndjson"))
    if mapping and not table:
        raise UsageError(f"{shown}: --map names the columns of a CSV, and this is JSON; leave it out")
    found = read_table(text, shown, mapping or {}) if table else _rows(text)
    if not found.talks:
        raise UsageError(f"{shown}: no conversation of a user and a product in it{_why(found)}")
    return found


def _rows(text: str) -> Gathered:
    talks: list[Talk] = []
    skipped: list[Skipped] = []
    for row in rows_in(text):
        if row.fault is not None:
            found: Talk | str = row.fault
        else:
            found = read_own(row.value) if is_own(row.value) else read_messages(row.value)
        if isinstance(found, str):
            skipped.append(Skipped(row.number, found))
        else:
            talks.append(found)
    return Gathered(tuple(talks), tuple(skipped))


def _why(found: Gathered) -> str:
    if not found.skipped:
        return "; a row should hold messages, {role, content} each, with role user and assistant"
    first = found.skipped[0]
    more = f" (and {len(found.skipped) - 1} more rows like it)" if len(found.skipped) > 1 else ""
    return f"; line {first.line}: {first.reason}{more}"
