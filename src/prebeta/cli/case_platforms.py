"""`prebeta cases push` and `prebeta cases pull`: cases as an eval dataset where the team keeps its others."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from prebeta.cli.case_files import cases_folder, chosen_cases
from prebeta.cli.options import AsJson, CasesFolder, ConfigFile, DatasetName, Platform, PlatformProject, StoreFile
from prebeta.core.errors import UsageError

if TYPE_CHECKING:
    from prebeta.config.hiding import Hiding
    from prebeta.datasets.braintrust import Came, Pushed

PLATFORMS = ("braintrust",)


def push(
    platform: Platform,
    names: Annotated[
        list[str] | None, typer.Argument(metavar="[CASE]...", help="By id, its beginning, file or finding; else all.")
    ] = None,
    *,
    as_run: Annotated[
        str | None, typer.Option("--run", metavar="RUN", help="Its conversations as an experiment, instead of cases.")
    ] = None,
    experiment: Annotated[
        str | None, typer.Option("--experiment", metavar="NAME", help="With --run; else release and id of the run.")
    ] = None,
    project: PlatformProject = None,
    dataset: DatasetName = None,
    force: Annotated[bool, typer.Option("--force", help="Also over rows that others changed there.")] = False,
    folder: CasesFolder = None,
    config: ConfigFile = None,
    store: StoreFile = None,
    as_json: AsJson = False,
) -> int:
    """Send cases as rows of a dataset, or a run as an experiment. Sending twice changes nothing.

    Rows that are rejected are named with the reason (exit 2); where it breaks off, push again (exit 3).
    """
    from prebeta.cli.output import note, write_json
    from prebeta.datasets.braintrust import DATASET, PROJECT, DatasetBoard, ExperimentBoard, address, log_in
    from prebeta.datasets.braintrust import push as sent
    from prebeta.report.wording import times

    _known(platform)
    if as_run is None and experiment is not None:
        raise UsageError("an experiment is made of a run: --run RUN")
    if as_run is not None and (names or dataset is not None):
        raise UsageError("with --run a run is sent, not cases: leave cases and --dataset out")
    there = project or PROJECT
    if as_run is None:
        name, rows = dataset or DATASET, _case_rows(names or (), folder, config)
        what, where = f"{times(len(rows), 'case')} (conversations, users, checks)", f"dataset {name}"
    else:
        name, rows = _run_rows(as_run, experiment, config, store)
        what = f"{times(len(rows), 'conversation')} (users, transcripts, scores)"
        where = f"experiment {name}"
    where = f"{where} of project {there} at {address()}"
    note(f"to send: {what}; to {where}; secrets and what `redact` names are hidden")
    login = log_in()
    board = DatasetBoard(login, there, name) if as_run is None else ExperimentBoard(login, there, name)
    pushed = sent(board, rows, force=force)
    if as_json:
        kind = "dataset" if as_run is None else "experiment"
        write_json({"platform": platform, "project": there, kind: name, "url": address(), **_pushed_json(pushed)})
    else:
        _print_pushed(pushed, where)
    return _code(pushed)


def pull(
    platform: Platform,
    *,
    project: PlatformProject = None,
    dataset: DatasetName = None,
    force: Annotated[bool, typer.Option("--force", help="Also over files here that say other things.")] = False,
    folder: CasesFolder = None,
    config: ConfigFile = None,
    as_json: AsJson = False,
) -> int:
    """Write rows of a dataset as case files: prebeta's own, and those that others added, as a user with a goal."""
    from prebeta.cli.output import note, write_json
    from prebeta.datasets.braintrust import DATASET, PROJECT, DatasetBoard, address, log_in
    from prebeta.datasets.braintrust import pull as brought
    from prebeta.datasets.cases import read_cases

    _known(platform)
    place = cases_folder(folder, config)
    here = read_cases(place)
    hiding = _hiding(config)
    there, name = project or PROJECT, dataset or DATASET
    note(f"to read: dataset {name} of project {there} at {address()}; to {place}")
    rows = DatasetBoard(log_in(), there, name).there()
    came = brought(rows.values(), here, place, hiding, force=force)
    if as_json:
        told = [{"row": one.row, "state": one.state, "foreign": one.foreign, "why": one.why,
                 "case": one.case.id if one.case is not None else None,
                 "file": None if one.path is None else str(one.path)} for one in came]  # fmt: skip
        write_json({"platform": platform, "project": there, "dataset": name, "folder": str(place), "rows": told})
    else:
        _print_came(came)
    return 2 if any(one.state == "unusable" for one in came) else 0


def _known(platform: str) -> None:
    from prebeta.core.suggest import suggestion

    if platform not in PLATFORMS:
        hint = suggestion(platform, PLATFORMS, f"known: {', '.join(PLATFORMS)}")
        raise UsageError(f"cases can't be sent to {platform!r}; {hint}")


def _hiding(config: Path | None) -> Hiding:
    """What must not leave: secrets of the environment, and what the project hides where there is one."""
    from prebeta.cli.place import CONFIG
    from prebeta.config import load
    from prebeta.runner.hiding import hiding_outward

    return hiding_outward(None if config is None and not CONFIG.exists() else load(config or CONFIG))


def _case_rows(names: Sequence[str], folder: Path | None, config: Path | None) -> list[dict[str, object]]:
    from prebeta.cli.output import note
    from prebeta.datasets.braintrust import dataset_row, is_from_there

    chosen = chosen_cases(cases_folder(folder, config), names, None)
    own = [case for case in chosen if not is_from_there(case)]
    if len(own) < len(chosen):
        note(f"{len(chosen) - len(own)} came from Braintrust and stay rows of their own there")
    hiding = _hiding(config)
    return [dataset_row(case, hiding) for case in own]


def _run_rows(
    name: str, experiment: str | None, config: Path | None, store: Path | None
) -> tuple[str, list[dict[str, object]]]:
    """The experiment's name, and its rows."""
    from prebeta.analysis.findings import placed
    from prebeta.cli.place import opened
    from prebeta.datasets.braintrust import experiment_rows

    with opened(config, store) as kept:
        run = kept.run(name)
        rows = experiment_rows(run, kept.conversations(run.id), placed(kept.rows(run.id)), _hiding(config))
        called = experiment or (f"{run.release} ({run.id})" if run.release else run.id)
        return called, list(rows)


def _code(pushed: Pushed) -> int:
    from prebeta.cli.ending import INCONCLUSIVE, PASSED, USAGE

    if pushed.broke is not None or pushed.unseen:
        return INCONCLUSIVE
    return USAGE if pushed.rejected else PASSED


def _pushed_json(pushed: Pushed) -> dict[str, object]:
    from prebeta.cli.ending import without_secrets

    rejected = [{"id": id_, "reason": without_secrets(reason)} for id_, reason in pushed.rejected]
    return {**asdict(pushed), "rejected": rejected, "broke": pushed.broke and without_secrets(pushed.broke)}


def _print_pushed(pushed: Pushed, where: str) -> None:
    from prebeta.cli.ending import without_secrets
    from prebeta.cli.output import console, note
    from prebeta.report.layout import line
    from prebeta.report.wording import plain

    screen = console()
    counts = ((pushed.new, "new"), (pushed.changed, "changed"), (pushed.same, "same"))
    rest = ((pushed.edited, "changed there by others"), (pushed.rejected, "rejected"), (pushed.unsent, "not sent"))
    told = [f"{len(ids)} {word}" for ids, word in counts] + [f"{len(ids)} {word}" for ids, word in rest if ids]
    line(screen, f"{', '.join(told)}: {where}")
    for id_, reason in pushed.rejected:
        line(screen, f"rejected: {id_}: {plain(without_secrets(reason), one_line=True)}", indent=2)
    for id_ in pushed.edited:
        line(screen, f"left as it is there: {id_}", indent=2)
    if pushed.edited:
        note("rows that others changed are left alone; cases pull brings their checks here, push --force undoes them")
    for id_ in pushed.unseen:
        line(screen, f"taken, but doesn't show there: {id_}", indent=2)
    if pushed.broke is not None:
        note(f"{pushed.broke}; push again: what is there is not sent twice")


def _print_came(came: Sequence[Came]) -> None:
    from prebeta.cli.output import console
    from prebeta.report.layout import line
    from prebeta.report.wording import plain

    screen = console()
    words = {
        "new": "new",
        "changed": "changed",
        "differs": "kept, it differs from its row (--force takes the row's)",
        "unusable": "unusable",
    }
    for one in came:
        if one.state != "same":
            what = one.path if one.path is not None else f"row {plain(one.row, one_line=True)}"
            line(screen, f"{words[one.state]}: {what}{' · by others' if one.foreign else ''}")
            if one.why:
                line(screen, plain(one.why, one_line=True), indent=2)
    states = [one.state for one in came]
    counts = [f"{states.count(state)} {state}" for state in ("new", "changed", "same", "differs", "unusable")
              if state in states]  # fmt: skip
    line(screen, f"{len(came)} rows: {', '.join(counts)}" if came else "no rows: is that the name of the dataset?")
