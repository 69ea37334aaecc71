"""The desk on a web page: `python server.py [PORT]` prints its address and serves until Ctrl-C."""

from __future__ import annotations

import asyncio
import sys
import uuid
from pathlib import Path

from aiohttp import web
from desk import Answer, Desk

PAGE = Path(__file__).with_name("page.html")
VISITS = web.AppKey("visits", dict[str, Desk])


def told(answer: Answer, desk: Desk) -> web.Response:
    body = {"messages": answer.texts, "options": answer.options, "over": answer.over, "booking": desk.booking}
    return web.json_response(body)


async def page(_: web.Request) -> web.Response:
    answer = web.Response(text=PAGE.read_text("utf-8"), content_type="text/html")
    answer.set_cookie("visit", uuid.uuid4().hex)
    return answer


async def chat(request: web.Request) -> web.Response:
    visits = request.app[VISITS]
    said = (await request.json()).get("text")
    desk = visits.setdefault(request.cookies.get("visit", ""), Desk())
    return told(desk.greet() if said is None else desk.hear(said), desk)


async def serve(port: int) -> None:
    app = web.Application()
    app[VISITS] = {}
    app.add_routes([web.get("/", page), web.post("/chat", chat)])
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    print(f"http://127.0.0.1:{runner.addresses[0][1]}", flush=True)  # noqa: T201
    await asyncio.Event().wait()


if __name__ == "__main__":
    try:
        asyncio.run(serve(int(sys.argv[1]) if len(sys.argv) > 1 else 8090))
    except KeyboardInterrupt:
        sys.exit(0)
