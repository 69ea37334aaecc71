"""A Python function as a model."""

from __future__ import annotations

import asyncio
import contextvars
import sys
import threading
import time
from pathlib import Path
from typing import Any

import pytest
from model_provider import SCHEMA, asked

from prebeta.core.errors import ModelError, UsageError
from prebeta.core.protocols import Completion, ModelRequest
from prebeta.models import FunctionOptions, Models, RunTerms
from prebeta.models.options import model_options

GOOD = {"move": "say", "text": "Hello"}


async def ask(function: Any, request: ModelRequest | None = None, **more: Any) -> Completion:
    async with Models({"own": FunctionOptions(function=function, **more)}) as models:
        return await models.of("own").complete(request or asked())


async def test_sync_in_a_thread_and_async_on_the_loop() -> None:
    threads = []

    def blocking(messages: list[dict[str, str]]) -> str:
        threads.append(threading.current_thread())
        return f"{messages[-1]['role']}: {messages[-1]['content']}"

    async def quick(messages: list[dict[str, str]]) -> str:
        threads.append(threading.current_thread())
        return "async"

    class Client:
        async def __call__(self, messages: list[dict[str, str]]) -> str:
            threads.append(threading.current_thread())
            return "object"

    assert (await ask(blocking)).text == "user: Say hello."
    assert (await ask(quick)).text == "async"
    assert (await ask(Client())).text == "object"
    assert [thread is threading.main_thread() for thread in threads] == [False, True, True]


async def test_it_is_given_what_it_has_parameters_for() -> None:
    seen: list[dict[str, Any]] = []

    async def some(messages: list[dict[str, str]], *, temperature: float, seed: int = 0) -> str:
        seen.append({"temperature": temperature, "seed": seed})
        return "x"

    async def every(messages: list[dict[str, str]], **settings: Any) -> str:
        seen.append(settings)
        return "x"

    async def whole(request: ModelRequest) -> str:
        seen.append({"request": request})
        return "x"

    request = asked(temperature=0.5, seed=3, stop=("x",))
    for function in (some, every, whole):
        await ask(function, request, max_tokens=8)
    assert seen[0] == {"temperature": 0.5, "seed": 3}
    assert seen[1] == {"temperature": 0.5, "seed": 3, "max_tokens": 8, "schema": None, "stop": ("x",)}
    assert seen[2]["request"].max_tokens == 8


async def test_it_may_give_json_or_words_with_json_in_them() -> None:
    async def native(messages: list[dict[str, str]], schema: Any) -> Any:
        return GOOD

    async def words(messages: list[dict[str, str]]) -> str:
        assert "JSON Schema" in messages[0]["content"]
        return 'Here: {"move": "say", "text": "Hello"}'

    request = asked(schema=SCHEMA)
    assert (await ask(native, request)).data == GOOD
    assert (await ask(words, request)).data == GOOD


async def test_a_completion_tells_its_own_tokens() -> None:
    async def told(request: ModelRequest) -> Completion:
        return Completion("x", tokens_in=11, tokens_out=7)

    answer = await ask(told, price={"in": 1, "out": 2})
    assert (answer.tokens_in, answer.tokens_out, answer.cost_usd) == (11, 7, pytest.approx(25e-6))


async def test_what_it_raises_is_our_error() -> None:
    def broken(messages: list[dict[str, str]]) -> str:
        raise KeyError("no\nsuch model")

    with pytest.raises(ModelError, match=r"^model own at .*broken: it raised KeyError: 'no\\nsuch model'$"):
        await ask(broken)

    def stops(messages: list[dict[str, str]]) -> str:
        return next(iter(()))

    with pytest.raises(ModelError, match="StopIteration"):
        await ask(stops)

    async def number(messages: list[dict[str, str]]) -> Any:
        return 7

    with pytest.raises(ModelError, match="it returned a int; expected a text or a Completion"):
        await ask(number)


async def test_a_broken_connection_may_be_tried_again() -> None:
    calls = 0

    async def flaky(messages: list[dict[str, str]]) -> str:
        nonlocal calls
        calls += 1
        if calls < 3:
            raise ConnectionResetError("gone")
        return "there"

    assert (await ask(flaky, attempts=3)).text == "there"


async def test_a_mistake_is_not_tried_again() -> None:
    calls = 0

    async def wrong(messages: list[dict[str, str]]) -> str:
        nonlocal calls
        calls += 1
        raise ValueError("wrong")

    with pytest.raises(ModelError, match=r"ValueError: wrong$"):
        await ask(wrong, attempts=3)
    assert calls == 1


async def test_one_that_hangs_is_given_up_and_holds_nothing_up() -> None:
    go = threading.Event()
    begun = time.monotonic()
    with pytest.raises(ModelError, match=r"no answer within 0\.1 s"):
        await ask(lambda messages: go.wait(5) and "late", timeout_s=0.1)
    assert time.monotonic() - begun < 2
    go.set()


async def test_many_block_at_once() -> None:
    def slow(messages: list[dict[str, str]]) -> str:
        time.sleep(0.2)
        return "x"

    begun = time.monotonic()
    async with Models({"own": FunctionOptions(function=slow)}) as models:
        await asyncio.gather(*(models.of("own", f"c{n}").complete(asked(str(n))) for n in range(60)))
    assert time.monotonic() - begun < 2


async def test_the_context_goes_along() -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable")
    variable.set("here")
    assert (await ask(lambda messages: variable.get())).text == "here"


async def test_a_function_by_name(tmp_path: Path) -> None:
    (tmp_path / "own_model_of_test.py").write_text("def answer(messages):\n    return 'from the file'\n")
    try:
        async with Models({"own": model_options("own_model_of_test:answer")}, RunTerms(folder=tmp_path)) as models:
            assert (await models.of("own").complete(asked())).text == "from the file"
            assert str(tmp_path) not in sys.path
        with pytest.raises(UsageError, match="has no 'answr'; did you mean 'answer'"):
            Models({"own": model_options("own_model_of_test:answr")}, RunTerms(folder=tmp_path))
    finally:
        sys.modules.pop("own_model_of_test", None)


def test_a_shape_that_can_not_be_called_is_said_at_once() -> None:
    with pytest.raises(UsageError, match="takes no messages"):
        Models({"own": FunctionOptions(function=lambda: "x")})
    with pytest.raises(UsageError, match="demands user; known beside messages: temperature"):
        Models({"own": FunctionOptions(function=lambda messages, user: "x")})
