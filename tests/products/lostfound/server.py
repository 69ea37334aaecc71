"""An airport's lost-property desk: speaks only when spoken to, one string a reply, no buttons, tells its report at the end.

Run it: python server.py [--port 0]; it prints its URL.
"""

from __future__ import annotations

import argparse
import socket
import uuid

from aiohttp import web
from desk_words import (
    CLAIM,
    DOUBT,
    EXPLAIN_ASKED,
    FIT,
    HUMAN,
    HURRY,
    NO,
    ORDER,
    SLOTS,
    STRANGE,
    UNSURE,
    VAGUE,
    YES,
    known,
    named,
    own_words,
    sentences,
    told,
    unwrapped,
)

ASK = {
    "thing": "What have you lost? A few words about how it looks will do.",
    "spot": "Where did you have it last?",
    "day": "On what date was that?",
    "flight": "Which flight were you on? I need its number.",
    "mail": "To which e-mail address may we write when it turns up?",
    "file": "May I file it like this?",
}
RETRY = {
    "thing": "I'm after the lost object itself, say: black rucksack. What is it?",
    "spot": "A gate, the food court, security - roughly where was it?",
    "day": "I'd want a date such as 14 May, or a weekday. When was it?",
    "flight": "Flight numbers are two letters and four digits, LH0123 for one. What's yours?",
    "mail": "That doesn't read like an e-mail address. How does it go?",
    "file": "A yes will do if all is well, else tell me what to put instead. May I file it like this?",
}
EXPLAIN = {
    "thing": "The more I know of its looks the sooner the shelf people spot it; colour and kind are plenty.",
    "spot": "Every hall has a shelf of its own, so the last place you remember tells us where to search.",
    "day": "Finds are stored by the day they come in, that's why I'm asking.",
    "flight": "With the number we can ask the crew. It's on your boarding pass: two letters, four digits.",
    "mail": "We write once, when it's found, and then delete the address.",
    "file": "Once filed, the report goes to all shelves. Until then everything can be altered.",
}
DECLINED = "That is nothing I can do, I'm only here for lost things."


class Desk:
    """One conversation."""

    def __init__(self, number: str) -> None:
        self.number, self.facts, self.asked, self.retry, self.begun = number, {}, "", False, False
        self.unknown, self.answered = "", ""
        self.report: dict[str, str] | None = None

    @property
    def step(self) -> str:
        return self.asked or next((slot for slot in SLOTS if slot not in self.facts), "file")

    def reply(self, text: str) -> str:
        if self.report:
            return "The report is filed. We'll be in touch!"
        text = own_words(text)
        parts = [(part, part.lower().replace("’", "'").strip()) for part in sentences(text)]
        said = " ".join(low for _, low in parts)
        answers = list(dict.fromkeys(filter(None, (known(low) for _, low in parts))))
        facts = self.heard([part for part, low in parts if not known(low) and not STRANGE.search(low)], self.step)
        if not self.begun:
            self.begun = True
            return self.go_on(["Lost property here, sorry to hear that.", *answers], facts)
        before = answers or self.aside(said, bool(facts))
        if not facts and not before:
            return self.choose(said)
        self.answered = answers[-1] if answers else ""
        return self.go_on(before, facts)

    def heard(self, parts: list[str], step: str) -> dict[str, str]:
        """The facts in these sentences; of two for one thing the later holds."""
        facts: dict[str, str] = {}
        for part in parts:
            facts.update(told(part, step))
        if not facts and len(parts) == 1 and step in ("thing", "spot"):
            facts = self.in_own_words(unwrapped(parts[0].lower()), step)
        return facts

    def in_own_words(self, said: str, step: str) -> dict[str, str]:
        """Something we have no word for is taken when it is said twice."""
        other = any(
            words.search(said) for words in (STRANGE, HUMAN, ORDER, DOUBT, CLAIM, EXPLAIN_ASKED, UNSURE, HURRY, VAGUE)
        )
        if not said or other or said.endswith("?") or len(said.split()) > 6:
            return {}
        again, self.unknown = said == self.unknown, said
        return {step: said} if again else {}

    def go_on(self, before: list[str], facts: dict[str, str]) -> str:
        """What is to be said first, then the next question."""
        before = list(before)
        for slot, value in facts.items():
            if self.facts.get(slot, value).lower() != value.lower():
                before.append(f"Changed the {slot}: {value}.")
        self.facts.update(facts)
        self.asked = "" if facts else self.asked
        if self.step == "file":
            held = "I've got: {thing}, last seen at {spot}, date {day}, flight {flight}, mail to {mail}."
            before.append(held.format(**self.facts))
        elif facts and not before:
            before.append("Thanks.")
        return " ".join([*before, ASK[self.step]])

    def choose(self, said: str) -> str:
        """A yes, a no, or nothing we can make sense of."""
        if self.step == "file" and not FIT.search(said):
            slot = named(said) if NO.search(said) else named(said, longest=4)
            if slot or NO.search(said):
                self.asked = slot
                return ASK[slot] if slot else "What should it say instead?"
            if YES.search(said):
                self.report = {**self.facts, "number": f"LP-{self.number[:5]}"}
                return f"It's filed as {self.report['number']}. We'll write to {self.facts['mail']}."
        self.retry = not self.retry
        return RETRY[self.step] if self.retry else ASK[self.step]

    def aside(self, said: str, told_facts: bool) -> list[str]:
        """What is to be said first, where a message asks for something else or doesn't tell a fact."""
        if ORDER.search(said) or STRANGE.search(said):
            return [DECLINED]
        if told_facts:
            return []
        if HUMAN.search(said):
            return ["I can't put you through to a person from here, but the desk in hall C is staffed from 6 to 22."]
        if DOUBT.search(said):
            return [f"Yes, I am. {self.answered}".strip()]
        if CLAIM.search(said) and self.step != "file":
            return ["Sorry, I don't seem to have that yet."]
        if UNSURE.search(said):
            return [f"Take your time. {EXPLAIN[self.step]}"]
        if EXPLAIN_ASKED.search(said):
            return [EXPLAIN[self.step]]
        if self.step == "file" and (YES.search(said) or NO.search(said)):
            return []
        if HURRY.search(said):
            return ["I'll make it short."]
        return [DECLINED] if said.endswith("?") else []


DESKS = web.AppKey("desks", dict)


async def talk(request: web.Request) -> web.Response:
    body = await request.json()
    number = str(body.get("conversation") or uuid.uuid4().hex)
    desk = request.app[DESKS].setdefault(number, Desk(number))
    answer: dict[str, object] = {"conversation": number, "reply": desk.reply(str(body["say"]))}
    if desk.report:
        answer["report"] = desk.report
    return web.json_response(answer)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", type=int, default=0)
    app = web.Application()
    app[DESKS] = {}
    app.add_routes([web.post("/talk", talk)])
    listening = socket.create_server(("127.0.0.1", parser.parse_args().port))
    print(f"http://127.0.0.1:{listening.getsockname()[1]}", flush=True)
    web.run_app(app, sock=listening, print=None, access_log=None)


if __name__ == "__main__":
    main()
