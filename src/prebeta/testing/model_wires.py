"""The server's side of the two wire formats: what a request says, what an answer looks like."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from prebeta.core.protocols import Message
from prebeta.core.types import Json

_PIECE = 8  # characters in a piece of a streamed answer
_ANTHROPIC_ERRORS = MappingProxyType({400: "invalid_request_error", 401: "authentication_error", 429: "rate_limit_error", 529: "overloaded_error"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class ModelCall:
    """One call of a ModelServer: by which wire ("openai", "anthropic"), its messages (a system text first), the schema
    asked for, whether streamed; `body` is the request's JSON. `formats` are the kinds of structured output in it."""

    wire: str
    messages: tuple[Message, ...]
    schema: Mapping[str, Json] | None
    stream: bool
    formats: frozenset[str]
    body: Mapping[str, Json]

    @property
    def text(self) -> str:
        """The last message."""
        return self.messages[-1].text if self.messages else ""


@dataclass(frozen=True, slots=True)
class ToolCalls:
    """An answer of a ModelServer that calls tools, by OpenAI's wire: (name, arguments) of each, and what it says besides.
    Arguments that are a text go as they are, to be wrong."""

    calls: Sequence[tuple[str, Json]]
    text: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """An answer as text and as it was given, and the call it answers."""

    text: str
    given: Json
    call: ModelCall

    @property
    def tokens_in(self) -> int:
        return 1 + sum(len(message.text) for message in self.call.messages) // 4

    @property
    def tokens_out(self) -> int:
        return 1 + len(self.text) // 4


def wire_of(path: str) -> str | None:
    """Which format is spoken at a path."""
    if path.endswith("/chat/completions"):
        return "openai"
    return "anthropic" if path.endswith("/messages") else None


def read(wire: str, body: Json) -> ModelCall:
    """Raises ValueError where the body isn't of the format."""
    if not isinstance(body, dict) or not isinstance(body.get("messages"), list) or not body["messages"]:
        raise ValueError("messages are missing")
    if not isinstance(body.get("model"), str):
        raise ValueError("model is missing")
    messages = tuple(Message(each["role"], _words(each)) for each in body["messages"])
    if wire == "openai":
        told = body.get("response_format") or {}
        schema = (told.get("json_schema") or {}).get("schema") or told.get("schema")
        formats = frozenset({told["type"]} if "type" in told else ())
    else:
        if not isinstance(body.get("max_tokens"), int):
            raise ValueError("max_tokens is missing")
        if messages[0].role != "user" or any(not message.text.strip() for message in messages):
            raise ValueError("the first message should be the user's, and none empty")
        tools = body.get("tools") or []
        schema, formats = (tools[0]["input_schema"], frozenset({"tools"})) if tools else (None, frozenset())
        messages = (Message("system", _text(body["system"])), *messages) if "system" in body else messages
    return ModelCall(wire, messages, schema, body.get("stream") is True, formats, body)


def document(said: Said) -> dict[str, Any]:
    """An answer in one piece."""
    if said.call.wire == "openai":
        message: dict[str, Any] = {"role": "assistant", "content": said.text}
        finish = "stop"
        if isinstance(said.given, ToolCalls):
            message, finish = {**message, "content": said.text or None, "tool_calls": _openai_calls(said)}, "tool_calls"
        return {
            "id": "chatcmpl-1",
            "object": "chat.completion",
            "created": 0,
            "model": said.call.body["model"],
            "choices": [{"index": 0, "message": message, "finish_reason": finish}],
            "usage": _openai_usage(said),
        }
    by_tool = said.call.schema is not None and isinstance(said.given, Mapping)
    tool = {"type": "tool_use", "id": "toolu_1", "name": "answer", "input": said.given}
    return {
        "id": "msg_1",
        "type": "message",
        "role": "assistant",
        "model": said.call.body["model"],
        "content": [tool if by_tool else {"type": "text", "text": said.text}],
        "stop_reason": "tool_use" if by_tool else "end_turn",
        "usage": {"input_tokens": said.tokens_in, "output_tokens": said.tokens_out},
    }


def events(said: Said) -> list[str]:
    """An answer as server-sent events, each with its blank line."""
    pieces = [said.text[at : at + _PIECE] for at in range(0, len(said.text), _PIECE)] or [""]
    return _openai_events(said, pieces) if said.call.wire == "openai" else _anthropic_events(said, pieces)


def error(wire: str, status: int, message: str) -> dict[str, Any]:
    """An error answer's body."""
    if wire == "openai":
        return {"error": {"message": message, "type": "server_error" if status >= 500 else "invalid_request_error"}}
    return {"type": "error", "error": {"type": _ANTHROPIC_ERRORS.get(status, "api_error"), "message": message}}


def example(schema: Json) -> Json:
    """The simplest JSON that fits a schema."""
    if not isinstance(schema, Mapping):
        return None
    for word in ("const", "default"):
        if word in schema:
            return schema[word]
    if schema.get("enum"):
        return schema["enum"][0]
    for word in ("anyOf", "oneOf", "allOf"):
        if schema.get(word):
            return example(schema[word][0])
    kind = schema.get("type", "object" if "properties" in schema else "string")
    kind = kind[0] if isinstance(kind, list) else kind
    if kind == "object":
        wanted = schema.get("required") or list(schema.get("properties", {}))
        return {name: example(schema.get("properties", {}).get(name, {})) for name in wanted}
    if kind == "array":
        return [example(schema.get("items", {})) for _ in range(schema.get("minItems", 0))]
    if kind in ("integer", "number"):
        return schema.get("minimum", 0)
    return {"boolean": True, "null": None}.get(kind, "x" * max(1, schema.get("minLength", 1)))


def _openai_usage(said: Said) -> dict[str, int]:
    total = said.tokens_in + said.tokens_out
    return {"prompt_tokens": said.tokens_in, "completion_tokens": said.tokens_out, "total_tokens": total}


def _openai_calls(said: Said) -> list[dict[str, Any]]:
    """The calls of an answer, their ids different throughout a conversation."""
    before = len(said.call.messages)
    return [
        {
            "id": f"call_{before}_{index}",
            "type": "function",
            "function": {"name": name, "arguments": given if isinstance(given, str) else json.dumps(given)},
        }
        for index, (name, given) in enumerate(said.given.calls)
    ]


def _openai_events(said: Said, pieces: list[str]) -> list[str]:
    base = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": said.call.body["model"]}

    def chunk(delta: dict[str, Any], finish: str | None = None) -> dict[str, Any]:
        return {**base, "choices": [{"index": 0, "delta": delta, "finish_reason": finish}]}

    chunks = [chunk({"role": "assistant", "content": ""}), *(chunk({"content": piece}) for piece in pieces)]
    calls = _openai_calls(said) if isinstance(said.given, ToolCalls) else []
    for index, call in enumerate(calls):
        told = call["function"]["arguments"]
        chunks.append(
            chunk({"tool_calls": [{"index": index, **call, "function": {**call["function"], "arguments": ""}}]})
        )
        pieces = [told[at : at + _PIECE] for at in range(0, len(told), _PIECE)]
        chunks += (chunk({"tool_calls": [{"index": index, "function": {"arguments": piece}}]}) for piece in pieces)
    chunks.append(chunk({}, "tool_calls" if calls else "stop"))
    if (said.call.body.get("stream_options") or {}).get("include_usage"):
        chunks.append({**base, "choices": [], "usage": _openai_usage(said)})
    return [*(f"data: {json.dumps(each)}\n\n" for each in chunks), "data: [DONE]\n\n"]


def _anthropic_events(said: Said, pieces: list[str]) -> list[str]:
    whole = document(said)
    (block,) = whole["content"]
    if block["type"] == "tool_use":
        begun, kind, word = {**block, "input": {}}, "input_json_delta", "partial_json"
    else:
        begun, kind, word = {**block, "text": ""}, "text_delta", "text"
    start = {**whole, "content": [], "stop_reason": None, "usage": {"input_tokens": said.tokens_in, "output_tokens": 1}}
    found: list[dict[str, Any]] = [
        {"type": "message_start", "message": start},
        {"type": "content_block_start", "index": 0, "content_block": begun},
        {"type": "ping"},
        *({"type": "content_block_delta", "index": 0, "delta": {"type": kind, word: piece}} for piece in pieces),
        {"type": "content_block_stop", "index": 0},
        {
            "type": "message_delta",
            "delta": {"stop_reason": whole["stop_reason"], "stop_sequence": None},
            "usage": {"output_tokens": said.tokens_out},
        },
        {"type": "message_stop"},
    ]
    return [f"event: {each['type']}\ndata: {json.dumps(each)}\n\n" for each in found]


def _words(message: Mapping[str, Any]) -> str:
    """A message's text, which may be left out only where it calls tools."""
    content = message.get("content")
    return "" if content is None and message.get("tool_calls") else _text(content)


def _text(content: Json) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(str(part.get("text", "")) for part in content if isinstance(part, Mapping))
    raise ValueError("content should be a text")
