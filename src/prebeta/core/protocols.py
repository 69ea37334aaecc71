"""The extension surface: a few protocols with one or two methods each."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias, runtime_checkable

from prebeta.core.types import EndState, Json, Move, Reply, Scenario, Transcript, Turn, Verdict


@dataclass(frozen=True, slots=True)
class OpenContext:
    """What a target learns about a conversation. Never the scenario: the product doesn't get the answer key.

    `prefix` are the messages that are going to be sent, as moves, before the user takes over. `patience_s` are the seconds
    the project gives an answer; None where nobody says.
    """

    id: str
    seed: int
    account: Mapping[str, Json] | None = None
    prefix: tuple[str, ...] = ()
    patience_s: float | None = None


class Session(Protocol):
    """One conversation with the product."""

    async def start(self) -> Reply:
        """What the product says first; may be empty. Raises TargetError."""

    async def send(self, move: Move) -> Reply:
        """The product's answer to a Say or Press; `Wait` drains what came late. Raises TargetError."""


@runtime_checkable
class Target(Protocol):
    """The connector to the product under test.

    One that keeps evidence outside the transcript (screenshots) may have `keep_evidence(conversation, turns)`: it is told, once
    a conversation is judged, which turns are worth keeping; none of one where nothing went wrong. It is called in a thread.

    One that has something to do before that isn't the product's may have `prepare(context)`: an async context manager around
    the conversation, entered before the product's clock runs, which gives a function that is called instead of `open`.
    """

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


Role: TypeAlias = Literal["system", "user", "assistant"]


@dataclass(frozen=True, slots=True)
class Message:
    """One message to an LLM."""

    role: Role
    text: str


@dataclass(frozen=True, slots=True)
class ModelRequest:
    """What is asked of an LLM that works for prebeta. What is None is left to the model's options or the provider.

    `schema` is a JSON Schema (an object at its root) that the answer must fit; `stop` are texts that end the answer.
    """

    messages: tuple[Message, ...]
    temperature: float | None = None
    max_tokens: int | None = None
    seed: int | None = None
    schema: Mapping[str, Json] | None = None
    stop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Completion:
    """An LLM's answer. `data` is the JSON in it where a schema was given, and fits it.

    `tokens_in` and `tokens_out` are those of the answer given (not of attempts that failed, nor of other answers on the
    way to it); `cost_usd` likewise, None where the price isn't known, 0 for an answer that was `cached`. `latency_s`
    includes waiting for limits and retries. `whole` is False where the answer was cut at `max_tokens`.
    """

    text: str
    data: Json = None
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float | None = None
    cached: bool = False
    latency_s: float = 0.0
    whole: bool = True


class Model(Protocol):
    """An LLM that works for prebeta: words what a user says, judges, writes personas. Never the product."""

    async def complete(self, request: ModelRequest) -> Completion:
        """The answer. Raises ModelError where none is to be had, BudgetSpent where it can't be paid for."""
