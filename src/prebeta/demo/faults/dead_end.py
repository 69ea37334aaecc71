"""DEAD_END: an apology, and nothing to go on with."""

from __future__ import annotations

from typing import ClassVar

from prebeta.demo.faults.base import Answer, Card, Fault, Scene


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
