"""Conversations are held in an event loop in a thread of its own: a session may have a loop already, pytest itself has none,
and tests report while the others' conversations go on."""

from __future__ import annotations

import asyncio
import concurrent.futures
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

Result = TypeVar("Result")
_CLOSING_S = 20.0


class Background:
    """A thread with a loop, made when it is first needed. Closing gives up what is under way, in order."""

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._works: set[concurrent.futures.Future[Any]] = set()

    def start(self, work: Coroutine[Any, Any, Result]) -> concurrent.futures.Future[Result]:
        """Have it done. Who waits for the result may be interrupted; the work goes on until `close`."""
        future = asyncio.run_coroutine_threadsafe(work, self._running())
        self._works.add(future)
        future.add_done_callback(self._works.discard)
        return future

    def close(self) -> None:
        """Cancel what is under way and wait until it has closed what it opened."""
        if self._loop is None or self._thread is None:
            return
        self._loop.call_soon_threadsafe(self._end)
        self._thread.join(_CLOSING_S)
        self._loop = self._thread = None

    def _end(self) -> None:
        loop = asyncio.get_running_loop()
        under_way = [task for task in asyncio.all_tasks(loop) if task is not asyncio.current_task(loop)]
        for task in under_way:
            task.cancel()
        ending = asyncio.gather(*under_way, return_exceptions=True)
        ending.add_done_callback(lambda _: loop.stop())

    def _running(self) -> asyncio.AbstractEventLoop:
        if self._loop is None:
            ready: concurrent.futures.Future[asyncio.AbstractEventLoop] = concurrent.futures.Future()
            self._thread = threading.Thread(target=_serve, args=(ready,), name="prebeta-pytest", daemon=True)
            self._thread.start()
            self._loop = ready.result()
        return self._loop


def _serve(ready: concurrent.futures.Future[asyncio.AbstractEventLoop]) -> None:
    with asyncio.Runner() as runner:
        loop = runner.get_loop()
        loop.call_soon(ready.set_result, loop)
        loop.run_forever()
