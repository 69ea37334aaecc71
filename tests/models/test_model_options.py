"""The `models:` section and its errors; names; what is loaded."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import Any

import pytest
from pydantic import ValidationError

from prebeta.core.errors import UsageError
from prebeta.models import AnthropicOptions, FunctionOptions, Models, OpenAIOptions, model_options


def answer(messages: list[dict[str, str]]) -> str:
    return "x"


@pytest.mark.parametrize(
    ("value", "kind"),
    [
        ({"kind": "openai", "model": "m"}, OpenAIOptions),
        ({"kind": "anthropic", "model": "m"}, AnthropicOptions),
        ({"kind": "function", "function": "a:b"}, FunctionOptions),
        ({"kind": "a.b:c", "timeout_s": 3}, FunctionOptions),
        ("a.b:c", FunctionOptions),
        (answer, FunctionOptions),
        (OpenAIOptions(model="m"), OpenAIOptions),
    ],
)
def test_what_may_stand_under_a_name(value: Any, kind: type[Any]) -> None:
    assert isinstance(model_options(value), kind)


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ({}, "kind is missing; one of: openai, anthropic, function, or module:function"),
        ({"kind": "opanai"}, "unknown kind of model 'opanai'; did you mean 'openai'"),
        ("gpt", "isn't of the form module:function"),
        (7, "should be a mapping with kind"),
        ({"kind": "openai"}, "model\n  Field required"),
        ({"kind": "openai", "model": "m", "url": "127.0.0.1:80"}, "should be an address like"),
        ({"kind": "openai", "model": "m", "timeout_s": 0}, "greater than 0"),
        ({"kind": "openai", "model": "m", "price": {"in": 1}}, "price.out\n  Field required"),
        ({"kind": "openai", "model": "m", "modle": "m"}, "modle\n  Extra inputs"),
    ],
)
def test_what_is_wrong_is_said(value: Any, told: str) -> None:
    with pytest.raises(ValueError, match=re.escape(told)):
        model_options(value)


def test_options_do_not_change() -> None:
    with pytest.raises(ValidationError):
        OpenAIOptions(model="m").model = "other"  # type: ignore[misc]


def test_an_unknown_name_gets_the_nearest() -> None:
    models = Models({"fast": FunctionOptions(function=answer)})
    assert models.names == ("fast",)
    with pytest.raises(UsageError, match="there is no model 'fats' under models; did you mean 'fast'"):
        models.of("fats")


def test_one_conversation_has_one_model() -> None:
    models = Models({"fast": FunctionOptions(function=answer)})
    mine = models.of("fast", "c1")
    assert models.of("fast", "c1") is mine
    assert models.of("fast", "c2") is not mine


def test_options_load_no_network() -> None:
    code = "import sys, prebeta.models; print('aiohttp' in sys.modules, 'sqlalchemy' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.split() == ["False", "False"]
