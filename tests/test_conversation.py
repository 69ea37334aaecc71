"""The loop: each reason to stop, time limits, and that every turn is seen."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import replace

import pytest

from prebeta.conversation import converse
from prebeta.core.errors import Closed, Crashed, Malformed, Refused, SimulatorError, TargetError, Timeout
from prebeta.core.types import (
    EndState,
    Goal,
    Job,
    Leave,
    Limits,
    Move,
    Option,
    Persona,
    Press,
    Reply,
    Say,
    Scenario,
    Stop,
    Turn,
    Wait,
)

JOB = Job("c1", Scenario("s1", 1, Persona("anybody"), Goal("get it done")))
HELLO = Reply(("Hello!",))


class Scripted:
    """A session that answers by a script; what is an exception is raised, a number is seconds to be silent."""

    def __init__(self, *script: Reply | Exception | float) -> None:
        self.script = list(script)
        self.moves: list[Move] = []

    async def start(self) -> Reply:
        return await self._next()

    async def send(self, move: Move) -> Reply:
        self.moves.append(move)
        return await self._next()

    async def _next(self) -> Reply:
        answer = self.script.pop(0) if self.script else HELLO
        if isinstance(answer, Exception):
            raise answer
        if isinstance(answer, float):
            await asyncio.sleep(answer)
            return HELLO
        return answer


class Talker:
    """A user that makes these moves and then says *go on* for ever; a number is seconds to think."""

    def __init__(self, *moves: Move | Exception | float) -> None:
        self.moves = list(moves)
        self.saw: list[int] = []

    async def next(self, turns: Sequence[Turn]) -> Move:
        self.saw.append(len(turns))
        move = self.moves.pop(0) if self.moves else Say("go on")
        if isinstance(move, Exception):
            raise move
        if isinstance(move, float):
            await asyncio.sleep(move)
            return Say("at last")
        return move


async def never(turns: Sequence[Turn], reply: Reply) -> EndState | None:
    return None


async def booked(turns: Sequence[Turn], reply: Reply) -> EndState | None:
    return EndState(values={"turns": len(turns)}) if "booked" in reply.text else None


async def test_the_end_state_ends_it() -> None:
    session = Scripted(HELLO, HELLO, Reply(("It's booked.",)))
    transcript = await converse(JOB, Talker(), session, booked, Limits())
    assert (transcript.stop.by, transcript.stop.reason) == ("product", "end_state")
    assert transcript.end == EndState(values={"turns": 5})
    assert [turn.speaker for turn in transcript.turns] == ["product", "user", "product", "user", "product"]
    assert [turn.index for turn in transcript.turns] == [0, 1, 2, 3, 4]
    assert transcript.id == "c1"
    assert transcript.seconds >= 0
    assert transcript.started_at <= time.time()


async def test_the_end_state_counts_before_the_products_own_ending() -> None:
    transcript = await converse(JOB, Talker(), Scripted(HELLO, Reply(("booked",), ended=True)), booked, Limits())
    assert transcript.stop.reason == "end_state"


async def test_it_can_be_over_before_the_user_speaks() -> None:
    user = Talker()
    transcript = await converse(JOB, user, Scripted(Reply(("We're closed.",), ended=True)), never, Limits())
    assert (transcript.stop.by, transcript.stop.reason) == ("product", "ended")
    assert user.saw == []
    assert len(transcript.turns) == 1


@pytest.mark.parametrize("reason", ["done", "patience", "unprovoked"])
async def test_the_user_leaves(reason: str) -> None:
    session = Scripted()
    transcript = await converse(JOB, Talker(Say("hi"), Leave(reason)), session, never, Limits())
    assert (transcript.stop.by, transcript.stop.reason) == ("user", reason)
    assert transcript.turns[-1].move == Leave(reason)
    assert [move.kind for move in session.moves] == ["say"]


async def test_not_understanding_is_the_simulators_fault() -> None:
    transcript = await converse(JOB, Talker(Leave("not_understood")), Scripted(), never, Limits())
    assert (transcript.stop.by, transcript.stop.reason) == ("harness", "simulator")


async def test_the_turn_limit_counts_user_turns() -> None:
    session = Scripted()
    transcript = await converse(JOB, Talker(), session, never, Limits(max_turns=4))
    assert (transcript.stop.by, transcript.stop.reason) == ("limit", "turns")
    assert len(session.moves) == 4
    assert len(transcript.turns) == 9


@pytest.mark.parametrize(
    "error", [Timeout("slow"), Malformed("no text", "{}"), Closed("cut off"), Crashed("500", "oops")]
)
async def test_what_the_product_does_wrong_is_a_turn_and_the_stop(error: TargetError) -> None:
    transcript = await converse(JOB, Talker(), Scripted(HELLO, error), never, Limits())
    assert (transcript.stop.by, transcript.stop.reason) == ("product", error.kind)
    last = transcript.turns[-1].reply
    assert last is not None
    assert last.problem is not None
    assert (last.problem.kind, last.problem.detail, last.problem.raw) == (error.kind, error.detail, error.raw)


async def test_a_refusal_at_once_is_infrastructure_and_later_the_products() -> None:
    at_once = await converse(JOB, Talker(), Scripted(Refused("no route")), never, Limits())
    assert (at_once.stop.by, at_once.stop.reason) == ("harness", "infrastructure")
    later = await converse(JOB, Talker(), Scripted(HELLO, Refused("no route")), never, Limits())
    assert (later.stop.by, later.stop.reason) == ("product", "refused")
    busy = await converse(JOB, Talker(), Scripted(HELLO, Refused("429", infrastructure=True)), never, Limits())
    assert (busy.stop.by, busy.stop.reason) == ("harness", "infrastructure")


@pytest.mark.parametrize("script", [(5.0,), (HELLO, 5.0)])
async def test_a_silent_product_runs_into_the_turns_limit(script: tuple[Reply | float, ...]) -> None:
    transcript = await converse(JOB, Talker(), Scripted(*script), never, Limits(turn_timeout_s=0.05))
    assert (transcript.stop.by, transcript.stop.reason) == ("product", "timeout")
    assert transcript.seconds < 2
    assert transcript.turns[-1].latency_s == pytest.approx(0.05, abs=0.2)


async def test_the_conversations_own_time_ends_a_slow_product() -> None:
    limits = Limits(max_turns=10_000, conversation_timeout_s=0.1)
    transcript = await converse(JOB, Talker(), Scripted(*[0.02] * 50), never, limits)
    assert transcript.stop == Stop("limit", "time", "0.1 s")
    assert transcript.turns[-1].move is not None, "no answer is recorded that didn't come"
    assert transcript.seconds < 2


@pytest.mark.parametrize(("script", "turns"), [((5.0,), 1), ((HELLO, 5.0), 2)])
async def test_a_turn_cut_short_by_the_conversations_time_is_no_timeout_of_the_product(
    script: tuple[Reply | float, ...], turns: int
) -> None:
    limits = Limits(turn_timeout_s=3, conversation_timeout_s=0.1)
    transcript = await converse(JOB, Talker(), Scripted(*script), never, limits)
    assert (transcript.stop.by, transcript.stop.reason) == ("limit", "time")
    assert len(transcript.turns) == turns
    assert all(turn.reply is None or turn.reply.problem is None for turn in transcript.turns)


async def test_a_timeout_the_connector_raises_is_the_products_whatever_time_is_left() -> None:
    limits = Limits(turn_timeout_s=10, conversation_timeout_s=5)
    transcript = await converse(JOB, Talker(), Scripted(HELLO, TimeoutError("socket")), never, limits)
    assert (transcript.stop.by, transcript.stop.reason) == ("product", "timeout")


# --- the prefix -----------------------------------------------------------------------------------------


def _starting(*prefix: str) -> Job:
    return replace(JOB, scenario=replace(JOB.scenario, prefix=prefix))


async def test_the_prefix_is_sent_before_the_user_takes_over() -> None:
    session, user = Scripted(HELLO, Reply(("one",)), Reply(("two",))), Talker(Leave("done"))
    transcript = await converse(_starting("a", "b"), user, session, never, Limits())
    assert [move.text for move in session.moves] == ["a", "b"]
    assert [turn.text for turn in transcript.turns] == ["two", ""]
    assert user.saw == [1]


async def test_each_message_of_the_prefix_has_a_turns_time() -> None:
    limits = Limits(turn_timeout_s=0.3)
    session = Scripted(0.2, 0.2, 0.2)
    transcript = await converse(_starting("a", "b"), Talker(Leave("done")), session, never, limits)
    assert transcript.stop == Stop("user", "done")
    assert transcript.turns[0].latency_s == pytest.approx(0.2, abs=0.09), "of the last answer alone"
    slow = await converse(_starting("a", "b"), Talker(), Scripted(0.01, 5.0), never, limits)
    assert (slow.stop.by, slow.stop.reason) == ("product", "timeout")
    assert len(slow.turns) == 1


async def test_the_prefix_ends_where_the_product_ends_it() -> None:
    session = Scripted(HELLO, Reply(("We are closed.",), ended=True))
    transcript = await converse(_starting("a", "b", "c"), Talker(), session, never, Limits())
    assert transcript.stop == Stop("product", "ended")
    assert [move.text for move in session.moves] == ["a"]


async def test_a_refusal_in_the_prefix_comes_after_an_answer() -> None:
    session = Scripted(HELLO, Refused("no route"))
    transcript = await converse(_starting("a", "b"), Talker(), session, never, Limits())
    assert (transcript.stop.by, transcript.stop.reason) == ("product", "refused")
    assert [move.text for move in session.moves] == ["a"]


async def test_a_user_that_thinks_until_the_time_is_up_is_the_simulators_fault() -> None:
    transcript = await converse(JOB, Talker(5.0), Scripted(), never, Limits(conversation_timeout_s=0.1))
    assert (transcript.stop.by, transcript.stop.reason) == ("harness", "simulator")
    assert len(transcript.turns) == 1


async def test_what_the_user_or_the_end_check_does_wrong_is_raised() -> None:
    with pytest.raises(SimulatorError):
        await converse(JOB, Talker(SimulatorError("lost")), Scripted(), never, Limits())

    async def broken(turns: Sequence[Turn], reply: Reply) -> EndState | None:
        raise LookupError("probe")

    with pytest.raises(LookupError):
        await converse(JOB, Talker(), Scripted(), broken, Limits())


async def test_an_observer_sees_every_turn_as_it_happens() -> None:
    seen: list[Turn] = []
    moves = [Say("hi"), Press(Option("Yes")), Wait(), Leave("done")]
    transcript = await converse(JOB, Talker(*moves), Scripted(HELLO, Crashed("x")), never, Limits(), seen.append)
    assert tuple(seen) == transcript.turns
    seen.clear()
    transcript = await converse(JOB, Talker(*moves), Scripted(), never, Limits(), seen.append)
    assert tuple(seen) == transcript.turns
    assert [turn.move.kind for turn in seen if turn.move is not None] == ["say", "press", "wait", "leave"]


async def test_the_user_sees_all_turns_so_far() -> None:
    user = Talker()
    await converse(JOB, user, Scripted(), never, Limits(max_turns=3))
    assert user.saw == [1, 3, 5]
