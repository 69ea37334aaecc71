"""The bucket and the window, under a clock of our own and under cancellation."""

from __future__ import annotations

import asyncio
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prebeta.models.limits import Bucket, Window


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


@given(
    st.floats(1, 6000),
    st.lists(st.tuples(st.floats(0, 5), st.floats(0.1, 40)), min_size=1, max_size=60),
)
def test_a_bucket_lets_through_no_more_than_its_rate_in_any_window(
    per_minute: float, taken: list[tuple[float, float]]
) -> None:
    clock = Clock()
    bucket = Bucket(per_minute, clock)
    depth = max(1.0, per_minute / 60)
    granted = []
    for pause, units in taken:
        clock.now += pause
        granted.append((clock.now + bucket.take(units), units))
    times = [at for at, _ in granted]
    assert times == sorted(times)  # first come, first served
    for first in range(len(granted)):
        # The last one of a window may be larger than the bucket and leave a debt: what it is charged comes after it.
        used = 0.0
        for at, units in granted[first:]:
            allowed = depth + (at - granted[first][0]) * per_minute / 60
            assert used + min(units, depth) <= allowed * (1 + 1e-9) + 1e-6
            used += units


@given(st.floats(1, 6000), st.lists(st.floats(0.1, 1), min_size=2, max_size=60))
def test_a_bucket_makes_nobody_wait_longer_than_its_rate_needs(per_minute: float, units: list[float]) -> None:
    bucket = Bucket(per_minute, Clock())
    waits = [bucket.take(each) for each in units]
    before = 0.0
    for wait, each in zip(waits, units, strict=True):
        needed = max(0.0, (before + each - max(1.0, per_minute / 60)) * 60 / per_minute)
        assert wait == pytest.approx(needed, abs=1e-6)
        before += each


def test_a_bucket_without_a_rate_never_waits() -> None:
    assert not Bucket(None, Clock()).bounded


async def test_who_gives_up_waiting_gives_its_place_back() -> None:
    clock = Clock()
    bucket = Bucket(60, clock)
    await bucket.wait(1)
    waiting = asyncio.create_task(bucket.wait(1))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert bucket.take(1) == pytest.approx(1.0)  # not 2


async def test_a_window_holds_its_width_and_forgets_nobody() -> None:
    window, most, done = Window(7, asyncio.get_running_loop().time), 0, 0

    async def work() -> None:
        nonlocal most, done
        await window.enter()
        most = max(most, window.inside)
        await asyncio.sleep(0)
        window.leave()
        done += 1

    await asyncio.gather(*(work() for _ in range(200)))
    assert (most, done, window.inside) == (7, 200, 0)


async def test_a_place_given_to_one_who_gives_up_at_that_moment_goes_to_the_next() -> None:
    window = Window(1, asyncio.get_running_loop().time)
    await window.enter()
    first, second = (asyncio.create_task(window.enter()) for _ in range(2))
    await asyncio.sleep(0)
    window.leave()  # gives the place to the first, which doesn't know yet
    first.cancel()
    async with asyncio.timeout(2):
        await second
    assert first.cancelled()
    assert window.inside == 1


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 6), st.lists(st.sampled_from("wcrgh"), max_size=80), st.integers(0, 2**16))
def test_a_window_survives_any_order_of_entering_leaving_and_cancelling(
    width: int, steps: list[str], seed: int
) -> None:
    """w: one more waits; c: a waiting or just admitted one is cancelled; r: one inside leaves; g, h: grow and halve."""
    asyncio.run(_any_order(width, steps, random.Random(seed)))


async def _any_order(width: int, steps: list[str], rng: random.Random) -> None:
    clock = Clock()
    window = Window(width, clock, pause_s=0.5)
    leave: dict[asyncio.Task[None], asyncio.Event] = {}

    async def work(go: asyncio.Event) -> None:
        await window.enter()
        try:
            await go.wait()
        finally:
            window.leave()

    for step in steps:
        clock.now += 1
        if step == "w":
            go = asyncio.Event()
            leave[asyncio.create_task(work(go))] = go
        elif step == "g":
            window.grow()
        elif step == "h":
            window.halve(clock.now)
        elif leave:
            task = rng.choice(list(leave))
            if step == "c":
                task.cancel()
            else:
                leave[task].set()
        if rng.random() < 0.5:
            await asyncio.sleep(0)
        assert 1 <= window.width <= width
    for _ in range(len(leave) + 2):
        for go in leave.values():
            go.set()
        await asyncio.sleep(0)
    async with asyncio.timeout(2):
        await asyncio.gather(*leave, return_exceptions=True)
    assert window.inside == 0
    async with asyncio.timeout(2):
        await window.enter()  # there is room again


async def crowded(window: Window, inside: int) -> None:
    for _ in range(inside):
        await window.enter()


async def test_a_window_halves_once_for_a_crowd_and_grows_back() -> None:
    clock = Clock()
    window = Window(1000, clock, pause_s=1.0)
    await crowded(window, 64)
    for _ in range(10):
        window.halve(clock.now)  # ten of the same crowd are refused
    assert window.width == 32  # of those that were under way, not of what may have been
    clock.now += 0.5
    window.halve(clock.now)
    assert window.width == 30  # sent since, in the pause
    for _ in range(50):
        window.halve(clock.now)
    assert window.width == 16
    for _ in range(48):
        window.grow()
    assert window.width == 64  # quickly to where it was too much
    for _ in range(100):
        window.grow()
    assert window.width == 65  # no wider than it is used
    await crowded(window, 1)
    for _ in range(3):
        window.grow()
    assert window.width == 65  # slowly beyond
    window.grow()
    assert window.width == 66
    clock.now += 1
    window.halve(clock.now)
    assert window.width == 32


async def test_a_window_that_holds_nobody_back_does_not_grow() -> None:
    clock = Clock()
    window = Window(100, clock)
    await crowded(window, 10)
    window.halve(clock.now)
    for _ in range(5):
        window.leave()
    for _ in range(50):
        window.grow()
    assert (window.width, window.inside) == (6, 5)


async def test_a_window_never_shuts() -> None:
    clock = Clock()
    window = Window(4, clock)
    await crowded(window, 1)
    for _ in range(20):
        clock.now += 10
        window.halve(clock.now)
    assert window.width == 1
