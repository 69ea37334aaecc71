"""What the `target:` sections of all products that are reached over a network have in common."""

from __future__ import annotations

from typing import Annotated, Any

import jmespath
from jmespath.exceptions import ArityError, JMESPathError, JMESPathTypeError, UnknownFunctionError
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator
from yarl import URL

from prebeta.targets.wire import template

STRICT = ConfigDict(extra="forbid", frozen=True)
"""Settings of every section of a target: unknown keys are errors."""


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


def address(url: str, schemes: tuple[str, ...] = ("http", "https"), *, query: bool = False) -> str:
    """The address as it is. Raises ValueError where it is none of these schemes, or has a query where none may stand."""
    try:
        parsed = URL(url)
    except ValueError as error:
        raise ValueError(f"not an address: {error}") from error
    if parsed.scheme not in schemes or not parsed.host:
        raise ValueError(f"{url!r} isn't an address like {schemes[0]}://127.0.0.1:8080")
    if not query and (parsed.query_string or parsed.fragment):
        raise ValueError("the address takes no ? or #; put the query into the path of start and send")
    return url


def word(value: Any) -> Any:
    """A number as a text: YAML reads `version: 1.2` as a number."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _link(template_text: str | None) -> str | None:
    if template_text is not None and "{trace}" not in template_text:
        raise ValueError("has no {trace} in it, so it would be the same for all conversations")
    return template_text


JmesPath = Annotated[str, AfterValidator(_path)]


class VersionOptions(BaseModel):
    """Where the product's version is to be had: from itself or from a command."""

    model_config = STRICT
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


class NetworkOptions(BaseModel):
    """A product that is reached over a network."""

    model_config = STRICT
    url: Annotated[str, AfterValidator(address)] = Field(
        description="Where the product listens, for example http://127.0.0.1:8080."
    )
    headers: dict[str, Annotated[str, BeforeValidator(word)]] = Field(
        default_factory=dict, description="Sent with each request; {account.NAME}, {id}, {seed} are filled in."
    )
    timeout_s: float | None = Field(
        default=None, gt=0, description="Seconds one request may take; limits.turn_timeout_s holds beside it."
    )
    version: Annotated[str | VersionOptions | None, BeforeValidator(word)] = Field(
        default=None, description="The product's version: a value, {get: PATH, path: JMESPATH} or {command: …}."
    )
    concurrency: int | None = Field(
        default=None, ge=1, description="Conversations the product takes at once; no more are held than that."
    )
    announce: bool = Field(
        default=True,
        description="Send the header X-Synthetic-User with each request, so that the product can tell these users.",
    )
    traceparent: bool = Field(
        default=True, description="Send a W3C traceparent header with each request, one trace a conversation."
    )
    trace_header: str | None = Field(
        default=None, description="Header of an answer that holds the product's trace id; else traceresponse is read."
    )
    trace_link: Annotated[str | None, AfterValidator(_link)] = Field(
        default=None, description="Address of a trace in your tracing tool; {trace} is filled in."
    )
    sandbox: bool = Field(default=False, description="Nothing that users order there is real: no warning before a run.")

    def _known_in_headers(self) -> tuple[str, ...]:
        """What may be filled into headers; a connector whose answers bring more says so."""
        return ("id", "seed", "account")

    @model_validator(mode="after")
    def _sound_headers(self) -> NetworkOptions:
        if URL(self.url).user is not None and any(name.lower() == "authorization" for name in self.headers):
            raise ValueError("url has a user in it and headers an Authorization; give one of them")
        for name, value in self.headers.items():
            if any(sign in name + value for sign in "\r\n\0"):
                raise ValueError(f"header {name!r} has a line break in it")
            try:
                template.check(value, self._known_in_headers())
            except ValueError as error:
                raise ValueError(f"header {name!r}: {error}") from error
        return self
