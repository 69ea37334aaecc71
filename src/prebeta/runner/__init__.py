"""The composition root: project -> scenarios and parts -> engine -> store -> result. The only one that knows all.

A run is its plan minus what the store already holds; so to go on with one is the same as to begin one.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import functools
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from prebeta.config import Project, load
from prebeta.core.blocking import alone
from prebeta.core.errors import UsageError
from prebeta.runner.greeting import entered_parts, first_answer, product_version
from prebeta.runner.loop import wait_for
from prebeta.runner.options import Begun, Enough, FailedAgain, Kept, Observer, RunOptions, Told
from prebeta.runner.plan import Plan, assemble, coverage
from prebeta.runner.record import Earlier, new_run, store_path, stored_project
from prebeta.runner.result import Example, Failure, Result
from prebeta.runner.revision import revision_of
from prebeta.runner.sitting import Wishes, finish
from prebeta.store import Store

__all__ = [
    "Begun",
    "Enough",
    "Example",
    "FailedAgain",
    "Failure",
    "Kept",
    "Observer",
    "Plan",
    "Result",
    "RunOptions",
    "Told",
]
__all__ += ["aresume", "arun", "assemble", "first_answer", "resume", "run", "store_path"]

_CHANGEABLE = ("max_cost_usd", "concurrency", "max_time_s")


async def arun(
    project: Project | str | Path,
    options: RunOptions | None = None,
    observe: Observer | None = None,
    store: Store | str | Path | None = None,
    **named: Any,
) -> Result:
    """Hold a run. Options as a RunOptions or by keyword (n=500, seed=1, …); the store is the project's unless given.

    Raises UsageError before anything is sent; UnreachableError where the product doesn't answer a first message,
    and then neither a run nor a store is made; StoreError where the store fails on the way, what it holds stays.
    """
    return await _begin(project, Wishes(options or RunOptions.of(named), observe, asyncio.Event()), store)


def run(
    project: Project | str | Path,
    options: RunOptions | None = None,
    observe: Observer | None = None,
    store: Store | str | Path | None = None,
    **named: Any,
) -> Result:
    """`arun` from ordinary code. Ctrl-C or SIGTERM ends the run in order, and Interrupted says how to go on."""
    wishes = Wishes(options or RunOptions.of(named), observe, asyncio.Event())
    return wait_for(lambda: _begin(project, wishes, store), wishes.stop, "arun")


async def aresume(
    store: Store | str | Path,
    name: str = "latest",
    observe: Observer | None = None,
    project: Project | None = None,
    **named: Any,
) -> Result:
    """Hold what is left of a run, named as `Store.run` takes it. A run that is done is only summed up; one that is
    being held just now is refused with UsageError.

    `project` is needed only where the run's own can't be made again from what is stored: for a product given as
    a function that has no importable name. By keyword, what may be otherwise than at its beginning: `concurrency`,
    `max_time_s` of this sitting, and `max_cost_usd`, what LLMs may cost in the whole run from now on.
    """
    wishes = Wishes(_changed(named), observe, asyncio.Event())
    return await _go_on(store, name, wishes, project)


def resume(
    store: Store | str | Path,
    name: str = "latest",
    observe: Observer | None = None,
    project: Project | None = None,
    **named: Any,
) -> Result:
    """`aresume` from ordinary code."""
    wishes = Wishes(_changed(named), observe, asyncio.Event())
    return wait_for(lambda: _go_on(store, name, wishes, project), wishes.stop, "aresume")


def _changed(named: Mapping[str, Any]) -> RunOptions:
    """What a sitting may have otherwise than the run's first. Raises UsageError for anything else."""
    for name in named:
        if name not in _CHANGEABLE:
            raise UsageError(f"a run goes on as it began: {name!r} can't change; what can: {', '.join(_CHANGEABLE)}")
    return RunOptions.of({name: value for name, value in named.items() if value is not None})


async def _begin(project: Project | str | Path, wishes: Wishes, store: Store | str | Path | None) -> Result:
    project = project if isinstance(project, Project) else load(project)
    place = store or store_path(project)
    with contextlib.ExitStack() as kept_open:
        kept = kept_open.enter_context(_opened(place, create=True)) if _is_there(place) else None
        run = new_run(project, wishes.options, _earlier(kept, wishes.options))
        plan = Plan.of(project, run, wishes.options.watch_turns)
        run = dataclasses.replace(run, project={**run.project, "coverage": coverage(project, plan.jobs)})
        async with entered_parts(plan):
            tested = await alone(functools.partial(revision_of, project.folder), "prebeta-git")
            version = await product_version(plan.parts)
            run = dataclasses.replace(run, version=version, commit=tested.commit, dirty=tested.dirty)
            kept = kept or kept_open.enter_context(_opened(place, create=True))
            with kept.claim(run.id):
                kept.create_run(run)
                return await finish(run, plan.as_target_allows(), kept, wishes)


async def _go_on(store: Store | str | Path, name: str, wishes: Wishes, project: Project | None) -> Result:
    with _opened(store, create=False) as kept:
        found = kept.run(name)
        if "imported" in (found.project or {}):
            raise UsageError(
                f"run {found.id} was imported: there is nothing to hold; to look at it: prebeta show {found.id}"
            )
        if found.state == "done":
            return Result.of(kept, found.id)
        with kept.claim(found.id):
            run = kept.run(found.id)
            changed = {name: getattr(wishes.options, name) for name in ("max_cost_usd", "concurrency")}
            kept_so = {name: value for name, value in changed.items() if value is not None}
            run = dataclasses.replace(run, project={**run.project, **kept_so})
            plan = Plan.of(project or stored_project(run), run, wishes.options.watch_turns)
            if not plan.left(kept.done(run.id)):
                # it broke off after its last conversation: nobody is talked to, but what comes at the end is still to be done
                return await finish(run, plan, kept, wishes)
            async with entered_parts(plan):
                await product_version(plan.parts)
                return await finish(run, plan.as_target_allows(), kept, wishes)


def _earlier(store: Store | None, options: RunOptions) -> Earlier | None:
    """The run whose failed users go first, if one is named."""
    if options.failed_first is None:
        return None
    if store is None:
        raise UsageError(f"--failed-first {options.failed_first}: there is no store yet, so no earlier run either")
    return Earlier.of(store, options.failed_first)


def _is_there(store: Store | str | Path) -> bool:
    return isinstance(store, Store) or Store.is_there(store)


@contextlib.contextmanager
def _opened(store: Store | str | Path, *, create: bool) -> Iterator[Store]:
    """A store that is closed afterwards; one that is open already stays open."""
    if isinstance(store, Store):
        yield store
        return
    with Store.open(store, create=create) as opened:
        yield opened
