"""A target whose conversations are set up before and cleaned up after: what the project's `setup:` says.

`setup: module:function` is called with the OpenContext: what it returns, or yields first (a mapping), becomes the
account; what stands behind the `yield` is done afterwards. `before` and `after` are HTTP calls, with {id}, {seed} and
{account.NAME} filled in; a JSON object that `before` answers with becomes the account.
"""

from __future__ import annotations

import asyncio
import contextlib
import inspect
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from prebeta.core.errors import HarnessError
from prebeta.core.protocols import OpenContext, Session, Target
from prebeta.core.types import Json
from prebeta.targets.template import compile_json, compile_text

if TYPE_CHECKING:
    import aiohttp


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

    async def __aenter__(self) -> PreparedTarget:
        if hasattr(self._inner, "__aenter__"):
            await self._inner.__aenter__()
        return self

    async def __aexit__(self, *exc: object) -> None:
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

    async def version(self) -> str | None:
        version: str | None = await self._inner.version() if hasattr(self._inner, "version") else None
        return version

    def open(self, context: OpenContext) -> AbstractAsyncContextManager[Session]:
        """A conversation within its setup."""
        return self._opened(context)

    @contextlib.asynccontextmanager
    async def _opened(self, context: OpenContext) -> AsyncIterator[Session]:
        target: Target = self._inner
        async with self._prepared(context) as prepared, target.open(prepared) as session:
            yield session

    @contextlib.asynccontextmanager
    async def _prepared(self, context: OpenContext) -> AsyncIterator[OpenContext]:
        async with AsyncExitStack() as stack:
            if self._function is not None:
                context = await _called(self._function, context, stack)
            if self._calls is not None:
                context = await self._calls.before(context)
                stack.push_async_callback(self._calls.after, context)
            yield context


async def _called(function: Callable[..., Any], context: OpenContext, stack: AsyncExitStack) -> OpenContext:
    """The context with the account that the function gives; the rest of a generator is left to the stack."""
    if inspect.isasyncgenfunction(function):
        account = await stack.enter_async_context(contextlib.asynccontextmanager(function)(context))
    elif inspect.isgeneratorfunction(function):
        kept = contextlib.contextmanager(function)(context)
        account = await asyncio.to_thread(kept.__enter__)
        stack.push_async_callback(asyncio.to_thread, kept.__exit__, None, None, None)
    elif inspect.iscoroutinefunction(function):
        account = await function(context)
    else:
        account = await asyncio.to_thread(function, context)
    return _with_account(context, account, "setup")


def _with_account(context: OpenContext, account: Json, what: str) -> OpenContext:
    if account is None:
        return context
    if not isinstance(account, Mapping):
        raise SetupError(f"{what} gave {type(account).__name__}; expected a mapping (the account) or None")
    return replace(context, account=dict(account))


class HttpCalls:
    """The HTTP calls before and after a conversation, compiled once a run."""

    def __init__(self, base_url: str, before: Call | None, after: Call | None) -> None:
        self._before = _Request(base_url, before) if before is not None else None
        self._after = _Request(base_url, after) if after is not None else None
        self._client: aiohttp.ClientSession | None = None

    async def before(self, context: OpenContext) -> OpenContext:
        """The context with the account that the call answered with, where it answered with a JSON object."""
        if self._before is None:
            return context
        account = await self._send(self._before, context)
        return _with_account(context, account, "setup.before") if isinstance(account, Mapping) else context

    async def after(self, context: OpenContext) -> None:
        if self._after is not None:
            await self._send(self._after, context)

    async def _send(self, request: _Request, context: OpenContext) -> Json:
        """The JSON answer, None where it isn't JSON. Raises SetupError for everything but a success."""
        import aiohttp

        if self._client is None:
            self._client = aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0))
        account = {f"account.{name}": value for name, value in (context.account or {}).items()}
        values = {"id": context.id, "seed": context.seed, **account}
        url = request.url(values)
        try:
            async with self._client.request(
                request.method, url, json=request.body(values), headers=request.headers
            ) as answer:
                if answer.status >= 400:
                    raise SetupError(f"setup: {request.method} {url} answered {answer.status}")
                text = await answer.text()
                return await answer.json(content_type=None) if text.strip().startswith(("{", "[")) else None
        except (aiohttp.ClientError, TimeoutError, ValueError) as error:
            raise SetupError(f"setup: {request.method} {url}: {error}") from error

    async def close(self) -> None:
        if self._client is not None:
            await self._client.close()


class _Request:
    """One call, ready to be filled in."""

    def __init__(self, base_url: str, call: Call) -> None:
        method, path = next(
            (name.upper(), path)
            for name, path in (("get", call.get), ("post", call.post), ("put", call.put), ("delete", call.delete))
            if path is not None
        )
        self.method, self.headers = method, dict(call.headers)
        whole = path if "://" in path else base_url.rstrip("/") + "/" + path.lstrip("/")
        self.url = compile_text(whole, quoted=True)
        self.body = compile_json(call.body) if call.body is not None else lambda _values: None
