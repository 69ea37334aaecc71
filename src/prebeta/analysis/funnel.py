"""How far conversations got: stage by stage, and for those who share a trait or a behavior beside the others."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prebeta.analysis.stats import LEVEL, fisher_greater
from prebeta.core.results import Row

FEWEST = 15
"""Conversations below which a group is an anecdote."""


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage with the conversations that came to it and those of them that failed there at last."""

    stage: str
    entered: int
    left_failed: int

    @property
    def drop_off(self) -> float:
        """The share of those who came that failed there."""
        return self.left_failed / self.entered

    def to_json(self) -> dict[str, Any]:
        """An item of `stages` in a run's JSON."""
        return {
            "stage": self.stage,
            "entered": self.entered,
            "left_failed": self.left_failed,
            "drop_off": round(self.drop_off, 4),
        }


@dataclass(frozen=True, slots=True)
class Group:
    """The conversations that have something in common. `more` are stages at which significantly more of them failed than of
    the others, of all groups and stages looked at together (Holm)."""

    name: str
    conversations: int
    failed: int
    stages: tuple[Stage, ...]
    more: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """An item of `stages_by`."""
        return {
            "name": self.name,
            "conversations": self.conversations,
            "failed": self.failed,
            "stages": [one.to_json() for one in self.stages],
            "more": list(self.more),
        }


def funnel(valid: Sequence[Row]) -> tuple[Stage, ...]:
    """The stages in the order people come to them, with how many entered and how many failed there at
    last."""
    entered: Counter[str] = Counter()
    place: Counter[str] = Counter()
    for row in valid:
        for position, stage in enumerate(dict.fromkeys(row.assessment.stages)):
            entered[stage] += 1
            place[stage] += position
    left = Counter(row.assessment.stages[-1] for row in valid if row.assessment.failed and row.assessment.stages)
    order = sorted(entered, key=lambda stage: (place[stage] / entered[stage], -entered[stage], stage))
    return tuple(Stage(stage, entered[stage], left[stage]) for stage in order)


def by_behavior(rows: Iterable[Row]) -> dict[str, tuple[str, ...]]:
    """Conversation -> the behaviors that fired in it."""
    return {row.id: tuple(dict.fromkeys(row.assessment.fired)) for row in rows}


def grouped(valid: Sequence[Row], shares: Mapping[str, Sequence[str]]) -> tuple[Group, ...]:
    """The funnel of each group, those with the most failures first; `shares` says by conversation which groups it is in."""
    members: dict[str, list[Row]] = defaultdict(list)
    for row in valid:
        for name in shares.get(row.id, ()):
            members[name].append(row)
    whole = {one.stage: one for one in funnel(valid)}
    found = {name: (rows, funnel(rows)) for name, rows in members.items()}
    chances: list[tuple[float, str, str]] = []
    for name, (rows, stages) in found.items():
        if FEWEST <= len(rows) < len(valid):
            chances += [(_chance(one, whole[one.stage]), name, one.stage) for one in stages if one.left_failed]
    telling = _holm(chances)
    groups = (
        Group(
            name,
            len(rows),
            sum(row.assessment.failed for row in rows),
            stages,
            tuple(one.stage for one in stages if (name, one.stage) in telling),
        )
        for name, (rows, stages) in found.items()
    )
    return tuple(sorted(groups, key=lambda one: (-one.failed / one.conversations, -one.conversations, one.name)))


def _chance(here: Stage, all_of_them: Stage) -> float:
    """How likely so many of the group would fail at a stage if it were like the others."""
    others, failed = all_of_them.entered - here.entered, all_of_them.left_failed - here.left_failed
    return fisher_greater(here.left_failed, here.entered, failed, others) if others else 1.0


def _holm(chances: Sequence[tuple[float, str, str]]) -> set[tuple[str, str]]:
    """Those that stand when all are looked at together (Holm 1979)."""
    telling: set[tuple[str, str]] = set()
    for place, (chance, name, stage) in enumerate(sorted(chances)):
        if chance * (len(chances) - place) > LEVEL:
            break
        telling.add((name, stage))
    return telling
