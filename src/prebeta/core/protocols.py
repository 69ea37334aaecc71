"""The extension surface: a few protocols with one or two methods each."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from prebeta.core.types import EndState, Json, Move, Reply, Scenario, Transcript, Turn, Verdict


@dataclass(frozen=True, slots=True)
class OpenContext:
    """What a target learns about a conversation. Never the scenario: the product doesn't get the answer key."""

    id: str
    seed: int
    account: Mapping[str, Json] | None = None
    prefix: tuple[str, ...] = ()


class Session(Protocol):
    """One conversation with the product."""

    async def start(self) -> Reply:
        """What the product says first; may be empty. Raises TargetError."""

    async def send(self, move: Move) -> Reply:
        """The product's answer to a Say or Press; `Wait` drains what came late. Raises TargetError."""


@runtime_checkable
class Target(Protocol):
    """The connector to the product under test."""

    def open(self, context: OpenContext) -> AbstractAsyncContextManager[Session]:
        """A new conversation. Leaving the context closes it."""


class User(Protocol):
    """A synthetic user in one conversation. One that never waits for anything may say so by `instant = True`: then no
    clock is set for each of its turns."""

    async def next(self, turns: Sequence[Turn]) -> Move:
        """The next move after these turns. Raises SimulatorError."""


class UserFactory(Protocol):
    """Makes a user for a scenario; `rng` is the only source of chance it may use."""

    def __call__(self, scenario: Scenario, rng: random.Random) -> User: ...


class EndCheck(Protocol):
    """Asks whether the end state is reached; called after each product turn, probes included."""

    async def __call__(self, turns: Sequence[Turn], reply: Reply) -> EndState | None: ...


class Judge(Protocol):
    """Says what went wrong in a finished conversation, and where."""

    async def __call__(self, transcript: Transcript) -> Sequence[Verdict]: ...
