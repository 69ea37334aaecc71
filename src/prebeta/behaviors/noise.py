"""Behaviors that put something into the message beside the answer, or word it unusually."""

from __future__ import annotations

import random
from dataclasses import dataclass

from prebeta.behaviors.base import Decision, Interceptor, Situation
from prebeta.core.types import Option
from prebeta.dialogue import acts

LANGUAGES = ("es", "de", "fr", "pt")
_ORDINALS = ("first", "second", "third", "fourth", "fifth", "sixth")
_ANSWERS = (acts.INFORM, acts.AFFIRM)


@dataclass(frozen=True, slots=True)
class TwoIntents(Interceptor):
    """Answers and asks one of its own questions in the same message."""

    name: str = "two_intents"
    rate: float = 0.15
    needs: frozenset[str] = frozenset({"questions"})

    def apply(self, decision: Decision, situation: Situation, rng: random.Random) -> Decision | None:
        asked = situation.fired.get("goal_question", 0)
        questions = situation.scenario.goal.questions
        if decision.act != acts.INFORM or not decision.facts or decision.insist or asked >= len(questions):
            return None
        if decision.must_press:
            return None
        return decision.by(self.name, question=questions[-1], press=None)


@dataclass(frozen=True, slots=True)
class RefersBack(Interceptor):
    """Names a quick reply by its place: *the second one*."""

    name: str = "refers_back"
    rate: float = 0.10
    dose: int = 2

    def apply(self, decision: Decision, situation: Situation, rng: random.Random) -> Decision | None:
        options = situation.reply.options
        if decision.act != acts.INFORM or decision.press is None or decision.insist or len(decision.facts) != 1:
            return None
        if decision.own or decision.must_press or decision.press not in options or len(options) < 2:
            return None
        if decision.language != "en":
            return None
        slot = next(iter(decision.facts))
        place = _place(decision.press, options)
        said = {slot: place if rng.random() < 0.15 else place.capitalize()}
        return decision.by(self.name, said=said, press=None, own=True)


@dataclass(frozen=True, slots=True)
class Mistype(Interceptor):
    """Two letters of a value change places. A value that isn't words (a number, a code) is left alone."""

    name: str = "mistype"
    rate: float = 0.05

    def apply(self, decision: Decision, situation: Situation, rng: random.Random) -> Decision | None:
        if decision.act != acts.INFORM or decision.insist or decision.must_press or len(decision.facts) != 1:
            return None
        slot, value = next(iter(decision.facts.items()))
        if decision.said.get(slot) != value or not value.replace(" ", "").isalpha():
            return None
        places = [at for at in range(1, len(value) - 2) if value[at : at + 2].isalpha() and value[at] != value[at + 1]]
        if len(value) < 5 or not places:
            return None
        at = rng.choice(places)
        said = {slot: value[:at] + value[at + 1] + value[at] + value[at + 2 :]}
        return decision.by(self.name, said=said, press=None, own=True)


@dataclass(frozen=True, slots=True)
class Hostility(Interceptor):
    """Lets its temper out beside the answer."""

    name: str = "hostility"
    rate: float = 0.05
    dose: int = 2

    def apply(self, decision: Decision, situation: Situation, rng: random.Random) -> Decision | None:
        return _beside(self.name, "hostile", decision) if situation.turn else None


@dataclass(frozen=True, slots=True)
class PasteLong(Interceptor):
    """Pastes a long text that has nothing to do with the question behind its answer."""

    name: str = "paste_long"
    rate: float = 0.05

    def apply(self, decision: Decision, situation: Situation, rng: random.Random) -> Decision | None:
        return _beside(self.name, "paste", decision) if decision.act == acts.INFORM else None


@dataclass(frozen=True, slots=True)
class Emoji(Interceptor):
    """Ends some of its messages with an emoji."""

    name: str = "emoji"
    rate: float = 0.15
    typed: bool = True
    dose: int = 99

    def apply(self, decision: Decision, situation: Situation, rng: random.Random) -> Decision | None:
        typed = decision.act in (*_ANSWERS, acts.REQUEST, acts.CORRECT, acts.CLOSE) and decision.literal is None
        return _beside(self.name, "emoji", decision, keep=True) if typed and rng.random() < 0.6 else None


@dataclass(frozen=True, slots=True)
class OtherLanguage(Interceptor):
    """Words its messages in Spanish, German, French or Portuguese; the values stay as they are. When it wasn't
    understood it tries English."""

    name: str = "other_language"
    rate: float = 0.05
    typed: bool = True
    dose: int = 99

    def apply(self, decision: Decision, situation: Situation, rng: random.Random) -> Decision | None:
        worded = decision.act in (*_ANSWERS, acts.REQUEST, acts.CORRECT, acts.CLOSE, acts.NOT_SURE, acts.CLARIFY)
        if not worded or decision.literal is not None or decision.insist or decision.bare or decision.own:
            return None
        return decision.by(self.name, language=LANGUAGES[situation.scenario.seed % len(LANGUAGES)])


def _beside(name: str, manner: str, decision: Decision, *, keep: bool = False) -> Decision | None:
    """The manner added to an answer, which is then typed; `keep` leaves the choice to press or type as it was."""
    if (decision.act not in _ANSWERS and not keep) or decision.must_press or decision.literal is not None:
        return None
    press = decision.press if keep else None
    return decision.by(name, manners=(*decision.manners, manner), press=press)


def _place(option: Option, options: tuple[Option, ...]) -> str:
    at = options.index(option)
    if at == len(options) - 1:
        return "the last one"
    return f"the {_ORDINALS[at]} one" if at < len(_ORDINALS) else f"number {at + 1}"
