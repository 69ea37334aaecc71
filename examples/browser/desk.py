"""A small desk that books study rooms: what it understands and says. Each conversation has one of its own."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

ROOMS = {"quiet cabin": r"quiet|cabin", "group room": r"group", "media lab": r"media|lab\b"}
DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")
PATTERNS = {
    "room": re.compile("|".join(f"({words})" for words in ROOMS.values()), re.I),
    "day": re.compile("|".join(f"({day})" for day in DAYS), re.I),
    "card": re.compile(r"\bL[ -]?\d{3}[ -]?\d{3}\b", re.I),
}
ASKED = {
    "room": ("Which room would you like?", [name.capitalize() for name in ROOMS]),
    "day": ("On which day would you come?", list(DAYS)),
    "card": ("What is the number on your library card?", []),
}
QUESTIONS = {
    r"cost|price|fee|charge|pay": "Rooms are free for members.",
    r"how long|hours": "A room is yours for 3 hours.",
}
ANSWERS = {r"\b(no|nope|wrong|change|not right)\b": False, r"\b(yes|yep|yeah|sure|ok|right|correct|please do)\b": True}


@dataclass
class Answer:
    """What the desk says in one turn: texts, quick replies, and whether it is through."""

    texts: list[str]
    options: list[str] = field(default_factory=list)
    over: bool = False


class Desk:
    """One visitor at the desk. `booking` is what it would write into its book, once it has."""

    def __init__(self) -> None:
        self.facts: dict[str, str] = {}
        self.booking: dict[str, str] | None = None
        self._confirming = False

    def greet(self) -> Answer:
        return Answer(["Hello, I book study rooms at the library.", ASKED["room"][0]], ASKED["room"][1])

    def hear(self, text: str) -> Answer:
        news = self._read(text)
        self.facts |= news
        told = [said for words, said in QUESTIONS.items() if "?" in text and re.search(words, text, re.I)]
        if self._confirming and not news and not told:
            return self._decided(text)
        if not news and not told:
            told = ["I can only help with study rooms."]
        return self._go_on(told)

    def _read(self, text: str) -> dict[str, str]:
        found = {}
        for slot, pattern in PATTERNS.items():
            heard = list(pattern.finditer(text))
            if heard:
                found[slot] = self._value(slot, heard[-1])  # the last one said counts: "Monday, no, Friday"
        return found

    @staticmethod
    def _value(slot: str, heard: re.Match[str]) -> str:
        if slot == "card":
            return re.sub(r"[ -]", "", heard[0]).upper()
        return (list(ROOMS) if slot == "room" else DAYS)[(heard.lastindex or 1) - 1]

    def _decided(self, text: str) -> Answer:
        yes = next((yes for words, yes in ANSWERS.items() if re.search(words, text, re.I)), None)
        if yes:
            self.booking = dict(self.facts)
            return Answer(["Done, the room is booked. Goodbye!"], over=True)
        if yes is False:
            return Answer(["Which of it should I change: room, day or card?"])
        return self._go_on(["Please say yes or no."])

    def _go_on(self, told: list[str]) -> Answer:
        missing = next((slot for slot in ASKED if slot not in self.facts), None)
        if missing is not None:
            self._confirming = False
            question, options = ASKED[missing]
            return Answer([*told, question], options)
        self._confirming = True
        facts = self.facts
        summary = f"The {facts['room']} on {facts['day']} for card {facts['card']}. Shall I book it?"
        return Answer([*told, summary], ["Yes, book it", "No, change something"])
