"""`export --format jsonl`: one conversation a line, with its turns and verdicts.

What judges need beside (the facts a user gave, what it was asked, the values of the end state) stands in keys of its own,
and only where there is any: so that `import` can judge the conversation again.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from prebeta.core.types import Act, Goal, Press, Say, Turn

if TYPE_CHECKING:
    from prebeta.analysis.stages import StageNamer
    from prebeta.store import Stored


def lines(run: str, conversations: Iterable[Stored], namer: StageNamer, findings: Mapping[str, str]) -> Iterator[str]:
    """JSON texts without line ends, one a conversation, in the order given. `findings` as `analysis.findings.placed` gives
    them."""
    for stored in conversations:
        found = findings.get(stored.transcript.id)
        yield json.dumps(row(run, stored, namer, found), ensure_ascii=True, default=repr)


def row(run: str, stored: Stored, namer: StageNamer, finding: str | None = None) -> dict[str, Any]:
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
            **_goal(scenario.goal),
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
        "finding": finding,
        "session": next((reply.session for reply in replies if reply.session is not None), None),
        "trace": next((reply.trace for reply in replies if reply.trace is not None), None),
        "turns": [_turn(turn, stage) for turn, stage in zip(transcript.turns, stages, strict=True)],
        "verdicts": [asdict(verdict) for verdict in stored.verdicts],
        **({} if transcript.end is None else {"end": asdict(transcript.end)}),
    }


def _goal(goal: Goal) -> dict[str, Any]:
    """The facts and questions of a goal, where it has any."""
    parts = {"slots": [asdict(slot) for slot in goal.slots], "questions": [asdict(each) for each in goal.questions]}
    return {name: part for name, part in parts.items() if part}


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
        "first_token_s": reply.first_token_s if reply is not None else None,
        "tool_calls": list(reply.tool_calls) if reply is not None else [],
        **(_beside(act) if act is not None else {}),
        **({"ended": True} if reply is not None and reply.ended else {}),
        **({"problem": asdict(reply.problem)} if reply is not None and reply.problem is not None else {}),
    }


def _beside(act: Act) -> dict[str, Any]:
    """What an act carries, where it carries anything."""
    parts: dict[str, Any] = {
        "facts": dict(act.facts),
        "said": dict(act.said),
        "asked": act.asked,
        "question": None if act.question is None else asdict(act.question),
    }
    kept = {name: part for name, part in parts.items() if part}
    return kept if act.understood else {**kept, "understood": False}
