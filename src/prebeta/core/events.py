"""What an engine tells while it works. Console, store and web are consumers; none of them is known here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from prebeta.core.types import Job, Transcript, Turn, Verdict


@dataclass(frozen=True, slots=True)
class ConversationStarted:
    job: Job


@dataclass(frozen=True, slots=True)
class TurnTaken:
    """A turn of either side. Only for those who watch: the transcript brings all turns again."""

    conversation: str
    turn: Turn


@dataclass(frozen=True, slots=True)
class ConversationEnded:
    """A finished conversation with what the judges said; `judge_error` where one of them broke."""

    transcript: Transcript
    verdicts: tuple[Verdict, ...]
    judge_error: str | None = None


@dataclass(frozen=True, slots=True)
class RunEnded:
    """The engine is through: all done, or ended early with `left` conversations not held; `unpaid` says so where the
    budget for LLMs was the reason."""

    done: int
    left: int
    seconds: float
    unpaid: str | None = None


Event: TypeAlias = ConversationStarted | TurnTaken | ConversationEnded | RunEnded
