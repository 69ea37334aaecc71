"""Conversations that already happened become a run: judged, staged and kept as if it had been held."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import itertools
import json
import secrets
import time
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from prebeta.analysis.naming import Naming
from prebeta.analysis.outcome import assess
from prebeta.analysis.stages import StageNamer, find_naming
from prebeta.config import Project
from prebeta.config.hiding import Hiding
from prebeta.core.errors import PrebetaError
from prebeta.core.protocols import Judge
from prebeta.core.results import Run
from prebeta.core.types import (
    IMPORTED,
    EndState,
    Goal,
    Job,
    Json,
    Limits,
    Persona,
    Scenario,
    Stop,
    Transcript,
    Turn,
    Verdict,
    VerdictValue,
)
from prebeta.datasets.importing import Gathered, Skipped, Talk, gather
from prebeta.datasets.importing.acts import with_acts
from prebeta.dialogue.reading import Reader
from prebeta.engine.sitting import judged
from prebeta.judges.end_state import EndStateCheck
from prebeta.judges.facts import FactReader
from prebeta.judges.rules import RuleJudge
from prebeta.judges.spec import JudgeSpec
from prebeta.runner.hiding import hidden, hiding_of, keepable
from prebeta.runner.loop import unless_stopped
from prebeta.runner.options import Begun, Kept, Observer
from prebeta.runner.plan import judging
from prebeta.runner.result import Result
from prebeta.runner.single import entered
from prebeta.runner.staging import earlier, namer_for, sample_of
from prebeta.store import Store
from prebeta.store.store import Stored

LABEL = "label"
"""The judge whose verdicts are what the file itself says: a person's word, or a benchmark's."""
_BATCH = 200
_JUDGES_WITHIN_S = 300.0
_LONGEST_GOAL, _LONGEST_NOTES = 200, 20_000


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a file is to be imported: what the run is called, which columns of a CSV hold what, and what is made unreadable
    beside what the project names."""

    release: str | None = None
    note: str | None = None
    mapping: Mapping[str, str] = field(default_factory=dict)
    redact: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Imported:
    """The run that a file became, what in it could not be read, and what a person should know beside."""

    result: Result
    skipped: tuple[Skipped, ...]
    notes: tuple[str, ...]


async def aimport_file(
    file: Path, project: Project | None, options: ImportOptions, store: Path, observe: Observer | None = None
) -> Imported:
    """Make a run of a file's conversations; each import is a run of its own, and the same conversation has the same id in
    all of them. Without a project the rules alone judge, and no end state is known. As many conversations are judged at
    once as the project's limits.concurrency says.

    Raises UsageError where the file holds no conversation, StoreError where the store fails.
    """
    return await _imported(gather(file, options.mapping), _Import(file, project, options, store, observe))


def import_file(
    file: Path, project: Project | None, options: ImportOptions, store: Path, observe: Observer | None = None
) -> Imported:
    """`aimport_file` from ordinary code."""
    found = gather(file, options.mapping)
    asked = _Import(file, project, options, store, observe)
    return unless_stopped(lambda: _imported(found, asked), "runner.importing.aimport_file")


@dataclass(frozen=True, slots=True)
class _Import:
    """What is to be imported, as asked for."""

    file: Path
    project: Project | None
    options: ImportOptions
    store: Path
    observe: Observer | None


async def _imported(found: Gathered, asked: _Import) -> Imported:
    court = _Court.of(asked.project, found, asked.options.redact)
    run = _new_run(asked.file, asked.project, asked.options, found)
    with Store.open(asked.store, create=True) as kept, kept.claim(run.id):
        court, naming = _staged(court, found, earlier(kept))
        kept.create_run(run if naming is None else replace(run, project={**run.project, "stages": naming.to_json()}))
        begun = time.perf_counter()
        try:
            await _keep(run, found, court, kept, asked.observe)
        except BaseException:
            with contextlib.suppress(PrebetaError):  # the disk may be full: what went wrong first is what counts
                kept.update_run(run.id, state="interrupted")
            raise
        kept.update_run(run.id, state="done", seconds=time.perf_counter() - begun)
        return Imported(Result.of(kept, run.id), found.skipped, court.notes)


def _staged(court: _Court, found: Gathered, known: Naming | None) -> tuple[_Court, Naming | None]:
    """The court with stages told by what the file's conversations show, where neither a project says how nor the file which."""
    if any(talk.told is not None for talk in found.talks):
        return court, None
    naming = find_naming([_kept_turns(talk, court) for talk in sample_of(found.talks)], court.namer, known)
    if naming is None:
        return court, None
    return replace(court, namer=StageNamer({}, court.reader, naming)), naming


def _kept_turns(talk: Talk, court: _Court) -> tuple[Turn, ...]:
    """A talk's turns without what is hidden, so that no stage is named by it."""
    talk = replace(talk, turns=with_acts(talk.turns, court.reader))
    whole = _transcript("", talk, _job("", talk), Stop("user", "imported"))
    return hidden(whole, court.hiding).turns if court.hiding else whole.turns


async def _keep(run: Run, found: Gathered, court: _Court, store: Store, observe: Observer | None) -> None:
    if observe is not None:
        observe(Begun(run, len(found.talks), 0))
    position = 0
    async with entered(*court.judges):
        named = _named(found.talks)
        while some := list(itertools.islice(named, _BATCH)):
            batch: list[tuple[int, Stored]] = []
            async for stored in _heard(some, court):
                batch.append((position, stored))
                position += 1
                if observe is not None:
                    observe(Kept(stored.transcript, stored.verdicts, stored.assessment))
            store.put_all(run.id, batch)


async def _heard(some: Sequence[tuple[str, Talk]], court: _Court) -> AsyncGenerator[Stored, None]:
    """The conversations judged, in their order, so many at once as the court takes."""
    room = asyncio.Semaphore(court.at_once)

    async def hear(name: str, talk: Talk) -> Stored:
        async with room:
            return await court.hear(name, talk)

    tasks = [asyncio.create_task(hear(name, talk)) for name, talk in some]
    try:
        for task in tasks:
            yield await task
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@dataclass(frozen=True, slots=True)
class _Court:
    """Who looks at imported conversations, `at_once` at a time. Without `end_check` nobody can tell whether they came to their
    end; with `again` also those are judged that bring verdicts of their own."""

    reader: Reader
    judges: tuple[Judge, ...]
    namer: StageNamer
    hiding: Hiding
    end_check: EndStateCheck | None = None
    again: bool = False
    notes: tuple[str, ...] = ()
    at_once: int = Limits().concurrency

    @classmethod
    def of(cls, project: Project | None, found: Gathered, redact: tuple[str, ...] = ()) -> _Court:
        """The judges of a project; of none, the rules. Raises UsageError where the project asks for what isn't there."""
        if project is None:
            reader = Reader((), ())
            rules = RuleJudge(JudgeSpec(reader, FactReader({})))
            return cls(reader, (rules,), namer_for(None, reader), Hiding(redact, ()))
        reader = Reader(project.slots(), project.answers())
        end_check, judges = judging(project, reader)
        unseen, at_once = _unseen(project, found), project.limits.concurrency
        note = f"whether conversations came to their end state can't be told: {unseen}"
        namer, hiding = namer_for(project, reader), hiding_of(project, project.accounts(), redact)
        if unseen is not None and any(talk.told is None for talk in found.talks):
            return cls(reader, judges, namer, hiding, again=True, notes=(note,), at_once=at_once)
        return cls(reader, judges, namer, hiding, end_check, again=True, at_once=at_once)

    async def hear(self, name: str, talk: Talk) -> Stored:
        """A conversation judged and assessed, as it may be kept."""
        return keepable(await self._heard(name, talk), self.hiding)

    async def _heard(self, name: str, talk: Talk) -> Stored:
        if talk.told is not None and not self.again:
            told = talk.told
            transcript = _transcript(name, talk, told.job, told.stop, told.end)
            assessment = replace(assess(transcript, told.verdicts, None, self.namer), **told.found)
            return Stored(transcript, told.verdicts, assessment)
        transcript, trouble = await self._ended(name, talk)
        verdicts, error = await judged(transcript, self.judges, _JUDGES_WITHIN_S)
        verdicts = (*verdicts, *_labels(talk))
        return Stored(transcript, verdicts, assess(transcript, verdicts, trouble or error, self.namer))

    async def _ended(self, name: str, talk: Talk) -> tuple[Transcript, str | None]:
        """The conversation with its end, as it was held or as it is found; and what broke in looking for it."""
        if talk.told is not None:
            return _transcript(name, talk, talk.told.job, talk.told.stop, talk.told.end), None
        talk = replace(talk, turns=with_acts(talk.turns, self.reader))
        if talk.broke is not None:
            stop = Stop("harness", talk.broke, "as the imported file says")
            return _transcript(name, talk, _job(name, talk), stop), None
        transcript = _transcript(name, talk, _job(name, talk), Stop("user", "imported"))
        if self.end_check is None:
            return transcript, None
        ends: list[EndState] = []

        async def seek(transcript: Transcript) -> Sequence[Verdict]:
            ends.extend([end async for end in self._ends(transcript.turns)])
            return ()

        _, trouble = await judged(transcript, (seek,), _JUDGES_WITHIN_S)  # the project's own code may be asked
        if trouble is not None:
            return replace(transcript, stop=Stop("harness", "judge", trouble)), trouble
        if ends:
            return replace(transcript, stop=Stop("product", "end_state"), end=ends[-1]), None
        return replace(transcript, stop=Stop("user", "unfinished")), None

    async def _ends(self, turns: Sequence[Turn]) -> AsyncIterator[EndState]:
        """The end states found on the way; the last one counts, as a log may go on after it."""
        assert self.end_check is not None
        for turn in turns:
            if turn.reply is not None:
                end = await self.end_check(turns[: turn.index + 1], turn.reply)
                if end is not None:
                    yield end


def _unseen(project: Project, found: Gathered) -> str | None:
    """Why the end state can't be seen in a file; None where it can."""
    when = project.end_state.when
    replies = [turn.reply for talk in found.talks for turn in talk.turns if turn.reply is not None]
    if when.probe is not None:
        return "end_state.when asks by a probe, which only tells how things are now"
    if when.ended is not None and not any(reply.ended for reply in replies):
        return "end_state.when looks at `ended`, which the file doesn't have"
    by_state = when.state is not None or "state" in (when.path or "")
    if by_state and all(reply.state is None for reply in replies):
        return "end_state.when looks at the product's state, which the file doesn't have"
    return None


# --- run, jobs and scenarios ------------------------------------------------------------------------------


def _new_run(file: Path, project: Project | None, options: ImportOptions, found: Gathered) -> Run:
    now = time.time()
    jobs = [talk.told.job for talk in found.talks if talk.told is not None]
    users = dict.fromkeys(job.policy for job in jobs)
    if len(jobs) < len(found.talks):
        users[IMPORTED] = None
    samples = {job.scenario.sample for job in jobs}
    return Run(
        id=f"r{time.strftime('%Y%m%d-%H%M%S', time.gmtime(now))}-{secrets.token_hex(2)}",
        seed=0,
        conversations=len(found.talks),
        state="running",
        created_at=now,
        release=options.release,
        note=options.note,
        users=tuple(users),
        sample="mixed" if len(samples) > 1 else next(iter(samples), "census"),
        gate=None if project is None or project.gate is None else project.gate.max_failure_rate,
        project={
            "imported": {"file": file.name, "skipped": len(found.skipped)},
            "document": None if project is None else project.document,
            "folder": str(Path.cwd() if project is None else project.folder),
            "unfindable": None,
            "gate": None if project is None or project.gate is None else project.gate.model_dump(),
        },
    )


def _named(talks: Sequence[Talk]) -> Iterator[tuple[str, Talk]]:
    """Each conversation with its id: its source's own, else a hash of its content; a second one of that id gets a number."""
    used: set[str] = set()
    for talk in talks:
        own = talk.id or _content(talk)[:12]
        numbered = (f"{own}-{number}" for number in itertools.count(2))
        name = next(each for each in itertools.chain((own,), numbered) if each not in used)
        used.add(name)
        yield name, talk


def _content(talk: Talk) -> str:
    said = [[turn.speaker, turn.text] for turn in talk.turns]
    return hashlib.blake2b(json.dumps([talk.goal, said]).encode(), digest_size=8).hexdigest()


def _job(name: str, talk: Talk) -> Job:
    """Nobody was sent: the scenario is what the log tells of its user."""
    opening = next((turn.text for turn in talk.turns if turn.move is not None), "")
    goal = talk.goal or " ".join(opening.split())[:_LONGEST_GOAL]
    return Job(name, Scenario(_content(talk), 0, Persona(""), Goal(goal)), IMPORTED)


def _transcript(name: str, talk: Talk, job: Job, stop: Stop, end: EndState | None = None) -> Transcript:
    return Transcript(replace(job, conversation=name), talk.turns, stop, end, talk.started_at, talk.seconds)


def _labels(talk: Talk) -> Iterator[Verdict]:
    """What the file says of the conversation, as a verdict that blames nothing: for others to be compared with."""
    if talk.told is not None:
        yield from (verdict for verdict in talk.told.verdicts if verdict.judge == LABEL)
    if talk.label is not None or talk.notes is not None:
        value: VerdictValue = "unsure" if talk.label is None else "pass" if talk.label else "fail"
        yield Verdict(LABEL, "1", value, evidence=_notes(talk.notes), reason="as the imported file says")


def _notes(notes: Json) -> str | None:
    """The file's labels as JSON; of very long ones what is short in them."""
    if notes is None:
        return None
    text = json.dumps(notes, ensure_ascii=False, default=str)
    if len(text) <= _LONGEST_NOTES:
        return text
    return json.dumps(_short(notes), ensure_ascii=False, default=str)


def _short(value: Any) -> Any:
    if isinstance(value, Mapping):
        inner = {key: _short(each) for key, each in value.items()}
        return {key: each for key, each in inner.items() if each is not None}
    return (
        value
        if isinstance(value, int | float | bool) or (isinstance(value, str) and len(value) <= _LONGEST_GOAL)
        else None
    )
