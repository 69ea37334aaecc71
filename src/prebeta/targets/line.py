"""One conversation's line to a product: its requests, its cookies, and what each failure on the way is called."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
import time
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from prebeta.core.errors import Crashed, Malformed, Refused, TargetError, UsageError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Json
from prebeta.targets import http_wire, template
from prebeta.targets.network_options import NetworkOptions
from prebeta.targets.template import Values

ANNOUNCEMENT = "X-Synthetic-User"
"""The header that tells a product that no person speaks."""

# Headers whose values are no secret, so that they needn't be struck out of the evidence.
_PLAIN_HEADERS = frozenset(("accept", "accept-language", "content-type", "user-agent", ANNOUNCEMENT.lower()))
_SHORTEST_SECRET = 4
_TRACERESPONSE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-")
_TURNED_AWAY = 3
"""How often a message that was answered 429 is sent again."""
_HOLD_S = 10.0
"""Longest that a request waits because of 429s, and half of what the project gives an answer at most: else the waiting
would look like the product's own slowness."""


def trace_of(conversation: str) -> str:
    """The W3C trace id that is sent with all requests of a conversation: 32 hexadecimal digits."""
    return hashlib.blake2b(conversation.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Call:
    """A request that is ready to go. `option` names it as the project does ("send.post"), `label` as people do
    ("POST /chats")."""

    option: str
    label: str
    method: str
    url: URL
    body: bytes | None = None
    content_type: str | None = None
    accept: str | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and what came back, secrets struck out: None and empty where nothing came. `trace` is the product's own
    trace id, where a header of the answer told it."""

    call: Call
    status: int | None = None
    body: bytes = b""
    trace: str | None = None

    @property
    def no_content(self) -> bool:
        return self.status in (204, 205)


@dataclass(slots=True)
class Hold:
    """Until when (by the monotonic clock) all conversations wait, because the product turned one of them away."""

    until: float = 0.0


class Waiting:
    """How long one request has waited because of 429s, and may."""

    def __init__(self, hold: Hold, patience_s: float | None) -> None:
        self._hold = hold
        self._left_s = _HOLD_S if patience_s is None else min(_HOLD_S, patience_s / 2)
        self._turned_away = 0

    def longer(self, retry_after: str | None) -> bool:
        """Have all conversations wait as long as the product asks for, or ever longer where it doesn't say. False where that
        is too long or too often."""
        try:
            wait_s = max(0.0, float(retry_after or "none"))
        except ValueError:  # not told, or a date
            wait_s = 0.5 * 2**self._turned_away
        self._turned_away += 1
        if self._turned_away > _TURNED_AWAY or wait_s > self._left_s:
            return False
        self._hold.until = max(self._hold.until, time.monotonic() + wait_s)
        return True

    async def over(self) -> None:
        """Wait until requests may be sent. Raises Refused (the infrastructure's) where that is too long."""
        wait_s = self._hold.until - time.monotonic()
        if wait_s <= 0:
            return
        if wait_s > self._left_s:
            raise Refused(
                "the product turned others away (429) and asked for more time than this turn has", infrastructure=True
            )
        self._left_s -= wait_s
        await asyncio.sleep(wait_s)


@dataclass(frozen=True, slots=True)
class Wiring:
    """What all lines of a run share. `own` are the names of the project's own headers, in lower case."""

    base: str
    shown_base: str
    header_templates: tuple[tuple[str, Callable[[Values], str]], ...]
    timeout_s: float | None
    own: frozenset[str]
    announce: bool
    traceparent: bool
    trace_header: str | None
    hold: Hold

    @classmethod
    def of(cls, options: NetworkOptions) -> Wiring:
        """Everything that can be worked out before the first conversation."""
        given = frozenset(name.lower() for name in options.headers)
        own = {"Accept": "application/json", "User-Agent": "prebeta"}
        headers = {name: value for name, value in own.items() if name.lower() not in given} | options.headers
        return cls(
            base=options.url,
            shown_base=str(URL(options.url).with_user(None).with_query(None)).rstrip("/"),
            header_templates=tuple((name, template.compile_text(value)) for name, value in headers.items()),
            timeout_s=options.timeout_s,
            own=given,
            announce=options.announce and ANNOUNCEMENT.lower() not in given,
            traceparent=options.traceparent and "traceparent" not in given,
            trace_header=options.trace_header,
            hold=Hold(),
        )

    def url_of(self, path: str) -> URL:
        return URL(joined(self.base, path))

    def headers(self, values: Values) -> dict[str, str]:
        """All headers that stay the same throughout a conversation. Raises UsageError where an account's value can't
        stand in one."""
        headers = {name: render(values) for name, render in self.header_templates}
        for name, value in headers.items():
            if not value.isprintable():
                raise UsageError(f"target.headers: what is filled into {name} has a line break or the like in it")
        if self.announce:
            headers[ANNOUNCEMENT] = "prebeta"
        return headers

    def secrets(self, headers: Mapping[str, str]) -> tuple[str, ...]:
        """What must not show in evidence: header values, what stands after "Bearer", the address' password and the values
        in its query; the longest first."""
        found = set()
        for name, value in headers.items():
            if name.lower() not in _PLAIN_HEADERS:
                found |= {value, value.rpartition(" ")[2]}
        url = URL(self.base)
        found |= {url.password or "", *url.query.values()}
        return tuple(sorted((one for one in found if len(one) >= _SHORTEST_SECRET), key=len, reverse=True))


def joined(base: str, path: str) -> str:
    """The address of a path below the base; a whole address stays itself."""
    if path.startswith(("http://", "https://")):
        return path
    return base.rstrip("/") + ("" if not path or path[0] in "/?" else "/") + path


class Line:
    """One conversation's requests. `values` is what placeholders stand for, `last` the exchange that was made last.

    What the product says is stored, exported and shown, and it may echo our headers: they are struck out of all that
    comes back.
    """

    def __init__(self, wiring: Wiring, context: OpenContext, client: aiohttp.ClientSession) -> None:
        account = {f"account.{name}": value for name, value in (context.account or {}).items()}
        self.wiring = wiring
        self.context = context
        self.client = client
        self.values: dict[str, Json] = {"id": context.id, "seed": context.seed, "session": None, **account}
        self.headers = wiring.headers(self.values)
        self.last: Exchange | None = None
        self._secrets = wiring.secrets(self.headers)
        self._trace = trace_of(context.id)
        self._requests = 0

    async def ask(self, call: Call) -> Exchange:
        """The whole answer to a request. Raises Crashed for an error status, Refused for one that is turned away (429) again
        and again (the infrastructure's), Closed and Timeout."""
        wait = Waiting(self.wiring.hold, self.context.patience_s)
        while True:
            await wait.over()
            self.last = Exchange(call)
            async with self._sent(call) as response:
                body = self.struck_out(await self._read(call, response))
                self.last = Exchange(call, response.status, body, self._told_trace(response))
                if response.status == 429 and wait.longer(response.headers.get("Retry-After")):
                    continue
                self._refuse_errors(call, response, body)
            return self.last

    def stream(self, call: Call) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """The lines of an answer, as they come. Raises as `ask` does, also while they are read."""
        return self._stream(call)

    @contextlib.asynccontextmanager
    async def _stream(self, call: Call) -> AsyncIterator[AsyncIterator[bytes]]:
        wait = Waiting(self.wiring.hold, self.context.patience_s)
        while True:
            await wait.over()
            self.last = Exchange(call)
            async with self._sent(call) as response:
                if response.status >= 400:
                    body = self.struck_out(await self._read(call, response))
                    self.last = Exchange(call, response.status, body, self._told_trace(response))
                    if response.status == 429 and wait.longer(response.headers.get("Retry-After")):
                        continue
                    self._refuse_errors(call, response, body)
                self.last = Exchange(call, response.status, b"", self._told_trace(response))
                yield self._lines(call, response)
            return

    async def _lines(self, call: Call, response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
        try:
            async for line in http_wire.lines(response):
                yield self.struck_out(line)
        except (aiohttp.ClientError, OSError, http_wire.HalfRead) as error:
            raise self._failure(error, call) from error

    async def _read(self, call: Call, response: aiohttp.ClientResponse) -> bytes:
        try:
            return await http_wire.read(response)
        except (aiohttp.ClientError, OSError, http_wire.HalfRead) as error:
            raise self._failure(error, call) from error

    @contextlib.asynccontextmanager
    async def _sent(self, call: Call) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer's head. Raises a TargetError for whatever the wire does."""
        try:
            request = self.client.request(call.method, call.url, data=call.body, headers=self.headers_of(call))
            response = await request.__aenter__()
        except (aiohttp.ClientError, OSError) as error:
            raise self._failure(error, call) from error
        async with response:
            yield response

    def headers_of(self, call: Call) -> dict[str, Any]:
        """The headers of the next request, with a traceparent of its own."""
        headers: dict[str, Any] = dict(self.headers)
        if call.content_type is not None and "content-type" not in self.wiring.own:
            headers["Content-Type"] = call.content_type
        if call.accept is not None and "accept" not in self.wiring.own:
            headers["Accept"] = call.accept
        if self.wiring.traceparent:
            self._requests += 1
            headers["traceparent"] = f"00-{self._trace}-{self._trace[:8]}{self._requests:08x}-01"
        return headers

    def json(self, exchange: Exchange) -> Json:
        """The JSON of an answer. Raises Malformed."""
        try:
            return http_wire.decode(exchange.body)
        except ValueError as error:
            what = "isn't JSON" if exchange.body.strip() else "is empty where JSON was expected"
            detail = f"the answer to {exchange.call.label} (status {exchange.status}) {what}"
            raise self.malformed(detail, exchange.body) from error

    def malformed(self, detail: str, body: bytes) -> Malformed:
        """An answer other than declared, with what came as evidence."""
        return Malformed(self.hidden(detail), self.hidden(http_wire.evidence(body)))

    def struck_out(self, body: bytes) -> bytes:
        """What came, without the values of our headers."""
        for secret in self._secrets:
            body = body.replace(secret.encode(), b"***")
        return body

    def hidden(self, text: str) -> str:
        """A text without the values of our headers."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text

    def _failure(self, error: Exception, call: Call) -> TargetError:
        what = f"{call.method} {call.url.with_user(None).with_query(None)}"
        told = http_wire.failure(error, what, self.wiring.timeout_s)
        raw = None if told.raw is None else self.hidden(told.raw)
        return type(told)(self.hidden(told.detail), raw, infrastructure=told.infrastructure)

    def _refuse_errors(self, call: Call, response: aiohttp.ClientResponse, body: bytes) -> None:
        evidence = self.hidden(http_wire.evidence(body))
        if response.status == 429:
            after = response.headers.get("Retry-After")
            wait = f", to be tried again after {after[:40]}" if after else ""
            detail = f"{call.label} answered 429 (too many requests){wait}"
            raise Refused(self.hidden(detail), evidence, infrastructure=True)
        if response.status >= 400:
            raise Crashed(self.hidden(f"{call.label} answered {response.status}"), evidence)

    def _told_trace(self, response: aiohttp.ClientResponse) -> str | None:
        if self.wiring.trace_header is not None:
            return response.headers.get(self.wiring.trace_header)
        found = _TRACERESPONSE.match(response.headers.get("traceresponse", ""))
        return None if found is None else found[1]
