"""A state that can't be asked for is nobody's fault but the probe's, whichever connector asks; and who is silent by itself
isn't refused."""

from __future__ import annotations

import asyncio
import time
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from prebeta.core.errors import UnreachableError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Limits
from prebeta.targets.a2a.target import A2ATarget
from prebeta.targets.langgraph.target import LangGraphTarget
from prebeta.targets.rasa.target import RasaTarget
from prebeta.targets.wire import http_wire


def broken(how: Any) -> Any:
    async def answer(request: web.Request) -> web.Response:
        if how == "hang":
            await asyncio.sleep(5)
        return web.Response(status=how) if isinstance(how, int) else web.Response(text="<html>")

    return answer


def rasa(url: str) -> RasaTarget:
    return RasaTarget(RasaTarget.Options(url=url, state="tracker"), Path())


def langgraph(url: str, **more: Any) -> LangGraphTarget:
    return LangGraphTarget(LangGraphTarget.Options(url=url, assistant="desk", **more), Path())


async def rasa_says(request: web.Request) -> web.Response:
    return web.json_response([{"text": "Hi there."}])


def graph_routes(values: Any) -> list[web.RouteDef]:
    async def create(request: web.Request) -> web.Response:
        return web.json_response({"thread_id": "t-1"})

    async def run(request: web.Request) -> web.Response:
        return web.json_response(values)

    async def search(request: web.Request) -> web.Response:
        return web.json_response([{"graph_id": "desk", "assistant_id": "id-1"}])

    return [
        web.post("/threads", create),
        web.post("/threads/t-1/runs/wait", run),
        web.post("/assistants/search", search),
    ]


@pytest.mark.parametrize("how", [500, 404, "hang", "html"])
@pytest.mark.parametrize("kind", ["rasa", "langgraph"])
async def test_a_state_that_fails_is_the_probes(hold: Any, serve_app: Any, kind: str, how: Any) -> None:
    routes = (
        [web.post("/webhooks/rest/webhook", rasa_says), web.get("/conversations/{id}/tracker", broken(how))]
        if kind == "rasa"
        else [*graph_routes({"messages": []}), web.get("/threads/t-1/state", broken(how))]
    )
    url = await serve_app(routes=routes)
    made = rasa(url) if kind == "rasa" else langgraph(url, state="order", stream=False)
    async with made as target:
        held = await hold(target, "hi", limits=Limits(turn_timeout_s=1), context=OpenContext("c", 1, patience_s=1))
    assert (held.stop.by, held.stop.reason) == ("harness", "infrastructure")
    assert held.stop.detail.startswith("target.state: ")
    assert held.stop.detail.endswith("; the probe failed, not the conversation")


async def test_a_graph_may_be_silent_and_a_wrong_path_may_not(serve_app: Any) -> None:
    silent = langgraph(await serve_app(routes=graph_routes({"messages": [], "order": 1})), stream=False)
    assert (await silent.check()).empty
    url = await serve_app(routes=[*graph_routes({"answer": "Hi"}), web.get("/threads/t-1/state", no_values)])
    with pytest.raises(UnreachableError, match=r"target\.messages \('messages'\) found nothing.*keys there: answer"):
        await langgraph(url, stream=False).check()


async def no_values(_request: web.Request) -> web.Response:
    return web.json_response({"values": {}})


async def test_an_agent_may_be_silent_and_a_wrong_path_may_not(serve_app: Any) -> None:
    async def answer(request: web.Request) -> web.Response:
        told = {"kind": "message", "messageId": "m", "role": "agent", "parts": [{"kind": "data", "data": {"n": 1}}]}
        return web.json_response({"jsonrpc": "2.0", "id": (await request.json())["id"], "result": told})

    url = await serve_app(answer)
    section = {"url": url, "endpoint": "/", "protocol": "0.3", "stream": False}

    def agent(**more: Any) -> A2ATarget:
        return A2ATarget(A2ATarget.Options(**section, **more), Path())

    assert (await agent().check()).empty
    assert (await agent(messages="n_said || `[]`").check()).empty
    with pytest.raises(UnreachableError, match=r"target\.messages: 'text' found nothing.*keys there: n"):
        await agent(messages="text").check()


class Pieces:
    """The content of an answer: a line of so many pieces, and another."""

    def __init__(self, pieces: int) -> None:
        self.content = self
        self._left = iter([*[b"x" * 1000] * pieces, b"\ntail"])

    async def readany(self) -> bytes:
        return next(self._left, b"")


async def test_a_line_that_takes_long_to_end_is_put_together_once() -> None:
    begun = time.process_time()
    joined = [line async for line in http_wire.lines(Pieces(8_000))]  # type: ignore[arg-type]
    assert [len(line) for line in joined] == [8_000_000, 4]
    assert time.process_time() - begun < 2  # 8,000 copies of 4 MB took 10 times that
