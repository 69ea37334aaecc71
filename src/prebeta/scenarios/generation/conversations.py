"""Real conversations from JSON or JSONL files in the shapes people keep them in.

A row is a list of messages, or holds one under `messages`, `turns`, `conversation(s)`, `dialogue`, `chat`, `input`. A
message says who (`role`, `speaker`, `from`, `author`, `sender`) and what (`content`, `text`, `value`, `message`,
`utterance`, `messages`). What is neither a user nor a product (system, tool) is left out. Files may be gzipped.

`rows_in`, `messages_of`, `speaker_of` and `words_of` are for those who want more of a row than its words.
"""

from __future__ import annotations

import codecs
import gzip
import io
import json
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from prebeta.core.errors import UsageError

_LISTS = ("messages", "turns", "conversations", "conversation", "dialogue", "dialog", "chat", "input", "transcript")
_MANY = (*_LISTS, "data", "rows", "items", "results", "simulations")
"""Keys under which one object may hold many conversations."""
_WHO = ("role", "speaker", "from", "author", "sender")
_WHAT = ("content", "text", "value", "message", "utterance", "messages")
_USERS = frozenset(("user", "human", "customer", "client", "caller", "visitor", "guest", "patient"))
_PRODUCTS = frozenset(
    ("assistant", "product", "bot", "gpt", "ai", "model", "agent", "system_agent", "chatbot", "operator")
)
_NO_UTF8 = re.compile("[\udc80-\udcff]")
_LONGEST = 4000
"""Characters kept of a message."""
MOST_BYTES = 1_000_000_000
"""What a gzip file may unpack to: a small one may hold more than any memory."""


@dataclass(frozen=True, slots=True)
class Line:
    """What one side said in a turn; several messages are joined by line breaks."""

    speaker: Literal["user", "product"]
    text: str


@dataclass(frozen=True, slots=True)
class Conversation:
    """A real conversation, turn by turn."""

    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Row:
    """What stands at a line of a file; `fault` says why it can't be read, where it can't."""

    number: int
    value: Any = None
    fault: str | None = None


def read_chats(file: Path, shown: str) -> str:
    """The text of a file with conversations, gzipped or not. Raises UsageError, one line."""
    try:
        data = file.read_bytes()
        if data[:2] == b"\x1f\x8b":
            data = _unzipped(data, shown)
        return _decoded(data)
    except FileNotFoundError:
        raise UsageError(f"{shown} isn't there") from None
    except IsADirectoryError:
        raise UsageError(f"{shown} is a folder; name a file in it") from None
    except UnicodeDecodeError:
        raise UsageError(f"{shown} isn't a text file in UTF-8 or UTF-16") from None
    except (gzip.BadGzipFile, zlib.error, EOFError):
        raise UsageError(f"{shown} is a broken gzip file") from None
    except OSError as error:
        raise UsageError(f"{shown} can't be read: {error.strerror}") from None


def _unzipped(data: bytes, shown: str) -> bytes:
    """What is in a gzip file. Raises UsageError where that has no end to speak of."""
    with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
        whole = file.read(MOST_BYTES + 1)
    if len(whole) > MOST_BYTES:
        raise UsageError(f"{shown} unpacks to more than {MOST_BYTES / 1e9:.3g} GB; split it")
    return whole


def _decoded(data: bytes) -> str:
    """UTF-8, or UTF-16 where the file begins with its mark. Bytes of a line that are no UTF-8 stay in it as lone surrogates,
    so that only that line is at fault."""
    if data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return data.decode("utf-16")
    if b"\0" in data[:1000]:
        data.decode("ascii", "strict")  # no text at all
    text = data.decode("utf-8-sig", "surrogateescape")
    if len(_NO_UTF8.findall(text[:2000])) > len(text[:2000]) / 4:
        data.decode("utf-8")
    return text


def parse_conversations(text: str, shown: str) -> tuple[Conversation, ...]:
    """The conversations in a file's text. Raises UsageError, one line, where it holds none or isn't JSON."""
    found = []
    for row in rows_in(text):
        if row.fault is not None:
            raise UsageError(f"{shown}{f':{row.number}' if row.number else ''}: {row.fault}")
        lines = tuple(_merged(_lines(row.value)))
        if len(lines) > 1:
            found.append(Conversation(lines))
        elif not isinstance(row.value, Mapping | list):
            raise UsageError(f"{shown}:{row.number}: should be a conversation, an object or a list of messages")
    if not found:
        raise UsageError(
            f"{shown}: no conversations of a user and a product in it; "
            "a row should hold messages, {role, content} each, with role user and assistant"
        )
    return tuple(found)


def rows_in(text: str) -> Iterator[Row]:
    """The rows of JSONL, of a list, or of an object that holds one, in order. A line that isn't JSON is a row with a
    fault; number 0 is the file as a whole."""
    stripped = text.lstrip("\ufeff \r\n\t")
    skipped = text[: len(text) - len(stripped)].count("\n")
    try:
        whole = json.loads(stripped)
    except RecursionError:
        yield Row(0, fault="nested too deeply")
        return
    except ValueError:
        whole = None
    if whole is not None:
        many = whole if isinstance(whole, list) else _held_by(whole)
        if many is None or (many and _is_message(many[0])):
            yield Row(1, whole)
        else:
            yield from (Row(number, row) for number, row in enumerate(many, 1))
        return
    for number, line in enumerate(stripped.split("\n"), 1 + skipped):
        if line.strip():
            yield _row(number, line)


def _row(number: int, line: str) -> Row:
    if _NO_UTF8.search(line) is not None:
        return Row(number, fault="isn't UTF-8")
    try:
        return Row(number, json.loads(line))
    except (ValueError, RecursionError):
        return Row(number, fault="isn't JSON; a line should be one conversation")


def _held_by(whole: Any) -> Sequence[Any] | None:
    """The conversations that one object holds many of."""
    if not isinstance(whole, Mapping):
        return None
    for key in _MANY:
        inner = whole.get(key)
        if isinstance(inner, list) and inner and not _is_message(inner[0]) and messages_of(inner[0]):
            return inner
    return None


def _is_message(value: Any) -> bool:
    return isinstance(value, Mapping) and any(isinstance(value.get(key), str) for key in _WHO)


def messages_of(row: Any) -> Sequence[Mapping[str, Any]]:
    """The messages of a row, whoever they are from; none where it holds none."""
    if isinstance(row, Mapping):
        for key in _LISTS:
            inner = row.get(key)
            if isinstance(inner, Mapping):
                inner = next((inner[each] for each in _LISTS if isinstance(inner.get(each), list)), None)
            if isinstance(inner, list):
                row = inner
                break
    return [each for each in row if isinstance(each, Mapping)] if isinstance(row, list) else ()


def _lines(row: Any) -> Iterator[Line]:
    for each in messages_of(row):
        speaker = speaker_of(each)
        said = words_of(each)
        if speaker is not None and said:
            yield Line(speaker, said[:_LONGEST])


def speaker_of(message: Mapping[str, Any]) -> Literal["user", "product"] | None:
    """Whose message it is; None for a system's, a tool's, or where it can't be told."""
    return side_of(role_of(message))


def role_of(message: Mapping[str, Any]) -> str:
    """The word that a message says who with, in lower case; empty where there is none."""
    return next((value for key in _WHO if isinstance(value := message.get(key), str)), "").strip().lower()


def side_of(who: str) -> Literal["user", "product"] | None:
    """Which side a word for somebody (in lower case) stands for."""
    return "user" if who in _USERS else "product" if who in _PRODUCTS else None


def words_of(message: Mapping[str, Any]) -> str:
    """What a message says; empty where it has no words."""
    return next((text for key in _WHAT if (text := _text(message.get(key)))), "")


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
