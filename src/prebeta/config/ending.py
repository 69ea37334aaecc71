"""`end_state` and `stages`: when a conversation has come to its end, what the product must then hold, the way there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, model_validator

from prebeta.config.fields import SECTION, Function, JmesPath, Match, Regex, Text, function_schema, or_short

_FROM_A_CONVERSATION = re.compile(r"(?<!\{)\{[A-Za-z_][\w.]*\}(?!\})")


class ProbeConfig(BaseModel):
    """A GET to the product's side that tells whether the end state is reached."""

    model_config = SECTION
    get: Text = Field(description="Path or URL to ask, e.g. /orders/{session}.")
    path: JmesPath | None = Field(None, description="JMESPath into the answer; must give something true.")
    equals: Any = Field(None, description="What the path must give, where true isn't enough.")

    def elsewhere(self, base: str) -> bool:
        """Whether it asks another scheme, host or port than the product's at `base`: nobody else gets the product's keys."""
        return "://" in self.get and _origin(self.get) != _origin(base)

    def unsent(self, target: Any) -> Iterator[str]:
        """The headers of the target that it can't send: what is filled into them only a conversation knows."""
        headers: dict[str, str] = dict(getattr(target, "headers", None) or {})
        if not self.elsewhere(str(getattr(target, "url", None) or "")):
            yield from (name for name, value in headers.items() if _FROM_A_CONVERSATION.search(value))


def _origin(address: str) -> tuple[str, str | None, int | None]:
    try:
        parts = urlsplit(address)
        scheme = {"ws": "http", "wss": "https"}.get(parts.scheme, parts.scheme)
        return scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(scheme)
    except ValueError:
        return "", None, None


class WhenConfig(BaseModel):
    """The end state is reached when everything given here holds."""

    model_config = ConfigDict(**SECTION, json_schema_extra=or_short(function_schema()))
    ended: bool | None = Field(None, description="The product says that the conversation is over.")
    state: Literal["present", "absent"] | None = Field(None, description="The product tells a state, or none.")
    path: JmesPath | None = Field(None, description="JMESPath into the reply (state.…, ended); must be true.")
    says: Regex | None = Field(None, description="The product's message matches this regular expression (any case).")
    probe: ProbeConfig | None = Field(None, description="Ask the product's side.")
    function: Function | None = Field(None, description="module:function that gets turns and reply, and decides.")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"function": value} if isinstance(value, str) or callable(value) else value

    @model_validator(mode="after")
    def _something(self) -> WhenConfig:
        if all(getattr(self, name) is None for name in type(self).model_fields):
            raise ValueError(f"give at least one of {', '.join(type(self).model_fields)}")
        return self


class FactConfig(BaseModel):
    """Where the product holds a slot's value, and how it is compared with what the user last said."""

    model_config = ConfigDict(**SECTION, json_schema_extra=or_short({"type": "string"}))
    path: JmesPath | None = Field(None, description="JMESPath into the reply, e.g. state.day.")
    says: Regex | None = Field(None, description="Regular expression on the message; its first group is the value.")
    match: Match = Field("contains", description="How values compare; id ignores case, spaces and dashes.")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"path": value} if isinstance(value, str) else value

    @model_validator(mode="after")
    def _one(self) -> FactConfig:
        if (self.path is None) == (self.says is None):
            raise ValueError("give either path or says")
        return self


class HandoffConfig(BaseModel):
    """An ending or answer that counts as a hand-off to people."""

    model_config = ConfigDict(**SECTION, json_schema_extra=or_short({"type": "string"}))
    says: Regex = Field(description="Regular expression on the product's message (any case).")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"says": value} if isinstance(value, str) else value


class EndStateConfig(BaseModel):
    """What a conversation must come to."""

    model_config = SECTION
    when: WhenConfig = Field(description="All of what is given here must hold; or module:function.")
    facts: dict[str, FactConfig] = Field(
        default_factory=dict, description="Slot -> where the product holds it; compared with what the user last said."
    )
    handoff: HandoffConfig | None = Field(None, description="What counts as a hand-off to people.")


class StageConfig(BaseModel):
    """A step on the way, recognised by the slot the product asks for or by its words."""

    model_config = SECTION
    asks: Text | None = Field(None, description="The slot the product asks for in this stage.")
    says: Regex | None = Field(None, description="Regular expression on the product's message (any case).")

    @model_validator(mode="after")
    def _one(self) -> StageConfig:
        if (self.asks is None) == (self.says is None):
            raise ValueError("give either asks or says")
        return self


class StagesConfig(BaseModel):
    """Steps on the way by name, and where the product's own state tells them; the named ones go first."""

    model_config = ConfigDict(**{**SECTION, "extra": "allow"})
    __pydantic_extra__: dict[str, StageConfig]
    from_: JmesPath | None = Field(
        None, alias="from", description="JMESPath into the reply that gives the step, such as state.step."
    )

    @property
    def named(self) -> dict[str, StageConfig]:
        """The steps recognised by what the product asks or says."""
        return self.__pydantic_extra__ or {}
