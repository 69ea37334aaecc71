"""Whether something streams at an address of which nothing else is known: it is greeted as such products commonly are."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple

import aiohttp
from yarl import URL

from prebeta.core.types import Json
from prebeta.targets.sse.answer import Answer
from prebeta.targets.sse.events import Events, NotAStream, Read
from prebeta.targets.sse.guess import guess_stream, names_of
from prebeta.targets.sse.options import StreamOptions
from prebeta.targets.sse.rules import rules_of
from prebeta.targets.wire import http_wire
from prebeta.targets.wire.recognised import Recognised

_GREETING = "Hello"
_PATHS = ("/chat", "/api/chat", "/chat/stream")
"""Where products commonly listen, tried where the address itself names no path."""
_KEYS = ("message", "messages", "text", "input", "query", "prompt", "question")
_SESSION_KEYS = ("session_id", "conversation_id", "thread_id", "sessionId", "conversationId", "threadId", "session")
_STREAMED = ("text/event-stream", "application/x-ndjson", "application/jsonl", "application/json-lines")
_WANTS_OTHER = (400, 415, 422, 500)
_NOT_HERE = (404, 405)
_UNASKED = 3
"""How many keys are tried where the product doesn't say which it misses."""
_READ = 64_000
_HEADERS: Mapping[str, str] = MappingProxyType(
    {"Content-Type": "application/json", "Accept": "text/event-stream, application/json"}
)
_REMARKS: Mapping[str, str] = MappingProxyType(
    {"send": "what it took; {history} is the conversation so far, {session} the product's id of it, or ours"}
)


class _Heard(NamedTuple):
    """An answer's status (0 where none came), its type, and its beginning."""

    status: int
    content_type: str
    body: bytes


async def recognised(url: str, client: aiohttp.ClientSession) -> Recognised | None:
    """The section for what streams there; None where nothing does, or what it says can't be read without options."""
    try:
        whole = URL(url)
    except ValueError:
        return None
    if whole.scheme not in ("http", "https") or not whole.host:
        return None
    base = f"{whole.scheme}://{whole.authority}"
    for path in (whole.raw_path_qs,) if whole.path not in ("", "/") else _PATHS:
        status, found = await _at(base, path, client)
        if found is not None or status not in _NOT_HERE:
            return found
    return None


async def streamed(found: Recognised, client: aiohttp.ClientSession) -> Recognised | None:
    """The section for a product that is known to stream, and how it takes words: with what its stream holds."""
    send = found.section["send"]
    body = send.get("json") if isinstance(send, Mapping) else None
    if not isinstance(send, Mapping) or not isinstance(body, Mapping):
        return None
    key = next(iter(body))
    base, path = str(found.section["url"]), str(send["post"]).replace("$${", "${")
    sessions = [one for one in body if one in _SESSION_KEYS]
    said: Json = [{"role": "user", "content": _GREETING}] if key == "messages" else _GREETING
    others = {one: "prebeta-init" for one in body if one != key}
    heard = await _posted(base + path, {key: said, **others}, client)
    return _section(base, path, key, sessions, heard) if heard.status == 200 else None


async def _at(base: str, path: str, client: aiohttp.ClientSession) -> tuple[int, Recognised | None]:
    """The last answer's status, and the section where it streams."""
    wanted: Collection[str] = ()
    status, unasked = 0, 0
    for key in _KEYS:
        if (wanted and key not in wanted) or (not wanted and unasked == _UNASKED):
            continue
        unasked += 1
        sessions = [one for one in wanted if one in _SESSION_KEYS]
        said: Json = [{"role": "user", "content": _GREETING}] if key == "messages" else _GREETING
        heard = await _posted(base + path, {key: said, **dict.fromkeys(sessions, "prebeta-init")}, client)
        status = heard.status
        if status == 200:
            return status, _section(base, path, key, sessions, heard)
        if status not in _WANTS_OTHER:
            break
        wanted = _missing(heard.body) or wanted
    return status, None


async def _posted(url: str, body: Json, client: aiohttp.ClientSession) -> _Heard:
    try:
        async with client.post(url, data=http_wire.encode(body), headers=_HEADERS) as response:
            told = b""
            async for chunk in response.content.iter_any():
                told += chunk
                if len(told) > _READ:
                    break
            kind = response.headers.get("Content-Type", "").partition(";")[0].strip().lower()
            return _Heard(response.status, kind, told)
    except (aiohttp.ClientError, OSError):
        return _Heard(0, "", b"")


def _missing(told: bytes) -> list[str]:
    """The fields of the body that a refusal asks for, as FastAPI and others tell them."""
    try:
        detail = http_wire.decode(told).get("detail")
    except (ValueError, AttributeError):
        return []
    places: list[Any] = [one.get("loc") for one in detail if isinstance(one, dict)] if isinstance(detail, list) else []
    return [place[1] for place in places if isinstance(place, list) and len(place) == 2 and place[0] == "body"]


def _section(base: str, path: str, key: str, sessions: Collection[str], heard: _Heard) -> Recognised | None:
    """What is made of a stream; not `whole` where nobody says anything in it."""
    reads = _reads(heard)
    if not reads:
        return None
    sent = {key: "{history}" if key == "messages" else "{text}", **dict.fromkeys(sessions, "{session}")}
    section: dict[str, Json] = {"kind": "sse", "url": base, "send": {"post": path.replace("${", "$${"), "json": sent}}
    answer, stream = _answer(reads, {}), None
    if answer is None or not answer.begun:
        stream = guess_stream(reads)
        guessed = None if stream is None else _answer(reads, stream)
        answer, stream = (guessed, stream) if guessed is not None and guessed.begun else (answer, None)
    told = next((one for one in _SESSION_KEYS if f'"{one}"'.encode() in heard.body), None)
    if answer is not None and answer.session is not None and not sessions and told is not None:
        sent[told] = "{session}"
    remarks = dict(_REMARKS)
    if stream is not None:
        section["stream"] = stream
        remarks["stream"] = f"guessed from the events that came, {names_of(reads)}: look them over"
    elif answer is None or not answer.begun:
        note = f"its stream has the events {names_of(reads)}: say in target.stream which hold its words"
        return Recognised(section, remarks, note=note, whole=False)
    return Recognised(section, remarks)


def _reads(heard: _Heard) -> list[Read]:
    """The events of what is streamed; none where nothing is, or it can't be read."""
    if heard.content_type not in _STREAMED:
        return []
    events = Events(heard.content_type)
    try:
        lines = heard.body.split(b"\n")
        return [read for line in lines for read in events.take(line)] + events.rest()
    except NotAStream:
        return []


def _answer(reads: Sequence[Read], stream: Mapping[str, Json]) -> Answer | None:
    """What the events come to by these options; None where they can't be read so."""
    answer = Answer()
    try:
        rules = rules_of(StreamOptions.model_validate(stream))
        for read in reads:
            for piece in rules.pieces_of(read):
                answer.take(piece)
    except (NotAStream, ValueError):
        return None
    return answer
