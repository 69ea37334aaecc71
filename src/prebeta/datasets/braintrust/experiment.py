"""A run's conversations as rows of a Braintrust experiment."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from prebeta.analysis.outcome import EXCLUDED
from prebeta.config.hiding import Hiding
from prebeta.core.types import Press, Say, Turn

if TYPE_CHECKING:
    from prebeta.core.results import Run
    from prebeta.store import Stored


def experiment_rows(
    run: Run, conversations: Iterable[Stored], findings: Mapping[str, str], hiding: Hiding
) -> Iterator[dict[str, Any]]:
    """One row a conversation, its id the conversation's. `findings` as `analysis.findings.placed` gives them.

    `input` is the user alone, the same in every run, so that Braintrust lays runs side by side. Scores: `end_state` 1 where
    it came to its end (0: it failed), `findings` 1 where no judge found a flaw; a conversation that counts for nothing has
    neither, and the tag `excluded`. `start` and `end` are seconds since 1970.
    """
    for stored in conversations:
        yield _hidden(_row(run, stored, findings.get(stored.transcript.id)), hiding)


def _row(run: Run, stored: Stored, finding: str | None) -> dict[str, Any]:
    transcript, found = stored.transcript, stored.assessment
    scenario, end = transcript.scenario, transcript.end
    goal = scenario.goal
    slots = {slot.name: slot.fact.value for slot in goal.slots}
    counted = found.outcome not in EXCLUDED
    tags = [scenario.sample, f"policy:{transcript.job.policy}"]
    tags += [f"{name}:{value}" for name, value in (("kind", found.kind), ("stage", found.stage)) if value is not None]
    return {
        "id": transcript.id,
        "input": {
            "persona": scenario.persona.text,
            "goal": {"text": goal.text, "slots": slots, "questions": [one.ask for one in goal.questions]},
            "behaviors": list(scenario.behaviors),
            "seed": scenario.seed,
        },
        "output": {
            "messages": [one for turn in transcript.turns for one in _messages(turn)],
            "outcome": found.outcome,
            "end_state": None if end is None else {"kind": end.kind, "values": dict(end.values)},
        },
        "expected": {"end_state": "reached", "facts": slots},
        "scores": {"end_state": int(not found.failed), "findings": int(not found.flawed)} if counted else {},
        "metadata": {
            "run": run.id,
            "release": run.release,
            "scenario": scenario.id,
            "repeat": transcript.job.repeat,
            "outcome": found.outcome,
            "blame": found.blame,
            "kind": found.kind,
            "turn": found.turn,
            "stage": found.stage,
            "slot": found.slot,
            "finding": finding,
        },
        "tags": tags if counted else [*tags, "excluded"],
        "start": transcript.started_at,
        "end": transcript.started_at + transcript.seconds,
    }


def _messages(turn: Turn) -> Iterator[dict[str, str]]:
    if turn.reply is not None:
        yield from ({"role": "assistant", "content": text} for text in turn.reply.messages)
    elif isinstance(turn.move, Say | Press):
        yield {"role": "user", "content": turn.move.text}


def _hidden(row: dict[str, Any], hiding: Hiding) -> dict[str, Any]:
    """What is stored was hidden when it was stored; what is a secret by now is hidden as well. Numbers of ours stay."""
    if not hiding:
        return row
    texts = {name: hiding.value(row[name]) for name in ("output", "expected")}
    given = row["input"]
    return {**row, **texts, "input": {**hiding.value({**given, "seed": None}), "seed": given["seed"]}}
