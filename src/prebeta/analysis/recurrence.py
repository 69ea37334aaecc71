"""A finding over the runs of a project: how often it showed in each, whether it is gone, and whether it came back.

One fault is one line, whatever a single run calls it, and what one run tells apart is two in all of them (`analysis.joining`). That it
isn't in a run only counts for the conversations that could have shown it: of users of a sort (sample and goal) that met it
elsewhere, who came as far as a stage it falls in. A fault behind another one isn't gone, nobody got there. Over these it is
*gone* where Fisher's exact test holds its absence for no accident (one-sided, 5 %), else just *not seen*; and only what was
gone can come *back*.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from prebeta.analysis.findings import is_finding, label
from prebeta.analysis.grouping import Case
from prebeta.analysis.joining import Joint, joined
from prebeta.analysis.key import read_cell
from prebeta.analysis.outcome import EXCLUDED
from prebeta.analysis.stages import START, named_alike, own_names
from prebeta.analysis.stats import LEVEL, fisher_greater
from prebeta.core.results import Row
from prebeta.core.types import IMPORTED

Sort = tuple[str, str]
"""Which users a conversation stands for: sample and goal. Imported ones have a goal each, so the sample alone."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A finding in a run: in `count` of `of` valid conversations. `name` is its id there, None where it didn't show."""

    count: int
    of: int
    name: str | None = None


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A finding over the runs, in their order. `seen` has None where a run could not have shown it.

    `state` in the last run that could: new, open, back, gone, not seen. `back` are the places of the runs in which it came
    back after it was gone.
    """

    id: str
    kind: str
    slot: str | None
    label: str
    state: str
    seen: tuple[Seen | None, ...]
    back: tuple[int, ...]

    @property
    def seen_counts(self) -> tuple[int | None, ...]:
        """In how many conversations of each run it showed."""
        return tuple(None if seen is None else seen.count for seen in self.seen)


def recurrences(runs: Sequence[Sequence[Row]]) -> list[Recurrence]:
    """The findings of several runs, each given by the rows of its headline's users; what is there now comes first."""
    valid = [[row for row in rows if row.assessment.outcome not in EXCLUDED] for rows in runs]
    kinds = [Counter((_sort(row), row.assessment.stages) for row in rows) for rows in valid]
    found = [_recurrence(joint, kinds) for joint in joined(valid) if any(map(is_finding, joint.cases))]
    return sorted(found, key=_rank)


def _rank(one: Recurrence) -> tuple[bool, int, int, str]:
    """What came back first; then by how often it shows now, then by how often it ever did."""
    counts = [count for count in one.seen_counts if count is not None]
    return (one.state != "back", -counts[-1], -max(counts), one.id)


def _sort(row: Row) -> Sort:
    return (row.sample, "" if row.policy == IMPORTED else row.goal)


def _recurrence(joint: Joint, kinds: Sequence[Mapping[tuple[Sort, tuple[str, ...]], int]]) -> Recurrence:
    """A mode over the runs. `kinds` counts a run's conversations by sort and stages entered."""
    hits = {at: Counter(_sort(row) for row in _rows(cases)) for at, cases in enumerate(joint.cases) if cases}
    cases = joint.all_cases
    could = _exposed(cases, kinds, hits)
    table = [
        {sort: (hits[at][sort] if at in hits else 0, of) for sort, of in counts.items()}
        for at, counts in enumerate(could)
    ]
    names = [None if mode is None else mode.id for mode in joint.own]
    seen = tuple(
        Seen(sum(count for count, _ in counts.values()), sum(kinds[at].values()), names[at]) if counts else None
        for at, counts in enumerate(table)
    )
    state, back = course(table)
    cell = read_cell(Counter(case.symptom.cell for case in cases).most_common(1)[0][0])
    return Recurrence(joint.id, cell.kind, cell.slot, label(cases), state, seen, back)


def _exposed(
    cases: Sequence[Case], kinds: Sequence[Mapping[tuple[Sort, tuple[str, ...]], int]], shown: Collection[int]
) -> list[Counter[Sort]]:
    """For each run, how many conversations could have shown it, by sort of user. `shown` are the runs that did."""
    sorts = {_sort(case.row) for case in cases}
    stages = {case.symptom.stage or START for case in cases}
    anywhere = START in stages or not all(stages & set(case.row.assessment.stages) for case in cases)
    found: list[Counter[Sort]] = []
    known = own_names(entered for at in shown for _, entered in kinds[at])
    for counts in kinds:
        could: Counter[Sort] = Counter()
        told = named_alike(known, own_names(entered for _, entered in counts))
        for (sort, entered), times in counts.items():
            if sort in sorts and (anywhere or not told or not stages.isdisjoint(entered)):
                could[sort] += times
        found.append(could)
    return found


def _rows(cases: Sequence[Case]) -> list[Row]:
    """The conversations of these flaws, each once."""
    return list({id(case.row): case.row for case in cases}.values())


Table = Sequence[Mapping[Sort, tuple[int, int]]]
"""A run each: sort of user -> (in how many it showed, of how many that were sent); empty where it could not show."""


def course(table: Table) -> tuple[str, tuple[int, ...]]:
    """The state in the last run that could show it, and the places of the runs in which it came back."""
    stretches = _stretches(table)
    known: list[int] = []  # where it showed since it was last gone
    back: list[int] = []
    gone = False
    for there, places in stretches:
        if not there:
            gone = bool(known) and _no_accident(table, known, places)
        elif gone:
            back.append(places[0])
            known, gone = places, False
        else:
            known = known + places
    there, places = stretches[-1]
    if not there:
        return ("gone" if gone else "not seen"), tuple(back)
    if back and back[-1] == places[0]:
        return "back", tuple(back)
    fresh = len(stretches) == 2 and len(places) == 1 and _no_accident(table, places, stretches[0][1])
    return ("new" if fresh else "open"), tuple(back)


def _stretches(table: Table) -> list[tuple[bool, list[int]]]:
    """Runs in a row that show it or don't, those that could not left out."""
    found: list[tuple[bool, list[int]]] = []
    for at, counts in enumerate(table):
        there = any(count for count, _ in counts.values())
        if counts and found and found[-1][0] == there:
            found[-1][1].append(at)
        elif counts:
            found.append((there, [at]))
    return found


def _no_accident(table: Table, there: Sequence[int], away: Sequence[int]) -> bool:
    """Whether runs without it differ from those with it, among the sorts of users that both sent."""
    both = {sort for at in there for sort in table[at]} & {sort for at in away for sort in table[at]}
    with_it = [table[at][sort] for at in there for sort in both if sort in table[at]]
    without = sum(table[at][sort][1] for at in away for sort in both if sort in table[at])
    hits, of = sum(count for count, _ in with_it), sum(count for _, count in with_it)
    return bool(without) and fisher_greater(hits, of, 0, without) < LEVEL
