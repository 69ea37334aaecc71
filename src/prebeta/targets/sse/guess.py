"""What the events of an unknown stream may mean, where their names and keys are none that products commonly use."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from prebeta.core.types import Json
from prebeta.targets.sse.events import Read
from prebeta.targets.wire.answer_shape import step

_PIECE = re.compile(r"token|delta|chunk|piece|part|word|stream", re.IGNORECASE)
_ENDS = re.compile(
    r"(?:done|end|ended|fin|finish|finished|complete|completed|close|closed|stop|over|bye|last|eos)$", re.I
)
_NO_WORDS = re.compile(
    r"error|exception|fatal|ping|heartbeat|keep.?alive|meta|status|typing|debug|log|progress|tool|reason|think|usage|source"
    r"|citation|user|session|conversation|thread|trace|(?:^|_)id$|role|type|model|time|lang",
    re.IGNORECASE,
)
_TITLES = ("title", "label", "text", "value")
_DEEPEST = 3
_UNNAMED = "message"
_MOST_NAMED = 8


def guess_stream(reads: Sequence[Read]) -> dict[str, Json] | None:
    """`target.stream` for these events: where the words are, what is offered, what ends it. None where no words are."""
    words: dict[tuple[str, str], list[str]] = {}
    offers: tuple[str, str] | None = None
    for read in reads:
        for path, value in _values(read):
            if isinstance(value, str) and not _NO_WORDS.search(read.kind) and not _NO_WORDS.search(path):
                words.setdefault((read.kind, path), []).append(value)
            elif offers is None and _offers(value):
                offers = read.kind, path
    last = reads[-1].kind if reads else ""
    likely = {place: texts for place, texts in words.items() if place[0] != last or not _ENDS.search(last)} or words
    if not likely:
        return None
    place = max(likely, key=lambda one: len("".join(likely[one])))
    several = len(likely[place]) > 1 or _PIECE.search(place[0]) is not None
    found: dict[str, Json] = {"delta" if several else "message": _pick(*place)}
    if offers is not None:
        found["options"] = _pick(*offers)
    if last not in (place[0], _UNNAMED) and _ENDS.search(last):
        found["end"] = last
    return found


def names_of(reads: Sequence[Read]) -> str:
    """The events that came, with the keys in their data: for the person."""
    keys: dict[str, Counter[str]] = {}
    for read in reads:
        keys.setdefault(read.kind, Counter()).update(read.data if isinstance(read.data, Mapping) else ())
    shown = [f"{name} ({', '.join(inner)})" if inner else name for name, inner in list(keys.items())[:_MOST_NAMED]]
    return ", ".join(shown)


def _values(read: Read) -> Iterator[tuple[str, Json]]:
    """What an event holds with its path; the path is empty for data that are no object."""
    if not isinstance(read.data, Mapping):
        yield "", read.data
        return
    yield from _below(read.data, "")


def _below(data: Mapping[str, Json], path: str) -> Iterator[tuple[str, Json]]:
    for key, value in data.items():
        inner = f"{path}.{step(key)}" if path else step(key)
        if isinstance(value, Mapping):
            yield from _below(value, inner) if inner.count(".") < _DEEPEST else ()
        else:
            yield inner, value


def _offers(value: Json) -> bool:
    return (
        isinstance(value, list)
        and bool(value)
        and all(
            isinstance(one, str) or (isinstance(one, Mapping) and any(isinstance(one.get(key), str) for key in _TITLES))
            for one in value
        )
    )


def _pick(kind: str, path: str) -> Json:
    if kind == _UNNAMED and path:
        return path
    return {"event": kind, "path": path} if path else {"event": kind}
