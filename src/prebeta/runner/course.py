"""The course of a sitting: which conversation is next, whether enough is known, and what became of those that failed before."""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from prebeta.analysis.failed_first import again
from prebeta.analysis.until import beginning, until_of
from prebeta.core.results import Assessment, Row, Run
from prebeta.core.types import Job
from prebeta.runner.options import Enough, FailedAgain, Told
from prebeta.runner.queue import Queue, in_order


class Course:
    """Follows a run's conversations as they are kept. `queue` is what is left, and closes when enough is known."""

    def __init__(self, run: Run, jobs: Sequence[Job], done: set[str], rows: Sequence[Row]) -> None:
        """`jobs` are all of the plan, `done` the ids of those that the run holds already, `rows` what came of the headline's."""
        left = [job for job in in_order(run, jobs) if job.conversation not in done]
        mine = [row for row in rows if row.policy == run.users[0]]
        self.queue = Queue(run, left, {row.scenario for row in mine})
        self._run = run
        until = until_of(run)
        self._counted = None if until is None else beginning(run, until, mine)
        if self._reached:
            self.queue.close()
        self._held = [(row.scenario, row.assessment) for row in mine]
        first = set(((run.project or {}).get("failed_first") or {}).get("failed", ()))
        self._failed = Counter(
            job.scenario.id for job in left if job.policy == run.users[0] and job.scenario.id in first
        )
        self._told = not first and "failed_first" not in (run.project or {})

    def begin(self) -> Iterator[Told]:
        """What is to be told before the first conversation."""
        yield from self._of_failed()

    def see(self, job: Job, position: int, assessment: Assessment) -> Iterator[Told]:
        """One more conversation, with its place in the plan: gives what it brings to an end."""
        if job.policy != self._run.users[0]:
            return
        self._held.append((job.scenario.id, assessment))
        if job.scenario.id in self._failed:
            self._failed[job.scenario.id] -= 1
            yield from self._of_failed()
        if self._counted is not None and self._counted.concerns(job.policy, job.scenario.sample):
            before = self._reached
            self._counted.add(position, assessment)
            if self._reached and not before:
                self.queue.close()
                yield Enough(str(self._counted.until), len(self._counted.outcomes))

    def kept(self, run: Run) -> Run:
        """The run with what is known of it by now, as it is to be kept."""
        if not self._reached or self._counted is None:
            return run
        project: dict[str, Any] = dict(run.project)
        project["until"] = {**project["until"], "reached_at": self._counted.reached_at}
        return dataclasses.replace(run, project=project)

    @property
    def _reached(self) -> bool:
        return self._counted is not None and self._counted.reached_at is not None

    def _of_failed(self) -> Iterator[Told]:
        if self._told or any(count > 0 for count in self._failed.values()):
            return
        self._told = True
        found = again(self._run, self._held)
        if found is not None:
            yield FailedAgain(found)
