"""Monthly volumes as people write them, each put into its band."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from prebeta.demo.found import Found

BANDS = ("Under 10,000", "10,000 to 50,000", "50,000 to 250,000", "Over 250,000")
_NUMBER = re.compile(
    r"(?<![\w@.,/])(?P<cur>€|eur|\$|£)?\s?(?P<n>\d{1,3}(?:[., ']\d{3})+(?!\d)|\d+(?:[.,]\d{1,2})?)"
    r"\s?(?P<x>k|thousand|grand|tsd|million|mio|mil|mn|m)?(?![\w@/]|[.,]\d)\s?(?P<cur2>€|euros?\b|eur\b|\$|£)?"
)
_ONES = (
    r"one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty(?:[- ]five)?|thirty|forty|fifty"
    r"|sixty|seventy|eighty|ninety|a few|few|a couple(?: of)?|couple(?: of)?|several|half a|an?"
)
_SPELLED = re.compile(rf"\b(?P<n>{_ONES}) (?P<x>hundred thousand|hundred|thousand|grand|million)s?\b")
_VALUES: Mapping[str, float] = MappingProxyType(
    {
        "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
        "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "twenty five": 25, "thirty": 30, "forty": 40,
        "fifty": 50, "sixty": 60, "seventy": 70, "eighty": 80, "ninety": 90, "a few": 3, "few": 3, "several": 5,
        "a couple": 2, "couple": 2, "half a": 0.5, "a": 1, "an": 1,
    }
)  # fmt: skip
_FACTORS: Mapping[str, float] = MappingProxyType(
    {
        "k": 1e3, "thousand": 1e3, "grand": 1e3, "tsd": 1e3, "m": 1e6, "mn": 1e6, "mil": 1e6, "mio": 1e6,
        "million": 1e6, "hundred": 1e2, "hundred thousand": 1e5,
    }
)  # fmt: skip
_CONTEXT = re.compile(
    r"month|/mo\b|\bp\.?m\b|year|annual|week|volume|turnover|revenue|in sales|turn over|process|take in|bring in"
)
_YEARLY = re.compile(r"\b(?:a|per|each|every) year|yearly|annual|per annum|\bp\.?a\b|/ ?(?:year|yr)")
_WEEKLY = re.compile(r"\b(?:a|per|each|every) week|weekly|/ ?(?:week|wk)")
_DAILY = re.compile(r"\b(?:a|per|each|every) day|daily|/ ?day")
_BELOW = re.compile(
    r"(?:under|below|less than|up to|max(?:imum)?(?: of)?|at most|no more than|not more than|not even|beneath"
    r"|fewer than|shy of|nearly|almost|just short of|<)\s*(?:about |around )?$"
)
_ABOVE = re.compile(r"(?:over|above|more than|at least|upwards of|exceed(?:s|ing)?|north of|>)\s*(?:about )?$")
_BETWEEN = re.compile(r"\s*(?:-|–|—|to|and|or|till|until)\s*(?:about |around )?")
_THINGS = re.compile(
    r"\s*(?:(?!(?:an?|per|each|every|the) )\w+ )?(?:customers?|orders?|people|users?|subscribers?|members?|invoices?"
    r"|clients?|transactions?|items?"
    r"|employees?|guests?|payments?|visitors?|countries|shops|stores|years?|months?|weeks?|days?|minutes?|hours?|%)"
)
_LITTLE = re.compile(
    r"\b(?:tiny|very little|not (?:very )?much|just (?:starting|beginning)|hardly anything"
    r"|peanuts|next to nothing)\b"
)
_PLUS = re.compile(r"\s*(?:\+|plus\b|or more\b|and (?:up|more)\b)")


@dataclass(frozen=True, slots=True)
class _Amount:
    start: int
    end: int
    number: float
    factor: float | None
    money: bool


def band(amount: float) -> str:
    """The band of a monthly amount in euros."""
    if amount < 10_000:
        return BANDS[0]
    if amount < 50_000:
        return BANDS[1]
    return BANDS[2] if amount <= 250_000 else BANDS[3]


def find_amounts(text: str, asked: bool, taken: Sequence[Found] = ()) -> list[Found]:
    """Bands named in a lower-case text. `taken`: places that hold a date or address, so no amount.

    Unasked, a number counts only where the text makes clear that it is money over time, or thousands.
    """
    if asked:
        plain = text.strip(" .!")
        if plain.isdigit():
            return [Found(0, len(text), band(float(plain)))]
    amounts = _amounts(text, taken)
    context = asked or _CONTEXT.search(text) is not None
    found = []
    index = 0
    while index < len(amounts):
        amount = amounts[index]
        following = amounts[index + 1] if index + 1 < len(amounts) else None
        ranged = following is not None and _BETWEEN.fullmatch(text[amount.end : following.start])
        if following is not None and ranged:
            value = _middle(amount, following)
            end, big, index = following.end, bool(following.factor or amount.factor) or value >= 10_000, index + 2
        else:
            value, end, index = amount.number * (amount.factor or 1.0), amount.end, index + 1
            big = bool(amount.factor) or value >= 10_000
            value = _leaning(value, text[: amount.start], text[end:])
        clear = asked or big or (context and (value >= 100 or amount.money))
        if clear:
            found.append(Found(amount.start, end, band(_monthly(value, text, amount.start))))
    if not found and asked and (little := _LITTLE.search(text)):
        found.append(Found(little.start(), little.end(), BANDS[0]))
    return found


def _amounts(text: str, taken: Sequence[Found]) -> list[_Amount]:
    amounts = []
    for hit in _NUMBER.finditer(text):
        if any(one.start < hit.end() and hit.start() < one.end for one in taken):
            continue
        if not hit["x"] and _THINGS.match(text, hit.end()):
            continue
        factor = _FACTORS[hit["x"]] if hit["x"] else None
        amounts.append(_Amount(hit.start(), hit.end(), _number(hit["n"]), factor, bool(hit["cur"] or hit["cur2"])))
    if not amounts and " " in text:
        for hit in _SPELLED.finditer(text):
            name = hit["n"].removesuffix(" of").replace("-", " ")
            amounts.append(_Amount(hit.start(), hit.end(), _VALUES[name], _FACTORS[hit["x"]], False))
    return amounts


def _number(written: str) -> float:
    text = written.replace(" ", "").replace("'", "")
    last = max(text.rfind(","), text.rfind("."))
    if last < 0:
        return float(text)
    head, tail = text[:last].replace(",", "").replace(".", ""), text[last + 1 :]
    return float(head + tail) if len(tail) == 3 else float(f"{head}.{tail}")


def _middle(low: _Amount, high: _Amount) -> float:
    top = high.number * (high.factor or 1.0)
    shared = high.factor if low.factor is None and low.number < high.number else low.factor
    return (low.number * (shared or 1.0) + top) / 2


def _leaning(value: float, before: str, after: str) -> float:
    if _BELOW.search(before):
        return value * 0.99
    return value * 1.01 if _ABOVE.search(before) or _PLUS.match(after) else value


def _monthly(value: float, text: str, start: int) -> float:
    near = text[max(0, start - 25) : start + 60]
    if _YEARLY.search(near):
        return value / 12
    if _WEEKLY.search(near):
        return value * 52 / 12
    return value * 30 if _DAILY.search(near) else value
