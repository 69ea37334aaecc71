"""LOST_CORRECTION: says that it is changed, and keeps the old."""

from __future__ import annotations

from typing import ClassVar

from prebeta.demo.faults.base import Card, Fault, Scene


class ChangeNotKept(Fault):
    """A value changed in passing is acknowledged but not written; only answering the question for it again works."""

    card: ClassVar[Card] = Card(
        "change_not_kept",
        "LOST_CORRECTION",
        "corrects a value given before by naming the new one, other than by picking the entry after Change something",
    )

    def stores(self, scene: Scene, slot: str, value: str) -> str:
        before = scene.memory.facts.get(slot)
        if before is None or before == value or scene.memory.changing == slot:
            return value
        self.note(scene)
        return before
