"""What the wires write, and that nothing a server sends can break them otherwise than as Broken."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_provider import SCHEMA, asked

from prebeta.core.protocols import Message, ModelRequest
from prebeta.models import AnthropicOptions, OpenAIOptions
from prebeta.models.anthropic import AnthropicWire
from prebeta.models.openai import OpenAIWire
from prebeta.models.sse import Event
from prebeta.models.wire import Broken, Wire, error_in

OPENAI = OpenAIWire(OpenAIOptions(model="m", key="sk-secret", stream=True))
ANTHROPIC = AnthropicWire(AnthropicOptions(model="m", key="sk-secret"))

_keys = st.sampled_from(
    ["choices", "message", "content", "delta", "usage", "error", "type", "text", "finish_reason", "code", "details",
     "content_block", "index", "stop_reason", "input", "prompt_tokens", "input_tokens", "reasoning_content"]
)  # fmt: skip
_leaves = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=5),
    st.sampled_from(["error", "text_delta", "input_json_delta", "tool_use", "message_start", "message_delta",
                     "content_block_start", "content_block_delta", "message_stop", "text", "overloaded_error"]),
)  # fmt: skip
_json = st.recursive(
    _leaves,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_keys, inner, max_size=4)),
    max_leaves=15,
)


@pytest.mark.parametrize("wire", [OPENAI, ANTHROPIC], ids=["openai", "anthropic"])
@given(document=_json)
def test_any_answer_is_read_or_broken(wire: Wire, document: Any) -> None:
    with suppress(Broken):
        answer = wire.read(document)
        assert isinstance(answer.text, str)


@pytest.mark.parametrize("wire", [OPENAI, ANTHROPIC], ids=["openai", "anthropic"])
@given(documents=st.lists(_json, max_size=6))
def test_any_stream_is_read_or_broken(wire: Wire, documents: list[Any]) -> None:
    collector = wire.collector()
    with suppress(Broken):
        for document in documents:
            collector.take(Event("message", json.dumps(document)))
        assert isinstance(collector.answer().text, str)


@given(_json)
def test_any_error_has_a_line(document: Any) -> None:
    message, code, _ = error_in(document)
    assert "\n" not in message
    assert isinstance(code, str)


def test_openai_writes_what_it_is_given() -> None:
    body = OPENAI.body(asked(temperature=0.5, max_tokens=9, seed=4, stop=("\n",)), None, ())
    assert body == {
        "model": "m",
        "messages": [
            {"role": "system", "content": "You word what a user says."},
            {"role": "user", "content": "Say hello."},
        ],
        "max_tokens": 9,
        "temperature": 0.5,
        "seed": 4,
        "stop": ["\n"],
        "stream": True,
        "stream_options": {"include_usage": True},
    }
    assert OPENAI.headers()["Authorization"] == "Bearer sk-secret"


def test_openai_leaves_out_what_was_refused() -> None:
    body = OPENAI.body(asked(temperature=0.5, max_tokens=9), None, {"max_tokens", "temperature", "stream_options"})
    assert body["max_completion_tokens"] == 9
    assert not {"max_tokens", "temperature", "stream_options"} & set(body)


def test_openais_ways_to_structured_output() -> None:
    request = asked(schema=SCHEMA)
    native = OPENAI.body(request, "json_schema", ())
    assert native["response_format"]["json_schema"] == {"name": "answer", "strict": True, "schema": SCHEMA}
    assert "JSON" not in json.dumps(native["messages"])
    older = OPENAI.body(request, "json_object_schema", ())
    assert older["response_format"] == {"type": "json_object", "schema": SCHEMA}
    assert "JSON Schema" in older["messages"][0]["content"]
    assert OPENAI.body(request, "json_object", ())["response_format"] == {"type": "json_object"}
    assert "response_format" not in OPENAI.body(request, "prompt", ())


@pytest.mark.parametrize(
    ("base", "url"),
    [
        ("http://h:1", "http://h:1/v1/chat/completions"),
        ("http://h:1/v1/", "http://h:1/v1/chat/completions"),
        ("http://h:1/api/v3", "http://h:1/api/v3/chat/completions"),
        ("http://h:1/x/chat/completions", "http://h:1/x/chat/completions"),
        ("https://a.example/d?api-version=1", "https://a.example/d/chat/completions?api-version=1"),
    ],
)
def test_openais_address(base: str, url: str) -> None:
    assert OpenAIWire(OpenAIOptions(url=base, model="m")).url == url


@pytest.mark.parametrize("base", ["http://h:1", "http://h:1/", "http://h:1/v1", "http://h:1/v1/messages"])
def test_anthropics_address(base: str) -> None:
    assert AnthropicWire(AnthropicOptions(url=base, model="m")).url == "http://h:1/v1/messages"


def test_anthropic_writes_what_its_format_demands() -> None:
    messages = (Message("assistant", "Hi, how can I help?"), Message("system", "Be brief."), Message("user", "  "))
    body = ANTHROPIC.body(ModelRequest(messages, temperature=1.7, seed=4, stop=("\n", "END")), None, ())
    assert body == {
        "model": "m",
        "max_tokens": 1024,
        "system": "Be brief.",
        "messages": [
            {"role": "user", "content": "Begin."},
            {"role": "assistant", "content": "Hi, how can I help?"},
            {"role": "user", "content": "…"},
        ],
        "temperature": 1.0,
        "stop_sequences": ["END"],
    }
    assert ANTHROPIC.headers() == {"x-api-key": "sk-secret", "anthropic-version": "2023-06-01"}


def test_anthropics_way_to_structured_output() -> None:
    body = ANTHROPIC.body(asked(schema=SCHEMA), "tool", ())
    assert body["tools"][0]["input_schema"] == SCHEMA
    assert body["tool_choice"] == {"type": "tool", "name": "answer"}
    prompted = ANTHROPIC.body(asked(schema=SCHEMA), "prompt", ())
    assert "tools" not in prompted
    assert "JSON Schema" in prompted["system"]


def test_tokens_from_the_providers_cache_were_read_too() -> None:
    usage = {"input_tokens": 10, "cache_read_input_tokens": 90, "output_tokens": 5}
    answer = ANTHROPIC.read({"content": [{"type": "text", "text": "a"}], "usage": usage, "stop_reason": "max_tokens"})
    assert (answer.tokens_in, answer.tokens_out, answer.whole) == (100, 5, False)


def test_thinking_aloud_is_not_the_answer() -> None:
    message = {"content": "<think>They want\nhello.</think>\n\nHello!"}
    assert OPENAI.read({"choices": [{"message": message}]}).text == "Hello!"
