"""What a person can get wrong: one line that says what to do, the right exit code, never a traceback."""

from __future__ import annotations

import contextlib
import json
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from command_line import PROJECT, Done, normal, plain_environment, prebeta, program, project


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return project(tmp_path)


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (["runn"], "unknown verb 'runn'; did you mean 'run'?"),
        (["walk-the-dog"], "unknown verb 'walk-the-dog'; there are: demo, init, doctor, run, resume, runs, compare, "
                           "trend, plan, gate, show, findings, locate, shrink, why, replay, search, realism, chat, export, import, "
                           "schema, mcp, cases, personas"),
        (["run", "--zzz"], "no such option: --zzz; see: prebeta run --help"),
        (["run", "-n", "many"], "invalid value for '-n': "),
        (["run", "-n", "0"], "n is 0; give a number above 0"),
        (["run", "-n", "-3"], "n is -3; give a number above 0"),
        (["run", "--repeats", "0"], "repeats is 0; give a number above 0"),
        (["run", "--sample", "all"], "unknown sample 'all'; one of: mixed, census, hunt"),
        (["run", "--users", "agnda"], "unknown user 'agnda'; did you mean 'agenda'?"),
        (["run", "-c", "none.yaml"], "none.yaml: no such file; prebeta init writes one"),
        (["show"], "no store at .prebeta/prebeta.db yet; it is made by the first run: prebeta run"),
        (["runs", "--store", "nowhere.db"], "no store at nowhere.db yet; it is made by the first run: prebeta run"),
        (["export", "--json"], "with --json stdout is taken; name a file for the rows: -o FILE"),
        (["export", "--format", "xml"], "unknown format 'xml'; known: jsonl, csv, openai, sharegpt"),
        (["demo", "--release", "7"], "there is no release 7 of the demo; there are: 1, 2, 3, 4"),
        (["demo", "-n", "0"], "n is 0; give a number above 0"),
        (["init", "--target", "what"], "'what' is neither a URL (http://…) nor module:function"),
    ],
)  # fmt: skip
def test_usage(folder: Path, arguments: list[str], line: str) -> None:
    (folder / "new").mkdir()
    done = prebeta(folder / "new" if arguments[0] == "init" else folder, *arguments)
    assert done.code == 2
    if "--json" in arguments:
        assert json.loads(done.out) == {"error": done.err.removeprefix("prebeta: ").strip(), "exit_code": 2}
    else:
        assert done.out == ""
    assert done.err.startswith(f"prebeta: {line}")
    assert done.err.count("\n") == 1
    assert not (folder / ".prebeta").exists()
    assert list((folder / "new").iterdir()) == []


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\xff", b"goals: [", b"tarjet: {}\n", PROJECT.replace("python", "pyton").encode()]
)
def test_a_project_that_cannot_be_read_is_said_in_lines_without_a_traceback(folder: Path, content: bytes) -> None:
    (folder / "prebeta.yaml").write_bytes(content)
    for verb in ("run", "doctor"):
        done = prebeta(folder, verb)
        assert (done.code, done.out) == (2, "")
        assert all(line.startswith("prebeta: prebeta.yaml") for line in done.err.splitlines())
        assert done.err


def test_unknown_run_and_conversation(folder: Path) -> None:
    prebeta(folder, "run", "-n", "2", "-q")
    done = prebeta(folder, "show", "r1999")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("prebeta: no run 'r1999' among the 1 of FOLDER/.prebeta/prebeta.db")
    done = prebeta(folder, "show", "latest", "zzz")
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("prebeta: no conversation 'zzz' among the 2 of run RUN")


def test_a_store_of_another_program_is_left_as_it_is(folder: Path) -> None:
    foreign = folder / "foreign.db"
    with contextlib.closing(sqlite3.connect(foreign)) as connection:
        connection.execute("create table t (x)")
        connection.commit()
    before = foreign.read_bytes()
    for arguments in (["run", "-n", "2", "--store", "foreign.db"], ["runs", "--store", "foreign.db"]):
        done = prebeta(folder, *arguments)
        assert (done.code, done.out) == (2, "")
        assert "foreign.db is an SQLite file of another program" in done.err
    assert foreign.read_bytes() == before


def test_a_product_that_does_not_answer(folder: Path) -> None:
    (folder / "prebeta.yaml").write_text(PROJECT.replace("Desk", "Deaf"))
    done = prebeta(folder, "run", "-n", "2")
    assert (done.code, done.out) == (3, "")
    assert "the line is dead" in done.err
    assert "Traceback" not in done.err
    done = prebeta(folder, "doctor")
    assert done.code == 3
    assert "BAD product: " in done.out


def test_a_product_that_is_down(folder: Path) -> None:
    done = prebeta(folder, "init", "web", "--target", "http://127.0.0.1:9/chat")
    assert (done.code, done.out) == (3, "")
    assert done.err.startswith("prebeta: wrote web/prebeta.yaml, but ")
    assert (folder / "web" / "prebeta.yaml").exists()
    done = prebeta(folder, "run", "-c", "web/prebeta.yaml", "-n", "2")
    assert (done.code, done.out) == (3, "")
    assert "127.0.0.1" in done.err


def test_a_file_that_cannot_be_written(folder: Path) -> None:
    prebeta(folder, "run", "-n", "2", "-q")
    done = prebeta(folder, "export", "-o", "no/such/folder/out.jsonl")
    assert (done.code, done.out) == (2, "")
    assert (
        done.err
        == "prebeta: cannot write no/such/folder/out.jsonl (No such file or directory); name another file: -o FILE\n"
    )


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk(folder: Path) -> None:
    prebeta(folder, "run", "-n", "2", "-q")
    with Path("/dev/full").open("w") as full:
        command = program("export")
        done = subprocess.run(
            command, cwd=folder, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert done.returncode == 3
    assert done.stderr == "prebeta: no room left to write the output; free some space\n"


def test_the_gate_decides_the_exit_code(folder: Path) -> None:
    (folder / "prebeta.yaml").write_text(PROJECT + "gate: {max_failure_rate: 0.5}\n")
    assert prebeta(folder, "run", "-n", "20", "-q").code == 0
    strict = prebeta(folder, "run", "-n", "4", "-q")
    assert "Gate: inconclusive: " in strict.out
    assert strict.code == 3
    wrong = PROJECT.replace("state.id", "state.nothing") + "gate: {max_failure_rate: 0.5}\n"
    (folder / "prebeta.yaml").write_text(wrong)
    failed = prebeta(folder, "run", "-n", "20", "-q", "--json")
    assert json.loads(failed.out)["gate"] == "failed"
    assert failed.code == 1
    assert prebeta(folder, "show", "-c", "prebeta.yaml").code == 0


def test_interrupted_keeps_what_is_done_and_says_how_to_go_on(folder: Path) -> None:
    (folder / "prebeta.yaml").write_text(PROJECT.replace("Desk", "Slow"))
    command = program("run", "-n", "400", "--concurrency", "4", "--store", "my.db")
    started = subprocess.Popen(command, cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while _held(folder / "my.db") < 4 and time.monotonic() < deadline:
        time.sleep(0.05)
    started.send_signal(signal.SIGINT)
    out, err = started.communicate(timeout=30)
    said = Done(started.returncode, normal(out, folder), normal(err, folder))
    assert (said.code, said.out) == (130, "")
    last = said.err.splitlines()[-1]
    assert last.startswith("prebeta: interrupted with ")
    assert last.endswith(" conversations left; go on with: prebeta resume RUN --store my.db")
    assert 4 <= _held(folder / "my.db") < 400
    assert "interrupted" in prebeta(folder, "runs", "--store", "my.db").out
    partial = prebeta(folder, "show", "--store", "my.db")
    assert partial.code == 0
    assert partial.err == (
        "prebeta: this run is not whole (interrupted); to hold what is left: prebeta resume RUN --store my.db\n"
    )


def _held(store: Path) -> int:
    if not store.exists():
        return 0
    with contextlib.closing(sqlite3.connect(f"file:{store}?mode=ro", uri=True)) as connection:
        try:
            return int(connection.execute("select count(*) from conversations").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def test_a_bug_of_ours_is_a_line_too_and_its_place_is_to_be_had() -> None:
    script = (
        "import prebeta.cli.main as main\n"
        "def broken(*given, **named): raise KeyError('lost')\n"
        "main.app = broken\n"
        "raise SystemExit(main.enter(['runs']))\n"
    )
    for debug in ("", "1"):
        environment = {**plain_environment(), "PREBETA_DEBUG": debug}
        done = subprocess.run(
            [sys.executable, "-c", script], env=environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert (done.returncode, done.stdout) == (3, "")
        first = "prebeta: unexpected KeyError: 'lost'; PREBETA_DEBUG=1 shows where it came from\n"
        assert done.stderr.startswith(first)
        assert ("Traceback" in done.stderr) == bool(debug)
