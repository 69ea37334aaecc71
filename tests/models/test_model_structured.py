"""Structured output: the ladder on a real server, reading JSON out of answers, and whether it fits."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from model_provider import SCHEMA, asked

from prebeta.core.errors import ModelError
from prebeta.models import AnthropicOptions, Models, OpenAIOptions, structured
from prebeta.models.schema import mismatch
from prebeta.models.wire import Answer
from prebeta.testing import ModelCall, ModelFaults, ModelServer

GOOD = {"move": "say", "text": "Hello"}
REQUEST = asked(schema=SCHEMA)


def formats(server: ModelServer) -> list[str]:
    """By which format each call asked: json_schema, json_object, tools, or none."""
    return [next(iter(call.formats), "none") for call in server.calls]


@pytest.mark.parametrize("stream", [False, True])
@pytest.mark.parametrize("kind", [OpenAIOptions, AnthropicOptions])
async def test_the_best_way_where_it_is_taken(kind: type[Any], stream: bool) -> None:
    async with ModelServer([GOOD]) as server, Models({"m": kind(url=server.url, model="any", stream=stream)}) as models:
        answer = await models.of("m").complete(REQUEST)
        assert answer.data == GOOD
        assert '"Hello"' in answer.text
        assert formats(server) == ["json_schema" if kind is OpenAIOptions else "tools"]


@pytest.mark.parametrize("status", [400, 422, 500])
async def test_a_refused_format_steps_down_once_and_is_remembered(status: int) -> None:
    faults = ModelFaults(refuses={"json_schema": status})
    async with ModelServer([GOOD], faults) as server:
        async with Models({"m": OpenAIOptions(url=server.url, model="any")}) as models:
            for _ in range(3):
                assert (await models.of("m").complete(REQUEST)).data == GOOD
        assert formats(server) == ["json_schema", "json_object", "json_object", "json_object"]
        assert server.calls[-1].schema == SCHEMA
        assert "JSON Schema" in server.calls[-1].messages[0].text


async def test_down_to_the_prompt() -> None:
    faults = ModelFaults(refuses={"json_schema": 500, "json_object": 400})
    async with ModelServer([f"Sure! Here it is:\n```json\n{json.dumps(GOOD)}\n```"], faults) as server:
        async with Models({"m": OpenAIOptions(url=server.url, model="any")}) as models:
            for _ in range(2):
                assert (await models.of("m").complete(REQUEST)).data == GOOD
        assert formats(server) == ["json_schema", "json_object", "json_object", "none", "none"]


async def test_anthropic_steps_down_to_the_prompt() -> None:
    async with ModelServer([GOOD], ModelFaults(refuses={"tools": 400})) as server:
        async with Models({"m": AnthropicOptions(url=server.url, model="any")}) as models:
            for _ in range(2):
                assert (await models.of("m").complete(REQUEST)).data == GOOD
        assert formats(server) == ["tools", "none", "none"]


async def test_a_format_that_is_not_heeded_steps_down_too() -> None:
    faults = ModelFaults(deaf=("json_schema", "json_object"))
    async with (
        ModelServer([GOOD], faults) as server,
        Models({"m": OpenAIOptions(url=server.url, model="any")}) as models,
    ):
        assert (await models.of("m").complete(REQUEST)).data == GOOD
        assert formats(server)[-1] == "none"


async def test_a_proved_format_is_not_given_up_for_a_passing_500() -> None:
    calls = 0

    async def flaky(call: ModelCall) -> Any:
        nonlocal calls
        calls += 1
        return GOOD

    async with ModelServer(flaky, ModelFaults(server_errors=0.4, seed=2)) as server:
        async with Models({"m": OpenAIOptions(url=server.url, model="any", attempts=20)}) as models:
            for _ in range(12):
                assert (await models.of("m").complete(REQUEST)).data == GOOD
        assert server.counts["server_errors"] > 2
        assert set(formats(server)) == {"json_schema"}


@pytest.mark.parametrize("kind", [OpenAIOptions, AnthropicOptions])
async def test_one_repair(kind: type[Any]) -> None:
    async with ModelServer([GOOD, {"move": "dance", "text": "x"}, GOOD]) as server:
        async with Models({"m": kind(url=server.url, model="any")}) as models:
            await models.of("m").complete(REQUEST)  # proves the format
            assert (await models.of("m").complete(REQUEST)).data == GOOD
        assert len(server.calls) == 3
        repair = server.calls[-1].messages
        assert repair[-2].role == "assistant"
        assert "dance" in repair[-2].text
        assert "$.move should be one of 'say', 'leave'" in repair[-1].text


async def test_what_is_not_mended_is_an_error() -> None:
    faults = ModelFaults(refuses={"json_schema": 400, "json_object": 400})
    told = "doesn't fit the schema, also when asked again: there is no JSON in it"
    async with (
        ModelServer(["I am sorry, I can't."], faults) as server,
        Models({"m": OpenAIOptions(url=server.url, model="any")}) as models,
    ):
        with pytest.raises(ModelError, match=told):
            await models.of("m").complete(REQUEST)
        assert models.usage().calls == 2
    assert formats(server).count("none") == 2


async def test_a_wrong_key_is_not_taken_for_a_refused_format() -> None:
    async with (
        ModelServer(key="right") as server,
        Models({"m": OpenAIOptions(url=server.url, model="any", key="wrong")}) as models,
    ):
        with pytest.raises(ModelError, match="401"):
            await models.of("m").complete(REQUEST)
    assert len(server.calls) == 1


async def test_a_schema_that_is_no_object_goes_by_the_prompt() -> None:
    async with (
        ModelServer(['["a", "b"]']) as server,
        Models({"m": OpenAIOptions(url=server.url, model="any")}) as models,
    ):
        answer = await models.of("m").complete(asked(schema={"type": "array", "items": {"type": "string"}}))
        assert answer.data == ["a", "b"]
        assert formats(server) == ["none"]


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ('{"move": "say", "text": "a"}', {"move": "say", "text": "a"}),
        ('Sure: {"move": "say", "text": "{b}"} Anything else?', {"move": "say", "text": "{b}"}),
        ('{broken} {"move": "leave", "text": ""}', {"move": "leave", "text": ""}),
        ('```\n{"move": "say", "text": "c"}\n```', {"move": "say", "text": "c"}),
        ("no", None),
        ('{"move": "say", "text": NaN}', None),
        ("[" * 100_000, None),
    ],
)
def test_json_is_found_in_what_a_model_writes(text: str, data: Any) -> None:
    assert structured.read(Answer(text), SCHEMA)[0] == data


_NESTED = {"$defs": {"node": {"type": "object", "properties": {"next": {"$ref": "#/$defs/node"}}, "required": ["v"]}}, "$ref": "#/$defs/node"}  # fmt: skip


@pytest.mark.parametrize(
    ("value", "schema", "problem"),
    [
        (1, {"type": "integer"}, None),
        (1.0, {"type": "integer"}, None),
        (True, {"type": "integer"}, "$ should be of type integer"),
        (1.5, {"type": ["integer", "null"]}, "$ should be of type integer or null"),
        (None, {"type": ["integer", "null"]}, None),
        (True, {"enum": [1]}, "$ should be one of 1"),
        ("b", {"const": "a"}, "$ should be 'a'"),
        ({"x": {"y": [1, "2"]}}, {"properties": {"x": {"properties": {"y": {"items": {"type": "integer"}}}}}}, "$.x.y[1] should be of type integer"),
        ({"z": 1}, {"additionalProperties": False}, "$ shouldn't have 'z'"),
        ({"z": 1}, {"additionalProperties": {"type": "string"}}, "$.z should be of type string"),
        ({}, {"required": ["a"]}, "$ should have 'a'"),
        ([], {"minItems": 1}, "$ should have at least 1 items"),
        ([1, 2], {"maxItems": 1}, "$ should have at most 1 items"),
        ("", {"minLength": 1}, "$ should have at least 1 characters"),
        ("abc", {"maxLength": 2}, "$ should have at most 2 characters"),
        ("abc", {"pattern": "^b"}, "$ should match ^b"),
        (0, {"minimum": 1}, "$ should be at least 1"),
        (9, {"maximum": 8}, "$ should be at most 8"),
        (1, {"anyOf": [{"type": "string"}, {"type": "integer"}]}, None),
        ([], {"anyOf": [{"type": "string"}, {"type": "integer"}]}, "$ fits none of anyOf ($ should be of type string; $ should be of type integer)"),
        (3, {"allOf": [{"minimum": 1}, {"maximum": 2}]}, "$ should be at most 2"),
        ({"v": 1, "next": {"v": 2}}, _NESTED, None),
        ({"v": 1, "next": {}}, _NESTED, "$.next should have 'v'"),
    ],
)  # fmt: skip
def test_what_fits(value: Any, schema: dict[str, Any], problem: str | None) -> None:
    assert mismatch(value, schema) == problem


_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.text(max_size=3)),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
)


def _schema_of(value: Any) -> dict[str, Any]:
    """A schema that this value fits."""
    if isinstance(value, dict):
        return {
            "type": "object",
            "properties": {name: _schema_of(inner) for name, inner in value.items()},
            "required": list(value),
            "additionalProperties": False,
        }
    if isinstance(value, list):
        return {"type": "array", "items": {"anyOf": [*map(_schema_of, value), {"type": "null"}]}}
    return {"const": value}


@given(_values)
def test_a_value_fits_its_own_schema_and_no_closed_one(value: Any) -> None:
    assert mismatch(value, _schema_of(value)) is None
    if isinstance(value, dict):
        assert mismatch({**value, "another": 1}, _schema_of(value)) is not None
    assert structured.is_strict(_schema_of(value))


def test_strict_is_what_is_closed_and_required_throughout() -> None:
    assert structured.is_strict(SCHEMA)
    assert not structured.is_strict({**SCHEMA, "required": ["move"]})
    assert not structured.is_strict({"type": "object", "properties": {"a": {"type": "object"}}, "required": ["a"], "additionalProperties": False})  # fmt: skip
    assert not structured.is_strict({"type": "array", "items": {"type": "object", "properties": {}}})
