"""Products for the tests of investigations: a rule that says, from what a user typed, whether and where it fails."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from prebeta.analysis.key import Cell
from prebeta.core.results import Symptom
from prebeta.core.types import (
    Act,
    Fact,
    Goal,
    Job,
    Move,
    Option,
    Persona,
    Press,
    Question,
    Reply,
    Say,
    Scenario,
    Slot,
    Stop,
    Transcript,
    Turn,
)
from prebeta.investigate.replays import Replayed, Script, Subject

CELL = str(Cell("LOOP", "plain", None, None, ""))
OTHER = str(Cell("DEAD_END", "plain", None, None, ""))
Rule = Callable[[Sequence[Move]], int | None]
"""From the moves so far: after how many of them the product fails; None where it doesn't."""


def scenario(**facts: str) -> Scenario:
    slots = tuple(Slot(name, Fact(value)) for name, value in facts.items())
    return Scenario("s1", 7, Persona("a guest"), Goal("book a table", slots))


def give(value: str, slot: str | None = None, *behaviors: str, said: str | None = None, form: str | None = None) -> Say:
    """A value given, in another `form`, or with something `said` around it."""
    facts = {} if slot is None else {slot: value}
    uttered = {} if slot is None else {slot: form or value}
    return Say(said or form or value, Act("inform", facts=facts, said=uttered, asked=slot, behaviors=behaviors))


def aside(text: str, act: str, *behaviors: str, question: Question | None = None) -> Say:
    return Say(text, Act(act, asked=None, behaviors=behaviors, question=question))


def button(title: str, slot: str) -> Press:
    return Press(Option(title), Act("inform", facts={slot: title}, said={slot: title}, asked=slot))


def talk(moves: Sequence[Move], sent: Scenario, name: str = "c1") -> Transcript:
    """A product that answers each move with its number."""
    turns = [Turn(0, reply=Reply(("Hello, what may I book?",)))]
    for number, move in enumerate(moves, 1):
        turns.append(Turn(len(turns), move=move))
        turns.append(Turn(len(turns), reply=Reply((f"Noted, go on with the next part ({number}).",))))
    return Transcript(Job(name, sent), tuple(turns), Stop("user", "end of script"))


def subject(moves: Sequence[Move], sent: Scenario | None = None, name: str = "c1") -> Subject:
    """A conversation that failed at the product's answer to the last move."""
    held = talk(moves, sent or scenario(), name)
    return Subject(held, Symptom("LOOP", held.turns[-1].index, cell=CELL), frozenset({CELL}))


@dataclass
class Product:
    """Holds scripts; `cooperation` is what a cooperative user goes on with; `steady` the share of failures that show."""

    rule: Rule
    cooperation: tuple[Move, ...] = ()
    steady: float = 1.0
    rng: random.Random = field(default_factory=lambda: random.Random(3))
    held: list[Script] = field(default_factory=list)

    async def __call__(self, script: Script) -> Replayed:
        self.held.append(script)
        moves = [*script.moves, *(self.cooperation if script.goes_on else ())]
        transcript = talk(moves, script.scenario, f"r{len(self.held)}")
        at = next((n for n in range(len(moves) + 1) if self.rule(moves[:n]) is not None), None)
        shows = at is not None and self.rng.random() < self.steady
        found = (Symptom("LOOP", 2 * (at or 0), cell=CELL),) if shows else ()
        return Replayed(transcript, found, shows)


def said(*texts: str) -> Rule:
    """Fails once all of these were said, in whatever order."""

    def rule(moves: Sequence[Move]) -> int | None:
        heard = " ".join(move.text for move in moves)
        return len(moves) if all(text in heard for text in texts) else None

    return rule
