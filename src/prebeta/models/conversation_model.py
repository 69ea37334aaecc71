"""A model in the hands of one conversation: its cache keys, its usage."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from prebeta.core.errors import ModelError
from prebeta.core.protocols import Completion, ModelRequest
from prebeta.models.cache import Cache, base_of, key_of
from prebeta.models.endpoint import Endpoint
from prebeta.models.usage import Ledger, Usage

_SHOWN = 80


@dataclass(frozen=True, slots=True)
class Shared:
    """What the conversations of a run share of one model.

    `identity` is what the cache tells models apart by; `temperature` and `max_tokens` are the options' defaults.
    `under_way` holds requests that are being recorded, so that two conversations with the same get the same answer.
    """

    endpoint: Endpoint
    ledger: Ledger
    cache: Cache | None
    identity: Mapping[str, Any]
    temperature: float | None
    max_tokens: int | None
    under_way: dict[bytes, asyncio.Future[None]]


class ConversationModel:
    """A Model. The same request asked again in a conversation is another request: the cache keeps an answer for each
    time it is asked."""

    def __init__(self, shared: Shared, conversation: str) -> None:
        self._shared, self.conversation = shared, conversation
        self._asked: Counter[bytes] = Counter()

    @property
    def name(self) -> str:
        return self._shared.endpoint.name

    async def complete(self, request: ModelRequest) -> Completion:
        """The answer, from the cache where it is there. Raises ModelError, BudgetSpent; StoreError where an answer can't
        be kept."""
        shared = self._shared
        temperature = shared.temperature if request.temperature is None else request.temperature
        max_tokens = shared.max_tokens if request.max_tokens is None else request.max_tokens
        if (temperature, max_tokens) != (request.temperature, request.max_tokens):
            request = replace(request, temperature=temperature, max_tokens=max_tokens)
        if shared.cache is None:
            return await shared.endpoint.ask(request, self._book)
        base = base_of(request, shared.identity)
        nth = self._asked[base]
        self._asked[base] += 1
        try:
            return await self._kept_or_asked(request, key_of(base, nth), shared.cache)
        except BaseException:
            # It got no answer, so the next time it is asked counts for this one.
            self._asked[base] -= 1
            raise

    async def _kept_or_asked(self, request: ModelRequest, key: bytes, cache: Cache) -> Completion:
        under_way = self._shared.under_way
        while True:
            found = cache.get(key)
            if found is not None:
                self._book(Usage(cached=1))
                return found
            if cache.mode == "replay":
                raise ModelError(self._missing(request, key))
            other = under_way.get(key)
            if other is None:
                break
            await asyncio.shield(other)  # ours may be cancelled, the other's is not to be
        mine = under_way[key] = asyncio.get_running_loop().create_future()
        try:
            answer = await self._shared.endpoint.ask(request, self._book)
            kept = cache.put(key, self.name, answer)
        finally:
            del under_way[key]
            mine.set_result(None)
        return kept

    def _missing(self, request: ModelRequest, key: bytes) -> str:
        text = " ".join(request.messages[-1].text.split()) if request.messages else ""
        shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
        where = f" of conversation {self.conversation}" if self.conversation else ""
        return (
            f"model {self.name}: no recorded answer to request {key.hex()[:12]}{where} "
            f"({len(request.messages)} messages, the last one {shown!r}); record it with --cache record"
        )

    def _book(self, usage: Usage) -> None:
        self._shared.ledger.add(self.conversation, self.name, usage)
