"""A user as a test: its place in a crowd, its conversations, and what they come to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from pytest_prebeta.ahead import horizon, said_plainly, to_come
from pytest_prebeta.notes import conclude, note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prebeta.core.results import Assessment
    from prebeta.core.types import Scenario, Transcript, Verdict
    from prebeta.runner import Kept
    from pytest_prebeta.desk import Crowd
    from pytest_prebeta.judging import Judged


@dataclass(frozen=True, slots=True)
class Seat:
    """A test's place: the crowd's name, and which of its users it is, from 0."""

    crowd: str
    position: int


@dataclass(frozen=True, slots=True)
class Conversation:
    """A user's conversation, as the fixture `prebeta_conversation` gives it. Where the user was sent several times, the
    shortest of those that failed, else the first; `all` are all of them."""

    run: str
    store: Path
    transcript: Transcript
    verdicts: tuple[Verdict, ...]
    assessment: Assessment
    all: tuple[Kept, ...]

    def __str__(self) -> str:
        return str(self.transcript)

    @property
    def scenario(self) -> Scenario:
        return self.transcript.scenario

    @property
    def outcome(self) -> str:
        return self.assessment.outcome

    @property
    def failed(self) -> bool:
        return self.assessment.failed

    @property
    def flawed(self) -> bool:
        return self.assessment.flawed


_SEAT = pytest.StashKey[Seat]()
_HELD = pytest.StashKey["Conversation"]()


def take_seat(item: pytest.Item, seat: Seat) -> None:
    item.stash[_SEAT] = seat


def await_user(item: pytest.Item, crowd: Crowd) -> Conversation:
    """The conversation of a test's user, once it is held; those of the tests to come are held along with it."""
    seat = item.stash[_SEAT]
    mine = crowd.conversations(seat.position)
    with said_plainly():
        _look_ahead(item, crowd, mine)
        held = tuple(_waited(crowd, name) for name in mine)
    found = _to_look_at(held)
    item.stash[_HELD] = Conversation(
        crowd.share.run.id, crowd.share.store, found.transcript, found.verdicts, found.assessment, held
    )
    return item.stash[_HELD]


def _look_ahead(item: pytest.Item, crowd: Crowd, mine: Sequence[str]) -> None:
    """Ask for the conversations of a test and of those to come, unless that was done when the same ones were to come: with
    thousands of users they are gone through once, not for every one of them."""
    end = horizon(item)
    if end == crowd.ahead.horizon and crowd.ahead.asked(mine):
        return
    name = item.stash[_SEAT].crowd
    seats = [one.stash.get(_SEAT, None) for one in to_come(item)]
    wanted = [crowd.conversations(seat.position) for seat in seats if seat is not None and seat.crowd == name]
    crowd.ahead.ask([conversation for conversations in wanted for conversation in conversations])
    crowd.ahead.horizon = end


def _waited(crowd: Crowd, name: str) -> Kept:
    try:
        return crowd.ahead.wait(name)
    except KeyError:
        pytest.fail("prebeta: this user was not sent: the budget for LLMs is spent", pytrace=False)


def _to_look_at(held: tuple[Kept, ...]) -> Kept:
    return min(held, key=lambda one: (not one.assessment.failed, len(one.transcript.turns) * one.assessment.failed))


def judged_user(item: pytest.Item) -> Judged | None:
    """What a test's user came to; None where the test has none."""
    from pytest_prebeta.judging import of_user

    held = item.stash.get(_HELD, None)
    if held is None:
        return None
    judged = of_user([one.assessment for one in held.all])
    note(item, **_told(item, held))
    return judged


def conclude_user(item: pytest.Item, judged: Judged | None = None) -> None:
    """End a test as its user's conversation did."""
    found = judged if judged is not None else judged_user(item)
    assert found is not None
    held = item.stash[_HELD]
    conclude(item, found, lambda: _shown(item, held, found.why))


def _told(item: pytest.Item, held: Conversation) -> dict[str, Any]:
    from pytest_prebeta.writing import store_words

    place = store_words(held.store, item.config.invocation_params.dir)
    told = {
        "run": held.run,
        "conversation": held.transcript.id,
        "scenario": held.scenario.id,
        "outcome": held.outcome,
        "kind": held.assessment.kind,
        "store": str(held.store),
    }
    if held.failed or held.flawed:
        told["replay"] = _again(item, held)
    return told | {"show": f"prebeta show {held.run}{place}"}


def _again(item: pytest.Item, held: Conversation) -> str:
    """The command that sends this user again."""
    from pytest_prebeta.desk import desk_of
    from pytest_prebeta.writing import again_words, store_words

    place = store_words(held.store, item.config.invocation_params.dir)
    run = desk_of(item.config).crowds[item.stash[_SEAT].crowd].share.run
    return again_words(run.project, held.transcript.id, place) or f'pytest "{item.nodeid}"'


def _shown(item: pytest.Item, held: Conversation, why: str) -> str:
    from prebeta.store import Stored
    from pytest_prebeta.writing import transcript

    text = transcript(Stored(held.transcript, held.verdicts, held.assessment))
    return f"{why}\n\n{text}\nagain: {_again(item, held)}"
