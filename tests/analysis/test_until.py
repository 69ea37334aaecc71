"""What counts of a run that stops by itself: the beginning of its plan, however its conversations end."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebeta.analysis.failed_first import again, line, to_hold_first
from prebeta.analysis.sequential import Until, bounds
from prebeta.analysis.summary import summarise
from prebeta.analysis.until import beginning, standing, to_json, until_of
from prebeta.core.results import Assessment, Row, Run
from prebeta.core.types import Sample, Stop

OUTCOMES = {True: "ABANDONED", False: "REACHED", None: "SIM_FAULT"}


def run_of(n: int, wanted: str = "±20 points", sample: str = "census", repeats: int = 1, **told: object) -> Run:
    project = {"until": {"wanted": wanted, **told}}
    return Run("r1", 1, n * repeats, "done", 0.0, sample=sample, repeats=repeats, seconds=10.0, project=project)


def row(position: int, failed: bool | None, sample: Sample = "census", repeat: int = 0, n: int = 1000) -> Row:
    """A conversation at a place of the plan; None is one that doesn't count."""
    assessment = Assessment(OUTCOMES[failed], bool(failed), bool(failed), "product" if failed else None)
    scenario, place = f"s{position}", position + n * repeat
    stop = Stop("user", "done")
    return Row(
        f"c{place}", "r1", scenario, 1, "", "", (), sample, "agenda", repeat, stop, assessment, None, None, 4, 1.0,
        cost_usd=0.01, position=place,
    )  # fmt: skip


def test_only_the_beginning_of_the_plan_counts() -> None:
    """The fourth user is still talking: whoever came after it does not count, however many they are."""
    run = run_of(1000)
    rows = [row(0, False), row(1, True), row(2, False), *(row(at, False) for at in range(4, 300))]
    found = standing(run, rows)
    assert found is not None
    assert (found.counted, found.valid, found.failed, found.rate) == (3, 3, 1, pytest.approx(1 / 3))
    assert found.interval == bounds(Until("within", 0.2), {1.0: 1, 0.0: 2})
    assert (found.held, found.saved, found.answer) == (299, 0, None)


def test_of_a_mixed_run_typical_users_count_and_the_others_are_no_gap() -> None:
    run = run_of(1000, sample="mixed")
    rows = [row(at, at % 4 == 0, "census" if at % 2 == 0 else "hunt") for at in (0, 2, 4, 5, 6)]
    found = standing(run, rows)
    assert found is not None
    assert (found.counted, found.failed) == (4, 2)


def test_conversations_that_do_not_count_are_no_gap_either() -> None:
    found = standing(run_of(1000), [row(0, None), row(1, True), row(2, None), row(3, False)])
    assert found is not None
    assert (found.counted, found.failed, found.held) == (2, 1, 4)


def test_a_user_counts_once_all_its_repeats_are_there() -> None:
    run = run_of(1000, repeats=3)
    rows = [row(0, True, repeat=0), row(0, False, repeat=1), row(0, None, repeat=2), row(1, True, repeat=1)]
    found = standing(run, rows)
    assert found is not None
    assert (found.counted, found.valid, found.failed, found.rate) == (1, 2, 1, 0.5)
    found = standing(run, [*rows, row(1, True, repeat=0), row(1, True, repeat=2)])
    assert found is not None
    assert (found.counted, found.valid, found.failed, found.rate) == (2, 5, 4, 0.75)


@given(st.lists(st.sampled_from([True, False, None]), max_size=60), st.randoms(use_true_random=False))
def test_the_order_in_which_conversations_end_plays_no_part(outcomes: Sequence[bool | None], rng: object) -> None:
    run, until = run_of(1000), Until("within", 0.2)
    rows = [row(at, failed) for at, failed in enumerate(outcomes)]
    straight = beginning(run, until, rows)
    rng.shuffle(rows)  # type: ignore[attr-defined]
    ended = beginning(run, until, ())
    for one in rows:
        ended.add(one.position, one.assessment)
    assert (ended.outcomes, ended.reached_at) == (straight.outcomes, straight.reached_at)
    assert (ended.valid, ended.failed) == (straight.valid, straight.failed)


def test_reached_it_stays_reached_whatever_those_under_way_bring() -> None:
    run = run_of(1000)
    rows = [row(at, at % 2 == 0) for at in range(80)]
    at = beginning(run, Until("within", 0.2), rows).reached_at
    assert at is not None
    first = standing(run_of(1000, reached_at=at), rows[:at])
    later = standing(run_of(1000, reached_at=at), [*rows[:at], *(row(at + more, True) for more in range(3))])
    assert first is not None
    assert later is not None
    assert later.answer == first.answer == "yes"
    assert first.interval[0] <= later.interval[0] <= later.interval[1] <= first.interval[1]


def test_the_summary_quotes_the_interval_that_holds_in_spite_of_stopping() -> None:
    rows = [row(at, at % 3 == 0) for at in range(60)]
    run = run_of(500)
    summary = summarise(run, rows)
    found = standing(run, rows)
    assert found is not None
    assert summary["until"] == to_json(found, 10.0, 0.6)
    assert summary["interval"] == list(found.interval) == summary["users"]["agenda"]["interval"]
    assert summary["failure_rate"] == found.rate
    plain = summarise(Run("r1", 1, 500, "done", 0.0, sample="census", project={}), rows)
    assert "until" not in plain
    assert plain["interval"] != summary["interval"]


def test_what_was_saved_is_worth_what_the_held_ones_took() -> None:
    rows = [row(at, False) for at in range(100)]
    found = standing(run_of(500, "<20%"), rows)
    assert found is not None
    told = to_json(found, seconds=10.0, cost_usd=1.0)
    assert (told["wanted"], told["reached"], told["answer"]) == ("<20%", True, "yes")
    assert (told["held"], told["saved"], told["saved_seconds"], told["saved_usd"]) == (100, 400, 40.0, 4.0)


def test_a_run_that_goes_to_its_end_has_no_standing() -> None:
    run = Run("r1", 1, 5, "done", 0.0, project={})
    assert until_of(run) is None
    assert standing(run, [row(0, True)]) is None


def test_nothing_counted_is_nothing_known() -> None:
    summary = summarise(run_of(10), [row(0, None)])
    assert (summary["failure_rate"], summary["interval"], summary["until"]["rate"]) == (None, None, None)


# --- those that failed before go first -------------------------------------------------------------------


def first(failed: Sequence[str], repeats: int = 1) -> Run:
    project = {"failed_first": {"run": "r0", "failed": list(failed), "flawed": []}}
    return Run("r1", 1, 100, "done", 0.0, repeats=repeats, project=project)


def held(*several: tuple[str, bool | None]) -> list[tuple[str, Assessment]]:
    return [(scenario, row(0, failed).assessment) for scenario, failed in several]


def test_who_goes_first() -> None:
    before = Run("r0", 1, 5, "done", 0.0)
    flawed = Row(**{**_fields(row(3, False)), "assessment": Assessment("REACHED", failed=False, flawed=True)})
    rows = [row(4, True), row(0, True), row(1, False), flawed, row(2, None)]
    assert to_hold_first(before, rows) == {"run": "r0", "failed": ["s0", "s4"], "flawed": ["s3"]}


def test_what_became_of_them() -> None:
    found = again(first(["a", "b", "c", "d"]), held(("a", False), ("b", True), ("c", None), ("x", True)))
    assert found == {"run": "r0", "failed": 3, "passed": 1, "still": 1, "excluded": 1, "missing": 1}
    assert line(found) == (
        "of 3 that failed in r0: 1 passes now, 1 still fails, 1 can't be told (not the product's to answer for);"
        " 1 more are not among this run's users"
    )


def test_of_repeats_one_that_fails_is_enough_and_all_must_be_there() -> None:
    found = again(
        first(["a", "b", "c"], repeats=2), held(("a", False), ("a", True), ("b", False), ("b", None), ("c", True))
    )
    assert found == {"run": "r0", "failed": 2, "passed": 1, "still": 1, "excluded": 0, "missing": 1}


def test_the_line_where_nobody_failed() -> None:
    found = again(first([]), held(("a", True)))
    assert found is not None
    assert line(found) == "of those that failed in r0: nobody failed in it"
    assert again(Run("r1", 1, 5, "done", 0.0), []) is None


def _fields(one: Row) -> dict[str, object]:
    return {name: getattr(one, name) for name in Row.__slots__}
