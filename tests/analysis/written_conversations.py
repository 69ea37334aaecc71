"""Short ways to write down conversations and rows in the tests of analysis and report."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from prebeta.analysis.key import Cell
from prebeta.analysis.stages import StageNamer
from prebeta.core.results import Assessment, Row, Run, Symptom
from prebeta.core.types import (
    Act,
    EndState,
    Fact,
    Goal,
    Job,
    Leave,
    Move,
    Option,
    Persona,
    Press,
    Problem,
    Reply,
    Say,
    Scenario,
    Slot,
    Stop,
    Transcript,
    Turn,
    Verdict,
)
from prebeta.dialogue.reading import Reader, Reading


class WordReader(Reader):
    """Reads 'ask:SLOT' and 'right?' in a reply; enough to stand for the real one."""

    def __init__(self) -> None:
        super().__init__(())

    def read(self, reply: Reply) -> Reading:
        asks, confirms = tuple(re.findall(r"ask:(\w+)", reply.text)), "right?" in reply.text
        return Reading(reply.text, reply.text, asks, prompts=bool(asks) or "?" in reply.text, confirms=confirms)


@dataclass(frozen=True)
class Rule:
    asks: str | None = None
    says: str | None = None


NAMER = StageNamer({}, WordReader())


def scenario(**changes: object) -> Scenario:
    goal = Goal("book a repair", (Slot("bike", Fact("city bike", ("the city one",))), Slot("day", Fact("Monday"))))
    base = {"id": "sc1", "seed": 7, "persona": Persona("a courier"), "goal": goal, "behaviors": ("clarify",)}
    return Scenario(**{**base, **changes})  # type: ignore[arg-type]


def says(text: str, act: str | None = None, asked: str | None = None, **rest: object) -> Say:
    return Say(text, None if act is None else Act(act, asked=asked, **rest))  # type: ignore[arg-type]


def press(title: str, act: str = "inform", asked: str | None = None) -> Press:
    return Press(Option(title), Act(act, asked=asked))


def talk(*sides: str | Reply | Move, stop: Stop, end: EndState | None = None, id: str = "c1") -> Transcript:
    """A transcript from replies (text or Reply) and moves, in the order they came."""
    turns = []
    for index, side in enumerate(sides):
        if isinstance(side, str):
            side = Reply((side,) if side else ())
        turns.append(Turn(index, reply=side) if isinstance(side, Reply) else Turn(index, move=side))
    return Transcript(Job(id, scenario()), tuple(turns), stop, end, 1_700_000_000.0, 1.5)


def broken(kind: str) -> Reply:
    return Reply(problem=Problem(kind, "it broke"))


def fail(kind: str, turn: int | None, slot: str | None = None, judge: str = "rules") -> Verdict:
    return Verdict(judge, "1", "fail", kind, turn, slot, "evidence", "reason")


def leave(reason: str) -> Leave:
    return Leave(reason)


def row(number: int, outcome: str = "REACHED", *, sample: str = "census", policy: str = "agenda", **of: object) -> Row:
    """A row; keywords beyond sample and policy are the assessment's."""
    failed = outcome in {"REACHED_WRONG", "ABANDONED", "STUCK", "TURN_LIMIT", "TIMEOUT", "ERROR"}
    given = {"failed": failed, "flawed": bool(of.get("kind")), "moves": {"say": 3, "press": 2}, **of}
    turns = given.pop("turns", 11)
    return Row(
        id=f"c{number:03}",
        run="r1",
        scenario=f"s{number}",
        seed=number,
        persona="a courier",
        goal="book a repair",
        behaviors=(),
        sample=sample,  # type: ignore[arg-type]
        policy=policy,
        repeat=0,
        stop=Stop("product", "end_state"),
        assessment=Assessment(outcome, **given),  # type: ignore[arg-type]
        session=None,
        trace=None,
        turns=turns,  # type: ignore[arg-type]
        seconds=0.1,
    )


def run(**changes: object) -> Run:
    base = {
        "id": "r1",
        "seed": 1,
        "conversations": 10,
        "state": "done",
        "created_at": 1_700_000_000.0,
        "seconds": 2.5,
    }
    return Run(**{**base, **changes})  # type: ignore[arg-type]


def flaw(kind: str, stage: str | None, **rest: Any) -> Symptom:
    """A flaw after an ordinary answer, unless said otherwise."""
    made = Symptom(kind, **{"turn": 4, "stage": stage, "after": "inform", "move": "say", **rest})
    return replace(made, cell=made.cell or str(Cell(kind, made.trigger, made.slot, stage, made.way)))


def broke(number: int, kind: str, stage: str | None, *others: Symptom, **rest: Any) -> Row:
    """A row of a conversation that was left because of a flaw; `others` are further ones of it."""
    names = ("turn", "slot", "after", "move", "trigger", "way", "said")
    first = flaw(kind, stage, **{name: rest.pop(name) for name in names if name in rest})
    of = {name: getattr(first, name) for name in ("kind", "turn", "stage", "slot", "after", "move")}
    outcome = str(rest.pop("outcome", "ABANDONED"))
    return row(number, outcome, blame="product", **of, symptoms=(first, *others), **rest)


def failures(rows: Sequence[Row]) -> int:
    return sum(one.assessment.failed for one in rows)
