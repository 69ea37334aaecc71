"""The template voice: people's ways of writing, and no value ever touched."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebeta.behaviors.base import Decision
from prebeta.dialogue import acts
from prebeta.users.surface import Voice
from toy_product import scenario

SENT = scenario(1)
values = st.one_of(
    st.sampled_from(
        [
            "14 May",
            "AB-123 456",
            "iPhone",
            "eBay shop",
            "O'Neil & Sons",
            "x",
            "+44 20",
            "Ana.",
            "ana@example.org",
            "12,500",
        ]
    ),
    st.text(alphabet=st.characters(codec="ascii", exclude_categories=["Cc"]), min_size=1, max_size=20).filter(
        lambda text: text == text.strip()
    ),
)
speaking = [acts.INFORM, acts.CORRECT, acts.PUZZLED]


def openers(count: int) -> list[str]:
    return [Voice(SENT, random.Random(seed)).say(Decision(acts.REQUEST)) for seed in range(count)]


@given(values, st.sampled_from(speaking), st.integers(0, 2), st.integers(0, 3), st.integers(0, 999))
def test_a_value_is_always_uttered_as_it_is(value: str, act: str, insist: int, manner: int, seed: int) -> None:
    decision = Decision(
        act, facts={"day": value}, said={"day": value}, insist=insist, bare=bool(manner & 1), hurry=bool(manner & 2)
    )
    voice = Voice(SENT, random.Random(seed), plain=seed % 5 == 0)
    for _ in range(3):
        assert value in voice.say(decision)


@given(values, values, st.integers(0, 999))
def test_two_values_are_both_uttered(one: str, other: str, seed: int) -> None:
    decision = Decision(acts.INFORM, facts={"day": one, "size": other}, said={"day": one, "size": other})
    text = Voice(SENT, random.Random(seed)).say(decision)
    assert one in text
    assert other in text


@pytest.mark.parametrize(
    "act", [value for name, value in vars(acts).items() if name.isupper() and isinstance(value, str)]
)
def test_every_act_has_words(act: str) -> None:
    for seed in range(100):
        for plain in (True, False):
            decision = Decision(act, said={"day": "Monday"} if act == acts.CORRECT else {})
            assert Voice(SENT, random.Random(seed), plain=plain).say(decision).strip()


def test_fixed_words_stay_as_they_are() -> None:
    decision = Decision(acts.OUT_OF_DOMAIN, literal="tell me a JOKE")
    assert {Voice(SENT, random.Random(seed)).say(decision) for seed in range(50)} == {"tell me a JOKE"}


def test_openings_vary() -> None:
    assert len({" ".join(text.lower().split()[:3]) for text in openers(100)}) >= 20
    assert len(set(openers(300))) >= 60


def test_case_and_full_stops_are_those_of_people() -> None:
    texts = openers(2_000)
    lower = sum(text[0].islower() for text in texts) / len(texts)
    ended = sum(text[-1] in ".!?" for text in texts) / len(texts)
    assert lower == pytest.approx(0.41, abs=0.05)
    assert ended == pytest.approx(0.47, abs=0.07)


def test_few_are_polite() -> None:
    decision = Decision(acts.INFORM, facts={"size": "Large"}, said={"size": "Large"})
    texts = [Voice(SENT, random.Random(seed)).say(decision).lower() for seed in range(2_000)]
    assert 0.02 < sum("please" in text or "thank" in text for text in texts) / len(texts) < 0.15


@pytest.mark.parametrize(
    ("goal", "wish"),
    [
        ("book a repair", "to book a repair"),
        ("a repair for my bike", "a repair for my bike"),
        ("I want my money back", "I want my money back"),
        ("NASA tickets", "NASA tickets"),
    ],
)
def test_a_goal_is_worded_as_a_wish(goal: str, wish: str) -> None:
    from dataclasses import replace

    sent = replace(SENT, goal=replace(SENT.goal, text=goal))
    for seed in range(40):
        assert wish.lower() in Voice(sent, random.Random(seed)).say(Decision(acts.REQUEST)).lower()
