"""The scripted model and the local server: that they say what the script says and break as they are told to."""

from __future__ import annotations

import asyncio
import re
import textwrap
import time
from typing import Any

import aiohttp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebeta.core.errors import ModelError, UsageError
from prebeta.core.protocols import Completion, Message, Model, ModelRequest
from prebeta.models import AnthropicOptions, Models, OpenAIOptions
from prebeta.models.schema import mismatch
from prebeta.testing import ModelCall, ModelFaults, ModelServer, ScriptedModel, late
from prebeta.testing.model_wires import example

SCHEMA = {"type": "object", "properties": {"ok": {"type": "boolean"}}, "required": ["ok"]}


def asked(text: str = "Hi", **more: Any) -> ModelRequest:
    return ModelRequest((Message("user", text),), **more)


async def test_a_scripted_model_says_what_is_written() -> None:
    model: Model = ScriptedModel(["one", late(0.01, "two"), Completion("three", tokens_in=3)])
    answers = [await model.complete(asked(str(n))) for n in range(4)]
    assert [answer.text for answer in answers] == ["one", "two", "three", "three"]
    assert answers[2].tokens_in == 3


async def test_a_scripted_model_may_be_a_function_and_keeps_what_it_was_asked() -> None:
    async def echo(request: ModelRequest) -> str:
        return request.messages[-1].text.upper()

    model = ScriptedModel(echo)
    assert (await model.complete(asked("loud"))).text == "LOUD"
    assert [request.messages[0].text for request in model.requests] == ["loud"]


async def test_a_scripted_model_gives_json_that_fits() -> None:
    model = ScriptedModel([{"ok": True}, '{"ok": false}', "no", {"ok": 1}, ModelError("down")])
    wanted = asked(schema=SCHEMA)
    assert [(await model.complete(wanted)).data for _ in range(2)] == [{"ok": True}, {"ok": False}]
    for told in ("isn't JSON", r"\$\.ok should be of type boolean", "^down$"):
        with pytest.raises(ModelError, match=told):
            await model.complete(wanted)


@pytest.mark.parametrize("answers", ["a text", []])
def test_answers_that_are_none(answers: Any) -> None:
    with pytest.raises(UsageError, match="as a list with at least one"):
        ScriptedModel(answers)


async def test_the_server_counts_what_it_does() -> None:
    faults = ModelFaults(rate_limited=0.2, overloaded=0.1, server_errors=0.1, broken_json=0.1, cut=0.1, seed=11)
    async with ModelServer(faults=faults) as server, aiohttp.ClientSession() as session:
        seen: dict[str, int] = {}
        for _ in range(400):
            kind = await _raw(session, server.url, {"model": "m", "messages": [{"role": "user", "content": "Hi"}]})
            seen[kind] = seen.get(kind, 0) + 1
        assert len(server.calls) == sum(seen.values()) == 400
        counts = server.counts
        assert seen == {
            "200": counts["answered"],
            "429": counts["rate_limited"],
            "529": counts["overloaded"],
            "500": counts["server_errors"],
            "broken": counts["broken_json"],
            "cut": counts["cut"],
        }
        assert 50 < counts["rate_limited"] < 110
        assert all(20 < counts[name] < 65 for name in ("overloaded", "server_errors", "broken_json", "cut"))


async def _raw(session: aiohttp.ClientSession, url: str, body: Any) -> str:
    try:
        async with session.post(f"{url}/chat/completions", json=body) as response:
            if response.status == 429:
                assert response.headers["Retry-After"] == "0"
            await response.json()
            return str(response.status)
    except aiohttp.ClientPayloadError:
        return "cut"
    except ValueError:
        return "broken"


async def test_the_same_seed_breaks_the_same_calls() -> None:
    async def pattern() -> list[str]:
        faults = ModelFaults(server_errors=0.5, seed=4)
        async with ModelServer(faults=faults) as server, aiohttp.ClientSession() as session:
            body = {"model": "m", "messages": [{"role": "user", "content": "Hi"}]}
            return [await _raw(session, server.url, body) for _ in range(30)]

    first = await pattern()
    assert first == await pattern()
    assert set(first) == {"200", "500"}


async def test_latency_is_for_each_call_alone() -> None:
    async with (
        ModelServer(faults=ModelFaults(latency_s=0.2)) as server,
        Models({"m": OpenAIOptions(url=server.url, model="any")}) as models,
    ):
        begun = time.monotonic()
        await asyncio.gather(*(models.of("m").complete(asked(str(n))) for n in range(50)))
    assert 0.2 <= time.monotonic() - begun < 1.5


async def test_a_key_is_asked_for() -> None:
    async with ModelServer(key="sk-1") as server:
        for kind in (OpenAIOptions, AnthropicOptions):
            async with Models({"m": kind(url=server.url, model="any", key="sk-1")}) as models:
                assert (await models.of("m").complete(asked())).text == "OK."
            async with Models({"m": kind(url=server.url, model="any")}) as models:
                with pytest.raises(ModelError, match=r"401 Incorrect API key provided \(give key: "):
                    await models.of("m").complete(asked())
        assert server.counts == {"answered": 2, "refused": 2}


async def test_a_list_of_answers_goes_to_answered_calls_only() -> None:
    answers = [f"{n}" for n in range(5)]
    async with (
        ModelServer(answers, ModelFaults(cut=0.4, server_errors=0.2, seed=1)) as server,
        Models({"m": OpenAIOptions(url=server.url, model="any", attempts=30)}) as models,
    ):
        assert [(await models.of("m").complete(asked())).text for _ in range(5)] == answers


async def test_what_is_no_request_is_refused() -> None:
    async with ModelServer() as server, aiohttp.ClientSession() as session:
        for body in (b"{", b"[]", b'{"messages": []}', b'{"messages": [{"role": "user", "content": "a"}]}'):
            async with session.post(f"{server.url}/chat/completions", data=body) as response:
                assert response.status == 400
        good = {"model": "m", "messages": [{"role": "user", "content": "a"}]}
        async with session.post(f"{server.url}/messages", json=good) as response:
            assert "max_tokens" in (await response.json())["error"]["message"]
        async with session.get(f"{server.url}/elsewhere") as response:
            assert response.status == 404


async def test_a_function_of_the_call_answers() -> None:
    async def answer(call: ModelCall) -> Any:
        return {"ok": call.wire == "anthropic"} if call.schema else f"{call.wire}: {call.text}"

    async with ModelServer(answer) as server:
        for kind, wire in ((OpenAIOptions, "openai"), (AnthropicOptions, "anthropic")):
            async with Models({"m": kind(url=server.url, model="any")}) as models:
                assert (await models.of("m").complete(asked("Hi"))).text == f"{wire}: Hi"
                assert (await models.of("m").complete(asked(schema=SCHEMA))).data == {"ok": wire == "anthropic"}


_schemas = st.recursive(
    st.sampled_from(
        [{"type": "string", "minLength": 3}, {"type": "integer", "minimum": 4}, {"type": "null"}, {"enum": ["a"]},
         {"type": "boolean"}, {"const": 7}, {"type": ["number", "null"]}]
    ),
    lambda inner: st.one_of(
        inner.map(lambda of: {"type": "array", "items": of, "minItems": 2}),
        inner.map(lambda of: {"anyOf": [of, {"type": "null"}]}),
        st.dictionaries(st.sampled_from("abc"), inner, max_size=3).map(
            lambda of: {"type": "object", "properties": of, "required": list(of), "additionalProperties": False}
        ),
    ),
    max_leaves=8,
)  # fmt: skip


@given(_schemas)
def test_the_example_of_a_schema_fits_it(schema: Any) -> None:
    assert mismatch(example(schema), schema) is None


async def test_the_example_in_the_docstring_has_names_that_exist() -> None:
    """Its code runs as it stands, with the project left out."""
    assert ModelServer.__doc__ is not None
    example_of = ModelServer.__doc__.partition("In a test:\n")[2]
    lines = [line for line in textwrap.dedent(example_of).strip().splitlines() if "Project(" not in line]
    lines = [line.replace("…", "await one_call(server.url)") for line in lines]
    body = textwrap.indent("\n".join(lines), "    ")
    names: dict[str, Any] = {"ModelServer": ModelServer, "ModelFaults": ModelFaults, "one_call": _one_call}
    exec(f"async def example():\n{body}", names)
    assert re.search("async with ModelServer", body)
    await names["example"]()


async def _one_call(url: str) -> None:
    async with Models({"m": OpenAIOptions(url=url, model="any")}) as models:
        assert (await models.of("m").complete(asked())).text == "Hello, I need a table."
