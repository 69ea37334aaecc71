"""Streams of common kinds, read without any options."""

from __future__ import annotations

import json
from typing import Any

import pytest

from prebeta.core.types import Option, Reply
from prebeta.targets.sse.answer import Answer
from prebeta.targets.sse.events import Events
from prebeta.targets.sse.options import StreamOptions
from prebeta.targets.sse.rules import rules_of


def read(*events: Any, content_type: str = "text/event-stream") -> Answer:
    """The answer in these events: JSON, a text, or (name, either)."""
    lines = []
    for one in events:
        name, data = one if isinstance(one, tuple) else (None, one)
        told = data if isinstance(data, str) else json.dumps(data)
        if content_type == "text/event-stream":
            lines += [f"event: {name}"] if name else []
            lines += [f"data: {line}" for line in told.split("\n")] + [""]
        else:
            lines.append(told)
    answer, taken, rules = Answer(), Events(content_type), rules_of(StreamOptions())
    for line in (*lines, None):
        for event in taken.rest() if line is None else taken.take(line.encode()):
            for piece in rules.pieces_of(event):
                answer.take(piece)
    return answer


def chunk(content: str | None = None, finish: str | None = None, **delta: Any) -> dict[str, Any]:
    delta |= {} if content is None else {"content": content}
    return {"id": "c1", "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}


LC = {"response_metadata": {}, "additional_kwargs": {}}
HELLO = [
    # plain text and tokens
    (["Hel", "lo"],),
    (["Hel", "lo", ("end", "")],),
    (["Hel", "lo", ("done", "[DONE]")],),
    (['"Hel"', '"lo"'],),
    ([("token", "Hel"), ("token", "lo"), ("ping", "1"), ("status", "thinking")],),
    ([{"token": "Hel"}, {"token": "lo"}],),
    ([{"delta": "Hel"}, {"delta": "lo"}],),
    ([{"text": "Hel"}, {"text": "lo"}],),
    ([{"content": "Hel", "type": "token"}, {"content": "lo", "type": "token"}, {"type": "end"}],),
    ([{"chunk": "Hel"}, {"chunk": "lo"}, {"done": True}],),
    ([{"delta": {"text": "Hel"}}, {"delta": {"content": "lo"}}],),
    ([{"event": "message", "answer": "Hel"}, {"event": "message", "answer": "lo"}, {"event": "message_end"}],),
    # tokens, then the whole
    ([{"token": "Hel"}, {"token": "lo"}, {"message": "Hello"}],),
    ([{"token": "Hel"}, {"token": "lo"}, {"type": "done", "text": "Hello "}],),
    ([("token", "Hel"), ("token", "lo"), ("final", {"text": "Hello"})],),
    # whole
    ([{"message": "Hello"}],),
    ([{"messages": [{"role": "assistant", "content": "Hello"}]}],),
    ([{"reply": "Hello"}],),
    ([[{"recipient_id": "u", "text": "Hello"}]],),
    # what isn't said to anybody
    ([{"type": "thinking", "text": "hm"}, {"type": "reasoning_delta", "text": "hm"}, {"token": "Hello"}],),
    ([{"role": "user", "content": "hi"}, {"role": "assistant", "content": "Hello"}],),
    ([{"type": "tool_result", "content": "5 free"}, {"token": "Hello"}],),
    # OpenAI
    ([chunk(role="assistant", content=""), chunk("Hel"), chunk("lo"), chunk(finish="stop"), "[DONE]"],),
    ([{"choices": [{"index": 0, "text": "Hello", "finish_reason": "stop"}]}, "[DONE]"],),
    ([{"choices": [{"index": 0, "message": {"role": "assistant", "content": "Hello"}, "finish_reason": "stop"}]}],),
    (
        [
            ("response.created", {"type": "response.created", "response": {"id": "r"}}),
            {"type": "response.output_text.delta", "item_id": "i", "content_index": 0, "delta": "Hel"},
            {"type": "response.output_text.delta", "item_id": "i", "content_index": 0, "delta": "lo"},
            {"type": "response.output_text.done", "item_id": "i", "content_index": 0, "text": "Hello"},
            {"type": "response.completed", "response": {"output": [{"content": [{"text": "Hello"}]}]}},
        ],
    ),
    # Anthropic
    (
        [
            ("message_start", {"type": "message_start", "message": {"role": "assistant", "content": []}}),
            ("content_block_start", {"type": "content_block_start", "index": 0, "content_block": {"type": "text"}}),
            ("ping", {"type": "ping"}),
            {"type": "content_block_delta", "index": 0, "delta": {"type": "thinking_delta", "thinking": "hm"}},
            {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "Hel"}},
            {"type": "content_block_delta", "index": 1, "delta": {"type": "text_delta", "text": "lo"}},
            {"type": "content_block_stop", "index": 1},
            {"type": "message_delta", "delta": {"stop_reason": "end_turn"}, "usage": {"output_tokens": 3}},
            ("message_stop", {"type": "message_stop"}),
        ],
    ),
    # the AI SDK's UI message stream
    (
        [
            {"type": "start", "messageId": "m1"},
            {"type": "start-step"},
            {"type": "reasoning-delta", "id": "r", "delta": "hm"},
            {"type": "text-start", "id": "t1"},
            {"type": "text-delta", "id": "t1", "delta": "Hel"},
            {"type": "text-delta", "id": "t1", "delta": "lo"},
            {"type": "text-end", "id": "t1"},
            {"type": "finish-step"},
            {"type": "finish"},
            "[DONE]",
        ],
    ),
    # LangGraph
    (
        [
            ("metadata", {"run_id": "1"}),
            ("messages", [{**LC, "type": "AIMessageChunk", "id": "a", "content": "Hel"}, {"langgraph_node": "n"}]),
            (
                "messages",
                [{**LC, "type": "AIMessageChunk", "id": "a", "content": [{"type": "text", "text": "lo"}]}, {}],
            ),
        ],
    ),
    (
        [
            ("messages/metadata", {"a": {}}),
            ("messages/partial", [{"type": "ai", "id": "a", "content": "Hel"}]),
            ("messages/partial", [{"type": "ai", "id": "a", "content": "Hello"}]),
            ("messages/complete", [{"type": "ai", "id": "a", "content": "Hello"}]),
            ("end", ""),
        ],
    ),
    (
        [
            ("values", {"messages": [{"type": "human", "content": "hi"}]}),
            (
                "values",
                {
                    "messages": [
                        {"type": "ai", "content": "before"},
                        {"type": "human", "content": "hi"},
                        {"type": "ai", "content": "Hello"},
                    ]
                },
            ),
        ],
    ),
    ([("messages|sub:1", [{"type": "ai", "id": "a", "content": "Hello"}, {}])],),
    (
        [
            {"event": "on_chain_start", "data": {}},
            {"event": "on_chat_model_stream", "data": {"chunk": {"content": "Hello"}}},
        ],
    ),
    # AG-UI
    (
        [
            {"type": "RUN_STARTED", "threadId": "t", "runId": "r"},
            {"type": "TEXT_MESSAGE_START", "messageId": "m", "role": "assistant"},
            {"type": "TOOL_CALL_ARGS", "toolCallId": "c", "delta": "{}"},
            {"type": "TEXT_MESSAGE_CONTENT", "messageId": "m", "delta": "Hel"},
            {"type": "TEXT_MESSAGE_CONTENT", "messageId": "m", "delta": "lo"},
            {"type": "TEXT_MESSAGE_END", "messageId": "m"},
            {"type": "RUN_FINISHED", "threadId": "t", "runId": "r"},
        ],
    ),
]


@pytest.mark.parametrize("events", [case[0] for case in HELLO])
def test_one_message(events: list[Any]) -> None:
    answer = read(*events)
    assert answer.reply().messages == ("Hello",)
    assert answer.begun
    assert not answer.cut_short
    assert answer.error is None


@pytest.mark.parametrize(
    "lines",
    [
        [
            {"model": "m", "message": {"content": "Hel"}, "done": False},
            {"model": "m", "message": {"content": "lo"}, "done": True},
        ],
        [{"model": "m", "response": "Hello", "done": False}, {"model": "m", "response": "", "done": True}],
        ['f:{"messageId":"a"}', '0:"Hel"', '0:"lo"', 'e:{"finishReason":"stop"}', 'd:{"finishReason":"stop"}'],
    ],
)
def test_one_message_in_lines(lines: list[Any]) -> None:
    answer = read(*lines, content_type="application/x-ndjson")
    assert answer.reply().messages == ("Hello",)
    assert not answer.cut_short


@pytest.mark.parametrize(
    "events",
    [
        [{"message": "One."}, {"message": "Two."}],
        [{"token": "One."}, ("message_end", ""), {"token": "Two."}],
        [{"token": "One.", "message_id": 1}, {"token": "Two.", "message_id": 2}],
        [("message_complete", {"text": "One."}), ("message_complete", {"text": "Two."})],
        [{"token": "One."}, {"token": ""}, {"message": "Two."}],
        [
            {"type": "text-delta", "id": "0", "delta": "One."},
            {"type": "text-end", "id": "0"},
            {"type": "text-delta", "id": "0", "delta": "Two."},
        ],
        [
            ("messages", [{"type": "AIMessageChunk", "id": "a", "content": "One."}, {}]),
            ("messages", [{"type": "tool", "id": "x", "content": "no"}, {}]),
            ("messages", [{"type": "AIMessageChunk", "id": "b", "content": "Two."}, {}]),
        ],
    ],
)
def test_two_messages(events: list[Any]) -> None:
    assert read(*events).reply().messages == ("One.", "Two.")


def test_line_breaks_and_spaces_of_plain_text_stay() -> None:
    assert read("One", " two", "", "", "three").reply().messages == ("One two\n\nthree",)
    assert read("A\nB").reply().messages == ("A\nB",)
    assert read("[", "1]", " and {x}").reply().messages == ("[1] and {x}",)


def test_what_goes_beside_the_words() -> None:
    reply = read(
        {"type": "session", "id": "s1"},
        {"text": "Hi", "suggestions": ["Yes"]},
        ("options", ["Yes", "No"]),
        ("state", {"step": 1}),
        ("tool_call", {"name": "f"}),
        {"trace_id": "t", "ended": True},
    )
    assert reply.session == "s1"
    assert reply.reply() == Reply(
        ("Hi",), (Option("Yes"), Option("No")), {"step": 1}, True, ({"name": "f"},), trace="t"
    )  # fmt: skip
    assert read(("values", {"messages": [], "day": "Monday"})).reply().state == {"day": "Monday"}


CALL = {"id": "c", "name": "book", "arguments": {"day": "Monday"}}


@pytest.mark.parametrize(
    "events",
    [
        [
            chunk(tool_calls=[{"index": 0, "id": "c", "function": {"name": "book", "arguments": ""}}]),
            chunk(tool_calls=[{"index": 0, "function": {"arguments": '{"day":'}}]),
            chunk(tool_calls=[{"index": 0, "function": {"arguments": '"Monday"}'}}]),
            chunk(finish="tool_calls"),
        ],
        [
            {"type": "content_block_start", "index": 1, "content_block": {"type": "tool_use", "id": "c", "name": "book"}},
            {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": '{"day": '}},
            {"type": "content_block_delta", "index": 1, "delta": {"type": "input_json_delta", "partial_json": '"Monday"}'}},
        ],
        [{"type": "tool-input-available", "toolCallId": "c", "toolName": "book", "input": {"day": "Monday"}}],
        [{"type": "response.output_item.done", "item": {"type": "function_call", "call_id": "c", "name": "book", "arguments": '{"day":"Monday"}'}}],
        [
            {"type": "TOOL_CALL_START", "toolCallId": "c", "toolCallName": "book"},
            {"type": "TOOL_CALL_ARGS", "toolCallId": "c", "delta": '{"day": "Mon'},
            {"type": "TOOL_CALL_ARGS", "toolCallId": "c", "delta": 'day"}'},
        ],
        [
            ("messages", [{"type": "AIMessageChunk", "id": "a", "content": "", "tool_call_chunks": [{"index": 0, "id": "c", "name": "book", "args": '{"day"'}]}, {}]),
            ("messages", [{"type": "AIMessageChunk", "id": "a", "content": "", "tool_call_chunks": [{"index": 0, "args": ': "Monday"}'}]}, {}]),
        ],
    ],
)  # fmt: skip
def test_tool_calls(events: list[Any]) -> None:
    reply = read(*events).reply()
    assert reply.tool_calls == (CALL,)
    assert reply.messages == ()


@pytest.mark.parametrize("ids", [("c1", "c2"), (None, None)])
def test_two_calls_of_the_same_number(ids: tuple[str | None, str | None]) -> None:
    def call(of: str | None, **function: str) -> dict[str, Any]:
        return chunk(tool_calls=[{"index": 0, "id": of, "type": "function", "function": function}])

    first = call(ids[0], name="look", arguments='{"day": 1}')
    second = [call(ids[1], name="look", arguments='{"day"'), call(ids[1], name="look", arguments=": 2}")]
    reply = read(first, *second, chunk(finish="tool_calls")).reply()
    assert [one["arguments"] for one in reply.tool_calls] == [{"day": 1}, {"day": 2}]


def test_the_result_of_a_tool_goes_with_its_call() -> None:
    called = {"type": "tool-input-available", "toolCallId": "c", "toolName": "book", "input": {"day": "Monday"}}
    answer = read(called, {"type": "tool-output-available", "toolCallId": "c", "output": "booked"})
    assert answer.reply().tool_calls == ({**CALL, "result": "booked"},)


@pytest.mark.parametrize(
    ("events", "told"),
    [
        ([("error", "boom")], "boom"),
        ([("error", {"message": "boom"})], "boom"),
        ([{"type": "error", "errorText": "boom"}], "boom"),
        ([{"error": "boom"}], "boom"),
        ([{"error": {"message": "boom"}}], {"message": "boom"}),
        ([{"choices": [], "error": "boom"}], "boom"),
        ([{"type": "response.failed", "response": {"error": "boom"}}], "boom"),
        ([{"type": "RUN_ERROR", "message": "boom"}], "boom"),
        (['3:"boom"'], "boom"),
    ],
)
def test_errors(events: list[Any], told: Any) -> None:
    kind = "text/plain" if events == ['3:"boom"'] else "text/event-stream"
    assert read(*events, content_type=kind).error == told


@pytest.mark.parametrize(
    "events",
    [
        [chunk("Hel")],
        [{"type": "text-start", "id": "t"}, {"type": "text-delta", "id": "t", "delta": "Hel"}],
        [("message_start", {"type": "message_start", "message": {"role": "assistant"}})],
        [{"type": "RUN_STARTED", "threadId": "t"}, {"type": "TEXT_MESSAGE_CONTENT", "messageId": "m", "delta": "Hel"}],
        [{"model": "m", "message": {"content": "Hel"}, "done": False}],
    ],
)
def test_streams_that_say_when_they_are_complete_and_did_not(events: list[Any]) -> None:
    assert read(*events).cut_short
