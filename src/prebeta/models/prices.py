"""What models cost: a small table of list prices, which a project overrides with `models.NAME.price`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

_RELEASE = re.compile(r"(?:[-@](?:\d{8}|\d{4}-\d{2}-\d{2}|latest))+$")


@dataclass(frozen=True, slots=True)
class Price:
    """USD per million tokens, read and written. Discounts (cached input, batches) are left out: it is an upper bound."""

    tokens_in: float
    tokens_out: float

    def of(self, tokens_in: int, tokens_out: int) -> float:
        """USD for so many tokens."""
        return (tokens_in * self.tokens_in + tokens_out * self.tokens_out) / 1_000_000


# The providers' published list prices, autumn 2026.
LIST_PRICES: Mapping[str, Price] = MappingProxyType(
    {
        "gpt-4o": Price(2.5, 10),
        "gpt-4o-mini": Price(0.15, 0.6),
        "gpt-4.1": Price(2, 8),
        "gpt-4.1-mini": Price(0.4, 1.6),
        "gpt-4.1-nano": Price(0.1, 0.4),
        "o4-mini": Price(1.1, 4.4),
        "gpt-5": Price(1.25, 10),
        "gpt-5-mini": Price(0.25, 2),
        "gpt-5-nano": Price(0.05, 0.4),
        "gpt-5.1": Price(1.25, 10),
        "gpt-5.2": Price(1.75, 14),
        "gpt-5.4": Price(2.5, 15),
        "gpt-5.4-mini": Price(0.75, 4.5),
        "gpt-5.4-nano": Price(0.2, 1.25),
        "gpt-5.5": Price(5, 30),
        "claude-3-5-haiku": Price(0.8, 4),
        "claude-haiku-4-5": Price(1, 5),
        "claude-sonnet-4": Price(3, 15),
        "claude-sonnet-4-5": Price(3, 15),
        "claude-sonnet-4-6": Price(3, 15),
        "claude-sonnet-5": Price(2, 10),
        "claude-sonnet-5-5": Price(2, 10),
        "claude-opus-4": Price(15, 75),
        "claude-opus-4-1": Price(15, 75),
        "claude-opus-4-5": Price(5, 25),
        "claude-opus-4-6": Price(5, 25),
        "claude-opus-4-7": Price(5, 25),
        "claude-opus-4-8": Price(5, 25),
        "claude-opus-5": Price(5, 25),
    }
)


def price_of(model: str) -> Price | None:
    """The list price of a model, also of a dated release of it (gpt-4o-mini-2024-07-18); None where it isn't known."""
    return LIST_PRICES.get(_RELEASE.sub("", model.lower()))
