"""The `target:` section of a product over HTTP, checked where it is written and not at the first message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from pydantic import BaseModel, Field, model_validator

from prebeta.core.types import Json
from prebeta.targets import template
from prebeta.targets.network_options import STRICT, JmesPath, NetworkOptions

METHODS = ("post", "get", "put")
_AT_START = ("session", "id", "seed", "account")
_AT_SEND = ("text", "payload", *_AT_START)


class StartOptions(BaseModel):
    """The request that opens a conversation. Exactly one of post, get, put."""

    model_config = STRICT
    post: str | None = Field(default=None, description="Path to POST to; {session} and {id} are filled in.")
    get: str | None = Field(default=None, description="Path to GET.")
    put: str | None = Field(default=None, description="Path to PUT to.")
    body: Json = Field(default=None, alias="json", description="JSON to send; placeholders inside its strings.")
    form: dict[str, Any] | None = Field(default=None, description="Form fields to send instead of JSON.")

    @model_validator(mode="after")
    def _sound(self) -> StartOptions:
        _check_request(self, _AT_START)
        return self


class SendOptions(BaseModel):
    """The request that sends what the user typed or pressed. Exactly one of post, get, put."""

    model_config = STRICT
    post: str | None = Field(default=None, description="Path to POST to, for example /chats/{session}.")
    get: str | None = Field(default=None, description="Path to GET, for example /chat?q={text}.")
    put: str | None = Field(default=None, description="Path to PUT to.")
    body: Json = Field(
        default=None,
        alias="json",
        description="JSON to send, for example {text: '{text}'}. Placeholders: {text}, {payload}, {session}, {id}, "
        "{seed}, {account.NAME}; a key whose placeholder has no value is left out.",
    )
    form: dict[str, Any] | None = Field(default=None, description="Form fields to send instead of JSON.")
    press: Literal["title", "payload"] = Field(
        default="title", description="What {text} is when the user presses a quick reply."
    )

    @model_validator(mode="after")
    def _sound(self) -> SendOptions:
        _check_request(self, _AT_SEND)
        used = template.placeholders([method_and_path(self)[1], self.body, self.form])
        if not used & {"text", "payload"}:
            raise ValueError("what the user says is not sent: use {text} in json, form or the path")
        return self


class ReplyOptions(BaseModel):
    """JMESPath expressions to the parts of an answer; the same for start and send."""

    model_config = STRICT
    messages: JmesPath = Field(description="To a text, a list of texts, or a list of {text}, {content}, {message}.")
    session: JmesPath | None = Field(
        default=None, description="To the product's id of the conversation. Left out, we make one."
    )
    options: JmesPath | None = Field(
        default=None, description="To quick replies: texts, or {title, payload}, {label, value}."
    )
    ended: JmesPath | None = Field(default=None, description="To whether the conversation is over.")
    state: JmesPath | None = Field(default=None, description="To the product's own account of the matter.")
    trace: JmesPath | None = Field(default=None, description="To the product's trace id.")
    tool_calls: JmesPath | None = Field(default=None, description="To the tools called in this turn.")


class HttpOptions(NetworkOptions):
    """A product that is spoken to by HTTP requests with JSON answers."""

    kind: Literal["http"] = "http"
    start: StartOptions | None = Field(
        default=None, description="Opens a conversation. Left out, the first user message does."
    )
    send: SendOptions = Field(description="Sends what the user types or presses.")
    reply: ReplyOptions = Field(description="Where the parts of an answer are.")


def method_and_path(request: StartOptions | SendOptions) -> tuple[str, str]:
    """("post", "/chats"); the validator saw to it that there is exactly one."""
    return next((name, path) for name in METHODS if (path := getattr(request, name)) is not None)


def _check_request(request: StartOptions | SendOptions, known: Sequence[str]) -> None:
    given = [name for name in METHODS if getattr(request, name) is not None]
    if len(given) != 1:
        told = f"got {' and '.join(given)}" if given else "got none"
        raise ValueError(f"give exactly one of post, get, put; {told}")
    if request.body is not None and request.form is not None:
        raise ValueError("give json or form, not both")
    for part in (method_and_path(request)[1], request.body, request.form):
        template.check(part, known)
