"""What a behavior sees and changes: the situation the user is in, and the act it has decided on."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from prebeta.core.types import Option, Question, Reply, Scenario, Slot, SlotSpec
from prebeta.dialogue.reading import Reading


@dataclass(frozen=True, slots=True)
class Decision:
    """An act the user has decided on, before it is put into words.

    `facts` maps slot to value, `said` to the form it will be uttered in; `literal` is the whole text where the words
    are fixed. `bare` says just the value, `own` avoids the quick replies, `hurry` adds that time is short; `insist` is
    how often the same fact was asked for again. `press` is the quick reply that fits.
    """

    act: str
    facts: Mapping[str, str] = field(default_factory=dict)
    said: Mapping[str, str] = field(default_factory=dict)
    asked: str | None = None
    question: Question | None = None
    literal: str | None = None
    press: Option | None = None
    bare: bool = False
    own: bool = False
    hurry: bool = False
    wait: bool = False
    insist: int = 0
    understood: bool = True
    behaviors: tuple[str, ...] = ()

    def by(self, behavior: str, **changes: object) -> Decision:
        """This decision as `behavior` changed it, with the behavior's name on it."""
        return replace(self, behaviors=(*self.behaviors, behavior), **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Situation:
    """Where the user stands: the product's last reply as it reads it, what it has given and what is left.

    `given` maps slot to the value last uttered; `turn` counts the user's own turns so far; `fired` how often each
    behavior did. `mind_changed` is True once the replaced fact was corrected.
    """

    scenario: Scenario
    specs: Mapping[str, SlotSpec]
    reply: Reply
    reading: Reading
    given: Mapping[str, str]
    remaining: tuple[Slot, ...]
    turn: int
    fired: Mapping[str, int]
    mind_changed: bool = False
    after_aside: bool = False


class Behavior(Protocol):
    """A seeded interceptor on acts. `rate`: share of conversations; `dose`: times a conversation; `detour`: it replaces
    what the user would have said, so at most one of those in a turn."""

    @property
    def name(self) -> str: ...
    @property
    def rate(self) -> float: ...
    @property
    def dose(self) -> int: ...
    @property
    def detour(self) -> bool: ...

    def apply(self, decision: Decision, situation: Situation, rng: random.Random) -> Decision | None:
        """The changed decision, or None where the behavior has no place here."""
