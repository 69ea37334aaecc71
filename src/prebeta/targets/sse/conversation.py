"""One conversation with a product that streams its answers."""

from __future__ import annotations

import uuid
from dataclasses import replace

from yarl import URL

from prebeta.core.types import Json, Leave, Move, Reply, Wait
from prebeta.targets.sse.plan import Plan, Request
from prebeta.targets.sse.reading import Reading, without_secrets
from prebeta.targets.wire.line import Call, Line
from prebeta.targets.wire.moves import sent

_ACCEPT = "text/event-stream, application/json;q=0.9, */*;q=0.5"


class SseConversation:
    """A session: it fills the requests, keeps the product's session id, and puts the streamed answers together.

    Raises Crashed for an error status or an error in the stream, Closed for a stream that breaks off before its end,
    Malformed for what is no stream, Refused (429 is the infrastructure's) and Timeout.
    """

    def __init__(self, plan: Plan, line: Line) -> None:
        self._plan = plan
        self._line = line
        self._values = line.values
        # Where we make the id, it is not the context's: that may have been used in a replay.
        self._values["session"] = None if plan.names_session else uuid.uuid4().hex
        self._said: list[Json] = []

    async def start(self) -> Reply:
        """What the product says first: its answer to the start request, if the project has one."""
        plan = self._plan
        if plan.start is None:
            return Reply()
        answer = await self._exchange(plan.start)
        self._remember(None, answer)
        if "session" in plan.send.asks_for and self._values["session"] is None and not answer.ended:
            body = self._line.last.body if self._line.last is not None else b""
            raise self._line.malformed("stream.session found nothing in the answer to start", body)
        return answer

    async def send(self, move: Move) -> Reply:
        """The answer to what was typed or pressed. Nothing comes after a stream's end: Wait gives an empty reply."""
        if isinstance(move, Wait | Leave):
            return Reply()
        values = self._values
        values["text"], values["payload"] = sent(move, self._plan.press_payload)
        if self._plan.remembers:
            said = [self._line_of(values["text"], self._plan.history.user)] if self._plan.history_last else []
            values["history"] = [*self._said, *said]
        answer = await self._exchange(self._plan.send)
        self._remember(values["text"], answer)
        return answer

    def _remember(self, said: Json, answer: Reply) -> None:
        if self._plan.remembers:
            history = self._plan.history
            self._said += [self._line_of(said, history.user)] if said is not None else []
            self._said += [self._line_of(message, history.product) for message in answer.messages]

    def _line_of(self, text: Json, who: str) -> Json:
        history = self._plan.history
        return {history.role: who, history.content: text}

    async def _exchange(self, request: Request) -> Reply:
        body = request.body(self._values) if request.body is not None else None
        url = URL(request.url(self._values), encoded=True)
        call = Call(request.option, request.label, request.method, url, body, request.content_type, _ACCEPT)
        reading = Reading(self._plan.rules, self._line, call)
        found = await reading.whole()
        if reading.answer.session is not None:
            self._values["session"] = reading.answer.session
        session = self._values["session"]
        trace = found.trace or (self._line.last.trace if self._line.last is not None else None)
        told = replace(found, session=None if session is None else str(session), trace=trace)
        return without_secrets(told, self._line)
