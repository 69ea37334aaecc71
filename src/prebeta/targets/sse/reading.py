"""One streamed answer while it comes."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Protocol

from prebeta.core.errors import Closed, Crashed, Malformed, TargetError, Timeout
from prebeta.core.types import Json, Option, Reply
from prebeta.targets.sse.answer import Answer
from prebeta.targets.sse.events import Events, NotAStream, Read
from prebeta.targets.sse.pieces import Pieces
from prebeta.targets.wire import http_wire, reply
from prebeta.targets.wire.line import Call, Line

_ENDING_S = 0.02
"""How long to wait for the stream's closing after its end: then its connection can be used again."""
_GATHERED = 4 * reply.RAW_LIMIT
"""Bytes of a stream that are kept as evidence, from its beginning."""

_BRIEF = 300


class Meaning(Protocol):
    """What events come to. `must_end`: the stream is whole only where one of them says that it is over."""

    @property
    def must_end(self) -> bool: ...

    def pieces_of(self, read: Read) -> Pieces:
        """Raises NotAStream and WrongShape for what isn't as it must be."""


class Reading:
    """One request and its answer. Raises what `Line.stream` does, Crashed for an error in the stream, Closed for one that
    breaks off before its end, Malformed for what is no stream. `first_at`: how long the product had been at work in this turn when
    its first words came, where it is streamed."""

    def __init__(self, meaning: Meaning, line: Line, call: Call) -> None:
        self.answer = Answer()
        self._meaning, self._line, self._call = meaning, line, call
        self._gathered: list[bytes] = []
        self._size = self._lines = self._first_line = 0
        self._events = Events(None)
        self._begun_at = line.turn.worked_s()
        self.first_at: float | None = None

    async def whole(self) -> Reply:
        """The reply, without the session's id; secrets are still in it, see `without_secrets`."""
        try:
            async with self._line.stream(self._call, raw=True) as lines:
                last = self._line.last
                self._events = Events(last.content_type if last is not None else None)
                await self._read(lines)
        except Closed as error:
            raise Closed(error.detail, self._evidence() or error.raw) from error
        except Timeout as error:
            raw = self._evidence() or error.raw
            raise Timeout(error.detail, raw, infrastructure=error.infrastructure) from error
        self._keep()
        return self._finished()

    async def _read(self, lines: AsyncIterator[bytes]) -> None:
        async for line in lines:
            self._gather(line)
            self._take(line)
            if self.answer.error is not None:
                return
            if self.answer.over:
                await _ending(lines)
                return
        self._take(None)
        if self._events.plain and self._first_line == self._lines:
            self.first_at = None  # a line of plain words is heard of when it has ended: here with the whole answer

    def _take(self, line: bytes | None) -> None:
        """A line, None at the end. What isn't as it must be is Malformed."""
        answer = self.answer
        try:
            for read in self._events.rest() if line is None else self._events.take(line):
                for piece in self._meaning.pieces_of(read):
                    answer.take(piece)
                if answer.begun and self.first_at is None and self._events.streamed:
                    self.first_at, self._first_line = self._line.turn.worked_s(), self._lines
                if answer.over or answer.error is not None:
                    return
        except (NotAStream, reply.WrongShape) as error:
            raise self._malformed(f"{error}, in the answer to {self._call.label}") from error
        except ValueError as error:  # an endless line
            raise self._malformed(str(error)) from error

    def _finished(self) -> Reply:
        answer, last = self.answer, self._line.last
        if answer.error is not None:
            raise Crashed(f"an error in the stream: {self._brief(answer.error)}", self._evidence())
        nothing = last is not None and last.no_content
        if answer.cut_short or (self._meaning.must_end and not answer.over and not nothing):
            raise Closed(f"the stream of {self._call.label} broke off before its end", self._evidence())
        if self._events.nothing_in_it and self._size:
            raise self._malformed(f"the answer to {self._call.label} calls itself an event stream and holds no event")
        first_token_s = None if self.first_at is None else self.first_at - self._begun_at
        return replace(answer.reply(), first_token_s=first_token_s)

    def _gather(self, line: bytes) -> None:
        self._lines += 1
        if self._size < _GATHERED:
            self._gathered.append(line)
        self._size += len(line.strip()) if not line.startswith(b":") else 0

    def _keep(self) -> None:
        """The answer's beginning, for those who ask why it said nothing."""
        if self._line.last is not None:
            self._line.last = replace(self._line.last, body=self._came())

    def _came(self) -> bytes:
        return self._line.struck_out(b"\n".join(self._gathered))

    def _evidence(self) -> str | None:
        said = self.answer.reply()
        if without_secrets(said, self._line) != said:
            return self._line.hidden(said.text) or None  # what came may tell the secret in pieces
        return http_wire.evidence(self._came()) or None

    def _malformed(self, detail: str) -> Malformed:
        self._keep()
        return self._line.malformed(detail, (self._evidence() or "").encode())

    def _brief(self, error: Json) -> str:
        """An error of the product's in a line."""
        told = error.get("message") or error.get("detail") or error if isinstance(error, dict) else error
        words = told if isinstance(told, str) else http_wire.encode(told).decode()
        return " ".join(self._line.hidden(words).split())[:_BRIEF]


def without_secrets(told: Reply, line: Line) -> Reply:
    """The reply with all that is secret struck out. Looked for where it is whole: it may have come in pieces."""
    options = [[option.title, option.payload] for option in told.options]
    parts: list[Json] = [told.messages, options, told.state, told.tool_calls, told.session, told.trace]
    written = http_wire.encode(parts).decode("utf-8", "replace")
    if line.hidden(written) == written:
        return told
    messages, shown, state, calls, session, trace = (_hidden(part, line) for part in parts)
    return replace(
        told,
        messages=tuple(messages),
        options=tuple(Option(*option) for option in shown),
        state=state,
        tool_calls=tuple(calls),
        session=session,
        trace=trace,
    )


def _hidden(value: Json, line: Line) -> Json:
    if isinstance(value, str):
        return line.hidden(value)
    if isinstance(value, dict):
        return {line.hidden(name): _hidden(inner, line) for name, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_hidden(inner, line) for inner in value]
    whole = isinstance(value, int | float) and not isinstance(value, bool) and line.hidden(str(value)) == "***"
    return "***" if whole else value


async def _ending(lines: AsyncIterator[bytes]) -> None:
    """Read on to the closing, if it comes at once."""
    with contextlib.suppress(TargetError, TimeoutError):
        async with asyncio.timeout(_ENDING_S):
            async for _ in lines:
                pass
