"""What an HTTP product says later than in its answer to a message: asked for until it has said all."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from prebeta.core.errors import Timeout
from prebeta.core.types import Json, Reply
from prebeta.targets.http.plan import Polling
from prebeta.targets.http.reading import Reader
from prebeta.targets.http.requests import Requests
from prebeta.targets.wire import http_wire
from prebeta.targets.wire.line import Exchange, Line
from prebeta.targets.wire.paths import Finder, NotFollowed

_PATIENCE_S = 30.0
"""For a turn where nobody says how long it may take: the check before a run."""
_OF_PATIENCE = 0.95
"""Share of a turn's time after which asking ends, so that its last answer is there as evidence."""


class Inbox:
    """A conversation's late messages. It knows which were told already: by their ids, by their number, or by a cursor that
    the product understands."""

    def __init__(self, polling: Polling, requests: Requests, reader: Reader, line: Line) -> None:
        self._polling, self._requests, self._reader, self._line = polling, requests, reader, line
        self._told = polling.told
        self._patience_s = line.context.patience_s or _PATIENCE_S
        self._seen = self._seen_tools = 0
        self._ids: set[str] = set()
        self._pending: asyncio.Task[Exchange] | None = None
        if self._told.first is not None:
            line.values["cursor"] = self._told.first

    async def close(self) -> None:
        """Give up the request that is still held back, if there is one."""
        if self._pending is not None:
            self._pending.cancel()
            await asyncio.gather(self._pending, return_exceptions=True)
            self._pending = None

    def turn_begins(self) -> None:
        """The user has said something."""
        if self._told.held == "turn":
            self._seen = self._seen_tools = 0

    def note(self, answer: Json, exchange: Exchange) -> None:
        """Remember what came by other ways than asking for it."""
        items = self._reader.items(answer, exchange)
        self._note_cursor(answer, exchange)
        if self._told.held == "all":
            self._seen += len(items)
        if self._polling.message_id is not None:
            self._ids |= {str(one) for item in items if (one := self._id_of(item)) is not None}

    async def first_words(self, reply: Reply) -> Reply:
        """What the product says before the user does; `reply` is what it answered to start."""
        greets = self._told.greets
        if greets is False or self._is_whole(reply):
            return reply
        return await self._collect(reply, must=greets is True, silent_s=self._told.quiet_s)

    async def answer(self, reply: Reply) -> Reply:
        """The whole answer to a message; `reply` is what came at once. Raises Timeout where nothing comes."""
        return reply if self._is_whole(reply) else await self._collect(reply, must=True, silent_s=self._told.quiet_s)

    async def late(self, reply: Reply) -> Reply:
        """What came or comes while the user waits, perhaps nothing."""
        return await self._collect(reply, must=False, silent_s=min(self._told.wait_s, self._patience_s / 2))

    def _is_whole(self, reply: Reply) -> bool:
        return reply.ended or (not reply.empty and self._told.until is None)

    async def _collect(self, reply: Reply, *, must: bool, silent_s: float) -> Reply:
        """All that comes until the product has said it all. `silent_s`: how long nothing at all is borne."""
        told, clock = self._told, asyncio.get_running_loop().time
        begun = last_news = clock()
        left_s = (self._line.turn.left_s or _PATIENCE_S) * _OF_PATIENCE
        asked, came = 0, not reply.empty
        if self._pending is not None and self._pending.done() and self._pending.exception() is not None:
            self._pending = None  # held back until it was dropped, while nobody waited: to be asked again
        last: Exchange | None = None
        while True:
            quiet_at = last_news + (told.quiet_s if came else silent_s)
            may_be_left = told.held == "new" and told.until is None and (came or not must)
            try:
                exchange = await self._asked(max(quiet_at - clock(), told.every_s) if may_be_left else None)
            except Timeout as error:
                if error.raw or last is None:
                    raise
                raise self._silence(clock() - begun, asked, last) from error
            asked, last, over = asked + 1, exchange or last, None
            if exchange is not None and not exchange.no_content and exchange.body.strip():
                answer = self._line.json(exchange)
                over = self._follow(self._polling.until, answer, exchange)
                part = self._news(answer, exchange, whole=bool(over) or self._polling.until is None)
                if not part.empty:
                    last_news, came = clock(), True
                reply = _joined(reply, part)
            if reply.ended or self._is_over(over, came, must, clock() - last_news, silent_s):
                return reply
            if clock() - begun > left_s:
                raise self._silence(clock() - begun, asked, last)
            pause = told.every_s if told.until is not None else min(told.every_s, max(quiet_at - clock(), 0.01))
            await asyncio.sleep(pause)

    def _is_over(self, over: Json, came: bool, must: bool, quiet_for_s: float, silent_s: float) -> bool:
        """Whether the product has said it all. A true `until` before anything came may be from the turn before, so it must
        last; a false one says that the product is at work, so that a silence means nothing."""
        told = self._told
        if told.until is not None and over:
            return came or quiet_for_s >= told.quiet_s
        if came:
            return told.until is None and quiet_for_s >= told.quiet_s
        return not must and over is not False and quiet_for_s >= silent_s

    async def _asked(self, at_most_s: float | None) -> Exchange | None:
        """An answer, None where it takes longer than that, because it is held back until there is something to say: then
        the request stays open, as whoever gives it up may lose what it brings."""
        if self._pending is None:
            known = self._line.values.get("cursor") is not None
            request = self._polling.request if known else self._polling.first_request
            if at_most_s is None:
                return await self._requests.ask(request)
            self._pending = asyncio.create_task(self._requests.ask(request, in_turn=False))
        await asyncio.wait({self._pending}, timeout=at_most_s)
        if not self._pending.done():
            return None
        asked, self._pending = self._pending, None
        return asked.result()

    def _news(self, answer: Json, exchange: Exchange, *, whole: bool) -> Reply:
        """The part of an answer that wasn't told yet. An answer that holds all is only read when it is `whole`: until then
        its last message may still be growing."""
        self._note_cursor(answer, exchange)
        counts = self._told.held != "new"
        items = self._reader.items(answer, exchange) if whole or not counts else []
        fresh = self._fresh(items, exchange)
        part = self._reader.read_items(answer, fresh, exchange)
        if not counts:
            return part
        calls = part.tool_calls[self._seen_tools :] if whole else ()
        self._seen_tools += len(calls)
        return replace(part, tool_calls=calls, options=part.options if fresh else ())

    def _fresh(self, items: Sequence[Json], exchange: Exchange) -> list[Json]:
        if self._polling.message_id is not None:
            fresh = []
            for item in items:
                known = self._id_of(item)
                if known is None:
                    detail = f"poll.id: {self._told.message_id!r} found nothing in a message that reply.messages finds"
                    raise self._line.malformed(detail, exchange.body)
                if str(known) not in self._ids:
                    self._ids.add(str(known))
                    fresh.append(item)
            return fresh
        if self._told.held == "new":
            return list(items)
        if items and len(items) < self._seen:
            detail = (
                f"the answer to {exchange.call.label} holds {len(items)} messages where there were {self._seen} before; "
                "if it doesn't bring all each time, tell messages apart by poll.id or poll.cursor"
            )
            raise self._line.malformed(detail, exchange.body)
        fresh = list(items[self._seen :])
        self._seen += len(fresh)
        return fresh

    def _id_of(self, item: Json) -> Json:
        try:
            return None if self._polling.message_id is None else self._polling.message_id(item)
        except NotFollowed:
            return None

    def _note_cursor(self, answer: Json, exchange: Exchange) -> None:
        if self._polling.cursor is not None:
            cursor = self._follow(self._polling.cursor, answer, exchange)
            if cursor is not None:
                self._line.values["cursor"] = cursor

    def _follow(self, path: Finder | None, answer: Json, exchange: Exchange) -> Json:
        if path is None:
            return None
        try:
            return path(answer)
        except NotFollowed as error:
            raise self._line.malformed(str(error), exchange.body) from error

    def _silence(self, seconds: float, asked: int, last: Exchange | None) -> Timeout:
        request = self._polling.request
        missing = "nothing new" if self._told.until is None else f"no answer in which {self._told.until!r} holds"
        raw = None if last is None else self._line.hidden(http_wire.evidence(last.body))
        return Timeout(f"{missing} within {seconds:.3g} s from {request.label}, asked {asked} times", raw)


def _joined(reply: Reply, part: Reply) -> Reply:
    """Both replies as one: what came later follows, and counts where only one can hold."""
    return replace(
        reply,
        messages=(*reply.messages, *part.messages),
        options=part.options or reply.options,
        state=reply.state if part.state is None else part.state,
        ended=reply.ended or part.ended,
        tool_calls=(*reply.tool_calls, *part.tool_calls),
        session=part.session or reply.session,
        trace=part.trace or reply.trace,
    )
