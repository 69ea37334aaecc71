"""Users who failed before and go first now: who they are, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from prebeta.analysis.outcome import EXCLUDED
from prebeta.core.results import Assessment, Row, Run


def to_hold_first(run: Run, rows: Sequence[Row]) -> dict[str, Any]:
    """What a run keeps of the earlier one: its id, and the scenarios that failed or only flawed in any of their repeats with
    the headline's users, each in plan order."""
    mine = [row for row in sorted(rows, key=lambda row: row.position) if row.policy == run.users[0]]
    valid = [row for row in mine if row.assessment.outcome not in EXCLUDED]
    failed = dict.fromkeys(row.scenario for row in valid if row.assessment.failed)
    flawed = dict.fromkeys(row.scenario for row in valid if row.assessment.flawed and row.scenario not in failed)
    return {"run": run.id, "failed": list(failed), "flawed": list(flawed)}


def again(run: Run, held: Iterable[tuple[str, Assessment]]) -> dict[str, Any] | None:
    """What became of those that failed in the earlier run: the summary's key `failed_first`. None for a run without.

    `held` are scenario and assessment of each conversation of the headline's users.

    `failed` users failed then and were held again in full; of these `passed` do now (in all their repeats), `still` fail in
    at least one, and of `excluded` no conversation counts. `missing` are not held yet, or are no users of this run.
    """
    told = (run.project or {}).get("failed_first")
    if told is None:
        return None
    now: dict[str, list[Assessment]] = {name: [] for name in told["failed"]}
    for scenario, assessment in held:
        if scenario in now:
            now[scenario].append(assessment)
    whole = [_came_to(repeats) for repeats in now.values() if len(repeats) >= run.repeats]
    return {
        "run": told["run"],
        "failed": len(whole),
        "passed": whole.count("passed"),
        "still": whole.count("still"),
        "excluded": whole.count("excluded"),
        "missing": len(now) - len(whole),
    }


def line(found: Mapping[str, Any]) -> str:
    """ "of 135 that failed in r…: 90 pass now, 45 still fail"."""
    if not found["failed"]:
        why = "none of them is among this run's users" if found["missing"] else "nobody failed in it"
        return f"of those that failed in {found['run']}: {why}"
    parts = [f"{found['passed']:,} {'passes' if found['passed'] == 1 else 'pass'} now"]
    parts.append(f"{found['still']:,} still {'fails' if found['still'] == 1 else 'fail'}")
    if found["excluded"]:
        parts.append(f"{found['excluded']:,} can't be told (not the product's to answer for)")
    text = f"of {found['failed']:,} that failed in {found['run']}: {', '.join(parts)}"
    return text + (f"; {found['missing']:,} more are not among this run's users" if found["missing"] else "")


def _came_to(repeats: Sequence[Assessment]) -> str:
    valid = [one.failed for one in repeats if one.outcome not in EXCLUDED]
    if not valid:
        return "excluded"
    return "still" if any(valid) else "passed"
