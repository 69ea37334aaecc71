"""Calls over HTTP: one session an endpoint and run, streamed or not, and what each failure means.

Nothing that aiohttp raises leaves this module: its errors hold our headers, and so the key.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection, Iterable

import aiohttp
from multidict import CIMultiDict
from yarl import URL

from prebeta.core.protocols import ModelRequest
from prebeta.models.options import HttpOptions
from prebeta.models.retry import retry_after_s
from prebeta.models.sse import EventReader
from prebeta.models.wire import Answer, Broken, CallFailed, Wire, decode, encode, error_in, one_line

_BODY_LIMIT = 16_000_000
_DNS_CACHE_S = 300
_HIDDEN = "•••"
_SHORTEST_SECRET = 4
# 429s that no waiting helps: there is no money left.
_SPENT = frozenset(
    ("insufficient_quota", "billing_hard_limit_reached", "credit_balance_exhausted", "enforced_spend_limit_reached")
)
_AGAIN = frozenset((408, 409, 425, 429))


class HttpCaller:
    """Calls one endpoint. `open` before the first call, `close` after the last."""

    def __init__(self, wire: Wire, options: HttpOptions) -> None:
        self.rungs = wire.rungs
        self.parameters = wire.parameters
        self._wire, self._options = wire, options
        self._url = URL(wire.url)
        self._headers = CIMultiDict({"Content-Type": "application/json", **wire.headers()})
        self._secrets = tuple(_secrets(options))
        self._session: aiohttp.ClientSession | None = None

    async def open(self) -> None:
        self._session = aiohttp.ClientSession(
            # No limit here: how many calls are under way is the window's matter.
            connector=aiohttp.TCPConnector(limit=0, ttl_dns_cache=_DNS_CACHE_S),
            timeout=aiohttp.ClientTimeout(total=self._options.timeout_s),
            cookie_jar=aiohttp.DummyCookieJar(),
        )

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def call(self, request: ModelRequest, rung: str | None, without: Collection[str]) -> Answer:
        """Raises CallFailed."""
        failed: CallFailed
        body = encode(self._wire.body(request, rung, without))
        try:
            return await self._post(body)
        except CallFailed:
            raise
        except Broken as error:
            failed = self._failure(str(error), error.status, paid=error.status is None)
        except (aiohttp.ClientError, OSError) as error:  # TimeoutError is one of them
            failed = self._unheard(error)
        raise failed  # outside of the handler: what aiohttp raised holds our headers, and is not to hang on to this

    async def _post(self, body: bytes) -> Answer:
        if not self._options.stream:
            return await self._answered(body, None)
        async with asyncio.timeout(self._options.first_token_timeout_s) as first:
            return await self._answered(body, first)

    async def _answered(self, body: bytes, first: asyncio.Timeout | None) -> Answer:
        """`first` runs until the answer begins, where it is to be streamed."""
        assert self._session is not None, "open the models first: async with Models(…)"
        async with self._session.post(
            self._url, data=aiohttp.BytesPayload(body), headers=self._headers, allow_redirects=False
        ) as response:
            if response.status != 200:
                raise await self._refusal(response)
            if first is not None and response.content_type == "text/event-stream":
                return await self._collected(response, first)
            if first is not None:
                first.reschedule(None)
            raw = await self._whole(response)
            try:
                document = decode(raw)
            except ValueError:
                raise Broken("the answer isn't JSON") from None
            return self._wire.read(document)

    async def _collected(self, response: aiohttp.ClientResponse, first: asyncio.Timeout) -> Answer:
        reader, collector = EventReader(), self._wire.collector()
        try:
            while chunk := await response.content.readany():
                for event in reader.feed(chunk):
                    collector.take(event)
                if collector.started:
                    first.reschedule(None)
        except (aiohttp.ClientError, ConnectionError):
            if not collector.ended:
                raise Broken("the stream was cut") from None
        except Broken:
            raise
        except ValueError as error:
            raise Broken(str(error)) from None
        if not collector.ended:
            raise Broken("the stream was cut")
        return collector.answer()

    async def _whole(self, response: aiohttp.ClientResponse) -> bytes:
        pieces, size = [], 0
        try:
            while chunk := await response.content.readany():
                pieces.append(chunk)
                size += len(chunk)
                if size > _BODY_LIMIT:
                    raise Broken(f"an answer of more than {_BODY_LIMIT // 1_000_000} MB")
        except (aiohttp.ClientError, ConnectionError):
            raise Broken("the connection broke off in the answer") from None
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def _refusal(self, response: aiohttp.ClientResponse) -> CallFailed:
        status = response.status
        if 300 <= status < 400:
            where = one_line(response.headers.get("Location", "elsewhere"))
            return self._failure(f"it redirects to {where}; put that address into url", status)
        try:
            raw = await self._whole(response)
        except Broken:
            raw = b""
        try:
            message, code, parameter = error_in(decode(raw))
        except ValueError:
            message, code, parameter = one_line(raw.decode("utf-8", "replace")), "", None
        failed = self._failure(message, status)
        failed.parameter = parameter
        failed.again = failed.again and code not in _SPENT
        failed.retry_after_s = retry_after_s(response.headers, time.time())
        return failed

    def _failure(self, said: str, status: int | None, *, paid: bool = False) -> CallFailed:
        """`status` None: the answer began well and came to nothing."""
        hint = ""
        if status in (401, 403):
            hint = " (look at key)" if self._options.key is not None else " (give key: ${NAME})"
        detail = f"{status} {said}{hint}".strip() if status is not None else said
        again = status is None or status in _AGAIN or status >= 500
        return CallFailed(self._hidden(detail), status=status, again=again, paid=paid)

    def _unheard(self, error: Exception) -> CallFailed:
        if isinstance(error, TimeoutError):
            limit = self._options.timeout_s
            first = self._options.first_token_timeout_s if self._options.stream else None
            told = (
                f"no answer within {limit:g} s"
                if first is None
                else f"no answer begun in {first:g} s, or over {limit:g} s"
            )
            return CallFailed(told, again=True, paid=True)
        if isinstance(error, aiohttp.ClientConnectorDNSError):
            return CallFailed(f"the name {error.host!r} does not resolve", again=True)
        if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
            return CallFailed("no secure connection: the certificate or TLS handshake failed", again=False)
        if isinstance(error, aiohttp.ClientConnectorError):
            return CallFailed(f"nothing listens at {error.host}:{error.port}", again=True)
        if isinstance(error, aiohttp.InvalidURL | ValueError):
            return CallFailed("url isn't an address", again=False)
        return CallFailed("the connection broke off", again=True)

    def _hidden(self, text: str) -> str:
        """The text without our secrets; providers like to quote the key they refuse."""
        for secret in self._secrets:
            text = text.replace(secret, _HIDDEN)
        return text


def _secrets(options: HttpOptions) -> Iterable[str]:
    given = [*options.headers.values(), *([options.key] if options.key is not None else [])]
    for secret in given:
        text = secret.get_secret_value()
        words = {text, *text.split()} if text else set()
        yield from sorted((word for word in words if len(word) >= _SHORTEST_SECRET), key=len, reverse=True)
