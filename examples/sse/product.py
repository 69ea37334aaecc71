"""A theatre's box office that streams: words as they are found, then quick replies and what it holds. Needs aiohttp."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from typing import Any

from aiohttp import web

ASKED = {
    "play": ("Which play would you like to see?", ("Hamlet", "The Seagull", "Antigone")),
    "night": ("Which night suits you?", ("Thursday", "Friday", "Saturday")),
    "seats": ("Stalls or balcony?", ("Stalls", "Balcony")),
}
YES = re.compile(r"\W*(yes|yeah|yep|sure|ok|correct|right|fine|please do|go ahead)\b", re.IGNORECASE)


def answer(held: dict[str, Any], said: str) -> tuple[str, tuple[str, ...], bool]:
    """What to say, quick replies, and whether that was all."""
    ready = len(held) == len(ASKED)
    for name, (_, values) in ASKED.items():
        named = [value for value in values if value.lower() in said.lower()]
        held |= {name: named[-1]} if named else {}
    for name, (question, values) in ASKED.items():
        if name not in held:
            return question, values, False
    if ready and YES.match(said):
        return "They are yours. See you then!", (), True
    return (
        f"{held['play']} on {held['night']}, {held['seats'].lower()}. Shall I reserve two seats?",
        ("Yes", "No"),
        False,
    )


async def chat(request: web.Request) -> web.StreamResponse:
    body = await request.json()
    held = request.app[CHATS].setdefault(body["chat"], {})
    words, options, done = answer(held, body["message"])
    stream = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await stream.prepare(request)

    async def tell(event: str, data: Any) -> None:
        await stream.write(f"event: {event}\ndata: {json.dumps(data)}\n\n".encode())

    for word in re.findall(r"\S+\s*", words):
        await tell("word", {"piece": word})
        await asyncio.sleep(0.002)
    await tell("choices", {"choices": options})
    if done:
        await tell("booked", held)
    await tell("over", {})
    return stream


CHATS = web.AppKey("chats", dict[str, dict[str, Any]])

if __name__ == "__main__":
    app = web.Application()
    app[CHATS] = {}
    app.router.add_post("/chat", chat)
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8477
    web.run_app(app, host="127.0.0.1", port=port, print=None)
