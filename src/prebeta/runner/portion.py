"""Some of a run's conversations, held by one of several who share the run: a test session's workers, each its own tests.

The run is made by whoever comes first. It is done when all of its conversations are there; what nobody asked for is left
for `prebeta resume`.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from prebeta.config import Project
from prebeta.core.blocking import alone
from prebeta.core.errors import UsageError
from prebeta.core.results import Run
from prebeta.core.types import Job
from prebeta.runner.greeting import entered_parts, product_version
from prebeta.runner.options import Observer, RunOptions
from prebeta.runner.plan import Plan, coverage
from prebeta.runner.record import new_run
from prebeta.runner.revision import revision_of
from prebeta.runner.sitting import Wishes, talk
from prebeta.runner.speaking import with_spent
from prebeta.runner.staging import staged
from prebeta.store import Store


@dataclass(frozen=True, slots=True)
class Share:
    """A run that several hold together: the same for all who name it the same. `jobs` are all its conversations."""

    run: Run
    project: Project
    options: RunOptions
    store: Path
    jobs: tuple[Job, ...]

    @classmethod
    def of(cls, project: Project, options: RunOptions, store: Path, run_id: str) -> Share:
        """Raises UsageError for what makes no sense; nothing is made or sent yet."""
        run = dataclasses.replace(new_run(project, options), id=run_id)
        return cls(run, project, options, store, Plan.of(project, run).jobs)


async def hold_portion(share: Share, wanted: Sequence[str], observe: Observer) -> None:
    """Hold these conversations, by their ids and in this order, and keep them. `observe` is told each as it is kept.

    Raises UsageError, UnreachableError where the product doesn't answer a first message, StoreError.
    """
    plan = Plan.of(share.project, share.run)
    known = {job.conversation: job for job in plan.jobs}
    async with entered_parts(plan):
        run = await _made_known(share, plan)
        with Store.open(share.store, create=True) as store, _claimed(store, run.id):
            _join(store, run)
            wishes, begun = Wishes(share.options, observe, asyncio.Event()), time.perf_counter()
            try:
                await talk(run, plan.as_target_allows(), [known[name] for name in wanted], store, wishes)
            finally:
                _account(store, plan, run.id, time.perf_counter() - begun)


async def _made_known(share: Share, plan: Plan) -> Run:
    """The run with what is known only once the product answers."""
    tested = await alone(functools.partial(revision_of, share.project.folder), "prebeta-git")
    told = {**share.run.project, "coverage": coverage(share.project, plan.jobs)}
    version = await product_version(plan.parts)
    return dataclasses.replace(share.run, project=told, version=version, commit=tested.commit, dirty=tested.dirty)


def _join(store: Store, run: Run) -> None:
    """Make the run, unless another has."""
    with contextlib.suppress(IntegrityError):
        store.create_run(run)


@contextlib.contextmanager
def _claimed(store: Store, run_id: str) -> Iterator[None]:
    """Have the run claimed against those who would resume it, by the first who shares it: it is theirs all the same."""
    with contextlib.ExitStack() as stack:
        with contextlib.suppress(UsageError):
            stack.enter_context(store.claim(run_id))
        yield


def _account(store: Store, plan: Plan, run_id: str, seconds: float) -> None:
    """What this portion took, and whether the run is whole now."""
    kept = store.run(run_id)
    spent = {} if plan.models is None else {"project": with_spent(kept, plan.models.usage())}
    whole = not plan.left(store.done(run_id))
    store.update_run(run_id, state="done" if whole else "interrupted", seconds=kept.seconds + seconds, **spent)
    if whole:
        staged(store, store.run(run_id), plan.namer)
