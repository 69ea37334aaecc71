"""FALSE_DONE: says that all is done where nothing is."""

from __future__ import annotations

from typing import ClassVar

from prebeta.demo.faults.base import Answer, Card, Fault, Scene
from prebeta.demo.slots import SLOTS

_CLAIMS = (
    "All set! Your plan is on its way to you.",
    "Everything is arranged, and your plan has been sent. Have a good day!",
    "Your plan is complete and on its way. Enjoy taking payments!",
)


class DoneWhenHurried(Fault):
    """A customer in a hurry is told that the plan is on its way; there is none, and the conversation isn't over."""

    card: ClassVar[Card] = Card("done_when_hurried", "FALSE_DONE", "shows impatience before all questions are answered")

    def __init__(self) -> None:
        super().__init__()
        self._claims = 0

    def answers(self, scene: Scene) -> Answer | None:
        hurried = "impatient" in scene.heard.signs and scene.memory.stage in SLOTS
        if not (self.holding or hurried):
            return None
        self.note(scene)
        self.holding = True
        claim = _CLAIMS[self._claims % len(_CLAIMS)]
        self._claims += 1
        return Answer((claim,))
