"""The bundled personas: enough, all different, with words that don't speak against their traits."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import pytest

from prebeta.config.people import read_personas
from prebeta.core.types import Persona
from prebeta.scenarios.personas import NEUTRAL
from prebeta.scenarios.traits import TRAITS, hinted

DEMO = read_personas(Path(__file__).parents[2] / "src/prebeta/demo", "personas.yaml")
EMPTY_WORDS = frozenset(
    [
        "a",
        "an",
        "and",
        "as",
        "at",
        "be",
        "before",
        "by",
        "do",
        "does",
        "do",
        "for",
        "from",
        "had",
        "has",
        "have",
        "he",
        "her",
        "his",
        "how",
        "if",
        "in",
        "is",
        "it",
        "its",
        "of",
        "on",
        "once",
        "one",
        "or",
        "she",
        "so",
        "someone",
        "that",
        "the",
        "their",
        "them",
        "they",
        "this",
        "to",
        "two",
        "was",
        "what",
        "when",
        "who",
        "whose",
        "with",
        "would",
    ]
)


def content(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W\d_]+", text.casefold())) - EMPTY_WORDS


@pytest.mark.parametrize(("people", "least"), [(NEUTRAL, 30), (DEMO, 60)])
def test_many_and_none_like_another(people: tuple[Persona, ...], least: int) -> None:
    assert len(people) >= least
    for one, other in itertools.combinations(people, 2):
        first, second = content(one.text), content(other.text)
        assert len(first & second) / len(first | second) < 0.6, (one.text, other.text)


@pytest.mark.parametrize("people", [NEUTRAL, DEMO])
def test_each_has_a_level_of_every_trait_and_all_pairs_of_levels_occur(people: tuple[Persona, ...]) -> None:
    for persona in people:
        assert set(persona.traits) == set(TRAITS)
        assert all(level in TRAITS[name] for name, level in persona.traits.items()), persona
        told = hinted(persona.text)
        assert {name: persona.traits[name] for name in told} == told, persona
    for one, other in itertools.combinations(TRAITS, 2):
        seen = {(persona.traits[one], persona.traits[other]) for persona in people}
        assert seen == set(itertools.product(TRAITS[one], TRAITS[other])), (one, other)
