"""Users, products, end checks and judges that do what a test says."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field

from prebeta.core.protocols import OpenContext, Session
from prebeta.core.types import (
    EndState,
    Goal,
    Job,
    Leave,
    Limits,
    Move,
    Persona,
    Reply,
    Say,
    Scenario,
    Transcript,
    Turn,
    Verdict,
)
from prebeta.engine.sitting import Parts

LIMITS = Limits(concurrency=5, turn_timeout_s=5, conversation_timeout_s=20)


def jobs(count: int, policy: str = "scripted") -> list[Job]:
    return [
        Job(f"c{number}", Scenario(f"s{number}", number, Persona("someone"), Goal("a goal")), policy)
        for number in range(count)
    ]


@dataclass
class Product:
    """A target that counts who is in; `answer` gives the reply to a conversation's message."""

    answer: Callable[[str, str], Awaitable[Reply]]
    opening: Callable[[str], Awaitable[None]] | None = None
    closing: Callable[[str], Awaitable[None]] | None = None
    inside: set[str] = field(default_factory=set)
    most: int = 0
    contexts: list[OpenContext] = field(default_factory=list)

    def open(self, context: OpenContext) -> AbstractAsyncContextManager[Session]:
        return self._open(context)

    @asynccontextmanager
    async def _open(self, context: OpenContext) -> AsyncIterator[Session]:
        if self.opening is not None:
            await self.opening(context.id)
        self.contexts.append(context)
        self.inside.add(context.id)
        self.most = max(self.most, len(self.inside))
        try:
            yield _Session(self, context.id)
        finally:
            self.inside.discard(context.id)
            if self.closing is not None:
                await self.closing(context.id)


@dataclass
class _Session:
    product: Product
    name: str

    async def start(self) -> Reply:
        return Reply(("Hello",))

    async def send(self, move: Move) -> Reply:
        return await self.product.answer(self.name, move.text)


async def polite(name: str, text: str) -> Reply:
    """Waits a moment; is done when told the third thing."""
    await asyncio.sleep(0.001)
    return Reply((f"You said {text}",), state={"done": text == "3"})


@dataclass
class Counting:
    """A user that says 1, 2, 3, … and leaves after that."""

    scenario: Scenario
    rng: random.Random

    async def next(self, turns: Sequence[Turn]) -> Move:
        said = sum(turn.move is not None for turn in turns)
        return Say(str(said + 1)) if said < 5 else Leave("done")


async def done_when_told(turns: Sequence[Turn], reply: Reply) -> EndState | None:
    return EndState() if isinstance(reply.state, dict) and reply.state.get("done") else None


async def content(transcript: Transcript) -> Sequence[Verdict]:
    return [Verdict("content", "1", "pass", evidence=transcript.id)]


def parts(product: Product, **more: object) -> Parts:
    given: dict[str, object] = {"users": {"scripted": Counting}, "end_check": done_when_told, "judges": (content,)}
    return Parts(target=product, **{**given, **more})  # type: ignore[arg-type]
