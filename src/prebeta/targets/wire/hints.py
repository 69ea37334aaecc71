"""What to look at when the first conversation with a product over a network fails."""

from __future__ import annotations

from prebeta.core.errors import Malformed, Refused, TargetError, Timeout, UnreachableError
from prebeta.targets.wire.line import Exchange, Wiring

_SHOWN = 200


def unreachable(error: TargetError, last: Exchange | None, wiring: Wiring) -> UnreachableError:
    """The error of the connection check for what went wrong in it."""
    if last is not None and last.status is not None and last.status >= 400:
        return UnreachableError(_of_status(last.status, last, wiring, error.raw or ""))
    if isinstance(error, Refused) and not error.infrastructure:
        return UnreachableError(f"{error.detail}; is the product started, and is target.url right?")
    if isinstance(error, Timeout) and error.raw is None:
        return UnreachableError(f"{error.detail}; is the product up? A slow one needs a higher target.timeout_s")
    if isinstance(error, Malformed) and last is not None and last.status is None:
        return UnreachableError(f"{error.detail}; is target.url right, and is it http or https?")
    return UnreachableError(f"{error.detail}{quoted(error.raw or '')}")


def is_about_the_request(error: TargetError, last: Exchange | None) -> bool:
    """Whether the project's request is at fault rather than what the product made of it."""
    status = last.status if last is not None else None
    return isinstance(error, Refused) or (status is not None and 300 <= status < 500)


def _of_status(status: int, last: Exchange, wiring: Wiring, body: str) -> str:
    request = last.call
    said = f"{wiring.shown_base} answered {status} to {request.label}"
    section = request.option.partition(".")[0]
    if section == "state":
        return f"{said}: the state can't be asked for; look at target.state{quoted(body)}"
    if status in (401, 403):
        where = "target.login" if section == "login" else "target.headers, for example Authorization"
        return f"{said}: it doesn't let us in; look at {where}"
    if status == 404:
        return f"{said}: is `{request.option}` right?{quoted(body)}"
    if status == 405:
        return f"{said}: does it want another method than `{request.option}`?{quoted(body)}"
    if status == 429:
        return f"{said}: it turns us away for now; wait, or raise its rate limit{quoted(body)}"
    if status < 500 and "." not in request.option:
        return f"{said}: is `target.{request.option}` right?{quoted(body)}"
    if status < 500:
        return f"{said}: is what `{section}.json` sends what it wants?{quoted(body)}"
    return f"{said}: the product itself failed{quoted(body)}"


def quoted(body: str) -> str:
    """The beginning of an answer, in one line."""
    line = " ".join(body.split())
    return f" (it said: {line[:_SHOWN]}{'…' if len(line) > _SHOWN else ''})" if line else ""
