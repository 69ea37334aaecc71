"""What connectors to products over a network share: connections, version, and the check before a run."""

from __future__ import annotations

import uuid
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, ClassVar, Generic, TypeVar

import aiohttp
import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import BaseModel

from prebeta.core.errors import PrebetaError, TargetError, UnreachableError, UsageError
from prebeta.core.protocols import OpenContext, Session
from prebeta.core.types import Move, Reply, Say
from prebeta.models.redirects import staying
from prebeta.targets.wire import http_wire
from prebeta.targets.wire import version as versions
from prebeta.targets.wire.hints import is_about_the_request, unreachable
from prebeta.targets.wire.line import Call, Exchange, Line, Wiring
from prebeta.targets.wire.network_options import NetworkOptions, VersionOptions

_GREETING = "Hello"
# Below the 2 s after which common servers hang up an idle connection: a request that crosses the server's hanging up
# looks just like a reply that was dropped.
_KEEPALIVE_S = 1.5
_DNS_CACHE_S = 300
_FIRST_ANSWER_S = 30.0
"""For the connection check and the version where the project sets no limit: no loop watches over those."""

Told = TypeVar("Told", bound=NetworkOptions)


class NetworkTarget(ABC, Generic[Told]):
    """A connector over a network. One pool of connections a run; cookies belong to a conversation.

    A connector says in `session` how a conversation speaks over its line; that may also be an async context manager,
    which is entered when the conversation begins. `async with target:` opens and closes the pool; all conversations lie
    inside.
    """

    Options: ClassVar[type[BaseModel]]

    def __init__(self, options: Told, folder: Path) -> None:
        self.options = options
        self.folder = folder
        self.wiring = Wiring.of(options)
        self._pool: aiohttp.TCPConnector | None = None
        self._watch = staying()

    @abstractmethod
    def session(self, line: Line) -> Session:
        """A conversation over this line. Raises UsageError."""

    def why_silent(self, _heard: Sequence[Exchange], _line: Line) -> str | None:
        """What to look at where the product answered and said nothing; None if that is its own doing."""
        return None

    def is_about_the_project(self, error: TargetError, line: Line) -> bool:
        """Whether an error of the check's greeting is for the project to mend rather than for the run to tell."""
        return is_about_the_request(error, line.last)

    def explained(self, error: TargetError, line: Line) -> PrebetaError:
        """What the check raises for what went wrong in its conversation."""
        return unreachable(error, line.last, self.wiring)

    @property
    def most_at_once(self) -> int | None:
        """How many conversations the product takes at once; None where the project doesn't say."""
        return self.options.concurrency

    async def __aenter__(self) -> NetworkTarget[Told]:
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
        return Opened(self, context, self._client)

    async def version(self) -> str | None:
        """As the options say; None where they say nothing. Raises UsageError when it can't be had."""
        told = self.options.version
        if not isinstance(told, VersionOptions):
            return told or None
        if told.command is not None:
            return await versions.of_command(told.command, self.folder)
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
        opened = Opened(self, context, lambda: self._client(_FIRST_ANSWER_S))
        try:
            async with opened as session:
                return await self._first_words(session, opened.line)
        except TargetError as error:  # it came while the conversation was opened
            raise self.explained(error, opened.line) from error

    async def _first_words(self, session: Session, line: Line) -> Reply:
        heard: list[Exchange] = []
        try:
            first = await session.start()
        except TargetError as error:
            raise self.explained(error, line) from error
        heard += [line.last] if line.last is not None else []
        if first.ended:
            return first
        try:
            # Also where the product spoke first: else a wrong `send` would be found by the run.
            reply = await session.send(Say(_GREETING))
        except TargetError as error:
            if first.empty or self.is_about_the_project(error, line):
                raise self.explained(error, line) from error
            return first  # it works, and breaks at a greeting: that is for the run to tell
        heard += [line.last] if line.last is not None else []
        if not reply.empty or not first.empty or reply.ended:
            return reply if not reply.empty else first
        missing = self.why_silent(heard, line)
        if missing is not None:
            raise UnreachableError(line.hidden(missing))
        return reply

    def _client(self, at_most_s: float | None = None) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(
            connector=self._pool,
            connector_owner=False,
            cookie_jar=aiohttp.CookieJar(unsafe=True),  # products under test often live at a bare IP address
            timeout=aiohttp.ClientTimeout(total=self.options.timeout_s or at_most_s),
            trace_configs=[self._watch],
        )

    async def _asked_version(self, told: VersionOptions) -> str | None:
        url = self.wiring.url_of(told.get or "")
        what = f"target.version: GET {url.with_user(None).with_query(None)}"
        async with self._client(_FIRST_ANSWER_S) as client:
            line = Line(self.wiring, OpenContext("version", 0), client)
            try:
                answer = await line.ask(Call("version.get", what, "GET", url))
            except TargetError as error:
                raise UsageError(f"{what}: {error.detail}") from error
        try:
            value = http_wire.decode(answer.body)
        except ValueError as error:
            if told.path is not None:
                raise UsageError(f"{what} did not answer with JSON, so path {told.path!r} finds nothing") from error
            value = answer.body.decode("utf-8", "replace").strip()
        try:
            found = value if told.path is None else jmespath.search(told.path, value)
        except JMESPathError as error:
            raise UsageError(f"{what}: path {told.path!r} can't be followed in the answer") from error
        return str(found) if found not in (None, "") else None


class Opened:
    """The context of one conversation; leaving it drops its cookies, not its connections."""

    line: Line

    def __init__(
        self, target: NetworkTarget[Any], context: OpenContext, make_client: Callable[[], aiohttp.ClientSession]
    ) -> None:
        self._target, self._context, self._make_client = target, context, make_client
        self._client: aiohttp.ClientSession | None = None
        self._entered: Any = None

    async def __aenter__(self) -> Timed:
        client = self._make_client()
        try:
            self.line = Line(self._target.wiring, self._context, client)
            session = self._target.session(self.line)
            if hasattr(session, "__aenter__"):
                await session.__aenter__()
                self._entered = session
        except BaseException:
            await client.close()
            raise
        self._client = client
        return Timed(session, self.line)

    async def __aexit__(self, *exc: object) -> None:
        try:
            if self._entered is not None:
                await self._entered.__aexit__(*exc)
        finally:
            if self._client is not None:
                await self._client.close()


class Timed:
    """A session whose line knows when each turn began; `inner` is the connector's own."""

    def __init__(self, inner: Session, line: Line) -> None:
        self.inner, self._line = inner, line

    @property
    def held_s(self) -> float:
        """Seconds of the last turn that requests waited because the product turned some away (429): not its latency."""
        return self._line.turn.held_s

    async def start(self) -> Reply:
        self._line.turn.begin()
        return await self.inner.start()

    async def send(self, move: Move) -> Reply:
        self._line.turn.begin()
        return await self.inner.send(move)
