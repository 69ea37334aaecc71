"""What the tests of models share: a schema, requests, and a provider that does whatever a test says, over real sockets."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from prebeta.core.protocols import Message, ModelRequest

SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {"move": {"enum": ["say", "leave"]}, "text": {"type": "string"}},
    "required": ["move", "text"],
    "additionalProperties": False,
}

Handler = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


def asked(text: str = "Say hello.", **more: Any) -> ModelRequest:
    return ModelRequest((Message("system", "You word what a user says."), Message("user", text)), **more)


def chat(text: str, **more: Any) -> web.Response:
    """A chat completion."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop"}
    return web.json_response({"choices": [choice], "usage": {"prompt_tokens": 7, "completion_tokens": 3}, **more})


@asynccontextmanager
async def provider(handler: Handler) -> AsyncIterator[str]:
    """The base URL of a server that answers with `handler`."""
    runner = web.ServerRunner(web.Server(handler, access_log=None), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/v1"
    finally:
        await runner.cleanup()


def unused_url() -> str:
    """A base URL where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/v1"
