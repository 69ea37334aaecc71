"""The sections of an HTTP product's `target:` that say how it is spoken to, each checked where it is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, model_validator

from prebeta.core.types import Json
from prebeta.targets.wire import template
from prebeta.targets.wire.network_options import STRICT, JmesPath, word

METHODS = ("post", "get", "put")
OWN_NAMES = ("text", "payload", "session", "id", "seed", "account", "history", "cursor")
"""Placeholders that have a meaning of their own, so that nothing can be kept under these names."""
UNSAID = "what the user says is not sent: use {text} in json, form or the path"
Press: TypeAlias = Literal["title", "payload"]
_NAME = re.compile(r"[A-Za-z_]\w*")


def _as_path(value: Any) -> Any:
    return {"path": value} if isinstance(value, str) else value


class KeepOptions(BaseModel):
    """Where a value to keep is in an answer. Exactly one of path, header, cookie."""

    model_config = STRICT
    path: JmesPath | None = Field(default=None, description="JMESPath to it in the answer's JSON.")
    header: str | None = Field(default=None, description="The header of the answer that holds it.")
    cookie: str | None = Field(default=None, description="The cookie that holds it.")
    secret: bool = Field(
        default=True, description="Strike the value out of all that is stored; false for a plain id or number."
    )

    @model_validator(mode="after")
    def _one_place(self) -> KeepOptions:
        if sum(place is not None for place in (self.path, self.header, self.cookie)) != 1:
            raise ValueError("give exactly one of path, header, cookie")
        return self


def _names(keep: dict[str, KeepOptions]) -> dict[str, KeepOptions]:
    for name in keep:
        if name in OWN_NAMES:
            raise ValueError(f"{{{name}}} has a meaning already; keep it under another name")
        if not _NAME.fullmatch(name):
            raise ValueError(f"{name!r} can't be a placeholder; use letters, digits and _")
    return keep


Kept = Annotated[
    dict[str, Annotated[KeepOptions, BeforeValidator(_as_path, json_schema_input_type=str | KeepOptions)]],
    AfterValidator(_names),
    Field(
        description="Values of the answer that later requests use as {NAME}: a JMESPath, {header: NAME} or {cookie: NAME}."
    ),
]


class RequestOptions(BaseModel):
    """A request. Exactly one of post, get, put."""

    model_config = STRICT
    post: str | None = Field(default=None, description="Path to POST to, for example /chats/{session}.")
    get: str | None = Field(default=None, description="Path to GET, for example /chat?q={text}.")
    put: str | None = Field(default=None, description="Path to PUT to.")
    body: Json = Field(
        default=None,
        alias="json",
        description="JSON to send, for example {text: '{text}'}. Placeholders: {text}, {payload}, {history}, {session}, "
        "{id}, {seed}, {account.NAME}, and what was kept; a key whose placeholder has no value is left out.",
    )
    form: dict[str, Any] | None = Field(default=None, description="Form fields to send instead of JSON.")

    @model_validator(mode="after")
    def _sound(self) -> RequestOptions:
        given = [name for name in METHODS if getattr(self, name) is not None]
        if len(given) != 1:
            told = f"got {' and '.join(given)}" if given else "got none"
            raise ValueError(f"give exactly one of post, get, put; {told}")
        if self.body is not None and self.form is not None:
            raise ValueError("give json or form, not both")
        if _has_inside((self.path, self.body, self.form), "{history}", at_top=True):
            raise ValueError("{history} is a list, so it must stand alone, as in json: {messages: '{history}'}")
        return self

    @property
    def method(self) -> str:
        """post, get or put."""
        return next(name for name in METHODS if getattr(self, name) is not None)

    @property
    def path(self) -> str:
        path: str = getattr(self, self.method)
        return path

    def asks_for(self) -> frozenset[str]:
        """All placeholders in it."""
        return template.placeholders([self.path, self.body, self.form])


def _has_inside(value: Json, words: str, *, at_top: bool = False) -> bool:
    """Whether the words stand in a text in which there is more; `at_top`: the first of these is a path, all of it text."""
    if isinstance(value, str):
        return words in value and value != words
    if isinstance(value, Mapping):
        return any(_has_inside(item, words) for item in value.values())
    if isinstance(value, list | tuple):
        first_is_path = at_top and words in value[0]
        return first_is_path or any(_has_inside(item, words) for item in value)
    return False


class OpeningOptions(RequestOptions):
    """A request before the first message. Exactly one of post, get, put."""

    keep: Kept = Field(default_factory=dict)


class MessageOptions(RequestOptions):
    """The request that sends what the user typed or pressed. Exactly one of post, get, put."""

    press: Press = Field(default="title", description="What {text} is when the user presses a quick reply.")
    keep: Kept = Field(default_factory=dict)


class PollOptions(RequestOptions):
    """The request that fetches what the product says later. Exactly one of post, get, put."""

    every_s: float = Field(default=0.5, gt=0, description="Seconds between two requests.")
    until: JmesPath | None = Field(
        default=None,
        description="True in an answer when the product has said all it will, for example status == 'idle'.",
    )
    quiet_s: float = Field(
        default=1.0, ge=0, description="Without until: the answer is whole when nothing more came for so many seconds."
    )
    wait_s: float = Field(
        default=10.0,
        ge=0,
        description="Seconds that a user who waits looks for something more, at most half a turn's time.",
    )
    brings: Literal["all", "turn", "new"] | None = Field(
        default=None,
        description="What one answer holds: all messages of the conversation, all of this turn, or only new ones. "
        "Left out: new where {cursor} is used, else all.",
    )
    message_id: JmesPath | None = Field(
        default=None,
        alias="id",
        description="To a message's id within what reply.messages finds: those known are not new.",
    )
    cursor: JmesPath | None = Field(
        default=None, description="To what {cursor} is in the next request; also looked for in other answers."
    )
    first: Json = Field(
        default=None, description="What {cursor} is before any came; left out, its parameter isn't sent."
    )
    greets: bool | None = Field(
        default=None,
        description="Whether the product speaks first: true waits for it, false doesn't look. "
        "Left out, it is looked for during quiet_s.",
    )

    @model_validator(mode="after")
    def _sound_cursor(self) -> PollOptions:
        used = "cursor" in self.asks_for()
        if used and self.cursor is None:
            raise ValueError("{cursor} is used, and cursor doesn't say where an answer holds it")
        if self.cursor is not None and not used:
            raise ValueError("cursor is given, and {cursor} is not used in the request")
        return self

    @property
    def held(self) -> str:
        """What one answer holds: all, turn or new."""
        return self.brings or ("all" if self.cursor is None else "new")


class StateOptions(BaseModel):
    """Where the product's own account of the matter is to be had after each turn. Exactly one of get, function."""

    model_config = STRICT
    get: str | None = Field(
        default=None,
        description="Path or address to ask, for example /orders/{session}; 404 means that there is none yet.",
    )
    path: JmesPath | None = Field(default=None, description="JMESPath to the state in the answer; left out, all of it.")
    headers: dict[str, Annotated[str, BeforeValidator(word)]] = Field(
        default_factory=dict,
        description="Sent with it besides the target's headers; to another host these go alone.",
    )
    function: str | None = Field(
        default=None, description="module:function beside prebeta.yaml, called with the session's id; may be async."
    )
    timeout_s: float = Field(default=5.0, gt=0, description="Seconds it may take.")

    @model_validator(mode="after")
    def _one_source(self) -> StateOptions:
        if (self.get is None) == (self.function is None):
            raise ValueError("give either get or function")
        if self.function is not None and not all(self.function.partition(":")):
            raise ValueError(f"{self.function!r} isn't of the form module:function, for example shop_db:order_of")
        if self.function is not None and (self.path or self.headers):
            raise ValueError("path and headers go with get")
        return self


class HistoryOptions(BaseModel):
    """How {history}, the conversation so far, is written: a list of objects."""

    model_config = STRICT
    role: str = Field(default="role", description="The key that says who speaks.")
    content: str = Field(default="content", description="The key of what is said.")
    user: str = Field(default="user", description="The value of role where the user speaks.")
    product: str = Field(default="assistant", description="The value of role where the product speaks.")
    last: bool | None = Field(
        default=None,
        description="Whether it ends with what is being sent. Left out: yes where {text} and {payload} aren't sent.",
    )
