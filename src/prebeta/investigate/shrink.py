"""The shortest way to the same failure: first guesses that are often right, then delta debugging.

Most failures need what the product must know to come that far, which one message can tell, and what sets them off. Such
scripts are tried first: the last message alone, all facts at once and the last message, one aside between. Then ddmin of
Zeller and Hildebrandt (2002) over the messages, neighbours made one message, and what adorns them taken away; the oracle is
"the same failure shows". A cooperative user goes on where a script ends, and what it had to say until the failure counts.

Products are flaky. Where the whole script doesn't always fail, its last message is said up to three times, and each step is
a sequential test (`trials`). The result is held afresh at the end; where it comes too seldom, what was found before it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from prebeta.core.types import Leave, Move, Transcript, Wait
from prebeta.investigate.replays import Replay, Script, Subject, shows
from prebeta.investigate.scripts import all_plain, at_once, doubled, guesses, is_repeatable, is_special, joins
from prebeta.investigate.trials import OutOfBudget, Tally, Trials, again, failing, repeating

BUDGET = 30
SURE = 0.8
"""A script that shows the failure less often than this is said to be unsure."""

_LOOKS = 2
_SUBJECTS = 4
_RACED = 3
_SECOND_CHANCE = 3
_LAST_LOOK = 5
_REPEATS = 4
_SHORT = 2
_ABOUT = 0.3


@dataclass(frozen=True, slots=True)
class Shrunk:
    """The smallest script found, of `subject`. `of` is the number of the whole conversation's user messages; `reproduced` how often it
    failed of how often it was held, once it had been found; `repeats` how many of its last messages say the same again, for a
    failure that comes by chance; `done` is False where the budget ended the search, or it was stopped."""

    subject: Subject
    script: Script
    example: Transcript
    turn: int
    behaviors: tuple[str, ...]
    of: int
    reproduced: tuple[int, int]
    replays: int
    done: bool
    repeats: int = 0

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


@dataclass(slots=True)
class _Search:
    """Where a search stands: scripts that fail, each taken for the one before it, the smallest last."""

    trials: Trials
    found: list[Tally] = field(default_factory=list)
    steady: bool = True
    """Whether the whole script failed each time so far."""

    @property
    def best(self) -> Tally:
        return self.found[-1]

    @property
    def moves(self) -> tuple[Move, ...]:
        """The best script as it was held: with what the cooperative user had to add until it failed."""
        if self.best.example is None:
            return self.trials.subject.moves
        return failing(self.best.example, self.trials.subject)

    async def take(self, moves: tuple[Move, ...]) -> bool:
        """Go on with this script if it stands for the best one."""
        if not moves or moves == self.best.moves:
            return False
        tally = await self.trials.stands_for(moves, self.best)
        if tally is not None:
            self.found.append(tally)
        return tally is not None


async def shrink(subjects: Subject | Sequence[Subject], replay: Replay, budget: int = BUDGET) -> Shrunk:
    """The smallest script that still fails the same way, from at most `budget` replays; of several conversations that show
    the failure, of the first in which it comes again each time. Raises NotReproduced.

    Cancelled on the way it gives the best so far, once it has any.
    """
    several = (subjects,) if isinstance(subjects, Subject) else tuple(subjects)
    search = _Search(Trials(several[0], replay, budget))
    done, fresh = True, None
    try:
        search = await _begun(several, replay, budget)
        if search.steady:
            await _searched(search)
            fresh = await _confirmed(search)
        if fresh is None or fresh.share < SURE:
            await _raced(search)
            await _searched(search)
    except OutOfBudget:
        if not any(one.shown for one in search.found):
            raise NotReproduced(budget) from None
        done = False
    except asyncio.CancelledError:
        if not any(one.shown for one in search.found):
            raise
        _go_on_once()
        return _result(search, search.best, done=False)
    try:
        if fresh is None or fresh.share < SURE:
            fresh = await _confirmed(search)
    except asyncio.CancelledError:
        _go_on_once()
        fresh, done = search.best, False
    return _result(search, fresh, done)


def _go_on_once() -> None:
    """Take back that we were cancelled: what is known is given instead."""
    task = asyncio.current_task()
    if task is not None:
        task.uncancel()


async def _begun(subjects: Sequence[Subject], replay: Replay, budget: int) -> _Search:
    """The conversation to shrink and its whole script: the first that fails each of some times, else that which does most."""
    held = 0
    begun: list[tuple[Trials, Tally]] = []
    for subject in subjects[: _SUBJECTS if budget >= BUDGET else 1]:
        trials = Trials(subject, replay, budget - held)
        tally = trials.known(subject.moves)
        tally.least = len(subject.moves)
        for _ in range(_LOOKS):
            await trials.look(tally)
            if not tally.shown:
                break
        held += trials.held
        begun.append((trials, tally))
        if tally.shown == _LOOKS:
            break
    trials, tally = max(begun, key=lambda one: one[1].share)
    trials.left, trials.held = budget - held, held
    steady = tally.shown == tally.held
    if not steady:
        tally.chance = tally.likely
    trials.reserve = min(_LAST_LOOK if steady else _LAST_LOOK + _LOOKS, trials.left)
    return _Search(trials, [tally], steady)


async def _raced(search: _Search) -> None:
    """Of all guesses the one that fails most often, the last message said again and again: what to begin with where the whole
    script fails by chance. Those that fail are held more often, until one does each time."""
    whole = search.found[0]
    moves = search.moves
    if search.steady:
        search.steady, search.trials.reserve = False, min(_LAST_LOOK, search.trials.left)
    entered = [
        search.trials.known(guess, _REPEATS if is_repeatable(guess[-1]) else 0)
        for guess in (*doubled(guesses(moves, search.trials.scenario)), (*moves[:-1], at_once(moves[-1])))
    ]
    try:
        for tally in entered:
            while tally.held < _RACED and tally.shown == tally.held:
                await search.trials.look(tally)
            if tally.shown == tally.held:
                break
        for tally in entered[:_SECOND_CHANCE]:  # one miss says little of what comes by chance
            if search.found[0].shown and not tally.shown and tally.held == 1:
                await search.trials.look(tally)
        if not any(tally.shown for tally in search.found + entered):
            raise NotReproduced(search.trials.held)
        for tally in sorted(entered, key=lambda one: -one.likely)[:_LOOKS]:
            while tally.shown and tally.held < _RACED:
                await search.trials.look(tally)
    finally:
        best = max(entered, key=lambda one: one.likely if one.shown else 0.0)
        if best.shown and best.likely >= whole.likely:
            best.chance = best.likely
            search.found.append(best)


async def _searched(search: _Search) -> None:
    """Ever smaller scripts."""
    scenario = search.trials.scenario
    begun = search.best
    for guess in guesses(search.moves, scenario):
        if await search.take(guess) and len(search.moves) <= max(2, sum(map(is_special, search.moves))):
            break
    if search.best is not begun and len(search.moves) > 1:  # of what the cooperative user added, too
        for guess in guesses(search.moves, scenario):
            if len(guess) < len(search.moves) and await search.take(guess):
                break
    await search.take(all_plain(search.moves, scenario))
    if not search.steady and len(search.moves) <= _SHORT:
        return  # each step might take something of how often it fails, and replays are better spent on knowing that
    await _halved(search)
    await _joined(search)
    await _plainer(search)


async def _halved(search: _Search) -> None:
    """ddmin over the moves: take chunks away, ever smaller ones, the early ones first."""
    parts = 2
    while len(moves := search.moves) >= 2:
        size = -(-len(moves) // parts)
        for begin in range(0, len(moves), size):
            if await search.take(moves[:begin] + moves[begin + size :]):
                parts = max(parts - 1, 2)
                break
        else:
            if parts >= len(moves):
                return
            parts = min(len(moves), 2 * parts)


async def _joined(search: _Search) -> None:
    """Neighbours in one message, as long as that does."""
    while len(moves := search.moves) > 1:
        for joined in joins(moves, search.trials.scenario):
            if await search.take(joined):
                break
        else:
            return


async def _plainer(search: _Search) -> None:
    """Take what behaviors put into single messages away, where the failure stays."""
    moves = search.moves
    for place, simple in enumerate(all_plain(moves, search.trials.scenario)):
        if simple != moves[place] and await search.take((*moves[:place], simple, *moves[place + 1 :])):
            moves = search.moves


async def _confirmed(search: _Search) -> Tally:
    """The last script found that fails often enough when it is held afresh; else the one that does most."""
    trials, held = search.trials, list[Tally]()
    trials.reserve = 0
    for fresh in _candidates(search):
        await _held(trials, fresh, steady=search.steady)
        if fresh.held:
            held.append(fresh)
        if fresh.share >= SURE and fresh.held >= _LOOKS:
            return fresh
        if not trials.left or search.steady:
            break
    if not held:
        return search.best
    surest = max(fresh.likely for fresh in held)
    best = next(fresh for fresh in held if fresh.likely >= surest - _ABOUT)
    while not search.steady and trials.left and best.held < _LAST_LOOK:
        await trials.look(best)
    return best


async def _held(trials: Trials, fresh: Tally, *, steady: bool) -> None:
    """Five times, and five more where the product is flaky; not on once it is known to fail too seldom."""
    for times in (_LAST_LOOK, 2 * _LAST_LOOK):
        missed = round((1 - SURE) * times)
        while trials.left and fresh.held < times and fresh.held - fresh.shown <= missed:
            await trials.look(fresh)
        if (steady and fresh.shown == fresh.held) or fresh.held - fresh.shown > missed:
            return


def _candidates(search: _Search) -> list[Tally]:
    """What may be the result, the best first, with nothing known of it: without needless repeats first."""
    found: list[Tally] = []
    for one in reversed([one for one in search.found if one.shown]):
        if one.repeats and not one.late and one.shown > _RACED:
            found.append(replace(again(one), repeats=0))
        found.append(again(one))
    return found


def _result(search: _Search, best: Tally, done: bool) -> Shrunk:
    trials = search.trials
    shown = best.example or next(one.example for one in search.found if one.example and one.moves == best.moves)
    assert shown is not None
    symptom = shows(shown, trials.subject.cells)
    assert symptom is not None
    moves = repeating(best.moves, best.repeats)
    told = [turn.move for turn in trials.subject.transcript.turns if turn.move is not None]
    return Shrunk(
        subject=trials.subject,
        script=Script(trials.scenario, moves, goes_on=True),
        example=shown.transcript,
        turn=symptom.turn,
        behaviors=tuple(dict.fromkeys(name for move in moves if move.act for name in move.act.behaviors)),
        of=sum(move.kind not in (Leave.kind, Wait.kind) for move in told),
        reproduced=(best.shown, best.held),
        replays=trials.held,
        done=done,
        repeats=best.repeats,
    )
