"""The `target:` section of an assistant that is a model behind chat completions, with its instructions and tools."""

from __future__ import annotations

from functools import partial
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    WithJsonSchema,
    model_validator,
)

from prebeta.core.types import Json
from prebeta.targets.wire.network_options import STRICT, NetworkOptions, address

_LOOSE = ConfigDict(**STRICT, arbitrary_types_allowed=True)


def _function(value: Any) -> Any:
    if isinstance(value, str):
        if not all(value.partition(":")):
            raise ValueError(f"{value!r} isn't of the form module:function, for example shop:book")
    elif not callable(value):
        raise ValueError("expected module:function or a function")
    return value


Function = Annotated[Any, AfterValidator(_function), WithJsonSchema({"type": "string"})]


def _by_function(value: Any) -> Any:
    short = isinstance(value, str) or (callable(value) and not isinstance(value, BaseModel))
    return {"function": value} if short else value


def _text(value: Any) -> Any:
    return {"text": value} if isinstance(value, str) else value


def _one_or_more(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _key(value: Any) -> Any:
    if isinstance(value, str) and any(sign in value for sign in "\r\n\0{}"):
        raise ValueError("has a line break or a brace in it")
    return None if value == "" else value


class SystemOptions(BaseModel):
    """The instructions: a text, or a file beside prebeta.yaml."""

    model_config = STRICT
    text: str | None = Field(default=None, description="The instructions themselves.")
    file: str | None = Field(default=None, description="A file that holds them.")

    @model_validator(mode="after")
    def _one(self) -> SystemOptions:
        if (self.text is None) == (self.file is None):
            raise ValueError("give either text or file")
        return self


class ToolOptions(BaseModel):
    """A function of the project that the model may call."""

    model_config = _LOOSE
    function: Function = Field(description="module:function; sync (then called in a thread) or async.")
    parameters: dict[str, Json] | None = Field(
        default=None,
        alias="schema",
        description="JSON Schema of its arguments, or the whole {name, description, parameters}. Left out, made from the "
        "function's signature and docstring.",
    )


class ChatStateOptions(BaseModel):
    """Where the state is to be had after a turn, so that end states can be checked. Exactly one of tool, function."""

    model_config = _LOOSE
    tool: str | None = Field(default=None, description="Name of a tool: the state is its last result.")
    function: Function | None = Field(
        default=None, description="module:function of session, tool_calls, messages, or some of these; sync or async."
    )

    @model_validator(mode="after")
    def _one(self) -> ChatStateOptions:
        if (self.tool is None) == (self.function is None):
            raise ValueError("give either tool or function")
        return self


class OpenAIChatOptions(NetworkOptions):
    """An assistant behind an endpoint that speaks OpenAI's chat completions; we keep the conversation and answer its tools."""

    model_config = ConfigDict(**_LOOSE, hide_input_in_errors=True)
    kind: Literal["openai"] = "openai"
    url: Annotated[str, AfterValidator(partial(address, query=True))] = Field(
        description="Base URL of the endpoint, for example http://127.0.0.1:8000/v1."
    )
    model: str = Field(min_length=1, description="The model's name there.")
    key: Annotated[SecretStr | None, BeforeValidator(_key)] = Field(default=None, description="The key, as ${ENV}.")
    system: Annotated[
        SystemOptions | None, BeforeValidator(_text, json_schema_input_type=str | SystemOptions | None)
    ] = Field(default=None, description="Its instructions: a text, or {file: PATH}.")
    greeting: str | None = Field(default=None, description="What it says first, where your product begins so.")
    stream: bool = Field(default=True, description="Have answers streamed; tells the time to the first words.")
    temperature: float | None = Field(default=None, ge=0, description="Sampling temperature.")
    top_p: float | None = Field(default=None, gt=0, le=1, description="Nucleus sampling.")
    max_tokens: int | None = Field(default=None, ge=1, description="Longest answer in tokens.")
    seed: int | None = Field(default=None, description="Sampling seed, for servers that take one.")
    stop: list[str] | None = Field(default=None, description="Texts that end an answer.")
    extra: dict[str, Json] = Field(
        default_factory=dict, description="More of the request's body, for example {tool_choice: auto}."
    )
    tools: list[Annotated[ToolOptions, BeforeValidator(_by_function, json_schema_input_type=str | ToolOptions)]] = (
        Field(default_factory=list, description="Functions that it may call: module:function, or {function, schema}.")
    )
    tool_rounds: int = Field(
        default=8, ge=1, description="Times within a turn that it may call tools before it must speak."
    )
    tool_timeout_s: float | None = Field(
        default=None, gt=0, description="Seconds a tool may take; then the model is told that it failed."
    )
    state: Annotated[
        ChatStateOptions | None, BeforeValidator(_by_function, json_schema_input_type=str | ChatStateOptions | None)
    ] = Field(
        default=None, description="Where its state is: {tool: NAME} for that tool's last result, or module:function."
    )
    ended: Annotated[list[str], BeforeValidator(_one_or_more, json_schema_input_type=str | list[str])] = Field(
        default_factory=list, description="Names of tools whose call ends the conversation."
    )

    @model_validator(mode="after")
    def _one_key(self) -> OpenAIChatOptions:
        if self.key is not None and any(name.lower() == "authorization" for name in self.headers):
            raise ValueError("there are key and headers.Authorization; give one of them")
        return self
