"""What a product's words say a slot's value is, where that isn't the one the user gave.

Only what can hardly be meant otherwise counts: the right value stands nowhere in the text, and another of the very kind
does (a day for a day, the same unit, another declared value, another text of the slot's pattern).
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from prebeta.core.types import SlotSpec
from prebeta.dialogue.days import Day, find_days
from prebeta.dialogue.matching import mentions
from prebeta.judges.facts import Utterance

_LONGEST = 1_500
_UNIT = re.compile(
    r"(?<![\w.,])(?P<sign>[€$£])?\s?(?P<number>\d+(?:[.,]\d+)*)\s?(?P<unit>%|€|\$|£|[A-Za-z][A-Za-z²³]*)?(?![\w])"
)
_LOOSE = re.compile(
    r"\b(?:not|no longer|never|instead|rather|unless|before|earlier|previous(?:ly)?|so far|was|were|had|or|either|between|until|"
    r"latest|earliest|within|about|around|roughly|approximately|nearly|under|over|up to|at least|at most|more than|less than|"
    r"maximum|minimum|each|per|every|cost\w*|fee|price|charges?|open\w*|closed?|free|if|when|once|since|after|e\.g|for example|"
    r"such as|say|off|cancell?ed|forget|dropp?\w*|scrap\w*|reminder|arrives?|instead of|replac\w+|chang\w+ from|from now|\w+n['’]t)\b",
    re.I,
)
"""Beside these a value need not be what the product holds."""
_CLAUSE = re.compile(r"[;\n|]|[.!?](?=\s|$)|,\s(?!\d)|\s[–—-]\s|\b(?:and|but)\b", re.I)
_SHORT = 3
_AGREES = frozenset({"yes", "no", "true", "false"})
_FIRST = frozenset(
    [
        "from",
        "old",
        "previous",
        "former",
        "current",
        "origin",
        "source",
        "starting",
        "leaving",
        "start",
        "begin",
        "pickup",
        "sender",
        "outbound",
    ]
)
_SECOND = frozenset(
    [
        "to",
        "new",
        "next",
        "destination",
        "target",
        "going",
        "arriving",
        "end",
        "until",
        "dropoff",
        "delivery",
        "recipient",
        "receiver",
        "return",
        "inbound",
    ]
)
"""Words that lead in the two ends of a matter, and name them."""
_LEAD = 45
_SMALL = ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_NAME = re.compile(r"[_-]+|(?<=[a-z])(?=[A-Z])")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two slots of one kind, and the words that lead in the value of each: by what sets their names apart, and as the two
    ends of something."""

    one: str
    other: str
    cues: frozenset[str]
    others: frozenset[str]


def pairs_of(slots: str) -> tuple[Pair, ...]:
    """The pairs among slots, whose names are given a line each."""
    names = slots.split("\n")
    found = (_pair(one, other) for place, one in enumerate(names) for other in names[place + 1 :])
    return tuple(pair for pair in found if pair is not None)


@dataclass(frozen=True, slots=True)
class Given:
    """What the user has said of all slots, up to a turn; the last one of each slot counts."""

    specs: Mapping[str, SlotSpec]
    said: Mapping[str, Sequence[Utterance]]
    today: date | None

    def shows(self, text: str, slot: str, utterance: Utterance) -> bool:
        """Whether the text shows this value in any of its forms."""
        how = self._how(slot)
        return any(mentions(text, form, how, self.today) for form in utterance.forms)

    def right(self, text: str, but: str) -> int:
        """How many other slots' values the text shows as they were said."""
        return sum(self.shows(text, slot, said[-1]) for slot, said in self.said.items() if slot != but)

    def plainly(self, text: str) -> list[str]:
        """The slots whose values the text has letter by letter. (It costs little, and tells most messages.)"""
        text = text.casefold()
        return [slot for slot, said in self.said.items() if sure(said[-1].value) and has(text, said[-1].value)]

    def another(self, text: str, slot: str) -> str | None:
        """Another value of the slot's kind that the text gives instead of the one last said."""
        text = text[:_LONGEST]
        last = self.said[slot][-1]
        if last.mistyped or slot not in self.specs or self.shows(text, slot, last):
            return None
        return next((found for clause in _clauses(text) for found in self._candidates(clause, slot, last)), None)

    def swapped(self, text: str, pairs: Sequence[Pair], shown: Sequence[str]) -> list[tuple[str, str]]:
        """Pairs of slots whose values the text gives crosswise, by the words that lead them in."""
        text = text[:_LONGEST].casefold()
        return [
            (pair.one, pair.other)
            for pair in pairs
            if pair.one in shown and pair.other in shown and self._crossed(text, pair)
        ]

    def _crossed(self, text: str, pair: Pair) -> bool:
        first, second = self.said[pair.one][-1], self.said[pair.other][-1]
        if first.mistyped or second.mistyped or first.value == second.value:
            return False
        return _led_by(text, first.value, pair.others, pair.cues) and _led_by(
            text, second.value, pair.cues, pair.others
        )

    def _how(self, slot: str) -> str:
        return self.specs[slot].match if slot in self.specs else "contains"

    def _candidates(self, clause: str, slot: str, last: Utterance) -> list[str]:
        """Values of the slot's kind in a clause; what was said of another slot is none."""
        spec = self.specs[slot]
        found = _kin(clause, spec, last.value)
        if not found:
            return []
        days = bool(find_days(last.value))  # of a day the whole clause is given, which may well name other things
        others = [(name, one) for name, said in self.said.items() if name != slot for one in said]
        rivals = [(name, one) for name, one in others if not days or find_days(one.value)]
        return [
            value
            for value in found
            if not mentions(value, last.value, spec.match, self.today)
            and not any(self.shows(value, name, one) for name, one in rivals)
        ]


def sure(value: str) -> bool:
    """Whether a value is long enough that a text doesn't hold it by chance."""
    return len(value) >= _SHORT and value.casefold() not in _AGREES


def has(text: str, value: str) -> bool:
    """Whether the text (in lower case) has the value letter by letter, and not inside a longer word or number."""
    value = value.casefold()
    at = text.find(value)
    while at >= 0:
        end = at + len(value)
        if not (text[at - 1 : at].isalnum() or text[end : end + 1].isalnum()):
            return True
        at = text.find(value, at + 1)
    return False


def loose(text: str) -> bool:
    """Whether the text may speak of a value without holding it: denied, compared, offered, looked back on."""
    return _LOOSE.search(text) is not None


def _clauses(text: str) -> list[str]:
    return [clause for clause in _CLAUSE.split(text) if clause.strip() and not _LOOSE.search(clause)]


def _kin(clause: str, spec: SlotSpec, wanted: str) -> list[str]:
    """What of the clause is of the same kind as the value wanted, another than it."""
    days = find_days(wanted)
    if days and (spec.match == "date" or len(wanted) < 20):
        return [clause] if _other_day(find_days(clause), days) else []
    unit = _UNIT.fullmatch(wanted.strip())
    if unit is not None and (unit["unit"] or unit["sign"]):
        kind = _unit(unit)
        return [one.group().strip() for one in _UNIT.finditer(clause) if _unit(one) == kind and not _equal(one, unit)]
    if spec.pattern is not None:
        return _of_pattern(spec.pattern, clause)
    if spec.match == "number" or wanted.strip().isdecimal():
        return _counted(clause, _named(spec.name), wanted.strip())
    others = (fact.value for fact in spec.values if fact.value != wanted and sure(fact.value))
    return [value for value in others if mentions(clause, value) and not _overlap(value, wanted)]


def _other_day(found: Sequence[Day], wanted: Sequence[Day]) -> bool:
    """Whether there is a day and none of them can be the one wanted; a date beside a weekday tells nothing."""
    dates = [day for day in found if day.day is not None]
    weekdays = [day for day in found if day.weekday is not None]
    if all(day.day is not None for day in wanted):
        return len(dates) == 1 and not any(one.same_as(day) for one in dates for day in wanted)
    if all(day.weekday is not None for day in wanted):
        return len(weekdays) == 1 and not dates and not any(one.same_as(day) for one in weekdays for day in wanted)
    return False


def _unit(match: re.Match[str]) -> str:
    return (match["sign"] or match["unit"] or "").casefold().rstrip("s")


def _equal(one: re.Match[str], other: re.Match[str]) -> bool:
    return mentions(one["number"], other["number"], "number")


def _of_pattern(pattern: str, clause: str) -> list[str]:
    """Texts in the clause that are such as the slot's pattern makes."""
    try:
        return [one.group() for one in re.finditer(rf"(?<!\w)(?:{pattern})(?!\w)", clause, re.I)]
    except re.error:
        return []


def _overlap(value: str, wanted: str) -> bool:
    one, other = value.casefold(), wanted.casefold()
    return one in other or other in one


def _named(slot: str) -> frozenset[str]:
    return frozenset(_NAME.sub(" ", slot).casefold().split())


def _pair(one: str, other: str) -> Pair | None:
    left, right = _named(one), _named(other)
    cues, others = left - right, right - left
    if left & _FIRST and right & _SECOND:
        return Pair(one, other, cues | (_FIRST - others), others | (_SECOND - cues))
    if left & _SECOND and right & _FIRST:
        return Pair(one, other, cues | (_SECOND - others), others | (_FIRST - cues))
    return Pair(one, other, cues, others) if left & right and cues and others else None


def _led_by(text: str, value: str, cues: frozenset[str], not_by: frozenset[str]) -> bool:
    """Whether, wherever the value stands, the last of the words before it is one of these cues."""
    value, leads = value.casefold(), []
    at = text.find(value)
    while at >= 0:
        before = re.split(r"[.;\n\d]", text[max(0, at - _LEAD) : at])[-1]
        words = (word.strip(":,()") for word in reversed(before.split()))
        leads += [word in cues for word in words if word in cues or word in not_by][:1]
        at = text.find(value, at + len(value))
    return bool(leads) and all(leads)


def _counted(clause: str, names: frozenset[str], wanted: str) -> list[str]:
    """Numbers that stand beside the slot's name, another than the one wanted."""
    words_ = clause.casefold().replace(":", " ").replace(",", " ").split()
    found = []
    for place, word in enumerate(words_):
        number = str(_SMALL.index(word)) if word in _SMALL[2:] else word
        if number.isdecimal() and number != wanted and not names.isdisjoint(words_[max(0, place - 2) : place + 4]):
            found.append(number)
    return found
