"""What the options of a product that streams come to, made ready once a run."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from yarl import URL

from prebeta.targets.http.plan import body_of
from prebeta.targets.http.sections import HistoryOptions, RequestOptions
from prebeta.targets.sse.options import SseOptions
from prebeta.targets.sse.rules import Rules, rules_of
from prebeta.targets.wire import template
from prebeta.targets.wire.line import joined
from prebeta.targets.wire.template import Values


@dataclass(frozen=True, slots=True)
class Request:
    """One kind of request. `option` names it as the project does ("send.post"), `label` as people do ("POST /chat").
    `content_type` is None where there is no body."""

    option: str
    label: str
    method: str
    url: Callable[[Values], str]
    body: Callable[[Values], bytes] | None
    content_type: str | None
    asks_for: frozenset[str]


@dataclass(frozen=True, slots=True)
class Plan:
    """What conversations of a run share beside their wiring. `names_session`: the product makes the session's id, so we
    send none first. `remembers`: the requests tell the history, which ends with what is sent where `history_last`."""

    start: Request | None
    send: Request
    press_payload: bool
    rules: Rules
    names_session: bool
    history: HistoryOptions
    remembers: bool
    history_last: bool


def plan_of(options: SseOptions) -> Plan:
    """Everything that can be worked out before the first conversation."""
    start = None if options.start is None else _request("start", options.start, options.url)
    send = _request("send", options.send, options.url)
    first = options.start or options.send
    # Where the path of the very first request needs an id, only we can make it.
    first_needs = "session" in (start.asks_for if start is not None else template.placeholders(first.path))
    last = options.history.last
    return Plan(
        start=start,
        send=send,
        press_payload=options.send.press == "payload",
        rules=rules_of(options.stream),
        names_session=options.stream.session is not None and not first_needs,
        history=options.history,
        remembers="history" in send.asks_for,
        history_last=not send.asks_for & {"text", "payload"} if last is None else last,
    )


def _request(name: str, options: RequestOptions, base: str) -> Request:
    body, content_type = body_of(options)
    return Request(
        option=f"{name}.{options.method}",
        label=f"{options.method.upper()} {options.path}",
        method=options.method.upper(),
        url=template.compile_text(joined(str(URL(base)), options.path), quoted=True),
        body=body,
        content_type=content_type,
        asks_for=options.asks_for(),
    )
