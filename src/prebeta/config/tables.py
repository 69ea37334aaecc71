"""CSV files that slots are taken from: a column per slot, rows stay together."""

from __future__ import annotations

import csv
import difflib
from collections.abc import Iterable
from pathlib import Path

from prebeta.core.errors import UsageError


def read_table(folder: Path, name: str) -> tuple[dict[str, str], ...]:
    """The rows of a CSV file (comma, semicolon or tab), keyed by its first line. Raises UsageError."""
    path = folder / name
    try:
        text = path.read_text("utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"no file {name!r} in {folder}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{name!r} isn't a text file in UTF-8") from None
    except OSError as error:
        raise UsageError(f"{name!r} can't be read: {error.strerror}") from None
    head = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=head.count)
    try:
        rows = list(csv.reader(text.splitlines(), delimiter=delimiter, strict=True))
    except csv.Error as error:
        raise UsageError(f"{name!r} isn't a CSV file: {error}") from None
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    if len(rows) < 2:
        raise UsageError(f"{name!r} has no rows; its first line names the columns, each further line is a row")
    columns = [column.strip() for column in rows[0]]
    return tuple({column: cell.strip() for column, cell in zip(columns, row, strict=False)} for row in rows[1:])


def column(rows: Iterable[dict[str, str]], slot: str, name: str) -> tuple[str, ...]:
    """The distinct values of a slot's column, in the file's order. Raises UsageError where there is no such column."""
    rows = tuple(rows)
    columns = tuple(rows[0])
    if slot not in columns:
        near = difflib.get_close_matches(slot, columns, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"it has: {', '.join(columns)}"
        raise UsageError(f"{name!r} has no column {slot!r}; {hint}")
    values = tuple(dict.fromkeys(row[slot] for row in rows if row.get(slot)))
    if not values:
        raise UsageError(f"the column {slot!r} of {name!r} is empty")
    return values
