"""A target whose conversations are set up before and cleaned up after: what the project's `setup:` says.

`setup: module:function` is called with the OpenContext: what it returns, or yields first (a mapping), becomes the
account; what stands behind the `yield` is done afterwards. `before` and `after` are HTTP calls, with {id}, {seed} and
{account.NAME} filled in; a JSON object that `before` answers with becomes the account.

A setup runs in a task of its own, which giving up the conversation doesn't break off: it is let come to its end, and
what it has set up is cleaned up.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import json
import logging
import traceback
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import replace
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Protocol, TypeAlias

from prebeta.core.blocking import Workers
from prebeta.core.errors import HarnessError
from prebeta.core.protocols import OpenContext, Session, Target
from prebeta.core.types import Json
from prebeta.targets.wire import announcing
from prebeta.targets.wire.template import compile_json, compile_text

if TYPE_CHECKING:
    import aiohttp


Opening: TypeAlias = Callable[[], AbstractAsyncContextManager[Session]]
"""Opens the conversation that was set up."""

_PATIENCE_S = 30.0
_LAST_S = 1.0
_log = logging.getLogger(__name__)


class SetupError(HarnessError):
    """The project's own setup failed: neither the product's fault nor the user's."""


class Call(Protocol):
    """One of `before` and `after`."""

    @property
    def get(self) -> str | None: ...
    @property
    def post(self) -> str | None: ...
    @property
    def put(self) -> str | None: ...
    @property
    def delete(self) -> str | None: ...
    @property
    def headers(self) -> Mapping[str, str]: ...
    @property
    def body(self) -> Any: ...


class PreparedTarget:
    """The target within its setup. It has no `check` of its own: the first message must be set up like all others."""

    def __init__(self, inner: Any, function: Callable[..., Any] | None, calls: HttpCalls | None) -> None:
        self._inner, self._function, self._calls = inner, function, calls
        self._workers = Workers("prebeta-setup")

    async def __aenter__(self) -> PreparedTarget:
        if hasattr(self._inner, "__aenter__"):
            await self._inner.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
        self._workers.close()
        try:
            if self._calls is not None:
                await self._calls.close()
        finally:
            if hasattr(self._inner, "__aexit__"):
                await self._inner.__aexit__(*exc)

    @property
    def most_at_once(self) -> int | None:
        """How many conversations the inner target takes at once, where it says so."""
        most: int | None = getattr(self._inner, "most_at_once", None)
        return most

    @property
    def keep_evidence(self) -> Callable[[str, Collection[int]], None] | None:
        """The inner target's, where it wants to be told."""
        keep: Callable[[str, Collection[int]], None] | None = getattr(self._inner, "keep_evidence", None)
        return keep

    async def version(self) -> str | None:
        version: str | None = await self._inner.version() if hasattr(self._inner, "version") else None
        return version

    def open(self, context: OpenContext) -> AbstractAsyncContextManager[Session]:
        """A conversation within its setup."""
        return self._opened(context)

    def prepare(self, context: OpenContext) -> AbstractAsyncContextManager[Opening]:
        """The setup alone: within it, what it gives opens the conversation. Raises SetupError. Giving it up (by cancelling)
        and leaving it take until all is cleaned up, but no more than 30 s."""
        return _Preparation(self._prepared(context), self._inner)

    @contextlib.asynccontextmanager
    async def _opened(self, context: OpenContext) -> AsyncIterator[Session]:
        async with self.prepare(context) as opening, opening() as session:
            yield session

    @contextlib.asynccontextmanager
    async def _prepared(self, context: OpenContext) -> AsyncIterator[OpenContext]:
        async with AsyncExitStack() as stack:
            if self._function is not None:
                account = await _account(self._function, context, stack, self._workers)
                context = _with_account(context, account, "setup")
            if self._calls is not None:
                context = await self._calls.before(context)
                stack.push_async_callback(self._calls.after, context)
            yield context


class _Preparation:
    """One conversation's setup, held by a task of its own from its beginning to its cleaning up."""

    def __init__(self, setup: AbstractAsyncContextManager[OpenContext], target: Target) -> None:
        self._setup, self._target = setup, target
        self._over = asyncio.Event()

    async def __aenter__(self) -> Opening:
        self._ready: asyncio.Future[OpenContext] = asyncio.get_running_loop().create_future()
        self._task = asyncio.create_task(self._keep(), name="prebeta-setup")
        either: set[asyncio.Future[Any]] = {self._ready, self._task}
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        except asyncio.CancelledError:
            error = await self._ended()
            if error is not None:
                _log.warning("a setup was given up: %s", error)
            raise
        if not self._ready.done():
            self._task.result()  # raises what went wrong
        return partial(self._target.open, self._ready.result())

    async def __aexit__(self, *_: object) -> None:
        error = await self._ended()
        if error is not None:
            raise error

    async def _keep(self) -> None:
        async with self._setup as context:
            self._ready.set_result(context)
            await self._over.wait()

    async def _ended(self) -> BaseException | None:
        """Have it cleaned up, and wait for that whoever cancels us. What went wrong with it, if anything."""
        self._over.set()
        loop, cancelled = asyncio.get_running_loop(), None
        until = loop.time() + _PATIENCE_S
        while not self._task.done() and loop.time() < until:
            try:
                await asyncio.wait({self._task}, timeout=until - loop.time())
            except asyncio.CancelledError as error:
                cancelled = error
        if not self._task.done():
            self._task.cancel()
            await asyncio.wait({self._task}, timeout=_LAST_S)
            return cancelled or SetupError(
                f"setup: it did not end within {_PATIENCE_S:g} s; something may be left behind"
            )
        return cancelled or (None if self._task.cancelled() else self._task.exception())


async def _account(function: Callable[..., Any], context: OpenContext, stack: AsyncExitStack, workers: Workers) -> Json:
    """What the function gives; the rest of a generator is left to the stack."""
    with _ProjectCode("setup"):
        if inspect.isasyncgenfunction(function):
            return await stack.enter_async_context(_Generated(contextlib.asynccontextmanager(function)(context)))
        if inspect.isgeneratorfunction(function):
            generated = _InThread(contextlib.contextmanager(function)(context), workers)
            stack.push_async_callback(generated.leave)
            return await generated.enter()
        if inspect.iscoroutinefunction(function):
            return await function(context)
        found = await workers.run(partial(function, context))
        return await found if inspect.isawaitable(found) else found


class _Generated:
    """An async generator: its rest is done however the conversation ended."""

    def __init__(self, generator: AbstractAsyncContextManager[Json]) -> None:
        self._generator = generator

    async def __aenter__(self) -> Json:
        return await self._generator.__aenter__()

    async def __aexit__(self, *_: object) -> None:
        with _ProjectCode("setup, cleaning up"):
            await self._generator.__aexit__(None, None, None)


class _InThread:
    """A generator that may block, in one thread. Where it is given up in its first part, its rest follows in that thread, so
    that what it sets up late is cleaned up too."""

    def __init__(self, generator: contextlib.AbstractContextManager[Json], workers: Workers) -> None:
        self._generator, self._workers = generator, workers
        self._worker = workers.take()
        self._entered = False

    async def enter(self) -> Json:
        return (await self._worker.call(self._first)).result()

    async def leave(self) -> None:
        try:
            if self._worker.busy:
                self._worker.queue(self._rest)
            else:
                with _ProjectCode("setup, cleaning up"):
                    (await self._worker.call(self._rest)).result()
        finally:
            self._workers.give(self._worker)

    def _first(self) -> Json:
        account = self._generator.__enter__()
        self._entered = True
        return account

    def _rest(self) -> None:
        if self._entered:
            self._generator.__exit__(None, None, None)


class _ProjectCode:
    """The line between our code and the project's setup: what is raised behind it is a SetupError, except cancelling."""

    __slots__ = ("_what",)

    def __init__(self, what: str) -> None:
        self._what = what

    def __enter__(self) -> None:
        return None

    def __exit__(self, _type: object, error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None or isinstance(error, SetupError | GeneratorExit):
            return
        task = asyncio.current_task()
        if isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0:
            return
        frames = traceback.extract_tb(trace)
        where = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
        raise SetupError(f"{self._what}: {type(error).__name__}: {error}{where}") from error


def _with_account(context: OpenContext, account: Json, what: str) -> OpenContext:
    if account is None:
        return context
    if not isinstance(account, Mapping):
        raise SetupError(f"{what} gave {type(account).__name__}; expected a mapping (the account) or None")
    return replace(context, account=dict(account))


class HttpCalls:
    """The HTTP calls before and after a conversation, compiled once a run. With `announce` they tell, as the conversation
    does, that no person speaks. Cookies that `before` is given go with `after` of the same conversation, and nowhere
    else."""

    def __init__(self, base_url: str, before: Call | None, after: Call | None, *, announce: bool = True) -> None:
        self._before = _Request(base_url, before, announce) if before is not None else None
        self._after = _Request(base_url, after, announce) if after is not None else None
        self._pool: aiohttp.TCPConnector | None = None
        self._clients: dict[str, aiohttp.ClientSession] = {}  # with the cookies of conversations that are underway

    async def before(self, context: OpenContext) -> OpenContext:
        """The context with the account that the call answered with, where it answered with a JSON object."""
        if self._before is None:
            return context
        client = self._opened()
        try:
            account = await self._send(client, self._before, context)
        except BaseException:
            await client.close()
            raise
        if self._after is None:
            await client.close()
        else:
            self._clients[context.id] = client
        return _with_account(context, account, "setup.before") if isinstance(account, Mapping) else context

    async def after(self, context: OpenContext) -> None:
        if self._after is not None:
            async with self._clients.pop(context.id, None) or self._opened() as client:
                await self._send(client, self._after, context)

    def _opened(self) -> aiohttp.ClientSession:
        """A client with cookies of its own, over the connections of all."""
        import aiohttp

        from prebeta.models.redirects import staying

        if self._pool is None:
            self._pool = aiohttp.TCPConnector(limit=0)
        return aiohttp.ClientSession(
            connector=self._pool,
            connector_owner=False,
            cookie_jar=aiohttp.CookieJar(unsafe=True),
            timeout=aiohttp.ClientTimeout(total=_PATIENCE_S),
            trace_configs=[staying()],
        )

    async def _send(self, client: aiohttp.ClientSession, request: _Request, context: OpenContext) -> Json:
        """The JSON answer, None where it isn't JSON. Raises SetupError for everything but a success."""
        import aiohttp

        from prebeta.targets.wire import http_wire

        account = {f"account.{name}": value for name, value in (context.account or {}).items()}
        values = {"id": context.id, "seed": context.seed, **account}
        url = request.url(values)
        what = f"{request.method} {_shown(url)}"
        try:
            sent = client.request(request.method, url, json=request.body(values), headers=request.headers)
            async with sent as answer:
                if answer.status >= 400:
                    raise SetupError(f"setup: {what} answered {answer.status}")
                text = await answer.text()
                return await answer.json(content_type=None) if text.strip().startswith(("{", "[")) else None
        except (json.JSONDecodeError, UnicodeDecodeError) as error:
            raise SetupError(f"setup: the answer to {what} isn't JSON, though it begins like it") from error
        except ValueError as error:
            told = "it isn't an address, or has a user in it beside an Authorization header"
            raise SetupError(f"setup: {what}: {told}") from error
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SetupError(f"setup: {http_wire.failure(error, what, _PATIENCE_S).detail}") from error

    async def close(self) -> None:
        for client in self._clients.values():
            await client.close()
        self._clients.clear()
        if self._pool is not None:
            await self._pool.close()
            self._pool = None


class _Request:
    """One call, ready to be filled in."""

    def __init__(self, base_url: str, call: Call, announce: bool) -> None:
        method, path = next(
            (name.upper(), path)
            for name, path in (("get", call.get), ("post", call.post), ("put", call.put), ("delete", call.delete))
            if path is not None
        )
        self.method, self.headers = method, dict(call.headers)
        if announce and announcing.HEADER.lower() not in map(str.lower, self.headers):
            self.headers[announcing.HEADER] = announcing.VALUE
        whole = path if "://" in path else base_url.rstrip("/") + "/" + path.lstrip("/")
        self.url = compile_text(whole, quoted=True)
        self.body = compile_json(call.body) if call.body is not None else lambda _values: None


def _shown(url: str) -> str:
    """An address without user, password and query: those may hold secrets."""
    scheme, sign, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    return f"{scheme}{sign}{host.rpartition('@')[2]}{slash}{path}".partition("?")[0].partition("#")[0]
