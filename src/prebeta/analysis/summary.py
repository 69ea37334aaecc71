"""The summary of a run: the JSON that `run`, `resume`, `demo` and `show RUN` print, and the report is drawn
from."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from prebeta.analysis.discovery import discover
from prebeta.analysis.findings import group, rate_sample
from prebeta.analysis.grouping import modes
from prebeta.analysis.habits import HABITS
from prebeta.analysis.outcome import EXCLUDED, OUTCOMES, UNKNOWN
from prebeta.analysis.stats import interval
from prebeta.core.results import Row, Run

MOST_EXCLUDED = 0.05
"""Above this share of conversations that we spoiled ourselves a run proves nothing."""

_OURS = frozenset({"SIM_FAULT", "JUDGE_FAULT", "INFRA"})
_MOVES = ("press", "say", "wait")


def summarise(run: Run, rows: Sequence[Row]) -> dict[str, Any]:
    """The summary as JSON-ready values.

    All of it is about the run's first policy (`run.users[0]`), but `users`, which sets all of them side by
    side. `failure_rate`, `interval` and `flawed_rate` are of the census where there is one, the other numbers
    of both samples. `coverage` is that of the probing users planned, null where there are none. Without a valid
    conversation rates and interval are null: nothing was measured.
    """
    mine = [row for row in rows if row.policy == run.users[0]]
    valid = [row for row in mine if row.assessment.outcome not in EXCLUDED]
    outcomes = Counter(row.assessment.outcome for row in mine)
    return {
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
        "stages": _funnel(valid),
        "resumed_after": {habit: _kept(habit, valid) for habit in HABITS},
        "by_move": _by_move(valid),
        "findings": [_plain(asdict(finding)) for finding in group(mine)],
        "discovery": asdict(discover([mode.cases for mode in modes(valid)], len(valid))),
        "gate": gate(run, mine),
        "users": {policy: _user([row for row in rows if row.policy == policy]) for policy in run.users},
    }


def gate(run: Run, rows: Sequence[Row]) -> str | None:
    """passed, failed or inconclusive against the run's `max_failure_rate`; None where it has no gate.

    A point estimate decides nothing: passed only where the whole interval is at or below the bar, failed only
    where it is above. A run with more than 5 % spoiled by simulator, judge or infrastructure is inconclusive.
    """
    if run.gate is None:
        return None
    spoiled = sum(row.assessment.outcome in _OURS for row in rows)
    sample = rate_sample(rows)
    if not sample or spoiled > MOST_EXCLUDED * len(rows):
        return "inconclusive"
    low, high = interval(sum(row.assessment.failed for row in sample), len(sample))
    unknown = any(row.assessment.outcome == UNKNOWN for row in sample)  # some of those may have failed as well
    if high <= run.gate and not unknown:
        return "passed"
    return "failed" if low > run.gate else "inconclusive"


def _spent(run: Run, rows: Sequence[Row]) -> dict[str, Any]:
    """What LLMs took: of the whole run where it is known, for a conversation that was given up has no row."""
    told = (run.project or {}).get("llm") or {}
    cost = told.get("cost_usd", sum(row.cost_usd for row in rows))
    return {"cost_usd": round(cost, 6), "model_calls": told.get("calls", sum(row.model_calls for row in rows))}


def is_spoiled(summary: Mapping[str, Any]) -> bool:
    """Whether a run proves nothing: none of its conversations counts, or we spoiled too many of them ourselves."""
    ours = sum(summary["excluded"][name] for name in _OURS)
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
    if not sample:
        return {"failure_rate": None, "interval": None, "flawed_rate": None}
    failed = sum(row.assessment.failed for row in sample)
    flawed = sum(row.assessment.flawed for row in sample)
    return {
        "failure_rate": failed / len(sample),
        "interval": list(interval(failed, len(sample))),
        "flawed_rate": flawed / len(sample),
    }


def _user(rows: Sequence[Row]) -> dict[str, Any]:
    rates = _rates(rows)
    return {**_counts(rows), "failure_rate": rates["failure_rate"], "interval": rates["interval"]}


def _funnel(valid: Sequence[Row]) -> list[dict[str, Any]]:
    """The stages in the order people come to them, with how many entered and how many failed there at
    last."""
    entered: Counter[str] = Counter()
    place: Counter[str] = Counter()
    left: Counter[str] = Counter()
    for row in valid:
        path = list(dict.fromkeys(row.assessment.stages))
        for position, stage in enumerate(path):
            entered[stage] += 1
            place[stage] += position
        if row.assessment.failed and row.assessment.stages:
            left[row.assessment.stages[-1]] += 1
    order = sorted(entered, key=lambda stage: (place[stage] / entered[stage], -entered[stage], stage))
    return [{"stage": stage, "entered": entered[stage], "left_failed": left[stage]} for stage in order]


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


def _plain(finding: dict[str, Any]) -> dict[str, Any]:
    conversation, turn = finding["example"]
    return {
        **{name: value for name, value in finding.items() if name != "cells"},
        "interval": list(finding["interval"]),
        "behaviors": list(finding["behaviors"]),
        "conversations": list(finding["conversations"]),
        "example": {"conversation": conversation, "turn": turn},
    }
