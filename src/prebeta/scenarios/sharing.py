"""Equal parts of scenarios as one object: a plan of 100,000 scenarios is held in memory as long as its run goes on."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import TypeVar

from prebeta.core.types import Goal, Persona

Part = TypeVar("Part", bound=Hashable)


class Shared:
    """The parts seen so far; for one sample, and given up after it."""

    def __init__(self) -> None:
        self._parts: dict[Hashable, Hashable] = {}
        self._traits: dict[Hashable, Mapping[str, str]] = {}
        self._personas: dict[Hashable, Persona] = {}

    def one(self, part: Part) -> Part:
        """This part, or the equal one that came first."""
        kept: Part = self._parts.setdefault(part, part)  # type: ignore[assignment]
        return kept

    def goal(self, goal: Goal) -> Goal:
        return self.one(Goal(goal.text, self.one(tuple(map(self.one, goal.slots))), self.one(goal.questions)))

    def persona(self, persona: Persona) -> Persona:
        traits = tuple(persona.traits.items())
        kept = self._personas.get((persona.text, traits))
        if kept is None:
            kept = Persona(persona.text, self._traits.setdefault(traits, persona.traits))
            self._personas[persona.text, traits] = kept
        return kept
