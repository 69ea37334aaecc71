"""`prebeta compare` as it is typed, and `prebeta.compare` as it is called."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import PROJECT, prebeta, project

import prebeta as package
from prebeta.core.errors import UsageError

RELEASES = '''
class First:
    """Never hears of Mondays."""

    def start(self):
        return "Hello, which day may I book?"

    def send(self, text):
        if "Monday" in text:
            return "I did not get that."
        return {"messages": ["It is booked."], "state": {"id": 1}, "ended": True}


class Second(First):
    def send(self, text):
        return {"messages": ["It is booked."], "state": {"id": 1}, "ended": True}
'''


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "releases.py").write_text(RELEASES)
    for name in ("First", "Second"):
        text = PROJECT.replace("desk_product:Desk", f"releases:{name}")
        (tmp_path / f"{name.lower()}.yaml").write_text(f"store: runs.db\n{text}")
    project(tmp_path, f"store: runs.db\n{PROJECT}")
    for name in ("first", "second"):
        made = prebeta(tmp_path, "run", "-c", f"{name}.yaml", "-n", "40", "--sample", "census", "--release", name, "-q")
        assert made.code == 0
    return tmp_path


def test_the_whole_way(folder: Path) -> None:
    done = prebeta(folder, "compare", "first", "second")
    assert (done.code, done.err) == (0, "")
    lines = done.out.splitlines()
    assert lines[0].startswith("better: ")
    assert lines[0].endswith(" 40 pairs")
    assert lines[1].startswith("RUN (release first) → RUN (release second)")
    assert any(line.startswith("Fixed (") for line in lines)
    assert lines[-1].endswith("findings RUN")


def test_its_json_and_the_findings_own(folder: Path) -> None:
    found = json.loads(prebeta(folder, "compare", "first", "latest", "--json").out)
    assert (found["conclusion"], found["pairs"], found["warnings"]) == ("better", 40, [])
    listed = json.loads(prebeta(folder, "findings", "first", "--json").out)["findings"]
    known = {one["id"]: one for one in listed}
    assert found["fixed"]
    for one in found["fixed"]:
        assert {key: one[key] for key in known[one["id"]]} == known[one["id"]]
        assert one["after"]["count"] == 0


def test_the_later_run_is_the_latest_unless_told(folder: Path) -> None:
    assert prebeta(folder, "compare", "first").out == prebeta(folder, "compare", "first", "second").out
    back = prebeta(folder, "compare", "second", "first")
    assert (back.code, back.out[:6]) == (0, "worse:")
    itself = prebeta(folder, "compare", "first", "first")
    assert "Note: a run is held against itself: there is nothing to see" in itself.out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("compare",), "missing argument"),
        (("compare", "third", "second"), "no run 'third' among the 2"),
        (("compare", "first", "--store", "none.db"), "none.db"),
    ],
)
def test_what_is_refused(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    done = prebeta(folder, *arguments)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert len(done.err.splitlines()) == 1


def test_it_reads_at_forty_columns(folder: Path) -> None:
    done = prebeta(folder, "compare", "first", "second", COLUMNS="40")
    commands = [line for line in done.out.splitlines() if "prebeta " in line or "RUN" in line]
    assert max(len(line) for line in done.out.splitlines() if line not in commands) <= 40


def test_from_python(folder: Path) -> None:
    store = folder / "runs.db"
    by_name = package.compare("first", "second", store=store)
    results = [
        package.run(folder / f"{name}.yaml", n=40, sample="census", release=name, store=store)
        for name in ("first", "second")
    ]
    by_result = package.compare(results[0], results[1])
    assert (by_name.conclusion, by_result.conclusion) == ("better", "better")
    assert by_name.interval == by_result.interval
    with pytest.raises(UsageError, match="give its store"):
        package.compare("first", "second")


def test_repeats_and_their_noise_floor(folder: Path) -> None:
    asked = ("run", "-c", "first.yaml", "-n", "10", "--sample", "census", "--repeats", "3", "-q")
    report = prebeta(folder, *asked, "--release", "thrice")
    assert "10 typical users sent more than once" in report.out
    assert "noise floor: the same product again" in report.out
    summary = json.loads(prebeta(folder, "show", "thrice", "--json").out)
    found = summary["flakiness"]
    assert (summary["conversations"], found["scenarios"], len(found["pass"])) == (30, 10, 3)
    assert found["always_passes"] + found["always_fails"] + found["flaky"] == 10
    assert json.loads(prebeta(folder, "show", "first", "--json").out)["flakiness"] is None
    mixed = json.loads(prebeta(folder, "compare", "thrice", "second", "--json").out)
    assert (mixed["pairs"], mixed["conversations"]) == (10, {"a": 30, "b": 40})
