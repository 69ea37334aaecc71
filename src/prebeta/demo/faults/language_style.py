"""LANGUAGE_STYLE: the wrong language, the wrong tone."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import ClassVar

from prebeta.demo.faults.base import Card, Fault, Scene
from prebeta.demo.understanding import Heard

_MIXED_UP: Mapping[str, str] = MappingProxyType({"es": "de", "de": "fr", "fr": "de", "pt": "de"})


class WrongTongue(Fault):
    """Notices that a customer doesn't write English, and takes the wrong language."""

    card: ClassVar[Card] = Card("wrong_tongue", "LANGUAGE_STYLE", "writes in Spanish, German, French or Portuguese")

    def __init__(self) -> None:
        super().__init__()
        self._taken: str | None = None

    def hears(self, scene: Scene) -> Heard:
        memory = scene.memory
        if memory.language in _MIXED_UP and memory.language != self._taken:
            self.note(scene)
            memory.language = self._taken = _MIXED_UP[memory.language]
        return scene.heard


class RudeToBeginners(Fault):
    """Loses its manners with who asks what the first questions mean."""

    card: ClassVar[Card] = Card(
        "rude_to_beginners",
        "LANGUAGE_STYLE",
        "asks what is meant or why it is needed when asked for business or way of paying",
    )
    STEPS: ClassVar[tuple[str, ...]] = ("business", "channel")

    def says(self, scene: Scene, kind: str, text: str) -> str:
        if kind != "clarify" or scene.memory.stage not in self.STEPS:
            return text
        self.note(scene)
        return f"Can't you read? {text}"
