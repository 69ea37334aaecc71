"""One conversation with an HTTP product."""

from __future__ import annotations

import uuid

from jmespath.exceptions import JMESPathError
from yarl import URL

from prebeta.core.types import Json, Leave, Move, Press, Reply, Wait
from prebeta.targets import reply
from prebeta.targets.http_plan import Plan, Request, found
from prebeta.targets.line import Call, Exchange, Line


class HttpConversation:
    """A session: it fills the requests, keeps the product's session id, and reads the answers.

    Raises Crashed for an error status, Malformed for an answer other than declared, Refused (429 is the
    infrastructure's), Closed and Timeout.
    """

    def __init__(self, plan: Plan, line: Line) -> None:
        self._plan = plan
        self._line = line
        self._values = line.values
        # Where we make the id, it is not the context's: that may have been used in a replay.
        self._values["session"] = None if plan.names_session else uuid.uuid4().hex
        self._url: tuple[Request, Json, URL] | None = None

    async def start(self) -> Reply:
        """What the product says first: its answer to the start request, if the project has one."""
        plan = self._plan
        if plan.start is None:
            return Reply()
        answer = await self._exchange(plan.start)
        if plan.send.needs_session and self._values["session"] is None and not answer.ended:
            expression = plan.reply.options.session
            body = self._line.last.body if self._line.last is not None else b""
            raise self._line.malformed(f"reply.session: {expression!r} found nothing in the answer to start", body)
        return answer

    async def send(self, move: Move) -> Reply:
        """The answer to what was typed or pressed. Nothing comes late over plain HTTP: Wait gives an empty reply."""
        if isinstance(move, Wait | Leave):
            return Reply()
        values = self._values
        if isinstance(move, Press):
            payload = move.option.payload if move.option.payload is not None else move.option.title
            values["payload"] = payload
            values["text"] = payload if self._plan.press_payload else move.option.title
        else:
            values["payload"] = None
            values["text"] = move.text
        return await self._exchange(self._plan.send)

    async def _exchange(self, request: Request) -> Reply:
        body = request.body(self._values) if request.body is not None else None
        url = self._url_of(request)
        call = Call(request.option, request.label, request.method, url, body, request.content_type)
        exchange = await self._line.ask(call)
        if exchange.no_content:
            return Reply(session=self._session_text(), trace=exchange.trace)
        answer = self._line.json(exchange)
        try:
            return self._read(answer, exchange)
        except reply.WrongShape as error:
            raise self._line.malformed(str(error), exchange.body) from error
        except JMESPathError as error:
            told = " ".join(str(error).split())[:300]
            raise self._line.malformed(f"a path of target.reply can't be followed: {told}", exchange.body) from error

    def _read(self, answer: Json, exchange: Exchange) -> Reply:
        paths = self._plan.reply
        session = found(paths.session, answer)
        if session is not None:
            reply.identifier(session, "reply.session")
            self._values["session"] = session  # as it came: a number goes back as a number
        return Reply(
            messages=reply.messages(paths.messages(answer), "reply.messages"),
            options=reply.options(found(paths.quick_replies, answer), "reply.options"),
            state=found(paths.state, answer),
            ended=reply.ended(found(paths.ended, answer)),
            tool_calls=reply.tool_calls(found(paths.tool_calls, answer)),
            session=self._session_text(),
            trace=reply.trace(found(paths.trace, answer)) or exchange.trace,
        )

    def _url_of(self, request: Request) -> URL:
        session = self._values["session"]
        if self._url is not None and self._url[0] is request and self._url[1] == session:
            return self._url[2]
        url = URL(request.url(self._values), encoded=True)
        if request.fixed_url:
            self._url = (request, session, url)
        return url

    def _session_text(self) -> str | None:
        session = self._values["session"]
        return None if session is None else str(session)
