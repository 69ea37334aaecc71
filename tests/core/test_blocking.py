"""Threads for foreign code that blocks: as many as there are calls, and nobody waits for one that hangs."""

from __future__ import annotations

import asyncio
import contextvars
import threading
import time
from collections.abc import Iterator
from functools import partial

import pytest

from prebeta.core.blocking import Worker, Workers, alone

NAME = "prebeta-test"


@pytest.fixture
def released() -> Iterator[threading.Event]:
    """Set at the end, so that no thread hangs on."""
    event = threading.Event()
    yield event
    event.set()


def test_a_call_that_hangs_keeps_no_run_from_returning(released: threading.Event) -> None:
    async def run() -> None:
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await alone(released.wait, NAME)

    begun = time.perf_counter()
    asyncio.run(run())
    assert time.perf_counter() - begun < 2


async def test_as_many_at_once_as_are_called(released: threading.Event) -> None:
    everyone = threading.Barrier(70)
    workers = Workers(NAME)
    places = await asyncio.gather(*(workers.run(partial(everyone.wait, 10)) for _ in range(70)))
    assert sorted(places) == list(range(70))
    workers.close()


async def test_what_it_raises_is_raised_and_the_thread_serves_again() -> None:
    workers = Workers(NAME)
    with pytest.raises(ZeroDivisionError):
        await workers.run(lambda: 1 / 0)
    first = await workers.run(threading.get_ident)
    assert await workers.run(threading.get_ident) == first
    workers.close()


async def test_one_that_hangs_is_not_used_again(released: threading.Event) -> None:
    workers = Workers(NAME)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await workers.run(released.wait)
    async with asyncio.timeout(5):
        assert await workers.run(lambda: 1) == 1
    workers.close()


async def test_context_variables_are_seen() -> None:
    variable = contextvars.ContextVar("variable", default=0)
    variable.set(3)
    assert await alone(variable.get, NAME) == 3


async def test_what_is_queued_comes_after_a_call_that_was_given_up(released: threading.Event) -> None:
    worker, order = Worker(NAME), []

    def first() -> None:
        released.wait()
        order.append("first")

    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await worker.call(first)
    later = worker.queue(lambda: order.append("later"))
    worker.dismiss()
    released.set()
    await later
    assert order == ["first", "later"]


async def test_no_exit_waits_for_its_threads() -> None:
    assert await alone(lambda: threading.current_thread().daemon, NAME)
