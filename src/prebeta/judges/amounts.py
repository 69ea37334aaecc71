"""Amounts that a product's words give: of what unit, and in which sentence frame."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType

_AMOUNT = re.compile(
    r"(?P<before>[€$£])?\s?(?<![\w.-])(?P<number>\d+(?:[.,:]\d+)*)\s?(?:(?:working|business|calendar|full|whole) )?"
    r"(?P<after>%|€|\$|£|percent|per cent|euros?|eur|pounds?|gbp|dollars?|usd|francs?|chf|hours?|minutes?|days?|weeks?|"
    r"months?|years?|km|kg|nights?|miles?|[ap]\.?m\b|o['’]clock|met(?:re|er)s?|cm|people|persons?|guests?|points?|items?|pieces?)?",
    re.I,
)
_UNITS = (
    ("EUR", ("€", "euro", "euros", "eur")),
    ("GBP", ("£", "pound", "pounds", "gbp")),
    ("USD", ("$", "dollar", "dollars", "usd")),
    ("%", ("%", "percent", "per cent")),
)
_SPELT: Mapping[str, str] = MappingProxyType({
    "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8", "nine": "9", "ten": "10",
    "eleven": "11", "twelve": "12", "fourteen": "14", "fifteen": "15", "twenty": "20", "thirty": "30", "forty": "40",
    "fifty": "50", "sixty": "60", "ninety": "90", "hundred": "100",
})  # fmt: skip
_WORDS = re.compile(rf"\b(?:{'|'.join(_SPELT)})\b", re.I)
_HOLDS = re.compile(rf"\d|{_WORDS.pattern}", re.I)
_OPENERS = re.compile(
    r"^\W*(?:(?:and|so|but|yes|no|well|ok(?:ay)?|right|sure|as i said|remember|note|also|then)\b[,:;.!]? ?)*", re.I
)
_THIS = re.compile(r"^(?:it|this|that|they|these|those)\b['’]?")
_PARTS = re.compile(r"[,;:](?= )|\s[–—-]\s|\s+(?:but|and|which)\s+")
_LONGEST = 300
_LABEL = re.compile(r"^[^\W\d][\w'’ -]{2,40}: ?[€$£]?\d")
_CLOCK = re.compile(r"(?:[01]?\d|2[0-3])[.:][0-5]\d[.,:]*$")
_AT = re.compile(r"\b(?:at|by|from|until|till|before|after) $", re.I)


@dataclass(frozen=True, slots=True)
class Sum:
    """A part of a sentence that gives one amount: `frame` is all but the number, `points` tells that it speaks of *it* or
    *that*, whatever it may be."""

    text: str
    frame: str
    unit: str
    number: str
    points: bool


def amounts(text: str, said: Collection[str] = ()) -> dict[str, set[str]]:
    """Unit to the numbers given in it, but for those the user gave itself."""
    found: dict[str, set[str]] = {}
    for match in _AMOUNT.finditer(text):
        unit = _unit(match)
        if unit and match["number"].replace(",", ".") not in said:
            found.setdefault(unit, set()).add(_plain(match["number"]))
    return found


def sums(sentence: str) -> tuple[Sum, ...]:
    """The parts of a sentence that give just one amount."""
    if len(sentence) > _LONGEST or "?" in sentence or not _HOLDS.search(sentence):
        return ()
    parts = [sentence] if labelled(sentence) else _PARTS.split(sentence)
    return tuple(one for part in parts if (one := _sum(part)) is not None)


def labelled(text: str) -> bool:
    """Whether it is a line of a list: *Delivery fee: £5*."""
    return _LABEL.match(text) is not None


def _sum(part: str) -> Sum | None:
    part = _WORDS.sub(lambda match: _SPELT[match.group().lower()], part)
    matches = [match for match in _AMOUNT.finditer(part) if _unit(match)]
    if len(matches) != 1 or sum(char.isdigit() for char in part) != sum(
        char.isdigit() for char in matches[0]["number"]
    ):
        return None
    match = matches[0]
    frame = f"{part[: match.start('number')]}#{part[match.end('number') :]}".lower()
    frame = " ".join(_OPENERS.sub("", frame).rstrip(" .!…").split())
    points = _THIS.match(frame) is not None
    return Sum(part, _THIS.sub("it", frame), _unit(match), _plain(match["number"]), points)


def _unit(match: re.Match[str]) -> str:
    unit = (match["before"] or match["after"] or "").lower()
    if not unit and (
        ":" in match["number"] or (_CLOCK.match(match["number"]) and _AT.search(match.string, 0, match.start("number")))
    ):
        return "time"
    return next((name for name, forms in _UNITS if unit in forms), unit.rstrip("s"))


def _plain(number: str) -> str:
    number = number.rstrip(":").replace(",", ".")
    return number.rstrip("0").rstrip(".") if "." in number else number
