from __future__ import annotations

import json
from pathlib import Path

from command_line import prebeta


def test_the_demo_shows_people_beside_the_happy_path_and_ends_well(tmp_path: Path) -> None:
    done = prebeta(tmp_path, "demo", "-n", "60")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0] == "run RUN · release 1 · seed 1"
    assert " typical users failed (" in lines[2]
    assert any(line.startswith("  autopilot      0 of ") for line in lines)
    assert "What broke, by what mending it would give" in lines
    assert all("--store .prebeta/demo.db" in line for line in lines if line.strip().startswith("prebeta findings"))
    shown = prebeta(tmp_path, "show", "--store", ".prebeta/demo.db")
    assert (shown.code, shown.out) == (0, done.out)


def test_a_release_without_faults_and_a_store_of_ones_own(tmp_path: Path) -> None:
    done = prebeta(tmp_path, "demo", "-n", "40", "--release", "4", "--users", "agenda", "--store", "mine.db", "--json")
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    assert (found["release"], found["failed"], list(found["users"])) == ("4", 0, ["agenda"])
    assert (tmp_path / "mine.db").exists()
    assert not (tmp_path / ".prebeta").exists()


def test_the_same_seed_gives_the_same_numbers(tmp_path: Path) -> None:
    first, second = (json.loads(prebeta(tmp_path, "demo", "-n", "40", "--json").out) for _ in range(2))
    assert first["run"] == second["run"] == "RUN"
    for key in ("failed", "flawed", "outcomes", "stages", "turns", "by_move", "users"):
        assert first[key] == second[key]
    assert [one["id"] for one in first["findings"]] == [one["id"] for one in second["findings"]]
