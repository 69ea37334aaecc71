"""The stage names of a stored run's turns, from the project it was made with."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prebeta.analysis.stages import StageNamer
    from prebeta.config import Project
    from prebeta.core.results import Run


def namer_for(project: Project) -> StageNamer:
    """Names stages as the project has them."""
    from prebeta.analysis.stages import StageNamer
    from prebeta.dialogue.reading import Reader

    return StageNamer(project.stages, Reader(project.slots(), project.answers()))


def namer_of(run: Run) -> StageNamer:
    """Names stages as in the run. Where its project can't be read again, by what the users answered, and says so."""
    from prebeta.analysis.stages import StageNamer
    from prebeta.cli.output import note
    from prebeta.config import Project
    from prebeta.core.errors import UsageError
    from prebeta.dialogue.reading import Reader

    kept = run.project or {}
    if "imported" in kept and kept["document"] is None:  # it was imported without a project
        return StageNamer({}, Reader((), ()))
    try:
        shown = f"project of run {run.id}"
        return namer_for(Project.from_document(kept.get("document") or {}, Path(kept.get("folder", ".")), shown))
    except UsageError as error:
        note(f"stages of turns are named without the project, which can't be read now ({str(error).splitlines()[0]})")
        return StageNamer({}, Reader((), ()))
