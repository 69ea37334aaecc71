"""From the answer of an HTTP product to a core Reply."""

from __future__ import annotations

from dataclasses import replace

from prebeta.core.errors import Malformed
from prebeta.core.types import Json, Reply
from prebeta.targets.http.plan import ReplyPaths
from prebeta.targets.wire import reply
from prebeta.targets.wire.line import Exchange, Line
from prebeta.targets.wire.paths import NotFollowed, found


class Reader:
    """Reads a conversation's answers by the project's paths, and keeps the session's id where one is found."""

    def __init__(self, paths: ReplyPaths, line: Line) -> None:
        self._paths = paths
        self._line = line
        self._values = line.values
        self._told = self._told_calls = 0

    def read(self, answer: Json, exchange: Exchange) -> Reply:
        """The reply in an answer. Raises Malformed."""
        if self._paths.options.repeats:
            return self._read_on(answer, exchange)
        try:
            return self._read(answer, found(self._paths.messages, answer), exchange)
        except reply.WrongShape as error:
            raise self.malformed(error, exchange) from error

    def read_items(self, answer: Json, items: list[Json], exchange: Exchange) -> Reply:
        """The reply in an answer of which only these messages count. Raises Malformed."""
        try:
            return self._read(answer, items, exchange)
        except reply.WrongShape as error:
            raise self.malformed(error, exchange) from error

    def _read_on(self, answer: Json, exchange: Exchange) -> Reply:
        """The reply in an answer that begins with all that was told before."""
        items = self.items(answer, exchange)
        if len(items) < self._told:
            detail = (
                f"the answer to {exchange.call.label} holds {len(items)} messages where there were {self._told} before"
            )
            raise self._line.malformed(f"{detail}; does it bring all each time, as reply.repeats says?", exchange.body)
        part = self.read_items(answer, items[self._told :], exchange)
        calls = part.tool_calls[self._told_calls :]
        self._told, self._told_calls = len(items), len(part.tool_calls)
        return replace(part, tool_calls=calls)

    def items(self, answer: Json, exchange: Exchange) -> list[Json]:
        """The messages in an answer as they stand there. Raises Malformed."""
        try:
            told = found(self._paths.messages, answer)
        except NotFollowed as error:
            raise self.malformed(error, exchange) from error
        if told is None:
            return []
        return told if isinstance(told, list) else [told]

    def nothing(self, exchange: Exchange) -> Reply:
        """The reply of an answer that holds nothing."""
        return Reply(session=self.session, trace=exchange.trace)

    def malformed(self, error: Exception, exchange: Exchange) -> Malformed:
        return self._line.malformed(str(error), exchange.body)

    @property
    def session(self) -> str | None:
        """The session's id as text."""
        session = self._values["session"]
        return None if session is None else str(session)

    def _read(self, answer: Json, messages: Json, exchange: Exchange) -> Reply:
        paths = self._paths
        session = found(paths.session, answer)
        if session is not None:
            reply.identifier(session, "reply.session")
            self._values["session"] = session  # as it came: a number goes back as a number
        return Reply(
            messages=reply.messages(messages, "reply.messages"),
            options=reply.options(found(paths.quick_replies, answer), "reply.options"),
            state=found(paths.state, answer),
            ended=reply.ended(found(paths.ended, answer)),
            tool_calls=reply.tool_calls(found(paths.tool_calls, answer)),
            session=self.session,
            trace=reply.trace(found(paths.trace, answer)) or exchange.trace,
        )
