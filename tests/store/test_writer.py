from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from shapes import FAIL, LOOPED, talk

from prebeta.core.errors import StoreError
from prebeta.store import Store, Stored, Writer


class Watched(Store):
    """A store that tells which threads wrote, can be slow, and breaks at its third conversation if told so."""

    slow_s = 0.0
    breaks = False

    def put_all(self, run_id: str, several: Sequence[tuple[int, Stored]]) -> list[str]:
        self.threads = {*getattr(self, "threads", set()), threading.current_thread().name}
        self.batches = [*getattr(self, "batches", []), len(several)]
        time.sleep(self.slow_s * len(several))
        if self.breaks and any(position == 2 for position, _ in several):
            raise StoreError("no room left")
        return super().put_all(run_id, several)


@pytest.fixture
def store(tmp_path: Path) -> Watched:
    return Watched(tmp_path / "prebeta.db")


async def test_leaving_waits_until_all_is_written_by_one_thread(store: Watched) -> None:
    async with Writer(store, "r1") as writer:
        for number in range(200):
            await writer.put(talk(f"c{number}"), [FAIL], LOOPED, number)
    assert [row.id for row in store.rows("r1")] == [f"c{number}" for number in range(200)]
    assert len(store.threads) == 1
    assert threading.current_thread().name not in store.threads
    store.close()


async def test_the_loop_goes_on_while_the_disk_is_slow_and_put_waits_for_room(store: Watched) -> None:
    store.slow_s = 0.05
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.001)
            ticks += 1

    ticking = asyncio.create_task(tick())
    begun = time.perf_counter()
    async with Writer(store, "r1", room=3) as writer:
        for number in range(3):
            await writer.put(talk(f"c{number}"), [], LOOPED)
        assert len(store.done("r1")) < 3, "there is room for three"
        for number in range(3, 10):
            await writer.put(talk(f"c{number}"), [], LOOPED)
        assert time.perf_counter() - begun > 0.3, "the rest had to wait"
    ticking.cancel()
    assert ticks > 10
    assert len(store.done("r1")) == 10
    store.close()


async def test_what_came_while_the_disk_was_busy_shares_a_transaction(store: Watched) -> None:
    store.slow_s = 0.01
    async with Writer(store, "r1") as writer:
        for number in range(20):
            await writer.put(talk(f"c{number}"), [FAIL], LOOPED, number)
    assert store.batches == [1, 19]
    assert [row.id for row in store.rows("r1")] == [f"c{number}" for number in range(20)]
    store.close()


async def test_what_another_process_wrote_first_stays_and_the_rest_of_the_transaction_comes(store: Watched) -> None:
    store.put("r1", talk("c3", "theirs"), [], LOOPED, 3)
    several = [(number, Stored(talk(f"c{number}", "ours"), (FAIL,), LOOPED)) for number in range(5)]
    assert store.put_all("r1", several) == ["c3"]
    assert [one.transcript.turns[0].text for one in store.conversations("r1")] == ["ours"] * 3 + ["theirs", "ours"]
    assert [len(one.verdicts) for one in store.conversations("r1")] == [1, 1, 1, 0, 1]
    store.close()


async def test_an_error_comes_out_at_the_next_put_and_nothing_more_is_written(store: Watched) -> None:
    store.breaks = True

    async def write() -> None:
        async with Writer(store, "r1", room=2) as writer:
            for number in range(100):
                await writer.put(talk(f"c{number}"), [], LOOPED, number)

    with pytest.raises(StoreError, match="no room left"):
        await write()
    assert store.done("r1") == {"c0", "c1"}
    store.close()


async def test_an_error_of_the_last_one_comes_out_at_the_end(store: Watched) -> None:
    store.breaks = True
    writer = Writer(store, "r1")
    await writer.put(talk("c2"), [], LOOPED, 2)
    with pytest.raises(StoreError, match="no room left"):
        await writer.__aexit__(None, None, None)
    store.close()


async def test_what_was_given_is_written_though_its_giver_breaks(store: Watched) -> None:
    store.slow_s = 0.01

    async def write() -> None:
        async with Writer(store, "r1") as writer:
            for number in range(5):
                await writer.put(talk(f"c{number}"), [], LOOPED, number)
            raise RuntimeError("mine")

    with pytest.raises(RuntimeError, match="mine"):
        await write()
    assert len(store.done("r1")) == 5
    store.close()
