"""Which conversations of two runs belong together: same scenario, and for imported ones the same goal."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from prebeta.analysis.comparing.contrast import Cluster
from prebeta.analysis.outcome import EXCLUDED, UNKNOWN
from prebeta.core.errors import UsageError
from prebeta.core.results import Row, Run
from prebeta.core.types import IMPORTED, Sample

By: TypeAlias = Literal["scenario", "goal", "nothing"]

_HALF = 0.5
_MOST_OF_A_GOAL = 0.2
"""A goal that more of a side's conversations have is no goal but a greeting."""


@dataclass(frozen=True, slots=True)
class Side:
    """A run with its rows, those of all policies; compared are the first one's.

    `labels` maps an imported conversation to whether it failed as its file itself says, where it does: for those nothing else
    tells.
    """

    run: Run
    rows: tuple[Row, ...]
    labels: Mapping[str, bool] = field(default_factory=dict)

    @property
    def mine(self) -> tuple[Row, ...]:
        """The conversations of the headline's users."""
        return tuple(row for row in self.rows if row.policy == self.run.users[0])

    def failed(self, row: Row) -> bool | None:
        """Whether a conversation failed; None where it counts for nothing: excluded, or nobody knows how it ended."""
        if row.policy == IMPORTED and row.id in self.labels and row.assessment.blame in (None, "product"):
            return self.labels[row.id]
        return None if row.assessment.outcome in (*EXCLUDED, UNKNOWN) else row.assessment.failed


@dataclass(frozen=True, slots=True)
class Matching:
    """Both sides' conversations as they are held against each other.

    `by`: what makes two a pair; nothing where the runs have too little in common. `sample` is the one the rates are of. `before`
    and `after` are the headline's conversations of both samples, without those `cut` off where a run was broken off. `shared`
    of `scenarios` (before, after) are in both.
    """

    by: By
    sample: Sample
    before: tuple[Row, ...]
    after: tuple[Row, ...]
    shared: int
    scenarios: tuple[int, int]
    cut: int = 0

    def key(self, row: Row) -> str:
        return row.goal if self.by == "goal" else row.scenario


def match(a: Side, b: Side, *, alike: bool) -> Matching:
    """How two runs are held against each other. `alike`: whether their projects send users of the same kind, so that those
    of other scenarios may stand for each other.

    Raises UsageError where one run holds typical users only and the other probing ones only.
    """
    sample = _sample(a, b)
    before, after = ([row for row in side.mine if row.sample == sample] for side in (a, b))
    by = _by(before, after, alike)
    matching = Matching(by, sample, a.mine, b.mine, 0, (0, 0))
    one, other = (set(map(matching.key, rows)) for rows in (before, after))
    kept_a, kept_b, cut = _whole(a, b) if by == "scenario" else (a.mine, b.mine, 0)
    return Matching(by, sample, kept_a, kept_b, len(one & other), (len(one), len(other)), cut)


def _sample(a: Side, b: Side) -> Sample:
    held = [{row.sample for row in side.mine} for side in (a, b)]
    if all("census" in samples or not samples for samples in held):
        return "census"
    if all("hunt" in samples or not samples for samples in held):
        return "hunt"
    probing = a if "census" not in held[0] else b
    raise UsageError(
        f"run {probing.run.id} sent probing users only (--sample hunt) and the other typical ones only:"
        " their rates are of different things; run both with --sample mixed or census"
    )


def _by(before: Sequence[Row], after: Sequence[Row], alike: bool) -> By:
    """Scenarios pair where half of the smaller side has its counterpart, or where other users must not stand in for those
    that have none."""
    if _mostly_shared((row.scenario for row in before), (row.scenario for row in after)):
        return "scenario"
    logs = all(row.policy == IMPORTED for row in (*before, *after))
    told = logs and _goals_tell(before) and _goals_tell(after)
    if told and _mostly_shared((row.goal for row in before), (row.goal for row in after)):
        return "goal"
    shared = {row.scenario for row in before} & {row.scenario for row in after}
    return "scenario" if shared and not alike else "nothing"


def _mostly_shared(before: Iterable[str], after: Iterable[str]) -> bool:
    one, other = set(before), set(after)
    return bool(one and other) and len(one & other) >= _HALF * min(len(one), len(other))


def _goals_tell(rows: Sequence[Row]) -> bool:
    counts = Counter(row.goal for row in rows)
    return bool(rows) and max(counts.values()) <= max(1.0, _MOST_OF_A_GOAL * len(rows)) and "" not in counts


def _whole(a: Side, b: Side) -> tuple[tuple[Row, ...], tuple[Row, ...], int]:
    """Both sides' conversations up to where a run was broken off, and how many scenarios that leaves out.

    Conversations that fail tend to be the long ones, so those that a broken-off run did finish flatter it; and where it sent
    first those who had failed before, some of them get through by mere chance. So it is taken only up to the first scenario it
    lacks, in the order of the other's plan.
    """
    allowed: set[str] | None = None
    for side, other in ((a, b), (b, a)):
        if side.run.state == "done" or not side.mine:
            continue
        held = {row.scenario for row in side.mine}
        order = list(dict.fromkeys(row.scenario for row in other.mine))
        gap = next((at for at, name in enumerate(order) if name not in held), len(order))
        upto = set(order[:gap])
        allowed = upto if allowed is None else allowed & upto
    if allowed is None:
        return a.mine, b.mine, 0
    shared = {row.scenario for row in a.mine} & {row.scenario for row in b.mine}
    kept = [tuple(row for row in mine if row.scenario in allowed) for mine in (a.mine, b.mine)]
    return kept[0], kept[1], len(shared - allowed)


def clusters(matching: Matching, before: Mapping[str, bool], after: Mapping[str, bool]) -> list[Cluster]:
    """A cluster for each scenario of both sides. `before` and `after` map the ids of conversations that count to hits."""
    one, other = grouped(matching, matching.before, before), grouped(matching, matching.after, after)
    return [Cluster(counts, other[key]) for key, counts in one.items() if key in other]


def grouped(matching: Matching, rows: Sequence[Row], hits: Mapping[str, bool]) -> dict[str, tuple[int, int]]:
    """Scenario -> (hits, conversations), in the rows' order."""
    found: dict[str, list[bool]] = defaultdict(list)
    for row in rows:
        if row.id in hits:
            found[matching.key(row)].append(hits[row.id])
    return {key: (sum(each), len(each)) for key, each in found.items()}
