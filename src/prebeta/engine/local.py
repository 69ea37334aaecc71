"""Many conversations at once in one process: as many workers as may talk at a time, each taking the next job."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Collection
from typing import Any

from prebeta.core.errors import BudgetSpent
from prebeta.core.events import ConversationEnded, ConversationStarted, Event, RunEnded, TurnTaken
from prebeta.core.types import Job, Limits, Turn
from prebeta.engine.sitting import Parts, hold


async def execute(
    jobs: Collection[Job], parts: Parts, limits: Limits, stop: asyncio.Event | None = None
) -> AsyncGenerator[Event, None]:
    """Hold all conversations, at most `limits.concurrency` at a time, and tell what happens; RunEnded comes last.

    Nothing a product, user, end check or judge does to one conversation reaches another. Setting `stop` ends the run
    early: no new conversation begins, running ones are given up untold, those that were finished are still delivered.
    Closing the iterator, or cancelling who reads it, gives up the running ones and waits until they are closed.
    Where the budget for LLMs is spent, no conversation begins either, and one that can't pay for its next call is given up
    untold; the others end as they can.
    A reader that is slow slows the workers down: at most a conversation a worker waits to be read.
    """
    begun = time.perf_counter()
    crew = _Crew(jobs, parts, limits)
    running = asyncio.create_task(crew.run(stop), name="prebeta-crew")
    done = 0
    try:
        while (event := await crew.next()) is not None:
            done += isinstance(event, ConversationEnded)
            yield event
        await running
    finally:
        running.cancel()
        await asyncio.wait({running})
    yield RunEnded(done, len(jobs) - done, time.perf_counter() - begun, crew.unpaid)


class _Crew:
    """The workers, the jobs they share, and the events they tell."""

    def __init__(self, jobs: Collection[Job], parts: Parts, limits: Limits) -> None:
        self._jobs, self._parts, self._limits = iter(jobs), parts, limits
        self._size = max(1, min(limits.concurrency, len(jobs)))
        self._room = asyncio.Semaphore(self._size)
        self._events: asyncio.Queue[Event | None] = asyncio.Queue()
        self.unpaid: str | None = None

    async def next(self) -> Event | None:
        """The next event; None when there will be no more."""
        event = await self._events.get()
        if isinstance(event, ConversationEnded):
            self._room.release()
        return event

    async def run(self, stop: asyncio.Event | None) -> None:
        """Until all jobs are done, or `stop` is set."""
        stopping = asyncio.create_task((stop or asyncio.Event()).wait())
        pause = self._limits.ramp_up_s / self._size
        workers = [asyncio.create_task(self._work(number * pause)) for number in range(self._size)]
        everyone = asyncio.gather(*workers)
        try:
            either: set[asyncio.Future[Any]] = {stopping, everyone}
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (stopping, *workers):
                task.cancel()
            await asyncio.gather(stopping, everyone, *workers, return_exceptions=True)
            self._events.put_nowait(None)
        for worker in workers:
            if not worker.cancelled():
                worker.result()

    async def _work(self, delay_s: float) -> None:
        await asyncio.sleep(delay_s)
        for job in self._jobs:
            if self.unpaid is not None:
                return
            self._events.put_nowait(ConversationStarted(job))
            try:
                ended = await hold(job, self._parts, self._limits, self._tell)
            except BudgetSpent as error:
                self.unpaid = str(error)
                return
            self._events.put_nowait(ended)
            await self._room.acquire()

    def _tell(self, conversation: str, turn: Turn) -> None:
        self._events.put_nowait(TurnTaken(conversation, turn))
