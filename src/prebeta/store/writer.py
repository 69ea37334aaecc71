"""One thread that writes, so that the event loop never waits for the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType

from prebeta.core.errors import PrebetaError
from prebeta.core.results import Assessment
from prebeta.core.types import Transcript, Verdict
from prebeta.store.store import Store, Stored

ROOM = 64


class Writer:
    """Hands conversations of one run to the store in the order they come.

    Those that came while the thread was busy share the next transaction. At most `room` are not written yet: after
    that `put` waits for the disk. An error of the store is raised by the next `put`, or at the end, and nothing more is
    written after it. Leaving the context waits until all is written.
    """

    def __init__(self, store: Store, run_id: str, room: int = ROOM) -> None:
        self._store, self._run, self._room = store, run_id, room
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="prebeta-writer")
        self._waiting: list[tuple[int, Stored]] = []
        self._unwritten = 0
        self._writing: asyncio.Future[None] | None = None
        self._error: BaseException | None = None

    async def __aenter__(self) -> Writer:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            await asyncio.shield(self.flush(quiet=error is not None))
        finally:
            self._thread.shutdown(wait=True)

    async def put(
        self, transcript: Transcript, verdicts: Sequence[Verdict], assessment: Assessment, position: int = 0
    ) -> None:
        """Have a conversation written. Raises what an earlier one met (StoreError, UsageError)."""
        while self._error is None and self._writing is not None and self._unwritten >= self._room:
            await asyncio.wait({self._writing})
        self._raise()
        self._unwritten += 1
        self._waiting.append((position, Stored(transcript, tuple(verdicts), assessment)))
        if self._writing is None:
            self._begin()

    async def flush(self, *, quiet: bool = False) -> None:
        """Wait until all is written. Raises what was met on the way, unless `quiet`."""
        while self._writing is not None:
            await asyncio.wait({self._writing})
        if not quiet:
            self._raise()

    def _begin(self) -> None:
        """Give the thread all that waits."""
        several, self._waiting = self._waiting, []
        self._writing = asyncio.get_running_loop().run_in_executor(self._thread, self._write, several)
        self._writing.add_done_callback(self._written)

    def _write(self, several: list[tuple[int, Stored]]) -> None:
        """In the thread. What breaks is noted here and not in the loop, so that the next `put` already knows."""
        try:
            self._keep(several)
        except BaseException as error:
            self._error = error
            raise

    def _keep(self, several: list[tuple[int, Stored]]) -> None:
        try:
            self._store.put_all(self._run, several)
        except PrebetaError:
            if len(several) == 1:
                raise
            for each in several:  # there may be room for some: those before the one that breaks are kept
                self._keep([each])

    def _written(self, task: asyncio.Future[None]) -> None:
        self._writing = None
        self._unwritten = len(self._waiting)
        if not task.cancelled():
            task.exception()  # looked at, so that asyncio does not complain; `put` and `flush` raise it
        if self._waiting and self._error is None:
            self._begin()

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error
