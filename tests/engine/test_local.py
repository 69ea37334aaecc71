from __future__ import annotations

import asyncio
import random
import threading
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, aclosing, asynccontextmanager
from dataclasses import dataclass, field, replace
from functools import partial

import pytest
from scripted import LIMITS, Counting, Product, content, done_when_told, jobs, parts, polite

from prebeta.core.errors import Crashed, Refused, SimulatorError
from prebeta.core.events import ConversationEnded, ConversationStarted, Event, RunEnded, TurnTaken
from prebeta.core.protocols import OpenContext, Session
from prebeta.core.types import EndState, Limits, Move, Reply, Scenario, Stop, Transcript, Turn, Verdict
from prebeta.engine.local import execute
from prebeta.engine.sitting import Parts


async def _events(count: int, made: Parts, limits: Limits = LIMITS) -> list[Event]:
    return [event async for event in execute(jobs(count), made, limits)]


def _ended(events: Sequence[Event]) -> dict[str, ConversationEnded]:
    ended = [event for event in events if isinstance(event, ConversationEnded)]
    found = {event.transcript.id: event for event in ended}
    assert len(found) == len(ended), "each conversation ends once"
    return found


# --- the run ------------------------------------------------------------------------------------------


async def test_all_jobs_are_held_and_judged_and_the_end_comes_last() -> None:
    product = Product(polite)
    events = await _events(23, parts(product))
    ended = _ended(events)
    assert set(ended) == {f"c{number}" for number in range(23)}
    for name, event in ended.items():
        assert event.transcript.stop == Stop("product", "end_state")
        assert [turn.text for turn in event.transcript.turns][1::2] == ["1", "2", "3"]
        assert event.verdicts == (Verdict("content", "1", "pass", evidence=name),)
        assert event.judge_error is None
    assert sum(isinstance(event, ConversationStarted) for event in events) == 23
    last = events[-1]
    assert isinstance(last, RunEnded)
    assert (last.done, last.left) == (23, 0)
    assert product.inside == set()


async def test_no_more_than_allowed_talk_at_once_and_no_fewer() -> None:
    product = Product(polite)
    await _events(40, parts(product), replace(LIMITS, concurrency=7))
    assert product.most == 7
    product = Product(polite)
    await _events(3, parts(product), replace(LIMITS, concurrency=7))
    assert product.most == 3


async def test_no_jobs_is_a_run_that_ends() -> None:
    events = await _events(0, parts(Product(polite)))
    assert [type(event) for event in events] == [RunEnded]


async def test_starts_are_spread_over_the_ramp() -> None:
    begun = time.perf_counter()
    starts: list[float] = []

    async def opening(name: str) -> None:
        starts.append(time.perf_counter() - begun)

    async def slow(name: str, text: str) -> Reply:
        await asyncio.sleep(0.5)
        return Reply(state={"done": True})

    await _events(4, parts(Product(slow, opening)), replace(LIMITS, concurrency=4, ramp_up_s=0.4))
    assert all(start >= number * 0.1 - 0.01 for number, start in enumerate(sorted(starts)))
    assert len(starts) == 4


async def test_the_target_learns_no_scenario_and_chance_depends_on_the_job_alone() -> None:
    drawn: dict[str, list[float]] = {}

    class Drawing(Counting):
        def __init__(self, scenario: Scenario, rng: random.Random) -> None:
            super().__init__(scenario, rng)
            drawn.setdefault(scenario.id, []).append(rng.random())

    product = Product(polite)
    for concurrency in (1, 5):
        await _events(10, parts(product, users={"scripted": Drawing}), replace(LIMITS, concurrency=concurrency))
    assert all(first == second for first, second in drawn.values())
    assert len({first for first, _ in drawn.values()}) == 10
    assert {(context.id, context.seed) for context in product.contexts} == {(f"c{n}", n) for n in range(10)}
    assert not hasattr(product.contexts[0], "scenario")


@pytest.mark.parametrize("watch", [True, False])
async def test_turns_are_told_only_to_who_watches(watch: bool) -> None:
    events = await _events(2, parts(Product(polite), watch_turns=watch))
    told = [event.turn for event in events if isinstance(event, TurnTaken) and event.conversation == "c1"]
    assert tuple(told) == (_ended(events)["c1"].transcript.turns if watch else ())


async def test_a_slow_reader_slows_the_workers_down() -> None:
    product = Product(polite)
    async with aclosing(execute(jobs(200), parts(product), replace(LIMITS, concurrency=3))) as events:
        async for event in events:
            if isinstance(event, ConversationEnded):
                break
        await asyncio.sleep(0.3)
        assert len(product.contexts) <= 10


# --- what breaks stays where it broke -------------------------------------------------------------------


def _only(name: str, error: BaseException) -> Product:
    async def answer(conversation: str, text: str) -> Reply:
        if conversation == name and text == "2":
            raise error
        return await polite(conversation, text)

    return Product(answer)


def _breaks(scenario: Scenario) -> bool:
    return scenario.id == "s3"


class BreakingUser(Counting):
    """Breaks at its second turn in conversation c3."""

    error: BaseException = ZeroDivisionError("mine")

    async def next(self, turns: Sequence[Turn]) -> Move:
        if _breaks(self.scenario) and len(turns) == 3:
            raise self.error
        return await super().next(turns)


class TimedOutUser(BreakingUser):
    error = TimeoutError("the voice took too long")


class HonestUser(BreakingUser):
    error = SimulatorError("no words")


def _unmakeable(scenario: Scenario, rng: random.Random) -> Counting:
    if _breaks(scenario):
        raise KeyError("persona")
    return Counting(scenario, rng)


@pytest.mark.parametrize(
    ("factory", "detail", "turns"),
    [
        (BreakingUser, "ZeroDivisionError: mine (test_local.py:", 3),
        (TimedOutUser, "the voice took too long", 3),
        (HonestUser, "no words", 3),
        (_unmakeable, "KeyError: 'persona'", 0),
    ],
)
async def test_a_user_that_breaks_is_the_simulators_fault(factory: object, detail: str, turns: int) -> None:
    ended = _ended(await _events(8, parts(Product(polite), users={"scripted": factory})))
    transcript = ended.pop("c3").transcript
    assert (transcript.stop.by, transcript.stop.reason) == ("harness", "simulator")
    assert detail in (transcript.stop.detail or "")
    assert len(transcript.turns) == turns, "the turns so far are kept"
    assert transcript.seconds >= 0
    assert transcript.started_at > 1e9
    assert {event.transcript.stop.reason for event in ended.values()} == {"end_state"}


async def test_an_end_check_that_breaks_is_the_judges_fault() -> None:
    async def check(turns: Sequence[Turn], reply: Reply) -> EndState | None:
        if reply.text == "You said 2":
            raise LookupError("no probe")
        return await done_when_told(turns, reply)

    ended = _ended(await _events(2, parts(Product(polite), end_check=check)))
    assert ended["c0"].transcript.stop.reason == "judge"
    assert "LookupError: no probe" in (ended["c0"].transcript.stop.detail or "")
    assert len(ended["c0"].transcript.turns) == 5


async def test_an_end_check_that_hangs_is_given_up() -> None:
    async def check(turns: Sequence[Turn], reply: Reply) -> EndState | None:
        await asyncio.sleep(60)
        return None

    ended = _ended(await _events(1, parts(Product(polite), end_check=check), replace(LIMITS, turn_timeout_s=0.05)))
    assert ended["c0"].transcript.stop.reason == "judge"


async def test_what_the_product_does_wrong_is_a_turn_and_a_stop() -> None:
    ended = _ended(await _events(8, parts(_only("c3", Crashed("500", "trace")))))
    transcript = ended.pop("c3").transcript
    assert transcript.stop == Stop("product", "crashed", "500")
    assert transcript.turns[-1].reply is not None
    assert transcript.turns[-1].reply.problem is not None
    assert transcript.turns[-1].reply.problem.raw == "trace"
    assert {event.transcript.stop.reason for event in ended.values()} == {"end_state"}


@pytest.mark.parametrize("error", [ValueError("connector bug"), asyncio.CancelledError()])
async def test_a_connector_that_breaks_is_infrastructure(error: BaseException) -> None:
    ended = _ended(await _events(8, parts(_only("c3", error))))
    transcript = ended.pop("c3").transcript
    assert (transcript.stop.by, transcript.stop.reason) == ("harness", "infrastructure")
    assert len(transcript.turns) == 4
    assert len(ended) == 7


@pytest.mark.parametrize(
    ("error", "stop"),
    [
        (Refused("connection refused"), Stop("harness", "infrastructure", "connection refused")),
        (Crashed("503"), Stop("product", "crashed", "503")),
    ],
)
async def test_a_product_that_does_not_let_one_in(error: Exception, stop: Stop) -> None:
    async def opening(name: str) -> None:
        if name == "c3":
            raise error

    ended = _ended(await _events(8, parts(Product(polite, opening))))
    transcript = ended.pop("c3").transcript
    assert transcript.stop == stop
    assert len(transcript.turns) == 1
    assert transcript.turns[0].reply is not None
    assert transcript.turns[0].reply.problem is not None
    assert len(ended) == 7


async def test_opening_has_the_time_of_a_turn() -> None:
    async def opening(name: str) -> None:
        await asyncio.sleep(60)

    ended = _ended(await _events(1, parts(Product(polite, opening)), replace(LIMITS, turn_timeout_s=0.05)))
    assert ended["c0"].transcript.stop.reason == "timeout"


async def test_a_conversation_that_does_not_close_well_counts_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    async def closing(name: str) -> None:
        raise OSError("broken pipe")

    ended = _ended(await _events(2, parts(Product(polite, closing=closing))))
    assert {event.transcript.stop.reason for event in ended.values()} == {"end_state"}
    assert "conversation c0 did not close well: OSError: broken pipe" in caplog.text


async def test_a_judge_that_breaks_is_told_and_the_others_are_heard() -> None:
    async def broken(transcript: Transcript) -> Sequence[Verdict]:
        if transcript.id == "c1":
            raise RuntimeError("rule 7")
        return []

    ended = _ended(await _events(3, parts(Product(polite), judges=(broken, content))))
    assert ended["c1"].judge_error is not None
    assert ended["c1"].judge_error.startswith("broken: RuntimeError: rule 7")
    assert [verdict.judge for verdict in ended["c1"].verdicts] == ["content"]
    assert ended["c0"].judge_error is None


async def test_a_judge_that_cancels_itself_harms_no_other_conversation() -> None:
    async def broken(transcript: Transcript) -> Sequence[Verdict]:
        raise asyncio.CancelledError

    ended = _ended(await _events(9, parts(Product(polite), judges=(broken,))))
    assert len(ended) == 9
    assert all(event.judge_error for event in ended.values())


def test_a_judge_that_hangs_is_given_up_and_keeps_no_run_from_returning() -> None:
    released = threading.Event()

    def hanging(transcript: Transcript) -> Sequence[Verdict]:
        released.wait()
        return []

    made = parts(Product(polite), judges=(hanging, content))
    begun = time.perf_counter()
    ended = _ended(asyncio.run(_events(3, made, replace(LIMITS, conversation_timeout_s=0.3))))
    assert time.perf_counter() - begun < 3
    released.set()
    assert all((event.judge_error or "").startswith("hanging: TimeoutError") for event in ended.values())
    assert all([verdict.judge for verdict in event.verdicts] == ["content"] for event in ended.values())


# --- what is set up before ------------------------------------------------------------------------------


@dataclass
class SetUp(Product):
    """A product for whose conversations something is done before and after."""

    before_s: float = 0.0
    broken: Exception | None = None
    done: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def prepare(self, context: OpenContext) -> AsyncIterator[Callable[[], AbstractAsyncContextManager[Session]]]:
        await asyncio.sleep(self.before_s)
        if self.broken is not None:
            raise self.broken
        self.done.append(f"before {context.id}")
        try:
            yield partial(self.open, replace(context, account={"user": context.id}))
        finally:
            assert context.id not in self.inside, "the product's side is closed first"
            self.done.append(f"after {context.id}")


async def test_what_is_set_up_before_is_outside_the_products_clock() -> None:
    product = SetUp(polite, before_s=0.3)
    ended = _ended(await _events(3, parts(product), replace(LIMITS, turn_timeout_s=0.1)))
    assert {event.transcript.stop.reason for event in ended.values()} == {"end_state"}
    assert all((event.transcript.turns[0].latency_s or 0) < 0.1 for event in ended.values())
    assert [context.account for context in product.contexts] == [{"user": f"c{number}"} for number in range(3)]
    assert sorted(product.done) == [f"{when} c{number}" for when in ("after", "before") for number in range(3)]


@pytest.mark.parametrize(
    ("product", "detail"),
    [
        (SetUp(polite, broken=LookupError("no account left")), "LookupError: no account left"),
        (SetUp(polite, broken=Crashed("503")), "Crashed: 503"),
        (SetUp(polite, before_s=60), "HarnessError: the project's setup took longer than 0.2 s"),
    ],
)
async def test_what_goes_wrong_before_is_infrastructure(product: SetUp, detail: str) -> None:
    ended = _ended(await _events(2, parts(product), replace(LIMITS, conversation_timeout_s=0.2)))
    for event in ended.values():
        stop = event.transcript.stop
        assert (stop.by, stop.reason) == ("harness", "infrastructure")
        assert (stop.detail or "").startswith(detail)
        assert event.transcript.turns == ()
    assert product.contexts == []


async def test_a_conversation_that_breaks_is_cleaned_up_and_its_own_error_is_told() -> None:
    async def closing(name: str) -> None:
        raise OSError("broken pipe")

    product = SetUp(polite, closing=closing)
    ended = _ended(await _events(4, parts(product, users={"scripted": BreakingUser})))
    assert "ZeroDivisionError: mine" in (ended["c3"].transcript.stop.detail or "")
    assert "after c3" in product.done


# --- ending early ---------------------------------------------------------------------------------------


async def test_stop_begins_no_more_gives_up_the_running_and_delivers_the_finished() -> None:
    stop = asyncio.Event()
    product = Product(polite)
    ended: list[str] = []
    last: Event | None = None
    async for event in execute(jobs(200), parts(product), LIMITS, stop):
        last = event
        if isinstance(event, ConversationEnded):
            ended.append(event.transcript.id)
            if len(ended) == 20:
                stop.set()
                await asyncio.sleep(0.05)
    assert isinstance(last, RunEnded)
    assert last.done == len(ended) == len(set(ended))
    assert last.left == 200 - len(ended)
    assert 20 <= len(ended) < 35
    assert product.inside == set()


async def test_stop_before_the_start_holds_nothing() -> None:
    stop = asyncio.Event()
    stop.set()
    product = Product(polite)
    events = [event async for event in execute(jobs(5), parts(product), LIMITS, stop)]
    assert isinstance(events[-1], RunEnded)
    assert events[-1].left == 5 - len(_ended(events))
    assert product.inside == set()


async def test_closing_early_leaves_no_task_and_no_open_conversation() -> None:
    product = Product(polite)
    before = asyncio.all_tasks()
    events = execute(jobs(50), parts(product), LIMITS)
    async for event in events:
        if isinstance(event, ConversationEnded):
            break
    assert product.inside
    await events.aclose()
    assert asyncio.all_tasks() == before
    assert product.inside == set()


async def test_cancelling_the_reader_leaves_no_task_and_no_open_conversation() -> None:
    product = Product(polite)
    before = asyncio.all_tasks()

    async def read() -> None:
        async with aclosing(execute(jobs(5000), parts(product), LIMITS)) as events:
            async for _ in events:
                pass

    reading = asyncio.create_task(read())
    while not product.inside:  # noqa: ASYNC110 (nothing tells when)
        await asyncio.sleep(0.001)
    reading.cancel()
    with pytest.raises(asyncio.CancelledError):
        await reading
    assert asyncio.all_tasks() == before
    assert product.inside == set()
