"""Calls over real connections: what is tried again, what isn't, how long is waited, and what an error says."""

from __future__ import annotations

import asyncio
import json
import random
import time
from email.utils import formatdate
from typing import Any

import pytest
from aiohttp import web
from hypothesis import given
from hypothesis import strategies as st
from model_provider import asked, chat, provider, unused_url

from prebeta.core.errors import ModelError, PrebetaError
from prebeta.core.protocols import Completion, ModelRequest
from prebeta.models import AnthropicOptions, Models, OpenAIOptions
from prebeta.models.options import HttpOptions
from prebeta.models.retry import Backoff, retry_after_s
from prebeta.testing import ModelCall, ModelFaults, ModelServer

KINDS: list[tuple[type[Any], bool]] = [
    (OpenAIOptions, False),
    (OpenAIOptions, True),
    (AnthropicOptions, False),
    (AnthropicOptions, True),
]
IDS = ["openai", "openai-stream", "anthropic", "anthropic-stream"]


async def ask(options: HttpOptions, request: ModelRequest | None = None) -> Completion:
    async with Models({"fast": options}) as models:
        return await models.of("fast").complete(request or asked())


@pytest.mark.parametrize(("kind", "stream"), KINDS, ids=IDS)
async def test_an_answer_and_its_tokens(kind: type[Any], stream: bool) -> None:
    async with ModelServer(["Ünïcode: I'd like a table for two — tonight, please. 🙂"]) as server:
        answer = await ask(kind(url=server.url, model="gpt-4o-mini", stream=stream))
        assert answer.text == "Ünïcode: I'd like a table for two — tonight, please. 🙂"
        assert answer.tokens_in + answer.tokens_out == server.tokens
        assert answer.cost_usd == pytest.approx((answer.tokens_in * 0.15 + answer.tokens_out * 0.6) / 1e6)
        assert (answer.cached, answer.whole, len(server.calls)) == (False, True, 1)
        assert server.calls[0].text == "Say hello."
        assert server.calls[0].stream is stream


@pytest.mark.parametrize(("kind", "stream"), KINDS, ids=IDS)
@pytest.mark.parametrize("fault", ["rate_limited", "overloaded", "server_errors", "broken_json", "cut"])
async def test_what_passes_is_tried_again(kind: type[Any], stream: bool, fault: str) -> None:
    shares: dict[str, Any] = {fault: 0.5}
    async with ModelServer(lambda call: f"to {call.text}", ModelFaults(seed=3, **shares)) as server:
        options = kind(url=server.url, model="any", stream=stream, attempts=30)
        async with Models({"fast": options}) as models:
            model = models.of("fast")
            answers = await asyncio.gather(*(model.complete(asked(f"{n}")) for n in range(12)))
            assert [answer.text for answer in answers] == [f"to {n}" for n in range(12)]
            assert server.counts["answered"] == 12
            assert server.counts[fault] > 2
            usage = models.usage()
            assert (usage.calls, usage.failed) == (12, server.counts[fault])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 413])
async def test_what_stays_wrong_is_not_tried_again(status: int) -> None:
    calls = 0

    async def refuse(_: web.BaseRequest) -> web.Response:
        nonlocal calls
        calls += 1
        return web.json_response({"error": {"message": "it is\nwrong"}}, status=status)

    async with provider(refuse) as url:
        with pytest.raises(ModelError, match=f"^model fast at {url}: {status} it is wrong") as raised:
            await ask(OpenAIOptions(url=url, model="any"))
    assert calls == 1
    assert "\n" not in str(raised.value)
    assert ("key" in str(raised.value)) is (status in (401, 403))


async def test_no_money_left_is_not_tried_again() -> None:
    calls = 0

    async def refuse(_: web.BaseRequest) -> web.Response:
        nonlocal calls
        calls += 1
        return web.json_response({"error": {"message": "quota", "code": "insufficient_quota"}}, status=429)

    async with provider(refuse) as url:
        with pytest.raises(ModelError, match="429 quota"):
            await ask(OpenAIOptions(url=url, model="any"))
    assert calls == 1


async def test_tries_are_bounded() -> None:
    async with ModelServer(faults=ModelFaults(server_errors=1.0)) as server:
        with pytest.raises(ModelError, match=r"500 server errors \(gave up after 3 tries\)"):
            await ask(OpenAIOptions(url=server.url, model="any", attempts=3))
        assert server.counts["server_errors"] == 3


async def test_retry_after_is_waited_for() -> None:
    times: list[float] = []

    async def once_too_many(_: web.BaseRequest) -> web.Response:
        times.append(time.monotonic())
        if len(times) == 1:
            return web.json_response({}, status=429, headers={"Retry-After": "0.6"})
        return chat("Hello")

    async with provider(once_too_many) as url:
        await ask(OpenAIOptions(url=url, model="any"))
    assert 0.6 <= times[1] - times[0] < 2.0


def test_how_retry_after_is_read() -> None:
    now = 1_700_000_000.0
    assert retry_after_s({"Retry-After": "7"}, now) == 7
    assert retry_after_s({"Retry-After": formatdate(now + 30, usegmt=True)}, now) == 30
    assert retry_after_s({"Retry-After": formatdate(now - 30, usegmt=True)}, now) == 0
    assert retry_after_s({"retry-after-ms": "250", "Retry-After": "1"}, now) == 0.25
    assert [retry_after_s({"Retry-After": text}, now) for text in ("soon", "nan", "inf", "")] == [None] * 4
    assert retry_after_s({}, now) is None


@given(st.integers(1, 40), st.one_of(st.none(), st.floats(0, 1e6)), st.integers(0, 99))
def test_waits_are_bounded(failed: int, told: float | None, seed: int) -> None:
    backoff = Backoff()
    wait = backoff.wait_s(failed, told, random.Random(seed))
    if told is None:
        assert 0 <= wait <= min(backoff.most_s, backoff.first_s * 2 ** (failed - 1))
    else:
        assert min(told, backoff.most_told_s) <= wait <= backoff.most_told_s + 1


def test_jitter_is_full() -> None:
    waits = [Backoff().wait_s(7, None, random.Random(seed)) for seed in range(200)]
    assert min(waits) < 1
    assert max(waits) > 9


@pytest.mark.parametrize("stream", [False, True])
async def test_an_answer_has_its_time(stream: bool) -> None:
    async with ModelServer(faults=ModelFaults(latency_s=5)) as server:
        begun = time.monotonic()
        with pytest.raises(ModelError, match=r"no answer within 0\.2 s \(gave up after 2 tries\)"):
            await ask(OpenAIOptions(url=server.url, model="any", timeout_s=0.2, attempts=2, stream=stream))
        assert time.monotonic() - begun < 2


async def test_a_stream_must_begin_in_time_and_may_then_take_longer() -> None:
    slow_start = 0.0

    async def stream(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        await response.write(b": keep-alive\n\n")
        await asyncio.sleep(slow_start)
        for word in ("Hel", "lo"):
            await response.write(b'data: {"choices":[{"delta":{"content":"%s"}}]}\n\n' % word.encode())
            await asyncio.sleep(0.3)
        await response.write(b"data: [DONE]\n\n")
        return response

    async with provider(stream) as url:
        options = OpenAIOptions(url=url, model="any", stream=True, first_token_timeout_s=0.2, attempts=1)
        answer = await ask(options)
        assert answer.text == "Hello"
        assert answer.latency_s > 0.5
        slow_start = 0.5
        with pytest.raises(ModelError, match=r"no answer begun in 0\.2 s"):
            await ask(options)


async def test_nobody_there_is_told_soon() -> None:
    url = unused_url()
    begun = time.monotonic()
    with pytest.raises(ModelError, match=r"nothing listens at 127\.0\.0\.1:\d+ \(gave up after 3 tries\)"):
        await ask(OpenAIOptions(url=url, model="any"))
    assert time.monotonic() - begun < 3


async def test_a_redirect_is_not_followed_with_the_key() -> None:
    async def elsewhere(_: web.BaseRequest) -> web.Response:
        raise web.HTTPFound("http://elsewhere.example/v1")

    async with provider(elsewhere) as url:
        with pytest.raises(ModelError, match=r"redirects to http://elsewhere\.example/v1; put that address into url"):
            await ask(OpenAIOptions(url=url, model="any"))


async def test_an_error_in_a_good_answer_counts_as_one() -> None:
    calls = 0

    async def gateway(_: web.BaseRequest) -> web.Response:
        nonlocal calls
        calls += 1
        code = 502 if calls == 1 else 403
        return web.json_response({"error": {"message": f"upstream {code}", "code": code}})

    async with provider(gateway) as url:
        with pytest.raises(ModelError, match="403 upstream 403"):
            await ask(OpenAIOptions(url=url, model="any"))
    assert calls == 2


async def test_a_server_that_does_not_stream_is_understood() -> None:
    async def whole(_: web.BaseRequest) -> web.Response:
        return chat("Hello")

    async with provider(whole) as url:
        assert (await ask(OpenAIOptions(url=url, model="any", stream=True))).text == "Hello"


async def test_an_overload_in_the_middle_of_a_stream_halves_the_window() -> None:
    calls = 0

    async def overloaded(request: web.BaseRequest) -> web.StreamResponse:
        nonlocal calls
        calls += 1
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        start = 'event: message_start\ndata: {"type":"message_start","message":{"usage":{"input_tokens":4}}}\n\n'
        error = 'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n'
        good = (
            'data: {"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"Hi"}}\n\n'
            'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}\n\n'
            'data: {"type":"message_stop"}\n\n'
        )
        await response.write((start + (error if calls == 1 else good)).encode())
        return response

    async with provider(overloaded) as url:
        options = AnthropicOptions(url=url, model="any", stream=True, concurrency=8)
        async with Models({"fast": options}) as models:
            answer = await models.of("fast").complete(asked())
            assert (answer.text, answer.tokens_in, answer.tokens_out) == ("Hi", 4, 2)
            assert models.endpoint("fast").window.width < 8


@pytest.mark.parametrize(
    ("refused", "sent"),
    [("max_tokens", {"max_completion_tokens": 50}), ("temperature", {"max_tokens": 50}), ("seed", {"seed": None})],
)
async def test_a_parameter_that_is_refused_is_given_up(refused: str, sent: dict[str, Any]) -> None:
    async with ModelServer(faults=ModelFaults(refuses={refused: 400})) as server:
        async with Models({"fast": OpenAIOptions(url=server.url, model="any")}) as models:
            for _ in range(3):
                await models.of("fast").complete(asked(temperature=0.3, seed=1, max_tokens=50))
        assert server.counts == {"refused": 1, "answered": 3}  # remembered
        body = server.calls[-1].body
        assert refused not in body
        assert all(body.get(name) == value for name, value in sent.items())


async def test_a_parameter_that_many_are_refused_for_at_once_is_given_up_by_all() -> None:
    async with ModelServer(faults=ModelFaults(refuses={"temperature": 400, "seed": 422}, latency_s=0.02)) as server:
        async with Models({"fast": OpenAIOptions(url=server.url, model="any")}) as models:
            calls = (models.of("fast", f"c{n}").complete(asked(temperature=0.3, seed=1)) for n in range(40))
            assert [answer.text for answer in await asyncio.gather(*calls)] == ["OK."] * 40
        assert server.counts["refused"] <= 80


async def test_a_parameter_refused_for_ever_is_an_error_in_the_end() -> None:
    calls = 0

    async def refuse(_: web.BaseRequest) -> web.Response:
        nonlocal calls
        calls += 1
        return web.json_response(
            {"error": {"message": "Unsupported: 'temperature'", "param": "temperature"}}, status=400
        )

    async with provider(refuse) as url:
        with pytest.raises(ModelError, match="400 Unsupported: 'temperature'"):
            await ask(OpenAIOptions(url=url, model="any"), asked(temperature=0.3))
    assert calls == 2


async def test_an_error_in_a_stream_is_tried_again_or_told() -> None:
    errors = [{"message": "upstream is busy"}, {"message": "you may not", "code": 403}]

    async def failing(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        start = {"choices": [{"delta": {"content": "Hel"}, "finish_reason": None}]}
        for each in (start, {"error": errors.pop(0)}):
            await response.write(f"data: {json.dumps(each)}\n\n".encode())
        return response

    async with provider(failing) as url:
        with pytest.raises(ModelError, match="403 you may not"):
            await ask(OpenAIOptions(url=url, model="any", stream=True))
    assert not errors


async def test_a_refused_value_is_not_taken_for_a_refused_parameter() -> None:
    async def refuse(_: web.BaseRequest) -> web.Response:
        return web.json_response({"error": {"message": "The model `any` does not exist", "param": "model"}}, status=400)

    async with provider(refuse) as url:
        with pytest.raises(ModelError, match="400 The model `any` does not exist"):
            await ask(OpenAIOptions(url=url, model="any"), asked(temperature=0.3))


async def test_a_crowded_endpoint_is_given_room() -> None:
    """A server that bears five at a time and says so to all others: the window comes down to about that."""
    inside, widths = 0, []

    async def five_at_a_time(_: web.BaseRequest) -> web.Response:
        nonlocal inside
        widths.append(models.endpoint("fast").window.width)
        if inside >= 5:
            return web.json_response({}, status=429, headers={"Retry-After": "0"})
        inside += 1
        await asyncio.sleep(0.02)
        inside -= 1
        return chat("Hello")

    async def converse(name: str) -> None:
        for _ in range(8):
            await models.of("fast", name).complete(asked())

    async with provider(five_at_a_time) as url:
        options = OpenAIOptions(url=url, model="any", attempts=100)
        async with Models({"fast": options}) as models:
            await asyncio.gather(*(converse(f"c{n}") for n in range(32)))
            assert models.usage().calls == 256
    assert widths[0] == 1000
    assert sorted(widths)[len(widths) // 2] <= 16


async def test_limits_of_requests_hold() -> None:
    async with ModelServer() as server:
        options = OpenAIOptions(url=server.url, model="any", requests_per_minute=600)  # 10 at once, then 10 a second
        begun = time.monotonic()
        async with Models({"fast": options}) as models:
            await asyncio.gather(*(models.of("fast").complete(asked()) for _ in range(15)))
        assert 0.4 < time.monotonic() - begun < 3


async def test_limits_of_tokens_hold() -> None:
    async def told(call: ModelCall) -> str:
        return "x" * 400  # 100 tokens

    async with ModelServer(told) as server:
        options = OpenAIOptions(url=server.url, model="any", tokens_per_minute=12_000, max_tokens=101)
        begun = time.monotonic()
        async with Models({"fast": options}) as models:
            await asyncio.gather(*(models.of("fast").complete(asked()) for _ in range(5)))
        # 200 at once and then 200 a second; each call takes about 119.
        assert time.monotonic() - begun > 1.0


async def test_an_answer_longer_than_thought_is_made_up_for() -> None:
    async with ModelServer(["x" * 8000]) as server:  # 2,000 tokens, where 256 are a first guess
        options = OpenAIOptions(url=server.url, model="any", tokens_per_minute=60_000)
        async with Models({"fast": options}) as models:
            begun = time.monotonic()
            await models.of("fast").complete(asked())
            assert time.monotonic() - begun < 0.5
            await models.of("fast").complete(asked())
            assert time.monotonic() - begun > 1.0


@pytest.mark.parametrize("stream", [False, True])
async def test_cancelling_leaves_nothing_behind(stream: bool) -> None:
    async with ModelServer(faults=ModelFaults(latency_s=0.2)) as server:
        options = OpenAIOptions(url=server.url, model="any", concurrency=3, stream=stream)
        async with Models({"fast": options}) as models:
            model = models.of("fast", "c1")
            tasks = [asyncio.create_task(model.complete(asked(str(n)))) for n in range(12)]
            await asyncio.sleep(0.05)
            for task in tasks[:6]:
                task.cancel()
            done = await asyncio.gather(*tasks, return_exceptions=True)
            assert [type(each) for each in done] == [asyncio.CancelledError] * 6 + [Completion] * 6
            assert models.endpoint("fast").window.inside == 0
            assert models.budget.reserved.tokens == 0
            # The three that were under way are booked: the provider has them.
            assert (models.usage("c1").calls, models.usage("c1").failed) == (6, 3)


async def test_all_errors_are_of_our_tree() -> None:
    async def odd(request: web.BaseRequest) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(b"HTTP/1.1 200 OK\r\nContent-Length: nonsense\r\n\r\n")
        request.transport.close()
        return web.Response()

    async with provider(odd) as url:
        with pytest.raises(PrebetaError, match="the connection broke off"):
            await ask(OpenAIOptions(url=url, model="any", attempts=2))
