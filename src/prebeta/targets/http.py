"""A product over HTTP: a request a turn, JSON back, read by JMESPath."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import aiohttp
import jmespath
from jmespath.exceptions import JMESPathError

from prebeta.core.errors import TargetError, UnreachableError, UsageError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Reply, Say
from prebeta.targets import http_wire
from prebeta.targets import version as versions
from prebeta.targets.http_conversation import HttpConversation
from prebeta.targets.http_hints import is_about_the_request, unheard, unreachable
from prebeta.targets.http_options import HttpOptions, VersionOptions
from prebeta.targets.http_plan import Plan, plan_of

_GREETING = "Hello"
# Below the 2 s after which common servers hang up an idle connection: a request that crosses the server's hanging up
# looks just like a reply that was dropped.
_KEEPALIVE_S = 1.5
_DNS_CACHE_S = 300
_FIRST_ANSWER_S = 30.0
"""For the connection check and the version where the project sets no limit: no loop watches over those."""


class HttpTarget:
    """Connector to a product over HTTP. One pool of connections a run; cookies belong to a conversation.

    `async with target:` opens and closes the pool; all conversations lie inside.
    """

    Options = HttpOptions

    def __init__(self, options: HttpOptions, folder: Path) -> None:
        self._options = options
        self._folder = folder
        self._plan = plan_of(options)
        self._pool: aiohttp.TCPConnector | None = None

    async def __aenter__(self) -> HttpTarget:
        # No limit here: how many speak at once is the engine's matter.
        self._pool = aiohttp.TCPConnector(limit=0, ttl_dns_cache=_DNS_CACHE_S, keepalive_timeout=_KEEPALIVE_S)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    def open(self, context: OpenContext) -> Opened:
        """A conversation with cookies of its own. Raises UsageError outside of `async with target:`."""
        if self._pool is None:
            raise UsageError("open the target first: async with target: …")
        return Opened(self._plan, context, self._client)

    async def version(self) -> str | None:
        """As the options say; None where they say nothing. Raises UsageError when it can't be had."""
        told = self._options.version
        if not isinstance(told, VersionOptions):
            return told or None
        if told.command is not None:
            return await versions.of_command(told.command, self._folder)
        if self._pool is not None:
            return await self._asked_version(told)
        async with self:
            return await self._asked_version(told)

    async def check(self) -> Reply:
        """Hold the beginning of one conversation. Raises UnreachableError that says what to look at."""
        if self._pool is not None:
            return await self._probe()
        async with self:
            return await self._probe()

    async def _probe(self) -> Reply:
        context = OpenContext(f"check-{uuid.uuid4().hex[:8]}", 0)
        async with Opened(self._plan, context, lambda: self._client(_FIRST_ANSWER_S)) as session:
            try:
                first = await session.start()
            except TargetError as error:
                raise unreachable(error, session.last, self._plan) from error
            heard = [session.last] if session.last is not None else []
            if first.ended:
                return first
            try:
                # Also where the product spoke first: else a wrong `send` would be found by the run.
                reply = await session.send(Say(_GREETING))
            except TargetError as error:
                if first.empty or is_about_the_request(error, session.last):
                    raise unreachable(error, session.last, self._plan) from error
                return first  # it works, and breaks at a greeting: that is for the run to tell
            heard += [session.last] if session.last is not None else []
            if not reply.empty or not first.empty or reply.ended:
                return reply if not reply.empty else first
            missing = unheard(heard, self._plan)
            if missing is not None:
                raise UnreachableError(session.hidden(missing))
            return reply

    def _client(self, at_most_s: float | None = None) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=self._pool,
            connector_owner=False,
            cookie_jar=aiohttp.CookieJar(unsafe=True),  # products under test often live at a bare IP address
            timeout=aiohttp.ClientTimeout(total=self._options.timeout_s or at_most_s),
        )

    async def _asked_version(self, told: VersionOptions) -> str | None:
        url = self._plan.url_of(told.get or "")
        what = f"target.version: GET {url.with_user(None)}"
        headers = self._plan.headers({})
        try:
            async with self._client(_FIRST_ANSWER_S) as client, client.get(url, headers=headers) as response:
                body = await http_wire.read(response)
        except (aiohttp.ClientError, OSError, http_wire.HalfRead) as error:
            raise UsageError(f"{what} gave no answer ({type(error).__name__})") from error
        if response.status >= 400:
            raise UsageError(f"{what} answered {response.status}")
        try:
            value = http_wire.decode(body)
        except ValueError as error:
            if told.path is not None:
                raise UsageError(f"{what} did not answer with JSON, so path {told.path!r} finds nothing") from error
            value = body.decode("utf-8", "replace").strip()
        try:
            found = value if told.path is None else jmespath.search(told.path, value)
        except JMESPathError as error:
            raise UsageError(f"{what}: path {told.path!r} can't be followed in the answer") from error
        return str(found) if found not in (None, "") else None


class Opened:
    """The context of one conversation; leaving it drops its cookies, not its connections."""

    def __init__(self, plan: Plan, context: OpenContext, make_client: Callable[[], aiohttp.ClientSession]) -> None:
        self._plan = plan
        self._context = context
        self._make_client = make_client
        self._client: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> HttpConversation:
        client = self._make_client()
        try:
            conversation = HttpConversation(self._plan, self._context, client)
        except UsageError:
            await client.close()
            raise
        self._client = client
        return conversation

    async def __aexit__(self, *_: object) -> None:
        if self._client is not None:
            await self._client.close()
