"""The smaller sections: limits, gate, bounds, setup."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema, model_validator

from prebeta.config.fields import SECTION, Function, Rate, Text, Texts, function_schema, or_short

Seconds = Annotated[float, Field(gt=0, allow_inf_nan=False)]


class LimitsConfig(BaseModel):
    """Bounds of a conversation and of a run."""

    model_config = SECTION
    max_turns: int = Field(30, ge=1, description="User turns in a conversation.")
    turn_timeout_s: Seconds = Field(30.0, description="Seconds the product has for an answer.")
    conversation_timeout_s: Seconds = Field(300.0, description="Seconds a whole conversation may take.")
    concurrency: int = Field(50, ge=1, description="Conversations held at the same time.")
    ramp_up_s: float = Field(0.0, ge=0, allow_inf_nan=False, description="Seconds until all of them are started.")
    max_cost_usd: float | None = Field(
        None, ge=0, allow_inf_nan=False, description="USD that LLMs may cost in a run; then it ends with what it has."
    )
    max_model_tokens: int | None = Field(None, ge=0, description="Tokens that LLMs may take in a run.")


class GateConfig(BaseModel):
    """When a run counts as passed. Of rates the whole 95 % interval counts, never the rate alone."""

    model_config = SECTION
    max_failure_rate: Rate | None = Field(
        None, description="Highest share of typical users that may fail: 0 to 1, or a percentage such as 5%."
    )
    max_flawed_rate: Rate | None = Field(
        None, description="Highest share of typical users that may meet a fault, whatever the end."
    )
    min_conversations: int | None = Field(
        None, ge=1, description="Fewer valid conversations decide nothing: the gate is inconclusive."
    )
    no_new_findings: bool = Field(
        False, description="Fails where a finding is significantly more frequent than in the run of `against`."
    )
    not_worse: bool = Field(False, description="Fails where the failure rate is significantly above that run's.")
    against: Text | None = Field(
        None,
        description="The run to hold against: an id, a release (its latest run), or previous, which is the default.",
    )
    allow: dict[Text, Text] = Field(
        default_factory=dict, description="Findings that are known and accepted: id -> the reason."
    )

    @model_validator(mode="after")
    def _something(self) -> GateConfig:
        rates = (self.max_failure_rate, self.max_flawed_rate, self.min_conversations)
        if all(rule is None for rule in rates) and not self.no_new_findings and not self.not_worse:
            raise ValueError("holds no rule; give max_failure_rate, no_new_findings or another (prebeta schema)")
        return self


class BoundsConfig(BaseModel):
    """What must never show up in an answer."""

    model_config = SECTION
    canaries: Texts = Field((), description="Texts planted in the product's prompt or data.")
    instructions: Text | None = Field(None, description="File with the product's instructions.")
    languages: tuple[Annotated[str, Field(pattern="^[a-z]{2}$")], ...] = Field(
        (), description="Two letters of each language the product answers in; else those it has spoken before."
    )


class CallConfig(BaseModel):
    """An HTTP call before or after a conversation, written like those of the http target."""

    model_config = SECTION
    get: Text | None = Field(None, description="Path or URL to GET.")
    post: Text | None = Field(None, description="Path or URL to POST to.")
    put: Text | None = Field(None, description="Path or URL to PUT to.")
    delete: Text | None = Field(None, description="Path or URL to DELETE.")
    headers: dict[str, Text] = Field(default_factory=dict, description="HTTP headers.")
    body: Any = Field(None, alias="json", description="JSON body.")

    @model_validator(mode="after")
    def _one(self) -> CallConfig:
        if sum(call is not None for call in (self.get, self.post, self.put, self.delete)) != 1:
            raise ValueError("give exactly one of get, post, put, delete")
        return self


def _checked_accounts(value: Any) -> Any:
    if isinstance(value, str) or callable(value):
        return value
    if isinstance(value, list | tuple) and value and all(isinstance(each, Mapping) for each in value):
        return tuple(dict(each) for each in value)
    raise ValueError("should be a list of accounts (key: value each), a CSV file, or module:function")


def _accounts_schema() -> dict[str, Any]:
    return {"anyOf": [{"type": "array", "minItems": 1, "items": {"type": "object"}}, {"type": "string"}]}


Accounts: TypeAlias = Annotated[Any, BeforeValidator(_checked_accounts), WithJsonSchema(_accounts_schema())]


class SetupConfig(BaseModel):
    """What happens before and after each conversation, and the accounts users have."""

    model_config = ConfigDict(**SECTION, json_schema_extra=or_short(function_schema()))
    function: Function | None = Field(None, description="module:function.")
    before: CallConfig | None = Field(None, description="Call before each conversation.")
    after: CallConfig | None = Field(None, description="Call after each conversation.")
    accounts: Accounts | None = Field(
        None, description="Accounts that users take in turn: a list, a CSV file, or module:function that gives a list."
    )

    @property
    def calls(self) -> bool:
        """Whether anything is to be done before or after a conversation."""
        return any(each is not None for each in (self.function, self.before, self.after))

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        return {"function": value} if isinstance(value, str) or callable(value) else value

    @model_validator(mode="after")
    def _something(self) -> SetupConfig:
        if not self.calls and self.accounts is None:
            raise ValueError("give module:function, or before and after, or accounts")
        return self
