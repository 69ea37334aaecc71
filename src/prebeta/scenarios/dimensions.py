"""The dimensions of the hunt: goals, persona traits, behaviors, and slots with few values.

A trait is a dimension where the personas have 2 to 12 levels of it; one with more names each persona rather than a
kind of persona. Of the traits that change what users do (`TRAITS`) the usual level is always one of the levels. A slot
is a dimension where the goals together declare 2 to 8 values for it, being left out counting as one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from prebeta.core.types import Persona
from prebeta.scenarios.covering import Axis, Row
from prebeta.scenarios.space import GoalSource, Space
from prebeta.scenarios.traits import TRAITS

MOST_TRAIT_LEVELS = 12
MOST_SLOT_LEVELS = 8


@dataclass(frozen=True, slots=True)
class Choice:
    """What a row of the hunt fixes. `slots` maps slot to value, None where it is left out; the rest is free."""

    goal: int
    traits: Mapping[str, str]
    armed: frozenset[str]
    slots: Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class Dimensions:
    """Names and levels. `slots` has the values over all goals; `slot_axes` which of them each goal knows."""

    goals: int
    traits: Mapping[str, tuple[str, ...]]
    behaviors: tuple[str, ...]
    slots: Mapping[str, tuple[str | None, ...]]
    slot_axes: tuple[Axis, ...]

    def axes(self) -> tuple[Axis, ...]:
        """For the covering array, the goals being its kinds: traits, behaviors (no, yes), slots."""
        traits = (Axis.free(len(levels), self.goals) for levels in self.traits.values())
        behaviors = (Axis.free(2, self.goals) for _ in self.behaviors)
        return (*traits, *behaviors, *self.slot_axes)

    def choice(self, row: Row) -> Choice:
        """A row of the covering array by name."""
        goal, levels = row
        taken = iter(levels)
        traits = {name: values[_index(next(taken))] for name, values in self.traits.items()}
        armed = frozenset([name for name in self.behaviors if next(taken) == 1])
        slots = {name: values[level] for name, values in self.slots.items() if (level := next(taken)) is not None}
        return Choice(goal, traits, armed, slots)


def dimensions(space: Space, rates: Mapping[str, float]) -> Dimensions:
    """The project's dimensions; behaviors with rate 0 are off and not among them."""
    slots = _slots(space.goals)
    return Dimensions(
        goals=len(space.goals),
        traits=trait_levels(space.personas),
        behaviors=tuple(sorted(name for name, rate in rates.items() if rate > 0)),
        slots=slots,
        slot_axes=tuple(_axis(name, values, space.goals) for name, values in slots.items()),
    )


def trait_levels(personas: Iterable[Persona]) -> dict[str, tuple[str, ...]]:
    """The traits that are dimensions, with their levels in order."""
    seen: dict[str, dict[str, None]] = {}
    for persona in personas:
        for name, level in persona.traits.items():
            seen.setdefault(name, {})[level] = None
    for name, levels in TRAITS.items():
        if name in seen:
            seen[name][levels[0]] = None
    return {
        name: tuple(sorted(levels)) for name, levels in sorted(seen.items()) if 2 <= len(levels) <= MOST_TRAIT_LEVELS
    }


def _slots(goals: tuple[GoalSource, ...]) -> dict[str, tuple[str | None, ...]]:
    values: dict[str, dict[str | None, None]] = {}
    for goal in goals:
        for slot in goal.slots:
            if slot.facts and slot.table is None:
                values.setdefault(slot.name, {}).update(dict.fromkeys(fact.value for fact in slot.facts))
                if slot.optional:
                    values[slot.name][None] = None
    return {name: tuple(found) for name, found in values.items() if 2 <= len(found) <= MOST_SLOT_LEVELS}


def _axis(name: str, values: tuple[str | None, ...], goals: tuple[GoalSource, ...]) -> Axis:
    allowed = []
    for goal in goals:
        own: set[str | None] = set()
        for slot in goal.slots:
            if slot.name == name and slot.table is None:
                own.update(fact.value for fact in slot.facts)
                own.update([None] if slot.optional and slot.facts else [])
        allowed.append(tuple(level for level, value in enumerate(values) if value in own))
    return Axis(len(values), tuple(allowed))


def _index(level: int | None) -> int:
    """The level of an axis that every goal has."""
    return 0 if level is None else level
