"""A product that is a chat on a web page: opened, read, clicked and typed into in a real browser."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

import aiohttp
from pydantic import ValidationError
from yarl import URL

from prebeta.core.errors import HarnessError, TargetError, UsageError
from prebeta.core.protocols import OpenContext
from prebeta.targets.browser import screenshots as browser_screenshots
from prebeta.targets.browser.chromium import Chromium
from prebeta.targets.browser.conversation import BrowserConversation
from prebeta.targets.browser.options import BrowserOptions
from prebeta.targets.wire.line import Line
from prebeta.targets.wire.network import NetworkTarget
from prebeta.targets.wire.recognised import Recognised

_A_CORE = 2
"""Conversations held at once for each core, where the project doesn't say: each is a page that is laid out and drawn."""
_LOOK_S = 12.0


class BrowserTarget(NetworkTarget[BrowserOptions]):
    """Connector to a chat on a web page. One browser a run, one context (cookies, storage) a conversation."""

    Options = BrowserOptions

    def __init__(self, options: BrowserOptions, folder: Path) -> None:
        super().__init__(options, folder)
        # What stands in a page's query is rarely secret, and may be a word that the product says.
        self.wiring = replace(self.wiring, base=str(URL(options.url).with_query(None).with_fragment(None)))
        self._chromium = Chromium(options)

    @property
    def most_at_once(self) -> int | None:
        return self.options.concurrency or _A_CORE * (os.cpu_count() or 1)

    async def __aenter__(self) -> BrowserTarget:
        await self._chromium.start()
        await super().__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        try:
            await super().__aexit__(*exc)
        finally:
            await self._chromium.stop()

    def session(self, line: Line) -> BrowserConversation:
        return BrowserConversation(self.options, line, self._chromium, self.folder)

    def is_about_the_project(self, error: TargetError, line: Line) -> bool:
        return "target." in error.detail or super().is_about_the_project(error, line)

    def keep_evidence(self, conversation: str, turns: Collection[int]) -> None:
        """When a conversation has been judged: keep the screenshots of these turns and remove its others."""
        browser_screenshots.keep(self.folder, conversation, turns)

    @classmethod
    async def recognise(cls, url: str, client: aiohttp.ClientSession) -> Recognised | None:
        """A page (text/html) at the address; where there is a browser here, whether a chat is on it."""
        if not await _is_page(url, client):
            return None
        section = {"kind": "browser", "url": url}
        try:
            return Recognised(
                section,
                note=f"a web page; {await _chat_on(cls(BrowserOptions(url=url, timeout_s=_LOOK_S / 3), Path()))}",
            )
        except ValidationError:
            return None
        except (UsageError, HarnessError, TargetError, TimeoutError) as error:
            why = str(error) or "it took too long"
            return Recognised(section, note=f"a web page, and its chat was not found yet: {why}", sure=False)


async def _is_page(url: str, client: aiohttp.ClientSession) -> bool:
    try:
        async with client.get(url, headers={"Accept": "text/html"}) as answer:
            return answer.status == 200 and answer.content_type in ("text/html", "application/xhtml+xml")
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return False


async def _chat_on(target: BrowserTarget) -> str:
    """What is typed into on the page, in words. Raises what opening it does."""
    async with asyncio.timeout(_LOOK_S), target, target.open(OpenContext("look", 0)) as session:
        conversation = session.inner
        assert isinstance(conversation, BrowserConversation)
        return f"its chat is typed into at {await conversation.look()}"
