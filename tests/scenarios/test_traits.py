"""Traits change what users do, and the mean over a project's personas stays the rate that was given."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from math import isclose, sqrt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebeta.behaviors import CATALOGUE
from prebeta.config import Project
from prebeta.config.people import read_personas
from prebeta.core.types import Persona
from prebeta.scenarios import sample
from prebeta.scenarios.personas import NEUTRAL
from prebeta.scenarios.traits import TRAIT_EFFECTS, TRAITS, hinted, multiplier, persona_rates, spread, with_hints

DEMO = read_personas(Path(__file__).parents[2] / "src/prebeta/demo", "personas.yaml")
RATES: Mapping[str, float] = {name: behavior.rate for name, behavior in CATALOGUE.items()}


@given(st.floats(0, 1), st.lists(st.floats(0.05, 20), min_size=1, max_size=60))
def test_a_rate_is_spread_with_its_mean_kept(rate: float, multipliers: list[float]) -> None:
    shares = spread(rate, multipliers)
    assert isclose(sum(shares) / len(shares), rate, abs_tol=1e-9)
    assert all(0 <= share <= 1 for share in shares)
    for one, other in zip(range(len(shares)), range(1, len(shares)), strict=False):
        if shares[one] < 1 and shares[other] < 1:
            assert isclose(shares[one] * multipliers[other], shares[other] * multipliers[one], abs_tol=1e-6)
        elif multipliers[one] <= multipliers[other]:
            assert shares[one] <= shares[other]


@given(
    st.lists(st.fixed_dictionaries({}, optional={n: st.sampled_from(v) for n, v in TRAITS.items()}), min_size=1),
    st.dictionaries(st.sampled_from(sorted(CATALOGUE)), st.floats(0, 1)),
)
def test_over_any_personas_the_mean_of_each_behavior_is_its_rate(
    traits: list[dict[str, str]], rates: dict[str, float]
) -> None:
    people = [Persona("p", each) for each in traits]
    own = persona_rates(people, rates)
    for name, rate in rates.items():
        assert isclose(sum(each[name] for each in own) / len(people), rate, abs_tol=1e-9)


@pytest.mark.parametrize("people", [NEUTRAL, DEMO])
def test_over_the_bundled_personas_too_and_the_traits_do_something(people: tuple[Persona, ...]) -> None:
    own = persona_rates(people, RATES)
    for name, rate in RATES.items():
        assert isclose(sum(each[name] for each in own) / len(people), rate)
    for behavior, least in (("clarify", 2.0), ("one_word", 4.0), ("impatience", 4.0)):
        rates = [each[behavior] for each in own]
        assert max(rates) > least * min(rates)


def test_personas_without_traits_have_the_rate_itself() -> None:
    assert persona_rates([Persona("a"), Persona("b", {"town": "Rome"})], {"clarify": 0.45}) == ({"clarify": 0.45},) * 2


def test_the_table_names_what_exists_and_the_usual_levels_change_nothing() -> None:
    for (trait, level), effects in TRAIT_EFFECTS.items():
        assert level in TRAITS[trait][1:]
        assert set(effects) <= set(CATALOGUE)
        assert all(factor > 0 for factor in effects.values())
    usual = Persona("p", {trait: levels[0] for trait, levels in TRAITS.items()})
    assert all(multiplier(usual, name) == 1 for name in CATALOGUE)
    assert {(trait, level) for trait, levels in TRAITS.items() for level in levels[1:]} == set(TRAIT_EFFECTS)


def test_typical_users_with_a_trait_show_its_behaviors_more_often_and_all_together_at_the_rate() -> None:
    people = [{"text": "a", "traits": {"tech": "novice"}}, {"text": "b", "traits": {"tech": "expert"}}, "c"]
    document = {"target": "b:f", "end_state": {"when": {"ended": True}}, "goals": ["g"], "personas": people}
    scenarios = sample(Project.model_validate(document), 3000, 3, "census", {"clarify": 0.45})
    of = Counter(each.persona.text for each in scenarios)
    armed = Counter(each.persona.text for each in scenarios if each.behaviors)
    for text, rate in (("a", 0.675), ("b", 0.225), ("c", 0.45)):  # 1.5 : 0.5 : 1, with mean 0.45
        assert abs(armed[text] - of[text] * rate) <= 4 * sqrt(of[text] * rate * (1 - rate))
    assert abs(armed.total() - 3000 * 0.45) <= 4 * sqrt(3000 * 0.45 * 0.55)


@pytest.mark.parametrize(
    ("text", "traits"),
    [
        ("courier who needs it today", {"mood": "hurried"}),
        ("CTO of a big company, very conscious of security", {"tech": "expert", "mood": "sceptical"}),
        ("someone doing this for the first time", {"tech": "novice"}),
        ("student with a first app", {"device": "phone"}),
        ("plumber who writes very little", {"verbosity": "terse"}),
        ("non-native speaker who keeps sentences short", {"verbosity": "terse", "fluency": "learner"}),
        ("a baker who tells more than she is asked", {"verbosity": "chatty"}),
        ("types on her phone, in a hurry", {"device": "phone", "mood": "hurried"}),
        ("native speaker", {}),
        ("patient with asthma", {}),
        ("phone shop owner", {}),
        ("director of a pharmacy", {}),
        ("parent with a cargo bike", {}),
        ("a calm person, in a hurry today", {}),  # torn
    ],
)
def test_plain_words_tell_traits_and_no_more_than_they_say(text: str, traits: dict[str, str]) -> None:
    assert hinted(text) == traits


def test_what_a_persona_declares_stands_against_its_words() -> None:
    persona = with_hints(Persona("courier who needs it today", {"mood": "calm", "town": "Rome"}))
    assert persona.traits == {"mood": "calm", "town": "Rome"}
