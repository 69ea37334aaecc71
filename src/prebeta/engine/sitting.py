"""One conversation from its opening to its verdicts. Here is its boundary: what breaks in it becomes its record."""

from __future__ import annotations

import asyncio
import inspect
import logging
import random
import time
import traceback
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Any

from prebeta.conversation import converse
from prebeta.core.blocking import alone
from prebeta.core.errors import BudgetSpent, HarnessError, SimulatorError
from prebeta.core.events import ConversationEnded
from prebeta.core.protocols import EndCheck, Judge, OpenContext, Session, Target, User, UserFactory
from prebeta.core.types import EndState, Job, Limits, Move, Reply, Stop, Transcript, Turn, Verdict

Watcher = Callable[[str, Turn], None]
_DETAIL = 500
_CLOSING_S = 5.0
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What conversations are made of. `users` maps a policy's name to who makes such users; every policy of the
    jobs must be among them. With `watch_turns` each turn is told when it is taken."""

    target: Target
    users: Mapping[str, UserFactory]
    end_check: EndCheck
    judges: tuple[Judge, ...] = ()
    watch_turns: bool = False


async def hold(job: Job, parts: Parts, limits: Limits, watch: Watcher) -> ConversationEnded:
    """Hold and judge one conversation. Never raises for what product, user, end check or a judge do, but BudgetSpent where
    one of ours can't pay for the LLM it needs: that conversation is to be held another time."""
    transcript = await _Sitting(job, parts, limits, watch).hold()
    verdicts, error = await judged(transcript, parts.judges, limits.conversation_timeout_s)
    return ConversationEnded(transcript, verdicts, error)


class _Sitting:
    """Both sides of one table. Stands between the loop and user, product and end check, so as to know who was at
    work when something broke. Opening the product is part of its first turn, and fails as a turn does; what the project has
    set up before is not, and its failing is ours."""

    def __init__(self, job: Job, parts: Parts, limits: Limits, watch: Watcher) -> None:
        self._job, self._parts, self._limits, self._watch = job, parts, limits, watch
        self._at_work = "simulator"
        self._turns: list[Turn] = []
        self._user: User | None = None
        self._session: Session | None = None
        self._transcript: Transcript | None = None
        self._prepared, self._opened = AsyncExitStack(), AsyncExitStack()
        self._open: Callable[[], AbstractAsyncContextManager[Session]] | None = None

    async def hold(self) -> Transcript:
        started_at, begun = time.time(), time.perf_counter()
        try:
            error = await self._tried(self._converse())
        finally:
            await self._close()
        transcript = self._transcript
        if transcript is None:
            stop = Stop("harness", self._at_work, describe(error) if error is not None else None)
            seconds = time.perf_counter() - begun
            transcript = Transcript(self._job, tuple(self._turns), stop, None, started_at, seconds)
        spent = getattr(self._user, "spent", None)
        return transcript if spent is None else replace(transcript, spent=spent)

    async def _converse(self) -> None:
        job = self._job
        rng = random.Random(f"{job.scenario.seed}:{job.policy}:{job.repeat}")
        self._user = self._parts.users[job.policy](job.scenario, rng)
        await self._prepare()
        self._transcript = await converse(job, self, self, self._check, self._limits, self._see)

    async def _tried(self, doing: Awaitable[None]) -> BaseException | None:
        """What broke, if anything; raised on is only what is not for the record."""
        try:
            await doing
        except (Exception, asyncio.CancelledError) as error:  # the conversation's boundary
            if _given_up(error) or isinstance(error, BudgetSpent):
                raise
            return error
        return None

    @property
    def instant(self) -> bool:
        """Whether the user never waits for anything."""
        return getattr(self._user, "instant", False)

    async def next(self, turns: Sequence[Turn]) -> Move:
        """The user's turn."""
        self._at_work = "simulator"
        assert self._user is not None
        try:
            return await self._user.next(turns)
        except TimeoutError as error:  # its own, as the loop's limits come as a cancellation
            raise SimulatorError(f"the user timed out: {error}") from error

    async def start(self) -> Reply:
        """The product's first turn."""
        self._at_work = "infrastructure"
        assert self._open is not None
        self._session = await self._opened.enter_async_context(self._open())
        return await self._session.start()

    async def _prepare(self) -> None:
        """What the project sets up before the product's first clock runs. It may take as long as a conversation."""
        self._at_work = "infrastructure"
        scenario, target = self._job.scenario, self._parts.target
        patience_s, within_s = self._limits.turn_timeout_s, self._limits.conversation_timeout_s
        context = OpenContext(self._job.conversation, scenario.seed, scenario.account, scenario.prefix, patience_s)
        prepare = getattr(target, "prepare", None)
        if prepare is None:
            self._open = partial(target.open, context)
            return
        try:
            async with asyncio.timeout(within_s) as clock:
                self._open = await self._prepared.enter_async_context(prepare(context))
        except TimeoutError as error:
            if not clock.expired():
                raise
            raise HarnessError(f"the project's setup took longer than {within_s:g} s") from error

    async def send(self, move: Move) -> Reply:
        """Any other turn of the product."""
        self._at_work = "infrastructure"
        assert self._session is not None
        return await self._session.send(move)

    @property
    def held_s(self) -> float:
        """Seconds of the last turn that are not the product's: the connector waited because of 429s."""
        return getattr(self._session, "held_s", 0.0)

    async def _check(self, turns: Sequence[Turn], reply: Reply) -> EndState | None:
        self._at_work = "judge"
        if getattr(self._parts.end_check, "instant", False):
            return await self._parts.end_check(turns, reply)
        async with asyncio.timeout(self._limits.turn_timeout_s):
            return await self._parts.end_check(turns, reply)

    def _see(self, turn: Turn) -> None:
        self._turns.append(turn)
        if self._parts.watch_turns:
            self._watch(self._job.conversation, turn)

    async def _close(self) -> None:
        """Close the product's side, then clean up what was set up. What fails here is told, and changes no record."""
        try:
            self._tell(await self._tried(self._close_product()))
        finally:
            self._tell(await self._tried(self._prepared.aclose()))

    async def _close_product(self) -> None:
        async with asyncio.timeout(_CLOSING_S):
            await self._opened.aclose()

    def _tell(self, error: BaseException | None) -> None:
        if error is not None:
            _log.warning("conversation %s did not close well: %s", self._job.conversation, describe(error))


async def judged(
    transcript: Transcript, judges: Sequence[Judge], within_s: float
) -> tuple[tuple[Verdict, ...], str | None]:
    """All verdicts, and what broke in those judges that did; one that takes longer than `within_s` is given up."""
    verdicts: list[Verdict] = []
    broken: list[str] = []
    for judge in judges:
        try:
            async with asyncio.timeout(within_s):
                verdicts.extend(await _ask(judge, transcript))
        except (Exception, asyncio.CancelledError) as error:  # the judge's boundary
            if _given_up(error) or isinstance(error, BudgetSpent):
                raise
            broken.append(f"{getattr(judge, '__name__', type(judge).__name__)}: {describe(error)}")
    return tuple(verdicts), "; ".join(broken) or None


async def _ask(judge: Judge, transcript: Transcript) -> Sequence[Verdict]:
    """What a judge says. A plain function may block, so it is called in a thread: others' clocks are running."""
    call = judge if inspect.isroutine(judge) else type(judge).__call__
    if inspect.iscoroutinefunction(call):
        return await judge(transcript)
    found: Any = await alone(partial(judge, transcript), "prebeta-judge")
    verdicts: Sequence[Verdict] = await found if inspect.isawaitable(found) else found
    return verdicts


def describe(error: BaseException) -> str:
    """An error in a line: its type, its text, and the line of code it comes from."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {str(error)[:_DETAIL]}{where}"


def _given_up(error: BaseException) -> bool:
    """Whether this is our own cancelling, and not one that the product's or a judge's code made up."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0
