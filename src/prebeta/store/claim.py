"""Whose a run is: a lock beside the store that ends with its process, however that ends.

An operating system's lock on a file, not a heartbeat: nothing is written while a run goes on, kill -9 sets it free at
once, and it holds between containers that share the folder. A store that is a database server will take the server's
own (PostgreSQL: `pg_try_advisory_lock` on a connection kept for it). Where the system knows no such locks (some network
folders, Windows) runs are not locked.
"""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Iterator
from pathlib import Path

from prebeta.core.errors import UsageError

try:
    import fcntl
except ImportError:  # not on this system
    fcntl = None  # type: ignore[assignment]

_TRIES, _PAUSE_S = 4, 0.05
"""Who only looks whether a run is held has the lock for a moment."""


@contextlib.contextmanager
def claimed(store: Path, run: str) -> Iterator[None]:
    """Have a run to oneself. Raises UsageError where another process has it, or where the folder can't be written."""
    path = _file(store, run)
    try:
        lock = _locked(path)
    except OSError as error:
        raise UsageError(f"cannot write to the folder of the store {store} ({error.strerror}); make it writable") from (
            error
        )
    if lock is None:
        raise UsageError(f"run {run} is being held {_holder(path)}; wait until it is done, or end that process first")
    try:
        os.truncate(lock, 0)
        os.write(lock, f"by process {os.getpid()} on {socket.gethostname()} since {time.strftime('%H:%M:%S')}".encode())
        yield
    finally:
        with contextlib.suppress(OSError):
            path.unlink()
        os.close(lock)


def is_claimed(store: Path, run: str) -> bool:
    """Whether a process has the run now."""
    try:
        lock = os.open(_file(store, run), os.O_RDONLY)
    except OSError:
        return False
    try:
        return not _try(lock, exclusive=False)
    finally:
        os.close(lock)


def _file(store: Path, run: str) -> Path:
    return store.with_name(f"{store.name}-{run}.lock")


def _locked(path: Path) -> int | None:
    """An open file that is locked; None where another has the lock."""
    for _ in range(_TRIES):
        lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        if _try(lock, exclusive=True):
            with contextlib.suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(lock), path.stat()):
                    return lock  # and not one that its holder has just taken away
            os.close(lock)
            continue
        os.close(lock)
        time.sleep(_PAUSE_S)
    return None


def _try(lock: int, *, exclusive: bool) -> bool:
    if fcntl is None:
        return True
    try:
        fcntl.flock(lock, (fcntl.LOCK_EX if exclusive else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:  # no locks in this folder
        return True
    return True


def _holder(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace") or "by another process"
    except OSError:
        return "by another process"
