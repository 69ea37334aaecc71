"""A case made of a failure: what must hold, and what happened, for people to read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from prebeta.config import Project
from prebeta.core.results import Finding
from prebeta.core.types import Json, Move, Press, Reply, Scenario, Speaker, Transcript, Turn, Wait
from prebeta.datasets.cases.case import Checks, MustNot
from prebeta.dialogue import acts
from prebeta.judges.facts import FactReader, Utterance, day_of

_OPEN = frozenset((acts.NOT_SURE, acts.VAGUE))
_LONGEST = 2_000
_OF_THE_END = frozenset(("WRONG_RESULT", "LOST_CORRECTION"))
"""Kinds whose wrong value stands in the end state."""


def checks_of(finding: Finding, scenario: Scenario, moves: Sequence[Move], project: Project) -> Checks:
    """The finding's flaws must not show, and the end state must hold what the user will have said last."""
    wanted = {slot.name: slot.fact.value for slot in scenario.goal.slots}
    left_open: set[str | None] = set()
    for move in moves:
        if move.act is not None:
            wanted.update(move.act.facts)
            if move.act.name in _OPEN:
                left_open.add(move.act.asked)
            left_open.difference_update(move.act.facts)
    declared = project.end_state.facts
    required = {
        slot: value for slot, value in wanted.items() if slot in declared and slot not in left_open and value.strip()
    }
    return Checks(must_not=tuple(dict.fromkeys(map(MustNot.of, finding.cells))), required=required)


def forbidden_of(
    transcript: Transcript, kind: str, slot: str | None, checks: Checks, facts: FactReader
) -> Mapping[str, tuple[str, ...]]:
    """The wrong value that the failing conversation ended with, where it is told and isn't what was wanted."""
    end = transcript.end
    if end is None or slot is None or kind not in _OF_THE_END or slot not in checks.required:
        return {}
    value: Json = end.values.get(slot)
    if not isinstance(value, str | int | float) or isinstance(value, bool) or not str(value).strip():
        return {}
    wanted = checks.required[slot]
    if facts.same(slot, value, Utterance(0, wanted, (wanted,)), day_of(transcript)):
        return {}
    return {slot: (str(value),)}


def happened(transcript: Transcript, turn: int) -> tuple[tuple[Speaker, str], ...]:
    """The conversation up to its blamed turn as people read it: quick replies stand in brackets, long texts are cut."""
    turns = (one for one in transcript.turns[: turn + 1] if one.move is not None or not _silent(one, turn))
    return tuple((one.speaker, _readable(one)) for one in turns)


def _silent(turn: Turn, blamed: int) -> bool:
    return turn.index != blamed and turn.reply is not None and turn.reply.problem is None and turn.reply.empty


def _readable(turn: Turn) -> str:
    """Lines in which nothing is but what can be printed."""
    text = _done(turn.move) if turn.move is not None else _said(turn.reply or Reply())
    lines = ("".join(sign if sign.isprintable() else "�" for sign in line).strip() for line in text.splitlines())
    kept = "\n".join(line for line in lines if line) or "(nothing)"
    return kept if len(kept) <= _LONGEST else f"{kept[: _LONGEST - 1]}…"


def _done(move: Move) -> str:
    if isinstance(move, Press):
        return f"[ {move.option.title} ]"
    return "(waits)" if isinstance(move, Wait) else move.text or "(an empty message)"


def _said(reply: Reply) -> str:
    if reply.problem is not None:
        return f"({reply.problem.kind}: {reply.problem.detail})"
    titles = " ".join(f"[ {option.title} ]" for option in reply.options)
    return f"{reply.text}\n{titles}"
