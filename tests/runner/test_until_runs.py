"""Runs that stop by themselves, and runs that begin with those that failed before: what is held, in which order, and that
neither changes who is sent."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from prebeta.analysis.sequential import Until, fewest
from prebeta.analysis.until import beginning
from prebeta.config import Project
from prebeta.core.errors import UsageError
from prebeta.core.events import ConversationStarted
from prebeta.core.types import Job
from prebeta.runner import Enough, FailedAgain, Kept, Plan, Result, RunOptions, Told, aresume, arun
from prebeta.runner.queue import Queue, in_order
from prebeta.runner.record import new_run
from prebeta.store import Store

QUICK_S, SLOW_S = 0.002, 0.06


class Desk:
    """Books a day; on Tuesdays it books another, and takes its time about it."""

    seconds = SLOW_S
    wrong = ("tuesday",)

    async def start(self) -> str:
        return "Hello! Which day would you like to come?"

    async def send(self, text: str) -> dict[str, Any]:
        day = next((day for day in ("monday", "tuesday", "wednesday", "thursday") if day in text.lower()), None)
        if day is None:
            return {"messages": ["Which day would you like?"]}
        fails = day in self.wrong
        await asyncio.sleep(self.seconds if fails else QUICK_S)
        return {"messages": ["It is booked. Goodbye!"], "ended": True, "state": {"day": "sunday" if fails else day}}


def project_of(folder: Path, **changed: Any) -> Project:
    product = type("AnyDesk", (Desk,), changed)
    made = Project(
        target=product,
        end_state={"when": {"ended": True, "state": "present"}, "facts": {"day": {"path": "state.day"}}},  # type: ignore[arg-type]
        goals=[{"goal": "book", "slots": {"day": ["Monday", "Tuesday", "Wednesday", "Thursday"]}}],  # type: ignore[arg-type]
        limits={"concurrency": 20},  # type: ignore[arg-type]
        behaviors=dict.fromkeys(("clarify", "out_of_domain", "correct_fact", "format_variant", "mistype"), 0.0),
    )
    return made.placed(made.document, folder)


class Watch:
    """An observer that notes what it is told."""

    def __init__(self, at: Callable[[Told], None] = lambda told: None) -> None:
        self.told: list[Told] = []
        self._at = at

    def __call__(self, told: Told) -> None:
        self.told.append(told)
        self._at(told)

    def of(self, kind: type) -> list[Any]:
        return [one for one in self.told if isinstance(one, kind)]


# --- until ------------------------------------------------------------------------------------------------


async def test_failures_that_take_longer_do_not_fool_it(tmp_path: Path) -> None:
    watch = Watch()
    result = await arun(project_of(tmp_path), RunOptions(until="±12%", seed=4), watch, tmp_path / "s.db")
    until = result.summary["until"]
    (enough,) = watch.of(Enough)
    assert (until["reached"], until["answer"], result.run.state) == (True, "yes", "done")
    assert enough.wanted == until["wanted"] == "±12 points"

    # What ended first failed less often than what was begun: a rate of those would be too low.
    ended_first = [kept.assessment.failed for kept in watch.of(Kept)][: enough.after // 2]
    begun_first = [row.assessment.failed for row in result.rows][: enough.after // 2]
    assert sum(ended_first) < sum(begun_first)

    # Counted is the beginning of the plan, without a gap, and all of it.
    assert [row.position for row in result.rows] == list(range(len(result.rows)))
    assert until["counted"] == until["held"] == len(result.rows) < 2000
    assert until["saved"] == 2000 - len(result.rows)
    assert until["failed"] == sum(row.assessment.failed for row in result.rows)
    assert result.failure_rate == until["rate"]
    assert result.interval == tuple(until["interval"])
    assert until["interval"][1] - until["interval"][0] <= 0.24


async def test_it_stops_where_plan_order_says_whatever_the_speed(tmp_path: Path) -> None:
    """The same product, its failures slow or quick: decided after the same user, by the same outcomes."""
    where = []
    for seconds in (0.0, SLOW_S):
        watch = Watch()
        options = RunOptions(until="±15%", seed=6)
        await arun(project_of(tmp_path, seconds=seconds), options, watch, tmp_path / f"{seconds}.db")
        with Store.open(tmp_path / f"{seconds}.db", create=False) as store:
            run = store.run("latest")
            found = beginning(run, Until.parse("±15%"), store.rows(run.id))
        assert run.project["until"] == {"wanted": "±15 points", "reached_at": found.reached_at}
        where.append(found.reached_at)
    assert where[0] == where[1]


async def test_a_stopped_run_is_a_beginning_of_the_whole_one_and_pairs_with_it(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    stopped = await arun(project, RunOptions(until="±15%", seed=2), None, tmp_path / "s.db")
    whole = await arun(project, RunOptions(n=len(stopped.rows), seed=2, sample="census"), None, tmp_path / "s.db")
    mixed = await arun(project, RunOptions(n=2 * len(stopped.rows), seed=2), None, tmp_path / "s.db")
    assert [row.scenario for row in stopped.rows] == [row.scenario for row in whole.rows]
    assert {row.scenario for row in stopped.rows} == {row.scenario for row in mixed.rows if row.sample == "census"}


async def test_resuming_a_run_that_stopped_holds_nothing_more(tmp_path: Path) -> None:
    project, watch = project_of(tmp_path), Watch()
    stopped = await arun(project, RunOptions(until="±20%"), None, tmp_path / "s.db")
    again = await aresume(tmp_path / "s.db", stopped.run.id, watch, project)
    assert again.summary == stopped.summary
    assert watch.told == []


@pytest.mark.parametrize("repeats", [1, 3])
async def test_an_interrupted_run_goes_on_to_the_same_stop(tmp_path: Path, repeats: int) -> None:
    project, options = (
        project_of(tmp_path, seconds=0.0),
        RunOptions(until="±15%", seed=3, repeats=repeats, concurrency=4),
    )
    straight = await arun(project, options, None, tmp_path / "straight.db")

    seen = 0

    class Enough_(Exception):
        pass

    def break_off(told: Told) -> None:
        nonlocal seen
        seen += isinstance(told, Kept)
        if seen == 25:
            raise Enough_

    with pytest.raises(Enough_):
        await arun(project, options, break_off, tmp_path / "s.db")
    with Store.open(tmp_path / "s.db", create=False) as store:
        run = store.run("latest")
        assert run.state == "interrupted"
        half = Result.of(store, run.id).summary["until"]
    assert (half["reached"], half["saved"]) == (False, 0)
    assert 0 < half["counted"] < straight.summary["until"]["counted"]
    resumed = await aresume(tmp_path / "s.db", "latest", None, project)
    assert resumed.run.state == "done"
    assert resumed.run.project["until"] == straight.run.project["until"]
    assert resumed.summary["until"]["reached"]
    assert len(resumed.rows) <= len(straight.rows) + 8  # what stood open is held first, not after everybody else


async def test_a_run_interrupted_after_enough_was_known_is_done_when_resumed(tmp_path: Path) -> None:
    project = project_of(tmp_path, seconds=0.4)

    class Gone(Exception):
        pass

    def leave(told: Told) -> None:
        if isinstance(told, Enough):
            raise Gone

    with pytest.raises(Gone):
        await arun(project, RunOptions(until="<60%", seed=1), leave, tmp_path / "s.db")
    watch = Watch()
    resumed = await aresume(tmp_path / "s.db", "latest", watch, project)
    assert resumed.run.state == "done"
    assert resumed.summary["until"]["answer"] == "yes"
    assert watch.of(ConversationStarted) == []


async def test_the_bound_comes_first(tmp_path: Path) -> None:
    result = await arun(project_of(tmp_path, seconds=0.0), RunOptions(n=40, until="±3%"), None, tmp_path / "s.db")
    until = result.summary["until"]
    assert (result.run.state, until["reached"], until["held"], until["saved"]) == ("done", False, 40, 0)
    low, high = until["interval"]
    assert high - low > 0.06


async def test_when_time_is_up_only_the_beginning_counts(tmp_path: Path) -> None:
    options = RunOptions(until="±3%", max_time_s=0.3, concurrency=5)
    result = await arun(project_of(tmp_path), options, None, tmp_path / "s.db")
    until = result.summary["until"]
    assert (result.run.state, until["reached"], until["saved"]) == ("interrupted", False, 0)
    gap = next((at for at, row in enumerate(result.rows) if row.position != at), len(result.rows))
    assert until["counted"] == gap
    assert until["failed"] == sum(row.assessment.failed for row in result.rows[:gap])


async def test_a_claim_can_be_refuted(tmp_path: Path) -> None:
    result = await arun(project_of(tmp_path, seconds=0.0), RunOptions(until="<1%", seed=1), None, tmp_path / "s.db")
    until = result.summary["until"]
    assert (until["answer"], until["reached"]) == ("no", True)
    assert until["interval"][0] > 0.01
    assert until["held"] < 60


async def test_a_claim_that_holds_takes_as_many_as_foretold(tmp_path: Path) -> None:
    project = project_of(tmp_path, wrong=())
    result = await arun(project, RunOptions(until="<5%", concurrency=1), None, tmp_path / "s.db")
    until = result.summary["until"]
    assert (until["answer"], until["failed"]) == ("yes", 0)
    assert until["counted"] - 69 in (0, 1)  # one may have been under way
    assert result.run.project["until"]["reached_at"] == fewest(Until.parse("<5%")) == 69
    assert 0.045 < until["interval"][1] <= 0.05


async def test_of_a_mixed_run_only_typical_users_count(tmp_path: Path) -> None:
    options = RunOptions(until="±20%", sample="mixed", seed=5)
    result = await arun(project_of(tmp_path, seconds=0.0), options, None, tmp_path / "s.db")
    until = result.summary["until"]
    typical = [row for row in result.rows if row.sample == "census"]
    assert until["counted"] == len(typical) < until["held"]
    assert until["failed"] == sum(row.assessment.failed for row in typical)
    assert until["held"] + until["saved"] == 4000


async def test_other_users_are_sent_where_the_headlines_were(tmp_path: Path) -> None:
    options = RunOptions(until="±20%", users=("agenda", "autopilot"), seed=5)
    result = await arun(project_of(tmp_path, seconds=0.0), options, None, tmp_path / "s.db")
    mine = {row.scenario for row in result.rows if row.policy == "agenda"}
    others = {row.scenario for row in result.rows if row.policy == "autopilot"}
    assert result.run.state == "done"
    assert others
    assert others <= mine
    assert result.summary["until"]["held"] == len(mine)


def test_what_makes_no_sense_is_refused() -> None:
    with pytest.raises(UsageError, match="too high at every moment"):
        RunOptions(until="±3%", failed_first="latest")
    with pytest.raises(UsageError, match="probing users"):
        RunOptions(until="±3%", sample="hunt")
    with pytest.raises(UsageError, match="±3%"):
        RunOptions(until="3")


def test_without_n_there_is_room_enough_to_know_it(tmp_path: Path) -> None:
    project = project_of(tmp_path)
    assert new_run(project, RunOptions()).conversations == 100
    run = new_run(project, RunOptions(until="±3%"))
    assert (run.conversations, run.sample) == (2000, "census")
    assert new_run(project, RunOptions(until="<0.1%")).conversations > 2 * 2995
    assert new_run(project, RunOptions(until="±3%", sample="mixed")).conversations == 4000
    assert new_run(project, RunOptions(until="±3%", n=7, sample="mixed")).conversations == 7


@settings(deadline=None, max_examples=30, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(n=st.integers(1, 12), repeats=st.integers(1, 3), sample=st.sampled_from(["census", "mixed"]))
def test_places_in_the_plan_tell_who_a_user_is(tmp_path: Path, n: int, repeats: int, sample: str) -> None:
    """What counting the beginning rests on, and analysis can't ask the plan for."""
    project = project_of(tmp_path)
    run = new_run(project, RunOptions(n=n, repeats=repeats, sample=sample, until="±3%"))
    jobs = Plan.of(project, run).jobs
    for place, job in enumerate(jobs):
        assert jobs[place % n].scenario == job.scenario
        assert job.repeat == place // n
        assert job.scenario.sample == ("census" if sample == "census" or place % n % 2 == 0 else "hunt")


# --- failed first -----------------------------------------------------------------------------------------


async def test_those_that_failed_go_first_and_the_line_tells_what_became_of_them(tmp_path: Path) -> None:
    place = tmp_path / "s.db"
    before = await arun(
        project_of(tmp_path, seconds=0.0, wrong=("tuesday", "monday")), RunOptions(n=60, seed=8), None, place
    )
    watch = Watch()
    options = RunOptions(failed_first="latest", concurrency=1)
    after = await arun(project_of(tmp_path, seconds=0.0), options, watch, place)

    failed = [row.scenario for row in before.rows if row.assessment.failed]
    order = [told.job.scenario.id for told in watch.of(ConversationStarted)]
    assert order[: len(failed)] == failed
    # Same users, same seeds, same places in the plan: whatever the order, runs pair.
    assert (after.run.conversations, after.run.seed, after.run.sample) == (60, 8, "mixed")
    assert [(row.scenario, row.seed, row.position) for row in after.rows] == [
        (row.scenario, row.seed, row.position) for row in before.rows
    ]
    still = {row.scenario for row in after.rows if row.assessment.failed} & set(failed)
    (told,) = watch.of(FailedAgain)
    assert told.again == after.summary["failed_first"]
    assert told.again == {
        "run": before.run.id,
        "failed": len(failed),
        "passed": len(failed) - len(still),
        "still": len(still),
        "excluded": 0,
        "missing": 0,
    }
    assert 0 < len(still) < len(failed)
    # It is told as soon as they are through, not at the end.
    assert len([one for one in watch.told[: watch.told.index(told)] if isinstance(one, Kept)]) == len(failed)


async def test_what_is_given_goes_before_the_earlier_runs(tmp_path: Path) -> None:
    place, project = tmp_path / "s.db", project_of(tmp_path, seconds=0.0)
    await arun(project, RunOptions(n=40, seed=8, release="one"), None, place)
    after = await arun(project, RunOptions(failed_first="one", n=20, seed=8, sample="census"), None, place)
    assert (after.run.conversations, after.run.sample) == (20, "census")
    assert after.summary["failed_first"]["missing"] == 0 or after.summary["failed_first"]["failed"] < 20


async def test_an_interrupted_run_keeps_its_order(tmp_path: Path) -> None:
    place, project = tmp_path / "s.db", project_of(tmp_path, seconds=0.0)
    before = await arun(project, RunOptions(n=60, seed=8), None, place)
    failed = {row.scenario for row in before.rows if row.assessment.failed}

    class Gone(Exception):
        pass

    kept = 0

    def leave(told: Told) -> None:
        nonlocal kept
        kept += isinstance(told, Kept)
        if kept == 3:
            raise Gone

    with pytest.raises(Gone):
        await arun(project, RunOptions(failed_first=before.run.id, concurrency=1), leave, place)
    watch = Watch()
    await aresume(place, "latest", watch, project, concurrency=1)
    order = [told.job.scenario.id for told in watch.of(ConversationStarted)]
    left = len(failed) - 3
    assert set(order[: left - 1]) <= failed
    assert not set(order[left + 1 :]) & failed
    (told,) = watch.of(FailedAgain)
    assert told.again["failed"] == len(failed)


async def test_after_a_run_that_stopped_by_itself_its_own_users_are_sent(tmp_path: Path) -> None:
    place, project = tmp_path / "s.db", project_of(tmp_path, seconds=0.0)
    stopped = await arun(project, RunOptions(until="±20%"), None, place)
    after = await arun(project, RunOptions(failed_first="latest"), None, place)
    assert [row.scenario for row in after.rows] == [row.scenario for row in stopped.rows]


async def test_where_nobody_failed_that_is_said_at_once(tmp_path: Path) -> None:
    place, watch = tmp_path / "s.db", Watch()
    await arun(project_of(tmp_path, wrong=()), RunOptions(n=10), None, place)
    await arun(project_of(tmp_path, wrong=()), RunOptions(failed_first="latest"), watch, place)
    (told,) = watch.of(FailedAgain)
    assert told.again["failed"] == told.again["missing"] == 0


async def test_without_a_store_there_is_nobody_to_go_first(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no store yet"):
        await arun(project_of(tmp_path), RunOptions(failed_first="latest"), None, tmp_path / "s.db")
    assert not (tmp_path / "s.db").exists()


# --- the queue --------------------------------------------------------------------------------------------


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_nobody_is_lost_and_nobody_twice_in_any_order(tmp_path: Path, data: st.DataObject) -> None:
    project = project_of(tmp_path)
    repeats = data.draw(st.integers(1, 3))
    options = RunOptions(
        n=8, repeats=repeats, users=("agenda", "autopilot"), until=data.draw(st.sampled_from([None, "±3%"]))
    )
    run = new_run(project, options)
    jobs = Plan.of(project, run).jobs
    names = sorted({job.scenario.id for job in jobs})
    if options.until is None:
        failed = data.draw(st.lists(st.sampled_from(names), unique=True))
        run.project["failed_first"] = {"run": "r0", "failed": failed, "flawed": []}
    ordered = in_order(run, jobs)
    assert sorted(ordered, key=lambda job: job.conversation) == sorted(jobs, key=lambda job: job.conversation)

    queue, taken = Queue(run, ordered, set()), list[Job]()
    close_at = data.draw(st.integers(0, len(jobs)))
    for job in queue:
        taken.append(job)
        if len(taken) == close_at:
            queue.close()
    assert queue.spared == (len(jobs) - len(taken) if queue.closed else 0)
    headline = {job.scenario.id for job in taken if job.policy == "agenda"}
    if 0 < close_at <= len(taken) and queue.closed:
        assert all(job.scenario.id in headline for job in taken[close_at:])
        assert all(job.policy != "agenda" for job in taken[close_at:])
