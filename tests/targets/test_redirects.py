"""Redirects: followed within the product's own origin; what the project sends reaches nobody else."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web

from prebeta.core.errors import UnreachableError
from prebeta.core.protocols import OpenContext
from prebeta.targets.http.target import HttpTarget
from prebeta.targets.sse.target import SseTarget
from prebeta.targets.websocket.target import WebsocketTarget
from prebeta.targets.wire.prepared import HttpCalls, SetupError

KEY = {"X-Api-Key": "k-1234567890"}


class Elsewhere:
    """Another server, which takes whatever comes and keeps the headers."""

    def __init__(self) -> None:
        self.seen: list[Any] = []

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.seen.append(request.headers)
        if request.headers.get("Upgrade") == "websocket":
            socket = web.WebSocketResponse()
            await socket.prepare(request)
            await socket.send_str("I am not it")
            return socket
        return web.json_response({"reply": "I am not it"})


def leading(to: str, status: int = 302) -> Any:
    async def lead(request: web.Request) -> web.Response:
        return web.Response(status=status, headers={"Location": f"{to}?key=s3cret-query"})

    return lead


def http(url: str) -> HttpTarget:
    section = {"send": {"post": "/chat", "json": {"text": "{text}"}}, "reply": {"messages": "reply"}}
    return HttpTarget(HttpTarget.Options(url=url, headers=KEY, **section), Path())


def sse(url: str) -> SseTarget:
    return SseTarget(
        SseTarget.Options(url=url, headers=KEY, send={"post": "/chat", "json": {"text": "{text}"}}), Path()
    )


def websocket(url: str) -> WebsocketTarget:
    url = url.replace("http", "ws", 1) + "/chat"
    return WebsocketTarget(WebsocketTarget.Options(url=url, headers=KEY, send="{text}"), Path())


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("made", [http, sse, websocket])
async def test_another_origin_is_not_gone_to(serve_app: Any, hold: Any, made: Any, status: int) -> None:
    elsewhere = Elsewhere()
    there = await serve_app(elsewhere.answer)
    url = await serve_app(leading(f"{there}/final", status))
    with pytest.raises(UnreachableError) as error:
        await made(url).check()
    assert f"redirects to {there}/final, which gets nothing" in str(error.value)
    assert "s3cret" not in str(error.value)
    async with made(url) as target:
        held = await hold(target, "hi")
    assert (held.stop.by, held.stop.reason) == ("product", "crashed")
    assert elsewhere.seen == []


@pytest.mark.parametrize("made", [http, sse])
async def test_within_the_product_they_are_followed(serve_app: Any, hold: Any, made: Any) -> None:
    seen: list[Any] = []

    async def final(request: web.Request) -> web.Response:
        seen.append((request.headers["X-Api-Key"], await request.json()))
        return web.json_response({"reply": "Hello"})

    routes = [web.post("/chat", leading("/v2/chat", 307)), web.post("/v2/chat", final)]
    async with made(await serve_app(routes=routes)) as target:
        held = await hold(target, "hi")
    assert [turn.text for turn in held.turns if turn.speaker == "product"][-1] == "Hello"
    assert seen == [("k-1234567890", {"text": "hi"})]


async def test_a_circle_is_left(serve_app: Any, hold: Any) -> None:
    async with http(await serve_app(leading("/chat", 307))) as target:
        held = await hold(target, "hi")
    assert held.stop.reason == "malformed"
    assert held.stop.detail.endswith("redirects without end")


async def test_setup_calls_do_not_leave_either(serve_app: Any) -> None:
    elsewhere = Elsewhere()
    url = await serve_app(leading(await serve_app(elsewhere.answer)))
    call = SimpleNamespace(get="/u", post=None, put=None, delete=None, headers=KEY, body=None)
    calls = HttpCalls(url, call, None)
    with pytest.raises(SetupError, match="redirects to"):
        await calls.before(OpenContext("c", 1))
    await calls.close()
    assert elsewhere.seen == []


async def test_cookies_of_setup_belong_to_their_conversation(serve_app: Any) -> None:
    seen: list[tuple[str, str | None]] = []

    async def note(request: web.Request) -> web.Response:
        seen.append((request.path, request.cookies.get("sid")))
        answer = web.json_response({})
        answer.set_cookie("sid", request.path.rpartition("/")[2])
        return answer

    def call(path: str) -> Any:
        return SimpleNamespace(get=path, post=None, put=None, delete=None, headers={}, body=None)

    calls = HttpCalls(await serve_app(note), call("/in/{id}"), call("/out/{id}"))
    a, b = OpenContext("a", 1), OpenContext("b", 2)
    for context in (a, b):
        await calls.before(context)
    for context in (a, b):
        await calls.after(context)
    await calls.close()
    assert seen == [("/in/a", None), ("/in/b", None), ("/out/a", "a"), ("/out/b", "b")]
