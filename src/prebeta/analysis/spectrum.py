"""What conversations with a failure have in common that others lack: suspects, before anything is held again.

Spectrum-based fault localisation with Ochiai's coefficient (Abreu, Zoeteweij & van Gemund 2007) over what users did and
said; pairs are taken for one suspect only where both parts are needed (Fisher), and false discoveries are kept at 10 % by
Benjamini & Hochberg (1995).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from prebeta.analysis.stats import LEVEL, fisher_greater
from prebeta.core.types import Say, Transcript
from prebeta.dialogue import acts

ANECDOTE = 15
"""Fewer conversations than this with a failure are an anecdote."""
BEHAVIOR, QUESTION, SLOT, TYPED, TRAIT = "behavior", "question", "slot", "typed", "trait"
FALSE_DISCOVERIES = 0.1
_OFTEN = 3
"""Times a slot's values must have been given on average, to be suspects."""
_PAIRED = 24
"""Pairs are made of so many single suspects, the likeliest."""
_ANSWERS = frozenset((acts.INFORM, acts.AFFIRM, acts.DENY, acts.CHOOSE, acts.CHANGE, acts.REQUEST))


@dataclass(frozen=True, slots=True)
class Feature:
    """Something about a conversation: a behavior that fired, a question asked, a slot with one of these values given, a quick
    reply that was typed (`name` is the slot asked for, or the act), a trait with its level. `at`: only at that step."""

    kind: str
    name: str
    values: tuple[str, ...] = ()
    at: str | None = None


@dataclass(frozen=True, slots=True)
class Sighting:
    """A conversation as far as it matters here: what is about it, whether the failure shows, and whether any does."""

    features: frozenset[Feature]
    shows: bool
    flawed: bool = False


@dataclass(frozen=True, slots=True)
class Suspect:
    """One feature, or two together: in how many of the conversations with it the failure shows (`shown` of `n`), and in how
    many of those without. `q` is the p value after Benjamini and Hochberg."""

    features: tuple[Feature, ...]
    shown: int
    n: int
    shown_without: int
    n_without: int
    ochiai: float
    p: float
    q: float = 1.0

    @property
    def significant(self) -> bool:
        return self.q <= FALSE_DISCOVERIES


def features(transcript: Transcript, before: int | None = None) -> frozenset[Feature]:
    """What is about a conversation, up to a turn."""
    found = {Feature(TRAIT, name, (level,)) for name, level in transcript.scenario.persona.traits.items()}
    options = False
    for turn in transcript.turns[:before]:
        if turn.reply is not None:
            options = bool(turn.reply.options)
            continue
        act = turn.act
        if act is None:
            continue
        for name in act.behaviors:
            found.add(Feature(BEHAVIOR, name))
            if act.asked is not None:
                found.add(Feature(BEHAVIOR, name, at=act.asked))
        if act.question is not None:
            found.add(Feature(QUESTION, act.question.ask))
        found.update(Feature(SLOT, slot, (value,)) for slot, value in act.facts.items())
        if options and isinstance(turn.move, Say) and act.name in _ANSWERS:
            found.add(Feature(TYPED, act.asked or act.name))
    return frozenset(found)


def spectrum(sightings: Sequence[Sighting]) -> tuple[Suspect, ...]:
    """Suspects, the likeliest first; those that are less telling than others they contain left out."""
    table = _Table(sightings)
    if not table.shown:
        return ()
    singles = [*table.singles(), *table.slots()]
    singles.sort(key=_likeliest)
    pairs = [
        pair
        for one, other in combinations(singles[:_PAIRED], 2)
        if _combine(one, other) and (pair := table.pair(one, other)) is not None
    ]
    return tuple(sorted(_adjusted([*singles, *pairs]), key=_likeliest))


def _likeliest(suspect: Suspect) -> tuple[float, int, float, str]:
    return (-suspect.ochiai, len(suspect.features), suspect.p, repr(suspect.features))


def _combine(one: Suspect, other: Suspect) -> bool:
    (first,), (second,) = one.features, other.features
    return first.name != second.name and TRAIT not in (first.kind, second.kind) and first.at is None is second.at


class _Table:
    """Which conversations have a feature, as bits of a number: counting is then one operation."""

    def __init__(self, sightings: Sequence[Sighting]) -> None:
        self.n = len(sightings)
        members: dict[Feature, list[int]] = defaultdict(list)
        for place, sighting in enumerate(sightings):
            for feature in sighting.features:
                members[feature].append(place)
        self.having = {feature: _bits(places, self.n) for feature, places in members.items()}
        self.shows = _bits([place for place, one in enumerate(sightings) if one.shows], self.n)
        self.shown = self.shows.bit_count()

    def singles(self) -> Iterable[Suspect]:
        for feature, having in self.having.items():
            if feature.kind != SLOT and (found := self._suspect((feature,), having)) is not None:
                yield found

    def slots(self) -> Iterable[Suspect]:
        """Each slot with those of its values that fail most: the set that tells most, tested for all that could be."""
        by_slot: dict[str, list[tuple[float, str, int]]] = defaultdict(list)
        for feature, having in self.having.items():
            if feature.kind == SLOT:
                rate = (having & self.shows).bit_count() / having.bit_count()
                by_slot[feature.name].append((-rate, feature.values[0], having))
        for slot, ranked in by_slot.items():
            if sum(having.bit_count() for _, _, having in ranked) < _OFTEN * len(ranked):
                continue  # nearly everybody has its own, a telephone say: those that fail prove nothing
            ranked.sort()
            best: Suspect | None = None
            union = 0
            for place, (_, _, having) in enumerate(ranked[:-1] or ranked, 1):
                union |= having
                values = tuple(value for _, value, _ in ranked[:place])
                found = self._suspect((Feature(SLOT, slot, values),), union, tests=len(ranked))
                if found is not None and (best is None or found.ochiai > best.ochiai):
                    best = found
            if best is not None:
                yield best

    def pair(self, one: Suspect, other: Suspect) -> Suspect | None:
        """Both together, where they tell significantly more than each alone."""
        first, second = self._of(one), self._of(other)
        both = first & second
        found = self._suspect((*one.features, *other.features), both)
        if found is None:
            return None
        for alone in (first & ~second, second & ~first):
            hits, n = (alone & self.shows).bit_count(), alone.bit_count()
            if not n or fisher_greater(found.shown, found.n, hits, n) > LEVEL:
                return None
        return found if found.ochiai > max(one.ochiai, other.ochiai) else None

    def _of(self, suspect: Suspect) -> int:
        (feature,) = suspect.features
        if feature.kind != SLOT:
            return self.having[feature]
        found = 0
        for value in feature.values:
            found |= self.having[Feature(SLOT, feature.name, (value,))]
        return found

    def _suspect(self, features: tuple[Feature, ...], having: int, tests: int = 1) -> Suspect | None:
        n, shown = having.bit_count(), (having & self.shows).bit_count()
        if not shown or n == self.n:
            return None
        others, elsewhere = self.n - n, self.shown - shown
        p = min(1.0, tests * fisher_greater(shown, n, elsewhere, others))
        return Suspect(features, shown, n, elsewhere, others, shown / math.sqrt(self.shown * n), p)


def _bits(places: Iterable[int], n: int) -> int:
    packed = bytearray(n // 8 + 1)
    for place in places:
        packed[place >> 3] |= 1 << (place & 7)
    return int.from_bytes(packed, "little")


def _adjusted(suspects: Sequence[Suspect]) -> list[Suspect]:
    """With q values: the rate of false discoveries, were this and all likelier ones taken for true."""
    ranked = sorted(suspects, key=lambda one: one.p, reverse=True)
    lowest, found = 1.0, []
    for place, suspect in enumerate(ranked):
        lowest = min(lowest, suspect.p * len(ranked) / (len(ranked) - place))
        found.append(
            Suspect(
                suspect.features, suspect.shown, suspect.n, suspect.shown_without, suspect.n_without,
                suspect.ochiai, suspect.p, lowest,
            )
        )  # fmt: skip
    return found


def safe_values(slot: str, sightings: Sequence[Sighting]) -> tuple[str, ...]:
    """The values of a slot, those with which least goes wrong first."""
    counts: Mapping[str, list[int]] = defaultdict(lambda: [0, 0])
    for sighting in sightings:
        for feature in sighting.features:
            if feature.kind == SLOT and feature.name == slot:
                counts[feature.values[0]][0] += sighting.shows or sighting.flawed
                counts[feature.values[0]][1] += 1
    return tuple(sorted(counts, key=lambda value: (counts[value][0] / counts[value][1], -counts[value][1], value)))
