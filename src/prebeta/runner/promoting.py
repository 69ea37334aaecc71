"""From a finding to a case: shrunk, its flakiness measured, its checks written down, and refused where it repeats another."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from prebeta.analysis.findings import group
from prebeta.config import Project
from prebeta.core.errors import UsageError
from prebeta.core.results import Finding, Run
from prebeta.core.types import Move, Transcript
from prebeta.datasets.cases import Case, Flakiness, Provenance, case_id
from prebeta.datasets.cases.likeness import repeated_by
from prebeta.datasets.cases.making import checks_of, forbidden_of, happened
from prebeta.investigate.replays import Replay, Replayed, Script, Subject
from prebeta.investigate.shrink import BUDGET, NotReproduced, shrink
from prebeta.judges.facts import FactReader
from prebeta.runner.casework import Held, Table, seated
from prebeta.runner.replaying import filler_for, finding_of, replaying, speaking, subject_of
from prebeta.runner.together import together
from prebeta.scenarios.identity import share
from prebeta.store import Store

TOP = 5
"""So many findings become cases where none is named."""
_CANDIDATES = 4


@dataclass(frozen=True, slots=True)
class Wish:
    """How cases are to be made. `times` they are held to measure their flakiness, after being shrunk with at most `budget`
    replays; `held_out` is the share of findings whose cases are held out."""

    times: int = 5
    shrinks: bool = True
    budget: int = BUDGET
    held_out: float = 0.0


@dataclass(frozen=True, slots=True)
class Candidate:
    """A finding and conversations that show it, the best one first."""

    run: Run
    finding: Finding
    subjects: tuple[Subject, ...]


@dataclass(frozen=True, slots=True)
class Added:
    """What became of a finding: a case was `added`, is `known`, `repeats` another (both name that one in `case`), or the
    failure is `gone`: it did not come again. `of`: the user's messages before it was shrunk; None where it wasn't."""

    finding: Finding
    came: Literal["added", "known", "repeats", "gone"]
    why: str
    case: Case | None = None
    of: int | None = None


def candidates(
    store: Store, name: str, findings: Sequence[str], conversation: str | None = None
) -> tuple[Candidate, ...]:
    """The findings of a run that are to become cases: those named, the one of a conversation, or the top five. Raises
    UsageError where there is nothing to make a case of."""
    run = store.run(name)
    if findings:
        found = list(dict.fromkeys(finding_of(store, run, one) for one in findings))
    else:
        found = group(store.rows(run.id, run.users[0]))
        if conversation is not None:
            wanted = store.conversation(run.id, conversation)
            cells = {one.cell for one in wanted.assessment.symptoms[:1]}
            found = [one for one in found if cells & set(one.cells) and wanted.transcript.id in one.conversations]
            if not found:
                raise UsageError(
                    f"conversation {wanted.transcript.id} shows no finding of run {run.id}; those that do: "
                    f"prebeta findings {run.id}"
                )
    if not found:
        raise UsageError(f"run {run.id} has no findings, so there is nothing to make a case of")
    chosen = found if findings else found[:TOP]
    return tuple(Candidate(run, one, _subjects(store, run, one, conversation)) for one in chosen)


def _subjects(store: Store, run: Run, finding: Finding, conversation: str | None) -> tuple[Subject, ...]:
    shown = dict.fromkeys((finding.example[0], *finding.conversations))
    wanted = [conversation] if conversation is not None else list(shown)[:_CANDIDATES]
    return tuple(subject_of(store, run, finding, one) for one in wanted)


def policy_of(transcript: Transcript) -> str:
    """The kind of user that is sent where a script doesn't fit any more."""
    return "agenda" if transcript.of_log else transcript.job.policy


async def make_cases(
    project: Project, found: Sequence[Candidate], known: Sequence[Case], wish: Wish
) -> tuple[Added, ...]:
    """Cases of these findings, not written yet. Raises UnreachableError where the product doesn't answer."""
    made: list[Added | None] = [_known(one, project, known) for one in found]
    if all(one is not None for one in made):
        return tuple(one for one in made if one is not None)
    filler = filler_for(project)
    found = [replace(one, subjects=tuple(speaking(subject, filler) for subject in one.subjects)) for one in found]
    policies = [policy_of(one.subjects[0].transcript) for one in found]
    # the target of the table is checked: it may know only then that it takes one conversation at a time
    async with seated(project, policies, check=True) as table, replaying(project) as replay:

        async def with_room(script: Script) -> Replayed:
            async with table.room:
                return await replay(script)

        maker = _Maker(project, table, with_room, wish)
        missing = [place for place, done in enumerate(made) if done is None]
        for place, done in zip(missing, await together(maker.make(found[at]) for at in missing), strict=True):
            made[place] = done
    return _distinct([one for one in made if one is not None], known)


def unheld_cases(project: Project, found: Sequence[Candidate], known: Sequence[Case], wish: Wish) -> tuple[Added, ...]:
    """Cases as their conversations were, for a product that can't be talked to: neither shrunk nor measured."""
    made = []
    for one in found:
        subject = one.subjects[0]
        case = _case(project, one, subject, subject.moves, wish)
        case = _with_evidence(case, subject.transcript, subject.symptom.turn, project)
        said = "as the conversation was: not shrunk, and not held again, so nothing tells how often it fails"
        made.append(_known(one, project, known) or Added(one.finding, "added", said, case))
    return _distinct(made, known)


def case_there(candidate: Candidate, project: Project, known: Sequence[Case]) -> Case | None:
    """The case there is already, of any conversation that would be tried now."""
    scenarios = (subject.transcript.scenario.id for subject in candidate.subjects)
    ids = {case_id(project, candidate.finding.id, scenario) for scenario in scenarios}
    return next((case for case in known if case.id in ids), None)


def _known(candidate: Candidate, project: Project, known: Sequence[Case]) -> Added | None:
    case = case_there(candidate, project, known)
    return None if case is None else Added(candidate.finding, "known", "it stays as it is", case)


def _distinct(made: Sequence[Added], known: Sequence[Case]) -> tuple[Added, ...]:
    """Those that repeat a case are refused."""
    kept, found = list(known), []
    for one in made:
        case = one.case if one.came == "added" else None
        other = None if case is None else repeated_by(case, kept)
        if other is not None:
            one = replace(one, came="repeats", why="nearly the same script for the same finding", case=other)
        elif case is not None:
            kept.append(case)
        found.append(one)
    return tuple(found)


class _Maker:
    """Makes cases with the product opened."""

    def __init__(self, project: Project, table: Table, replay: Replay, wish: Wish) -> None:
        self._project, self._table, self._replay, self._wish = project, table, replay, wish

    async def make(self, candidate: Candidate) -> Added:
        """The shortest script that fails when it is held as cases are; the whole one where no shorter does."""
        tried = 0
        for subject, moves in await self._scripts(candidate):
            case = _case(self._project, candidate, subject, moves, self._wish)
            held = await together(self._table.hold(case) for _ in range(self._wish.times))
            told = [one for one in held if one.came != "spoiled"]
            shown = [one for one in told if one.same]
            tried += len(held)
            if shown:
                example = min(shown, key=lambda one: (one.by == "user", len(one.transcript.turns)))
                case = replace(case, flakiness=Flakiness(len(shown), len(told)))
                case = _with_evidence(case, example.transcript, example.turn or 0, self._project)
                return Added(candidate.finding, "added", _measured(case, held), case, len(subject.moves))
        run, conversation = candidate.run, candidate.subjects[0].transcript.id
        why = (
            f"the failure did not come again in {tried} conversations: it may be mended, or come by chance; to see: "
            f"prebeta replay {run.id} {conversation} --times 5"
        )
        return Added(candidate.finding, "gone", why)

    async def _scripts(self, candidate: Candidate) -> list[tuple[Subject, tuple[Move, ...]]]:
        """What to try, the shortest first."""
        whole = [(one, one.moves) for one in candidate.subjects[:1]]
        if not self._wish.shrinks:
            return whole
        try:
            found = await shrink(candidate.subjects, self._replay, self._wish.budget)
        except NotReproduced:
            return whole
        return [(found.subject, found.script.moves), (found.subject, found.subject.moves)]


def _measured(case: Case, held: Sequence[Held]) -> str:
    spoiled = sum(one.came == "spoiled" for one in held)
    also = f" ({spoiled} more told nothing)" if spoiled else ""
    return f"failed in {case.flakiness.failed} of {case.flakiness.of} tries{also}"


def _case(project: Project, candidate: Candidate, subject: Subject, moves: tuple[Move, ...], wish: Wish) -> Case:
    run, finding, transcript = candidate.run, candidate.finding, subject.transcript
    scenario = transcript.scenario
    return Case(
        id=case_id(project, finding.id, scenario.id),
        title=finding.label,
        finding=finding.id,
        kind=finding.kind,
        scenario=scenario,
        moves=moves,
        checks=checks_of(finding, scenario, moves, project),
        flakiness=Flakiness(0, 0),
        provenance=Provenance(
            run=run.id,
            conversation=transcript.id,
            turn=subject.symptom.turn,
            release=run.release,
            version=run.version,
            added=time.strftime("%Y-%m-%d", time.gmtime()),
        ),
        stage=finding.stage,
        slot=finding.slot,
        policy=policy_of(transcript),
        held_out=share("held out", finding.id) < wish.held_out,
    )


def _with_evidence(case: Case, transcript: Transcript, turn: int, project: Project) -> Case:
    """The case with what happened, and the wrong value that it led to."""
    facts = FactReader(project.end_state.facts)
    forbidden = forbidden_of(transcript, case.kind, case.slot, case.checks, facts)
    return replace(case, happened=happened(transcript, turn), checks=replace(case.checks, forbidden=forbidden))
