"""Streams that are the same wherever they come from: OpenAI's, Anthropic's, the AI SDK's, LangGraph's, AG-UI's, Ollama's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from prebeta.core.types import Json
from prebeta.targets.sse.events import AI_SDK, Read
from prebeta.targets.sse.pieces import Piece, Pieces

Family = Callable[[Read], Pieces]


def family_of(read: Read) -> Family | None:
    """How to read an event of a well-known stream; None where it is of no such."""
    data, kind = read.data, read.kind
    if isinstance(data, dict) and isinstance(data.get("choices"), list):
        return openai_pieces
    if kind.startswith(AI_SDK):
        return _ai_sdk_line
    if kind.partition("|")[0].partition("/")[0] in _LANGGRAPH:
        if isinstance(data, list) or (kind.startswith("values") and isinstance(data, Mapping)):
            return _langgraph
        return None
    if not isinstance(data, Mapping):
        return None
    if any(one.startswith("response.") for one in read.kinds):
        return _responses
    if isinstance(data.get("done"), bool) and ("message" in data or "response" in data) and "model" in data:
        return _ollama
    if "message_start" in read.kinds and not isinstance(data.get("message"), Mapping):
        return None  # others than Anthropic have an event of that name too
    return next((found for one in read.kinds if (found := _BY_KIND.get(one)) is not None), None)


def text_of(content: Json) -> str:
    """The words in a content: a text, or a list of parts of which only some are text."""
    if isinstance(content, str):
        return content
    if isinstance(content, Mapping):
        return text_of(content.get("text") or content.get("content"))
    if isinstance(content, list):
        return "".join(text_of(part) for part in content)
    return ""


def _mapping(value: Json) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _list(value: Json) -> list[Any]:
    return value if isinstance(value, list) else []


def openai_pieces(read: Read) -> Pieces:
    """Chunks of chat completions (and of completions), or a whole one."""
    data = read.data
    if data.get("error"):
        yield Piece("error", data["error"])
    for choice in map(_mapping, data["choices"]):
        if choice.get("index"):
            continue  # the others are not what a person would see
        message, delta = _mapping(choice.get("message")), _mapping(choice.get("delta"))
        if message:
            yield Piece("message", text_of(message.get("content")) or text_of(message.get("refusal")))
            yield from (_openai_call(index, call) for index, call in enumerate(_list(message.get("tool_calls"))))
            yield Piece("complete")
            return
        yield Piece("begun")
        yield Piece(
            "delta", text_of(delta.get("content")) or text_of(delta.get("refusal")) or text_of(choice.get("text"))
        )
        yield from (_openai_call(index, call) for index, call in enumerate(_list(delta.get("tool_calls"))))
        if choice.get("finish_reason") is not None:
            yield Piece("message_end")
            yield Piece("complete")


def _openai_call(index: int, call: Json) -> Piece:
    call = _mapping(call)
    function = _mapping(call.get("function"))
    told = {"id": call.get("id"), "name": function.get("name"), "arguments": function.get("arguments")}
    return Piece("tool_delta", told, f"{call.get('index', index)}")


def _responses(read: Read) -> Pieces:
    """OpenAI's Responses API."""
    data = read.data
    kind = next(one for one in read.kinds if one.startswith("response."))
    of = f"{data.get('item_id')}/{data.get('content_index', 0)}"
    if kind == "response.created":
        yield Piece("begun")
    elif kind in ("response.output_text.delta", "response.refusal.delta"):
        yield Piece("delta", text_of(data.get("delta")), of)
    elif kind == "response.output_text.done":
        yield Piece("message", text_of(data.get("text")), of)
    elif kind == "response.output_item.done" and _mapping(data.get("item")).get("type") == "function_call":
        item = data["item"]
        told = {"id": item.get("call_id"), "name": item.get("name"), "arguments": item.get("arguments")}
        yield Piece("tool_delta", told, str(item.get("id")))
    elif kind == "response.failed":
        yield Piece("error", _mapping(data.get("response")).get("error") or data)
    elif kind in ("response.completed", "response.incomplete"):
        yield Piece("end")


def _anthropic(read: Read) -> Pieces:
    """Anthropic's messages."""
    data = read.data
    block, delta = _mapping(data.get("content_block")), _mapping(data.get("delta"))
    of = f"block {data.get('index')}"
    if "message_start" in read.kinds:
        yield Piece("begun")
    elif "content_block_start" in read.kinds and block.get("type") == "tool_use":
        yield Piece("tool_delta", {"id": block.get("id"), "name": block.get("name"), "arguments": ""}, of)
    elif "content_block_delta" in read.kinds and delta.get("type") == "input_json_delta":
        yield Piece("tool_delta", {"arguments": delta.get("partial_json")}, of)
    elif "content_block_delta" in read.kinds and delta.get("type") in (None, "text_delta"):
        yield Piece("delta", text_of(delta.get("text")), of)
    elif "content_block_stop" in read.kinds:
        yield Piece("message_end", None, of)
    elif "message_stop" in read.kinds:
        yield Piece("complete")


def _ai_sdk(read: Read) -> Pieces:
    """The AI SDK's UI message stream; [DONE] follows its finish."""
    data = read.data
    kind, of = str(data.get("type")), str(data.get("id"))
    if kind == "text-start":
        yield Piece("begun")
    elif kind == "text-delta":
        yield Piece("delta", text_of(data.get("delta") or data.get("textDelta") or data.get("text")), of)
    elif kind == "text-end":
        yield Piece("message_end", None, of)
    elif kind == "tool-input-available":
        told = {"id": data.get("toolCallId"), "name": data.get("toolName"), "arguments": data.get("input")}
        yield Piece("tool_delta", told, str(data.get("toolCallId")))
    elif kind == "tool-output-available":
        yield Piece("tool_result", data.get("output"), str(data.get("toolCallId")))
    elif kind == "abort":
        yield Piece("error", "the product aborted its answer")


def _ai_sdk_line(read: Read) -> Pieces:
    """The AI SDK's older data stream, a letter and JSON a line."""
    letter, data = read.kind.removeprefix(AI_SDK), read.data
    told = _mapping(data)
    if letter == "0":
        yield Piece("begun")
        yield Piece("delta", text_of(data))
    elif letter == "3":
        yield Piece("error", data)
    elif letter == "9":
        called = {"id": told.get("toolCallId"), "name": told.get("toolName"), "arguments": told.get("args")}
        yield Piece("tool_delta", called, str(told.get("toolCallId")))
    elif letter == "a":
        yield Piece("tool_result", told.get("result"), str(told.get("toolCallId")))
    elif letter == "f":
        yield Piece("message_end")  # of the step before
    elif letter == "d":
        yield Piece("complete")


def _langgraph(read: Read) -> Pieces:
    """LangGraph's modes: messages (a piece and its metadata), messages/partial, messages/complete, values."""
    kind, data = read.kind.partition("|")[0], read.data
    if kind == "messages":
        yield from _langchain_message(_mapping(data[0]) if data else {}, whole=False)
    elif kind in ("messages/partial", "messages/complete"):
        for message in map(_mapping, data):
            yield from _langchain_message(message, whole=kind.endswith("complete"), so_far=kind.endswith("partial"))
    elif kind == "values":
        messages = _list(data.get("messages"))
        yield Piece("state", {name: value for name, value in data.items() if name != "messages"} or None)
        said: list[str] = []
        for message in map(_mapping, messages):
            if message.get("type") == "human":
                said = []
            elif message.get("type") == "ai":
                said.append(text_of(message.get("content")))
        yield Piece("last_resort", said)


def _langchain_message(message: Mapping[str, Any], *, whole: bool, so_far: bool = False) -> Pieces:
    kind, of = str(message.get("type")), str(message.get("id"))
    if kind == "tool":
        yield Piece("tool_result", message.get("content"), str(message.get("tool_call_id")))
    if kind not in ("ai", "AIMessageChunk"):
        return
    words = text_of(message.get("content"))
    yield Piece("so_far" if so_far else "message" if whole or kind == "ai" else "delta", words, of)
    if so_far:
        return
    pieces = _list(message.get("tool_call_chunks"))
    for index, call in enumerate(map(_mapping, pieces or _list(message.get("tool_calls")))):
        told = {"id": call.get("id"), "name": call.get("name"), "arguments": call.get("args")}
        yield Piece("tool_delta", told, f"{of}/{call.get('index', index)}")


def _langserve(read: Read) -> Pieces:
    """LangChain's astream_events: the words of on_chat_model_stream."""
    if "on_chat_model_stream" in read.kinds:
        yield Piece("delta", text_of(_mapping(_mapping(read.data.get("data")).get("chunk")).get("content")))


def _ag_ui(read: Read) -> Pieces:
    """AG-UI's events, of which those about words need no reading of their own."""
    data, kind = read.data, str(read.data.get("type"))
    if kind == "RUN_STARTED":
        yield Piece("begun")
        yield Piece("session", data.get("threadId"))
    elif kind == "RUN_FINISHED":
        yield Piece("complete")
    elif kind == "RUN_ERROR":
        yield Piece("error", data.get("message") or data)
    elif kind in ("TEXT_MESSAGE_CONTENT", "TEXT_MESSAGE_CHUNK"):
        yield Piece("delta", text_of(data.get("delta")), str(data.get("messageId")))
    elif kind == "TEXT_MESSAGE_END":
        yield Piece("message_end", None, str(data.get("messageId")))
    elif kind == "STATE_SNAPSHOT":
        yield Piece("state", data.get("snapshot"))
    elif kind == "TOOL_CALL_START":
        told = {"id": data.get("toolCallId"), "name": data.get("toolCallName"), "arguments": ""}
        yield Piece("tool_delta", told, str(data.get("toolCallId")))
    elif kind == "TOOL_CALL_ARGS":
        yield Piece("tool_delta", {"arguments": data.get("delta")}, str(data.get("toolCallId")))
    elif kind == "TOOL_CALL_RESULT":
        yield Piece("tool_result", data.get("content"), str(data.get("toolCallId")))


def _ollama(read: Read) -> Pieces:
    """Ollama's lines, which say in each whether it was the last."""
    data = read.data
    yield Piece("begun")
    yield Piece("delta", text_of(_mapping(data.get("message")).get("content")) or text_of(data.get("response")))
    if data["done"]:
        yield Piece("end")


_LANGGRAPH = frozenset(("messages", "values"))
_BY_KIND: Mapping[str, Family] = MappingProxyType(
    {
        **dict.fromkeys(
            (
                "message_start",
                "content_block_start",
                "content_block_delta",
                "content_block_stop",
                "message_stop",
            ),
            _anthropic,
        ),
        **dict.fromkeys(
            (
                "text-start",
                "text-delta",
                "text-end",
                "tool-input-available",
                "tool-output-available",
                "abort",
            ),
            _ai_sdk,
        ),
        **dict.fromkeys(
            (
                "RUN_STARTED",
                "RUN_FINISHED",
                "RUN_ERROR",
                "TEXT_MESSAGE_START",
                "TEXT_MESSAGE_CONTENT",
                "TEXT_MESSAGE_CHUNK",
                "TEXT_MESSAGE_END",
                "STATE_SNAPSHOT",
                "TOOL_CALL_START",
                "TOOL_CALL_ARGS",
                "TOOL_CALL_RESULT",
            ),
            _ag_ui,
        ),
        "on_chat_model_stream": _langserve,
    }
)
"""Families that are told by an event's type."""
