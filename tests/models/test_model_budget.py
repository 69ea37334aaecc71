"""The budget holds, usage adds up, and what costs nothing known is said to."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_provider import asked

from prebeta.core.errors import BudgetSpent, HarnessError, PrebetaError, UsageError
from prebeta.models import Amount, Budget, FunctionOptions, Ledger, Models, OpenAIOptions, RunTerms, Usage, price_of
from prebeta.testing import ModelCall, ModelFaults, ModelServer


@pytest.mark.parametrize(
    "faults", [ModelFaults(), ModelFaults(rate_limited=0.2, cut=0.05, broken_json=0.02, seed=5)], ids=["well", "faulty"]
)
@pytest.mark.parametrize("bound", ["tokens", "usd"])
async def test_a_budget_holds_to_within_one_call_a_conversation(bound: str, faults: ModelFaults) -> None:
    """Answers of very different lengths, so that what a call takes is hard to guess."""

    def talk(call: ModelCall) -> str:
        return "x" * (4 * (hash_of(call.text) % 200))

    longest = 250  # tokens of one call
    budget = Budget(tokens=60_000) if bound == "tokens" else Budget(usd=0.03)
    async with ModelServer(talk, faults) as server:
        options = OpenAIOptions(url=server.url, model="gpt-4o-mini", attempts=30)
        async with Models({"m": options}, RunTerms(budget=budget)) as models:

            async def converse(name: str) -> int:
                done = 0
                try:
                    while True:
                        await models.of("m", name).complete(asked(f"{name} {done}"))
                        done += 1
                except BudgetSpent:
                    return done

            async with asyncio.timeout(60):
                done = await asyncio.gather(*(converse(f"c{n}") for n in range(100)))
            usage = models.usage()
        assert budget.refused
        assert budget.reserved == Amount(0, pytest.approx(0, abs=1e-9))
        assert usage.calls == sum(done) == server.counts["answered"]
        assert budget.spent.tokens == usage.tokens
        assert budget.spent.usd == pytest.approx(usage.cost_usd)
        price = price_of("gpt-4o-mini")
        assert price is not None
        if bound == "tokens":
            assert 60_000 - 100 * longest < usage.tokens < 60_000 + 100 * longest
            assert abs(usage.tokens - 60_000) < 6_000  # much nearer, as overs and unders cancel out
            if faults == ModelFaults():
                assert usage.tokens == server.tokens
        else:
            assert 0.03 - 100 * price.of(50, longest) < usage.cost_usd < 0.03 + 100 * price.of(50, longest)
            assert usage.cost_usd == pytest.approx(0.03, rel=0.15)


def hash_of(text: str) -> int:
    return sum(ord(sign) * 31**place for place, sign in enumerate(text))


async def test_what_a_spent_budget_says() -> None:
    async with ModelServer() as server:
        terms = RunTerms(budget=Budget(tokens=400))
        async with Models({"m": OpenAIOptions(url=server.url, model="any")}, terms) as models:
            told = r"^the budget of 400 tokens can't pay for a call of about \d+: \d+ are used, 0 reserved by calls in flight$"

            async def until_spent() -> None:
                for number in range(100):
                    await models.of("m").complete(asked(str(number)))

            with pytest.raises(BudgetSpent, match=told) as raised:
                await until_spent()
            assert not isinstance(raised.value, HarnessError)  # nobody's fault
            assert isinstance(raised.value, PrebetaError)
            assert models.endpoint("m").window.inside == 0


@given(
    st.integers(0, 2000),
    st.lists(st.tuples(st.integers(0, 50), st.integers(0, 80), st.booleans()), max_size=60),
)
def test_a_budget_books_right_in_any_order(limit: int, calls: list[tuple[int, int, bool]]) -> None:
    budget, under_way, used = Budget(tokens=limit), [], 0
    for likely, true, at_once in calls:
        room = limit - budget.spent.tokens - budget.reserved.tokens
        try:
            reservation = budget.reserve(Amount(likely))
        except BudgetSpent:
            assert likely > room
            continue
        assert likely <= room
        used += true
        if at_once:
            reservation.settle(Amount(true))
            reservation.settle(Amount(true))  # once is enough
        else:
            under_way.append((reservation, likely, true))
        assert budget.reserved.tokens == sum(likely for _, likely, _ in under_way)
    for reservation, _, true in under_way:
        reservation.settle(Amount(true))
    assert (budget.spent.tokens, budget.reserved.tokens) == (used, 0)


async def test_a_budget_in_usd_wants_a_price() -> None:
    terms = RunTerms(budget=Budget(usd=1.0))
    with pytest.raises(
        UsageError, match=r"models\.m: a budget in USD needs the price of 'llama-any'.*give price: {in: "
    ):
        Models({"m": OpenAIOptions(url="http://h:1", model="llama-any")}, terms)
    Models({"m": OpenAIOptions(url="http://h:1", model="llama-any", price={"in": 0, "out": 0})}, terms)


async def test_a_price_of_ones_own() -> None:
    async with ModelServer() as server:
        of = OpenAIOptions(url=server.url, model="gpt-4o-mini", price={"in": 1_000_000, "out": 0})
        async with Models({"m": of}) as models:
            answer = await models.of("m").complete(asked())
    assert answer.cost_usd == answer.tokens_in


@pytest.mark.parametrize(
    ("model", "known"),
    [
        ("gpt-4o-mini", True),
        ("gpt-4o-mini-2024-07-18", True),
        ("claude-sonnet-4-5-20250929", True),
        ("claude-haiku-4-5@20251001", True),
        ("GPT-4o", True),
        ("gpt-4o-audio-preview", False),
        ("qwen3-4b", False),
    ],
)
def test_which_prices_are_known(model: str, known: bool) -> None:
    assert (price_of(model) is not None) is known


async def test_usage_adds_up_by_conversation_and_model() -> None:
    def silent(messages: list[dict[str, str]]) -> str:
        return "four tokens, or so"

    async with ModelServer() as server:
        of: dict[str, Any] = {
            "dear": OpenAIOptions(url=server.url, model="gpt-4o"),
            "own": FunctionOptions(function=silent),
        }
        async with Models(of) as models:
            for name in ("c1", "c2", "c2"):
                await models.of("dear", name).complete(asked())
            await models.of("own", "c2").complete(asked())
            assert (models.usage("c1").calls, models.usage("c2").calls, models.usage("c3").calls) == (1, 3, 0)
            by_model = models.ledger.by_model()
            assert (by_model["dear"].calls, by_model["own"].calls) == (3, 1)
            assert by_model["own"].unpriced == by_model["own"].estimated == by_model["own"].tokens > 0
            assert by_model["own"].cost_usd == 0
            assert by_model["dear"].unpriced == 0
            assert by_model["dear"].tokens == server.tokens
            assert models.usage() == by_model["dear"] + by_model["own"] == models.usage("c1") + models.usage("c2")


@given(st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from("xy"), st.integers(0, 9)), max_size=20))
def test_a_ledger_adds_in_any_order(entries: list[tuple[str, str, int]]) -> None:
    ledger, backwards = Ledger(), Ledger()
    for conversation, model, tokens in entries:
        ledger.add(conversation, model, Usage(calls=1, tokens_in=tokens))
    for conversation, model, tokens in reversed(entries):
        backwards.add(conversation, model, Usage(calls=1, tokens_in=tokens))
    assert ledger.total == backwards.total == Usage(calls=len(entries), tokens_in=sum(tokens for *_, tokens in entries))
    assert ledger.by_model() == backwards.by_model()
