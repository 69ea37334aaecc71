from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any, cast

import pytest
import shapes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from shapes import FAIL, LOOPED, PASS, REACHED, run_named, talk

from prebeta.core.errors import StoreError, UsageError
from prebeta.core.results import Assessment, Row
from prebeta.core.types import Stop, Transcript, Verdict
from prebeta.store import Store, Stored


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(tmp_path / "new" / "folder" / "prebeta.db") as opened:
        yield opened


def test_a_run_comes_back_as_it_was_and_can_be_changed(store: Store) -> None:
    run = run_named("r1", seed=2**80, users=("agenda", "autopilot"), gate=0.05, note="ünicode", release="v1")
    store.create_run(run)
    assert store.runs() == [run]
    store.update_run("r1", state="done", seconds=1.5)
    assert store.run("r1") == replace(run, state="done", seconds=1.5)


def test_a_conversation_comes_back_whole(store: Store) -> None:
    transcript = talk()
    assert store.put("r1", transcript, [FAIL, PASS], LOOPED)
    assert store.conversation("r1", "c1") == Stored(transcript, (FAIL, PASS), LOOPED)
    assert store.done("r1") == {"c1"}
    assert store.done("r2") == set()


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(transcript=shapes.transcripts, judged=st.lists(shapes.verdicts, max_size=3), found=shapes.assessments)
def test_any_conversation_comes_back_whole(
    store: Store, transcript: Transcript, judged: list[Verdict], found: Assessment
) -> None:
    name = f"c{len(store.done('any'))}-"
    job = replace(transcript.job, conversation=name)
    transcript = replace(transcript, job=job)
    store.put("any", transcript, judged, found)
    assert store.conversation("any", name) == Stored(transcript, tuple(judged), found)
    row = next(row for row in store.rows("any") if row.id == name)
    assert row.assessment == found
    assert row.seed == transcript.scenario.seed


def test_a_row_tells_what_lists_need(store: Store) -> None:
    store.put("r1", talk(), [FAIL], LOOPED)
    assert store.rows("r1") == [
        Row(
            id="c1",
            run="r1",
            scenario="s-c1",
            seed=2**70,
            persona="in a hurry",
            goal="book a table",
            behaviors=("clarify",),
            sample="census",
            policy="agenda",
            repeat=0,
            stop=Stop("product", "end_state"),
            assessment=LOOPED,
            session="s2",
            trace="t1",
            turns=3,
            seconds=2.5,
        )
    ]


def test_rows_and_conversations_come_in_plan_order_whatever_order_they_ended_in(store: Store) -> None:
    for position in (3, 0, 2, 1):
        store.put("r1", talk(f"c{9 - position}"), [], REACHED, position)
    assert [row.id for row in store.rows("r1")] == ["c9", "c8", "c7", "c6"]
    assert [stored.transcript.id for stored in store.conversations("r1")] == ["c9", "c8", "c7", "c6"]


def test_conversations_are_streamed_over_batches(store: Store) -> None:
    for position in range(450):
        store.put("r1", talk(f"c{position:03}"), [PASS], REACHED, position)
    found = list(store.conversations("r1"))
    assert [stored.transcript.id for stored in found] == [f"c{position:03}" for position in range(450)]
    assert all(stored.verdicts == (PASS,) for stored in found)


def test_rows_of_one_policy(store: Store) -> None:
    other = talk("c2")
    store.put("r1", talk("c1"), [], REACHED)
    store.put("r1", replace(other, job=replace(other.job, policy="autopilot")), [], REACHED)
    assert [row.id for row in store.rows("r1", "autopilot")] == ["c2"]
    assert len(store.rows("r1")) == 2


def test_the_first_to_come_stays(store: Store) -> None:
    assert store.put("r1", talk(text="first"), [FAIL], LOOPED)
    assert not store.put("r1", talk(text="second"), [PASS, PASS], REACHED)
    assert store.conversation("r1", "c1") == Stored(talk(text="first"), (FAIL,), LOOPED)
    assert store.put("r2", talk(), [], REACHED), "another run's conversation of the same id is another one"


def test_a_conversation_is_stored_whole_or_not_at_all(store: Store) -> None:
    unfit = Verdict("rules", "1", cast(Any, object()))
    with pytest.raises(StoreError):
        store.put("r1", talk(), [FAIL, unfit], LOOPED)
    assert store.done("r1") == set()
    assert store.put("r1", talk(), [FAIL], LOOPED)


def test_two_stores_on_one_file_see_and_do_not_double(store: Store) -> None:
    with Store.open(store.path) as other:

        def write(into: Store) -> None:
            for number in range(60):
                into.put("r1", talk(f"c{number}"), [FAIL], LOOPED, number)

        threads = [Thread(target=write, args=(into,)) for into in (store, other, store)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(other.rows("r1")) == 60
        assert sum(len(stored.verdicts) for stored in store.conversations("r1")) == 60


# --- names -------------------------------------------------------------------------------------------


@pytest.fixture
def three(store: Store) -> Store:
    store.create_run(run_named("r20260101-aa", 1.0, release="v1"))
    store.create_run(run_named("r20260101-ab", 3.0, release="v2"))
    store.create_run(run_named("r20260102-cc", 2.0, release="v1"))
    return store


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("r20260101-aa", "r20260101-aa"),
        ("r20260102", "r20260102-cc"),
        ("latest", "r20260101-ab"),
        ("v1", "r20260102-cc"),
        ("v2", "r20260101-ab"),
    ],
)
def test_a_run_is_found_by(three: Store, name: str, found: str) -> None:
    assert three.run(name).id == found


def test_an_ambiguous_beginning_lists_the_runs(three: Store) -> None:
    with pytest.raises(UsageError, match="2 runs begin with 'r20260101': r20260101-aa, r20260101-ab"):
        three.run("r20260101")


def test_an_unknown_run_names_near_ones(three: Store) -> None:
    with pytest.raises(UsageError, match=r"no run 'r20260103-cc' among the 3 .*did you mean 'r20260102-cc'"):
        three.run("r20260103-cc")
    with pytest.raises(UsageError, match="the latest is r20260101-ab"):
        three.run("zzz")
    with pytest.raises(UsageError, match="no run ''"):
        three.run("")


def test_a_store_without_runs_says_so(store: Store) -> None:
    with pytest.raises(UsageError, match="holds no runs yet; start one: prebeta run"):
        store.run("latest")


def test_a_conversation_is_found_by_the_beginning_of_its_id(store: Store) -> None:
    for name in ("abc1", "abd2", "abd", "x%y"):
        store.put("r1", talk(name), [], REACHED)
    assert store.conversation("r1", "abc").transcript.id == "abc1"
    assert store.conversation("r1", "abd").transcript.id == "abd", "an exact id wins"
    with pytest.raises(UsageError, match="3 conversations of r1 begin with 'ab': abc1, abd, abd2"):
        store.conversation("r1", "ab")
    with pytest.raises(UsageError, match=r"no conversation 'abc2' among the 4 of run r1; did you mean .*abc1"):
        store.conversation("r1", "abc2")
    with pytest.raises(UsageError, match="no conversation '%'"):
        store.conversation("r1", "%")


# --- what other programs see -------------------------------------------------------------------------


def test_the_file_is_an_sqlite_database_with_a_write_ahead_log(store: Store) -> None:
    store.put("r1", talk(), [FAIL], LOOPED)
    connection = sqlite3.connect(store.path)
    assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert connection.execute("SELECT kind, turn, failed FROM conversations").fetchall() == [("LOOP", 2, 1)]
    connection.close()


def test_closing_leaves_one_file(store: Store) -> None:
    store.put("r1", talk(), [FAIL], LOOPED)
    store.close()
    assert [path.name for path in store.path.parent.iterdir()] == ["prebeta.db"]


def test_rows_share_what_they_have_in_common(store: Store) -> None:
    for number in range(3):
        store.put("r1", talk(f"c{number}"), [FAIL], LOOPED, number)
    store.put("r1", talk("c3"), [], REACHED, 3)
    first, second, third, other = store.rows("r1")
    for row in (second, third):
        assert row.persona is first.persona
        assert row.goal is first.goal
        assert row.stop is first.stop
        assert row.assessment.stages is first.assessment.stages
        assert row.assessment.moves is first.assessment.moves
        assert row.assessment == LOOPED
    assert other.assessment == REACHED
    assert other.assessment.moves == {"say": 1}
