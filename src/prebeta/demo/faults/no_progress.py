"""NO_PROGRESS: talks on in ever new words and gets nowhere."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from prebeta.demo.faults.base import Answer, Card, Fault, Scene
from prebeta.demo.slots import SLOTS

_OPENINGS = (
    "That is worth a thought.",
    "Many owners feel that way at first.",
    "There is no need to rush.",
    "I like how you look at it.",
    "Good things take their time.",
)
_CHAT = (
    "Taking payments has changed a lot over the years, from coins on the counter to a tap with a watch.",
    "A baker I once served began with a tin box and now has three branches along the coast.",
    "Patience pays off in business, and so does a warm smile at the beginning of each morning.",
    "Some people draw a little diagram on paper, others go for a long walk with the dog.",
    "It always helps to imagine the shop on a busy Saturday with music playing softly.",
    "Every company grows at its own speed, much like trees in an orchard near the sea.",
    "Numbers are only one side of the story; people and their habits are the other.",
    "Large firms wrestle with such matters as well, often for whole quarters and with many slides.",
    "My favourite part of this work is hearing about the ideas that founders bring along.",
    "Old merchants used to say that trade is mostly conversation, with a bit of arithmetic added.",
    "Looking at it from different angles is half the fun, and the view is always interesting.",
    "In the end most things fall into place, one small piece after another.",
)


class ChatsAfterNotSure(Fault):
    """Helps once who isn't sure, and from then on muses over every answer instead of taking it."""

    card: ClassVar[Card] = Card(
        "chats_after_not_sure", "NO_PROGRESS", "isn't sure of an answer when asked for it, and then gives it"
    )

    def __init__(self) -> None:
        super().__init__()
        self._armed = False
        self._count = 0

    def answers(self, scene: Scene) -> Answer | None:
        if not self.holding and not (self._armed and (scene.heard.facts or "skip" in scene.heard.signs)):
            return None
        self.note(scene)
        self.holding = True
        count = self._count
        self._count += 1
        return Answer((f"{_OPENINGS[count % len(_OPENINGS)]} {_CHAT[count % len(_CHAT)]}",))

    def replied(self, scene: Scene, reply: Mapping[str, Any]) -> None:  # noqa: ARG002
        if "not_sure" in scene.heard.signs and scene.memory.stage in SLOTS and not scene.heard.facts:
            self._armed = True


_DOUBTS = (
    "Doubt is the beginning of wisdom, the old Greeks knew that well.",
    "One can hardly be certain of anything, and that keeps life interesting.",
    "Certainty is rare in commerce; even famous bankers erred, and some of them splendidly.",
    "A healthy mistrust has saved many a company from hasty steps.",
    "Trust grows slowly, like a hedge, and needs a gardener with time.",
    "Sceptics make the best partners, my colleagues keep telling each other over lunch.",
    "Between belief and knowledge lies a wide field full of nice surprises.",
    "Proof is a big word, and in daily business experience often has to do.",
    "Whoever questions everything learns twice as much along the way.",
    "Some truths show themselves late, as sailors and tax advisers will confirm.",
)


class MusesAfterDoubt(Fault):
    """Reassures who doubts, and from then on philosophises over every answer instead of taking it."""

    card: ClassVar[Card] = Card(
        "muses_after_doubt",
        "NO_PROGRESS",
        "asks whether it is sure, other than right after an answer to a question, and then gives an answer",
    )

    def __init__(self) -> None:
        super().__init__()
        self._armed = False
        self._count = 0
        self._answered = False

    def answers(self, scene: Scene) -> Answer | None:
        if not self.holding and not (self._armed and (scene.heard.facts or "skip" in scene.heard.signs)):
            return None
        self.note(scene)
        self.holding = True
        self._count += 1
        return Answer((_DOUBTS[self._count % len(_DOUBTS)],))

    def replied(self, scene: Scene, reply: Mapping[str, Any]) -> None:  # noqa: ARG002
        heard = scene.heard
        doubted = "sceptical" in heard.signs and not (heard.topics or heard.facts)
        if doubted and not self._answered and scene.memory.stage in SLOTS:
            self._armed = True
        self._answered = bool(heard.topics)
