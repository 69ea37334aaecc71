"""Threads for products that block: one a conversation, used again, and never waited for at exit.

`concurrent.futures` joins its threads when the interpreter ends, so one hung product would hang the run; these are
daemons. A conversation keeps its thread, because products keep things that belong to a thread (SQLite connections).
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from types import TracebackType
from typing import Any, NamedTuple

from prebeta.core.errors import Refused


class _Call(NamedTuple):
    function: Callable[[], Any]
    context: contextvars.Context
    loop: asyncio.AbstractEventLoop
    future: asyncio.Future[Any]


class Outcome:
    """What a call came to. Whatever it raised is kept to be raised again at the awaiting side, so the thread lives."""

    def __init__(self) -> None:
        self.value: Any = None
        self.error: BaseException | None = None

    def __enter__(self) -> Outcome:
        return self

    def __exit__(self, _type: object, error: BaseException | None, _trace: TracebackType | None) -> bool:
        self.error = error
        return True

    def result(self) -> Any:
        if self.error is not None:
            raise self.error
        return self.value


class Worker:
    """One thread that does calls one after the other. `busy` while a call is in it, awaited or given up."""

    def __init__(self) -> None:
        self.busy = False
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        thread = threading.Thread(target=_serve, args=(self._calls,), name="prebeta-product", daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            raise Refused(f"no thread to be had on this machine: {error}", infrastructure=True) from error

    async def call(self, function: Callable[[], Any]) -> Outcome:
        """What the function came to. Given up by cancelling; its late result is dropped."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Outcome] = loop.create_future()
        self.busy = True
        self._calls.put(_Call(function, contextvars.copy_context(), loop, future))
        outcome = await future
        self.busy = False
        return outcome

    def dismiss(self) -> None:
        """Let the thread end once it has nothing to do."""
        self._calls.put(None)


class Workers:
    """The threads of a run. All methods are called on the event loop's thread."""

    def __init__(self) -> None:
        self._idle: list[Worker] = []

    def take(self) -> Worker:
        """An idle thread, or a new one. Raises Refused when the machine has none left."""
        return self._idle.pop() if self._idle else Worker()

    def give(self, worker: Worker) -> None:
        """Back from a conversation that is over; one that still hangs in a call is left to itself."""
        if worker.busy:
            worker.dismiss()
        else:
            self._idle.append(worker)

    def close(self) -> None:
        while self._idle:
            self._idle.pop().dismiss()


def _serve(calls: SimpleQueue[_Call | None]) -> None:
    while (call := calls.get()) is not None:
        outcome = Outcome()
        with outcome:
            outcome.value = call.context.run(call.function)
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            call.loop.call_soon_threadsafe(_deliver, call.future, outcome)
        del call, outcome  # an idle thread must not keep a product's objects alive


def _deliver(future: asyncio.Future[Outcome], outcome: Outcome) -> None:
    if not future.done():
        future.set_result(outcome)
