"""A tiny scripted user, and whole conversations of it with a target."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from typing import Any

import pytest
from aiohttp import web

from prebeta.conversation import converse
from prebeta.core.protocols import OpenContext
from prebeta.core.types import EndState, Goal, Job, Leave, Limits, Move, Persona, Reply, Say, Scenario, Transcript, Turn

Hold = Callable[..., Awaitable[Transcript]]
ServeApp = Callable[..., Awaitable[str]]


class ScriptedUser:
    def __init__(self, moves: Sequence[Move]) -> None:
        self._moves = iter(moves)

    async def next(self, turns: Sequence[Turn]) -> Move:
        return next(self._moves, Leave("patience"))


async def no_end(turns: Sequence[Turn], reply: Reply) -> EndState | None:
    return None


@pytest.fixture
def hold() -> Hold:
    """hold(target, "words" or a Move, …, limits=Limits(), context=OpenContext("c1", 7)) -> Transcript"""

    async def hold(target: Any, *moves: str | Move, limits: Limits | None = None, context: Any = None) -> Transcript:
        context = context or OpenContext("c1", 7)
        said = [Say(move) if isinstance(move, str) else move for move in moves]
        job = Job(context.id, Scenario("s1", 7, Persona("someone"), Goal("something"), prefix=context.prefix))
        async with target.open(context) as session:
            return await converse(job, ScriptedUser(said), session, no_end, limits or Limits())

    return hold


@pytest.fixture
async def serve_app() -> AsyncIterator[ServeApp]:
    """serve_app(handler) or serve_app(routes=…) -> the address of a real server on a free port of the loopback."""
    async with AsyncExitStack() as stack:

        async def serve_app(handler: Any = None, routes: Sequence[web.RouteDef] = ()) -> str:
            app = web.Application()
            app.add_routes(routes or [web.route("*", "/{tail:.*}", handler)])
            runner = web.AppRunner(app, shutdown_timeout=0.1)
            await runner.setup()
            stack.push_async_callback(runner.cleanup)
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            port: int = runner.addresses[0][1]
            return f"http://127.0.0.1:{port}"

        yield serve_app
