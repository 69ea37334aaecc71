"""`goals` and `personas`: what users want, with which facts, and who they are."""

from __future__ import annotations

import difflib
import re
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator, model_validator

from prebeta.config.fields import (
    SECTION,
    Text,
    Texts,
    Values,
    as_written,
    checked_regex,
    or_short,
    text_schema,
    values_list_schema,
)
from prebeta.config.patterns import checked_pattern

PLACEHOLDER = re.compile(r"\{([A-Za-z_]\w*)\}")
"""A slot's name in a message that is sent as written: its value stands there."""


class SlotConfig(BaseModel):
    """A fact the user brings along: listed values, a pattern to make them from, or a column of a CSV file."""

    model_config = ConfigDict(**SECTION, json_schema_extra=or_short(values_list_schema()))
    values: Values | None = Field(None, description="A list, or a mapping from value to other ways to say it.")
    pattern: Annotated[Text, AfterValidator(checked_regex), AfterValidator(checked_pattern)] | None = Field(
        None, description="Regular expression from which values are made, e.g. 0[0-9]{9}."
    )
    from_: Text | None = Field(
        None, alias="from", description="CSV file with a column named like the slot; rows stay together."
    )
    ask: Texts = Field((), description="How the product may ask for it, in its words or yours.")
    optional: bool = Field(False, description="Only about every second user brings it.")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"values": value} if isinstance(value, list | tuple) else value

    @model_validator(mode="after")
    def _one(self) -> SlotConfig:
        if sum(source is not None for source in (self.values, self.pattern, self.from_)) != 1:
            raise ValueError("give exactly one of values, pattern, from")
        return self


class QuestionConfig(BaseModel):
    """A question the user wants answered on the way."""

    model_config = ConfigDict(**SECTION, json_schema_extra=or_short(text_schema()))
    ask: Text = Field(description="The question.")
    expect: Text | None = Field(None, description="What a right answer contains.")

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        text = as_written(value)
        return {"ask": text} if isinstance(text, str) else value


class GoalConfig(BaseModel):
    """What a user wants to get done with the product."""

    model_config = ConfigDict(**SECTION, json_schema_extra=or_short(text_schema()))
    goal: Text = Field(description="What the user wants, in a few words: 'book a repair for a bicycle'.")
    weight: float = Field(1.0, gt=0, allow_inf_nan=False, description="How often, against the other goals.")
    slots: dict[str, SlotConfig] = Field(default_factory=dict, description="The facts the user brings along.")
    questions: tuple[QuestionConfig, ...] = Field((), description="Questions the user may have on the way.")
    starting_prompt: Text | None = Field(None, description="The user's first message, where it is always the same.")
    prefix: Texts = Field(
        (), description="Messages sent before the user takes over, to start in the middle; {SLOT} is the slot's value."
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        text = as_written(value)
        return {"goal": text} if isinstance(text, str) else value

    @model_validator(mode="after")
    def _prefix_fits(self) -> GoalConfig:
        if self.prefix and self.starting_prompt is not None:
            raise ValueError("give either starting_prompt or prefix, whose first message is the start")
        for name in PLACEHOLDER.findall(" ".join(self.prefix)):
            if name not in self.slots:
                near = difflib.get_close_matches(name, self.slots, n=1)
                hint = f"did you mean {near[0]!r}?" if near else f"the slots are: {', '.join(self.slots) or 'none'}"
                raise ValueError(f"prefix: {{{name}}} is no slot of this goal; {hint}")
        return self


class PersonaConfig(BaseModel):
    """Who speaks: a text in plain words, with traits; or a file of such; or a number of personas to be made."""

    model_config = ConfigDict(**SECTION, json_schema_extra=or_short(text_schema()))
    text: Text | None = Field(None, description="In plain words: 'courier who needs it today'.")
    traits: dict[str, Text] = Field(default_factory=dict, description="Dimension -> value, e.g. device: phone.")
    from_: Text | None = Field(None, alias="from", description="YAML or CSV file with a list of personas.")
    generate: int | None = Field(
        None, ge=1, le=10_000, description="Make this many personas, composed for the project; the same in each run."
    )

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        text = as_written(value)
        return {"text": text} if isinstance(text, str) else value

    @field_validator("traits", mode="before")
    @classmethod
    def _no_traits(cls, value: Any) -> Any:
        return {} if value is None else value

    @model_validator(mode="after")
    def _one(self) -> PersonaConfig:
        if sum(source is not None for source in (self.text, self.from_, self.generate)) != 1:
            raise ValueError("give exactly one of text, from, generate")
        if self.from_ is not None and self.traits:
            raise ValueError("traits stand in the file, beside each text")
        return self
