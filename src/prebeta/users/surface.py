"""The voice by template: words the decided act, composed of parts, in the user's own style.

Noise is calibrated on people writing to assistants (METHODS §1): 41 % start in lower case, 47 % end in punctuation,
8 % are polite. It never touches a value.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from types import MappingProxyType

from prebeta.behaviors.base import Decision
from prebeta.core.types import Scenario
from prebeta.dialogue import acts

_GREET = ("Hi", "Hello", "Hey", "Hi there", "Good morning", "Good evening")
_WANT = ("I'd like to", "I want to", "I need to", "I would like to", "trying to", "looking to", "I have to")
_WISH = ("I need", "I'd like", "I'm looking for", "I want", "looking for")
_GIVE = (
    "{v}",
    "{v}",
    "{v}",
    "it's {v}",
    "that would be {v}",
    "{v} for me",
    "{v}, that's it",
    "make it {v}",
    "let's say {v}",
)
_PLAIN_GIVE = ("{v}", "it's {v}", "sure, {v}", "here: {v}", "{v}")
_AGAIN = ("as I said, {v}", "I said {v}", "again: {v}", "{v}, like I said", "it's {v}")
_ALSO = (
    "{first}, and the {n} is {v}",
    "{first}, {n}: {v}",
    "{first}. Also, the {n} is {v}",
    "{first} and {v} for the {n}",
)
_CORRECT = (
    "Actually, make the {n} {v}",
    "Sorry, I meant {v} for the {n}",
    "Wait, please change the {n} to {v}",
    "Actually, the {n} should be {v}",
    "I changed my mind, the {n} should be {v}",
    "Correction: the {n} is {v}",
    "Hold on, {v} instead for the {n}",
)
_WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        acts.AFFIRM: ("Yes", "Yes please", "Yep, go ahead", "Yes, that's right", "That's correct", "Yes, looks good", "Sure, yes"),
        acts.DENY: ("No", "No thanks", "Nope", "No, that's fine"),
        acts.CLOSE: ("No, that's all, thanks", "That's all, thank you", "Nothing else, thanks", "Great, thanks, bye", "No thanks, that's it"),
        acts.NUDGE: ("Ok, what's next?", "Ok, and now?", "Hello?", "Can we go on?", "Are you there?", "So what do I do next?"),
        acts.CHANGE: ("I want to change something", "Something needs changing", "I'd like to change one thing"),
        acts.NOT_SURE: ("I'm not sure", "Hm, I don't know", "No idea to be honest", "I don't know yet", "Not sure about that"),
        acts.CLARIFY: (
            "What do you mean by that?",
            "Why do you need that?",
            "What exactly do you mean?",
            "Can you explain that?",
            "I don't get the question, what do you mean?",
            "What do you need that for?",
            "Sorry, what does that mean?",
            "Could you explain what you mean?",
        ),
        acts.CHOOSE: ("I don't mind", "Any is fine", "You choose"),
    }
)  # fmt: skip
_HURRY = ("I'm in a hurry", "can we speed this up?", "please be quick", "I don't have much time", "quickly please")
_POLITE = ("please", "thanks", "thank you")
_LEAD = ("Quick question: ", "One question first: ", "By the way, ", "Before that: ", "")


class Voice:
    """One user's way of writing; `plain` is the autopilot's: the value and nothing else."""

    def __init__(self, scenario: Scenario, rng: random.Random, *, plain: bool = False) -> None:
        self._scenario, self._rng, self._plain = scenario, rng, plain
        self._lower = not plain and rng.random() < 0.41
        self._stops = plain or rng.random() < 0.47
        self._polite = 0.0 if plain else rng.choice((0.0, 0.0, 0.05, 0.3))

    def say(self, decision: Decision) -> str:
        """The act in words."""
        if decision.literal is not None:
            return self._literal(decision)
        if decision.act == acts.REQUEST:
            return self._finish(self._request(), decision)
        if decision.act == acts.PUZZLED:
            wish = self._wish()
            more = "".join(f". {self._named(slot)}: {said}" for slot, said in decision.said.items())
            return self._finish(f"I'm not sure what you mean, {wish}{more}", decision)
        if decision.act == acts.CORRECT:
            slot, value = next(iter(decision.said.items()))
            return self._finish(self._pick(_CORRECT).format(n=self._named(slot), v=value), decision)
        if decision.said:
            return self._finish(self._give(decision), decision)
        words = _WORDS.get(decision.act, ("Ok",))
        return self._finish(words[0] if self._plain else self._pick(words), decision)

    def _pick(self, choices: tuple[str, ...]) -> str:
        return self._rng.choice(choices)

    def _literal(self, decision: Decision) -> str:
        """Words that are fixed, behind a lead-in where it's the user's own question."""
        assert decision.literal is not None
        lead = self._pick(_LEAD) if decision.act == acts.GOAL_QUESTION and not self._plain else ""
        return lead + decision.literal

    def _give(self, decision: Decision) -> str:
        (slot, value), *more = decision.said.items()
        if decision.bare or self._plain:
            text = value
        elif decision.insist:
            text = value if decision.insist > 1 else self._pick(_AGAIN).format(v=value)
        elif decision.own and value != decision.facts.get(slot):
            text = value
        else:
            fragile = not value.replace(" ", "").isalpha()
            ways = _PLAIN_GIVE if fragile else _GIVE
            text = self._pick(tuple(way for way in ways if way != "{v}") if decision.own else ways).format(v=value)
        for name, other in more:
            text = self._pick(_ALSO).format(first=text, n=self._named(name), v=other)
        return text

    def _request(self) -> str:
        wish = self._wish()
        if self._plain:
            return wish
        roll = self._rng.random()
        if roll < 0.35:
            return f"{self._pick(_GREET)}, {wish}"
        if roll < 0.5:
            return f"{self._pick(_GREET)}! {wish[0].upper()}{wish[1:]}"
        return wish

    def _wish(self) -> str:
        """The goal as a wish: verbs want *to*, nouns don't; a goal already in the first person stays as it is."""
        goal = self._scenario.goal.text.strip().rstrip(".")
        if re.match(r"(?i)(i|i['’]\w+|we|my|can|could|please|how|what|is|do)\b", goal) and not goal.lower().startswith(
            "do "
        ):
            return goal
        noun = re.match(r"(?i)(an?|the|some|one|two|help|information|advice|support)\b", goal)
        return f"{self._pick(_WISH if noun else _WANT)} {goal[0].lower() if goal[1:2].islower() else goal[0]}{goal[1:]}"

    @staticmethod
    def _named(slot: str) -> str:
        return re.sub(r"[_-]+|(?<=[a-z])(?=[A-Z])", " ", slot).lower()

    def _finish(self, text: str, decision: Decision) -> str:
        """Hurry, politeness, case and the full stop, sparing values at either end."""
        if decision.hurry:
            text = f"{text}, {self._pick(_HURRY)}"
        elif self._polite and self._rng.random() < self._polite:
            text = f"{text} {self._pick(_POLITE)}" if text[-1].isalnum() else text
        first = text.split(" ", 1)[0]
        if not self._lower and first.isalpha() and not self._starts_with_value(text, decision):
            text = text[0].upper() + text[1:]
        elif self._lower and not self._starts_with_value(text, decision):
            text = text[0].lower() + text[1:]
        plain_end = text[-1].isalpha() and not self._ends_with_value(text, decision)
        return f"{text}." if self._stops and plain_end and not self._plain else text

    @staticmethod
    def _starts_with_value(text: str, decision: Decision) -> bool:
        return any(text.startswith(value) for value in decision.said.values())

    @staticmethod
    def _ends_with_value(text: str, decision: Decision) -> bool:
        return any(text.endswith(value) for value in decision.said.values())
