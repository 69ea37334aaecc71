"""Conversations of a run held again: the replay function that investigations are given."""

from __future__ import annotations

import contextlib
import dataclasses
import itertools
import random
import uuid
from collections.abc import AsyncIterator, Iterable, Sequence
from pathlib import Path
from typing import Any

from prebeta.analysis.findings import group
from prebeta.analysis.key import finding_id
from prebeta.analysis.outcome import EXCLUDED, assess, flaws_of
from prebeta.analysis.spectrum import Sighting
from prebeta.analysis.stages import StageNamer
from prebeta.config import Project, load
from prebeta.config.hiding import Hiding
from prebeta.core.errors import UsageError
from prebeta.core.results import Finding, Row, Run, Symptom
from prebeta.core.types import Job, Limits, Scenario, Transcript
from prebeta.datasets.cases.filling import Filler
from prebeta.dialogue.reading import Reader
from prebeta.engine.sitting import Parts, hold
from prebeta.investigate.replays import Replay, Replayed, Script, Subject
from prebeta.investigate.why import Cases, sighting
from prebeta.runner.hiding import hidden, hiding_of
from prebeta.runner.plan import assemble
from prebeta.runner.record import stored_project
from prebeta.runner.single import entered
from prebeta.runner.staging import namer_for
from prebeta.store import Store
from prebeta.users import replay as replayed
from prebeta.users.kit import UserKit
from prebeta.users.replay import ReplayUser

_POLICY = "replay"


def subject_of(store: Store, run: Run, finding: Finding, conversation: str | None = None) -> Subject:
    """A conversation that shows a finding, its example unless another is named. Raises UsageError."""
    wanted = conversation or finding.example[0]
    stored = store.conversation(run.id, wanted)
    symptom = next((one for one in stored.assessment.symptoms if one.cell in finding.cells), None)
    if symptom is None:
        raise UsageError(f"conversation {wanted} doesn't show {finding.id}; one that does: {finding.example[0]}")
    return Subject(stored.transcript, symptom, frozenset(finding.cells))


def filler_for(project: Project) -> Filler:
    """Draws what `redact` hid in the project's runs anew from its slots and accounts, the same for the same scenario."""
    return Filler(project, hiding_of(project, project.accounts()))


def speaking(subject: Subject, filler: Filler) -> Subject:
    """A subject whose user can say again what was redacted in the store."""
    return dataclasses.replace(subject, transcript=filler.transcript(subject.transcript))


def project_of(run: Run, config: Path | None = None) -> Project:
    """The project to investigate a run with: that of a file where one is given, else the run's own. Raises UsageError."""
    if config is not None:
        return load(config)
    kept = run.project or {}
    if "imported" in kept and not kept.get("document"):
        raise UsageError(f"run {run.id} was imported: name the project of the product it is of with -c prebeta.yaml")
    if kept.get("unfindable"):
        raise UsageError(
            f"run {run.id} was made with the Python function {kept['unfindable']}, which can't be found from here;"
            " name a project that reaches the product with -c prebeta.yaml"
        )
    return stored_project(run)


def cases_of(
    finding: Finding, rows: Sequence[Row], transcripts: Iterable[Transcript], project: Project, most: int = 24
) -> Cases:
    """A finding as `why` takes it: of one policy's conversations, with the values that the project's slots may have."""
    turns = {row.id: _shown(row, finding) for row in rows if row.assessment.outcome not in EXCLUDED}
    flawed = {row.id for row in rows if row.assessment.flawed or row.assessment.failed}
    sightings: list[Sighting] = []
    subjects: dict[str, Subject] = {}
    wanted = set(finding.conversations[:most])
    cells = frozenset(finding.cells)
    for transcript in transcripts:
        if transcript.id not in turns:
            continue
        symptom = turns[transcript.id]
        turn = None if symptom is None else symptom.turn
        sightings.append(sighting(transcript, turn, flawed=transcript.id in flawed))
        if symptom is not None and transcript.id in wanted:
            subjects[transcript.id] = Subject(transcript, symptom, cells)
    values = {spec.name: tuple(fact.value for fact in spec.values) for spec in project.slots()}
    ordered = sorted(subjects, key=lambda one: (one != finding.example[0], len(subjects[one].moves)))
    return Cases(tuple(subjects[one] for one in ordered), tuple(sightings), values)


def _shown(row: Row, finding: Finding) -> Symptom | None:
    return next((one for one in row.assessment.symptoms if one.cell in finding.cells), None)


def finding_of(store: Store, run: Run, name: str) -> Finding:
    """A finding of a run by its id or an unambiguous beginning of it. Raises UsageError."""
    found = group(store.rows(run.id, run.users[0]))
    fitting = [one for one in found if one.id.casefold().startswith(name.casefold())]
    if len(fitting) == 1:
        return fitting[0]
    part = next((one for one in found if name in map(finding_id, one.cells)), None)
    if part is not None:
        raise UsageError(f"run {run.id} has {name} together with others as {part.id}: {part.label}; name that one")
    several = f"{name!r} begins {len(fitting)} of them" if fitting else f"no finding {name!r} in run {run.id}"
    known = ", ".join(one.id for one in (fitting or found)[:10]) or "none"
    raise UsageError(f"{several}; there are: {known}")


@contextlib.asynccontextmanager
async def replaying(project: Project, *, check: bool = False) -> AsyncIterator[Replay]:
    """The product opened, and a function that holds scripts with it. With `check` a first message is sent; raises
    UnreachableError where it isn't answered."""
    reader = Reader(project.slots(), project.answers())
    kit = UserKit(reader, project.user.patience)
    parts = assemble(project, (), reader)
    namer = namer_for(project, reader)
    limits = project.core_limits()
    async with entered(parts.target, parts.end_check, *parts.judges):
        target: Any = parts.target
        if check and hasattr(target, "check"):
            await target.check()
        hiding = hiding_of(project, project.accounts())
        yield _Replayer(parts, kit, namer, limits, hiding)


class _Replayer:
    """Holds scripts. No two conversations of it have one id: products remember."""

    def __init__(self, parts: Parts, kit: UserKit, namer: StageNamer, limits: Limits, hiding: Hiding) -> None:
        self._parts, self._kit, self._namer, self._limits, self._hiding = parts, kit, namer, limits, hiding
        self._counter = itertools.count()
        self._tag = uuid.uuid4().hex[:6]

    async def __call__(self, script: Script) -> Replayed:
        def user(scenario: Scenario, rng: random.Random) -> ReplayUser:
            if script.goes_on:
                return replayed.cooperative(script.moves, scenario, self._kit, rng)
            return ReplayUser(script.moves, reader=self._kit.reader)

        job = Job(f"{self._tag}{next(self._counter):06}", script.scenario, _POLICY)
        parts = dataclasses.replace(self._parts, users={_POLICY: user})
        ended = await hold(job, parts, self._limits, lambda _conversation, _turn: None)
        assessment = assess(ended.transcript, ended.verdicts, ended.judge_error, self._namer)
        symptoms = assessment.symptoms or flaws_of(ended.transcript, ended.verdicts, self._namer)
        spoiled = EXCLUDED.get(assessment.outcome) is not None
        # What is secret in a run is so in its replays: nothing of them is kept, but much is shown.
        return Replayed(hidden(ended.transcript, self._hiding), symptoms, assessment.failed, spoiled)
