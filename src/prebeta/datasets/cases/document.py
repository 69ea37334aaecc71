"""A case as its file says it: keys, types, and what may be left out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, Field, model_validator

from prebeta.config.fields import SECTION, Text, Texts, as_written
from prebeta.core.types import Json, Sample

AnyText: TypeAlias = Annotated[str, BeforeValidator(as_written)]
"""A text that may be empty: what a user types, say."""


class FindingDocument(BaseModel):
    """The failure mode that the case shows."""

    model_config = SECTION
    id: Text
    kind: Text
    stage: Text | None = None
    slot: Text | None = None


class FlawDocument(BaseModel):
    """A flaw that must not show: kind, what the user had done before (`after`), slot and stage where they matter."""

    model_config = SECTION
    kind: Text
    after: Text | None = None
    slot: Text | None = None
    stage: Text | None = None
    way: Text | None = None


class ChecksDocument(BaseModel):
    """What must hold."""

    model_config = SECTION
    end_state: Literal["reached", "declined", "handed_off", "any"] = "reached"
    required: dict[str, AnyText] = Field(default_factory=dict)
    forbidden: dict[str, Texts] = Field(default_factory=dict)
    must_not: tuple[FlawDocument, ...] = Field(min_length=1)


class QuestionDocument(BaseModel):
    """A question of the user's, and what a right answer contains."""

    model_config = SECTION
    ask: AnyText
    expect: AnyText | None = None


class MoveDocument(BaseModel):
    """One move: `say` (typed), `press` (a quick reply, by its title) or `wait`; the rest is what it meant."""

    model_config = SECTION
    say: AnyText | None = None
    press: AnyText | None = None
    payload: AnyText | None = None
    wait: Literal[True] | None = None
    act: Text | None = None
    facts: dict[str, AnyText] = Field(default_factory=dict)
    said: dict[str, AnyText] = Field(default_factory=dict)
    asked: Text | None = None
    question: QuestionDocument | None = None
    behaviors: Texts = ()
    understood: bool = True

    @model_validator(mode="after")
    def _one(self) -> MoveDocument:
        if sum(one is not None for one in (self.say, self.press, self.wait)) != 1:
            raise ValueError("give exactly one of say, press, wait")
        if self.payload is not None and self.press is None:
            raise ValueError("payload belongs to press")
        return self


class FactDocument(BaseModel):
    """A value with other ways to say it."""

    model_config = SECTION
    value: AnyText
    words: tuple[AnyText, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        text = as_written(value)
        return {"value": text} if isinstance(text, str) else value


class SlotDocument(BaseModel):
    """A fact of the user's goal; `instead` is what it says first where it changes its mind."""

    model_config = SECTION
    value: AnyText
    words: tuple[AnyText, ...] = ()
    instead: FactDocument | None = None

    @model_validator(mode="before")
    @classmethod
    def _short(cls, value: Any) -> Any:
        text = as_written(value)
        return {"value": text} if isinstance(text, str) else value


class ScenarioDocument(BaseModel):
    """Who is sent, where the script doesn't fit any more: everything that decides how that user behaves."""

    model_config = SECTION
    id: Text
    seed: int = Field(ge=0)
    sample: Sample = "census"
    policy: Text = "agenda"
    persona: AnyText
    traits: dict[str, AnyText] = Field(default_factory=dict)
    goal: AnyText
    slots: dict[str, SlotDocument] = Field(default_factory=dict)
    questions: tuple[QuestionDocument, ...] = ()
    behaviors: Texts = ()
    out_of_scope: tuple[AnyText, ...] = ()
    opening: AnyText | None = None
    prefix: tuple[AnyText, ...] = ()
    account: Mapping[str, Json] | None = None


class FlakinessDocument(BaseModel):
    """How often it failed of how often it was held."""

    model_config = SECTION
    failed: int = Field(ge=0)
    of: int = Field(ge=0)

    @model_validator(mode="after")
    def _share(self) -> FlakinessDocument:
        if self.failed > self.of:
            raise ValueError(f"failed {self.failed} of {self.of} is more than all")
        return self


class ProvenanceDocument(BaseModel):
    """Where the case comes from."""

    model_config = SECTION
    run: Text
    conversation: Text
    turn: int = Field(ge=0)
    release: Text | None = None
    version: Text | None = None
    added: Text | None = None


class SaidDocument(BaseModel):
    """What one side said: `user` or `product`."""

    model_config = SECTION
    user: AnyText | None = None
    product: AnyText | None = None

    @model_validator(mode="after")
    def _one(self) -> SaidDocument:
        if (self.user is None) is (self.product is None):
            raise ValueError("give either user or product")
        return self


class CaseDocument(BaseModel):
    """The whole file."""

    model_config = SECTION
    case: Text
    title: Text
    finding: FindingDocument
    held_out: bool = False
    happened: tuple[SaidDocument, ...] = ()
    checks: ChecksDocument
    script: tuple[MoveDocument, ...] = ()
    scenario: ScenarioDocument
    flakiness: FlakinessDocument
    provenance: ProvenanceDocument
