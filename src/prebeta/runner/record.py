"""A run and its project as the store keeps them, so that another process can go on."""

from __future__ import annotations

import secrets
import time
from dataclasses import dataclass
from pathlib import Path

from prebeta import plugins
from prebeta.analysis.failed_first import to_hold_first
from prebeta.analysis.sequential import Until, fewest
from prebeta.config import Project
from prebeta.core.errors import UsageError
from prebeta.core.results import Row, Run
from prebeta.runner.options import RunOptions
from prebeta.store import Store


@dataclass(frozen=True, slots=True)
class Earlier:
    """The run whose failed users go first."""

    run: Run
    rows: tuple[Row, ...]

    @classmethod
    def of(cls, store: Store, name: str) -> Earlier:
        """By its name in the store. Raises UsageError where it can't be held again."""
        run = store.run(name)
        if "imported" in (run.project or {}):
            raise UsageError(
                f"run {run.id} was imported: its conversations can't be held again, so nobody can go first"
            )
        return cls(run, tuple(store.rows(run.id)))

    @property
    def n(self) -> int:
        """How many of its scenarios it was sent on: all, or those up to where it stopped by itself."""
        planned = self.run.conversations // self.run.repeats
        if (self.run.project or {}).get("until") is None:
            return planned
        mine = (row.position % planned for row in self.rows if row.policy == self.run.users[0])
        return max(mine, default=planned - 1) + 1


DEFAULT_N = 100
MOST_UNTIL = 2_000
"""How many conversations a run that stops by itself may take where nothing else is said, if they can be enough."""


def new_run(project: Project, options: RunOptions, earlier: Earlier | None = None) -> Run:
    """A run as asked for; what isn't said is taken from the one whose failed users go first, if there is one."""
    now = time.time()
    n, seed, sample = _drawn(options, earlier)
    kept = {
        "document": project.document,
        "folder": str(project.folder),
        "concurrency": options.concurrency,
        "unfindable": _unfindable(project),
        "cache": options.cache,
        "max_cost_usd": options.max_cost_usd,
        "gate": None if project.gate is None else project.gate.model_dump(),
    }
    if options.until is not None:
        kept["until"] = {"wanted": str(Until.parse(options.until))}
    if earlier is not None:
        kept["failed_first"] = to_hold_first(earlier.run, earlier.rows)
    return Run(
        id=f"r{time.strftime('%Y%m%d-%H%M%S', time.gmtime(now))}-{secrets.token_hex(2)}",
        seed=seed,
        conversations=n * options.repeats,
        state="running",
        created_at=now,
        release=options.release,
        note=options.note,
        users=options.users or (project.user.policy,),
        sample=sample,
        repeats=options.repeats,
        gate=None if project.gate is None else project.gate.max_failure_rate,
        project=kept,
    )


def _drawn(options: RunOptions, earlier: Earlier | None) -> tuple[int, int, str]:
    """How many scenarios are drawn, by which seed, of which sample."""
    n, seed, sample = DEFAULT_N, 1, "mixed"
    if options.until is not None:
        until, sample = Until.parse(options.until), "census"
        n = max(MOST_UNTIL, 2 * fewest(until)) * (2 if options.sample == "mixed" else 1)
    if earlier is not None:
        n, seed, sample = earlier.n, earlier.run.seed, earlier.run.sample
    return (
        n if options.n is None else options.n,
        seed if options.seed is None else options.seed,
        sample if options.sample is None else options.sample,
    )


def _unfindable(project: Project) -> str | None:
    """The name of a function of the project that another process could not import, if there is one."""
    for function in (getattr(project.target, "function", None), project.end_state.when.function):
        if not callable(function):
            continue
        module, name = getattr(function, "__module__", "__main__"), getattr(function, "__qualname__", repr(function))
        try:
            found = plugins.attribute(f"{module}:{name}")
        except UsageError:
            found = None
        if module == "__main__" or found is not function:
            return f"{module}:{name}"
    return None


def stored_project(run: Run) -> Project:
    """The project a run was made with. Raises UsageError where part of it lived only in the process that began it."""
    unfindable = run.project["unfindable"]
    if unfindable is not None:
        raise UsageError(
            f"run {run.id} was made with the Python function {unfindable}, which can't be found from here;"
            f" go on where it was begun: prebeta.resume(store, {run.id!r}, project=project)"
        )
    return Project.from_document(run.project["document"], Path(run.project["folder"]), f"project of run {run.id}")


def store_path(project: Project) -> Path:
    """The project's store; a relative path counts from the project's folder."""
    return project.folder / project.store if "://" not in project.store else Path(project.store)
