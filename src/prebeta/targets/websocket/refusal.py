"""What it means that a product over WebSocket lets nobody in, or closes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from types import MappingProxyType

import aiohttp

from prebeta.core.errors import Closed, Crashed, Refused, TargetError
from prebeta.targets.websocket.inbox import Over

NO_CODE = 1005
_MEANING: Mapping[int, str] = MappingProxyType(
    {
        1000: "normal",
        1001: "going away",
        1002: "protocol error",
        1003: "unsupported data",
        NO_CODE: "no code",
        1007: "invalid data",
        1008: "policy violation",
        1009: "message too big",
        1010: "extension missing",
        1011: "internal error",
        1012: "restarting",
        1013: "try again later",
        1014: "bad gateway",
    }
)
_LEAVES = frozenset((1001, 1012, 1013, 1014))
_REASON = 200


class Dropped(Exception):
    """The connection is at its end: by this close code, or None where it broke off without one."""

    def __init__(self, code: int | None, reason: str = "") -> None:
        super().__init__(code, reason)
        self.code, self.reason = code, reason

    @property
    def told(self) -> str:
        """What happened, after "the product"."""
        if self.code is None:
            return "broke the connection off without closing it" + (f": {self.reason}" if self.reason else "")
        meaning = _MEANING.get(self.code)
        named = f"{self.code} ({meaning})" if meaning is not None else str(self.code)
        reason = " ".join(self.reason.split())[:_REASON]
        return f"closed the connection with {named}" + (f": {reason}" if reason else "")

    def ending(self, normal: Collection[int], hidden: Callable[[str], str]) -> Over | TargetError:
        """What it is to the conversation: over in good order, closed on the user, or the product's failure."""
        if self.code == NO_CODE or self.code in normal:
            return Over()
        kind = Closed if self.code is None or self.code in _LEAVES or self.code == 1000 else Crashed
        return kind(hidden(f"the product {self.told}"), hidden(self.reason) or None)


def refused_handshake(error: aiohttp.WSServerHandshakeError, shown: str) -> TargetError:
    """The error where the product answered the handshake, but with no WebSocket. What aiohttp raised holds our headers and
    the whole address, so nothing of it is shown but the status."""
    status = error.status
    said = f"{shown} answered {status} to the WebSocket handshake"
    if status == 429:
        return Refused(f"{said} (too many requests)", infrastructure=True)
    if status in (401, 403):
        return Crashed(f"{said}: it doesn't let us in; look at target.headers, the query of target.url, or Origin")
    if status in (404, 405, 426) or status < 400:
        return Crashed(f"{said}: is there a WebSocket at this path?")
    return Crashed(said)
