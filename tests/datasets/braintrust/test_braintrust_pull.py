"""Rows brought back with the real SDK from the stand-in (which is not Braintrust): prebeta's own, and others'."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from braintrust_command import cases
from braintrust_stand_in import StandIn
from some_cases import case

from prebeta.datasets.cases import Case, read_cases, write

OWN = "aaaaaaaaaaaa"


def given(board: StandIn, *rows: dict[str, Any]) -> None:
    """Rows that others put there."""
    project = board.object_of("project", "prebeta", "", {})
    dataset = board.object_of("dataset", "prebeta_cases", project["id"], {})
    board.put([{**row, "dataset_id": dataset["id"]} for row in rows])


def pulled(sdk: Path, board: StandIn, folder: Path, *words: str, code: int = 0) -> dict[str, Any]:
    """What became of each row, by id."""
    done = cases(sdk, board, folder, "pull", "braintrust", "--json", *words)
    assert done.returncode == code, done.stderr
    return {one["row"]: one for one in json.loads(done.stdout)["rows"]}


def only(folder: Path) -> Case:
    (found,) = read_cases(folder / "prebeta_cases")
    return found


def test_a_case_comes_back_as_it_was(sdk: Path, board: StandIn, tmp_path: Path) -> None:
    here, there = tmp_path / "here", tmp_path / "there"
    there.mkdir()
    path = write(case(id=OWN), here / "prebeta_cases")
    assert cases(sdk, board, here, "push", "braintrust").returncode == 0
    assert pulled(sdk, board, there)[OWN]["state"] == "new"
    assert (there / "prebeta_cases" / path.name).read_text() == path.read_text()
    assert pulled(sdk, board, there)[OWN]["state"] == "same"


def test_a_file_that_was_changed_here_is_kept_unless_forced(newest: Path, board: StandIn, tmp_path: Path) -> None:
    path = write(case(id=OWN), tmp_path / "prebeta_cases")
    cases(newest, board, tmp_path, "push", "braintrust")
    mine = path.read_text().replace("After a correction", "After my correction")
    path.write_text(mine)
    assert pulled(newest, board, tmp_path)[OWN]["state"] == "differs"
    assert path.read_text() == mine
    assert pulled(newest, board, tmp_path, "--force")[OWN]["state"] == "changed"
    assert "After a correction" in path.read_text()


def test_checks_that_others_changed_come_back(newest: Path, board: StandIn, tmp_path: Path) -> None:
    write(case(id=OWN), tmp_path / "prebeta_cases")
    cases(newest, board, tmp_path, "push", "braintrust")
    board.rows_of("dataset", "prebeta_cases")[OWN]["expected"]["end_state"] = "declined"
    assert pulled(newest, board, tmp_path, "--force")[OWN]["state"] == "changed"
    assert only(tmp_path).checks.end_state == "declined"
    told = cases(newest, board, tmp_path, "push", "braintrust")
    assert told.stdout.startswith("0 new, 1 changed, 0 same")


def test_rows_of_others_become_users_and_are_not_sent_back(sdk: Path, board: StandIn, tmp_path: Path) -> None:
    goal = {"text": "cancel my booking", "slots": {"city": "Oslo"}}
    given(
        board,
        {"id": "theirs", "input": {"goal": goal, "persona": "in a hurry"}, "expected": {"end_state": "declined"}},
        {"id": "empty", "input": {"question": 7}},
    )
    told = pulled(sdk, board, tmp_path, code=2)
    assert (told["theirs"]["state"], told["theirs"]["foreign"]) == ("new", True)
    assert told["empty"]["state"] == "unusable"
    assert "input has no goal" in told["empty"]["why"]
    found = only(tmp_path)
    assert (found.scenario.goal.text, found.scenario.persona.text) == ("cancel my booking", "in a hurry")
    assert [(one.name, one.fact.value) for one in found.scenario.goal.slots] == [("city", "Oslo")]
    assert (found.moves, found.checks.end_state) == ((), "declined")
    assert pulled(sdk, board, tmp_path, code=2)["theirs"]["state"] == "same"
    posts = len(board.posts)
    again = cases(sdk, board, tmp_path, "push", "braintrust")
    assert again.returncode == 0
    assert "1 came from Braintrust" in again.stderr
    assert len(board.posts) == posts


def test_a_user_without_facts_is_named(newest: Path, board: StandIn, tmp_path: Path) -> None:
    given(board, {"id": "theirs", "input": "cancel my booking", "expected": "It is cancelled."})
    done = cases(newest, board, tmp_path, "pull", "braintrust")
    assert done.returncode == 0
    assert "it tells no facts: give scenario.slots" in done.stdout


def test_no_rows_are_said(newest: Path, board: StandIn, tmp_path: Path) -> None:
    done = cases(newest, board, tmp_path, "pull", "braintrust", "--dataset", "nowhere")
    assert (done.returncode, done.stdout) == (0, "no rows: is that the name of the dataset?\n")
