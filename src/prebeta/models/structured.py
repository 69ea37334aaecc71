"""Structured output: asking for JSON that fits a schema, reading it out of an answer, and which way an endpoint takes.

The ladder is remembered: what an endpoint has refused once isn't tried with each call anew.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import islice
from typing import Any

from prebeta.core.protocols import Message, ModelRequest
from prebeta.core.types import Json
from prebeta.models.schema import mismatch
from prebeta.models.wire import Answer

_FENCED = re.compile(r"```(?:json)?\s*\n(.*?)```", re.DOTALL | re.IGNORECASE)
_PREVIEW = 2000
_BEGINNINGS = 20
"""Brackets that are looked at as the beginning of the JSON."""


class Ladder:
    """Which rung an endpoint has taken. Until one is proved calls begin at the best; then at the best one proved."""

    def __init__(self, rungs: Sequence[str]) -> None:
        self._rungs = tuple(rungs)
        self._proved: int | None = None

    def from_here(self, schema: Mapping[str, Json]) -> tuple[str, ...]:
        """The rungs to try, best first. Schemas that aren't an object at their root go by the prompt alone: the formats
        take no others."""
        if schema.get("type") != "object":
            return self._rungs[-1:]
        return self._rungs[self._proved or 0 :]

    @property
    def proved(self) -> str | None:
        """The rung that gave JSON that fits; None before one did."""
        return None if self._proved is None else self._rungs[self._proved]

    def is_proved(self, rung: str) -> bool:
        return self._proved is not None and self._rungs.index(rung) >= self._proved

    def prove(self, rung: str) -> None:
        """An answer that fits came this way."""
        index = self._rungs.index(rung)
        self._proved = index if self._proved is None else min(self._proved, index)


def messages_for(request: ModelRequest, in_prompt: bool) -> tuple[Message, ...]:
    """The request's messages; with the schema told in the (first) system message where the wire doesn't carry it."""
    if request.schema is None or not in_prompt:
        return request.messages
    schema = json.dumps(request.schema, separators=(",", ":"))
    told = f"Answer with one JSON value that fits this JSON Schema, and nothing else:\n{schema}"
    for index, message in enumerate(request.messages):
        if message.role == "system":
            joined = replace(message, text=f"{message.text}\n\n{told}")
            return (*request.messages[:index], joined, *request.messages[index + 1 :])
    return (Message("system", told), *request.messages)


def read(answer: Answer, schema: Mapping[str, Json]) -> tuple[Json, str | None]:
    """(the JSON, None), or (None, what is wrong in words that help to mend it)."""
    if answer.data is not None:
        problem = mismatch(answer.data, schema)
        return (answer.data, None) if problem is None else (None, problem)
    try:
        data = _json_in(answer.text)
    except ValueError:
        return None, "there is no JSON in it" if answer.whole else "its JSON isn't whole"
    problem = mismatch(data, schema)
    return (data, None) if problem is None else (None, problem)


def repair(request: ModelRequest, answer: Answer, problem: str) -> ModelRequest:
    """The request again, with the wrong answer and what is wrong with it."""
    given = answer.text if answer.data is None else json.dumps(answer.data, default=str)
    schema = json.dumps(request.schema, separators=(",", ":"))
    told = (
        f"That doesn't fit: {problem}. Answer again, with one JSON value that fits this JSON Schema and nothing else, "
        f"no explanation, no code fence:\n{schema}"
    )
    more = (Message("assistant", given[:_PREVIEW] or "(nothing)"), Message("user", told))
    return replace(request, messages=(*request.messages, *more))


def is_strict(schema: Json) -> bool:
    """Whether OpenAI takes the schema as strict: each object closed, each property required."""
    if isinstance(schema, list):
        return all(map(is_strict, schema))
    if not isinstance(schema, Mapping):
        return True
    properties = schema.get("properties")
    if schema.get("type") == "object" or isinstance(properties, Mapping):
        if schema.get("additionalProperties") is not False or not isinstance(properties, Mapping):
            return False
        if set(schema.get("required", ())) != set(properties):
            return False
    inner = {name: value for name, value in schema.items() if name not in ("enum", "const", "required", "properties")}
    return all(map(is_strict, inner.values())) and all(map(is_strict, (properties or {}).values()))


def _json_in(text: str) -> Any:
    """The JSON that a text is, has in a code fence, or holds between words. Raises ValueError."""
    fenced = _FENCED.search(text)
    for candidate in (text, fenced[1] if fenced else ""):
        try:
            return _loads(candidate)
        except ValueError:
            continue
    decoder = json.JSONDecoder(parse_constant=_not_json)
    for found in islice(re.finditer(r"[{\[]", text), _BEGINNINGS):
        try:
            return decoder.raw_decode(text, found.start())[0]
        except (ValueError, RecursionError):
            continue
    raise ValueError("no JSON")


def _loads(text: str) -> Any:
    try:
        return json.loads(text, parse_constant=_not_json)
    except RecursionError as error:
        raise ValueError("nested too deep") from error


def _not_json(word: str) -> Json:
    raise ValueError(f"{word} isn't JSON")
