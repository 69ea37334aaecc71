"""Answers kept on disk, so that nothing is paid twice and tests can run from recorded answers.

One SQLite file: many processes may write to it, each answer is a transaction of its own, and a process killed in the
middle loses at most the answer it was just writing. Neither keys nor requests are in it: an answer is found by a hash
of the whole request.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal, TypeAlias

from prebeta.core.errors import StoreError, UsageError
from prebeta.core.protocols import Completion, ModelRequest

CacheMode: TypeAlias = Literal["record", "replay"]

_VERSION = 1
_BUSY_S = 10.0
_TABLE = (
    "CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, model TEXT NOT NULL, answer TEXT NOT NULL) WITHOUT ROWID"
)


class Cache:
    """Recorded answers. `record`: answers that aren't there are asked for and kept; `replay`: they are an error, and
    nothing is written. `off` is no cache at all. `with cache:` opens and closes the file."""

    def __init__(self, path: Path, mode: CacheMode) -> None:
        self.path, self.mode = path, mode
        self._file: sqlite3.Connection | None = None

    def __enter__(self) -> Cache:
        """Raises UsageError that says what to do where the file isn't there or isn't a cache."""
        try:
            self._file = self._opened()
        except (sqlite3.Error, OSError) as error:
            raise UsageError(f"{self.path} can't be opened as a cache of answers: {error}") from error
        return self

    def __exit__(self, *_: object) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def __len__(self) -> int:
        """The number of answers."""
        return int(self._open.execute("SELECT count(*) FROM answers").fetchone()[0])

    def get(self, key: bytes) -> Completion | None:
        """The answer kept under a key, marked as cached. Raises StoreError."""
        try:
            row = self._open.execute("SELECT answer FROM answers WHERE key = ?", (key,)).fetchone()
        except sqlite3.Error as error:
            raise StoreError(f"{self.path}: {error}") from error
        return None if row is None else _completion(json.loads(row[0]))

    def put(self, key: bytes, model: str, answer: Completion) -> Completion:
        """Keep an answer; what another process has kept meanwhile under the same key goes before, and is returned.

        Raises StoreError.
        """
        kept = json.dumps(
            {
                "text": answer.text,
                "data": answer.data,
                "tokens_in": answer.tokens_in,
                "tokens_out": answer.tokens_out,
                "whole": answer.whole,
            },
            separators=(",", ":"),
        )
        try:
            done = self._open.execute("INSERT OR IGNORE INTO answers VALUES (?, ?, ?)", (key, model, kept))
        except sqlite3.Error as error:
            raise StoreError(f"{self.path}: {error}") from error
        return answer if done.rowcount else self.get(key) or answer

    @property
    def _open(self) -> sqlite3.Connection:
        if self._file is None:
            raise UsageError("open the cache first: with Cache(…)")
        return self._file

    def _opened(self) -> sqlite3.Connection:
        if self.mode == "replay":
            if not self.path.is_file():
                raise UsageError(f"{self.path} isn't there, so nothing is recorded; run with --cache record first")
            file = self._read_only()
        else:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            file = sqlite3.connect(self.path, timeout=_BUSY_S, isolation_level=None)
        try:
            (version,) = file.execute("PRAGMA user_version").fetchone()
            if self.mode == "record":
                version = _prepared(file, version)
            if version != _VERSION:
                raise UsageError(
                    f"{self.path} isn't a cache of answers of this version of prebeta; delete it or move it"
                )
        except BaseException:
            file.close()
            raise
        return file

    def _read_only(self) -> sqlite3.Connection:
        """For reading alone, also in a folder that can't be written to; with what a killed process left in its log."""
        log = self.path.with_name(f"{self.path.name}-wal")
        left = log.exists() and log.stat().st_size > 0
        place = f"{self.path.resolve().as_uri()}?mode=ro{'' if left else '&immutable=1'}"
        return sqlite3.connect(place, uri=True, timeout=_BUSY_S, isolation_level=None)


def _prepared(file: sqlite3.Connection, version: int) -> int:
    """The version after the table is there; two processes may come here at the same time."""
    tables = [name for (name,) in file.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
    if version not in (0, _VERSION) or (tables and tables != ["answers"]):
        return 0  # a database of something else, which is not to be changed
    file.execute("PRAGMA journal_mode = WAL")
    file.execute("PRAGMA synchronous = NORMAL")
    file.execute(_TABLE)
    file.execute(f"PRAGMA user_version = {_VERSION}")
    return _VERSION


def base_of(request: ModelRequest, identity: Mapping[str, Any]) -> bytes:
    """A hash of a request and what it is asked of."""
    whole = {
        **identity,
        "messages": [[message.role, message.text] for message in request.messages],
        "temperature": None if request.temperature is None else float(request.temperature),
        "max_tokens": request.max_tokens,
        "seed": request.seed,
        "schema": request.schema,
        "stop": list(request.stop),
    }
    text = json.dumps(whole, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.blake2b(text.encode(), digest_size=16).digest()


def key_of(base: bytes, nth: int) -> bytes:
    """The key of the `nth` answer (from 0) to a request."""
    return hashlib.blake2b(b"%d:%b" % (nth, base), digest_size=16).digest()


def _completion(kept: Mapping[str, Any]) -> Completion:
    return Completion(
        kept["text"],
        kept["data"],
        kept["tokens_in"],
        kept["tokens_out"],
        cost_usd=0.0,
        cached=True,
        whole=kept["whole"],
    )
