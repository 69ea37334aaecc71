"""What a product over WebSocket said and nobody took in yet."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import dataclass
from typing import TypeAlias

from prebeta.targets.websocket.plan import Arrival

_MOST = 2_000
_MOST_CHARACTERS = 8_000_000
"""Of all that waits to be taken in; then no more is read, and the product feels that nobody does."""


@dataclass(frozen=True, slots=True)
class Over:
    """The product closed the conversation in good order."""


Item: TypeAlias = Arrival | Over | BaseException
"""What came, or how it ended: in good order, or what is raised."""


class Inbox:
    """Arrivals in their order, with the time they came; last of all how it ended. One reads, one fills."""

    def __init__(self) -> None:
        self._items: deque[tuple[float, Item]] = deque()
        self._size = 0
        self._changed = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()

    def __len__(self) -> int:
        return len(self._items)

    async def room(self) -> None:
        """Until more may be put in."""
        await self._room.wait()

    def put(self, item: Item) -> None:
        self._items.append((asyncio.get_running_loop().time(), item))
        if isinstance(item, Arrival):
            self._size += item.size
            if len(self._items) >= _MOST or self._size >= _MOST_CHARACTERS:
                self._room.clear()
        self._changed.set()

    async def next(self, until: float) -> tuple[float, Item] | None:
        """The next one and when it came (by the loop's clock); None where none came until then."""
        if not self._items:
            self._changed.clear()
            try:
                async with asyncio.timeout_at(until):
                    await self._changed.wait()
            except TimeoutError:
                return None
        return self.take()

    def take(self) -> tuple[float, Item] | None:
        """The next one, where there is one. How it ended is never taken out: it holds for good."""
        if not self._items:
            return None
        at, item = self._items[0]
        if isinstance(item, Arrival):
            self._items.popleft()
            self._size -= item.size
            if len(self._items) < _MOST and self._size < _MOST_CHARACTERS:
                self._room.set()
        return at, item
