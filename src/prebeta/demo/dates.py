"""Start dates as people write them, kept in one form: 14 May, Monday, next month, in 2 weeks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from prebeta.demo.found import Found

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_NUMBERS: Mapping[str, int] = MappingProxyType(
    {"a": 1, "an": 1, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "couple of": 2, "a couple of": 2}
)
_LENGTHS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?"
    r"|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_MONEY = r"(?!\d|[.,]\d|\s*(?:k\b|m\b|mio|mil|thousand|grand|%|percent|€|eur))"
_CALENDAR = re.compile(
    rf"\b(?P<iy>20\d\d)[-/.](?P<im>\d{{1,2}})[-/.](?P<id>\d{{1,2}})\b"
    rf"|\b(?P<d>\d{{1,2}})(?:\s?(?:st|nd|rd|th)|\.)?\s*(?:of\s+)?(?P<m>{_MONTH})\b\.?(?:,?\s+(?P<y>20\d\d)\b)?"
    rf"|\b(?P<m2>{_MONTH})\b\.?\s+(?:the\s+)?(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b{_MONEY}(?:,?\s+(?P<y2>20\d\d)\b)?"
    rf"|(?<![\d.,/€$-])(?P<nd>\d{{1,2}})\s?(?P<sep>[./-])\s?(?P<nm>\d{{1,2}})"
    rf"(?:\s?(?P=sep)\s?(?P<ny>20\d\d|\d\d)\b)?{_MONEY}\.?(?![\d/])"
)
_WORDS = re.compile(
    rf"\b(?:(?P<after>(?:the )?day after tomorrow)|(?P<tomorrow>tomorrow|tmrw|tmw)"
    rf"|(?P<which>next|this|coming)?\s*\b(?P<weekday>(?:mon|tues|wednes|thurs|fri|satur|sun)day)s?"
    rf"|(?P<point>end|beginning|start|middle|mid|early|late|first half|second half)[- ](?:of[- ])?"
    rf"(?:(?:the|next|this)[- ])?(?P<span>month|year|week|quarter|summer|{_MONTH})"
    rf"|(?P<rel>next|this|coming|following) (?P<unit>week|month|quarter|year|weekend|spring|summer|autumn|fall|winter)"
    rf"|in (?:about |around )?(?P<n>\d+|a couple of|couple of|an?|one|two|three|four|five|six) "
    rf"(?P<of>day|week|month)s?(?:' time)?"
    rf"|(?:in|by|from|until|around|since|during) (?P<inmonth>{_MONTH})(?! \d))\b"
)
_ASKED = re.compile(
    rf"\b(?:(?P<soon>as soon as possible|as soon as (?:we|i) can|asap|immediately|right away|straight ?away|at once"
    rf"|right now|now|whenever possible|soonest)|(?P<today>today|tonight|this very day)"
    rf"|(?P<short>mon|tues?|wed|thurs?|thu|fri|sat|sun)\b\.?|(?:on )?the (?P<nth>(?:[12]?\d|3[01])(?:st|nd|rd|th))"
    rf"|(?<!\dth of )(?P<alone>{_MONTH})|(?P<season>spring|summer|autumn|fall|winter))(?!\w)"
)


def find_dates(text: str, asked: bool) -> list[Found]:
    """Dates in a lower-case text; `asked`: the text answers the question for one, so bare words count too."""
    found = [
        Found(hit.start(), hit.end(), value)
        for hit in _CALENDAR.finditer(text)
        if (value := _calendar(hit, asked)) is not None
    ]
    if not found:
        found = [Found(hit.start(), hit.end(), _worded(hit)) for hit in _WORDS.finditer(text)]
    if not found and asked:
        found = [Found(hit.start(), hit.end(), _bare(hit)) for hit in _ASKED.finditer(text)]
    return found


def month_of(text: str) -> str:
    """The month's full name for its name or abbreviation in lower case."""
    return next(name for name in MONTHS if name.lower().startswith(text[:3]))


def _calendar(hit: re.Match[str], asked: bool) -> str | None:
    groups = hit.groupdict()
    if groups["iy"]:
        return _written(int(groups["id"]), int(groups["im"]), groups["iy"])
    if groups["m"]:
        return _written(int(groups["d"]), MONTHS.index(month_of(groups["m"])) + 1, groups["y"])
    if groups["m2"]:
        return _written(int(groups["d2"]), MONTHS.index(month_of(groups["m2"])) + 1, groups["y2"])
    day, month, year = int(groups["nd"]), int(groups["nm"]), groups["ny"]
    sure = year or hit.group().endswith(".") or groups["nm"].startswith("0") or groups["sep"] == "/"
    if hit.group().replace(" ", "") == "24/7" or not (asked or sure):
        return None
    # Day first, as in Europe; month first only where nothing else makes sense.
    return _written(day, month, year) or _written(month, day, year)


def _written(day: int, month: int, year: str | None) -> str | None:
    if not (1 <= month <= 12 and 1 <= day <= _LENGTHS[month - 1]):
        return None
    full = f"20{year}" if year and len(year) == 2 else year
    return f"{day} {MONTHS[month - 1]}" + (f" {full}" if full else "")


def _worded(hit: re.Match[str]) -> str:
    groups = hit.groupdict()
    if groups["after"]:
        return "day after tomorrow"
    if groups["tomorrow"]:
        return "tomorrow"
    if groups["weekday"]:
        return ("next " if groups["which"] == "next" else "") + groups["weekday"].capitalize()
    if groups["rel"]:
        which = "this" if groups["rel"] == "this" else "next"
        return f"{which} {groups['unit']}"
    if groups["n"]:
        count = _NUMBERS.get(groups["n"]) or int(groups["n"])
        return f"in {count} {groups['of']}{'' if count == 1 else 's'}"
    if groups["inmonth"]:
        return month_of(groups["inmonth"])
    span = groups["span"]
    if span not in ("month", "year", "week", "quarter", "summer"):
        span = month_of(span)
    elif "next" in hit.group():
        span = f"next {span}"
    point = {"mid": "middle", "early": "beginning", "start": "beginning", "late": "end"}
    return f"{point.get(groups['point'], groups['point'])} of {span}"


def _bare(hit: re.Match[str]) -> str:
    groups = hit.groupdict()
    if groups["soon"]:
        return "as soon as possible"
    if groups["today"]:
        return "today"
    if groups["short"]:
        return next(name for name in WEEKDAYS if name.lower().startswith(groups["short"][:3]))
    if groups["nth"]:
        return f"the {groups['nth']}"
    return month_of(groups["alone"]) if groups["alone"] else f"this {groups['season']}"
