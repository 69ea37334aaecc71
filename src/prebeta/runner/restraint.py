"""How little is said to an address of which nothing is known: what is sent there may order, book or open something."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import aiohttp

MOST_SENT = 12
_LOOKING = ("GET", "HEAD", "OPTIONS")
_ENOUGH = (401, 403)
"""And any 5xx but 500: whoever doesn't let us in isn't tried in other ways."""
_BROKEN = 5
"""How many 500s are enough: careless products answer so where they miss a key."""


class Restraint:
    """Watches a client: of the requests that may change something it lets MOST_SENT pass, and none once one of them was
    answered with 401, 403, 501 or more, or several with 500. Others fail as if nobody had answered."""

    def __init__(self) -> None:
        self._sent = self._broken = 0
        self._enough = False

    def watch(self) -> aiohttp.TraceConfig:
        """For `ClientSession(trace_configs=[…])`."""
        import aiohttp

        async def begins(_client: Any, _context: Any, told: aiohttp.TraceRequestStartParams) -> None:
            if told.method in _LOOKING:
                return
            if self._enough or self._sent >= MOST_SENT:
                raise aiohttp.ClientConnectionError("enough was tried")
            self._sent += 1

        async def ended(_client: Any, _context: Any, told: aiohttp.TraceRequestEndParams) -> None:
            status = told.response.status
            if told.method in _LOOKING:
                return
            self._broken += status == 500
            self._enough = self._enough or status > 500 or status in _ENOUGH or self._broken >= _BROKEN

        watch = aiohttp.TraceConfig()
        watch.on_request_start.append(begins)
        watch.on_request_end.append(ended)
        return watch
