"""How stages come into a run: by its project, by its product's state, by what a file's conversations say."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import Any

import pytest

import prebeta
from prebeta.cli.naming import namer_of
from prebeta.core.errors import StoreError, UsageError
from prebeta.runner import sitting
from prebeta.runner.importing import ImportOptions, import_file
from prebeta.runner.staging import naming_of, sample_of
from prebeta.store import Store

FORM = (("fruit", "Name one, please?"), ("size", "And how large?"), ("street", "Where is it to go?"))


class Shop:
    """Asks three things in turn, loses its way at the third when told so, and tells in its state where it is."""

    def __init__(self) -> None:
        self.at = 0

    def start(self) -> dict[str, Any]:
        return self.says()

    def send(self, text: str) -> dict[str, Any]:
        if not (self.at == 2 and "Hill" in text):
            self.at += bool(text.strip()) and "?" not in text
        return self.says()

    def says(self) -> dict[str, Any]:
        done = self.at >= len(FORM)
        message = "It's ordered." if done else FORM[self.at][1]
        return {"messages": [message], "ended": done, "state": {"flow": {"node": f"n{self.at}"}, "n": random.random()}}


def project(**more: Any) -> prebeta.Project:
    slots = {"fruit": {"values": ["plum", "pear"]}, "size": {"values": ["small", "large"]},
             "street": {"values": ["Hill Road", "Low Lane"]}}  # fmt: skip
    told = {
        "target": {"kind": "python", "function": Shop},
        "end_state": {"when": {"ended": True}},
        "goals": [{"goal": "order fruit", "slots": slots}],
        "user": {"answers": {"fruit": "name one", "size": "how large", "street": "where is it"}},
    }
    return prebeta.Project.model_validate({**told, **more})


def test_a_run_takes_the_step_that_the_products_state_holds(tmp_path: Path) -> None:
    held = prebeta.run(project(), None, None, tmp_path / "x.db", n=40, seed=1)
    naming = naming_of(held.run)
    assert naming is not None
    assert naming.path == "state.flow.node"
    assert [one["stage"] for one in held.summary["stages"]] == ["n0", "n1", "n2", "n3"]
    stuck = held.summary["stages"][2]
    assert stuck["left_failed"] > 0
    assert stuck["drop_off"] == round(stuck["left_failed"] / stuck["entered"], 4)
    broke = {symptom.stage for row in held.rows for symptom in row.assessment.symptoms}
    assert "n2" in broke
    assert broke <= {"opening", "n0", "n1", "n2", "n3"}


def test_what_findings_are_keyed_by_does_not_hang_on_where_stages_come_from(tmp_path: Path) -> None:
    plain = prebeta.run(project(), None, None, tmp_path / "x.db", n=40, seed=1)
    named = prebeta.run(project(stages={"from": "state.flow.node"}), None, None, tmp_path / "y.db", n=40, seed=1)
    other = prebeta.run(
        project(target={"kind": "python", "function": Silent}), None, None, tmp_path / "z.db", n=40, seed=1
    )
    assert naming_of(named.run) is None
    assert naming_of(other.run) is None
    assert [one["stage"] for one in named.summary["stages"]] == ["n0", "n1", "n2", "n3"]
    assert [one["stage"] for one in other.summary["stages"]] == ["fruit", "size", "street"]
    cells = [[sorted(one.cells) for one in held.findings] for held in (plain, named, other)]
    assert cells[0] == cells[1] == cells[2] != []


class Silent(Shop):
    """The same shop, which tells no state."""

    def says(self) -> dict[str, Any]:
        return {**super().says(), "state": None}


def test_the_projects_own_lines_go_before_its_state(tmp_path: Path) -> None:
    stages = {"from": "state.flow.node", "how big": {"says": "how large"}, "choice": {"asks": "fruit"}}
    held = prebeta.run(project(stages=stages), None, None, tmp_path / "x.db", n=12, seed=1)
    assert [one["stage"] for one in held.summary["stages"]] == ["choice", "how big", "n2", "n3"]


def test_turns_of_a_stored_run_are_named_as_in_the_run(tmp_path: Path) -> None:
    held = prebeta.run(project(), None, None, tmp_path / "x.db", n=12, seed=1)
    with Store.open(tmp_path / "x.db") as store:
        stored = next(store.conversations(held.run.id))
        names = namer_of(store.run(held.run.id)).name(stored.transcript.turns)
    assert tuple(dict.fromkeys(name for name in names if name)) == tuple(dict.fromkeys(stored.assessment.stages))


@pytest.mark.parametrize("stages", [{"from": "state.["}, {"from": {"asks": "fruit"}}, {"choice": {"asks": "colour"}}])
def test_what_makes_no_sense_under_stages_is_refused(stages: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises((UsageError, ValueError), match="stages"):
        project(stages=stages)


def log(folder: Path, questions: tuple[str, ...], name: str, seed: int = 1) -> Path:
    rng, lines = random.Random(seed), []
    for number in range(40):
        said = [{"role": "user", "content": f"hello {number}"}]
        for question in questions:
            for _ in range(rng.choice((1, 1, 2))):
                said.append({"role": "assistant", "content": question.format(rng.randrange(100, 999))})
                said.append({"role": "user", "content": f"well, {rng.randrange(1000)}"})
        lines.append(json.dumps({"messages": said}))
    file = folder / name
    file.write_text("\n".join(lines))
    return file


QUESTIONS = ("Thanks, visitor {}. Which day suits you?", "What is your phone number?", "Is ticket {} the right one?")


def test_an_import_without_a_project_has_stages_mined_from_what_was_asked(tmp_path: Path) -> None:
    file, store = log(tmp_path, QUESTIONS, "a.jsonl"), tmp_path / "x.db"
    first = import_file(file, None, ImportOptions(), store).result
    assert [one["stage"] for one in first.summary["stages"]][:2] == ["which day suits", "phone number"]
    later = ("Visitor {}, which day suits you best?", "So what is your phone number?", "Is ticket {} the right one?")
    second = import_file(log(tmp_path, later, "b.jsonl", 2), None, ImportOptions(), store).result
    assert [one["stage"] for one in second.summary["stages"]] == [one["stage"] for one in first.summary["stages"]]


def test_what_is_to_be_made_unreadable_names_no_stage(tmp_path: Path) -> None:
    file = log(tmp_path, ("Which zebra code is yours?", "What is your phone number?"), "a.jsonl")
    held = import_file(file, None, ImportOptions(redact=("zebra",)), tmp_path / "x.db").result
    assert "zebra" not in json.dumps(held.run.project)
    assert "zebra" not in json.dumps(held.summary["stages"])


def test_a_sample_is_taken_evenly() -> None:
    assert list(sample_of(range(10))) == list(range(10))
    assert list(sample_of(range(2000)))[:3] == [0, 5, 10]
    assert len(sample_of(range(2001))) == 400


def test_a_run_that_broke_after_its_last_conversation_gets_its_stages_when_it_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> Any:
        raise StoreError("the disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(sitting, "staged", full)
        with pytest.raises(StoreError):
            prebeta.run(project(), None, None, tmp_path / "x.db", n=40, seed=1)
    whole = prebeta.resume(tmp_path / "x.db", "latest", None, project())
    assert (whole.run.state, len(whole.rows)) == ("done", 40)
    assert naming_of(whole.run) is not None
    assert [one["stage"] for one in whole.summary["stages"]] == ["n0", "n1", "n2", "n3"]
