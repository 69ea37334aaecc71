"""The wire of an HTTP product: JSON in and out, and what each failure of a request is called."""

from __future__ import annotations

import errno
import json
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import aiohttp

from prebeta.core.errors import Closed, Crashed, Malformed, Refused, TargetError, Timeout
from prebeta.core.types import Json
from prebeta.models.redirects import LeadsElsewhere
from prebeta.targets.wire.reply import RAW_LIMIT, cut

try:
    import orjson
except ImportError:  # the `fast` extra isn't there
    orjson = None  # type: ignore[assignment,unused-ignore]

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

_HOST_IS_OUT = frozenset((errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOBUFS, errno.EADDRNOTAVAIL))
_BOM = b"\xef\xbb\xbf"
_BODY_LIMIT = 16_000_000
"""Bytes of an answer; a product that streams without end must not fill our memory."""


class HalfRead(Exception):
    """The connection broke off in the body, or time was up; `body` is what had come."""

    def __init__(self, body: bytes, cause: Exception) -> None:
        super().__init__(str(cause))
        self.body = body
        self.cause = cause


def encode(value: Json) -> bytes:
    """JSON as bytes. What UTF-8 can't hold (lone surrogates) goes as an escape."""
    if orjson is not None:
        try:
            return orjson.dumps(value)
        except TypeError:
            pass  # surrogates, or integers beyond 64 bit
    return json.dumps(value, separators=(",", ":")).encode()


def encode_form(fields: Mapping[str, Json]) -> bytes:
    """Form fields as bytes; those without a value are left out."""
    pairs = [(key, _form_value(value)) for key, value in fields.items() if value is not None]
    return urlencode(pairs, errors="replace").encode()


def _form_value(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def decode(body: bytes) -> Json:
    """The JSON of an answer. Raises ValueError, also for NaN and for text that can't be stored."""
    body = body.removeprefix(_BOM)
    if orjson is not None:
        return orjson.loads(body)
    try:
        value = json.loads(body, parse_constant=_not_json)
    except RecursionError as error:
        raise ValueError("nested too deep") from error
    if b"\\ud" in body.lower():
        json.dumps(value, ensure_ascii=False).encode()  # a lone surrogate is a UnicodeEncodeError here
    return value


def _not_json(word: str) -> Json:
    raise ValueError(f"{word} isn't JSON")


async def read(response: aiohttp.ClientResponse) -> bytes:
    """The whole body. Raises HalfRead with what had come when the connection breaks off or time is up, Malformed if it is
    endless."""
    chunks: list[bytes] = []
    size = 0
    try:
        while chunk := await response.content.readany():
            chunks.append(chunk)
            size += len(chunk)
            if size > _BODY_LIMIT:
                response.close()
                raise Malformed(f"an answer of more than {_BODY_LIMIT // 1_000_000} MB", evidence(chunks[0]))
    except (aiohttp.ClientError, ConnectionError, TimeoutError) as error:
        raise HalfRead(b"".join(chunks), error) from error
    return chunks[0] if len(chunks) == 1 else b"".join(chunks)


async def lines(response: aiohttp.ClientResponse) -> AsyncIterator[bytes]:
    """The lines of a body as they come, without their ends. Raises HalfRead, Malformed if it or a line of it is endless."""
    parts: list[bytes] = []  # of the line that has no end yet: put together once, however long it gets
    size = 0
    try:
        while chunk := await response.content.readany():
            size += len(chunk)
            if size > _BODY_LIMIT:
                response.close()
                raise Malformed(f"an answer of more than {_BODY_LIMIT // 1_000_000} MB", evidence(chunk))
            if b"\n" not in chunk:
                parts.append(chunk)
                continue
            *whole, rest = b"".join((*parts, chunk)).split(b"\n")
            parts = [rest] if rest else []
            for line in whole:
                yield line.removesuffix(b"\r")
    except (aiohttp.ClientError, ConnectionError, TimeoutError) as error:
        raise HalfRead(b"".join(parts), error) from error
    if parts:
        yield b"".join(parts).removesuffix(b"\r")


def evidence(body: bytes) -> str:
    """The beginning of a body as text."""
    return cut(body[: 4 * RAW_LIMIT].decode("utf-8", "replace"))


def failure(error: Exception, what: str, timeout_s: float | None) -> TargetError:
    """The TargetError for what aiohttp raised; `what` is the request, as in "POST http://…/chats"."""
    reason = getattr(error, "os_error", None) or error
    if getattr(reason, "errno", None) in _HOST_IS_OUT:
        return Refused(f"{what}: this machine is out of files, memory or ports ({reason})", infrastructure=True)
    cause = error.cause if isinstance(error, HalfRead) else error
    if isinstance(cause, TimeoutError):
        within = "in time" if timeout_s is None else f"within {timeout_s:g} s"
        came = evidence(error.body) if isinstance(error, HalfRead) else None
        return Timeout(f"no {'whole ' if came else ''}answer {within} from {what}", came or None)
    if isinstance(error, HalfRead):
        return Closed(f"the connection broke off in the answer to {what}", evidence(error.body))
    if isinstance(error, aiohttp.ClientConnectorDNSError):
        return Refused(f"the name {error.host!r} does not resolve")
    if isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.ClientSSLError):
        return Refused(f"no secure connection for {what}: {_line(error)}")
    if isinstance(error, aiohttp.ClientConnectorError):
        where = f"{error.host}:{error.port}"
        if getattr(reason, "errno", None) in (errno.ECONNREFUSED, None):  # None: each of several addresses refused
            return Refused(f"the connection was refused: nothing listens at {where}")
        return Refused(f"no connection to {where}: {getattr(reason, 'strerror', None) or 'unknown cause'}")
    if isinstance(error, LeadsElsewhere):
        told = "which gets nothing of the project's; if it is the product's, give that final address (target.url)"
        return Crashed(f"{what} redirects to {error.to}, {told}")
    if isinstance(error, aiohttp.TooManyRedirects):
        return Malformed(f"{what} redirects without end")
    if isinstance(error, aiohttp.ClientResponseError | aiohttp.InvalidURL):
        return Malformed(f"the answer to {what} isn't HTTP: {_line(error)}")
    return Closed(f"the connection broke off before the answer to {what}")


def _line(error: Exception) -> str:
    """The error without its request, which holds our headers."""
    told = getattr(error, "message", None) or getattr(error, "certificate_error", None) or error
    return " ".join(str(told).split())[:200] or type(error).__name__
