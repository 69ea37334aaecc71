"""WRONG_RESULT: keeps another value than the one given."""

from __future__ import annotations

from datetime import date, timedelta
from typing import ClassVar

from prebeta.demo.dates import MONTHS
from prebeta.demo.faults.base import Card, Fault, Scene

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
