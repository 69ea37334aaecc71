"""Personas from facets: the same for a seed, the first of more, none alike, none impossible, balanced."""

from __future__ import annotations

import itertools
import random
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prebeta.core.errors import UsageError
from prebeta.core.types import Persona
from prebeta.scenarios.generation.checking import persona_problem
from prebeta.scenarios.generation.clauses import ROUND, TRAIT_WORDS
from prebeta.scenarios.generation.composing import Deck, compose, composed, drafts
from prebeta.scenarios.generation.contradictions import clashes, contradictions, marks
from prebeta.scenarios.generation.duplicates import THRESHOLD, Seen, duplicates, shingles, similarity
from prebeta.scenarios.generation.people import MANNERS, PEOPLE, PLACES
from prebeta.scenarios.traits import TRAITS, hinted

SEEDS = st.integers(0, 2**48)
TERMS = ("card fees", "cargo bike", "refunds")


@settings(max_examples=12, deadline=None)
@given(seed=SEEDS, n=st.integers(1, 60), more=st.integers(0, 40), terms=st.sampled_from([(), TERMS]))
def test_a_seed_gives_the_same_personas_and_fewer_are_the_first_of_more(
    seed: int, n: int, more: int, terms: tuple[str, ...]
) -> None:
    many = compose(n + more, seed, terms)
    assert compose(n, seed, terms) == many[:n]
    assert len(many) == n + more


@settings(max_examples=8, deadline=None)
@given(seed=SEEDS, terms=st.sampled_from([(), TERMS]))
def test_all_are_valid_balanced_and_free_of_contradictions_and_near_duplicates(
    seed: int, terms: tuple[str, ...]
) -> None:
    people = compose(60, seed, terms)
    for persona in people:
        assert persona_problem(persona) is None, persona
        assert set(persona.traits) == set(TRAITS)
        told = hinted(persona.text)
        assert {name: persona.traits[name] for name in told} == told
    for name, levels in TRAITS.items():
        counts = Counter(persona.traits[name] for persona in people)
        assert set(counts) == set(levels)
        assert max(counts.values()) * len(levels) <= 2 * len(people)
    for one, other in itertools.combinations(people, 2):
        assert similarity(one.text, other.text) < THRESHOLD


def test_any_two_levels_of_two_traits_soon_occur_together() -> None:
    people = compose(20, 5)
    for one, other in itertools.combinations(TRAITS, 2):
        seen = {(persona.traits[one], persona.traits[other]) for persona in people}
        assert seen == set(itertools.product(TRAITS[one], TRAITS[other])), (one, other)


def test_other_seeds_give_other_personas() -> None:
    one, other = {each.text for each in compose(50, 1)}, {each.text for each in compose(50, 2)}
    assert len(one & other) < 5


def test_terms_of_the_field_come_into_the_texts_in_quotes() -> None:
    people = compose(100, 3, TERMS)
    counts = [sum(f"'{term}'" in each.text for each in people) for term in TERMS]
    assert all(5 <= count <= 30 for count in counts), counts
    assert not any("'" + TERMS[0] + "'" in each.text for each in compose(100, 3))


def test_no_phrase_is_used_much_more_often_than_its_share() -> None:
    people = compose(600, 4)
    roles = Counter(role for each in people for role in PEOPLE if role in each.text)
    assert len(roles) > 0.95 * len(PEOPLE)
    common = Counter(role for role in roles.elements() if not any(role in other for other in PEOPLE if other != role))
    assert max(common.values()) <= 2 * 600 / len(PEOPLE) + 4


def test_openers_are_varied() -> None:
    assert len({tuple(each.text.split()[:3]) for each in compose(100, 6)}) >= 60


@pytest.mark.parametrize("n", [0, -3])
def test_fewer_than_one_is_refused(n: int) -> None:
    with pytest.raises(UsageError, match="at least 1"):
        compose(n)


def test_what_is_already_held_is_not_made_again() -> None:
    seen = Seen()
    first = list(itertools.islice(composed(7, (), seen), 30))
    again = list(itertools.islice(composed(7, (), seen), 30))
    assert not {each.text for each in first} & {each.text for each in again}
    assert not duplicates([each.text for each in (*first, *again)])


def test_drafts_have_traits_and_phrases() -> None:
    for draft in itertools.islice(drafts(1), 20):
        assert draft.who
        assert 2 <= len(draft.clauses) <= 3
        assert set(draft.traits) == set(TRAITS)


def test_every_phrase_goes_with_itself_and_its_trait() -> None:
    for (trait, level), phrases in TRAIT_WORDS.items():
        for phrase in phrases:
            assert not contradictions(phrase, {trait: level}), phrase
            assert set(hinted(phrase)) <= {trait}, phrase
    for phrase in (*PEOPLE, *MANNERS, *PLACES, *itertools.chain(*ROUND.values())):
        assert not clashes(marks(phrase)), phrase
    assert set(TRAIT_WORDS) == {(trait, level) for trait, levels in TRAITS.items() for level in levels}


@given(st.lists(st.text("abc", min_size=1, max_size=3), min_size=1, max_size=9, unique=True), st.integers(0, 50))
def test_a_deck_deals_each_card_once_a_round(cards: list[str], rounds: int) -> None:
    deck = Deck(cards, random.Random(1))
    dealt = Counter(deck.take() for _ in range(len(cards) * rounds))
    assert all(dealt[card] == rounds for card in cards)


def test_a_card_that_is_not_wanted_stays_for_later() -> None:
    deck = Deck("abc", random.Random(2))
    taken = [deck.take(lambda card: card != "a") for _ in range(4)]
    assert "a" not in taken
    assert sorted(taken) == ["b", "b", "c", "c"]
    assert deck.take() == "a"
    with pytest.raises(LookupError):
        deck.take(lambda card: card == "z")


@pytest.mark.parametrize(
    ("text", "traits"),
    [
        ("a boy of ten who is CTO of a bank", {}),
        ("a 9-year-old child who is head of finance at a firm", {}),
        ("a software developer who has never used a computer", {}),
        ("a software developer who likes jazz", {"tech": "novice"}),
        ("a retired nurse who was newly hired", {}),
        ("someone who writes on the bus and sits at a desk", {}),
        ("a blind man who reads on a phone in bright sun", {}),
        ("somebody in a hurry", {"mood": "calm"}),
        ("someone who lives alone with twins", {}),
        ("a talkative man", {"verbosity": "terse"}),
        ("a freelance painter who has to ask the boss first", {}),
    ],
)
def test_impossible_people_are_told(text: str, traits: dict[str, str]) -> None:
    assert contradictions(text, traits)
    assert "contradicts itself" in (persona_problem(Persona(text, traits)) or "")


@pytest.mark.parametrize(
    "text",
    [
        "a retired engineer who builds web pages in the evenings",
        "a grandmother of five who knows such assistants inside out",
        "a CTO of a big company, very conscious of security",
        "a young architect who is colour-blind and never commits on the first day",
        "an elderly bookshop owner, polite and careful, new to online things",
    ],
)
def test_unusual_people_are_welcome(text: str) -> None:
    assert contradictions(text, {}) == ()


@settings(max_examples=60)
@given(st.text(max_size=60), st.text(max_size=60))
def test_similarity_is_that_of_sets(one: str, other: str) -> None:
    found = similarity(one, other)
    assert 0 <= found <= 1
    assert found == similarity(other, one)
    assert (found == 1) == (shingles(one) == shingles(other))


def test_near_duplicates_are_found_and_others_are_not() -> None:
    base = [each.text for each in compose(80, 8)]
    edited = [f"{text}!" for text in base[:40]]
    shouted = [text.upper() for text in base[40:50]]
    found = duplicates([*base, *edited, *shouted])
    assert found == (*((80 + n, n) for n in range(40)), *((120 + n, 40 + n) for n in range(10)))


@settings(max_examples=30, deadline=None)
@given(st.lists(st.text("ab c", max_size=12), max_size=12))
def test_what_is_held_is_never_alike(texts: list[str]) -> None:
    seen = Seen()
    kept = [text for text in texts if seen.add(text)]
    assert len(seen) == len(kept)
    assert all(shingles(one) != shingles(other) for one, other in itertools.combinations(kept, 2))
    assert all(seen.near(text) is not None for text in texts)
