"""A conversation's connection: opened, read all the time, resumed where it broke off, closed."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from prebeta.core.errors import Closed, Crashed, Malformed, TargetError, Timeout
from prebeta.core.types import Json
from prebeta.targets.websocket.inbox import Inbox
from prebeta.targets.websocket.plan import (
    Awaited,
    Control,
    Frame,
    NotJson,
    Plan,
    Step,
    Words,
    matches,
    secret_values,
    secrets_in,
)
from prebeta.targets.websocket.refusal import Dropped, refused_handshake
from prebeta.targets.wire import http_wire, reply
from prebeta.targets.wire.hold import Place
from prebeta.targets.wire.line import Call, Exchange, Line

_CLOSING_S = 1.0
_ONE_TRY_S = 10.0
"""For one try to resume a conversation."""
_FIRST_PAUSE_S = 0.1
_LONGEST_PAUSE_S = 5.0
_SECRET = re.compile(r"(?!\d+$).{8,}", re.DOTALL)
"""Shorter ones, and numbers, are marks of where one is: struck out, they would take words out of messages."""
_GOES_ON = frozenset((None, 1001, 1006, 1012, 1013, 1014))
"""Close codes that say nothing against resuming the conversation: broke off, going away, restarting, try again."""


@dataclass(slots=True)
class Seen:
    """What came by, for the evidence where an answer did not."""

    events: int = 0
    last: str = ""


def _struck_out(value: Json, hidden: Callable[[str], str]) -> Json:
    """An event without secrets: within its texts, so that it stays what it is."""
    if isinstance(value, Words):
        return Words(hidden(value))
    if isinstance(value, str):
        return hidden(value)
    if isinstance(value, dict):
        return {hidden(key): _struck_out(inner, hidden) for key, inner in value.items()}
    return [_struck_out(inner, hidden) for inner in value] if isinstance(value, list) else value


class Wire:
    """Reads all that comes into `inbox`, and knows the conversation's id and token as soon as they are told."""

    def __init__(self, plan: Plan, line: Line) -> None:
        self._plan, self._line = plan, line
        self.inbox = Inbox()
        self.seen = Seen()
        self.unanswered: str | None = None
        self.trace: str | None = None
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._up = asyncio.Event()
        self._awaited: Awaited | None = None
        self._waits_for = ""
        self._tries = 0
        line.hide(*plan.secrets, *secret_values(line.values))

    async def open(self, within_s: float) -> None:
        """Connect, send the frames of `open`, and read from then on. Raises TargetError."""
        try:
            async with asyncio.timeout(within_s):
                await self._connect(self._plan.url(self._line.values), self._plan.opening)
        except TimeoutError as error:
            waited = f": target.open waits for {self._waits_for}" if self._waits_for else ""
            detail = f"{self._plan.shown} was not ready for a conversation within {within_s:.3g} s{waited}"
            raise Timeout(self._line.hidden(detail), self.seen.last or None) from error
        except Dropped as dropped:
            ending = dropped.ending(self._plan.options.normal_codes, self._line.hidden)
            if isinstance(ending, TargetError):
                raise ending from dropped
            self.inbox.put(ending)
            return
        self._reader = asyncio.create_task(self._keep_reading(), name="prebeta-websocket")
        self._reader.add_done_callback(self._stopped)

    async def close(self) -> None:
        """Say goodbye, and drop the connection."""
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.wait({self._reader})
        await self._hang_up()

    async def transmit(self, frame: Frame) -> bool:
        """Send a frame, as soon as there is a connection. False where there will be none any more: `inbox` says why."""
        text = frame.render(self._line.values)
        self._tries = 0
        while self._reader is not None and not self._reader.done():
            await self._up.wait()
            socket = self._socket
            if await self._put_out(text):
                self.unanswered = text
                return True
            if self._socket is socket:
                self._up.clear()  # until the reader has found out, and resumed or given up
        return False

    async def caught_up(self) -> None:
        """Until what has come in so far is in the inbox."""
        for _ in range(3):  # the network is looked at, its bytes become frames, the frames are read
            await asyncio.sleep(0)

    async def _put_out(self, text: str) -> bool:
        if self._socket is None:
            return False
        try:
            await self._socket.send_str(text)
        except (aiohttp.ClientError, OSError):
            return False
        return True

    async def _keep_reading(self) -> None:
        """Read until the conversation is over or has failed, which is put last."""
        try:
            while True:
                await self._read_to_its_end()
        except Dropped as dropped:
            self.inbox.put(dropped.ending(self._plan.options.normal_codes, self._line.hidden))
        except TargetError as error:
            self.inbox.put(error)
        finally:
            self._up.set()

    def _stopped(self, reader: asyncio.Task[None]) -> None:
        """A fault of ours must not look like a product that is silent."""
        fault = None if reader.cancelled() else reader.exception()
        if fault is not None:
            self.inbox.put(fault)

    async def _read_to_its_end(self) -> None:
        """Read until the connection breaks off, and resume. Raises TargetError, and Dropped where it isn't resumed."""
        try:
            while True:
                await self._read()
        except Dropped as dropped:
            if self._plan.resume is None or dropped.code not in _GOES_ON:
                raise
            self._up.clear()
            await self._resume(dropped)

    async def _resume(self, dropped: Dropped) -> None:
        """A connection on which the conversation goes on. Raises Closed where all tries of this turn have failed."""
        resume, failure = self._plan.resume, "it broke off again"
        assert resume is not None
        while self._tries < resume.tries:
            await asyncio.sleep(min(_FIRST_PAUSE_S * 2**self._tries, _LONGEST_PAUSE_S))
            self._tries += 1
            try:
                async with asyncio.timeout(_ONE_TRY_S):
                    await self._connect(resume.url(self._line.values), resume.steps)
            except TimeoutError:
                failure = f"not ready within {_ONE_TRY_S:g} s"
            except Dropped as again:
                failure = f"it {again.told}"
            except TargetError as error:
                failure = error.detail
            else:
                if resume.resend and self.unanswered is not None:
                    await self._put_out(self.unanswered)
                return
        tries = f"{resume.tries} tries" if resume.tries > 1 else "a try"
        detail = f"the product {dropped.told}, and {tries} to resume the conversation failed: {failure}"
        raise Closed(self._line.hidden(detail), self.seen.last or None)

    async def _connect(self, address: str, steps: tuple[Step, ...]) -> None:
        """A connection that is ready for the user's words. Raises TargetError, Dropped."""
        await self._hang_up()
        self._socket = await self._dial(URL(address, encoded=True))
        for step in steps:
            await self._ready_for(step)
            if isinstance(step, Frame) and not await self._put_out(step.render(self._line.values)):
                await self._read()  # it tells how it was closed
        self._up.set()

    async def _ready_for(self, step: Step) -> None:
        """Read until the product has told what a frame speaks of, or the event came that is waited for."""
        if isinstance(step, Awaited):
            self._awaited, self._waits_for = step, f"an event with {step.expression}"
            while self._awaited is not None:
                await self._read()
        else:
            for name in sorted(step.needs):
                self._waits_for = f"what reply.{name} is to find"
                while self._line.values.get(name) is None:
                    await self._read()
        self._waits_for = ""

    async def _dial(self, url: URL) -> aiohttp.ClientWebSocketResponse:
        line = self._line
        known = {str(line.values.get(name)) for name in ("id", "session")}  # wanted in the evidence
        line.hide(*(secret for secret in secrets_in(url) if secret not in known))
        call = Call("url", self._plan.shown, "GET", url)
        async with line.place() as place:
            while True:
                await place.ready()
                line.last = Exchange(call)
                socket = await self._shaken(url, call, place)
                if socket is not None:
                    self.trace = line.told_trace(socket._response)  # aiohttp shows the answer's headers nowhere else
                    return socket

    async def _shaken(self, url: URL, call: Call, place: Place) -> aiohttp.ClientWebSocketResponse | None:
        """The connection; None where the product turned it away, and it is to be tried again."""
        options, line = self._plan.options, self._line
        try:
            return await line.client.ws_connect(
                url,
                protocols=options.subprotocols,
                headers=line.headers_of(call),
                heartbeat=options.ping_s,
                max_msg_size=options.frame_limit_kb * 1024,
                timeout=aiohttp.ClientWSTimeout(ws_close=_CLOSING_S),
            )
        except aiohttp.WSServerHandshakeError as error:
            if error.status == 429 and place.turned_away(error.headers or {}):
                return None
            raise refused_handshake(error, self._plan.shown) from error
        except (aiohttp.ClientError, OSError) as error:
            told = http_wire.failure(error, self._plan.shown, line.wiring.timeout_s)
            raise type(told)(line.hidden(told.detail), told.raw, infrastructure=told.infrastructure) from error

    async def _read(self) -> None:
        """Take in the next frame. Raises Dropped where the connection is at its end, Malformed, Crashed."""
        await self.inbox.room()
        assert self._socket is not None
        message = await self._socket.receive()
        if message.type is aiohttp.WSMsgType.TEXT:
            await self._take(message.data)
        elif message.type is aiohttp.WSMsgType.BINARY:
            try:
                text = message.data.decode()
            except UnicodeDecodeError as error:
                raise self._malformed("a frame holds bytes that are no text", message.data) from error
            await self._take(text)
        else:
            raise self._dropped(message)

    def _dropped(self, message: Any) -> TargetError | Dropped:
        if message.type is aiohttp.WSMsgType.CLOSE:
            return Dropped(message.data or 1005, reply.clean(message.extra or ""))
        if isinstance(message.data, aiohttp.WebSocketError):
            if message.data.code == aiohttp.WSCloseCode.MESSAGE_TOO_BIG:
                return Malformed(f"a frame larger than {self._plan.options.frame_limit_kb} KB (target.frame_limit_kb)")
            return Malformed(self._line.hidden(f"not WebSocket what it sends: {message.data}"))
        silent = isinstance(message.data, TimeoutError)
        return Dropped(None, "it answers no ping" if silent else "")

    async def _take(self, frame: str) -> None:
        try:
            for event in self._plan.reading.events(frame):
                await self._event(event, frame)
        except (NotJson, reply.WrongShape) as error:
            raise self._malformed(str(error), frame) from error
        except RecursionError as error:
            raise self._malformed("an event is nested too deep", frame) from error

    async def _event(self, event: Json, frame: str) -> None:
        reading, line = self._plan.reading, self._line
        for when, answer in self._plan.pongs:
            if matches(when, event):
                await self._put_out(answer.render(line.values))
                return
        if self._awaited is not None and matches(self._awaited.path, event):
            self._awaited = None
        if isinstance(event, Control) or reading.ignored(event):
            return
        if not isinstance(event, Words):
            self._learn(event)
        hidden = line.hidden(frame)
        if hidden != frame:
            event = _struck_out(event, line.hidden)
        self.seen.events, self.seen.last = self.seen.events + 1, reply.cut(hidden)
        failure = None if isinstance(event, Words) else reading.find("error", event)
        if reply.ended(failure):
            raise Crashed(line.hidden(f"the product tells of an error: {reply.shown(failure)[:300]}"), self.seen.last)
        self.inbox.put(reading.arrival(event, len(frame)))

    def _learn(self, event: Json) -> None:
        """The product's id of the conversation, and what it is resumed with."""
        values, reading = self._line.values, self._plan.reading
        session = reading.find("session", event)
        if session is not None:
            reply.identifier(session, "reply.session")
            values["session"] = session
        token = reading.find("token", event)
        if token is not None:
            self._line.keep("token", token, secret=isinstance(token, str) and bool(_SECRET.fullmatch(token)))

    def _malformed(self, detail: str, frame: str | bytes) -> Malformed:
        body = frame if isinstance(frame, bytes) else frame.encode("utf-8", "replace")
        return self._line.malformed(detail, body)

    async def _hang_up(self) -> None:
        socket, self._socket = self._socket, None
        if socket is not None and not socket.closed:
            await socket.close()
        self._up.clear()
