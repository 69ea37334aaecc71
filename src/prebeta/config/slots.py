"""The slots a project declares, over all its goals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from prebeta.config.goals import GoalConfig, SlotConfig
from prebeta.config.tables import column, read_table
from prebeta.core.types import Fact, SlotSpec


def declared(goals: Iterable[GoalConfig], matches: Mapping[str, str], folder: Path) -> tuple[SlotSpec, ...]:
    """A SlotSpec for each name; where goals share one, its values, words and `ask` texts are joined.

    `matches` is slot -> how its values compare. Raises UsageError where a CSV file is missing or lacks the column.
    """
    specs: dict[str, SlotSpec] = {}
    for goal in goals:
        for name, slot in goal.slots.items():
            before = specs.get(name, SlotSpec(name, match=matches.get(name, "contains")))
            specs[name] = SlotSpec(
                name=name,
                ask=tuple(dict.fromkeys((*before.ask, *slot.ask))),
                values=_joined(before.values, facts(name, slot, folder)),
                pattern=before.pattern or slot.pattern,
                match=before.match,
            )
    return tuple(specs.values())


def facts(name: str, slot: SlotConfig, folder: Path) -> tuple[Fact, ...]:
    """The declared values of a slot; none for a slot by pattern."""
    if slot.values is not None:
        return tuple(Fact(value, words) for value, words in slot.values.items())
    if slot.from_ is not None:
        return tuple(Fact(value) for value in column(read_table(folder, slot.from_), name, slot.from_))
    return ()


def _joined(first: tuple[Fact, ...], second: tuple[Fact, ...]) -> tuple[Fact, ...]:
    words: dict[str, tuple[str, ...]] = {}
    for fact in (*first, *second):
        words[fact.value] = tuple(dict.fromkeys((*words.get(fact.value, ()), *fact.words)))
    return tuple(Fact(value, said) for value, said in words.items())
