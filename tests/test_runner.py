from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import prebeta
from prebeta.config import Project
from prebeta.core.errors import Interrupted, StoreError, UnreachableError, UsageError
from prebeta.core.events import ConversationStarted, RunEnded, TurnTaken
from prebeta.core.results import Row
from prebeta.runner import Begun, Kept, Result, RunOptions, Told, aresume, arun, resume, run, store_path
from prebeta.store import Store, Stored

PRODUCT = '''
class Tables:
    """Books a table once it knows day and size; takes Tuesday for Monday."""
    prebeta_inline = True

    def __init__(self):
        self.day = self.size = None

    def start(self):
        return {"messages": ["Hello! Which day would you like to come?"], "options": ["Monday", "Tuesday"]}

    def send(self, text):
        low = text.lower()
        self.day = next((day for day in ("monday", "tuesday", "wednesday") if day in low), self.day)
        self.size = next((size for size in ("two", "four", "six") if size in low), self.size)
        if self.day is None:
            return {"messages": ["Which day would you like?"]}
        if self.size is None:
            return {"messages": ["And for how many people?"], "options": ["two", "four", "six"]}
        day = "monday" if self.day == "tuesday" else self.day
        state = {"day": day, "size": self.size}
        return {"messages": ["Your table is booked. Goodbye!"], "ended": True, "state": state}
'''
PROJECT = """
target: {kind: python, function: "tables_product:Tables", version: 7.1}
end_state:
  when: {ended: true, state: present}
  facts: {day: {path: state.day}, size: {path: state.size}}
goals:
  - goal: book a table
    slots:
      day: [Monday, Tuesday, Wednesday]
      size: {values: [two, four, six], ask: [how many people]}
gate: {max_failure_rate: 0.05}
limits: {concurrency: 7}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "tables_product.py").write_text(PRODUCT)
    (tmp_path / "prebeta.yaml").write_text(PROJECT)
    return tmp_path


@pytest.fixture
def project(folder: Path) -> Project:
    return prebeta.load(folder / "prebeta.yaml")


def alike(result: Result) -> list[Row]:
    """A run's rows without times and ids."""
    return [replace(row, id="", run="", session=None, trace=None, seconds=0.0) for row in result.rows]


class Slow:
    """A product that takes its time."""

    seconds = 0.02
    asked = 0

    async def send(self, text: str) -> str:
        type(self).asked += 1
        await asyncio.sleep(self.seconds)
        return "Which day would you like to come?"


def slow_project(folder: Path, seconds: float = 0.02) -> Project:
    product = type("Slowly", (Slow,), {"seconds": seconds})
    goals: Any = [{"goal": "book", "slots": {"day": ["Monday", "Tuesday"]}}]
    made = Project(target=product, end_state={"when": {"says": "booked"}}, goals=goals)  # type: ignore[arg-type]
    return made.placed(made.document, folder)


# --- a run ----------------------------------------------------------------------------------------------


def test_a_run_is_held_stored_and_summed_up(project: Project) -> None:
    result = run(project, n=60, seed=3, release="v1", note="first")
    assert (result.conversations, result.valid, len(result.rows)) == (60, 60, 60)
    assert result.failed > 0
    assert result.failure_rate is not None
    assert 0 < result.failure_rate < 1
    assert result.interval is not None
    assert result.interval[0] <= result.failure_rate <= result.interval[1]
    assert result.run.state == "done"
    assert (result.run.release, result.run.note, result.run.version, result.run.gate) == ("v1", "first", "7.1", 0.05)
    assert result.summary["seconds"] > 0
    assert result.store == store_path(project)
    with Store.open(store_path(project), create=False) as store:
        assert store.run("v1") == result.run
        assert len(list(store.conversations(result.run.id))) == 60


def test_the_coverage_of_probing_users_is_counted_once_and_kept(project: Project) -> None:
    found = run(project, n=40, seed=1, sample="hunt").summary["coverage"]
    assert found["two_way"] == 1.0
    assert 0.5 < found["three_way"] < 1.0
    assert run(project, n=2, sample="hunt").summary["coverage"]["two_way"] < 1.0
    mixed = run(project, n=40, seed=1, repeats=2, users="agenda,autopilot")
    assert mixed.summary["coverage"]["three_way"] < found["three_way"], "of twenty, not of forty or eighty"
    assert resume(mixed.store, mixed.run.id).summary["coverage"] == mixed.summary["coverage"]
    assert run(project, n=10, sample="census").summary["coverage"] is None


def test_a_finding_shows_its_transcript(project: Project) -> None:
    result = run(project, n=40)
    finding = result.findings[0]
    assert finding.count == len(finding.conversations)
    transcript = finding.example.transcript
    assert transcript.id == finding.example.conversation
    assert transcript.turns[finding.example.turn].speaker == "product"


def test_the_same_seed_gives_the_same_conversations_whatever_the_concurrency(project: Project) -> None:
    first = run(project, n=30, seed=5, concurrency=1)
    again = run(project, n=30, seed=5, concurrency=30)
    other = run(project, n=30, seed=6)
    assert alike(first) == alike(again)
    assert alike(first) != alike(other)
    assert first.run.id != again.run.id
    assert not {row.id for row in first.rows} & {row.id for row in again.rows}


def test_the_autopilot_beside_the_headline_gets_a_twentieth(project: Project) -> None:
    result = run(project, n=500, users=("agenda", "autopilot"))
    policies = [row.policy for row in result.rows]
    assert policies == ["agenda"] * 500 + ["autopilot"] * 25
    assert [row.scenario for row in result.rows[500:]] == [row.scenario for row in result.rows[:25]]
    assert result.conversations == 500
    few = run(project, n=10, users="agenda,autopilot")
    assert sum(row.policy == "autopilot" for row in few.rows) == 10
    alone = run(project, n=10, users="autopilot")
    assert alone.conversations == 10


def test_repeats_send_each_user_again(project: Project) -> None:
    result = run(project, n=8, repeats=3)
    assert [row.repeat for row in result.rows] == [0] * 8 + [1] * 8 + [2] * 8
    assert len({row.id for row in result.rows}) == 24
    assert result.run.conversations == 24


async def test_observers_are_told_all(project: Project) -> None:
    told: list[Told] = []
    options = RunOptions(n=5, watch_turns=True)
    result = await arun(project, options, told.append)
    assert isinstance(told[0], Begun)
    assert (told[0].planned, told[0].done, told[0].run.id) == (5, 0, result.run.id)
    assert isinstance(told[-1], RunEnded)
    kept = [each for each in told if isinstance(each, Kept)]
    assert {each.transcript.id for each in kept} == {row.id for row in result.rows}
    assert {each.assessment.outcome for each in kept} == {row.assessment.outcome for row in result.rows}
    assert sum(isinstance(each, ConversationStarted) for each in told) == 5
    turns = sum(isinstance(each, TurnTaken) for each in told)
    assert turns == sum(row.turns for row in result.rows)


async def test_judges_of_ones_own_are_heard_sync_and_async(folder: Path) -> None:
    (folder / "own_judges.py").write_text(
        "from prebeta import Verdict\n"
        "def plain(transcript): return [Verdict('plain', '1', 'unsure')]\n"
        "async def slow(transcript): return [Verdict('slow', '1', 'unsure')]\n"
        "def broken(transcript): raise RuntimeError('no')\n"
    )
    text = PROJECT + 'judges: [rules, "own_judges:plain", "own_judges:slow"]\n'
    (folder / "prebeta.yaml").write_text(text)
    result = await arun(folder / "prebeta.yaml", n=2)
    with Store.open(result.store, create=False) as store:
        for stored in store.conversations(result.run.id):
            assert {"plain", "slow"} <= {verdict.judge for verdict in stored.verdicts}


def test_a_store_of_ones_own(project: Project, tmp_path: Path) -> None:
    with Store.open(tmp_path / "own.db") as store:
        result = run(project, n=3, store=store)
        assert len(store.rows(result.run.id)) == 3, "a store that was open stays open"
    assert not store_path(project).exists()
    assert run(project, n=2, store=tmp_path / "own.db").store == tmp_path / "own.db"


def test_to_pandas(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run(project, n=3)
    try:
        import pandas
    except ImportError:
        with pytest.raises(UsageError, match=r"pip install 'prebeta\[pandas\]'"):
            result.to_pandas()
        pandas = type(sys)("pandas")
        pandas.DataFrame = list
        monkeypatch.setitem(sys.modules, "pandas", pandas)
    rows = result.to_pandas()
    first = rows[0] if isinstance(rows, list) else rows.iloc[0].to_dict()
    assert first["id"] == result.rows[0].id
    assert first["outcome"] == result.rows[0].assessment.outcome
    assert first["stop_by"] == "product"


# --- what is wrong is said before anything is sent ------------------------------------------------------


@pytest.mark.parametrize(
    ("named", "match"),
    [
        ({"n": 0}, "n is 0; give a number above 0"),
        ({"n": -3}, "n is -3"),
        ({"repeats": 0}, "repeats is 0"),
        ({"concurrency": 0}, "concurrency is 0"),
        ({"max_time_s": 0.0}, "max_time_s is 0"),
        ({"sample": "all"}, "unknown sample 'all'; one of: mixed, census, hunt"),
        ({"users": "agenda,agenda"}, "each kind of user once"),
        ({"users": "agend"}, "unknown user 'agend'; did you mean 'agenda'"),
        ({"sede": 1}, "unknown option 'sede'; did you mean 'seed'"),
    ],
)
def test_options_that_make_no_sense(project: Project, named: dict[str, Any], match: str) -> None:
    with pytest.raises(UsageError, match=match):
        run(project, **named)
    assert not store_path(project).exists()


async def test_the_sync_door_inside_a_loop_says_what_to_write(project: Project) -> None:
    with pytest.raises(UsageError, match=r"await prebeta\.arun"):
        run(project, n=1)
    with pytest.raises(UsageError, match=r"await prebeta\.aresume"):
        resume(store_path(project))


def test_a_product_that_does_not_answer_makes_neither_run_nor_store(folder: Path) -> None:
    (folder / "tables_product.py").write_text("def Tables(text): raise OSError('down')")
    with pytest.raises(UnreachableError, match="down"):
        run(folder / "prebeta.yaml", n=5)
    assert not (folder / ".prebeta").exists()
    with Store.open(folder / "kept.db") as store:
        with pytest.raises(UnreachableError, match="down"):
            run(folder / "prebeta.yaml", n=5, store=store)
        assert store.runs() == []


def test_where_no_store_can_be_made_nothing_is_sent(folder: Path) -> None:
    (folder / "tables_product.py").write_text("def Tables(text): raise OSError('down')")
    for place in (folder / "prebeta.yaml" / "s.db", folder / "tables_product.py", "postgresql://h/db"):
        with pytest.raises(UsageError, match="store"):
            run(folder / "prebeta.yaml", n=5, store=place)


# --- going on ---------------------------------------------------------------------------------------------


def test_a_run_that_is_done_is_summed_up_and_sends_nothing(project: Project) -> None:
    result = run(project, n=5)
    told: list[Told] = []
    again = resume(store_path(project), result.run.id, told.append)
    assert told == []
    assert again.summary == result.summary


async def test_an_interrupted_run_goes_on_to_the_same_end(project: Project) -> None:
    whole = await arun(project, n=40, seed=9, users="agenda,autopilot")
    names: list[str] = []

    def stop(told: Told) -> None:
        if isinstance(told, Begun):
            names.append(told.run.id)
        if isinstance(told, Kept):
            names.append(told.transcript.id)
        if len(names) > 12:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        await arun(project, RunOptions(n=40, seed=9, users=("agenda", "autopilot")), stop)
    with Store.open(store_path(project), create=False) as store:
        half = store.run(names[0])
        kept = store.done(half.id)
    assert half.state == "interrupted"
    assert kept == set(names[1:]), "what was told is stored"
    begun: list[Told] = []
    result = await aresume(store_path(project), half.id, begun.append)
    assert isinstance(begun[0], Begun)
    assert (begun[0].planned, begun[0].done) == (60, len(kept))
    assert result.run.state == "done"
    assert result.run.seconds > half.seconds > 0
    assert alike(result) == alike(whole)


def test_a_part_of_a_run_can_be_bounded_in_time(tmp_path: Path) -> None:
    project = slow_project(tmp_path)
    begun = time.perf_counter()
    result = run(project, n=1000, concurrency=5, max_time_s=0.5, store=tmp_path / "s.db")
    assert time.perf_counter() - begun < 5
    assert 0 < result.conversations < 1000
    assert result.run.state == "interrupted"


def test_a_product_that_lived_in_another_process_says_how_to_go_on(tmp_path: Path) -> None:
    project = slow_project(tmp_path)
    result = run(project, n=50, concurrency=5, max_time_s=0.1, store=tmp_path / "s.db")
    assert len(result.rows) < 50
    with pytest.raises(UsageError, match=r"prebeta\.resume\(store, '.*', project=project\)"):
        resume(tmp_path / "s.db", result.run.id)
    whole = resume(tmp_path / "s.db", result.run.id, project=project)
    assert len(whole.rows) == 50
    assert whole.run.state == "done"


def test_the_project_that_is_stored_holds_no_secret(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TABLES_TOKEN", "hunter-2-canary")
    text = PROJECT.replace("version: 7.1", "arguments: {token: '${TABLES_TOKEN}'}")
    (folder / "prebeta.yaml").write_text(text)
    product = PRODUCT.replace("def __init__(self):", "def __init__(self, token):")
    (folder / "tables_product.py").write_text(product)
    result = run(folder / "prebeta.yaml", n=3)
    for path in result.store.parent.iterdir():
        assert b"hunter-2-canary" not in path.read_bytes()
    assert resume(result.store, "latest").run == result.run


async def test_cancelling_marks_the_run_interrupted(tmp_path: Path) -> None:
    project = slow_project(tmp_path)
    started = asyncio.Event()
    task = asyncio.create_task(
        arun(project, RunOptions(n=1000), lambda told: started.set(), tmp_path / "s.db"),
    )
    await started.wait()
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    with Store.open(tmp_path / "s.db", create=False) as store:
        assert store.run("latest").state == "interrupted"


async def test_a_store_that_fails_on_the_way_is_said_and_keeps_what_it_has(project: Project) -> None:
    class Full(Store):
        def put_all(self, run_id: str, several: Sequence[tuple[int, Stored]]) -> list[str]:
            if len(self.done(run_id)) + len(several) > 10:
                raise StoreError("no room left")
            return super().put_all(run_id, several)

    with Full(store_path(project)) as store:
        with pytest.raises(StoreError, match="no room left"):
            await arun(project, RunOptions(n=300), None, store)
        found = store.run("latest")
        assert found.state == "interrupted"
        assert len(store.rows(found.id)) == 10
    assert len((await aresume(store_path(project))).rows) == 300


# --- signals ----------------------------------------------------------------------------------------------

SCRIPT = """
import asyncio, sys
import prebeta
from prebeta.core.errors import Interrupted

async def slow(text):
    await asyncio.sleep(0.02)
    return "Which day would you like to come?"

if __name__ == "__main__":
    project = prebeta.Project(
        target=slow, end_state={"when": {"says": "booked"}}, goals=[{"goal": "book", "slots": {"day": ["Monday"]}}]
    )
    try:
        prebeta.run(project, n=5000, concurrency=5, store="s.db", observe=lambda told: print("told", flush=True))
    except Interrupted as error:
        print(error, flush=True)
        sys.exit(130)
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_in_order(tmp_path: Path, number: signal.Signals) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    with subprocess.Popen([sys.executable, "script.py"], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(30):
            process.stdout.readline()
        os.kill(process.pid, number)
        rest = process.stdout.read()
        assert process.wait(timeout=20) == 130
    with Store.open(tmp_path / "s.db", create=False) as store:
        found = store.run("latest")
        held = len(store.rows(found.id))
    assert found.state == "interrupted"
    assert held > 0
    assert f"interrupted with {5000 - held} conversations left; go on with: prebeta resume {found.id}" in rest


def test_interrupted_names_the_run() -> None:
    assert Interrupted("r1", 3).left == 3


def test_a_run_that_is_being_held_is_not_held_twice(tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(SCRIPT)
    with subprocess.Popen([sys.executable, "script.py"], cwd=tmp_path, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        for _ in range(30):
            process.stdout.readline()
        with Store.open(tmp_path / "s.db", create=False) as store:
            found = store.run("latest")
            assert found.state == "running"
            with pytest.raises(UsageError, match=f"run {found.id} is being held by process {process.pid} on"):
                resume(store)
            assert store.run("latest").state == "running"
            process.kill()
            process.wait()
            assert store.run("latest").state == "interrupted"
