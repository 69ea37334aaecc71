"""Personas composed from facets, without a model: who, in what surroundings, and what is known of their ways.

Persona i depends on the seed, the material and i alone, so the first N of M are the same. The traits come as a covering
array (any two levels of two traits soon occur together) and then in blocks in which each level is equally frequent.
Phrases are dealt like cards: one that doesn't go with the persona stays on top for the next.
"""

from __future__ import annotations

import itertools
import random
import re
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from prebeta.core.errors import UsageError
from prebeta.core.types import Persona
from prebeta.scenarios.covering import Axis, covering_rows
from prebeta.scenarios.generation.clauses import ROUND, TRAIT_WORDS
from prebeta.scenarios.generation.contradictions import CONFLICTS, MARKS, contradictions, marks
from prebeta.scenarios.generation.duplicates import Seen
from prebeta.scenarios.generation.people import MANNERS, PEOPLE, PLACES
from prebeta.scenarios.traits import TRAITS, hinted

_TRIES = 60
_ROUND, _DOMAIN, _TELLING, _USUAL = 2.0, 4.0, 4.0, 0.5
"""How likely a thing is told: matters beside the traits, the product's field, an unusual level of a trait, a usual one."""
_LONG_ROLE = re.compile(r" (?:with|in|on|who|of|between|for|at|to|selling|from|abroad|of) ?|,")
_VOWEL = re.compile(r"[aeioAEIO]|u(?!ni|s[eu])|hono|hour")
_SHE = re.compile(r"\b(?:grand)?mother|waitress|widow|midwife")
_HE = re.compile(r"\b(?:grand)?father|fisherman|priest")

Card = TypeVar("Card")


@dataclass(frozen=True, slots=True)
class Facet:
    """A phrase with what it shows and what that rules out, as bits over marks and levels."""

    phrase: str
    shows: int
    excludes: int


@dataclass(frozen=True, slots=True)
class Draft:
    """A person before it is put in words: traits, who, and clauses in the order they are told."""

    traits: Mapping[str, str]
    who: str
    clauses: tuple[str, ...]


def compose(n: int, seed: int = 0, terms: Sequence[str] = ()) -> tuple[Persona, ...]:
    """`n` personas with all of `TRAITS`, none like another, the same for the same arguments.

    `terms` are words of the product's field; about every third persona has something to do with one of them. Raises
    UsageError for n below 1, and where so many different ones can't be made.
    """
    if n < 1:
        raise UsageError(f"the number of personas should be at least 1, not {n}")
    return tuple(itertools.islice(composed(seed, terms), n))


def composed(seed: int, terms: Sequence[str] = (), seen: Seen | None = None) -> Iterator[Persona]:
    """Personas without end; none is a near duplicate of an earlier one or of what `seen` holds."""
    seen = Seen() if seen is None else seen
    source = _Source(seed, terms)
    for traits in _rows(seed):
        yield source.person(traits, seen)


def drafts(seed: int, terms: Sequence[str] = ()) -> Iterator[Draft]:
    """Persons without end as traits and phrases only: seeds for a model's own descriptions."""
    source = _Source(seed, terms)
    for traits in _rows(seed):
        draft = source.draft(traits)
        if draft is not None:
            yield draft


def _rows(seed: int) -> Iterator[dict[str, str]]:
    """Levels of all traits: a covering array, then blocks with each level as often as the others."""
    rng = random.Random(f"{seed}:personas:traits")
    axes = [Axis.free(len(levels), 1) for levels in TRAITS.values()]
    for _, row in covering_rows(1, axes, rng):
        yield {name: levels[at or 0] for (name, levels), at in zip(TRAITS.items(), row, strict=True)}
    decks = {name: Deck(levels, rng) for name, levels in TRAITS.items()}
    while True:
        yield {name: deck.take() for name, deck in decks.items()}


class Deck(Generic[Card]):
    """Cards dealt at random, each as often as the others. A card that isn't wanted stays for a later draw."""

    def __init__(self, cards: Sequence[Card], rng: random.Random) -> None:
        self._cards = tuple(cards)
        self._rng = rng
        self._left: deque[int] = deque()

    def take(self, wanted: Callable[[Card], bool] | None = None) -> Card:
        """The first card that is wanted. Raises LookupError where none is."""
        for _ in range(2):
            for place, number in enumerate(self._left):
                if wanted is None or wanted(self._cards[number]):
                    del self._left[place]
                    return self._cards[number]
            self._left.extend(self._round())
        raise LookupError("no card is wanted")

    def _round(self) -> list[int]:
        """All cards but those that still lie here: else what is seldom wanted would heap up."""
        lying = set(self._left)
        fresh = [number for number in range(len(self._cards)) if number not in lying]
        self._rng.shuffle(fresh)
        return fresh


class _Source:
    """The phrases of one pool, dealt so that none is used much more often than the others of its kind."""

    def __init__(self, seed: int, terms: Sequence[str]) -> None:
        self._rng = random.Random(f"{seed}:personas:words")
        levels = [f"{name}={level}" for name, all_of_it in TRAITS.items() for level in all_of_it]
        self._bits = {name: 1 << place for place, name in enumerate((*MARKS, *levels))}
        self._people = self._deck(PEOPLE)
        self._manners = self._deck(MANNERS)
        self._places = self._deck(PLACES)
        self._round = {axis: self._deck(words) for axis, words in ROUND.items() if axis != "domain" or terms}
        self._told = {pair: self._deck(words) for pair, words in TRAIT_WORDS.items()}
        self._terms = Deck(tuple(dict.fromkeys(terms)), self._rng)

    def person(self, traits: Mapping[str, str], seen: Seen) -> Persona:
        """One with these traits that `seen` hasn't, and now has. Raises UsageError where there is none left."""
        for _ in range(_TRIES):
            draft = self.draft(traits)
            if draft is None:
                continue
            text = worded(draft, self._rng)
            if not contradictions(text, traits) and seen.add(text):
                return Persona(text, dict(traits))
        raise UsageError(f"no more than {len(seen)} different personas can be made here; ask for fewer")

    def draft(self, traits: Mapping[str, str]) -> Draft | None:
        """One with these traits in phrases that don't contradict each other; None where the cards don't allow it."""
        state = _Chosen(self._bits, traits)
        try:
            who = self._who(state)
            clauses = tuple(self._clause(axis, traits, state) for axis in self._axes(traits))
        except LookupError:
            return None
        return Draft(dict(traits), who, clauses)

    def _who(self, state: _Chosen) -> str:
        rng = self._rng
        role = state.take(self._people)
        words = [role]
        if rng.random() < 0.5:
            words.insert(0, state.take(self._manners))
        if rng.random() < 0.35 and not _LONG_ROLE.search(role):
            words.append(state.take(self._places))
        return " ".join(words)

    def _axes(self, traits: Mapping[str, str]) -> list[str]:
        """Which things are told of a person: rather what is unusual in it."""
        rng = self._rng
        weights = {axis: _DOMAIN if axis == "domain" else _ROUND for axis in self._round}
        weights |= {name: _USUAL if level == TRAITS[name][0] else _TELLING for name, level in traits.items()}
        count = rng.choice((2, 3, 3))
        ranked = sorted(weights, key=lambda axis: rng.random() ** (1 / weights[axis]), reverse=True)
        return ranked[:count]

    def _clause(self, axis: str, traits: Mapping[str, str], state: _Chosen) -> str:
        if axis in traits:
            return state.take(self._told[axis, traits[axis]])
        phrase = state.take(self._round[axis])
        return phrase.format(term=self._terms.take()) if axis == "domain" else phrase

    def _deck(self, phrases: Sequence[str]) -> Deck[Facet]:
        return Deck([self._facet(phrase) for phrase in phrases], self._rng)

    def _facet(self, phrase: str) -> Facet:
        shown = marks(phrase)
        against = {other for pair in CONFLICTS for other in pair if shown & pair and other not in shown & pair}
        for trait, level in hinted(phrase).items():
            against |= {f"{trait}={other}" for other in TRAITS[trait] if other != level}
        return Facet(phrase, sum(self._bits[name] for name in shown), sum(self._bits[name] for name in against))


class _Chosen:
    """What is known of a person so far, as bits; takes only phrases that go with it."""

    def __init__(self, bits: Mapping[str, int], traits: Mapping[str, str]) -> None:
        self._shown = sum(bits[f"{name}={level}"] for name, level in traits.items())
        self._excluded = 0

    def take(self, deck: Deck[Facet]) -> str:
        facet = deck.take(lambda card: not (card.excludes & self._shown or card.shows & self._excluded))
        self._shown |= facet.shows
        self._excluded |= facet.excludes
        return facet.phrase


def worded(draft: Draft, rng: random.Random) -> str:
    """The person in one or two plain sentences, in one of four forms."""
    who, clauses = draft.who, draft.clauses
    person = f"{'an' if _VOWEL.match(who) else 'a'} {who}"
    form = rng.choice(("who", "sentence", "colon", "someone"))
    if form == "colon":
        return f"{who}: {', '.join(clauses)}"
    if form == "someone":
        return f"someone who {clauses[0]}: {person} who {_listed(clauses[1:])}"
    if form == "sentence" and len(clauses) > 2:
        pronoun = "She" if _SHE.search(who) or (not _HE.search(who) and rng.random() < 0.5) else "He"
        return f"{person[0].upper()}{person[1:]} who {clauses[0]}. {pronoun} {_listed(clauses[1:])}."
    return f"{person} who {_listed(clauses)}"


def _listed(clauses: Sequence[str]) -> str:
    *first, last = clauses
    return f"{', '.join(first)} and {last}" if first else last
