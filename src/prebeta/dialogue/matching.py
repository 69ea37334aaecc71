"""When two values are the same fact, and whether a text mentions a value.

`how` is one of: contains, exact, option (case, spaces and punctuation ignored), id (letters and digits only), number
(1,200 = 1200 = 1.2k), date (any common way to write a day; words such as *tomorrow* by the day of the conversation).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from prebeta.core.types import Json
from prebeta.dialogue.days import find_days

_NUMBER = re.compile(r"(?<![\w.,])[-+]?\d+(?:[.,' ]\d{3})*(?:[.,]\d+)?\s?(?:k|m|thousand|million)?(?!\w)", re.I)
_NOT_ALNUM = re.compile(r"[\W_]+")
_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")


def matches(how: str, actual: Json, wanted: Sequence[str], today: date | None = None) -> bool:
    """Whether the product's value `actual` is one of the ways to say what the user said (`wanted`)."""
    if actual is None:
        return False
    if isinstance(actual, list):
        return any(matches(how, item, wanted, today) for item in actual)
    if isinstance(actual, dict):
        return any(matches(how, item, wanted, today) for item in actual.values())
    text = str(actual)
    return any(_same(how, text, value, today) for value in wanted)


def _same(how: str, actual: str, wanted: str, today: date | None) -> bool:
    if how == "exact":
        return actual.strip() == wanted.strip()
    if how == "option":
        return _letters(actual) == _letters(wanted)
    if how == "id":
        return same_id(actual, wanted)
    if how == "number":
        given, held = _numbers(wanted), _numbers(actual)
        return bool(given) and given[0] in held[:1] if given else _plain(wanted) == _plain(actual)
    if how == "date":
        left, right = find_days(actual), find_days(wanted)
        if left and right:
            return any(one.same_as(other, today) for one in left for other in right)
        return _plain(wanted) in _plain(actual)
    return _within(wanted, actual)


def mentions(text: str, value: str, how: str = "contains", today: date | None = None) -> bool:
    """Whether a text shows this value in any form that `how` counts as the same."""
    if how == "id":
        wanted = _letters(value)
        return bool(wanted) and wanted in _letters(text)
    if how == "number":
        given = _numbers(value)
        return given[0] in (*_numbers(text), *_spelt(text)) if given else _within(value, text)
    if how == "date":
        wanted_days = find_days(value)
        if wanted_days:
            return any(one.same_as(other, today) for one in find_days(text) for other in wanted_days)
    return _within(value, text) or (how == "option" and len(_letters(value)) > 5 and _letters(value) in _letters(text))


def same_id(left: str, right: str) -> bool:
    """Letters and digits agree; a phone number may come with its country code instead of the leading zero."""
    one, other = _letters(left), _letters(right)
    if one == other:
        return bool(one)
    if left.strip().startswith(("+", "00")) and other.isdigit() and len(other) >= 7:
        return one.endswith(other.lstrip("0"))
    if right.strip().startswith(("+", "00")) and one.isdigit() and len(one) >= 7:
        return other.endswith(one.lstrip("0"))
    return False


def _letters(text: str) -> str:
    return _NOT_ALNUM.sub("", text.casefold())


@lru_cache(4_096)
def _plain(text: str) -> str:
    return _NOT_ALNUM.sub(" ", text.casefold()).strip()


def _within(value: str, text: str) -> bool:
    wanted = _plain(value)
    return bool(wanted) and f" {wanted} " in f" {_plain(text)} "


def _numbers(text: str) -> list[float]:
    found = [_number(match.group()) for match in _NUMBER.finditer(text)]
    return found or _spelt(text)


def _spelt(text: str) -> list[float]:
    return [float(_SMALL.index(word)) for word in _plain(text).split() if word in _SMALL]


def _number(written: str) -> float:
    """1,200.50 · 1.200,50 · 1 200 · 1.2k as a float; a lone separator before three digits groups thousands."""
    text = written.strip().lower().replace(" ", "").replace("'", "")
    factor = 1.0
    for word, times in (("thousand", 1e3), ("million", 1e6), ("k", 1e3), ("m", 1e6)):
        if text.endswith(word):
            text, factor = text[: -len(word)], times
            break
    last = max(text.rfind(","), text.rfind("."))
    if last >= 0:
        tail = text[last + 1 :]
        grouped = len(tail) == 3 and factor == 1.0
        head = text[:last].replace(",", "").replace(".", "")
        text = head + tail if grouped else f"{head}.{tail}"
    return float(text) * factor
