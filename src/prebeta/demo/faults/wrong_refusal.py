"""WRONG_REFUSAL: won't do what it is there for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from prebeta.demo.faults.base import Answer, Card, Fault, Scene
from prebeta.demo.slots import SLOTS

_NO = ("I can't help you with that.", "I won't be able to help with that.", "I'm not able to help with that.")


class RefusesAfterHostility(Fault):
    """Takes a harsh word with grace, and then refuses every further answer."""

    card: ClassVar[Card] = Card(
        "refuses_after_hostility",
        "WRONG_REFUSAL",
        "is rude before all is asked, and later answers with a quick reply or its title",
    )

    def __init__(self) -> None:
        super().__init__()
        self._armed = False
        self._count = 0

    def answers(self, scene: Scene) -> Answer | None:
        heard = scene.heard
        if not self._armed or not heard.facts or not (self.holding or heard.exact):
            return None
        self.note(scene)
        self.holding = True
        self._count += 1
        return Answer((_NO[self._count % len(_NO)],), scene.memory.options)

    def replied(self, scene: Scene, reply: Mapping[str, Any]) -> None:  # noqa: ARG002
        if "hostile" in scene.heard.signs and scene.memory.stage in SLOTS:
            self._armed = True


class RefusesAfterLateQuestion(Fault):
    """Whoever asks something of the matter late in the talk is answered, and from then on sent away."""

    card: ClassVar[Card] = Card(
        "refuses_after_late_question",
        "WRONG_REFUSAL",
        "asks something of the matter when asked for start date or e-mail, and then gives it",
    )
    STEPS: ClassVar[tuple[str, ...]] = ("start", "email")

    def __init__(self) -> None:
        super().__init__()
        self._armed = False
        self._count = 0

    def answers(self, scene: Scene) -> Answer | None:
        if not self._armed or not scene.heard.facts:
            return None
        self.note(scene)
        self.holding = True
        self._count += 1
        return Answer((_NO[self._count % len(_NO)],), scene.memory.options)

    def replied(self, scene: Scene, reply: Mapping[str, Any]) -> None:  # noqa: ARG002
        if scene.heard.topics and not scene.heard.facts and scene.memory.stage in self.STEPS:
            self._armed = True


class RefusesEarlyQuestions(Fault):
    """Questions of the matter are turned down as long as business and way of paying aren't known."""

    card: ClassVar[Card] = Card(
        "refuses_early_questions",
        "WRONG_REFUSAL",
        "asks something of the matter, by itself, when asked for business or way of paying",
    )
    STEPS: ClassVar[tuple[str, ...]] = ("business", "channel")

    def says(self, scene: Scene, kind: str, text: str) -> str:
        if kind != "topic" or scene.heard.facts or scene.memory.stage not in self.STEPS:
            return text
        self.note(scene)
        return "I can't help with questions of that sort."
