"""A turn's time: what is waited because of 429s is nobody's slowness, and an answer that doesn't come whole leaves what came."""

from __future__ import annotations

import asyncio
import collections
import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from prebeta.core.protocols import OpenContext
from prebeta.core.types import Limits, Stop
from prebeta.targets.a2a.target import A2ATarget
from prebeta.targets.http.target import HttpTarget
from prebeta.targets.langgraph.target import LangGraphTarget
from prebeta.targets.openai.target import OpenAITarget
from prebeta.targets.sse.target import SseTarget
from prebeta.targets.wire.clock import TurnClock

LIMITS = Limits(turn_timeout_s=0.5)
SOON = OpenContext("c1", 1, patience_s=0.5)
Handler = Callable[[web.Request], Any]


def chat_of(url: str, **more: Any) -> HttpTarget:
    send = {"post": "/chat", "json": {"text": "{text}"}}
    return HttpTarget(HttpTarget.Options(url=url, send=send, reply={"messages": "reply"}, **more), Path())


def turning_away(a_second: int) -> tuple[Handler, list[int]]:
    """A product that answers so many requests a second, and how many it turned away."""
    answered: collections.deque[float] = collections.deque()
    away = [0]

    async def chat(_: web.Request) -> web.Response:
        now = time.monotonic()
        while answered and now - answered[0] >= 1:
            answered.popleft()
        if len(answered) >= a_second:
            away[0] += 1
            return web.Response(status=429, headers={"Retry-After": "1"})
        answered.append(now)
        return web.json_response({"reply": "hi"})

    return chat, away


async def test_a_rate_limit_costs_no_conversation(serve_app: Any, hold: Any) -> None:
    chat, away = turning_away(20)
    room = asyncio.Semaphore(50)
    async with chat_of(await serve_app(chat)) as target:

        async def one(number: int) -> Any:
            async with room:
                return await hold(target, "a", context=OpenContext(f"c{number}", number, patience_s=30.0))

        held = await asyncio.gather(*(one(number) for number in range(100)))
    infra = [each for each in held if each.stop.by == "harness"]
    assert len(infra) <= 2
    assert away[0] < 100, "those who wait don't all ask again at once"
    slowest = max(turn.latency_s for each in held for turn in each.turns if turn.reply is not None)
    assert slowest < 0.5


async def test_who_came_first_goes_first(serve_app: Any, hold: Any) -> None:
    chat, _ = turning_away(2)
    order: list[int] = []
    async with chat_of(await serve_app(chat)) as target:

        async def one(number: int) -> None:
            await asyncio.sleep(number * 0.02)
            await hold(target, "a", context=OpenContext(f"c{number}", 1, patience_s=30.0))
            order.append(number)

        await asyncio.gather(*(one(number) for number in range(6)))
    assert order == sorted(order)


async def test_waiting_for_a_429_is_no_latency(serve_app: Any, hold: Any) -> None:
    asked: list[float] = []

    async def chat(_: web.Request) -> web.Response:
        asked.append(time.monotonic())
        if len(asked) == 1:
            return web.Response(status=429, headers={"Retry-After": "2"})
        return web.json_response({"reply": "hi"})

    async with chat_of(await serve_app(chat)) as target:
        transcript = await hold(target, "a", context=OpenContext("c1", 1, patience_s=30.0))
    assert transcript.turns[-2].reply.messages == ("hi",)
    assert asked[1] - asked[0] >= 2
    assert transcript.turns[-2].latency_s < 0.5


async def test_the_first_words_of_a_stream_are_not_late_because_of_a_429(serve_app: Any, hold: Any) -> None:
    asked: list[int] = []

    async def chat(_: web.Request) -> web.Response:
        asked.append(1)
        if len(asked) == 1:
            return web.Response(status=429, headers={"Retry-After": "1"})
        return web.Response(body=b'data: {"token": "Hello"}\n\n', content_type="text/event-stream")

    url = await serve_app(chat)
    section = {"url": url, "send": {"post": "/chat", "json": {"text": "{text}"}}}
    async with SseTarget(SseTarget.Options.model_validate(section), Path()) as target:
        transcript = await hold(target, "a", context=OpenContext("c1", 1, patience_s=30.0))
    turn = transcript.turns[-2]
    assert turn.reply.text == "Hello"
    assert turn.reply.first_token_s < 0.5


def test_a_clock_ends_a_little_before_the_turn() -> None:
    assert TurnClock(None).left_s is None
    assert 29.3 < (TurnClock(30.0).left_s or 0) <= 29.4
    assert 0.03 < (TurnClock(0.05).left_s or 0) <= 0.04
    clock = TurnClock(0.01)
    clock.held(0.0)  # what lies before the turn doesn't count
    assert clock.held_s < 0.01
    time.sleep(0.02)
    assert clock.left_s == 0
    clock.begin()
    assert (clock.left_s, clock.held_s) != (0, 0)


# --- what came of an answer that didn't come whole -----------------------------------------------------------


def stalling(begun: bytes, kind: str) -> Handler:
    """Answers with this, and with nothing more."""

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": kind})
        await response.prepare(request)
        await response.write(begun)
        await asyncio.sleep(5)
        return response

    return answer


async def stopped(hold: Any, target: Any) -> str:
    """What is kept of a turn that timed out."""
    async with target:
        transcript = await hold(target, "hi", context=SOON, limits=LIMITS)
    assert (transcript.stop.by, transcript.stop.reason) == ("product", "timeout"), transcript.stop
    assert "0.5 s" in transcript.stop.detail
    return transcript.turns[-1].reply.problem.raw or ""


async def test_half_a_body(serve_app: Any, hold: Any) -> None:
    url = await serve_app(stalling(b'{"reply": "It is boo', "application/json"))
    assert await stopped(hold, chat_of(url)) == '{"reply": "It is boo'


async def test_half_a_body_within_the_connectors_own_limit(serve_app: Any, hold: Any) -> None:
    url = await serve_app(stalling(b'{"reply": "It is boo', "application/json"))
    async with chat_of(url, timeout_s=0.2) as target:
        transcript = await hold(target, "hi", context=SOON, limits=LIMITS)
    stop = Stop("product", "timeout", f"no whole answer within 0.2 s from POST {url}/chat")
    assert transcript.stop == stop
    assert transcript.turns[-1].reply.problem.raw == '{"reply": "It is boo'


async def test_half_a_run_of_a_graph(serve_app: Any, hold: Any) -> None:
    begun = b'event: messages\ndata: [{"type": "AIMessageChunk", "content": "Your table"}, {}]\n\n'

    async def thread(_: web.Request) -> web.Response:
        return web.json_response({"thread_id": "t"})

    routes = [web.post("/threads", thread), web.post("/threads/t/runs/stream", stalling(begun, "text/event-stream"))]
    options = LangGraphTarget.Options(url=await serve_app(routes=routes), assistant="desk", stream=True)
    assert "Your table" in await stopped(hold, LangGraphTarget(options, Path()))


async def test_the_second_round_of_tools(serve_app: Any, hold: Any) -> None:
    async def second(request: web.Request) -> web.StreamResponse:
        asked = await request.json()
        await asyncio.sleep(0.2)  # a limit of each request's own would come too late
        if len(asked["messages"]) > 1:
            return await stalling(b'{"choices": [', "application/json")(request)  # type: ignore[no-any-return]
        call = {"id": "c", "type": "function", "function": {"name": "opening_hours", "arguments": '{"day": "Friday"}'}}
        return web.json_response({"choices": [{"message": {"role": "assistant", "tool_calls": [call]}}]})

    def opening_hours(day: str) -> str:
        return "9 to 5"

    options = OpenAITarget.Options(url=await serve_app(second), model="m", tools=[opening_hours])
    raw = await stopped(hold, OpenAITarget(options, Path()))
    assert '{"choices": [' in raw
    assert "opening_hours" in raw
    assert "Friday" in raw


@asynccontextmanager
async def agent(serve_app: Any, answers: Callable[[str], Any]) -> AsyncIterator[A2ATarget]:
    async def rpc(request: web.Request) -> web.Response:
        asked = json.loads(await request.read())
        result = await answers(asked["method"])
        return web.json_response({"jsonrpc": "2.0", "id": asked["id"], "result": result})

    async def card(request: web.Request) -> web.Response:
        url = f"http://127.0.0.1:{request.url.port}/rpc"
        return web.json_response({"name": "a", "url": url, "protocolVersion": "0.3.0", "capabilities": {}})

    url = await serve_app(routes=[web.get("/.well-known/agent.json", card), web.post("/rpc", rpc)])
    yield A2ATarget(A2ATarget.Options(url=url, poll_s=0.05), Path())


def working(said: str) -> dict[str, Any]:
    message = {"kind": "message", "parts": [{"kind": "text", "text": said}]}
    return {"kind": "task", "id": "t", "contextId": "x", "status": {"state": "working", "message": message}}


async def test_an_agent_that_works_for_ever(serve_app: Any, hold: Any) -> None:
    async def answers(_: str) -> Any:
        return working("looking it up")

    async with agent(serve_app, answers) as target:
        assert "looking it up" in await stopped(hold, target)


async def test_an_agent_that_no_longer_tells_of_its_task(serve_app: Any, hold: Any) -> None:
    async def answers(method: str) -> Any:
        if method == "tasks/get":
            await asyncio.sleep(5)
        return working("looking it up")

    async with agent(serve_app, answers) as target:
        assert "looking it up" in await stopped(hold, target)
