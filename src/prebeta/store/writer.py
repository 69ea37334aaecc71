"""One thread that writes, so that the event loop never waits for the disk."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from types import TracebackType

from prebeta.core.results import Assessment
from prebeta.core.types import Transcript, Verdict
from prebeta.store.store import Store

ROOM = 64


class Writer:
    """Hands conversations of one run to the store in the order they come; each is a transaction of its own.

    At most `room` of them wait: after that `put` waits for the disk. An error of the store is raised by the
    next `put`, or at the end, and nothing more is written after it. Leaving the context waits until all is
    written.
    """

    def __init__(self, store: Store, run_id: str, room: int = ROOM) -> None:
        self._store, self._run, self._room = store, run_id, room
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="prebeta-writer")
        self._waiting: set[asyncio.Future[None]] = set()
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
        while self._error is None and len(self._waiting) >= self._room:
            await asyncio.wait(self._waiting, return_when=asyncio.FIRST_COMPLETED)
        self._raise()
        loop = asyncio.get_running_loop()
        task = loop.run_in_executor(self._thread, self._write, transcript, verdicts, assessment, position)
        self._waiting.add(task)
        task.add_done_callback(self._written)

    async def flush(self, *, quiet: bool = False) -> None:
        """Wait until all is written. Raises what was met on the way, unless `quiet`."""
        while self._waiting:
            await asyncio.wait(self._waiting)
        if not quiet:
            self._raise()

    def _write(
        self, transcript: Transcript, verdicts: Sequence[Verdict], assessment: Assessment, position: int
    ) -> None:
        """In the thread. What breaks is noted here and not in the loop, so that the next one already knows."""
        if self._error is not None:
            return
        try:
            self._store.put(self._run, transcript, verdicts, assessment, position)
        except BaseException as error:
            self._error = error
            raise

    def _written(self, task: asyncio.Future[None]) -> None:
        self._waiting.discard(task)
        if not task.cancelled():
            task.exception()  # looked at, so that asyncio does not complain; `put` and `flush` raise it

    def _raise(self) -> None:
        if self._error is not None:
            raise self._error
