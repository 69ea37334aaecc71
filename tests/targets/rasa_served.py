"""Rasa's REST channel and tracker, played back: what a real Rasa 3.6.20 answered to examples/rasa/bot, word for word.

`recorded.json` was written by record.py beside it. A conversation goes on as long as somebody says what was said in one of
the recordings; where none fits, the answer is 500.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from aiohttp import web

FILE = Path(__file__).parents[1] / "products" / "rasa" / "recorded.json"
RECORDED = json.loads(FILE.read_text(encoding="utf-8"))["conversations"]
Heard = list[tuple[str, Mapping[str, str]]]


class Playback:
    """The recordings as a server. `heard` are (sender, headers) of each message; `broken` may give another answer to one."""

    def __init__(self, broken: Callable[[str, str], Any] | None = None, token: str | None = None) -> None:
        self.heard: Heard = []
        self.bodies: list[dict[str, Any]] = []
        self._broken, self._token = broken, token
        self._said: dict[str, list[str]] = {}

    @property
    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/", self._hello),
            web.get("/version", self._version),
            web.get("/status", self._status),
            web.get("/webhooks/rest/", self._channel),
            web.post("/webhooks/rest/webhook", self._webhook),
            web.get("/conversations/{sender}/tracker", self._tracker),
        ]

    async def _hello(self, _request: web.Request) -> web.Response:
        return web.Response(text="Hello from Rasa: 3.6.20")

    async def _version(self, _request: web.Request) -> web.Response:
        return web.json_response({"version": "3.6.20", "minimum_compatible_version": "3.5.0"})

    async def _channel(self, _request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    async def _status(self, request: web.Request) -> web.Response:
        return self._unlet(request) or web.json_response({"model_file": "bike.tar.gz"})

    async def _webhook(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        sender, message = body["sender"], body["message"]
        self.heard.append((sender, dict(request.headers)))
        self.bodies.append(body)
        if self._broken is not None and (answer := await self._broken(request, message)) is not None:
            return answer
        self._said.setdefault(sender, []).append(message)
        return self._played(sender, "answer")

    async def _tracker(self, request: web.Request) -> web.Response:
        return self._unlet(request) or self._played(request.match_info["sender"], "tracker")

    def _unlet(self, request: web.Request) -> web.Response | None:
        if self._token is None or request.query.get("token") == self._token:
            return None
        return web.json_response({"reason": "NotAuthenticated", "code": 401}, status=401)

    def _played(self, sender: str, part: str) -> web.Response:
        said = self._said.get(sender, [])
        for turns in RECORDED.values():
            if said and [turn["message"] for turn in turns[: len(said)]] == said:
                text = json.dumps(turns[len(said) - 1][part]).replace("{sender}", sender)
                return web.Response(text=text, content_type="application/json")
        return web.json_response({"reason": "not recorded", "said": said}, status=500)
