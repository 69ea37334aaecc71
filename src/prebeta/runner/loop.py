"""The sync door: a loop of our own, and signals that end a run in order."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

from prebeta.core.errors import UsageError

Result = TypeVar("Result")


def wait_for(work: Callable[[], Coroutine[Any, Any, Result]], stop: asyncio.Event, instead: str) -> Result:
    """Run to its end in a loop of our own, with signals that stop it in order."""
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        pass
    else:
        raise UsageError(f"an event loop is running here (a notebook?); write: await prebeta.{instead}(…)")

    results: list[Result] = []

    async def main() -> None:
        # Not returned: the runner's signal handling takes the repr of a finished task, and so of all that is in it.
        with _signals(stop):
            results.append(await work())

    with _rare_collections(), asyncio.Runner(loop_factory=_loop_factory()) as runner:
        runner.run(main())
    return results[0]


def unless_stopped(work: Callable[[], Coroutine[Any, Any, Result]], instead: str) -> Result:
    """`wait_for` for work that knows no order to end in: Ctrl-C and SIGTERM cancel it. Raises KeyboardInterrupt then, once it
    is closed."""
    stop = asyncio.Event()
    results = wait_for(lambda: _cancelled_by(stop, work), stop, instead)
    if not results:
        raise KeyboardInterrupt
    return results[0]


async def _cancelled_by(stop: asyncio.Event, work: Callable[[], Coroutine[Any, Any, Result]]) -> list[Result]:
    """What the work came to; nothing where it was stopped."""
    results: list[Result] = []

    async def kept() -> None:
        results.append(await work())

    working, stopping = asyncio.create_task(kept()), asyncio.create_task(stop.wait())
    try:
        await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        ended = working.done()
        for task in (working, stopping):
            task.cancel()
        await asyncio.wait({working, stopping})
    if ended:
        working.result()
    return results


@contextlib.contextmanager
def _rare_collections() -> Iterator[None]:
    """Look for cycles less often during a run: a run makes few, and each look walks all that is alive, which with 1,000
    conversations at once took a sixth of the CPU."""
    before = gc.get_threshold()
    gc.set_threshold(50_000, 20, 100)
    gc.freeze()  # what was there before outlives the run
    try:
        yield
    finally:
        gc.unfreeze()
        gc.set_threshold(*before)


def _loop_factory() -> Callable[[], asyncio.AbstractEventLoop] | None:
    try:
        import uvloop
    except ImportError:
        return None
    return uvloop.new_event_loop


@contextlib.contextmanager
def _signals(stop: asyncio.Event) -> Iterator[None]:
    """Ctrl-C and SIGTERM set `stop`; a second one acts as it did before."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    loop = asyncio.get_running_loop()
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def restore() -> None:
        while before:
            number, handler = before.popitem()
            loop.remove_signal_handler(number)
            signal.signal(number, handler)

    def stop_in_order() -> None:
        restore()
        stop.set()

    for number in before:
        loop.add_signal_handler(number, stop_in_order)
    try:
        yield
    finally:
        restore()
