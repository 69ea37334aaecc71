"""What a test comes to: passed, failed, or inconclusive, which is neither. From runs, users' conversations and cases."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from pytest_prebeta.writing import percent, span

if TYPE_CHECKING:
    from prebeta.analysis.gating import Ruled
    from prebeta.core.results import Assessment
    from prebeta.runner import Result
    from prebeta.runner.casework import CaseResult, Held

Came: TypeAlias = Literal["passed", "failed", "inconclusive"]

_MAY_ERR = 0.1


@dataclass(frozen=True, slots=True)
class Judged:
    """What it came to and why, a line for people."""

    came: Came
    why: str


def of_run(result: Result, rules: Mapping[str, Any]) -> Judged:
    """A run held to a mark's rules, or to the project's own gate where the mark has none.

    Of a rate the whole 95 % interval counts: above the bar it failed, at or below it passed. A test asks for less than a
    gate does, for it is of few users and held often: it passes as well where a product that fails as often as the bar would
    have shown so few failures in at most one of ten runs. Else nothing can be told.
    Rules that need another run are for `prebeta gate`. Without a rule a run passes that proves anything.
    """
    from prebeta.analysis.gating import Rules, decide, overall, rules_of
    from prebeta.analysis.summary import is_spoiled

    asked = Rules(**rules) if rules else rules_of(result.run)
    rows = [row for row in result.rows if row.policy == result.run.users[0]]
    ruled = [_likely(one, result) if rules else one for one in decide(result.run, rows, asked)]
    came = overall(ruled)
    if came is None:
        if is_spoiled(result.summary):
            return Judged("inconclusive", f"{_counted(result)}: nothing is proved")
        return Judged("passed", _counted(result))
    decisive = [one for one in ruled if one.result == came]
    return Judged(came, "; ".join(_said(one, result) for one in decisive))


def _likely(one: Ruled, result: Result) -> Ruled:
    """A rule on a rate that the 95 % interval leaves open, passed where the exact one-sided binomial test rejects at 10 % that
    the rate is the bar or above. Users that were sent several times, or runs that stopped by themselves, aren't so many
    independent ones; there the interval stays the last word."""
    plain = result.run.repeats == 1 and not result.summary.get("until")
    if one.reason != "undecided" or one.interval is None or one.bar is None or not plain:
        return one
    bar, n = one.bar, one.n
    so_few = sum(math.comb(n, hits) * bar**hits * (1 - bar) ** (n - hits) for hits in range(one.hits + 1))
    return replace(one, result="passed", reason="held", interval=None) if so_few <= _MAY_ERR else one


def _counted(result: Result) -> str:
    """What was measured, where no rule asked."""
    if result.failure_rate is None or result.interval is None:
        return f"none of {result.conversations} conversations counts ({_excluded(result)})"
    ours = _excluded(result)
    return f"{percent(result.failure_rate)} of typical users failed ({span(result.interval)})" + (
        f", {ours}" if ours else ""
    )


def _excluded(result: Result) -> str:
    return ", ".join(f"{count} {name}" for name, count in result.summary["excluded"].items() if count)


def _said(one: Ruled, result: Result) -> str:
    if one.rule == "min_conversations":
        few = "" if one.result == "passed" else f", fewer than {one.bar:g} decide nothing"
        return f"{one.n} valid conversations{few}"
    what = "failed" if one.rule == "max_failure_rate" else "met a fault"
    bar = percent(one.bar or 0.0)
    if one.interval is None and one.reason == "held":
        return f"{one.hits} of {one.n} typical users {what}: at most {bar}, with 90 % confidence"
    if one.interval is None:
        return _doubted(one, result)
    rate = f"{one.hits} of {one.n} typical users {what}: {percent(one.hits / one.n)} ({span(one.interval)})"
    if one.reason == "broken":
        return f"{rate}, above {bar}"
    if one.reason == "held":
        return f"{rate}, at most {bar}"
    if one.reason != "undecided":
        return f"{rate}; {_doubted(one, result)}"
    return f"{rate} doesn't tell on which side of {bar} it is; {_more(one)}"


def _more(one: Ruled) -> str:
    if one.needed is None:
        return "no number of users would at this rate"
    return f"n={one.needed} would if this rate stays"


def _doubted(one: Ruled, result: Result) -> str:
    ours = _excluded(result) or "no conversation counts"
    return {
        "spoiled": f"too much was spoiled by simulator, judge or infrastructure to tell ({ours})",
        "nothing": f"nothing can be told: {ours}",
        "unknown": "of some it isn't known whether they came to their end",
        "running": "the run is not over",
    }.get(one.reason, f"nothing can be told ({one.reason})")


def of_user(assessments: Sequence[Assessment]) -> Judged:
    """A user's conversations, one for each time it was sent."""
    from prebeta.analysis.outcome import EXCLUDED

    told = [one for one in assessments if one.outcome not in EXCLUDED]
    failed = [one for one in told if one.failed]
    if not told:
        outcomes = ", ".join(dict.fromkeys(one.outcome for one in assessments))
        return Judged("inconclusive", f"the conversation doesn't count: {outcomes}")
    if not failed:
        return Judged("passed", told[0].outcome)
    first = failed[0]
    at = "" if first.kind is None else f", {first.kind} at turn {first.turn}"
    if len(failed) < len(told):
        return Judged("failed", f"flaky: failed {len(failed)} of {len(told)} times; {first.outcome}{at}")
    often = f"failed {len(told)} of {len(told)} times: " if len(told) > 1 else ""
    return Judged("failed", f"{often}{first.outcome}{at}")


def of_case(result: CaseResult) -> Judged:
    """A case: it passes where it is fixed. One that failed at least once has failed, flaky or not."""
    failed, told = result.counts
    why = "held out: what it says is not shown" if result.case.held_out else result.why
    if result.failing:
        often = f" ({failed} of {told})" if told > 1 else ""
        return Judged("failed", f"{result.status}{often}: {why}")
    if result.status == "fixed":
        return Judged("passed", why)
    needs = f"; {result.needs} more tries would tell: --prebeta-times {told + result.needs}" if result.needs else ""
    return Judged("inconclusive", f"{result.status}: {why}{needs}")


def shortest(held: Sequence[Held]) -> Held:
    """The try to look at: with the case's own failure if there is one, else one that failed; of these the shortest."""
    return min(held, key=lambda one: (not one.same, one.came != "failed", len(one.transcript.turns)))
