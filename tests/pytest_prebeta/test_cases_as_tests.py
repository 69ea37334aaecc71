"""Files of prebeta_cases/ as test items."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from pytest_prebeta.glance import Glance, glance

pytest_plugins = ["pytester"]


def properties(file: Path) -> list[dict[str, str]]:
    """The properties of each test in a JUnit file."""
    cases = ElementTree.parse(file).getroot().iter("testcase")
    return [{each.attrib["name"]: each.attrib["value"] for each in case.iter("property")} for case in cases]


def test_a_case_is_an_item_by_its_id(toy: Any) -> None:
    toy.case("one")
    done = toy.run("--collect-only", "-q")
    done.stdout.fnmatch_lines(["prebeta_cases/one.yaml::one", "1 test collected*"])
    assert done.ret == 0
    assert not toy.runs()


def test_a_failing_case_shows_the_transcript_and_how_to_hold_it_again(toy: Any) -> None:
    toy.case("one")
    done = toy.run("--junitxml=junit.xml")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(
        [
            "In day after an answer the product leaves the user with nothing to go on with",
            "case one, finding F-d01017: still: DEAD_END at turn 4",
            "*Large, and the day is Friday*",
            "▶  4 product*",
            "*Sorry, I did not understand that.*",
            "*▲ DEAD_END*",
            "again: prebeta cases run one",
            "1 cases: 1 still",
        ]
    )
    assert "Traceback" not in done.stdout.str()
    (told,) = properties(toy.pytester.path / "junit.xml")
    assert told["prebeta_case"] == "one"
    assert told["prebeta_finding"] == "F-d01017"
    assert told["prebeta_status"] == "failed"
    assert told["prebeta_replay"] == "prebeta cases run one"


@pytest.mark.usefixtures("works")
def test_a_mended_case_passes(toy: Any) -> None:
    toy.case("one")
    done = toy.run()
    done.assert_outcomes(passed=1)
    done.stdout.fnmatch_lines(["1 cases: 1 fixed"])


def test_a_flaky_case_fails_and_says_how_often(toy: Any) -> None:
    bot = toy.pytester.path / "bot.py"
    broken = 'if day == os.environ.get("BOT_BROKEN", "friday"):'
    first = "len([each for each in messages if each['role'] == 'user']) == 2"
    often = 'told = len(os.listdir("heard")); open(f"heard/{told}", "w").close()'
    every_other = f"if {first}:\n        {often}\n    if {first} and told % 2 == 0:"
    bot.write_text(bot.read_text().replace(broken, every_other))
    (toy.pytester.path / "heard").mkdir()
    yaml = toy.pytester.path / "prebeta.yaml"
    yaml.write_text(yaml.read_text() + "limits: {concurrency: 1}\n")
    toy.case("one")
    done = toy.run("--prebeta-times", "4")
    done.assert_outcomes(failed=1)
    found = re.search(r"case one, finding F-d01017: flaky \((\d) of 4\)", done.stdout.str())
    assert found is not None
    assert 0 < int(found[1]) < 4


def test_what_a_held_out_case_says_is_not_shown(toy: Any) -> None:
    toy.case("one", title="A secret one\nheld_out: true")
    done = toy.run()
    done.assert_outcomes(failed=1)
    assert "held out" in done.stdout.str()
    assert "Sorry, I did not understand" not in done.stdout.str()
    assert toy.run("-m", "not prebeta_held_out").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_cases_are_chosen_and_held_by_themselves(toy: Any) -> None:
    for name in ("apple", "berry", "cherry"):
        toy.case(name)
    toy.run("-k", "berry or cherry").assert_outcomes(failed=2, deselected=1)
    toy.run("-x").assert_outcomes(failed=1)
    toy.run("prebeta_cases/apple.yaml::apple").assert_outcomes(failed=1)
    toy.run("-m", "not prebeta").assert_outcomes(deselected=3)
    toy.run("--deselect", "prebeta_cases/apple.yaml::apple").assert_outcomes(failed=2, deselected=1)
    toy.run("--lf").assert_outcomes(failed=3)


def test_last_failed_are_held_again(toy: Any) -> None:
    toy.case("good", CASE_OF_MONDAY)
    toy.case("bad")
    toy.run().assert_outcomes(failed=1, passed=1)
    done = toy.run("--lf", "-v")
    done.assert_outcomes(failed=1)
    assert "good" not in done.stdout.str()


def test_a_broken_file_is_a_line_and_the_others_are_held(toy: Any) -> None:
    toy.case("one")
    (toy.cases / "broken.yaml").write_text("case: [one\ntitle: x\n")
    done = toy.run("--continue-on-collection-errors")
    done.assert_outcomes(failed=1, errors=1)
    lines = done.stdout.lines
    at = next(number for number, line in enumerate(lines) if "ERROR collecting prebeta_cases/broken.yaml" in line)
    assert lines[at + 1].startswith("prebeta_cases/broken.yaml:2: not valid YAML: ")
    assert lines[at + 2].startswith("=")


def test_a_key_that_is_not_known_is_an_error_of_its_own_test(toy: Any) -> None:
    toy.case("one")
    toy.case("two", title="x\nfluckiness: 1")
    done = toy.run()
    done.assert_outcomes(failed=1, errors=1)
    done.stdout.fnmatch_lines(["prebeta: prebeta_cases/two.yaml:*fluckiness*flakiness*"])


def test_two_files_of_one_id_are_an_error(toy: Any) -> None:
    toy.case("one")
    (toy.cases / "two.yaml").write_text((toy.cases / "one.yaml").read_text())
    done = toy.run()
    done.stdout.fnmatch_lines(["prebeta_cases/two.yaml: case: one is the case of prebeta_cases/one.yaml already*"])


def test_other_tests_read_no_cases(toy: Any) -> None:
    toy.case("one")
    (toy.cases / "broken.yaml").write_text("case: [one")
    toy.pytester.makepyfile(
        test_unit="""
        import sys
        def test_nothing_of_it_is_loaded():
            assert not {name for name in sys.modules if name.partition(".")[0] in ("prebeta", "sqlalchemy", "yaml")}
        """
    )
    toy.run("test_unit.py", apart=True).assert_outcomes(passed=1)


def test_without_the_plugin_there_are_no_cases(toy: Any) -> None:
    toy.case("one")
    toy.pytester.makepyfile(test_unit="def test_it(): pass")
    done = toy.run("-p", "no:prebeta")
    done.assert_outcomes(passed=1)
    assert done.stdout.str().count("prebeta") <= done.stdout.str().count(str(toy.pytester.path)) + 1
    assert toy.run("-p", "no:prebeta", "--prebeta-times", "2").ret == pytest.ExitCode.USAGE_ERROR


def test_no_project_is_a_line_that_says_how_to_name_one(toy: Any) -> None:
    toy.case("one")
    (toy.pytester.path / "prebeta.yaml").rename(toy.pytester.path / "other.yaml")
    done = toy.run()
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["prebeta: no prebeta.yaml in *; name it with --prebeta-config FILE*"])
    named = toy.run("--prebeta-config", "other.yaml")
    named.assert_outcomes(failed=1)
    named.stdout.fnmatch_lines(["again: prebeta cases run one -c other.yaml"])
    toy.pytester.makeini("[pytest]\nprebeta_config = other.yaml\nasyncio_default_fixture_loop_scope = function\n")
    toy.run().assert_outcomes(failed=1)


def test_a_product_that_does_not_answer_is_an_error_and_no_failure(toy: Any) -> None:
    toy.case("one")
    yaml = toy.pytester.path / "prebeta.yaml"
    yaml.write_text(
        yaml.read_text().replace("target: bot:answer", "target: {kind: openai, url: 'http://127.0.0.1:9', model: m}")
    )
    done = toy.run()
    done.assert_outcomes(errors=1)
    assert "Traceback" not in done.stdout.str()
    done.stdout.fnmatch_lines(["prebeta: *127.0.0.1:9*"])


def test_the_project_may_be_a_fixture(toy: Any) -> None:
    toy.case("one")
    (toy.pytester.path / "prebeta.yaml").unlink()
    toy.pytester.makeconftest(
        """
        import prebeta, pytest, bot

        @pytest.fixture(scope="session")
        def prebeta_project():
            return prebeta.Project(
                target=bot.answer,
                end_state={"when": {"ended": True, "state": "present"},
                           "facts": {"day": {"path": "state.day"}, "size": {"path": "state.size"}}},
                goals=[{"goal": "order a cake", "slots": {"size": {"values": ["Small", "Large"]}, "day": {"values": ["Friday"]}}}],
                user={"answers": {"size": "small or large", "day": "which day"}},
            )
        """
    )
    done = toy.run("-p", "no:randomly")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(['again: pytest "prebeta_cases/one.yaml::one"'])


def test_two_workers_hold_cases_together(toy: Any) -> None:
    for number in range(6):
        toy.case(f"case{number}")
    done = toy.run("-n", "2", "-v", apart=True)
    done.assert_outcomes(failed=6)
    done.stdout.fnmatch_lines(["6 cases: 6 still"])


def test_a_thousand_cases_are_collected_quickly(toy: Any) -> None:
    toy.case("first")
    alone = _cpu_of(toy)
    for number in range(999):
        toy.case(f"case{number:03}")
    whole = _cpu_of(toy)
    assert whole - alone < 2.0


def _cpu_of(toy: Any) -> float:
    """CPU seconds that collecting takes."""
    before = os.times()
    done = toy.run("--collect-only", "-qq", "-p", "no:cacheprovider", apart=True)
    after = os.times()
    assert done.ret == 0
    return after.children_user + after.children_system - before.children_user - before.children_system


@pytest.mark.parametrize(
    ("text", "held_out"),
    [
        ("case: a\ntitle: b\nfinding: {id: F-1, kind: LOOP}\n", False),
        (
            'finding:\n  kind: LOOP\n  id: "F-1"\nheld_out: true\ntitle: \'b\'\nother: [{case: x, title: y}]\ncase: "a"\n',
            True,
        ),
        (
            "x: &x {case: no}\ny: *x\n? [1, 2]\n: {title: no}\ncase: a\ntitle: b\nfinding: {id: F-1, kind: LOOP, more: {id: 2}}",
            False,
        ),
    ],
)
def test_a_glance_sees_what_the_test_is_called_by(text: str, held_out: bool) -> None:
    assert glance(text) == Glance("a", "b", "F-1", "LOOP", held_out)


@pytest.mark.parametrize(
    "text", ["", "case: [", "case: a\n", "- a\n- b", "a\n", "\t", "case: {}\ntitle: b\n", "held_out: 3"]
)
def test_a_glance_leaves_what_is_not_plain_to_a_closer_look(text: str) -> None:
    assert glance(text) is None


CASE_OF_MONDAY = """
case: "good"
title: In day after an answer the product leaves the user with nothing to go on with
finding: {id: F-d01017, kind: DEAD_END, stage: day}
checks:
  end_state: reached
  required: {size: Large, day: Monday}
  must_not:
    - {kind: DEAD_END, after: plain}
script:
  - say: I have to order a cake
    act: request
  - say: "Large, and the day is Monday"
    act: inform
    facts: {size: Large, day: Monday}
    said: {size: Large, day: Monday}
    asked: size
scenario:
  id: "65711d39bae31132"
  seed: 228752933330140
  sample: census
  policy: agenda
  persona: a small business owner
  goal: order a cake
  slots: {size: Large, day: Monday}
flakiness: {failed: 5, of: 5}
provenance: {run: r20260101-000000-0000, conversation: "79c7213903bb", turn: 4}
"""
