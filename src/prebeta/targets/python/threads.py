"""Threads for what a product's framework runs in the loop's executor: as many as there are calls, never waited for.

The loop's own executor has about as many threads as there are processors, so blocking products would wait for one
another and look slow; and it joins its threads at the end, so one that hangs would hang the run.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from queue import SimpleQueue
from typing import Any, TypeVar

from prebeta.core.blocking import Outcome

Result = TypeVar("Result")
_Work = tuple["Future[Any]", Callable[[], Any]]


class Threads(ThreadPoolExecutor):
    """An executor of daemon threads, used again when idle. asyncio takes only kinds of ThreadPoolExecutor."""

    def __init__(self) -> None:
        super().__init__(max_workers=1)
        self._free: list[SimpleQueue[_Work | None]] = []
        self._over = False

    def submit(self, fn: Callable[..., Result], /, *args: Any, **kwargs: Any) -> Future[Result]:
        """Begin the call at once, in an idle thread or a new one."""
        future: Future[Result] = Future()
        try:
            calls = self._free.pop()
        except IndexError:
            calls = SimpleQueue()
            threading.Thread(target=self._serve, args=(calls,), name="prebeta-product", daemon=True).start()
        calls.put((future, lambda: fn(*args, **kwargs)))
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:  # noqa: ARG002
        """Let idle threads end; those at work end after it, and nobody waits."""
        self._over = True
        while self._free:
            self._free.pop().put(None)

    def _serve(self, calls: SimpleQueue[_Work | None]) -> None:
        while (work := calls.get()) is not None:
            future, call = work
            if future.set_running_or_notify_cancel():
                outcome = Outcome()
                with outcome:
                    outcome.value = call()
                if outcome.error is not None:
                    future.set_exception(outcome.error)
                else:
                    future.set_result(outcome.value)
                del outcome
            del work, future, call  # an idle thread must not keep a product's objects alive
            if self._over:
                return
            self._free.append(calls)
