"""The key reaches the provider and nothing else: no error, log, cache, representation or exception behind an error."""

from __future__ import annotations

import gc
import logging
import traceback
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from model_provider import SCHEMA, asked, chat, provider, unused_url
from pydantic import ValidationError

from prebeta.core.errors import ModelError
from prebeta.models import AnthropicOptions, Cache, Models, OpenAIOptions, RunTerms, model_options
from prebeta.testing import ModelServer

KEY = "sk-very-secret-0123456789"
HEADER = "tenant-secret-987"


def chain(error: BaseException) -> Iterator[BaseException]:
    """The error and all that hang on to it, suppressed or not."""
    seen: list[BaseException] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is not None and one not in seen:
            seen.append(one)
            waiting += [one.__cause__, one.__context__]
    return iter(seen)


def contents(folder: Path) -> list[bytes]:
    return [file.read_bytes() for file in folder.iterdir()]


def holds(thing: object) -> bool:
    texts = [repr(thing), str(thing)]
    if isinstance(thing, BaseException):
        texts += traceback.format_exception(thing)
        texts += [repr(value) for each in chain(thing) for value in (each, each.args, vars(each))]
    return any(secret in text for text in texts for secret in (KEY, HEADER))


def test_a_leak_would_be_seen() -> None:
    error = ModelError("clean")
    error.__context__ = ValueError(f"a {KEY}")
    assert holds(error)
    assert not holds(ModelError("clean"))


@pytest.mark.parametrize("kind", [OpenAIOptions, AnthropicOptions])
@pytest.mark.parametrize("stream", [False, True])
async def test_the_key_is_sent_and_kept_nowhere(
    kind: type[Any], stream: bool, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with ModelServer(["Hello"], key=KEY) as server:
        options = kind(url=server.url, model="any", key=KEY, headers={"X-Tenant": HEADER}, stream=stream)
        async with Models({"m": options}, RunTerms(cache=Cache(tmp_path / "a.db", "record"))) as models:
            assert (await models.of("m", "c1").complete(asked())).text == "Hello"
            files = contents(tmp_path)
            assert len(files) >= 1
            assert not any(secret.encode() in kept for kept in files for secret in (KEY, HEADER))
            assert not any(map(holds, (options, models, models.of("m"), models.endpoint("m"), models.ledger)))
            assert KEY not in options.model_dump_json()
            assert KEY not in str(options.model_dump())
    assert KEY not in (tmp_path / "a.db").read_bytes().decode("latin-1")
    assert KEY not in caplog.text
    assert HEADER not in caplog.text


async def quoting(request: web.BaseRequest) -> web.Response:
    """A provider that quotes what it refuses."""
    sent = request.headers["Authorization"]
    return web.json_response({"error": {"message": f"Incorrect: {sent} and {request.headers['X-Tenant']}"}}, status=401)


async def not_http(request: web.BaseRequest) -> web.Response:
    assert request.transport is not None
    request.transport.write(b"HTTP/1.1 twohundred OK\r\n\r\n")
    request.transport.close()
    return web.Response()


async def cut(request: web.BaseRequest) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"choices"')
    assert request.transport is not None
    request.transport.close()
    return response


async def redirect(request: web.BaseRequest) -> web.Response:
    raise web.HTTPTemporaryRedirect(f"http://h/?q={request.headers['Authorization']}")


async def misfit(_: web.BaseRequest) -> web.Response:
    return chat("no JSON")


@pytest.mark.parametrize("handler", [quoting, not_http, cut, redirect, misfit])
async def test_no_error_holds_the_key(handler: Any, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with provider(handler) as url:
        options = OpenAIOptions(url=url, model="any", key=KEY, headers={"X-Tenant": HEADER}, attempts=2)
        async with Models({"m": options}) as models:
            with pytest.raises(ModelError) as raised:
                await models.of("m").complete(asked(schema=SCHEMA))
    assert not holds(raised.value)
    assert "\n" not in str(raised.value)
    assert KEY not in caplog.text


async def test_neither_does_one_about_a_connection() -> None:
    options = OpenAIOptions(url=f"{unused_url()}?sig={KEY}", model="any", key=KEY, attempts=1)
    async with Models({"m": options}) as models:
        with pytest.raises(ModelError, match=r"^model m at http://127\.0\.0\.1:\d+/v1: nothing listens") as raised:
            await models.of("m").complete(asked())
    assert not holds(raised.value)


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "openai", "key": KEY},
        {"kind": "openai", "key": KEY, "model": "m", "colour": "red"},
        {"kind": "openai", "key": f"{KEY}\n", "model": "m"},
        {"kind": "anthropic", "key": [KEY], "model": "m"},
        {"kind": "openai", "headers": {"X-Tenant": f"{HEADER}\r\n"}, "model": "m"},
    ],
)
def test_neither_does_a_complaint_about_options(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValidationError) as raised:
        model_options(wrong)
    assert not holds(raised.value)
    gc.collect()


def test_an_empty_key_is_none() -> None:
    assert model_options({"kind": "openai", "model": "m", "key": ""}).key is None  # type: ignore[union-attr]
