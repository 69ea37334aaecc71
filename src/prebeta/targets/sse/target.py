"""A product that streams its answers over HTTP: a request a turn, words and events as they come."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import aiohttp

from prebeta.targets.sse.conversation import SseConversation
from prebeta.targets.sse.hints import unheard
from prebeta.targets.sse.options import SseOptions
from prebeta.targets.sse.plan import plan_of
from prebeta.targets.sse.recognise import recognised
from prebeta.targets.wire.line import Exchange, Line
from prebeta.targets.wire.network import NetworkTarget
from prebeta.targets.wire.recognised import Recognised


class SseTarget(NetworkTarget[SseOptions]):
    """Connector to a product that streams."""

    Options = SseOptions

    def __init__(self, options: SseOptions, folder: Path) -> None:
        super().__init__(options, folder)
        self._plan = plan_of(options)

    def session(self, line: Line) -> SseConversation:
        return SseConversation(self._plan, line)

    def why_silent(self, heard: Sequence[Exchange], _line: Line) -> str | None:
        """Which events there were in which nothing is known to be words."""
        return unheard(heard, self.options.stream)

    @classmethod
    async def recognise(cls, url: str, client: aiohttp.ClientSession) -> Recognised | None:
        """What streams at the address, asked for with a greeting; None where nothing does."""
        return await recognised(url, client)
