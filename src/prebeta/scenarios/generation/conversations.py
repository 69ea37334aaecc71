"""Real conversations from JSON or JSONL files in the shapes people keep them in.

A row is a list of messages, or holds one under `messages`, `turns`, `conversation(s)`, `dialogue`, `chat`, `input`. A
message says who (`role`, `speaker`, `from`, `author`, `sender`) and what (`content`, `text`, `value`, `message`,
`utterance`, `messages`). What is neither a user nor a product (system, tool) is left out.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from prebeta.core.errors import UsageError

_LISTS = ("messages", "turns", "conversations", "conversation", "dialogue", "dialog", "chat", "input", "transcript")
_WHO = ("role", "speaker", "from", "author", "sender")
_WHAT = ("content", "text", "value", "message", "utterance", "messages")
_USERS = frozenset(("user", "human", "customer", "client", "caller", "visitor", "guest", "patient"))
_PRODUCTS = frozenset(
    ("assistant", "product", "bot", "gpt", "ai", "model", "agent", "system_agent", "chatbot", "operator")
)
_LONGEST = 4000
"""Characters kept of a message."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one side said in a turn; several messages are joined by line breaks."""

    speaker: Literal["user", "product"]
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """A real conversation, turn by turn."""

    lines: tuple[Line, ...]


def parse_conversations(text: str, shown: str) -> tuple[Conversation, ...]:
    """The conversations in a file's text. Raises UsageError, one line, where it holds none or isn't JSON."""
    found = []
    for number, row in _rows(text, shown):
        lines = tuple(_merged(_lines(row)))
        if len(lines) > 1:
            found.append(Conversation(lines))
        elif not isinstance(row, Mapping | list):
            raise UsageError(f"{shown}:{number}: should be a conversation, an object or a list of messages")
    if not found:
        raise UsageError(
            f"{shown}: no conversations of a user and a product in it; "
            "a row should hold messages, {role, content} each, with role user and assistant"
        )
    return tuple(found)


def _rows(text: str, shown: str) -> Iterator[tuple[int, Any]]:
    stripped = text.lstrip("\ufeff \r\n\t")
    try:
        whole = json.loads(stripped)
    except RecursionError:
        raise UsageError(f"{shown}: nested too deeply") from None
    except ValueError:
        whole = None
    if isinstance(whole, list) and not (whole and _is_message(whole[0])):
        yield from ((1, row) for row in whole)
        return
    if whole is not None:
        yield 1, whole
        return
    for number, line in enumerate(stripped.splitlines(), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except (ValueError, RecursionError):
                raise UsageError(f"{shown}:{number}: isn't JSON; a line should be one conversation") from None


def _is_message(value: Any) -> bool:
    return isinstance(value, Mapping) and any(isinstance(value.get(key), str) for key in _WHO)


def _lines(row: Any) -> Iterator[Line]:
    if isinstance(row, Mapping):
        for key in _LISTS:
            inner = row.get(key)
            if isinstance(inner, Mapping):
                inner = next((inner[each] for each in _LISTS if isinstance(inner.get(each), list)), None)
            if isinstance(inner, list):
                row = inner
                break
    for each in row if isinstance(row, list) else ():
        if isinstance(each, Mapping):
            speaker = _speaker(each)
            said = next((text for key in _WHAT if (text := _text(each.get(key)))), "")
            if speaker is not None and said:
                yield Line(speaker, said[:_LONGEST])


def _speaker(message: Mapping[str, Any]) -> Literal["user", "product"] | None:
    who = next((value for key in _WHO if isinstance(value := message.get(key), str)), "").strip().lower()
    return "user" if who in _USERS else "product" if who in _PRODUCTS else None


def _text(value: Any) -> str:
    """The words of a message: a text, or the texts of a list of parts."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Mapping):
        return _text(value.get("text"))
    if isinstance(value, list):
        return "\n".join(part for each in value if (part := _text(each)))
    return ""


def _merged(lines: Iterator[Line]) -> Iterator[Line]:
    """What one side says in several messages in a row is one turn."""
    last: Line | None = None
    for line in lines:
        if last is not None and last.speaker == line.speaker:
            last = Line(line.speaker, f"{last.text}\n{line.text}")
            continue
        if last is not None:
            yield last
        last = line
    if last is not None:
        yield last
