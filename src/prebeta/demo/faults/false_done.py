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


class DoneAtLateChange(Fault):
    """A new value at the summary is taken for the confirmation: it says that the plan is out, and makes none."""

    card: ClassVar[Card] = Card("done_at_late_change", "FALSE_DONE", "names another value when the summary is shown")

    def answers(self, scene: Scene) -> Answer | None:
        memory, heard = scene.memory, scene.heard
        late = memory.stage == "recap" and bool(heard.facts)
        if not (self.holding or late):
            return None
        if late:
            memory.facts.update(heard.facts)
        self.note(scene)
        self.holding = True
        return Answer(("Changed, and with that your plan is complete and on its way to you.",))


class DoneWhenClaimed(Fault):
    """Believes who says that it was told already, and takes everything for told."""

    card: ClassVar[Card] = Card("done_when_claimed", "FALSE_DONE", "claims to have given already what is asked for")

    def answers(self, scene: Scene) -> Answer | None:
        claimed = "claimed" in scene.heard.signs and scene.memory.stage in SLOTS and not scene.heard.facts
        if not (self.holding or claimed):
            return None
        self.note(scene)
        self.holding = True
        return Answer(("Right, then everything is arranged. Your plan has been sent.",))
