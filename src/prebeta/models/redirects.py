"""Redirects are followed while they stay with the product: the project's headers go along, and they are for nobody else."""

from __future__ import annotations

from types import MappingProxyType
from typing import Any

import aiohttp
from yarl import URL

_PLAIN = MappingProxyType({"ws": "http", "wss": "https"})


class LeadsElsewhere(aiohttp.ClientError):
    """A redirect to another scheme, host or port; `to` is where, without user, password and query."""

    def __init__(self, to: str, status: int) -> None:
        super().__init__(f"it redirects to {to}")
        self.to, self.status = to, status


def staying() -> aiohttp.TraceConfig:
    """For `ClientSession(trace_configs=[…])`: requests of that client raise LeadsElsewhere rather than leave the origin.
    aiohttp offers no other place to say so that WebSockets' handshakes pass too."""
    watch = aiohttp.TraceConfig()
    watch.on_request_redirect.append(_stays)
    return watch


async def _stays(_client: Any, _context: Any, told: aiohttp.TraceRequestRedirectParams) -> None:
    location = told.response.headers.get("Location") or told.response.headers.get("URI")
    try:
        there = told.url.join(URL(location or ""))
        leaves = _origin(there) != _origin(told.url)
    except ValueError:
        return  # not an address: aiohttp says so
    if leaves:
        told.response.close()
        raise LeadsElsewhere(str(there.with_user(None).with_query(None).with_fragment(None)), told.response.status)


def _origin(url: URL) -> tuple[str, str | None, int | None]:
    return _PLAIN.get(url.scheme, url.scheme), url.host, url.port
