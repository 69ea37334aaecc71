"""The events of an answer, whichever way it is streamed: server-sent events, JSON lines, AI SDK lines, text, or not at all."""

from __future__ import annotations

import re
from typing import NamedTuple

from prebeta.core.types import Json
from prebeta.models.sse import Event, EventReader
from prebeta.targets.wire import http_wire

TEXT_LINE = "text/plain"
"""Name of the events made of lines of plain text."""
AI_SDK = "ai-sdk:"
"""Before the letter that an AI SDK data stream's line begins with, in the name of its event."""

_FIELD = re.compile(rb"(data|event|id|retry)?:")
_AI_SDK_LINE = re.compile(r"([0-9a-k]):(?=[\"{\[])")
_MARK = re.compile(r"\[[\w -]+\]")  # [DONE]
_RECORD_SEPARATOR = b"\x1e"


class NotAStream(ValueError):
    """What came is none of the things an answer may be; the message says what is expected."""


class Read(NamedTuple):
    """An event, its data as JSON where it is that, else as text. `kinds`: its name, and the type or event in its JSON."""

    kinds: tuple[str, ...]
    data: Json
    is_json: bool
    text: str

    @property
    def kind(self) -> str:
        """The name that says most: of the event's own line, where it isn't just "message"."""
        return self.kinds[0]


class Events:
    """Takes the lines of one answer, gives its events. `json_seen` once an event was JSON."""

    def __init__(self, content_type: str | None) -> None:
        kind = (content_type or "").partition(";")[0].strip().lower()
        self._form = "sse" if kind == "text/event-stream" else None
        self._is_text = kind == "text/plain"
        self._is_json = kind == "application/json"
        self._reader = EventReader()
        self._gathered: list[bytes] = []
        self.json_seen = False
        self.any = False

    def take(self, line: bytes) -> list[Read]:
        """The events that this line completes. Raises NotAStream."""
        if self._form is None:
            if not line.strip():
                return []
            self._form = self._form_of(line)
        if self._form == "sse":
            return self._block(line)
        if self._form == "document":
            self._gathered.append(line)
            return []
        if self._form == "text":
            return [Read((TEXT_LINE,), text := line.decode("utf-8", "replace"), False, text)]
        line = line.strip().removeprefix(_RECORD_SEPARATOR)
        return [self._line(line.decode("utf-8", "replace"))] if line else []

    def rest(self) -> list[Read]:
        """The events of what is left at the stream's end, which may lack its blank line. Raises NotAStream."""
        if self._form == "sse":
            return self._block(b"")
        if self._form != "document":
            return []
        return [self._json_of("\n".join(line.decode("utf-8", "replace") for line in self._gathered))]

    def _block(self, line: bytes) -> list[Read]:
        """The events of a block of lines, once its blank line is there: the reader is spared the single ones."""
        self._gathered.append(line)
        if line:
            return []
        self._gathered.append(b"")
        block = b"\n".join(self._gathered)
        self._gathered.clear()
        return [self._read(event) for event in self._reader.feed(block)]

    def _form_of(self, line: bytes) -> str:
        """What kind of answer begins with this line."""
        if _FIELD.match(line):
            return "sse"
        text = line.strip().removeprefix(_RECORD_SEPARATOR).decode("utf-8", "replace")
        if _AI_SDK_LINE.match(text):
            return "ai-sdk"
        if text[:1] in ("{", "["):
            try:
                http_wire.decode(text.encode())
            except ValueError:
                return "document"  # over several lines
            return "json-lines"
        if self._is_text:
            return "text"
        raise NotAStream("the answer is neither an event stream nor JSON")

    def _line(self, text: str) -> Read:
        if self._form == "ai-sdk":
            found = _AI_SDK_LINE.match(text)
            if found is None:
                raise NotAStream("a line of the AI SDK's data stream doesn't begin with its letter and a colon")
            read = self._json_of(text[found.end() :])
            return read._replace(kinds=(AI_SDK + found[1],))
        return self._json_of(text)

    def _json_of(self, text: str) -> Read:
        try:
            data = http_wire.decode(text.encode())
        except ValueError as error:
            raise NotAStream("a part of the answer isn't JSON") from error
        self.json_seen = True
        return Read(_kinds("message", data), data, True, text)

    def _read(self, event: Event) -> Read:
        """A server-sent event. Numbers and the like are words too, where a product streams plain text."""
        self.any = True
        text = event.data
        if text[:1] in ("{", "[", '"'):
            try:
                data = http_wire.decode(text.encode("utf-8", "replace"))
            except ValueError as error:
                if (self.json_seen or text.startswith('{"')) and not _MARK.fullmatch(text.strip()):
                    raise NotAStream("the data of an event isn't JSON") from error
            else:
                self.json_seen = self.json_seen or not isinstance(data, str)
                return Read(_kinds(event.name, data), data, True, text)
        return Read((event.name,), text, False, text)

    @property
    def streamed(self) -> bool:
        """Whether it comes piece by piece, and not as one JSON document."""
        return (
            self._form is not None and self._form != "document" and not (self._is_json and self._form == "json-lines")
        )

    @property
    def plain(self) -> bool:
        """Whether it is plain text."""
        return self._form == "text"

    @property
    def nothing_in_it(self) -> bool:
        """Whether it called itself an event stream and held no event."""
        return self._form == "sse" and not self.any


def _kinds(name: str, data: Json) -> tuple[str, ...]:
    if not isinstance(data, dict) or ("type" not in data and "event" not in data):
        return (name,)
    told = [one for key in ("type", "event") if isinstance(one := data.get(key), str)]
    return tuple(dict.fromkeys((*told, name) if name == "message" else (name, *told)))
