"""The `target:` section of a product that is Python in this process."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, WithJsonSchema

from prebeta.core.types import Json
from prebeta.targets.python.agent_kinds import is_agent
from prebeta.targets.wire import template
from prebeta.targets.wire.network_options import JmesPath

STRICT = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)
AT_CALL = ("text", "messages", "payload", "session", "seed", "account")
"""What can be filled into an agent's `input` and `arguments`."""


def _function(value: Any) -> Any:
    if isinstance(value, str):
        module, colon, name = value.partition(":")
        if not (module and colon and name):
            raise ValueError(f"{value!r} isn't of the form module:attribute, for example my_bot:answer")
    elif not callable(value) and not callable(getattr(value, "send", None)) and not is_agent(value):
        raise ValueError("expected module:attribute, a function, an agent, or a class or object with send")
    return value


def _input(value: Json) -> Json:
    template.check(value, AT_CALL)
    if value is not None and not template.placeholders(value) & {"text", "messages"}:
        raise ValueError("what the user says is not passed on: use {text} or {messages} in it")
    return value


class CommandVersion(BaseModel):
    """A version asked of a command."""

    model_config = STRICT
    command: str | list[str] = Field(description="Run without a shell beside prebeta.yaml; its first line counts.")


class AgentReplyOptions(BaseModel):
    """JMESPath expressions into what a graph, chain or agent came to, where it isn't found by itself."""

    model_config = STRICT
    messages: JmesPath | None = Field(
        default=None, description="To a text, a list of texts, or a list of {text}, {content}, {message}."
    )
    options: JmesPath | None = Field(default=None, description="To quick replies: texts, or {title, payload}.")
    state: JmesPath | None = Field(
        default=None, description="To the product's own account of the matter; else all values but the messages."
    )
    ended: JmesPath | None = Field(default=None, description="To whether the conversation is over.")


class PythonOptions(BaseModel):
    """A product in this Python process."""

    model_config = STRICT
    kind: Literal["python"] = "python"
    function: Annotated[Any, AfterValidator(_function), WithJsonSchema({"type": "string"})] = Field(
        description="module:attribute of f(text), f(messages), a class with send and perhaps start, a LangGraph graph, a "
        "LangChain runnable or a pydantic-ai agent; sync or async."
    )
    arguments: dict[str, Any] = Field(
        default_factory=dict,
        description="Keyword arguments of the class, factory or function; of an agent's ainvoke or run (config, context, "
        "deps), with {session}, {seed}, {account.NAME} filled in.",
    )
    timeout_s: float | None = Field(
        default=None, gt=0, description="Seconds one answer may take; limits.turn_timeout_s holds beside it."
    )
    version: str | int | float | CommandVersion | None = Field(
        default=None, description="The product's version: a value, or {command: …}."
    )
    input: Annotated[Json, AfterValidator(_input)] = Field(
        default=None,
        description="What a graph or chain is called with, where its schema doesn't tell, for example "
        "{question: '{text}', chat_history: '{messages}'}.",
    )
    reply: AgentReplyOptions = Field(
        default_factory=AgentReplyOptions, description="Where the parts of an agent's answer are."
    )
    checkpointer: Literal["auto", "memory", "none"] = Field(
        default="auto",
        description="What a LangGraph graph without a checkpointer gets: auto, a memory for each conversation, so that all "
        "of its state is kept and interrupts work; memory, LangGraph's own, sent only what is new, as its server does; none, "
        "as it is: messages are sent again each turn, the rest begins anew.",
    )
