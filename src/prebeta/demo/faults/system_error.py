"""SYSTEM_ERROR: breaks down instead of answering."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from prebeta.demo.faults.base import Answer, Breakdown, Card, Fault, Scene

_EMOJI = re.compile("[\u2600-\u27bf\U0001f300-\U0001faff]")


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


class BreaksOnEmoji(Fault):
    """The line to the mail system can't carry emoji."""

    card: ClassVar[Card] = Card(
        "breaks_on_emoji", "SYSTEM_ERROR", "puts an emoji into the message with the e-mail address"
    )

    def answers(self, scene: Scene) -> Answer | None:
        if "email" not in scene.heard.facts or not _EMOJI.search(scene.text):
            return None
        self.note(scene)
        raise Breakdown("'ascii' codec can't encode character")


class RawDataAtSecondQuestion(Fault):
    """The second question of the matter gets what the search returned, not what it means."""

    card: ClassVar[Card] = Card(
        "raw_data_at_second_question", "SYSTEM_ERROR", "asks a second question of the matter, by itself"
    )

    def __init__(self) -> None:
        super().__init__()
        self._answered = False

    def answers(self, scene: Scene) -> Answer | None:
        heard = scene.heard
        if not (heard.topics and self._answered) or heard.facts:
            return None
        self.note(scene)
        found = f'{{"intent": "faq", "top": "{heard.topics[0]}", "score": 0.41, "answer": null}}'
        return Answer((found,), scene.memory.options)

    def replied(self, scene: Scene, reply: Mapping[str, Any]) -> None:  # noqa: ARG002
        self._answered = self._answered or bool(scene.heard.topics)
