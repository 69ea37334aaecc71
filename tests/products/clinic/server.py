"""The clinic's assistant over HTTP. Run it: python server.py [--port 0]; it prints its URL."""

from __future__ import annotations

import argparse
import dataclasses
import traceback
import uuid

from aiohttp import web
from assistant import Answer, Chat
from faults import FAULTS, Crash

CHATS = web.AppKey("chats", dict)
ON = web.AppKey("on", set)


def shown(chat: Chat, answer: Answer) -> web.Response:
    return web.json_response({"id": chat.number, "trace_id": f"t-{chat.number}", **dataclasses.asdict(answer)})


async def start(request: web.Request) -> web.Response:
    chat = Chat(uuid.uuid4().hex, request.app[ON])
    request.app[CHATS][chat.number] = chat
    return shown(chat, chat.last)


async def send(request: web.Request) -> web.Response:
    chat = request.app[CHATS].get(request.match_info["id"])
    if chat is None:
        return web.json_response({"error": "no such chat"}, status=404)
    try:
        return shown(chat, chat.answer(str((await request.json())["text"])))
    except Crash:
        return web.Response(text=traceback.format_exc(), status=500)


async def faults_of_chat(request: web.Request) -> web.Response:
    return web.json_response(request.app[CHATS][request.match_info["id"]].log)


async def all_faults(request: web.Request) -> web.Response:
    return web.json_response({number: chat.log for number, chat in request.app[CHATS].items()})


async def switch(request: web.Request) -> web.Response:
    """Chats from now on make these mistakes and no others; earlier ones are forgotten."""
    wanted = set((await request.json())["on"])
    if wanted - FAULTS.keys():
        return web.json_response({"error": f"known: {sorted(FAULTS)}"}, status=400)
    request.app[CHATS].clear()
    request.app[ON].clear()
    request.app[ON].update(wanted)
    return web.json_response({"on": sorted(wanted)})


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    app = web.Application()
    app[CHATS], app[ON] = {}, set()
    app.add_routes([
        web.post("/chats", start),
        web.post("/chats/{id}", send),
        web.get("/chats/{id}/faults", faults_of_chat),
        web.get("/faults", all_faults),
        web.put("/faults", switch),
    ])  # fmt: skip

    import socket

    listening = socket.create_server(("127.0.0.1", parser.parse_args().port))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    web.run_app(app, sock=listening, print=None, access_log=None, handle_signals=True)


if __name__ == "__main__":
    main()
