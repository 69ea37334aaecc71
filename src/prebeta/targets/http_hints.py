"""What to look at when the first conversation with an HTTP product fails."""

from __future__ import annotations

import json
from collections.abc import Sequence

from jmespath.exceptions import JMESPathError

from prebeta.core.errors import Refused, TargetError, Timeout, UnreachableError
from prebeta.core.types import Json
from prebeta.targets import http_wire
from prebeta.targets.http_conversation import Exchange
from prebeta.targets.http_plan import Finder, Plan

_SHOWN = 200


def unreachable(error: TargetError, last: Exchange | None, plan: Plan) -> UnreachableError:
    """The error of the connection check for what went wrong in it."""
    if last is not None and last.status is not None and last.status >= 400:
        return UnreachableError(_of_status(last.status, last, plan, error.raw or ""))
    if isinstance(error, Refused) and not error.infrastructure:
        return UnreachableError(f"{error.detail}; is the product started, and is target.url right?")
    if isinstance(error, Timeout):
        return UnreachableError(f"{error.detail}; is the product up? A slow one needs a higher target.timeout_s")
    return UnreachableError(f"{error.detail}{_quoted(error.raw or '')}")


def is_about_the_request(error: TargetError, last: Exchange | None) -> bool:
    """Whether the project's request is at fault rather than what the product made of it."""
    status = last.status if last is not None else None
    return isinstance(error, Refused) or (status is not None and 400 <= status < 500)


def unheard(heard: Sequence[Exchange], plan: Plan) -> str | None:
    """Which paths found nothing in the answers of a product that said nothing; None if it really said nothing.

    A path that finds an empty list found something: saying nothing is then the product's own doing.
    """
    answers = [http_wire.decode(one.body) for one in heard if one.body.strip()]
    if not answers:
        return None
    missing = [
        (name, expression)
        for name, expression, path in plan.reply.each()
        if all(_nothing(path, answer) for answer in answers)
    ]
    names = {name for name, _ in missing}
    if "messages" not in names or ("options" not in names and plan.reply.quick_replies is not None):
        return None
    told = ", ".join(f"reply.{name}: {expression!r}" for name, expression in missing)
    keys = answers[-1]
    there = f"; keys there: {', '.join(map(str, keys))[:_SHOWN]}" if isinstance(keys, dict) and keys else ""
    return f"{told} found nothing in the product's answer{_quoted(json.dumps(keys, ensure_ascii=False))}{there}"


def _of_status(status: int, last: Exchange, plan: Plan, body: str) -> str:
    request = last.request
    said = f"{plan.shown_base} answered {status} to {request.label}"
    section = request.option.partition(".")[0]
    if status in (401, 403):
        return f"{said}: it doesn't let us in; look at target.headers, for example Authorization"
    if status == 404:
        return f"{said}: is `{request.option}` right?{_quoted(body)}"
    if status == 405:
        return f"{said}: does it want another method than `{request.option}`?{_quoted(body)}"
    if status == 429:
        return f"{said}: it turns us away for now; wait, or raise its rate limit{_quoted(body)}"
    if status < 500:
        return f"{said}: is what `{section}.json` sends what it wants?{_quoted(body)}"
    return f"{said}: the product itself failed{_quoted(body)}"


def _nothing(path: Finder, answer: Json) -> bool:
    try:
        return path(answer) is None
    except JMESPathError:
        return True


def _quoted(body: str) -> str:
    """The beginning of an answer, in one line."""
    line = " ".join(body.split())
    return f" (it said: {line[:_SHOWN]}{'…' if len(line) > _SHOWN else ''})" if line else ""
