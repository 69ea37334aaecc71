"""How varied a pool of personas is: openers, similarity, near duplicates, balance, and how many users it really holds."""

from __future__ import annotations

import itertools
import math
import random
import statistics
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prebeta.core.types import Persona
from prebeta.dialogue.similarity import content_words, words
from prebeta.scenarios.dimensions import MOST_TRAIT_LEVELS
from prebeta.scenarios.generation.duplicates import duplicates
from prebeta.scenarios.traits import TRAITS, with_hints

_MOST_COMPARED = 1000
"""Personas that are held against each other, drawn from a larger pool; half a million pairs say enough."""
_OPENER = 3
_VARIED = 0.5
_MANY_COPIES = 0.02


@dataclass(frozen=True, slots=True)
class Balance:
    """How often each level of a trait occurs. `unsaid` counts personas without the trait, `missing` are levels that no
    persona has, `over` those with more than twice an even share."""

    trait: str
    counts: Mapping[str, int]
    unsaid: int
    missing: tuple[str, ...]
    over: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Diversity:
    """Measures of a pool. Similarities are the Jaccard index of content words, 0..1, over pairs of `compared` personas.

    `openers` counts the different first three words of the texts; `duplicates` are positions (a persona, the earlier
    one it repeats); `effective` is the effective number of distinct users, `profiles` that of combinations of traits.
    """

    users: int
    openers: int
    median: float
    high: float
    duplicates: tuple[tuple[int, int], ...]
    effective: float
    profiles: float
    balances: tuple[Balance, ...]
    compared: int

    @property
    def verdict(self) -> str:
        """In a line: whether these are as many users as they seem."""
        if self.users == 1:
            return "1 user: nothing to compare"
        about = max(1, round(self.effective))
        copies = f"{len(self.duplicates)} nearly repeat an earlier one"
        if self.effective < _VARIED * self.users:
            end = f"; {copies}" if self.duplicates else "; no two are the same, but their words come again and again"
            return f"{self.users:,} users are really {about:,}{end}"
        if len(self.duplicates) > _MANY_COPIES * self.users:
            return f"{self.users:,} users count as {about:,}; {copies}"
        return f"{self.users:,} users count as {about:,}: varied"

    @property
    def unbalanced(self) -> tuple[str, ...]:
        """A line for each trait that isn't balanced."""
        return tuple(line for each in self.balances if (line := _told(each, self.users)))


def diversity(personas: Sequence[Persona], seed: int = 0) -> Diversity:
    """The measures of a pool, which has at least one persona. `seed` draws those compared of more than 1,000."""
    texts = [persona.text for persona in personas]
    people = [with_hints(persona) for persona in personas]
    drawn = texts
    if len(texts) > _MOST_COMPARED:
        drawn = random.Random(f"{seed}:diversity").sample(texts, _MOST_COMPARED)
    sets = [content_words(text) or frozenset(words(text)) for text in drawn]
    likeness, alike = _compared(sets)
    profiles = Counter(tuple(sorted(each.traits.items())) for each in people)
    return Diversity(
        users=len(texts),
        openers=len({" ".join(words(text)[:_OPENER]) for text in texts}),
        median=statistics.median(likeness),
        high=likeness[math.ceil(0.95 * len(likeness)) - 1],
        duplicates=duplicates(texts),
        effective=effective(alike, len(texts)),
        profiles=math.exp(-sum(count / len(people) * math.log(count / len(people)) for count in profiles.values())),
        balances=balances(people),
        compared=len(drawn),
    )


def effective(alike: float, users: int) -> float:
    """The effective number of distinct users; `alike` is the mean squared kernel of two different ones.

    The Vendi score of order 2 (Friedman and Dieng 2023, *The Vendi Score*, arXiv 2210.02410; orders in Pasarkar and
    Dieng 2024, *Cousins of the Vendi Score*, arXiv 2310.12952) with the squared cosine of the word sets as kernel. Of
    order 2 it needs no eigenvalues: it is one over the mean squared kernel of two users drawn with replacement, which is
    also the similarity-sensitive diversity of order 2 of Leinster and Cobbold (2012, *Ecology* 93:477). 500 copies of 40
    texts count as 40, 500 texts without a word in common as 500. A mean over the pairs of a sample is unbiased, so a
    sample tells of the whole. Squaring the cosine keeps the few words that any two texts share from counting.
    """
    return users / (1 + (users - 1) * alike)


def _compared(sets: Sequence[frozenset[str]]) -> tuple[list[float], float]:
    """Of all pairs: the Jaccard indices in ascending order, and the mean of the squared kernel (the cosine squared)."""
    likeness = []
    alike = 0.0
    for one, other in itertools.combinations(sets, 2):
        both = len(one & other)
        if both:
            alike += (both * both / (len(one) * len(other))) ** 2
        elif not one and not other:
            both, alike = 1, alike + 1.0
        likeness.append(both / max(len(one) + len(other) - both, 1))
    return sorted(likeness) or [0.0], alike / max(len(likeness), 1)


def balances(people: Sequence[Persona]) -> tuple[Balance, ...]:
    """Of our own traits and of those with 2 to 12 levels that the personas declare."""
    names = dict.fromkeys((*TRAITS, *(name for each in people for name in each.traits)))
    found = []
    for name in names:
        counts = Counter(each.traits[name] for each in people if name in each.traits)
        levels = tuple(dict.fromkeys((*TRAITS.get(name, ()), *counts)))
        if name in TRAITS or 2 <= len(levels) <= MOST_TRAIT_LEVELS:
            said = sum(counts.values())
            over = tuple(level for level in levels if counts[level] * len(levels) > 2 * said)
            missing = tuple(level for level in levels if not counts[level])
            found.append(Balance(name, {level: counts[level] for level in levels}, len(people) - said, missing, over))
    return tuple(found)


def _told(balance: Balance, users: int) -> str:
    """What is wrong with a balance, in a line; empty where nothing is."""
    if balance.unsaid == users:
        return f"{balance.trait}: no persona tells it"
    said = users - balance.unsaid
    faults = [f"{level} is {balance.counts[level] / said:.0%} of {said}" for level in balance.over]
    if balance.missing:
        faults.append(f"nobody is {' or '.join(balance.missing)}")
    if balance.unsaid > users / 2:
        faults.append(f"{balance.unsaid} of {users} don't tell it")
    return f"{balance.trait}: {', '.join(faults)}" if faults else ""
