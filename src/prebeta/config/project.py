"""The project: everything prebeta.yaml says, validated, and what the other rooms need from it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PrivateAttr,
    model_validator,
)

from prebeta import plugins
from prebeta.config import documents, slots
from prebeta.config.complaints import as_validation
from prebeta.config.connectors import model_options, options
from prebeta.config.ending import EndStateConfig, StagesConfig
from prebeta.config.fields import SECTION, Text, Texts, is_module_attribute, listed
from prebeta.config.goals import GoalConfig, PersonaConfig
from prebeta.config.hiding import checked_redaction
from prebeta.config.people import listed_personas, personas_schema, read_accounts, read_personas
from prebeta.config.references import unresolved
from prebeta.config.running import BoundsConfig, GateConfig, LimitsConfig, SetupConfig
from prebeta.config.starter import untouched
from prebeta.config.users import BehaviorRates, UserConfig
from prebeta.core.errors import UsageError
from prebeta.core.types import Json, Limits, Persona, SlotSpec

if TYPE_CHECKING:
    from prebeta.dialogue.reading import AnswerRule

NOT_YET = (
    "knowledge",
    "judges.rubrics",
)
"""Keys that are accepted and have no effect yet."""


def _checked_judge(name: str) -> str:
    known = (*plugins.names("judge"), "rubrics")
    if name not in known and not is_module_attribute(name):
        raise ValueError(f"unknown judge {name!r}; known: {', '.join(known)}, or module:function")
    return name


class Project(BaseModel):
    """A product to be tested: how to reach it, what users want from it, and when that is done."""

    model_config = ConfigDict(**SECTION, title="prebeta.yaml", arbitrary_types_allowed=True)

    name: Text | None = Field(None, description="Name of the project; shown in reports.")
    target: Annotated[Any, BeforeValidator(options)] = Field(
        description="The connector to the product: a mapping with kind, a URL, or module:function."
    )
    end_state: EndStateConfig = Field(description="What a conversation must come to.")
    stages: StagesConfig = Field(
        default_factory=StagesConfig,
        description="Steps on the way; without them taken from the product's state, else from what it asks and says.",
    )
    goals: tuple[GoalConfig, ...] = Field(min_length=1, description="What users want from the product.")
    out_of_scope: Texts = Field((), description="Requests the product should decline.")
    personas: Annotated[tuple[PersonaConfig, ...], BeforeValidator(listed_personas)] = Field(
        (),
        description="Who the users are; a text each, or {text, traits}, {from: FILE}, {generate: N}.",
        json_schema_extra=personas_schema,
    )
    behaviors: BehaviorRates = Field(
        default_factory=dict, description="Behavior -> share of typical users that show it; overrides the built-in mix."
    )
    user: UserConfig = Field(default_factory=UserConfig, description="How synthetic users decide, speak and read.")
    models: dict[str, Annotated[Any, BeforeValidator(model_options)]] = Field(
        default_factory=dict, description="LLMs that work for prebeta (never the product), by name."
    )
    knowledge: Texts = Field((), description="Files with what the product may say.")
    bounds: BoundsConfig = Field(default_factory=BoundsConfig, description="What must never show up in an answer.")
    limits: LimitsConfig = Field(default_factory=LimitsConfig, description="Bounds of a conversation and of a run.")
    judges: Annotated[tuple[Annotated[Text, AfterValidator(_checked_judge)], ...], BeforeValidator(listed)] = Field(
        ("rules",), description="Who judges: rules, rubrics, module:function."
    )
    redact: Annotated[tuple[Annotated[Text, AfterValidator(checked_redaction)], ...], BeforeValidator(listed)] = Field(
        (), description="What is made unreadable before it is stored: email, card, phone or a regular expression."
    )
    setup: SetupConfig | None = Field(None, description="module:function or HTTP calls around each conversation.")
    gate: GateConfig | None = Field(None, description="When a run counts as passed.")
    store: Text = Field(".prebeta/prebeta.db", description="Where runs are kept: a file, or a postgresql URL.")

    _document: dict[str, Any] | None = PrivateAttr(default=None)
    _folder: Path | None = PrivateAttr(default=None)

    @model_validator(mode="before")
    @classmethod
    def _empty_sections(cls, value: Any) -> Any:
        """A section whose lines are all commented out is as good as absent."""
        if not isinstance(value, Mapping):
            return value
        return {key: section for key, section in value.items() if section is not None}

    @model_validator(mode="after")
    def _references(self) -> Project:
        complaints = unresolved(self.model_dump(exclude={"target"}, by_alias=True))
        if complaints:
            raise as_validation(complaints)
        return self

    @classmethod
    def from_document(cls, document: Mapping[str, Any], folder: Path, shown: str = "stored project") -> Project:
        """The project behind a document as `document` gives it; `${ENV}` is put in now. Raises UsageError."""
        from prebeta.config.loading import from_document

        return from_document(document, folder, shown)

    @property
    def document(self) -> dict[str, Any]:
        """The project as JSON-able data without a secret: variables stand as `${ENV}`, as in the file."""
        return self._document if self._document is not None else documents.of_model(self)

    @property
    def folder(self) -> Path:
        """Base of relative paths and of the project's own modules."""
        return self._folder if self._folder is not None else Path.cwd()

    def placed(self, document: dict[str, Any], folder: Path) -> Project:
        """This project with the document it was made from and its folder."""
        placed = self.model_copy()
        placed._document = document
        placed._folder = folder
        return placed

    def slots(self) -> tuple[SlotSpec, ...]:
        """The slots of all goals, with values and words joined; reads CSV files, so call it once a run."""
        matches = {name: fact.match for name, fact in self.end_state.facts.items()}
        return slots.declared(self.goals, matches, self.folder)

    def answers(self) -> tuple[AnswerRule, ...]:
        """The product's words from `user.answers`, compiled; any case."""
        from prebeta.dialogue.reading import AnswerRule

        rules = self.user.answers.items()
        return tuple(AnswerRule(name, re.compile(rule.says, re.IGNORECASE), rule.then) for name, rule in rules)

    def people(self) -> tuple[Persona, ...]:
        """The declared personas, those in files too; reads the files, so call it once a run. Raises UsageError."""
        found: list[Persona] = []
        for each in self.personas:
            if each.from_ is not None:
                found += read_personas(self.folder, each.from_)
            elif each.text is not None:
                found.append(Persona(each.text, dict(each.traits)))
        return tuple(found)

    def accounts(self) -> tuple[Mapping[str, Json], ...]:
        """The accounts users take in turn; reads the file or calls the function. Raises UsageError."""
        declared = self.setup.accounts if self.setup is not None else None
        return () if declared is None else read_accounts(declared, self.folder)

    def instructions(self) -> str:
        """The text of the product's instructions, empty where none are declared. Raises UsageError."""
        if self.bounds.instructions is None:
            return ""
        path = self.folder / self.bounds.instructions
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"bounds.instructions: cannot read {path}: {error}") from error

    def core_limits(self) -> Limits:
        """`limits` as the engine takes them."""
        return Limits(**self.limits.model_dump(exclude={"max_cost_usd", "max_model_tokens"}))

    @property
    def voice(self) -> str | None:
        """The name of the LLM that speaks for users; None where templates do."""
        return None if self.user.voice == "templates" else self.user.voice

    def warnings(self) -> tuple[str, ...]:
        """What to know before a run, a line each: keys that do nothing yet, headers that the end-state probe can't send, and
        goals that are still init's example."""
        example = untouched(self.document)
        idle = (f"{key} is accepted but does nothing yet" for key in self._without_effect())
        probe = self.end_state.when.probe
        unsent = (
            f"end_state.when.probe is asked without target.headers.{name}: what is filled into it only a conversation knows; "
            "where it is needed, ask by target.state (kind http) or a function"
            for name in (() if probe is None else probe.unsent(self.target))
        )
        return (*idle, *unsent, *(() if example is None else (example,)))

    def _without_effect(self) -> list[str]:
        fields = type(self).model_fields
        whole = [key for key in NOT_YET if key in fields]
        idle = [key for key in whole if getattr(self, key) != fields[key].get_default(call_default_factory=True)]
        if "rubrics" in self.judges:
            idle.append("judges: rubrics")
        return idle
