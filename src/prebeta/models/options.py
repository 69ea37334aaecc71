"""The `models:` section, an entry a kind, checked where it is written. Keys are secrets from the first moment on."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    WithJsonSchema,
)
from yarl import URL

Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
NotNegative = Annotated[float, Field(ge=0, allow_inf_nan=False)]

# An error of validation shows no input: there may be a key in it.
_STRICT = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, hide_input_in_errors=True)


def _address(url: str) -> str:
    try:
        parsed = URL(url)
    except ValueError as error:
        raise ValueError(f"not an address: {error}") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ValueError("should be an address like http://127.0.0.1:8000/v1")
    return url


def _named_function(value: Any) -> Any:
    if isinstance(value, str):
        module, colon, name = value.partition(":")
        if not (module and colon and name):
            raise ValueError(f"{value!r} isn't of the form module:function")
    elif not callable(value):
        raise ValueError("expected module:function or a function")
    return value


def _nothing_if_empty(value: Any) -> Any:
    return None if value == "" else value


def _header(value: SecretStr) -> SecretStr:
    if any(sign in value.get_secret_value() for sign in "\r\n\0"):
        raise ValueError("has a line break in it")
    return value


Secret = Annotated[SecretStr, AfterValidator(_header)]


class PriceOptions(BaseModel):
    """What a model costs, USD per million tokens."""

    model_config = _STRICT
    tokens_in: NotNegative = Field(alias="in", description="USD per million tokens read.")
    tokens_out: NotNegative = Field(alias="out", description="USD per million tokens written.")


class BudgetOptions(BaseModel):
    """What a run's models may use together; then it ends with what it has."""

    model_config = _STRICT
    usd: NotNegative | None = Field(None, description="USD.")
    tokens: int | None = Field(None, ge=0, description="Tokens, read and written together.")


class CallOptions(BaseModel):
    """What all kinds of models have."""

    model_config = _STRICT
    temperature: NotNegative | None = Field(None, description="Sampling temperature, where a request gives none.")
    max_tokens: int | None = Field(None, ge=1, description="Longest answer in tokens, where a request gives none.")
    timeout_s: Positive = Field(60.0, description="Seconds one try of an answer may take.")
    attempts: int = Field(8, ge=1, le=100, description="Tries of one call: 429, 5xx, broken connections and answers.")
    concurrency: int = Field(
        1000, ge=1, description="Calls at the same time; fewer while the endpoint says 429 or 529."
    )
    requests_per_minute: Positive | None = Field(None, description="The endpoint's limit of requests.")
    tokens_per_minute: Positive | None = Field(None, description="The endpoint's limit of tokens.")
    price: PriceOptions | None = Field(None, description="Instead of the list price: {in: USD, out: USD} per million.")


class OpenAIOptions(CallOptions):
    """An endpoint that speaks OpenAI's chat completions."""

    kind: Literal["openai"] = "openai"
    url: Annotated[str, AfterValidator(_address)] = Field(
        "https://api.openai.com/v1", description="Base URL, for example http://127.0.0.1:8000/v1."
    )
    model: str = Field(min_length=1, description="The model's name there.")
    key: Annotated[Secret | None, BeforeValidator(_nothing_if_empty)] = Field(None, description="The key, as ${ENV}.")
    headers: dict[str, Secret] = Field(default_factory=dict, description="Sent with each call beside the key.")
    stream: bool = Field(False, description="Have answers streamed.")
    first_token_timeout_s: Positive | None = Field(None, description="With stream: seconds until an answer begins.")
    extra: dict[str, Any] = Field(
        default_factory=dict, description="More of the request's body, for example {reasoning_effort: low}."
    )


class AnthropicOptions(CallOptions):
    """An endpoint that speaks Anthropic's messages."""

    kind: Literal["anthropic"] = "anthropic"
    url: Annotated[str, AfterValidator(_address)] = Field(
        "https://api.anthropic.com", description="Base URL of the endpoint."
    )
    model: str = Field(min_length=1, description="The model's name there.")
    key: Annotated[Secret | None, BeforeValidator(_nothing_if_empty)] = Field(None, description="The key, as ${ENV}.")
    headers: dict[str, Secret] = Field(default_factory=dict, description="Sent with each call beside the key.")
    stream: bool = Field(False, description="Have answers streamed.")
    first_token_timeout_s: Positive | None = Field(None, description="With stream: seconds until an answer begins.")
    extra: dict[str, Any] = Field(default_factory=dict, description="More of the request's body.")


class FunctionOptions(CallOptions):
    """A Python function that answers."""

    model_config = ConfigDict(**_STRICT, arbitrary_types_allowed=True)
    kind: Literal["function"] = "function"
    function: Annotated[Any, AfterValidator(_named_function), WithJsonSchema({"type": "string"})] = Field(
        description="module:function of f(messages, …) or f(request); sync or async."
    )
    attempts: int = Field(1, ge=1, le=100, description="Tries of one call that raises ConnectionError or TimeoutError.")

    @property
    def name(self) -> str:
        """module:function, of a function too."""
        found = self.function
        if isinstance(found, str):
            return found
        kind = type(found)
        return f"{getattr(found, '__module__', kind.__module__)}:{getattr(found, '__qualname__', kind.__qualname__)}"


HttpOptions: TypeAlias = OpenAIOptions | AnthropicOptions
ModelOptions: TypeAlias = OpenAIOptions | AnthropicOptions | FunctionOptions

_KINDS = ("openai", "anthropic", "function")


def model_options(value: Any) -> ModelOptions:
    """The options of a model from what stands under `models.NAME`: a mapping with kind (openai, anthropic, function, or
    module:function itself), module:function, a function, or options made before.

    Raises ValueError that names the known kinds, pydantic's ValidationError for what is in the mapping.
    """
    if isinstance(value, OpenAIOptions | AnthropicOptions | FunctionOptions):
        return value
    document = long_form(value)
    if not isinstance(document, Mapping):
        raise ValueError("should be a mapping with kind, or module:function")
    return options_of(document.get("kind")).model_validate(dict(document))


def long_form(value: Any) -> Any:
    """The mapping behind a shorthand; anything else unchanged."""
    if isinstance(value, str) or (callable(value) and not isinstance(value, BaseModel)):
        return {"kind": "function", "function": value}
    if isinstance(value, Mapping) and isinstance(value.get("kind"), str) and ":" in value["kind"]:
        return {**value, "kind": "function", "function": value["kind"]}
    return value


def options_of(kind: Any) -> type[OpenAIOptions] | type[AnthropicOptions] | type[FunctionOptions]:
    """The options' model of a kind. Raises ValueError that names the known ones."""
    match kind:
        case "openai":
            return OpenAIOptions
        case "anthropic":
            return AnthropicOptions
        case "function":
            return FunctionOptions
        case None:
            raise ValueError(f"kind is missing; one of: {', '.join(_KINDS)}, or module:function")
    near = difflib.get_close_matches(str(kind), _KINDS, n=1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    raise ValueError(f"unknown kind of model {kind!r}; {hint}known: {', '.join(_KINDS)}, or module:function")
