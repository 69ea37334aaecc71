"""locate, shrink, why and replay by the command line, on a desk that can't be doubted and takes no Oslo."""

from __future__ import annotations

import json
import signal
import subprocess
import time
from pathlib import Path
from typing import Any

import pytest
from command_line import Done, prebeta, program, project

from prebeta.analysis.findings import group
from prebeta.store import Store

PRODUCT = '''
import re


class Desk:
    """Breaks down when somebody asks for a person; else books."""

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
            raise RuntimeError("no operator configured")
        for name in ("Oslo", "Rome", "Wien"):
            if name in text:
                self.city = name
        for name in ("Monday", "Friday"):
            if name in text:
                self.day = name
        return self.asked()


class Gone(Desk):
    def start(self):
        raise RuntimeError("the line is dead")
'''

PROJECT = """\
target: {kind: python, function: "rooms_product:Desk"}
end_state:
  when: {ended: true, path: state.city}
  facts: {city: {path: state.city}, day: {path: state.day}}
goals:
  - goal: book a room
    slots: {city: {values: [Oslo, Rome, Wien]}, day: {values: [Monday, Friday]}}
personas: [a guest]
behaviors: {asks_human: 0.5, emoji: 0.4}
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = project(tmp_path_factory.mktemp("desk"), PROJECT)
    (place / "rooms_product.py").write_text(PRODUCT)
    assert prebeta(place, "run", "-n", "60", "--seed", "3", "--quiet").code in (0, 3)
    return place


@pytest.fixture(scope="module")
def finding(folder: Path) -> dict[str, Any]:
    found = json.loads(prebeta(folder, "findings", "latest", "--json").out)["findings"]
    return next(one for one in found if one["kind"] == "SYSTEM_ERROR")


@pytest.fixture(scope="module")
def example(folder: Path) -> tuple[str, int]:
    """The conversation and turn the finding names: what the command line prints has its ids taken out."""
    with Store.open(folder / ".prebeta" / "prebeta.db") as store:
        found = group(store.rows(store.run("latest").id))
    return next(one.example for one in found if one.kind == "SYSTEM_ERROR")


def said(done: Done) -> Any:
    assert done.code == 0, done.err
    return json.loads(done.out)


def test_locate_names_the_turn_and_what_brought_it_there(folder: Path, finding: dict[str, Any]) -> None:
    found = said(prebeta(folder, "locate", "latest", finding["id"], "--json"))
    assert found["turn"] == finding["example"]["turn"]
    assert found["method"] == "repair"
    assert found["set_up_by"]["turn"] == found["turn"] - 1
    assert found["forks"][0]["shown"] == 0
    text = prebeta(folder, "locate", "latest", finding["id"]).out
    assert f"it breaks at turn {found['turn']}" in text
    assert found["set_up_by"]["text"][:20] in text
    assert "no operator configured" in text


def test_shrink_prints_a_script_that_can_be_typed(folder: Path, finding: dict[str, Any]) -> None:
    found = said(prebeta(folder, "shrink", "latest", finding["id"], "--json"))
    assert found["messages"] == len(found["script"]) == 1
    assert found["sure"]
    assert found["done"]
    assert found["behaviors"] == ["asks_human"]
    assert found["replays"] <= 30
    done = prebeta(folder, "shrink", "latest", finding["id"])
    assert f"  1. type   {found['script'][0]['text']}" in done.out
    assert "it failed in 5 of 5 tries" in done.out
    assert "Ctrl-C keeps the best so far" in done.err


def test_why_tells_the_cause_from_what_only_went_along(folder: Path, finding: dict[str, Any]) -> None:
    found = said(prebeta(folder, "why", "latest", finding["id"], "--json"))
    assert found["top"] == "asks_human"
    assert [cause["name"] for cause in found["causes"] if cause["verdict"] == "confirmed"] == ["asks_human"]
    assert found["anyone"][0] == 0
    done = prebeta(folder, "why", "latest", finding["id"])
    assert "Cause: asks_human." in done.out
    assert "asks_human" in done.err
    assert "-100 points" in done.out


def test_replay_says_whether_it_fails_the_same_way(folder: Path, example: tuple[str, int]) -> None:
    name, turn = example
    found = said(prebeta(folder, "replay", name[:8], "--times", "2", "--json"))
    assert (found["times"], found["failed"], found["same"]) == (2, 2, 2)
    begun = said(prebeta(folder, "replay", "latest", name, "--from-turn", str(turn), "--json"))
    again, was = begun["replays"][0]["turns"], said(prebeta(folder, "show", "latest", name, "--json"))["turns"]
    assert [turn["messages"] for turn in again] == [turn["messages"] for turn in was]
    assert "2 of 2 failed, 2 with the same flaw" in prebeta(folder, "replay", name, "--times", "2").out


def test_a_mended_product_does_not_fail_again(
    folder: Path, finding: dict[str, Any], example: tuple[str, int], tmp_path: Path
) -> None:
    (tmp_path / "mended_product.py").write_text(PRODUCT.replace("human|a (?:real )?person|someone from", "never"))
    config = tmp_path / "mended.yaml"
    config.write_text(PROJECT.replace("rooms_product", "mended_product"))
    store = str(folder / ".prebeta" / "prebeta.db")
    where = ("-c", str(config), "--store", store)
    done = prebeta(folder, "shrink", "latest", finding["id"], *where)
    assert done.code == 2
    assert "did not come again in" in done.err
    assert "prebeta replay" in done.err
    located = said(prebeta(folder, "locate", "latest", finding["id"], *where, "--json"))
    assert located["method"] == "judged"
    assert "came again in 0 of" in located["word"]
    replayed = prebeta(folder, "replay", example[0], "--times", "2", *where)
    assert "Now: 0 of 2 failed, 0 with the same flaw." in replayed.out


@pytest.mark.parametrize("verb", ["locate", "shrink", "why"])
def test_what_is_not_there_is_said_in_a_line(folder: Path, verb: str, finding: dict[str, Any]) -> None:
    unknown = prebeta(folder, verb, "latest", "F-none")
    assert unknown.code == 2
    assert "no finding 'F-none'" in unknown.err
    assert finding["id"] in unknown.err
    assert prebeta(folder, verb, "nothing", finding["id"]).code == 2


def test_a_conversation_that_does_not_show_it_is_refused(folder: Path, finding: dict[str, Any]) -> None:
    with Store.open(folder / ".prebeta" / "prebeta.db") as store:
        well = next(row.id for row in store.rows(store.run("latest").id) if not row.assessment.flawed)
    done = prebeta(folder, "locate", "latest", finding["id"], well)
    assert done.code == 2
    assert "doesn't show" in done.err
    assert prebeta(folder, "replay", "nothing").code == 2


def test_a_product_that_is_down_is_nobodys_finding(folder: Path, finding: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "gone_product.py").write_text(PRODUCT)
    config = tmp_path / "gone.yaml"
    config.write_text(PROJECT.replace("rooms_product:Desk", "gone_product:Gone"))
    for verb in ("locate", "shrink", "why"):
        done = prebeta(
            folder, verb, "latest", finding["id"], "-c", str(config), "--store", str(folder / ".prebeta/prebeta.db")
        )
        assert done.code == 3
        assert "Traceback" not in done.err
        assert "the line is dead" in done.err


def test_an_imported_run_wants_to_know_its_product(tmp_path: Path) -> None:
    trace = "Traceback (most recent call last):\n  File \"desk.py\", line 4, in send\nKeyError: 'city'"
    log = [{"messages": [{"role": "user", "content": "hello"}, {"role": "assistant", "content": trace}]}] * 3
    (tmp_path / "log.jsonl").write_text("\n".join(map(json.dumps, log)))
    assert prebeta(tmp_path, "import", "log.jsonl").code == 0
    found = json.loads(prebeta(tmp_path, "findings", "latest", "--json").out)["findings"]
    done = prebeta(tmp_path, "locate", "latest", found[0]["id"])
    assert done.code == 2
    assert "was imported" in done.err
    assert "-c prebeta.yaml" in done.err


def test_findings_show_both_turns_and_what_to_look_at(folder: Path, finding: dict[str, Any]) -> None:
    text = prebeta(folder, "findings", "latest").out
    assert "the product: (crashed:" in text
    assert "look at: the error itself" in text
    assert f"why RUN {finding['id']}" in text


def test_show_tells_the_turning_point(folder: Path, example: tuple[str, int]) -> None:
    name, _ = example
    row = said(prebeta(folder, "show", "latest", name, "--json"))
    assert row["odds"]["turns"][0]["turn"] == 0
    turning = row["odds"]["turning_point"]
    assert turning["before"] > turning["after"]
    assert "success odds" in prebeta(folder, "show", "latest", name).out


def test_interrupted_shrink_prints_the_best_so_far(folder: Path, finding: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "slow_product.py").write_text(
        PRODUCT
        + "\n\nclass Slow(Desk):\n    prebeta_inline = False\n\n    def send(self, text):\n        import pathlib, time\n"
        "        time.sleep(0.2)\n        with pathlib.Path('heard.txt').open('a') as heard:\n            heard.write('x')\n"
        "        return super().send(text)\n"
    )
    config = tmp_path / "slow.yaml"
    config.write_text(PROJECT.replace("rooms_product:Desk", "slow_product:Slow"))
    store = str(folder / ".prebeta" / "prebeta.db")
    words = program("shrink", "latest", finding["id"], "-c", str(config), "--store", store, "--json")
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        heard, patience = tmp_path / "heard.txt", time.monotonic() + 40
        while (not heard.exists() or len(heard.read_text()) < 5) and time.monotonic() < patience:
            time.sleep(0.02)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=40)
    assert process.returncode == 0, err
    found = json.loads(out)
    assert not found["done"]
    assert found["script"]
