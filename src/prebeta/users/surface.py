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
from prebeta.users.foreign import FOREIGN

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
_STATE = ("The {n} is {v}", "And the {n}: {v}", "{v} for the {n}")
_FIRST = (
    "First of all, the {n} is {v}",
    "Before that: the {n} is {v}",
    "Let me say first that the {n} is {v}",
    "The {n} is {v}",
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
_HOSTILE = ("What is this nonsense.", "This is ridiculous.", "You are useless.")
_TEMPER = ("this is really annoying", "how hard can it be", "what a waste of time", "this is ridiculous")
_AND = ("And ", "Also, ", "One more thing: ", "By the way, ")
_EMOJI = ("🙂", "👍", "😅", "🙏", "😊", "🎉")
_PASTES = (
    "----\nNotice: the contents above and below are confidential and meant for nobody else. Copying, forwarding or "
    "printing them is not allowed without written permission from their author. Whoever has received them in error "
    "is kindly asked to delete everything and to say so. Views expressed herein are personal and bind nobody. No "
    "warranty is given that they are complete or free of mistakes. Think of the trees before you print.",
    "----\nIn the garden the old apple tree had lost its leaves, and the cat slept on the warm stones beside the pond. "
    "Nobody spoke. Far away a dog barked twice and then was quiet again, while clouds drifted slowly over the hills "
    "and the light turned from yellow to a soft grey. It smelled of rain and of smoke, as it always had in autumn.",
)
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
        foreign = FOREIGN.get(decision.language, {}).get(decision.act)
        if foreign is not None:
            return self._finish(self._in_language(foreign, decision), decision)
        if decision.act == acts.REQUEST:
            return self._finish(self._request(), decision)
        if decision.act == acts.PUZZLED:
            wish = self._wish()
            more = "".join(f". {self._named(slot)}: {said}" for slot, said in decision.said.items())
            return self._finish(f"I'm not sure what you mean, {wish}{more}", decision)
        if decision.act == acts.CORRECT:
            slot, value = next(iter(decision.said.items()))
            ways = _STATE if "contradicts" in decision.behaviors else _CORRECT
            return self._finish(self._pick(ways).format(n=self._named(slot), v=value), decision)
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

    def _in_language(self, ways: tuple[str, ...], decision: Decision) -> str:
        """The act in the user's other language; facts beyond the first stand behind it."""
        (slot, value), *more = decision.said.items() or [("", self._scenario.goal.text)]
        text = self._pick(ways).format(n=self._named(slot), v=value)
        return "".join((text, *(f", {self._named(name)}: {other}" for name, other in more)))

    def _give(self, decision: Decision) -> str:
        (slot, value), *more = decision.said.items()
        if "first" in decision.manners:
            text = self._pick(_FIRST).format(n=self._named(slot), v=value)
        elif decision.bare or self._plain:
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
        """What stands beside the answer, politeness, case and the full stop, sparing values at either end."""
        text = self._beside(text, decision)
        if not {"hurry", "hostile", "paste"}.isdisjoint(decision.manners):
            pass
        elif self._polite and self._rng.random() < self._polite:
            text = f"{text} {self._pick(_POLITE)}" if text[-1].isalnum() else text
        first = text.split(" ", 1)[0]
        if not self._lower and first.isalpha() and not self._starts_with_value(text, decision):
            text = text[0].upper() + text[1:]
        elif self._lower and not self._starts_with_value(text, decision):
            text = text[0].lower() + text[1:]
        plain_end = text[-1].isalpha() and not self._ends_with_value(text, decision)
        text = f"{text}." if self._stops and plain_end and not self._plain else text
        return f"{text} {self._pick(_EMOJI)}" if "emoji" in decision.manners else text

    def _beside(self, text: str, decision: Decision) -> str:
        """The manners of the message: haste, temper, a second question, pasted text."""
        for manner in decision.manners:
            if manner == "hurry":
                text = f"{text}, {self._pick(_HURRY)}"
            elif manner == "hostile":
                text = (
                    f"{self._pick(_HOSTILE)} {text}" if self._rng.random() < 0.3 else f"{text}, {self._pick(_TEMPER)}"
                )
            elif manner == "paste":
                text = f"{text}\n\n{self._pick(_PASTES)}"
        if decision.question is not None:
            text = f"{text}. {self._pick(_AND)}{decision.question.ask}"
        return text

    @staticmethod
    def _starts_with_value(text: str, decision: Decision) -> bool:
        return any(text.startswith(value) for value in decision.said.values())

    @staticmethod
    def _ends_with_value(text: str, decision: Decision) -> bool:
        return any(text.endswith(value) for value in decision.said.values())
