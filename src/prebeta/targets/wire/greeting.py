"""The first words with a product over HTTP of which only the address is known: it is greeted in the ways that products
commonly take it. Nothing of what it says is kept but its keys."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from urllib.parse import quote

import aiohttp
from yarl import URL

from prebeta.core.errors import TargetError
from prebeta.core.types import Json
from prebeta.targets.openapi.parts import is_person, is_session
from prebeta.targets.wire import http_wire
from prebeta.targets.wire.answer_shape import Guess, guessed, session_in, value_at
from prebeta.targets.wire.recognised import Recognised

GREETING = "Hello"
_OWN_ID = "prebeta-init"
_PATIENCE_S = 30.0
SAID = ("message", "text", "input", "query", "prompt", "question")
_NOT_SO = (400, 415, 422)
"""What products answer to a body they don't like."""
_BREAKS = 500
"""Also what they answer where they never looked whether a key is there: one other way is tried then."""
_NOT_HERE = (404, 405)
_NO_ANSWER = 599
_STREAMS = 298
"""Statuses of our own: nothing came that is JSON, or a stream did."""
_STREAMED = ("text/event-stream", "application/x-ndjson", "application/jsonl", "application/json-lines")
_PLACES = ("chat", "api/chat", "message")
_UNANSWERED = 3
"""How often words may be taken without an answer before it is left alone."""
_BELOW = ("/messages", "/message", "/turns", "/chat", "")
_LOOK = 'guessed from its answer to "Hello": look them over'
_BY_VALUE = "guessed by what stood there; is it right?"
SEND_REMARK = "{text}: what the user says; {session}: the product's id"
ABOUT: Mapping[str, str] = MappingProxyType(
    {
        "messages": "a text, a list of texts, or a list of {text}",
        "session": "the product's id of the conversation",
        "options": "quick replies: texts, or {title, payload}",
        "ended": "whether the conversation is over",
        "state": "the product's own account of the matter",
    }
)


@dataclass(frozen=True, slots=True)
class _Way:
    """A body that a product may take words in, with placeholders as in a file."""

    body: Mapping[str, Json]
    form: bool = False

    @property
    def said(self) -> str:
        return next(iter(self.body))

    def filled(self) -> dict[str, Json]:
        said = {"{text}": GREETING, "{history}": [{"role": "user", "content": GREETING}]}
        return {key: said.get(str(value), _OWN_ID) for key, value in self.body.items()}

    def with_keys(self, names: Sequence[str]) -> _Way:
        """With the keys that the product said it misses, those that we know how to fill."""
        more = {
            name: "{session}" if is_session(name) else "{id}" for name in names if is_session(name) or is_person(name)
        }
        return replace(self, body={**self.body, **more})


_WAYS = (
    *(_Way({key: "{text}"}) for key in SAID),
    _Way({"messages": "{history}"}),
    *(_Way({key: "{text}"}, form=True) for key in SAID[:2]),
)


@dataclass(frozen=True, slots=True)
class _Heard:
    """How the product was spoken to with success: the body that it took, where it takes words, and where its conversations
    are opened, if anywhere; `{session}` stands for its id in a path."""

    guess: Guess
    way: _Way
    send: str
    start: str | None = None


@dataclass(frozen=True, slots=True)
class _Answer:
    """What came of a greeting: the last status and answer, and where it was understood, how and what was guessed."""

    status: int
    told: Json = None
    way: _Way | None = None
    guess: Guess | None = None


async def greeted(url: str, client: aiohttp.ClientSession) -> Recognised | None:
    """What the product lets be guessed by its answers to a greeting or two. Of one that streams them, no more than how it
    took words: not `whole`, of kind sse."""
    answer = await _hello(client, url)
    found = await _understood(client, url, answer)
    if found is None and answer.status in _NOT_HERE and URL(url).path in ("", "/"):
        for place in _PLACES:  # none stands at the address itself: where products commonly do
            there = f"{url.rstrip('/')}/{place}"
            answer = await _hello(client, there)
            found = await _understood(client, there, answer)
            url = there if answer.status == _STREAMS else url
            if found is not None or answer.status not in _NOT_HERE:
                break
    if answer.status == _STREAMS and answer.way is not None:
        sent = {"post": _where(url), "form" if answer.way.form else "json": dict(answer.way.body)}
        section: dict[str, Json] = {"kind": "sse", "url": origin(url), "send": sent}
        return Recognised(section, {"send": SEND_REMARK}, note="it streams its answers", whole=False)
    return None if found is None else _section(url, found)


async def _understood(client: aiohttp.ClientSession, url: str, answer: _Answer) -> _Heard | None:
    if answer.guess is not None and answer.way is not None:
        return await _with_session(client, url, answer.way, answer.guess, answer.told)
    return await _opened(client, url, answer.told) if answer.status < 400 else None


async def _hello(client: aiohttp.ClientSession, url: str) -> _Answer:
    """A greeting in the first of the ways that the product takes, and in which somebody answers."""
    last = _Answer(_NO_ANSWER)
    missing: Sequence[str] = ()
    taken = broken = 0
    for way in _WAYS:
        if (way.form and last.told is not None) or (missing and way.said not in missing and not way.form):
            continue
        way = way.with_keys(missing)
        status, told = await say(client, url, way.filled(), form=way.form)
        if status == _STREAMS:
            return _Answer(status, None, way)
        if status < 400:
            guess = guessed(way.said, told)
            if guess is not None:
                return _Answer(status, told, way, guess)
            last, taken = _Answer(status, told), taken + 1
            if session_in(told) is not None or taken == _UNANSWERED:  # a conversation was opened, say
                return last
        elif status in _NOT_SO or (status == _BREAKS and not broken):
            broken += status == _BREAKS
            last = last if last.told is not None else _Answer(status)
            missing = missed(told) or missing
        else:
            return last if last.told is not None else _Answer(status)
    return last


def missed(told: Json) -> tuple[str, ...]:
    """The keys of the body that a refusal asks for, as FastAPI and others tell them."""
    detail = told.get("detail") if isinstance(told, dict) else None
    places = [one.get("loc") for one in detail if isinstance(one, dict)] if isinstance(detail, list) else []
    return tuple(
        str(place[-1]) for place in places if isinstance(place, list) and len(place) == 2 and place[0] == "body"
    )


async def _opened(client: aiohttp.ClientSession, url: str, answer: Json) -> _Heard | None:
    """A product that gives an id where it is greeted, and takes words below that."""
    if session_in(answer) is None:
        return None
    status, opened = await say(client, url, None)
    path = session_in(opened)
    given = value_at(opened, path)
    if status >= 400 or path is None or given in (None, ""):
        return None
    at = url.rstrip("/")
    for below in _BELOW:
        heard = await _hello(client, f"{at}/{quote(str(given), safe='')}{below}")
        if heard.guess is None or heard.way is None:
            continue
        # What it gives as id with its words may be the message's.
        reply = {**heard.guess.reply, "session": _only_without(heard.guess.reply["messages"], path)}
        guess = replace(heard.guess, reply=reply)
        return _Heard(guess, heard.way, f"{_where(at)}/{{session}}{below}", _where(url))
    return None


def _only_without(messages: str, path: str) -> str:
    """A path to what stands there only in answers without messages."""
    head = messages.partition("[")[0].partition(".")[0]
    return f"[@][?!{head}].{path} | [0]" if head not in ("", "@") else path


async def say(client: aiohttp.ClientSession, url: str, body: Json, *, form: bool = False) -> tuple[int, Json]:
    """Status and JSON of the answer; a status of our own where there is none or it isn't JSON: what is wrong there the
    check of the connection says."""
    headers = {"Accept": "application/json"}
    data = None
    if isinstance(body, dict):
        headers["Content-Type"] = "application/x-www-form-urlencoded" if form else "application/json"
        data = http_wire.encode_form(body) if form else http_wire.encode(body)
    try:
        timeout = aiohttp.ClientTimeout(total=_PATIENCE_S)
        async with client.post(url, data=data, headers=headers, timeout=timeout) as response:
            if response.status == 200 and response.content_type in _STREAMED:
                return _STREAMS, None
            text = await http_wire.read(response)
    except (aiohttp.ClientError, OSError, ValueError, http_wire.HalfRead, TargetError):
        return _NO_ANSWER, None
    try:
        return response.status, http_wire.decode(text) if text.strip() else None
    except ValueError:
        return (response.status if response.status >= 400 else _NO_ANSWER), None


async def _with_session(client: aiohttp.ClientSession, url: str, way: _Way, guess: Guess, answer: Json) -> _Heard:
    """Whether the product takes its own id back under the key it gave it by, and keeps it: tried with one more
    message. What a second answer shows beside is added."""
    heard = _Heard(guess, way, _where(url))
    path = guess.reply.get("session")
    given = value_at(answer, path)
    if path is None or given in (None, ""):
        return heard
    key = path.strip('"') if "." not in path and path.strip('"') not in way.body else None
    more = {} if key is None else {key: given}
    status, second = await say(client, url, {**way.filled(), **more}, form=way.form)
    if status >= 400:
        return heard
    later = guessed(guess.said, second)
    reply = {**(later.reply if later is not None else {}), **guess.reply}
    if value_at(second, path) not in (given, None):
        del reply["session"]  # another one each time: a message's id, say
        key = None
    body = way.body if key is None else {**way.body, key: "{session}"}
    return replace(heard, guess=replace(guess, session=key, reply=reply), way=replace(way, body=body))


def _where(url: str) -> str:
    """The path and query of an address, as they stand in a file."""
    return URL(url).raw_path_qs.replace("${", "$${")


def origin(url: str) -> str:
    """Scheme, host and port of an address as they were written."""
    parts = URL(url)
    return f"{parts.scheme}://{parts.authority}"


def as_guessed(url: str, guess: Guess) -> Recognised:
    """The section for a product that takes words at the address itself, as JSON."""
    body = {guess.said: "{text}", **({guess.session: "{session}"} if guess.session is not None else {})}
    return _section(url, _Heard(guess, _Way(body), _where(url)))


def _section(url: str, heard: _Heard) -> Recognised:
    guess = heard.guess
    reply = {name: guess.reply[name] for name in ABOUT if name in guess.reply}
    if "{session}" in heard.way.body.values() and guess.session is None and heard.start is None:
        reply.pop("session", None)  # it wants one with the first message already: we make it
    section: dict[str, Json] = {"kind": "http", "url": origin(url), "timeout_s": 30}
    if heard.start is not None:
        section["start"] = {"post": heard.start}
    section["send"] = {"post": heard.send, "form" if heard.way.form else "json": dict(heard.way.body)}
    section["reply"] = reply
    return Recognised(section, dict(reply_remarks(guess, _LOOK)))


def reply_remarks(guess: Guess, source: str) -> Iterator[tuple[str, str]]:
    """The remarks on send and on the paths of reply; `source` says what they were guessed from."""
    yield "send", SEND_REMARK
    yield "reply", f"JMESPath into the product's answer; {source}"
    for name in guess.reply:
        yield f"reply.{name}", _BY_VALUE if name in guess.by_value else ABOUT[name]
