"""Talking to the product oneself: through a pipe, as a script would, and at a terminal."""

from __future__ import annotations

import io
import json
import os
import pty
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from unittest import mock

import pytest
from command_line import Done, plain_environment, prebeta, program, project

SHOP = '''
class Shop:
    """Takes two answers; says what broke when asked to; its state is told from the first answer on."""

    prebeta_inline = True

    def __init__(self):
        self.day = None

    def start(self):
        return {"messages": ["Hello.", "Which day?"], "options": ["Monday", {"title": "Tuesday", "payload": "TUE"}]}

    def send(self, text, payload=None):
        if text == "break":
            raise RuntimeError("the shop burns")
        if text == "slowly":
            import time
            time.sleep(1)
        if text == "yes" and self.day:
            return {"messages": ["It is booked."], "state": {"day": self.day}, "ended": True}
        if text in ("Monday", "Tuesday"):
            self.day = text
            return {"messages": [f"{text} it is ({payload}). Shall I book it?"], "state": {"day": self.day}}
        return {"messages": [f"I don't understand {text!r}."]}
'''
PROJECT = """\
target: {kind: python, function: "desk_product:Shop"}
end_state: {when: {ended: true, state: present}, facts: {day: {path: state.day}}}
goals:
  - goal: book a table
    slots: {day: {values: [Monday, Tuesday]}}
user: {answers: {day: "which day", confirm: {says: "shall I book", then: yes}}}
"""
HELP = (
    "/quit ends it, /state shows the product's state, /wait looks for something late, /say TEXT types TEXT as it is\n"
)
GREETING = "Hello.\nWhich day?\n  1  Monday\n  2  Tuesday\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    project(tmp_path, PROJECT)
    (tmp_path / "desk_product.py").write_text(SHOP)
    return tmp_path


def _chat(folder: Path, typed: str, *arguments: str) -> Done:
    sys.modules.pop("desk_product", None)
    with mock.patch.object(sys, "stdin", io.StringIO(typed)):
        return prebeta(folder, "chat", *arguments)


def test_a_whole_conversation(folder: Path) -> None:
    done = _chat(folder, "/state\n2\n/state\n\nyes\n")
    assert done == Done(
        0,
        HELP + GREETING + "the product tells no state\nyou> Tuesday\nTuesday it is (TUE). Shall I book it?\n"
        '{\n  "day": "Tuesday"\n}\n' + HELP + "you> yes\nIt is booked.\n\nended by product: end_state\n"
        "REACHED: came to the end state\n  day: Tuesday\n"
        "whether that is what you said only you can tell: the meaning of typed words isn't known\n"
        "the judges saw no failure\n",
        "",
    )
    assert not (folder / ".prebeta").exists(), "nothing is stored"


def test_watching_says_how_each_message_is_read(folder: Path) -> None:
    done = _chat(folder, "1\nyes", "--watch")
    assert "  (asks for day · by answers.day)\nyou> Monday\n" in done.out
    assert "  (asks to confirm · by answers.confirm)\nyou> yes\n" in done.out
    assert "  (says that it is done)\n\nended by product" in done.out


def test_text_that_looks_like_a_number_or_a_command_can_be_said(folder: Path) -> None:
    done = _chat(folder, "/say 2\n/say /quit\n7\n/wait\n/nothing\n/quit\nnever said")
    said = [line for line in done.out.splitlines() if line.startswith(("you> ", "I don"))]
    assert said == [
        *("you> 2", "I don't understand '2'."),
        *("you> /quit", "I don't understand '/quit'."),
        *("you> 7", "I don't understand '7'."),
    ]
    assert done.out.count(HELP) == 2
    assert "(nothing)\n" in done.out, "nothing came late"
    assert "ended by user: unprovoked\nthe end state was not reached\n" in done.out
    assert done.code == 0


def test_what_breaks_is_judged(folder: Path) -> None:
    done = _chat(folder, "break\n")
    assert "(crashed: RuntimeError: the shop burns)\n" in done.out
    assert "ended by product: crashed (RuntimeError: the shop burns)\nERROR: the product broke\n" in done.out
    assert "▲ SYSTEM_ERROR at turn 2: " in done.out
    assert done.code == 0


def test_json_is_one_document_and_the_talk_is_elsewhere(folder: Path) -> None:
    done = _chat(folder, "1\nyes\n", "--json")
    row = json.loads(done.out)
    assert (row["outcome"], row["failed"], [turn["move"] for turn in row["turns"]]) == (
        *("REACHED", False),
        [None, "press", None, "say", None],
    )
    assert GREETING in done.err


def test_a_product_that_does_not_answer(folder: Path) -> None:
    (folder / "prebeta.yaml").write_text(PROJECT.replace("Shop", "Gone"))
    done = _chat(folder, "hello\n")
    assert done.code in (2, 3)
    assert "desk_product has no 'Gone'" in done.err


def test_the_bundled_product(folder: Path) -> None:
    done = _chat(folder, "1\n/quit\n", "--demo", "4")
    assert "\n  1  " in done.out
    assert _chat(folder, "", "--demo", "9").code == 2


def test_lines_come_through_a_pipe_one_by_one(folder: Path) -> None:
    with subprocess.Popen(
        program("chat"), cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=plain_environment()
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        assert [process.stdout.readline() for _ in range(5)] == (HELP + GREETING).splitlines(keepends=True)
        process.stdin.write("1\r\n")
        process.stdin.flush()
        assert process.stdout.readline() == "you> Monday\n"
        out, _ = process.communicate("yes", timeout=20)
    assert "REACHED: came to the end state\n" in out
    assert process.returncode == 0


@contextmanager
def _terminal(folder: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """The program at a terminal: the other end of it, and the process."""
    ours, theirs = pty.openpty()
    env = {**plain_environment(), "NO_COLOR": "1", "COLUMNS": "120"}
    with subprocess.Popen(
        program("chat"), cwd=folder, stdin=theirs, stdout=theirs, stderr=theirs, env=env, start_new_session=True
    ) as process:
        os.close(theirs)
        try:
            yield ours, process
        finally:
            process.kill()
            os.close(ours)


def _read_until(descriptor: int, wanted: str) -> str:
    got = ""
    while wanted not in got:
        got += os.read(descriptor, 4096).decode()
    return got.replace("\r\n", "\n")


def _rest(descriptor: int) -> str:
    got = b""
    while True:
        try:
            got += os.read(descriptor, 4096)
        except OSError:  # the terminal's other end is closed
            return got.decode().replace("\r\n", "\n")


@pytest.mark.parametrize("key", ["ctrl-d", "ctrl-c", "ctrl-c while the product answers"])
def test_ctrl_d_and_ctrl_c_end_it_in_order(folder: Path, key: str) -> None:
    with _terminal(folder) as (terminal, process):
        assert GREETING in _read_until(terminal, "you> ")
        rest = ""
        if key == "ctrl-d":
            os.write(terminal, b"\x04")
        elif key == "ctrl-c":
            process.send_signal(signal.SIGINT)
        else:
            os.write(terminal, b"slowly\n")
            rest = _read_until(terminal, "slowly")
            process.send_signal(signal.SIGINT)
        rest += _rest(terminal)
        assert process.wait(20) == 0
    assert "ended by user: unprovoked\nthe end state was not reached\n" in rest
    assert "Traceback" not in rest
