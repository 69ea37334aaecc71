"""Threads for foreign code that blocks: products, setups, end states, judges. Never waited for at exit.

`concurrent.futures` (and with it `asyncio.to_thread`) joins its threads when the interpreter ends, so one call that hangs
would hang the run, and it has few, so that calls wait for one another; these are daemons, as many as there are calls.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import SimpleQueue
from types import TracebackType
from typing import Any, NamedTuple, TypeVar

from prebeta.core.errors import Refused

Result = TypeVar("Result")


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

    def __init__(self, name: str) -> None:
        self.busy = False
        self._calls: SimpleQueue[_Call | None] = SimpleQueue()
        thread = threading.Thread(target=_serve, args=(self._calls,), name=name, daemon=True)
        try:
            thread.start()
        except RuntimeError as error:
            raise Refused(f"no thread to be had on this machine: {error}", infrastructure=True) from error

    async def call(self, function: Callable[[], Any]) -> Outcome:
        """What the function came to. Given up by cancelling; its late result is dropped."""
        self.busy = True
        outcome = await self.queue(function)
        self.busy = False
        return outcome

    def queue(self, function: Callable[[], Any]) -> asyncio.Future[Outcome]:
        """Have the function called after all calls before it, also where nobody awaits what it comes to."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[Outcome] = loop.create_future()
        self._calls.put(_Call(function, contextvars.copy_context(), loop, future))
        return future

    def dismiss(self) -> None:
        """Let the thread end once it has nothing to do."""
        self._calls.put(None)


class Workers:
    """The threads of a run: one a call or a conversation, used again. All methods are called on the event loop's thread.

    A product's conversation keeps its thread, because products keep things that belong to one (SQLite connections).
    """

    def __init__(self, name: str = "prebeta-product") -> None:
        self._name = name
        self._idle: list[Worker] = []

    def take(self) -> Worker:
        """An idle thread, or a new one. Raises Refused when the machine has none left."""
        return self._idle.pop() if self._idle else Worker(self._name)

    def give(self, worker: Worker) -> None:
        """Back from a conversation that is over; one that still hangs in a call is left to itself."""
        if worker.busy:
            worker.dismiss()
        else:
            self._idle.append(worker)

    async def run(self, function: Callable[[], Result]) -> Result:
        """What the function returns, called in a thread. Raises what it raises; given up by cancelling."""
        worker = self.take()
        try:
            outcome = await worker.call(function)
        finally:
            self.give(worker)
        result: Result = outcome.result()
        return result

    def close(self) -> None:
        while self._idle:
            self._idle.pop().dismiss()


async def alone(function: Callable[[], Result], name: str) -> Result:
    """What the function returns, called in a thread of its own. Raises what it raises; given up by cancelling."""
    workers = Workers(name)
    try:
        return await workers.run(function)
    finally:
        workers.close()


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
