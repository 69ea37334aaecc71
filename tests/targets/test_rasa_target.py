"""The rasa connector with what a real Rasa answered (played back), and with what one does when it breaks."""

from __future__ import annotations

import asyncio
import json
import re
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from crowd import hold_all
from rasa_served import RECORDED, Playback

from prebeta.core.errors import Closed, Refused, UnreachableError, UsageError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Option, Press, Say, Stop, Wait
from prebeta.targets.rasa.target import RasaTarget

CROWD = 24
NAMES = tuple(name for name in RECORDED if name != "pressed")
PHONE = "0170 654321"


def target_of(url: str, **options: Any) -> RasaTarget:
    return RasaTarget(RasaTarget.Options(url=url, **options), Path())


def replies(transcript: Any) -> list[Any]:
    return [turn.reply for turn in transcript.turns if turn.reply is not None][1:]


def crowd() -> dict[str, list[Any]]:
    """Each recording, several times over at the same time."""
    return {
        f"{NAMES[number % len(NAMES)]}-{number}": [turn["message"] for turn in RECORDED[NAMES[number % len(NAMES)]]]
        for number in range(CROWD)
    }


def pressed(title: str, payload: str) -> Press:
    return Press(Option(title, payload))


BOOKED = [
    "Hello",
    pressed("E-bike", '/inform{"bike": "e-bike"}'),
    pressed("Gears", '/inform{"fault": "gears"}'),
    pressed("Friday", '/inform{"day": "friday"}'),
    PHONE,
    pressed("Yes, book it", "/affirm"),
]


# --- whole conversations --------------------------------------------------------------------------


async def test_a_crowd_hears_what_rasa_answered_each(serve_app: Any) -> None:
    played = Playback()
    async with target_of(await serve_app(routes=played.routes), state="tracker") as target:
        held = await hold_all(target, crowd())
    assert len(held) == CROWD
    for name, transcript in held.items():
        turns = RECORDED[name.partition("-")[0]]
        told = [[one["text"] for one in turn["answer"] if "text" in one] for turn in turns]
        heard = [[text for text in reply.messages if text[0] != "["] for reply in replies(transcript)]
        assert heard == told, name
        buttons = [
            [(b["title"], b["payload"]) for one in turn["answer"] for b in one.get("buttons", ())] for turn in turns
        ]
        assert [[(one.title, one.payload) for one in reply.options] for reply in replies(transcript)] == buttons
        assert [reply.state["slots"] for reply in replies(transcript)] == [turn["tracker"]["slots"] for turn in turns]
        assert transcript.stop == Stop("user", "patience")
    senders = {replies(one)[0].session for one in held.values()}
    assert len(senders) == CROWD
    assert {sender for sender, _ in played.heard} == senders
    assert {len(reply.messages) for one in held.values() for reply in replies(one)} == {0, 1, 2, 3, 10}


async def test_buttons_send_their_payload_and_the_start_message_opens(serve_app: Any, hold: Any) -> None:
    played = Playback()
    async with target_of(await serve_app(routes=played.routes), start="/session_start", state="tracker") as target:
        held = await hold(target, *BOOKED)
    assert [body["message"] for body in played.bodies] == [turn["message"] for turn in RECORDED["pressed"]]
    assert held.turns[0].reply.empty, "a session start is silent"
    last = replies(held)[-1]
    assert last.messages == (
        "Your repair is booked.",
        "Bring the bike on friday before ten.",
        "[image] https://bikes.example/ticket.png",
    )
    assert last.state["slots"]["confirmed"] is True
    assert last.state["custom"] == {"ticket": {"bike": "e-bike", "day": "friday"}}
    assert last.state["active_loop"] is None
    assert not any(reply.ended for reply in replies(held))


async def test_the_title_goes_where_the_project_says_so_and_waiting_is_silent(serve_app: Any, hold: Any) -> None:
    played = Playback()
    async with target_of(await serve_app(routes=played.routes), press="title") as target:
        held = await hold(target, "hi", Wait(), pressed("when are you open?", "/ask_hours"))
    assert [body["message"] for body in played.bodies] == ["hi", "when are you open?"]
    assert replies(held)[1].empty
    assert replies(held)[0].state is None


async def test_each_request_says_who_speaks(serve_app: Any, hold: Any) -> None:
    played = Playback()
    url = await serve_app(routes=played.routes)
    options = {
        "metadata": {"customer": "{account.name}", "run": "{id}"},
        "headers": {"Authorization": "Bearer j-w-t-1"},
    }
    async with target_of(url, **options) as target:
        await hold(target, "hi", context=OpenContext("c1", 7, {"name": "Ada"}))
    assert played.bodies[0]["metadata"] == {"customer": "Ada", "run": "c1"}
    headers = {name.lower(): value for name, value in played.heard[0][1].items()}
    assert headers["x-synthetic-user"] == "prebeta"
    assert headers["traceparent"].startswith("00-")
    assert headers["authorization"] == "Bearer j-w-t-1"


# --- what the tracker tells -----------------------------------------------------------------------


def told(**tracker: Any) -> dict[str, Any]:
    return {"slots": {}, "paused": False, "active_loop": {}, "latest_message": {"intent": {}}, "events": [], **tracker}


async def one_bot(serve_app: Any, answers: list[Any], trackers: list[Any]) -> str:
    """A stand-in for a bot with actions of its own, after Rasa's documented REST channel and tracker."""
    left, kept = iter(answers), iter(trackers)

    async def webhook(request: web.Request) -> web.Response:
        return web.json_response(next(left))

    async def tracker(request: web.Request) -> web.Response:
        return web.json_response(next(kept))

    url: str = await serve_app(
        routes=[web.post("/webhooks/rest/webhook", webhook), web.get("/conversations/{sender}/tracker", tracker)]
    )
    return url


def action(name: str, at: float) -> dict[str, Any]:
    return {"event": "action", "name": name, "timestamp": at, "policy": "RulePolicy"}


async def test_actions_are_tool_calls_and_a_pause_or_the_projects_path_is_the_end(serve_app: Any, hold: Any) -> None:
    first = [action("action_listen", 1), action("action_look_up", 2), action("utter_found", 3)]
    looped = {"event": "active_loop", "name": "pay_form", "timestamp": 4}
    second = [*first, looped, action("pay_form", 5), action("action_pay", 6)]
    after_restart = [action("action_restart", 7)]
    trackers = [told(events=first), told(events=second), told(events=after_restart, paused=True)]
    url = await one_bot(serve_app, [[{"text": "a"}], [{"text": "b"}], []], trackers)
    async with target_of(url, state="tracker") as target:
        held = await hold(target, "1", "2", "3", "4")
    called = [[one["name"] for one in reply.tool_calls] for reply in replies(held)]
    assert called == [["action_look_up"], ["action_pay"], ["action_restart"]]
    assert held.stop == Stop("product", "ended")
    bye = told(latest_message={"intent": {"name": "goodbye", "confidence": 1.0}})
    url = await one_bot(serve_app, [[{"text": "bye"}]], [bye])
    async with target_of(url, state="tracker", ended="intent == 'goodbye'") as target:
        held = await hold(target, "bye", "more")
    assert held.stop == Stop("product", "ended")


async def test_images_attachments_and_custom_payloads(serve_app: Any, hold: Any) -> None:
    answer = [
        {"image": "https://x.example/a.png"},
        {"attachment": {"type": "video", "payload": {"src": "https://x.example/v.mp4"}}},
        {"custom": {"text": "from a card", "id": 3}},
        {"text": "pick", "quick_replies": [{"title": "A", "payload": "/a"}], "buttons": [{"title": "B"}]},
    ]
    async with target_of(await one_bot(serve_app, [answer], [])) as target:
        reply = replies(await hold(target, "hi"))[0]
    assert reply.messages == (
        "[image] https://x.example/a.png",
        "[attachment] https://x.example/v.mp4",
        "from a card",
        "pick",
    )
    assert reply.options == (Option("B"), Option("A", "/a"))
    assert reply.state == {"custom": {"text": "from a card", "id": 3}}


# --- failures -------------------------------------------------------------------------------------


async def test_garbage_silence_errors_and_a_killed_connection_harm_no_other(serve_app: Any) -> None:
    async def broken(request: web.Request, message: str) -> web.StreamResponse | None:
        if message == "garbage":
            return web.Response(text="<html>oops</html>")
        if message == "error":
            return web.json_response({"reason": "boom"}, status=500)
        if message == "hang":
            await asyncio.sleep(10)
        if message == "kill" and request.transport is not None:
            request.transport.abort()
            return web.Response()
        return None

    lines = crowd()
    bad = {"garbage": "malformed", "error": "crashed", "hang": "timeout", "kill": "closed"}
    lines |= {name: ["hi", name] for name in bad}
    begun = time.perf_counter()
    async with target_of(await serve_app(routes=Playback(broken).routes), timeout_s=0.5) as target:
        held = await hold_all(target, lines)
    assert time.perf_counter() - begun < 5
    for name, reason in bad.items():
        assert (held[name].stop.by, held[name].stop.reason) == ("product", reason)
        assert replies(held[name])[0].messages[0] == "Hello, this is the bike workshop."
    assert replies(held["garbage"])[-1].problem.raw == "<html>oops</html>"
    assert "boom" in replies(held["error"])[-1].problem.raw
    assert all(one.stop == Stop("user", "patience") for name, one in held.items() if name not in bad)
    assert len(held) == CROWD + len(bad)


async def test_a_server_that_is_killed_in_the_middle(hold: Any) -> None:
    played = Playback()
    app = web.Application()
    app.add_routes(played.routes)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    target = target_of(f"http://127.0.0.1:{runner.addresses[0][1]}")
    async with target, target.open(OpenContext("c1", 7)) as session:
        assert (await session.start()).empty
        assert not (await session.send(Say("hi"))).empty
        await runner.cleanup()
        with pytest.raises((Refused, Closed)):
            await session.send(Say("when are you open?"))


@pytest.mark.parametrize(
    ("answer", "detail"),
    [
        ({"text": "not a list"}, "expected a list of messages from POST /webhooks/rest/webhook, got dict"),
        (["plain"], "a message with none of text, image"),
        ([{"recipient_id": "x"}], "its keys: recipient_id"),
        ([{"text": {"a": 1}}], "text: an object without text, content or message"),
        ([{"text": "x", "buttons": [{"type": "web"}]}], "buttons: an object without title, label or text"),
    ],
)
async def test_another_shape_is_malformed(serve_app: Any, hold: Any, answer: Any, detail: str) -> None:
    async with target_of(await one_bot(serve_app, [answer], [])) as target:
        held = await hold(target, "hi")
    assert held.stop.reason == "malformed"
    assert detail in held.stop.detail
    assert replies(held)[-1].problem.raw


async def test_secrets_never_come_back(serve_app: Any, hold: Any) -> None:
    async def echo(request: web.Request) -> web.Response:
        return web.json_response([{"text": f"{request.headers['Authorization']} {request.method}"}])

    async def leak(request: web.Request) -> web.Response:
        return web.json_response({"url": str(request.url), "slots": None})

    url = await serve_app(
        routes=[web.post("/webhooks/rest/webhook", echo), web.get("/conversations/{sender}/tracker", leak)]
    )
    secret = {"headers": {"Authorization": "Bearer canary-jwt-77"}, "token": "canary-token-88", "state": "tracker"}
    async with target_of(url, **secret) as target:
        held = await hold(target, "hi")
    assert held.stop.reason == "infrastructure"
    assert "canary" not in repr(held)
    async with target_of(url, headers=secret["headers"]) as target:
        assert replies(await hold(target, "hi"))[0].messages == ("*** POST",)


# --- the check and the first acquaintance ---------------------------------------------------------


async def test_the_check_says_what_to_look_at(serve_app: Any) -> None:
    assert (await target_of(await serve_app(routes=[*bot_that_greets()])).check()).text == "Hi there."
    url = await serve_app(routes=bot_that_greets())
    with pytest.raises(UsageError, match=r"isn't there \(404\): start Rasa with --enable-api"):
        await target_of(url, state="tracker").check()
    locked = await serve_app(routes=[*bot_that_greets(), web.get("/conversations/{s}/tracker", refuse)])
    with pytest.raises(UsageError, match=r"target\.token is missing"):
        await target_of(locked, state="tracker").check()
    with pytest.raises(UsageError, match=r"target\.token isn't the one"):
        await target_of(locked, state="tracker", token="wrong-one").check()
    with pytest.raises(UnreachableError, match="is `path` right"):
        await target_of(url, path="/webhooks/chat/webhook").check()
    with pytest.raises(UnreachableError, match="nothing listens"):
        await target_of("http://127.0.0.1:9").check()


def bot_that_greets() -> list[web.RouteDef]:
    async def webhook(request: web.Request) -> web.Response:
        return web.json_response([{"recipient_id": (await request.json())["sender"], "text": "Hi there."}])

    return [web.post("/webhooks/rest/webhook", webhook)]


async def refuse(request: web.Request) -> web.Response:
    return web.json_response({"reason": "NotAuthenticated"}, status=401)


async def test_it_is_recognised_by_its_own_words(serve_app: Any, hold: Any) -> None:
    url = await serve_app(routes=Playback().routes)
    async with aiohttp.ClientSession() as client:
        for address in (url, f"{url}/", f"{url}/webhooks/rest/webhook"):
            found = await RasaTarget.recognise(address, client)
            assert found is not None
            assert found.section == {"kind": "rasa", "url": url, "state": "tracker"}
        locked = await RasaTarget.recognise(await serve_app(routes=Playback(token="t0ken").routes), client)
        assert locked is not None
        assert "state" not in locked.section
        assert "--enable-api" in locked.note
        assert await RasaTarget.recognise(await serve_app(routes=bot_that_greets()), client) is None
        assert await RasaTarget.recognise("http://127.0.0.1:9", client) is None
    section = json.loads(json.dumps(dict(found.section)))
    async with RasaTarget(RasaTarget.Options(**section), Path()) as target:
        assert replies(await hold(target, "hi"))[0].options[0].title == "City bike"


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"path": "webhooks/rest/webhook"}, "should match pattern"),
        ({"metadata": {"a": "{nobody}"}}, "unknown placeholder {nobody}"),
        ({"ended": "intent =="}, "not a JMESPath"),
        ({"sate": "tracker"}, "Extra inputs are not permitted"),
    ],
)
def test_wrong_options_say_what_is_wrong(options: Any, message: str) -> None:
    with pytest.raises(ValueError, match=re.escape(message)):
        target_of("http://127.0.0.1:5005", **options)
