"""Functions with @pytest.mark.prebeta: a run held to a rate, and what else they may ask for."""

from __future__ import annotations

import dataclasses
from typing import Any
from xml.etree import ElementTree

import pytest

from prebeta.analysis.gating import Rules
from prebeta.runner import RunOptions
from pytest_prebeta.marking import RULES, RUN_OPTIONS

pytest_plugins = ["pytester"]


def test_a_rate_above_the_bar_fails_and_shows_why(toy: Any) -> None:
    toy.pytester.makepyfile(
        """
        import pytest

        @pytest.mark.prebeta(n=40, max_failure_rate=0.05)
        def test_rate():
            raise AssertionError("not reached")
        """
    )
    done = toy.run("--junitxml=junit.xml")
    done.assert_outcomes(failed=1)
    ((run, rows),) = toy.runs()
    assert (run.state, len(rows)) == ("done", 40)
    failed = sum(row.assessment.failed for row in rows if row.sample == "census")
    done.stdout.fnmatch_lines(
        [
            f"{failed} of 40 typical users failed: * % (95 % interval * to * %), above 5 %",
            f"more: prebeta show {run.id}",
            "*▲ DEAD_END*",
            "again: prebeta replay *",
            "*= prebeta =*",
            "test_*.py::test_rate: * above 5 %",
            "*look: prebeta show *",
        ]
    )
    assert "not reached" not in done.stdout.str()
    (case,) = ElementTree.parse(toy.pytester.path / "junit.xml").getroot().iter("testcase")
    told = {each.attrib["name"]: each.attrib["value"] for each in case.iter("property")}
    assert told["prebeta_run"] == run.id
    assert float(told["prebeta_failure_rate"]) == pytest.approx(failed / 40, abs=1e-4)
    low, high = map(float, told["prebeta_interval"].split(" to "))
    assert low < failed / 40 < high
    assert told["prebeta_finding"].startswith("F-")
    assert told["prebeta_conversation"] in {row.id for row in rows}
    assert told["prebeta_replay"] == f"prebeta replay {told['prebeta_conversation']}"


@pytest.mark.usefixtures("works")
def test_a_rate_below_the_bar_passes(toy: Any) -> None:
    toy.pytester.makepyfile(
        """
        import pytest

        @pytest.mark.prebeta(n=60, sample="census", max_failure_rate=0.05)
        def test_rate(prebeta_result):
            assert prebeta_result.failed == 0
        """
    )
    done = toy.run()
    done.assert_outcomes(passed=1)
    done.stdout.fnmatch_lines(
        ["test_*.py::test_rate: 0 of 60 typical users failed: 0 % (95 % interval 0 to 4.9 %), at most 5 %"]
    )


@pytest.mark.usefixtures("works")
def test_a_test_passes_where_a_worse_product_would_hardly_have_shown_so_few_failures(toy: Any) -> None:
    toy.pytester.makepyfile(
        """
        import pytest

        @pytest.mark.prebeta(n=50, max_failure_rate=0.05)
        def test_rate(prebeta_result):
            assert prebeta_result.run.sample == "census"
        """
    )
    done = toy.run()
    done.assert_outcomes(passed=1)
    done.stdout.fnmatch_lines(["*: 0 of 50 typical users failed: at most 5 %, with 90 % confidence"])


UNDECIDED = """
import pytest

@pytest.mark.prebeta(n=40, max_failure_rate=0.05)
def test_rate(prebeta_result):
    print("its own lines")
"""


@pytest.mark.usefixtures("works")
@pytest.mark.parametrize(
    ("words", "outcome", "code"),
    [
        ((), "inconclusive", 0),
        (("--prebeta-inconclusive=fail",), "failed", 1),
        (("--prebeta-inconclusive=warn",), "passed", 0),
    ],
)
def test_what_cannot_be_told_is_neither_passed_nor_failed(
    toy: Any, words: tuple[str, ...], outcome: str, code: int
) -> None:
    toy.pytester.makepyfile(UNDECIDED)
    done = toy.run("-s", "--junitxml=junit.xml", *words, apart=True)
    assert done.ret == code
    assert done.parseoutcomes() == {outcome: 1, **({"warnings": 1} if "warn" in "".join(words) else {})}
    why = "0 of 40 typical users failed: 0 % (95 % interval 0 to 7.2 %) doesn't tell on which side of 5 % it is; n=59 would"
    assert why in done.stdout.str()
    assert "its own lines" in done.stdout.str()
    if not words:
        done.stdout.fnmatch_lines(["test_*.py *?*", f"INCONCLUSIVE test_*.py::test_rate: {why}*"])
        (skipped,) = ElementTree.parse(toy.pytester.path / "junit.xml").getroot().iter("skipped")
        assert skipped.attrib["message"].startswith("inconclusive: 0 of 40")


@pytest.mark.usefixtures("works")
def test_its_own_lines_fail_also_where_the_rate_cannot_be_told(toy: Any) -> None:
    toy.pytester.makepyfile(UNDECIDED.replace('print("its own lines")', "assert prebeta_result.n == 0"))
    toy.run().assert_outcomes(failed=1)


def test_without_a_rule_a_run_is_for_the_tests_own_lines(toy: Any) -> None:
    toy.pytester.makepyfile(
        """
        import pytest

        pytestmark = pytest.mark.prebeta(n=12, seed=3)

        def test_some_fail(prebeta_result):
            assert prebeta_result.run.seed == 3
            assert prebeta_result.failed > 0

        def test_no_leaks(prebeta_result):
            assert not [each for each in prebeta_result.findings if each.kind == "LEAK"]
        """
    )
    toy.run().assert_outcomes(passed=2)
    assert len(toy.runs()) == 1, "tests with the same mark share a run"


def test_the_projects_gate_holds_where_the_mark_has_no_rule(toy: Any) -> None:
    yaml = toy.pytester.path / "prebeta.yaml"
    yaml.write_text(yaml.read_text() + "gate: {max_failure_rate: 0.05}\n")
    toy.pytester.makepyfile("import pytest\n@pytest.mark.prebeta(n=20)\ndef test_rate(): pass")
    toy.run().assert_outcomes(failed=1)


def test_by_hand_a_test_sends_as_many_as_it_likes_and_the_mark_judges(toy: Any) -> None:
    toy.pytester.makepyfile(
        """
        import pytest

        def test_free(prebeta_run):
            assert prebeta_run(n=4).valid == 4

        @pytest.mark.prebeta(n=30, sample="census", max_failure_rate=0.05)
        def test_judged(prebeta_run):
            assert prebeta_run(seed=2).run.seed == 2

        def test_wrong(prebeta_run):
            prebeta_run(m=4)
        """
    )
    done = toy.run("--prebeta-release", "1.2", "--prebeta-note", "new prompt")
    done.assert_outcomes(passed=1, failed=2)
    done.stdout.fnmatch_lines(["*of 30 typical users failed*above 5 %", "prebeta: unknown option 'm'*"])
    assert [(run.conversations, run.release, run.note) for run, _ in toy.runs()] == [
        (4, "1.2", "new prompt"),
        (30, "1.2", "new prompt"),
    ]


@pytest.mark.parametrize("mode", ["auto", "strict"])
def test_async_tests_send_users_from_their_own_loop(toy: Any, mode: str) -> None:
    toy.pytester.makepyfile(
        """
        import pytest
        pytestmark = [pytest.mark.asyncio]

        async def test_own(prebeta_arun):
            assert (await prebeta_arun(n=4)).valid == 4

        async def test_sync_door(prebeta_run):
            prebeta_run(n=4)

        @pytest.mark.prebeta(n=6)
        async def test_marked(prebeta_result):
            assert prebeta_result.valid == 6

        @pytest.mark.prebeta(n=30, max_failure_rate=0.05)
        async def test_judged(prebeta_arun):
            await prebeta_arun()
        """
    )
    done = toy.run("-o", f"asyncio_mode={mode}")
    done.assert_outcomes(passed=2, failed=2)
    done.stdout.fnmatch_lines(["prebeta: an event loop is running in this test; write: await prebeta_arun(…)"])
    done.stdout.fnmatch_lines(["*typical users failed*above 5 %"])


def test_anyio_tests_send_users_too(toy: Any) -> None:
    toy.pytester.makepyfile(
        """
        import pytest

        @pytest.fixture
        def anyio_backend():
            return "asyncio"

        @pytest.mark.anyio
        async def test_own(prebeta_arun):
            assert (await prebeta_arun(n=4)).valid == 4

        @pytest.mark.anyio
        @pytest.mark.prebeta(n=6)
        async def test_marked(prebeta_result):
            assert prebeta_result.valid == 6
        """
    )
    toy.run().assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("n=5, max_failure=0.1", "@pytest.mark.prebeta knows no 'max_failure'; did you mean max_failure_rate?"),
        ("50", "@pytest.mark.prebeta takes names only; write n=50, max_failure_rate=…"),
        ("n=0", "@pytest.mark.prebeta: n is 0; give a number of users, 1 or more"),
        (
            "n=5, max_failure_rate=5",
            "@pytest.mark.prebeta: max_failure_rate is 5; give a share from 0 to 1: 0.05 is 5 %",
        ),
        ("each=True", "@pytest.mark.prebeta: each=True makes a test of each user; say of how many: n=20"),
        (
            "n=5, each=True, max_failure_rate=0.1",
            "@pytest.mark.prebeta: with each=True every user passes or fails by itself*",
        ),
        ("n=5, each=True, until='<5%'", "@pytest.mark.prebeta: until can't go with each=True*"),
    ],
)
def test_a_mark_that_makes_no_sense_is_a_line(toy: Any, mark: str, said: str) -> None:
    toy.pytester.makepyfile(f"import pytest\n@pytest.mark.prebeta({mark})\ndef test_rate(): pass")
    done = toy.run()
    assert done.ret == pytest.ExitCode.INTERRUPTED
    done.stdout.fnmatch_lines([f"test_*.py::test_rate: {said}"])
    assert "Traceback" not in done.stdout.str()
    assert "pytest_prebeta" not in done.stdout.str()


def test_what_only_the_run_can_refuse_is_a_line_too(toy: Any) -> None:
    toy.pytester.makepyfile("import pytest\n@pytest.mark.prebeta(n=5, sample='censos')\ndef test_rate(): pass")
    done = toy.run()
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["prebeta: unknown sample 'censos'*"])
    assert not toy.runs()


def test_fixtures_say_which_mark_they_need(toy: Any) -> None:
    toy.pytester.makepyfile(
        """
        def test_result(prebeta_result): pass
        def test_conversation(prebeta_conversation): pass
        """
    )
    done = toy.run()
    done.assert_outcomes(errors=2)
    done.stdout.fnmatch_lines(
        ["prebeta_result is of a run: mark the test @pytest.mark.prebeta(n=50, max_failure_rate=…)"]
    )
    done.stdout.fnmatch_lines(
        ["prebeta_conversation is of one user: mark the test @pytest.mark.prebeta(n=20, each=True)"]
    )


def test_without_the_plugin_the_mark_is_unknown(toy: Any) -> None:
    toy.pytester.makepyfile("import pytest\n@pytest.mark.prebeta(n=5)\ndef test_rate(): pass")
    done = toy.run("-p", "no:prebeta", apart=True)
    done.stdout.fnmatch_lines(["*'prebeta' not found in `markers` configuration option*"])
    toy.run("--collect-only").assert_outcomes()
    assert not toy.runs()


def test_a_project_made_in_python_is_tested_where_no_file_is(toy: Any) -> None:
    (toy.pytester.path / "prebeta.yaml").unlink()
    toy.pytester.makepyfile(
        """
        import bot, prebeta, pytest

        @pytest.fixture(scope="module")
        def prebeta_project(tmp_path_factory):
            return prebeta.Project(
                target=bot.answer,
                end_state={"when": {"ended": True, "state": "present"}, "facts": {"day": {"path": "state.day"}}},
                goals=[{"goal": "order a cake", "slots": {"size": {"values": ["Small"]}, "day": {"values": ["Friday"]}}}],
                user={"answers": {"size": "small or large", "day": "which day"}},
                store=str(tmp_path_factory.mktemp("kept") / "own.db"),
            )

        @pytest.mark.prebeta(n=20, max_failure_rate=0.05)
        def test_rate(): pass
        """
    )
    done = toy.run()
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["more: prebeta show * --store *own.db"])


def test_two_workers_write_to_one_store(toy: Any) -> None:
    toy.pytester.makepyfile(
        """
        import pytest

        @pytest.mark.parametrize("seed", range(6))
        def test_seed(prebeta_run, seed):
            assert prebeta_run(n=10, seed=seed).valid == 10
        """
    )
    done = toy.run("-n", "2", apart=True)
    done.assert_outcomes(passed=6)
    found = toy.runs()
    assert sorted(run.seed for run, _ in found) == [*range(6)]
    assert all(run.state == "done" and len(rows) == 10 for run, rows in found)


def test_a_mark_may_say_what_a_run_may() -> None:
    options = {field.name for field in dataclasses.fields(RunOptions)}
    assert options - {"watch_turns"} == RUN_OPTIONS
    assert {field.name for field in dataclasses.fields(Rules)} >= RULES


def test_where_nothing_of_it_is_used_nothing_is_loaded(toy: Any) -> None:
    toy.pytester.makeconftest(
        """
        import sys

        def pytest_unconfigure():
            print("LOADED", *sorted(name for name in sys.modules if "prebeta" in name))
            print("HEAVY", *sorted({"asyncio", "yaml", "sqlalchemy", "concurrent.futures"} & set(sys.modules)))
        """
    )
    toy.pytester.makepyfile("def test_it(): pass")
    words = ("-p", "no:asyncio", "-p", "no:anyio", "-p", "no:xdist", "-p", "no:xdist.looponfail")
    done = toy.run(*words, "-s", apart=True)
    done.assert_outcomes(passed=1)
    light = "pytest_prebeta pytest_prebeta.marking pytest_prebeta.notes pytest_prebeta.plugin"
    done.stdout.fnmatch_lines([f"LOADED {light}", "HEAVY"])
