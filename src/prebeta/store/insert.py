"""Inserts made into SQL once, not each time: SQLAlchemy's own way to a row costs several times what SQLite takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Dialect, Table, insert

from prebeta.store.text import Name, Words, label


@dataclass(frozen=True, slots=True)
class Insert:
    """A table's insert, for a driver that takes parameters by position. `texts` says which columns need `label`."""

    sql: str
    names: tuple[str, ...]
    texts: tuple[bool, ...]

    @classmethod
    def into(cls, table: Table, dialect: Dialect) -> Insert:
        compiled = insert(table).compile(dialect=dialect)
        names = tuple(compiled.positiontup or ())
        return cls(compiled.string, names, tuple(isinstance(table.c[name].type, Name | Words) for name in names))

    def put(self, connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
        """Insert rows, each a value for every column."""
        columns = tuple(zip(self.names, self.texts, strict=True))
        values = [tuple([label(row[name]) if text else row[name] for name, text in columns]) for row in rows]
        if values:
            connection.exec_driver_sql(self.sql, values)
