"""One conversation with a Python product."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from prebeta.core.blocking import Worker, Workers
from prebeta.core.errors import TargetError, Timeout
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Leave, Move, Press, Reply, Wait
from prebeta.targets.python.agents import Agents
from prebeta.targets.python.code import ProductCode
from prebeta.targets.python.product import Handle, Product
from prebeta.targets.wire.reply import from_answer

_CLOSE_S = 5.0


@dataclass(frozen=True, slots=True)
class Rooms:
    """What the conversations of a run share."""

    workers: Workers
    agents: Agents
    timeout_s: float | None = None


class PythonConversation:
    """A session: it makes the product's instance where there is one, keeps the history, and calls it.

    Raises Crashed for whatever the product's code raises, Malformed for an answer of another kind, Timeout after
    the rooms' `timeout_s` of one call.
    """

    def __init__(self, product: Product, context: OpenContext, rooms: Rooms) -> None:
        self._product = product
        self._agents = rooms.agents
        self._workers = rooms.workers
        self._timeout_s = rooms.timeout_s
        # Not the context's id alone: a product that keeps its sessions would go on where an earlier run left.
        self._id = f"{context.id}-{time.time_ns():x}"
        self._values: dict[str, Any] = {
            "session": self._id,
            "seed": context.seed,
            "account": context.account,
            "payload": None,
        }
        account = {f"account.{name}": value for name, value in (context.account or {}).items()}
        self._talk_values = {"session": self._id, "seed": context.seed, **account}
        self._is_talk = False
        self._history: list[dict[str, str]] = []
        self._worker: Worker | None = None
        self._subject: Any = None
        self._handle: Handle | None = product.handle

    async def start(self) -> Reply:
        """What the product says first: what `start` returns, if it has one."""
        handle = await self._ready()
        reply = Reply()
        if handle.start is not None:
            given = _chosen(handle.start, self._values)
            inline = handle.inline or handle.start_is_async
            reply = await self._answer(partial(self._subject.start, **given), inline)
            self._remember("assistant", reply.text)
        return reply

    async def send(self, move: Move) -> Reply:
        """The answer to what was typed or pressed. Nothing can come late from a call, so Wait gives an empty reply."""
        if isinstance(move, Wait | Leave):
            return Reply()
        handle = self._handle or await self._ready()
        shape = handle.shape
        self._values["payload"] = move.option.payload if isinstance(move, Press) else None
        said: Any = move.text
        if shape.takes == "history":
            self._remember("user", move.text)
            said = [dict(message) for message in self._history]  # the product may change what it gets
        call = partial(handle.sender(self._subject), *shape.positional(said), **shape.keywords(said, self._values))
        reply = await self._answer(call, handle.inline or shape.is_async)
        self._remember("assistant", reply.text)
        if reply.session is None and ("session" in shape.beside.values() or self._is_talk):
            reply = replace(reply, session=self._id)
        return reply

    async def close(self) -> None:
        """Close the instance we made. A failure here is not part of the conversation any more."""
        handle, worker = self._handle, self._worker
        hangs = worker is not None and worker.busy
        if self._product.makes and handle is not None and handle.close is not None and not hangs:
            closing = getattr(self._subject, handle.close)
            with suppress(TargetError, TimeoutError):
                async with asyncio.timeout(_CLOSE_S):
                    await self._call(closing, handle.inline or handle.shape.is_async)
        if self._worker is not None:
            self._workers.give(self._worker)
            self._worker = None

    async def _ready(self) -> Handle:
        if self._subject is None:
            product = self._product
            made = product.subject
            if product.makes:
                given = {**product.arguments, **_chosen(product.beside, self._values)}
                made = await self._limited(partial(product.subject, **given), product.on_loop)
            self._subject = self._agents.talk(made, self._talk_values, shared=product.agent)
            self._is_talk = self._subject is not made
            if product.makes or product.agent:
                self._handle = product.handle_of(self._subject)
        assert self._handle is not None
        return self._handle

    async def _answer(self, call: Callable[[], Any], inline: bool) -> Reply:
        answer = await self._limited(call, inline)
        with ProductCode():  # reading a product's own mapping or model is its code again
            return from_answer(answer)

    async def _limited(self, call: Callable[[], Any], inline: bool) -> Any:
        if self._timeout_s is None:
            return await self._call(call, inline)
        try:
            async with asyncio.timeout(self._timeout_s):
                return await self._call(call, inline)
        except TimeoutError as error:  # never the product's own, which came as Crashed
            raise Timeout(f"no answer within {self._timeout_s:g} s") from error

    async def _call(self, call: Callable[[], Any], inline: bool) -> Any:
        if not inline and self._worker is None:
            self._worker = self._workers.take()
        with ProductCode():
            answer = call() if inline or self._worker is None else (await self._worker.call(call)).result()
            return await answer if inspect.isawaitable(answer) else answer

    def _remember(self, role: str, text: str) -> None:
        if self._handle is not None and self._handle.shape.takes == "history" and (text or role == "user"):
            self._history.append({"role": role, "content": text})


def _chosen(beside: Mapping[str, str], values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: values[value] for name, value in beside.items()}
