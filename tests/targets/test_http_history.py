"""Products that remember nothing, or hand what they remember to the caller: the conversation is sent again each time."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from asgi_served import asgi_served
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from prebeta.core.protocols import OpenContext
from prebeta.core.types import Limits, Option, Press, Stop, Transcript
from prebeta.targets.http.target import HttpTarget


def target_of(url: str, **changes: Any) -> HttpTarget:
    section: dict[str, Any] = {
        "url": url,
        "send": {"post": "/answer", "json": {"messages": "{history}"}},
        "reply": {"messages": "said", "options": "offered"},
    }
    return HttpTarget(HttpTarget.Options(**section | changes), Path())


def replies(transcript: Transcript) -> list[tuple[str, ...]]:
    return [turn.reply.messages for turn in transcript.turns if turn.reply is not None]


async def recite(request: Request) -> Response:
    """It knows only what is sent: it counts what each side said and repeats the user's words."""
    messages = (await request.json())["messages"]
    users = [one["content"] for one in messages if one["role"] == "user"]
    own = [one["content"] for one in messages if one["role"] == "assistant"]
    if users[-1] == "garbage":
        return Response('{"said": ["half')
    if users[-1] == "hang":
        await asyncio.sleep(20)
    return JSONResponse(
        {"said": [" ".join(users), f"after {len(own)}"], "offered": [{"title": "More", "payload": "/m"}]}
    )


APP = Starlette(routes=[Route("/answer", recite, methods=["POST"])])


async def test_thirty_at_once_with_histories_of_their_own(hold):
    async with asgi_served(APP) as url, target_of(url) as target:
        held = await asyncio.gather(*(hold(target, f"{n}a", f"{n}b", Press(Option("More", "/m"))) for n in range(30)))
    for n, transcript in enumerate(held):
        assert replies(transcript) == [
            (),
            (f"{n}a", "after 0"),
            (f"{n}a {n}b", "after 2"),
            (f"{n}a {n}b More", "after 4"),
        ]


async def test_one_breaks_and_the_others_do_not(hold):
    limits = Limits(turn_timeout_s=1)
    async with asgi_served(APP) as url, target_of(url) as target:
        garbage, hung, *others = await asyncio.gather(
            hold(target, "a", "garbage", "c", limits=limits),
            hold(target, "a", "hang", "c", limits=limits),
            *(hold(target, "a", "b", "c", limits=limits) for _ in range(10)),
        )
    assert (garbage.stop.by, garbage.stop.reason) == ("product", "malformed")
    assert garbage.turns[-1].reply.problem.raw == '{"said": ["half'
    assert hung.stop == Stop("product", "timeout", "no answer within 1 s")
    assert all(replies(transcript)[-1] == ("a b c", "after 4") for transcript in others)


@pytest.mark.parametrize(
    ("send", "history", "bodies"),
    [
        (
            {"json": {"question": "{text}", "before": "{history}"}},
            {},
            [
                {"question": "a", "before": []},
                {"question": "b", "before": [{"role": "user", "content": "a"}, {"role": "assistant", "content": "ok"}]},
            ],
        ),
        (
            {"json": ["{history}", "{payload}"]},
            {"role": "from", "content": "body", "user": "me", "product": "you", "last": True},
            [
                [[{"from": "me", "body": "a"}], None],
                [[{"from": "me", "body": "a"}, {"from": "you", "body": "ok"}, {"from": "me", "body": "b"}], None],
            ],
        ),
        (
            {"form": {"log": "{history}"}},
            {"role": "r", "content": "c"},
            [
                '[{"r": "user", "c": "a"}]',
                '[{"r": "user", "c": "a"}, {"r": "assistant", "c": "ok"}, {"r": "user", "c": "b"}]',
            ],
        ),
    ],
)
async def test_how_it_is_written(hold, serve_app, send, history, bodies):
    seen = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((await request.post())["log"] if "form" in send else await request.json())
        return web.json_response({"said": "ok"})

    target = target_of(await serve_app(answer), send={"post": "/", **send}, history=history)
    async with target:
        await hold(target, "a", "b")
    assert seen == bodies


async def test_what_the_product_says_first_and_what_goes_before_are_part_of_it(hold, serve_app):
    seen = []

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/open":
            return web.json_response({"said": "welcome"})
        seen.append([one["content"] for one in (await request.json())["messages"]])
        return web.json_response({"said": "ok"})

    async with target_of(await serve_app(answer), start={"get": "/open"}) as target:
        await hold(target, "a", context=OpenContext("c", 1, prefix=("before",)))
    assert seen == [["welcome", "before"], ["welcome", "before", "ok", "a"]]


async def test_a_memory_that_the_product_hands_out_goes_back_as_it_came(hold, serve_app):
    """Kept values may be any JSON; here one that changes with each answer."""

    async def answer(request: web.Request) -> web.Response:
        body = await request.json()
        memory = body.get("memory") or {"heard": []}
        memory["heard"].append(body["say"])
        return web.json_response({"said": json.dumps(memory), "memory": memory})

    send = {"post": "/", "json": {"say": "{text}", "memory": "{memory}"}}
    send["keep"] = {"memory": {"path": "memory", "secret": False}}
    async with target_of(await serve_app(answer), send=send, reply={"messages": "said"}) as target:
        held = await asyncio.gather(*(hold(target, f"{n}a", f"{n}b") for n in range(20)))
    for n, transcript in enumerate(held):
        assert json.loads(replies(transcript)[-1][0]) == {"heard": [f"{n}a", f"{n}b"]}


async def test_answers_that_hold_the_whole_conversation(hold, serve_app):
    talks: dict[str, list[dict[str, Any]]] = {}

    async def answer(request: web.Request) -> web.Response:
        body = await request.json()
        talk = talks.setdefault(body["talk"], [{"by": "bot", "say": "welcome"}])
        if body["say"] == "forget":
            talk[:] = [{"by": "bot", "say": "what?"}]
        elif body["say"] != "hush":
            talk.append({"by": "guest", "say": body["say"]})
            talk += [{"by": "bot", "say": f"{body['say']} {part}", "tool": part} for part in (1, 2)]
        return web.json_response({"talk": talk})

    target = target_of(
        await serve_app(answer),
        send={"post": "/", "json": {"say": "{text}", "talk": "{session}"}},
        reply={"repeats": True, "messages": "talk[?by=='bot'].say", "tool_calls": "talk[].tool"},
    )
    async with target:
        held = await asyncio.gather(*(hold(target, f"{n}a", "hush", f"{n}b", "forget") for n in range(20)))
    for n, transcript in enumerate(held):
        assert replies(transcript)[:-1] == [(), ("welcome", f"{n}a 1", f"{n}a 2"), (), (f"{n}b 1", f"{n}b 2")]
        assert [turn.reply.tool_calls for turn in transcript.turns if turn.reply][3] == (1, 2)
        assert (transcript.stop.by, transcript.stop.reason) == ("product", "malformed")
        assert "holds 1 messages where there were 5 before; does it bring all" in transcript.stop.detail


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"send": {"post": "/", "json": {"all": "so far: {history}"}}}, "{history} is a list, so it must stand alone"),
        ({"send": {"post": "/{history}"}}, "{history} is a list, so it must stand alone"),
        ({"history": {"last": False}}, "with history.last: false, what the user says is not sent"),
        ({"start": {"post": "/", "json": "{history}"}}, "unknown placeholder {history}"),
        ({"poll": {"get": "/"}, "reply": {"messages": "m", "repeats": True}}, "reply.repeats goes without poll"),
        ({"history": {"roles": "x"}}, "Extra inputs are not permitted"),
    ],
)
def test_what_is_wrong_is_said_before_the_run(changes, message):
    with pytest.raises(ValidationError) as caught:
        target_of("http://127.0.0.1:1", **changes)
    assert message in str(caught.value)
