"""A product that is Python in this process: a function, a class with `send`, or an agent of a framework."""

from __future__ import annotations

import asyncio
import importlib
import logging
import sys
import uuid
from asyncio import timeout
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Any

from prebeta import plugins
from prebeta.core.blocking import Workers
from prebeta.core.errors import Crashed, TargetError, Timeout, UnreachableError, UsageError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Reply, Say
from prebeta.targets.python.agents import Agents
from prebeta.targets.python.code import ProductCode, last_place
from prebeta.targets.python.conversation import PythonConversation, Rooms
from prebeta.targets.python.options import CommandVersion, PythonOptions
from prebeta.targets.python.product import Product, product_of
from prebeta.targets.python.threads import Threads
from prebeta.targets.wire import version as versions

_log = logging.getLogger(__name__)
_CHECK_S = 30.0
_GREETING = "Hello"


class PythonTarget:
    """Connector to a Python product. Blocking code runs in a thread of its own, async code in the loop.

    A product that carries `prebeta_inline = True` promises never to block, and is called without a thread.
    """

    Options = PythonOptions

    def __init__(self, options: PythonOptions, folder: Path) -> None:
        self._options = options
        self._folder = folder
        self._workers = Workers()
        self._product: Product | None = None
        self._agents = Agents(options, self._name)
        self._threads: Threads | None = None
        self._kept = ExitStack()
        self.most_at_once: int | None = None  # known after the check

    async def __aenter__(self) -> PythonTarget:
        # The folder stays importable during the run: products import lazily too.
        self._kept.enter_context(_importable(self._folder))
        self._kept.enter_context(self._many_threads())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._workers.close()
        self._kept.close()

    def open(self, context: OpenContext) -> _Opened:
        """A conversation: a new instance of a class, or calls of a function with this conversation's history.

        Raises UsageError where the product's name leads nowhere or its signature is wrong.
        """
        product = self._resolved()
        rooms = Rooms(self._workers, self._agents, self._options.timeout_s)
        return _Opened(PythonConversation(product, context, rooms))

    async def version(self) -> str | None:
        """As the options say; None where they say nothing."""
        told = self._options.version
        if isinstance(told, CommandVersion):
            return await versions.of_command(told.command, self._folder)
        return None if told is None else str(told)

    async def check(self) -> Reply:
        """Hold the beginning of one conversation. Raises UnreachableError that says what to look at, UsageError where
        target.function leads nowhere or can't be called."""
        with _importable(self._folder), self._many_threads():
            try:
                return await self._probe()
            except UsageError as error:
                raise UsageError(f"target.function: {error}") from error
            except TargetError as error:
                where = last_place(error.raw) if isinstance(error, Crashed) else ""
                raise UnreachableError(
                    f"{self._name} did not answer the message {_GREETING!r}: {error.detail}{where}"
                ) from error
            finally:
                self._workers.close()

    async def _probe(self) -> Reply:
        context = OpenContext(f"check-{uuid.uuid4().hex[:8]}", 0)
        limit = self._options.timeout_s or _CHECK_S
        try:
            async with self.open(context) as session, timeout(limit):
                first = await session.start()
                shared = self._resolved().knows_no_conversation
                answer = await session.send(Say(_GREETING)) if first.empty or shared else first
            if shared:
                await self._look_for_shared_dialogue(answer)
            return answer if first.empty else first
        except TimeoutError as error:
            raise Timeout(f"no answer within {limit:g} s") from error

    async def _look_for_shared_dialogue(self, first: Reply) -> None:
        """A function that gets nothing but a text, and answers the same first message otherwise the second time, keeps
        one dialogue for everybody: its conversations must be held one after the other, or they would cross."""
        limit = self._options.timeout_s or _CHECK_S
        async with self.open(OpenContext("check-again", 0)) as session, timeout(limit):
            await session.start()
            again = await session.send(Say(_GREETING))
        if again.messages != first.messages:
            self.most_at_once = 1
            _log.warning(
                "%s(text) keeps one dialogue for all, so conversations are held one at a time; to hold many at once take "
                "f(messages), or a class with start and send",
                self._name,
            )

    @contextmanager
    def _many_threads(self) -> Iterator[None]:
        """The frameworks run what blocks in the loop's executor; see `threads` for what is wrong with the loop's own."""
        if self._threads is not None:
            yield
            return
        loop, self._threads = asyncio.get_running_loop(), Threads()
        loop.set_default_executor(self._threads)
        try:
            yield
        finally:
            self._threads.shutdown()
            self._threads = None
            loop.set_default_executor(ThreadPoolExecutor(thread_name_prefix="asyncio"))

    @property
    def _name(self) -> str:
        told = self._options.function
        return told if isinstance(told, str) else str(getattr(told, "__qualname__", type(told).__qualname__))

    def _resolved(self) -> Product:
        if self._product is None:
            found = self._options.function
            if isinstance(found, str):
                with _importable(self._folder):
                    found = _imported(found, self._folder)
            self._product = product_of(found, self._name, self._options.arguments)
        return self._product


class _Opened:
    """The context of one conversation; leaving it closes the product's instance."""

    def __init__(self, conversation: PythonConversation) -> None:
        self._conversation = conversation

    async def __aenter__(self) -> PythonConversation:
        return self._conversation

    async def __aexit__(self, *_: object) -> None:
        await self._conversation.close()


@contextmanager
def _importable(folder: Path) -> Iterator[None]:
    """The folder first on sys.path, as it is for a script that lies there."""
    place = str(folder.resolve())
    sys.path.insert(0, place)
    importlib.invalidate_caches()
    try:
        yield
    finally:
        with suppress(ValueError):  # the product took it off itself
            sys.path.remove(place)


def _imported(path: str, folder: Path) -> Any:
    """The object named module:attribute. Raises UsageError, also for what the module raises while it is imported."""
    module = path.partition(":")[0]
    _forget_namesake(module.partition(".")[0], folder)
    try:
        with ProductCode():
            importlib.import_module(module)
    except Crashed as error:
        if isinstance(error.__cause__, ModuleNotFoundError):
            return plugins.attribute(path)  # says which module is missing
        raise UsageError(f"{path!r} can't be imported: {error.detail}{last_place(error.raw)}") from error
    return plugins.attribute(path)


def _forget_namesake(name: str, folder: Path) -> None:
    """Drop a module of that name that was imported from another folder: this folder's own goes first."""
    loaded = sys.modules.get(name)
    own = {folder.resolve() / f"{name}.py", folder.resolve() / name / "__init__.py"}
    origin = getattr(loaded, "__file__", None)
    if loaded is None or origin is None or Path(origin).resolve() in own or not any(one.exists() for one in own):
        return
    for known in [one for one in sys.modules if one == name or one.startswith(f"{name}.")]:
        del sys.modules[known]
