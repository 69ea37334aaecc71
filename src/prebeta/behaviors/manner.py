"""Behaviors that change how an answer is given, not what is meant."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass

from prebeta.behaviors.base import Decision, Interceptor, Situation, untold
from prebeta.core.types import SlotSpec
from prebeta.dialogue import acts
from prebeta.dialogue.days import ways_to_write
from prebeta.dialogue.slots import slot_type

_SMALL = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")

_LONG = 7
"""So many digits without a unit are rather a telephone number or a code than an amount."""
_NAMING = re.compile(
    r"\b(?:\w*phone|tel|mobile|cell|fax|codes?|postcode|pin|ids?|identifier|plate|registration|zip|postal|ref|reference|serial|"
    r"iban|bic|passport|licen[cs]e|isbn|sku|vin|ssn|year|(?:numbers?|no|nr)(?! of\b))\b",
    re.I,
)
"""Words of a slot's name that make its digits a name."""


@dataclass(frozen=True, slots=True)
class OverInform(Interceptor):
    """Gives one more fact than was asked for."""

    name: str = "over_inform"
    rate: float = 0.25

    def apply(self, decision: Decision, situation: Situation, rng: random.Random) -> Decision | None:
        if decision.act != acts.INFORM or decision.insist or not decision.facts or decision.must_press:
            return None
        if "topic_switch" in decision.behaviors:
            return None  # the fact to come would be the one asked for
        more = untold(decision, situation)
        if not more:
            return None
        extra = rng.choice(more)
        fact = extra.instead if extra.instead is not None and not situation.mind_changed else extra.fact
        facts, said = {**decision.facts, extra.name: fact.value}, {**decision.said, extra.name: fact.value}
        return decision.by(self.name, facts=facts, said=said, press=None)


@dataclass(frozen=True, slots=True)
class OneWord(Interceptor):
    """Answers with the bare value, all the way through, but where something else has to be said as well."""

    name: str = "one_word"
    rate: float = 0.30
    typed: bool = True
    dose: int = 99

    def apply(self, decision: Decision, situation: Situation, rng: random.Random) -> Decision | None:
        if decision.act != acts.INFORM or len(decision.facts) != 1 or decision.own:
            return None
        if decision.manners or decision.question is not None:
            return None
        return decision.by(self.name, bare=True)


@dataclass(frozen=True, slots=True)
class FormatVariant(Interceptor):
    """Writes a date, number, code or mail address in another usual way."""

    name: str = "format_variant"
    rate: float = 0.25
    dose: int = 99

    def apply(self, decision: Decision, situation: Situation, rng: random.Random) -> Decision | None:
        if decision.act not in (acts.INFORM, acts.CORRECT) or decision.insist:
            return None
        said = dict(decision.said)
        for slot, value in decision.facts.items():
            spec = situation.specs.get(slot)
            ways = other_ways(value, spec) if spec is not None and said.get(slot) == value else []
            if ways:
                said[slot] = rng.choice(ways)
        if said == dict(decision.said):
            return None
        return decision.by(self.name, said=said, press=None)


@dataclass(frozen=True, slots=True)
class OwnWords(Interceptor):
    """Uses its own words where quick replies are offered: 0.20 of such turns, here as 0.60 of users × a third."""

    name: str = "own_words"
    rate: float = 0.60
    dose: int = 99

    def apply(self, decision: Decision, situation: Situation, rng: random.Random) -> Decision | None:
        if decision.act != acts.INFORM or decision.press is None or decision.insist or rng.random() > 1 / 3:
            return None
        said = dict(decision.said)
        for slot in situation.scenario.goal.slots:
            for fact in (slot.fact, slot.instead):
                if fact is not None and fact.words and decision.facts.get(slot.name) == fact.value:
                    said[slot.name] = rng.choice(fact.words)
        return decision.by(self.name, said=said, press=None, own=True)


@dataclass(frozen=True, slots=True)
class Impatience(Interceptor):
    """Says that it is in a hurry, and leaves a turn sooner."""

    name: str = "impatience"
    rate: float = 0.20
    patience: int = -1
    dose: int = 2

    def apply(self, decision: Decision, situation: Situation, rng: random.Random) -> Decision | None:
        if decision.act not in (acts.INFORM, acts.AFFIRM) or situation.turn == 0 or decision.must_press:
            return None
        return decision.by(self.name, manners=(*decision.manners, "hurry"), press=None)


def other_ways(value: str, spec: SlotSpec) -> list[str]:
    """Other usual ways to write this value of this slot; none where there is only one."""
    ways = ways_to_write(value)
    kind = slot_type(spec)
    if not ways and "@" in value:
        return [value.capitalize(), value.upper()]
    if not ways and spec.match == "number":
        return [] if _names_something(spec) else _numbers(value)
    if not ways and (spec.match == "id" or kind in ("phone", "reference")):
        return _codes(value)
    return ways


def _names_something(spec: SlotSpec) -> bool:
    """Whether the digits of this slot are a name and no amount: nobody groups those by thousands."""
    return _NAMING.search(re.sub(r"[\W_]+|(?<=[a-z])(?=[A-Z])", " ", spec.name)) is not None


def _numbers(value: str) -> list[str]:
    """Ways to write an amount; none for digits that look like a telephone number or a code."""
    if not value.isdigit() or len(value) >= _LONG or (value[0] == "0" and len(value) > 1):
        return []
    number = int(value)
    if number >= 1000:
        grouped = f"{number:,}"
        return [grouped, f"{number // 1000}k"] if number % 1000 == 0 else [grouped]
    return [_SMALL[number - 2]] if 2 <= number <= 12 else []


def _codes(value: str) -> list[str]:
    """Groups a code of letters and digits the way people read it out: 012 345 6789, ab 123-456."""
    parts = re.findall(r"[A-Za-z]+|\d+", value)
    if "".join(parts) != value or len(value) < 5:
        return []
    pieces = [piece for part in parts for piece in (_groups(part) if part.isdigit() else [part])]
    ways = [" ".join(pieces), "-".join(pieces), " ".join(pieces).lower()]
    return [way for way in dict.fromkeys(ways) if way != value]


def _groups(digits: str) -> list[str]:
    if len(digits) < 6:
        return [digits]
    head, rest = digits[: len(digits) % 3 + 3], digits[len(digits) % 3 + 3 :]
    return [head, *(rest[index : index + 3] for index in range(0, len(rest), 3))]
