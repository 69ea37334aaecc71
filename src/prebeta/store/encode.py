"""Core types to JSON text and back, exactly.

Lone surrogates and NUL are escaped in it and integers of any size stay as they are, whatever the database. Keys are the dataclasses' field names; a field that holds its default is left out, so that a field added later
reads old documents.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, astuple
from typing import Any

from prebeta.core.results import Assessment
from prebeta.core.types import (
    Act,
    EndState,
    Fact,
    Goal,
    Job,
    Json,
    Leave,
    Move,
    Option,
    Persona,
    Press,
    Problem,
    Question,
    Reply,
    Say,
    Scenario,
    Slot,
    Spent,
    Stop,
    Transcript,
    Turn,
    Verdict,
    Wait,
)
from prebeta.store.text import dumps, dumps_own, exact, loads

Document = dict[str, Any]

# --- scenario -----------------------------------------------------------------------------------------


def _fact(fact: Fact) -> Json:
    return [fact.value, *fact.words]


def _read_fact(found: Json) -> Fact:
    return Fact(found[0], tuple(found[1:]))


def _slot(slot: Slot) -> Json:
    return [slot.name, _fact(slot.fact), None if slot.instead is None else _fact(slot.instead)]


def _read_slot(found: Json) -> Slot:
    return Slot(found[0], _read_fact(found[1]), None if found[2] is None else _read_fact(found[2]))


def _question(question: Question) -> Json:
    return [question.ask, question.expect]


def _goal(goal: Goal) -> Document:
    return {
        "text": goal.text,
        "slots": [_slot(slot) for slot in goal.slots],
        "questions": [_question(question) for question in goal.questions],
    }


def _read_goal(found: Document) -> Goal:
    slots = tuple(_read_slot(slot) for slot in found["slots"])
    return Goal(found["text"], slots, tuple(Question(*question) for question in found["questions"]))


def scenario_document(scenario: Scenario) -> Document:
    """A scenario as a JSON object."""
    document: Document = {
        "id": scenario.id,
        "seed": scenario.seed,
        "persona": {"text": scenario.persona.text, "traits": dict(scenario.persona.traits)},
        "goal": _goal(scenario.goal),
        "behaviors": scenario.behaviors,
        "sample": scenario.sample,
    }
    _given(document, "out_of_scope", scenario.out_of_scope)
    _given(document, "opening", scenario.opening)
    _given(document, "account", None if scenario.account is None else dict(scenario.account))
    _given(document, "prefix", scenario.prefix)
    return document


def read_scenario(found: Document) -> Scenario:
    """The scenario of a document."""
    return Scenario(
        id=found["id"],
        seed=found["seed"],
        persona=Persona(found["persona"]["text"], found["persona"]["traits"]),
        goal=_read_goal(found["goal"]),
        behaviors=tuple(found["behaviors"]),
        sample=found["sample"],
        out_of_scope=tuple(found.get("out_of_scope", ())),
        opening=found.get("opening"),
        account=found.get("account"),
        prefix=tuple(found.get("prefix", ())),
    )


# --- turns ----------------------------------------------------------------------------------------------


def _given(document: Document, name: str, value: Json) -> None:
    if value is not None and value != ():
        document[name] = value


def _act(act: Act) -> Document:
    document: Document = {"name": act.name}
    if act.facts:
        document["facts"] = dict(act.facts)
    if act.said:
        document["said"] = dict(act.said)
    _given(document, "asked", act.asked)
    _given(document, "question", None if act.question is None else _question(act.question))
    _given(document, "behaviors", act.behaviors)
    if not act.understood:
        document["understood"] = False
    _given(document, "voice", act.voice)
    _given(document, "rejected", act.rejected)
    return document


def _read_act(found: Document | None) -> Act | None:
    if found is None:
        return None
    question = found.get("question")
    return Act(
        found["name"],
        found.get("facts", {}),
        found.get("said", {}),
        found.get("asked"),
        None if question is None else Question(*question),
        tuple(found.get("behaviors", ())),
        found.get("understood", True),
        found.get("voice"),
        tuple(found.get("rejected", ())),
    )


def _move(move: Move) -> Document:
    document: Document = {"kind": move.kind}
    if isinstance(move, Say):
        document["text"] = move.text
    elif isinstance(move, Press):
        document["option"] = [move.option.title, move.option.payload]
    elif isinstance(move, Leave):
        document["reason"] = move.reason
    if move.act is not None:
        document["act"] = _act(move.act)
    return document


def _read_move(found: Document) -> Move:
    act = _read_act(found.get("act"))
    readers: dict[str, Callable[[], Move]] = {
        "say": lambda: Say(found["text"], act),
        "press": lambda: Press(Option(*found["option"]), act),
        "wait": lambda: Wait(act),
        "leave": lambda: Leave(found["reason"], act),
    }
    return readers[found["kind"]]()


def _reply(reply: Reply) -> Document:
    document: Document = {}
    _given(document, "messages", reply.messages)
    if reply.options:
        document["options"] = [[option.title, option.payload] for option in reply.options]
    if reply.state is not None:
        document["state"] = reply.state
    if reply.ended:
        document["ended"] = True
    _given(document, "tool_calls", reply.tool_calls)
    _given(document, "session", reply.session)
    _given(document, "trace", reply.trace)
    if reply.problem is not None:
        document["problem"] = [reply.problem.kind, reply.problem.detail, reply.problem.raw]
    _given(document, "first_token_s", reply.first_token_s)
    return document


def _read_reply(found: Document) -> Reply:
    problem = found.get("problem")
    return Reply(
        tuple(found.get("messages", ())),
        tuple(Option(*option) for option in found.get("options", ())),
        found.get("state"),
        found.get("ended", False),
        tuple(found.get("tool_calls", ())),
        found.get("session"),
        found.get("trace"),
        None if problem is None else Problem(*problem),
        found.get("first_token_s"),
    )


def _turn(turn: Turn) -> Document:
    document: Document = {"index": turn.index}
    if turn.move is not None:
        document["move"] = _move(turn.move)
    if turn.reply is not None:
        document["reply"] = _reply(turn.reply)
    _given(document, "latency_s", turn.latency_s)
    return document


def _read_turn(found: Document) -> Turn:
    move, reply = found.get("move"), found.get("reply")
    return Turn(
        found["index"],
        None if move is None else _read_move(move),
        None if reply is None else _read_reply(reply),
        found.get("latency_s"),
    )


# --- the whole -------------------------------------------------------------------------------------------


def encode_transcript(transcript: Transcript) -> str:
    """A transcript as JSON text."""
    job, stop, end = transcript.job, transcript.stop, transcript.end
    document = {
        "conversation": job.conversation,
        "scenario": scenario_document(job.scenario),
        "policy": job.policy,
        "repeat": job.repeat,
        "turns": [_turn(turn) for turn in transcript.turns],
        "stop": [stop.by, stop.reason, stop.detail],
        "end": None if end is None else [end.kind, dict(end.values), end.evidence],
        "started_at": transcript.started_at,
        "seconds": transcript.seconds,
    }
    if transcript.spent is not None:
        document["spent"] = asdict(transcript.spent)
    return dumps_own(document) if all(map(exact, _foreign(transcript))) else dumps(document)


def _foreign(transcript: Transcript) -> Iterator[Json]:
    """What in a transcript isn't of our making, and may be anything where the product is Python code."""
    if transcript.job.scenario.account is not None:
        yield dict(transcript.job.scenario.account)
    if transcript.end is not None:
        yield dict(transcript.end.values)
    for turn in transcript.turns:
        if turn.reply is not None:
            yield turn.reply.state
            yield turn.reply.tool_calls


def decode_transcript(text: str) -> Transcript:
    """The transcript of a JSON text."""
    found = loads(text)
    job = Job(found["conversation"], read_scenario(found["scenario"]), found["policy"], found["repeat"])
    return Transcript(
        job,
        tuple(_read_turn(turn) for turn in found["turns"]),
        Stop(*found["stop"]),
        None if found["end"] is None else EndState(*found["end"]),
        found["started_at"],
        found["seconds"],
        Spent(**found["spent"]) if "spent" in found else None,
    )


def spoken(text: str) -> list[tuple[int, str, str]]:
    """(turn, speaker, what a person could read) of each turn with any words, of a transcript's JSON text.

    Quick replies stand below the messages, and what broke instead of them. Much cheaper than the whole transcript.
    """
    found = []
    for turn in loads(text)["turns"]:
        move, reply = turn.get("move"), turn.get("reply", {})
        if move is not None:
            words = move["option"][0] if "option" in move else move.get("text", "")
        else:
            lines = [*reply.get("messages", ()), " · ".join(option[0] for option in reply.get("options", ()))]
            words = "\n".join([*lines, *map(str, reply.get("problem", ())[:2])])
        if words.strip():
            found.append((turn["index"], "user" if move is not None else "product", words.strip()))
    return found


def encode_verdict(verdict: Verdict) -> str:
    """A verdict as JSON text."""
    return dumps_own({name: value for name in Verdict.__slots__ if (value := getattr(verdict, name)) is not None})


def decode_verdict(text: str) -> Verdict:
    """The verdict of a JSON text."""
    return Verdict(**loads(text))


def assessment_columns(assessment: Assessment) -> Document:
    """An assessment as light columns."""
    return {
        "outcome": assessment.outcome,
        "failed": assessment.failed,
        "flawed": assessment.flawed,
        "blame": assessment.blame,
        "kind": assessment.kind,
        "turn": assessment.turn,
        "stage": assessment.stage,
        "slot": assessment.slot,
        "after": assessment.after,
        "move": assessment.move,
        "symptoms": dumps([list(astuple(symptom)) for symptom in assessment.symptoms]),
        "stages": dumps_own(assessment.stages),
        "moves": dumps_own(dict(assessment.moves)),
        "fired": dumps_own(assessment.fired),
        "habits": dumps_own(dict(assessment.habits)),
    }
