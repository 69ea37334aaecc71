"""A finding over the runs: gone only where that is no accident, back only after it was gone."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from written_conversations import broke, row

from prebeta.analysis.recurrence import Recurrence, course, recurrences
from prebeta.core.results import Row
from prebeta.core.types import IMPORTED

DAY = ("census", "book a repair")


def held(loops: int, of: int, sample: str = "census") -> list[Row]:
    """A run in which so many of its conversations loop at the day."""
    return [
        broke(n, "LOOP", "day", sample=sample, stages=("bike", "day"))
        if n < loops
        else row(n, sample=sample, stages=("bike", "day", "confirm"))
        for n in range(of)
    ]


def only(*runs: list[Row]) -> Recurrence:
    (found,) = recurrences(runs)
    return found


@pytest.mark.parametrize(
    ("counts", "state", "back"),
    [
        ((8, 4), "open", ()),
        ((8, 4, 0), "gone", ()),
        ((8, 0, 0), "gone", ()),
        ((2, 0), "not seen", ()),  # 2 of 50 and none: that comes by chance in one of four
        ((0, 0, 9), "new", ()),
        ((0, 9, 8), "open", ()),  # it was new once
        ((0, 1), "open", ()),
        ((8, 0, 3), "back", (2,)),
        ((8, 0, 3, 2), "back", (2,)),
        ((8, 0, 1, 0), "not seen", (2,)),  # what came back once in 50 may still be there
        ((8, 0, 9, 0), "gone", (2,)),
        ((8, 0, 9, 0, 7), "back", (2, 4)),
        ((1, 0, 1), "open", ()),  # a rare one that was just not met is no regression
    ],
)
def test_the_course_of_a_finding(counts: tuple[int, ...], state: str, back: tuple[int, ...]) -> None:
    found = only(*(held(count, 50) for count in counts))
    assert (found.state, found.back, found.seen_counts) == (state, back, counts)


def test_one_fault_is_one_line_whatever_a_run_calls_it() -> None:
    said = "sorry which day was that again"
    first = [broke(n, "LOOP", "day", said=said, slot="day", stages=("day",)) for n in range(9)]
    later = [broke(n, "LOOP", "day", said=said, slot="day", trigger="question", stages=("day",)) for n in range(4)]
    runs = ([*first, *(row(n) for n in range(9, 30))], [*later, *(row(n) for n in range(4, 30))])
    assert [len(recurrences([run])) for run in runs] == [1, 1]
    found = only(*runs)
    assert found.seen_counts == (9, 4)
    names = [one.name for one in found.seen if one is not None]
    assert names[0] != names[1]
    assert found.id == names[1]  # what the last run calls it, so that it can be looked into


def test_a_run_that_sent_no_such_users_tells_nothing_of_it() -> None:
    probing = held(8, 50, "hunt")
    found = only(probing, held(0, 50, "census"), held(3, 50, "hunt"))
    assert (found.seen_counts, found.state, found.back) == ((8, None, 3), "open", ())


def test_a_fault_behind_another_one_is_not_gone() -> None:
    blocked = [broke(n, "DEAD_END", "bike", stages=("bike",)) for n in range(50)]
    found = {one.kind: one for one in recurrences([held(8, 50), blocked, held(8, 50)])}
    assert (found["LOOP"].seen_counts, found["LOOP"].state, found["LOOP"].back) == ((8, None, 8), "open", ())
    assert found["DEAD_END"].seen_counts == (0, 50, 0)
    few = [*blocked[:48], *held(0, 2)]  # two came as far as that: too few to say
    found = {one.kind: one for one in recurrences([held(8, 50), few, held(8, 50)])}
    assert (found["LOOP"].seen_counts, found["LOOP"].state) == ((8, 0, 8), "open")


def test_conversations_outside_the_rate_could_not_have_shown_it() -> None:
    crashed = [row(n, "INFRA", stages=("bike", "day")) for n in range(50)]
    found = only(held(8, 50), crashed, held(3, 50))
    assert (found.seen_counts, found.state) == ((8, None, 3), "open")


def test_imported_conversations_are_one_sort_though_each_has_a_goal_of_its_own() -> None:
    def log(loops: int) -> list[Row]:
        rows = held(loops, 50)
        return [replace(one, policy=IMPORTED, goal=f"opening {n} {loops}") for n, one in enumerate(rows)]

    found = only(log(8), log(0))
    assert (found.seen_counts, found.state) == ((8, 0), "gone")


def test_what_no_run_by_itself_would_tell_is_no_finding() -> None:
    """A flaw that is no conversation's first counts from the third on, in one run."""

    def flawed(times: int) -> list[Row]:
        second = broke(0, "LOOP", "day").assessment.symptoms[0]
        rows = [broke(n, "DEAD_END", "bike", second, stages=("bike", "day")) for n in range(times)]
        return [*rows, *(row(n) for n in range(times, 20))]

    assert {one.kind for one in recurrences([flawed(2), flawed(2)])} == {"DEAD_END"}
    assert {one.kind for one in recurrences([flawed(3), flawed(0)])} == {"DEAD_END", "LOOP"}


def test_what_came_back_stands_first_and_then_what_is_there_now() -> None:
    def both(loops: int, ends: int) -> list[Row]:
        ended = [broke(n, "DEAD_END", "bike", stages=("bike",)) for n in range(ends)]
        return [*held(loops, 50), *ended, *(row(n, stages=("bike",)) for n in range(50 - ends))]

    assert [one.kind for one in recurrences([both(8, 30), both(0, 20), both(2, 20)])] == ["LOOP", "DEAD_END"]
    assert [one.kind for one in recurrences([both(9, 3), both(0, 4)])] == ["DEAD_END", "LOOP"]


def test_no_rows_at_all() -> None:
    assert recurrences([[], []]) == []


@given(st.lists(st.none() | st.integers(0, 40), min_size=1, max_size=12).filter(any))
def test_properties_of_a_course(counts: list[int | None]) -> None:
    table = [{} if count is None else {DAY: (count, 40)} for count in counts]
    state, back = course(table)
    known = [count for count in counts if count is not None]
    assert (state in ("gone", "not seen")) == (known[-1] == 0)
    for at in back:
        assert counts[at]
        before = [count for count in counts[:at] if count is not None]
        assert before[-1] == 0
        assert any(before)
    assert list(back) == sorted(set(back))
    # what could not show it changes nothing
    assert course([{DAY: (count, 40)} for count in known])[0] == state


def test_a_run_that_names_its_stages_otherwise_could_have_shown_it() -> None:
    other = [row(n, stages=("n0", "n1", "confirm")) for n in range(50)]
    found = only(held(20, 50), other)
    assert (found.seen_counts, found.state) == ((20, 0), "gone")
