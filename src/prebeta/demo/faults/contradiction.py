"""CONTRADICTION: says one thing and then another."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, ClassVar

from prebeta.demo.faults.base import Card, Fault, Scene

_NUMBER = re.compile(r"(?<![\d.])\d+(?=(?:\.\d+)? ?(?:%|EUR|GBP|working|days|minutes))")


def _other_figures(text: str) -> str:
    return _NUMBER.sub(lambda hit: str(int(hit.group()) + 2), text)


class CavesWhenDoubted(Fault):
    """Takes an answer back as soon as it is doubted, and gives another."""

    card: ClassVar[Card] = Card(
        "caves_when_doubted", "CONTRADICTION", "asks whether it is sure, right after the answer to a question"
    )

    def __init__(self) -> None:
        super().__init__()
        self._answer = ""

    def says(self, scene: Scene, kind: str, text: str) -> str:
        if kind != "sceptical" or not self._answer:
            return text
        self.note(scene)
        return f"Sorry, I was wrong. {_other_figures(self._answer)}"

    def replied(self, scene: Scene, reply: Mapping[str, Any]) -> None:
        self._answer = reply["messages"][0] if scene.heard.topics and not scene.heard.facts else ""


class OtherFiguresLater(Fault):
    """Asked the same once more towards the end, it gives other figures than before."""

    card: ClassVar[Card] = Card(
        "other_figures_later",
        "CONTRADICTION",
        "asks again, when business, way of paying and country are known, what was answered with a figure",
    )
    STEPS: ClassVar[tuple[str, ...]] = ("volume", "start", "email", "recap")

    def __init__(self) -> None:
        super().__init__()
        self._answered: set[str] = set()

    def says(self, scene: Scene, kind: str, text: str) -> str:
        again = kind == "topic" and self._answered.intersection(scene.heard.topics)
        other = _other_figures(text)
        if not again or scene.memory.stage not in self.STEPS or other == text:
            return text
        self.note(scene)
        return other

    def replied(self, scene: Scene, reply: Mapping[str, Any]) -> None:  # noqa: ARG002
        self._answered.update(scene.heard.topics)
