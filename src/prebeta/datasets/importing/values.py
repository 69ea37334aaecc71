"""Single values as files of conversations write them: times, yes and no, options, JSON inside a text."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime

from prebeta.core.types import Json, Option

_YES = frozenset(
    ("true", "yes", "y", "1", "1.0", "pass", "passed", "success", "successful", "ok", "solved", "resolved")
)
_NO = frozenset(("false", "no", "n", "0", "0.0", "fail", "failed", "failure", "unsuccessful", "unsolved", "unresolved"))
_MILLISECONDS, _MICROSECONDS = 1e11, 1e14
"""A number above these counts in smaller units than seconds since 1970."""
_DAYS = ("%d/%m/%Y %H:%M:%S", "%d/%m/%Y %H:%M", "%d.%m.%Y %H:%M:%S", "%d.%m.%Y %H:%M", "%Y/%m/%d %H:%M:%S")
_TITLES, _PAYLOADS = ("title", "label", "text", "name", "value"), ("payload", "value", "id")


def seconds_of(value: Json) -> float | None:
    """A time as seconds since 1970: a number (of seconds, milli- or microseconds) or a date and time; UTC where it
    names no zone. None where it is neither."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        return _of_text(value) if isinstance(value, str) else None
    if not math.isfinite(number) or number < 0:
        return None
    return number / (1e6 if number > _MICROSECONDS else 1e3 if number > _MILLISECONDS else 1.0)


def _of_text(text: str) -> float | None:
    found: datetime | None = None
    for read in (datetime.fromisoformat, *(_as(form) for form in _DAYS)):
        try:
            found = read(text.strip())
            break
        except ValueError:
            continue
    if found is None:
        return None
    return (found if found.tzinfo is not None else found.replace(tzinfo=UTC)).timestamp()


def _as(form: str) -> Callable[[str], datetime]:
    return lambda text: datetime.strptime(text, form)


def verdict_of(value: Json) -> bool | None:
    """Whether a label says that it went well; None where it says neither."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower() if isinstance(value, str | int | float) else ""
    return True if word in _YES else False if word in _NO else None


def document_of(text: Json) -> Json:
    """The JSON in a text; the text itself where it is none."""
    if not isinstance(text, str) or text.lstrip()[:1] not in tuple('{["'):
        return text
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return text


def options_of(value: Json) -> tuple[Option, ...]:
    """Quick replies: a list of titles or of objects, or a text of titles with | between them."""
    found = document_of(value)
    if isinstance(found, str):
        found = [part.strip() for part in found.split("|") if part.strip()]
    return tuple(_options(found)) if isinstance(found, list) else ()


def _options(found: list[Json]) -> Iterator[Option]:
    for one in found:
        if isinstance(one, Mapping):
            title = _first(one, _TITLES)
            payload = _first(one, _PAYLOADS)
            if title is not None:
                yield Option(title, None if payload == title else payload)
        elif isinstance(one, str | int | float):
            yield Option(str(one))


def _first(mapping: Mapping[str, Json], names: tuple[str, ...]) -> str | None:
    return next((str(mapping[name]) for name in names if isinstance(mapping.get(name), str | int)), None)
