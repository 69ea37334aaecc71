"""Where the product holds a slot's value, and whether it is what the user last said."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

import jmespath
from jmespath.exceptions import JMESPathTypeError

from prebeta.core.types import Json, Press, Reply, Scenario, Transcript, Turn
from prebeta.dialogue.matching import matches, mentions
from prebeta.dialogue.similarity import content_words

_YES = re.compile(r"^\W*(?:y|yes|yeah|yep|yup|true|sure|ok(?:ay)?|of course|please|i do|i have|1|on)\b", re.I)
_NO = re.compile(r"^\W*(?:n|no|nope|false|not?|none|without|i don['’]?t|0|off)\b", re.I)


_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")


class FactRule(Protocol):
    """A line of `end_state.facts`."""

    @property
    def path(self) -> str | None: ...
    @property
    def says(self) -> str | None: ...
    @property
    def match(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Utterance:
    """One time the user gave a slot's value: at which turn, which value, and all forms that count as the same."""

    turn: int
    value: str
    forms: tuple[str, ...]
    mistyped: bool = False


def as_document(reply: Reply) -> dict[str, Json]:
    """The reply as JMESPath expressions of a project see it."""
    return {
        "state": reply.state,
        "messages": list(reply.messages),
        "options": [{"title": option.title, "payload": option.payload} for option in reply.options],
        "ended": reply.ended,
        "session": reply.session,
        "trace": reply.trace,
        "tool_calls": list(reply.tool_calls),
    }


_LONG = 6


class FactReader:
    """Reads the facts that a project declares from a product's reply; made once a run."""

    def __init__(self, facts: Mapping[str, FactRule]) -> None:
        self._match = {slot: rule.match for slot, rule in facts.items()}
        self._paths = {slot: finder(rule.path) for slot, rule in facts.items() if rule.path}
        self._says = {slot: re.compile(rule.says, re.I) for slot, rule in facts.items() if rule.says}

    def read(self, reply: Reply) -> dict[str, Json]:
        """Slot to value (None where the product holds none) for all declared facts."""
        values: dict[str, Json] = {}
        if self._paths:
            document = as_document(reply)
            values = {slot: _value(find(document)) for slot, find in self._paths.items()}
        for slot, pattern in self._says.items():
            found = pattern.search(reply.text)
            values[slot] = found.group(1 if pattern.groups else 0) if found else None
        return values

    def read_all(self, turns: Sequence[Turn], reply: Reply) -> dict[str, Json]:
        """As `read`; a fact found by words (`says`) may also stand in an earlier message, the last one counts."""
        values = self.read(reply)
        for slot, pattern in self._says.items():
            replies = (turn.reply for turn in reversed(turns) if turn.reply is not None)
            found = next((hit for earlier in replies if (hit := pattern.search(earlier.text))), None)
            values[slot] = found.group(1 if pattern.groups else 0) if found else None
        return values

    def same(self, slot: str, actual: Json, said: Utterance, today: date | None) -> bool:
        """Whether the product's value is the one that was said."""
        if isinstance(actual, bool):
            return any((_YES if actual else _NO).search(form) for form in said.forms)
        if matches(self._match.get(slot, "contains"), actual, said.forms, today):
            return True
        # Of a value with a typing error a product may rightly keep the part that it knows.
        return said.mistyped and isinstance(actual, str) and bool(content_words(actual) & content_words(said.value))

    def shows(self, text: str, slot: str, value: str, today: date | None) -> bool:
        """Whether a text shows this value of the slot, in any form in which such values compare as the same."""
        return mentions(text, value, self._match.get(slot, "contains"), today)

    def unmistakable(self, slot: str, value: str) -> bool:
        """Whether the value is of a kind that a text doesn't hold by chance: an id, an address."""
        return self._match.get(slot) in ("id", "exact") and len(value) >= _LONG


def finder(path: str) -> Callable[[Json], Json]:
    """A JMESPath expression as a function of a document. It gives None also where the document's shape doesn't suit a
    function in it, such as the length of what isn't there yet. Plain dotted names, which most are, skip the interpreter.
    """
    names = tuple(path.split(".")) if _DOTTED.fullmatch(path) else ()
    compiled = jmespath.compile(path)

    def walk(document: Json) -> Json:
        for name in names:
            if not isinstance(document, dict):
                return None
            document = document.get(name)
        return document

    def search(document: Json) -> Json:
        try:
            return compiled.search(document)
        except JMESPathTypeError:
            return None

    return walk if names else search


def _value(found: Any) -> Json:
    """Empty text and empty collections are no value."""
    return None if found in ("", [], {}) else found


def utterances(scenario: Scenario, turns: Sequence[Turn]) -> dict[str, list[Utterance]]:
    """Slot to the times its value was given, in order."""
    words = {
        (slot.name, fact.value): fact.words
        for slot in scenario.goal.slots
        for fact in (slot.fact, slot.instead)
        if fact is not None
    }
    said: dict[str, list[Utterance]] = {}
    for turn in turns:
        if turn.act is None or not turn.act.facts:
            continue
        pressed = turn.move.option if isinstance(turn.move, Press) else None
        for slot, value in turn.act.facts.items():
            forms = [value, turn.act.said.get(slot, value), *words.get((slot, value), ())]
            if pressed is not None:
                forms += [pressed.title, pressed.payload or pressed.title]
            mistyped = "mistype" in turn.act.behaviors
            said.setdefault(slot, []).append(Utterance(turn.index, value, tuple(dict.fromkeys(forms)), mistyped))
    return said


def day_of(transcript: Transcript) -> date | None:
    """The day on which the conversation was held, for words such as *tomorrow*."""
    return datetime.fromtimestamp(transcript.started_at).date() if transcript.started_at else None
