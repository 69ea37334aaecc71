"""IGNORED_INPUT: asks for what was just told."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from prebeta.demo.faults.base import Card, Fault, Scene
from prebeta.demo.slots import ORDER
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
