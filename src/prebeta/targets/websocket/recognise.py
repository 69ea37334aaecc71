"""What a product over WebSocket is, of which only the address is known: it is listened to, and greeted in the shapes of
frames that such products commonly take. Nothing of what it says is kept but its keys and the names of its events."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import aiohttp
from yarl import URL

from prebeta.core.types import Json
from prebeta.targets.websocket.events import read_events
from prebeta.targets.wire import http_wire
from prebeta.targets.wire.greeting import ABOUT, GREETING
from prebeta.targets.wire.recognised import Recognised

_LISTENS_S = 1.5
_PATIENCE_S = 4.0
_QUIET_S = 1.2
_MOST_FRAMES = 200
_AT_ONCE = 16
_SHOWN = 6
_KEYS = ("text", "message", "content")
_KINDS = ("message", "user_message", "say", "text", "input", "chat", "user", "msg")
"""What products call a frame in which the user says something."""
_BROKEN = re.compile(r"error|problem|invalid|fail|reject|exception|malformed|denied", re.IGNORECASE)
_ERROR = re.compile(r"error|invalid|unsupported|unknown|json|parse|expected|malformed|missing", re.IGNORECASE)
_NOTES: Mapping[str, str] = MappingProxyType(
    {
        "send": "the frame that carries the user's words; {text} is what it says",
        "greets": "it spoke before it was spoken to",
        "reply": f'JMESPath into an event; guessed from what came after "{GREETING}": look them over',
        "reply.pieces": "a piece of a streamed message; pieces in a row make one",
        "reply.only": "true of events that hold what it says",
        "reply.ignore": "true of own words that come back",
        "reply.typing": "true of events that tell that it is typing",
        "reply.typing_off": "true of events that tell that it stopped",
        "reply.turn_ends": "true of the event that ends its turn",
        **{f"reply.{name}": about for name, about in ABOUT.items()},
    }
)


@dataclass(frozen=True, slots=True)
class _Heard:
    """The frames of one try: those that came unasked, and those that came after the greeting."""

    unasked: tuple[str, ...]
    answer: tuple[str, ...]


async def recognise(url: str, client: aiohttp.ClientSession) -> Recognised | None:
    """The section for a product at a ws:// or wss:// address. None for other addresses, and where there is no WebSocket;
    not `whole` where nothing there answers a greeting."""
    if URL(url).scheme not in ("ws", "wss"):
        return None
    first = await _tried(client, url, None, _LISTENS_S)
    if first is None:
        return None
    shapes = list(_shapes(_decoded(first.unasked)))
    section = await _taken(client, url, shapes[:1], first)
    # Only where the likeliest frame isn't taken are the others tried, each on a connection of its own.
    section = section or await _taken(client, url, shapes[1:], first)
    if section is None:
        return _shown_unasked(url, first, shapes)
    return Recognised(section, _remarks(section))


async def _taken(client: aiohttp.ClientSession, url: str, shapes: list[Json], first: _Heard) -> dict[str, Json] | None:
    """The section for the first of the frames that the product answers, all tried at once."""
    gate = asyncio.Semaphore(_AT_ONCE)

    async def one(frame: Json) -> dict[str, Json] | None:
        async with gate:
            heard = await _tried(client, url, frame, _LISTENS_S if first.unasked else 0.0, len(first.unasked))
        return None if heard is None else _section(url, frame, heard)

    tries = [asyncio.ensure_future(one(frame)) for frame in shapes]
    try:
        for each in tries:
            section = await each
            if section is not None:
                return section
    finally:
        for each in tries:
            each.cancel()
        await asyncio.gather(*tries, return_exceptions=True)
    return None


def _shown_unasked(url: str, first: _Heard, shapes: list[Json]) -> Recognised:
    """What its first words show of a product that answers none of the frames."""
    events = _decoded(first.unasked)
    found = read_events(events)
    tried = [frame if isinstance(frame, str) else http_wire.encode(frame).decode() for frame in shapes]
    more = f" and {len(tried) - _SHOWN} more" if len(tried) > _SHOWN else ""
    note = f"no frame was answered; tried {', '.join(tried[:_SHOWN])}{more}: say in target.send what it takes"
    keys = list(dict.fromkeys(key for event in events if isinstance(event, Mapping) for key in event))
    if keys:
        note = f"it spoke first, in frames with {', '.join(keys)}; {note}"
    section: dict[str, Json] = {"kind": "websocket", "url": url, "send": _sent(shapes[0])}
    if found is not None:
        section["reply"] = dict(found.reply)
    if first.unasked:
        section["greets"] = True
    return Recognised(
        section, {**_remarks(section), "send": "not answered; what does the product take?"}, None, note, whole=False
    )


def _remarks(section: Mapping[str, Json]) -> dict[str, str]:
    there = {name for key, value in section.items() for name in (key, *_below(key, value))}
    return {name: note for name, note in _NOTES.items() if name in there}


def _sent(frame: Json) -> Json:
    return frame if isinstance(frame, str) else {"json": frame}


def _below(key: str, value: Json) -> Iterator[str]:
    yield from (f"{key}.{name}" for name in value) if isinstance(value, Mapping) else ()


async def _tried(
    client: aiohttp.ClientSession, url: str, frame: Json, listens_s: float, unasked: int = _MOST_FRAMES
) -> _Heard | None:
    """What came on a connection of its own, on which so many frames come unasked; None where there is none."""
    closing = aiohttp.ClientWSTimeout(ws_close=1.0)
    try:
        async with client.ws_connect(url, timeout=closing, max_msg_size=1 << 20) as socket:
            came = await _frames(socket, listens_s, unasked) if listens_s else ()
            if frame is None:
                return _Heard(came, ())
            text = frame.format(text=GREETING) if isinstance(frame, str) else http_wire.encode(_filled(frame)).decode()
            await socket.send_str(text)
            return _Heard(came, await _frames(socket, _PATIENCE_S))
    except (aiohttp.ClientError, OSError):
        return None


async def _frames(socket: aiohttp.ClientWebSocketResponse, first_s: float, most: int = _MOST_FRAMES) -> tuple[str, ...]:
    """What comes until there is quiet, or so many did."""
    frames: list[str] = []
    while len(frames) < most:
        try:
            async with asyncio.timeout(_QUIET_S if frames else first_s):
                message = await socket.receive()
        except TimeoutError:
            break
        if message.type is not aiohttp.WSMsgType.TEXT:
            break
        frames.append(message.data)
    return tuple(frames)


def _shapes(unasked: list[Json]) -> Iterator[Json]:
    """Frames to greet it by, likely ones first: it may be taken at its own shape. Plain words are what hardly any product
    mistakes for JSON, while one of plain words takes any JSON for words."""
    own = read_events(unasked)
    if own is None:
        yield "{text}"
        keys: tuple[str, ...] = _KEYS
    else:
        keys = tuple(dict.fromkeys((own.said_key, *_KEYS)))
    for key in keys:
        name = own.name_key if own is not None and own.name_key and key == own.said_key else "type"
        yield {name: "message", key: "{text}"}
        yield {key: "{text}"}
    if own is not None and own.name_key:
        yield from ({own.name_key: kind, own.said_key: "{text}"} for kind in _KINDS[1:])
    if own is not None:
        yield "{text}"


def _filled(frame: Mapping[str, str]) -> Json:
    return {key: value.format(text=GREETING) for key, value in frame.items()}


def _decoded(frames: tuple[str, ...]) -> list[Json]:
    """The events in frames; words where a frame is no JSON."""
    events: list[Json] = []
    for frame in frames:
        try:
            value = http_wire.decode(frame.encode())
        except ValueError:
            value = frame
        events += value if isinstance(value, list) else [value if isinstance(value, dict) else frame]
    return events


def _section(url: str, frame: Json, heard: _Heard) -> dict[str, Json] | None:
    """The section that these frames let be guessed; None where they hold no answer to the greeting."""
    answer = _decoded(heard.answer)
    if not answer or any(_tells_of_an_error(event) for event in answer):
        return None
    events = [*_decoded(heard.unasked), *answer]
    if all(isinstance(event, str) for event in events):
        reply: dict[str, Json] = {}
    else:
        found = read_events(events, answer)
        if found is None:
            return None
        reply = dict(found.reply)
        if "messages" in reply and any(isinstance(event, str) for event in events):
            reply["plain"] = True
    section: dict[str, Json] = {"kind": "websocket", "url": url, "send": _sent(frame)}
    if reply:
        section["reply"] = reply
    if heard.unasked:
        section["greets"] = True
    return section


def _tells_of_an_error(event: Json) -> bool:
    if isinstance(event, str):
        return bool(_ERROR.search(event)) and len(event) < 300
    if not isinstance(event, Mapping):
        return False
    named = (str(event.get(key, "")) for key in ("type", "event", "status", "kind"))
    return bool(event.get("error") or event.get("errors")) or any(map(_BROKEN.search, named))
