"""Core types from and to the light columns of the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from sqlalchemy import Column
from sqlalchemy import Row as Found

from prebeta.core.results import Assessment, Row, Run
from prebeta.core.types import Stop, Transcript, Verdict
from prebeta.store.encode import (
    assessment_columns,
    decode_verdict,
    dumps,
    encode_verdict,
    label,
    loads,
    read_assessment,
)
from prebeta.store.tables import conversations

ASSESSMENT: tuple[Column[Any], ...] = tuple(conversations.c[field.name] for field in fields(Assessment))
_BEFORE = ("id", "run", "scenario", "seed", "persona", "goal", "behaviors", "sample", "policy", "repeat")
_STOP = ("stop_by", "stop_reason", "stop_detail")
_LIGHT = len(_BEFORE) + len(_STOP)
_AFTER = ("session", "trace", "turns", "seconds")
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
    for name in ("release", "note", "version"):
        if name in columns:
            columns[name] = label(columns[name])
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
    job, stop = transcript.job, transcript.stop
    replies = [turn.reply for turn in reversed(transcript.turns) if turn.reply is not None]
    return {
        "id": job.conversation,
        "position": position,
        "scenario": job.scenario.id,
        "seed": str(job.scenario.seed),
        "persona": label(job.scenario.persona.text),
        "goal": label(job.scenario.goal.text),
        "behaviors": dumps(job.scenario.behaviors),
        "sample": job.scenario.sample,
        "policy": job.policy,
        "repeat": job.repeat,
        "stop_by": stop.by,
        "stop_reason": label(stop.reason),
        "stop_detail": label(stop.detail),
        **assessment_columns(assessment),
        "session": label(next((reply.session for reply in replies if reply.session is not None), None)),
        "trace": label(next((reply.trace for reply in replies if reply.trace is not None), None)),
        "turns": len(transcript.turns),
        "started_at": transcript.started_at,
        "seconds": transcript.seconds,
    }


def read_row(found: Found[Any]) -> Row:
    """The Row of the columns ROW."""
    values: tuple[Any, ...] = tuple(found)
    before, stop = dict(zip(_BEFORE, values, strict=False)), values[len(_BEFORE) : _LIGHT]
    before["seed"], before["behaviors"] = int(before["seed"]), tuple(loads(before["behaviors"]))
    end = _LIGHT + len(ASSESSMENT)
    after = dict(zip(_AFTER, values[end:], strict=True))
    return Row(**before, stop=Stop(*stop), assessment=read_assessment(values[_LIGHT:end]), **after)


def verdict_columns(position: int, verdict: Verdict) -> dict[str, Any]:
    """A verdict's columns, all but run and conversation."""
    return {
        "position": position,
        "judge": label(verdict.judge),
        "version": label(verdict.version),
        "value": verdict.value,
        "kind": label(verdict.kind),
        "turn": verdict.turn,
        "document": encode_verdict(verdict),
    }


def read_verdicts(documents: list[str]) -> tuple[Verdict, ...]:
    """The verdicts of a conversation's documents, in order."""
    return tuple(decode_verdict(document) for document in documents)
