"""Whether a run may pass: rules decided by intervals and tests, never by a point estimate.

A rule is passed, failed or inconclusive, and the last is neither of the others. The whole has failed where one rule has, is
inconclusive where one of them is, and has passed where all have. A run with more than 5 % of its conversations spoiled by
simulator, judge or infrastructure decides nothing: a crash of the harness is not "the product got worse".
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from prebeta.analysis.findings import by_user, group, rate_sample
from prebeta.analysis.lineage import incomparable
from prebeta.analysis.needed import MOST, clean
from prebeta.analysis.outcome import EXCLUDED, UNKNOWN
from prebeta.analysis.stats import Z95, clustered
from prebeta.analysis.until import standing
from prebeta.core.results import Row, Run

if TYPE_CHECKING:
    from prebeta.analysis.comparing import Comparison, Shift

Decision: TypeAlias = Literal["passed", "failed", "inconclusive"]
Measured: TypeAlias = Literal["held", "broken", "undecided", "unknown"]
Doubt: TypeAlias = Literal[
    "running", "unfinished", "nothing", "spoiled", "no_base", "base_spoiled", "incomparable", "too_few_pairs"
]
Reason: TypeAlias = Measured | Doubt
"""What was measured decides, or doesn't; or nothing may be decided by this run, or by comparing it with that one."""

MOST_EXCLUDED = 0.05
"""Above this share of conversations that we spoiled ourselves a run proves nothing."""

OURS = frozenset({"SIM_FAULT", "JUDGE_FAULT", "INFRA"})
PREVIOUS = "previous"
"""The name of the run that a run is held against where none is named: the one before it."""

FEWEST_PAIRS = 6
"""With fewer the exact McNemar test can't come to p <= 0.05, whatever they show."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What a run must keep to. Rates from 0 to 1, of typical users; `against` is a run's id, a release or `previous`.

    `allow` maps the id of a finding that is known and accepted to the reason: it is never new.
    """

    max_failure_rate: float | None = None
    max_flawed_rate: float | None = None
    min_conversations: int | None = None
    no_new_findings: bool = False
    not_worse: bool = False
    against: str | None = None
    allow: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def of(cls, kept: Mapping[str, Any]) -> Rules:
        """From JSON as `to_json` gives it; keys of another version are passed over."""
        return cls(**{one.name: kept[one.name] for one in fields(cls) if one.name in kept})

    def to_json(self) -> dict[str, Any]:
        return {**{one.name: getattr(self, one.name) for one in fields(self)}, "allow": dict(self.allow)}

    @property
    def compares(self) -> bool:
        """Whether another run is needed to decide."""
        return self.no_new_findings or self.not_worse

    @property
    def given(self) -> bool:
        """Whether there is a rule at all."""
        return self.compares or any(
            rule is not None for rule in (self.max_failure_rate, self.max_flawed_rate, self.min_conversations)
        )


@dataclass(frozen=True, slots=True)
class Ruled:
    """What a rule came to, and by what.

    `bar` is what the rule asks for; `hits` of `n` conversations with the 95 % `interval` were measured. For min_conversations
    `n` are the valid ones; where two runs are compared the pairs, and `interval` that of the change. `needed`: so many
    conversations in all (as `-n` takes them) would decide it if the rate stays as measured; None where no number is known to.
    """

    rule: str
    result: Decision
    reason: Reason
    bar: float | None = None
    hits: int = 0
    n: int = 0
    interval: tuple[float, float] | None = None
    needed: int | None = None


@dataclass(frozen=True, slots=True)
class Base:
    """The run that another one is held against: its conversations of the first policy, and what comparing came to."""

    run: Run
    rows: tuple[Row, ...]
    comparison: Comparison


@dataclass(frozen=True, slots=True)
class Gate:
    """What a run's rules came to. `against` is what the run to hold it against was called, `base` what was found by it.

    Of the findings `new` are those significantly new and not allowed, `undecided` those not seen before and now too seldom to
    tell, `grown` known ones that show significantly more often. `allowed` are id and reason of those accepted and there,
    `gone` the ids accepted that show no more.
    """

    run: str
    result: Decision
    rules: tuple[Ruled, ...]
    against: str = PREVIOUS
    base: Base | None = None
    new: tuple[Shift, ...] = ()
    undecided: tuple[Shift, ...] = ()
    grown: tuple[Shift, ...] = ()
    allowed: tuple[tuple[str, str], ...] = ()
    gone: tuple[str, ...] = ()


def rules_of(run: Run) -> Rules:
    """The rules a run was made with; none of them is set where it has no gate."""
    kept = (run.project or {}).get("gate")
    return Rules(max_failure_rate=run.gate) if kept is None else Rules.of(kept)


def alone(run: Run, rows: Sequence[Row]) -> Decision | None:
    """What a run's own rules come to, but those that need another run; None where it has none of them. `rows` are those of
    its first policy."""
    return overall(decide(run, rows, rules_of(run)))


def overall(ruled: Sequence[Ruled]) -> Decision | None:
    """failed where a rule has failed, else inconclusive where one is, else passed; None without a rule."""
    results = {one.result for one in ruled}
    return next((result for result in ("failed", "inconclusive", "passed") if result in results), None)


def decide(run: Run, rows: Sequence[Row], rules: Rules) -> tuple[Ruled, ...]:
    """The rules about the run alone, in the order of `Rules`. `rows` are those of its first policy."""
    doubt = _doubt(run, rows)
    ruled: list[Ruled] = []
    if rules.max_failure_rate is not None:
        ruled.append(_failing(rules.max_failure_rate, run, rows, doubt))
    if rules.max_flawed_rate is not None:
        sample = rate_sample(rows)
        flawed = _measured("max_flawed_rate", rules.max_flawed_rate, sample)
        ruled.append(_judged(flawed, doubt, scale=len(rows) / max(len(sample), 1)))
    if rules.min_conversations is not None:
        valid = sum(row.assessment.outcome not in EXCLUDED for row in rows)
        enough = valid >= rules.min_conversations
        known = Ruled("min_conversations", "passed" if enough else "inconclusive", "held" if enough else "undecided")
        ruled.append(
            replace(known, bar=rules.min_conversations, n=valid, needed=None if enough else rules.min_conversations)
        )
    return tuple(ruled)


def decide_against(run: Run, rows: Sequence[Row], rules: Rules, base: Base | None) -> Gate:
    """All rules of a run. `base` is None where there is no run to hold it against."""
    ruled = list(decide(run, rows, rules))
    doubt = _doubt(run, rows)
    if doubt is None and rules.compares:
        doubt = _doubt_of(base, run)
    found = base.comparison if base is not None and doubt is None else None
    new = () if found is None else tuple(shift for shift in found.new if not _allowed(shift, rules))
    if rules.no_new_findings:
        ruled.append(_held_against("no_new_findings", found, doubt, broken=bool(new)))
    if rules.not_worse:
        worse = found is not None and found.conclusion == "worse"
        ruled.append(_held_against("not_worse", found, doubt, broken=worse))
    accepted = {one.id for one in group(rows)} if rules.allow else frozenset()
    return Gate(
        run=run.id,
        result=overall(ruled) or "inconclusive",
        rules=tuple(ruled),
        against=rules.against or PREVIOUS,
        base=base,
        new=new,
        undecided=() if found is None else tuple(one for one in found.flaky if one.after[0] and not one.before[0]),
        grown=() if found is None else tuple(one for one in found.still if one.trend == "more"),
        allowed=tuple((name, reason) for name, reason in rules.allow.items() if name in accepted),
        gone=tuple(name for name in rules.allow if name not in accepted),
    )


def _allowed(shift: Shift, rules: Rules) -> bool:
    return shift.finding.id in rules.allow or shift.other_id in rules.allow


def _held_against(rule: str, found: Comparison | None, doubt: Reason | None, *, broken: bool) -> Ruled:
    """A rule on a comparison: broken where that shows a change for the worse. What can't be told is not held against the
    product, or one that flickers would never pass; but nothing holds where too few were compared for anything to show."""
    if found is None:
        return Ruled(rule, "inconclusive", doubt or "no_base")
    n = min(found.conversations) if found.by == "nothing" else found.pairs
    if n < FEWEST_PAIRS:
        return Ruled(rule, "inconclusive", "too_few_pairs", FEWEST_PAIRS, n=n, needed=FEWEST_PAIRS)
    if broken:
        return Ruled(rule, "failed", "broken", n=n, interval=found.interval)
    return Ruled(rule, "passed", "held", n=n, interval=found.interval)


def _failing(bar: float, run: Run, rows: Sequence[Row], doubt: Reason | None) -> Ruled:
    """The rule max_failure_rate. Of a run that stopped by itself the interval is the one that holds in spite of that."""
    sample = rate_sample(rows)
    stopped = standing(run, rows)
    if stopped is not None and stopped.counted:
        measured = Ruled("max_failure_rate", "inconclusive", "undecided", bar, round(stopped.failed), stopped.valid)
        return _judged(replace(measured, interval=stopped.interval), doubt, scale=1.0)
    ruled = _judged(_measured("max_failure_rate", bar, sample), doubt, scale=len(rows) / max(len(sample), 1))
    if ruled.result == "passed" and any(row.assessment.outcome == UNKNOWN for row in sample):
        return replace(ruled, result="inconclusive", reason="unknown")  # some of those may have failed as well
    return ruled


def _measured(rule: str, bar: float, sample: Sequence[Row]) -> Ruled:
    counts = by_user(sample, flawed=rule == "max_flawed_rate")
    hits = sum(one for one, _ in counts)
    return Ruled(rule, "inconclusive", "undecided", bar, hits, len(sample), clustered(counts) if sample else None)


def _judged(measured: Ruled, doubt: Reason | None, *, scale: float) -> Ruled:
    """Passed only where the whole interval is at or below the bar, failed only where it is above. `scale`: so many
    conversations have to be held for each that counts."""
    if doubt is not None or measured.interval is None or measured.bar is None:
        return replace(measured, reason=doubt or "nothing")
    low, high = measured.interval
    if low > measured.bar:
        return replace(measured, result="failed", reason="broken")
    if high <= measured.bar:
        return replace(measured, result="passed", reason="held")
    needed = deciding(measured.hits / measured.n, measured.bar)
    return replace(measured, needed=None if needed is None else math.ceil(needed * scale))


def deciding(rate: float, bar: float) -> int | None:
    """How many conversations of this rate have an interval wholly on one side of the bar. None where no number does: the rate
    is at the bar, or the bar is 0, or it would take more than 10 million.

    Wilson's interval ends where the score test just rejects, so |rate − bar| = z·√(bar·(1 − bar) / n).
    """
    if rate == 0.0:
        return clean(bar) if 0.0 < bar < 1.0 else None
    if rate == bar:
        return None
    n = math.ceil(Z95 * Z95 * bar * (1 - bar) / (rate - bar) ** 2)
    return n if n <= MOST else None


def _doubt(run: Run, rows: Sequence[Row]) -> Reason | None:
    """Why a run decides nothing; None where it may. Spoiled is one of which too much broke on our side, of all of it or of the
    typical users, whom the rate is of. Of an unfinished run that began with what had failed before the rate is too high."""
    if run.state == "running":
        return "running"
    if run.state != "done" and (run.project or {}).get("failed_first"):
        return "unfinished"
    if not rate_sample(rows):
        return "nothing"
    lost = ((run.project or {}).get("imported") or {}).get("skipped") or 0
    if lost > MOST_EXCLUDED * (lost + len(rows)):
        return "spoiled"
    for some in (rows, [row for row in rows if row.sample == "census"]):
        if sum(row.assessment.outcome in OURS for row in some) > MOST_EXCLUDED * len(some):
            return "spoiled"
    return None


def _doubt_of(base: Base | None, run: Run) -> Reason | None:
    """Why nothing can be held against a run; None where it can."""
    if base is None:
        return "no_base"
    if incomparable(base.run, run) is not None:
        return "incomparable"
    return None if _doubt(base.run, base.rows) is None else "base_spoiled"
