"""What the options of a product over WebSocket come to, made ready once a run: frames to send, and how to read events."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeAlias

from yarl import URL

from prebeta.core.types import Json, Option
from prebeta.targets.websocket.options import AWAIT, ReplyOptions, WebsocketOptions
from prebeta.targets.wire import http_wire, reply, template
from prebeta.targets.wire.paths import Finder, NotFollowed, finder
from prebeta.targets.wire.template import Values

_SECRET_NAME = re.compile(
    r"token|passw|secret|(?:^|[._-])key$|api_?key|auth|credential|jwt|signature|(?:^|[._-])sig$", re.IGNORECASE
)
_SECRET_LOOK = re.compile(r"(?=\D*\d)(?=[^A-Za-z]*[A-Za-z])[!-~]{16,}")
_QUIET_S = 1.0
_JUST_TOLD = ("session", "token")


class NotJson(ValueError):
    """A frame that should have held JSON."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame that is ready to be filled. `needs` are those of session and token that it speaks of."""

    render: Callable[[Values], str]
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Awaited:
    """Not a frame: an event is waited for, of which the path is true."""

    path: Finder
    expression: str


Step: TypeAlias = Frame | Awaited


@dataclass(frozen=True, slots=True)
class Arrival:
    """What one event tells. `piece` is part of a message that goes on; `typing` is None where nothing is told of it."""

    messages: tuple[str, ...] = ()
    piece: str | None = None
    options: tuple[Option, ...] = ()
    state: Json = None
    ended: bool = False
    tool_calls: tuple[Json, ...] = ()
    trace: str | None = None
    typing: bool | None = None
    turn_ends: bool = False
    size: int = 0

    @property
    def speaks(self) -> bool:
        """Whether it is (part of) an answer, and not only about one."""
        return bool(self.messages or self.options or self.ended or self.turn_ends) or self.piece is not None

    @property
    def busy(self) -> bool:
        """Whether the product is at work on this turn: what comes next may belong to it."""
        return self.speaks or bool(self.tool_calls)


@dataclass(frozen=True, slots=True)
class Reading:
    """How events are read: by those paths that a project gives. A frame without the prefix is none that says anything."""

    options: ReplyOptions
    paths: Mapping[str, Finder]
    prefix: str

    @classmethod
    def of(cls, options: ReplyOptions, prefix: str) -> Reading:
        given = {name: value for name, value in options.model_dump().items() if isinstance(value, str)}
        return cls(options, {name: finder(value, f"reply.{name}") for name, value in given.items()}, prefix)

    def find(self, name: str, event: Json) -> Json:
        """What the path of that name finds; None where the project gives none. Raises NotFollowed."""
        path = self.paths.get(name)
        return None if path is None else path(event)

    def true(self, name: str, event: Json) -> bool:
        return name in self.paths and reply.ended(self.paths[name](event))

    def events(self, frame: str) -> Iterator[Json]:
        """The events in a frame; a text that is no event stands for itself. Raises NotJson, NotFollowed."""
        if not frame.startswith(self.prefix):
            yield Control(frame)
            return
        value = self._decoded(frame.removeprefix(self.prefix))
        if "events" in self.paths:
            value = self.paths["events"](value) if not isinstance(value, str) else value
            if value is None:
                return
            yield from value if isinstance(value, list) else (value,)
        elif isinstance(value, list) and value and all(isinstance(item, Mapping) for item in value):
            yield from value
        else:
            yield value

    def _decoded(self, frame: str) -> Json:
        if not self.paths:
            return Words(frame)
        lenient = self.options.plain or "messages" not in self.paths
        try:
            value = http_wire.decode(frame.encode())
        except ValueError as error:  # also what UTF-8 can't hold
            if lenient:
                return Words(frame)
            raise NotJson("a frame isn't JSON") from error
        return value if not lenient or isinstance(value, dict | list) else Words(frame)

    def ignored(self, event: Json) -> bool:
        return not isinstance(event, Words) and self.true("ignore", event)

    def arrival(self, event: Json, size: int) -> Arrival:
        """What an event tells. Raises WrongShape, NotFollowed."""
        if isinstance(event, Words):
            return Arrival(messages=(reply.clean(event),), size=size)
        speaks = "only" not in self.paths or self.true("only", event)
        piece = self.find("pieces", event)
        typing = True if self.true("typing", event) else None
        return Arrival(
            messages=reply.messages(self.find("messages", event), "reply.messages") if speaks else (),
            piece=None if piece is None else "".join(reply.messages(piece, "reply.pieces")),
            options=reply.options(self.find("options", event), "reply.options") if speaks else (),
            state=self.find("state", event),
            ended=self.true("ended", event),
            tool_calls=reply.tool_calls(self.find("tool_calls", event)),
            trace=reply.trace(self.find("trace", event)),
            typing=False if self.true("typing_off", event) else typing,
            turn_ends=self.true("turn_ends", event),
            size=size,
        )


class Words(str):
    """A frame that is no JSON, or isn't read as such."""

    __slots__ = ()


class Control(str):
    """A frame that belongs to the protocol under the product's own."""

    __slots__ = ()


@dataclass(frozen=True, slots=True)
class Resume:
    """How to go on after the connection broke off."""

    tries: int
    url: Callable[[Values], str]
    steps: tuple[Step, ...]
    resend: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What conversations of a run share beside their wiring. `quiet_s` is infinite where only an event ends a turn,
    `unasked_s` is how long quiet must last where nothing was asked. `secrets` stand in the project's own frames."""

    options: WebsocketOptions
    shown: str
    url: Callable[[Values], str]
    opening: tuple[Step, ...]
    send: Frame
    pressed: Frame
    pongs: tuple[tuple[Finder, Frame], ...]
    reading: Reading
    resume: Resume | None
    quiet_s: float
    unasked_s: float
    names_session: bool
    secrets: tuple[str, ...] = field(repr=False)


def plan_of(options: WebsocketOptions) -> Plan:
    """Everything that can be worked out before the first conversation."""
    prefix = options.prefix
    send = _frame(options.send.frame, prefix)
    quiet_s = options.quiet_s or (_QUIET_S if options.reply.turn_ends is None else math.inf)
    opening = tuple(_step(entry, prefix) for entry in options.open)
    return Plan(
        options=options,
        shown=str(URL(options.url).with_user(None).with_query(None)),
        url=_url(options.url),
        opening=opening,
        send=send,
        pressed=send if options.send.pressed is None else _frame(options.send.pressed, prefix),
        pongs=tuple((finder(pong.when, "target.pong.when"), _frame(pong.send, prefix)) for pong in options.pong),
        reading=Reading.of(options.reply, prefix),
        resume=_resume(options, opening),
        quiet_s=quiet_s,
        unasked_s=options.quiet_s or _QUIET_S,
        names_session=options.reply.session is not None,
        secrets=tuple(sorted(_secrets(options))),
    )


def matches(path: Finder, event: Json) -> bool:
    """Whether a path is true of an event; one that can't be followed in it is not."""
    try:
        return reply.ended(path(event))
    except NotFollowed:
        return False


def secret_values(names: Mapping[str, Json]) -> Iterator[str]:
    """Texts whose names say that they are secrets."""
    for name, value in names.items():
        if isinstance(value, str) and _SECRET_NAME.search(name):
            yield value


def secrets_in(url: URL) -> Iterator[str]:
    """The password in an address, and what its query holds that is called or looks like a secret: of other words there,
    such as a language or a name, the product may speak."""
    yield url.password or ""
    yield from secret_values(url.query)
    yield from filter(_SECRET_LOOK.fullmatch, url.query.values())


def _secrets(options: WebsocketOptions) -> set[str]:
    frames = [options.open, options.send.frame, options.send.pressed, *(pong.send for pong in options.pong)]
    if options.resume is not None:
        frames.append(options.resume.open)
    found = {value for frame in frames for value in _under_secret_names(frame)}
    return {value for value in found if not template.placeholders(value)}


def _under_secret_names(part: Json) -> Iterator[str]:
    if isinstance(part, Mapping):
        yield from secret_values(part)
    for inner in part.values() if isinstance(part, Mapping) else part if isinstance(part, list) else ():
        yield from _under_secret_names(inner)


def _url(url: str) -> Callable[[Values], str]:
    return template.compile_text(url, quoted=True)


def _step(entry: Json, prefix: str) -> Step:
    if isinstance(entry, Mapping) and set(entry) == {AWAIT}:
        return Awaited(finder(entry[AWAIT], f"target.open.{AWAIT}"), entry[AWAIT])
    return _frame(entry, prefix)


def _frame(content: Json, prefix: str) -> Frame:
    needs = frozenset(_JUST_TOLD) & template.placeholders(content)
    if isinstance(content, str):
        words = template.compile_text(content)
        return Frame(lambda values: reply.clean(words(values)), needs)
    fill = template.compile_json(content)
    return Frame(lambda values: prefix + http_wire.encode(fill(values)).decode(), needs)


def _resume(options: WebsocketOptions, opening: tuple[Step, ...]) -> Resume | None:
    told = options.resume
    if told is None:
        return None
    steps = opening if told.open is None else tuple(_step(entry, options.prefix) for entry in told.open)
    return Resume(told.tries, _url(told.url or options.url), steps, told.resend)
