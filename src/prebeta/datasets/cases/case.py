"""What a case is: a failure that was seen once, kept so that it keeps being checked."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from prebeta.analysis.key import read_cell
from prebeta.config import Project
from prebeta.core.results import Symptom
from prebeta.core.types import Move, Scenario, Speaker

REACHED, ANY = "reached", "any"
END_STATES = (REACHED, "declined", "handed_off", ANY)
"""What a case may expect of its end: `reached` is any right end, a right refusal or hand-over as well."""


@dataclass(frozen=True, slots=True)
class MustNot:
    """A flaw that must not show: its kind, and what the user had just done (`after`), slot, stage and way, where given."""

    kind: str
    after: str | None = None
    slot: str | None = None
    stage: str | None = None
    way: str | None = None

    @classmethod
    def of(cls, cell: str) -> MustNot:
        """That of a finding's cell."""
        found = read_cell(cell)
        return cls(found.kind, found.trigger, found.slot, found.stage, found.way or None)

    def is_shown_by(self, symptom: Symptom) -> bool:
        """Whether a conversation's flaw is this one."""
        cell = read_cell(symptom.cell)
        pairs = (
            (self.after, cell.trigger),
            (self.slot, cell.slot),
            (self.stage, cell.stage),
            (self.way, cell.way),
        )
        return self.kind == cell.kind and all(wanted is None or wanted == found for wanted, found in pairs)


@dataclass(frozen=True, slots=True)
class Checks:
    """What must hold when a case is held.

    `must_not` are the flaws that must not show: the finding's. `required` maps slot to the value that the end
    state must hold, `forbidden` slot to values it must not.
    """

    must_not: tuple[MustNot, ...]
    end_state: str = REACHED
    required: Mapping[str, str] = field(default_factory=dict)
    forbidden: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Flakiness:
    """How often a case failed of how often it was held, when it was added."""

    failed: int
    of: int


@dataclass(frozen=True, slots=True)
class Provenance:
    """Where a case comes from. `turn` is the blamed one in `conversation`; `added` a date, YYYY-MM-DD."""

    run: str
    conversation: str
    turn: int
    release: str | None = None
    version: str | None = None
    added: str | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """An edge case: a regression test of the user's repository, and a row of an eval dataset.

    It holds both what was typed (`moves`, shrunk) and who typed it (`scenario`, `policy`): the moves are said again; where
    the product has moved on and they don't fit any more, the same user is sent. `kind`, `stage` and `slot` are the
    finding's; `happened` is the conversation up to the failure, speaker and text, for people to read.
    """

    id: str
    title: str
    finding: str
    kind: str
    scenario: Scenario
    moves: tuple[Move, ...]
    checks: Checks
    flakiness: Flakiness
    provenance: Provenance
    stage: str | None = None
    slot: str | None = None
    policy: str = "agenda"
    held_out: bool = False
    happened: tuple[tuple[Speaker, str], ...] = ()
    path: Path | None = None

    @property
    def behaviors(self) -> tuple[str, ...]:
        """The behaviors that are still in the moves."""
        fired = (name for move in self.moves if move.act is not None for name in move.act.behaviors)
        return tuple(dict.fromkeys(fired))


def case_id(project: Project, finding: str, scenario: str) -> str:
    """Stable hash of project, finding and scenario: the same wherever the product is reached."""
    about = sorted((goal.goal, *sorted(goal.slots)) for goal in project.goals)
    return hashlib.sha256(repr((about, finding, scenario)).encode()).hexdigest()[:12]
