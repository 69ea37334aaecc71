"""How much of the space a sample covers: the share of pairs and of triples of levels that occur together."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from prebeta.config import Project
from prebeta.core.types import Scenario
from prebeta.scenarios.dimensions import trait_levels
from prebeta.scenarios.space import pool

_EXAMPLES = 10

Level: TypeAlias = tuple[str, int]
"""A level's name ("mood=hurried") and the scenarios that have it, as bits."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """Shares from 0 to 1 (1 where there is nothing to combine), of how many, and some pairs that didn't occur."""

    two_way: float
    three_way: float
    pairs: int
    triples: int
    missing: tuple[str, ...] = ()


def coverage(scenarios: Sequence[Scenario], project: Project, behaviors: Mapping[str, float] | None = None) -> Coverage:
    """Of the project's traits; where `behaviors` (name -> rate, 0 is off) are given, of goals and behaviors as well.

    Exact, by the levels of `dimensions`: which traits the scenarios' personas have, which behaviors they are armed with.
    Raises UsageError where a file with personas is missing.
    """
    axes = _traits(scenarios, project)
    if behaviors is not None:
        axes += [_goals(scenarios, project), *_behaviors(scenarios, behaviors)]
    axes = [axis for axis in axes if len(axis) > 1]
    pairs, hit, missing = _pairs(axes)
    triples, caught = _triples(axes)
    return Coverage(
        two_way=hit / pairs if pairs else 1.0,
        three_way=caught / triples if triples else 1.0,
        pairs=pairs,
        triples=triples,
        missing=missing,
    )


def _traits(scenarios: Sequence[Scenario], project: Project) -> list[list[Level]]:
    columns = _columns((item for item in each.persona.traits.items()) for each in scenarios)
    return [
        [(f"{name}={level}", columns.get((name, level), 0)) for level in levels]
        for name, levels in trait_levels(pool(project)).items()
    ]


def _goals(scenarios: Sequence[Scenario], project: Project) -> list[Level]:
    columns = _columns([("goal", each.goal.text)] for each in scenarios)
    texts = dict.fromkeys(goal.goal for goal in project.goals)
    return [(f"goal={text}", columns.get(("goal", text), 0)) for text in texts]


def _behaviors(scenarios: Sequence[Scenario], behaviors: Mapping[str, float]) -> list[list[Level]]:
    columns = _columns(((name, "yes") for name in each.behaviors) for each in scenarios)
    whole = (1 << len(scenarios)) - 1
    armed = {name: columns.get((name, "yes"), 0) for name, rate in sorted(behaviors.items()) if rate > 0}
    return [[(f"{name}=no", whole & ~having), (f"{name}=yes", having)] for name, having in armed.items()]


def _columns(rows: Iterable[Iterable[tuple[str, str]]]) -> dict[tuple[str, str], int]:
    """Which scenarios have a level, as bits."""
    columns: dict[tuple[str, str], int] = {}
    for position, row in enumerate(rows):
        for level in row:
            columns[level] = columns.get(level, 0) | 1 << position
    return columns


def _pairs(axes: Sequence[Sequence[Level]]) -> tuple[int, int, tuple[str, ...]]:
    count = hit = 0
    missing: list[str] = []
    for one, other in itertools.combinations(axes, 2):
        for (name, having), (second, also) in itertools.product(one, other):
            count += 1
            if having & also:
                hit += 1
            elif len(missing) < _EXAMPLES:
                missing.append(f"{name} with {second}")
    return count, hit, tuple(missing)


def _triples(axes: Sequence[Sequence[Level]]) -> tuple[int, int]:
    count = hit = 0
    for position, one in enumerate(axes):
        for place in range(position + 1, len(axes)):
            both = [having & also for (_, having), (_, also) in itertools.product(one, axes[place])]
            for third in axes[place + 1 :]:
                count += len(both) * len(third)
                for _, having in third:
                    hit += sum(1 for pair in both if pair & having)
    return count, hit
