"""The conversations still to be held, in the order they are held in; it may close before the last.

The order changes neither who is sent nor with which seed, so runs pair whatever theirs was. Places in the plan stay, too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from prebeta.core.results import Run
from prebeta.core.types import Job


class Queue:
    """What the engine's workers take from, as a collection of jobs.

    Once it is closed, no more of the headline's users are let through, and of others only those on a scenario that one of
    the headline's was sent on.
    """

    def __init__(self, run: Run, jobs: Sequence[Job], begun: set[str]) -> None:
        """`jobs` as `in_order` has them; `begun` are the scenarios of the headline's users that are held already."""
        self._headline, self._jobs, self._begun = run.users[0], jobs, set(begun)
        self._at = self._held_back = 0
        self.closed = False

    def __len__(self) -> int:
        return len(self._jobs)

    def __contains__(self, job: object) -> bool:
        return job in self._jobs

    def __iter__(self) -> Iterator[Job]:
        while self._at < len(self._jobs):
            job = self._jobs[self._at]
            self._at += 1
            if self.closed and self._is_spared(job):
                self._held_back += 1
                continue
            if job.policy == self._headline:
                self._begun.add(job.scenario.id)
            yield job

    @property
    def spared(self) -> int:
        """How many need not be held, because enough is known without them."""
        return self._held_back + (sum(map(self._is_spared, self._jobs[self._at :])) if self.closed else 0)

    def close(self) -> None:
        """Enough is known."""
        self.closed = True

    def _is_spared(self, job: Job) -> bool:
        return job.policy == self._headline or job.scenario.id not in self._begun


def in_order(run: Run, jobs: Sequence[Job]) -> list[Job]:
    """All jobs of a plan as they are held: in plan order; where a run stops by itself, a user's repeats right after each other, as it
    counts once all are there; and those first that failed before, then those that flawed."""
    told: dict[str, Any] = run.project or {}
    policies = {policy: place for place, policy in enumerate(run.users)}
    first = told.get("failed_first") or {}
    before = {name: rank for rank, key in enumerate(("failed", "flawed")) for name in first.get(key, ())}
    place: dict[str, int] = {}
    for job in jobs:
        place.setdefault(job.scenario.id, len(place))

    def key(job: Job) -> tuple[int, ...]:
        rank = before.get(job.scenario.id, 2)
        if told.get("until") is not None:
            return policies[job.policy], place[job.scenario.id], job.repeat
        return policies[job.policy], rank, job.repeat if rank == 2 else 0

    return sorted(jobs, key=key) if before or told.get("until") is not None else list(jobs)
