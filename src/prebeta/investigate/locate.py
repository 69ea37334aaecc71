"""Where it breaks: fork and repair.

From the first t of the user's moves a cooperative user goes on. Where t is small the failure is gone, with all of them it is
there; the product's answer to the move at which it comes is the decisive turn. The share of replays that show it is taken to
grow with t, so that halving finds the place: about log2(T) steps of m replays each.
"""

from __future__ import annotations

from dataclasses import dataclass

from prebeta.analysis.stats import interval
from prebeta.core.types import Transcript
from prebeta.investigate.replays import Replay, Script, Subject, diverged, repeated, shows

_SURE = 2
"""Replays of a place while the product always does the same."""


@dataclass(frozen=True, slots=True)
class Fork:
    """What came of so many of the user's moves, then cooperation: in how many of the replays the failure showed."""

    moves: int
    shown: int
    held: int

    @property
    def share(self) -> float:
        return self.shown / self.held if self.held else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """95 % interval of the share."""
        return interval(self.shown, self.held)


@dataclass(frozen=True, slots=True)
class Located:
    """The decisive product turn of a conversation: the one that breaks. `set_up_by` is the user's turn without which a
    cooperative user gets by: the message that is answered wrongly, or an earlier one that brought the product to it.

    `method`: repair, where taking the user's move before it away takes the failure away; anyone, where a cooperative user
    meets it as well; judged, where replaying says nothing and the judge's turn stands. `word` says why in a line; `forks`
    are the places tried, by moves; `reproduced` how often the failure came again with all moves.
    """

    conversation: str
    turn: int
    method: str
    word: str
    forks: tuple[Fork, ...]
    reproduced: tuple[int, int]
    replays: int
    set_up_by: int | None = None


class _Forks:
    """The places tried so far, and what they cost."""

    def __init__(self, subject: Subject, replay: Replay, most: int) -> None:
        self._subject, self._replay, self._most = subject, replay, most
        self.known: dict[int, Fork] = {}
        self.replays = 0
        self.diverged_at: int | None = None
        self.at_once: dict[int, bool] = {}

    async def at(self, moves: int) -> Fork:
        """What comes of the first so many moves; more replays where the first ones disagree."""
        if moves in self.known:
            return self.known[moves]
        script = Script(self._subject.transcript.scenario, self._subject.moves[:moves], goes_on=True)
        fork = Fork(moves, 0, 0)
        for times in (_SURE, self._most - _SURE):
            held = await repeated(self._replay, script, times)
            self.replays += times
            flaws = [(one, flaw) for one in held if (flaw := shows(one, self._subject.cells)) is not None]
            shown = len(flaws)
            at_once = [flaw.turn <= _answer_to(one.transcript, moves) for one, flaw in flaws]
            self.at_once[moves] = self.at_once.get(moves, True) and all(at_once)
            fork = Fork(moves, fork.shown + shown, fork.held + len(held))
            places = [place for one in held if (place := self._parted(one.transcript, moves)) is not None]
            if places and self.diverged_at is None:
                self.diverged_at = min(places)
            if fork.shown in (0, fork.held):
                break
        self.known[moves] = fork
        return fork

    def _parted(self, again: Transcript, moves: int) -> int | None:
        return diverged(self._subject.transcript, again, moves)


async def locate(subject: Subject, replay: Replay, times: int = 5) -> Located:
    """The turn at which a conversation was lost, from at most `times` replays a place."""
    forks = _Forks(subject, replay, max(times, _SURE))
    total = len(subject.moves)
    whole = await forks.at(total)
    if whole.share < 0.5:
        word = f"the failure came again in {whole.shown} of {whole.held} replays, so the judge's turn stands"
        if forks.diverged_at is not None:
            word += f"; the product answers turn {forks.diverged_at} otherwise than before"
        return _judged(subject, forks, whole, word)
    if total == 0:
        return _judged(subject, forks, whole, "the product fails before the user says anything", "anyone")
    nobody = await forks.at(0)
    if nobody.share >= 0.5:
        word = f"a cooperative user with this goal meets it as well ({nobody.shown} of {nobody.held} replays)"
        return _judged(subject, forks, whole, word, "anyone")
    low, high = 0, total
    while high - low > 1:
        middle = (low + high) // 2
        if (await forks.at(middle)).share >= 0.5:
            high = middle
        else:
            low = middle
    before, there = forks.known[low], forks.known[high]
    word = (
        f"with the user's {_nth(high)} message the failure shows in {there.shown} of {there.held} replays, "
        f"without it in {before.shown} of {before.held}"
    )
    answer = _answer_to(subject.transcript, high)
    turn = answer if forks.at_once[high] else subject.symptom.turn
    if turn != answer:
        word += "; that message sets it up, the product breaks later"
    return Located(
        subject.transcript.id,
        turn,
        "repair",
        word,
        _sorted(forks),
        (whole.shown, whole.held),
        forks.replays,
        set_up_by=_move_at(subject.transcript, high),
    )


def _judged(subject: Subject, forks: _Forks, whole: Fork, word: str, method: str = "judged") -> Located:
    reproduced = (whole.shown, whole.held)
    turn = subject.symptom.turn
    return Located(subject.transcript.id, turn, method, word, _sorted(forks), reproduced, forks.replays)


def _sorted(forks: _Forks) -> tuple[Fork, ...]:
    return tuple(forks.known[moves] for moves in sorted(forks.known))


def _answer_to(transcript: Transcript, moves: int) -> int:
    """The product's turn after so many of the user's moves."""
    seen = 0
    for turn in transcript.turns:
        if turn.move is not None:
            seen += 1
        elif seen >= moves:
            return turn.index
    return len(transcript.turns) - 1


def _move_at(transcript: Transcript, number: int) -> int:
    """The turn of the user's move of this number, from 1."""
    moves = [turn.index for turn in transcript.turns if turn.move is not None]
    return moves[number - 1]


def _nth(number: int) -> str:
    ending = "th" if 10 <= number % 100 <= 20 else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"
