"""A product over WebSocket: it may speak at any time, and is spoken to by frames of text or JSON."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import aiohttp
from yarl import URL

from prebeta.targets.websocket.conversation import WebsocketConversation
from prebeta.targets.websocket.options import WebsocketOptions
from prebeta.targets.websocket.plan import plan_of
from prebeta.targets.websocket.recognise import recognise
from prebeta.targets.wire.line import Line
from prebeta.targets.wire.network import NetworkTarget
from prebeta.targets.wire.recognised import Recognised


class WebsocketTarget(NetworkTarget[WebsocketOptions]):
    """Connector to a product over WebSocket."""

    Options = WebsocketOptions

    def __init__(self, options: WebsocketOptions, folder: Path) -> None:
        super().__init__(options, folder)
        self._plan = plan_of(options)
        # Of the address, `version.get` needs the host alone; what is secret in its query is known once it is filled in.
        parts = URL(options.url)
        origin = parts.origin().with_user(parts.user).with_password(parts.password)
        self.wiring = replace(self.wiring, base=str(origin.with_scheme("https" if parts.scheme == "wss" else "http")))

    def session(self, line: Line) -> WebsocketConversation:
        return WebsocketConversation(self._plan, line)

    @classmethod
    async def recognise(cls, url: str, client: aiohttp.ClientSession) -> Recognised | None:
        """The section for a product at a ws:// or wss:// address; None for other addresses."""
        return await recognise(url, client)
