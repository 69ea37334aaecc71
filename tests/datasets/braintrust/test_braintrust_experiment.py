"""A run as an experiment with the real SDK, at the stand-in (which is not Braintrust)."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from braintrust_command import ROOT, cases
from braintrust_stand_in import StandIn


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run of the demo in its store."""
    folder = tmp_path_factory.mktemp("demo")
    words = [sys.executable, "-m", "prebeta.cli", "demo", "--release", "1", "-n", "8", "--json"]
    subprocess.run(words, cwd=folder, check=True, capture_output=True, timeout=60)
    return folder


def sent(sdk: Path, board: StandIn, folder: Path, *words: str) -> Any:
    done = cases(
        sdk, board, folder, "push", "braintrust", "--json", "--run", "latest", "--store", ".prebeta/demo.db", *words
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_run_is_an_experiment_and_sending_it_twice_changes_nothing(sdk: Path, board: StandIn, demo: Path) -> None:
    told = sent(sdk, board, demo)
    rows = board.rows_of("experiment", told["experiment"])
    assert len(told["new"]) == len(rows) >= 8
    before = json.dumps(rows, sort_keys=True)
    again = sent(sdk, board, demo)
    assert (again["new"], again["changed"], len(again["same"])) == ([], [], len(rows))
    assert json.dumps(board.rows_of("experiment", told["experiment"]), sort_keys=True) == before
    assert str(ROOT) not in "".join(board.bodies)


def test_scores_say_what_the_report_says(newest: Path, board: StandIn, demo: Path) -> None:
    name = sent(newest, board, demo, "--experiment", "nightly")["experiment"]
    assert name == "nightly"
    rows = board.rows_of("experiment", name).values()
    exported = subprocess.run(
        [sys.executable, "-m", "prebeta.cli", "export", "latest", "--store", ".prebeta/demo.db"],
        cwd=demo,
        check=True,
        capture_output=True,
        text=True,
        timeout=60,
    )
    known = {one["id"]: one for one in map(json.loads, exported.stdout.splitlines())}
    assert {row["id"] for row in rows} == set(known)
    for row in rows:
        one = known[row["id"]]
        assert row["scores"] == {"end_state": int(not one["failed"]), "findings": int(not one["flawed"])}
        assert row["metadata"]["finding"] == one["finding"]
        assert row["input"]["goal"]["text"] == one["scenario"]["goal"]
        said = [text for turn in one["turns"] for text in turn["messages"]]
        assert [message["content"] for message in row["output"]["messages"]] == said
    assert {row["scores"]["findings"] for row in rows} == {0, 1}


def test_another_run_of_the_same_users_has_the_same_inputs(newest: Path, board: StandIn, demo: Path) -> None:
    words = [sys.executable, "-m", "prebeta.cli", "demo", "--release", "4", "-n", "8", "--json"]
    sent(newest, board, demo, "--experiment", "one")
    subprocess.run(words, cwd=demo, check=True, capture_output=True, timeout=60)
    sent(newest, board, demo, "--experiment", "two")
    inputs = [
        sorted(json.dumps(row["input"], sort_keys=True) for row in board.rows_of("experiment", name).values())
        for name in ("one", "two")
    ]
    assert inputs[0] == inputs[1]


def test_an_experiment_needs_a_run(newest: Path, board: StandIn, tmp_path: Path) -> None:
    done = cases(newest, board, tmp_path, "push", "braintrust", "--experiment", "x")
    assert (done.returncode, done.stderr) == (2, "prebeta: an experiment is made of a run: --run RUN\n")
