"""Whole conversations, many at once, by the real engine: each user says its own lines and none of another's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from prebeta.core.events import ConversationEnded
from prebeta.core.types import EndState, Goal, Job, Leave, Limits, Move, Persona, Reply, Say, Scenario, Transcript, Turn
from prebeta.engine.local import execute
from prebeta.engine.sitting import Parts


class Lines:
    """A user that says its lines one after the other, whatever it hears, and leaves."""

    def __init__(self, moves: Sequence[Move]) -> None:
        self._moves = iter(moves)

    async def next(self, turns: Sequence[Turn]) -> Move:
        return next(self._moves, Leave("patience"))


async def no_end(turns: Sequence[Turn], reply: Reply) -> EndState | None:
    return None


async def hold_all(
    target: Any, scripts: Mapping[str, Sequence[str | Move]], limits: Limits | None = None
) -> dict[str, Transcript]:
    """Conversation to transcript; `scripts` maps a conversation's name to what its user says before it leaves."""
    jobs = [Job(name, Scenario(name, 7, Persona("someone"), Goal("something"))) for name in scripts]

    def user(scenario: Scenario, _rng: Any) -> Lines:
        return Lines([Say(one) if isinstance(one, str) else one for one in scripts[scenario.id]])

    parts = Parts(target, {"agenda": user}, no_end)
    held = limits or Limits(concurrency=len(scripts))
    events = [event async for event in execute(jobs, parts, held)]
    return {event.transcript.id: event.transcript for event in events if isinstance(event, ConversationEnded)}
