"""A ModelServer in a loop and thread of its own, for verbs that run a loop themselves."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from prebeta.testing import ModelFaults, ModelServer


@contextmanager
def serving(answers: Any = None, faults: ModelFaults | None = None, key: str | None = None) -> Iterator[ModelServer]:
    ready, over = threading.Event(), asyncio.Event()
    server = ModelServer(answers, faults, key=key)
    loop = asyncio.new_event_loop()

    async def serve() -> None:
        async with server:
            ready.set()
            await over.wait()

    thread = threading.Thread(target=loop.run_until_complete, args=(serve(),))
    thread.start()
    assert ready.wait(10)
    try:
        yield server
    finally:
        loop.call_soon_threadsafe(over.set)
        thread.join(10)
        loop.close()
