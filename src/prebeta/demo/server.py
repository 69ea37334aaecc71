"""The assistant over HTTP, on loopback.

POST /chats → {id, messages, suggestions: [{title, payload}], done, state, plan, trace_id}; POST /chats/{id} with
{"text": …, "payload": …} answers likewise; GET /chats/{id}, GET /chats/{id}/faults, GET /version.
"""

from __future__ import annotations

import itertools
import json
import traceback
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from prebeta.demo.assistant import Assistant
from prebeta.demo.faults import Breakdown

MAX_CHATS = 10_000
"""Chats kept in memory; the oldest go first."""


@dataclass(slots=True)
class _Chat:
    assistant: Assistant
    answer: dict[str, Any]
    turns: int = 0


class Chats:
    """All chats of one server, and its handlers."""

    def __init__(self, release: int) -> None:
        self._release = Assistant(release).release
        self._chats: dict[str, _Chat] = {}
        self._numbers = itertools.count(1)

    async def begin(self, _request: web.Request) -> web.Response:
        """A new chat with its greeting."""
        name = f"chat-{next(self._numbers)}"
        assistant = Assistant(self._release)
        chat = _Chat(assistant, assistant.start())
        self._chats[name] = chat
        if len(self._chats) > MAX_CHATS:
            del self._chats[next(iter(self._chats))]
        return web.json_response(_shown(name, chat), status=201)

    async def message(self, request: web.Request) -> web.Response:
        """One message of the customer and its answer."""
        name, chat = self._found(request)
        try:
            body = await request.json()
        except (json.JSONDecodeError, UnicodeDecodeError):
            return _refused('the body must be JSON: {"text": "…"}')
        text, payload = (body.get("text"), body.get("payload")) if isinstance(body, dict) else (None, None)
        if not isinstance(text, str) or not isinstance(payload, str | None):
            return _refused('the body must have "text", a string; "payload" may be one too')
        chat.turns += 1
        try:
            chat.answer = chat.assistant.send(text, payload)
        except Breakdown:
            return web.Response(status=500, text=traceback.format_exc())
        return web.json_response(_shown(name, chat))

    async def look(self, request: web.Request) -> web.Response:
        """The last answer of a chat, again."""
        return web.json_response(_shown(*self._found(request)))

    async def faults(self, request: web.Request) -> web.Response:
        """The decisive turns of the faults that showed; for those who try a tool on this product."""
        _, chat = self._found(request)
        return web.json_response(chat.assistant.fault_log)

    async def version(self, _request: web.Request) -> web.Response:
        """Which release this is."""
        return web.json_response({"version": f"release-{self._release}", "release": self._release})

    def _found(self, request: web.Request) -> tuple[str, _Chat]:
        name = request.match_info["id"]
        if name not in self._chats:
            raise web.HTTPNotFound(text=json.dumps({"error": f"no chat {name!r}"}), content_type="application/json")
        return name, self._chats[name]


def _refused(reason: str) -> web.Response:
    return web.json_response({"error": reason}, status=400)


def _shown(name: str, chat: _Chat) -> dict[str, Any]:
    answer = chat.answer
    return {
        "id": name,
        "messages": answer["messages"],
        "suggestions": answer["options"],
        "done": answer["ended"],
        "state": answer["state"],
        "plan": answer["state"]["plan"],
        "trace_id": f"{name}-{chat.turns}",
    }


def application(release: int) -> web.Application:
    """The server's application. Raises ValueError for an unknown release."""
    chats = Chats(release)
    app = web.Application()
    app.add_routes(
        [
            web.post("/chats", chats.begin),
            web.post("/chats/{id}", chats.message),
            web.get("/chats/{id}", chats.look),
            web.get("/chats/{id}/faults", chats.faults),
            web.get("/version", chats.version),
        ]
    )
    return app


def serve(port: int, release: int) -> None:
    """Serve on 127.0.0.1 until interrupted."""
    web.run_app(application(release), host="127.0.0.1", port=port)
