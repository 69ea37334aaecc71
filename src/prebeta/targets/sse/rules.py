"""Events read as the project says they are, and by their shape where it says nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from prebeta.core.types import Json
from prebeta.targets.sse import shapes as sse_shapes
from prebeta.targets.sse.events import NotAStream, Read
from prebeta.targets.sse.options import CLOSING, PickOptions, StreamOptions
from prebeta.targets.sse.pieces import Kind, Piece, Pieces
from prebeta.targets.wire import reply
from prebeta.targets.wire.paths import Finder, finder_or_none

_WORDS = frozenset(("delta", "so_far", "message", "last_resort"))
_TOOLS = frozenset(("tool_calls", "tool_delta", "tool_result"))
_ENDS = frozenset(("begun", "complete", "end"))
_PICKS: tuple[Kind, ...] = tuple(
    kind for kind in get_args(Kind) if kind in StreamOptions.model_fields and kind != "end"
)


@dataclass(frozen=True, slots=True)
class Pick:
    """Where something is. `search` is None where the whole data are meant."""

    kind: Kind
    events: frozenset[str] | None
    search: Finder | None
    expression: str

    def found(self, read: Read) -> Json:
        """What is there, None where nothing. Raises NotFollowed."""
        if self.events is not None and not self.events.intersection(read.kinds):
            return None
        if self.search is None:
            return read.data
        return self.search(read.data) if read.is_json else None


@dataclass(frozen=True, slots=True)
class Rules:
    """What the project says of events. `untold` are the kinds of pieces that are read by shape. `end` finds the end, where
    the project names one; then the stream must come to it if `must_end`."""

    picks: tuple[Pick, ...]
    untold: frozenset[str]
    marks: frozenset[str]
    end: Pick | None
    must_end: bool
    needs_json: bool

    def pieces_of(self, read: Read) -> Pieces:
        """Raises NotAStream for what isn't as the project says, NotFollowed where a path can't be followed."""
        if self._ends(read):
            yield from self._picked(read)
            yield Piece("end")
            return
        for piece in sse_shapes.pieces_of(read):
            if piece.kind in self.untold:
                yield piece
            elif self.needs_json and not read.is_json and piece.kind in _WORDS and read.text.strip():
                raise NotAStream("the data of an event isn't JSON, where the paths of target.stream want it")
        yield from self._picked(read)

    def _picked(self, read: Read) -> Pieces:
        for pick in self.picks:
            value = pick.found(read)
            if value is None or (value is False and pick.kind != "state"):
                continue
            if pick.kind in ("delta", "so_far"):
                value = "".join(reply.messages(value, f"stream.{pick.kind}"))
            elif pick.kind == "ended" and pick.search is None:
                value = True
            yield Piece(pick.kind, value)

    def _ends(self, read: Read) -> bool:
        if self.marks and (read.text.strip() in self.marks or self.marks.intersection(read.kinds)):
            return True
        return self.end is not None and reply.ended(self.end.found(read))


def rules_of(options: StreamOptions) -> Rules:
    """The rules of a project, made ready once a run."""
    picks = tuple(_pick(kind, found) for kind in _PICKS if (found := getattr(options, kind)) is not None)
    told = {pick.kind for pick in picks}
    untold = set(get_args(Kind)) - told
    if options.names_words:
        untold -= _WORDS
    if "tool_calls" in told:
        untold -= _TOOLS
    end = options.end
    closing = end is not None and end.mark == CLOSING
    if end is not None:
        untold -= _ENDS
    mark = end.mark if end is not None and not closing else None
    by_event = end is not None and end.mark is None
    words = [pick for pick in picks if pick.kind in _WORDS]
    return Rules(
        picks=picks,
        untold=frozenset(untold),
        marks=frozenset(() if mark is None else (mark,)),
        end=_pick("end", PickOptions(event=end.event, path=end.path)) if end is not None and by_event else None,
        must_end=end is not None and not closing,
        needs_json=bool(words) and all(pick.search is not None and pick.events is None for pick in words),
    )


def _pick(kind: Kind, options: PickOptions) -> Pick:
    named = options.event
    events = None if named is None else frozenset((named,) if isinstance(named, str) else named)
    search = finder_or_none(options.path, f"target.stream.{kind}")
    return Pick(kind, events, search, options.path or f"event {named}")
