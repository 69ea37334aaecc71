"""The log of iterations: a project's runs in order of time, what each change did to the rate, and the findings over them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from prebeta.analysis.comparing import Comparison, Side, compare
from prebeta.analysis.gating import MOST_EXCLUDED, OURS
from prebeta.analysis.lineage import incomparable, title
from prebeta.analysis.outcome import EXCLUDED, UNKNOWN
from prebeta.analysis.rate import of_users, rate_of
from prebeta.analysis.recurrence import Recurrence, recurrences
from prebeta.core.results import Row, Run


@dataclass(frozen=True, slots=True)
class Measured:
    """What was measured in a run: `failed` of `valid` conversations of the sample the rate is quoted of, with the 95 % interval
    that its own report shows. Rate and interval are None where nothing was measured, or for some only a failure would be known.

    `held` conversations lie in the store, `excluded` of them outside the rate; of `unknown` more, imported ones, nobody knows
    how they ended. With `spoiled` the run proves nothing: the harness broke too many conversations.
    """

    sample: str
    valid: int
    failed: int
    held: int
    excluded: int
    unknown: int
    spoiled: bool
    rate: float | None
    interval: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class Step:
    """A run and what it changed: `effect` is the comparison with the run `against`, the last before it that measures the
    same. `why` tells why there is none, or why not with the run just before; `remarks` what else to know of it."""

    run: Run
    measured: Measured
    against: Run | None = None
    effect: Comparison | None = None
    why: str | None = None
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trend:
    """A project's history. `overall` compares the first with the last run, where others lie between."""

    title: str
    steps: tuple[Step, ...]
    findings: tuple[Recurrence, ...]
    overall: Step | None = None
    left_out: int = 0

    def to_json(self) -> dict[str, Any]:
        """As `trend --json` prints it."""
        steps = [_step_json(step) for step in self.steps]
        overall = None if self.overall is None else _effect_json(self.overall)
        runs = [step.run.id for step in self.steps]
        findings = [_finding_json(one, runs) for one in self.findings]
        return {
            "project": self.title,
            "left_out": self.left_out,
            "runs": steps,
            "overall": overall,
            "findings": findings,
        }


def trend(sides: Sequence[Side], left_out: int = 0) -> Trend:
    """The history of one project from its runs, the oldest first, each with the rows of all its users.

    `left_out` older runs are not among them. Findings are counted in the runs that sent the same kind of users as the last.
    """
    steps: list[Step] = []
    for at, side in enumerate(sides):
        steps.append(_step(side, sides[:at], steps))
    last = sides[-1].run.users[0]
    rows = [side.mine if side.run.users[0] == last else () for side in sides]
    found = tuple(recurrences(rows))
    return Trend(title([side.run for side in sides]), tuple(steps), found, _overall(sides, steps), left_out)


def measured(side: Side) -> Measured:
    """What the rows of a run's first policy come to."""
    known = [(row, failed) for row in side.mine if (failed := side.failed(row)) is not None]
    sample = [(row, failed) for row, failed in known if row.sample == "census"] or known
    left = [row.assessment.outcome for row in side.mine if side.failed(row) is None]
    ours = sum(row.assessment.outcome in OURS for row in side.mine)
    hunt = bool(sample) and all(row.sample == "hunt" for row, _ in sample)
    imported = "imported" in (side.run.project or {})
    # Only of imported conversations something may be known beside the rows: how they were labelled.
    rate = of_users(_by_user(sample)) if imported else rate_of(side.run, side.mine)
    unknown = left.count(UNKNOWN)
    return Measured(
        sample="imported" if imported else "hunt" if hunt else "census",
        valid=rate.valid,
        failed=rate.failed,
        held=len(side.mine),
        excluded=sum(outcome in EXCLUDED for outcome in left),
        unknown=unknown,
        spoiled=ours > MOST_EXCLUDED * len(side.mine),
        rate=None if unknown else rate.rate,
        interval=None if unknown else rate.interval,
    )


def _by_user(sample: Sequence[tuple[Row, bool]]) -> list[tuple[int, int]]:
    """For each user in how many of how many conversations it failed."""
    held = Counter(row.scenario for row, _ in sample)
    hits = Counter(row.scenario for row, failed in sample if failed)
    return [(hits[name], size) for name, size in held.items()]


def _step(side: Side, before: Sequence[Side], known: Sequence[Step]) -> Step:
    """A run beside the last before it that can be compared."""
    here = measured(side)
    remarks = tuple(_remarks(here))
    if not before:
        return Step(side.run, here, remarks=remarks)
    if not here.valid or here.spoiled:
        return Step(
            side.run, here, why="nothing to compare" if here.spoiled else "nothing was measured", remarks=remarks
        )
    why = None
    for other, step in zip(reversed(before), reversed(known), strict=True):
        reason = incomparable(other.run, side.run) or _proves_nothing(step)
        if reason is None:
            skipped = None if why is None else f"not compared with the run before: {why}"
            effect = compare(other, side, findings=False)
            return Step(side.run, here, other.run, effect, skipped, remarks)
        why = why or reason
    return Step(side.run, here, why=why, remarks=remarks)


def _proves_nothing(step: Step) -> str | None:
    if step.measured.rate is None:
        return "nothing was measured in it"
    return "too many of its conversations were spoiled on our side" if step.measured.spoiled else None


def _overall(sides: Sequence[Side], steps: Sequence[Step]) -> Step | None:
    """The last run beside the first that measures the same."""
    last = steps[-1]
    if last.effect is None:
        return None
    for side, step in zip(sides, steps, strict=True):
        if incomparable(side.run, last.run) is None and _proves_nothing(step) is None:
            between = last.against is not None and side.run.id not in (last.run.id, last.against.id)
            return (
                Step(last.run, last.measured, side.run, compare(side, sides[-1], findings=False)) if between else None
            )
    return None


def _remarks(here: Measured) -> list[str]:
    """What keeps a rate from being taken at its word, beside that the run isn't done."""
    found: list[str] = []
    if here.spoiled and here.held:
        found.append(
            f"proves nothing: {here.excluded:,} of {here.held:,} conversations are not the product's to answer for"
        )
    elif here.excluded:
        found.append(f"{here.excluded:,} of {here.held:,} conversations not counted")
    if here.unknown:
        found.append(f"how {here.unknown:,} of {here.held:,} conversations ended is not known")
    return found


# --- JSON ---------------------------------------------------------------------------------------------------


def _step_json(step: Step) -> dict[str, Any]:
    run, here = step.run, step.measured
    return {
        "run": run.id,
        "release": run.release,
        "note": run.note,
        "version": run.version,
        "commit": run.commit,
        "dirty": run.dirty,
        "state": run.state,
        "created_at": run.created_at,
        "seed": run.seed,
        "users": run.users[0],
        "sample": here.sample,
        "conversations": here.held,
        "valid": here.valid,
        "failed": here.failed,
        "excluded": here.excluded,
        "unknown": here.unknown,
        "failure_rate": here.rate,
        "interval": None if here.interval is None else list(here.interval),
        "effect": _effect_json(step),
        "why": step.why,
        "remarks": list(step.remarks),
    }


def _effect_json(step: Step) -> dict[str, Any] | None:
    """The comparison without its findings, which stand by themselves."""
    if step.effect is None:
        return None
    kept = ("pairs", "rate_a", "rate_b", "difference", "interval", "p", "conclusion", "pairs_needed", "warnings")
    whole = step.effect.to_json()
    return {"against": whole["a"], **{key: whole[key] for key in kept}}


def _finding_json(one: Recurrence, runs: Sequence[str]) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "slot": one.slot,
        "label": one.label,
        "state": one.state,
        "back_in": [runs[at] for at in one.back],
        "runs": [
            None if seen is None else {"run": run, "id": seen.name, "count": seen.count, "of": seen.of}
            for run, seen in zip(runs, one.seen, strict=True)
        ],
    }
