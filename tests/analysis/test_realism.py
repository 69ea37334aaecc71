"""How far users are from people: the statistics, the two-sample test, and what gives users away."""

from __future__ import annotations

import random
import sys

import pytest

from prebeta.analysis.realism import FEATURES, alike, auc, features, openers, realism, surface, tell_apart
from prebeta.core.errors import UsageError

WORDS = ("a", "cake", "order", "birthday", "monday", "large", "cream", "with", "the", "my", "is", "it")


def talks(count: int, seed: int, *, end: str = "", least: int = 1) -> list[list[str]]:
    rng = random.Random(seed)
    return [
        [" ".join(rng.choices(WORDS, k=rng.randint(least, 12))) + end for _ in range(rng.randint(1, 4))]
        for _ in range(count)
    ]


def test_statistics_are_counted_over_messages() -> None:
    found = surface([["Hello there!", "  ", "could you deliver it please?"], ["large"], []])
    assert found.messages == 3
    assert (found.words, found.p90) == (2, 5)
    assert found.short == pytest.approx(2 / 3)
    assert found.polite == found.asks == pytest.approx(1 / 3)
    assert found.lower == found.stops == pytest.approx(2 / 3)
    assert found.variation == pytest.approx(1.69967 / 2.66667, abs=1e-4)
    assert found.openers is None
    assert found.alike == 0.0


def test_nothing_to_measure_is_said() -> None:
    with pytest.raises(UsageError, match="no message"):
        surface([[], [" "]])


def test_openers_and_likeness() -> None:
    assert openers(["Hello my dear friend", "hello MY dear cat"] * 50) == 1
    assert openers([f"{number} a b" for number in range(250)]) == 100
    assert openers(["a"] * 99) is None
    assert alike(["a cake", "a cake", "my bike"]) == pytest.approx(1 / 3)
    assert alike(["a"]) is None


def test_features_are_thirteen() -> None:
    row = dict(zip((name for name, *_ in FEATURES), features("i'd like 12,\nplease!"), strict=True))
    assert len(row) == 13
    assert row["short"] == row["asks"] == 0
    assert row["lower"] == row["stops"] == row["polite"] == row["breaks"] == row["apostrophes"] == row["exclaims"] == 1
    assert row["commas"] == 0.25
    assert row["digits"] == pytest.approx(2 / 20)


def test_auc_is_the_chance_to_be_above() -> None:
    assert auc([(1.0, 0), (2.0, 1)]) == 1.0
    assert auc([(2.0, 0), (1.0, 1)]) == 0.0
    assert auc([(1.0, 0), (1.0, 1), (2.0, 1)]) == 0.75
    assert auc([(1.0, 1)]) == 0.5


def test_without_scikit_learn_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sklearn.linear_model", None)
    with pytest.raises(UsageError, match="scikit-learn"):
        tell_apart(talks(20, 1), talks(20, 2))


def test_too_few_conversations_are_refused() -> None:
    with pytest.raises(UsageError, match="the run has 9 conversations"):
        tell_apart([["a"]] * 9, [["a"]] * 10)
    with pytest.raises(UsageError, match="the reference has 0"):
        tell_apart([["a"]] * 10, [[" "]] * 10)


def test_likes_are_not_told_apart() -> None:
    pytest.importorskip("sklearn", reason="scikit-learn isn't installed")
    found = tell_apart(talks(400, 1), talks(400, 2))
    assert found.auc == pytest.approx(0.5, abs=0.06)
    assert found.interval[0] < 0.5 < found.interval[1] + 0.03


def test_what_gives_users_away_comes_first_in_plain_words() -> None:
    pytest.importorskip("sklearn", reason="scikit-learn isn't installed")
    found = tell_apart(talks(200, 1, end="."), [*talks(150, 2), *talks(50, 3, end=".")])
    assert found.interval[0] < found.auc < found.interval[1]
    assert 0.8 < found.auc < 0.95
    first = found.signs[0]
    assert (first.feature, first.users) == ("stops", 1.0)
    assert first.weight > 0
    assert first.words.startswith("users end more often in . ! or ? than people: 100 % against 2")
    assert len(found.signs) == 13


def test_users_who_have_less_of_it_weigh_below_nothing() -> None:
    pytest.importorskip("sklearn", reason="scikit-learn isn't installed")
    both = realism(talks(200, 1), talks(200, 2, end=" thanks"))
    sign = next(sign for sign in both.apart.signs if sign.feature == "polite")
    assert sign.weight < 0
    assert sign.words == "users are less polite than people: 0 % against 100 %"
    assert both.users.polite == 0
    assert both.people.polite == 1


def test_the_same_seed_tells_the_same() -> None:
    pytest.importorskip("sklearn", reason="scikit-learn isn't installed")
    ours, theirs = talks(60, 1), talks(60, 2, least=4)
    assert tell_apart(ours, theirs, seed=3) == tell_apart(ours, theirs, seed=3)
