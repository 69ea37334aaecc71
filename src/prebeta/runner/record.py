"""A run and its project as the store keeps them, so that another process can go on."""

from __future__ import annotations

import secrets
import time
from pathlib import Path

from prebeta import plugins
from prebeta.config import Project
from prebeta.core.errors import UsageError
from prebeta.core.results import Run
from prebeta.runner.options import RunOptions


def new_run(project: Project, options: RunOptions) -> Run:
    now = time.time()
    kept = {
        "document": project.document,
        "folder": str(project.folder),
        "concurrency": options.concurrency,
        "unfindable": _unfindable(project),
        "cache": options.cache,
        "max_cost_usd": options.max_cost_usd,
    }
    return Run(
        id=f"r{time.strftime('%Y%m%d-%H%M%S', time.gmtime(now))}-{secrets.token_hex(2)}",
        seed=options.seed,
        conversations=options.n * options.repeats,
        state="running",
        created_at=now,
        release=options.release,
        note=options.note,
        users=options.users or (project.user.policy,),
        sample=options.sample,
        repeats=options.repeats,
        gate=None if project.gate is None else project.gate.max_failure_rate,
        project=kept,
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
