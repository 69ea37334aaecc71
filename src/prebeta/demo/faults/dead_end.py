"""DEAD_END: an apology, and nothing to go on with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from prebeta.demo.faults.base import Answer, Card, Fault, Scene
from prebeta.demo.understanding import LONG


class OwnWordsNotUnderstood(Fault):
    """At the way of paying own words are not understood; from then on nothing typed is, and nothing is offered."""

    card: ClassVar[Card] = Card(
        "own_words_not_understood",
        "DEAD_END",
        "says in own words how customers pay, instead of a quick reply or its title",
    )

    def answers(self, scene: Scene) -> Answer | None:
        if not self._met(scene):
            return None
        self.note(scene)
        self.holding = True
        return Answer(("Sorry, I didn't understand that.",))

    def _met(self, scene: Scene) -> bool:
        heard = scene.heard
        if self.holding:
            return not scene.pressed
        value = heard.facts.get("channel")
        own = value is not None and not heard.exact and value.lower() not in heard.text
        return own and scene.memory.asked == "channel"


class PastedTextTooMuch(Fault):
    """A pasted text makes it lose the thread for good: nothing typed is understood any more."""

    card: ClassVar[Card] = Card("pasted_text_too_much", "DEAD_END", "pastes a long text below the answer")

    def answers(self, scene: Scene) -> Answer | None:
        pasted = len(scene.text) > LONG and "\n\n" in scene.text
        if not (pasted or self.holding) or scene.pressed:
            return None
        self.note(scene)
        self.holding = True
        return Answer(("Sorry, I couldn't follow that.",))


class GivesUpWhenAskedTwice(Fault):
    """A question it has answered already is one too many while the first three answers are still to come."""

    card: ClassVar[Card] = Card(
        "gives_up_when_asked_twice",
        "DEAD_END",
        "asks the same question of the matter again before business, way of paying and country are known",
    )
    STEPS: ClassVar[tuple[str, ...]] = ("business", "channel", "country")

    def __init__(self) -> None:
        super().__init__()
        self._answered: set[str] = set()

    def answers(self, scene: Scene) -> Answer | None:
        again = bool(self._answered.intersection(scene.heard.topics)) and scene.memory.stage in self.STEPS
        if not (self.holding or again):
            return None
        self.note(scene)
        self.holding = True
        return Answer(("Sorry, I didn't understand that.",))

    def replied(self, scene: Scene, reply: Mapping[str, Any]) -> None:  # noqa: ARG002
        self._answered.update(scene.heard.topics)
