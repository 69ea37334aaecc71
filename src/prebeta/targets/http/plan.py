"""What the options of an HTTP product come to, made ready once a run: requests, header templates, paths."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from yarl import URL

from prebeta.config.interpolation import credential_name
from prebeta.core.types import Json
from prebeta.targets.http.options import HttpOptions, ReplyOptions
from prebeta.targets.http.sections import (
    HistoryOptions,
    KeepOptions,
    MessageOptions,
    OpeningOptions,
    PollOptions,
    RequestOptions,
    StateOptions,
)
from prebeta.targets.wire import http_wire, template
from prebeta.targets.wire.line import joined
from prebeta.targets.wire.paths import Finder, finder, finder_or_none
from prebeta.targets.wire.template import Values

_CURSOR_PARAMETER = re.compile(r"(?<=[?&])[^?&=]*=\{cursor\}(?:&|$)")


@dataclass(frozen=True, slots=True)
class Keeper:
    """A value to keep from an answer. `find` is None where a header or a cookie holds it."""

    name: str
    told: KeepOptions
    find: Finder | None

    @property
    def place(self) -> str:
        """Where it is looked for, as the project says it."""
        if self.told.path is not None:
            return repr(self.told.path)
        return f"the header {self.told.header}" if self.told.header is not None else f"the cookie {self.told.cookie}"


@dataclass(frozen=True, slots=True)
class Request:
    """One kind of request. `option` names it as the project does ("send.post"), `label` as people do ("POST /chats").

    `content_type` is None where there is no body.
    `fixed_url`: the path holds nothing that changes within a conversation but the session.
    """

    option: str
    label: str
    method: str
    url: Callable[[Values], str]
    body: Callable[[Values], bytes] | None
    content_type: str | None
    fixed_url: bool
    needs_session: bool
    keepers: tuple[Keeper, ...] = ()
    uses_kept: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplyPaths:
    """Compiled JMESPaths with the expressions they come from; all but `messages` may be left out of a project."""

    options: ReplyOptions
    messages: Finder
    session: Finder | None
    quick_replies: Finder | None
    ended: Finder | None
    state: Finder | None
    trace: Finder | None
    tool_calls: Finder | None

    def each(self) -> tuple[tuple[str, str, Finder], ...]:
        """(name, expression, path) of those the project gives."""
        named = (
            ("messages", self.messages),
            ("options", self.quick_replies),
            ("session", self.session),
            ("ended", self.ended),
            ("state", self.state),
            ("trace", self.trace),
            ("tool_calls", self.tool_calls),
        )
        return tuple((name, getattr(self.options, name), path) for name, path in named if path is not None)


@dataclass(frozen=True, slots=True)
class Polling:
    """How late answers are fetched. `first_request` is without {cursor}, for when none is known."""

    told: PollOptions
    request: Request
    first_request: Request
    until: Finder | None
    message_id: Finder | None
    cursor: Finder | None


@dataclass(frozen=True, slots=True)
class StateRequest:
    """How the state is asked for over HTTP. `headers` are None where the target's own go with it."""

    request: Request
    path: Finder | None
    headers: Mapping[str, Callable[[Values], str]]
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class Plan:
    """What conversations of a run share beside their wiring. `names_session`: the product makes the session's id, so we
    send none first. `history`: how it is written, None where it isn't sent; `history_with_last`: it ends with what is being
    sent. `secrets`: templates in requests of what must not show."""

    login: Request | None
    start: Request | None
    send: Request
    polling: Polling | None
    state: StateRequest | None
    press_payload: bool
    reply: ReplyPaths
    names_session: bool
    history: HistoryOptions | None
    history_with_last: bool
    secrets: tuple[Callable[[Values], str], ...]


def plan_of(options: HttpOptions) -> Plan:
    """Everything that can be worked out before the first conversation."""
    start = _request("start", options.start, options) if options.start is not None else None
    send = _request("send", options.send, options)
    # Where the path of the very first request needs an id, only we can make it.
    first_needs = start.needs_session if start is not None else _in_path(options.send)
    sent = options.send.asks_for()
    last = options.history.last
    return Plan(
        login=_request("login", options.login, options) if options.login is not None else None,
        start=start,
        send=send,
        polling=_polling(options.poll, options) if options.poll is not None else None,
        state=_state(options.state, options) if options.state is not None and options.state.get is not None else None,
        press_payload=options.send.press == "payload",
        reply=_reply_paths(options.reply),
        names_session=options.reply.session is not None and not first_needs,
        history=options.history if "history" in sent else None,
        history_with_last=not sent & {"text", "payload"} if last is None else last,
        secrets=tuple(template.compile_text(text) for text in dict.fromkeys(_secrets(options))),
    )


def _in_path(request: RequestOptions) -> bool:
    return "session" in template.placeholders(request.path)


def _request(name: str, request: RequestOptions, options: HttpOptions, path: str | None = None) -> Request:
    path = request.path if path is None else path
    in_path = template.placeholders(path)
    used = in_path | template.placeholders([request.body, request.form])
    body, content_type = body_of(request)
    kept = set(options.kept_names())
    in_headers = template.placeholders(list(options.headers.values()))
    return Request(
        option=f"{name}.{request.method}",
        label=f"{request.method.upper()} {request.path}",
        method=request.method.upper(),
        url=template.compile_text(joined(str(URL(options.url)), path), quoted=True),
        body=body,
        content_type=content_type,
        fixed_url=all(one in ("session", "id", "seed") or one.startswith("account.") for one in in_path),
        needs_session="session" in used,
        keepers=tuple(_keepers(request)),
        uses_kept=tuple(sorted(kept & (used | in_headers))),
    )


def _keepers(request: RequestOptions) -> Iterator[Keeper]:
    if isinstance(request, OpeningOptions | MessageOptions):
        for name, told in request.keep.items():
            yield Keeper(name, told, finder_or_none(told.path, f"keep.{name}"))


def body_of(request: RequestOptions) -> tuple[Callable[[Values], bytes] | None, str | None]:
    """What makes a request's body, and its content type; None where it has none."""
    if request.form is not None:
        form = template.compile_json(request.form)
        return (lambda values: http_wire.encode_form(form(values))), "application/x-www-form-urlencoded"
    if request.body is not None:
        content = template.compile_json(request.body)
        return (lambda values: http_wire.encode(content(values))), "application/json"
    return None, None


def _polling(told: PollOptions, options: HttpOptions) -> Polling:
    request = _request("poll", told, options)
    bare = _CURSOR_PARAMETER.sub("", told.path).rstrip("&?")
    return Polling(
        told=told,
        request=request,
        first_request=request if told.first is not None else _request("poll", told, options, bare),
        until=finder_or_none(told.until, "target.poll.until"),
        message_id=finder_or_none(told.message_id, "target.poll.message_id"),
        cursor=finder_or_none(told.cursor, "target.poll.cursor"),
    )


def _state(told: StateOptions, options: HttpOptions) -> StateRequest:
    asked = OpeningOptions(get=told.get)
    address = URL(joined(options.url, told.get or ""))
    return StateRequest(
        request=_request("state", asked, options),
        path=finder_or_none(told.path, "target.state.path"),
        headers={name: template.compile_text(value) for name, value in told.headers.items()},
        elsewhere=address.origin() != URL(options.url).origin(),
    )


def _reply_paths(options: ReplyOptions) -> ReplyPaths:
    return ReplyPaths(
        options=options,
        messages=finder(options.messages, "reply.messages"),
        session=finder_or_none(options.session, "reply.session"),
        quick_replies=finder_or_none(options.options, "reply.options"),
        ended=finder_or_none(options.ended, "reply.ended"),
        state=finder_or_none(options.state, "reply.state"),
        trace=finder_or_none(options.trace, "reply.trace"),
        tool_calls=finder_or_none(options.tool_calls, "reply.tool_calls"),
    )


def _secrets(options: HttpOptions) -> Iterator[str]:
    """Texts of requests that stand where credentials do, and in which nothing is filled that only comes later."""
    for section in (options.login, options.start, options.send, options.poll):
        if section is not None:
            yield from _credentials((section.body, section.form))
            yield from _credentials(dict(parse_qsl(urlsplit(section.path).query)))
    if options.state is not None:
        yield from (value for value in options.state.headers.values() if _known_early(value))
        yield from _credentials(dict(parse_qsl(urlsplit(options.state.get or "").query)))


def _credentials(value: Json, key: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _credentials(inner, str(name))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _credentials(inner, key)
    elif isinstance(value, str | int) and not isinstance(value, bool) and credential_name((key,)) is not None:
        text = str(value)
        if _known_early(text):
            yield text


def _known_early(text: str) -> bool:
    return all(one in ("id", "seed") or one.startswith("account.") for one in template.placeholders(text))
