"""The loop: a user and a product converse until one of them, the end state or a limit ends it. Nothing else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial

from prebeta.core.errors import Refused, TargetError
from prebeta.core.protocols import EndCheck, Session, User
from prebeta.core.types import EndState, Job, Leave, Limits, Problem, Reply, Say, Stop, Transcript, Turn

Observer = Callable[[Turn], None]


async def converse(
    job: Job, user: User, session: Session, end_check: EndCheck, limits: Limits, observe: Observer | None = None
) -> Transcript:
    """Hold one conversation and return it whole, whatever the product does.

    What the product does wrong becomes a turn with a `problem` and a Stop; what the user, the end check or we do wrong
    is raised to the caller as an exception. The scenario's prefix is sent before the user takes over: each message in its
    own time, until the product ends it; the product's first turn is what it said last then.
    """
    talk = _Talk(job, limits, observe, lambda: getattr(session, "held_s", 0.0))
    await _begin(talk, session)
    while talk.stop is None:
        talk.end = await end_check(talk.turns, talk.last)
        if talk.end is not None:
            talk.stop = Stop("product", "end_state")
        elif talk.last.ended:
            talk.stop = Stop("product", "ended")
        elif talk.user_turns >= limits.max_turns:
            talk.stop = Stop("limit", "turns", f"{limits.max_turns} user turns")
        elif talk.remaining <= 0:
            talk.time_up()
        else:
            await _exchange(talk, user, session)
    return talk.transcript()


async def _begin(talk: _Talk, session: Session) -> None:
    """What the product says first, and to the prefix."""
    first = await talk.reply(session.start)
    for text in talk.job.scenario.prefix:
        if talk.stop is not None or first is None or first[0].ended:
            break
        first = await talk.reply(partial(session.send, Say(text)))
    talk.product(*(first or (Reply(), None)))


async def _exchange(talk: _Talk, user: User, session: Session) -> None:
    """One user turn and the product's answer to it."""
    try:
        if getattr(user, "instant", False):
            move = await user.next(talk.turns)
        else:
            async with asyncio.timeout(talk.remaining):
                move = await user.next(talk.turns)
    except TimeoutError:
        detail = f"the user was still thinking when the conversation's {talk.limits.conversation_timeout_s:g} s were up"
        talk.stop = Stop("harness", "simulator", detail)
        return
    talk.add(Turn(len(talk.turns), move=move))
    talk.user_turns += 1
    if isinstance(move, Leave):
        not_understood = move.reason == "not_understood"
        talk.stop = Stop("harness", "simulator", move.reason) if not_understood else Stop("user", move.reason)
        return
    answer = await talk.reply(partial(session.send, move))
    if answer is not None:
        talk.product(*answer)


class _Talk:
    """The conversation so far: its turns and clock, and why it stopped."""

    def __init__(self, job: Job, limits: Limits, observe: Observer | None, held_s: Callable[[], float]) -> None:
        self.job, self.limits, self.observe, self._held_s = job, limits, observe, held_s
        self.turns: list[Turn] = []
        self.user_turns = 0
        self.heard = False
        self.last = Reply()
        self.end: EndState | None = None
        self.stop: Stop | None = None
        self.started_at = time.time()
        self._start = time.perf_counter()

    @property
    def remaining(self) -> float:
        """Seconds left of the conversation's own time."""
        return self.limits.conversation_timeout_s - (time.perf_counter() - self._start)

    def add(self, turn: Turn) -> None:
        self.turns.append(turn)
        if self.observe is not None:
            self.observe(turn)

    def product(self, reply: Reply, latency_s: float | None) -> None:
        self.last = reply
        self.add(Turn(len(self.turns), reply=reply, latency_s=latency_s))

    async def reply(self, ask: Callable[[], Awaitable[Reply]]) -> tuple[Reply, float] | None:
        """The product's reply and its latency in seconds, without what the connector waited because the product turned requests
        away (a session may tell that as `held_s`); a failure becomes a reply with a problem, and the stop. None where
        the conversation's own time was up before the turn's: the product might still have answered."""
        begun = time.perf_counter()
        remaining, allowed = self.remaining, self.limits.turn_timeout_s
        try:
            async with asyncio.timeout(max(min(allowed, remaining), 0.001)) as clock:
                reply = await ask()
        except TimeoutError:
            if clock.expired() and remaining < allowed:
                self.time_up()
                return None
            reply = self._failed("timeout", f"no answer within {allowed:.3g} s", None, infrastructure=False)
        except TargetError as error:
            at_once = isinstance(error, Refused) and not self.heard
            reply = self._failed(error.kind, error.detail, error.raw, infrastructure=error.infrastructure or at_once)
        self.heard = self.heard or not reply.empty
        return reply, max(time.perf_counter() - begun - self._held_s(), 0.0)

    def time_up(self) -> None:
        self.stop = Stop("limit", "time", f"{self.limits.conversation_timeout_s:g} s")

    def _failed(self, kind: str, detail: str, raw: str | None, *, infrastructure: bool) -> Reply:
        by = Stop("harness", "infrastructure", detail) if infrastructure else Stop("product", kind, detail)
        self.stop = by
        return Reply(problem=Problem(kind, detail, raw))

    def transcript(self) -> Transcript:
        assert self.stop is not None
        seconds = time.perf_counter() - self._start
        return Transcript(self.job, tuple(self.turns), self.stop, self.end, self.started_at, seconds)
