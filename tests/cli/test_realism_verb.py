"""`prebeta realism`: a run beside the profile, a reference, and the file its profile was fitted to; and what is refused."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest
from command_line import PROJECT, prebeta, project

ASKS = '''
class Counter:
    """Asks two things, then books."""

    def __init__(self):
        self.heard = 0

    def start(self):
        return "Hello, which day would you like?"

    def send(self, text):
        self.heard += 1
        if self.heard < 3:
            return "And which size?"
        return {"messages": ["It is booked."], "state": {"id": 1}, "ended": True}


class Buttons:
    prebeta_inline = True

    def start(self):
        return {"messages": ["Which day?"], "options": ["Monday", "Tuesday"]}

    def send(self, text):
        return {"messages": ["It is booked."], "state": {"id": 1}, "ended": True}
'''
COUNTER = PROJECT.replace("desk_product:Desk", "counter:Counter").replace(
    "slots: {day: {values: [Monday, Tuesday]}}",
    "slots: {day: {values: [Monday, Tuesday]}, size: {values: [big, small]}}",
)
WISHES = (
    "a table for two",
    "somewhere by the window",
    "Monday please",
    "not too late",
    "my usual place",
    "for my mother",
)


def chats(folder: Path, name: str = "chats.jsonl", count: int = 40, role: str = "user") -> Path:
    rng = random.Random(3)
    rows = [
        {"messages": [
            {"role": role, "content": " and ".join(rng.sample(WISHES, 2))},
            {"role": "assistant", "content": "Which day?"},
            {"role": role, "content": rng.choice(WISHES)},
        ]}
        for _ in range(count)
    ]  # fmt: skip
    (folder / name).write_text("".join(json.dumps(row) + "\n" for row in rows))
    return folder / name


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a run in its store."""
    made = project(tmp_path_factory.mktemp("realism"), COUNTER)
    (made / "counter.py").write_text(ASKS)
    chats(made)
    assert prebeta(made, "run", "-n", "40", "--users", "agenda,autopilot", "-q").code == 0
    return made


def test_beside_the_profile(folder: Path) -> None:
    done = prebeta(folder, "realism")
    assert (done.code, done.err) == (0, "")
    first, *lines = done.out.splitlines()
    assert first.startswith("run RUN · ")
    assert first.endswith(" messages typed in 40 conversations · beside the default profile")
    assert any(line.startswith("Free text: requests, questions, remarks (") for line in lines)
    assert any(line.startswith("Answers to what was asked (") for line in lines)
    assert "What gives the users away" in lines
    assert lines[-1] == "With --reference FILE of real chats a classifier has a try at it."


def test_beside_a_reference_with_a_classifier(folder: Path) -> None:
    done = prebeta(folder, "realism", "latest", "--reference", "chats.jsonl")
    assert done.code == 0
    assert "Can a classifier tell them from people?" in done.out
    assert " AUC 0." in done.out
    assert "--reference" not in done.out
    told = json.loads(prebeta(folder, "realism", "--reference", "chats.jsonl", "--json").out)
    assert list(told) == ["run", "against", "conversations", "messages", "parts", "classifier", "habits"]
    assert [part["part"] for part in told["parts"]] == [
        "All that was typed", "Openings and questions", "The other messages",
    ]  # fmt: skip
    assert list(told["parts"][0]["users"]) == [
        "words", "p90", "variation", "short", "polite", "lower", "stops", "asks", "openers", "alike",
    ]  # fmt: skip
    low, high = told["classifier"]["interval"]
    assert 0.5 <= low <= told["classifier"]["auc"] <= high <= 1
    assert len(told["classifier"]["signs"]) == 13
    assert told == json.loads(prebeta(folder, "realism", "--reference", "chats.jsonl", "--json").out)


def test_narrow(folder: Path) -> None:
    shown = prebeta(folder, "realism", "--reference", "chats.jsonl", COLUMNS="40").out
    assert max(map(len, shown.splitlines())) <= 40


def test_beside_the_chats_that_the_profile_is_fitted_to(tmp_path: Path) -> None:
    made = project(tmp_path, COUNTER + "user: {profile: {fit: chats.jsonl}}\n")
    (made / "counter.py").write_text(ASKS)
    file = chats(made)
    assert prebeta(made, "run", "-n", "20", "-q").code == 0
    done = prebeta(made, "realism")
    assert "· beside chats.jsonl, which the profile is fitted to\n" in done.out
    assert "Openings and questions (" in done.out
    file.unlink()
    gone = prebeta(made, "realism")
    assert gone.code == 2
    assert gone.err == "prebeta: FOLDER/chats.jsonl, which the profile of the run is fitted to, isn't there\n"
    assert prebeta(made, "realism", "--reference", str(chats(made, "other.jsonl"))).code == 0


@pytest.mark.parametrize(
    ("arguments", "line"),
    [
        (("nosuch",), "no run 'nosuch'"),
        (("--reference", "none.jsonl"), "none.jsonl isn't there"),
        (("--reference", "."), ". is a folder; name a file in it"),
        (("--reference", "counter.py"), "counter.py:2: isn't JSON; a line should be one conversation"),
        (("--reference", "nobody.jsonl"), "nobody.jsonl: no conversations of a user and a product in it; a row should hold"),
        (("--reference", "few.jsonl"), "few.jsonl has 8 messages that users typed; at least 20 are needed"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said_in_a_line(folder: Path, arguments: tuple[str, ...], line: str) -> None:
    chats(folder, "few.jsonl", 4)
    chats(folder, "nobody.jsonl", 4, role="narrator")
    done = prebeta(folder, "realism", *arguments)
    assert (done.code, done.out) == (2, "")
    assert line in done.err
    assert done.err.count("\n") == 1


def test_users_who_only_press_or_hardly_type(tmp_path: Path) -> None:
    made = project(tmp_path, PROJECT.replace("desk_product:Desk", "counter:Buttons"))
    (made / "counter.py").write_text(ASKS)
    prebeta(made, "run", "-n", "5", "--users", "autopilot", "-q")
    done = prebeta(made, "realism")
    assert (done.code, done.out) == (2, "")
    assert done.err == "prebeta: the users of run RUN typed nothing: there is no writing to compare\n"
    prebeta(made, "run", "-n", "3", "-q")
    few = prebeta(made, "realism")
    assert few.code == 2
    assert "messages that users typed; at least 20 are needed" in few.err
