"""What a behavior sees and changes: the situation the user is in, and the act it has decided on."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Protocol

from prebeta.core.types import Option, Question, Reply, Scenario, Slot, SlotSpec
from prebeta.dialogue.reading import Reading

_YES_OR_NO = re.compile(r"y|n|yes|no|true|false|s[ií]|ja|nein|oui|non|sim|não", re.I)


@dataclass(frozen=True, slots=True)
class Decision:
    """An act the user has decided on, before it is put into words.

    `facts` maps slot to value, `said` to the form it will be uttered in; `literal` is the whole text where the words
    are fixed. `bare` says just the value, `own` avoids the quick replies; `manners` are what else stands in the message
    (hurry, hostile, emoji, paste); `language` the one it is worded in. `insist` is how often the same fact was asked for
    again. `press` is the quick reply that fits, `must_press` that it will not be typed instead. `guess`: the product's
    question could not be placed, and this is the likeliest answer.
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
    must_press: bool = False
    manners: tuple[str, ...] = ()
    language: str = "en"
    wait: bool = False
    insist: int = 0
    understood: bool = True
    guess: bool = False
    behaviors: tuple[str, ...] = ()

    def by(self, behavior: str, **changes: object) -> Decision:
        """This decision as `behavior` changed it, with the behavior's name on it."""
        named = self.behaviors if behavior in self.behaviors else (*self.behaviors, behavior)
        return replace(self, behaviors=named, **changes)  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Situation:
    """Where the user stands: the product's last reply as it reads it, what it has given and what is left.

    `given` maps slot to the value last uttered; `turn` counts the user's own turns so far; `fired` how often each
    behavior did. `mind_changed` is True once the replaced fact was corrected. `last_act` is the user's own before;
    `pressed` the quick replies it has chosen, with their slots.
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
    last_act: str | None = None
    pressed: tuple[tuple[str, Option], ...] = ()


def untold(decision: Decision, situation: Situation) -> list[Slot]:
    """Facts that somebody may tell unasked: those still open, but for a yes or no, which is one only after its question."""
    return [
        slot
        for slot in situation.remaining
        if slot.name not in decision.facts and not _YES_OR_NO.fullmatch(slot.fact.value.strip())
    ]


class Behavior(Protocol):
    """A seeded interceptor on acts; what the fields of `Interceptor` say holds for own behaviors too."""

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


@dataclass(frozen=True, slots=True)
class Interceptor:
    """What each behavior of ours is made of; subclasses set the fields and write `apply`.

    `rate`: census share of conversations; `dose`: times a conversation. `detour`: it replaces what the user would have
    said, so at most one of those in a turn, and none right after an aside but for acts that it `follows`. `needs` names
    what a scenario must bring (value: a second value of a slot, questions, requests). `typed`: it fires only in typed
    messages. `patience` is added to the user's.
    """

    name: str = ""
    rate: float = 0.0
    dose: int = 1
    detour: bool = False
    follows: frozenset[str] = frozenset()
    needs: frozenset[str] = frozenset()
    typed: bool = False
    patience: int = 0
