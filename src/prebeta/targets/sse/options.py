"""The `target:` section of a product that streams its answers."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from prebeta.targets.http.sections import HistoryOptions, RequestOptions
from prebeta.targets.wire import template
from prebeta.targets.wire.network_options import STRICT, JmesPath, NetworkOptions

CLOSING = "closing"
"""`stream.end` of a product that just closes the stream."""

_IN_CONVERSATION = ("session", "id", "seed", "account")
_WORDS = ("delta", "so_far", "message")


def _by_path(value: Any) -> Any:
    return {"path": value} if isinstance(value, str) else value


def _by_event(value: Any) -> Any:
    return {"event": value} if isinstance(value, str | list) else value


def _by_mark(value: Any) -> Any:
    return {"mark": value} if isinstance(value, str) else value


class PickOptions(BaseModel):
    """Which events carry something, and where in their data it is."""

    model_config = STRICT
    event: str | list[str] | None = Field(
        default=None,
        description="Name of the event, or names; also found as type or event in its JSON. Left out: any event.",
    )
    path: JmesPath | None = Field(default=None, description="JMESPath into the event's JSON. Left out: all its data.")

    @model_validator(mode="after")
    def _something(self) -> PickOptions:
        if self.event is None and self.path is None:
            raise ValueError("give event, path or both")
        return self


class EndOptions(BaseModel):
    """What tells that the stream is over."""

    model_config = STRICT
    mark: str | None = Field(default=None, description="The whole data of an event, or an event's name.")
    event: str | list[str] | None = Field(default=None, description="Name of the event, or names.")
    path: JmesPath | None = Field(default=None, description="JMESPath into an event's JSON that is true at the end.")

    @model_validator(mode="after")
    def _something(self) -> EndOptions:
        if (self.mark is None) == (self.event is None and self.path is None):
            raise ValueError(f"give an event's name or data (or {CLOSING}), or event and path")
        return self


Pick = Annotated[PickOptions | None, BeforeValidator(_by_path, json_schema_input_type=str | PickOptions | None)]
EventPick = Annotated[
    PickOptions | None, BeforeValidator(_by_event, json_schema_input_type=str | list[str] | PickOptions | None)
]


class StreamOptions(BaseModel):
    """What the events of an answer mean. Each is a JMESPath into an event's JSON, or {event: NAME, path: JMESPATH}; what is
    left out is read as the common kinds of streams have it."""

    model_config = STRICT
    delta: Pick = Field(default=None, description="The next piece of the message that is being written.")
    so_far: Pick = Field(default=None, description="All of the message that is being written, up to now.")
    message: Pick = Field(default=None, description="A whole message, or a list of them.")
    message_end: EventPick = Field(
        default=None, description="Name of the event that ends a message, where more than one may come."
    )
    options: Pick = Field(default=None, description="Quick replies: texts, or {title, payload}, {label, value}.")
    state: Pick = Field(default=None, description="The product's own account of the matter.")
    ended: Pick = Field(default=None, description="Whether the conversation is over.")
    tool_calls: Pick = Field(default=None, description="A tool called in this turn, or a list of them.")
    session: Pick = Field(default=None, description="The product's id of the conversation.")
    trace: Pick = Field(default=None, description="The product's trace id.")
    error: Pick = Field(default=None, description="What broke in the product.")
    end: Annotated[EndOptions | None, BeforeValidator(_by_mark, json_schema_input_type=str | EndOptions | None)] = (
        Field(
            default=None,
            description=f"What ends the stream: an event's whole data ([DONE]) or name, or {CLOSING}. A stream that breaks off "
            "before it is a failure of the product.",
        )
    )

    @property
    def names_words(self) -> bool:
        """Whether the project says itself where the words are."""
        return any(getattr(self, name) is not None for name in _WORDS)


def _check(request: RequestOptions, known: tuple[str, ...]) -> None:
    if getattr(request, "keep", None):
        raise ValueError("keep isn't for streamed answers; stream.session finds the product's id of the conversation")
    for part in (request.path, request.body, request.form):
        template.check(part, known)


class StreamStartOptions(RequestOptions):
    """The request that opens a conversation. Exactly one of post, get, put."""

    @model_validator(mode="after")
    def _known_here(self) -> StreamStartOptions:
        _check(self, _IN_CONVERSATION)
        return self


class StreamSendOptions(RequestOptions):
    """The request that sends what the user typed or pressed. Exactly one of post, get, put."""

    press: Literal["title", "payload"] = Field(
        default="title", description="What {text} is when the user presses a quick reply."
    )

    @model_validator(mode="after")
    def _known_here(self) -> StreamSendOptions:
        _check(self, ("text", "payload", "history", *_IN_CONVERSATION))
        if not self.asks_for() & {"text", "payload", "history"}:
            raise ValueError("what the user says is not sent: use {text} in json, form or the path")
        return self


class SseOptions(NetworkOptions):
    """A product that is spoken to by HTTP requests and streams its answers: server-sent events, JSON lines, plain text."""

    kind: Literal["sse"] = "sse"
    start: StreamStartOptions | None = Field(
        default=None, description="Opens a conversation. Left out, the first user message does."
    )
    send: StreamSendOptions = Field(description="Sends what the user types or presses.")
    history: HistoryOptions = Field(
        default_factory=HistoryOptions, description="How {history} is written, for products that remember nothing."
    )
    stream: StreamOptions = Field(
        default_factory=StreamOptions, description="What the events of an answer mean, where it isn't plain."
    )
