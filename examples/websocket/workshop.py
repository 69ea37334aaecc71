"""The front desk of a bicycle workshop, over a WebSocket: `python workshop.py [PORT]`.

It speaks first, says that it is typing, answers in several messages, looks into its calendar while the customer waits and
speaks again when it has looked, tells what it holds, and closes when all is said. No model and no key.
"""

from __future__ import annotations

import asyncio
import json
import re
import sys
import uuid
from collections.abc import Iterator
from difflib import get_close_matches
from typing import Any

from aiohttp import web

REPAIRS = {
    "brakes": r"brakes?|braking",
    "gears": r"gears?|shifting",
    "flat tyre": r"flat|tyres?|tires?|puncture",
    "full service": r"full service|check-?up",
}
DAYS = {day: rf"{day[:3].lower()}(?:{day[3:]})?" for day in ("Monday", "Wednesday", "Friday")}
PHONE = re.compile(r"(?<!\d)0(?:[ /-]?\d){7}(?!\d)")
QUESTIONS = {
    "repair": "What is to be done on your bicycle?",
    "day": "On which day would you like to bring it: Monday, Wednesday or Friday?",
    "phone": "What is your phone number?",
}
REASONS = {
    "repair": "Each repair takes its own time, so I need to know what is to be done.",
    "day": "We take bicycles in on three days, and I keep a place for you on one of them.",
    "phone": "We call you on that number when the bicycle is ready.",
}
PRICE = re.compile(r"\b(?:price|costs?|how much|expensive|fee)\b")
HOURS = re.compile(r"\b(?:opening hours|open|close|until when)\b")
WHY = re.compile(
    r"\bwhy\b|\bwhat (?:do|does|is|exactly|for)\b|what'?s|\bmean\b|explain|example|understand|unclear|clarif"
)
PERSON = re.compile(r"\b(?:person|human|agent|someone real|real someone|somebody)\b")
ORDINALS = ("first", "second", "third", "fourth")
ASIDE = re.compile(r"\b(?:joke|weather|poem|recipe|football|capital|song|news|movie|president|sing)\b")
YES = re.compile(
    r"\b(?:yes|yep|yeah|correct|right|sure|ok|okay|fine|go ahead|confirm\w*|perfect|book it|please do|sim|s[ií]|oui|ja)\b"
)
NO = re.compile(r"\b(?:no|nope|wrong|change|not right|incorrect|different)\b")

Said = tuple[str, tuple[str, ...]]
"""A message and its buttons."""


class Desk:
    """One conversation. Keeps nothing but what it was told."""

    def __init__(self) -> None:
        self.facts: dict[str, str] = {}
        self.confirming = False
        self.booking: dict[str, str] | None = None

    def greet(self) -> list[Said]:
        return [("Hello, this is the workshop.", ()), self._next()]

    def hear(self, text: str) -> Iterator[list[Said]]:
        """What it says to that: one list of messages after another, with a look into the calendar between them."""
        aside = self._aside(text)
        heard = _facts_in(text, self._missing())
        changed = {slot: value for slot, value in heard.items() if self.facts.get(slot) != value}
        self.facts |= heard
        if self.confirming and not changed and aside is None:
            yield self._confirmed(text)
            return
        told = aside or ("Noted." if heard else "Sorry, I didn't get that.")
        if {"repair", "day"} <= self.facts.keys() and {"repair", "day"} & changed.keys():
            yield [(told, ()), ("One moment, I'm looking at the calendar.", ())]
            told = f"There is room on {self.facts['day']}."
        yield [(told, ()), self._next()]

    def _aside(self, text: str) -> str | None:
        """What it says to a question of the customer's own."""
        said = text.lower().replace("’", "'")
        reason = "With a yes the place is yours." if self.confirming else REASONS[self._missing() or "phone"]
        answers = (
            (PRICE, "Every repair costs 45 euros, parts included."),
            (HOURS, "We are open from 9 to 18."),
            (PERSON, "All of us have their hands full; you can call us on 040 123456."),
            (ASIDE, "I can only help with bicycles."),
            (WHY, reason),
        )
        return next((answer for question, answer in answers if question.search(said)), None)

    def _missing(self) -> str | None:
        return next((slot for slot in QUESTIONS if slot not in self.facts), None)

    def _next(self) -> Said:
        slot = self._missing()
        if slot is not None:
            return QUESTIONS[slot], tuple(REPAIRS) if slot == "repair" else ()
        self.confirming = True
        facts = self.facts
        return (
            f"So that is {facts['repair']} on {facts['day']}, and we call {facts['phone']}. Is that right?",
            ("Yes, book it", "No, change something"),
        )

    def _confirmed(self, text: str) -> list[Said]:
        said = text.lower()
        if NO.search(said):
            return [("All right. What should it be instead?", ())]
        if not YES.search(said):
            return [("Sorry, I didn't get that.", ()), self._next()]
        number = f"W-{uuid.uuid4().hex[:5]}"
        self.booking = {**self.facts, "number": number}
        return [(f"Your bicycle is booked in, the number is {number}.", ()), ("Goodbye!", ())]


def _facts_in(text: str, asked: str | None) -> dict[str, str]:
    """Slot to value; the one named last wins, one taken back ("not Monday") doesn't count."""
    said = text.lower()
    facts = {}
    for slot, table in (("repair", REPAIRS), ("day", DAYS)):
        hits = [
            (found.start(), name) for name, words in table.items() for found in re.finditer(rf"\b(?:{words})\b", said)
        ]
        kept = [hit for hit in hits if not re.search(r"\b(?:not|instead of) (?:the )?$", said[: hit[0]])]
        if kept:
            facts[slot] = max(kept)[1]
    if asked == "repair" and "repair" not in facts:
        ordinal = re.search(rf"\b({'|'.join(ORDINALS)}) one\b", said)
        facts |= {} if ordinal is None else {"repair": list(REPAIRS)[ORDINALS.index(ordinal[1])]}
    if asked == "day" and "day" not in facts:
        close = [name for word in said.split() for name in get_close_matches(word.strip(".,!").title(), DAYS, 1, 0.75)]
        facts |= {"day": close[-1]} if close else {}
    phones = PHONE.findall(text)
    if phones:
        facts["phone"] = re.sub(r"\D", "", phones[-1])
    return facts


async def talk(send: Any, receive: Any, looking_s: float = 2.0) -> None:
    """One conversation over any WebSocket: `send` takes a frame, `receive` gives one or None at the end."""
    desk = Desk()

    async def tell(**event: Any) -> None:
        await send(json.dumps(event))

    async def say(messages: list[Said]) -> None:
        for text, buttons in messages:
            await tell(type="message", text=text, buttons=list(buttons))

    await tell(type="hello", session=uuid.uuid4().hex)
    await say(desk.greet())
    while (frame := await receive()) is not None:
        for number, messages in enumerate(desk.hear(str(json.loads(frame)["text"]))):
            if number:  # it looks into its calendar
                await asyncio.sleep(looking_s)
            await tell(type="typing")
            await say(messages)
        if desk.booking is not None:
            await tell(type="booking", booking=desk.booking)
            return


async def chat(request: web.Request) -> web.WebSocketResponse:
    socket = web.WebSocketResponse()
    await socket.prepare(request)

    async def receive() -> str | None:
        message = await socket.receive()
        return str(message.data) if message.type is web.WSMsgType.TEXT else None

    await talk(socket.send_str, receive)
    await socket.close()
    return socket


def main() -> None:
    app = web.Application()
    app.router.add_get("/chat", chat)
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 8765
    web.run_app(app, host="127.0.0.1", port=port, print=None)


if __name__ == "__main__":
    main()
