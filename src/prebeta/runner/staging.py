"""How stages are told in a project, in a run that was held, and in conversations that are imported."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from itertools import islice
from typing import TypeVar

from prebeta.analysis.naming import Naming
from prebeta.analysis.stages import StageNamer, find_naming, restaged
from prebeta.config import Project
from prebeta.core.results import Run
from prebeta.dialogue.reading import Reader
from prebeta.store import Store

Item = TypeVar("Item")
READ = 400
"""So many conversations tell how stages are told."""


def namer_for(project: Project | None, reader: Reader, naming: Naming | None = None) -> StageNamer:
    """Names stages as a project has them; where it doesn't say, by `naming`. Without a project by that alone."""
    if project is None:
        return StageNamer({}, reader, naming)
    path = project.stages.from_
    return StageNamer(project.stages.named, reader, naming if path is None else Naming.by_path(path))


def naming_of(run: Run) -> Naming | None:
    """The naming that was found in a run's conversations."""
    return Naming.of_json((run.project or {}).get("stages"))


def staged(store: Store, run: Run, namer: StageNamer) -> Run:
    """The run with its stages told by what all its conversations show, where its project says nothing about them.

    A second pass over what is stored, only where something was found. What findings are keyed by isn't touched.
    """
    if namer.told:
        return run
    sample = [stored.transcript.turns for stored in islice(store.conversations(run.id), READ)]
    naming = find_naming(sample, namer, earlier(store, run))
    if naming is None:
        return run
    told = StageNamer({}, namer.reader, naming)
    store.reassess(
        run.id,
        (
            (stored.transcript.id, restaged(stored.assessment, stored.transcript, told))
            for stored in store.conversations(run.id)
        ),
    )
    run = dataclasses.replace(run, project={**(run.project or {}), "stages": naming.to_json()})
    store.update_run(run.id, project=run.project)
    return run


def sample_of(every: Sequence[Item]) -> Sequence[Item]:
    """Some of many, evenly over all of them."""
    return every[:: max(1, len(every) // READ)][:READ]


def earlier(store: Store, run: Run | None = None) -> Naming | None:
    """The naming of the latest other run of the store that was told by replies, so that its templates keep their names.
    Another product's do no harm: nothing it says is alike."""
    mine = None if run is None else run.id
    namings = (naming_of(one) for one in reversed(store.runs()) if one.id != mine)
    return next((one for one in namings if one is not None and one.source == "replies"), None)
