from __future__ import annotations

import io
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st
from rich.console import Console
from written_conversations import broke, row

from prebeta.analysis.funnel import by_behavior, funnel, grouped
from prebeta.core.results import Row
from prebeta.report.funnel import render_groups

WAY = ("bike", "day", "confirm")


def people(failing: int, well: int, name: str, at: int = 2) -> list[Row]:
    """Rows of users with a behavior, so many of whom failed at the stage of that place."""
    made = [broke(0, "LOOP", WAY[at - 1], stages=WAY[:at]) for _ in range(failing)]
    made += [row(0, stages=WAY) for _ in range(well)]
    return [
        replace(one, id=f"{name}{at}", assessment=replace(one.assessment, fired=(name,))) for at, one in enumerate(made)
    ]


def test_who_fails_more_than_the_others_and_where() -> None:
    rows = [*people(20, 20, "hasty"), *people(3, 37, "calm"), *people(2, 38, "chatty")]
    first, *others = grouped(rows, by_behavior(rows))
    assert (first.name, first.conversations, first.failed, first.more) == ("hasty", 40, 20, ("day",))
    assert [(one.stage, one.entered, one.left_failed) for one in first.stages] == [
        ("bike", 40, 0), ("day", 40, 20), ("confirm", 20, 0),
    ]  # fmt: skip
    assert [one.more for one in others] == [(), ()]
    console = Console(file=io.StringIO(), width=40, markup=False, highlight=False)
    render_groups("behavior", (first, *others), len(rows), 25, console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "hasty: 20 of 40 failed (50 %)" in shown
    assert "more than others at day" in shown
    assert max(map(len, shown.splitlines())) <= 40


def test_a_small_group_is_an_anecdote() -> None:
    rows = [*people(14, 0, "rare"), *people(0, 100, "calm")]
    assert [one.more for one in grouped(rows, by_behavior(rows))] == [(), ()]


def test_groups_that_are_alike_are_not_told_apart() -> None:
    rows = [one for at in range(20) for one in people(8, 32, f"kind{at}")]
    assert not any(one.more for one in grouped(rows, by_behavior(rows)))


def test_without_groups_there_are_none() -> None:
    rows = people(1, 1, "calm")
    assert grouped(rows, {}) == ()
    assert funnel([]) == ()


@given(st.lists(st.tuples(st.lists(st.sampled_from("abcd"), min_size=1, max_size=6), st.booleans()), max_size=30))
def test_everyone_who_failed_left_at_one_stage(held: list[tuple[list[str], bool]]) -> None:
    rows = [
        broke(at, "LOOP", path[-1], stages=tuple(path)) if failed else row(at, stages=tuple(path))
        for at, (path, failed) in enumerate(held)
    ]
    stages = funnel(rows)
    assert sum(one.left_failed for one in stages) == sum(failed for _, failed in held)
    assert all(0.0 <= one.drop_off <= 1.0 and one.entered <= len(rows) for one in stages)
