"""What was used and what it cost, added up by conversation and by model."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Usage:
    """Calls of LLMs and what they used. Usages add.

    `calls` were answered, `cached` taken from the cache (no tokens, no cost), `failed` came to nothing and were tried
    again or given up. Tokens and cost are those of all calls, also of failed ones that were paid for. `unpriced` are
    tokens of models without a known price: where there are any, `cost_usd` is a lower bound. `estimated` are tokens
    that no provider told us, so that we reckoned them from the length of the text.
    """

    calls: int = 0
    cached: int = 0
    failed: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    cost_usd: float = 0.0
    unpriced: int = 0
    estimated: int = 0

    def __add__(self, other: Usage) -> Usage:
        return Usage(
            self.calls + other.calls,
            self.cached + other.cached,
            self.failed + other.failed,
            self.tokens_in + other.tokens_in,
            self.tokens_out + other.tokens_out,
            self.cost_usd + other.cost_usd,
            self.unpriced + other.unpriced,
            self.estimated + other.estimated,
        )

    @property
    def tokens(self) -> int:
        return self.tokens_in + self.tokens_out


class Ledger:
    """The usage of a run, kept by conversation and model."""

    def __init__(self) -> None:
        self._kept: dict[str, dict[str, Usage]] = {}

    def add(self, conversation: str, model: str, usage: Usage) -> None:
        by_model = self._kept.setdefault(conversation, {})
        known = by_model.get(model)
        by_model[model] = usage if known is None else known + usage

    def of(self, conversation: str) -> Usage:
        """All that a conversation used; nothing where it isn't known."""
        return sum(self._kept.get(conversation, {}).values(), Usage())

    def by_model(self) -> dict[str, Usage]:
        """The run's usage by the model's name."""
        found: dict[str, Usage] = {}
        for by_model in self._kept.values():
            for name, usage in by_model.items():
                found[name] = found.get(name, Usage()) + usage
        return found

    @property
    def total(self) -> Usage:
        return sum(self.by_model().values(), Usage())
