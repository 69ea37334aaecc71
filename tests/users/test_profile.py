"""A profile fitted to a project's own chats, and read by the voice."""

from __future__ import annotations

import random
import statistics

import pytest

from prebeta.behaviors.base import Decision
from prebeta.core.errors import UsageError
from prebeta.dialogue import acts
from prebeta.users.profile import DEFAULT, Profile, fit
from prebeta.users.surface import Voice
from toy_product import scenario

CURT = [["need a cake", "large", "14 may", "the dark one", "yes"]] * 10
KIND = [["Could I please order a really big birthday cake for Monday?", "Large, please.", "Yes, thank you!"]] * 20


def openings(profile: Profile) -> list[str]:
    return [Voice(scenario(1), random.Random(at), profile=profile).say(Decision(acts.REQUEST)) for at in range(1_000)]


def test_rates_are_those_of_the_chats() -> None:
    curt, kind = fit(CURT), fit(KIND)
    assert (curt.answers.lower, curt.answers.stops, curt.answers.polite) == (0.75, 0.0, 0.0)
    assert curt.answers.words == 1.5
    assert (kind.free.lower, kind.free.stops, kind.free.polite, kind.asks) == (0.0, 1.0, 1.0, 1.0)
    assert kind.free.words == 11
    assert kind.answers.exclaims == 0.5


def test_too_few_of_one_sort_are_told_by_both() -> None:
    few = fit([["Hello there", "one two three four"]] * 12)
    assert few.free == few.answers


def test_the_profile_is_that_of_free_text_where_somebody_rambles() -> None:
    profile = fit([*([["a b c d", "e f"]] * 99), ["word " * 400, "e f"]])
    assert profile.free.rambles == pytest.approx(0.01)
    assert profile.free.words == 4


@pytest.mark.parametrize("talks", [[], [[]], [["", "  "]], [["hi"]] * 19])
def test_too_few_messages_are_refused(talks: list[list[str]]) -> None:
    with pytest.raises(UsageError, match="at least 20"):
        fit(talks)


def test_a_voice_follows_the_profile_it_is_fitted_to() -> None:
    curt, kind = openings(fit(CURT)), openings(fit(KIND))
    assert statistics.fmean(text[0].islower() for text in curt) > 0.7
    assert statistics.fmean(text[0].islower() for text in kind) < 0.1
    assert statistics.fmean("please" in text.lower() or "thank" in text.lower() for text in kind) > 0.5
    assert statistics.fmean("?" in text for text in kind) > statistics.fmean("?" in text for text in curt) + 0.3


def test_what_the_voice_writes_fits_to_the_profile_it_was_given() -> None:
    again = fit([[text] for text in openings(DEFAULT)])
    assert again.free.lower == pytest.approx(DEFAULT.free.lower, abs=0.06)
    assert again.free.stops == pytest.approx(DEFAULT.free.stops, abs=0.1)
    assert again.free.words == pytest.approx(DEFAULT.free.words, abs=3)
    assert again.asks == pytest.approx(DEFAULT.asks, abs=0.1)
