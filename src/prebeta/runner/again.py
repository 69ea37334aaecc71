"""The user of a conversation sent once more, to the product of now."""

from __future__ import annotations

import random
from dataclasses import replace

from prebeta.behaviors import catalogue
from prebeta.config import Project
from prebeta.config.connectors import importable
from prebeta.core.protocols import User
from prebeta.core.types import Job, Scenario, Transcript
from prebeta.dialogue.reading import Reader
from prebeta.runner.hiding import hidden, hiding_of
from prebeta.runner.replaying import filler_for
from prebeta.runner.single import Seats, Single, hold_one
from prebeta.runner.speaking import profile_of
from prebeta.users.agenda import AgendaFactory
from prebeta.users.kit import UserKit
from prebeta.users.replay import ReplayUser


async def again(project: Project, transcript: Transcript, number: int, from_turn: int | None = None) -> Single:
    """The same scenario and seed; with `from_turn` the user's moves before that turn as they were, from there on as it
    decides now. `number` tells the conversations apart. Raises UsageError, UnreachableError."""
    transcript = filler_for(project).transcript(transcript)
    job = replace(transcript.job, conversation=f"{transcript.id[:8]}r{number:03}")
    seats = Seats()
    if from_turn is not None:
        seats = Seats(user=_Again(project, transcript, from_turn))
        job = Job(job.conversation, job.scenario, "replay", job.repeat)
    held = await hold_one(project, job, seats, check=number == 0)
    hiding = hiding_of(project, project.accounts())
    verdicts = tuple(hidden(verdict, hiding) for verdict in held.verdicts)
    return replace(held, transcript=hidden(held.transcript, hiding), verdicts=verdicts)


class _Again:
    """Makes a user that begins as another did."""

    def __init__(self, project: Project, transcript: Transcript, from_turn: int) -> None:
        with importable(project.folder):
            own = catalogue(name for name in project.behaviors if ":" in name)
        reader = Reader(project.slots(), project.answers())
        self._make = AgendaFactory(UserKit(reader, project.user.patience, own, profile_of(project)))
        moves = (turn.move for turn in transcript.turns[:from_turn])
        self._moves = [move for move in moves if move is not None and move.kind != "leave"]

    def __call__(self, scenario: Scenario, rng: random.Random) -> User:
        return ReplayUser(self._moves, self._make(scenario, rng))
