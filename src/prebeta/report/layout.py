"""Lines and columns for a terminal of any width, without trailing spaces, so that they also read well in a file."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

_NARROWEST = 12
_GAP = 2


def line(console: Console, text: str, style: str = "", indent: int = 0) -> None:
    """A text, wrapped, with all its lines indented."""
    _hang(console, Text(" " * indent), Text(text, style), indent)


def columns(console: Console, rows: Sequence[Sequence[Text]], indent: int = 0) -> None:
    """Rows in columns; a cell with `justify="right"` stands at the right, the last column wraps."""
    width = [
        max((row[at].cell_len for row in rows if at < len(row)), default=0)
        for at in range(max(map(len, rows), default=0))
    ]
    for row in rows:
        start = Text(" " * indent)
        for at, cell in enumerate(row[:-1]):
            space = " " * (width[at] - cell.cell_len)
            start += Text(space) + cell if cell.justify == "right" else cell + Text(space)
            start.append(" " * _GAP)
        last = row[-1]
        if last.justify == "right":
            start.append(" " * (width[len(row) - 1] - last.cell_len))
        _hang(console, start, last, start.cell_len)


def _hang(console: Console, start: Text, text: Text, indent: int) -> None:
    """`start`, then the text wrapped beside it."""
    room = max(console.width - indent, _NARROWEST)
    wrapped = text.wrap(console, room, justify="left", overflow="fold") or [Text()]
    for number, part in enumerate(wrapped):
        whole = (start if number == 0 else Text(" " * indent)) + part
        whole.rstrip()
        console.print(whole, soft_wrap=True)
