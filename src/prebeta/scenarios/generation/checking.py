"""Whether generated personas and goals can be used: valid, not contradictory, asked for, and solvable."""

from __future__ import annotations

import random
import re
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import TypeAlias

from pydantic import ValidationError

from prebeta.config import GoalConfig, Project
from prebeta.config.goals import PersonaConfig
from prebeta.config.patterns import generate, parse
from prebeta.core.types import Persona, Reply, Scenario, SlotSpec
from prebeta.dialogue.days import find_days
from prebeta.dialogue.matching import matches
from prebeta.dialogue.reading import Reader
from prebeta.dialogue.similarity import words
from prebeta.scenarios.generation.contradictions import contradictions

TRIES = 5
"""Attempts in which a scenario must be solved once (METHODS, *From edge case to data*)."""

Attempt: TypeAlias = Callable[[Scenario], Awaitable[bool]]
"""Holds one conversation with the scenario and says whether it came to its end."""

_FEWEST_WORDS, _MOST_WORDS = 3, 80
_PLACEHOLDER = re.compile(r"\{\w*\}|\[(?:name|role|age|job|city|company|insert[^\]]*)\]|<[^>]{1,40}>|\blorem ipsum\b|"
                          r"\bas an ai\b|\bpersona \d+\b|\bi cannot\b|\bi can't\b", re.I)  # fmt: skip


def persona_problem(persona: Persona) -> str | None:
    """Why a persona can't be used; None where it can."""
    try:
        PersonaConfig.model_validate({"text": persona.text, "traits": dict(persona.traits)})
    except ValidationError as error:
        return f"not valid: {error.errors()[0]['msg']}"
    said = words(persona.text)
    if len(said) < _FEWEST_WORDS or len(set(said)) * 3 < len(said):
        return "says next to nothing"
    if len(said) > _MOST_WORDS:
        return f"longer than {_MOST_WORDS} words"
    if (found := _PLACEHOLDER.search(persona.text)) is not None:
        return f"isn't a description of a person: {found.group()!r}"
    if not persona.text.isprintable():
        return "holds characters that can't be printed"
    clash = contradictions(persona.text, persona.traits)
    return f"contradicts itself: {clash[0]}" if clash else None


def goal_problems(project: Project) -> tuple[str, ...]:
    """What is wrong with a project's goals, a line each; empty where each slot has values that its own `match` and
    `pattern` accept and the product's asking for it can be recognised.

    Reads CSV files of slots; raises UsageError where one is missing.
    """
    specs = {spec.name: spec for spec in project.slots()}
    reader = Reader(tuple(specs.values()), project.answers())
    found: list[str] = []
    for goal in project.goals:
        for name in goal.slots:
            found += [f"goal {goal.goal!r}: slot {name}: {line}" for line in _slot_problems(specs[name], goal)]
    found += [f"slot {name}: {line}" for name, spec in specs.items() if (line := _unreachable(spec, reader))]
    return tuple(dict.fromkeys(found))


def _slot_problems(spec: SlotSpec, goal: GoalConfig) -> Iterator[str]:
    slot = goal.slots[spec.name]
    if slot.pattern is not None:
        rng = random.Random(f"{spec.name}:{slot.pattern}")
        made = [generate(parse(slot.pattern), rng) for _ in range(5)]
        wrong = [value for value in made if re.fullmatch(slot.pattern, value) is None or not _accepted(spec, value)]
        if wrong:
            yield f"match {spec.match} doesn't accept {wrong[0]!r}, made from its pattern"
        return
    values = [fact.value for fact in spec.values] if slot.values is None else list(slot.values)
    if not values:
        yield "has no values"
    for value in values:
        if not _accepted(spec, value):
            yield f"match {spec.match} doesn't accept its value {value!r}"
    same = next(
        (
            (one, other)
            for place, one in enumerate(values)
            for other in values[place + 1 :]
            if matches(spec.match, one, [other]) and matches(spec.match, other, [one])
        ),
        None,
    )
    if same is not None:
        yield f"match {spec.match} can't tell {same[0]!r} from {same[1]!r}"


def _accepted(spec: SlotSpec, value: str) -> bool:
    """Whether a product that holds exactly this value would be found right, by what the match looks at."""
    if not value.strip() or not matches(spec.match, value, [value]):
        return False
    if spec.match == "date":
        return bool(find_days(value)) or any(word.isalpha() for word in words(value))
    return spec.match != "number" or any(character.isdigit() for character in value) or bool(words(value))


def _unreachable(spec: SlotSpec, reader: Reader) -> str | None:
    """Why the user wouldn't know that it is asked for this slot; None where it would."""
    if any(spec.name in (rule.name, rule.then) for rule in reader.answers):
        return None
    name = " ".join(re.sub(r"[_-]+|(?<=[a-z])(?=[A-Z])", " ", spec.name).lower().split())
    questions = (*spec.ask, f"What {name}?", f"What is the {name}?")
    if any(spec.name in reader.read(Reply((question,))).asks for question in questions):
        return None
    return f"no line of user.answers and no ask: tells when the product asks for it; add answers: {{{spec.name}: …}}"


async def solvable(scenario: Scenario, attempt: Attempt, tries: int = TRIES) -> bool:
    """Whether the scenario is solved at least once in so many tries, held one after the other until it is."""
    for _ in range(tries):
        if await attempt(scenario):
            return True
    return False


async def unsolved(scenarios: Iterable[Scenario], attempt: Attempt, tries: int = TRIES) -> tuple[Scenario, ...]:
    """The scenarios that were never solved."""
    return tuple([each for each in scenarios if not await solvable(each, attempt, tries)])
