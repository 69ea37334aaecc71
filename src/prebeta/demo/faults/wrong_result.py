"""WRONG_RESULT: keeps another value than the one given."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import ClassVar

from prebeta.demo import signals
from prebeta.demo.amounts import BANDS
from prebeta.demo.dates import MONTHS
from prebeta.demo.faults.base import Card, Fault, Scene
from prebeta.demo.slots import SLOTS

_THOUSANDS = re.compile(r"\d ?(?:k|thousand|tsd)\b")
_CAPITALS = re.compile(r"[A-Z]\S*@\S|@\S*[A-Z]")
_PLAIN_YEAR = 2025  # Any year without a 29 February.


class DateADayEarly(Fault):
    """A date written otherwise than "14 May" goes through another parser, which loses a day."""

    card: ClassVar[Card] = Card(
        "date_a_day_early",
        "WRONG_RESULT",
        "writes the start date in figures, with an ordinal or with the month first: 14.05., May 14, 14th of May",
    )

    def stores(self, scene: Scene, slot: str, value: str) -> str:
        day, _, rest = value.partition(" ")
        month, _, year = rest.partition(" ")
        given = slot == "start" and scene.heard.facts.get(slot) == value
        if not given or month not in MONTHS or not day.isdigit() or f"{day} {month}".lower() in scene.heard.text:
            return value
        self.note(scene)
        number = MONTHS.index(month) + 1
        before = date(_PLAIN_YEAR, number, min(int(day), 28 if number == 2 else int(day))) - timedelta(days=1)
        return " ".join(part for part in (str(before.day), MONTHS[before.month - 1], year) if part)


class ThousandsLost(Fault):
    """Reads 20k as 20, and so finds the lowest band; it stays with it, whatever is said later."""

    card: ClassVar[Card] = Card(
        "thousands_lost",
        "WRONG_RESULT",
        "writes a monthly volume of 10,000 or more with k or thousand: 20k, 30 thousand",
    )

    def stores(self, scene: Scene, slot: str, value: str) -> str:
        if slot != "volume" or value == BANDS[0]:
            return value
        if not self.noted and (scene.heard.exact or not _THOUSANDS.search(scene.heard.text)):
            return value
        self.note(scene)
        return BANDS[0]


class CapitalsInAddress(Fault):
    """An address with capitals goes through another parser, which cuts the name at its first dot."""

    card: ClassVar[Card] = Card("capitals_in_address", "WRONG_RESULT", "writes the e-mail address with capital letters")

    def stores(self, scene: Scene, slot: str, value: str) -> str:
        name, _, domain = value.partition("@")
        if slot != "email" or "." not in name or not (self.noted or _CAPITALS.search(scene.text)):
            return value
        self.note(scene)
        return f"{name.split('.', maxsplit=1)[0]}@{domain}"


class NeighbourOption(Fault):
    """Counts the quick replies from nought: who names one by its place gets the next; the entry can't be mended."""

    card: ClassVar[Card] = Card(
        "neighbour_option", "WRONG_RESULT", "names a quick reply by its place, as in: the second one"
    )

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[str, str] = {}

    def stores(self, scene: Scene, slot: str, value: str) -> str:
        if slot in self._kept:
            return self._kept[slot]
        titles = [choice.title for choice in SLOTS[slot].choices]
        placed = not scene.heard.exact and scene.memory.asked == slot and signals.ORDINAL.search(scene.heard.text)
        if not placed or value not in titles:
            return value
        self.note(scene)
        self._kept[slot] = titles[(titles.index(value) + 1) % len(titles)]
        return self._kept[slot]


class ChannelToldEarly(Fault):
    """A way of paying that comes before its question is kept as the website, for good."""

    card: ClassVar[Card] = Card(
        "channel_told_early",
        "WRONG_RESULT",
        "tells a way of paying other than the website before being asked for it",
    )
    KEPT: ClassVar[str] = "On my website"

    def stores(self, scene: Scene, slot: str, value: str) -> str:
        memory = scene.memory
        early = memory.asked != "channel" and "channel" not in memory.facts
        if slot != "channel" or value == self.KEPT or not (self.noted or early):
            return value
        self.note(scene)
        return self.KEPT
