"""A run's budget in tokens and USD, shared by all its conversations."""

from __future__ import annotations

from dataclasses import dataclass

from prebeta.core.errors import BudgetSpent


@dataclass(frozen=True, slots=True)
class Amount:
    """What a call takes: tokens in and out together, and USD."""

    tokens: int = 0
    usd: float = 0.0


class Budget:
    """What a run may use. None: no bound.

    Before a call its likely amount is reserved, after it the true one is booked. So the bound holds to within what the
    calls in flight (one a conversation) use beyond what was likely. Once a call was refused, `refused` stays True.
    """

    def __init__(self, usd: float | None = None, tokens: int | None = None) -> None:
        self.usd, self.tokens = usd, tokens
        self.refused = False
        self._spent_tokens, self._spent_usd = 0, 0.0
        self._reserved_tokens, self._reserved_usd = 0, 0.0

    @property
    def spent(self) -> Amount:
        return Amount(self._spent_tokens, self._spent_usd)

    @property
    def reserved(self) -> Amount:
        """What calls in flight will likely take."""
        return Amount(self._reserved_tokens, max(round(self._reserved_usd, 9), 0.0))

    def reserve(self, likely: Amount) -> Reservation:
        """Room for a call; settle it in any case. Raises BudgetSpent where there is none."""
        if self.tokens is not None and self._spent_tokens + self._reserved_tokens + likely.tokens > self.tokens:
            raise self._refusal(
                f"the budget of {self.tokens} tokens can't pay for a call of about {likely.tokens}: "
                f"{self._spent_tokens} are used, {self._reserved_tokens} reserved by calls in flight"
            )
        if self.usd is not None and self._spent_usd + self._reserved_usd + likely.usd > self.usd:
            raise self._refusal(
                f"the budget of ${self.usd:g} can't pay for a call of about ${likely.usd:.2g}: "
                f"${self._spent_usd:.4g} is spent, ${self.reserved.usd:.4g} reserved by calls in flight"
            )
        self._reserved_tokens += likely.tokens
        self._reserved_usd += likely.usd
        return Reservation(self, likely)

    def settle(self, likely: Amount, used: Amount) -> None:
        """Replace a reservation by what was used."""
        self._reserved_tokens -= likely.tokens
        self._reserved_usd -= likely.usd
        self._spent_tokens += used.tokens
        self._spent_usd += used.usd

    def _refusal(self, text: str) -> BudgetSpent:
        self.refused = True
        return BudgetSpent(text)


class Reservation:
    """Room in a budget for one call. Settled once; later settling does nothing."""

    __slots__ = ("_budget", "_likely", "_open")

    def __init__(self, budget: Budget, likely: Amount) -> None:
        self._budget, self._likely, self._open = budget, likely, True

    def settle(self, used: Amount) -> None:
        if self._open:
            self._open = False
            self._budget.settle(self._likely, used)
