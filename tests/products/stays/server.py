"""The hotel assistant over HTTP; now and then it takes its time. Run it: python server.py [--port 0]; it prints its URL."""

from __future__ import annotations

import argparse
import asyncio
import random
import socket

from aiohttp import web
from stay_desk import Stay, Turn
from stay_faults import FAULTS, Down

STAYS = web.AppKey("stays", dict)
ON = web.AppKey("on", set)
CLOCK = web.AppKey("clock", random.Random)


def shown(stay: Stay, turn: Turn) -> web.Response:
    return web.json_response(
        {"conversation": str(stay.number), "items": turn.items, "over": turn.over, "stay": stay.state()}
    )


async def converse(request: web.Request) -> web.Response:
    """The first request has no conversation and no message."""
    body, stays = await request.json(), request.app[STAYS]
    if request.app[CLOCK].random() < 0.1:
        await asyncio.sleep(0.15)
    if body.get("conversation") is None:
        stay = Stay(len(stays), request.app[ON])
        stays[str(stay.number)] = stay
        return shown(stay, stay.open())
    stay = stays[str(body["conversation"])]
    try:
        return shown(stay, stay.answer(str(body["message"])))
    except Down:
        return web.Response(text="upstream connect error", status=503)


async def faults(request: web.Request) -> web.Response:
    return web.json_response({number: stay.log for number, stay in request.app[STAYS].items()})


async def switch(request: web.Request) -> web.Response:
    """Stays from now on make these mistakes and no others; earlier ones are forgotten."""
    wanted = set((await request.json())["on"])
    if wanted - FAULTS.keys():
        return web.json_response({"error": f"known: {sorted(FAULTS)}"}, status=400)
    request.app[STAYS].clear()
    request.app[ON].clear()
    request.app[ON].update(wanted)
    return web.json_response({"on": sorted(wanted)})


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    app = web.Application()
    app[STAYS], app[ON], app[CLOCK] = {}, set(), random.Random(11)
    app.add_routes([web.post("/converse", converse), web.get("/faults", faults), web.put("/faults", switch)])
    listening = socket.create_server(("127.0.0.1", parser.parse_args().port))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    web.run_app(app, sock=listening, print=None, access_log=None, handle_signals=True)


if __name__ == "__main__":
    main()
