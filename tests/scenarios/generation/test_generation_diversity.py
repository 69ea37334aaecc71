"""How many users a pool really is."""

from __future__ import annotations

import random
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prebeta.config.people import read_personas
from prebeta.core.types import Persona
from prebeta.scenarios.generation.composing import compose
from prebeta.scenarios.generation.diversity import diversity, effective
from prebeta.scenarios.personas import NEUTRAL
from prebeta.scenarios.traits import TRAITS

DEMO = read_personas(Path(__file__).parents[3] / "src/prebeta/demo", "personas.yaml")


def test_copies_count_once() -> None:
    rng = random.Random(1)
    pool = [DEMO[number] for number in range(40)]
    copies = [pool[number % 40] for number in range(500)]
    rng.shuffle(copies)
    measured = diversity(copies)
    assert 35 <= measured.effective <= 41
    assert measured.verdict.startswith(f"500 users are really {round(measured.effective)}")
    assert len(measured.duplicates) == 460


def test_small_changes_do_not_make_another_user() -> None:
    rng = random.Random(2)
    words = ["really", "blue", "often", "cat", "table", "seven", "quick", "house"]
    pool = compose(40, 9)
    changed = []
    for _ in range(500):
        said = rng.choice(pool).text.split()
        said[rng.randrange(len(said))] = rng.choice(words)
        changed.append(Persona(" ".join(said)))
    measured = diversity(changed)
    assert 35 <= measured.effective <= 90
    assert "are really" in measured.verdict


@pytest.mark.parametrize("pool", [NEUTRAL, DEMO, compose(200, 3)])
def test_varied_pools_are_told_so(pool: tuple[Persona, ...]) -> None:
    measured = diversity(pool)
    assert measured.effective > 0.7 * len(pool)
    assert measured.verdict.endswith("varied")
    assert measured.duplicates == ()
    assert measured.median < 0.05


def test_the_measure_is_the_vendi_score_of_order_two() -> None:
    # Of n users of which g groups are the same and groups have nothing in common, it is g.
    for groups, size in ((1, 5), (4, 3), (7, 1)):
        users = groups * size
        alike = groups * size * (size - 1) / (users * (users - 1)) if users > 1 else 0.0
        assert effective(alike, users) == pytest.approx(groups)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([each.text for each in DEMO]), min_size=1, max_size=40))
def test_there_are_never_more_than_texts_and_at_least_one(texts: list[str]) -> None:
    measured = diversity([Persona(text) for text in texts])
    assert 1 - 1e-9 <= measured.effective <= len(texts) + 1e-9
    assert measured.openers <= len(set(texts))
    assert len(measured.duplicates) == len(texts) - len(set(texts))


def test_a_large_pool_is_sampled() -> None:
    pool = compose(60, 4)
    measured = diversity([pool[number % 60] for number in range(3000)])
    assert measured.compared == 1000
    assert 45 <= measured.effective <= 62


def test_unbalanced_traits_are_named() -> None:
    people = [Persona(each.text, {**each.traits, "mood": "calm", "plan": "pro" if n % 9 else "free"})
              for n, each in enumerate(compose(60, 5))]  # fmt: skip
    lines = diversity(people).unbalanced
    told = {line.split(":")[0]: line for line in lines}
    assert "nobody is hurried or sceptical" in told["mood"]
    assert "calm is" in told["mood"]
    assert set(told) <= {"mood", "plan"}
    silent = diversity([Persona(f"person who likes {word} a lot") for word in ("tea", "books", "rain")])
    assert len([line for line in silent.unbalanced if "no persona tells it" in line]) == len(TRAITS)


def test_one_user_and_texts_without_words() -> None:
    assert diversity([Persona("a nurse")]).verdict == "1 user: nothing to compare"
    assert diversity([Persona("…"), Persona("…"), Persona("!!")]).effective == pytest.approx(1)


def test_five_hundred_take_less_than_three_seconds() -> None:
    pool = compose(500, 6)
    begun = time.process_time()
    measured = diversity(pool)
    assert time.process_time() - begun < 3
    assert measured.effective > 250
