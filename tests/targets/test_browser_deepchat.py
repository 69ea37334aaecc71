"""deep-chat, a widget from npm, in a real browser: its streamed words, its buttons, and what it makes of failures."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest
from aiohttp import web

from prebeta.core.errors import UsageError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Limits, Option, Press
from prebeta.targets.browser.chromium import program_of
from prebeta.targets.browser.options import BrowserOptions
from prebeta.targets.browser.target import BrowserTarget

pytest.importorskip("playwright", reason="playwright isn't installed: pip install 'prebeta[browser]'")
try:
    program_of(BrowserOptions(url="http://127.0.0.1"))
except UsageError as missing:
    pytest.skip(f"{missing}; scripts/parts/chromium.sh installs it", allow_module_level=True)

WIDGET = Path(__file__).resolve().parents[2] / ".venvs" / "deep-chat" / "deepChat.bundle.js"
if not WIDGET.exists():
    pytest.skip("no deep-chat here; scripts/parts/deep-chat.sh fetches it from npm", allow_module_level=True)

PAGE = """<!doctype html><script type="module" src="/widget.js"></script>
<deep-chat id="chat" style="width:400px;height:400px" connect='CONNECT' introMessage='{"text": "Hello"}'></deep-chat>"""


def button(title: str) -> str:
    return f'<button class="deep-chat-button deep-chat-suggestion-button">{title}</button>'


async def widget(_: web.Request) -> web.FileResponse:
    return web.FileResponse(WIDGET)


async def said(request: web.Request) -> str:
    text: str = (await request.json())["messages"][-1]["text"]
    return text


async def plain(_: web.Request) -> web.Response:
    return web.Response(text=PAGE.replace("CONNECT", '{"url": "/chat"}'), content_type="text/html")


async def streamed(_: web.Request) -> web.Response:
    return web.Response(text=PAGE.replace("CONNECT", '{"url": "/stream", "stream": true}'), content_type="text/html")


async def chat(request: web.Request) -> web.StreamResponse:
    text = await said(request)
    if text == "cut":
        assert request.transport is not None
        request.transport.abort()
    if text == "silence":
        await asyncio.sleep(10)
    if text == "garbage":
        return web.Response(text="<html>")
    if text == "boom":
        return web.Response(status=500, text="broken")
    if text == "choose":
        buttons = button("One") + button("Two")
        return web.json_response(
            {"text": "Which?", "html": f'<div class="deep-chat-temporary-message">{buttons}</div>'}
        )
    await asyncio.sleep(0.3)
    return web.json_response({"text": f"you said {text}"})


async def stream(request: web.Request) -> web.StreamResponse:
    answer = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    text = await said(request)
    await answer.prepare(request)
    for word in f"you said {text} and here is a long answer".split():
        await answer.write(f"data: {json.dumps({'text': word + ' '})}\n\n".encode())
        await asyncio.sleep(0.45 if word == "said" else 0.05)  # longer than quiet_s: the request is still underway
    return answer


async def test_failures_in_a_widget_have_their_names_and_harm_no_other(serve_app, hold, tmp_path):
    url = await serve_app(routes=[web.get("/", plain), web.post("/chat", chat), web.get("/widget.js", widget)])
    patience_s = {"silence": 8.0}
    words = ("cut", "garbage", "boom", "silence", "fine")
    async with BrowserTarget(BrowserTarget.Options(url=url, quiet_s=0.3, greeting_s=1), tmp_path) as target:
        talks = await asyncio.gather(
            *(
                hold(
                    target,
                    "choose",
                    Press(Option("Two")),
                    word,
                    limits=Limits(turn_timeout_s=patience_s.get(word, 25)),
                    context=OpenContext(word, 1, patience_s=patience_s.get(word, 25)),
                )
                for word in words
            )
        )
    kinds = {}
    for word, talk in zip(words, talks, strict=True):
        first, which, two, last = (turn.reply for turn in talk.turns if turn.reply is not None)
        assert first.messages == ("Hello",)
        assert (which.messages, which.options) == (("Which?",), (Option("One"), Option("Two")))
        assert (two.messages, two.options) == (("you said Two",), ())
        kinds[word] = last.problem and last.problem.kind
        if word == "fine":
            assert last.messages == ("you said fine",)
        else:
            picture = f".prebeta/screenshots/{word}/turn-6.jpg"
            assert picture in last.problem.raw
            assert (tmp_path / picture).read_bytes()[:2] == b"\xff\xd8"
    assert kinds == {"cut": "closed", "garbage": "malformed", "boom": "crashed", "silence": "timeout", "fine": None}


async def test_streamed_words_are_one_answer(serve_app, hold, tmp_path):
    url = await serve_app(routes=[web.get("/", streamed), web.post("/stream", stream), web.get("/widget.js", widget)])
    options = BrowserTarget.Options(url=url, quiet_s=0.3, greeting_s=1, screenshots="none")
    async with BrowserTarget(options, tmp_path) as target:
        talks = await asyncio.gather(*(hold(target, f"a{n}", "b", context=OpenContext(f"c{n}", 1)) for n in range(3)))
    for n, talk in enumerate(talks):
        heard = [turn.reply.messages for turn in talk.turns if turn.reply is not None]
        assert heard == [("Hello",), *((f"you said {one} and here is a long answer",) for one in (f"a{n}", "b"))]
