"""The examples of findings, read from the store for the report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

    from prebeta.analysis.odds import Odds, Turning
    from prebeta.core.results import Row, Run
    from prebeta.report.finding import Look
    from prebeta.store import Store, Stored


def looks(store: Store, run: Run, findings: Sequence[Mapping[str, Any]]) -> dict[str, Look]:
    """Finding -> its example as the report shows it."""
    from prebeta.cli.tracing import trace_link
    from prebeta.report.finding import Look

    found: dict[str, Look] = {}
    for finding in findings:
        example = finding["example"]
        stored = store.conversation(run.id, example["conversation"])
        fails = (one for one in stored.verdicts if one.value == "fail" and one.kind == finding["kind"])
        reason = next((one.reason for one in fails if one.turn in (None, example["turn"])), None)
        link = trace_link(run, stored)
        found[finding["id"]] = Look.of(stored.transcript, example["turn"], reason, link)
    return found


def odds_of(run: Run, rows: Sequence[Row], stored: Stored) -> tuple[tuple[Odds, ...], Turning | None]:
    """The odds of success on the way of a conversation, from those of the same policy, and its turning point."""
    from prebeta.analysis.odds import Values, odds, turning_point
    from prebeta.cli.naming import namer_of

    policy = stored.transcript.job.policy
    values = Values.of(row for row in rows if row.policy == policy)
    found = odds(namer_of(run).name(stored.transcript.turns), values)
    return found, turning_point(found, stored.assessment.failed)


def odds_json(found: Sequence[Odds], turning: Turning | None) -> dict[str, Any]:
    from dataclasses import asdict

    return {"turns": [asdict(one) for one in found], "turning_point": None if turning is None else asdict(turning)}


def odds_note(turning: Turning) -> str:
    from prebeta.report.wording import percent

    if turning.end:
        return f"success odds {percent(turning.before)} up to here, and then it failed: here it turned"
    return f"turning point: success odds fell from {percent(turning.before)} to {percent(turning.after)}"


def odds_marks(found: Sequence[Odds]) -> dict[int, str]:
    """Stage and odds of each product's turn, for its head line."""
    from prebeta.report.wording import percent, plain

    return {one.turn: f"{plain(one.stage, one_line=True)}, success odds {percent(one.share)}" for one in found}


def in_words(
    run: Run, model: str, config: Path | None, findings: Sequence[Mapping[str, Any]], shown: Mapping[str, Look]
) -> Mapping[str, str]:
    """Finding -> what an LLM says of it, of those of which it says nothing of its own. Says on stderr which it couldn't word.
    Raises UsageError."""
    import asyncio

    from prebeta.cli.output import note
    from prebeta.runner.replaying import project_of
    from prebeta.runner.worded import word

    found = asyncio.run(word(project_of(run, config), model, findings, shown))
    if found.trouble is not None:
        note(f"model {model}: {found.trouble}")
    for finding, why in found.refused.items():
        note(f"{finding} keeps the rules' words alone: {why}")
    return found.words
