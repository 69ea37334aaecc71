"""`setup:`: what is done before and after each conversation, and the accounts it gives."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web

from prebeta.core.protocols import OpenContext
from prebeta.core.types import Reply, Say
from prebeta.targets.prepared import HttpCalls, PreparedTarget, SetupError
from prebeta.targets.python import PythonTarget

CONTEXT = OpenContext("c1", 7)


def product() -> PythonTarget:
    """A product that says which account it was opened with."""

    def answer(text: str, account: Any = None) -> str:
        return f"{text} {account}"

    return PythonTarget(PythonTarget.Options(function=answer), Path())


async def said(session: Any) -> Reply:
    await session.start()
    return await session.send(Say("hi"))


def plain(context: OpenContext) -> dict[str, Any]:
    return {"user": context.seed}


async def waiting(context: OpenContext) -> dict[str, Any]:
    return {"user": context.seed}


def yielding(context: OpenContext) -> Iterator[dict[str, Any]]:
    DONE.append("before")
    yield {"user": context.seed}
    DONE.append("after")


async def yielding_async(context: OpenContext) -> AsyncIterator[dict[str, Any]]:
    DONE.append("before")
    yield {"user": context.seed}
    DONE.append("after")


DONE: list[str] = []


@pytest.mark.parametrize("function", [plain, waiting, yielding, yielding_async])
async def test_what_the_function_gives_is_the_account(function: Any) -> None:
    DONE.clear()
    async with PreparedTarget(product(), function, None) as target:
        async with target.open(CONTEXT) as session:
            assert (await said(session)).text == "hi {'user': 7}"
            assert DONE in ([], ["before"])
        assert DONE in ([], ["before", "after"])


async def test_nothing_keeps_the_account_and_nonsense_is_refused() -> None:
    held = OpenContext("c1", 7, account={"user": "of the scenario"})
    async with PreparedTarget(product(), lambda context: None, None) as target, target.open(held) as session:
        assert "of the scenario" in (await said(session)).text
    async with PreparedTarget(product(), lambda context: 3, None) as target:
        with pytest.raises(SetupError, match="gave int; expected a mapping"):
            async with target.open(CONTEXT):
                pass


async def test_calls_before_and_after(aiohttp_calls: tuple[str, list[str]]) -> None:
    url, seen = aiohttp_calls
    none = {"get": None, "put": None, "headers": {}}
    before = SimpleNamespace(post="/users", delete=None, body={"name": "{id}"}, **none)
    after = SimpleNamespace(post=None, delete="/users/{account.key}", body=None, **none)
    prepared = PreparedTarget(product(), None, HttpCalls(url, before, after))
    async with prepared as target, target.open(CONTEXT) as session:
        assert (await said(session)).text == "hi {'key': 'k c1'}"
        assert seen == ["POST c1"]
    assert seen == ["POST c1", "DELETE k c1"]


async def test_a_call_that_fails_is_ours(aiohttp_calls: tuple[str, list[str]]) -> None:
    url, _ = aiohttp_calls
    broken = SimpleNamespace(get="/nowhere", post=None, put=None, delete=None, headers={}, body=None)
    async with PreparedTarget(product(), None, HttpCalls(url, broken, None)) as target:
        opened = target.open(CONTEXT)
        with pytest.raises(SetupError, match="answered 404"):
            await opened.__aenter__()


@pytest.fixture
async def aiohttp_calls() -> AsyncIterator[tuple[str, list[str]]]:
    seen: list[str] = []

    async def make(request: web.Request) -> web.Response:
        name = (await request.json())["name"]
        seen.append(f"POST {name}")
        return web.json_response({"key": f"k {name}"})

    async def remove(request: web.Request) -> web.Response:
        seen.append(f"DELETE {request.match_info['key']}")
        return web.Response(status=204)

    app = web.Application()
    app.add_routes([web.post("/users", make), web.delete("/users/{key}", remove)])
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    port = runner.addresses[0][1]
    yield f"http://127.0.0.1:{port}", seen
    await runner.cleanup()
