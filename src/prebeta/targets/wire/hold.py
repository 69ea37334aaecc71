"""Who may ask a product that turns requests away (429): shared by all conversations of a run."""

from __future__ import annotations

import asyncio
import bisect
import itertools
import random
import time
from collections.abc import Awaitable, Mapping

from prebeta.core.errors import Refused
from prebeta.models.limits import Window
from prebeta.models.retry import retry_after_s
from prebeta.targets.wire.clock import TurnClock

_UNBOUNDED = 1_000_000
"""Requests at once until the product turns one away: how many there are is the engine's matter."""
_HELD_S = 10.0
"""Longest that the requests of a turn wait where nobody says how long an answer may take."""
_OF_PATIENCE = 0.5
_UNTOLD_S, _MOST_UNTOLD_S = 0.5, 4.0
_APART_S, _SPREAD_S = 0.01, 1.0
"""Seconds between two of those who waited, and between the first and the last of them at most."""


class Hold:
    """Until when (by the monotonic clock) all conversations wait because the product turned one of them away, and how many
    requests may be under way: half as many after each 429, one more with each success."""

    def __init__(self) -> None:
        self.until = 0.0
        self.window = Window(_UNBOUNDED, time.monotonic)
        self.numbers = itertools.count()
        self._line: list[int] = []

    def join(self, number: int) -> None:
        """Stand in line, behind all with a lower number."""
        bisect.insort(self._line, number)

    def leave(self, number: int) -> None:
        del self._line[bisect.bisect_left(self._line, number)]

    @property
    def someone_waits(self) -> bool:
        return bool(self._line)

    def turn_of(self, number: int, chance: random.Random) -> float:
        """Seconds from when requests may be sent again until it is this one's turn: one after the other, not at even times."""
        apart_s = min(_APART_S, _SPREAD_S / len(self._line))
        return (bisect.bisect_left(self._line, number) + chance.random()) * apart_s

    @property
    def free(self) -> bool:
        """Whether nobody was ever turned away."""
        return self.until == 0.0


class Place:
    """One request's place among all that are under way. It is kept until the request is answered, so that who was turned
    away goes before those who have not asked yet. Entering and `ready` raise Refused (the infrastructure's) where the turn
    has no time left for that."""

    def __init__(self, hold: Hold, turn: TurnClock, name: str, *, counted: bool = True) -> None:
        self._hold, self._turn, self._name, self._counted = hold, turn, name, counted
        self._chance: random.Random | None = None
        self._number = next(hold.numbers)
        self._failed = 0
        self._sent_at = 0.0

    async def __aenter__(self) -> Place:
        if not self._counted:
            return self
        if self._hold.free:
            await self._hold.window.enter()
            return self
        left_s = self._left_s
        try:
            async with asyncio.timeout(left_s):
                await self._waited(self._hold.window.enter())
        except TimeoutError as error:
            raise Refused(
                f"the product turned so many away (429) that no request could be sent within {left_s:.3g} s",
                infrastructure=True,
            ) from error
        return self

    async def __aexit__(self, _type: object, error: BaseException | None, _trace: object) -> None:
        if self._counted:
            if error is None:
                self._hold.window.grow()
            self._hold.window.leave()

    async def ready(self) -> None:
        """Wait until a request may be sent; then those who wait go in the order in which they came, not all at once."""
        if self._hold.someone_waits or self._hold.until > time.monotonic():
            self._hold.join(self._number)
            try:
                await self._its_turn()
            finally:
                self._hold.leave(self._number)
        self._sent_at = time.monotonic()

    async def _its_turn(self) -> None:
        while True:
            wait_s = max(self._hold.until - time.monotonic(), 0.0)
            if wait_s > (left_s := self._left_s):
                raise Refused(
                    "the product turned others away (429) and asked for more time than this turn has",
                    infrastructure=True,
                )
            later_s = wait_s + self._hold.turn_of(self._number, self._random)
            await self._waited(asyncio.sleep(min(later_s, left_s)))
            if self._hold.until <= time.monotonic():
                return

    def turned_away(self, headers: Mapping[str, str]) -> bool:
        """A 429 came: have all conversations wait as long as the product asks for, or ever longer where it doesn't say. False
        where this turn has not so much time left."""
        self._hold.window.halve(self._sent_at)
        wait_s = retry_after_s(headers, time.time())
        if wait_s is None:
            wait_s = min(_UNTOLD_S * 2**self._failed, _MOST_UNTOLD_S) if self._failed < 10 else _MOST_UNTOLD_S
        self._failed += 1
        if wait_s >= self._left_s:
            return False
        self._hold.until = max(self._hold.until, time.monotonic() + max(wait_s, 0.01))
        return True

    async def _waited(self, something: Awaitable[None]) -> None:
        begun = time.monotonic()
        try:
            await something
        finally:
            self._turn.held(begun)

    @property
    def _left_s(self) -> float:
        """Seconds that this turn's requests may still wait."""
        turn = self._turn
        if turn.patience_s is None or turn.left_s is None:
            return max(_HELD_S - turn.held_s, 0.0)
        return max(min(turn.patience_s * _OF_PATIENCE - turn.held_s, turn.left_s), 0.0)

    @property
    def _random(self) -> random.Random:
        if self._chance is None:
            self._chance = random.Random(self._name)
        return self._chance
