"""One model behind one address: structured output, retries, limits, budget and cost around single calls."""

from __future__ import annotations

import asyncio
import json
import random
import re
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import TracebackType

from prebeta.core.errors import ModelError, UnfitAnswer
from prebeta.core.protocols import Completion, ModelRequest
from prebeta.core.types import Json
from prebeta.models import structured
from prebeta.models.budget import Amount, Budget
from prebeta.models.limits import Bucket, Window
from prebeta.models.options import ModelOptions
from prebeta.models.prices import Price
from prebeta.models.retry import Backoff
from prebeta.models.structured import Ladder
from prebeta.models.usage import Usage
from prebeta.models.wire import Answer, Caller, CallFailed

Book = Callable[[Usage], None]

_CHARACTERS_A_TOKEN = 4
_FIRST_GUESS = 256
"""Tokens of an answer, until some have come."""
_WEIGHT = 0.1
_UNHEARD_ATTEMPTS = 3
_FORMAT_REFUSED = frozenset((400, 415, 422, 500, 501))
_NOT_TAKEN = re.compile(
    r"unsupported|not support|unknown|unrecogni|unexpected|deprecated|extra |not permitted|not allowed"
)


@dataclass(frozen=True, slots=True)
class Means:
    """What an endpoint works with. `address` is for people: where it is, without credentials."""

    name: str
    address: str
    price: Price | None
    budget: Budget
    rng: random.Random
    backoff: Backoff


class Endpoint:
    """Answers requests; raises ModelError where none is to be had, BudgetSpent where it can't be paid for."""

    def __init__(self, caller: Caller, options: ModelOptions, means: Means) -> None:
        self._caller, self._means = caller, means
        clock = time.monotonic
        self._requests = Bucket(options.requests_per_minute, clock)
        self._tokens = Bucket(options.tokens_per_minute, clock)
        self._window = Window(options.concurrency, clock)
        self._ladder = Ladder(caller.rungs)
        self._without: set[str] = set()
        self._likely_out = float(_FIRST_GUESS)
        self._heard = False

    @property
    def name(self) -> str:
        return self._means.name

    @property
    def window(self) -> Window:
        return self._window

    @property
    def rung(self) -> str | None:
        """How it gives JSON that fits a schema; None before it did."""
        return self._ladder.proved

    async def open(self) -> None:
        await self._caller.open()

    async def close(self) -> None:
        await self._caller.close()

    async def ask(self, request: ModelRequest, book: Book) -> Completion:
        """The answer; each call's usage is given to `book` as it comes."""
        begun = time.perf_counter()
        if request.schema is None:
            answer, data = await self._tried(_Call(request, None, book)), None
        else:
            answer, data = await self._fitting(request, book)
        used = _usage(answer, _reckoned(request))
        price = self._means.price
        cost = None if price is None else price.of(used.tokens_in, used.tokens_out)
        seconds = time.perf_counter() - begun
        text = answer.text or (json.dumps(data) if data is not None else "")
        return Completion(text, data, used.tokens_in, used.tokens_out, cost, False, seconds, answer.whole)

    async def _fitting(self, request: ModelRequest, book: Book) -> tuple[Answer, Json]:
        """An answer whose JSON fits the schema, down the ladder, with one repair on the rung that answers in JSON."""
        assert request.schema is not None
        rungs = self._ladder.from_here(request.schema)
        for rung in rungs:
            last, proved = rung == rungs[-1], self._ladder.is_proved(rung)
            call = _Call(request, rung, book, may_step_down=not last and not proved)
            try:
                answer = await self._tried(call)
            except CallFailed as error:
                if last or error.status not in _FORMAT_REFUSED:
                    raise self._final(error) from None
                continue
            data, problem = structured.read(answer, request.schema)
            if problem is not None and not last and not proved:
                continue  # it took the format and paid no heed to it
            if problem is not None:
                again = _Call(structured.repair(request, answer, problem), rung, book)
                answer = await self._tried(again)
                data, problem = structured.read(answer, request.schema)
            if problem is None:
                self._ladder.prove(rung)
                return answer, data
            cut = "" if answer.whole else " (it was cut; give more max_tokens)"
            told = self._error(f"the answer doesn't fit the schema, also when asked again: {problem}{cut}")
            raise UnfitAnswer(str(told))
        raise self._error("no way to structured output is known")

    async def _tried(self, call: _Call) -> Answer:
        """The answer, after as many attempts as it takes and may. Raises ModelError; CallFailed where the format may be
        at fault."""
        failed = 0
        while True:
            try:
                return await self._once(call)
            except CallFailed as error:
                if self._adapt(error, call.request):
                    continue
                stepping_down = call.may_step_down and error.status in _FORMAT_REFUSED
                if stepping_down or (not error.again and call.rung is not None):
                    raise
                failed += 1
                if not error.again or failed >= self._patience(error):
                    raise self._final(error, failed) from None
                wait_s = self._means.backoff.wait_s(failed, error.retry_after_s, self._means.rng)
            await asyncio.sleep(wait_s)

    async def _once(self, call: _Call) -> Answer:
        """One call, within the limits and the budget, booked whatever becomes of it."""
        reckoned = _reckoned(call.request)
        likely_out = min(self._likely_out, call.request.max_tokens or self._likely_out)
        tokens = int(reckoned + likely_out)
        await self._window.enter()
        with _Leaving(self._window):
            await self._requests.wait(1)
            await self._tokens.wait(tokens)
            reservation = self._means.budget.reserve(self._amount(reckoned, int(likely_out)))
            sent_at, without = time.monotonic(), frozenset(self._without)
            used: Usage | None = None
            try:
                answer = await self._caller.call(call.request, call.rung, without)
                used = _usage(answer, reckoned)
            except CallFailed as error:
                error.without = without
                paid = reckoned if error.paid else 0
                used = Usage(failed=1, tokens_in=paid, estimated=paid)
                self._heard = self._heard or error.status is not None or error.paid
                if error.crowded:
                    self._window.halve(sent_at)
                raise
            finally:
                if used is None:  # given up from outside: the provider has the request, and will likely charge for it
                    used = Usage(failed=1, tokens_in=reckoned, estimated=reckoned)
                reservation.settle(self._amount(used.tokens_in, used.tokens_out))
                self._tokens.correct(used.tokens - tokens)
                call.book(self._priced(used))
            self._heard = True
            self._window.grow()
            self._likely_out += _WEIGHT * (used.tokens_out - self._likely_out)
            return answer

    def _patience(self, error: CallFailed) -> int:
        """How many tries a call gets. Where nobody ever answered, the address is likely wrong: few."""
        attempts = self._means.backoff.attempts
        unheard = error.status is None and not error.paid and not self._heard
        return min(attempts, _UNHEARD_ATTEMPTS) if unheard else attempts

    def _adapt(self, error: CallFailed, request: ModelRequest) -> bool:
        """Whether the endpoint refused a parameter that we can do without, so that it is worth asking at once again.
        A call leaves out one more each time, so this ends."""
        if error.status not in (400, 422):
            return False
        for name in self._caller.parameters - error.without:
            if not getattr(request, name, True):  # it wasn't sent; what is no part of a request always is
                continue
            named = re.search(rf"['\"`]{name}['\"`]|\b{name}: ", error.detail) or f" {name} " in f" {error.detail} "
            if error.parameter == name or (named and _NOT_TAKEN.search(error.detail.lower())):
                self._without.add(name)
                return True
        return False

    def _amount(self, tokens_in: int, tokens_out: int) -> Amount:
        price = self._means.price
        return Amount(tokens_in + tokens_out, 0.0 if price is None else price.of(tokens_in, tokens_out))

    def _priced(self, used: Usage) -> Usage:
        price = self._means.price
        cost = 0.0 if price is None else price.of(used.tokens_in, used.tokens_out)
        unpriced = used.tokens if price is None else 0
        return Usage(used.calls, 0, used.failed, used.tokens_in, used.tokens_out, cost, unpriced, used.estimated)

    def _final(self, error: CallFailed, failed: int = 1) -> ModelError:
        tries = f" (gave up after {failed} tries)" if failed > 1 else ""
        return self._error(f"{error.detail}{tries}")

    def _error(self, detail: str) -> ModelError:
        return ModelError(f"model {self._means.name} at {self._means.address}: {detail}")


@dataclass(frozen=True, slots=True)
class _Call:
    """One request, by which rung of structured output, and who books it. With `may_step_down` an answer that refuses
    the format isn't tried again."""

    request: ModelRequest
    rung: str | None
    book: Book
    may_step_down: bool = False


class _Leaving(AbstractContextManager[None]):
    """Leaves the window at the end."""

    __slots__ = ("_window",)

    def __init__(self, window: Window) -> None:
        self._window = window

    def __exit__(self, _type: object, _error: BaseException | None, _trace: TracebackType | None) -> None:
        self._window.leave()


def _reckoned(request: ModelRequest) -> int:
    """About how many tokens the messages have."""
    return sum(len(message.text) for message in request.messages) // _CHARACTERS_A_TOKEN + len(request.messages) * 4


def _usage(answer: Answer, reckoned: int) -> Usage:
    tokens_in, tokens_out, estimated = answer.tokens_in, answer.tokens_out, 0
    if tokens_in is None:
        tokens_in = reckoned
        estimated += reckoned
    if tokens_out is None:
        tokens_out = max(1, len(answer.text) // _CHARACTERS_A_TOKEN)
        estimated += tokens_out
    return Usage(calls=1, tokens_in=tokens_in, tokens_out=tokens_out, estimated=estimated)
