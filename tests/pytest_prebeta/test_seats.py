"""Which conversations are asked for ahead, without pytest running pytest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import SimpleNamespace
from typing import Any

import pytest

from pytest_prebeta.ahead import Ahead, horizon
from pytest_prebeta.seats import Seat, _look_ahead, take_seat


class Crowd:
    """Users that are sent once each."""

    def __init__(self) -> None:
        self.portions: list[Sequence[str]] = []
        background: Any = SimpleNamespace(start=self._start)
        self.ahead: Ahead[Any] = Ahead(background, lambda names, tell: self._work(names))

    def conversations(self, position: int) -> tuple[str, ...]:
        return (f"c{position}",)

    def _work(self, names: Sequence[str]) -> Any:
        self.portions.append(names)

    def _start(self, work: Any) -> Any:
        return SimpleNamespace(add_done_callback=lambda call: None)


class Counted(list[Any]):
    """Counts the items that are looked at one after another."""

    gone_through = 0

    def __iter__(self) -> Iterator[Any]:
        for item in super().__iter__():
            self.gone_through += 1
            yield item

    def __getitem__(self, at: Any) -> Any:
        found = super().__getitem__(at)
        if isinstance(at, slice):
            self.gone_through += len(found)
        return found

    def index(self, item: Any, *bounds: Any) -> int:
        at = super().index(item, *bounds)
        self.gone_through += at - (bounds[0] if bounds else 0)
        return at


def items_of(n: int, config: Any) -> list[Any]:
    session = SimpleNamespace()
    items: list[Any] = [SimpleNamespace(session=session, config=config, stash=pytest.Stash()) for _ in range(n)]
    for at, item in enumerate(items):
        take_seat(item, Seat("users" if at % 2 == 0 else "others", at // 2))
    session.items = items
    return items


def look(item: Any, crowd: Any, position: int) -> None:
    _look_ahead(item, crowd, crowd.conversations(position))


def test_thousands_of_users_are_gone_through_once() -> None:
    items, users, others = items_of(8_000, SimpleNamespace()), Crowd(), Crowd()
    seen = items[0].session.items = Counted(items)
    for at, item in enumerate(items):
        look(item, others if at % 2 else users, at // 2)
    assert (
        0 < seen.gone_through <= 4 * len(items)
    )  # gone through for each of them it would be thousands of times as many
    everyone = [f"c{position}" for position in range(4_000)]
    assert users.portions == [everyone]
    assert others.portions == [everyone]


class Worker:
    """What there is of a worker of pytest-xdist: its queue of places."""

    def __init__(self, queue: list[Any]) -> None:
        self.queue = queue
        self.nextitem_index: Any = queue.pop(0)
        self.torun = self

    @contextmanager
    def lock(self) -> Iterator[list[Any]]:
        yield self.queue


def test_what_a_worker_is_given_later_is_asked_for_as_it_comes() -> None:
    worker = Worker([2, 4])
    config = SimpleNamespace(workerinput={}, pluginmanager=SimpleNamespace(get_plugins=lambda: [worker, object()]))
    items, crowd = items_of(20, config), Crowd()
    look(items[0], crowd, 0)
    assert crowd.portions == [["c0", "c1", "c2"]]
    worker.queue += [6, 8]
    look(items[2], crowd, 1)
    assert crowd.portions[1:] == [["c3", "c4"]]
    worker.queue.append("the end")
    assert horizon(items[0]) == (8,)
    look(items[4], crowd, 2)
    assert len(crowd.portions) == 2
    look(items[18], crowd, 9)  # never was in the queue as long as it was looked at
    assert crowd.portions[2:] == [["c9"]]
