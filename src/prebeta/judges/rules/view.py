"""A transcript as the rules see it: product turns with what went before them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any, TypeVar

from prebeta.core.types import Act, Json, Reply, Transcript, Turn
from prebeta.dialogue import acts, phrases
from prebeta.dialogue.matching import mentions
from prebeta.dialogue.reading import Reading
from prebeta.dialogue.similarity import mask, sentences
from prebeta.judges.facts import Utterance, day_of, utterances
from prebeta.judges.held import WrongValue, wrong_values
from prebeta.judges.secrets import Secrets
from prebeta.judges.spec import JudgeSpec

Result = TypeVar("Result")
_SPEAKS_OF_LANGUAGE = re.compile(r"\b(?:languages?|english|translat\w+)\b", re.I)
_MOST_KEPT = 8_000
_SURELY = 3
"""A longer value stands in no text by chance."""


@dataclass(frozen=True, slots=True)
class Sign:
    """What a rule found: the blamed turn, the slot concerned, a quotation, and why."""

    turn: int
    reason: str
    evidence: str
    slot: str | None = None
    unsure: bool = False


@dataclass(frozen=True, slots=True)
class Exchange:
    """A product turn with the user turn before it (None for the first) and the product turn before that.

    `given` maps slot to the turn in which it was last uttered, up to here. `waited` is True where the user had said
    nothing. `milestone` names the step the product is at, `changed` whether a declared fact changed, `advanced` whether
    it did or the milestone is one not seen before. `held` are the declared facts
    as the product holds them, None for those it doesn't.
    """

    index: int
    reply: Reply
    reading: Reading
    user: Turn | None
    before: Exchange | None
    given: Mapping[str, int]
    milestone: str | None
    advanced: bool
    changed: bool
    held: Mapping[str, Json]

    @property
    def act(self) -> Act | None:
        return self.user.act if self.user is not None else None

    @property
    def act_name(self) -> str | None:
        return self.act.name if self.act is not None else None

    @property
    def behaviors(self) -> tuple[str, ...]:
        """What fired in the user's turn."""
        return self.act.behaviors if self.act is not None else ()

    @property
    def asked(self) -> str:
        """What the user had said, as it stands in the chat."""
        return self.user.text if self.user is not None else ""

    @property
    def sorry(self) -> bool:
        """The product apologises or didn't understand."""
        return self.reading.fallback or phrases.APOLOGY.search(self.reading.text) is not None

    @property
    def waited(self) -> bool:
        return self.user is not None and self.user.move is not None and self.user.move.kind == "wait"

    @property
    def other_language_declined(self) -> bool:
        """The user wrote in another language, and the reply is about that: to ask once more is right."""
        return "other_language" in self.behaviors and _SPEAKS_OF_LANGUAGE.search(self.reading.text) is not None

    @property
    def cooperative(self) -> bool:
        """The user carried the matter on just before."""
        return self.act_name in acts.COOPERATIVE and not self.waited

    @property
    def supplied(self) -> bool:
        """The user's act gave just what the product had asked for; a guess at what that was, or a value with a typing
        error, did not."""
        if self.before is None or self.act is None or "mistype" in self.act.behaviors:
            return False
        asked = self.before.reading
        if self.act_name == acts.INFORM:
            fits = any(slot in self.act.facts for slot in asked.asks) if asked.asks else asked.placed
            return bool(self.act.facts) and fits
        if self.act_name in (acts.CHOOSE, acts.REQUEST):
            return asked.prompts
        return self.act_name == acts.AFFIRM and asked.confirms


def kept_its_word(exchanges: Sequence[Exchange], position: int) -> bool:
    """Whether a reply only asks to wait, and what was waited for came: it is no answer of its own then."""
    after = exchanges[position + 1] if position + 1 < len(exchanges) else None
    held_on = exchanges[position].reading.hold_on
    return held_on and after is not None and after.waited and not after.reply.empty


class Texts:
    """What follows from a text alone, kept for the run: a product says the same things to many users."""

    def __init__(self) -> None:
        self._kept: dict[tuple[Callable[[str], Any], str], Any] = {}

    def __call__(self, work: Callable[[str], Result], text: str) -> Result:
        """What `work` makes of the text."""
        key = (work, text)
        if key not in self._kept:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
            self._kept[key] = work(text)
        found: Result = self._kept[key]
        return found


class View:
    """One transcript, read once for all rules."""

    def __init__(self, transcript: Transcript, spec: JudgeSpec, secrets: Secrets, texts: Texts) -> None:
        self.transcript, self.spec, self.secrets, self.texts = transcript, spec, secrets, texts
        self.reader, self.facts = spec.reader, spec.facts

    def sentences(self, exchange: Exchange) -> list[str]:
        """The sentences of the product's turn. Products say most of them to many users."""
        return self.texts(sentences, exchange.reply.text)

    @cached_property
    def exchanges(self) -> list[Exchange]:
        """The product's turns in order."""
        found: list[Exchange] = []
        given: dict[str, int] = {}
        seen: set[str] = set()
        values: Mapping[str, Json] = {}
        user: Turn | None = None
        for turn in self.transcript.turns:
            if turn.reply is None:
                user = turn
                given = {**given, **dict.fromkeys(turn.act.facts, turn.index)} if turn.act and turn.act.facts else given
                continue
            reading = self.reader.read(turn.reply)
            milestone = _milestone(reading, given)
            held = self.facts.read(turn.reply) if turn.reply.problem is None else values
            changed = held != values and any(held[slot] not in (None, values.get(slot)) for slot in held)
            new = milestone is not None and milestone not in seen
            if milestone is not None:
                seen.add(milestone)
            before = found[-1] if found else None
            found.append(
                Exchange(turn.index, turn.reply, reading, user, before, given, milestone, new or changed, changed, held)
            )
            values, user = held, None
        return found

    @cached_property
    def said(self) -> dict[str, list[Utterance]]:
        """Slot to the times its value was given."""
        return utterances(self.transcript.scenario, self.transcript.turns)

    @cached_property
    def today(self) -> date | None:
        """The day of the conversation."""
        return day_of(self.transcript)

    def shows(self, exchange: Exchange, slot: str) -> bool:
        """Whether the product's turn shows a value that the user had given for the slot, in any of its forms."""
        spec, text = self.reader.slots.get(slot), exchange.reply.text
        how = spec.match if spec is not None else "contains"
        said = [form for one in self.said.get(slot, ()) if one.turn < exchange.index for form in one.forms]
        if any(len(form) > _SURELY and form in text for form in said):
            return True  # most products say it as the user did
        return any(mentions(text, form, how, self.today) for form in said)

    @cached_property
    def wrong(self) -> tuple[WrongValue, ...]:
        """The facts that are wrong where the product was last seen to hold any."""
        return tuple(wrong_values(self.transcript, self.facts))

    @property
    def ended_well(self) -> bool:
        """An end state was found, right or wrong."""
        return self.transcript.end is not None

    @property
    def infrastructure(self) -> bool:
        return self.transcript.stop.by == "harness"


def _milestone(reading: Reading, given: Mapping[str, int]) -> str | None:
    """The step a message stands for; a slot that was given already is no new step."""
    if reading.asks:
        left = [slot for slot in reading.asks if slot not in given]
        return (left or list(reading.asks))[0]
    for name in ("confirms", "changes", "more", "done", "open"):
        if getattr(reading, name):
            return name
    if reading.rule is not None:
        return f"rule:{reading.rule.name}"
    return f"asks:{mask(reading.prompt)}" if reading.prompts and not reading.fallback else None
