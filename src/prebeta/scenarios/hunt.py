"""Probing users: the rows of a covering array first, then every level of every dimension equally likely.

In the hunt traits are taken apart from the personas, so that all combinations occur; the plain words are those of a
persona whose own traits go with the row best.
"""

from __future__ import annotations

import itertools
import random
from collections.abc import Mapping
from dataclasses import dataclass, replace

from prebeta.core.types import Persona
from prebeta.scenarios.covering import covering_rows
from prebeta.scenarios.dimensions import Choice, Dimensions, dimensions
from prebeta.scenarios.identity import share
from prebeta.scenarios.space import Space

_ARMED = 0.5


@dataclass(frozen=True, slots=True)
class Hunt:
    """The probing users of a project and seed. `array` is the beginning of its covering array, as far as needed.

    `bits` has a bit for each level of each trait; `known` each persona's own levels and how many traits it lacks.
    """

    seed: int
    dimensions: Dimensions
    array: tuple[Choice, ...]
    personas: tuple[Persona, ...]
    bits: Mapping[tuple[str, str], int]
    known: tuple[tuple[int, int], ...]

    @classmethod
    def of(cls, space: Space, rates: Mapping[str, float], seed: int, n: int) -> Hunt:
        """The hunt of at most `n` scenarios; of more, these are the first."""
        found = dimensions(space, rates)
        rows = covering_rows(found.goals, found.axes(), random.Random(f"{seed}:covering array"))
        array = tuple(found.choice(row) for row in itertools.islice(rows, n))
        bits = _bits(found)
        return cls(seed, found, array, space.personas, bits, tuple(_known(each, bits) for each in space.personas))

    def choice(self, index: int) -> Choice:
        """What is fixed for scenario `index`: a row of the array, or after it one drawn evenly."""
        if index < len(self.array):
            return self.array[index]
        spread = self.dimensions
        traits = {name: levels[self._at(index, f"trait:{name}", len(levels))] for name, levels in spread.traits.items()}
        armed = [name for name in spread.behaviors if self._share(index, f"behavior:{name}") < _ARMED]
        return Choice(self._at(index, "goal", spread.goals), traits, frozenset(armed), {})

    def persona(self, index: int, traits: Mapping[str, str]) -> Persona:
        """One with these traits, in the words of a persona that contradicts them least."""
        wanted = sum(self.bits[pair] for pair in traits.items())
        odds = [2 * (own & ~wanted).bit_count() + unknown for own, unknown in self.known]
        fair = min(odds) + 1
        fitting = [persona for persona, odd in zip(self.personas, odds, strict=True) if odd <= fair]
        base = fitting[self._at(index, "persona", len(fitting))]
        return replace(base, traits={**base.traits, **traits})

    def _share(self, index: int, purpose: str) -> float:
        return share(self.seed, "hunt", index, purpose)

    def _at(self, index: int, purpose: str, count: int) -> int:
        return int(self._share(index, purpose) * count)


def _bits(found: Dimensions) -> dict[tuple[str, str], int]:
    """A bit for each level of each trait."""
    pairs = [(name, level) for name, levels in found.traits.items() for level in levels]
    return {pair: 1 << position for position, pair in enumerate(pairs)}


def _known(persona: Persona, bits: Mapping[tuple[str, str], int]) -> tuple[int, int]:
    """The levels a persona has, as bits, and of how many traits it has none."""
    own = sum(bits.get(pair, 0) for pair in persona.traits.items())
    return own, len({name for name, _ in bits}) - own.bit_count()
