"""The `target:` section of a graph on a LangGraph server."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, Field, field_validator, model_validator

from prebeta.core.types import Json
from prebeta.targets.wire import template
from prebeta.targets.wire.network_options import STRICT, JmesPath, NetworkOptions

_AT_START = ("id", "seed", "account")
_AT_SEND = ("text", "payload", *_AT_START)
_SPOKEN = frozenset(("text", "payload"))


class InterruptOptions(BaseModel):
    """How the graph's own interrupts are read and answered, where they are of no usual shape."""

    model_config = STRICT
    says: JmesPath | None = Field(default=None, description="JMESPath in an interrupt's value to what is asked.")
    options: JmesPath | None = Field(default=None, description="JMESPath in it to quick replies.")
    resume: Json = Field(
        default=None,
        description="What the run is resumed with, for example {type: response, args: '{text}'}. Left out, the "
        "user's words (or an option's value) as they are.",
    )

    @field_validator("resume")
    @classmethod
    def _known_placeholders(cls, value: Json) -> Json:
        template.check(value, _AT_SEND)
        if value is not None and not template.placeholders(value) & _SPOKEN:
            raise ValueError("what the user says is not sent: use {text} or {payload} in it")
        return value


class LangGraphOptions(NetworkOptions):
    """A graph on a LangGraph server (`langgraph dev`, LangGraph Platform): a thread a conversation, a run a turn."""

    kind: Literal["langgraph"] = "langgraph"
    assistant: str = Field(min_length=1, description="The graph's name in langgraph.json, or an assistant's id.")
    input: Json = Field(
        default={"messages": [{"role": "user", "content": "{text}"}]},
        description="Input of a run. Placeholders: {text}, {payload}, {id}, {seed}, {account.NAME}.",
    )
    start: Json = Field(
        default=None,
        description="Input of a run before the user's first words, for a graph that speaks first: {messages: []}.",
    )
    messages: JmesPath = Field(
        default="messages",
        description="JMESPath in the graph's values to its messages: LangChain's (then those new in a turn count), "
        "or a text or texts.",
    )
    state: JmesPath | None = Field(
        default=None,
        description="JMESPath in the values to the product's own account of the matter; looked for in the thread's "
        "state where a run's answer doesn't hold it. Left out, all values but the messages.",
    )
    options: JmesPath | None = Field(default=None, description="JMESPath in the values to quick replies.")
    ended: JmesPath | None = Field(default=None, description="JMESPath in the values to whether it is over.")
    interrupt: InterruptOptions = Field(
        default=InterruptOptions(),
        description="How interrupts are read and answered, where they are of no usual shape.",
    )
    stream: bool = Field(
        default=False, description="Use runs/stream, not runs/wait: the time to the first token is measured."
    )
    press: Literal["title", "payload"] = Field(
        default="title", description="What {text} is when the user presses a quick reply of the values."
    )
    config: dict[str, Any] | None = Field(
        default=None, description="The runs' config, for example {configurable: {model: small}}."
    )
    context: dict[str, Any] | None = Field(default=None, description="The runs' static context.")
    metadata: dict[str, Any] | None = Field(default=None, description="Metadata of the threads and runs.")

    @model_validator(mode="after")
    def _sound_templates(self) -> LangGraphOptions:
        for name in ("start", "config", "context", "metadata"):
            try:
                template.check(getattr(self, name), _AT_START)
            except ValueError as error:
                raise ValueError(f"{name}: {error}") from error
        try:
            template.check(self.input, _AT_SEND)
        except ValueError as error:
            raise ValueError(f"input: {error}") from error
        if not template.placeholders(self.input) & _SPOKEN:
            raise ValueError("input: what the user says is not sent: use {text} or {payload} in it")
        return self
