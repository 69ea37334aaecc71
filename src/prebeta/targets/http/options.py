"""The `target:` section of a product over HTTP, checked where it is written and not at the first message."""

from __future__ import annotations

from collections.abc import Iterator
from types import MappingProxyType
from typing import Literal, TypeVar

from pydantic import BaseModel, Field, ValidationInfo, field_validator, model_validator

from prebeta.targets.http.sections import (
    UNSAID,
    HistoryOptions,
    MessageOptions,
    OpeningOptions,
    PollOptions,
    RequestOptions,
    StateOptions,
)
from prebeta.targets.wire import template
from prebeta.targets.wire.network_options import STRICT, JmesPath, NetworkOptions

_ALWAYS = ("id", "seed", "account")
_IN_CONVERSATION = ("session", *_ALWAYS)
_OF_ITS_OWN = MappingProxyType(
    {
        "login": _ALWAYS,
        "start": _IN_CONVERSATION,
        "send": ("text", "payload", *_IN_CONVERSATION, "history"),
        "poll": (*_IN_CONVERSATION, "cursor"),
        "state": _IN_CONVERSATION,
    }
)
_KEEPERS = ("login", "start", "send")
_Section = TypeVar("_Section", bound=RequestOptions | StateOptions | None)


class ReplyOptions(BaseModel):
    """JMESPath expressions to the parts of an answer; the same for start, send and poll."""

    model_config = STRICT
    messages: JmesPath = Field(description="To a text, a list of texts, or a list of {text}, {content}, {message}.")
    repeats: bool = Field(
        default=False, description="Each answer holds the whole conversation so far: what was told before isn't new."
    )
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
    login: OpeningOptions | None = Field(
        default=None,
        description="Before anything else, for cookies and tokens; again, and the message with it, when they run out (401).",
    )
    start: OpeningOptions | None = Field(
        default=None, description="Opens a conversation. Left out, the first user message does."
    )
    send: MessageOptions = Field(description="Sends what the user types or presses.")
    poll: PollOptions | None = Field(
        default=None, description="Fetches what the product says later than in its answer to send."
    )
    state: StateOptions | None = Field(
        default=None, description="Asks after each turn for what reply.state would tell, where the answers don't."
    )
    history: HistoryOptions = Field(
        default_factory=HistoryOptions, description="How {history} is written, for products that remember nothing."
    )
    reply: ReplyOptions = Field(description="Where the parts of an answer are.")

    @field_validator("login", "start", "send", "poll", "state")
    @classmethod
    def _known_placeholders(cls, section: _Section, info: ValidationInfo) -> _Section:
        if section is None or not all(one in info.data or one == info.field_name for one in _needed(info.field_name)):
            return section  # an earlier section is wrong itself
        sections: dict[str, object] = {**info.data, str(info.field_name): section}
        kept = [name for one in _needed(info.field_name) for name in _kept_by(sections.get(one))]
        known = (*_OF_ITS_OWN[str(info.field_name)], *kept)
        for part in _texts_of(section):
            template.check(part, known)
        if isinstance(section, MessageOptions) and not section.asks_for() & {"text", "payload", "history"}:
            raise ValueError(UNSAID)
        return section

    @model_validator(mode="after")
    def _sound_together(self) -> HttpOptions:
        if self.state is not None and self.reply.state is not None:
            raise ValueError("the state is told by reply.state or asked for by state; give one of them")
        if self.reply.repeats and self.poll is not None:
            raise ValueError("reply.repeats goes without poll, which tells by brings what its answers hold")
        if self.history.last is False and not self.send.asks_for() & {"text", "payload"}:
            raise ValueError(f"with history.last: false, {UNSAID}")
        for name in _KEEPERS:
            section = getattr(self, name)
            for kept, told in section.keep.items() if section is not None else ():
                if told.path is not None and told.path == self.reply.session:
                    raise ValueError(
                        f"{name}.keep: {kept!r} is the session's id, which is kept anyway: use {{session}}"
                    )
        return self

    def _known_in_headers(self) -> tuple[str, ...]:
        return (*_ALWAYS, *self.kept_names())

    def kept_names(self) -> tuple[str, ...]:
        """Names of all that is kept from answers."""
        return tuple(name for one in _KEEPERS for name in _kept_by(getattr(self, one)))


def _needed(field: str | None) -> tuple[str, ...]:
    """The sections whose kept values a section may use, its own included."""
    return _KEEPERS[: _KEEPERS.index(field) + 1] if field in _KEEPERS else _KEEPERS


def _kept_by(section: object) -> tuple[str, ...]:
    return tuple(section.keep) if isinstance(section, OpeningOptions | MessageOptions) else ()


def _texts_of(section: RequestOptions | StateOptions) -> Iterator[object]:
    if isinstance(section, StateOptions):
        yield section.get
        yield section.headers
    else:
        yield from (section.path, section.body, section.form)
