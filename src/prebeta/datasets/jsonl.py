"""`export --format jsonl`: one conversation a line, with its turns and verdicts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from prebeta.core.types import Press, Say, Turn

if TYPE_CHECKING:
    from prebeta.analysis.stages import StageNamer
    from prebeta.store import Stored


def lines(run: str, conversations: Iterable[Stored], namer: StageNamer) -> Iterator[str]:
    """JSON texts without line ends, one a conversation, in the order given."""
    for stored in conversations:
        yield json.dumps(row(run, stored, namer), ensure_ascii=True, default=repr)


def row(run: str, stored: Stored, namer: StageNamer) -> dict[str, Any]:
    """A conversation as the contract's row."""
    transcript, found = stored.transcript, stored.assessment
    scenario = transcript.scenario
    stages = namer.name(transcript.turns)
    replies = [turn.reply for turn in reversed(transcript.turns) if turn.reply is not None]
    return {
        "id": transcript.id,
        "run": run,
        "scenario": {
            "id": scenario.id,
            "seed": scenario.seed,
            "persona": scenario.persona.text,
            "goal": scenario.goal.text,
            "behaviors": list(scenario.behaviors),
        },
        "sample": scenario.sample,
        "policy": transcript.job.policy,
        "repeat": transcript.job.repeat,
        "outcome": found.outcome,
        "failed": found.failed,
        "flawed": found.flawed,
        "blame": found.blame,
        "stop": {"by": transcript.stop.by, "reason": transcript.stop.reason},
        "kind": found.kind,
        "turn": found.turn,
        "stage": found.stage,
        "slot": found.slot,
        "finding": found.finding,
        "session": next((reply.session for reply in replies if reply.session is not None), None),
        "trace": next((reply.trace for reply in replies if reply.trace is not None), None),
        "turns": [_turn(turn, stage) for turn, stage in zip(transcript.turns, stages, strict=True)],
        "verdicts": [asdict(verdict) for verdict in stored.verdicts],
    }


def _turn(turn: Turn, stage: str | None) -> dict[str, Any]:
    move, act, reply = turn.move, turn.act, turn.reply
    spoken = [move.text] if isinstance(move, Say | Press) else []
    return {
        "index": turn.index,
        "speaker": turn.speaker,
        "messages": list(reply.messages) if reply is not None else spoken,
        "move": move.kind if move is not None else None,
        "act": act.name if act is not None else None,
        "behaviors": list(act.behaviors) if act is not None else [],
        "options": [asdict(option) for option in reply.options] if reply is not None else [],
        "state": reply.state if reply is not None else None,
        "stage": stage,
        "latency_s": turn.latency_s,
        "tool_calls": list(reply.tool_calls) if reply is not None else [],
    }
