"""Cases pushed with the real SDK, newest and lowest supported, to the stand-in (which is not Braintrust)."""

from __future__ import annotations

import json
import subprocess
import time
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from braintrust_command import cases, command, environment
from braintrust_stand_in import StandIn
from some_cases import SCENARIO, case

from prebeta.core.types import Goal
from prebeta.datasets.cases import write

FEW = ("aaaaaaaaaaaa", "bbbbbbbbbbbb", "cccccccccccc")


def filled(folder: Path, ids: tuple[str, ...] = FEW, **changes: Any) -> Path:
    """The folder with these cases in it."""
    for id_ in ids:
        write(case(id=id_, **changes), folder / "prebeta_cases")
    return folder


def pushed(sdk: Path, board: StandIn, folder: Path, *words: str, code: int = 0) -> Any:
    done = cases(sdk, board, folder, "push", "braintrust", "--json", *words)
    assert done.returncode == code, done.stderr
    assert "Traceback" not in done.stderr
    return json.loads(done.stdout)


def counts(told: Mapping[str, Any]) -> dict[str, int]:
    return {name: len(told[name]) for name in ("new", "changed", "same", "rejected", "unsent") if told[name]}


def test_pushing_twice_changes_nothing(sdk: Path, board: StandIn, tmp_path: Path) -> None:
    filled(tmp_path)
    assert counts(pushed(sdk, board, tmp_path)) == {"new": 3}
    before = json.dumps(board.rows_of("dataset", "prebeta_cases"), sort_keys=True)
    assert counts(pushed(sdk, board, tmp_path)) == {"same": 3}
    assert json.dumps(board.rows_of("dataset", "prebeta_cases"), sort_keys=True) == before
    assert len(board.posts) == 1


def test_rows_are_as_the_contract_has_them(newest: Path, board: StandIn, tmp_path: Path) -> None:
    filled(tmp_path, FEW[:1])
    write(case(id=FEW[1], held_out=False), tmp_path / "prebeta_cases")
    pushed(newest, board, tmp_path, "--project", "rooms", "--dataset", "edge cases")
    rows = board.rows_of("dataset", "edge cases")
    row = rows[FEW[0]]
    assert row["input"]["goal"]["text"] == "book a room"
    assert [one["role"] for one in row["input"]["messages"]] == ["assistant", "user"]
    assert row["expected"]["must_not"][0]["kind"] == "LOST_CORRECTION"
    assert row["tags"] == ["edge-case", "kind:LOST_CORRECTION", "kind:SYSTEM_ERROR", "stage:city", "held-out"]
    assert {"run", "conversation", "turn", "release", "finding", "flakiness"} <= set(row["metadata"])
    assert "held-out" not in rows[FEW[1]]["tags"]
    assert {one["kind"] for one in board.created} == {"project", "dataset"}


def test_only_what_differs_is_sent(newest: Path, board: StandIn, tmp_path: Path) -> None:
    filled(tmp_path)
    pushed(newest, board, tmp_path)
    write(case(id=FEW[1], title="Another"), tmp_path / "prebeta_cases")
    next((tmp_path / "prebeta_cases").glob(f"after*{FEW[1]}.yaml")).unlink()
    filled(tmp_path, ("dddddddddddd",))
    assert counts(pushed(newest, board, tmp_path)) == {"new": 1, "changed": 1, "same": 2}
    assert sorted(row["id"] for row in board.posts[-1]) == [FEW[1], "dddddddddddd"]


def test_what_others_added_to_a_row_stays(newest: Path, board: StandIn, tmp_path: Path) -> None:
    filled(tmp_path, FEW[:1], title="One")
    pushed(newest, board, tmp_path)
    row = board.rows_of("dataset", "prebeta_cases")[FEW[0]]
    row["tags"].append("reviewed")
    row["metadata"]["owner"] = "Ana"
    assert counts(pushed(newest, board, tmp_path)) == {"same": 1}
    for path in (tmp_path / "prebeta_cases").iterdir():
        path.unlink()
    filled(tmp_path, FEW[:1], title="Two")
    assert counts(pushed(newest, board, tmp_path)) == {"changed": 1}
    row = board.rows_of("dataset", "prebeta_cases")[FEW[0]]
    assert "reviewed" in row["tags"]
    assert (row["metadata"]["owner"], row["metadata"]["title"]) == ("Ana", "Two")


def test_a_row_that_others_edited_is_left_alone_unless_forced(newest: Path, board: StandIn, tmp_path: Path) -> None:
    filled(tmp_path, FEW[:1])
    pushed(newest, board, tmp_path)
    board.rows_of("dataset", "prebeta_cases")[FEW[0]]["expected"]["end_state"] = "declined"
    told = pushed(newest, board, tmp_path)
    assert told["edited"] == [FEW[0]]
    assert board.rows_of("dataset", "prebeta_cases")[FEW[0]]["expected"]["end_state"] == "declined"
    assert counts(pushed(newest, board, tmp_path, "--force")) == {"changed": 1}
    assert board.rows_of("dataset", "prebeta_cases")[FEW[0]]["expected"]["end_state"] == "reached"


def test_a_rejected_row_is_named_and_holds_nothing_up(sdk: Path, board: StandIn, tmp_path: Path) -> None:
    ids = tuple(f"{number:012x}" for number in range(20))
    filled(tmp_path, ids)
    board.faults.reject = {ids[7]: "input is too large", ids[13]: "no such tag"}
    told = pushed(sdk, board, tmp_path, code=2)
    assert counts(told) == {"new": 18, "rejected": 2}
    assert {one["id"] for one in told["rejected"]} == {ids[7], ids[13]}
    assert "400" in told["rejected"][0]["reason"]
    assert "input is too large" in told["rejected"][0]["reason"]
    board.faults.reject.clear()
    assert counts(pushed(sdk, board, tmp_path)) == {"new": 2, "same": 18}
    assert set(board.rows_of("dataset", "prebeta_cases")) == set(ids)


@pytest.mark.slow
def test_killed_in_the_middle_and_pushed_again_each_row_is_there_once(
    sdk: Path, board: StandIn, tmp_path: Path
) -> None:
    ids = tuple(f"{number:012x}" for number in range(160))
    filled(tmp_path, ids, happened=())
    board.faults.slow_s = 0.7
    process = subprocess.Popen(
        command(sdk, "push", "braintrust"),
        cwd=tmp_path,
        env=environment(board),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    end = time.monotonic() + 60
    while len(board.posts) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    process.kill()
    process.wait()
    time.sleep(1)  # what was under way when it was killed is taken or not
    there = set(board.rows_of("dataset", "prebeta_cases"))
    assert 0 < len(there) < len(ids)
    board.faults.slow_s = 0
    taken = len(board.posts)
    assert counts(pushed(sdk, board, tmp_path)) == {"new": len(ids) - len(there), "same": len(there)}
    assert set(board.rows_of("dataset", "prebeta_cases")) == set(ids)
    often = Counter(row["id"] for post in board.posts for row in post)
    assert set(often.values()) == {1}
    assert not there & {row["id"] for post in board.posts[taken:] for row in post}


def test_what_passes_is_tried_again(sdk: Path, board: StandIn, tmp_path: Path) -> None:
    filled(tmp_path)
    board.faults.statuses = [500, 429]
    assert counts(pushed(sdk, board, tmp_path)) == {"new": 3}


def test_a_request_that_is_taken_and_not_answered_gives_each_row_once(
    newest: Path, board: StandIn, tmp_path: Path
) -> None:
    filled(tmp_path)
    board.faults.dies = 1
    assert counts(pushed(newest, board, tmp_path)) == {"new": 3}
    assert set(board.rows_of("dataset", "prebeta_cases")) == set(FEW)


@pytest.mark.slow
def test_what_does_not_pass_ends_it_and_can_be_gone_on_from(newest: Path, board: StandIn, tmp_path: Path) -> None:
    ids = tuple(f"{number:012x}" for number in range(60))
    filled(tmp_path, ids, happened=())
    board.faults.after, board.faults.statuses = 1, [503] * 4
    told = pushed(newest, board, tmp_path, code=3)
    assert counts(told) == {"new": 50, "unsent": 10}
    assert "503" in told["broke"]
    assert counts(pushed(newest, board, tmp_path)) == {"new": 10, "same": 50}


@pytest.mark.slow
def test_what_is_taken_and_lost_is_said(newest: Path, board: StandIn, tmp_path: Path) -> None:
    filled(tmp_path)
    board.faults.drops = frozenset(FEW[:1])
    assert pushed(newest, board, tmp_path, code=3)["unseen"] == [FEW[0]]


def test_secrets_and_what_is_redacted_stay_here(newest: Path, board: StandIn, tmp_path: Path) -> None:
    text = "write to ana@example.com with tok-5551234567"
    scenario = {"scenario": type(SCENARIO)(**{**_fields(SCENARIO), "goal": Goal(text)})}
    filled(tmp_path, FEW[:1], title="Mail", **scenario)
    (tmp_path / "prebeta.yaml").write_text(
        "target: {kind: python, function: 'product:talk'}\nend_state: {when: {ended: true}}\n"
        "goals: [{goal: write}]\nredact: [email]\n"
    )
    done = cases(newest, board, tmp_path, "push", "braintrust", env={"MY_API_TOKEN": "tok-5551234567"})
    assert done.returncode == 0, done.stderr
    assert board.bodies
    sent = "".join(board.bodies)
    assert "[email]" in sent
    assert "ana@example.com" not in sent
    assert "tok-5551234567" not in sent
    assert str(tmp_path) not in sent


def _fields(scenario: Any) -> dict[str, Any]:
    return {name: getattr(scenario, name) for name in scenario.__slots__}


def test_what_is_sent_where_is_said_before(newest: Path, board: StandIn, tmp_path: Path) -> None:
    filled(tmp_path)
    done = cases(newest, board, tmp_path, "push", "braintrust", FEW[0])
    assert done.stderr.startswith("prebeta: to send: 1 case")
    assert f"dataset prebeta_cases of project prebeta at {board.url}" in done.stderr
    assert done.stdout.startswith("1 new, 0 changed, 0 same: dataset prebeta_cases")


@pytest.mark.parametrize(
    ("env", "code", "said"),
    [
        ({"BRAINTRUST_API_KEY": ""}, 2, "no key for Braintrust: set BRAINTRUST_API_KEY"),
        ({"BRAINTRUST_API_KEY": "sk-another-one-777"}, 2, "Braintrust refuses the key in BRAINTRUST_API_KEY (401"),
        ({"BRAINTRUST_APP_URL": "http://127.0.0.1:9"}, 3, "Braintrust can't be reached at http://127.0.0.1:9"),
        ({"BRAINTRUST_ORG_NAME": "elsewhere"}, 2, "elsewhere"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(
    newest: Path, board: StandIn, tmp_path: Path, env: dict[str, str], code: int, said: str
) -> None:
    filled(tmp_path, FEW[:1])
    done = cases(newest, board, tmp_path, "push", "braintrust", env=env)
    lines = [line for line in done.stderr.splitlines() if line.startswith("prebeta: ")]
    assert (done.returncode, done.stdout) == (code, "")
    assert said in lines[-1]
    assert "Traceback" not in done.stderr
    assert "sk-another-one-777" not in done.stderr


def test_an_answer_that_does_not_come(newest: Path, board: StandIn, tmp_path: Path) -> None:
    filled(tmp_path, FEW[:1])
    board.faults.slow_s = 5
    done = cases(newest, board, tmp_path, "push", "braintrust", env={"BRAINTRUST_HTTP_TIMEOUT": "0.2"})
    assert done.returncode == 3
    assert "no answer in 0.2 s" in done.stderr
    assert "push again" in done.stderr


def test_another_platform_is_told(newest: Path, board: StandIn, tmp_path: Path) -> None:
    done = cases(newest, board, tmp_path, "push", "braintrst")
    assert done.returncode == 2
    assert "did you mean 'braintrust'" in done.stderr or "braintrust" in done.stderr
