"""`user` and `behaviors`: how synthetic users decide, speak, and read the product's words."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    WithJsonSchema,
    field_validator,
    model_validator,
)

from prebeta import plugins
from prebeta.config.fields import SECTION, Regex, Share, Text, as_written, is_module_attribute, or_short, text_schema


def built_behaviors() -> frozenset[str]:
    """The behaviors that do something: ours and installed ones."""
    from prebeta.behaviors import CATALOGUE

    return frozenset((*CATALOGUE, *plugins.names("behavior")))


def checked_behavior(name: str) -> str:
    """The name itself. Raises ValueError with the nearest right one."""
    known = dict.fromkeys(sorted(built_behaviors()))
    if name in known or is_module_attribute(name):
        return name
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(sorted(known))}"
    raise ValueError(f"unknown behavior {name!r}; {hint}")


def checked_policy(name: str) -> str:
    """The name itself. Raises ValueError with the known ones."""
    known = dict.fromkeys(plugins.names("user"))
    if name in known or is_module_attribute(name):
        return name
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
    raise ValueError(f"unknown policy {name!r}; {hint}")


BehaviorName: TypeAlias = Annotated[str, AfterValidator(checked_behavior)]
BehaviorRates: TypeAlias = dict[BehaviorName, Share]


class AnswerConfig(BaseModel):
    """How the product's message is recognised, and what the user then does, where that isn't to give the slot."""

    model_config = ConfigDict(**SECTION, json_schema_extra=or_short(text_schema()))
    says: Regex = Field(description="Regular expression on the product's message (any case).")
    then: Text | None = Field(
        None, description="yes, no, restate, wait, close, a slot, or words; else it gives the slot."
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        text = as_written(value)
        return {"says": text} if isinstance(text, str) else value


class ProfileConfig(BaseModel):
    """How users write: the built-in surface profile, or one fitted to real chats."""

    model_config = ConfigDict(**SECTION, json_schema_extra=or_short({"type": "string"}))
    name: Text = Field("default", description="Name of a built-in profile.")
    fit: Text | None = Field(None, description="File with real chats to fit the profile to.")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"name": value} if isinstance(value, str) else value

    @field_validator("name")
    @classmethod
    def _known(cls, name: str) -> str:
        if name != "default":
            raise ValueError("the only built-in profile is 'default'; for your own write {fit: FILE}")
        return name


def _voice(value: Any) -> Any:
    """`{model: NAME}` as NAME."""
    return value["model"] if isinstance(value, Mapping) and set(value) == {"model"} else value


def _voice_schema() -> dict[str, Any]:
    named = {"type": "object", "properties": {"model": {"type": "string", "description": "Name of a model."}}}
    return {"anyOf": [{"type": "string"}, {**named, "required": ["model"], "additionalProperties": False}]}


class UserConfig(BaseModel):
    """How synthetic users decide (policy) and speak (voice)."""

    model_config = SECTION
    voice: Annotated[Text, BeforeValidator(_voice), WithJsonSchema(_voice_schema())] = Field(
        "templates", description="templates, or {model: NAME} of a model under models."
    )
    policy: Annotated[Text, AfterValidator(checked_policy)] = Field("agenda", description="agenda, autopilot or free.")
    patience: int = Field(3, ge=1, description="Product turns without progress after which the user leaves.")
    profile: ProfileConfig = Field(default_factory=ProfileConfig, description="default, or {fit: FILE}.")
    answers: dict[str, AnswerConfig] = Field(
        default_factory=dict, description="The product's words (regex) -> the slot of that name, or {says, then}."
    )
