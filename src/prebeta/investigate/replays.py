"""What investigations are made of: a conversation held again, otherwise, and whether the same failure shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from prebeta.core.results import Symptom
from prebeta.core.types import Move, Scenario, Transcript
from prebeta.dialogue.similarity import jaccard, mask, tokens

_ALIKE = 0.5


@dataclass(frozen=True, slots=True)
class Script:
    """What is to be said again: a scenario's user, its moves in order, and whether it then goes on cooperatively."""

    scenario: Scenario
    moves: tuple[Move, ...]
    goes_on: bool = False


@dataclass(frozen=True, slots=True)
class Replayed:
    """A conversation that was held again, with its flaws; `spoiled` where we or the network broke, so that it says
    nothing."""

    transcript: Transcript
    symptoms: tuple[Symptom, ...]
    failed: bool
    spoiled: bool = False


Replay: TypeAlias = Callable[[Script], Awaitable[Replayed]]
"""Holds a script. Each call is a new conversation with the product of now."""


@dataclass(frozen=True, slots=True)
class Subject:
    """What is looked into: a conversation, the flaw in it, and the cells that count as the same flaw."""

    transcript: Transcript
    symptom: Symptom
    cells: frozenset[str]

    @property
    def moves(self) -> tuple[Move, ...]:
        """The user's moves before the blamed turn."""
        before = self.transcript.turns[: self.symptom.turn]
        return tuple(turn.move for turn in before if turn.move is not None and turn.move.kind != "leave")


def shows(replayed: Replayed, cells: Collection[str]) -> Symptom | None:
    """The same flaw in a conversation, where it is there."""
    return next((symptom for symptom in replayed.symptoms if symptom.cell in cells), None)


def user_turns(transcript: Transcript, before: int) -> int:
    """How many moves the user made before a turn."""
    return sum(turn.move is not None for turn in transcript.turns[:before])


def diverged(original: Transcript, again: Transcript, moves: int) -> int | None:
    """The product's turn in which it first answered the same moves otherwise than before; None where it did not.

    Wordings vary: answers are held against each other by what they ask and by half of their words, particulars masked.
    """
    seen = 0
    for one, other in zip(original.turns, again.turns, strict=False):
        if one.move is not None:
            seen += 1
            if seen > moves:
                return None
        elif one.reply is not None and other.reply is not None and not _alike(one.text, other.text):
            return one.index
    return None


def on_the_way(original: Transcript, again: Transcript, before: int) -> bool:
    """Whether all that the product said before a turn is alike to something it said before, in whatever order."""
    known = [turn.text for turn in original.turns[:before] if turn.reply is not None]
    said = [turn.text for turn in again.turns[:before] if turn.reply is not None]
    return all(any(_alike(text, other) for other in known) for text in said)


def _alike(one: str, other: str) -> bool:
    if one == other:
        return True
    return jaccard(tokens(mask(one)), tokens(mask(other))) >= _ALIKE


async def repeated(replay: Replay, script: Script, times: int) -> Sequence[Replayed]:
    """The same script so often, at once; those that were spoiled left out."""
    import asyncio

    held = await asyncio.gather(*(replay(script) for _ in range(times)))
    return [one for one in held if not one.spoiled]
