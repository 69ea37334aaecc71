"""What is made of a WebSocket of which only the address is known; the section must work as it is."""

from __future__ import annotations

import asyncio
import json
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from websocket_served import context, product
from websockets.asyncio.server import ServerConnection

from prebeta.core.types import Option, Say
from prebeta.targets.websocket import recognise as websocket_recognise
from prebeta.targets.websocket.target import WebsocketTarget
from prebeta.targets.wire.recognised import Recognised

__all__ = ["product"]


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {"_LISTENS_S": 0.25, "_PATIENCE_S": 0.5, "_QUIET_S": 0.25}.items():
        monkeypatch.setattr(websocket_recognise, name, value)


async def recognised(url: str) -> Recognised | None:
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10)) as client:
        return await WebsocketTarget.recognise(url, client)


async def answers(section: Any, *words: str) -> list[Any]:
    """What a product says over the section that was made for it."""
    assert section["kind"] == "websocket"
    options = WebsocketTarget.Options.model_validate({**section, "quiet_s": 0.2})
    async with WebsocketTarget(options, Path()) as target, target.open(context()) as session:
        return [await session.start(), *[await session.send(Say(word)) for word in words]]


async def test_plain_text(product):
    async def plain(socket: ServerConnection) -> None:
        async for frame in socket:
            await socket.send("What is your name?" if frame == "Hello" else f"Hello {frame}")

    found = await recognised(await product(plain))
    assert {key: value for key, value in found.section.items() if key != "url"} == {
        "kind": "websocket",
        "send": "{text}",
    }
    assert [one.messages for one in await answers(found.section, "Ann")] == [(), ("Hello Ann",)]


async def test_json_with_a_greeting_and_typing(product):
    async def rich(socket: ServerConnection) -> None:
        async def tell(**event: Any) -> None:
            await socket.send(json.dumps(event))

        await tell(type="hello", session_id="s-1")
        await tell(type="message", text="Welcome!", buttons=[{"title": "A", "payload": "/a"}])
        async for frame in socket:
            said = json.loads(frame)["text"]
            await tell(type="typing")
            await tell(type="status", text="looking")
            await asyncio.sleep(0.05)
            await tell(type="message", text=f"You said {said}", id=1)
            await tell(type="done")

    found = await recognised(await product(rich))
    assert found.section["send"] == {"json": {"type": "message", "text": "{text}"}}
    assert found.section["greets"] is True
    reply = found.section["reply"]
    assert reply["messages"] == "text"
    assert reply["session"] == "session_id"
    assert reply["options"].startswith("buttons")
    assert (reply["typing"], reply["turn_ends"]) == ("type == 'typing'", "type == 'done'")
    start, answer = await answers(found.section, "shoes")
    assert (start.messages, start.options, start.session) == (("Welcome!",), (Option("A", "/a"),), "s-1")
    assert answer.messages[-1] == "You said shoes"
    assert set(found.remarks) >= {"send", "reply", "reply.messages", "greets"}


@pytest.mark.parametrize("key", ["text", "message", "content"])
@pytest.mark.parametrize("strict", [True, False])
async def test_the_key_that_it_takes(product, key, strict):
    async def picky(socket: ServerConnection) -> None:
        async for frame in socket:
            try:
                said = json.loads(frame)
                words = said[key]
                if strict and set(said) != {key}:
                    raise ValueError("unexpected keys")
            except (ValueError, KeyError, TypeError) as error:
                await socket.send(json.dumps({"type": "error", "detail": str(error)}))
                continue
            await socket.send(json.dumps({"reply": f"You said {words}"}))

    found = await recognised(await product(picky))
    assert found.section["send"]["json"][key] == "{text}"
    assert found.section["reply"] == {"messages": "reply"}
    assert (await answers(found.section, "a b"))[1].messages == ("You said a b",)


async def test_a_server_that_breaks_at_what_is_no_json(product):
    async def brittle(socket: ServerConnection) -> None:
        async for frame in socket:
            await socket.send(json.dumps({"message": f"You said {json.loads(frame)['message']}"}))

    found = await recognised(await product(brittle))
    assert found.section["send"]["json"]["message"] == "{text}"
    assert (await answers(found.section, "a"))[1].messages == ("You said a",)


async def test_own_words_and_streamed_pieces(product):
    """As LangChain's well-known example of a chat over WebSocket speaks."""

    async def streaming(socket: ServerConnection) -> None:
        async for frame in socket:
            said = json.loads(frame)["message"] if frame.startswith("{") else frame
            if said == frame:
                await socket.send(json.dumps({"sender": "bot", "message": "Sorry, error", "type": "error"}))
                continue
            await socket.send(json.dumps({"sender": "you", "message": said, "type": "stream"}))
            await socket.send(json.dumps({"sender": "bot", "message": "", "type": "start"}))
            for piece in ("You ", "said ", said):
                await socket.send(json.dumps({"sender": "bot", "message": piece, "type": "stream"}))
            await socket.send(json.dumps({"sender": "bot", "message": "", "type": "end"}))

    found = await recognised(await product(streaming))
    reply = found.section["reply"]
    assert reply["pieces"] == "type == 'stream' && message || null"
    assert (reply["ignore"], reply["turn_ends"]) == ("sender == 'you'", "type == 'end'")
    assert [one.messages for one in await answers(found.section, "a", "b")] == [(), ("You said a",), ("You said b",)]


@pytest.mark.parametrize("verb", ["say", "utter"])
async def test_frames_of_its_own_shape(product, verb):
    """What it says first shows its keys; where even those aren't taken, at least what it says can be read."""

    async def own(socket: ServerConnection) -> None:
        async def tell(**event: Any) -> None:
            await socket.send(json.dumps(event))

        await tell(kind="typing", on=True)
        await tell(kind="typing", on=False)
        await tell(kind="bot", body="Hi, what is it about?", chips=["A parcel"])
        async for frame in socket:
            said = json.loads(frame) if frame.startswith("{") else {}
            if said.keys() != {"kind", "body"} or said["kind"] != verb:
                await tell(kind="problem", body="bad frame")
                continue
            await tell(kind="bot", body=f"You said {said['body']}", chips=[])

    url = await product(own)
    found = await recognised(url)
    assert found.whole is (verb == "say")
    section = {**found.section, "send": {"json": {"kind": verb, "body": "{text}"}}}
    assert section["greets"] is True
    assert section["reply"] == {
        "messages": "body",
        "only": "kind == 'bot'",
        "options": "chips",
        "typing": "kind == 'typing' && on",
        "typing_off": "kind == 'typing' && !on",
    }
    if found.whole:
        assert found.section == section
    else:
        assert found.note.startswith(
            "it spoke first, in frames with kind, on, body, chips; no frame was answered; tried"
        )
        assert '{"kind":"message","body":"{text}"}' in found.note
    start, answer = await answers(section, "shoes")
    assert (start.options, answer.messages) == ((Option("A parcel", None),), ("You said shoes",))


async def test_all_ways_to_greet_it_take_no_longer_than_one(product):
    """Sixteen frames that nobody answers."""

    async def mute(socket: ServerConnection) -> None:
        await socket.send(json.dumps({"kind": "bot", "body": "Hi"}))
        await socket.wait_closed()

    before = time.monotonic()
    assert not (await recognised(await product(mute))).whole
    assert time.monotonic() - before < 0.5 + 2 * 0.5 + 2.0


async def test_what_is_no_product(product, serve_app):
    async def silent(socket: ServerConnection) -> None:
        await socket.wait_closed()

    assert await recognised("http://127.0.0.1:1") is None
    assert await recognised("ws://127.0.0.1:1") is None
    nothing = await recognised(await product(silent))
    assert not nothing.whole
    assert nothing.note.startswith("no frame was answered; tried {text}, ")
    asked = []

    async def no_websocket(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.Response(status=404)

    assert await recognised((await serve_app(no_websocket)).replace("http", "ws")) is None
    assert len(asked) == 1
