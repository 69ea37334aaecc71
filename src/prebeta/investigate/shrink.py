"""The shortest way to the same failure: first guesses that are often right, then delta debugging.

Most failures need what the product must know to come that far, which one message can tell, and what sets them off. Such
scripts are tried first: the last message alone, all facts at once and the last message, one aside between. Then ddmin of
Zeller and Hildebrandt (2002) over the messages, and over what adorns them; the oracle is "the same failure shows". Products
are flaky: each step takes as many tries as the rate of the whole script demands, and what is found is measured at the end.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from prebeta.core.types import Move, Say, Scenario, Transcript
from prebeta.dialogue import acts
from prebeta.investigate.replays import Replay, Replayed, Script, Subject, repeated, shows
from prebeta.users.replay import bundle, plain

BUDGET = 30
SURE = 0.8
"""A script that shows the failure less often than this is said to be unsure."""

_LOOK = 2
_MOST_LOOKS = 4
_LAST_LOOK = 5
_MISSED = 0.1
_MOST_TRIES = 5
_MOST_ASIDES = 4
_ABOUT = 0.2


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The smallest script found. `of` is the number of user messages it came from; `reproduced` how often it failed of how
    often it was held; `done` is False where the budget ended the search, or it was stopped."""

    script: Script
    example: Transcript
    turn: int
    behaviors: tuple[str, ...]
    of: int
    reproduced: tuple[int, int]
    replays: int
    done: bool

    @property
    def sure(self) -> bool:
        """Whether it fails nearly always."""
        shown, held = self.reproduced
        return held > 0 and shown >= SURE * held


class NotReproduced(Exception):
    """The whole script does not fail any more, in none of so many tries."""

    def __init__(self, tries: int) -> None:
        super().__init__(f"the failure did not come again in {tries} replays")
        self.tries = tries


class _OutOfBudget(Exception):
    """No replay is left."""


@dataclass(slots=True)
class _Tally:
    """What is known of one script."""

    script: Script
    shown: int = 0
    held: int = 0
    example: Replayed | None = None


class _Oracle:
    """Whether a script still fails, and what is known of all that were tried."""

    def __init__(self, subject: Subject, replay: Replay, budget: int) -> None:
        self._subject, self._replay, self._budget = subject, replay, budget
        self.replays = 0
        self.tries = 1
        self.kept_back = _LAST_LOOK
        self.failing: list[_Tally] = []
        self._known: dict[tuple[tuple[str, str], ...], _Tally] = {}

    async def look(self, script: Script, times: int) -> _Tally:
        """Hold a script so often, the budget allowing."""
        if self.replays + times > self._budget - self.kept_back:
            raise _OutOfBudget
        key = tuple((move.kind, move.text) for move in script.moves)
        tally = self._known.setdefault((*key, (str(script.goes_on), "")), _Tally(script))
        self.replays += times
        for one in await repeated(self._replay, script, times):
            tally.held += 1
            if shows(one, self._subject.cells) is not None:
                tally.shown += 1
                tally.example = tally.example or one
        return tally

    async def fails(self, script: Script) -> bool:
        """Whether it fails in one of as many tries as it takes to be sure; one that does is the best so far."""
        key = (*((move.kind, move.text) for move in script.moves), (str(script.goes_on), ""))
        known = self._known.get(key)
        if known is not None and known.held:
            return known.shown > 0
        for _ in range(self.tries):
            tally = await self.look(script, 1)
            if tally.shown:
                self.failing.append(tally)
                return True
        return False

    def expect(self, tally: _Tally) -> None:
        """Take the rate of the whole script for that of all that still fail: so many tries rule one out."""
        share = tally.shown / tally.held
        self.tries = 1 if share == 1 else min(_MOST_TRIES, math.ceil(math.log(_MISSED) / math.log(1 - share)))
        self.kept_back = min(_LAST_LOOK * (1 if self.tries == 1 else 2), self._budget - self.replays)


async def steadiest(subjects: Sequence[Subject], replay: Replay, budget: int = BUDGET) -> tuple[Subject, int]:
    """Of a few conversations that show a failure the first in which it comes again each time, else the one in which it does
    most; and what finding that out took. To be shrunk, a case must come again."""
    best, most, used = subjects[0], -1, 0
    for subject in subjects[:_MOST_LOOKS] if len(subjects) > 1 and budget >= BUDGET else ():
        shown = held = 0
        while held < _LOOK and shown == held:
            used += 1
            again = await repeated(replay, Script(subject.transcript.scenario, subject.moves, goes_on=True), 1)
            held += 1
            shown += any(shows(one, subject.cells) is not None for one in again)
        if shown > most:
            best, most = subject, shown
        if shown == _LOOK:
            break
    return best, used


async def shrink(subject: Subject, replay: Replay, budget: int = BUDGET) -> Shrunk:
    """The smallest script that still fails the same way, from at most `budget` replays. Raises NotReproduced.

    Cancelled on the way it gives the best so far, once it has any.
    """
    oracle = _Oracle(subject, replay, budget)
    oracle.kept_back = 0
    done = True
    try:
        whole = await _whole(subject, oracle)
        await _search(whole, oracle)
    except _OutOfBudget:
        if not oracle.failing:
            raise NotReproduced(oracle.replays) from None
        done = False
    except asyncio.CancelledError:
        if not oracle.failing:
            raise
        _go_on_once()
        return _found(subject, oracle, oracle.failing[-1], done=False)
    try:
        best = await _measured(oracle)
    except asyncio.CancelledError:
        _go_on_once()
        best, done = oracle.failing[-1], False
    return _found(subject, oracle, best, done)


def _go_on_once() -> None:
    """Take back that we were cancelled: what is known is given instead."""
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()


async def _measured(oracle: _Oracle) -> _Tally:
    """The last script found, held again some times; where it is unsure, one found before that is surer."""
    oracle.kept_back = 0
    measured: list[_Tally] = []
    for tally in reversed(oracle.failing):
        try:
            while tally.held < _LAST_LOOK:
                await oracle.look(tally.script, 1)
        except _OutOfBudget:
            if measured:
                break
        measured.append(tally)
        if tally.shown >= SURE * tally.held:
            break
    # The smallest that is sure; where none is, the smallest that is about as sure as any.
    surest = max(one.shown / one.held for one in measured)
    return next(one for one in measured if one.shown / one.held >= min(SURE, surest - _ABOUT))


def _found(subject: Subject, oracle: _Oracle, best: _Tally, done: bool) -> Shrunk:
    assert best.example is not None
    symptom = shows(best.example, subject.cells)
    assert symptom is not None
    moves = best.script.moves
    return Shrunk(
        script=best.script,
        example=best.example.transcript,
        turn=symptom.turn,
        behaviors=tuple(dict.fromkeys(name for move in moves if move.act for name in move.act.behaviors)),
        of=len(subject.moves),
        reproduced=(best.shown, best.held),
        replays=oracle.replays,
        done=done,
    )


async def _whole(subject: Subject, oracle: _Oracle) -> Script:
    """The script to begin with: all moves up to the failure, and where that takes more, cooperation after them."""
    for _ in range(_MOST_LOOKS // 2):
        for goes_on in (False, True):
            tally = await oracle.look(Script(subject.transcript.scenario, subject.moves, goes_on), _LOOK)
            if not tally.shown:
                continue
            if tally.shown < tally.held:
                tally = await oracle.look(tally.script, _LOOK)
            oracle.failing.append(tally)
            oracle.expect(tally)
            return tally.script
    raise NotReproduced(oracle.replays)


async def _search(whole: Script, oracle: _Oracle) -> None:
    """Ever smaller scripts; the oracle remembers the last that failed."""
    moves = whole.moves
    for guess in _guesses(moves, whole.scenario):
        if len(guess) < len(moves) and await oracle.fails(replace(whole, moves=guess)):
            moves = guess
            break
    simple = _all_plain(moves, whole.scenario)
    if simple != moves and await oracle.fails(replace(whole, moves=simple)):
        moves = simple
    if len(moves) > 1:
        moves = tuple(await _ddmin(replace(whole, moves=moves), oracle))
    await _plainer(replace(whole, moves=moves), oracle)


def _all_plain(moves: Sequence[Move], scenario: Scenario) -> tuple[Move, ...]:
    return tuple(plain(move, scenario) if isinstance(move, Say) else move for move in moves)


def _guesses(moves: Sequence[Move], scenario: Scenario) -> Iterator[tuple[Move, ...]]:
    """Scripts that are often enough, the shortest first."""
    if len(moves) < 2:
        return
    *before, last = moves
    yield (last,)
    facts = _facts(before)
    (simple,) = _all_plain((last,), scenario)
    asides = [move for move in before if _is_aside(move)][-_MOST_ASIDES:]
    if facts:
        opening = bundle(facts, scenario, opening=True)
        for end in (simple, last) if simple != last else (last,):
            yield (opening, end)
        yield from ((opening, aside, last) for aside in reversed(asides))
        yield from ((aside, opening, last) for aside in asides[-1:])
    else:
        yield from ((aside, last) for aside in reversed(asides))
    if len(asides) > 1:
        yield (*([bundle(facts, scenario, opening=True)] if facts else []), *asides, last)
    answers = tuple(move for move in before if not _is_aside(move))
    yield (*answers, last)
    yield from ((*answers, aside, last) for aside in asides[-1:])
    yield _compact(moves, scenario, said=False)
    yield _compact(moves, scenario, said=True)


def _compact(moves: Sequence[Move], scenario: Scenario, *, said: bool) -> tuple[Move, ...]:
    """The same in fewer messages: facts that were given one after the other are given at once."""
    *before, last = moves
    found: list[Move] = []
    waiting: list[Move] = []

    def give() -> None:
        facts = _facts(waiting, said=said)
        if len(waiting) > 1 and facts:
            found.append(bundle(facts, scenario, opening=not found))
        else:
            found.extend(waiting)
        waiting.clear()

    for move in before:
        if _is_aside(move):
            give()
            found.append(move)
        else:
            waiting.append(move)
    give()
    return (*found, last)


def _is_aside(move: Move) -> bool:
    """Whether a move does more than answer."""
    act = move.act
    return act is not None and (act.name in acts.ASIDES or act.name in (acts.CORRECT, acts.CHANGE))


def _facts(moves: Sequence[Move], *, said: bool = False) -> dict[str, str]:
    """The facts given in these moves, asides left out; as they were uttered if `said`."""
    found: dict[str, str] = {}
    for move in moves:
        if move.act is not None and not _is_aside(move):
            found.update({**move.act.facts, **(move.act.said if said else {})})
    return found


async def _ddmin(whole: Script, oracle: _Oracle) -> Sequence[Move]:
    """ddmin over the moves: take chunks away, ever smaller ones, the early ones first."""
    moves, parts = list(whole.moves), 2
    while len(moves) >= 2:
        size = -(-len(moves) // parts)
        for begin in range(0, len(moves), size):
            fewer = moves[:begin] + moves[begin + size :]
            if fewer and await oracle.fails(replace(whole, moves=tuple(fewer))):
                moves, parts = fewer, max(parts - 1, 2)
                break
        else:
            if parts >= len(moves):
                break
            parts = min(len(moves), 2 * parts)
    if len(moves) == 1 and whole.goes_on and await oracle.fails(replace(whole, moves=())):
        return ()
    return moves


async def _plainer(script: Script, oracle: _Oracle) -> None:
    """Take what behaviors put into single messages away, where the failure stays."""
    moves = list(script.moves)
    for place, simple in enumerate(_all_plain(moves, script.scenario)):
        if simple != moves[place] and await oracle.fails(
            replace(script, moves=(*moves[:place], simple, *moves[place + 1 :]))
        ):
            moves[place] = simple
