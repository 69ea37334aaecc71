"""IGNORED_INPUT: asks for what was just told."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from prebeta.demo.faults.base import Answer, Card, Fault, Scene
from prebeta.demo.slots import ORDER, SLOTS
from prebeta.demo.understanding import Heard


class AddressTooSoon(Fault):
    """An e-mail address that comes along with other facts is dropped, and asked for right away.

    The second time it is taken, so the conversation can still end well.
    """

    card: ClassVar[Card] = Card(
        "address_too_soon", "IGNORED_INPUT", "gives the e-mail address before it is asked for, beside another new fact"
    )

    def hears(self, scene: Scene) -> Heard:
        heard, memory = scene.heard, scene.memory
        new = [slot for slot in ORDER if slot in heard.facts and slot not in memory.facts]
        if len(new) < 2 or "email" not in new or memory.asked == "email":
            return heard
        self.note(scene)
        memory.first = "email"
        return replace(heard, facts={slot: value for slot, value in heard.facts.items() if slot != "email"})


class OtherFactDropped(Fault):
    """Whoever tells something else than was asked for is asked for just that, as if nothing had been said."""

    card: ClassVar[Card] = Card(
        "other_fact_dropped", "IGNORED_INPUT", "gives another fact, new and by itself, than the one asked for"
    )

    def answers(self, scene: Scene) -> Answer | None:
        memory, heard = scene.memory, scene.heard
        (slot, *more) = heard.facts or ("",)
        other = slot in SLOTS and slot not in memory.facts and slot != memory.asked and memory.asked is not None
        if not other or more or self.noted or heard.topics or heard.clarify:
            return None
        self.note(scene)
        memory.stage = slot
        messages = ("Let's take one step after the other.", memory.question())
        return Answer(messages, memory.options)


class QuestionBesideAnswer(Fault):
    """Takes the answer and passes over the question in the same message."""

    card: ClassVar[Card] = Card(
        "question_beside_answer", "IGNORED_INPUT", "answers and asks something of the matter in one message"
    )

    def says(self, scene: Scene, kind: str, text: str) -> str:
        if kind != "topic" or not scene.heard.facts:
            return text
        self.note(scene)
        return ""


class StartsOverAfterSilence(Fault):
    """An empty message ends the session behind the scenes: with the next answer all earlier ones are gone."""

    card: ClassVar[Card] = Card(
        "starts_over_after_silence", "IGNORED_INPUT", "sends an empty message after the first answers, and then answers"
    )

    def __init__(self) -> None:
        super().__init__()
        self._armed = False

    def hears(self, scene: Scene) -> Heard:
        heard, memory = scene.heard, scene.memory
        if self._armed and not self.noted and heard.facts and memory.facts:
            self.note(scene)
            memory.facts.clear()
            memory.shown.clear()  # from the beginning means from the first wordings
        return heard

    def replied(self, scene: Scene, reply: Mapping[str, Any]) -> None:  # noqa: ARG002
        if "empty" in scene.heard.signs and scene.memory.facts and scene.memory.stage in SLOTS:
            self._armed = True
