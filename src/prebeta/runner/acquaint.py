"""The first words with a product over HTTP of which only the address is known: what its answers look like.

Names are guessed from the keys that such products commonly use, then by what stands there. Nothing of what the product
says is kept but its keys.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from prebeta.config.starter import Guess
from prebeta.core.types import Json

if TYPE_CHECKING:
    import aiohttp

_GREETING = "Hello"
_PATIENCE_S = 30.0
_SAID = ("text", "message", "input", "query", "prompt", "question")
_NOT_SO = (400, 415, 422)
_NO_ANSWER = 599
_DEEPEST = 4
_TEXTS = ("text", "content", "message")
_TITLES = ("title", "label", "text", "payload", "value")
_NEVER = frozenset(("error", "errors", "detail", "status", "code", "type", "role", "model", "object", "timestamp"))
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_-]{0,60}")
_BARE = re.compile(r"[A-Za-z_]\w*", re.ASCII)
_NAMES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "messages": (
            *("reply", "replies", "messages", "message", "text", "response", "responses", "answer", "answers"),
            *("output", "outputs", "content", "utterance", "utterances", "bot", "botmessage", "fulfillmenttext"),
        ),
        "options": (
            *("options", "suggestions", "quickreplies", "buttons", "choices", "chips", "replyoptions", "actions"),
            "suggestedactions",
        ),
        "session": (
            *("session", "sessionid", "conversation", "conversationid", "thread", "threadid", "chat", "chatid"),
            *("dialogid", "dialogueid", "id"),
        ),
        "ended": (
            *("ended", "done", "finished", "over", "isover", "end", "closed", "completed", "isfinal", "final"),
            *("endconversation", "endofconversation", "conversationended", "isdone", "isended", "isfinished"),
        ),
        "state": ("state", "slots", "context", "booking", "order", "memory"),
    }
)


@dataclass(frozen=True, slots=True)
class _Found:
    """A value of an answer: its key without case and dashes, its JMESPath, and whether it lies in a list."""

    key: str
    path: str
    value: Json
    listed: bool


def acquaint(url: str) -> Guess | None:
    """Say hello to the product, in the ways that products commonly take it, and guess from its answers where their
    parts are. None where it doesn't answer with JSON in which somebody says something."""
    return asyncio.run(_acquaint(url))


async def _acquaint(url: str) -> Guess | None:
    import aiohttp

    timeout = aiohttp.ClientTimeout(total=_PATIENCE_S)
    async with aiohttp.ClientSession(timeout=timeout, cookie_jar=aiohttp.CookieJar(unsafe=True)) as client:
        for said in _SAID:
            status, answer = await _say(client, url, {said: _GREETING})
            guess = guessed(said, answer) if status < 400 else None
            if guess is not None:
                return await _with_session(client, url, guess, answer)
            if status >= 400 and status not in _NOT_SO:
                return None
    return None


async def _say(client: aiohttp.ClientSession, url: str, body: Json) -> tuple[int, Json]:
    """Status and JSON of the answer; a status of our own where there is none or it isn't JSON: what is wrong there the
    check of the connection says."""
    import aiohttp

    from prebeta.core.errors import TargetError
    from prebeta.targets import http_wire

    headers = {"Content-Type": "application/json"}
    try:
        async with client.post(url, data=http_wire.encode(body), headers=headers) as response:
            text = await http_wire.read(response)
        return response.status, http_wire.decode(text) if response.status < 400 else None
    except (aiohttp.ClientError, OSError, ValueError, http_wire.HalfRead, TargetError):
        return _NO_ANSWER, None


async def _with_session(client: aiohttp.ClientSession, url: str, guess: Guess, answer: Json) -> Guess:
    """Whether the product takes its own id back under the key it gave it by, and keeps it: tried with one more
    message. What a second answer shows beside is added."""
    path = guess.reply.get("session")
    given = _at(answer, path)
    if path is None or given in (None, ""):
        return guess
    key = path.strip('"') if "." not in path else None
    status, second = await _say(client, url, {guess.said: _GREETING, **({key: given} if key is not None else {})})
    if status >= 400:
        return guess
    later = guessed(guess.said, second)
    reply = {**(later.reply if later is not None else {}), **guess.reply}
    if _at(second, path) not in (given, None):
        del reply["session"]  # another one each time: a message's id, say
        key = None
    return Guess(guess.said, key, reply, guess.by_value)


def _at(answer: Json, path: str | None) -> Json:
    return next((one.value for one in _walk(answer) if one.path == path), None)


def guessed(said: str, answer: Json) -> Guess | None:
    """Where the parts of an answer are; None where nothing in it can be what somebody says."""
    if isinstance(answer, str):
        return Guess(said, None, {"messages": "@"})
    found = [one for one in _walk(answer) if one.key not in _NEVER]
    reply: dict[str, str] = {}
    by_value: tuple[str, ...] = ()
    for name, fits in _FITS.items():
        rank = {key: place for place, key in enumerate(_NAMES[name])}
        fitting = [one for one in found if fits(one) and one.path not in reply.values()]
        named = [one for one in fitting if one.key in rank]
        if name == "messages" and not named:
            named = [one for one in found if one.key in rank and one.value in ([], "")]  # it says nothing just now
        if named:
            best = min(named, key=lambda one: (one.key == "id", one.path.count("."), rank[one.key]))
            flat = "[]" if name == "options" and best.listed else ""
            reply[name] = best.path + flat
        elif name == "messages" and fitting:
            longest = max(fitting, key=lambda one: len(str(one.value)))
            if " " in str(longest.value):
                reply[name], by_value = longest.path, (name,)
    return Guess(said, None, reply, by_value) if "messages" in reply else None


def _walk(answer: Json, path: str = "", parent: str = "", listed: bool = False) -> Iterator[_Found]:
    """Every value under a key that a path can name, those inside lists once: by the first that has it."""
    if path.count(".") + path.count("[]") >= _DEEPEST:
        return
    if isinstance(answer, list):
        seen: set[str] = set()
        for item in answer[:20]:
            for found in _walk(item, f"{path}[]", "", True) if isinstance(item, dict) else ():
                if found.path not in seen:
                    seen.add(found.path)
                    yield found
    elif isinstance(answer, dict):
        for key, value in answer.items():
            if isinstance(key, str) and _KEY.fullmatch(key):
                step = key if _BARE.fullmatch(key) else f'"{key}"'
                inner = f"{path}.{step}" if path else step
                name = re.sub("[_-]", "", key).lower()
                yield _Found(parent + name if name == "id" else name, inner, value, listed)
                yield from _walk(value, inner, name, listed)


def _says(found: _Found) -> bool:
    """A text, or a list of texts or of objects with one."""
    several = found.value if isinstance(found.value, list) else [found.value]
    texts = [_text_of(item) for item in several]
    known = [text for text in texts if isinstance(text, str)]
    return any(map(str.strip, known)) and not any(isinstance(item, int | float | list) for item in several)


def _text_of(item: Json) -> Json:
    return next((item[key] for key in _TEXTS if item.get(key)), None) if isinstance(item, dict) else item


def _offers(found: _Found) -> bool:
    """A list of texts or of objects with a title; empty, where nothing is offered just now."""
    if not isinstance(found.value, list):
        return found.value is None
    return all(
        isinstance(item, str) or (isinstance(item, dict) and any(map(item.get, _TITLES))) for item in found.value
    )


def _identifies(found: _Found) -> bool:
    return isinstance(found.value, str | int) and not isinstance(found.value, bool) and not found.listed


def _ends(found: _Found) -> bool:
    return (found.value is None or isinstance(found.value, bool)) and not found.listed


def _tells(found: _Found) -> bool:
    return (found.value is None or isinstance(found.value, dict)) and not found.listed


_FITS = MappingProxyType(
    {"messages": _says, "options": _offers, "session": _identifies, "ended": _ends, "state": _tells}
)
