"""SYSTEM_ERROR where the product's own tool fails three times running, and it went on trying without asking the user.

A failed call is nothing by itself: the user may have given a wrong number, and a product may ask again or try another way.
Only for products and logs that tell their tool calls with what came of them. Blamed: the turn of the third failure.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping

from prebeta.core.types import Json
from prebeta.judges.rules.view import Sign, View

ROW = 3
_FAILED = re.compile(r"\W*(?:error|exception|failed|failure|traceback)\b", re.I)
_FAILING = frozenset(("error", "failed", "failure", "exception"))
_RESULTS = ("result", "output")
_LONGEST = 300
_SERVER_OR_CLIENT = 400
"""HTTP status codes from here on are errors."""


def find(view: View) -> Iterator[Sign]:
    running: dict[str, list[int]] = {}
    """Tool to the turns of its failures since it last worked."""
    for exchange in view.exchanges:
        for call in exchange.reply.tool_calls:
            name = _name(call)
            if name is None or not isinstance(call, Mapping):
                continue
            what = failure(call)
            if what is None:
                running.pop(name, None)
                continue
            turns = running.setdefault(name, [])
            turns.append(exchange.index)
            last = turns[-ROW:]
            if len(last) == ROW and len(set(last)) < ROW:
                reason = f"its tool {name!r} fails {ROW} times running, and it tries on without asking the user"
                yield Sign(exchange.index, reason, what)
                return


def failure(call: Mapping[str, Json]) -> str | None:
    """What a tool call says of its failure; None where it worked, or says nothing of it."""
    if call.get("error"):
        return _text(call["error"])
    result = next((call[key] for key in _RESULTS if call.get(key) is not None), None)
    if isinstance(result, str):
        return result[:_LONGEST] if _FAILED.match(result) else None
    return _text(result) if isinstance(result, Mapping) and _says_so(result) else None


def _says_so(result: Mapping[str, Json]) -> bool:
    status = result.get("status")
    if isinstance(status, int) and not isinstance(status, bool):
        return status >= _SERVER_OR_CLIENT
    named = isinstance(status, str) and status.casefold() in _FAILING
    return bool(result.get("error") or result.get("isError")) or result.get("success") is False or named


def _name(call: Json) -> str | None:
    """The tool called, in the shapes that products tell it."""
    if not isinstance(call, Mapping):
        return None
    inner = call.get("function")
    name = inner.get("name") if isinstance(inner, Mapping) else call.get("name") or call.get("tool")
    return name if isinstance(name, str) and name else None


def _text(value: Json) -> str:
    return (value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str))[:_LONGEST]
