"""The autopilot: presses the first fitting quick reply and answers by the book, as a developer testing by hand does."""

from __future__ import annotations

import random
from dataclasses import replace

from prebeta.core.types import Scenario
from prebeta.users.agenda import AgendaUser, Habits
from prebeta.users.kit import UserKit


class AutopilotFactory:
    """Makes users without behaviors or habits: the happy path."""

    def __init__(self, kit: UserKit) -> None:
        self._kit = kit

    def __call__(self, scenario: Scenario, rng: random.Random) -> AgendaUser:
        steady = tuple(replace(slot, instead=None) for slot in scenario.goal.slots)
        plain = replace(scenario, behaviors=(), goal=replace(scenario.goal, slots=steady, questions=()))
        return AgendaUser(
            plain, self._kit.reader, rng, Habits(patience=self._kit.patience, presses=1.0, by_the_book=True)
        )
