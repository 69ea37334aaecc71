"""Why a product over HTTP may seem to say nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence

from prebeta.core.types import Json
from prebeta.targets.http.plan import Plan
from prebeta.targets.wire import http_wire
from prebeta.targets.wire.hints import quoted
from prebeta.targets.wire.line import Exchange
from prebeta.targets.wire.paths import finds_nothing

_SHOWN = 200


def unheard(heard: Sequence[Exchange], plan: Plan) -> str | None:
    """Which paths found nothing in the answers of a product that said nothing; None if it really said nothing.

    A path that finds an empty list found something: saying nothing is then the product's own doing.
    """
    answers = [answer for one in heard if (answer := _document(one.body)) is not None]
    if not answers:
        return None
    missing = [
        (name, expression)
        for name, expression, path in plan.reply.each()
        if all(finds_nothing(path, answer) for answer in answers)
    ]
    names = {name for name, _ in missing}
    if "messages" not in names or ("options" not in names and plan.reply.quick_replies is not None):
        return None
    told = ", ".join(f"reply.{name}: {expression!r}" for name, expression in missing)
    keys = answers[-1]
    there = f"; keys there: {', '.join(map(str, keys))[:_SHOWN]}" if isinstance(keys, dict) and keys else ""
    return f"{told} found nothing in the product's answer{quoted(json.dumps(keys, ensure_ascii=False))}{there}"


def _document(body: bytes) -> Json:
    """The JSON of an answer; None where there is none, as in one that says "accepted"."""
    try:
        return http_wire.decode(body)
    except ValueError:
        return None
