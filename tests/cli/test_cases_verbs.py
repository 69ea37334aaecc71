"""cases add, list and run by the command line: a desk that breaks, is mended, and changes."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from command_line import Done, normal, prebeta, project

from prebeta.analysis.findings import group
from prebeta.behaviors import CATALOGUE
from prebeta.store import Store

PRODUCT = '''
import os
import re


class Desk:
    """Broken while DESK says so: it breaks down when somebody asks for a person."""

    prebeta_inline = True

    def __init__(self):
        self.city = self.day = None

    def start(self):
        return self.asked()

    def asked(self):
        if self.city is None:
            return {"messages": ["Which city would you like?"], "options": ["Oslo", "Rome", "Wien"]}
        if self.day is None:
            return {"messages": ["Which day would you like?"]}
        state = {"city": self.city, "day": self.day}
        return {"messages": ["It is booked."], "state": state, "ended": True}

    def send(self, text):
        if re.search(r"human|a (?:real )?person|someone from", text):
            if os.environ.get("DESK", "broken") == "broken":
                raise RuntimeError("no operator configured")
            return {"messages": ["I'm the only one here, sorry.", *self.asked()["messages"]]}
        for name in ("Oslo", "Rome", "Wien"):
            if name in text:
                self.city = name
        for name in ("Monday", "Friday"):
            if name in text and os.environ.get("DESK") != "deaf":
                self.day = name
        return self.asked()
'''

PROJECT = """\
target: {kind: python, function: "rooms_product:Desk"}
end_state:
  when: {ended: true, state: present}
  facts: {city: {path: state.city}, day: {path: state.day}}
goals:
  - goal: book a room
    slots: {city: {values: [Oslo, Rome, Wien]}, day: {values: [Monday, Friday]}}
personas: [a regular guest]
"""
PROJECT += f"behaviors: {json.dumps({**dict.fromkeys(CATALOGUE, 0), 'asks_human': 0.4})}\n"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run in which the desk broke, and with no cases yet."""
    folder = project(tmp_path_factory.mktemp("desk"), PROJECT)
    (folder / "rooms_product.py").write_text(PRODUCT)
    done = prebeta(folder, "run", "-n", "30", "--sample", "census", "--release", "1", "-q")
    assert done.code == 0, done.err
    return folder


@pytest.fixture(scope="module")
def kept(desk: Path) -> tuple[Path, Path]:
    """That folder, and the file of the case that was added."""
    added = of(prebeta(desk, "cases", "add", "1", "--json"))
    assert added["added"] == 1
    (file,) = (desk / "prebeta_cases").iterdir()
    return desk, file


def of(done: Done) -> Any:
    return json.loads(done.out)


def shown(file: Path) -> str:
    """A case's file as it is told here, where ids are made the same."""
    return normal(file.name, file.parent)


def run_of(folder: Path, *words: str, desk: str = "broken") -> Any:
    return of(prebeta(folder, "cases", "run", *words, "--json", DESK=desk))


def test_a_case_is_added_shrunk_measured_and_told(desk: Path) -> None:
    done = prebeta(desk, "cases", "add", "latest", "--cases", "elsewhere")
    assert done.code == 0, done.err
    assert "prebeta: holding at most 40 conversations\n" in done.err
    assert done.out.startswith("added: ")
    assert "failed in 5 of 5 tries" in done.out
    assert "1 case added." in done.out
    (file,) = (desk / "elsewhere").iterdir()
    text = file.read_text()
    assert "kind: SYSTEM_ERROR" in text
    assert text.count("- say:") + text.count("- press:") == 1
    assert "required:\n    city: " in text
    assert "flakiness: {failed: 5, of: 5}" in text
    assert 'release: "1"' in text


def test_adding_twice_changes_nothing(kept: tuple[Path, Path]) -> None:
    folder, file = kept
    before = file.read_text()
    file.write_text(f"{before}# reviewed\n")
    again = prebeta(folder, "cases", "add", "1")
    assert again.code == 0
    assert "there already: " in again.out
    assert "holding" not in again.err
    assert file.read_text() == f"{before}# reviewed\n"
    assert len(list(file.parent.iterdir())) == 1
    file.write_text(before)


def test_nearly_the_same_is_refused_with_the_case_that_it_repeats(kept: tuple[Path, Path]) -> None:
    folder, file = kept
    before = file.read_text()
    file.write_text(re.sub(r"^case: .*", "case: another", before, count=1, flags=re.MULTILINE))
    again = prebeta(folder, "cases", "add", "1")
    assert again.code == 0
    assert "refused: " in again.out
    assert f"nearly the same script for the same finding as prebeta_cases/{shown(file)}" in again.out
    file.write_text(before)


def test_what_doesn_t_fail_any_more_is_refused(desk: Path) -> None:
    done = prebeta(desk, "cases", "add", "1", "--cases", "none", DESK="mended")
    assert done.code == 3
    assert "refused: " in done.out
    assert "the failure did not come again in 5 conversations: it may be mended, or come by chance" in done.out
    assert not (desk / "none").exists()


def test_without_shrinking_and_of_one_conversation(desk: Path) -> None:
    with Store.open(desk / ".prebeta" / "prebeta.db", create=False) as store:
        (finding,) = group(store.rows(store.run("1").id, "agenda"))
    other = finding.conversations[-1]
    words = ("--conversation", other, "--no-shrink", "--times", "2", "--cases", "whole", "--json")
    (one,) = of(prebeta(desk, "cases", "add", "1", *words))["findings"]
    assert (one["finding"], one["came"], one["case"]["flakiness"]) == (finding.id, "added", {"failed": 2, "of": 2})
    assert one["messages_before"] == one["case"]["messages"]
    (file,) = (desk / "whole").iterdir()
    assert f"conversation: {other}" in file.read_text().replace('"', "")


def test_list_tells_the_cases(kept: tuple[Path, Path]) -> None:
    folder, _ = kept
    done = prebeta(folder, "cases", "list")
    assert done.code == 0
    assert "SYSTEM_ERROR  5 of 5" in done.out
    assert "1 case in prebeta_cases" in done.out
    listed = of(prebeta(folder, "cases", "list", "--json"))
    assert [one["kind"] for one in listed["cases"]] == ["SYSTEM_ERROR"]
    assert "No cases in nowhere" in prebeta(folder, "cases", "list", "--cases", "nowhere").out


@pytest.mark.parametrize(
    ("state", "status", "code"), [("broken", "still", 1), ("mended", "fixed", 0), ("deaf", "changed", 1)]
)
def test_run_says_what_is_so_now(kept: tuple[Path, Path], state: str, status: str, code: int) -> None:
    folder, _ = kept
    done = prebeta(folder, "cases", "run", "--times", "3", DESK=state)
    assert done.code == code, done.err
    assert done.out.startswith(status)
    assert f"1 case: 1 {status}" in done.out
    assert ("look: prebeta cases run CONVERSATION" in done.out) is (code == 1)
    found = run_of(folder, "--times", "3", desk=state)
    (one,) = found["results"]
    assert (one["status"], one["of"], found["counts"][status]) == (status, 3, 1)
    assert len(one["tries"]) == 3
    assert one["tries"][0]["turns"][1]["speaker"] == "user"


def test_one_case_named_shows_its_conversation(kept: tuple[Path, Path]) -> None:
    folder, file = kept
    for name in (file.stem.rpartition("-")[2][:6], str(file)):
        done = prebeta(folder, "cases", "run", name)
        assert done.code == 1
        assert "user     " in done.out
        assert "no operator configured" in done.out
    finding = of(prebeta(folder, "cases", "list", "--json"))["cases"][0]["finding"]
    assert len(run_of(folder, finding)["results"]) == 1


def test_held_out_cases_are_held_and_nothing_of_them_is_shown(desk: Path) -> None:
    assert of(prebeta(desk, "cases", "add", "1", "--held-out", "1", "--cases", "hidden", "--json"))["added"] == 1
    done = prebeta(desk, "cases", "run", "--cases", "hidden")
    assert done.code == 1
    assert "held out: what it says is not shown" in done.out
    assert "look:" not in done.out
    (one,) = run_of(desk, "--cases", "hidden")["results"]
    assert (one["status"], one["why"], one["tries"], one["held_out"]) == ("still", None, [], True)
    assert run_of(desk, "--cases", "hidden", "--held-out")["cases"] == 1
    done = prebeta(desk, "cases", "run", "--cases", "hidden", "--no-held-out")
    assert done.code == 2
    assert "none of the cases in hidden is not held out" in done.err


def test_the_product_as_a_run_reached_it(kept: tuple[Path, Path], tmp_path: Path) -> None:
    folder, file = kept
    store = folder / ".prebeta" / "prebeta.db"
    done = prebeta(tmp_path, "cases", "run", "--run", "1", "--store", str(store), "--cases", str(file.parent))
    assert done.code == 1, done.err
    assert "still (1 of 1)" in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("run", "--cases", "nowhere"), "there are no cases in nowhere; make some of a run's findings: prebeta cases add RUN"),
        (("run", "zzz"), "no case 'zzz' among the 1 of prebeta_cases; all: prebeta cases list"),
        (("add", "1", "F-nope"), "no finding 'F-nope' in run"),
        (("add", "9"), "no run '9'"),
        (("add", "1", "--held-out", "2"), "invalid value for '--held-out'"),
        (("run", "--times", "0"), "invalid value for '--times'"),
    ],
)  # fmt: skip
def test_what_a_person_can_mend_is_said(kept: tuple[Path, Path], words: tuple[str, ...], said: str) -> None:
    done = prebeta(kept[0], "cases", *words)
    assert done.code == 2
    assert said in done.err.replace("\n", " ")
    assert "Traceback" not in done.err


def test_a_broken_file_is_named_with_its_line(kept: tuple[Path, Path]) -> None:
    folder, file = kept
    before = file.read_text()
    file.write_text(before.replace("script:", "skript:", 1))
    done = prebeta(folder, "cases", "run")
    file.write_text(before)
    line = before.splitlines().index("script:") + 1
    assert done.code == 2
    assert f"prebeta_cases/{shown(file)}:{line}: skript: unknown key; did you mean 'script'?" in done.err


def test_cases_of_what_was_imported_are_as_the_conversations_were(desk: Path, tmp_path: Path) -> None:
    folder = project(tmp_path, PROJECT)
    (folder / "rooms_product.py").write_text(PRODUCT)
    rows = prebeta(desk, "export", "1", "--format", "jsonl").out
    (folder / "log.jsonl").write_text(rows)
    assert prebeta(folder, "import", "log.jsonl").code == 0
    done = prebeta(folder, "cases", "add", "latest")
    assert done.code == 0, done.err
    assert "was imported: its cases are as the conversations were" in done.err
    assert "not shrunk, and not held again" in done.out
    assert "not measured" in prebeta(folder, "cases", "list").out
    assert prebeta(folder, "cases", "run").code == 1
    assert prebeta(folder, "cases", "run", DESK="mended").code == 0


def test_forty_columns_are_enough(kept: tuple[Path, Path]) -> None:
    done = prebeta(kept[0], "cases", "run", COLUMNS="40")
    assert max(map(len, done.out.splitlines())) <= 40


def test_export_to_train_on_and_for_a_spreadsheet(desk: Path) -> None:
    told = of(prebeta(desk, "export", "1", "--format", "openai", "--only", "passing", "-o", "t.jsonl", "--json"))
    lines = (desk / "t.jsonl").read_text().splitlines()
    assert told["rows"] == len(lines) > 0
    assert all(json.loads(line)["messages"][-1]["role"] == "assistant" for line in lines)
    assert "| failed: ERROR |" in (desk / told["card"]).read_text()
    assert prebeta(desk, "export", "1", "--format", "csv", "-o", "t.csv").code == 0
    with (desk / "t.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 30
    assert {row["failed"] for row in rows} == {"true", "false"}
    done = prebeta(desk, "export", "1", "--format", "csv", "--only", "passing")
    assert done.code == 2
    assert "--only passing is for openai and sharegpt" in done.err
