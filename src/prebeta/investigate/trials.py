"""Whether a script fails, from as few replays as that takes: Wald's sequential test for products that are flaky.

Wald (1945), "Sequential tests of statistical hypotheses". A script is held until it is likelier that it fails as often as what
it is to replace than half as often, or the other way round.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace

from prebeta.core.types import Move, Say, Scenario
from prebeta.investigate.replays import Replay, Replayed, Script, Subject, repeated, shows, user_turns
from prebeta.investigate.scripts import is_special

LOST = 0.5
"""A script that fails at most this share as often as the one it is to replace is not taken for it."""

_WRONGLY_TAKEN, _WRONGLY_LEFT = 0.25, 0.2
"""Chances of error: to take a script that fails half as often, to leave one that fails as often."""
_LEAST, _MOST = 0.3, 0.95
_TRIES = 6
"""A script held so often without an answer is left."""

Size = tuple[float, int, int]
"""What is made smaller: user messages until it fails; in the script those that a cooperative user wouldn't send or not so, and
letters."""


class OutOfBudget(Exception):
    """No replay is left."""


@dataclass(slots=True)
class Tally:
    """What is known of one script: how often it failed of how often it was held, and one time that it did. `chance` is how
    often the script it was taken for fails."""

    moves: tuple[Move, ...]
    repeats: int
    shown: int = 0
    held: int = 0
    late: bool = False
    """Whether it failed at a repeat of the last message only, in some replay."""
    example: Replayed | None = None
    chance: float = _MOST
    least: int = 0
    """It is not thought to fail sooner than after so many user messages, whatever chance says."""
    took: int = 0
    """User messages until it failed, of all times that it did."""

    @property
    def share(self) -> float:
        return self.shown / self.held if self.held else 0.0

    @property
    def likely(self) -> float:
        """How often it fails, as far as is known; between nothing and all."""
        return (self.shown + 1) / (self.held + 2)


@dataclass(slots=True)
class Trials:
    """Holds scripts for one subject, counts what they cost and remembers them."""

    subject: Subject
    replay: Replay
    left: int
    """Replays that may still be held."""
    held: int = 0
    reserve: int = 0
    """Replays that are kept for the end."""
    _known: dict[tuple[tuple[str, str], ...], Tally] = field(default_factory=dict)

    def size(self, tally: Tally) -> Size:
        """Of a script that failed."""
        specials = sum(max(1, len(move.act.behaviors) if move.act else 0) for move in tally.moves if is_special(move))
        letters = sum(len(move.text) for move in tally.moves)
        return max(tally.least, tally.took / tally.shown if tally.shown else 0.0), specials, letters

    @property
    def scenario(self) -> Scenario:
        return self.subject.transcript.scenario

    def known(self, moves: tuple[Move, ...], repeats: int = 0) -> Tally:
        key = (*((move.kind, move.text) for move in moves), (str(repeats), ""))
        return self._known.setdefault(key, Tally(moves, repeats))

    async def look(self, tally: Tally, times: int = 1) -> Tally:
        """Hold a script so often."""
        if times > self.left - self.reserve:
            raise OutOfBudget
        self.left -= times
        self.held += times
        script = Script(self.scenario, repeating(tally.moves, tally.repeats), goes_on=True)
        for one in await repeated(self.replay, script, times):
            tally.held += 1
            symptom = shows(one, self.subject.cells)
            if symptom is None:
                continue
            tally.shown += 1
            tally.took += len(failing(one, self.subject))
            tally.late |= user_turns(one.transcript, symptom.turn) > len(tally.moves)
            tally.example = tally.example or one
        return tally

    async def stands_for(self, moves: tuple[Move, ...], other: Tally) -> Tally | None:
        """What is known of a script if it fails about as often as another one, and is smaller; else None."""
        repeats = other.repeats
        tally = self.known(moves, repeats)
        if tally.held:
            return None
        chance = tally.chance = min(_MOST, max(_LEAST, other.chance))
        seldom = chance * LOST
        taken = math.log((1 - _WRONGLY_LEFT) / _WRONGLY_TAKEN)
        left = math.log(_WRONGLY_LEFT / (1 - _WRONGLY_TAKEN))
        odds = 0.0
        steady = chance >= _MOST
        while tally.held < _TRIES:
            shown, held = tally.shown, tally.held
            await self.look(tally)
            if tally.held == held:  # spoiled: it says nothing
                if self.left <= self.reserve:
                    raise OutOfBudget
                continue
            failed = tally.shown > shown
            if failed and self.size(tally) >= self.size(other):
                return None
            odds += math.log(chance / seldom) if failed else math.log((1 - chance) / (1 - seldom))
            if odds <= left:
                return None
            if odds >= taken or (steady and failed):
                tally.chance = chance if steady else max(chance, tally.likely)
                return tally
        return None


def repeating(moves: tuple[Move, ...], times: int) -> tuple[Move, ...]:
    """The moves, the last one so many times more, whatever the product asks then."""
    if not times or not moves or not isinstance(last := moves[-1], Say):
        return moves
    unasked = replace(last, act=None if last.act is None else replace(last.act, asked=None))
    return (*moves, *([unasked] * times))


def failing(replayed: Replayed, subject: Subject) -> tuple[Move, ...]:
    """The user's moves until it failed, a last one that was repeated once."""
    symptom = shows(replayed, subject.cells)
    assert symptom is not None
    turns = replayed.transcript.turns[: symptom.turn]
    moves = [turn.move for turn in turns if turn.move is not None and turn.move.kind != "leave"]
    while len(moves) > 1 and isinstance(moves[-1], Say) and moves[-1].text and moves[-1].text == moves[-2].text:
        moves.pop()
    return tuple(moves)


def again(tally: Tally) -> Tally:
    """The same script, with nothing known of it."""
    return replace(tally, shown=0, held=0, late=False, example=None, took=0)
