"""A well-behaved product in a few lines, to converse with in tests of users: it takes an order for a cake.

It understands every value in any form it may be written in (the third of the quick replies, too), a yes in five
languages, answers questions, declines asides, accepts corrections at any time, and comes back to its step.
"""

from __future__ import annotations

import random
from collections.abc import Sequence

from prebeta.behaviors import CATALOGUE
from prebeta.conversation import converse
from prebeta.core.protocols import UserFactory
from prebeta.core.types import (
    EndState,
    Fact,
    Goal,
    Job,
    Limits,
    Move,
    Option,
    Persona,
    Question,
    Reply,
    Say,
    Scenario,
    Slot,
    SlotSpec,
    Transcript,
    Turn,
)  # fmt: skip
from prebeta.dialogue.matching import mentions
from prebeta.dialogue.reading import Reader

SPECS = (
    SlotSpec(
        "size",
        values=(
            Fact("Small", ("the little one", "nothing big")),
            Fact("Medium", ("the one in between",)),
            Fact("Large", ("the biggest you have",)),
        ),
        match="option",
    ),
    SlotSpec(
        "filling",
        values=(Fact("Lemon cream", ("something sour",)), Fact("Chocolate", ("the dark one",))),
        match="option",
    ),
    SlotSpec("day", values=(Fact("14 May"), Fact("3 June"), Fact("21 July")), match="date"),
    SlotSpec("candles", values=(Fact("2"), Fact("12"), Fact("1500")), match="number"),
    SlotSpec("voucher_code", values=(Fact("AB123456"), Fact("XK778899")), match="id"),
)
PROMPTS = {
    "size": "What size should the cake be?",
    "filling": "Which filling would you like?",
    "day": "Which day do you need it?",
    "candles": "How many candles shall we add?",
    "voucher_code": "What's your voucher code?",
}
QUESTIONS = (Question("Do you deliver?", "deliver"), Question("Is there a version without nuts?", "nuts"))
READER = Reader(SPECS)
YES = (
    "yes",
    "yep",
    "yeah",
    "sure",
    "that",
    "looks",
    "correct",
    "sí",
    "claro",
    "exacto",
    "ja",
    "genau",
    "oui",
    "sim",
    "isso",
)
ORDINALS = ("first", "second", "third")


def scenario(number: int, behaviors: Sequence[str] = (), specs: Sequence[SlotSpec] = SPECS) -> Scenario:
    """A customer; facts and the facts it changes its mind about are drawn from the number."""
    rng = random.Random(number)
    slots = []
    changing = rng.choice(specs).name
    changes_mind = any("value" in CATALOGUE[name].needs for name in behaviors)  # type: ignore[attr-defined]
    for spec in specs:
        fact, other = rng.sample(spec.values, 2)
        slots.append(Slot(spec.name, fact, other if changes_mind and spec.name == changing else None))
    goal = Goal("order a birthday cake", tuple(slots), QUESTIONS)
    return Scenario(f"s{number}", number, Persona("somebody with a birthday"), goal, behaviors=tuple(behaviors))


def armed(rng: random.Random) -> tuple[str, ...]:
    """Behaviors drawn with their own rates."""
    return tuple(name for name, behavior in CATALOGUE.items() if rng.random() < behavior.rate)


class CakeShop:
    """One conversation with the product; `held` is what it has understood."""

    def __init__(self) -> None:
        self.held: dict[str, str] = {}
        self.done = False
        self._asked: SlotSpec | None = None

    async def start(self) -> Reply:
        return self._ask("Welcome to the cake shop!")

    async def send(self, move: Move) -> Reply:
        return self.answer(move.text)

    def answer(self, text: str) -> Reply:
        """The reply to a user's text."""
        heard = {spec.name: value for spec in SPECS if (value := _heard(spec, text)) is not None}
        plain = text.lower()
        if self._asked is not None and self._asked.match == "option":
            place = (
                "last"
                if "the last one" in plain
                else next((word for word in ORDINALS if f"the {word} one" in plain), None)
            )
            if place is not None:
                at = -1 if place == "last" else ORDINALS.index(place)
                heard[self._asked.name] = self._asked.values[at].value
        self.held.update(heard)
        if heard:
            return self._ask("Noted.")
        if self._complete and plain.startswith(YES):
            self.done = True
            return Reply(("Your cake is ordered.",), state=dict(self.held), ended=True)
        if "change" in plain:
            return Reply(("Sure. What would you like to change?",))
        return self._ask("We deliver, with or without nuts; more I can't tell you here.")

    @property
    def _complete(self) -> bool:
        return len(self.held) == len(SPECS)

    def _ask(self, before: str) -> Reply:
        for spec in SPECS:
            if spec.name not in self.held:
                self._asked = spec
                options = tuple(Option(fact.value) for fact in spec.values) if spec.match == "option" else ()
                return Reply((before, PROMPTS[spec.name]), options)
        self._asked = None
        recap = ", ".join(f"{name.replace('_', ' ')}: {value}" for name, value in self.held.items())
        return Reply((f"{before} Your order: {recap}. Is that right?",), (Option("Yes"), Option("Change something")))


def _heard(spec: SlotSpec, text: str) -> str | None:
    for fact in spec.values:
        if any(mentions(text, form, spec.match) for form in (fact.value, *fact.words)):
            return fact.value
    return None


async def ended(turns: Sequence[Turn], reply: Reply) -> EndState | None:
    return EndState(values=reply.state) if reply.state else None


async def talk(make: UserFactory, sent: Scenario, limits: Limits | None = None) -> tuple[Transcript, CakeShop]:
    """The whole conversation of a scenario's user with a new cake shop."""
    shop = CakeShop()
    user = make(sent, random.Random(sent.seed))
    return await converse(Job(sent.id, sent), user, shop, ended, limits or Limits()), shop


async def answers_to(make: UserFactory, sent: Scenario, replies: Sequence[Reply]) -> list[Move]:
    """The moves of a scenario's user after each of these replies, whatever it says; ends early when it leaves."""
    user = make(sent, random.Random(sent.seed))
    turns: list[Turn] = []
    moves: list[Move] = []
    for reply in replies:
        turns.append(Turn(len(turns), reply=reply))
        move = await user.next(turns)
        moves.append(move)
        turns.append(Turn(len(turns), move=move))
        if move.kind == "leave":
            break
    return moves


def said(move: Move) -> str:
    assert isinstance(move, Say)
    return move.text
