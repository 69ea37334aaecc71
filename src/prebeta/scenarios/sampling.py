"""Scenarios drawn by seed: typical users (census), probing users (hunt), or both in turn (mixed).

Scenario i of a sample depends on the project, the seed, the sample and i only. So the first 100 of 500 are those of
100, and the typical users of a mixed run are those of a census with the same seed. Each part (persona, facts, …) has a
source of chance of its own: among typical users an override of one behavior's rate leaves all else as it was.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import get_args

from prebeta.behaviors import Behavior, catalogue
from prebeta.config import Project
from prebeta.config.goals import PLACEHOLDER
from prebeta.config.patterns import generate
from prebeta.core.errors import UsageError
from prebeta.core.types import Fact, Goal, Json, Persona, Question, Sample, Scenario, Slot
from prebeta.scenarios.dimensions import Choice
from prebeta.scenarios.hunt import Hunt
from prebeta.scenarios.identity import identity, seed_of, share
from prebeta.scenarios.sharing import Shared
from prebeta.scenarios.space import GoalSource, SlotSource, Space, space
from prebeta.scenarios.traits import persona_rates

_OPTIONAL_RATE = 0.5
_MOST_QUESTIONS = 2
_MOST_REQUESTS = 2
_TRIES = 20


def sample(
    project: Project, n: int, seed: int, sample: str = "mixed", behaviors: Mapping[str, float] | None = None
) -> list[Scenario]:
    """`n` scenarios. `behaviors` maps each behavior to its census rate, the project's overrides merged in.

    Raises UsageError for n below 1, an unknown sample, and files of slots, personas or accounts that are missing.
    """
    if n < 1:
        raise UsageError(f"the number of conversations should be at least 1, not {n}")
    plan = _plan(sample, n)
    draw = _Draw.of(space(project), dict(sorted((behaviors or {}).items())), seed, plan)
    seen: dict[str, int] = {}
    found = []
    for name, index in plan:
        scenario = draw.scenario(_Chance(seed, name, index))
        content = identity(scenario, 0)
        ordinal = seen.get(content, 0)
        seen[content] = ordinal + 1
        own = identity(scenario, ordinal) if ordinal else content
        found.append(replace(scenario, id=own, seed=seed_of(seed, own)))
    return found


def _plan(sample: str, n: int) -> list[tuple[Sample, int]]:
    """Which sample each scenario belongs to, and its number in it."""
    if sample == "mixed":
        return [("census" if position % 2 == 0 else "hunt", position // 2) for position in range(n)]
    names: tuple[Sample, ...] = get_args(Sample)
    for name in names:
        if name == sample:
            return [(name, position) for position in range(n)]
    raise UsageError(f"unknown sample {sample!r}; known: mixed, {', '.join(names)}")


@dataclass(frozen=True, slots=True)
class _Chance:
    """The sources of chance of one scenario, one per purpose."""

    seed: int
    sample: Sample
    index: int

    def rng(self, purpose: str) -> random.Random:
        return random.Random(f"{self.seed}:{self.sample}:{self.index}:{purpose}")

    def share(self, purpose: str) -> float:
        return share(self.seed, self.sample, self.index, purpose)


@dataclass(frozen=True, slots=True)
class _Draw:
    """All that is read and worked out once for a sample. `rates` are each persona's own, in the order of personas."""

    source: Space
    names: tuple[str, ...]
    behaviors: Mapping[str, Behavior]
    rates: tuple[Mapping[str, float], ...]
    hunt: Hunt
    accounts: Mapping[Sample, tuple[Mapping[str, Json], ...]]
    shared: Shared

    @classmethod
    def of(cls, source: Space, rates: Mapping[str, float], seed: int, plan: list[tuple[Sample, int]]) -> _Draw:
        probing = sum(name == "hunt" for name, _ in plan)
        return cls(
            source,
            tuple(rates),
            catalogue(name for name in rates if ":" in name),
            persona_rates(source.personas, rates),
            Hunt.of(source, rates, seed, probing),
            {name: _shuffled(source.accounts, _Chance(seed, name, 0).rng("accounts")) for name in get_args(Sample)},
            Shared(),
        )

    def scenario(self, chance: _Chance) -> Scenario:
        """One scenario, without its id and seed."""
        source = self.source
        rng = chance.rng("who and what")
        persona, goal, choice = self._typical(chance, rng) if chance.sample == "census" else self._probing(chance)
        armed = tuple(name for name in self.names if name in choice.armed)
        slots = _slots(goal, source, rng, choice.slots)
        needs = frozenset(need for name in armed for need in getattr(self.behaviors.get(name), "needs", ()))
        if "value" in needs:
            slots = _with_change(slots, goal, chance.rng("change of mind"))
        accounts, shared = self.accounts[chance.sample], self.shared
        return Scenario(
            id="",
            seed=0,
            persona=shared.persona(persona),
            goal=shared.goal(Goal(goal.text, slots, _questions(goal, chance) if "questions" in needs else ())),
            behaviors=shared.one(armed),
            sample=chance.sample,
            out_of_scope=shared.one(_requests(source, chance)) if "requests" in needs else (),
            opening=goal.opening,
            account=accounts[chance.index % len(accounts)] if accounts else None,
            prefix=shared.one(_prefix(goal, slots)),
        )

    def _typical(self, chance: _Chance, rng: random.Random) -> tuple[Persona, GoalSource, Choice]:
        """A persona as it is, a goal by weight, each behavior at the persona's rate."""
        number = rng.randrange(len(self.source.personas))
        goal = rng.choices(range(len(self.source.goals)), cum_weights=self.source.cumulative)[0]
        armed = [name for name, rate in self.rates[number].items() if chance.share(f"behavior:{name}") < rate]
        persona = self.source.personas[number]
        return persona, self.source.goals[goal], Choice(goal, persona.traits, frozenset(armed), {})

    def _probing(self, chance: _Chance) -> tuple[Persona, GoalSource, Choice]:
        choice = self.hunt.choice(chance.index)
        return self.hunt.persona(chance.index, choice.traits), self.source.goals[choice.goal], choice


def _shuffled(accounts: tuple[Mapping[str, Json], ...], rng: random.Random) -> tuple[Mapping[str, Json], ...]:
    """The order in which users take the accounts, so that each is used as often as the others."""
    return tuple(rng.sample(accounts, len(accounts)))


def _prefix(goal: GoalSource, slots: tuple[Slot, ...]) -> tuple[str, ...]:
    """What is said before the user takes over, with the values of slots; a message without its value is left out."""
    values = {slot.name: slot.fact.value for slot in slots}
    return tuple(
        PLACEHOLDER.sub(lambda found: values[found[1]], message)
        for message in goal.prefix
        if all(name in values for name in PLACEHOLDER.findall(message))
    )


def _slots(goal: GoalSource, source: Space, rng: random.Random, fixed: Mapping[str, str | None]) -> tuple[Slot, ...]:
    """A fact for each slot; of a table one row. Optional slots, and those a row has no value for, may be left out.

    `fixed` maps slot to the value it must have, None where it is left out.
    """
    rows: dict[str, dict[str, str]] = {}
    found = []
    for slot in goal.slots:
        if slot.table is not None and slot.table not in rows:
            table = source.tables[slot.table]
            rows[slot.table] = table[rng.randrange(len(table))]
        left_out = slot.optional and rng.random() < _OPTIONAL_RATE
        value = rows[slot.table].get(slot.name) if slot.table is not None else None
        if slot.name in fixed and slot.table is None:
            left_out = fixed[slot.name] is None
            fact = next((each for each in slot.facts if each.value == fixed[slot.name]), Fact(""))
        elif slot.table is None:
            fact = _fact(slot, rng)
        elif value:
            fact = Fact(value)
        else:
            continue
        if not left_out:
            found.append(Slot(slot.name, fact))
    return tuple(found)


def _fact(slot: SlotSource, rng: random.Random) -> Fact:
    if slot.pattern is not None:
        return Fact(generate(slot.pattern, rng))
    return slot.facts[rng.randrange(len(slot.facts))]


def _with_change(slots: tuple[Slot, ...], goal: GoalSource, rng: random.Random) -> tuple[Slot, ...]:
    """The slots, one of which has another value that the user gives first; unchanged where there is no other value.

    What the prefix tells the product is not changed.
    """
    sources = {slot.name: slot for slot in goal.slots}
    told = goal.told
    order = [position for position, slot in enumerate(slots) if slot.name not in told]
    rng.shuffle(order)
    for position in order:
        slot = slots[position]
        other = _other(sources[slot.name], slot.fact, rng)
        if other is not None:
            return (*slots[:position], replace(slot, instead=other), *slots[position + 1 :])
    return slots


def _other(slot: SlotSource, fact: Fact, rng: random.Random) -> Fact | None:
    """Another value of the slot, different in more than case; None where there is none."""
    own = fact.value.casefold()
    if slot.pattern is not None:
        for _ in range(_TRIES):
            value = generate(slot.pattern, rng)
            if value.casefold() != own:
                return Fact(value)
        return None
    others = [each for each in slot.facts if each.value.casefold() != own]
    return others[rng.randrange(len(others))] if others else None


def _questions(goal: GoalSource, chance: _Chance) -> tuple[Question, ...]:
    if not goal.questions:
        return ()
    rng = chance.rng("questions")
    most = min(_MOST_QUESTIONS, len(goal.questions))
    return tuple(rng.sample(goal.questions, rng.randint(1, most)))


def _requests(source: Space, chance: _Chance) -> tuple[str, ...]:
    """What this user may ask for outside the product's domain."""
    rng = chance.rng("out of scope")
    return tuple(rng.sample(source.out_of_scope, min(_MOST_REQUESTS, len(source.out_of_scope))))
