"""How the stages of a run are told where its project doesn't name them: found in its conversations, kept with the run.

Three ways: a field of the product's state that holds the step (`state`), which of its fields are filled (`filled`), or
templates of its replies (`replies`). A naming is applied to one reply at a time, so that the same reply has the same stage in
every conversation.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from prebeta.core.types import Json, Reply
from prebeta.dialogue.reading import Reading
from prebeta.dialogue.similarity import content_words, mask
from prebeta.judges.facts import as_document, finder

START = "opening"
CONFIRM, CLOSING, DONE, GOODBYE, COMPLETE = "confirm", "anything else", "done", "goodbye", "complete"
ALIKE = 0.6
"""Likeness above which a reply is one of a template."""
_LONGEST_NAME, _LONGEST_TEXT = 40, 600
_FAREWELL = re.compile(
    r"\b(?:good ?bye|bye|take care|farewell|see you|you(?:['’]re| are) (?:very |most )?welcome|glad (?:i|we) (?:could|can)|"
    r"(?:have|enjoy)\b[^.?!]{0,20}\b(?:day|evening|night|weekend|week|time|trip|flight|stay|meal|movie|rest))\b",
    re.I,
)
_MASKS = frozenset(("number", "value", "mail", "url"))
Source = Literal["state", "filled", "replies"]


@dataclass(frozen=True, slots=True)
class Template:
    """Replies that ask or say one thing: the stage they open, and the content words of their commonest form."""

    name: str
    words: frozenset[str]


@dataclass(frozen=True, slots=True)
class Naming:
    """`path` is where the state holds the step; `fields` those of the state in the order in which they fill; `templates`
    and then `keys` (word to stage, by rank) are what replies are told by."""

    source: Source
    path: str = ""
    fields: tuple[str, ...] = ()
    templates: tuple[Template, ...] = ()
    keys: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def by_path(cls, path: str) -> Naming:
        """As a project says it: a JMESPath into the reply, such as state.step."""
        return cls("state", path)

    @classmethod
    def of_json(cls, found: Json) -> Naming | None:
        """What `to_json` gave; None of nothing."""
        if not found:
            return None
        templates = tuple(Template(name, frozenset(words)) for name, words in found.get("templates", ()))
        return cls(
            found["source"],
            found.get("path", ""),
            tuple(found.get("fields", ())),
            templates,
            dict(found.get("keys", ())),
        )

    def to_json(self) -> dict[str, Any]:
        """As a run keeps it."""
        parts = {
            "path": self.path,
            "fields": list(self.fields),
            "templates": [[one.name, sorted(one.words)] for one in self.templates],
            "keys": [list(pair) for pair in self.keys.items()],
        }
        return {"source": self.source, **{name: part for name, part in parts.items() if part}}

    def teller(self) -> Callable[[Reply, Reading], str | None]:
        """The stage that a reply opens, as a function; None where it opens none."""
        if self.source == "state":
            return _by_path(self.path)
        return _by_fields(self.fields) if self.source == "filled" else _by_words(self)


def spoken_text(reading: Reading) -> str:
    """What of a message tells its step: what it asks, else all of it."""
    return (reading.prompt if reading.prompts and reading.prompt else reading.text)[-_LONGEST_TEXT:]


def template_words(text: str) -> frozenset[str]:
    """The words that a template is known by."""
    return content_words(mask(text)) - _MASKS


def likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Cosine of two sets of words, 0 to 1 (Ochiai). No weights by rarity: they would change from run to run."""
    return len(one & other) / math.sqrt(len(one) * len(other)) if one and other else 0.0


def act_of(reading: Reading) -> str | None:
    """The stage that a message is by what it does, whatever the matter."""
    if reading.done:
        return DONE
    if reading.confirms:
        return CONFIRM
    if reading.more or reading.open:
        return CLOSING if reading.more else START
    return GOODBYE if not reading.prompts and _FAREWELL.search(reading.text) else None


def step_name(path: str, value: Json) -> str | None:
    """A step field's value as a stage's name."""
    if isinstance(value, str):
        return " ".join(value.split())[:_LONGEST_NAME] or None
    if isinstance(value, int) and not isinstance(value, bool):
        return f"{path.rpartition('.')[2]} {value}"
    return None


def is_filled(value: Json) -> bool:
    return value not in (None, "", False, [], {})


def _by_path(path: str) -> Callable[[Reply, Reading], str | None]:
    find = finder(path)

    def told(reply: Reply, _reading: Reading) -> str | None:
        return step_name(path, find(as_document(reply)))

    return told


def _by_fields(fields: Sequence[str]) -> Callable[[Reply, Reading], str | None]:
    finders = [(path.rpartition(".")[2].strip('"'), finder(path)) for path in fields]

    def told(reply: Reply, _reading: Reading) -> str | None:
        if reply.state is None:
            return None
        document = as_document(reply)
        return next((name for name, find in finders if not is_filled(find(document))), COMPLETE)

    return told


def _by_words(naming: Naming) -> Callable[[Reply, Reading], str | None]:
    known: dict[str, str | None] = {}

    def looked_up(text: str, *, asks: bool) -> str | None:
        words = template_words(text)
        near = max(
            ((likeness(words, one.words), -place) for place, one in enumerate(naming.templates)), default=(0.0, 0)
        )
        if near[0] >= ALIKE:
            return naming.templates[-near[1]].name
        return next((name for key, name in naming.keys.items() if key in words), None) if asks else None

    def told(_reply: Reply, reading: Reading) -> str | None:
        act = act_of(reading)
        if act is not None:
            return act
        text = spoken_text(reading)
        if text not in known:
            known[text] = looked_up(text, asks=reading.prompts)
        return known[text]

    return told
