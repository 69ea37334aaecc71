"""A desk that books rooms, as good or as bad as a test wants it."""

from __future__ import annotations

import re
from typing import Any

from prebeta import Project
from prebeta.core.types import Act, Fact, Goal, Persona, Say, Scenario, Slot
from prebeta.datasets.cases import Case, Checks, Flakiness, MustNot, Provenance

CITIES, DAYS = ("Oslo", "Rome", "Wien"), ("Monday", "Friday")


class Desk:
    """Takes a city and a day, and books. Never wrong."""

    prebeta_inline = True

    def __init__(self) -> None:
        self.held: dict[str, str] = {}

    def start(self) -> Any:
        return self.asked()

    def asked(self) -> Any:
        if "city" not in self.held:
            return {"messages": ["Which city would you like?"], "options": list(CITIES)}
        if "day" not in self.held:
            return {"messages": ["Which day would you like?"]}
        return {"messages": ["It is booked."], "state": dict(self.held), "ended": True}

    def send(self, text: str) -> Any:
        for slot, values in (("city", CITIES), ("day", DAYS)):
            self.held.update((slot, value) for value in values if value in text)
        if re.search(r"\b(?:human|person)\b", text):
            return self.for_a_person()
        return self.asked()

    def for_a_person(self) -> Any:
        reply = self.asked()
        return {**reply, "messages": ["There are only machines here.", *reply["messages"]]}


class Broken(Desk):
    """Breaks down when somebody asks for a person."""

    def for_a_person(self) -> Any:
        raise RuntimeError("no operator configured")


class Deaf(Desk):
    """Mended in that, and broken otherwise: it takes no day."""

    def send(self, text: str) -> Any:
        for value in DAYS:
            text = text.replace(value, "")
        return super().send(text)


class Gone(Desk):
    def start(self) -> Any:
        raise RuntimeError("the line is dead")


class AtOnce(Desk):
    """Has moved on: it knows who calls, books at the first word and asks nothing."""

    def start(self) -> Any:
        return {"messages": ["Hello again! Say a word and all is as the last time."]}

    def send(self, text: str) -> Any:
        return {"messages": ["It is booked."], "state": {"city": "Oslo", "day": "Monday"}, "ended": True}


def project(desk: type[Any], **more: Any) -> Project:
    return Project.model_validate(
        {
            "target": {"kind": "python", "function": desk},
            "end_state": {
                "when": {"ended": True, "state": "present"},
                "facts": {"city": {"path": "state.city"}, "day": {"path": "state.day"}},
            },
            "goals": [
                {"goal": "book a room", "slots": {"city": {"values": list(CITIES)}, "day": {"values": list(DAYS)}}}
            ],
            "behaviors": {"asks_human": 0.3},
            **more,
        }
    )


def wants(city: str = "Oslo", day: str = "Monday", behaviors: tuple[str, ...] = ("asks_human",)) -> Scenario:
    goal = Goal("book a room", (Slot("city", Fact(city)), Slot("day", Fact(day))))
    return Scenario("s1", 5, Persona("a guest"), goal, behaviors)


ASKS = Say("I want to talk to a human", Act("ask_human", asked="city", behaviors=("asks_human",)))


def case(**changes: Any) -> Case:
    """Somebody asks for a person, and it breaks."""
    fields: dict[str, Any] = {
        "id": "aaaabbbbcccc",
        "title": "After the wish for a person the product breaks",
        "finding": "F-111111",
        "kind": "SYSTEM_ERROR",
        "scenario": wants(),
        "moves": (ASKS,),
        "checks": Checks((MustNot("SYSTEM_ERROR", "ask_human"),), required={"city": "Oslo", "day": "Monday"}),
        "flakiness": Flakiness(5, 5),
        "provenance": Provenance("r1", "c1", 2),
    }
    return Case(**{**fields, **changes})
