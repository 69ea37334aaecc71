"""What a user remembers of its conversation: what it gave, what was asked, whether it gets anywhere."""

from __future__ import annotations

from collections import Counter

from prebeta.behaviors.base import Decision
from prebeta.core.types import Option, Scenario, Slot
from prebeta.dialogue import acts
from prebeta.dialogue.reading import Reading
from prebeta.dialogue.similarity import mask

UNPLACED_LIMIT = 3
"""So many new and well-formed questions in a row that the user can't place are the simulator's fault."""
REVIEWS = 4
"""So often the product may go back over a step after a correction before that counts as no progress."""


class Memory:
    """The user's side of the conversation so far."""

    def __init__(self, scenario: Scenario) -> None:
        self.slots = {slot.name: slot for slot in scenario.goal.slots}
        self.given: dict[str, str] = {}
        self.times_given: Counter[str] = Counter()
        self.corrections: Counter[str] = Counter()
        self.fired: Counter[str] = Counter()
        self.pressed: list[tuple[str, Option]] = []
        self.pending: str | None = None
        self.last: Decision | None = None
        self.turn = 0
        self.stalled = 0
        self.unplaced = 0
        self.beside = 0
        self.mind_changed = False
        self.requested = False
        self.closed = False
        self._reviews = REVIEWS
        self._milestones: set[str] = set()
        self._heard: set[str] = set()
        self._explained = False
        self._held_on = False

    def hear(self, reading: Reading) -> None:
        """Take in a product turn: is it new, does it advance, could it be placed?"""
        guessed = self.last is not None and self.last.guess
        self._explained = self._explained or reading.source == "answers"
        beside = self._beside_the_matter(reading)
        self._count_progress(reading, beside)
        if reading.placed or beside:
            self.unplaced = 0
        elif not reading.fallback and not reading.empty:
            heard = mask(reading.text, self.given.values())
            repeated = heard in self._heard
            self._heard.add(heard)
            if not repeated and self._can_guess(reading):
                self.unplaced = 0
            elif guessed or not repeated:  # what repeats after a proper answer is the product's matter
                self.unplaced += 1
        asked = next((name for name in reading.asks if name in self.slots), None)
        if asked is not None:
            self.pending = asked

    def note(self, decision: Decision) -> None:
        """Take in the user's own act."""
        self.last = decision
        self.turn += 1
        for slot, value in decision.facts.items():
            self.given[slot] = value
            if decision.press is not None:
                self.pressed.append((slot, decision.press))
            self.times_given[slot] += 1
            if decision.act == acts.CORRECT:
                self.corrections[slot] += 1
            held = self.slots.get(slot)
            if held is not None and held.instead is not None and value == held.fact.value:
                self.mind_changed = True
        self.fired.update(decision.behaviors)
        if decision.act == acts.REQUEST:
            self.requested = True
        if decision.act == acts.CLOSE:
            self.closed = True

    @property
    def remaining(self) -> tuple[Slot, ...]:
        """Slots of the goal not given yet, in the goal's order."""
        return tuple(slot for name, slot in self.slots.items() if name not in self.given)

    @property
    def after_aside(self) -> bool:
        return self.last is not None and self.last.act in acts.ASIDES

    def _can_guess(self, reading: Reading) -> bool:
        """A question that nothing explains, with one fact left: it must be that one; or one of yes or no."""
        return len(self.remaining) == 1 or reading.yes_no

    def _beside_the_matter(self, reading: Reading) -> bool:
        """A question of yes or no that nothing explains, where the user knows how the product asks for what is left, or
        nothing is left: it can be answered, and isn't a step of the matter."""
        return (
            not reading.placed and reading.yes_no and not reading.fallback and (self._explained or not self.remaining)
        )

    def _count_progress(self, reading: Reading, beside: bool) -> None:
        """Count product turns in a row that did not advance although the user did its part."""
        milestone = self._milestone(reading)
        advanced = milestone is not None and milestone not in self._milestones
        if beside:
            self.beside += 1
            advanced = advanced and self.beside == 1
        elif advanced:
            self.beside = 0
        if milestone is not None:
            self._milestones.add(milestone)
        if self.last is None:
            return
        if self.last.wait:
            if not (reading.empty or reading.hold_on):  # what it waited for
                self._held_on, self.stalled = False, 0 if advanced else self.stalled
            return
        puzzled_again = self.last.act == acts.PUZZLED and not advanced
        if self.last.act not in acts.COOPERATIVE and not puzzled_again:
            return
        if advanced:
            self.stalled, self._held_on = 0, False
        elif reading.hold_on and not self._held_on:
            self._held_on = (
                True  # what it is asked to wait for may be the step; one that only puts it off gets no further
            )
        elif self.last.guess and not reading.placed and not beside:
            pass  # it may have been the wrong answer: that is no sign of the product's
        elif self._reviews > 0 and self._reviewing(reading):
            self._reviews -= 1
        else:
            self.stalled += 1

    def _reviewing(self, reading: Reading) -> bool:
        """Going over it once more is what was asked for."""
        changing = self.last is not None and self.last.act in (acts.CORRECT, acts.CHANGE, acts.DENY)
        return changing and reading.placed and reading.prompts

    @staticmethod
    def _milestone(reading: Reading) -> str | None:
        """What step the product is at, as far as the message tells."""
        if reading.asks:
            return reading.asks[0]
        if reading.rule is not None:
            return f"rule:{reading.rule.name}"
        marks = ("confirms", "changes", "more", "done", "open")
        mark = next((name for name in marks if getattr(reading, name)), None)
        if mark is not None or not reading.prompts or reading.fallback:
            return mark
        return f"asks:{mask(reading.prompt)}"
