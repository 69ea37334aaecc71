"""Why a product that streams may seem to say nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from prebeta.targets.sse.events import Events, NotAStream, Read
from prebeta.targets.sse.options import StreamOptions
from prebeta.targets.wire.hints import quoted
from prebeta.targets.wire.line import Exchange

_SHOWN = 200


def unheard(heard: Sequence[Exchange], options: StreamOptions) -> str | None:
    """Which events came of which none is known to be words; None if the product really sent nothing."""
    last = next((one for one in reversed(heard) if one.body.strip()), None)
    if last is None:
        return None
    kinds = dict.fromkeys(_told(read) for read in _events_of(last))
    if not kinds:
        return None
    there = f"; events there: {', '.join(kinds)[:_SHOWN]}"
    said = quoted(last.body.decode("utf-8", "replace"))
    if options.names_words:
        told = ", ".join(
            f"stream.{name}: {pick.path or pick.event!r}"
            for name in ("delta", "so_far", "message")
            if (pick := getattr(options, name)) is not None
        )
        return f"{told} found nothing in the product's answer{said}{there}"
    return f"nothing in the product's answer is known to be words{said}{there}; say which by stream.delta or stream.message"


def _events_of(exchange: Exchange) -> list[Read]:
    events = Events(exchange.content_type)
    found: list[Read] = []
    try:
        for line in exchange.body.split(b"\n"):
            found += events.take(line)
        return found + events.rest()
    except (NotAStream, ValueError):
        return found


def _told(read: Read) -> str:
    keys = f" with {', '.join(map(str, read.data))}" if isinstance(read.data, Mapping) and read.data else ""
    return f"{read.kind}{keys}"
