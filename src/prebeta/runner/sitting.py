"""A sitting: from where a run stands until it is done or stopped. Engine, assessment, store."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

from prebeta.analysis.outcome import EXCLUDED, assess
from prebeta.core.blocking import alone
from prebeta.core.errors import Interrupted, PrebetaError
from prebeta.core.events import ConversationEnded, RunEnded
from prebeta.core.results import Assessment, Run
from prebeta.core.types import Job, Transcript
from prebeta.engine.local import execute
from prebeta.runner.course import Course
from prebeta.runner.hiding import keepable
from prebeta.runner.options import Begun, Kept, Observer, RunOptions, Told
from prebeta.runner.plan import Plan
from prebeta.runner.result import Result
from prebeta.runner.speaking import with_spent
from prebeta.runner.staging import staged
from prebeta.store import Store, Writer
from prebeta.store.store import Stored


@dataclass(frozen=True, slots=True)
class Wishes:
    options: RunOptions
    observe: Observer | None
    stop: asyncio.Event


async def finish(run: Run, plan: Plan, store: Store, wishes: Wishes) -> Result:
    """Hold what is left of a run, and say what came of all of it. Raises Interrupted where it was stopped before."""
    done, timed_out = store.done(run.id), asyncio.Event()
    course = Course(run, plan.jobs, done, store.rows(run.id, run.users[0]) if done else ())
    _tell(wishes, Begun(run, len(plan.jobs), len(plan.jobs) - len(course.queue)))
    for told in course.begin():
        _tell(wishes, told)
    begun = time.perf_counter()

    def close(state: str) -> None:
        kept = course.kept(run)
        project = kept.project if plan.models is None else with_spent(kept, plan.models.usage())
        store.update_run(run.id, state=state, seconds=run.seconds + time.perf_counter() - begun, project=project)

    def time_up() -> None:
        timed_out.set()
        wishes.stop.set()

    store.update_run(run.id, state="running")
    limit_s = wishes.options.max_time_s
    alarm = None if limit_s is None else asyncio.get_running_loop().call_later(limit_s, time_up)
    try:
        still_left, unpaid = await talk(run, plan, course.queue, store, wishes, course)
        if not still_left:
            run = staged(store, run, plan.namer)
    except BaseException:
        with contextlib.suppress(PrebetaError):  # the disk may be full: what went wrong first is what counts
            close("interrupted")
        raise
    finally:
        if alarm is not None:
            alarm.cancel()
    close("interrupted" if still_left else "done")
    if still_left and not timed_out.is_set() and not unpaid:
        raise Interrupted(run.id, still_left)
    return Result.of(store, run.id)


async def talk(
    run: Run, plan: Plan, left: Collection[Job], store: Store, wishes: Wishes, course: Course | None = None
) -> tuple[int, bool]:
    """Engine to judge's assessment to store. Returns how many conversations are still left to hold, and whether the budget for
    LLMs is the reason."""
    place = {job.conversation: position for position, job in enumerate(plan.jobs)}
    still_left, unpaid = len(left), False
    keep_evidence: Callable[[str, Collection[int]], None] | None = getattr(plan.parts.target, "keep_evidence", None)
    async with (
        Writer(store, run.id) as writer,
        contextlib.aclosing(execute(left, plan.parts, plan.limits, wishes.stop)) as events,
    ):
        async for event in events:
            if isinstance(event, ConversationEnded):
                assessment = assess(event.transcript, event.verdicts, event.judge_error, plan.namer)
                if keep_evidence is not None:
                    telling = _telling(event.transcript, assessment)
                    await alone(partial(keep_evidence, event.transcript.id, telling), "prebeta-evidence")
                kept = keepable(Stored(event.transcript, event.verdicts, assessment), plan.hiding)
                await writer.put(kept.transcript, kept.verdicts, kept.assessment, place[kept.transcript.id])
                _tell(wishes, Kept(kept.transcript, kept.verdicts, kept.assessment))
                job = kept.transcript.job
                for told in () if course is None else course.see(job, place[job.conversation], kept.assessment):
                    _tell(wishes, told)
            else:
                if isinstance(event, RunEnded):
                    still_left, unpaid = event.left, event.unpaid is not None
                _tell(wishes, event)
    return still_left - (0 if course is None else course.queue.spared), unpaid


def _telling(transcript: Transcript, assessment: Assessment) -> tuple[int, ...]:
    """The turns whose evidence is worth keeping: the blamed ones, and the last where it didn't come to its end."""
    blamed = [symptom.turn for symptom in assessment.symptoms]
    broke_off = assessment.failed or assessment.outcome in EXCLUDED
    return tuple(dict.fromkeys((*blamed, *([len(transcript.turns) - 1] if broke_off else ()))))


def _tell(wishes: Wishes, told: Told) -> None:
    if wishes.observe is not None:
        wishes.observe(told)
