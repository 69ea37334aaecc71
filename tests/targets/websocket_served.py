"""Servers made with the `websockets` package, for the tests of the connector to such products."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve

from prebeta.core.protocols import OpenContext
from prebeta.core.types import Transcript
from prebeta.targets.websocket.target import WebsocketTarget

Handler = Callable[[ServerConnection], Awaitable[None]]
Product = Callable[..., Awaitable[str]]
MESSAGE = {"json": {"type": "message", "text": "{text}"}}


@pytest.fixture
async def product() -> AsyncIterator[Product]:
    """product(handler) -> the address of a real server on a free port of the loopback."""
    async with AsyncExitStack() as stack:

        async def start(handler: Handler, **options: Any) -> str:
            server = await stack.enter_async_context(
                serve(handler, "127.0.0.1", 0, **{"close_timeout": 0.2, **options})
            )
            port: int = next(iter(server.sockets)).getsockname()[1]
            return f"ws://127.0.0.1:{port}"

        yield start


def target_of(url: str, **section: Any) -> WebsocketTarget:
    """A product of plain text that doesn't speak first."""
    section = {"quiet_s": 0.15, "greets": False, **section}
    return WebsocketTarget(WebsocketTarget.Options(url=url, **section), Path())


def in_json(url: str, reply: dict[str, Any] | None = None, **section: Any) -> WebsocketTarget:
    """A product that takes and gives JSON."""
    return target_of(url, **{"send": MESSAGE, "reply": {"messages": "text", **(reply or {})}, **section})


def texts(transcript: Transcript) -> list[str]:
    return [turn.text for turn in transcript.turns]


def context(patience_s: float = 2.0, name: str = "c1", **more: Any) -> OpenContext:
    return OpenContext(name, 7, patience_s=patience_s, **more)


async def tell(socket: ServerConnection, *texts: str, pause_s: float = 0.0, **more: Any) -> None:
    """Send messages, each a frame."""
    for number, text in enumerate(texts):
        await asyncio.sleep(pause_s if number else 0)
        await socket.send(json.dumps({"type": "message", "text": text, **more}))


async def heard(socket: ServerConnection) -> str:
    """What the user said next."""
    return str(json.loads(await socket.recv())["text"])
