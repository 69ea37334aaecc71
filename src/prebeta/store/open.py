"""Opening a store's file: what isn't ours, or is newer than we know, is refused and left byte for byte."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
import struct
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, event, insert, inspect, select
from sqlalchemy.exc import DatabaseError

from prebeta.core.errors import PrebetaError, StoreError, UsageError
from prebeta.store.migrations import Migrated, migrate, version
from prebeta.store.tables import APPLICATION_ID, SCHEMA_VERSION, meta, metadata

BUSY_TIMEOUT_MS = 30_000
_MAGIC = b"SQLite format 3\0"
_ELSEWHERE = "name another file under store: in prebeta.yaml"


def path_of(location: str | Path) -> Path:
    """The file of a location: a path, or a URL that begins with sqlite:///."""
    text = str(location)
    if text.startswith("sqlite:///"):
        text = text.removeprefix("sqlite:///")
    elif "://" in text:
        raise UsageError(f"store {text.partition('://')[0]}://… isn't known here; give the path of a file")
    if not text or text == ":memory:":
        raise UsageError("the store is a file: give its path under store: in prebeta.yaml")
    return Path(text).expanduser()


@dataclass(frozen=True, slots=True)
class Opened:
    """A store that is known to be ours. `copy` is the folder with the copy that is read in its place, where it is one
    that can't be read where it lies."""

    engine: Engine
    migrated: Migrated | None = None
    read_only: bool = False
    copy: TemporaryDirectory[str] | None = None


def is_there(location: str | Path) -> bool:
    """Whether there is a store already. Raises UsageError where there is none and none can be made."""
    path = path_of(location).absolute()
    with contextlib.suppress(OSError):
        if path.stat().st_size:
            return True
    nearest = next(parent for parent in path.parents if parent.exists())
    if not nearest.is_dir() or not os.access(nearest, os.W_OK):
        why = "no folder" if not nearest.is_dir() else "not writable"
        raise UsageError(f"cannot use {path} as a store ({nearest}: {why}); {_ELSEWHERE}")
    return False


def open_engine(location: str | Path, *, create: bool) -> Opened:
    """Open a store. `create` makes a missing one; it must be writable then.

    An older one is brought to today's schema, and so must be writable. Without `create` one of today's schema may lie
    where nobody can write. Raises UsageError for what a person can mend, before anything is changed.
    """
    path = path_of(location)
    try:
        new = _is_new(path, create=create)
        if not new:
            _refuse_foreign(path)
        elif create:
            path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot use {path} as a store ({error.strerror or error}); {_ELSEWHERE}") from error
    if not create and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK)):
        return _read_only(path)
    engine = _engine(URL.create("sqlite", database=str(path)))
    try:
        return Opened(engine, _prepare(engine, path, create=create))
    except BaseException:
        engine.dispose()
        raise


def copied(path: Path, connection: sqlite3.Connection | None = None) -> TemporaryDirectory[str]:
    """A folder with a copy of the store, of the same name: what a connection sees, or file and write-ahead log."""
    folder = TemporaryDirectory(prefix="prebeta-store-")
    try:
        copy = Path(folder.name) / path.name
        if connection is not None:
            with contextlib.closing(sqlite3.connect(copy)) as target:
                connection.backup(target)
        else:
            for each in (path, _log_of(path)):
                shutil.copyfile(each, copy.with_name(each.name))
    except (OSError, sqlite3.Error) as error:
        folder.cleanup()
        raise UsageError(f"cannot copy the store {path} to {folder.name}, to read it there ({error})") from error
    return folder


def _log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}-wal")


def _read_only(path: Path) -> Opened:
    """A store on a medium that can't be written to. Nobody changes it, so SQLite needs no files beside it; but where a
    write-ahead log lies there, only with it is the store whole."""
    log = _log_of(path)
    immutable = not (log.exists() and log.stat().st_size)
    query = {"uri": "true", "mode": "ro", **({"immutable": "1"} if immutable else {})}
    engine = _engine(URL.create("sqlite", database=f"file:{quote(str(path.absolute()))}", query=query))
    try:
        with engine.connect() as connection:
            found = version(connection)
    except DatabaseError as error:
        engine.dispose()
        if immutable:
            raise translate(error, path) from error
        folder = copied(path)
        copy = URL.create("sqlite", database=str(Path(folder.name) / path.name))
        return Opened(_engine(copy, query_only=True), None, True, folder)
    if found != SCHEMA_VERSION:
        engine.dispose()
        raise UsageError(
            f"the store {path} is of schema {found} and can't be brought to {SCHEMA_VERSION} where it lies, which is"
            " read-only; copy it to a folder that can be written to"
        )
    return Opened(engine, None, True)


def translate(error: DatabaseError, path: Path) -> PrebetaError:
    """What a database's error means: UsageError where a person can mend it, else StoreError."""
    text = str(error.orig)
    if "readonly database" in text or "unable to open database file" in text:
        mend = f"make both writable, or {_ELSEWHERE}"
        return UsageError(f"cannot write to the store {path} or its folder ({text}); {mend}")
    if "not a database" in text or "malformed" in text:
        return UsageError(f"the store {path} is damaged ({text}); move it away, or {_ELSEWHERE}")
    if "is full" in text:
        return StoreError(f"no room left for the store {path} ({text}); what it holds is kept: free some space")
    if "is locked" in text:
        return StoreError(f"the store {path} is held by another process for over {BUSY_TIMEOUT_MS // 1000} s")
    return StoreError(f"the store {path} failed: {text}")


def _is_new(path: Path, *, create: bool) -> bool:
    if path.is_dir():
        raise UsageError(f"the store {path} is a folder; {_ELSEWHERE}")
    if path.exists():
        return path.stat().st_size == 0
    if not create:
        raise UsageError(f"no store at {path} yet; it is made by the first run: prebeta run")
    return True


def _refuse_foreign(path: Path) -> None:
    """Look at the header only, so that SQLite never touches a file that isn't ours."""
    with path.open("rb") as file:
        header = file.read(100)
    if len(header) < 100 or not header.startswith(_MAGIC):
        raise UsageError(f"{path} isn't a store of prebeta (not an SQLite file); {_ELSEWHERE}")
    (version,), (owner,) = struct.unpack(">I", header[60:64]), struct.unpack(">I", header[68:72])
    if owner != APPLICATION_ID:
        raise UsageError(f"{path} is an SQLite file of another program; {_ELSEWHERE}")
    if version > SCHEMA_VERSION:
        raise UsageError(
            f"the store {path} was written by a newer prebeta (its schema is {version}, known here is"
            f" {SCHEMA_VERSION}); upgrade prebeta, or {_ELSEWHERE}"
        )


def _engine(url: URL, *, query_only: bool = False) -> Engine:
    engine = create_engine(url, connect_args={"timeout": BUSY_TIMEOUT_MS / 1000})

    @event.listens_for(engine, "connect")
    def settle(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA synchronous=NORMAL")
        if query_only:
            connection.execute("PRAGMA query_only=ON")

    return engine


def _prepare(engine: Engine, path: Path, *, create: bool) -> Migrated | None:
    """Make the tables where there are none, or bring them to today's schema; see that the file can be written to
    where a run is going to."""
    migrated = None
    try:
        with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
            if not inspect(connection).has_table("meta"):
                _make(connection)
            elif create:
                connection.exec_driver_sql("BEGIN IMMEDIATE")
                connection.exec_driver_sql("ROLLBACK")
            found = version(connection)
            if found is not None and found < SCHEMA_VERSION:
                migrated = migrate(connection, path)
                found = version(connection)
    except DatabaseError as error:
        raise translate(error, path) from error
    if found is None or found > SCHEMA_VERSION:
        raise UsageError(f"the store {path} is of another version of prebeta; upgrade prebeta, or {_ELSEWHERE}")
    return migrated


def _make(connection: Connection) -> None:
    """All tables and the marks of ownership in one transaction, before the write-ahead log is switched on.

    So the file's header, which is read before SQLite may touch it, always tells whose it is.
    """
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    try:
        metadata.create_all(connection)
        if connection.execute(select(meta.c.value)).first() is None:
            connection.execute(insert(meta).values(name="schema_version", value=str(SCHEMA_VERSION)))
        connection.exec_driver_sql(f"PRAGMA application_id={APPLICATION_ID}")
        connection.exec_driver_sql(f"PRAGMA user_version={SCHEMA_VERSION}")
    except BaseException:
        connection.exec_driver_sql("ROLLBACK")
        raise
    connection.exec_driver_sql("COMMIT")
    connection.exec_driver_sql("PRAGMA journal_mode=WAL")
