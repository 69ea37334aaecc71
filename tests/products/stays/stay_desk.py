"""A hotel group's assistant: several messages and cards a turn, never quite the same words or order twice.

A turn is {"conversation", "items": [{"type": "text", "text"} | {"type": "card", "title", "subtitle", "buttons":
[{"title", "payload"}]}], "over", "stay": {…, "status"}}. A button sends its payload.
"""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from stay_ears import CITIES, FIELDS, ROOMS, Ears, listen
from stay_faults import FAULTS

ASK = {
    "city": (
        "Which of our cities would you like to stay in?",
        "Where shall your stay be?",
        "In which city can we welcome you?",
    ),
    "room": ("What kind of room do you need?", "Which room suits you?", "And which type of room shall it be?"),
    "arrival": ("When will you arrive?", "What is your day of arrival?", "On which date do you get here?"),
    "nights": ("How many nights will you stay?", "For how many nights?", "And the number of nights?"),
    "name": (
        "What surname does the booking go under?",
        "Under which surname shall I book?",
        "May I have the guest's surname?",
    ),
    "book": ("Shall I book this stay?", "Would you like me to book this stay?"),
    "alter": ("What would you like to alter?", "Which part shall I alter?"),
}
RETRY = {
    "city": "We have houses in Lisbon, Vienna, Oslo and Prague. Which city would you like to stay in?",
    "room": "There are single, double and family rooms. What kind of room do you need?",
    "arrival": "I'd need a calendar date, for example 14 May. When will you arrive?",
    "nights": "A number is what I'm after, for example 3. How many nights will you stay?",
    "name": "Only the family name as in the passport, please. What surname does the booking go under?",
    "book": "Nothing is booked so far. Shall I book this stay?",
    "alter": "City, room, arrival, nights or surname: which part shall I alter?",
}
REASON = {
    "city": "We run a house in each of four cities, so I start with the place.",
    "room": "A single has one bed, a double one large bed, a family room sleeps four. I hold the right one for you.",
    "arrival": "From the arrival day on your room is kept free; any date in the coming year works.",
    "nights": "The number of nights tells me until when the room is yours; between one and sixty is possible.",
    "name": "At the desk they look for you by surname; the one in your passport is best.",
    "book": "Booking means the room is held for you; everything can still be altered before.",
    "alter": "Each part can be altered: press one, or write what it should be.",
}
EASE = {
    "city": "Take your time. Lisbon is the warmest, Oslo the calmest.",
    "room": "If in doubt a double is never wrong.",
    "arrival": "A likely date is good enough, it can be moved later.",
    "nights": "A likely number is good enough, you can extend at the desk.",
    "name": "Any surname that you can show at the desk is fine.",
    "book": "Look it through once more at leisure.",
    "alter": "Look it through once more at leisure.",
}
ANSWERS = {
    "breakfast": "Breakfast is included and served from 7 to 11.",
    "cancelling": "You can cancel free of charge until 48 hours before you arrive.",
    "pets": "Pets are welcome, we ask 15 euros a stay for the cleaning.",
    "parking": "There is a garage below each house, 18 euros a day.",
    "price": "A single is 80 euros a night, a double 110 and a family room 150.",
    "times": "Rooms are ready from 15:00 and yours until 11:00 on the last day.",
    "wifi": "Wi-Fi is free in the whole house.",
    "transfer": "Each house is ten minutes on foot from the central station.",
    "pool": "Sadly there's no pool, but each house has a small gym.",
}
DECLINE = (
    "That's outside what I can do: I book stays in our houses.",
    "I'm afraid I can only help with stays in our houses.",
)
SIDE = {
    "orders": "I can't follow that; I book stays and nothing else.",
    "person": "Of course. You can reach our reservations team on +43 1 555 0142, day and night. I'm also happy to go on here.",
    "doubt": "Yes, I'm sure, that is how it is.",
    "sour": "I'm sorry for the trouble. Just a little more.",
    "claim": "Thanks. I can only see what stands in this chat.",
}
NOTED = ("Lovely.", "Noted, thank you.", "Got that.", "Very good.")
BLURB = {
    "Lisbon": "Above the river, with a roof terrace",
    "Vienna": "A quiet court near the opera",
    "Oslo": "On the harbour, sauna next door",
    "Prague": "An old brewery by the bridge",
}
BEDS = {"Single": "One bed, desk, shower", "Double": "One large bed, bath", "Family": "Sleeps four, two rooms"}
SECRET = "QUARTZ-2290"


@dataclass
class Turn:
    items: list[dict[str, Any]] = field(default_factory=list)
    over: bool = False

    def text(self) -> str:
        return " ".join(
            part for item in self.items for part in (item.get("text"), item.get("title"), item.get("subtitle")) if part
        )


class Stay:
    """One conversation. `log` holds the mistakes that showed, with the transcript's index of the turn."""

    def __init__(self, number: int, faults: Collection[str] = ()) -> None:
        self.rng = random.Random(f"stay {number}")
        self.number = number
        self.faults = [FAULTS[name] for name in faults]
        order = [["city", "room"], ["arrival", "nights"]]
        for pair in order:
            self.rng.shuffle(pair)
        self.order = [*order[0], *order[1], "name"] if self.rng.random() < 0.7 else [*order[1], *order[0], "name"]
        self.values: dict[str, str] = {}
        self.wanted: str | None = None
        self.misses = 0
        self.turn = 1
        self.status = "open"
        self.booked: dict[str, str] | None = None
        self.log: list[dict[str, Any]] = []
        self.heard: list[Ears] = []
        self.pressed = False
        self.last = Turn()

    @property
    def step(self) -> str:
        return self.wanted or next((name for name in self.order if name not in self.values), "book")

    def note(self, fault: str) -> None:
        if not self.noted(fault):
            self.log.append({"fault": fault, "kind": FAULTS[fault].kind, "turn": 2 * self.turn})

    def noted(self, fault: str) -> bool:
        return any(entry["fault"] == fault for entry in self.log)

    def had(self, *marks: str) -> bool:
        return any(heard.has(*marks) for heard in self.heard)

    def open(self) -> Turn:
        hello = self.rng.choice(
            ("Welcome to Harbour & Hill hotels.", "Hello from Harbour & Hill!", "Good day, this is Harbour & Hill.")
        )
        self.last = Turn([text(hello), text("I can book your stay right here."), *self.question(again=False)])
        return self.last

    def answer(self, said: str) -> Turn:
        """The turn after a text or a button's payload. Raises stay_faults.Down."""
        self.pressed = "/" in said and said.split("/", maxsplit=1)[0] in {"city", "room", "book", "alter"}
        heard = self.button(said) if self.pressed else listen(said, self.step, self.offered())
        turn = next((made for fault in self.faults if (made := fault.instead(self, heard)) is not None), None)
        if turn is None:
            turn = self.respond(heard)
        for fault in self.faults:
            turn = fault.after(self, heard, turn)
        self.heard.append(heard)
        self.last = turn
        self.turn += 1
        return turn

    def offered(self) -> tuple[str, ...]:
        return tuple(button["title"] for item in self.last.items for button in item.get("buttons", ()))

    def button(self, payload: str) -> Ears:
        what, _, value = payload.partition("/")
        if what in {"city", "room"}:
            names = {name.lower(): name for name in (*CITIES, *ROOMS)}
            return Ears(payload, ((what, names.get(value, value)),))
        return Ears(payload, (), ("yes" if value == "yes" else "no",), called=value if value in FIELDS else None)

    def respond(self, heard: Ears, aside: str | None = None) -> Turn:
        """What a careful assistant says."""
        if self.status == "booked":
            return Turn([text("Your stay is booked. See you soon!")], over=True)
        step, told = self.step, self.take(heard.told)
        before = [aside] if aside is not None else [*told, *self.asides(heard, step)]
        if heard.values:
            self.wanted = None
        elif aside is None and step in {"book", "alter"} and (choice := self.choice(heard)):
            return self.decide(choice, heard)
        elif aside is None and step == "alter" and heard.called:
            self.wanted = heard.called
        moved = bool(before) or self.step != step
        self.misses = 0 if moved else self.misses + 1
        again = not moved and self.misses % 2 == 1
        return Turn([*(text(one) for one in before), *self.question(again=again)])

    def choice(self, heard: Ears) -> str | None:
        if heard.has("ask", "what", "lost", "odd", "orders", "doubt", "person"):
            return None
        return next((mark for mark in heard.marks if mark in {"yes", "no"}), None)

    def decide(self, choice: str, heard: Ears) -> Turn:
        if choice == "no":
            self.wanted = heard.called or "alter"
            return Turn(self.question(again=False))
        if self.step != "book":
            self.wanted = None
            return Turn(self.question(again=False))
        self.status = "booked"
        self.booked = dict(self.values)
        return Turn(
            [text(f"Wonderful, it's booked: {self.values['city']} is waiting for you."), text("Have a good journey!")],
            over=True,
        )

    def take(self, values: dict[str, str]) -> list[str]:
        told, fresh = [], False
        for name, value in values.items():
            before = self.values.get(name)
            self.values[name] = value
            fresh = fresh or before is None
            if before is not None and before != value:
                told.append(f"Altered: {NAMES[name]} is now {shown(name, value)}.")
        return told or ([self.rng.choice(NOTED)] if fresh else [])

    def asides(self, heard: Ears, step: str) -> list[str]:
        said = []
        for mark in dict.fromkeys(heard.marks):
            if mark == "ask":
                said.append(ANSWERS[str(heard.topic)])
            elif mark == "what":
                said.append(REASON[step])
            elif mark == "lost" and not heard.values:
                said.append(EASE[step])
            elif mark == "odd":
                said.append(self.rng.choice(DECLINE))
            elif mark in SIDE:
                said.append(SIDE[mark])
        return said

    def question(self, *, again: bool) -> list[dict[str, Any]]:
        step = self.step
        words = RETRY[step] if again else self.rng.choice(ASK[step])
        if step == "city":
            return [text(words), *(card(name, BLURB[name], (name, f"city/{name.lower()}")) for name in CITIES)]
        if step == "room":
            return [text(words), *(card(name, BEDS[name], (name, f"room/{name.lower()}")) for name in ROOMS)]
        if step == "book":
            recap = "{city}, {room} room, arriving {arrival}, {nights} nights, for {name}".format(
                **{name: shown(name, value) for name, value in self.values.items()}
            )
            return [
                card("Your stay", recap),
                card(words, "", ("Book it", "book/yes"), ("Alter something", "alter/some")),
            ]
        if step == "alter":
            return [
                text(words),
                card("Your stay", "", *((NAMES[name].capitalize(), f"alter/{name}") for name in FIELDS)),
            ]
        return [text(words)]

    def state(self) -> dict[str, Any]:
        return {**(self.booked if self.booked is not None else self.values), "status": self.status}


NAMES = {"city": "city", "room": "room", "arrival": "arrival", "nights": "nights", "name": "surname"}


def text(words: str) -> dict[str, Any]:
    return {"type": "text", "text": words}


def card(title: str, subtitle: str, *buttons: tuple[str, str]) -> dict[str, Any]:
    return {
        "type": "card",
        "title": title,
        "subtitle": subtitle,
        "buttons": [{"title": name, "payload": sent} for name, sent in buttons],
    }


def shown(name: str, value: str) -> str:
    if name != "arrival":
        return value
    day = date.fromisoformat(value)
    return f"{day.day} {day:%B}"
