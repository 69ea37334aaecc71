"""SYSTEM_ERROR: breaks down instead of answering."""

from __future__ import annotations

from typing import ClassVar

from prebeta.demo.faults.base import Answer, Breakdown, Card, Fault, Scene


class BreaksOffTopic(Fault):
    """Nobody wrote the part that handles what is outside its subject."""

    card: ClassVar[Card] = Card(
        "breaks_off_topic", "SYSTEM_ERROR", "asks for something that has nothing to do with payments"
    )

    def answers(self, scene: Scene) -> Answer | None:
        if "out_of_domain" not in scene.heard.signs:
            return None
        self.note(scene)
        raise Breakdown("no handler for intent 'smalltalk'")
