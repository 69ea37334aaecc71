"""The state of the matter asked for after each turn, over HTTP or of a function: what it finds, and whose fault its failing is."""

from __future__ import annotations

import asyncio
import re
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from pydantic import ValidationError

from prebeta.core.errors import UnreachableError, UsageError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Limits, Stop, Transcript, Wait
from prebeta.targets.http.target import HttpTarget


def target_of(url: str, folder: Path = Path(), **changes: Any) -> HttpTarget:
    section: dict[str, Any] = {
        "url": url,
        "headers": {"Authorization": "Bearer pr0duct-key"},
        "start": {"post": "/talks"},
        "send": {"post": "/talks/{session}", "json": {"say": "{text}"}},
        "state": {"get": "/orders/{session}", "path": "order"},
        "reply": {"session": "id", "messages": "said"},
    }
    return HttpTarget(HttpTarget.Options(**section | changes), folder)


def states(transcript: Transcript) -> list[Any]:
    return [turn.reply.state for turn in transcript.turns if turn.reply is not None]


class Shop:
    """It says little, and writes orders down where only /orders tells them; `order x` orders, `break` breaks /orders."""

    def __init__(self) -> None:
        self.orders: dict[str, list[str]] = {}
        self.seen: list[dict[str, str]] = []
        self.broken: dict[str, str] = {}

    @property
    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/talks", self.open),
            web.post("/talks/{id}", self.say),
            web.get("/orders/{id}", self.order),
            web.get("/health", self.health),
        ]

    async def open(self, _request: web.Request) -> web.Response:
        name = f"t{len(self.orders)}"
        self.orders[name] = []
        return web.json_response({"id": name, "said": "hello"})

    async def say(self, request: web.Request) -> web.Response:
        name, text = request.match_info["id"], (await request.json())["say"]
        if text.startswith("order "):
            self.orders[name].append(text[6:])
        else:
            self.broken[name] = text
        return web.json_response({"said": "noted"})

    async def order(self, request: web.Request) -> web.Response:
        self.seen.append(dict(request.headers))
        name = request.match_info["id"]
        match self.broken.get(name):
            case "break":
                return web.Response(status=500, text=f"no db for {request.headers.get('X-Admin')}")
            case "garbage":
                return web.Response(text="<html>")
            case "hang":
                await asyncio.sleep(20)
            case "drop":
                assert request.transport is not None
                request.transport.close()
        if not self.orders[name]:
            return web.Response(status=404)
        return web.json_response({"order": {"things": self.orders[name]}})

    async def health(self, _request: web.Request) -> web.Response:
        return web.Response(status=204)


async def test_twenty_five_at_once_have_states_of_their_own(hold, serve_app):
    shop = Shop()
    async with target_of(await serve_app(routes=shop.routes)) as target:
        held = await asyncio.gather(*(hold(target, f"order a{n}", f"order b{n}", Wait()) for n in range(25)))
    for n, transcript in enumerate(held):
        both = {"things": [f"a{n}", f"b{n}"]}
        assert states(transcript) == [None, {"things": [f"a{n}"]}, both, both]
    assert all(one["Authorization"] == "Bearer pr0duct-key" and "traceparent" in one for one in shop.seen)


@pytest.mark.parametrize(
    ("word", "detail", "raw"),
    [
        (
            "break",
            "target.state: GET /orders/{session} answered 500; the probe failed, not the conversation",
            "no db for ***",
        ),
        ("garbage", "target.state: the answer to GET /orders/{session} (status 200) isn't JSON; the probe", "<html>"),
        ("drop", "target.state: the connection broke off before the answer to GET", None),
        ("hang", "target.state: no answer within 0.3 s from GET /orders/{session}; the probe failed", None),
    ],
)
async def test_a_probe_that_fails_is_not_the_products_fault(hold, serve_app, word, detail, raw):
    state = {"get": "/orders/{session}", "timeout_s": 0.3, "headers": {"X-Admin": "adm1n-key"}}
    async with target_of(await serve_app(routes=Shop().routes), state=state) as target:
        broken, *others = await asyncio.gather(
            hold(target, "order a", word, "order c"), *(hold(target, "order a", "order b") for _ in range(10))
        )
    assert (broken.stop.by, broken.stop.reason) == ("harness", "infrastructure")
    assert broken.stop.detail.startswith(detail)
    assert broken.turns[-1].reply.problem.raw == raw
    assert all(transcript.stop == Stop("user", "patience") for transcript in others)
    assert "adm1n" not in repr(broken)


async def test_a_slow_probe_ends_before_the_turn_does(hold, serve_app):
    """Else the product would be blamed for it."""
    async with target_of(await serve_app(routes=Shop().routes)) as target:
        limits = Limits(turn_timeout_s=1)
        transcript = await hold(target, "hang", limits=limits, context=OpenContext("c", 1, patience_s=1))
    assert transcript.stop.by == "harness"
    assert re.match(r"target\.state: no answer within 0\.[5-9]\d* s from GET", transcript.stop.detail)


async def test_another_host_gets_its_own_headers_only(hold, serve_app):
    shop, seen = Shop(), []

    async def elsewhere(request: web.Request) -> web.Response:
        seen.append((request.path, dict(request.headers)))
        return web.json_response([1, 2])

    state = {"get": f"{await serve_app(elsewhere)}/db/{{session}}", "headers": {"X-Admin": "adm1n-key"}}
    async with target_of(await serve_app(routes=shop.routes), state=state) as target:
        transcript = await hold(target, "order a")
    assert states(transcript) == [[1, 2], [1, 2]]
    assert [path for path, _ in seen] == ["/db/t0"] * 2
    assert all(headers["X-Admin"] == "adm1n-key" and headers["X-Synthetic-User"] == "prebeta" for _, headers in seen)
    assert not any("Authorization" in headers for _, headers in seen)


async def test_no_session_yet_no_question(hold, serve_app):
    asked = []

    async def answer(request: web.Request) -> web.Response:
        if request.method == "GET":
            asked.append(request.path)
            return web.json_response({"order": asked[-1]})
        return web.json_response({"id": 9, "said": "ok"})

    send = {"post": "/", "json": {"say": "{text}", "id": "{session}"}}
    async with target_of(await serve_app(answer), start=None, send=send) as target:
        transcript = await hold(target, "a")
    assert states(transcript) == [None, "/orders/9"]
    assert asked == ["/orders/9"]


# --- a function -----------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A project's folder with a module whose name no other test uses."""
    name = f"orders_{abs(hash(request.node.name)) % 10**9}"
    (tmp_path / f"{name}.py").write_text(
        """
import asyncio, threading, time
from dataclasses import dataclass

@dataclass
class Order:
    session: str
    thread: str

def of(session):
    time.sleep(0.02)
    return Order(session, threading.current_thread().name)

async def later(session, context):
    await asyncio.sleep(0)
    return {"session": session, "account": context.account, "id": context.id}

def broken(session):
    raise LookupError(f"no order of {session}")

def slow(session):
    time.sleep(0.6)

def none():
    return 1

number = 3
"""
    )
    return tmp_path


def named(folder: Path, function: str) -> dict[str, Any]:
    (module,) = folder.glob("orders_*.py")
    return {"function": f"{module.stem}:{function}"}


async def test_functions_of_the_project(hold, serve_app, folder):
    url = await serve_app(routes=Shop().routes)
    before = list(sys.path)
    async with target_of(url, folder, state=named(folder, "of")) as target:
        held = await asyncio.gather(*(hold(target, "order a") for _ in range(20)))
    told = [state for transcript in held for state in states(transcript)]
    assert {state["session"] for state in told} == {f"t{n}" for n in range(20)}
    assert threading.current_thread().name not in {state["thread"] for state in told}
    async with target_of(url, folder, state=named(folder, "later")) as target:
        transcript = await hold(target, "order a", context=OpenContext("c9", 1, {"name": "Ann"}))
    assert states(transcript)[1] == {"session": "t20", "account": {"name": "Ann"}, "id": "c9"}
    assert sys.path == before


async def test_a_function_that_fails_is_not_the_products_fault(hold, serve_app, folder):
    url = await serve_app(routes=Shop().routes)
    async with target_of(url, folder, state=named(folder, "broken")) as target:
        transcript = await hold(target, "order a")
    assert transcript.stop.by == "harness"
    assert transcript.stop.detail == (
        "target.state: LookupError: no order of t0; the probe failed, not the conversation"
    )
    assert "orders_" in transcript.turns[0].reply.problem.raw
    async with target_of(url, folder, state=named(folder, "slow") | {"timeout_s": 0.1}) as target:
        transcript = await hold(target, "order a")
    assert transcript.stop.by == "harness"
    assert "no answer within 0.1 s from orders_" in transcript.stop.detail


@pytest.mark.parametrize(
    ("function", "message"),
    [
        ("orders", "has no 'orders'"),
        ("none", "should take (session) or (session, context), not ()"),
        ("number", "isn't a function"),
    ],
)
async def test_functions_that_are_none(serve_app, folder, function, message):
    target = target_of(await serve_app(routes=Shop().routes), folder, state=named(folder, function))
    with pytest.raises(UsageError) as caught:
        await target.check()
    assert "target.state: " in str(caught.value)
    assert message in str(caught.value)


# --- before the run -------------------------------------------------------------------------------


async def test_the_check_tries_the_probe(serve_app):
    url = await serve_app(routes=Shop().routes)
    assert (await target_of(url).check()).messages == ("noted",)
    with pytest.raises(UnreachableError) as caught:
        await target_of(url, state={"get": "http://127.0.0.1:9/{session}"}).check()
    assert "target.state: the connection was refused: nothing listens at 127.0.0.1:9" in str(caught.value)


async def test_the_check_looks_at_the_answer_and_not_at_the_probe(serve_app):
    url = await serve_app(routes=Shop().routes)
    with pytest.raises(UnreachableError) as caught:
        await target_of(url, reply={"session": "id", "messages": "text"}).check()
    assert "reply.messages: 'text' found nothing" in str(caught.value)
    assert "noted" in str(caught.value)


@pytest.mark.parametrize(
    ("state", "message"),
    [
        ({}, "give either get or function"),
        ({"get": "/a", "function": "a:b"}, "give either get or function"),
        ({"function": "a.b"}, "'a.b' isn't of the form module:function"),
        ({"function": "a:b", "path": "x"}, "path and headers go with get"),
        ({"get": "/{text}"}, "unknown placeholder {text}; known here: {session}"),
        ({"get": "/x", "path": "a b"}, "not a JMESPath"),
    ],
)
def test_what_is_wrong_is_said_before_the_run(state, message):
    with pytest.raises(ValidationError) as caught:
        target_of("http://127.0.0.1:1", state=state)
    assert message in str(caught.value)


def test_the_state_has_one_source():
    with pytest.raises(ValidationError, match="give one of them"):
        target_of("http://127.0.0.1:1", reply={"messages": "said", "state": "x"})
