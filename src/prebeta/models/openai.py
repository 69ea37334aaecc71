"""The wire format of OpenAI's chat completions, which most servers speak."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any

from yarl import URL

from prebeta.core.protocols import ModelRequest
from prebeta.core.types import Json
from prebeta.models import structured
from prebeta.models.options import OpenAIOptions
from prebeta.models.sse import Event
from prebeta.models.wire import Answer, Broken, count, decode, error_in, mapping

# What models that think aloud put before their answer.
_THOUGHT = re.compile(r"\A\s*<think>.*?</think>\s*", re.DOTALL)
_DONE = "[DONE]"


class OpenAIWire:
    """Requests and answers of one endpoint. Rungs of structured output: the schema as such; as servers before that
    took it (json_object with schema: llama-cpp-python, Together); JSON with the schema in the prompt; the prompt."""

    Options = OpenAIOptions
    rungs: tuple[str, ...] = ("json_schema", "json_object_schema", "json_object", "prompt")
    parameters = frozenset(("max_tokens", "temperature", "seed", "stop", "stream_options"))

    def __init__(self, options: OpenAIOptions) -> None:
        self._options = options
        self.url = completions_url(options.url)

    def headers(self) -> dict[str, str]:
        key = self._options.key
        given = {name: value.get_secret_value() for name, value in self._options.headers.items()}
        return given if key is None else {"Authorization": f"Bearer {key.get_secret_value()}", **given}

    def body(self, request: ModelRequest, rung: str | None, without: Collection[str]) -> dict[str, Any]:
        """`max_tokens` refused goes as max_completion_tokens, which newer models want; the others are left out."""
        messages = structured.messages_for(request, rung not in (None, "json_schema"))
        body: dict[str, Any] = {
            "model": self._options.model,
            "messages": [{"role": message.role, "content": message.text} for message in messages],
        }
        length = "max_completion_tokens" if "max_tokens" in without else "max_tokens"
        settings = {
            length: request.max_tokens,
            "temperature": request.temperature,
            "seed": request.seed,
            "stop": list(request.stop) or None,
            "stream": self._options.stream or None,
            "stream_options": {"include_usage": True} if self._options.stream else None,
        }
        body.update((name, value) for name, value in settings.items() if value is not None and name not in without)
        if request.schema is not None and rung is not None and rung != "prompt":
            body["response_format"] = _format(request.schema, rung)
        return {**body, **self._options.extra} if self._options.extra else body

    def read(self, document: Json) -> Answer:
        if not isinstance(document, Mapping):
            raise Broken("the answer isn't a JSON object")
        if document.get("error"):
            raise _disguised(document)
        choices = document.get("choices")
        if not isinstance(choices, list) or not choices:
            raise Broken("the answer has no choices")
        choice = mapping(choices[0])
        message = choice.get("message")
        if not isinstance(message, Mapping):
            raise Broken("the answer has no message")
        text = _text(message.get("content")) or _text(message.get("refusal"))
        usage = mapping(document.get("usage"))
        return Answer(
            _THOUGHT.sub("", text),
            None,
            count(usage.get("prompt_tokens")),
            count(usage.get("completion_tokens")),
            choice.get("finish_reason") != "length",
        )

    def collector(self) -> OpenAIStream:
        return OpenAIStream()


class OpenAIStream:
    """Chunks of a streamed chat completion, put together."""

    def __init__(self) -> None:
        self.started = False
        self.ended = False
        self._pieces: list[str] = []
        self._usage: Mapping[str, Any] = {}
        self._finish: str | None = None

    def take(self, event: Event) -> None:
        if event.data == _DONE:
            self.ended = True
            return
        try:
            chunk = decode(event.data)
        except ValueError:
            raise Broken("a piece of the stream isn't JSON") from None
        if not isinstance(chunk, Mapping):
            raise Broken("a piece of the stream isn't a JSON object")
        if chunk.get("error"):
            raise _disguised(chunk)
        self._usage = mapping(chunk.get("usage")) or self._usage
        choices = chunk.get("choices") or ()
        if not isinstance(choices, list | tuple):
            raise Broken("the choices of a piece of the stream aren't a list")
        for choice in choices:
            delta = mapping(mapping(choice).get("delta"))
            piece = _text(delta.get("content")) or _text(delta.get("refusal"))
            # Thinking isn't the answer, but shows that one is on its way.
            self.started = self.started or bool(piece or delta.get("reasoning_content"))
            self._pieces.append(piece)
            finish = mapping(choice).get("finish_reason")
            if finish is not None:
                self._finish, self.ended = finish, True

    def answer(self) -> Answer:
        return Answer(
            _THOUGHT.sub("", "".join(self._pieces)),
            None,
            count(self._usage.get("prompt_tokens")),
            count(self._usage.get("completion_tokens")),
            self._finish != "length",
        )


def completions_url(base: str) -> str:
    """The address of chat completions below a base URL; its query, as Azure wants one, stays."""
    url = URL(base)
    path = url.path.rstrip("/")
    if path.endswith("/chat/completions"):
        return base
    return str(url.with_path(f"{path or '/v1'}/chat/completions", keep_query=True))


def _format(schema: Mapping[str, Json], rung: str) -> dict[str, Any]:
    if rung == "json_object":
        return {"type": "json_object"}
    if rung == "json_object_schema":
        return {"type": "json_object", "schema": schema}
    strict = structured.is_strict(schema)
    return {"type": "json_schema", "json_schema": {"name": "answer", "strict": strict, "schema": schema}}


def _text(content: Json) -> str:
    if isinstance(content, str):
        return content
    if isinstance(content, list):
        return "".join(str(mapping(part).get("text") or "") for part in content)
    return ""


def _disguised(document: Mapping[str, Any]) -> Broken:
    """An error in an answer that began as a good one; some gateways do so."""
    message, _, _ = error_in(document)
    code = mapping(document.get("error")).get("code")
    return Broken(message, code if isinstance(code, int) and 400 <= code < 600 else None)
