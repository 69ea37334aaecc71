"""The autopilot: presses the first fitting quick reply and answers by the book, as a developer testing by hand does."""

from __future__ import annotations

import random
from dataclasses import replace

from prebeta.core.types import Scenario
from prebeta.dialogue.reading import Reader
from prebeta.users.agenda import AgendaUser, Habits


class AutopilotFactory:
    """Makes users without behaviors or habits: the happy path."""

    def __init__(self, reader: Reader, patience: int = 3) -> None:
        self._reader, self._patience = reader, patience

    def __call__(self, scenario: Scenario, rng: random.Random) -> AgendaUser:
        steady = tuple(replace(slot, instead=None) for slot in scenario.goal.slots)
        plain = replace(scenario, behaviors=(), goal=replace(scenario.goal, slots=steady, questions=()))
        return AgendaUser(plain, self._reader, rng, Habits(patience=self._patience, presses=1.0, by_the_book=True))
