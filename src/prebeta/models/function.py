"""A Python function as a model: sync in a thread of its own, async on the loop."""

from __future__ import annotations

import asyncio
import contextvars
import inspect
import sys
import threading
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any

from prebeta import plugins
from prebeta.core.errors import UsageError
from prebeta.core.protocols import Completion, ModelRequest
from prebeta.models import structured
from prebeta.models.options import FunctionOptions
from prebeta.models.wire import Answer, CallFailed, one_line

_SETTINGS = ("temperature", "max_tokens", "seed", "schema", "stop")


class FunctionCaller:
    """Calls `f(messages, …)` or `f(request)`.

    `messages` is a list of {"role", "content"}; what else of temperature, max_tokens, seed, schema, stop the function
    has a parameter for is given by name. A function whose first parameter is named `request` gets the ModelRequest.
    It returns a text, a Completion, or, where it takes the schema, the JSON itself. Sync functions run in a thread; one
    that hangs is given up after `timeout_s`. ConnectionError and TimeoutError may be tried again (`attempts`).
    """

    Options = FunctionOptions
    parameters: frozenset[str] = frozenset()

    def __init__(self, options: FunctionOptions, folder: Path) -> None:
        self._options = options
        self._function = _resolved(options.function, folder)
        self._is_async = inspect.iscoroutinefunction(self._function) or inspect.iscoroutinefunction(
            getattr(self._function, "__call__", None)  # noqa: B004
        )
        self._takes_request, self._beside = _shape(self._function, options.name)
        native = self._takes_request or "schema" in self._beside
        self.rungs: tuple[str, ...] = ("schema", "prompt") if native else ("prompt",)

    async def open(self) -> None:
        return None

    async def close(self) -> None:
        return None

    async def call(self, request: ModelRequest, rung: str | None, without: Collection[str]) -> Answer:  # noqa: ARG002
        """Raises CallFailed."""
        call = self._prepared(request, rung)
        limit = self._options.timeout_s
        failed: CallFailed | None = None
        found: Any = None
        try:
            async with asyncio.timeout(limit):
                with _ForeignCode():
                    found = call() if self._is_async else await _in_thread(call)
                    if inspect.isawaitable(found):
                        found = await found
        except TimeoutError:
            failed = CallFailed(f"no answer within {limit:g} s", again=True)
        if failed is not None:
            raise failed
        return _answer(found, request)

    def _prepared(self, request: ModelRequest, rung: str | None) -> Callable[[], Any]:
        function = self._function
        if rung == "prompt":
            request = replace(request, messages=structured.messages_for(request, True), schema=None)
        if self._takes_request:
            return lambda: function(request)
        messages = [{"role": message.role, "content": message.text} for message in request.messages]
        beside = {name: getattr(request, name) for name in self._beside}
        return lambda: function(messages, **beside)


class _ForeignCode:
    """The line between our code and the function: what is raised behind it becomes CallFailed, except cancelling."""

    __slots__ = ()

    def __enter__(self) -> None:
        return None

    def __exit__(self, _type: object, error: BaseException | None, _trace: TracebackType | None) -> None:
        if not isinstance(error, Exception) or isinstance(error, CallFailed):
            return
        again = isinstance(error, ConnectionError | TimeoutError)
        raise CallFailed(one_line(f"it raised {type(error).__name__}: {error}"), again=again) from error


async def _in_thread(call: Callable[[], Any]) -> Any:
    """What a blocking call returns. A daemon thread, which no exit waits for: the call may hang."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Any] = loop.create_future()
    context = contextvars.copy_context()

    def deliver(value: Any, error: BaseException | None) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(error)

    def run() -> None:
        outcome = _Outcome()
        with outcome:
            outcome.value = context.run(call)
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(deliver, outcome.value, outcome.error)

    threading.Thread(target=run, name="prebeta-model", daemon=True).start()
    return await future


class _Outcome:
    """What a call in a thread came to; what it raised is raised again where it is awaited."""

    def __init__(self) -> None:
        self.value: Any = None
        self.error: BaseException | None = None

    def __enter__(self) -> None:
        return None

    def __exit__(self, _type: object, error: BaseException | None, _trace: TracebackType | None) -> bool:
        # StopIteration can't be set on a future.
        self.error = RuntimeError("it raised StopIteration") if isinstance(error, StopIteration) else error
        return True


def _resolved(found: Any, folder: Path) -> Callable[..., Any]:
    """The function itself. Raises UsageError."""
    if isinstance(found, str):
        place = str(folder.resolve())
        sys.path.insert(0, place)
        try:
            found = plugins.attribute(found)
        finally:
            with suppress(ValueError):
                sys.path.remove(place)
    if not callable(found):
        raise UsageError(f"a model's function should be f(messages, …) or f(request); got a {type(found).__name__}")
    function: Callable[..., Any] = found
    return function


def _shape(function: Callable[..., Any], name: str) -> tuple[bool, tuple[str, ...]]:
    """(whether it takes the request itself, which settings it takes by name). Raises UsageError."""
    try:
        parameters = inspect.signature(function).parameters
    except (TypeError, ValueError):
        return False, ()
    positional = [
        each for each in parameters.values() if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
    ]
    if not positional:
        raise UsageError(f"{name} takes no messages; it should be f(messages, …) or f(request)")
    if positional[0].name == "request":
        return True, ()
    others = [each for each in parameters.values() if each is not positional[0]]
    unknown = [
        each.name
        for each in others
        if each.default is each.empty
        and each.kind not in (each.VAR_POSITIONAL, each.VAR_KEYWORD)
        and each.name not in _SETTINGS
    ]
    if unknown:
        raise UsageError(f"{name} demands {', '.join(unknown)}; known beside messages: {', '.join(_SETTINGS)}")
    takes_all = any(each.kind is each.VAR_KEYWORD for each in others)
    named = {each.name for each in others}
    return False, tuple(setting for setting in _SETTINGS if takes_all or setting in named)


def _answer(found: Any, request: ModelRequest) -> Answer:
    if isinstance(found, Completion):
        if found.tokens_in or found.tokens_out:
            return Answer(found.text, found.data, found.tokens_in, found.tokens_out, found.whole)
        return Answer(found.text, found.data, whole=found.whole)
    if isinstance(found, str):
        return Answer(found)
    if request.schema is not None and isinstance(found, Mapping | list):
        return Answer("", found)
    raise CallFailed(f"it returned a {type(found).__name__}; expected a text or a Completion")
