"""Cases held against the product of now: does what broke once still break?

What was typed is said again, and then a cooperative user goes on to the end, so that the whole conversation can be checked.
Where the product has moved on (it came to its end before all was said, or asks for other things) the same user is sent as
well, who decides anew: fixed words prove nothing about a product that doesn't ask for them any more.
"""

from __future__ import annotations

import asyncio
import contextlib
import dataclasses
import itertools
import math
import random
import uuid
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeAlias

from prebeta.analysis.outcome import assess, flaws_of
from prebeta.config import Project, load
from prebeta.core.errors import BudgetSpent
from prebeta.core.types import Job, Limits, Scenario, Stop, Transcript, Verdict
from prebeta.datasets.cases import Case
from prebeta.datasets.cases.checking import Came, Heard, Outlook, fits, looked_at
from prebeta.datasets.cases.filling import Filler
from prebeta.dialogue.reading import Reader
from prebeta.engine.sitting import Parts, hold
from prebeta.judges.facts import FactReader
from prebeta.runner.hiding import hidden, hiding_of
from prebeta.runner.loop import unless_stopped
from prebeta.runner.plan import assemble
from prebeta.runner.single import entered
from prebeta.runner.speaking import models_of
from prebeta.runner.staging import namer_for
from prebeta.runner.together import together
from prebeta.users import replay as replayed
from prebeta.users.kit import UserKit
from prebeta.users.replay import ReplayUser

Status: TypeAlias = Literal["fixed", "still", "flaky", "changed", "spoiled"]
_SCRIPT = "replay"
_CHANCE = 0.05
"""A failure that comes by chance isn't called fixed where so lucky a row of tries would be no wonder."""
MOST_TRIES = 20


@dataclass(frozen=True, slots=True)
class Held:
    """A case held once. `same` where its own failure shows, at `turn`; a failed one without it broke otherwise. `by` tells
    whether its script or its user was what counted; `why` is a line for people."""

    came: Came
    transcript: Transcript
    verdicts: tuple[Verdict, ...]
    why: str
    same: bool = False
    turn: int | None = None
    by: Literal["script", "user"] = "script"


@dataclass(frozen=True, slots=True)
class CaseResult:
    """A case held some times, and what that says together with how often it failed when it was added.

    fixed: it never failed. still: its own failure showed each time, then and now. flaky: it shows sometimes, or it came so
    seldom before that not to see it in so few tries says little (`needs` more then). changed: its failure is gone, and it
    breaks otherwise. spoiled: nothing can be told.
    """

    case: Case
    held: tuple[Held, ...]
    status: Status
    why: str
    needs: int = 0

    @property
    def failing(self) -> bool:
        """Whether it failed at least once."""
        return any(one.came == "failed" for one in self.held)

    @property
    def counts(self) -> tuple[int, int]:
        """How often its own failure showed, of how often that could be told."""
        return sum(one.same for one in self.held), sum(one.came != "spoiled" for one in self.held)

    @property
    def otherwise(self) -> int:
        """How often it broke in another way."""
        return sum(one.came == "failed" and not one.same for one in self.held)


def tries_for(case: Case) -> int:
    """So many tries without a failure make it unlikely (5 %) that it is still there, by how often it failed before."""
    failed, of = case.flakiness.failed, case.flakiness.of
    if failed >= of or not failed:
        return 1
    return min(MOST_TRIES, math.ceil(math.log(_CHANCE) / math.log(1 - failed / of)))


def hold_cases(
    project: Project | str | Path,
    cases: Sequence[Case],
    times: int | None = 1,
    concurrency: int | None = None,
    *,
    check: bool = True,
) -> tuple[CaseResult, ...]:
    """`ahold_cases` from ordinary code. Raises KeyboardInterrupt on Ctrl-C, once all is closed."""
    return unless_stopped(
        lambda: ahold_cases(project, cases, times, concurrency, check=check), "runner.casework.ahold_cases"
    )


async def ahold_cases(
    project: Project | str | Path,
    cases: Sequence[Case],
    times: int | None = 1,
    concurrency: int | None = None,
    *,
    check: bool = True,
) -> tuple[CaseResult, ...]:
    """Hold each case so often, many at once, and say what it came to; in the order given.

    `times` None: each as often as its flakiness asks for. With `check` a first message is sent before. Raises UsageError
    where a case names what the project hasn't, UnreachableError where the product doesn't answer.
    """
    project = project if isinstance(project, Project) else load(project)
    for case in cases:
        fits(case, project)
    policies = tuple(case.policy for case in cases)
    async with seated(project, policies, check=check, concurrency=concurrency) as table:
        often = [times or tries_for(case) for case in cases]
        held = await together(table.hold(case) for case, k in zip(cases, often, strict=True) for _ in range(k))
    found = iter(held)
    return tuple(concluded(case, tuple(itertools.islice(found, k))) for case, k in zip(cases, often, strict=True))


def concluded(case: Case, held: tuple[Held, ...]) -> CaseResult:
    """What so many tries of a case say, together with those when it was added."""
    told = [one for one in held if one.came != "spoiled"]
    if not told:
        return CaseResult(case, held, "spoiled", held[0].why if held else "it was not held")
    same = [one for one in told if one.same]
    failed = [one for one in told if one.came == "failed"]
    was = case.flakiness
    if same:
        steady = len(same) == len(told) and was.failed == was.of
        return CaseResult(case, held, "still" if steady else "flaky", same[0].why)
    short = max(0, tries_for(case) - len(told))
    if short:
        why = f"not seen in {len(told)}, which says little: it failed in {was.failed} of {was.of} before"
        return CaseResult(case, held, "flaky", f"{why}; {failed[0].why}" if failed else why, short)
    return CaseResult(case, held, "changed" if failed else "fixed", (failed or told)[0].why)


@contextlib.asynccontextmanager
async def seated(
    project: Project, policies: Sequence[str], *, check: bool = False, concurrency: int | None = None
) -> AsyncIterator[Table]:
    """The product opened, and all that cases are held with; `policies` are those of the cases' users, `concurrency` so many
    conversations at once instead of what the project says."""
    reader = Reader(project.slots(), project.answers())
    models = models_of(project)
    parts = assemble(project, tuple(dict.fromkeys(policies)), reader, models)
    async with entered(parts.target, parts.end_check, *parts.judges, models):
        target: Any = parts.target
        if check and hasattr(target, "check"):
            await target.check()
        yield Table(project, parts, reader, concurrency)


class Table:
    """Holds cases, and no more conversations at once than the target and the project take, however many are asked for.
    Who talks to the same product beside it takes its `room`. No two conversations of it have one id: products remember."""

    def __init__(self, project: Project, parts: Parts, reader: Reader, concurrency: int | None = None) -> None:
        self._parts, self._reader = parts, reader
        self._kit = UserKit(reader, project.user.patience)
        self._namer = namer_for(project, reader)
        self._limits: Limits = project.core_limits()
        self._facts = FactReader(project.end_state.facts)
        self._hiding = hiding_of(project, project.accounts())
        self._filler = Filler(project, self._hiding)
        self._counter, self._tag = itertools.count(), uuid.uuid4().hex[:6]
        most, asked = getattr(parts.target, "most_at_once", None), concurrency or self._limits.concurrency
        self.room = asyncio.Semaphore(max(1, asked if most is None else min(asked, most)))

    async def hold(self, case: Case) -> Held:
        """The script, and the case's user where that doesn't settle it; once there is room."""
        case = self._filler.case(case)
        try:
            async with self.room:
                found = await self._script(case)
                if not found.settled:
                    found = found.beside(await self._user(case))
        except BudgetSpent as error:
            stop = Stop("harness", "simulator", str(error))
            return Held("spoiled", Transcript(Job("", case.scenario, case.policy), (), stop), (), str(error))
        heard = found.heard
        return Held(
            came=found.came,
            transcript=hidden(heard.transcript, self._hiding),
            verdicts=tuple(hidden(verdict, self._hiding) for verdict in heard.verdicts),
            why=self._hiding.text(found.why),
            same=found.same,
            turn=found.turn,
            by="user" if heard.left is None else "script",
        )

    async def _script(self, case: Case) -> Outlook:
        users: list[ReplayUser] = []

        def user(scenario: Scenario, rng: random.Random) -> ReplayUser:
            users.append(replayed.cooperative(case.moves, scenario, self._kit, rng))
            return users[-1]

        parts = dataclasses.replace(self._parts, users={_SCRIPT: user})
        heard = await self._heard(Job(self._id(), case.scenario, _SCRIPT), parts)
        left = users[0].left if users else len(case.moves)
        return looked_at(case, dataclasses.replace(heard, left=left), self._facts, self._reader)

    async def _user(self, case: Case) -> Outlook:
        heard = await self._heard(Job(self._id(), case.scenario, case.policy), self._parts)
        return looked_at(case, heard, self._facts, self._reader)

    async def _heard(self, job: Job, parts: Parts) -> Heard:
        ended = await hold(job, parts, self._limits, lambda _conversation, _turn: None)
        found = assess(ended.transcript, ended.verdicts, ended.judge_error, self._namer)
        flaws = found.symptoms or flaws_of(ended.transcript, ended.verdicts, self._namer)
        return Heard(ended.transcript, ended.verdicts, found, flaws)

    def _id(self) -> str:
        return f"{self._tag}{next(self._counter):06}"
