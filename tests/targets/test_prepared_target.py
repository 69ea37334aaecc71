"""`setup:`: what is done before and after each conversation, and the accounts it gives."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from aiohttp import web

from prebeta.core.errors import Crashed
from prebeta.core.events import ConversationEnded
from prebeta.core.protocols import OpenContext
from prebeta.core.types import (
    EndState,
    Goal,
    Job,
    Leave,
    Limits,
    Move,
    Persona,
    Reply,
    Say,
    Scenario,
    Stop,
    Transcript,
    Turn,
)
from prebeta.engine.local import execute
from prebeta.engine.sitting import Parts
from prebeta.targets.python.target import PythonTarget
from prebeta.targets.wire import prepared as prepared_module
from prebeta.targets.wire.prepared import HttpCalls, PreparedTarget, SetupError

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


# --- slow, broken and given up --------------------------------------------------------------------------


def run_of(count: int) -> list[Job]:
    return [Job(f"c{at}", Scenario(f"s{at}", at, Persona("someone"), Goal("goal")), "one") for at in range(count)]


async def held(target: PreparedTarget, count: int, limits: Limits) -> list[Transcript]:
    """Whole conversations: the user says one thing and leaves."""

    async def nothing(turns: Sequence[Turn], reply: Reply) -> EndState | None:
        return None

    parts = Parts(target, {"one": lambda scenario, rng: OneWord()}, nothing)
    async with target:
        events = [event async for event in execute(run_of(count), parts, limits)]
    return [event.transcript for event in events if isinstance(event, ConversationEnded)]


class OneWord:
    async def next(self, turns: Sequence[Turn]) -> Move:
        return Say("hi") if len(turns) == 1 else Leave("done")


class Accounts:
    """Setups that take a while, and what they have set up and cleaned up."""

    def __init__(self, takes_s: float) -> None:
        self.takes_s, self.made, self.gone = takes_s, 0, 0

    def blocking(self, context: OpenContext) -> Iterator[dict[str, Any]]:
        time.sleep(self.takes_s)
        self.made += 1
        yield {"user": context.seed}
        self.gone += 1

    async def waiting(self, context: OpenContext) -> AsyncIterator[dict[str, Any]]:
        await asyncio.sleep(self.takes_s)
        self.made += 1
        yield {"user": context.seed}
        self.gone += 1


KINDS = pytest.mark.parametrize("kind", ["blocking", "waiting"])


@KINDS
async def test_a_slow_setup_is_not_booked_on_the_product(kind: str) -> None:
    accounts = Accounts(1.0)
    begun = time.perf_counter()
    limits = Limits(concurrency=40, turn_timeout_s=0.9, conversation_timeout_s=20)
    transcripts = await held(PreparedTarget(product(), getattr(accounts, kind), None), 40, limits)
    assert {(one.stop.by, one.stop.reason) for one in transcripts} == {("user", "done")}
    assert time.perf_counter() - begun < 5, "setups wait for one another"
    assert (accounts.made, accounts.gone) == (40, 40)


@KINDS
async def test_a_setup_that_is_given_up_is_cleaned_up(kind: str) -> None:
    accounts = Accounts(0.4)
    limits = Limits(conversation_timeout_s=0.1)
    (transcript,) = await held(PreparedTarget(product(), getattr(accounts, kind), None), 1, limits)
    assert (transcript.stop.by, transcript.stop.reason) == ("harness", "infrastructure")
    assert "setup took longer than 0.1 s" in (transcript.stop.detail or "")
    assert (accounts.made, accounts.gone) == (1, 1)


@KINDS
async def test_a_cancelled_setup_is_cleaned_up_however_often_it_is_cancelled(kind: str) -> None:
    accounts = Accounts(0.3)
    async with PreparedTarget(product(), getattr(accounts, kind), None) as target:
        entering = asyncio.create_task(target.prepare(CONTEXT).__aenter__())
        for _ in range(3):
            await asyncio.sleep(0.05)
            entering.cancel()
        with pytest.raises(asyncio.CancelledError):
            await entering
    assert (accounts.made, accounts.gone) == (1, 1)


async def test_a_call_before_that_is_given_up_is_followed_by_the_call_after(serve_app: Any) -> None:
    seen = []

    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(0.3 if request.method == "POST" else 0)
        seen.append(request.method)
        return web.json_response({"key": "k"})

    url = await serve_app(slow)
    none = {"get": None, "put": None, "headers": {}, "body": None}
    before = SimpleNamespace(post="/users", delete=None, **none)
    after = SimpleNamespace(post=None, delete="/users/{account.key}", **none)
    target = PreparedTarget(product(), None, HttpCalls(url, before, after))
    (transcript,) = await held(target, 1, Limits(conversation_timeout_s=0.1))
    assert transcript.stop.reason == "infrastructure"
    assert seen == ["POST", "DELETE"]


def test_one_that_hangs_keeps_no_run_from_returning_and_is_cleaned_up_late(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(prepared_module, "_PATIENCE_S", 0.1)
    released, gone = threading.Event(), threading.Event()

    def hanging(context: OpenContext) -> Iterator[None]:
        released.wait()
        yield
        gone.set()

    begun = time.perf_counter()
    limits = Limits(conversation_timeout_s=0.1)
    (transcript,) = asyncio.run(held(PreparedTarget(product(), hanging, None), 1, limits))
    assert time.perf_counter() - begun < 3
    assert transcript.stop.reason == "infrastructure"
    assert "something may be left behind" in caplog.text
    assert not gone.is_set()
    released.set()
    assert gone.wait(5)


async def _raising_in_async(context: OpenContext) -> AsyncIterator[None]:
    raise KeyError("no seat")
    yield


def _raising(context: OpenContext) -> Iterator[None]:
    raise KeyError("no seat")
    yield


def _raising_plainly(context: OpenContext) -> None:
    raise Crashed("no seat")


@pytest.mark.parametrize("function", [_raising, _raising_in_async, _raising_plainly])
async def test_what_a_setup_raises_is_ours(function: Any) -> None:
    (transcript,) = await held(PreparedTarget(product(), function, None), 1, Limits())
    assert (transcript.stop.by, transcript.stop.reason) == ("harness", "infrastructure")
    assert "SetupError: setup: " in (transcript.stop.detail or "")
    assert "no seat" in (transcript.stop.detail or "")
    assert "(test_prepared_target.py:" in (transcript.stop.detail or "")


async def test_what_cleaning_up_raises_is_told_and_changes_nothing(caplog: pytest.LogCaptureFixture) -> None:
    def untidy(context: OpenContext) -> Iterator[None]:
        yield
        raise OSError("no such account")

    (transcript,) = await held(PreparedTarget(product(), untidy, None), 1, Limits())
    assert transcript.stop == Stop("user", "done")
    assert "SetupError: setup, cleaning up: OSError: no such account" in caplog.text


async def test_evidence_is_kept_where_the_inner_target_keeps_any() -> None:
    told = []
    inner = SimpleNamespace(keep_evidence=lambda conversation, turns: told.append((conversation, turns)))
    keep = PreparedTarget(inner, None, None).keep_evidence
    assert keep is not None
    keep("c1", (2,))
    assert told == [("c1", (2,))]
    assert PreparedTarget(product(), None, None).keep_evidence is None


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


@pytest.mark.parametrize(
    ("announce", "own", "heard"),
    [(True, {}, "prebeta"), (False, {}, None), (True, {"x-synthetic-user": "ours"}, "ours")],
)
async def test_calls_tell_that_no_person_speaks(
    serve_app: Any, announce: bool, own: dict[str, str], heard: str | None
) -> None:
    seen = []

    async def note(request: web.Request) -> web.Response:
        seen.append(request.headers.get("X-Synthetic-User"))
        return web.json_response({})

    url = await serve_app(note)
    call = SimpleNamespace(get="/u", post=None, put=None, delete=None, headers=own, body=None)
    prepared = PreparedTarget(product(), None, HttpCalls(url, call, call, announce=announce))
    async with prepared as target, target.open(CONTEXT):
        assert len(seen) == 1
    assert seen == [heard, heard]


@pytest.mark.parametrize("status", [200, 503, None])
async def test_what_a_call_is_sent_with_is_not_told(serve_app: Any, status: int | None) -> None:
    async def fail(_request: web.Request) -> web.Response:
        return web.Response(status=status or 200, text="{oops")

    url = (await serve_app(fail)).replace("://", "://me:pa55word@") if status else "http://me:pa55word@127.0.0.1:9"
    call = SimpleNamespace(get=f"{url}/u?key=s3cret-key", post=None, put=None, delete=None, headers={}, body=None)
    async with PreparedTarget(product(), None, HttpCalls("", call, None)) as target:
        with pytest.raises(SetupError) as error:
            await target.open(CONTEXT).__aenter__()
    assert "127.0.0.1" in str(error.value)
    assert "s3cret" not in str(error.value)
    assert "pa55" not in str(error.value)


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
