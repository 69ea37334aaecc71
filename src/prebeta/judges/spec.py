"""What a project declares that its judges need: one frozen object, made once a run."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from prebeta.core.types import Json
from prebeta.dialogue.reading import Reader
from prebeta.judges.facts import FactReader


@dataclass(frozen=True, slots=True)
class Bounds:
    """What must never show up in an answer.

    `canaries` are texts planted in the product's prompt or data, `instructions` the whole text of its prompt, `accounts`
    those that users have (each sees only its own), `languages` the two letters of those the product answers in; with none
    declared it is held against what it has spoken before.
    """

    canaries: tuple[str, ...] = ()
    instructions: str = ""
    accounts: tuple[Mapping[str, Json], ...] = ()
    languages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class JudgeSpec:
    """How to read the product (`reader`), where it holds what was said (`facts`), what it must not do (`bounds`), and
    which of its words count as a hand-off to people (`handoff`; None where no hand-off is declared)."""

    reader: Reader
    facts: FactReader
    bounds: Bounds = field(default_factory=Bounds)
    handoff: re.Pattern[str] | None = None
