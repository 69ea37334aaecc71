"""The texts that are searched: filled in when somebody searches, so that a run pays nothing for it.

Measured on one core, 500 conversations of 17 turns: stored without their texts 0.25 s CPU, with texts and index in the
same transactions 0.40 s, most of what storing may take, and for what is asked rarely. Filled in by the first search
after a run it is 0.14 s, once, and in batches that let a run write in between.

The index over the texts is SQLite's FTS5, which isn't a table that other databases know, so it is made here and not
declared with the tables. Where SQLite lacks it, the texts are looked through one by one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter
from types import MappingProxyType
from typing import Any

from sqlalchemy import Column, Connection, Engine, Select, exists, func, insert, select, update
from sqlalchemy.exc import DatabaseError, OperationalError

from prebeta.store.encode import spoken
from prebeta.store.tables import meta, passages, transcripts

OPEN, CLOSE = "\2", "\3"
"""Around what was found in a text; never part of one."""

_BATCH = 500
_INDEXED = "passages_indexed"
"""In `meta`: the highest id of a passage that the index holds."""
_UNMARKED = MappingProxyType({ord(OPEN): " ", ord(CLOSE): " "})
_MAKE = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS passages_index USING fts5("
    "text, content='passages', content_rowid='id', tokenize='unicode61 remove_diacritics 2')"
)
_FILL = "INSERT INTO passages_index(rowid, text) SELECT id, text FROM passages WHERE id > ? AND id <= ?"


def catch_up(engine: Engine) -> bool:
    """Bring the texts and their index up to what the store holds; False where there can't be an index."""
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        lacking = connection.execute(_missing(transcripts.c.run, transcripts.c.conversation)).all()
        for run, found in groupby(sorted(map(tuple, lacking)), key=itemgetter(0)):
            ids = [conversation for _, conversation in found]
            for begin in range(0, len(ids), _BATCH):
                _alone(connection, partial(_fill, run=run, ids=ids[begin : begin + _BATCH]))
        try:
            if _indexed(connection) != _highest(connection):
                _alone(connection, _index)
        except OperationalError as error:
            if "no such module" in str(error):
                return False
            raise
    return True


def is_caught_up(engine: Engine) -> bool:
    """Whether all that the store holds can be searched by the index."""
    with engine.connect() as connection:
        lacking = connection.execute(_missing(transcripts.c.run).limit(1)).first()
        return lacking is None and 0 < _highest(connection) == _indexed(connection)


def _missing(*columns: Column[Any]) -> Select[Any]:
    """Of the conversations whose texts aren't there yet. Without documents it reads the indexes only."""
    held = exists().where(passages.c.run == transcripts.c.run, passages.c.conversation == transcripts.c.conversation)
    return select(*columns).where(~held)


def _alone(connection: Connection, work: Callable[[Connection], None]) -> None:
    """Work in a transaction beside which nobody writes, so that two who search don't fill in the same."""
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        work(connection)
    except BaseException as error:
        if not (isinstance(error, DatabaseError) and "is full" in str(error)):  # then SQLite has rolled back itself
            connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")


def _fill(connection: Connection, run: str, ids: Sequence[str]) -> None:
    rows = []
    query = _missing(transcripts.c.conversation, transcripts.c.document)
    query = query.where(transcripts.c.run == run, transcripts.c.conversation.in_(ids))
    for conversation, document in connection.execute(query).all():
        for turn, speaker, text in spoken(document) or [(0, "product", "")]:  # nothing said: looked at all the same
            text = text.translate(_UNMARKED)
            rows.append({"run": run, "conversation": conversation, "turn": turn, "speaker": speaker, "text": text})
    if rows:
        connection.execute(insert(passages), rows)


def _highest(connection: Connection) -> int:
    return connection.execute(select(func.max(passages.c.id))).scalar() or 0


def _indexed(connection: Connection) -> int:
    return int(connection.execute(select(meta.c.value).where(meta.c.name == _INDEXED)).scalar() or 0)


def _index(connection: Connection) -> None:
    done, highest = _indexed(connection), _highest(connection)
    connection.exec_driver_sql(_MAKE)
    connection.exec_driver_sql(_FILL, (done, highest))
    changed = connection.execute(update(meta).where(meta.c.name == _INDEXED).values(value=str(highest)))
    if not changed.rowcount:
        connection.execute(insert(meta).values(name=_INDEXED, value=str(highest)))
