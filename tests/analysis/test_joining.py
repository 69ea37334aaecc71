"""Failure modes of several runs: what one run tells apart is told apart in all of them."""

from __future__ import annotations

from itertools import combinations

from hypothesis import given, settings
from hypothesis import strategies as st
from runs_to_compare import flaw, held, showing

from prebeta.analysis.grouping import modes
from prebeta.analysis.joining import joined
from prebeta.core.results import Row

FLAWS = (
    *(flaw("LOOP", slot, slot=slot) for slot in ("day", "bike", "phone")),
    *(flaw("DEAD_END", stage) for stage in ("day", "phone")),
    flaw("LEAK", "confirm"),
)
runs = st.lists(st.lists(st.integers(0, 8), min_size=len(FLAWS), max_size=len(FLAWS)), min_size=1, max_size=4)


def run_with(counts: list[int]) -> list[Row]:
    rows = held("." * 20)
    for symptom, count in zip(FLAWS, counts, strict=True):
        rows = showing(rows, symptom, range(count))
    return rows


@settings(max_examples=60)
@given(runs)
def test_every_flaw_is_in_one_and_none_is_together_that_a_run_has_apart(counts: list[list[int]]) -> None:
    several = [run_with(each) for each in counts]
    found = joined(several)
    for at, rows in enumerate(several):
        flaws = [(case.row.id, case.symptom.cell) for joint in found for case in joint.cases[at]]
        assert sorted(flaws) == sorted((row.id, one.cell) for row in rows for one in row.assessment.symptoms)
        apart = [{case.symptom.cell for case in mode.cases} for mode in modes(rows)]
        for one, other in combinations(apart, 2):
            for joint in found:
                cells = {case.symptom.cell for case in joint.all_cases}
                assert not (cells & one and cells & other)


@given(st.lists(st.integers(0, 8), min_size=len(FLAWS), max_size=len(FLAWS)))
@settings(max_examples=30)
def test_of_one_run_they_are_its_own(counts: list[int]) -> None:
    rows = run_with(counts)
    alone = {mode.id: len(mode.cases) for mode in modes(rows)}
    assert {joint.id: len(joint.all_cases) for joint in joined([rows])} == alone
