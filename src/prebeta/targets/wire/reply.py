"""From whatever a product answers to a core Reply; what can't be one is `WrongShape` (JSON) or `Malformed` (Python)."""

from __future__ import annotations

import dataclasses
import enum
import json
import math
import reprlib
from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from prebeta.core.errors import Malformed
from prebeta.core.types import Json, Option, Reply

RAW_LIMIT = 4096
"""Characters of raw evidence kept."""

_MESSAGE_KEYS = ("messages", "message", "text", "content", "reply", "response", "answer")
_OPTION_KEYS = ("options", "suggestions", "quick_replies")
_ENDED_KEYS = ("ended", "done")
_SESSION_KEYS = ("session", "session_id", "id")
_TRACE_KEYS = ("trace", "trace_id")
_KNOWN_KEYS = frozenset(
    (*_MESSAGE_KEYS, *_OPTION_KEYS, *_ENDED_KEYS, *_SESSION_KEYS, *_TRACE_KEYS, "state", "tool_calls")
)
_TEXT_KEYS = ("text", "content", "message")
_TITLE_KEYS = ("title", "label", "text")
_PAYLOAD_KEYS = ("payload", "value")
_FALSE_WORDS = frozenset(("", "false", "no", "0"))
_NESTING = 4
"""How deep lists of messages may lie in one another (a list of messages, each with a list of parts)."""


class WrongShape(ValueError):
    """A part of an answer isn't what can stand there; the message names the part and what came."""


def cut(text: str) -> str:
    """The beginning of a text, at most RAW_LIMIT characters."""
    return text if len(text) <= RAW_LIMIT else text[: RAW_LIMIT - 1] + "…"


def shown(value: Any) -> str:
    """A value's repr, whatever its class does in `__repr__`, cut."""
    brief = reprlib.Repr()
    brief.maxstring = brief.maxother = brief.maxlong = RAW_LIMIT
    brief.maxlist = brief.maxdict = brief.maxtuple = brief.maxset = 100
    return cut(clean(brief.repr(value)))


def clean(text: str) -> str:
    """The text with lone surrogates replaced: they can't be stored or sent on. A subclass of str, whose methods may do
    anything, becomes a plain one."""
    text = str.__str__(text)
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return text


def messages(value: Json, name: str, depth: int = 0) -> tuple[str, ...]:
    """The texts in a string, an object with text, content or message, or a list of such. Raises WrongShape."""
    if isinstance(value, str):
        return (clean(value),)
    if value is None:
        return ()
    if depth < _NESTING:
        if isinstance(value, list | tuple):
            return tuple(text for item in value for text in messages(item, name, depth + 1))
        if isinstance(value, Mapping):
            return _message_of(value, name, depth)
    raise WrongShape(f"{name}: expected a text, or a list of texts or of {{text: …}}, got {_brief(value)}")


def _message_of(value: Mapping[str, Json], name: str, depth: int) -> tuple[str, ...]:
    for key in _TEXT_KEYS:
        if value.get(key) is not None:
            return messages(value[key], name, depth + 1)
    if any(key in value for key in _TEXT_KEYS) or "type" in value:
        return ()  # an image or a card: a message, but not in words
    keys = ", ".join(map(str, value)) or "none"
    raise WrongShape(f"{name}: an object without text, content or message; its keys: {keys[:200]}")


def options(value: Json, name: str) -> tuple[Option, ...]:
    """Quick replies from strings, or objects with title, label or text and perhaps payload or value.

    Raises WrongShape.
    """
    if value is None:
        return ()
    if isinstance(value, str | Mapping):
        value = (value,)
    if not isinstance(value, list | tuple):
        raise WrongShape(f"{name}: expected a list of texts or of {{title, payload}}, got {_brief(value)}")
    return tuple(_option(item, name) for item in value if item is not None)


def _option(item: Json, name: str) -> Option:
    if isinstance(item, Option):
        return item
    if not isinstance(item, Mapping):
        return Option(_scalar(item, name))
    title = _first(item, _TITLE_KEYS)
    payload = _first(item, _PAYLOAD_KEYS)
    if title is None and payload is None:
        keys = ", ".join(map(str, item)) or "none"
        raise WrongShape(f"{name}: an object without title, label or text; its keys: {keys[:200]}")
    told = None if payload is None else _as_text(payload)
    return Option(_scalar(title, name) if title is not None else str(told), told)


def ended(value: Json) -> bool:
    """Whether a value says "over": as JMESPath sees truth, and no, false and 0 as words or number are not."""
    if isinstance(value, str):
        return value.strip().lower() not in _FALSE_WORDS
    return bool(value)


def tool_calls(value: Json) -> tuple[Json, ...]:
    """A list of calls, or one."""
    if value is None:
        return ()
    return tuple(value) if isinstance(value, list | tuple) else (value,)


def identifier(value: Json, name: str) -> str | None:
    """A session id as text. Raises WrongShape where it is no text or number."""
    return None if value is None else _scalar(value, name)


def trace(value: Json) -> str | None:
    """A trace id as text."""
    return None if value is None else _as_text(value)


_WIDEST = 10**300
"""Integers beyond it are kept as hexadecimal text: Python refuses to write out those of over 4,300 digits."""


def plain(value: Any) -> Json:
    """A deep copy of JSON kinds only, so that it can be stored and a later change of the product's does not show."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return int(value) if -_WIDEST < value < _WIDEST else cut(hex(value))
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, enum.Enum):
        return plain(value.value)
    if isinstance(value, Mapping):
        return {clean(str(key)): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(item) for item in value]
    if isinstance(value, date | time):
        return value.isoformat()
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {spec.name: plain(getattr(value, spec.name)) for spec in dataclasses.fields(value)}
    if hasattr(value, "model_dump"):
        return plain(value.model_dump())
    return shown(value)


def from_answer(answer: Any) -> Reply:
    """What a Python product returned, as a Reply. Raises Malformed with the repr as evidence."""
    if isinstance(answer, str):
        return Reply((clean(answer),))
    if answer is None:
        return Reply()
    if isinstance(answer, Reply):
        return _checked(answer)
    try:
        if isinstance(answer, list | tuple):
            return Reply(messages(answer, "answer"))
        if isinstance(answer, Mapping):
            return _from_mapping(answer)
    except WrongShape as error:
        raise Malformed(str(error), shown(answer)) from error
    kind = type(answer).__name__
    raise Malformed(f"expected a text, a list of texts or a dict, got {kind}", shown(answer))


def _checked(answer: Reply) -> Reply:
    """A Reply of the product's own making, its parts made plain. Raises Malformed where one has the wrong type."""
    try:
        return Reply(
            messages=messages(list(answer.messages), "messages"),
            options=options([{"title": one.title, "payload": one.payload} for one in answer.options], "options"),
            state=plain(answer.state),
            ended=ended(answer.ended),
            tool_calls=tuple(plain(call) for call in answer.tool_calls),
            session=identifier(answer.session, "session"),
            trace=trace(answer.trace),
        )
    except (WrongShape, TypeError, AttributeError) as error:
        raise Malformed(f"a Reply with parts of the wrong type: {error}", shown(answer)) from error


def _from_mapping(answer: Mapping[str, Any]) -> Reply:
    if not _KNOWN_KEYS.intersection(answer):
        keys = ", ".join(map(str, answer)) or "none"
        raise WrongShape(f"answer: a dict with none of text, messages, content, state, …; its keys: {keys[:200]}")
    return Reply(
        messages=messages(_first(answer, _MESSAGE_KEYS), "messages"),
        options=options(_first(answer, _OPTION_KEYS), "options"),
        state=plain(answer.get("state")),
        ended=ended(_first(answer, _ENDED_KEYS)),
        tool_calls=tuple(plain(call) for call in tool_calls(answer.get("tool_calls"))),
        session=identifier(_first(answer, _SESSION_KEYS), "session"),
        trace=trace(_first(answer, _TRACE_KEYS)),
    )


def _first(answer: Mapping[str, Any], keys: Iterable[str]) -> Any:
    """The value of the first of these keys that has one."""
    return next((answer[key] for key in keys if answer.get(key) is not None), None)


def _scalar(value: Json, name: str) -> str:
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return str(value)
    raise WrongShape(f"{name}: expected a text, got {_brief(value)}")


def _as_text(value: Json) -> str:
    if isinstance(value, str):
        return clean(value)
    return json.dumps(plain(value), ensure_ascii=False, separators=(",", ":"))


def _brief(value: Any) -> str:
    return f"{type(value).__name__} {shown(value)[:80]}"
