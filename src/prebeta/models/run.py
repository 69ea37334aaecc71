"""The models of a run: made from their options, opened and closed together, handed out a conversation at a time."""

from __future__ import annotations

import difflib
import random
from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from yarl import URL

from prebeta.core.errors import UsageError
from prebeta.models.anthropic import AnthropicWire
from prebeta.models.budget import Budget
from prebeta.models.cache import Cache
from prebeta.models.conversation_model import ConversationModel, Shared
from prebeta.models.endpoint import Endpoint, Means
from prebeta.models.function import FunctionCaller
from prebeta.models.openai import OpenAIWire
from prebeta.models.options import FunctionOptions, ModelOptions, OpenAIOptions
from prebeta.models.prices import Price, price_of
from prebeta.models.retry import Backoff
from prebeta.models.usage import Ledger, Usage
from prebeta.models.wire import Caller, Wire


@dataclass(frozen=True, slots=True)
class RunTerms:
    """What holds for all models of a run. `folder` is where functions are looked for; `seed` makes the waits between
    tries the same in each run; `cache` None is `--cache off`."""

    budget: Budget = field(default_factory=Budget)
    cache: Cache | None = None
    folder: Path = Path()
    seed: int = 0


class Models:
    """The LLMs of a run, by name. `async with Models(…) as models:` opens sessions and cache; all calls lie inside.

    Raises UsageError where a function isn't there, or a budget in USD meets a model without a price.
    """

    def __init__(self, options: Mapping[str, ModelOptions], terms: RunTerms | None = None) -> None:
        self._terms = terms if terms is not None else RunTerms()
        self.ledger = Ledger()
        self._shared = {name: self._made(name, each) for name, each in options.items()}
        self._handed: WeakValueDictionary[tuple[str, str], ConversationModel] = WeakValueDictionary()
        self._opened = ExitStack()

    @property
    def budget(self) -> Budget:
        return self._terms.budget

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._shared)

    async def __aenter__(self) -> Models:
        if self._terms.cache is not None:
            self._opened.enter_context(self._terms.cache)
        for shared in self._shared.values():
            await shared.endpoint.open()
        return self

    async def __aexit__(self, *_: object) -> None:
        try:
            for shared in self._shared.values():
                await shared.endpoint.close()
        finally:
            self._opened.close()

    def of(self, name: str, conversation: str = "") -> ConversationModel:
        """The model of this name for a conversation; the same one while it is in use. Raises UsageError."""
        shared = self._shared.get(name)
        if shared is None:
            near = difflib.get_close_matches(name, self._shared, n=1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(self._shared) or 'none'}"
            raise UsageError(f"there is no model {name!r} under models; {hint}")
        found = self._handed.get((name, conversation))
        if found is None:
            found = self._handed[name, conversation] = ConversationModel(shared, conversation)
        return found

    def endpoint(self, name: str) -> Endpoint:
        """The endpoint of a model, with its window of concurrency. Raises KeyError."""
        return self._shared[name].endpoint

    def usage(self, conversation: str | None = None) -> Usage:
        """What a conversation used, or the whole run."""
        return self.ledger.total if conversation is None else self.ledger.of(conversation)

    def _made(self, name: str, options: ModelOptions) -> Shared:
        terms, price = self._terms, _price(options)
        if terms.budget.usd is not None and price is None:
            raise UsageError(
                f"models.{name}: a budget in USD needs the price of {_model(options)!r}, which isn't known; "
                "give price: {in: USD, out: USD} per million tokens (0 where it costs nothing)"
            )
        address = _address(options)
        backoff = Backoff(attempts=options.attempts)
        means = Means(name, address, price, terms.budget, random.Random(f"{terms.seed}:{name}"), backoff)
        endpoint = Endpoint(_caller(options, terms.folder), options, means)
        identity = _identity(options, address)
        return Shared(endpoint, self.ledger, terms.cache, identity, options.temperature, options.max_tokens, {})


def _caller(options: ModelOptions, folder: Path) -> Caller:
    if isinstance(options, FunctionOptions):
        return FunctionCaller(options, folder)
    from prebeta.models.http import HttpCaller  # aiohttp is loaded where it is needed

    wire: Wire = OpenAIWire(options) if isinstance(options, OpenAIOptions) else AnthropicWire(options)
    return HttpCaller(wire, options)


def _model(options: ModelOptions) -> str:
    return options.name if isinstance(options, FunctionOptions) else options.model


def _price(options: ModelOptions) -> Price | None:
    if options.price is not None:
        return Price(options.price.tokens_in, options.price.tokens_out)
    return None if isinstance(options, FunctionOptions) else price_of(options.model)


def _address(options: ModelOptions) -> str:
    """Where it is, for people and for the cache: without user, password and query."""
    if isinstance(options, FunctionOptions):
        return options.name
    return str(URL(options.url).with_user(None).with_query(None).with_fragment(None))


def _identity(options: ModelOptions, address: str) -> dict[str, Any]:
    """What answers depend on beside the request. Never the key, nor headers."""
    if isinstance(options, FunctionOptions):
        return {"kind": options.kind, "url": address}
    return {"kind": options.kind, "url": address, "model": options.model, "extra": options.extra}
