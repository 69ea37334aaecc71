"""Server-sent events from bytes that arrive in any pieces."""

from __future__ import annotations

from typing import NamedTuple

_BOM = b"\xef\xbb\xbf"
_LONGEST_LINE = 4_000_000


class Event(NamedTuple):
    """An event: its name ("message" where none is given) and its data."""

    name: str
    data: str


class EventReader:
    """Takes bytes, gives whole events; the same ones however the bytes are cut. A rest without its blank line isn't an
    event, as the standard has it."""

    def __init__(self) -> None:
        self._rest = b""
        self._first = True
        self._name = ""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> list[Event]:
        """The events that these bytes complete. Raises ValueError for an endless line."""
        rest = self._rest + chunk
        # A \r at the end may be half of \r\n.
        held = rest[-1:] if rest.endswith(b"\r") else b""
        rest = rest[: len(rest) - len(held)]
        if b"\r" in rest:
            rest = rest.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, open_line = rest.split(b"\n")
        if len(open_line) > _LONGEST_LINE:
            raise ValueError(f"a line of more than {_LONGEST_LINE} bytes in the event stream")
        self._rest = open_line + held
        return [event for line in lines if (event := self._line(line)) is not None]

    def _line(self, line: bytes) -> Event | None:
        if self._first:
            self._first = False
            line = line.removeprefix(_BOM)
        if not line:
            event = Event(self._name or "message", "\n".join(self._data)) if self._data else None
            self._name, self._data = "", []
            return event
        field, _, value = line.partition(b":")
        value = value.removeprefix(b" ")
        if field == b"data":
            self._data.append(value.decode("utf-8", "replace"))
        elif field == b"event":
            self._name = value.decode("utf-8", "replace")
        return None
