"""A sailing school's chat. What is said is only taken in; the answer is there a moment later, to be fetched."""

from __future__ import annotations

import asyncio
import re
import sys
from typing import Any

from aiohttp import web

ASKED = {
    "course": ("Which boat would you like to learn on?", ("Dinghy", "Catamaran", "Keelboat")),
    "month": ("In which month do you want to come?", ("June", "July", "August")),
    "level": ("How well do you sail already?", ("Beginner", "Improver", "Racer")),
}
YES = re.compile(r"\W*(yes|yeah|yep|sure|ok|correct|right|fine|please do|go ahead)\b", re.IGNORECASE)


def answer(said: list[str]) -> tuple[list[str], tuple[str, ...], dict[str, str] | None]:
    """What the school says to all that was said so far, the choices it offers, and the booking once it is made."""
    known: dict[str, str] = {}
    for text in said:
        for name, (_, values) in ASKED.items():
            for value in values:
                if value.lower() in text.lower():
                    known[name] = value
    for name, (question, values) in ASKED.items():
        if name not in known:
            return [question], values, None
    if YES.match(said[-1]):
        return ["You are booked. See you on the water!"], (), known
    summary = f"{known['course']} in {known['month']} as a {known['level'].lower()}."
    return [summary, "Shall I book it like that?"], ("Yes", "No"), None


class School:
    """Its talks: the lines of each, and who is being answered."""

    def __init__(self) -> None:
        self.talks: list[list[dict[str, Any]]] = []
        self.bookings: dict[int, dict[str, str]] = {}
        self.typing: dict[int, asyncio.Task[None]] = {}

    def add(self, talk: int, by: str, text: str, choices: tuple[str, ...] = ()) -> None:
        lines = self.talks[talk]
        lines.append({"no": len(lines) + 1, "by": by, "text": text, "choices": choices})

    async def open(self, _request: web.Request) -> web.Response:
        self.talks.append([])
        talk = len(self.talks) - 1
        self.add(talk, "school", "Welcome to the sailing school! " + ASKED["course"][0], ASKED["course"][1])
        return web.json_response({"talk": talk}, status=201)

    async def hear(self, request: web.Request) -> web.Response:
        talk = int(request.match_info["talk"])
        self.add(talk, "guest", (await request.json())["text"])
        self.typing[talk] = asyncio.create_task(self.reply(talk))
        return web.Response(status=202)

    async def reply(self, talk: int) -> None:
        texts, choices, booking = answer([line["text"] for line in self.talks[talk] if line["by"] == "guest"])
        for text in texts:
            await asyncio.sleep(0.03)
            self.add(talk, "school", text, choices if text == texts[-1] else ())
        if booking is not None:
            self.bookings[talk] = booking

    async def lines(self, request: web.Request) -> web.Response:
        talk, after = int(request.match_info["talk"]), int(request.query.get("after", 0))
        task = self.typing.get(talk)
        idle = task is None or task.done()
        return web.json_response({"lines": self.talks[talk][after:], "typing": not idle})

    async def booking(self, request: web.Request) -> web.Response:
        found = self.bookings.get(int(request.match_info["talk"]))
        return web.json_response({"booking": found}) if found else web.Response(status=404)


def app() -> web.Application:
    school, made = School(), web.Application()
    made.add_routes(
        [
            web.post("/talks", school.open),
            web.post("/talks/{talk}/lines", school.hear),
            web.get("/talks/{talk}/lines", school.lines),
            web.get("/bookings/{talk}", school.booking),
        ]
    )
    return made


if __name__ == "__main__":
    web.run_app(app(), host="127.0.0.1", port=int(sys.argv[1]) if len(sys.argv) > 1 else 8471, print=None)
