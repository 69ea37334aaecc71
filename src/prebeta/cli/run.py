"""`prebeta run` and `prebeta resume`: hold conversations, then print what came of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prebeta.cli.options import (
    AsJson,
    CacheMode,
    Concurrency,
    ConfigFile,
    Count,
    DryRun,
    FailedFirst,
    MaxCost,
    MaxTime,
    Note,
    Quiet,
    Release,
    Repeats,
    RunConfig,
    RunName,
    SampleName,
    Seed,
    StoreFile,
    UntilKnown,
    Users,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from prebeta.config import Project
    from prebeta.runner import Observer, Result


def run(
    *,
    config: RunConfig = Path("prebeta.yaml"),
    n: Count = None,
    seed: Seed = None,
    sample: SampleName = None,
    users: Users = "",
    concurrency: Concurrency = None,
    release: Release = None,
    note: Note = None,
    repeats: Repeats = 1,
    until: UntilKnown = None,
    failed_first: FailedFirst = None,
    dry_run: DryRun = False,
    max_time: MaxTime = None,
    cache: CacheMode = "record",
    max_cost: MaxCost = None,
    store: StoreFile = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> int:
    """Send synthetic users on conversations with the product."""
    from prebeta.cli.place import suffix
    from prebeta.cli.plan import tell_beforehand
    from prebeta.config import load
    from prebeta.runner import RunOptions
    from prebeta.runner import run as hold

    options = RunOptions(
        n=n,
        seed=seed,
        sample=sample,
        users=tuple(name.strip() for name in users.split(",") if name.strip()),
        concurrency=concurrency,
        release=release,
        note=note,
        repeats=repeats,
        max_time_s=max_time,
        cache=cache,
        max_cost_usd=max_cost,
        until=until,
        failed_first=failed_first,
    )
    project = load(config)
    _warn(project.warnings())
    if dry_run:
        return tell_beforehand(project, options, store, as_json)
    warn_of_side_effects(project, None if n is None else n * repeats)
    return held(lambda watch: hold(project, options, watch, store), as_json, quiet, suffix(config, store))


def resume(
    name: RunName = "latest",
    config: ConfigFile = None,
    store: StoreFile = None,
    max_cost: Annotated[
        float | None, typer.Option("--max-cost", metavar="USD", help="What LLMs may cost in the whole run from now on.")
    ] = None,
    concurrency: Annotated[
        int | None, typer.Option("--concurrency", metavar="C", help="Conversations at once from now on.")
    ] = None,
    max_time: MaxTime = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> int:
    """Hold what is left of an interrupted run."""
    from prebeta.cli.place import store_file, suffix
    from prebeta.runner import resume as go_on

    place = store_file(config, store)
    changed: dict[str, Any] = {"max_cost_usd": max_cost, "concurrency": concurrency, "max_time_s": max_time}
    return held(lambda watch: go_on(place, name, watch, **changed), as_json, quiet, suffix(config, store), resumed=True)


def held(hold: Callable[[Observer], Result], as_json: bool, quiet: bool, suffix: str, *, resumed: bool = False) -> int:
    """Have a run held with progress on stderr, print it, and give the exit code of its gate."""
    from prebeta.analysis.summary import is_spoiled
    from prebeta.cli.ending import exit_code
    from prebeta.cli.output import Watcher, products_prints_on_stderr
    from prebeta.cli.reporting import print_run
    from prebeta.config import untouched
    from prebeta.core.errors import Interrupted
    from prebeta.store import Store

    watch = Watcher(quiet=quiet or as_json)
    try:
        with products_prints_on_stderr():
            result = hold(watch)
    except Interrupted as error:
        error.args = (f"{error}{suffix}",)
        raise
    finally:
        watch.close()
    stopped = result.summary.get("until")
    if resumed and stopped is not None and stopped["reached"]:
        _warn((f"run {result.run.id} stopped by itself, as {_known(stopped)}: nothing is left to hold",))
    with Store.open(result.store, create=False) as store:
        summary = print_run(store, result.run, as_json, suffix, result.summary)
    example = untouched((result.run.project or {}).get("document") or {})
    if example is not None:
        _warn((f"this says nothing of the product yet: {example}",))
    nothing = summary["gate"] is None and is_spoiled(summary)
    return exit_code("inconclusive" if nothing else summary["gate"])


def _warn(warnings: tuple[str, ...]) -> None:
    from prebeta.cli.output import note

    for warning in warnings:
        note(f"note: {warning}")


def _known(until: Mapping[str, Any]) -> str:
    """ "±3 points was reached after 180 typical users"."""
    verb = "was refuted" if until["answer"] == "no" else "was reached"
    return f"{until['wanted']} {verb} after {until['counted']:,} typical users"


def warn_of_side_effects(project: Project, conversations: int | None = None) -> None:
    """Say on stderr where users would order and book for real."""
    from prebeta.cli.output import note
    from prebeta.runner.side_effects import warning

    for line in (warning(project, conversations) or "").splitlines():
        note(line)
