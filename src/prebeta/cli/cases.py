"""`prebeta cases`: what broke once is kept as a file, and held again."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prebeta.cli.case_files import cases_folder, chosen_cases
from prebeta.cli.options import AsJson, CasesFolder, ConfigFile, RunName, StoreFile

if TYPE_CHECKING:
    from prebeta.config import Project
    from prebeta.datasets.cases import Case
    from prebeta.runner.casework import CaseResult
    from prebeta.runner.promoting import Added, Candidate, Wish

cases = typer.Typer(name="cases", help="Edge cases as regression tests: add, list, run.", rich_markup_mode=None)


@cases.command("add")
def add(
    name: RunName,
    findings: Annotated[
        list[str] | None, typer.Argument(metavar="[FINDING]...", help="Findings of the run; else its top five.")
    ] = None,
    *,
    conversation: Annotated[
        str | None, typer.Option("--conversation", metavar="ID", help="Make the case of this one.")
    ] = None,
    times: Annotated[
        int, typer.Option("--times", min=1, metavar="K", help="Tries that tell how often a case fails.")
    ] = 5,
    budget: Annotated[
        int, typer.Option("--budget", min=4, metavar="N", help="Conversations to shrink a case with, at most.")
    ] = 30,
    no_shrink: Annotated[bool, typer.Option("--no-shrink", help="Keep all that the user said.")] = False,
    held_out: Annotated[
        float, typer.Option("--held-out", min=0, max=1, metavar="SHARE", help="Share of findings to hold out.")
    ] = 0.0,
    folder: CasesFolder = None,
    config: ConfigFile = None,
    store: StoreFile = None,
    as_json: AsJson = False,
) -> int:
    """Make cases of findings: shrunk, held some times, and written as YAML to be reviewed like code.

    Adding twice changes nothing; nearly the same script for the same finding is refused with the case that it repeats.
    """
    from prebeta.cli.case_lines import added_json, render_added
    from prebeta.cli.ending import INCONCLUSIVE, PASSED
    from prebeta.cli.output import console, note, write_json
    from prebeta.cli.place import opened
    from prebeta.config.hiding import Hiding
    from prebeta.datasets.cases import read_cases, write
    from prebeta.runner.hiding import hiding_of
    from prebeta.runner.promoting import TOP, Wish, candidates

    place = cases_folder(folder, config)
    known = read_cases(place)
    with opened(config, store) as kept:
        found = candidates(kept, name, findings or (), conversation)
    if not findings and conversation is None and len(found) == TOP:
        note(f"no finding named: the top {TOP} of run {found[0].run.id}")
    project, reachable = _project_of(found[0], config)
    made = _made(project, found, known, Wish(times, not no_shrink, budget, held_out), reachable=reachable)
    hiding: Hiding = hiding_of(project, project.accounts())
    files = {
        one.case.id: write(one.case, place, hiding) for one in made if one.came == "added" and one.case is not None
    }
    if as_json:
        write_json(added_json(found[0].run.id, made, files))
    else:
        render_added(made, files, console())
    return PASSED if any(one.came != "gone" for one in made) else INCONCLUSIVE


@cases.command("list")
def list_(folder: CasesFolder = None, *, config: ConfigFile = None, as_json: AsJson = False) -> int:
    """List the cases: kind, finding, how often they failed when they were added, file."""
    from prebeta.cli.case_lines import case_json, render_list
    from prebeta.cli.output import console, write_json
    from prebeta.datasets.cases import read_cases

    place = cases_folder(folder, config)
    found = read_cases(place)
    if as_json:
        write_json({"folder": str(place), "cases": [case_json(one) for one in found]})
    else:
        render_list(found, place, console())
    return 0


@cases.command("run")
def run(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[CASE]...", help="By id, its beginning, file or finding; else all.")
    ] = None,
    *,
    times: Annotated[
        int | None, typer.Option("--times", min=1, metavar="K", help="Tries of each; else what its flakiness asks for.")
    ] = None,
    concurrency: Annotated[
        int | None, typer.Option("--concurrency", min=1, metavar="C", help="Conversations at once.")
    ] = None,
    held_out: Annotated[
        bool | None, typer.Option("--held-out/--no-held-out", help="Only the held-out cases, or all but these.")
    ] = None,
    as_run: Annotated[
        str | None, typer.Option("--run", metavar="RUN", help="The product as this stored run reached it.")
    ] = None,
    folder: CasesFolder = None,
    config: ConfigFile = None,
    store: StoreFile = None,
    as_json: AsJson = False,
) -> int:
    """Hold cases against the product of now: fixed, still, flaky, changed, or spoiled where nothing can be told.

    Ends with 0 where all are fixed, 1 where one fails, 3 where nothing could be told.
    """
    from prebeta.cli.case_lines import render_results, results_json
    from prebeta.cli.output import console, note, write_json
    from prebeta.cli.run import warn_of_side_effects
    from prebeta.report.wording import times as times_of
    from prebeta.runner.casework import tries_for

    place = cases_folder(folder, config)
    chosen = chosen_cases(place, names or (), held_out)
    project = _project(as_run, config, store)
    often = sum(times or tries_for(one) for one in chosen)
    warn_of_side_effects(project, often)
    note(f"holding {times_of(len(chosen), 'case')} in {times_of(often, 'conversation')}")
    results = _held(project, chosen, times, concurrency)
    if as_json:
        write_json(results_json(results))
    else:
        render_results(
            results, console(), _hint(as_run, folder, config, store), whole=bool(names) and len(results) == 1
        )
    return _code(results)


def _code(results: Sequence[CaseResult]) -> int:
    from prebeta.cli.ending import BELOW, INCONCLUSIVE, PASSED

    if any(one.failing for one in results):
        return BELOW
    return INCONCLUSIVE if any(one.status == "spoiled" for one in results) else PASSED


def _hint(as_run: str | None, folder: Path | None, config: Path | None, store: Path | None) -> str:
    """What another command needs to find the same product and cases."""
    import shlex

    from prebeta.cli.place import CONFIG

    told = (("--run", as_run), ("--cases", folder), ("-c", None if config == CONFIG else config), ("--store", store))
    return "".join(f" {name} {shlex.quote(str(value))}" for name, value in told if value is not None)


def _project_of(candidate: Candidate, config: Path | None) -> tuple[Project, bool]:
    """The project that cases of a run are made with, and whether its product can be talked to."""
    from prebeta.cli.output import note
    from prebeta.config import load
    from prebeta.runner.replaying import project_of

    imported = "imported" in (candidate.run.project or {})
    if not imported:
        return project_of(candidate.run, config), True
    project = load(config) if config is not None else project_of(candidate.run)
    note(f"run {candidate.run.id} was imported: its cases are as the conversations were, neither shrunk nor held again")
    return project, False


def _made(
    project: Project, found: Sequence[Candidate], known: Sequence[Case], wish: Wish, *, reachable: bool
) -> tuple[Added, ...]:
    import asyncio

    from prebeta.cli.output import note, products_prints_on_stderr
    from prebeta.cli.run import warn_of_side_effects
    from prebeta.runner.promoting import case_there, make_cases, unheld_cases

    if not reachable:
        return unheld_cases(project, found, known, wish)
    new = sum(case_there(one, project, known) is None for one in found)
    most = new * (wish.times * 2 + (wish.budget if wish.shrinks else 0))
    if most:
        warn_of_side_effects(project, most)
        note(f"holding at most {most} conversations")
    with products_prints_on_stderr():
        return asyncio.run(make_cases(project, found, known, wish))


def _held(
    project: Project, chosen: Sequence[Case], times: int | None, concurrency: int | None
) -> tuple[CaseResult, ...]:
    from prebeta.cli.output import products_prints_on_stderr
    from prebeta.runner.casework import hold_cases

    with products_prints_on_stderr():
        return hold_cases(project, chosen, times, concurrency)


def _project(as_run: str | None, config: Path | None, store: Path | None) -> Project:
    """The product of now: as prebeta.yaml reaches it, or as a stored run did."""
    from prebeta.cli.place import CONFIG, opened
    from prebeta.config import load
    from prebeta.runner.replaying import project_of

    if as_run is None:
        return load(config or CONFIG)
    with opened(config, store) as kept:
        return project_of(kept.run(as_run))
