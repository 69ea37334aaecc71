"""Rows as `export --format jsonl` writes them, read back into what they were made from, as far as they tell it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from types import MappingProxyType
from typing import Any, get_args

from prebeta.analysis.outcome import OUTCOMES
from prebeta.analysis.stages import entered
from prebeta.core.types import (
    Act,
    Blame,
    EndKind,
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
    Question,
    Reply,
    Sample,
    Say,
    Scenario,
    Slot,
    Stop,
    StopBy,
    Turn,
    Verdict,
    VerdictValue,
    Wait,
)
from prebeta.datasets.importing.talk import Talk, Told, fit_id

_ENDS: Mapping[str, EndKind] = MappingProxyType(
    {"REACHED": "reached", "DECLINED_OK": "declined", "HANDED_OFF_OK": "handed_off", "JUDGE_FAULT": "reached"}
)
_NO_SLOTS = frozenset({"opening", "confirm"})
"""Stages that aren't called by the slot that was asked for."""


def is_own(row: Any) -> bool:
    """Whether a row is one of ours."""
    return isinstance(row, Mapping) and {"scenario", "turns", "verdicts", "stop", "outcome"} <= row.keys()


def read_own(row: Mapping[str, Any]) -> Talk | str:
    """The conversation in a row of ours; why there is none, where it isn't as we write it."""
    try:
        return _talk(row)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return f"isn't as prebeta exports it ({type(error).__name__}: {error})"


def _talk(row: Mapping[str, Any]) -> Talk:
    turns: list[Turn] = []
    bare = not any("asked" in found for found in row["turns"])  # older rows don't tell what users were asked
    stage: str | None = None
    for found in row["turns"]:
        turns.append(_turn(found, turns, stage if bare and stage not in _NO_SLOTS else None))
        stage = _text(found.get("stage")) or stage
    turns = [_as_told(turn, row) for turn in turns]
    conversation = fit_id(row["id"])
    scenario = _scenario(row)
    job = Job(conversation or scenario.id, scenario, str(row.get("policy", "agenda")), int(row.get("repeat", 0)))
    stop = Stop(_one_of(row["stop"]["by"], StopBy), str(row["stop"]["reason"]))
    end = _end(row)
    told = Told(job, stop, end, tuple(_verdict(found, len(turns)) for found in row["verdicts"]), _found(row))
    return Talk(tuple(turns), conversation, scenario.goal.text, told=told)


def _found(row: Mapping[str, Any]) -> dict[str, Any]:
    """What was assessed, as the row has it."""
    if row["outcome"] not in OUTCOMES:
        raise ValueError(f"unknown outcome {row['outcome']!r}")
    texts = {name: _text(row.get(name)) for name in ("kind", "stage", "slot")}
    turn = None if row.get("turn") is None else int(row["turn"])
    blame = None if row.get("blame") is None else _one_of(row["blame"], Blame)
    stages = entered([_text(found.get("stage")) for found in row["turns"]])
    return {"outcome": row["outcome"], "failed": bool(row["failed"]), "flawed": bool(row["flawed"]), "blame": blame,
            "turn": turn, "stages": stages, **texts}  # fmt: skip


def _scenario(row: Mapping[str, Any]) -> Scenario:
    found = row["scenario"]
    return Scenario(
        id=str(found["id"]),
        seed=int(found["seed"]),
        persona=Persona(str(found["persona"])),
        goal=_goal(found),
        behaviors=tuple(map(str, found.get("behaviors", ()))),
        sample=_one_of(row.get("sample", "census"), Sample),
    )


def _goal(found: Mapping[str, Any]) -> Goal:
    def fact(value: Mapping[str, Any]) -> Fact:
        return Fact(str(value["value"]), tuple(map(str, value.get("words", ()))))

    slots = tuple(
        Slot(str(one["name"]), fact(one["fact"]), None if one.get("instead") is None else fact(one["instead"]))
        for one in found.get("slots", ())
    )
    return Goal(str(found["goal"]), slots, tuple(map(_question, found.get("questions", ()))))


def _question(found: Mapping[str, Any]) -> Question:
    return Question(str(found["ask"]), _text(found.get("expect")))


def _end(row: Mapping[str, Any]) -> EndState | None:
    """The end state that was found; in a row without one what the outcome tells of it."""
    if row.get("end") is not None:
        end = row["end"]
        return EndState(_one_of(end["kind"], EndKind), dict(end["values"]), _text(end.get("evidence")))
    outcome, by = row["outcome"], row["stop"]["by"]
    if outcome == "REACHED_WRONG":
        return EndState("reached") if row["stop"]["reason"] == "end_state" else None
    kind = _ENDS.get(outcome)
    return EndState(kind) if kind is not None and by != "harness" else None


def _verdict(found: Mapping[str, Any], turns: int) -> Verdict:
    texts = {name: _text(found.get(name)) for name in ("kind", "slot", "evidence", "reason")}
    turn = None if found.get("turn") is None else int(found["turn"])
    if turn is not None and not 0 <= turn < turns:
        raise ValueError(f"a verdict blames turn {turn} of {turns}")
    value = _one_of(found["value"], VerdictValue)
    return Verdict(str(found["judge"]), str(found["version"]), value, turn=turn, **texts)


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _texts(found: Mapping[str, Any]) -> dict[str, str]:
    return {str(name): str(value) for name, value in found.items()}


def _turn(found: Mapping[str, Any], before: list[Turn], asked: str | None) -> Turn:
    index, late = len(before), _seconds(found.get("latency_s"))
    if found["speaker"] == "product":
        options = tuple(Option(str(one["title"]), _text(one.get("payload"))) for one in found.get("options", ()))
        reply = Reply(
            messages=tuple(map(str, found["messages"])),
            options=options,
            state=found.get("state"),
            ended=found.get("ended") is True,
            tool_calls=tuple(found.get("tool_calls", ())),
            problem=None if found.get("problem") is None else _problem(found["problem"]),
            first_token_s=_seconds(found.get("first_token_s")),
        )
        return Turn(index, reply=reply, latency_s=late)
    offered = before[-1].reply.options if before and before[-1].reply is not None else ()
    return Turn(index, move=_move(found, offered, asked), latency_s=late)


def _problem(found: Mapping[str, Any]) -> Problem:
    return Problem(str(found["kind"]), str(found["detail"]), _text(found.get("raw")))


def _seconds(value: Any) -> float | None:
    return None if value is None else float(value)


def _move(found: Mapping[str, Any], offered: tuple[Option, ...], asked: str | None) -> Move:
    name = found.get("act")
    act = (
        None
        if name is None
        else Act(
            str(name),
            facts=dict(found.get("facts", {})),
            said=dict(found.get("said", {})),
            asked=_text(found.get("asked", asked)),
            question=None if found.get("question") is None else _question(found["question"]),
            behaviors=tuple(map(str, found.get("behaviors", ()))),
            understood=found.get("understood", True) is not False,
        )
    )
    kind, text = found["move"], "\n".join(map(str, found["messages"]))
    if kind == "press":
        return Press(next((one for one in offered if one.title == text), Option(text)), act)
    if kind == "say":
        return Say(text, act)
    if kind == "wait":
        return Wait(act)
    if kind == "leave":
        return Leave("done", act)
    raise ValueError(f"unknown move {kind!r}")


def _as_told(turn: Turn, row: Mapping[str, Any]) -> Turn:
    """With what the row says once: the product's ids, of each reply, and why a user left."""
    stop, session, trace = row["stop"], _text(row.get("session")), _text(row.get("trace"))
    if isinstance(turn.move, Leave):
        return replace(turn, move=Leave(str(stop["reason"] if stop["by"] == "user" else "not_understood"), turn.act))
    if turn.reply is None or (session is None and trace is None):
        return turn
    return replace(turn, reply=replace(turn.reply, session=session, trace=trace))


def _one_of(value: Any, kind: Any) -> Any:
    if value not in get_args(kind):
        raise ValueError(f"{value!r} is none of {', '.join(get_args(kind))}")
    return value
