"""A product over HTTP: a request a turn, JSON back, read by JMESPath."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import aiohttp

from prebeta.targets.http.conversation import HttpConversation
from prebeta.targets.http.hints import unheard
from prebeta.targets.http.options import HttpOptions
from prebeta.targets.http.plan import plan_of
from prebeta.targets.http.state import StateProbe
from prebeta.targets.wire.line import Exchange, Line
from prebeta.targets.wire.network import NetworkTarget
from prebeta.targets.wire.recognised import Recognised


class HttpTarget(NetworkTarget[HttpOptions]):
    """Connector to a product over HTTP."""

    Options = HttpOptions

    def __init__(self, options: HttpOptions, folder: Path) -> None:
        super().__init__(options, folder)
        self._plan = plan_of(options)
        told = options.state
        self._state_probe = None if told is None else StateProbe(told, self._plan.state, folder)

    async def __aenter__(self) -> HttpTarget:
        """Raises UsageError where the function that tells the state isn't there."""
        if self._state_probe is not None:
            self._state_probe.__enter__()
        await super().__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        try:
            await super().__aexit__(*exc)
        finally:
            if self._state_probe is not None:
                self._state_probe.__exit__(*exc)

    @classmethod
    async def recognise(cls, url: str, client: aiohttp.ClientSession) -> Recognised | None:
        """By the product's OpenAPI document where it has one, else by its answers to a greeting."""
        from prebeta.targets.http.recognise import recognise  # it holds conversations with what it found

        return await recognise(url, client)

    def session(self, line: Line) -> HttpConversation:
        return HttpConversation(self._plan, line, self._state_probe)

    def why_silent(self, heard: Sequence[Exchange], _line: Line) -> str | None:
        """Which paths of target.reply found nothing in what the product answered."""
        return unheard(heard, self._plan)
