"""Logs as rows of messages: what becomes a turn, an option, a tool call; what is left out and why."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebeta.core.errors import UsageError
from prebeta.core.types import Option, Press, Say
from prebeta.datasets.importing import Talk, gather
from prebeta.datasets.importing.messages import read_messages

HELLO = {"role": "assistant", "content": "Hello, which day?"}
DAY = {"role": "user", "content": "Monday"}
DONE = {"role": "assistant", "content": "Booked."}
CALL = {"id": "c1", "type": "function", "function": {"name": "book", "arguments": '{"day": "Monday"}'}}


def talk(*messages: dict[str, Any], **about: Any) -> Talk:
    found = read_messages({"messages": list(messages), **about})
    assert isinstance(found, Talk), found
    return found


def written(folder: Path, *rows: Any) -> Path:
    file = folder / "log.jsonl"
    file.write_text("".join((row if isinstance(row, str) else json.dumps(row)) + "\n" for row in rows))
    return file


def test_messages_become_turns_and_neither_system_nor_tools_do() -> None:
    found = talk({"role": "system", "content": "You book."}, HELLO, DAY, {"role": "tool", "content": "{}"}, DONE)
    assert [(turn.index, turn.speaker, turn.text) for turn in found.turns] == [
        (0, "product", "Hello, which day?"),
        (1, "user", "Monday"),
        (2, "product", "Booked."),
    ]


def test_several_messages_of_one_side_are_one_turn() -> None:
    found = talk(HELLO, {"role": "assistant", "content": "We are open."}, DAY, {"role": "user", "content": "please"})
    assert found.turns[0].reply is not None
    assert found.turns[0].reply.messages == ("Hello, which day?", "We are open.")
    assert found.turns[1].move == Say("Monday\nplease")


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        (CALL, {"role": "tool", "tool_call_id": "c1", "content": '{"ok": true}'}),
        ({"name": "book", "arguments": {"day": "Monday"}, "id": "c1"}, {"role": "tool", "content": '{"ok": true}'}),
    ],
    ids=["openai", "flat"],
)
def test_tool_calls_are_kept_with_what_they_gave(call: dict[str, Any], answer: dict[str, Any]) -> None:
    found = talk(HELLO, DAY, {"role": "assistant", "content": None, "tool_calls": [call]}, answer, DONE)
    reply = found.turns[2].reply
    assert reply is not None
    assert reply.text == "Booked."
    assert reply.tool_calls == ({"name": "book", "arguments": {"day": "Monday"}, "id": "c1", "result": {"ok": True}},)


def test_results_find_their_calls_in_whatever_order_they_come() -> None:
    calls = [{"id": name, "function": {"name": name, "arguments": "{}"}} for name in ("a", "b")]
    answers = [{"role": "tool", "tool_call_id": name, "content": name.upper()} for name in ("b", "a")]
    found = talk(DAY, {"role": "assistant", "content": "", "tool_calls": calls}, *answers, DONE)
    assert found.turns[1].reply is not None
    assert [call["result"] for call in found.turns[1].reply.tool_calls] == ["A", "B"]


def test_parts_of_a_message_may_be_calls_and_results() -> None:
    use = {"role": "assistant", "content": [{"type": "text", "text": "One moment."},
                                            {"type": "tool_use", "id": "t", "name": "look", "input": {"q": 1}}]}  # fmt: skip
    result = {"role": "user", "content": [{"type": "tool_result", "tool_use_id": "t", "content": "found"}]}
    found = talk(DAY, use, result, DONE)
    assert [turn.speaker for turn in found.turns] == ["user", "product"]
    assert found.turns[1].reply is not None
    assert found.turns[1].reply.tool_calls == ({"name": "look", "arguments": {"q": 1}, "id": "t", "result": "found"},)


def test_quick_replies_are_options_and_to_say_one_is_to_press_it() -> None:
    shown = {**HELLO, "options": [{"title": "Monday", "payload": "d1"}, "Tuesday"], "state": {"step": "day"}}
    found = talk(shown, DAY, {**DONE, "ended": True})
    reply = found.turns[0].reply
    assert reply is not None
    assert reply.options == (Option("Monday", "d1"), Option("Tuesday"))
    assert reply.state == {"step": "day"}
    assert found.turns[1].move == Press(Option("Monday", "d1"))
    assert found.turns[2].reply is not None
    assert found.turns[2].reply.ended


def test_times_become_latency_and_an_answer_next_day_does_not() -> None:
    day = {**DAY, "timestamp": "2025-03-01T10:00:00Z"}
    found = talk(HELLO, day, {**DONE, "timestamp": 1740823202500}, {**DAY, "timestamp": 1740823210},
                 {**DONE, "timestamp": "2025-03-02T10:00:00Z"})  # fmt: skip
    assert [turn.latency_s for turn in found.turns] == [None, None, 2.5, None, None]
    assert found.started_at == 1740823200
    assert found.seconds == 86_400


def test_labels_goal_and_id_are_found_where_they_usually_stand() -> None:
    found = talk(HELLO, DAY, id="chat 7/a", success=False, labels={"user_instruction": "Book a\nday", "reward": 0.0})
    assert (found.id, found.goal, found.label) == ("chat-7-a", "Book a day", False)
    assert found.notes == {"labels": {"user_instruction": "Book a\nday", "reward": 0.0}}
    assert talk(HELLO, DAY, metadata={"resolved": "yes", "goal": {"why": "ill", "n": 3}}).label is True
    assert talk(HELLO, DAY, labels={"reward": 0.5}).label is None


def test_an_error_in_the_place_of_an_answer_is_a_problem() -> None:
    found = talk(
        HELLO, DAY, {"role": "assistant", "content": None, "error": {"code": 500, "message": "model overloaded"}}
    )
    assert found.turns[2].reply is not None
    assert found.turns[2].reply.problem is not None
    assert found.turns[2].reply.problem.detail == "model overloaded"


def test_replies_that_all_are_json_are_how_the_log_keeps_them_and_one_alone_is_not() -> None:
    body = {
        "role": "assistant",
        "content": json.dumps({"text": "Which day?", "buttons": ["Monday"], "state": {"a": 1}}),
    }
    odd = {"role": "assistant", "content": json.dumps({"day": {"name": "Monday"}, "note": "noted"})}
    found = talk(HELLO, DAY, body, DAY, odd)
    assert [turn.text for turn in found.turns] == [
        "Hello, which day?",
        "Monday",
        "Which day?",
        "Monday",
        "Monday\nnoted",
    ]
    assert found.turns[3].move == Press(Option("Monday"))
    alone = talk(HELLO, DAY, DONE, DAY, odd)
    assert alone.turns[4].text == odd["content"]


def test_gzip_and_plain_are_the_same_and_bad_rows_are_named_by_line(tmp_path: Path) -> None:
    good = {"messages": [HELLO, DAY, DONE]}
    file = written(tmp_path, good, "", "{broken", {"a": 1}, good, {"messages": [HELLO]}, "17")
    found = gather(file)
    assert len(found.talks) == 2
    assert [(one.line, one.reason.split(";")[0]) for one in found.skipped] == [
        (3, "isn't JSON"),
        (4, "holds no messages"),
        (6, "nobody speaks as the user"),
        (7, "holds no messages"),
    ]
    packed = tmp_path / "log.jsonl.gz"
    packed.write_bytes(gzip.compress(file.read_bytes()))
    assert gather(packed) == found


@pytest.mark.parametrize(
    "whole",
    [
        [{"messages": [HELLO, DAY]}, {"messages": [HELLO, DAY]}],
        {"conversations": [{"messages": [HELLO, DAY]}, [HELLO, DAY]]},
        {"data": [{"conversation": [HELLO, DAY]}, {"turns": [HELLO, DAY]}]},
    ],
    ids=["list", "object", "data"],
)
def test_one_json_document_may_hold_many(tmp_path: Path, whole: object) -> None:
    file = tmp_path / "all.json"
    file.write_text(json.dumps(whole, indent=1))
    assert len(gather(file).talks) == 2


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "no conversation of a user and a product in it"),
        ("{}\n{}\n", "line 1: holds no messages"),
        (json.dumps([HELLO, HELLO]), "line 1: nobody speaks as the user"),
        ("[" * 100_000, "nested too deeply"),
    ],
)
def test_a_file_without_a_conversation_is_refused_in_a_line(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "log.jsonl"
    file.write_text(text)
    with pytest.raises(UsageError) as error:
        gather(file)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_broken_gzip_and_other_bytes_are_refused(tmp_path: Path) -> None:
    for data, said in ((b"\x1f\x8b\x08broken", "broken gzip"), (b"\xff\xfe\x00", "UTF-8")):
        (tmp_path / "x.jsonl").write_bytes(data)
        with pytest.raises(UsageError, match=said):
            gather(tmp_path / "x.jsonl")
    with pytest.raises(UsageError, match="--map names the columns of a CSV"):
        gather(written(tmp_path, [HELLO, DAY]), {"text": "said"})
    with pytest.raises(UsageError, match="isn't there"):
        gather(tmp_path / "none.jsonl")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["role", "content", "messages", "tool_calls", "function", "user", "assistant", "tool", "options", "error", "id",
         "timestamp", "labels", "success", "scenario", "turns", "verdicts", "stop", "outcome"]), inner, max_size=5),
    max_leaves=20,
)  # fmt: skip


@given(JSON)
def test_no_row_breaks_the_reader(value: object) -> None:
    found = read_messages(value)
    assert found if isinstance(found, str) else found.turns


@pytest.mark.parametrize(
    ("about", "broke"),
    [
        ({"infra_error": True}, "infrastructure"),
        ({"labels": {"infra_error": True}}, "infrastructure"),
        ({"labels": {"infra_error": False, "termination_reason": "user_stop"}}, None),
        ({"metadata": {"termination_reason": "infrastructure_error"}}, "infrastructure"),
        ({"labels": {"termination_reason": "user_error"}}, "simulator"),
        ({"labels": {"termination_reason": "agent_error"}}, None),
        ({"labels": {"termination_reason": ["user_error"]}}, None),
    ],
)
def test_who_broke_a_conversation_off_where_the_file_says_so(about: dict[str, Any], broke: str | None) -> None:
    assert talk(HELLO, DAY, DONE, **about).broke == broke
