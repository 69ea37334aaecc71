"""`prebeta run` and `prebeta resume`: hold conversations, then print what came of them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from prebeta.cli.options import AsJson, ConfigFile, Quiet, RunName, StoreFile

if TYPE_CHECKING:
    from collections.abc import Callable

    from prebeta.config import Project
    from prebeta.runner import Observer, Result


def run(
    *,
    config: Annotated[Path, typer.Option("-c", "--config", metavar="FILE", help="The project.")] = Path("prebeta.yaml"),
    n: Annotated[int, typer.Option("-n", metavar="N", help="How many synthetic users to send.")] = 100,
    seed: Annotated[int, typer.Option("--seed", metavar="S", help="The same seed sends the same users.")] = 1,
    sample: Annotated[
        str, typer.Option("--sample", help="mixed: half typical users, half probing ones; census; hunt.")
    ] = "mixed",
    users: Annotated[
        str, typer.Option("--users", metavar="NAMES", help="Kinds of users with commas, the headline's first.")
    ] = "",
    concurrency: Annotated[
        int | None, typer.Option("--concurrency", metavar="C", help="Conversations at once, over the project's.")
    ] = None,
    release: Annotated[
        str | None, typer.Option("--release", metavar="TEXT", help="Name of the release tested.")
    ] = None,
    note: Annotated[str | None, typer.Option("--note", metavar="TEXT", help="What changed; kept with the run.")] = None,
    repeats: Annotated[int, typer.Option("--repeats", metavar="K", help="Send each user so many times.")] = 1,
    max_time: Annotated[
        float | None, typer.Option("--max-time", metavar="SECONDS", help="Begin no conversation after that.")
    ] = None,
    cache: Annotated[
        str, typer.Option("--cache", help="Answers of LLMs: record keeps and uses them; replay; off.")
    ] = "record",
    max_cost: Annotated[
        float | None, typer.Option("--max-cost", metavar="USD", help="End the run when LLMs have cost this much.")
    ] = None,
    store: Annotated[
        Path | None, typer.Option("--store", metavar="FILE", help="Another store than the project's.")
    ] = None,
    quiet: Annotated[bool, typer.Option("-q", "--quiet", help="No progress on stderr.")] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="One JSON document on stdout and nothing else there.")
    ] = False,
) -> int:
    """Send synthetic users on conversations with the product."""
    from prebeta.cli.place import suffix
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
    )
    project = load(config)
    _warn(project.warnings())
    warn_of_side_effects(project, n * repeats)
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
    max_time: Annotated[
        float | None, typer.Option("--max-time", metavar="SECONDS", help="Begin no conversation after that.")
    ] = None,
    quiet: Quiet = False,
    as_json: AsJson = False,
) -> int:
    """Hold what is left of an interrupted run."""
    from prebeta.cli.place import store_file, suffix
    from prebeta.runner import resume as go_on

    place = store_file(config, store)
    changed: dict[str, Any] = {"max_cost_usd": max_cost, "concurrency": concurrency, "max_time_s": max_time}
    return held(lambda watch: go_on(place, name, watch, **changed), as_json, quiet, suffix(config, store))


def held(hold: Callable[[Observer], Result], as_json: bool, quiet: bool, suffix: str) -> int:
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


def warn_of_side_effects(project: Project, conversations: int | None = None) -> None:
    """Say on stderr where users would order and book for real."""
    from prebeta.cli.output import note
    from prebeta.runner.side_effects import warning

    for line in (warning(project, conversations) or "").splitlines():
        note(line)
