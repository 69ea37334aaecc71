"""One conversation with an HTTP product."""

from __future__ import annotations

import asyncio
import uuid
from dataclasses import replace

from prebeta.core.types import Json, Leave, Move, Press, Reply, Say
from prebeta.targets.http.plan import Plan, Request
from prebeta.targets.http.polling import Inbox
from prebeta.targets.http.reading import Reader
from prebeta.targets.http.requests import Requests
from prebeta.targets.http.state import StateProbe
from prebeta.targets.wire.line import Line
from prebeta.targets.wire.moves import sent

_ACCEPTED = 202


class HttpConversation:
    """A session: it fills the requests, keeps the product's session id, and reads the answers.

    Raises Crashed for an error status, Malformed for an answer other than declared, Refused (429 and a login that isn't
    taken are the infrastructure's), Closed and Timeout.
    """

    def __init__(self, plan: Plan, line: Line, probe: StateProbe | None = None) -> None:
        self._plan, self._line, self._probe = plan, line, probe
        self._values = line.values
        # Where we make the id, it is not the context's: that may have been used in a replay.
        self._values["session"] = None if plan.names_session else uuid.uuid4().hex
        self._requests = Requests(plan, line)
        self._reader = Reader(plan.reply, line)
        self._inbox = None
        if plan.polling is not None:
            self._inbox = Inbox(plan.polling, self._requests, self._reader, line)
        self._history: list[Json] = []

    async def __aenter__(self) -> HttpConversation:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._inbox is not None:
            await self._inbox.close()

    async def start(self) -> Reply:
        """What the product says first: its answer to the start request, if the project has one."""
        begun = self._now()
        await self._requests.log_in()
        if self._plan.start is None:
            return Reply()
        answer = await self._exchange(self._plan.start)
        if not answer.ended:
            self._need_session()
        if self._inbox is not None:
            answer = await self._inbox.first_words(answer)
        return await self._finished(answer, begun)

    async def send(self, move: Move) -> Reply:
        """The answer to what was typed or pressed. Nothing comes late over plain HTTP: without `poll`, Wait gives an empty
        reply."""
        begun = self._now()
        if isinstance(move, Say | Press):
            return await self._finished(await self._answer(move), begun)
        if isinstance(move, Leave) or (self._inbox is None and self._probe is None):
            return Reply()
        late = Reply(session=self._reader.session)
        if self._inbox is not None:
            late = await self._inbox.late(late)
        return await self._finished(late, begun)

    async def _answer(self, move: Say | Press) -> Reply:
        values = self._values
        values["text"], values["payload"] = sent(move, self._plan.press_payload)
        history = self._plan.history
        if history is not None:
            said = {history.role: history.user, history.content: values["text"]}
            values["history"] = [*self._history, said] if self._plan.history_with_last else list(self._history)
            self._history.append(said)
        if self._inbox is not None:
            self._inbox.turn_begins()
        answer = await self._exchange(self._plan.send)
        return answer if self._inbox is None else await self._inbox.answer(answer)

    async def _finished(self, answer: Reply, begun: float) -> Reply:
        """The reply with the state, noted in the history."""
        history = self._plan.history
        if history is not None:
            self._history += [{history.role: history.product, history.content: text} for text in answer.messages]
        if self._probe is None:
            return answer
        return replace(answer, state=await self._probe.state(self._line, self._requests, begun))

    async def _exchange(self, request: Request) -> Reply:
        exchange = await self._requests.ask(request)
        if exchange.no_content or (self._inbox is not None and not exchange.body.strip()):
            return self._reader.nothing(exchange)
        if self._inbox is not None and exchange.status == _ACCEPTED and exchange.body.lstrip()[:1] not in (b"{", b"["):
            return self._reader.nothing(exchange)  # a word such as "accepted"
        answer = self._line.json(exchange)
        read = self._reader.read(answer, exchange)
        if self._inbox is not None:
            self._inbox.note(answer, exchange)
        return read

    def _need_session(self) -> None:
        plan = self._plan
        needed = plan.send.needs_session or (plan.polling is not None and plan.polling.request.needs_session)
        if needed and self._values["session"] is None:
            body = self._line.last.body if self._line.last is not None else b""
            detail = f"reply.session: {plan.reply.options.session!r} found nothing in the answer to start"
            raise self._line.malformed(detail, body)

    def _now(self) -> float:
        return asyncio.get_running_loop().time() if self._probe is not None else 0.0
