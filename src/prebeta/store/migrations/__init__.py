"""An older store made a store of now, in one transaction, with a copy of what it was beside it.

Alembic runs the scripts in versions/, one a schema, and is loaded only here: its 0.4 s CPU are paid by who has an older
store, once. The version stays where it always was, in the table `meta` and in the file's header; so Alembic's own
version table isn't used.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, select, update
from sqlalchemy.exc import DatabaseError

from prebeta.core.errors import StoreError, UsageError
from prebeta.store.tables import SCHEMA_VERSION, meta

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Migrated:
    """An older store was brought to today's schema; `backup` is the file as it was."""

    path: Path
    before: int
    after: int
    backup: Path


def migrate(connection: Connection, path: Path) -> Migrated | None:
    """Bring an older store to today's schema; None where another process has just done so.

    `connection` must be in autocommit mode. Whatever goes wrong, a kill included, leaves the store as it was. Logs a
    warning that names the copy. Raises UsageError or StoreError where the copy can't be made.
    """
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        before = version(connection)
        if before is None or before >= SCHEMA_VERSION:
            connection.exec_driver_sql("ROLLBACK")
            return None
        if before < 1:
            raise UsageError(f"the store {path} is of schema {before}, which no prebeta wrote; move it away")
        backup = _back_up(path, before)
        for script in _scripts(before):
            script(connection)
        connection.execute(update(meta).where(meta.c.name == "schema_version").values(value=str(SCHEMA_VERSION)))
        connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")
    except BaseException:
        with contextlib.suppress(DatabaseError):  # on a full disk SQLite has rolled back by itself
            connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")
    done = Migrated(path, before, SCHEMA_VERSION, backup)
    _log.warning(
        "prebeta: the store %s is now of schema %d (it was %d); a copy of what it was: %s",
        *(path, done.after, before, backup),
    )
    return done


def version(connection: Connection) -> int | None:
    """The schema a store says it is of."""
    found = connection.execute(select(meta.c.value).where(meta.c.name == "schema_version")).scalar()
    return None if found is None else int(found)


def _back_up(path: Path, before: int) -> Path:
    """A whole copy, log included, written beside and moved there at last; an older copy of the same name gives way."""
    backup = path.with_name(f"{path.name}.bak-v{before}")
    part = backup.with_name(f"{backup.name}.part")
    try:
        part.unlink(missing_ok=True)
        with (
            contextlib.closing(sqlite3.connect(path)) as source,
            contextlib.closing(sqlite3.connect(part)) as copy,
        ):
            source.backup(copy)
        os.replace(part, backup)
    except (OSError, sqlite3.Error) as error:
        part.unlink(missing_ok=True)
        text = f"cannot copy the store {path} to {backup} before it is brought to schema {SCHEMA_VERSION} ({error})"
        if "full" in str(error) or "No space" in str(error):
            raise StoreError(f"{text}; the store is as it was: free some space") from error
        raise UsageError(f"{text}; the store is as it was: make its folder writable") from error
    return backup


def _scripts(before: int) -> list[Callable[[Connection], None]]:
    """What leads from a schema to today's, the oldest first."""
    from alembic.operations import Operations
    from alembic.runtime.migration import MigrationContext
    from alembic.script import ScriptDirectory

    scripts = ScriptDirectory(str(Path(__file__).parent))
    revisions = reversed(list(scripts.iterate_revisions(str(SCHEMA_VERSION), str(before))))

    def upgrade(module: object) -> Callable[[Connection], None]:
        def run(connection: Connection) -> None:
            with Operations.context(MigrationContext.configure(connection)):
                module.upgrade()  # type: ignore[attr-defined]

        return run

    return [upgrade(revision.module) for revision in revisions]
