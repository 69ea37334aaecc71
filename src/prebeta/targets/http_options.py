"""The `target:` section of a product over HTTP, checked where it is written and not at the first message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, Literal

import jmespath
from jmespath.exceptions import ArityError, JMESPathError, JMESPathTypeError, UnknownFunctionError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from yarl import URL

from prebeta.core.types import Json
from prebeta.targets import template

METHODS = ("post", "get", "put")
_AT_START = ("session", "id", "seed", "account")
_AT_SEND = ("text", "payload", *_AT_START)
_STRICT = ConfigDict(extra="forbid", frozen=True)


def _path(expression: str) -> str:
    try:
        jmespath.compile(expression).search({})
    except JMESPathTypeError:
        pass  # a function over what isn't there yet
    except (UnknownFunctionError, ArityError) as error:
        raise ValueError(f"JMESPath {expression!r}: {error}") from error
    except JMESPathError as error:
        line = " ".join(str(error).split("\n", maxsplit=1)[0].split())
        raise ValueError(f"not a JMESPath: {expression!r} ({line})") from error
    return expression


def _base(url: str) -> str:
    try:
        parsed = URL(url)
    except ValueError as error:
        raise ValueError(f"not an address: {error}") from error
    if parsed.scheme not in ("http", "https") or not parsed.host:
        raise ValueError(f"{url!r} isn't an address like http://127.0.0.1:8080")
    if parsed.query_string or parsed.fragment:
        raise ValueError("the address takes no ? or #; put the query into the path of start and send")
    return url


def _word(value: Any) -> Any:
    """YAML reads `version: 1.2` as a number."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


JmesPath = Annotated[str, AfterValidator(_path)]


class VersionOptions(BaseModel):
    """Where the product's version is to be had: from itself or from a command."""

    model_config = _STRICT
    get: str | None = Field(default=None, description="Path to ask the product at, for example /version.")
    path: JmesPath | None = Field(default=None, description="JMESPath to the version in the answer.")
    command: str | list[str] | None = Field(
        default=None, description="Run without a shell beside prebeta.yaml; its first line counts."
    )

    @model_validator(mode="after")
    def _one_source(self) -> VersionOptions:
        if (self.get is None) == (self.command is None):
            raise ValueError("give either get (with path) or command")
        if self.path is not None and self.get is None:
            raise ValueError("path goes with get")
        return self


class StartOptions(BaseModel):
    """The request that opens a conversation. Exactly one of post, get, put."""

    model_config = _STRICT
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

    model_config = _STRICT
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

    model_config = _STRICT
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


class HttpOptions(BaseModel):
    """A product that is spoken to by HTTP requests with JSON answers."""

    model_config = _STRICT
    kind: Literal["http"] = "http"
    url: Annotated[str, AfterValidator(_base)] = Field(
        description="Where the product listens, for example http://127.0.0.1:8080."
    )
    headers: dict[str, Annotated[str, BeforeValidator(_word)]] = Field(
        default_factory=dict, description="Sent with each request; {account.NAME}, {id}, {seed} are filled in."
    )
    timeout_s: float | None = Field(
        default=None, gt=0, description="Seconds one request may take; limits.turn_timeout_s holds beside it."
    )
    version: Annotated[str | VersionOptions | None, BeforeValidator(_word)] = Field(
        default=None, description="The product's version: a value, {get: PATH, path: JMESPATH} or {command: …}."
    )
    start: StartOptions | None = Field(
        default=None, description="Opens a conversation. Left out, the first user message does."
    )
    send: SendOptions = Field(description="Sends what the user types or presses.")
    reply: ReplyOptions = Field(description="Where the parts of an answer are.")

    @model_validator(mode="after")
    def _sound_headers(self) -> HttpOptions:
        if URL(self.url).user is not None and any(name.lower() == "authorization" for name in self.headers):
            raise ValueError("url has a user in it and headers an Authorization; give one of them")
        for name, value in self.headers.items():
            if any(sign in name + value for sign in "\r\n\0"):
                raise ValueError(f"header {name!r} has a line break in it")
            try:
                template.check(value, ("id", "seed", "account"))
            except ValueError as error:
                raise ValueError(f"header {name!r}: {error}") from error
        return self


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
