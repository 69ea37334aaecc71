"""One conversation's line to a product: its requests, its cookies, and what each failure on the way is called."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import re
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, TypeAlias
from urllib.parse import quote

import aiohttp
from yarl import URL

from prebeta.config.hiding import credentials_in
from prebeta.config.interpolation import credential_name
from prebeta.core.errors import Crashed, Malformed, Refused, TargetError, Timeout, UsageError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Json
from prebeta.models.redirects import LeadsElsewhere
from prebeta.targets.wire import announcing, http_wire, template
from prebeta.targets.wire.clock import TurnClock
from prebeta.targets.wire.hold import Hold, Place
from prebeta.targets.wire.network_options import NetworkOptions
from prebeta.targets.wire.reply import RAW_LIMIT
from prebeta.targets.wire.template import Values

ANNOUNCEMENT = announcing.HEADER
"""The header that tells a product that no person speaks."""

# Headers whose values are no secret, so that they needn't be struck out of the evidence.
_PLAIN_HEADERS = frozenset(("accept", "accept-language", "content-type", "user-agent", ANNOUNCEMENT.lower()))
_SHORTEST_SECRET = 4
_SHORTEST_KEY = 12
_CREDENTIAL_HEADER = re.compile(r"auth|cookie|(?:^|[-_])(?:pin|sig|signature|session|csrf)\b", re.I)
_KEY_LIKE = re.compile(r"(?=.*[0-9])(?=.*[A-Za-z])")
_SHORTEST_COOKIE = 8
"""Characters of a cookie's value from which on it may be a key to a session, and not a language or a yes."""
_TRACERESPONSE = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-")
_KEPT = 4 * RAW_LIMIT
"""Bytes of a stream that are kept as evidence of how it broke, from its beginning."""
_MUCH_HELD = 0.1
"""Share of a turn's time from which on an answer that didn't come in the rest of it isn't the product's slowness."""


def trace_of(conversation: str) -> str:
    """The W3C trace id that is sent with all requests of a conversation: 32 hexadecimal digits."""
    return hashlib.blake2b(conversation.encode(), digest_size=16).hexdigest()


@dataclass(frozen=True, slots=True)
class Call:
    """A request that is ready to go. `option` names it as the project does ("send.post"), `label` as people do
    ("POST /chats"). `headers` go instead of the project's own, where the request is to somebody else."""

    option: str
    label: str
    method: str
    url: URL
    body: bytes | None = None
    content_type: str | None = None
    accept: str | None = None
    headers: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and what came back, secrets struck out: None and empty where nothing came. `trace` is the product's own
    trace id, where a header of the answer told it; `content_type` is told of streamed answers."""

    call: Call
    status: int | None = None
    body: bytes = b""
    trace: str | None = None
    content_type: str | None = None

    @property
    def no_content(self) -> bool:
        return self.status in (204, 205)


Taking: TypeAlias = Callable[[bytes, aiohttp.ClientResponse], None]
"""Looks at a good answer as it came, before anything is struck out: to keep what later requests need."""


@dataclass(frozen=True, slots=True)
class Wiring:
    """What all lines of a run share. `own` are the names of the project's own headers, in lower case; `header_needs` what
    must have been kept from an answer before a header can be sent; `credentials` are the secrets in the options."""

    base: str
    shown_base: str
    header_templates: tuple[tuple[str, Callable[[Values], str]], ...]
    header_needs: Mapping[str, frozenset[str]]
    credentials: frozenset[str]
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
            credentials=credentials_in(options.model_dump(by_alias=True, exclude={"reply"})),
            header_needs={name: needs for name, value in headers.items() if (needs := _kept_in(value))},
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
        """All headers of a conversation's requests, without those that need what no answer has brought yet. Raises UsageError
        where an account's value can't stand in one."""
        headers = {name: render(values) for name, render in self.header_templates}
        for name, needs in self.header_needs.items():
            if any(values.get(one) is None for one in needs):
                del headers[name]
        for name, value in headers.items():
            if not value.isprintable():
                raise UsageError(f"target.headers: what is filled into {name} has a line break or the like in it")
        if self.announce:
            headers[ANNOUNCEMENT] = announcing.VALUE
        return headers

    def secrets(self, headers: Mapping[str, str]) -> tuple[str, ...]:
        """What must not show in evidence: credentials in headers, what stands after "Bearer", the address' password and the
        values in its query; the longest first. A header that only names something (a user, a tenant) is no secret: what
        the product says of it stays as it is."""
        found = set()
        for name, value in headers.items():
            if name.lower() not in _PLAIN_HEADERS and _is_secret(name, value):
                found |= {value, value.rpartition(" ")[2]}
        url = URL(self.base)
        found |= {url.password or "", *url.query.values()}
        if url.user is not None:  # aiohttp makes a header of it
            found.add(base64.b64encode(f"{url.user}:{url.password or ''}".encode("latin-1", "replace")).decode())
        return tuple(sorted((one for one in found if len(one) >= _SHORTEST_SECRET), key=len, reverse=True))


def _is_secret(name: str, value: str) -> bool:
    """Whether a header holds a credential: by its name, or because its value looks like a key."""
    if credential_name((name,)) is not None or _CREDENTIAL_HEADER.search(name) is not None:
        return True
    return len(value) >= _SHORTEST_KEY and _KEY_LIKE.search(value) is not None and " " not in value


def _kept_in(header: str) -> frozenset[str]:
    """Which values of a header come from answers, and so aren't there from the beginning."""
    named = template.placeholders(header)
    return frozenset(name for name in named if name not in ("id", "seed") and not name.startswith("account."))


def joined(base: str, path: str) -> str:
    """The address of a path below the base; a whole address stays itself."""
    if path.startswith(("http://", "https://")):
        return path
    return base.rstrip("/") + ("" if not path or path[0] in "/?" else "/") + path


class Line:
    """One conversation's requests. `values` is what placeholders stand for, `last` the exchange that was made last, `turn`
    the time of the turn they are made in: who opened the conversation begins it.

    What the product says is stored, exported and shown, and it may echo our headers: they are struck out of all that
    comes back.
    """

    def __init__(self, wiring: Wiring, context: OpenContext, client: aiohttp.ClientSession) -> None:
        account = {f"account.{name}": value for name, value in (context.account or {}).items()}
        self.wiring = wiring
        self.context = context
        self.turn = TurnClock(context.patience_s)
        self.client = client
        self.values: dict[str, Json] = {"id": context.id, "seed": context.seed, "session": None, **account}
        self.headers = wiring.headers(self.values)
        self.last: Exchange | None = None
        self._secrets = wiring.secrets(self.headers)
        self._cookies: set[str] = set()
        self.hide(*wiring.credentials, *credentials_in(context.account))
        self._trace = trace_of(context.id)
        self._requests = 0

    def keep(self, name: str, value: Json, *, secret: bool = True) -> None:
        """A value that placeholders of later requests stand for; a secret one is struck out of all that comes back."""
        self.values[name] = value
        if secret and isinstance(value, str | int) and not isinstance(value, bool):
            self.hide(str(value))
        if self.wiring.header_needs:
            self.headers = self.wiring.headers(self.values)

    def hide(self, *secrets: str) -> None:
        """Strike these out of all that comes back from now on, also as they are written in JSON and in addresses."""
        found = set(self._secrets)
        for text in secrets:
            written = json.dumps(text)[1:-1]
            found |= {text, written, written.replace("/", "\\/"), quote(text, safe="", errors="replace")}
        self._secrets = tuple(sorted((one for one in found if len(one) >= _SHORTEST_SECRET), key=len, reverse=True))

    async def ask(self, call: Call, taking: Taking | None = None, *, in_turn: bool = True) -> Exchange:
        """The whole answer to a request. Raises Crashed for an error status, Refused for one that is turned away (429) for as
        long as the turn may wait (the infrastructure's), Closed, and Timeout with what had come. A request that may
        outlive its turn, because the product holds it back until there is something to say, isn't `in_turn`."""
        async with self.place(counted=in_turn) as place:
            while True:
                await place.ready()
                self.last = Exchange(call)
                async with self._sent(call, in_turn=in_turn) as response:
                    body = await self._read(call, response)
                    if taking is not None and response.status < 400:
                        taking(body, response)
                    body = self.struck_out(body)
                    self.last = Exchange(call, response.status, body, self.told_trace(response))
                    if response.status == 429 and place.turned_away(response.headers):
                        continue
                    self._refuse_errors(call, response, body)
                return self.last

    def place(self, *, counted: bool = True) -> Place:
        """A place among the requests of all conversations, to be entered."""
        return Place(self.wiring.hold, self.turn, self.context.id, counted=counted)

    def stream(self, call: Call, *, raw: bool = False) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """The lines of an answer, as they come. With `raw` nothing is struck out of them yet: for those who put them together
        first. Raises as `ask` does, also while they are read."""
        return self._stream(call, raw)

    @contextlib.asynccontextmanager
    async def _stream(self, call: Call, raw: bool) -> AsyncIterator[AsyncIterator[bytes]]:
        async with self.place() as place:
            while True:
                await place.ready()
                self.last = Exchange(call)
                async with self._sent(call) as response:
                    if response.status >= 400:
                        body = self.struck_out(await self._read(call, response))
                        self.last = Exchange(call, response.status, body, self.told_trace(response))
                        if response.status == 429 and place.turned_away(response.headers):
                            continue
                        self._refuse_errors(call, response, body)
                    kind = response.headers.get("Content-Type")
                    self.last = Exchange(call, response.status, b"", self.told_trace(response), kind)
                    yield self._lines(call, response, raw)
                return

    async def _lines(self, call: Call, response: aiohttp.ClientResponse, raw: bool) -> AsyncIterator[bytes]:
        came: list[bytes] = []
        size = 0
        try:
            async for line in http_wire.lines(response):
                if size < _KEPT:
                    came.append(line)
                    size += len(line)
                yield line if raw else self.struck_out(line)
        except http_wire.HalfRead as error:
            body = self.struck_out(b"\n".join((*came, error.body)).strip())
            raise self._failure(http_wire.HalfRead(body, error.cause), call) from error
        except (aiohttp.ClientError, OSError) as error:
            raise self._failure(error, call) from error

    async def _read(self, call: Call, response: aiohttp.ClientResponse) -> bytes:
        try:
            return await http_wire.read(response)
        except (aiohttp.ClientError, OSError, http_wire.HalfRead) as error:
            raise self._failure(error, call) from error

    @contextlib.asynccontextmanager
    async def _sent(self, call: Call, *, in_turn: bool = True) -> AsyncIterator[aiohttp.ClientResponse]:
        """The answer's head. Raises a TargetError for whatever the wire does."""
        try:
            request = self.client.request(
                call.method, call.url, data=call.body, headers=self.headers_of(call), **self._limits(in_turn)
            )
            response = await request.__aenter__()
        except LeadsElsewhere as error:
            self.last = Exchange(call, error.status)
            raise self._failure(error, call) from error
        except (aiohttp.ClientError, OSError) as error:
            raise self._failure(error, call) from error
        async with response:
            for one in (*response.history, response):
                if one.cookies:
                    self._cookies |= {
                        text for cookie in one.cookies.values() if len(text := cookie.value) >= _SHORTEST_COOKIE
                    }
            yield response

    def _limits(self, in_turn: bool) -> dict[str, Any]:
        """What a request may take, where that is not as for all of them: what is left of the turn."""
        left_s, of_each = self.turn.left_s, self.wiring.timeout_s
        if not in_turn or left_s is None or (of_each is not None and of_each < left_s):
            return {}
        # aiohttp takes 0 for no limit, and rounds long ones up to a whole second.
        return {"timeout": aiohttp.ClientTimeout(total=max(left_s, 0.001), ceil_threshold=float("inf"))}

    def headers_of(self, call: Call) -> dict[str, Any]:
        """The headers of the next request, with a traceparent of its own."""
        headers: dict[str, Any] = dict(self.headers if call.headers is None else call.headers)
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
        """A text without the values of our headers and cookies. (Cookies stay in what the product says: an id of the
        conversation may be the same.)"""
        for secret in (*self._secrets, *self._cookies):
            text = text.replace(secret, "***")
        return text

    def _failure(self, error: Exception, call: Call) -> TargetError:
        what = f"{call.method} {call.url.with_user(None).with_query(None)}"
        told = http_wire.failure(error, what, self.wiring.timeout_s)
        raw = None if told.raw is None else self.hidden(told.raw)
        if isinstance(told, Timeout) and self.turn.left_s == 0:
            return self.late(call.label, raw)
        return type(told)(self.hidden(told.detail), raw, infrastructure=told.infrastructure)

    def late(self, label: str, raw: str | None) -> Timeout:
        """What to say where the turn's time is up before an answer is whole; `raw` is what had come."""
        turn = self.turn
        begun = ", though it began" if raw else ""
        held = f" ({turn.held_s:.3g} s of them waited because of 429s)" if turn.held_s else ""
        unfair = turn.patience_s is not None and turn.held_s > _MUCH_HELD * turn.patience_s
        detail = f"no whole answer within {turn.patience_s or 0:g} s{held} to {self.hidden(label)}{begun}"
        return Timeout(detail, raw, infrastructure=unfair)

    def _refuse_errors(self, call: Call, response: aiohttp.ClientResponse, body: bytes) -> None:
        evidence = self.hidden(http_wire.evidence(body))
        if response.status == 429:
            after = response.headers.get("Retry-After")
            wait = f", to be tried again after {after[:40]}" if after else ""
            detail = f"{call.label} answered 429 (too many requests){wait}"
            raise Refused(self.hidden(detail), evidence, infrastructure=True)
        if response.status >= 400:
            raise Crashed(self.hidden(f"{call.label} answered {response.status}"), evidence)

    def told_trace(self, response: aiohttp.ClientResponse) -> str | None:
        """The product's own trace id, where a header of an answer tells it."""
        if self.wiring.trace_header is not None:
            told = response.headers.get(self.wiring.trace_header)
            return None if told is None else self.hidden(told)
        found = _TRACERESPONSE.match(response.headers.get("traceresponse", ""))
        return None if found is None else found[1]
