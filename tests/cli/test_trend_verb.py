"""`prebeta trend` and what `runs` tells of a product's version, on runs in a store."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from command_line import PROJECT, prebeta, project

BUGGY = '''
class Desk:
    """Answers the same for ever."""

    prebeta_inline = True

    def start(self):
        return "Hello, which day?"

    def send(self, text):
        return "Hello, which day?"


class Mended(Desk):
    def send(self, text):
        return {"messages": ["It is booked."], "state": {"id": 1}, "ended": True}
'''


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three runs: buggy, mended, buggy again; and one of another project in the same store."""
    folder = project(tmp_path_factory.mktemp("desk"))
    (folder / "buggy.py").write_text(BUGGY)
    for name, at in (("Desk", "1"), ("Mended", "2"), ("Desk", "3")):
        text = PROJECT.replace("desk_product:Desk", f"buggy:{name}").replace("function:", f"version: v{at}, function:")
        (folder / "prebeta.yaml").write_text(text)
        asked = ("--release", at, "--note", f"try {at}", "-n", "40", "--sample", "census")
        assert prebeta(folder, "run", *asked, GITHUB_SHA=f"{at}234567890").code == 0
    other = folder / "other"
    other.mkdir()
    project(other, PROJECT.replace("book a table", "cancel a table"))
    assert prebeta(folder, "run", "-n", "8", "-c", "other/prebeta.yaml", "--store", ".prebeta/prebeta.db").code == 0
    return folder


def test_runs_tell_version_and_commit(held: Path) -> None:
    lines = prebeta(held, "runs").out.splitlines()
    assert lines[1].endswith("40 of 40 typical users failed (100 %, above 93 %)  3 · try 3 · v3 @ 3234567")
    found = json.loads(prebeta(held, "runs", "--json").out)["runs"]
    assert [(one["version"], one["commit"], one["dirty"]) for one in found[1:]] == [
        ("v3", "3234567890", None),
        ("v2", "2234567890", None),
        ("v1", "1234567890", None),
    ]


def test_trend_tells_the_effect_of_each_change_and_what_came_back(held: Path) -> None:
    done = prebeta(held, "trend")
    assert (done.code, done.err) == (0, "")
    first, second = done.out.split("\n\ncancel a table · 1 run\n")
    assert first.startswith("book a table · 3 runs\n 1   100 %  ████████████████  above 93 %")
    assert re.search(r"^ 2     0 % .*try 2 → better, −100 points \(−100 to −88\)$", first, re.MULTILINE)
    assert re.search(r"^ 3   100 % .*try 3 → worse, \+100 points", first, re.MULTILINE)
    assert "   RUN · WHEN · v2 @ 2234567\n" in first
    assert "38 → 0 → 38   REGRESSION: it was gone, and came back in 3" in first
    assert "REGRESSION" not in second


def test_trend_json(held: Path) -> None:
    done = prebeta(held, "trend", "--json", "-n", "2")
    found = json.loads(done.out)["projects"]
    assert [one["project"] for one in found] == ["cancel a table", "book a table"]
    assert (found[1]["left_out"], [run["release"] for run in found[1]["runs"]]) == (1, ["2", "3"])
    assert found[1]["runs"][1]["effect"]["conclusion"] == "worse"


def test_forty_columns(held: Path) -> None:
    for verb in ("trend", "runs"):
        assert max(map(len, prebeta(held, verb, COLUMNS="40").out.splitlines())) <= 40


def test_a_store_without_runs(tmp_path: Path) -> None:
    folder = project(tmp_path)
    done = prebeta(folder, "trend")
    assert (done.code, done.out) == (2, "")
    assert done.err.count("\n") == 1
