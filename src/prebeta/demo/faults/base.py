"""What a fault is: a card that describes it, and hooks into the assistant's turn, each doing nothing by default."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, TypedDict

from prebeta.demo.memory import Memory
from prebeta.demo.slots import Choice
from prebeta.demo.understanding import Heard


class Entry(TypedDict):
    """The decisive turn of a fault that showed; `turn` counts turns of both sides from 0."""

    fault: str
    kind: str
    turn: int


class Breakdown(RuntimeError):
    """The assistant broke down by a planted fault."""


@dataclass(frozen=True, slots=True)
class Card:
    """`kind` is the failure kind it shows as; `trigger` says in plain words what a customer does to meet it."""

    name: str
    kind: str
    trigger: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said instead of the assistant's own answer; state stays as it is."""

    messages: tuple[str, ...]
    options: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Scene:
    """What a fault sees of a turn.

    What is remembered, what was heard, the index of the answer about to be given, the log, the message as it was
    written, and whether a quick reply's payload came with it (typing its title is no press).
    """

    memory: Memory
    heard: Heard
    turn: int
    log: list[Entry]
    text: str = ""
    pressed: bool = False

    def hearing(self, heard: Heard) -> Scene:
        """The same scene with something else heard."""
        return self if heard is self.heard else replace(self, heard=heard)


class Fault:
    """One planted fault in one conversation. Deterministic: it fires by what the customer does, never by lot."""

    card: ClassVar[Card]

    def __init__(self) -> None:
        self.noted = False
        self.holding = False
        """Whether it has got hold of the conversation, so that it is asked before all others."""

    def answers(self, scene: Scene) -> Answer | None:  # noqa: ARG002
        """Instead of the assistant's answer; None lets it answer."""
        return None

    def hears(self, scene: Scene) -> Heard:
        """What the assistant takes the message to say."""
        return scene.heard

    def stores(self, scene: Scene, slot: str, value: str) -> str:  # noqa: ARG002
        """The value that is kept where the customer gave `value`."""
        return value

    def says(self, scene: Scene, kind: str, text: str) -> str:  # noqa: ARG002
        """What is said of an aside, where the assistant would say `text`; empty leaves it out.

        `kind`: injection, human, hostile, impatient, sceptical, topic, clarify, out_of_domain, unknown, language,
        claimed, repeat, request, thanks, greeting.
        """
        return text

    def replied(self, scene: Scene, reply: Mapping[str, Any]) -> None:
        """Sees the assistant's own answer after it is made."""

    def note(self, scene: Scene) -> None:
        """Log this turn as the decisive one, the first time only."""
        if not self.noted:
            self.noted = True
            scene.log.append(Entry(fault=self.card.name, kind=self.card.kind, turn=scene.turn))
