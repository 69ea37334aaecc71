"""Days as people and products write them: 14 May, May 14th, third of May, 2026-05-14, 14.5., Monday, tomorrow."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from types import MappingProxyType

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = (
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
)  # fmt: skip
_MONTH = r"(?P<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|" \
    r"oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"  # fmt: skip
_DAY = r"(?P<day>[0-3]?\d)(?:st|nd|rd|th|\.)?"
_YEAR = r"(?:,?\s+(?P<year>\d{4}))?"
_PATTERNS = (
    re.compile(r"(?<!\d)(?P<year>\d{4})-(?P<month>\d{1,2})-(?P<day>\d{1,2})(?!\d)"),
    re.compile(rf"\b{_DAY}\s+(?:of\s+)?{_MONTH}\b{_YEAR}", re.I),
    re.compile(rf"\b{_MONTH}\s+(?:the\s+)?{_DAY}\b(?!:){_YEAR}", re.I),
)
_ORDINALS = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
    "eighteenth",
    "nineteenth",
    "twentieth",
)
_SPELT_DAYS: MappingProxyType[str, int] = MappingProxyType(
    {
        **{word: index for index, word in enumerate(_ORDINALS, 1)},
        **{f"twenty {word}": 20 + index for index, word in enumerate(_ORDINALS[:9], 1)},
        **{"thirtieth": 30, "thirty first": 31},
    }
)
_SPELT = re.compile(
    rf"\b(?P<day>(?:twenty[ -]|thirty[ -])?(?:{'|'.join(_ORDINALS)}|thirtieth))\s+(?:day\s+)?of\s+{_MONTH}\b{_YEAR}",
    re.I,
)
_SLASHED = re.compile(r"(?<![\d/.])(\d{1,2})([./])(\d{1,2})(?:\2(\d{4}|\d{2}))?(?![\d/]|\.\d)")
_WEEKDAY = re.compile(r"\b(mon|tues?|wed(?:nes)?|thu(?:rs?)?|fri|sat(?:ur)?|sun)(?:day)?s?\b", re.I)
_RELATIVE = re.compile(r"\b(the day after tomorrow|day after tomorrow|today|tonight|tomorrow)\b", re.I)
_OFFSET = MappingProxyType(
    {"today": 0, "tonight": 0, "tomorrow": 1, "day after tomorrow": 2, "the day after tomorrow": 2}
)


@dataclass(frozen=True, slots=True)
class Day:
    """A day as far as the text tells it: day and month, perhaps the year; or a weekday; or days from now."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    weekday: int | None = None
    offset: int | None = None
    swapped: bool = False

    def same_as(self, other: Day, today: date | None = None) -> bool:
        """Whether both can mean the same day. Without `today` a relative day equals only the same words."""
        if self.day is not None and other.day is not None:
            years = self.year is None or other.year is None or self.year % 100 == other.year % 100
            pairs = {(self.day, self.month), (self.month, self.day) if self.swapped else (self.day, self.month)}
            others = {(other.day, other.month), (other.month, other.day) if other.swapped else (other.day, other.month)}
            return years and bool(pairs & others)
        if self.weekday is not None and other.weekday is not None:
            return self.weekday == other.weekday
        if self.offset is not None and other.offset is not None:
            return self.offset == other.offset
        return self._against_calendar(other, today) or other._against_calendar(self, today)

    def _against_calendar(self, other: Day, today: date | None) -> bool:
        """A weekday or relative day against a calendar day, or a relative day against a weekday.

        Zones differ, so the product's *today* may be a day beside ours.
        """
        if self.offset is not None and today is not None:
            meant = [today + timedelta(days=self.offset + slack) for slack in (-1, 0, 1)]
            if other.weekday is not None:
                return any(day.weekday() == other.weekday for day in meant)
            return any((day.day, day.month) == (other.day, other.month) for day in meant)
        if self.weekday is not None and other.day is not None and other.month is not None:
            year = other.year or (today.year if today else None)
            written = _calendar(year, other.month, other.day)
            return written is not None and written.weekday() == self.weekday
        return False


def find_days(text: str) -> list[Day]:
    """All days a text names, in no particular order."""
    return list(_days(text))


@lru_cache(4_096)
def _days(text: str) -> tuple[Day, ...]:
    found = []
    for pattern in _PATTERNS:
        for match in pattern.finditer(text):
            groups = match.groupdict()
            year = int(groups["year"]) if groups.get("year") else None
            found.append(_valid(int(groups["day"]), _month(groups["month"]), year))
    for match in _SPELT.finditer(text) if " of " in text else ():
        year = int(match["year"]) if match["year"] else None
        spelt = _SPELT_DAYS.get(match["day"].lower().replace("-", " "), 0)
        found.append(_valid(spelt, _month(match["month"]), year))
    if not found:
        for match in _SLASHED.finditer(text):
            day, month, year = int(match[1]), int(match[3]), int(match[4]) if match[4] else None
            found.append(_valid(day, month, year, swapped=match[2] == "/") or _valid(month, day, year))
    days = [day for day in found if day is not None]
    if not days:
        days = [Day(weekday=_weekday(match[1])) for match in _WEEKDAY.finditer(text)]
        days += [Day(offset=_OFFSET[match[1].lower()]) for match in _RELATIVE.finditer(text)]
    return tuple(days)


def ways_to_write(value: str) -> list[str]:
    """Other ways a person writes the same day, for one that names day and month; else none."""
    days = [day for day in find_days(value) if day.day is not None and day.month is not None]
    if not days:
        return []
    day, month = days[0].day or 1, _MONTHS[(days[0].month or 1) - 1].capitalize()
    year = f" {days[0].year}" if days[0].year else ""
    ordinal = f"{day}{_ordinal(day)}"
    ways = [f"{ordinal} of {month}{year}", f"{month} {day}{year and ','}{year}", f"{day} {month[:3]}{year}",
            f"{month} {ordinal}{year and ','}{year}", f"{ordinal} {month}{year}"]  # fmt: skip
    return [way for way in ways if way.lower() != value.lower()]


def _ordinal(day: int) -> str:
    return "th" if 10 <= day % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(day % 10, "th")


def _month(text: str) -> int:
    if text.isdigit():
        return int(text)
    return next(index for index, name in enumerate(_MONTHS, 1) if name.startswith(text[:3].lower()))


def _weekday(text: str) -> int:
    return next(index for index, name in enumerate(_WEEKDAYS) if name.startswith(text[:3].lower()))


def _valid(day: int, month: int, year: int | None, *, swapped: bool = False) -> Day | None:
    if not (1 <= day <= 31 and 1 <= month <= 12):
        return None
    return Day(day=day, month=month, year=year, swapped=swapped)


def _calendar(year: int | None, month: int, day: int) -> date | None:
    if year is None:
        return None
    try:
        return date(year if year > 99 else 2000 + year, month, day)
    except ValueError:
        return None
