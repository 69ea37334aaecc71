"""One turn of a product over WebSocket: what has come of it, and until when more is waited for."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from prebeta.core.errors import Malformed
from prebeta.core.types import Json, Option
from prebeta.targets.websocket.plan import Arrival

_MOST_MESSAGES = 2_000
_MOST_CHARACTERS = 16_000_000


@dataclass(frozen=True, slots=True)
class Patience:
    """How a turn is waited for. `first` and `limit` are times by the loop's clock: until the first word, and for all of it.

    `quiet_s` is how long nothing may come before the turn is over, `typing_s` how long a typing event holds it open.
    """

    first: float
    limit: float
    quiet_s: float
    typing_s: float


class Gathered:
    """The parts of a turn, in the order they came. What came before the user's message stands first, and is no answer to
    it."""

    def __init__(self) -> None:
        self.messages: list[str] = []
        self.state: Json = None
        self.ended = False
        self.tool_calls: list[Json] = []
        self.trace: str | None = None
        self.begun_at: float | None = None
        self.whole = False
        self._options: tuple[Option, ...] = ()
        self._late_options: tuple[Option, ...] = ()
        self._echo: str | None = None
        self._pieces: list[str] = []
        self._busy_at = 0.0
        self._typing_at: float | None = None
        self._size = self._count = 0

    @property
    def options(self) -> tuple[Option, ...]:
        """The quick replies of the answer; where it has none, those that came before it still stand there."""
        return self._options or self._late_options

    def late(self, arrivals: Iterable[tuple[float, Arrival]], echo: str | None) -> None:
        """What came before the user's message. `echo` is what will come back of that message."""
        for at, arrival in arrivals:
            self.take(at, arrival)
        self._join()
        self._late_options, self._options = self.options, ()
        self.begun_at, self.whole, self._typing_at, self._echo = None, False, None, echo

    def take(self, at: float, arrival: Arrival) -> None:
        """What came then. Raises Malformed where there is no end of it."""
        self._bound(arrival)
        if arrival.piece is not None:
            self._pieces.append(arrival.piece)
        elif arrival.typing is None:
            self._join()
        messages = self._without_echo(arrival.messages)
        self.messages += messages
        self._options += arrival.options
        self.state = arrival.state if arrival.state is not None else self.state
        self.ended = self.ended or arrival.ended
        self.tool_calls += arrival.tool_calls
        self.trace = arrival.trace or self.trace
        self.whole = self.whole or arrival.turn_ends or arrival.ended
        if arrival.typing is not None:
            self._typing_at = at if arrival.typing else None
            self._busy_at = at if not arrival.typing else self._busy_at
        only_echo = bool(arrival.messages) and not messages and not arrival.options and arrival.piece is None
        if arrival.speaks and not (only_echo and not self.whole):
            self.begun_at = at if self.begun_at is None else self.begun_at
            self._typing_at = None if arrival.typing is None else self._typing_at
        if arrival.busy:
            self._busy_at = at

    def until(self, patience: Patience) -> float:
        """When the turn is over, if nothing more comes."""
        held = 0.0 if self._typing_at is None else self._typing_at + patience.typing_s
        if self.begun_at is None:
            return min(max(patience.first, held), patience.limit)
        return min(max(self._busy_at + patience.quiet_s, held), patience.limit)

    def finished(self) -> tuple[str, ...]:
        """All messages, also the one whose pieces came last."""
        self._join()
        return tuple(self.messages)

    def _join(self) -> None:
        if self._pieces:
            self.messages.append("".join(self._pieces))
            self._pieces.clear()

    def _without_echo(self, messages: tuple[str, ...]) -> tuple[str, ...]:
        if self._echo is None:
            return messages
        for number, message in enumerate(messages):
            if message.strip() == self._echo.strip():
                self._echo = None
                return (*messages[:number], *messages[number + 1 :])
        return messages

    def _bound(self, arrival: Arrival) -> None:
        self._size += arrival.size
        self._count += len(arrival.messages)
        if self._size > _MOST_CHARACTERS or self._count > _MOST_MESSAGES:
            last = (*arrival.messages, arrival.piece or "")[0]
            raise Malformed("there is no end of what the product says in one turn", last[:1000])
