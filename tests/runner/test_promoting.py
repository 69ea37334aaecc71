"""Cases made of a run's findings: how many conversations are held for that at once."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest
from rooms import Broken, project

import prebeta
from prebeta.core.types import Reply
from prebeta.runner.promoting import Wish, candidates, make_cases
from prebeta.store import Store
from prebeta.targets.python.target import PythonTarget


class Counted(Broken):
    """Knows how many talk to it at once, and how many did at most."""

    prebeta_inline = False
    now = most = 0

    async def start(self) -> Any:
        await self.talk()
        return super().start()

    async def send(self, text: str) -> Any:
        await self.talk()
        return super().send(text)

    async def talk(self) -> None:
        kind = type(self)
        kind.now += 1
        kind.most = max(kind.most, kind.now)
        await asyncio.sleep(0.002)
        kind.now -= 1


async def most_of(folder: Path, wish: Wish, concurrency: int) -> int:
    """How many conversations were held at once, at most, when a case was made of what 20 users found."""
    desk: type[Counted] = type("AnyDesk", (Counted,), {})
    one = project(desk, limits={"concurrency": concurrency}, behaviors={"asks_human": 1.0})
    with Store.open(folder / "s.db") as store:
        run = (await prebeta.arun(one, None, None, store, n=20, seed=1)).run
        found = candidates(store, run.id, ())
    desk.most = 0
    (made, *_) = await make_cases(one, found, (), wish)
    assert made.case is not None
    assert made.case.flakiness.of == wish.times
    return desk.most


@pytest.mark.parametrize(("concurrency", "shrinks"), [(1, False), (1, True), (3, False)])
async def test_no_more_at_once_than_the_project_takes(tmp_path: Path, concurrency: int, shrinks: bool) -> None:
    assert await most_of(tmp_path, Wish(times=6, shrinks=shrinks), concurrency) == concurrency


async def test_no_more_at_once_than_the_target_takes_which_it_knows_after_its_check(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def check(target: PythonTarget) -> Reply:
        target.most_at_once = 1
        return Reply(("Hello",))

    monkeypatch.setattr(PythonTarget, "check", check)
    assert await most_of(tmp_path, Wish(times=6, shrinks=False), 5) == 1
