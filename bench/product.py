"""A product that costs as little as can be: asks five things, believes anything, waits as long as it is told.

Run it: python product.py LATENCY_MS [plain]; it prints its URL. The plain one offers no quick replies.
"""

from __future__ import annotations

import asyncio
import socket
import sys
from itertools import count

from aiohttp import web

ASKED = (
    ("Which drink would you like?", ("Tea", "Coffee", "Cocoa")),
    ("What size shall it be?", ("Small", "Large")),
    ("On which day do you pick it up?", ()),
    ("What name is it for?", ()),
    ("And your phone number?", ()),
    ("Shall I order it?", ("Yes", "No")),
)


def main() -> None:
    latency_s = float(sys.argv[1]) / 1000
    plain = "plain" in sys.argv[2:]
    numbers, answered = count(1), {}

    async def start(_: web.Request) -> web.Response:
        return reply(str(next(numbers)), 0, plain)

    async def send(request: web.Request) -> web.Response:
        await request.json()
        if latency_s:
            await asyncio.sleep(latency_s)
        number = request.match_info["id"]
        answered[number] = answered.get(number, 0) + 1
        return reply(number, answered[number], plain)

    app = web.Application()
    app.add_routes([web.post("/chats", start), web.post("/chats/{id}", send)])
    listening = socket.create_server(("127.0.0.1", 0), backlog=4096)
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    web.run_app(app, sock=listening, print=None, access_log=None)


def reply(number: str, answers: int, plain: bool) -> web.Response:
    ended = answers >= len(ASKED)
    text, options = ("It is ordered. Goodbye!", ()) if ended else ASKED[answers]
    options = () if plain else options
    order = {"number": number} if ended else None
    return web.json_response({"id": number, "messages": text, "options": options, "ended": ended, "order": order})


if __name__ == "__main__":
    main()
