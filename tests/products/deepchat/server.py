"""The desk of examples/browser behind deep-chat, a widget from npm, with quick replies as buttons in its messages."""

from __future__ import annotations

import asyncio
import html
import sys
import uuid
from pathlib import Path
from typing import Any

from aiohttp import web

ROOT = Path(__file__).resolve().parents[3]
BUNDLE = ROOT / ".venvs" / "deep-chat" / "deepChat.bundle.js"
sys.path.insert(0, str(ROOT / "examples" / "browser"))

from desk import Answer, Desk  # noqa: E402

PAGE = """<!doctype html><html><head><title>Library</title><script type="module" src="/deepChat.bundle.js"></script></head>
<body><h1>Library</h1><deep-chat id="chat" style="width:420px;height:520px"></deep-chat><script type="module">
  const chat = document.getElementById("chat");
  chat.history = HISTORY;
  chat.connect = {url: "/chat"};
  chat.responseInterceptor = (answer) => { window.booking = answer.booking; if (answer.over) document.body.dataset.over = ""; return answer; };
</script></body></html>"""
VISITS = web.AppKey("visits", dict[str, Desk])


def bubbles(answer: Answer) -> dict[str, Any]:
    """The answer as deep-chat takes it: a text, and buttons that are gone with the next message."""
    told: dict[str, Any] = {"text": "\n\n".join(answer.texts)}
    if answer.options:
        buttons = "".join(
            f'<button class="deep-chat-button deep-chat-suggestion-button">{html.escape(one)}</button>'
            for one in answer.options
        )
        told["html"] = f'<div class="deep-chat-temporary-message">{buttons}</div>'
    return told


async def page(_: web.Request) -> web.Response:
    first = bubbles(Desk().greet())
    history = [{"role": "ai", "text": first["text"]}, {"role": "ai", "html": first["html"]}]
    text = PAGE.replace("HISTORY", web.json_response(history).text or "")
    answer = web.Response(text=text, content_type="text/html")
    answer.set_cookie("visit", uuid.uuid4().hex)
    return answer


async def chat(request: web.Request) -> web.Response:
    said = (await request.json())["messages"][-1]["text"]
    desk = request.app[VISITS].setdefault(request.cookies["visit"], Desk())
    answer = desk.hear(said)
    return web.json_response({**bubbles(answer), "over": answer.over, "booking": desk.booking})


async def bundle(_: web.Request) -> web.FileResponse:
    return web.FileResponse(BUNDLE)


async def serve() -> None:
    app = web.Application()
    app[VISITS] = {}
    app.add_routes([web.get("/", page), web.post("/chat", chat), web.get("/deepChat.bundle.js", bundle)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve())
