"""What can be drawn from a project, read once per run: personas, goals with weights, values, tables."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from prebeta.config import GoalConfig, Project, SlotConfig
from prebeta.config.goals import PLACEHOLDER
from prebeta.config.patterns import Part, parse
from prebeta.config.slots import facts
from prebeta.config.tables import read_table
from prebeta.core.types import Fact, Json, Persona, Question
from prebeta.scenarios.personas import NEUTRAL
from prebeta.scenarios.traits import with_hints


@dataclass(frozen=True, slots=True)
class SlotSource:
    """Where a slot's value comes from: listed facts, a pattern, or a column of a table (with the facts in it)."""

    name: str
    facts: tuple[Fact, ...] = ()
    pattern: Part | None = None
    table: str | None = None
    optional: bool = False


@dataclass(frozen=True, slots=True)
class GoalSource:
    """A goal with what may be drawn for it."""

    text: str
    slots: tuple[SlotSource, ...]
    questions: tuple[Question, ...]
    opening: str | None
    prefix: tuple[str, ...] = ()

    @property
    def told(self) -> frozenset[str]:
        """The slots whose values the prefix tells the product."""
        return frozenset(PLACEHOLDER.findall(" ".join(self.prefix)))


@dataclass(frozen=True, slots=True)
class Space:
    """All a scenario is drawn from. `cumulative` are the goals' weights, added up; `tables` the rows by file name."""

    personas: tuple[Persona, ...]
    goals: tuple[GoalSource, ...]
    cumulative: tuple[float, ...]
    out_of_scope: tuple[str, ...]
    tables: Mapping[str, tuple[dict[str, str], ...]]
    accounts: tuple[Mapping[str, Json], ...] = ()


def space(project: Project) -> Space:
    """The project's scenario space. Raises UsageError where a CSV file is missing or lacks a column."""
    names = {slot.from_ for goal in project.goals for slot in goal.slots.values() if slot.from_ is not None}
    return Space(
        personas=pool(project),
        goals=tuple(_goal(goal, project.folder) for goal in project.goals),
        cumulative=tuple(itertools.accumulate(goal.weight for goal in project.goals)),
        out_of_scope=project.out_of_scope,
        tables={name: read_table(project.folder, name) for name in sorted(names)},
        accounts=project.accounts(),
    )


def pool(project: Project) -> tuple[Persona, ...]:
    """The project's personas, with what their words tell of their traits; neutral ones where it declares none.

    Those to be generated are the same in every run of the project.
    """
    declared = tuple(with_hints(each) for each in project.people())
    wanted = sum(each.generate or 0 for each in project.personas)
    if not wanted:
        return declared or NEUTRAL
    from prebeta.scenarios.generation.composing import compose  # its phrases are many
    from prebeta.scenarios.generation.material import of_project

    return declared + compose(wanted, terms=of_project(project).terms)


def _goal(goal: GoalConfig, folder: Path) -> GoalSource:
    told = PLACEHOLDER.findall(" ".join(goal.prefix))
    return GoalSource(
        text=goal.goal,
        slots=tuple(_slot(name, slot, folder, name in told) for name, slot in goal.slots.items()),
        questions=tuple(Question(each.ask, each.expect) for each in goal.questions),
        opening=goal.starting_prompt,
        prefix=goal.prefix,
    )


def _slot(name: str, slot: SlotConfig, folder: Path, told: bool) -> SlotSource:
    pattern = parse(slot.pattern) if slot.pattern is not None else None
    return SlotSource(name, facts(name, slot, folder), pattern, slot.from_, slot.optional and not told)
