"""`prebeta gate` by its whole output, on a product that books and one that only says so."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from command_line import PROJECT, Done, prebeta, project

from prebeta.store import Store

MUTE = """

class Mute(Desk):
    def send(self, text):
        return {"messages": ["It is booked."], "ended": True}


class Evil(Mute):
    def start(self):
        return "Hello ::error::x\\n::warning::y ##[add-mask]z\\n@octocat <script>"
"""


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with runs of a good release (twice) and of a broken one."""
    folder = project(tmp_path_factory.mktemp("gated"))
    with (folder / "desk_product.py").open("a") as file:
        file.write(MUTE)
    for release, product in (("1", "Desk"), ("2", "Desk"), ("3", "Mute")):
        target = PROJECT.replace("desk_product:Desk", f"desk_product:{product}")
        (folder / "prebeta.yaml").write_text(target)
        done = prebeta(folder, "run", "-n", "40", "--seed", "3", "--release", release, "-q")
        assert done.code == 0, done.err
    (folder / "prebeta.yaml").write_text(PROJECT)
    return folder


def normal(done: Done) -> Done:
    return Done(done.code, re.sub(r"F-[0-9a-f]{6} .*? \(", "FINDING (", done.out), done.err)


def test_passed(held: Path) -> None:
    done = prebeta(held, "gate", "2", "--max-failure-rate", "20%", "--no-new-findings", "--not-worse")
    assert done == Done(0, """\
Gate: passed, run RUN (rules: command line)
  passed  max_failure_rate 20 %  0 of 20 typical users failed (0 %, below 14 %): not above 20 %
  passed  no_new_findings        no finding is shown to be new since run RUN (release 1); one that fewer than 6 users meet can't show
  passed  not_worse              not shown to be worse than run RUN (release 1): 0 % → 0 %, difference 0 points [−16, +16], 20 pairs; up to 16 points worse is not ruled out
""", "")  # fmt: skip


def test_failed(held: Path) -> None:
    done = prebeta(held, "gate", "3", "--against", "1", "--max-failure-rate", "0.2")
    assert normal(done) == Done(1, """\
Gate: failed, run RUN (rules: command line)
  failed  max_failure_rate 20 %  20 of 20 typical users failed (100 %, above 86 %): above 20 %
  failed  no_new_findings        1 finding that run RUN (release 1) didn't have: FINDING (0 → 40 of 40)
  failed  not_worse              worse than run RUN (release 1): 0 % → 100 %, difference +100 points [+77, +100], 20 pairs
  new: FINDING (0 → 40 of 40)
  prebeta findings RUN
  prebeta compare RUN RUN
""", "")  # fmt: skip


def test_inconclusive(held: Path) -> None:
    done = prebeta(held, "gate", "1", "--max-failure-rate", "1%", "--no-new-findings")
    assert done == Done(3, """\
Gate: inconclusive, run RUN (rules: command line)
  inconclusive  max_failure_rate 1 %  0 of 20 typical users failed (0 %, below 14 %): 1 % lies in the interval; about 598 conversations would decide it, if the rate stays so (-n 598)
  inconclusive  no_new_findings       there is no earlier run of this project to hold it against; the next run has this one (see: prebeta runs)
""", "")  # fmt: skip


def test_forty_columns(held: Path) -> None:
    done = prebeta(held, "gate", "1", "--max-failure-rate", "1%", COLUMNS="40")
    assert (
        done.out
        == """\
Gate: inconclusive, run
RUN (rules: command
line)
  inconclusive: max_failure_rate 1 %
    0 of 20 typical users failed (0 %,
    below 14 %): 1 % lies in the
    interval; about 598 conversations
    would decide it, if the rate stays
    so (-n 598)
"""
    )


def test_json_is_one_document(held: Path) -> None:
    done = prebeta(held, "gate", "3", "--against", "1", "--max-failure-rate", "20%", "--json", GITHUB_ACTIONS="true")
    assert (done.code, done.err) == (1, "")
    found = json.loads(done.out)
    keys = (
        "run gate rules against new undecided grown allowed warnings release conversations valid failure_rate interval"
    )
    assert " ".join(found) == f"{keys} flawed_rate"
    assert [list(rule) for rule in found["rules"]] == [
        ["rule", "result", "why", "bar", "hits", "of", "interval", "needed"]
    ] * 3
    assert [(rule["rule"], rule["result"]) for rule in found["rules"]] == [
        ("max_failure_rate", "failed"),
        ("no_new_findings", "failed"),
        ("not_worse", "failed"),
    ]
    assert [(one["kind"], one["before"], one["after"]) for one in found["new"]] == [
        ("FALSE_DONE", {"count": 0, "of": 40}, {"count": 40, "of": 40})
    ]
    asked = json.loads(prebeta(held, "gate", "1", "--max-failure-rate", "1%", "--json").out)
    assert (asked["gate"], asked["rules"][0]["needed"], asked["against"]) == ("inconclusive", 598, None)


def test_files_and_github(held: Path, tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    given = (
        "gate",
        "3",
        "--against",
        "1",
        "--junit",
        str(tmp_path / "a" / "j.xml"),
        "--summary",
        str(tmp_path / "m.md"),
    )
    done = prebeta(held, *given, GITHUB_ACTIONS="true", GITHUB_STEP_SUMMARY=str(summary))
    assert done.code == 1
    assert [line.partition(" ")[0] for line in done.out.splitlines()[-3:]] == ["::error"] * 3
    assert ElementTree.parse(tmp_path / "a" / "j.xml").getroot().get("failures") == "3"
    assert summary.read_text() == "before\n" + (tmp_path / "m.md").read_text()
    plain = prebeta(held, "gate", "3", "--against", "1")
    assert "::" not in plain.out
    assert prebeta(held, "gate", "3", "--against", "1", "--annotations").out.startswith(plain.out + "::error ")


def test_a_summary_of_githubs_that_cannot_be_written_is_no_reason_to_fail(held: Path) -> None:
    done = prebeta(held, "gate", "1", "--max-failure-rate", "20%", GITHUB_STEP_SUMMARY="no/such/folder/s.md")
    assert (done.code, done.err) == (
        0,
        "prebeta: GitHub's step summary couldn't be written: No such file or directory\n",
    )


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("1",), "there is no rule to hold the run to; give --max-failure-rate 5%, or gate: in prebeta.yaml"),
        (("1", "--max-failure-rate", "5"), "--max-failure-rate: should be 0 to 1, or a percentage such as 5%, not '5'; did you mean 5%?"),
        (("1", "--max-flawed-rate", "many"), "--max-flawed-rate: should be 0 to 1, or a percentage such as 5%, not 'many'"),
        (("1", "--max-failure-rate", "nan"), "--max-failure-rate: should be 0 to 1, or a percentage such as 5%, not 'nan'"),
        (("1", "--max-failure-rate", "120%"), "--max-failure-rate: should be 0 to 1, or a percentage such as 5%, not '120%'"),
        (("1", "--against", "9"), "no run '9' among the 3 of "),
        (("9", "--max-failure-rate", "5%"), "no run '9' among the 3 of "),
        (("1", "--max-failure-rate", "5%", "--junit", "."), "cannot write . (Is a directory); name another file: --junit FILE"),
    ],
)  # fmt: skip
def test_usage(held: Path, arguments: tuple[str, ...], line: str) -> None:
    done = prebeta(held, "gate", *arguments)
    assert done.code == 2
    assert done.err.startswith(f"prebeta: {line}")


def test_a_run_is_not_held_against_itself(held: Path) -> None:
    with Store.open(held / ".prebeta" / "prebeta.db", create=False) as store:
        name = store.run("1").id
    done = prebeta(held, "gate", "1", "--against", name)
    assert done.code == 2
    assert "is the run itself; name another" in done.err


def test_rules_come_from_the_project_as_it_is_now(held: Path, tmp_path: Path) -> None:
    file = tmp_path / "rules.yaml"
    store = ("--store", str(held / ".prebeta" / "prebeta.db"))
    # the rest of the file isn't needed: it may name what isn't here now
    file.write_text("target: ${NOWHERE}\ngate: {max_failure_rate: 20 %, against: '1', allow: {F-000000: a ticket}}\n")
    done = prebeta(tmp_path, "gate", "2", "-c", "rules.yaml", *store)
    assert done.out.splitlines()[0] == "Gate: passed, run RUN (rules: rules.yaml)"
    assert done.out.splitlines()[-1] == "  allowed and not found any more: F-000000; take it out of gate.allow"
    done = prebeta(tmp_path, "gate", "3", "-c", "rules.yaml", "--no-new-findings", "--max-failure-rate", "1", *store)
    assert (done.code, done.out.splitlines()[0]) == (1, "Gate: failed, run RUN (rules: rules.yaml and command line)")
    assert "no_new_findings         1 finding that run RUN (release 1) didn't have" in done.out
    file.write_text("gate: {max_failure_rate: 20, min_conversation: 5}\n")
    done = prebeta(tmp_path, "gate", "2", "-c", "rules.yaml", *store)
    assert (done.code, done.err.splitlines()) == (2, [
        "prebeta: rules.yaml:1: gate.max_failure_rate: should be less than or equal to 1, not 20",
        "prebeta: rules.yaml:1: gate.min_conversation: unknown key; did you mean 'min_conversations'?",
    ])  # fmt: skip


def test_a_run_ends_as_all_of_its_rules_say(tmp_path: Path) -> None:
    folder = project(tmp_path, PROJECT + "gate: {max_failure_rate: 30%, no_new_findings: true}\n")
    (folder / "desk_product.py").write_text((folder / "desk_product.py").read_text() + MUTE)
    first = prebeta(folder, "run", "-n", "40", "-q", "--release", "1")
    assert (first.code, "Gate: inconclusive.\n" in first.out) == (3, True)
    second = prebeta(folder, "run", "-n", "40", "-q", "--json")
    assert (second.code, json.loads(second.out)["gate"]) == (0, "passed")
    text = (folder / "prebeta.yaml").read_text()
    (folder / "prebeta.yaml").write_text(text.replace("desk_product:Desk", "desk_product:Mute").replace("30%", "100%"))
    third = prebeta(folder, "run", "-n", "40", "-q", "--json")
    assert (third.code, json.loads(third.out)["gate"]) == (1, "failed")
    assert json.loads(prebeta(folder, "show", "--json").out)["gate"] == "failed"
    (folder / "prebeta.yaml").unlink()
    own = prebeta(folder, "gate")
    assert (own.code, own.out.splitlines()[0]) == (1, "Gate: failed, run RUN (rules: the run's own)")


def test_a_products_words_are_no_commands_to_githubs_runner(tmp_path: Path) -> None:
    folder = project(tmp_path, PROJECT.replace("desk_product:Desk", "evil_product:Evil"))
    text = (folder / "desk_product.py").read_text() + MUTE
    (folder / "evil_product.py").write_text(text)
    shown = {"GITHUB_ACTIONS": "true", "COLUMNS": "40"}
    outs = [prebeta(folder, "run", "-n", "6", "-q", **shown).out]
    with Store.open(folder / ".prebeta" / "prebeta.db", create=False) as store:
        conversation = store.rows(store.run("latest").id)[0].id
    outs.append(prebeta(folder, "show", "latest", conversation, **shown).out)
    outs.append(prebeta(folder, "show", "latest", conversation, "--json", **shown).out)
    assert ":warning::y" in outs[1]
    for line in "".join(outs).splitlines():
        assert not line.strip().startswith("::")
        assert "##[" not in line
    assert "##[add-mask]z" in json.dumps(json.loads(outs[2]))
