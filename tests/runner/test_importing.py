"""A file of conversations becomes a run: its ids, its end states, its labels, and our own rows as they were."""

from __future__ import annotations

import asyncio
import gzip
import json
import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from prebeta.cli.demo import project_of
from prebeta.cli.naming import namer_of
from prebeta.config import Project, load
from prebeta.core.errors import UsageError
from prebeta.core.types import Transcript, Verdict
from prebeta.datasets.jsonl import row
from prebeta.runner import RunOptions, importing, resume, run
from prebeta.runner.importing import Imported, ImportOptions, aimport_file, import_file
from prebeta.runner.plan import judging
from prebeta.scenarios.generation import conversations
from prebeta.store import Store, Stored

DATA = Path(__file__).parents[2].parent / "shared" / "data" / "agent_sim.jsonl.gz"
PROJECT = """
target: {kind: python, function: "nowhere:product"}
end_state:
  when: WHEN
  facts: {day: {path: state.day}}
goals:
  - goal: book a table
    slots: {day: [Monday, Tuesday]}
stages: {day: {asks: day}, thanks: {says: thank you}}
redact: [email]
"""
ASKS = {"role": "assistant", "content": "Which day would you like?"}
BOOKED = {"role": "assistant", "content": "Thank you, it is booked.", "state": {"day": "Monday"}}


def user(text: str) -> dict[str, str]:
    return {"role": "user", "content": text}


def project(folder: Path, when: str = "{says: it is booked}") -> Project:
    (folder / "prebeta.yaml").write_text(PROJECT.replace("WHEN", when))
    return load(folder / "prebeta.yaml")


def imported(folder: Path, rows: list[Any], of: Project | None = None) -> Imported:
    file = folder / "log.jsonl"
    file.write_text("".join(json.dumps(each) + "\n" for each in rows))
    return import_file(file, of, ImportOptions("v7", "a log"), folder / "runs.db")


def stored(found: Imported) -> list[Stored]:
    with Store.open(found.result.store, create=False) as store:
        return list(store.conversations(found.result.run.id))


def test_without_a_project_the_rules_judge_and_ends_are_not_known(tmp_path: Path) -> None:
    rows = [{"id": "a", "messages": [user("a table"), ASKS, user("Monday"), BOOKED]},
            {"messages": [user("hello"), {"role": "assistant", "content": "TypeError: undefined is not a function"}]}]  # fmt: skip
    found = imported(tmp_path, rows)
    assert found.result.summary["outcomes"] == {"UNKNOWN": 1, "ERROR": 1}
    assert found.result.run.users == ("imported",)
    assert (found.result.run.state, found.result.run.release, found.result.run.note) == ("done", "v7", "a log")
    first, second = stored(found)
    assert first.transcript.id == "a"
    assert first.transcript.scenario.goal.text == "a table"
    assert first.transcript.scenario.seed == 0
    assert first.transcript.turns[1].reply is not None
    assert first.transcript.turns[1].reply.session == "a"
    assert [verdict.kind for verdict in second.verdicts] == ["SYSTEM_ERROR"]


def test_each_import_is_a_run_with_the_same_conversations(tmp_path: Path) -> None:
    rows = [[user("hi"), ASKS], [user("hi"), ASKS], [user("ho"), ASKS], {"id": "x", "messages": [user("hi"), ASKS]},
            {"id": "x-2", "messages": [user("hi"), ASKS]}, {"id": "x", "messages": [user("hi"), ASKS]}]  # fmt: skip
    one, other = imported(tmp_path, rows), imported(tmp_path, rows)
    assert one.result.run.id != other.result.run.id
    ids = [each.transcript.id for each in stored(one)]
    assert ids == [each.transcript.id for each in stored(other)]
    assert len(set(ids)) == 6
    assert ids[1] == f"{ids[0]}-2"
    assert ids[3:] == ["x", "x-2", "x-3"]


def test_a_project_tells_ends_stages_and_wrong_values(tmp_path: Path) -> None:
    wrong = {**BOOKED, "state": {"day": "Tuesday"}}
    bye = [user("thanks"), {"role": "assistant", "content": "Bye!"}]
    rows = [
        {"id": "right", "messages": [user("a table"), ASKS, user("Monday"), BOOKED, *bye]},
        {"id": "wrong", "messages": [user("a table"), ASKS, user("Monday"), wrong]},
        {"id": "left", "messages": [user("a table"), ASKS, user("never mind")]},
        {
            "id": "loop",
            "messages": [user("a table"), ASKS, user("hm, which have you got"), ASKS, user("for two"), ASKS],
        },
    ]
    found = imported(tmp_path, rows, project(tmp_path))
    by_id = {each.transcript.id: each for each in stored(found)}
    assert {name: each.assessment.outcome for name, each in by_id.items()} == {
        "right": "REACHED", "wrong": "REACHED_WRONG", "left": "LEFT", "loop": "STUCK",
    }  # fmt: skip
    assert by_id["right"].assessment.stages == ("opening", "day", "thanks")[-2:]
    assert by_id["right"].transcript.end is not None
    assert by_id["right"].transcript.end.values == {"day": "Monday"}
    assert (by_id["wrong"].assessment.kind, by_id["wrong"].assessment.slot) == ("WRONG_RESULT", "day")
    assert found.notes == ()


@pytest.mark.parametrize(
    ("when", "why"),
    [
        ("{state: present}", "the product's state"),
        ("{path: state.id}", "the product's state"),
        ("{ended: true}", "`ended`"),
        ("{probe: {get: 'http://127.0.0.1:1/x'}}", "a probe"),
    ],
)
def test_an_end_that_the_file_cannot_show_is_not_held_against_anybody(tmp_path: Path, when: str, why: str) -> None:
    rows = [[user("a table"), ASKS, user("Monday"), {"role": "assistant", "content": "Your table is booked."}]]
    found = imported(tmp_path, rows, project(tmp_path, when))
    assert found.result.summary["outcomes"] == {"UNKNOWN": 1}
    assert len(found.notes) == 1
    assert why in found.notes[0]


def test_a_function_of_the_projects_that_breaks_is_a_judges_fault(tmp_path: Path) -> None:
    (tmp_path / "ends_of_logs.py").write_text("def reached(turns, reply):\n    return 1 / 0\n")
    rows = [[user("a table"), ASKS]]
    found = imported(tmp_path, rows, project(tmp_path, "ends_of_logs:reached"))
    assert found.result.summary["outcomes"] == {"JUDGE_FAULT": 1}


def test_what_the_file_says_is_kept_as_a_verdict(tmp_path: Path) -> None:
    talk = [user("a table"), ASKS]
    rows = [{"messages": talk, "success": False, "labels": {"why": "no day", "long": "x" * 30_000}},
            {"messages": talk, "success": True}, {"messages": talk, "labels": {"rater": 3}}, {"messages": talk}]  # fmt: skip
    labels = [[v for v in each.verdicts if v.judge == "label"] for each in stored(imported(tmp_path, rows))]
    assert [[one.value for one in each] for each in labels] == [["fail"], ["pass"], ["unsure"], []]
    assert json.loads(labels[0][0].evidence or "") == {"labels": {"why": "no day"}}
    assert json.loads(labels[2][0].evidence or "") == {"labels": {"rater": 3}}


def test_what_a_project_redacts_is_not_kept(tmp_path: Path) -> None:
    rows = [{"messages": [user("mail me at ann@home.example"), ASKS], "labels": {"who": "ann@home.example"}}]
    found = imported(tmp_path, rows, project(tmp_path))
    kept = (tmp_path / "runs.db").read_bytes() + b"".join(each.read_bytes() for each in tmp_path.glob("runs.db-*"))
    assert b"ann@home" not in kept
    assert "[email]" in stored(found)[0].transcript.turns[0].text


@pytest.mark.parametrize("with_project", [False, True])
def test_what_an_import_is_told_to_redact_is_hidden_beside_what_the_project_names(
    tmp_path: Path, with_project: bool
) -> None:
    (tmp_path / "log.jsonl").write_text(json.dumps({"messages": [user("ann@home.example, 0171 234 5678"), ASKS]}))
    of = project(tmp_path) if with_project else None
    found = import_file(tmp_path / "log.jsonl", of, ImportOptions(redact=("phone",)), tmp_path / "runs.db")
    said = stored(found)[0].transcript.turns[0].text
    assert said == ("[email], [phone]" if with_project else "ann@home.example, [phone]")


def test_an_imported_run_cannot_be_gone_on_with(tmp_path: Path) -> None:
    found = imported(tmp_path, [[user("hi"), ASKS]])
    with pytest.raises(UsageError, match="was imported: there is nothing to hold"):
        resume(found.result.store, found.result.run.id)


def test_nothing_to_import_leaves_no_store(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no conversation of a user and a product"):
        imported(tmp_path, [{"messages": [ASKS]}])
    assert not (tmp_path / "runs.db").exists()


def _exported(store: Path, name: str) -> list[dict[str, Any]]:
    with Store.open(store, create=False) as kept:
        found = kept.run(name)
        namer = namer_of(found)
        return [row(found.id, each, namer) for each in kept.conversations(found.id)]


def _as_held(rows: list[dict[str, Any]], *but: str) -> list[dict[str, Any]]:
    return [{key: value for key, value in each.items() if key not in ("run", *but)} for each in rows]


def test_our_own_rows_come_back_as_they_were(tmp_path: Path) -> None:
    demo, store = project_of(1), tmp_path / "runs.db"
    held = run(demo, RunOptions(n=40, seed=5, users=("agenda", "autopilot")), store=store)
    rows = _exported(store, held.run.id)
    back = imported(tmp_path, rows)
    assert back.result.run.users == ("agenda", "autopilot")
    again = _exported(store, back.result.run.id)
    # Without the project the steps of a turn go by what was asked there.
    assert _as_held(again, "turns") == _as_held(rows, "turns")
    for one, other in zip(rows, again, strict=True):
        assert _as_held(one["turns"], "stage") == _as_held(other["turns"], "stage")
    for name in ("failed", "flawed", "outcomes", "samples", "stages", "excluded", "by_move", "turns"):
        assert back.result.summary[name] == held.summary[name]


def test_with_the_project_our_own_rows_are_judged_again_and_alike(tmp_path: Path) -> None:
    demo, store = project_of(1), tmp_path / "runs.db"
    held = run(demo, RunOptions(n=40, seed=5, users=("agenda",)), store=store)
    rows = _exported(store, held.run.id)
    bare = [{**each, "verdicts": []} for each in rows]
    again = _exported(store, imported(tmp_path, bare, demo).result.run.id)
    assert [each["outcome"] for each in again] == [each["outcome"] for each in rows]
    # Days such as "tomorrow" need the day of the conversation, which no row has.
    same = sum(one["verdicts"] == other["verdicts"] for one, other in zip(rows, again, strict=True))
    assert same >= 0.95 * len(rows)


def test_a_clean_product_stays_clean_as_a_log(tmp_path: Path) -> None:
    """What users meant is taken away, and nothing is made up in its place."""
    demo = project_of(1)
    target = {**demo.document["target"], "arguments": {"release": 1, "faults": []}}
    clean = Project.from_document({**demo.document, "target": target}, demo.folder)
    held = run(clean, RunOptions(n=60, seed=9, users=("agenda",)), store=tmp_path / "runs.db")
    assert held.summary["failed"] == 0
    rows = [_as_log(each) for each in _exported(tmp_path / "runs.db", held.run.id)]
    found = imported(tmp_path, rows, clean)
    assert found.result.summary["outcomes"] == {"REACHED": 60}
    kinds = [verdict.kind for each in stored(found) for verdict in each.verdicts if verdict.value == "fail"]
    assert len(kinds) <= 2
    assert set(kinds) <= {"LANGUAGE_STYLE"}  # of users who write two languages in one message


def _as_log(exported: dict[str, Any]) -> dict[str, Any]:
    messages = []
    for turn in exported["turns"]:
        for text in turn["messages"]:
            role = "assistant" if turn["speaker"] == "product" else "user"
            messages.append({"role": role, "content": text, "options": turn["options"], "state": turn["state"]})
        if turn.get("ended"):
            messages[-1]["ended"] = True
    return {"id": exported["id"], "messages": messages}


def test_ten_thousand_messages_are_imported_quickly(tmp_path: Path) -> None:
    lines = ["chat_id,who,message"]
    for number in range(1_250):
        for turn in range(4):
            lines.append(f"c{number},customer,my order {number * 7 + turn} is late and I need it by {turn + 2} June")
            lines.append(f"c{number},agent,I see order {number * 7 + turn}. It comes with carrier {turn} on its way?")
    (tmp_path / "log.csv").write_text("\n".join(lines))
    begun = time.process_time()
    found = import_file(tmp_path / "log.csv", None, ImportOptions(), tmp_path / "runs.db")
    assert found.result.conversations == 1_250
    assert time.process_time() - begun < 12


@pytest.mark.skipif(not DATA.exists(), reason=f"{DATA} isn't there")
def test_real_runs_of_agents_with_tools_raise_no_false_alarms(tmp_path: Path) -> None:
    begun = time.process_time()
    found = import_file(DATA, None, ImportOptions(), tmp_path / "runs.db")
    assert time.process_time() - begun < 15
    assert found.skipped == ()
    kept = stored(found)
    assert len(kept) == gzip.decompress(DATA.read_bytes()).count(b"\n")
    labels = [next(v.value for v in each.verdicts if v.judge == "label") for each in kept]
    assert labels.count("pass") == 297
    assert labels.count("fail") == 109
    flawed = [label for each, label in zip(kept, labels, strict=True) if each.assessment.flawed]
    assert flawed.count("pass") <= 2
    assert not any(each.assessment.failed for each, label in zip(kept, labels, strict=True) if label == "pass")
    assert any(turn.reply and turn.reply.tool_calls and "result" in turn.reply.tool_calls[0]
               for each in kept for turn in each.transcript.turns)  # fmt: skip


class SlowJudge:
    """Takes its time over a conversation, and notes how many it looks at at once."""

    def __init__(self) -> None:
        self.now = self.most = 0

    async def __call__(self, transcript: Transcript) -> list[Verdict]:
        self.now += 1
        self.most = max(self.most, self.now)
        await asyncio.sleep(0.1 if transcript.turns[0].text != "user 0" else 0.2)
        self.now -= 1
        return [Verdict("slow", "1", "pass", reason=transcript.turns[0].text)]


def test_as_many_are_judged_at_once_as_the_project_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judge = SlowJudge()
    monkeypatch.setattr(importing, "judging", lambda of, reader: (judging(of, reader)[0], [judge]))
    of = project(tmp_path)
    of = of.model_copy(update={"limits": of.limits.model_copy(update={"concurrency": 20})})
    rows = [{"id": f"c{number}", "messages": [user(f"user {number}"), BOOKED]} for number in range(60)]
    begun = time.perf_counter()
    kept = stored(imported(tmp_path, rows, of))
    assert time.perf_counter() - begun < 3
    assert judge.most == 20
    assert [each.transcript.job.conversation for each in kept] == [f"c{number}" for number in range(60)]
    assert [each.verdicts[0].reason for each in kept] == [f"user {number}" for number in range(60)]


async def test_inside_of_a_loop_the_async_door_is_named_and_no_run_is_begun(tmp_path: Path) -> None:
    rows = [{"id": "a", "messages": [user("a table"), BOOKED]}]
    with pytest.raises(UsageError, match=r"await prebeta\.runner\.importing\.aimport_file"):
        imported(tmp_path, rows)
    assert not (tmp_path / "runs.db").exists()
    found = await aimport_file(tmp_path / "log.jsonl", None, ImportOptions(), tmp_path / "runs.db")
    assert [each.transcript.job.conversation for each in stored(found)] == ["a"]


def test_ctrl_c_leaves_the_run_interrupted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async def judge(transcript: Transcript) -> list[Verdict]:
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(30)
        return []

    monkeypatch.setattr(importing, "judging", lambda of, reader: (judging(of, reader)[0], [judge]))
    begun = time.perf_counter()
    with pytest.raises(KeyboardInterrupt):
        imported(tmp_path, [{"id": "a", "messages": [user("a table"), BOOKED]}], project(tmp_path))
    assert time.perf_counter() - begun < 10
    with Store.open(tmp_path / "runs.db", create=False) as store:
        assert [each.state for each in store.runs()] == ["interrupted"]


def test_a_gzip_file_without_end(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversations, "MOST_BYTES", 1_000_000)
    file = tmp_path / "log.jsonl.gz"
    file.write_bytes(gzip.compress(b" " * 1_000_001))
    with pytest.raises(UsageError, match=r"log.jsonl.gz unpacks to more than 0.001 GB; split it"):
        import_file(file, None, ImportOptions(), tmp_path / "runs.db")
