"""Core types from and to the light columns of the tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields
from typing import Any

from sqlalchemy import Column
from sqlalchemy import Row as Found

from prebeta.core.results import Assessment, Row, Run, Symptom
from prebeta.core.types import Act, Spent, Stop, Transcript, Verdict
from prebeta.store.encode import (
    assessment_columns,
    decode_verdict,
    encode_verdict,
)
from prebeta.store.tables import conversations
from prebeta.store.text import dumps, dumps_own, loads

ASSESSMENT: tuple[Column[Any], ...] = tuple(conversations.c[field.name] for field in fields(Assessment))
_BEFORE = ("id", "run", "scenario", "seed", "persona", "goal", "behaviors", "sample", "policy", "repeat")
_STOP = ("stop_by", "stop_reason", "stop_detail")
_STOPS = 3
_LIGHT = _STOPS + len(ASSESSMENT)
_AFTER = ("session", "trace", "turns", "seconds", "model_calls", "cost_usd", "voices", "position")
ROW: tuple[Column[Any], ...] = (
    *(conversations.c[name] for name in (*_BEFORE, *_STOP)),
    *ASSESSMENT,
    *(conversations.c[name] for name in _AFTER),
)


def run_columns(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Fields of a Run as columns."""
    columns = dict(changes)
    for name in ("users", "project"):
        if name in columns:
            columns[name] = dumps(columns[name])
    if "seed" in columns:
        columns["seed"] = str(columns["seed"])
    return columns


def read_run(found: Found[Any]) -> Run:
    """The Run of a row of the table runs."""
    columns = dict(found._mapping)
    columns["seed"] = int(columns["seed"])
    columns["users"] = tuple(loads(columns["users"]))
    columns["project"] = loads(columns["project"])
    return Run(**columns)


def conversation_columns(transcript: Transcript, assessment: Assessment, position: int) -> dict[str, Any]:
    """A conversation's light columns, all but the run."""
    job, stop, spent = transcript.job, transcript.stop, transcript.spent or Spent()
    replies = [turn.reply for turn in reversed(transcript.turns) if turn.reply is not None]
    return {
        "id": job.conversation,
        "position": position,
        "scenario": job.scenario.id,
        "seed": str(job.scenario.seed),
        "persona": job.scenario.persona.text,
        "goal": job.scenario.goal.text,
        "behaviors": dumps_own(job.scenario.behaviors),
        "sample": job.scenario.sample,
        "policy": job.policy,
        "repeat": job.repeat,
        "stop_by": stop.by,
        "stop_reason": stop.reason,
        "stop_detail": stop.detail,
        **assessment_columns(assessment),
        "session": next((reply.session for reply in replies if reply.session is not None), None),
        "trace": next((reply.trace for reply in replies if reply.trace is not None), None),
        "turns": len(transcript.turns),
        "started_at": transcript.started_at,
        "seconds": transcript.seconds,
        "model_calls": spent.calls,
        "cost_usd": spent.cost_usd,
        "voices": dumps_own(Counter(_whose(turn.act) for turn in transcript.turns if turn.act and turn.act.voice)),
    }


def _whose(act: Act) -> str:
    """Whose words were sent, and why the template's: refused, where an LLM's could not be."""
    return "refused" if act.voice == "template" and act.rejected else str(act.voice)


class RowReader:
    """Reads light columns. Equal texts, lists and counts of the rows it reads are one object: the rows of a run stay in
    memory together, and most of what they say they have in common."""

    def __init__(self) -> None:
        self._texts: dict[str, str] = {}
        self._parsed: dict[tuple[str, str], Any] = {}
        self._stops: dict[tuple[Any, ...], Stop] = {}

    def row(self, found: Sequence[Any]) -> Row:
        """The Row of the columns ROW."""
        id_, run, scenario, seed, persona, goal, behaviors, sample, policy, repeat, *rest = found
        stop, assessed, after = rest[:_STOPS], rest[_STOPS:_LIGHT], rest[_LIGHT:]
        session, trace, turns, seconds, model_calls, cost_usd, voices, position = after
        one = self._one
        return Row(
            id_,
            one(run),
            scenario,
            int(seed),
            one(persona),
            one(goal),
            self._parse("list", behaviors),
            one(sample),
            one(policy),
            repeat,
            self._stop(tuple(stop)),
            self.assessment(assessed),
            session,
            trace,
            turns,
            seconds,
            model_calls,
            cost_usd,
            self._parse("dict", voices),
            position,
        )

    def assessment(self, found: Sequence[Any]) -> Assessment:
        """The assessment of the columns ASSESSMENT."""
        *plain, symptoms, stages, moves, fired, habits = found
        values: list[Any] = [self._one(value) if type(value) is str else value for value in plain]
        values += [tuple(self._symptom(each) for each in loads(symptoms)) if symptoms != "[]" else ()]
        values += [self._parse("list", stages), self._parse("dict", moves)]
        values += [self._parse("list", fired), self._parse("habits", habits)]
        return Assessment(*values)

    def _symptom(self, found: Sequence[Any]) -> Symptom:
        return Symptom(*(self._one(value) if type(value) is str else value for value in found))

    def _one(self, text: str) -> Any:
        return self._texts.setdefault(text, text)

    def _stop(self, columns: tuple[Any, ...]) -> Stop:
        known = self._stops.get(columns)
        if known is None:
            known = self._stops[columns] = Stop(*columns)
        return known

    def _parse(self, shape: str, text: str) -> Any:
        known = self._parsed.get((shape, text))
        if known is None:
            value = loads(text)
            if shape == "list":
                known = tuple(map(self._one, value))
            elif shape == "habits":
                known = {self._one(name): tuple(counts) for name, counts in value.items()}
            else:
                known = {self._one(name): count for name, count in value.items()}
            self._parsed[shape, text] = known
        return known


def verdict_columns(position: int, verdict: Verdict) -> dict[str, Any]:
    """A verdict's columns, all but run and conversation."""
    return {
        "position": position,
        "judge": verdict.judge,
        "version": verdict.version,
        "value": verdict.value,
        "kind": verdict.kind,
        "turn": verdict.turn,
        "document": encode_verdict(verdict),
    }


def read_verdicts(documents: list[str]) -> tuple[Verdict, ...]:
    """The verdicts of a conversation's documents, in order."""
    return tuple(decode_verdict(document) for document in documents)
