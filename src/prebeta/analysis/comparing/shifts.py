"""What became of each finding between two runs: fixed, new, still there, or too seldom to tell.

What one run tells apart is told apart in both (`analysis.joining`), under the id that a run shows it by. A finding's absence counts only among scenarios whose conversations came to where it
struck, in both runs: what breaks off earlier now hides it, and what used to break off earlier hid it before. All findings
are tested at once, see `several`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from statistics import median
from typing import Literal, TypeAlias

from prebeta.analysis.comparing.contrast import Contrast, paired, unpaired
from prebeta.analysis.comparing.matching import Matching, Side, clusters, grouped
from prebeta.analysis.comparing.several import stand
from prebeta.analysis.findings import described, is_finding
from prebeta.analysis.grouping import Case
from prebeta.analysis.joining import joined
from prebeta.analysis.outcome import EXCLUDED
from prebeta.analysis.stages import START, named_alike, own_names
from prebeta.core.results import Finding, Row

Fate: TypeAlias = Literal["fixed", "new", "still", "flaky"]
Trend: TypeAlias = Literal["more", "less"]

_STRAY, _TIMES = 0.01, 10
_ENDED = frozenset(("REACHED", "REACHED_WRONG", "DECLINED_OK", "HANDED_OFF_OK"))
_AT_END = frozenset(("WRONG_RESULT", "FALSE_DONE"))
"""Kinds that show only where a conversation comes to what the product takes for its end."""


@dataclass(frozen=True, slots=True)
class Shift:
    """A finding before and after: in how many conversations it shows, of how many, among those that are held against each
    other.

    `finding` is that of the later run where it shows, else of the earlier one. `p` is the chance of such a change by accident,
    over the scenarios that came to where it strikes in both runs: `reached` of the `pairs`. `trend`: whether it shows significantly
    more or less often, None where that can't be told. `other_id` is what the other run calls it, where it does and otherwise.
    """

    finding: Finding
    before: tuple[int, int]
    after: tuple[int, int]
    p: float
    fate: Fate
    reached: int
    pairs: int
    trend: Trend | None = None
    other_id: str | None = None


@dataclass(frozen=True, slots=True)
class _Unit:
    """The flaws of both runs that are one finding, and how each run tells of its part."""

    before: tuple[Case, ...]
    after: tuple[Case, ...]
    told: tuple[Finding | None, Finding | None]
    id: str


def shifts(a: Side, b: Side, matching: Matching) -> tuple[Shift, ...]:
    """Every finding of either run, in the order of the later run's list, then of the earlier one's."""
    before, after = _valid(a.mine), _valid(b.mine)
    after = [replace(row) for row in after]  # so that a run may be held against itself
    units = _units(before, after, (a.mine, b.mine))
    held = _held(matching)
    alike = named_alike(*(own_names(row.assessment.stages for row in rows) for rows in held))
    keys = [set(map(matching.key, rows)) for rows in held]
    pairs = len(keys[0] & keys[1]) if matching.by != "nothing" else min(map(len, keys))
    contrasts = [_contrast(unit, matching, held, alike=alike) for unit in units]
    standing = stand([one.p for one in contrasts], [one.least for one in contrasts])
    return tuple(
        replace(_shift(unit, contrast, held, sure=sure), pairs=pairs)
        for unit, contrast, sure in zip(units, contrasts, standing, strict=True)
    )


def _valid(rows: Iterable[Row]) -> list[Row]:
    return [row for row in rows if row.assessment.outcome not in EXCLUDED]


def _held(matching: Matching) -> tuple[list[Row], list[Row]]:
    """The valid conversations that are held against each other."""
    before, after = _valid(matching.before), _valid(matching.after)
    if matching.by == "nothing":
        return before, after
    shared = set(map(matching.key, before)) & set(map(matching.key, after))
    kept = [[row for row in rows if matching.key(row) in shared] for rows in (before, after)]
    return kept[0], kept[1]


# --- one finding out of two runs ------------------------------------------------------------------------------


def _units(before: Sequence[Row], after: Sequence[Row], mine: tuple[Sequence[Row], Sequence[Row]]) -> list[_Unit]:
    units: list[tuple[tuple[int, float, str], _Unit]] = []
    for joint in joined([before, after]):
        if not any(map(is_finding, joint.cases)):
            continue
        told = [described([mode], rows)[0] if (mode := joint.mode(at)) else None for at, rows in enumerate(mine)]
        unit = _Unit(joint.cases[0], joint.cases[1], (told[0], told[1]), joint.id)
        shown = told[1] or told[0]
        assert shown is not None
        units.append(((int(told[1] is None), shown.rate_if_mended, joint.id), unit))
    return [unit for _, unit in sorted(units, key=lambda each: each[0])]


# --- how often, and whether by chance -------------------------------------------------------------------------


def _contrast(unit: _Unit, matching: Matching, held: tuple[Sequence[Row], Sequence[Row]], *, alike: bool) -> Contrast:
    """`alike`: whether both runs name their stages in one way, so that it can be told who came to where it strikes."""
    struck = _Place.of(unit, alike=alike)
    one, other = (_hits(rows, cases, struck) for rows, cases in zip(held, (unit.before, unit.after), strict=True))
    if matching.by != "nothing":
        return paired(clusters(matching, one, other))
    sides = [list(grouped(matching, rows, hits).values()) for rows, hits in ((held[0], one), (held[1], other))]
    return unpaired(sides[0], sides[1])


def _hits(rows: Sequence[Row], cases: Sequence[Case], struck: _Place) -> dict[str, bool]:
    """Conversation -> whether it shows the finding, of those that came past where it strikes."""
    shown = {case.row.id for case in cases}
    return {row.id: row.id in shown for row in rows if row.id in shown or struck.is_behind(row)}


@dataclass(frozen=True, slots=True)
class _Place:
    """Where a finding strikes: its stages, None where those tell nothing; the turn it mostly falls in; whether it only shows at the
    end."""

    stages: frozenset[str] | None
    turn: float
    at_end: bool

    @classmethod
    def of(cls, unit: _Unit, *, alike: bool) -> _Place:
        cases = (*unit.before, *unit.after)
        stages = frozenset(case.symptom.stage or START for case in cases)
        known = alike and START not in stages
        at_end = cases[0].symptom.kind in _AT_END
        return cls(stages if known else None, median(case.symptom.turn for case in cases), at_end)

    def is_behind(self, row: Row) -> bool:
        """Whether a conversation without the finding had come far enough to show it: to its end, or beyond the stage. One that
        broke in the same stage may have done so before."""
        path = row.assessment.stages
        there = self.stages is None or not self.stages.isdisjoint(path)
        if row.assessment.outcome in _ENDED:
            return there
        if self.at_end:
            return False
        return row.turns > self.turn if self.stages is None else there and path[-1] not in self.stages


def _shift(unit: _Unit, contrast: Contrast, held: tuple[Sequence[Row], Sequence[Row]], *, sure: bool) -> Shift:
    counts = [_count(rows, cases) for rows, cases in zip(held, (unit.before, unit.after), strict=True)]
    earlier, later = unit.told
    finding = later or earlier
    assert finding is not None
    names = {one.id for one in unit.told if one is not None} - {unit.id}
    trend: Trend | None = None
    if sure and contrast.difference:
        trend = "more" if contrast.difference > 0 else "less"
    return Shift(
        finding=replace(finding, id=unit.id),
        before=counts[0],
        after=counts[1],
        p=contrast.p,
        fate=_fate(counts, (bool(unit.before), bool(unit.after)), trend),
        reached=contrast.n,
        pairs=contrast.n,
        trend=trend,
        other_id=min(names, default=None),
    )


def _fate(counts: Sequence[tuple[int, int]], there: tuple[bool, bool], trend: Trend | None) -> Fate:
    """Gone means gone: one case that is left is not fixed. But a case or two before, as a judge's slip leaves, don't make of
    what shows ten times as often now something that was there."""
    (before, of), (after, of_after) = counts
    if trend == "more" and before <= _STRAY * of and _TIMES * before * of_after <= after * of:
        return "new"
    if all(there):
        return "still"
    return "fixed" if trend == "less" and there[0] else "flaky"


def _count(rows: Sequence[Row], cases: Sequence[Case]) -> tuple[int, int]:
    shown = {case.row.id for case in cases}
    return sum(row.id in shown for row in rows), len(rows)


def ordered(found: Iterable[Shift], fate: Fate) -> tuple[Shift, ...]:
    """Those of one fate: what shows more often than before, then the most frequent first, then what shows less often."""
    mine = [one for one in found if one.fate == fate]
    rank = {"more": 0, None: 1, "less": 2}
    return tuple(sorted(mine, key=lambda one: (rank[one.trend], -max(one.before[0], one.after[0]), one.finding.id)))
