"""How fast and how many at once: a bucket for rates, a window for concurrency. Both keep no timer of their own."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

Clock = Callable[[], float]


class Bucket:
    """At most `per_minute` units a minute, first come, first served; None: no bound.

    In any t seconds at most one second's worth (at least 1 unit) beyond t/60 · per_minute is let through. A taking of
    more than that waits for a full bucket and leaves a debt. Each taker is told at once when its turn comes, so nobody
    is woken by another and nobody can be forgotten.
    """

    def __init__(self, per_minute: float | None, clock: Clock) -> None:
        self._second = 60.0 / per_minute if per_minute else 0.0  # that one unit takes
        self._depth = max(1.0, (per_minute or 0) / 60.0)
        self._clock = clock
        self._paid_until = float("-inf")

    @property
    def bounded(self) -> bool:
        return self._second > 0

    def take(self, units: float) -> float:
        """Seconds until these units may be used; they are taken now."""
        now = self._clock()
        room = self._depth - min(units, self._depth)
        at = max(now, self._paid_until - room * self._second)
        self._paid_until = max(self._paid_until, at) + units * self._second
        return at - now

    def correct(self, units: float) -> None:
        """Take more (or, below 0, give back): what was used came out other than what was taken."""
        if self.bounded:
            self._paid_until += units * self._second

    async def wait(self, units: float) -> None:
        """Until these units may be used. Cancelled, they are given back where nobody has queued behind."""
        if not self.bounded:
            return
        delay = self.take(units)
        if delay <= 0:
            return
        mine = self._paid_until
        try:
            await asyncio.sleep(delay)
        except asyncio.CancelledError:
            if self._paid_until == mine:
                self.correct(-units)
            raise


class Window:
    """How many calls may be under way: halves when the endpoint says that it is too much, and grows again.

    Grows by 1 a success up to where it was last too much, beyond that a quarter as fast; only while it is what holds calls
    back. Halves at most once a `pause_s`; in between each refusal takes 2 off (to half of that at most), so that it settles where under a third
    is refused. Refusals of calls sent before the last halving say nothing new: they speak of the crowd as it was.
    """

    def __init__(self, most: int, clock: Clock, pause_s: float = 1.0) -> None:
        self._most, self._clock, self._pause_s = most, clock, pause_s
        self._width = float(most)
        self._ceiling = float(most)  # where it was last too much
        self._halved_at = float("-inf")
        self._inside = 0
        self._queue: deque[asyncio.Future[None]] = deque()

    @property
    def width(self) -> int:
        return int(self._width)

    @property
    def inside(self) -> int:
        return self._inside

    async def enter(self) -> None:
        """A place; leave it in any case. First come, first served; cancelling loses no place."""
        if not self._queue and self._inside < int(self._width):
            self._inside += 1
            return
        place = asyncio.get_running_loop().create_future()
        self._queue.append(place)
        try:
            await place
        except asyncio.CancelledError:
            if not place.cancelled():  # it was given to us at the same moment
                self.leave()
            raise

    def leave(self) -> None:
        self._inside -= 1
        self._admit()

    def grow(self) -> None:
        """After a success, before its place is left."""
        if self._width < self._most and self._inside >= int(self._width):
            step = 1.0 if self._width < self._ceiling else 0.25
            self._width = min(self._width + step, float(self._most))
            self._admit()

    def halve(self, sent_at: float) -> None:
        """After the endpoint said that it is too much, to a call sent at this time; before its place is left."""
        if sent_at <= self._halved_at:
            return
        now = self._clock()
        if now < self._halved_at + self._pause_s:
            self._width = max(1.0, self._ceiling / 4, self._width - 2)
            return
        self._ceiling = min(self._width, float(max(self._inside, 1)))
        self._width = max(1.0, self._ceiling / 2)
        self._halved_at = now

    def _admit(self) -> None:
        while self._queue and self._inside < int(self._width):
            place = self._queue.popleft()
            if not place.done():
                self._inside += 1
                place.set_result(None)
