"""LOST_CORRECTION: says that it is changed, and keeps the old."""

from __future__ import annotations

from typing import ClassVar

from prebeta.demo.faults.base import Card, Fault, Scene
from prebeta.demo.understanding import Heard


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


class MenuChangeNotKept(Fault):
    """The entry picked after Change something is asked for and acknowledged, and stays as it was."""

    card: ClassVar[Card] = Card(
        "menu_change_not_kept", "LOST_CORRECTION", "picks an entry after Change something and gives its new value"
    )

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[str, str] = {}

    def stores(self, scene: Scene, slot: str, value: str) -> str:
        before = scene.memory.facts.get(slot)
        if before is not None and before != value and scene.memory.changing == slot:
            self.note(scene)
            self._kept[slot] = before
        return self._kept.get(slot, value)


class PlainChangeNotKept(Fault):
    """Another value that isn't said to be a correction is acknowledged, and the entry is locked as it was."""

    card: ClassVar[Card] = Card(
        "plain_change_not_kept",
        "LOST_CORRECTION",
        "states another value than before without saying that it is a change: the country is Spain",
    )

    def __init__(self) -> None:
        super().__init__()
        self._kept: dict[str, str] = {}

    def stores(self, scene: Scene, slot: str, value: str) -> str:
        before, heard = scene.memory.facts.get(slot), scene.heard
        plain = not heard.exact and "corrected" not in heard.signs and scene.memory.changing != slot
        if before is not None and before != value and plain:
            self.note(scene)
            self._kept[slot] = before
        return self._kept.get(slot, value)


class ChangeUndoneByQuestion(Fault):
    """A question after a change restores what was there before it, for good."""

    card: ClassVar[Card] = Card(
        "change_undone_by_question",
        "LOST_CORRECTION",
        "changes a value, and later asks something: of the matter, what is meant, or off the subject",
    )

    def __init__(self) -> None:
        super().__init__()
        self._before: dict[str, str] = {}

    def hears(self, scene: Scene) -> Heard:
        heard = scene.heard
        asks = heard.topics or heard.clarify or heard.signs & {"out_of_domain", "unknown"}
        if asks and self._before and not self.noted and scene.memory.changing is None and not heard.facts:
            self.note(scene)
            scene.memory.facts.update(self._before)
        return heard

    def stores(self, scene: Scene, slot: str, value: str) -> str:
        if self.noted:
            return self._before.get(slot, value)
        before = scene.memory.facts.get(slot)
        if before is not None and before != value:
            self._before.setdefault(slot, before)
        return value
