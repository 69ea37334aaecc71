"""Conversations held ahead of the tests that ask for them: all that this process is going to run, many at once."""

from __future__ import annotations

import concurrent.futures
import threading
from collections.abc import Callable, Coroutine, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any, Generic, TypeAlias, TypeVar

import pytest

from pytest_prebeta.background import Background

Got = TypeVar("Got")
Tell: TypeAlias = Callable[[str, Any], None]
Work: TypeAlias = Callable[[Sequence[str], Tell], Coroutine[Any, Any, None]]
Horizon: TypeAlias = tuple[int | None, ...]
"""The last test that is known to come; with pytest-xdist the last in the queue."""
_LOOK_S = 1.0


class Ahead(Generic[Got]):
    """What is held by name. `work` holds some of it and tells each as it is there."""

    def __init__(self, background: Background, work: Work) -> None:
        self._background, self._work = background, work
        self._portions: dict[str, concurrent.futures.Future[None]] = {}
        self._there: dict[str, Got] = {}
        self._change = threading.Condition()
        self.horizon: Horizon | None = None
        """Up to where the tests to come were looked at, to ask for what they need."""

    def ask(self, names: Sequence[str]) -> None:
        """Begin to hold those of them that were not asked for before, in this order."""
        new = [name for name in dict.fromkeys(names) if name not in self._portions]
        if new:
            portion = self._background.start(self._work(new, self._tell))
            self._portions.update(dict.fromkeys(new, portion))
            portion.add_done_callback(lambda _: self._notify())

    def asked(self, names: Sequence[str]) -> bool:
        """Whether all of them were asked for."""
        return all(name in self._portions for name in names)

    def wait(self, name: str) -> Got:
        """The one of this name, once it is there. Raises what ended its portion before, KeyError where it was left out."""
        portion = self._portions[name]
        with self._change:
            while name not in self._there and not portion.done():
                self._change.wait(_LOOK_S)
        if name not in self._there:
            portion.result()
        return self._there[name]

    @property
    def left(self) -> int:
        """How many were asked for and given up, after some were there."""
        given_up = (name for name, portion in self._portions.items() if portion.cancelled() and name not in self._there)
        return sum(1 for _ in given_up) if self._there else 0

    def _tell(self, name: str, got: Got) -> None:
        with self._change:
            self._there[name] = got
            self._change.notify_all()

    def _notify(self) -> None:
        with self._change:
            self._change.notify_all()


def to_come(item: pytest.Item) -> Iterator[pytest.Item]:
    """This item and those that come after it in this process, as far as that is known now: all, or with pytest-xdist what
    this worker has been given."""
    session = item.session
    yield item
    if not hasattr(item.config, "workerinput"):
        yield from session.items[session.items.index(item) + 1 :]
        return
    given = [_next_of(plugin) for plugin in item.config.pluginmanager.get_plugins() if hasattr(plugin, "torun")]
    for indices in given:
        yield from (session.items[index] for index in indices if index < len(session.items))


def horizon(item: pytest.Item) -> Horizon:
    """Where `to_come` ends now. As long as that is the same no more tests have come."""
    if not hasattr(item.config, "workerinput"):
        return (len(item.session.items),)
    workers = [plugin for plugin in item.config.pluginmanager.get_plugins() if hasattr(plugin, "torun")]
    return tuple(_last_of(worker) for worker in workers)


def _last_of(worker: Any) -> int | None:
    """The last index in an xdist worker's queue."""
    lock = getattr(worker.torun, "lock", None)
    if lock is None:
        return None
    with lock() as queue:
        last = list(islice(reversed(queue), 2))
    return next((one for one in last if isinstance(one, int)), None)  # the very last may be the sign to end


def _next_of(worker: Any) -> list[int]:
    """The indices in an xdist worker's queue; none where it keeps it in another way than known."""
    lock = getattr(worker.torun, "lock", None)
    if lock is None:
        return []
    with lock() as queue:
        waiting = [getattr(worker, "nextitem_index", None), *queue]
    return [index for index in waiting if isinstance(index, int)]


@contextmanager
def said_plainly() -> Iterator[None]:
    """What prebeta raises on purpose, as a line without a traceback."""
    from prebeta.core.errors import PrebetaError

    try:
        yield
    except PrebetaError as error:
        raise pytest.fail.Exception(without_secrets(f"prebeta: {error}"), pytrace=False) from None


def without_secrets(text: str) -> str:
    """A text without the values of the environment's variables that are named like credentials."""
    import os

    from prebeta.config.hiding import Hiding, environment_secrets

    return Hiding((), environment_secrets(os.environ)).secrets_in(text)
