"""What the events of an unknown product tell by their keys and names: where its words are, what says that it is typing,
what ends its turn."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from prebeta.core.types import Json
from prebeta.targets.wire.answer_shape import guessed, session_in, value_at
from prebeta.targets.wire.greeting import GREETING

_NAMES = ("type", "event", "kind", "action")
_WHO = ("from", "sender", "role", "author")
_OURS = re.compile(r"user|you|me|human|client|customer", re.IGNORECASE)
_TYPING = re.compile(r"typing|composing|thinking", re.IGNORECASE)
_STOPS = re.compile(r"(?:off|stop\w*|end\w*|false)$", re.IGNORECASE)
_PIECE = re.compile(r"token|delta|chunk|stream|partial", re.IGNORECASE)
_ENDS = re.compile(r"(?:done|end|ended|complete|completed|finish|finished|final)$", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Events:
    """`reply` is what stands under target.reply; `said_key` the key of its words, `name_key` that under which
    the events that hold them tell their name; empty where they don't."""

    reply: Mapping[str, str]
    said_key: str
    name_key: str = ""


@dataclass(frozen=True, slots=True)
class _Spoken:
    """An event in which somebody says something."""

    event: Mapping[str, Json]
    reply: Mapping[str, str]

    @property
    def text(self) -> str:
        found = value_at(self.event, self.reply["messages"])
        return found if isinstance(found, str) else ""


def name_of(event: Mapping[str, Json]) -> tuple[str, str]:
    """The key under which an event tells its name, and that; empty where it doesn't."""
    key = next((one for one in _NAMES if isinstance(event.get(one), str)), "")
    return key, str(event.get(key, ""))


def read_events(events: Sequence[Json], answer: Sequence[Json] = ()) -> Events | None:
    """What to make of these events, of which `answer` came after a greeting. None where nobody says anything in JSON."""
    objects = [event for event in events if isinstance(event, Mapping)]
    spoken = [one for one in map(_spoken, objects) if one is not None]
    ours = next((told for one in spoken if one.text == GREETING and (told := _ours(one.event))), None)
    theirs = [one for one in spoken if ours is None or _ours(one.event) != ours]
    if not theirs or (answer and not any(one.event in answer for one in theirs)):
        return None
    reply: dict[str, str] = {}
    for one in theirs:
        reply = {**one.reply, **reply}
    words = reply["messages"]
    reply = _of_the_words(theirs, objects, words) | {key: reply[key] for key in ("options", "state") if key in reply}
    reply |= {"ignore": ours} if ours is not None else {}
    reply |= _of_the_session(objects)
    reply |= _of_typing(objects)
    reply |= _of_the_end(answer, theirs)
    return Events(reply, words.rpartition(".")[2], name_of(theirs[0].event)[0])


def _spoken(event: Mapping[str, Json]) -> _Spoken | None:
    found = guessed("text", event)
    if found is None or "messages" in found.by_value or not value_at(event, found.reply["messages"]):
        return None
    return None if _TYPING.search(name_of(event)[1]) else _Spoken(event, found.reply)


def _is(key: str, name: str) -> str:
    """The JMESPath that is true of events of that name."""
    return f"{key} == '{name}'"


def _ours(event: Mapping[str, Json]) -> str | None:
    """The path that tells that an event holds the user's own words, if it does."""
    key = next((one for one in _WHO if isinstance(event.get(one), str)), None)
    return _is(_quoted(key), event[key]) if key is not None and _OURS.fullmatch(event[key]) else None


def _quoted(key: str) -> str:
    return key if key.isidentifier() else f'"{key}"'


def _of_the_session(objects: Sequence[Mapping[str, Json]]) -> Iterator[tuple[str, str]]:
    for event in objects:
        path = session_in(event)
        if path is not None and path.rpartition(".")[2].lower() != "id":  # that of a message, more likely
            yield "session", path
            return


def _of_the_words(theirs: Sequence[_Spoken], objects: Sequence[Mapping[str, Json]], path: str) -> dict[str, str]:
    """Where words are; which events hold them, where not all that have the key do; where they come in pieces."""
    names = {name_of(one.event) for one in theirs}
    pieces = {name for name in names if _PIECE.search(name[1])}
    whole = sorted(names - pieces)
    if pieces and not whole:
        return {"pieces": f"{_is(*min(pieces))} && {path} || null"}
    others = len({name_of(event) for event in objects}) > 1
    only = {"only": _is(*whole[0])} if len(whole) == 1 and whole[0][0] and others else {}
    return {"messages": path, **only}


def _of_typing(objects: Sequence[Mapping[str, Json]]) -> Iterator[tuple[str, str]]:
    for event in objects:
        key, name = name_of(event)
        if _TYPING.search(name):
            switch = next((_quoted(one) for one, value in event.items() if isinstance(value, bool)), None)
            if switch is not None:
                yield "typing", f"{_is(key, name)} && {switch}"
                yield "typing_off", f"{_is(key, name)} && !{switch}"
            else:
                yield ("typing_off" if _STOPS.search(name) else "typing"), _is(key, name)
        elif event.get("typing") is True:
            yield "typing", "typing"


def _of_the_end(answer: Sequence[Json], theirs: Sequence[_Spoken]) -> Iterator[tuple[str, str]]:
    """The event that came last, where its name says that this is so and nobody speaks in it."""
    last = answer[-1] if answer else None
    if isinstance(last, Mapping) and all(one.event is not last for one in theirs):
        key, name = name_of(last)
        if _ENDS.search(name) and not _TYPING.search(name):
            yield "turn_ends", _is(key, name)
