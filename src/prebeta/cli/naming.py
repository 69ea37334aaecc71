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
    from prebeta.dialogue.reading import Reader
    from prebeta.runner.staging import namer_for as named

    return named(project, Reader(project.slots(), project.answers()))


def namer_of(run: Run) -> StageNamer:
    """Names stages as in the run. Where its project can't be read again, by what the users answered, and says so."""
    from prebeta.cli.output import note
    from prebeta.config import Project
    from prebeta.core.errors import UsageError
    from prebeta.dialogue.reading import Reader
    from prebeta.runner.staging import namer_for as named
    from prebeta.runner.staging import naming_of

    kept, naming = run.project or {}, naming_of(run)
    if "imported" in kept and kept["document"] is None:  # it was imported without a project
        return named(None, Reader((), ()), naming)
    try:
        shown = f"project of run {run.id}"
        project = Project.from_document(kept.get("document") or {}, Path(kept.get("folder", ".")), shown)
        return named(project, Reader(project.slots(), project.answers()), naming)
    except UsageError as error:
        note(f"stages of turns are named without the project, which can't be read now ({str(error).splitlines()[0]})")
        return named(None, Reader((), ()), naming)
