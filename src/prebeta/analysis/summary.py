"""The summary of a run: the JSON that `run`, `resume`, `demo` and `show RUN` print, and the report is drawn
from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from prebeta.analysis import failed_first, until
from prebeta.analysis.discovery import discover
from prebeta.analysis.findings import group, rate_sample
from prebeta.analysis.flakiness import flakiness
from prebeta.analysis.funnel import funnel
from prebeta.analysis.gating import MOST_EXCLUDED, OURS, alone
from prebeta.analysis.grouping import modes
from prebeta.analysis.habits import HABITS
from prebeta.analysis.outcome import EXCLUDED, OUTCOMES
from prebeta.analysis.rate import of_sample, of_standing
from prebeta.core.results import Finding, Row, Run

_MOVES = ("press", "say", "wait")


def summarise(run: Run, rows: Sequence[Row]) -> dict[str, Any]:
    """The summary as JSON-ready values.

    All of it is about the run's first policy (`run.users[0]`), but `users`, which sets all of them side by
    side. `failure_rate`, `interval` and `flawed_rate` are of the census where there is one, the other numbers
    of both samples. `coverage` is that of the probing users planned, null where there are none. Without a valid
    conversation rates and interval are null: nothing was measured. `gate` is what the run's own rules come to, but
    those that need another run.

    A run that was to stop by itself has the key `until`, and rate and interval are those that hold in spite of it; one that
    held first who had failed before has `failed_first`.
    """
    mine = [row for row in rows if row.policy == run.users[0]]
    valid = [row for row in mine if row.assessment.outcome not in EXCLUDED]
    outcomes = Counter(row.assessment.outcome for row in mine)
    found = {
        "run": run.id,
        "release": run.release,
        "note": run.note,
        "seed": run.seed,
        **_counts(mine),
        **_rates(mine),
        "samples": {name: _counts([row for row in mine if row.sample == name]) for name in ("census", "hunt")},
        "coverage": (run.project or {}).get("coverage"),
        "outcomes": {name: outcomes[name] for name in OUTCOMES if outcomes[name]},
        "excluded": {name: outcomes[name] for name in EXCLUDED},
        "turns": sum(sum(row.assessment.moves.values()) for row in mine),
        "seconds": round(run.seconds, 3),
        **_spent(run, mine),
        "voices": dict(sum((Counter(row.voices) for row in mine if row.voices), Counter[str]())),
        "stages": [stage.to_json() for stage in funnel(valid)],
        "resumed_after": {habit: _kept(habit, valid) for habit in HABITS},
        "by_move": _by_move(valid),
        "findings": [finding_json(finding) for finding in group(mine)],
        "discovery": asdict(discover([mode.cases for mode in modes(valid)], len(valid))),
        "flakiness": None if (repeated := flakiness(mine)) is None else repeated.to_json(),
        "gate": alone(run, mine),
        "users": {policy: _user([row for row in rows if row.policy == policy]) for policy in run.users},
    }
    return {**found, **_in_its_own_order(run, mine, found)}


def _in_its_own_order(run: Run, mine: Sequence[Row], found: Mapping[str, Any]) -> dict[str, Any]:
    """What a run has to tell that stops by itself, or begins with those that failed before."""
    told: dict[str, Any] = {}
    if (standing := until.standing(run, mine)) is not None:
        told["until"] = until.to_json(standing, run.seconds, found["cost_usd"])
        rate = of_standing(standing)
        own = {"failure_rate": rate.rate, "interval": None if rate.interval is None else list(rate.interval)}
        told.update(own, users={**found["users"], run.users[0]: {**found["users"][run.users[0]], **own}})
    if (again := failed_first.again(run, ((row.scenario, row.assessment) for row in mine))) is not None:
        told["failed_first"] = again
    return told


def _spent(run: Run, rows: Sequence[Row]) -> dict[str, Any]:
    """What LLMs took: of the whole run where it is known, for a conversation that was given up has no row."""
    told = (run.project or {}).get("llm") or {}
    cost = told.get("cost_usd", sum(row.cost_usd for row in rows))
    return {"cost_usd": round(cost, 6), "model_calls": told.get("calls", sum(row.model_calls for row in rows))}


def is_spoiled(summary: Mapping[str, Any]) -> bool:
    """Whether a run proves nothing: none of its conversations counts, or we spoiled too many of them ourselves."""
    ours = sum(summary["excluded"][name] for name in OURS)
    return not summary["valid"] or ours > MOST_EXCLUDED * summary["conversations"]


def _counts(rows: Sequence[Row]) -> dict[str, int]:
    valid = [row.assessment for row in rows if row.assessment.outcome not in EXCLUDED]
    return {
        "conversations": len(rows),
        "valid": len(valid),
        "failed": sum(one.failed for one in valid),
        "flawed": sum(one.flawed for one in valid),
    }


def _rates(rows: Sequence[Row]) -> dict[str, Any]:
    sample = rate_sample(rows)
    rate = of_sample(sample)
    flawed = sum(row.assessment.flawed for row in sample)
    return {
        "failure_rate": rate.rate,
        "interval": None if rate.interval is None else list(rate.interval),
        "flawed_rate": flawed / len(sample) if sample else None,
    }


def _user(rows: Sequence[Row]) -> dict[str, Any]:
    rates = _rates(rows)
    return {**_counts(rows), "failure_rate": rates["failure_rate"], "interval": rates["interval"]}


def _kept(habit: str, valid: Sequence[Row]) -> float | None:
    """Share of the occasions on which a good habit was kept; None where there was none."""
    counts = [row.assessment.habits.get(habit, (0, 0)) for row in valid]
    times = sum(count for _, count in counts)
    return sum(good for good, _ in counts) / times if times else None


def _by_move(valid: Sequence[Row]) -> dict[str, dict[str, int]]:
    """User turns by how they were made, and how many conversations broke right after one."""
    turns: Counter[str] = Counter()
    for row in valid:
        turns.update(row.assessment.moves)
    blamed = Counter(row.assessment.move for row in valid if row.assessment.kind is not None)
    return {move: {"turns": turns[move], "blamed": blamed[move]} for move in _MOVES}


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding as `findings` has it."""
    conversation, turn = finding.example
    return {
        **{name: value for name, value in asdict(finding).items() if name != "cells"},
        "interval": list(finding.interval),
        "behaviors": list(finding.behaviors),
        "conversations": list(finding.conversations),
        "example": {"conversation": conversation, "turn": turn},
    }
