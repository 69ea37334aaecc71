"""An airport's lost-property desk: speaks only when spoken to, one string a reply, no buttons, tells its report at the end.

Run it: python server.py [--port 0]; it prints its URL.
"""

from __future__ import annotations

import argparse
import re
import socket
import uuid

from aiohttp import web

THING = (
    r"(?:(?:black|silver|red|blue|green|brown|white|grey|small|big|old|new|leather|car|house|reading|winter) )*"
    r"(?:rucksack|backpack|bag|suitcase|laptop|tablet|umbrella|keys?|wallet|purse|glasses|scarf|coat|jacket|headphones)"
)
SPOT = (
    r"gate [a-z]?\d{1,2}|security(?: check)?|(?:the )?food court|(?:the )?taxi rank|(?:the )?(?:business )?lounge"
    r"|check[ -]?in(?: desk)?|baggage (?:claim|hall)|toilets?|(?:on )?the plane|car park|bus stop"
)
MONTHS = "jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec"
WEEKDAYS = "monday|tuesday|wednesday|thursday|friday|saturday|sunday"
DAY = (
    rf"\d{{1,2}}(?:st|nd|rd|th)?\.?(?: of)? (?:{MONTHS})[a-z]*(?:,? \d{{4}})?|(?:{MONTHS})[a-z]* (?:the )?\d{{1,2}}(?:st|nd|rd|th)?\b"
    rf"(?:,? \d{{4}})?|\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?|{WEEKDAYS}|yesterday|today|(?:mon|tues?|wed|thur?s?|fri|sat|sun)\b"
)
FLIGHT = r"[a-z]{2}[ -]?\d{2}[ -]?\d{2}"
MAIL = r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+"
SLOTS = {"thing": THING, "spot": SPOT, "day": DAY, "flight": FLIGHT, "mail": MAIL}

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
KNOW = {
    r"fee|cost|charge|pay|free": "Searching is free; sending it to you costs 12 euros.",
    r"how long|keep|long do": "We keep finds for 90 days.",
    r"open|hours|come by|collect|pick": "You can collect finds daily between 6 and 22 at hall C.",
}
QUESTION = re.compile(
    r"^(?:(?:and|so|ok|but|wait|hi|hello|well|um|sorry|hm)[ ,]+)*(?:what|which|when|where|why|who|how|is|are|do|does|did|can|could|will|would|should|may|any)\b"
)
STRANGE = re.compile(
    r"\b(?:joke|poem|weather|recommend|recipe|capital|football|song|sing|news|movie|story|buy|translate|write me|book me|hotel)\b"
)
EXPLAIN_ASKED = re.compile(
    r"\bwhy\b|mean|what for|what's that|whats that|need (?:that|this|it|my)|explain|understand|don'?t get|for what|clarif|example|necessary|matter"
    r"|what (?:kind|sort|exactly|format|number|do you)|which (?:one|number)|not clear|unclear|rephrase|more (?:detail|info)|huh|confus|pardon"
)
UNSURE = re.compile(
    r"not (?:really |quite |so |too |entirely )?(?:sure|certain)|unsure|(?:don'?t|do not|can'?t|cannot) (?:really )?(?:know|remember|recall|find|say|have)|no idea|forgot"
    r"|dunno|idk|let me (?:check|look|see|think)|have to (?:check|look)|need to (?:check|look)|no clue"
)
HURRY = re.compile(
    r"hurry|(?:much|any|enough) time|rush|speed|quick|fast|forever|so long|come on|all day|ages|no time|get on with|already (?:said|told)|annoy|ridiculous|seriously"
)
YES = re.compile(
    r"\b(?:yes|yeah|yep|yup|yse|sure|ok|okay|correct|right|fine|go ahead|file it|do (?:it|so|that)|please|good|perfect|great|confirm\w*|all good|alright)\b"
)
NO = re.compile(
    r"^(?:no|nope|nah|wait|stop|hold on)\b|\b(?:wrong|change|incorrect|different|mistake|not (?:right|correct|quite))\b"
)
BACK = re.compile(r"\b(?:not|isn'?t|wasn'?t|instead of|rather than|from)\s+(?:(?:a|an|the|my|on|at|by|it was)\s+)*$")
SAID_BEFORE = re.compile(r"\bi (?:said|told you|put)\s+(?:(?:a|an|the|my|on|at|by|it was)\s+)*$")
NAMED = {"thing": r"\b(?:thing|object|item)\b", "spot": r"\b(?:spot|place|where|location)\b", "day": r"\b(?:day|date)\b",
         "flight": r"\bflight\b", "mail": r"\be?-?mail\b|address"}  # fmt: skip


def told(text: str) -> dict[str, str]:
    """Slot to the words used for it."""
    rest, found = text, {}
    for slot in ("mail", "flight", "day", "spot", "thing"):
        hits = list(re.finditer(rf"(?<![\w@]){SLOTS[slot]}", rest, re.IGNORECASE))
        kept = [m for m in hits if not BACK.search(rest[: m.start()].lower())]
        kept = [m for m in kept if not SAID_BEFORE.search(rest[: m.start()].lower())] or kept
        if kept:
            found[slot] = kept[-1].group()
        for m in hits:
            rest = rest.replace(m.group(), " " * len(m.group()), 1)
    if "flight" in found:
        found["flight"] = re.sub(r"[ -]", "", found["flight"]).upper()
    return found


class Desk:
    """One conversation."""

    def __init__(self, number: str) -> None:
        self.number, self.facts, self.asked, self.retry, self.begun = number, {}, "", False, False
        self.report: dict[str, str] | None = None

    @property
    def step(self) -> str:
        return self.asked or next((slot for slot in SLOTS if slot not in self.facts), "file")

    def reply(self, text: str) -> str:
        if self.report:
            return "The report is filed. We'll be in touch!"
        said = text.lower().replace("’", "'").strip()
        step, before, facts = self.step, [], {}
        for part in re.split(r"(?<=[?!])\s+|(?<=[a-z])\.\s+|\n", text):
            aside = self.aside(part.lower().replace("’", "'"), part, step)
            facts.update({} if aside else told(part))
            before += [aside] if aside and aside not in before else []
        if not self.begun:
            before.insert(0, "Lost property here, sorry to hear that.")
            self.begun = True
        elif not facts and not before:
            if step == "file" and NO.search(said):
                named = next((slot for slot, words in NAMED.items() if re.search(words, said)), "")
                self.asked = named
                return ASK[named] if named else "What should it say instead?"
            if step == "file" and (named := self.only_names(said)):
                self.asked = named
                return ASK[named]
            if step == "file" and YES.search(said):
                self.report = {**self.facts, "number": f"LP-{self.number[:5]}"}
                return f"It's filed as {self.report['number']}. We'll write to {self.facts['mail']}."
            self.retry = not self.retry
            return RETRY[step] if self.retry else ASK[step]
        changed = [slot for slot, value in facts.items() if self.facts.get(slot, value) != value]
        before += [f"Changed the {slot}: {facts[slot]}." for slot in changed]
        self.facts.update(facts)
        self.asked = "" if facts else self.asked
        if self.step == "file":
            before.append(
                "I've got: {thing}, last seen at {spot}, date {day}, flight {flight}, mail to {mail}.".format(
                    **self.facts
                )
            )
        elif facts and not before:
            before.append("Thanks.")
        return " ".join([*before, ASK[self.step]])

    def only_names(self, said: str) -> str:
        return next((slot for slot, words in NAMED.items() if re.search(words, said) and len(said.split()) <= 4), "")

    def aside(self, said: str, part: str, step: str) -> str:
        """What is to be said first, where a sentence doesn't tell a fact."""
        asks = said.rstrip().endswith("?") or QUESTION.search(said) is not None
        known = next((fact for words, fact in KNOW.items() if re.search(rf"\b(?:{words})", said)), "") if asks else ""
        if known:
            return known
        if STRANGE.search(said):
            return "That is nothing I can do, I'm only here for lost things."
        if told(part):
            return ""
        if HURRY.search(said):
            agrees = step == "file" and (YES.search(said) or NO.search(said))
            return "" if agrees else "I'll make it short."
        if UNSURE.search(said):
            return "Take your time. " + EXPLAIN[step]
        if EXPLAIN_ASKED.search(said):
            return EXPLAIN[step]
        return (
            "That is nothing I can do, I'm only here for lost things."
            if asks and not YES.search(said) and not NO.search(said) and not re.search(r"lost|help|report|find", said)
            else ""
        )


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
