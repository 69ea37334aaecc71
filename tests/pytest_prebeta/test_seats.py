"""Which conversations are asked for ahead, without pytest running pytest."""

from __future__ import annotations

import time
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
    begun = time.process_time()
    for at, item in enumerate(items):
        look(item, others if at % 2 else users, at // 2)
    assert time.process_time() - begun < 5  # quadratic it takes three times that
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
