"""One conversation with a product over WebSocket.

A turn of the product is over when an event says so (`turn_ends`), else when nothing was said for `quiet_s`; while it is
typing, it isn't over. What comes later is kept: `Wait` looks for it, else it stands before the answer to the user's next
message.
"""

from __future__ import annotations

import asyncio
import math
import uuid

from prebeta.core.errors import TargetError, Timeout
from prebeta.core.types import Json, Leave, Move, Press, Reply, Say, Wait
from prebeta.targets.websocket.inbox import Over
from prebeta.targets.websocket.plan import Arrival, Plan
from prebeta.targets.websocket.turn import Gathered, Patience
from prebeta.targets.websocket.wire import Wire
from prebeta.targets.wire import reply
from prebeta.targets.wire.line import Line
from prebeta.targets.wire.moves import sent

_UNLIMITED_S = 30.0
"""For a turn where neither the project nor a run sets a limit."""
_EARLIER = 0.98
"""So much of its time a turn has here: then the error says what did come, and not only that time was up."""


class WebsocketConversation:
    """A session; entered, it connects when it starts.

    Raises Timeout, Refused, Closed, Malformed, and Crashed for a close code or an event that tells of a failure.
    """

    def __init__(self, plan: Plan, line: Line) -> None:
        self._plan, self._line = plan, line
        # Where we make the id, it is not the context's: that may have been used in a replay.
        line.values["session"] = None if plan.names_session else uuid.uuid4().hex
        self._wire = Wire(plan, line)
        self._state: Json = None
        patience_s = line.context.patience_s
        self._limit_s = plan.options.timeout_s or (_UNLIMITED_S if patience_s is None else _EARLIER * patience_s)

    async def __aenter__(self) -> WebsocketConversation:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._wire.close()

    async def start(self) -> Reply:
        """What the product says unasked after connecting."""
        options, began = self._plan.options, self._now()
        await self._wire.open(self._limit_s)
        gathered = Gathered()
        if options.greets is False:
            return self._reply(gathered, began)
        limit = began + self._limit_s
        first = limit if options.greets else self._now() + self._plan.unasked_s
        await self._gather(gathered, Patience(first, limit, self._plan.unasked_s, options.typing_s))
        if options.greets and gathered.begun_at is None:
            raise self._silent(gathered, "no greeting, although target.greets says that it speaks first,")
        return self._reply(gathered, began)

    async def send(self, move: Move) -> Reply:
        """The answer to what was typed or pressed, after what came unasked; for Wait only the latter."""
        if isinstance(move, Leave):
            return Reply()
        await self._wire.caught_up()
        if isinstance(move, Wait):
            return await self._wait()
        text = self._fill(move)
        gathered = Gathered()
        gathered.late(self._came_late(), text if self._plan.reading.options.echo else None)
        if self._over(gathered):
            return self._reply(gathered, self._now())
        began = self._now()
        frame = self._plan.pressed if isinstance(move, Press) else self._plan.send
        try:
            async with asyncio.timeout(self._limit_s):
                await self._wire.transmit(frame)
        except TimeoutError as error:
            raise Timeout(f"the product took no message within {self._limit_s:.3g} s") from error
        said_something = bool(text.strip())
        limit = began + self._limit_s
        first = limit if said_something else min(limit, began + self._plan.options.wait_s)
        await self._gather(gathered, Patience(first, limit, self._plan.quiet_s, self._plan.options.typing_s))
        if gathered.begun_at is None and said_something:
            raise self._silent(gathered, "no answer")
        if not gathered.whole and math.isinf(self._plan.quiet_s) and gathered.begun_at is not None:
            ends = self._plan.reading.options.turn_ends
            raise self._silent(gathered, f"the answer began, and nothing that reply.turn_ends ({ends}) tells of came")
        return self._reply(gathered, began)

    async def _wait(self) -> Reply:
        options, began = self._plan.options, self._now()
        gathered = Gathered()
        limit = began + self._limit_s
        first = min(limit, began + options.wait_s)
        await self._gather(gathered, Patience(first, limit, self._plan.unasked_s, options.typing_s))
        return self._reply(gathered, began)

    def _fill(self, move: Say | Press) -> str:
        """Set what {text} and {payload} stand for; gives the text."""
        values = self._line.values
        text, values["payload"] = sent(move, self._plan.options.send.press == "payload")
        values["text"] = text
        return text

    def _came_late(self) -> list[tuple[float, Arrival]]:
        """What came since the last turn. Raises what ended the conversation meanwhile, what came before as evidence."""
        late: list[tuple[float, Arrival]] = []
        inbox = self._wire.inbox
        while (came := inbox.take()) is not None:
            at, item = came
            if isinstance(item, Arrival):
                late.append((at, item))
                continue
            if isinstance(item, BaseException):
                raise self._after([text for _, arrival in late for text in arrival.messages], item)
            break
        return late

    async def _gather(self, gathered: Gathered, patience: Patience) -> None:
        """Take in what comes, until the turn is over. Raises what ended the conversation before anything was said."""
        inbox = self._wire.inbox
        while not gathered.whole:
            came = await inbox.next(gathered.until(patience))
            if came is None:
                return
            at, item = came
            if isinstance(item, Arrival):
                gathered.take(at, item)
                if item.speaks:
                    self._wire.unanswered = None
            elif isinstance(item, Over):
                gathered.ended = gathered.whole = True
                gathered.begun_at = at if gathered.begun_at is None else gathered.begun_at
            else:
                if gathered.begun_at is not None and not math.isinf(patience.quiet_s):
                    return  # the answer is there: the next turn finds that the line is dead
                raise self._after(list(gathered.finished()), item)

    def _after(self, messages: list[str], error: BaseException) -> BaseException:
        """The error, with what was said before it as evidence."""
        if not isinstance(error, TargetError) or not messages:
            return error
        said = "\n".join(messages)
        raw = reply.cut(f"{error.raw or ''}\n(before it the product said: {said})".strip())
        return type(error)(error.detail, raw, infrastructure=error.infrastructure)

    def _over(self, gathered: Gathered) -> bool:
        """Whether the product has closed the conversation in good order before the user spoke."""
        if len(self._wire.inbox):
            gathered.ended = True
        return gathered.ended

    def _silent(self, gathered: Gathered, what: str) -> TargetError:
        """What to say where an answer did not come, or not whole."""
        detail, messages = f"{what} within {self._limit_s:.3g} s", gathered.finished()
        if messages:
            return Timeout(detail, reply.cut("\n".join(messages)))
        events, path = self._wire.seen.events, self._plan.reading.options.messages
        if events and path is not None:
            times = "1 event" if events == 1 else f"{events} events"
            return Timeout(
                f"{detail}; {times} came, without anything at reply.messages: {path!r}", self._wire.seen.last
            )
        return Timeout(detail, self._wire.seen.last or None)

    def _reply(self, gathered: Gathered, began: float) -> Reply:
        if gathered.state is not None:
            self._state = gathered.state
        session = self._line.values["session"]
        spoke_at = gathered.begun_at
        return Reply(
            messages=gathered.finished(),
            options=gathered.options,
            state=self._state,
            ended=gathered.ended,
            tool_calls=tuple(gathered.tool_calls),
            session=None if session is None else str(session),
            trace=gathered.trace or self._wire.trace,
            first_token_s=None if spoke_at is None else max(0.0, spoke_at - began),
        )

    @staticmethod
    def _now() -> float:
        return asyncio.get_running_loop().time()
