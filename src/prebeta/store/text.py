"""Texts as any database takes them, and values as JSON text."""

from __future__ import annotations

import json
import math
import re
from typing import Any

from sqlalchemy import Dialect, String, Text
from sqlalchemy.types import TypeDecorator

from prebeta.core.types import Json

try:
    import orjson
except ImportError:  # the extra `fast` isn't there: json writes the same documents, six times slower
    orjson = None  # type: ignore[assignment]

_UNFIT = re.compile("[\0\ud800-\udfff]")
_PLAIN = frozenset({str, int, bool, type(None)})
_encoder = json.JSONEncoder(separators=(",", ":"), default=repr)


def label(text: Any) -> Any:
    """A text fit for a column of any database: NUL and lone surrogates become U+FFFD. What isn't a text stays."""
    if not isinstance(text, str) or (text.isascii() and "\0" not in text):
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return _UNFIT.sub("\ufffd", text)
    return text.replace("\0", "\ufffd")


class Name(TypeDecorator[str]):
    """A short text of any origin: what no database takes is replaced whenever it is written or looked for."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        fit: str | None = label(value)
        return fit


class Words(TypeDecorator[str]):
    """A text of any origin and length: what no database takes is replaced whenever it is written or looked for."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        fit: str | None = label(value)
        return fit


def dumps(value: Json) -> str:
    """JSON text of anything, in ASCII. What JSON doesn't know (a date, an object) is written as its repr."""
    try:
        return _encoder.encode(value)
    except (TypeError, ValueError, RecursionError):
        return _encoder.encode(_plain(value, depth=0))


def dumps_own(value: Json) -> str:
    """JSON text of what is made of dicts with text keys, lists, tuples, texts and finite numbers: the same document as
    `dumps`, quicker. NUL and lone surrogates are escaped in both."""
    if orjson is not None:
        try:
            return orjson.dumps(value).decode()
        except TypeError:  # a lone surrogate, or a number of more than 64 bits
            pass
    return dumps(value)


def exact(value: Json) -> bool:
    """Whether any JSON writer writes this value alike: nothing in it is infinite or of a type JSON doesn't know."""
    try:
        return _exact(value)
    except RecursionError:
        return False


def loads(text: str) -> Json:
    return json.loads(text)


def _exact(value: Json) -> bool:
    kind = type(value)
    if kind in _PLAIN:
        return True
    if kind is float:
        return math.isfinite(value)
    if kind is dict:
        value = value.values()
    elif kind is not list and kind is not tuple:
        return False
    return _PLAIN.issuperset(map(type, value)) or all(map(_exact, value))


def _plain(value: Json, depth: int) -> Json:
    """A copy that JSON can hold, of a value with rings, odd keys or a great depth."""
    if depth > 50:
        return repr(type(value))
    if isinstance(value, dict):
        return {str(key): _plain(inner, depth + 1) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner, depth + 1) for inner in value]
    return value if value is None or isinstance(value, str | int | float | bool) else repr(value)
