"""One conversation by itself, kept nowhere: to talk to the product oneself, and for tests."""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import Any

from prebeta.analysis.outcome import assess
from prebeta.config import Project
from prebeta.core.protocols import Target, UserFactory
from prebeta.core.results import Assessment
from prebeta.core.types import Job, Limits, Transcript, Turn, Verdict
from prebeta.dialogue.reading import Reader
from prebeta.engine.sitting import hold
from prebeta.runner.plan import assemble
from prebeta.runner.speaking import models_of
from prebeta.runner.staging import namer_for


@dataclass(frozen=True, slots=True)
class Seats:
    """Who sits at the table, where it isn't who the project sends: `user` instead of the job's policy, `target` instead
    of the project's. `watch` is told each turn as it is taken."""

    user: UserFactory | None = None
    target: Target | None = None
    limits: Limits | None = None
    watch: Callable[[Turn], None] | None = None


@dataclass(frozen=True, slots=True)
class Single:
    """A conversation, judged and assessed. `judge_error` says what broke in the judges, where something did."""

    transcript: Transcript
    verdicts: tuple[Verdict, ...]
    assessment: Assessment
    judge_error: str | None = None


async def hold_one(project: Project, job: Job, seats: Seats = Seats(), *, check: bool = False) -> Single:
    """Hold one conversation as a run of the project would. With `check` a first message is sent before, as before a
    run. Raises UsageError, and with `check` UnreachableError; what goes wrong in the conversation becomes its record."""
    reader = Reader(project.slots(), project.answers())
    models = models_of(project) if seats.user is None else None
    users = () if seats.user is not None else (job.policy,)
    parts = assemble(project, users, reader, models, seats.watch is not None)
    if seats.user is not None:
        parts = dataclasses.replace(parts, users={job.policy: seats.user})
    if seats.target is not None:
        parts = dataclasses.replace(parts, target=seats.target)
    watch = seats.watch
    async with entered(parts.target, parts.end_check, *parts.judges, models):
        target: Any = parts.target
        if check and hasattr(target, "check"):
            await target.check()

        def tell(_conversation: str, turn: Turn) -> None:
            if watch is not None:
                watch(turn)

        ended = await hold(job, parts, seats.limits or project.core_limits(), tell)
    namer = namer_for(project, reader)
    found = assess(ended.transcript, ended.verdicts, ended.judge_error, namer)
    return Single(ended.transcript, ended.verdicts, found, ended.judge_error)


@contextlib.asynccontextmanager
async def entered(*parts: Any) -> AsyncIterator[None]:
    """Targets, end checks and judges with their shared resources open, where they have any."""
    async with contextlib.AsyncExitStack() as stack:
        for part in parts:
            if hasattr(part, "__aenter__"):
                await stack.enter_async_context(part)
        yield
