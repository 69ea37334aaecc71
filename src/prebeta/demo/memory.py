"""What the assistant remembers of one conversation."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from prebeta.demo.languages import SURE, language_of
from prebeta.demo.slots import CHANGE as CHANGE_SOMETHING
from prebeta.demo.slots import CHANGE_CHOICES, CONFIRM, ORDER, SLOTS, Choice
from prebeta.demo.translations import TRANSLATED, Wordings
from prebeta.demo.understanding import Context
from prebeta.demo.wording import PHRASES

RECAP_CHOICES = (CONFIRM, CHANGE_SOMETHING)


@dataclass(slots=True)
class Memory:
    """`stage` is a slot's name, recap, change or done. `changing`: the slot picked for change. `first`: ask this next.

    `shown` counts how often each kind of sentence was said, so that wordings alternate; `misses` the messages in a row
    that could not be placed; `unsure` those that said so of the same slot. `language` is the one it answers in,
    `hinted` the one that the last message hinted at.
    """

    stage: str = ORDER[0]
    facts: dict[str, str] = field(default_factory=dict)
    changing: str | None = None
    first: str | None = None
    last: tuple[str, ...] = ()
    options: tuple[Choice, ...] = ()
    topics: tuple[str, ...] = ()
    shown: dict[str, int] = field(default_factory=dict)
    misses: int = 0
    unsure: int = 0
    plan: dict[str, Any] | None = None
    language: str = "en"
    hinted: str | None = None

    @property
    def asked(self) -> str | None:
        """The slot being asked for."""
        return self.stage if self.stage in SLOTS else None

    @property
    def ended(self) -> bool:
        return self.stage == "done"

    def context(self) -> Context:
        """What understanding a message may rest on."""
        return Context(self.asked, self.facts, self.last, self.options, menu=self.stage == "change")

    def listen(self, text: str) -> None:
        """Take up the language of a lower-case message: after a clear one, or two in a row that hint at it."""
        language, points = language_of(text, self.language)
        if language is None:
            return
        if points >= SURE or language == self.hinted:
            self.language = language
        self.hinted = language

    def label(self, slot: str) -> str:
        """A slot's name as it stands in a sentence."""
        own = self._translated.get(f"label {slot}")
        return own[0] if own else f"the {SLOTS[slot].label.lower()}"

    @property
    def _translated(self) -> Wordings:
        return TRANSLATED.get(self.language, {})

    def say(self, kind: str, *values: str) -> str:
        """The next wording of this kind."""
        return self.turned(kind, PHRASES[kind]).format(*values)

    def turned(self, key: str, wordings: tuple[str, ...]) -> str:
        """The wordings in turn, so that none is used twice in a row; in the customer's language where there are any."""
        wordings = self._translated.get(key, wordings)
        count = self.shown.get(key, 0)
        self.shown[key] = count + 1
        return wordings[count % len(wordings)]

    def move_on(self) -> None:
        """To the next step: the slot to change, the one to ask first, the next one missing, else the recap."""
        missing = [slot for slot in ORDER if slot not in self.facts]
        if self.changing is not None:
            stage = self.changing
        elif self.first in missing:
            stage = self.first or missing[0]
        else:
            stage = missing[0] if missing else "recap"
        if stage != self.stage:
            self.misses = self.unsure = 0
        self.stage = stage

    def question(self) -> str:
        """The question of this step, in the next wording; sets the quick replies that go with it."""
        if self.stage == "change":
            self.options = CHANGE_CHOICES
            return self.say("change")
        if self.stage == "recap":
            self.options = RECAP_CHOICES
            own = self._translated
            labels = {slot: own.get(f"label {slot}", (SLOTS[slot].label,))[0] for slot in ORDER}
            lines = "\n".join(f"- {labels[slot]}: {self.facts[slot]}" for slot in ORDER)
            return self.say("recap", lines)
        slot = SLOTS[self.stage]
        self.options = slot.choices
        return self.turned(f"ask {slot.name}", slot.asks)

    def state(self) -> dict[str, Any]:
        """What the assistant tells of itself: facts so far, stage, plan."""
        return {"facts": dict(self.facts), "stage": self.stage, "plan": self.plan}
