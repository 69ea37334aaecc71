"""What the options of an HTTP product come to, made ready once a run: requests, header templates, paths."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

import jmespath
from yarl import URL

from prebeta.core.types import Json
from prebeta.targets import http_wire, template
from prebeta.targets.http_options import HttpOptions, ReplyOptions, SendOptions, StartOptions, method_and_path
from prebeta.targets.line import joined
from prebeta.targets.template import Values

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


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


Finder = Callable[[Json], Json]
"""A path made ready: what it finds in an answer, None where nothing. Raises JMESPathError."""


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
class Plan:
    """What conversations of a run share beside their wiring. `names_session`: the product makes the session's id, so we
    send none first."""

    start: Request | None
    send: Request
    press_payload: bool
    reply: ReplyPaths
    names_session: bool


def plan_of(options: HttpOptions) -> Plan:
    """Everything that can be worked out before the first conversation."""
    start = _request("start", options.start, options) if options.start is not None else None
    send = _request("send", options.send, options)
    # Where the path of the very first request needs an id, only we can make it.
    first_needs = start.needs_session if start is not None else _in_path(options.send)
    return Plan(
        start=start,
        send=send,
        press_payload=options.send.press == "payload",
        reply=_reply_paths(options.reply),
        names_session=options.reply.session is not None and not first_needs,
    )


def _in_path(request: StartOptions | SendOptions) -> bool:
    return "session" in template.placeholders(method_and_path(request)[1])


def _request(name: str, request: StartOptions | SendOptions, options: HttpOptions) -> Request:
    method, path = method_and_path(request)
    in_path = template.placeholders(path)
    used = in_path | template.placeholders([request.body, request.form])
    body, content_type = _body(request)
    return Request(
        option=f"{name}.{method}",
        label=f"{method.upper()} {path}",
        method=method.upper(),
        url=template.compile_text(joined(str(URL(options.url)), path), quoted=True),
        body=body,
        content_type=content_type,
        fixed_url=not in_path & {"text", "payload"},
        needs_session="session" in used,
    )


def _body(request: StartOptions | SendOptions) -> tuple[Callable[[Values], bytes] | None, str | None]:
    if request.form is not None:
        form = template.compile_json(request.form)
        return (lambda values: http_wire.encode_form(form(values))), "application/x-www-form-urlencoded"
    if request.body is not None:
        content = template.compile_json(request.body)
        return (lambda values: http_wire.encode(content(values))), "application/json"
    return None, None


def _reply_paths(options: ReplyOptions) -> ReplyPaths:
    def compiled(expression: str | None) -> Finder | None:
        return None if expression is None else _finder(expression)

    return ReplyPaths(
        options=options,
        messages=_finder(options.messages),
        session=compiled(options.session),
        quick_replies=compiled(options.options),
        ended=compiled(options.ended),
        state=compiled(options.state),
        trace=compiled(options.trace),
        tool_calls=compiled(options.tool_calls),
    )


def _finder(expression: str) -> Finder:
    """A path as a function. One that is a single name, as most are, needs no interpreter."""
    if not _PLAIN_NAME.fullmatch(expression):
        search: Finder = jmespath.compile(expression).search
        return search
    return lambda answer: answer.get(expression) if isinstance(answer, dict) else None


def found(path: Finder | None, answer: Json) -> Json:
    """What a path finds; None where the project gives none. Raises JMESPathError."""
    return None if path is None else path(answer)
