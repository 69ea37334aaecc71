"""The wire format of Anthropic's messages."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from yarl import URL

from prebeta.core.protocols import Message, ModelRequest
from prebeta.core.types import Json
from prebeta.models import structured
from prebeta.models.options import AnthropicOptions
from prebeta.models.sse import Event
from prebeta.models.wire import Answer, Broken, count, decode, error_in, mapping

_VERSION = "2023-06-01"
_TOOL = "answer"
_LONGEST_ANSWER = 1024
"""Tokens; the format demands a number."""
_STATUS = MappingProxyType({"overloaded_error": 529, "rate_limit_error": 429, "api_error": 500})


class AnthropicWire:
    """Requests and answers of one endpoint. Structured output: a tool that must be used, else the prompt."""

    Options = AnthropicOptions
    rungs: tuple[str, ...] = ("tool", "prompt")
    parameters = frozenset(("temperature",))

    def __init__(self, options: AnthropicOptions) -> None:
        self._options = options
        url = URL(options.url)
        path = url.path.rstrip("/")
        if not path.endswith("/messages"):
            path = f"{path}/messages" if path.endswith("/v1") else f"{path}/v1/messages"
        self.url = str(url.with_path(path, keep_query=True))

    def headers(self) -> dict[str, str]:
        key = self._options.key
        given = {name: value.get_secret_value() for name, value in self._options.headers.items()}
        known = {"anthropic-version": _VERSION, **given}
        return known if key is None else {"x-api-key": key.get_secret_value(), **known}

    def body(self, request: ModelRequest, rung: str | None, without: Collection[str]) -> dict[str, Any]:
        messages = structured.messages_for(request, rung == "prompt")
        system = "\n\n".join(message.text for message in messages if message.role == "system")
        body: dict[str, Any] = {
            "model": self._options.model,
            "max_tokens": request.max_tokens or _LONGEST_ANSWER,
            "messages": _turns([message for message in messages if message.role != "system"]),
        }
        if system.strip():
            body["system"] = system
        if request.temperature is not None and "temperature" not in without:
            body["temperature"] = min(request.temperature, 1.0)  # the format's highest
        stop = [text for text in request.stop if text.strip()]  # others are refused
        if stop:
            body["stop_sequences"] = stop
        if self._options.stream:
            body["stream"] = True
        if request.schema is not None and rung == "tool":
            body["tools"] = [{"name": _TOOL, "description": "Give the answer.", "input_schema": request.schema}]
            body["tool_choice"] = {"type": "tool", "name": _TOOL}
        return {**body, **self._options.extra} if self._options.extra else body

    def read(self, document: Json) -> Answer:
        if not isinstance(document, Mapping):
            raise Broken("the answer isn't a JSON object")
        if document.get("type") == "error" or document.get("error"):
            raise _told(document)
        blocks = document.get("content")
        if not isinstance(blocks, list):
            raise Broken("the answer has no content")
        text, data = "", None
        for block in map(mapping, blocks):
            if block.get("type") == "text":
                text += str(block.get("text") or "")
            elif block.get("type") == "tool_use":
                data = block.get("input")
        usage = mapping(document.get("usage"))
        return Answer(text, data, _read_tokens(usage), count(usage.get("output_tokens")), _whole(document))

    def collector(self) -> AnthropicStream:
        return AnthropicStream()


class AnthropicStream:
    """Events of a streamed message, put together."""

    def __init__(self) -> None:
        self.started = False
        self.ended = False
        self._text: list[str] = []
        self._tool: list[str] | None = None
        self._usage: dict[str, Any] = {}
        self._stop: Mapping[str, Any] = {}

    def take(self, event: Event) -> None:
        try:
            found = mapping(decode(event.data))
        except ValueError:
            raise Broken("a piece of the stream isn't JSON") from None
        kind = found.get("type", event.name)
        if kind == "error":
            raise _told(found)
        if kind == "message_start":
            self._usage.update(mapping(mapping(found.get("message")).get("usage")))
        elif kind == "content_block_start":
            self._begin(mapping(found.get("content_block")))
        elif kind == "content_block_delta":
            self._more(mapping(found.get("delta")))
        elif kind == "message_delta":
            self._stop = mapping(found.get("delta")) or self._stop
            self._usage.update(mapping(found.get("usage")))
        elif kind == "message_stop":
            self.ended = True

    def _begin(self, block: Mapping[str, Any]) -> None:
        if block.get("type") == "tool_use":
            self._tool = []
        elif block.get("type") == "text" and block.get("text"):
            self._text.append(str(block["text"]))

    def _more(self, delta: Mapping[str, Any]) -> None:
        self.started = True
        if delta.get("type") == "text_delta":
            self._text.append(str(delta.get("text") or ""))
        elif delta.get("type") == "input_json_delta" and self._tool is not None:
            self._tool.append(str(delta.get("partial_json") or ""))

    def answer(self) -> Answer:
        """Raises Broken where the tool's input isn't JSON though the answer is whole."""
        data, whole = None, _whole(self._stop)
        if self._tool is not None:
            try:
                data = decode("".join(self._tool) or "{}")
            except ValueError:
                if whole:
                    raise Broken("the tool's input isn't JSON") from None
        return Answer(
            "".join(self._text), data, _read_tokens(self._usage), count(self._usage.get("output_tokens")), whole
        )


def _turns(messages: Sequence[Message]) -> list[dict[str, str]]:
    """Messages as the format wants them: the first one of the user, none of them blank."""
    turns = [{"role": message.role, "content": message.text if message.text.strip() else "…"} for message in messages]
    if not turns or turns[0]["role"] != "user":
        turns.insert(0, {"role": "user", "content": "Begin."})
    return turns


def _read_tokens(usage: Mapping[str, Any]) -> int | None:
    """Those from the provider's own prompt cache are told apart, and were read all the same."""
    read = count(usage.get("input_tokens"))
    if read is None:
        return None
    cached = ("cache_creation_input_tokens", "cache_read_input_tokens")
    return read + sum(count(usage.get(name)) or 0 for name in cached)


def _whole(told: Mapping[str, Any]) -> bool:
    return told.get("stop_reason") not in ("max_tokens", "model_context_window_exceeded")


def _told(document: Mapping[str, Any]) -> Broken:
    message, code, _ = error_in(document)
    return Broken(message, _STATUS.get(code))
