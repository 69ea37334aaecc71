"""What an event of a stream comes to: pieces of a reply."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, NamedTuple, TypeAlias

from prebeta.core.types import Json

Kind: TypeAlias = Literal[
    "delta",  # the next piece of a message
    "so_far",  # all of a message up to now
    "message",  # whole messages
    "message_end",
    "last_resort",  # whole messages, to be taken where nothing else was said
    "options",
    "state",
    "ended",
    "tool_calls",
    "tool_delta",  # {id, name, arguments} of the call that is being written; `of` tells which
    "tool_result",  # what the call of that id gave
    "session",
    "trace",
    "error",
    "begun",  # this kind of stream says when it is complete
    "complete",  # it is, whatever still follows
    "end",  # nothing follows
]


class Piece(NamedTuple):
    """A piece; `of` is the id of the message or call it belongs to, where the stream tells one."""

    kind: Kind
    value: Json = None
    of: str | None = None


Pieces: TypeAlias = Iterator[Piece]
