"""Behaviors that put something else in the place of the answer."""

from __future__ import annotations

import random
from dataclasses import dataclass

from prebeta.behaviors.base import Decision, Interceptor, Situation
from prebeta.core.types import Question
from prebeta.dialogue import acts

_ASIDES = (
    "Can you tell me a joke?",
    "Can you write me a short poem about the sea?",
    "Who won the football last night?",
    "What's the capital of Australia?",
    "What do you think about politics?",
    "Which phone should I buy?",
    "Do you know a good recipe for lasagna?",
)
"""Requests no product of ours is there for, where the project names none (`out_of_scope`)."""


@dataclass(frozen=True, slots=True)
class Clarify(Interceptor):
    """Asks what is meant, or why it is needed, instead of answering."""

    name: str = "clarify"
    rate: float = 0.45
    detour: bool = True

    def apply(self, decision: Decision, situation: Situation, rng: random.Random) -> Decision | None:
        if decision.act != acts.INFORM or decision.asked is None or decision.insist or not situation.reading.prompts:
            return None
        return Decision(acts.CLARIFY, asked=decision.asked).by(self.name)


@dataclass(frozen=True, slots=True)
class GoalQuestion(Interceptor):
    """Asks one of the goal's own questions in the middle."""

    name: str = "goal_question"
    rate: float = 0.50
    needs: frozenset[str] = frozenset({"questions"})
    dose: int = 2
    detour: bool = True

    def apply(self, decision: Decision, situation: Situation, rng: random.Random) -> Decision | None:
        asked = situation.fired.get(self.name, 0)
        questions = situation.scenario.goal.questions
        if len(questions) > 1 and "two_intents" in situation.scenario.behaviors:
            questions = questions[:-1]  # the last one is asked beside an answer
        if decision.act not in (acts.INFORM, acts.AFFIRM) or decision.insist or asked >= len(questions):
            return None
        question: Question = questions[asked]
        return Decision(acts.GOAL_QUESTION, asked=decision.asked, question=question, literal=question.ask).by(self.name)


@dataclass(frozen=True, slots=True)
class OutOfDomain(Interceptor):
    """Says or asks for something the product isn't there for."""

    name: str = "out_of_domain"
    rate: float = 0.25
    needs: frozenset[str] = frozenset({"requests"})
    detour: bool = True

    def apply(self, decision: Decision, situation: Situation, rng: random.Random) -> Decision | None:
        if decision.act not in (acts.INFORM, acts.AFFIRM) or decision.insist or situation.turn == 0:
            return None
        request = rng.choice(situation.scenario.out_of_scope or _ASIDES)
        return Decision(acts.OUT_OF_DOMAIN, asked=decision.asked, literal=request).by(self.name)


@dataclass(frozen=True, slots=True)
class CorrectFact(Interceptor):
    """Gave one value first and now wants another; at the latest when the product asks to confirm."""

    name: str = "correct_fact"
    rate: float = 0.25
    needs: frozenset[str] = frozenset({"value"})
    detour: bool = True

    def apply(self, decision: Decision, situation: Situation, rng: random.Random) -> Decision | None:
        return _other_value(self.name, decision, situation, rng)


@dataclass(frozen=True, slots=True)
class Contradicts(Interceptor):
    """States another value than before, as if it had never said the first."""

    name: str = "contradicts"
    rate: float = 0.05
    needs: frozenset[str] = frozenset({"value"})
    detour: bool = True

    def apply(self, decision: Decision, situation: Situation, rng: random.Random) -> Decision | None:
        return _other_value(self.name, decision, situation, rng)


def _other_value(name: str, decision: Decision, situation: Situation, rng: random.Random) -> Decision | None:
    """The slot whose first value was only for a while, with the value that holds from now on."""
    if situation.mind_changed or decision.act not in (acts.INFORM, acts.AFFIRM) or decision.insist:
        return None
    for slot in situation.scenario.goal.slots:
        held = situation.given.get(slot.name)
        if slot.instead is None or held != slot.instead.value or decision.asked == slot.name:
            continue
        if decision.act == acts.INFORM and rng.random() < 0.5:
            return None
        new = {slot.name: slot.fact.value}
        return Decision(acts.CORRECT, facts=new, said=new, asked=decision.asked).by(name)
    return None


@dataclass(frozen=True, slots=True)
class NotSure(Interceptor):
    """Can't tell, or can't find it, at first; answers when asked again."""

    name: str = "not_sure"
    rate: float = 0.15
    detour: bool = True

    def apply(self, decision: Decision, situation: Situation, rng: random.Random) -> Decision | None:
        if decision.act != acts.INFORM or decision.asked is None or decision.insist:
            return None
        return Decision(acts.NOT_SURE, asked=decision.asked).by(self.name)
