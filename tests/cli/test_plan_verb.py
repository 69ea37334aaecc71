"""`plan`, `run --dry-run`, `run --until` and `run --failed-first` as they are typed."""

from __future__ import annotations

import json
import shlex
from pathlib import Path

import pytest
from command_line import PROJECT, prebeta, project

NOTHING_KNOWN = """\
failure rate not known: taken as 50 %, the worst (give --rate); correlation 0.40, as is usual

below 1.0 %: 299 typical users of which none fails
  users it takes where some fail after all: 563 with 1, 726 with 2, 878 with 3
  looked at all along (--until "<1%"): likely known after 349
  prebeta run --sample census -n 299
"""
CHANGE = """\
failure rate 27 %, as given; correlation 0.40, as is usual

27 % → 25 %: 4,629 pairs at correlation 0.40
  a pair is one user sent on both releases; shown with 80 % chance, p ≤ 0.05
  prebeta run --sample census -n 4629 --release OLD
  prebeta run --sample census -n 4629 --release NEW
  prebeta compare OLD NEW
"""
DRY = """\
Nothing was sent. A run of these options, seed 1:
  100 conversations: 50 typical and 50 probing users
  about 100 user turns (as in RUN)
  to the product about 201 calls; what it spends is its own
  no LLM calls of ours, so no cost of ours
  about 1 s, 50 at once
"""


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = project(tmp_path_factory.mktemp("planned"))
    assert prebeta(folder, "run", "-n", "20", "--sample", "census", "--release", "one").code == 0
    return folder


def test_plan_where_nothing_is_known(tmp_path: Path) -> None:
    done = prebeta(project(tmp_path), "plan", "--below", "1%")
    assert (done.code, done.out, done.err) == (0, NOTHING_KNOWN, "")


def test_plan_of_a_change(tmp_path: Path) -> None:
    for asked in (("--to", "25%"), ("--difference", "2"), ("--difference", "2 points")):
        done = prebeta(project(tmp_path), "plan", "--rate", "27%", *asked)
        assert (done.code, done.out, done.err) == (0, CHANGE, "")


def test_plan_takes_rate_and_time_from_the_latest_run(held: Path) -> None:
    found = json.loads(prebeta(held, "plan", "--within", "± 5 %", "--json").out)
    assert (found["rate"], found["rate_from"], found["known"]) == (0.0, "RUN", "RUN")
    (claim,) = found["claims"]
    assert (claim["claim"], claim["bar"], claim["unit"], claim["until"]) == ("within", 0.05, "typical users", "±5%")
    assert claim["seconds"] > 0
    assert claim["commands"] == [f"prebeta run --sample census -n {claim['needed']}"]


def test_plan_has_an_answer_to_the_usual_questions(held: Path) -> None:
    done = prebeta(held, "plan", "--rate", "27%", COLUMNS="40")
    assert done.code == 0
    assert [line for line in done.out.splitlines() if len(line) > 40] == []
    found = json.loads(prebeta(held, "plan", "--rate", "27%", "--json").out)
    assert [claim["claim"] for claim in found["claims"]] == ["within", "within", "below", "change", "change"]
    assert [claim["needed"] for claim in found["claims"]][:3] == [301, 839, None]


def test_the_commands_that_plan_prints_are_understood(held: Path, tmp_path: Path) -> None:
    found = json.loads(prebeta(held, "plan", "--rate", "10%", "--to", "0%", "--json").out)
    folder = project(tmp_path)
    for command in found["claims"][0]["commands"]:
        name, *arguments = shlex.split(command)
        assert name == "prebeta"
        done = prebeta(folder, *arguments, "--json")
        assert done.code == 0, done.err
    assert json.loads(done.out)["pairs"] == found["claims"][0]["needed"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--rate", "0.27"), "may be meant either way; say 0.27% or 27%"),
        (("--rate", "many"), "isn't understood; say it in percent"),
        (("--rate", "120%"), "less than 100 %"),
        (("--within", "60%"), "less than 50 %"),
        (("--rate", "27%", "--to", "27%"), "no change to look for"),
        (("--rate", "27%", "--difference", "30"), "no change to look for"),
        (("--to", "20%"), "a change from which rate?"),
        (("--to", "20%", "--difference", "3"), "not both"),
        (("--correlation", "1.5"), "give 0 to less than 1"),
    ],
)
def test_what_plan_does_not_understand(tmp_path: Path, asked: tuple[str, ...], said: str) -> None:
    done = prebeta(project(tmp_path), "plan", *asked)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert len(done.err.splitlines()) == 1


def test_dry_run(held: Path) -> None:
    done = prebeta(held, "run", "--dry-run")
    assert (done.code, done.out, done.err) == (0, DRY, "")
    listed = json.loads(prebeta(held, "runs", "--json").out)["runs"]
    assert len(listed) == 1


def test_dry_run_in_a_folder_without_a_store_makes_none(tmp_path: Path) -> None:
    folder = project(tmp_path)
    done = prebeta(folder, "run", "--dry-run", "--until", "<1%", "--json")
    assert (done.code, done.err) == (0, "")
    found = json.loads(done.out)
    assert (found["conversations"], found["sample"], found["seconds"]) == (2000, "census", None)
    assert found["until"]["fewest"] == 349
    assert not (folder / ".prebeta").exists()


def test_run_until(tmp_path: Path) -> None:
    folder = project(tmp_path)
    done = prebeta(folder, "run", "--until", "< 5 %", "--concurrency", "1")
    assert done.code == 0
    assert "prebeta: <5% is known after 69 typical users; conversations under way end, no others begin\n" in done.err
    found = json.loads(prebeta(folder, "show", "latest", "--json").out)
    held, saved = found["until"]["held"], found["until"]["saved"]
    assert held - 69 in (0, 1)  # one may have been under way
    assert held + saved == 2000
    assert found["until"]["reached"] is True
    assert found["interval"] == found["until"]["interval"]
    below = f"below {found['interval'][1] * 100:.1f} %"
    assert f"0 of {held} typical users failed (0 %, {below})." in done.out
    assert f"Stopped after {held} of 2,000, <5% holds: {below}; {saved:,} conversations saved" in done.out
    again = prebeta(folder, "resume", "latest")
    assert f"RUN stopped by itself, as <5% was reached after {held} typical users: nothing is left to hold" in again.err
    assert again.out == done.out


def test_run_until_says_when_it_cannot_be_reached(tmp_path: Path) -> None:
    done = prebeta(project(tmp_path), "run", "--until", "<1%", "-n", "20", "--sample", "mixed")
    assert "only typical users count for --until" in done.err
    assert "<1% takes 349 typical users at the least, and there are 10: give more with -n" in done.err
    assert "Not known yet: <1%; so far below 48 % after 20 conversations." in done.out


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (("--until", "soon"), 'isn\'t understood; say it like "±3%"'),
        (("--until", "<1"), "in percent"),
        (("--until", "±3%", "--failed-first", "latest"), "too high at every moment"),
        (("--until", "±3%", "--sample", "hunt"), "probing users"),
        (("--failed-first", "latest"), "no store yet"),
    ],
)
def test_what_run_does_not_understand(tmp_path: Path, asked: tuple[str, ...], said: str) -> None:
    folder = project(tmp_path)
    done = prebeta(folder, "run", *asked)
    assert (done.code, done.out) == (2, "")
    assert said in done.err
    assert not (folder / ".prebeta").exists()


def test_run_failed_first(tmp_path: Path) -> None:
    (tmp_path / "odd_product.py").write_text(
        "class Odd:\n"
        "    prebeta_inline = True\n"
        "    def start(self):\n"
        "        return 'Hello, which day may I book for you?'\n"
        "    def send(self, text):\n"
        "        if 'tuesday' in text.lower() and FAILS:\n"
        "            return {'messages': [], 'ended': True}\n"
        "        return {'messages': ['It is booked.'], 'state': {'id': 1}, 'ended': True}\n"
        "FAILS = True\n"
    )
    folder = project(tmp_path, PROJECT.replace("desk_product:Desk", "odd_product:Odd"))
    first = prebeta(folder, "run", "-n", "20", "--seed", "4", "--json")
    failed = json.loads(first.out)["failed"]
    assert 0 < failed < 20
    done = prebeta(folder, "run", "--failed-first", "latest")
    assert f"prebeta: first the {failed} that failed in RUN, then " in done.err
    assert "then the rest of 20 users (seed 4, sample mixed)\n" in done.err
    assert f"prebeta: of {failed} that failed in RUN: 0 pass now, {failed} still fail\n" in done.err
    assert f"Of {failed} that failed in RUN: 0 pass now, {failed} still fail.\n" in done.out
    found = json.loads(prebeta(folder, "show", "latest", "--json").out)
    assert (found["seed"], found["conversations"]) == (4, 20)
    assert (found["failed_first"]["failed"], found["failed_first"]["still"]) == (failed, failed)
