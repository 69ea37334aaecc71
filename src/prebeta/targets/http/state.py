"""The product's own account of the matter, asked for after each turn where its answers don't tell it.

What fails here is the probe and not the conversation: it is the infrastructure's, and says so.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from prebeta import plugins
from prebeta.config.connectors import importable
from prebeta.core.blocking import Workers
from prebeta.core.errors import Crashed, Malformed, UsageError
from prebeta.core.types import Json
from prebeta.targets.http.plan import StateRequest
from prebeta.targets.http.requests import Requests
from prebeta.targets.http.sections import StateOptions
from prebeta.targets.python.code import ProductCode
from prebeta.targets.wire import reply
from prebeta.targets.wire.line import ANNOUNCEMENT, Line
from prebeta.targets.wire.paths import NotFollowed, found
from prebeta.targets.wire.probing import probing

_FOR_ANYBODY = ("Accept", "User-Agent", ANNOUNCEMENT)


class StateProbe:
    """Asks for the state of conversations. A context manager, because the project's function may import at any time."""

    def __init__(self, told: StateOptions, request: StateRequest | None, folder: Path) -> None:
        self._told, self._request, self._folder = told, request, folder
        self._function: Callable[..., Any] | None = None
        self._takes_context = False
        self._workers = Workers()
        self._kept = ExitStack()

    def __enter__(self) -> StateProbe:
        """Raises UsageError where the project's function isn't there."""
        if self._told.function is not None and self._function is None:
            self._kept.enter_context(importable(self._folder))
            try:
                self._function, self._takes_context = _function(self._told.function)
            except BaseException:
                self._kept.close()
                raise
        return self

    def __exit__(self, *_: object) -> None:
        self._workers.close()
        self._kept.close()
        self._function = None

    async def state(self, line: Line, requests: Requests, begun: float) -> Json:
        """What is known of this conversation; None where nothing is. `begun`: the loop's time at which the turn began.

        Raises a TargetError that is the infrastructure's.
        """
        told = self._told.function or f"GET {self._told.get}"
        async with probing(line, begun, told, self._told.timeout_s):
            if self._request is None:
                return await self._asked_function(line)
            return await self._asked_product(self._request, line, requests)

    async def _asked_product(self, asked: StateRequest, line: Line, requests: Requests) -> Json:
        request, conversation = asked.request, line.last
        if request.needs_session and line.values["session"] is None:
            return None
        headers = None
        if asked.headers or asked.elsewhere:
            own = {name: render(line.values) for name, render in asked.headers.items()}
            shared = line.headers
            if asked.elsewhere:  # nobody else gets the product's keys
                shared = {name: shared[name] for name in _FOR_ANYBODY if name in shared}
            headers = shared | own
        try:
            exchange = await requests.ask(request, headers)
        except Crashed:
            if line.last is not None and line.last.call.option == request.option and line.last.status == 404:
                line.last = conversation
                return None
            raise
        if exchange.no_content:
            state = None
        else:
            answer = line.json(exchange)
            try:
                state = found(asked.path, answer) if asked.path is not None else answer
            except NotFollowed as error:
                raise line.malformed(str(error), exchange.body) from error
        line.last = conversation  # what the product said last is what the check before a run looks at
        return state

    async def _asked_function(self, line: Line) -> Json:
        assert self._function is not None
        session = line.values["session"]
        given = (None if session is None else str(session), *([line.context] if self._takes_context else []))
        function = self._function
        with ProductCode():
            if inspect.iscoroutinefunction(function):
                value = await function(*given)
            else:  # it may block, and other conversations' clocks are running
                worker = self._workers.take()
                try:
                    value = (await worker.call(lambda: function(*given))).result()
                finally:
                    self._workers.give(worker)
        try:
            return reply.plain(value)
        except (TypeError, ValueError, RecursionError) as error:
            raise Malformed(f"{self._told.function} returned what can't be stored", reply.shown(value)) from error


def _function(path: str) -> tuple[Callable[..., Any], bool]:
    """The function, and whether it takes the conversation's context too. Raises UsageError."""
    try:
        with ProductCode():
            found = plugins.attribute(path)
    except Crashed as error:
        raise UsageError(f"target.state: {path!r} can't be imported: {error.detail}") from error
    except UsageError as error:
        raise UsageError(f"target.state: {error}") from error
    if not callable(found):
        raise UsageError(f"target.state: {path!r} isn't a function")
    taken = inspect.signature(found)
    for count in (2, 1):
        try:
            taken.bind(*range(count))
        except TypeError:
            continue
        return found, count == 2
    raise UsageError(f"target.state: {path} should take (session) or (session, context), not {taken}")
