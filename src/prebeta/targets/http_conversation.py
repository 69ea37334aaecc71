"""One conversation with an HTTP product."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import aiohttp
from jmespath.exceptions import JMESPathError
from yarl import URL

from prebeta.core.errors import Crashed, Malformed, Refused, TargetError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Json, Leave, Move, Press, Reply, Say, Wait
from prebeta.targets import http_wire, reply
from prebeta.targets.http_plan import Plan, Request, found

_NO_CONTENT = (204, 205)


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and what came back: the status and body as they were. None and empty where nothing came."""

    request: Request
    status: int | None = None
    body: bytes = b""


class HttpConversation:
    """A session: it fills the requests, keeps the product's session id, and reads the answers.

    Raises Crashed for an error status, Malformed for an answer other than declared, Refused (429 is the
    infrastructure's), Closed and Timeout.
    """

    def __init__(self, plan: Plan, context: OpenContext, client: aiohttp.ClientSession) -> None:
        self._plan = plan
        self._client = client
        self._prefix = context.prefix
        self._values = _values(plan, context)
        self._headers = plan.headers(self._values)
        self._secrets = plan.secrets(self._headers)
        self._url: tuple[Request, Json, URL] | None = None
        self.last: Exchange | None = None

    async def start(self) -> Reply:
        """What the product says first: its answer to the start request, if the project has one. Then the prefix."""
        plan = self._plan
        answer = Reply()
        if plan.start is not None:
            answer = await self._exchange(plan.start)
            if plan.send.needs_session and self._values["session"] is None and not answer.ended:
                expression = plan.reply.options.session
                body = self.last.body if self.last is not None else b""
                raise self._malformed(f"reply.session: {expression!r} found nothing in the answer to start", body)
        for text in self._prefix:
            answer = await self.send(Say(text))
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
        self.last = Exchange(request)
        status, body, retry_after = await self._request(request)
        self.last = Exchange(request, status, body)
        if status == 429:
            wait = f", to be tried again after {retry_after[:40]}" if retry_after else ""
            detail = f"{request.label} answered 429 (too many requests){wait}"
            raise Refused(self.hidden(detail), self._evidence(body), infrastructure=True)
        if status >= 400:
            raise Crashed(f"{request.label} answered {status}", self._evidence(body))
        if status in _NO_CONTENT:
            return Reply(session=self._session_text())
        try:
            answer = http_wire.decode(body)
        except ValueError as error:
            what = "isn't JSON" if body.strip() else "is empty where JSON was expected"
            raise self._malformed(f"the answer to {request.label} (status {status}) {what}", body) from error
        try:
            return self._read(answer)
        except reply.WrongShape as error:
            raise self._malformed(str(error), body) from error
        except JMESPathError as error:
            line = " ".join(str(error).split())[:300]
            raise self._malformed(f"a path of target.reply can't be followed: {line}", body) from error

    async def _request(self, request: Request) -> tuple[int, bytes, str | None]:
        """(status, body, Retry-After). Raises a TargetError for whatever the wire does."""
        headers: Any = self._headers
        content = None
        if request.body is not None:
            content = request.body(self._values)
            if request.content_type is not None:
                headers = {"Content-Type": request.content_type, **headers}
        url = self._url_of(request)
        try:
            async with self._client.request(request.method, url, data=content, headers=headers) as response:
                body = self._without_secrets(await http_wire.read(response))
                return response.status, body, response.headers.get("Retry-After")
        except TargetError:
            raise
        except (aiohttp.ClientError, OSError, http_wire.HalfRead) as error:
            told = http_wire.failure(error, f"{request.method} {url.with_user(None)}", self._plan.timeout_s)
            raw = None if told.raw is None else self.hidden(told.raw)
            raise type(told)(self.hidden(told.detail), raw, infrastructure=told.infrastructure) from error

    def _read(self, answer: Json) -> Reply:
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
            trace=reply.trace(found(paths.trace, answer)),
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

    def _malformed(self, detail: str, body: bytes) -> Malformed:
        return Malformed(self.hidden(detail), self._evidence(body))

    def _evidence(self, body: bytes) -> str:
        return self.hidden(http_wire.evidence(body))

    def _without_secrets(self, body: bytes) -> bytes:
        """The answer without the values of our headers: what a product says is stored, exported and shown."""
        for secret in self._secrets:
            body = body.replace(secret.encode(), b"***")
        return body

    def hidden(self, text: str) -> str:
        """The text without the values of our headers: a product may echo them, and evidence is stored and shown."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


def _values(plan: Plan, context: OpenContext) -> dict[str, Json]:
    """What the placeholders stand for. The id we make is not the context's: that may have been used in a replay."""
    session = None if plan.names_session else uuid.uuid4().hex
    account = {f"account.{name}": value for name, value in (context.account or {}).items()}
    return {"id": context.id, "seed": context.seed, "session": session, **account}
