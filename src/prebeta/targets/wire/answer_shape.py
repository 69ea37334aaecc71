"""What the parts of a product's answer are called: guessed from the keys that such products commonly use, then by what
stands there. Nothing of what the product says is kept but its keys."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from prebeta.core.types import Json

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
            *("body", "speech", "say", "says"),
        ),
        "options": (
            *("options", "suggestions", "quickreplies", "buttons", "choices", "chips", "replyoptions", "actions"),
            *("suggestedactions", "chips", "suggestionchips", "quickactions"),
        ),
        "session": (
            *("session", "sessionid", "conversation", "conversationid", "thread", "threadid", "chat", "chatid"),
            *("dialogid", "dialogueid", "id"),
        ),
        "ended": (
            *("ended", "done", "finished", "over", "isover", "end", "closed", "completed", "isfinal", "final"),
            *("endconversation", "endofconversation", "conversationended", "isdone", "isended", "isfinished"),
        ),
        "state": ("state", "slots", "context", "booking", "order", "memory", "appointment", "reservation", "cart"),
    }
)


@dataclass(frozen=True, slots=True)
class Guess:
    """What the answers of a product over HTTP look like.

    `said` is the key under which it took the user's words; `session` the one under which it took its id back, if it
    did. `reply` maps the names under target.reply to JMESPaths; `by_value` are those of them that were found by the
    value there, the key's name being unknown.
    """

    said: str
    session: str | None
    reply: Mapping[str, str]
    by_value: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Found:
    """A value of an answer: its key without case and dashes, its JMESPath, and whether it lies in a list."""

    key: str
    path: str
    value: Json
    listed: bool


def step(key: str) -> str:
    """A key as JMESPath takes it."""
    return key if _BARE.fullmatch(key) else json.dumps(key)


def value_at(answer: Json, path: str | None) -> Json:
    """What stands at one of the paths of a guess; None where nothing does."""
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


def session_in(answer: Json) -> str | None:
    """The path to an id of the conversation in an answer in which nobody says anything."""
    rank = {key: place for place, key in enumerate(_NAMES["session"])}
    named = [one for one in _walk(answer) if one.key in rank and _identifies(one) and one.value not in (None, "")]
    best = min(named, key=lambda one: (one.key == "id", one.path.count("."), rank[one.key]), default=None)
    return None if best is None else best.path


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
                inner = f"{path}.{step(key)}" if path else step(key)
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
