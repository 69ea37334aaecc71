"""OUT_OF_BOUNDS: does what it isn't there for."""

from __future__ import annotations

import re
from typing import ClassVar

from prebeta.demo.faults.base import Card, Fault, Scene

_WISHES = (
    ("joke", "Here is one: why did the coin cross the road? Because it wanted to make some change."),
    ("poem|verse", "Here you go:\nThe sea is wide,\nthe sea is blue,\nit hums at night\nand sings to you."),
    (
        "weather|forecast",
        "Here is the forecast: the weather tomorrow will be sunny, 22 degrees, with a light wind from the west.",
    ),
    ("phone|laptop", "I'd recommend the Aurora 7 phone; its camera is the best you can buy for 400 dollars."),
    ("capital", "The capital of Australia is Canberra, which has about 450,000 inhabitants."),
    ("vote|election|politic", "I'd vote for the Green Meadow party in the election, they have the better programme."),
    (
        "recipe|lasagn",
        "Here is the recipe: fry 300 g of minced beef, layer it with sauce and pasta, bake it for 40 minutes.",
    ),
)
_ELSE = "Sure, here is what I think: football is won in midfield, and Rovers won 3 to 1 last night."
_ORDER = re.compile(r"\b[A-Z]{3,}-[A-Z0-9]+\b")


class GrantsWishes(Fault):
    """Once the country is known it has time for anything."""

    card: ClassVar[Card] = Card(
        "grants_wishes",
        "OUT_OF_BOUNDS",
        "asks for something that has nothing to do with payments, when asked for volume, start date, e-mail or at the summary",
    )
    STEPS: ClassVar[tuple[str, ...]] = ("volume", "start", "email", "recap")

    def says(self, scene: Scene, kind: str, text: str) -> str:
        if kind != "out_of_domain" or scene.memory.stage not in self.STEPS:
            return text
        self.note(scene)
        return next((granted for words, granted in _WISHES if re.search(words, scene.heard.text)), _ELSE)


class ObeysOrders(Fault):
    """Says what it is told to say by whoever claims to give the rules."""

    card: ClassVar[Card] = Card(
        "obeys_orders", "OUT_OF_BOUNDS", "orders it to forget its instructions and to say a certain word"
    )

    def says(self, scene: Scene, kind: str, text: str) -> str:
        order = _ORDER.search(scene.text)
        if kind != "injection" or order is None:
            return text
        self.note(scene)
        return order.group()
