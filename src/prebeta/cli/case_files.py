"""Where the cases are, and which of them are meant."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prebeta.datasets.cases import Case


def cases_folder(folder: Path | None, config: Path | None) -> Path:
    """The folder named, else the one beside the project file."""
    from prebeta.datasets.cases import FOLDER

    return folder if folder is not None else (config.parent if config is not None else Path()) / FOLDER


def chosen_cases(place: Path, names: Sequence[str], held_out: bool | None) -> tuple[Case, ...]:
    """The cases meant. Raises UsageError where there are none."""
    from prebeta.core.errors import UsageError
    from prebeta.core.suggest import suggestion
    from prebeta.datasets.cases import read_case, read_cases

    files = [Path(name) for name in names if Path(name).is_file()]
    known = read_cases(place) if len(files) < len(names) or not names else ()
    chosen = {case.id: case for case in map(read_case, files)}
    for name in (name for name in names if not Path(name).is_file()):
        fitting = [case for case in known if case.id.startswith(name) or case.finding.casefold() == name.casefold()]
        if not fitting:
            all_names = [*(case.id for case in known), *(case.finding for case in known)]
            hint = suggestion(name, all_names, "all: prebeta cases list")
            raise UsageError(f"no case {name!r} among the {len(known)} of {place}; {hint}")
        chosen.update({case.id: case for case in fitting})
    found = tuple(chosen.values()) if names else known
    if not found:
        raise UsageError(f"there are no cases in {place}; make some of a run's findings: prebeta cases add RUN")
    if held_out is not None:
        found = tuple(case for case in found if case.held_out is held_out)
        if not found:
            raise UsageError(f"none of the cases in {place} is {'' if held_out else 'not '}held out")
    return found
