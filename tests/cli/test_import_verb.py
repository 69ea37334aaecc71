"""`prebeta import`: what it prints, what it leaves out, and the other verbs on what it made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from command_line import prebeta, project

TALK = [{"role": "user", "content": "a table please"}, {"role": "assistant", "content": "For which day shall I look?"}]
BROKEN = [
    *TALK,
    {"role": "user", "content": "Monday"},
    {"role": "assistant", "content": "TypeError: undefined is not a function"},
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    rows = [{"id": "good-1", "messages": TALK}, {"id": "bad-1", "messages": BROKEN, "success": False}, {"oops": 1}]
    (tmp_path / "log.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    return tmp_path


def test_a_report_is_printed_and_what_is_left_out_is_named(folder: Path) -> None:
    done = prebeta(folder, "import", "log.jsonl", "--release", "v2", "--note", "May")
    assert done.code == 0
    assert done.out.startswith("run RUN · release v2 · May")
    assert "At least 1 of 2 imported conversations failed, 1 had a fault; how 1 ended is not known." in done.out
    assert "show RUN bad-1" in done.out
    assert (
        done.err == "prebeta: line 3 is left out: holds no messages; a row should be {messages: [{role, content}, …]}\n"
    )
    assert (folder / ".prebeta" / "prebeta.db").exists()


def test_a_log_is_redacted_without_a_project(folder: Path) -> None:
    said = "I am ann@home.example, call 0171 234 5678 about WS-1234"
    tool = {"id": "t1", "function": {"name": "look_up", "arguments": '{"mail": "ann@home.example"}'}}
    rows = [
        {
            "id": "one",
            "messages": [
                {"role": "user", "content": said},
                {"role": "assistant", "content": "Hm.", "tool_calls": [tool]},
            ],
        }
    ]
    (folder / "log.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    done = prebeta(folder, "import", "log.jsonl", "--redact", "email, phone", "--redact", "ws-[0-9]{2,4}")
    assert done.code == 0, done.err
    kept = b"".join(each.read_bytes() for each in (folder / ".prebeta").iterdir())
    assert not [secret for secret in (b"ann@home", b"0171", b"WS-1234") if secret in kept]
    shown = prebeta(folder, "show", "latest", "one").out
    assert "I am [email], call [phone] about [redacted]" in shown
    assert '⚙ look_up({"mail": "[email]"})' in shown


@pytest.mark.parametrize("told", ["emial", "email,phnoe", "(", "email,[0-9]+"])
def test_a_redaction_that_would_hide_nothing_is_refused(folder: Path, told: str) -> None:
    done = prebeta(folder, "import", "log.jsonl", "--redact", told)
    assert done.code == 2
    assert "--redact" in done.err
    assert not (folder / ".prebeta").exists()


def test_json_is_the_summary_and_how_many_were_left_out(folder: Path) -> None:
    summary = json.loads(prebeta(folder, "import", "log.jsonl", "--json").out)
    assert (summary["conversations"], summary["failed"], summary["skipped"]) == (2, 1, 1)
    assert summary["outcomes"] == {"UNKNOWN": 1, "ERROR": 1}
    assert list(summary["users"]) == ["imported"]


def test_the_other_verbs_work_on_it(folder: Path) -> None:
    prebeta(folder, "import", "log.jsonl")
    shown = prebeta(folder, "show", "latest", "bad-1")
    assert "SYSTEM_ERROR" in shown.out
    assert "ended by user: imported" in shown.out
    assert "label: fail, as the imported file says" in shown.out
    assert "None" not in shown.out
    assert "1 conversation" in prebeta(folder, "findings").out
    assert "bad-1" in prebeta(folder, "search", "undefined").out
    assert "At least 1 of 2" in prebeta(folder, "runs").out
    rows = [json.loads(line) for line in prebeta(folder, "export", "--format", "jsonl").out.splitlines()]
    assert [row["id"] for row in rows] == ["good-1", "bad-1"]
    assert rows[1]["verdicts"][-1]["judge"] == "label"
    refused = prebeta(folder, "resume", "latest")
    assert refused.code == 2
    assert "was imported: there is nothing to hold" in refused.err
    for verb in ("show", "findings", "runs"):
        done = prebeta(folder, verb, "--json")
        assert done.code == 0
        json.loads(done.out)
        assert done.err == ""


def test_realism_of_what_people_wrote(tmp_path: Path) -> None:
    rows = [
        {"messages": [*TALK, {"role": "user", "content": f"on the {day}th, for {day} of us"}, TALK[1]]}
        for day in range(4, 24)
    ]
    (tmp_path / "log.jsonl").write_text("\n".join(json.dumps(row) for row in rows))
    assert prebeta(tmp_path, "import", "log.jsonl").code == 0
    assert prebeta(tmp_path, "realism").code == 0


def test_the_project_here_judges_and_its_gate_counts(folder: Path) -> None:
    project(folder)
    (folder / "prebeta.yaml").write_text((folder / "prebeta.yaml").read_text() + "gate: {max_failure_rate: 0.5}\n")
    done = prebeta(folder, "import", "log.jsonl", "-q")
    assert done.code == 3  # two conversations prove nothing, and their ends aren't known
    assert "whether conversations came to their end state can't be told" in done.err


def test_csv_with_a_mapping(tmp_path: Path) -> None:
    (tmp_path / "log.csv").write_text("chat,who,said\n1,me,hello\n1,you,hi there\n")
    refused = prebeta(tmp_path, "import", "log.csv", "--map", "text=said")
    assert refused.code == 2
    assert "say who it is: --map user=WORD or product=WORD" in refused.err
    done = prebeta(tmp_path, "import", "log.csv", "--map", "text=said,user=me,product=you")
    assert done.code == 0
    assert "1 imported conversation" in done.out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("none.jsonl",), "none.jsonl isn't there"),
        (("log.jsonl", "--map", "txt=a"), "--map: unknown 'txt'; did you mean 'text'?"),
        (("log.jsonl", "-c", "none.yaml"), "none.yaml"),
        ((), "missing argument"),
    ],
)
def test_what_is_wrong_is_said_in_a_line(folder: Path, words: tuple[str, ...], said: str) -> None:
    done = prebeta(folder, "import", *words)
    assert done.code == 2
    assert said in done.err
    assert done.err.count("\n") == 1
    assert not (folder / ".prebeta").exists()
