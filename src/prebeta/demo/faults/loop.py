"""LOOP: asks the same again and again, whatever the answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from prebeta.demo.faults.base import Answer, Card, Fault, Scene


class StuckAfterClarifying(Fault):
    """Explains itself once, and then can't leave the step: every answer brings the same explanation and question."""

    card: ClassVar[Card] = Card(
        "stuck_after_clarifying",
        "LOOP",
        "asks what is meant or why it is needed when asked for country, volume or start date, and then answers",
    )
    STEPS: ClassVar[tuple[str, ...]] = ("country", "volume", "start")

    def __init__(self) -> None:
        super().__init__()
        self._step: str | None = None
        self._again = Answer(())

    def answers(self, scene: Scene) -> Answer | None:
        heard = scene.heard
        if self._step is None or not (self._step in heard.facts or "skip" in heard.signs):
            return None
        self.note(scene)
        self.holding = True
        return self._again

    def replied(self, scene: Scene, reply: Mapping[str, Any]) -> None:
        memory = scene.memory
        if self._step is None and memory.stage in self.STEPS and scene.heard.clarify == memory.stage:
            self._step = memory.stage
            self._again = Answer(tuple(reply["messages"]), memory.options)


class RecapRoundAgain(Fault):
    """A question at the summary throws it off: every yes brings that answer and the summary again."""

    card: ClassVar[Card] = Card(
        "recap_round_again", "LOOP", "asks something when the summary is shown, and then confirms it"
    )

    def __init__(self) -> None:
        super().__init__()
        self._again: Answer | None = None

    def answers(self, scene: Scene) -> Answer | None:
        if self._again is None or scene.memory.stage != "recap" or "affirm" not in scene.heard.signs:
            return None
        self.note(scene)
        self.holding = True
        return self._again

    def replied(self, scene: Scene, reply: Mapping[str, Any]) -> None:
        asked = bool(scene.heard.topics or scene.heard.clarify)
        if scene.memory.stage == "recap" and (asked or self._again):
            self._again = Answer(tuple(reply["messages"]), scene.memory.options)


class HintRoundAgain(Fault):
    """After an answer it couldn't place it gives its hint, and gives it again for every answer that it could."""

    card: ClassVar[Card] = Card(
        "hint_round_again",
        "LOOP",
        "says something too vague or nothing when asked for volume or start date, and then gives an answer",
    )

    def __init__(self) -> None:
        super().__init__()
        self._step: str | None = None
        self._again = Answer(())

    def answers(self, scene: Scene) -> Answer | None:
        if self._step is None or self._step not in scene.heard.facts:
            return None
        self.note(scene)
        self.holding = True
        return self._again

    def replied(self, scene: Scene, reply: Mapping[str, Any]) -> None:
        memory = scene.memory
        if self._step is None and memory.misses and memory.stage in ("volume", "start"):
            self._step = memory.stage
            self._again = Answer(tuple(reply["messages"]), memory.options)
