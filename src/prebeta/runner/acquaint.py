"""Which kind of product stands at an address: the connectors are asked in turn, the surest first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from prebeta import plugins
from prebeta.config import Found, Plain, unknown
from prebeta.config.connectors import importable, model
from prebeta.config.fields import is_module_attribute
from prebeta.core.errors import PrebetaError, UsageError
from prebeta.runner.loop import unless_stopped
from prebeta.runner.restraint import Restraint
from prebeta.runner.side_effects import warning_at

if TYPE_CHECKING:
    import aiohttp

_SURE = ("langgraph", "a2a", "rasa", "openai", "browser", "sse")
_KNOCK_S = 10.0
_ANSWER_S = 30.0
_KIND_S = 60.0
_MOST_SHOWN = 12
_SOON_S = 1.0
_AGAIN_S = 4.0
_AGENTS = MappingProxyType(
    {
        "langgraph": "a LangGraph graph, each conversation a thread of its own; without a checkpointer it gets one in "
        "memory (checkpointer: auto, memory, none)",
        "langchain": "a LangChain runnable, called with what its input's schema asks for",
        "pydantic-ai": "a pydantic-ai agent, called with the words and the messages before them",
    }
)
Tell = Callable[[str], None]
"""Takes a line on what is being tried, where that takes a while."""


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """What was found at an address, None where nothing was recognised. `tried` are the requests that were made and what
    came of them, `absent` the kinds that could not be asked, with the reason; `partial` is what a product that wasn't
    recognised let be seen of itself."""

    found: Found | None
    tried: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    partial: Found | None = None

    def told(self) -> str:
        """What was tried, in a line; empty where nothing was."""
        if not self.tried:
            return ""
        shown = list(dict.fromkeys(self.tried))
        more = f" and {len(shown) - _MOST_SHOWN} more" if len(shown) > _MOST_SHOWN else ""
        answered = any(each.rpartition("(")[2].rstrip(")").isdigit() for each in shown)
        else_ = "; or give the chat's own path, its OpenAPI file, or --kind" if answered else ""
        return f"tried: {', '.join(shown[:_MOST_SHOWN])}{more}{else_}"


def acquaint(
    target: str, kind: str | None = None, folder: Path = Path(), tell: Tell = lambda _line: None
) -> Acquaintance:
    """What stands at a URL, in an OpenAPI file or behind module:function; with `kind` only that connector is asked.

    Raises UsageError where the target is none of these, or the kind is unknown.
    """
    if kind is not None:
        with importable(folder):
            known_kind(kind)
    if is_module_attribute(target) and not target.lower().startswith(("http:", "https:", "ws:", "wss:")):
        if kind not in (None, "python"):
            raise UsageError(f"a product of kind {kind} has a URL; module:function is of kind python")
        return Acquaintance(_in_python(target, folder))
    from prebeta.targets.openapi.live import from_file, is_document

    if "://" not in target and (Path(target).is_file() or is_document(target)):
        if kind not in (None, "http"):
            raise UsageError(f"an OpenAPI file tells of a product of kind http, not {kind}; give its URL")
        described = from_file(Path(target))
        _warn_of(str(described.section.get("url") or ""), tell)
        return Acquaintance(described)
    unknown(target)  # says what is wrong with an address
    with importable(folder):
        return unless_stopped(lambda: aacquaint(target, kind, tell), "runner.acquaint.aacquaint")


def _in_python(target: str, folder: Path) -> Plain:
    """The section for an object in this process, with what it is where it can be loaded; if not, the check tells."""
    from prebeta.targets.python.agent_kinds import kind_of
    from prebeta.targets.python.code import ProductCode

    known = unknown(target)
    with importable(folder), suppress(PrebetaError), ProductCode():
        told = _AGENTS.get(kind_of(plugins.attribute(target)) or "")
        return known if told is None else Plain(known.section, {"function": told})
    return known


def known_kind(kind: str) -> type[Any]:
    """The connector of that name. Raises UsageError with the known ones."""
    try:
        model(kind)
    except ValueError as error:
        raise UsageError(str(error)) from None
    connector: type[Any] = plugins.load("target", kind)
    return connector


def asks_products(kind: str, folder: Path) -> bool:
    """Whether the connector of that name can tell its own kind of product. Raises UsageError."""
    with importable(folder):
        return hasattr(known_kind(kind), "recognise")


def minimal(kind: str, url: str) -> Plain:
    """The shortest section of a kind, for a product that didn't let itself be recognised; where the kind wants to know what
    is sent, that of any product over HTTP. Raises UsageError where that doesn't suffice either."""
    from pydantic import ValidationError

    section: dict[str, Any] = {"kind": kind, "url": url.replace("${", "$${")}
    remarks = {"kind": "as asked for: the product was not recognised as such"}
    options = model(kind)
    needed = {name for name, field in options.model_fields.items() if field.is_required()}
    if "send" in needed:
        plain = unknown(url).section
        section |= {key: plain[key] for key in ("url", "send", "reply") if key in needed or key == "url"}
        remarks |= {"send": "a guess: look what the product takes"}
    try:
        options.model_validate({**section, "url": str(section["url"]).replace("$${", "${")})
    except ValidationError as error:
        told = "; ".join(dict.fromkeys(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors()))
        raise UsageError(f"{url} wasn't recognised as {kind}, and its section can't be guessed ({told})") from None
    return Plain(section, remarks)


async def aacquaint(url: str, kind: str | None, tell: Tell) -> Acquaintance:
    import aiohttp

    from prebeta.targets.openapi.live import from_url, is_document
    from prebeta.targets.wire import announcing

    tried: list[str] = []
    absent: list[str] = []
    timeout = aiohttp.ClientTimeout(total=_ANSWER_S, sock_connect=_KNOCK_S)
    async with aiohttp.ClientSession(
        timeout=timeout,
        cookie_jar=aiohttp.CookieJar(unsafe=True),
        headers={announcing.HEADER: announcing.VALUE, "User-Agent": "prebeta"},
        trace_configs=[_noting(tried), Restraint().watch()],
    ) as client:
        async with _telling(tell, "waiting for a first answer", tried):
            if not await _knock(url, client):
                return Acquaintance(None, tuple(tried))
        _warn_of(url, tell)
        if kind in (None, "http") and is_document(url):
            described = await from_url(url, client)
            if described is not None:
                return Acquaintance(described, tuple(tried))
        unsure: Found | None = None
        partial: Found | None = None
        for name in _asked(url) if kind is None else _ways_to(kind):
            try:
                connector = plugins.load("target", name)
            except UsageError as error:
                absent.append(f"{name}: {error}")
                continue
            address = url.replace("http", "ws", 1) if name == "websocket" and url.lower().startswith("http") else url
            async with _telling(tell, f"trying it as {name}", tried):
                found = await _recognised(connector, address, client)
            if name != kind and kind is not None and found is not None and found.section.get("kind") != kind:
                continue
            if not getattr(found, "whole", True):
                partial = partial or found
            elif found is not None and getattr(found, "sure", True):
                return Acquaintance(found, tuple(tried), tuple(absent))
            else:
                unsure = unsure or found
    return Acquaintance(unsure, tuple(tried), tuple(absent), partial)


@asynccontextmanager
async def _telling(tell: Tell, what: str, tried: list[str]) -> AsyncIterator[None]:
    """Says what is being done where that takes a while, and then from time to time that it goes on."""

    async def lines() -> None:
        before = len(tried)
        await asyncio.sleep(_SOON_S)
        tell(f"{what} …")
        while True:
            await asyncio.sleep(_AGAIN_S)
            last = f" (last: {tried[-1]})" if len(tried) > before else ""
            tell(f"{what}, still waiting{last} …")

    teller = asyncio.ensure_future(lines())
    try:
        yield
    finally:
        teller.cancel()
        await asyncio.gather(teller, return_exceptions=True)


def _warn_of(url: str, tell: Tell) -> None:
    """Says where a greeting may order something for real, before one is sent."""
    for line in (warning_at(url) or "").splitlines():
        tell(line)


async def _recognised(connector: Any, url: str, client: aiohttp.ClientSession) -> Found | None:
    """What a connector makes of the address. It is not to raise for what the product does; where it does, it doesn't
    know the product."""
    import aiohttp

    if not hasattr(connector, "recognise"):
        return None
    try:
        async with asyncio.timeout(_KIND_S):
            found: Found | None = await connector.recognise(url, client)
    except (aiohttp.ClientError, OSError, ValueError, PrebetaError):
        return None
    return found


def _ways_to(kind: str) -> tuple[str, ...]:
    """Whom to ask where a kind was named: a greeting over HTTP tries more ways to be taken, and knows a stream."""
    return (kind, "http") if kind == "sse" else (kind,)


def _asked(url: str) -> Iterator[str]:
    """The kinds that could stand at an address, the surest first."""
    names = [name for name in plugins.names("target") if name != "python"]
    third = [name for name in names if name not in plugins.BUILT_IN["target"]]
    if url.lower().startswith(("ws://", "wss://")):
        yield from (name for name in ("websocket", *third) if name in names)
        return
    yield from (name for name in _SURE if name in names)
    yield from third
    yield from (name for name in names if name not in (*_SURE, *third, "websocket", "http"))
    yield "http"
    yield from (name for name in ("websocket",) if name in names)


async def _knock(url: str, client: aiohttp.ClientSession) -> bool:
    """Whether anybody answers there at all: else each of the kinds would wait in vain."""
    import aiohttp

    address = "http" + url[2:] if url.lower().startswith("ws") else url
    try:
        async with client.get(address, timeout=aiohttp.ClientTimeout(total=_KNOCK_S)):
            return True
    except (aiohttp.ClientConnectionError, TimeoutError) as error:
        return isinstance(error, aiohttp.ServerDisconnectedError)  # it may only dislike a GET
    except (aiohttp.ClientError, OSError, ValueError):
        return True


def _noting(tried: list[str]) -> aiohttp.TraceConfig:
    """Notes each request and what came of it."""
    import aiohttp

    async def ended(_session: Any, _context: Any, told: aiohttp.TraceRequestEndParams) -> None:
        tried.append(f"{told.method} {told.url.path} ({told.response.status})")

    async def failed(_session: Any, _context: Any, told: aiohttp.TraceRequestExceptionParams) -> None:
        tried.append(f"{told.method} {told.url.path} ({_why(told.exception)})")

    noting = aiohttp.TraceConfig()
    noting.on_request_end.append(ended)
    noting.on_request_exception.append(failed)
    return noting


def _why(error: BaseException) -> str:
    import aiohttp

    if isinstance(error, TimeoutError):
        return "no answer in time"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "no connection"
    return "not HTTP" if isinstance(error, aiohttp.ClientResponseError) else "hung up"
