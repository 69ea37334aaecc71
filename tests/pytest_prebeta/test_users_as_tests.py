"""Users as test items: of a prebeta.yaml, and of a mark with each=True."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from typing import Any
from xml.etree import ElementTree

import pytest

pytest_plugins = ["pytester"]

EACH = """
import pytest

@pytest.mark.prebeta(n=8, each=True)
def test_user(prebeta_conversation):
    assert prebeta_conversation.transcript.turns
    assert prebeta_conversation.outcome == "REACHED"
"""


def ids(done: pytest.RunResult) -> list[str]:
    """Node ids that `--collect-only -q` lists."""
    return [line for line in done.stdout.lines if "::" in line]


def test_users_of_a_project_are_items_by_their_scenario(toy: Any) -> None:
    found = ids(toy.run("prebeta.yaml", "--prebeta-scenarios", "6", "--collect-only", "-q"))
    assert len(found) == len(set(found)) == 6
    assert all(re.fullmatch(r"prebeta\.yaml::[0-9a-f]{16}", each) for each in found)
    more = ids(toy.run("--prebeta-scenarios", "9", "--collect-only", "-q"))
    assert more[:6] == found
    assert not ids(toy.run("--collect-only", "-q")), "a project's users are collected where they are asked for"
    assert len(ids(toy.run("prebeta.yaml", "--collect-only", "-q"))) == 50
    assert (
        ids(toy.run("prebeta.yaml", "--prebeta-scenarios", "6", "--prebeta-seed", "2", "--collect-only", "-q")) != found
    )
    assert not toy.runs()


def test_all_users_of_a_session_are_one_run(toy: Any) -> None:
    done = toy.run("prebeta.yaml", "--prebeta-scenarios", "12", "--junitxml=junit.xml")
    ((run, rows),) = toy.runs()
    failed = {row.scenario for row in rows if row.assessment.failed}
    assert 0 < len(failed) < 12
    assert (run.state, len(rows), run.conversations) == ("done", 12, 12)
    done.assert_outcomes(failed=len(failed), passed=12 - len(failed))
    done.stdout.fnmatch_lines(
        [
            "ABANDONED, DEAD_END at turn *",
            "▶*product*",
            "again: prebeta replay *",
            f"12 users: {len(failed)} failed, {12 - len(failed)} passed",
            f"  look: prebeta show {run.id}",
        ]
    )
    cases = {each.attrib["name"]: each for each in ElementTree.parse(toy.pytester.path / "junit.xml").iter("testcase")}
    assert {name for name, case in cases.items() if case.find("failure") is not None} == failed
    conversation = {row.scenario: row.id for row in rows}
    for name, case in cases.items():
        told = {each.attrib["name"]: each.attrib["value"] for each in case.iter("property")}
        assert (told["prebeta_run"], told["prebeta_conversation"]) == (run.id, conversation[name])
        assert ("prebeta_replay" in told) == (name in failed)


def test_only_those_chosen_are_sent(toy: Any) -> None:
    found = ids(toy.run("prebeta.yaml", "--prebeta-scenarios", "6", "--collect-only", "-q"))
    toy.run(found[4], "--prebeta-scenarios", "6")
    ((run, rows),) = toy.runs()
    assert [f"prebeta.yaml::{row.scenario}" for row in rows] == [found[4]]
    assert (run.conversations, run.state) == (6, "interrupted")
    two = "|".join(each.partition("::")[2] for each in found[:2])
    toy.run("prebeta.yaml", "--prebeta-scenarios", "6", "-k", two.replace("|", " or "))
    assert [f"prebeta.yaml::{row.scenario}" for row in toy.runs()[1][1]] == found[:2]


def test_users_of_a_function_are_tests_of_their_own(toy: Any) -> None:
    toy.pytester.makepyfile(test_bot=EACH)
    assert ids(toy.run("--collect-only", "-q")) == [f"test_bot.py::test_user[user{number}]" for number in range(1, 9)]
    done = toy.run("-v")
    ((_, rows),) = toy.runs()
    failed = [position for position, row in enumerate(rows, 1) if row.assessment.failed]
    assert 0 < len(failed) < 8
    done.assert_outcomes(failed=len(failed), passed=8 - len(failed))
    for number in failed:
        done.stdout.fnmatch_lines([f"test_bot.py::test_user?user{number}? FAILED*"])
    again = toy.run("--lf", "-v")
    again.assert_outcomes(failed=len(failed))
    assert len(toy.runs()[1][1]) == len(failed)


def test_a_functions_own_lines_count_where_the_user_came_through(toy: Any) -> None:
    toy.pytester.makepyfile(EACH.replace('outcome == "REACHED"', 'outcome == "NEVER"'))
    done = toy.run("-k", "user1 or user2 or user3")
    done.assert_outcomes(failed=3, deselected=5)
    assert "'REACHED' == 'NEVER'" in done.stdout.str()


def test_a_function_need_not_ask_for_the_conversation(toy: Any) -> None:
    toy.pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("flavour", ["plain", "rich"])
        @pytest.mark.prebeta(n=4, each=True)
        def test_user(flavour):
            pass
        """
    )
    done = toy.run("-v")
    outcomes = done.parseoutcomes()
    assert outcomes["failed"] + outcomes["passed"] == 8
    assert [len(rows) for _, rows in toy.runs()] == [4, 4]


def test_async_functions_may_have_users_too(toy: Any) -> None:
    toy.pytester.makepyfile(
        """
        import pytest

        @pytest.mark.asyncio
        @pytest.mark.prebeta(n=4, each=True)
        async def test_user(prebeta_conversation):
            assert prebeta_conversation.scenario.goal.text == "order a cake"
        """
    )
    outcomes = toy.run().parseoutcomes()
    assert outcomes["failed"] + outcomes["passed"] == 4
    assert "errors" not in outcomes


def test_users_sent_several_times_are_flaky_where_they_differ(toy: Any) -> None:
    bot = toy.pytester.path / "bot.py"
    broken = 'if day == os.environ.get("BOT_BROKEN", "friday"):'
    coin = 'import random\n    if random.random() < float(os.environ.get("BOT_COIN", "0.2")):'
    bot.write_text(bot.read_text().replace(broken, coin))
    done = toy.run("prebeta.yaml", "--prebeta-scenarios", "12", "--prebeta-times", "4")
    ((run, rows),) = toy.runs()
    assert (len(rows), run.repeats) == (48, 4)
    failed: dict[str, int] = {}
    for row in rows:
        failed[row.scenario] = failed.get(row.scenario, 0) + row.assessment.failed
    assert done.parseoutcomes().get("failed", 0) == sum(count > 0 for count in failed.values())
    flaky = sum(0 < count < 4 for count in failed.values())
    said = [line for line in done.stdout.lines if line.startswith("flaky: failed ")]
    assert len(said) == flaky


def test_two_workers_share_one_run(toy: Any) -> None:
    toy.pytester.makepyfile(EACH)
    done = toy.run(
        "test_two_workers_share_one_run.py", "prebeta.yaml", "--prebeta-scenarios", "10", "-n", "2", apart=True
    )
    found = toy.runs()
    assert sorted(len(rows) for _, rows in found) == [8, 10]
    assert [run.state for run, _ in found] == ["done", "done"]
    failed = sum(row.assessment.failed for _, rows in found for row in rows)
    done.assert_outcomes(failed=failed, passed=18 - failed)
    assert "Traceback" not in done.stdout.str()
    done.stdout.fnmatch_lines(["8 users: *", "10 users: *"])


def test_they_are_held_at_once_and_not_one_after_the_other(toy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_S", "0.3")
    toy.run("prebeta.yaml", "--prebeta-scenarios", "20")
    ((run, rows),) = toy.runs()
    assert run.seconds < sum(row.seconds for row in rows) / 3


def test_after_the_first_failure_no_more_are_waited_for(toy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_S", "0.2")
    yaml = toy.pytester.path / "prebeta.yaml"
    yaml.write_text(yaml.read_text() + "limits: {concurrency: 2}\n")
    done = toy.run("prebeta.yaml", "--prebeta-scenarios", "30", "-x")
    assert done.parseoutcomes()["failed"] == 1
    ((run, rows),) = toy.runs()
    assert len(rows) < 20
    assert run.state == "interrupted"
    done.stdout.fnmatch_lines(
        [f"run {run.id} was stopped with * conversations left; to hold them: prebeta resume {run.id}"]
    )


def test_ctrl_c_keeps_what_was_held_and_says_how_to_go_on(toy: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_S", "0.5")
    yaml = toy.pytester.path / "prebeta.yaml"
    yaml.write_text(yaml.read_text() + "limits: {concurrency: 2}\n")
    toy.pytester.makepyfile("import pytest\n@pytest.mark.prebeta(n=40)\ndef test_rate(): pass")
    words = ["-p", "no:hypothesispytest", "-p", "no:langsmith_plugin"]
    with subprocess.Popen(
        [sys.executable, "-m", "pytest", *words], cwd=toy.pytester.path, stdout=subprocess.PIPE, text=True
    ) as process:
        deadline = time.monotonic() + 60
        while not any(rows for _, rows in toy.runs()) and time.monotonic() < deadline:
            time.sleep(0.2)
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=60)
    ((run, rows),) = toy.runs()
    assert process.returncode == pytest.ExitCode.INTERRUPTED, out
    assert run.state == "interrupted"
    assert 0 < len(rows) < 40
    assert re.search(
        rf"run {run.id} was stopped with \d+ conversations left; to hold them: prebeta resume {run.id}", out
    )


def test_a_project_that_is_broken_is_a_line(toy: Any) -> None:
    (toy.pytester.path / "prebeta.yaml").write_text("target: bot:answer\ngoal: x\n")
    done = toy.run("prebeta.yaml")
    done.assert_outcomes(errors=1)
    assert "Traceback" not in done.stdout.str()
    done.stdout.fnmatch_lines(["*prebeta.yaml:2: goal*"])


def test_what_we_spoil_ourselves_is_inconclusive(toy: Any) -> None:
    yaml = toy.pytester.path / "prebeta.yaml"
    yaml.write_text(yaml.read_text() + "setup: setting_up:account\n")
    (toy.pytester.path / "setting_up.py").write_text(
        "def account(context):\n    if context.id != 'check':\n        raise RuntimeError('no accounts left')\n"
    )
    done = toy.run("prebeta.yaml", "--prebeta-scenarios", "3")
    assert done.parseoutcomes() == {"inconclusive": 3}
    done.stdout.fnmatch_lines(["INCONCLUSIVE prebeta.yaml::*: the conversation doesn't count: INFRA"])
