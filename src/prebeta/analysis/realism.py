"""How far users' messages are from people's: rates of the surface, a two-sample test on them, and what gives users away.

The thirteen features of a message and the logistic model on them follow METHODS §1; the model learns on one half of the
conversations and is held out on the other. Pure functions over texts: a talk is what one person typed, in its order.
scikit-learn is loaded only where the classifier is asked for.
"""

from __future__ import annotations

import importlib
import math
import random
import re
import statistics
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final, TypeAlias

from prebeta.core.errors import UsageError
from prebeta.dialogue.similarity import jaccard, tokens

Talk: TypeAlias = Sequence[str]
"""The messages one person typed in one conversation."""

POLITE: Final = re.compile(
    r"\b(?:please|thanks|thank you|great|perfect|awesome|appreciate|kindly|wonderful|excellent)\b", re.I
)
"""Polite or praising words."""

_STOPS = re.compile(r"[.!?]\s*\Z")
_MOST_FIRSTS = 300
"""First messages that are held against each other: 45,000 pairs say enough."""
_REPEATS = 200
"""Bootstrap samples behind an interval."""
_FEWEST = 10
"""Conversations a side needs for the classifier."""


@dataclass(frozen=True, slots=True)
class Surface:
    """Statistics of messages. `short`, `polite`, `lower`, `stops` and `asks` are shares of messages: up to three words, a
    polite or praising word, begins in lower case, ends in . ! or ?, holds a question mark. `variation` is the standard
    deviation of the words a message over their mean. `openers` are the distinct first three words per 100 conversations
    (None below 100), `alike` the mean Jaccard of pairs of first messages (None below 2).
    """

    messages: int
    words: float
    p90: float
    variation: float
    short: float
    polite: float
    lower: float
    stops: float
    asks: float
    openers: float | None
    alike: float | None


@dataclass(frozen=True, slots=True)
class Sign:
    """One feature that tells users from people. `weight` is the model's on the standardised feature: above 0 users have
    more of it. `users` and `people` are the means, `auc` what the feature tells alone (0.5: nothing; above it users have
    more). `words` says it plainly.
    """

    feature: str
    weight: float
    users: float
    people: float
    auc: float
    words: str


@dataclass(frozen=True, slots=True)
class TellingApart:
    """How well users are told from people on held-out conversations: 0.5 not at all, 1.0 always; `interval` is the
    bootstrap's 95 % over conversations. `signs` are ordered by what they weigh, the strongest first.
    """

    auc: float
    interval: tuple[float, float]
    signs: tuple[Sign, ...]


@dataclass(frozen=True, slots=True)
class Realism:
    """A run's users beside a reference: both surfaces, and whether a classifier tells them apart."""

    users: Surface
    people: Surface
    apart: TellingApart


def realism(users: Iterable[Talk], people: Iterable[Talk], seed: int = 1) -> Realism:
    """Everything above in one. Raises UsageError as `surface` and `tell_apart` do."""
    ours, theirs = [*users], [*people]
    return Realism(surface(ours), surface(theirs), tell_apart(ours, theirs, seed))


def surface(talks: Iterable[Talk]) -> Surface:
    """The statistics of METHODS §1 over all messages that aren't blank. Raises UsageError where there are none."""
    held = _spoken(talks)
    texts = [text for talk in held for text in talk]
    if not texts:
        raise UsageError("there is no message in it: give a file with what people typed")
    counts = sorted(len(text.split()) for text in texts)
    firsts = [talk[0] for talk in held]
    return Surface(
        messages=len(texts),
        words=statistics.median(counts),
        p90=counts[int(0.9 * len(counts))],
        variation=statistics.pstdev(counts) / statistics.fmean(counts),
        short=_share(texts, lambda text: len(text.split()) <= 3),
        polite=_share(texts, lambda text: bool(POLITE.search(text))),
        lower=_share(texts, lambda text: text.lstrip()[:1].islower()),
        stops=_share(texts, lambda text: bool(_STOPS.search(text))),
        asks=_share(texts, lambda text: "?" in text),
        openers=openers(firsts),
        alike=alike(firsts),
    )


def openers(firsts: Sequence[str]) -> float | None:
    """Distinct first three words in 100 first messages: the mean over whole hundreds; None below 100."""
    begun = [" ".join(text.lower().split()[:3]) for text in firsts]
    hundreds = [begun[at : at + 100] for at in range(0, len(begun) - 99, 100)]
    return statistics.fmean(len(set(each)) for each in hundreds) if hundreds else None


def alike(firsts: Sequence[str]) -> float | None:
    """The mean Jaccard of the words of two first messages; None where there are no two."""
    held = [tokens(text) for text in firsts[:_MOST_FIRSTS]]
    return statistics.fmean(jaccard(one, other) for one, other in combinations(held, 2)) if len(held) > 1 else None


FEATURES: Final[tuple[tuple[str, str, str, str], ...]] = (
    ("log_words", "write longer messages", "write shorter messages", "words"),
    ("short", "send more messages of up to three words", "send fewer messages of up to three words", "%"),
    ("lower", "begin more often in lower case", "begin less often in lower case", "%"),
    ("stops", "end more often in . ! or ?", "end less often in . ! or ?", "%"),
    ("asks", "ask more", "ask less", "%"),
    ("polite", "are more polite", "are less polite", "%"),
    ("breaks", "break lines more often", "break lines less often", "%"),
    ("commas", "use more commas", "use fewer commas", "a word"),
    ("word_length", "use longer words", "use shorter words", "letters"),
    ("apostrophes", "use apostrophes more often", "use apostrophes less often", "%"),
    ("exclaims", "exclaim more often", "exclaim less often", "%"),
    ("capitals", "write more capital letters", "write fewer capital letters", "a character"),
    ("digits", "write more digits", "write fewer digits", "a character"),
)
"""Name of each feature, what users do who have more of it or less, and its unit."""


def features(text: str) -> tuple[float, ...]:
    """The thirteen numbers of one message, in the order of FEATURES. The text isn't blank."""
    words = text.split()
    many, long = max(1, len(words)), max(1, len(text))
    return (
        math.log(many),
        float(many <= 3),
        float(text.lstrip()[:1].islower()),
        float(bool(_STOPS.search(text))),
        float("?" in text),
        float(bool(POLITE.search(text))),
        float("\n" in text.strip()),
        text.count(",") / many,
        sum(map(len, words)) / many,
        float("'" in text or "’" in text),
        float("!" in text),
        sum(map(str.isupper, text)) / long,
        sum(map(str.isdigit, text)) / long,
    )


def tell_apart(users: Iterable[Talk], people: Iterable[Talk], seed: int = 1) -> TellingApart:
    """The logistic two-sample test: half of the conversations to learn from, the other half held out, both sides weighing
    alike. The same seed gives the same halves. Raises UsageError where a side has fewer than ten conversations, or
    scikit-learn isn't there.
    """
    rng = random.Random(seed)
    sides = (_spoken(people), _spoken(users))
    for name, side in zip(("the reference", "the run"), sides, strict=True):
        if len(side) < _FEWEST:
            raise UsageError(f"{name} has {len(side)} conversations with typed messages; at least {_FEWEST} are needed")
    learnt: list[_Row] = []
    held: list[list[_Row]] = []
    for label, side in enumerate(sides):
        for at, number in enumerate(rng.sample(range(len(side)), len(side))):
            rows = [(features(text), label) for text in side[number]]
            if at % 2:
                held.append(rows)
            else:
                learnt += rows
    scale = _scale([row for row, _ in learnt])
    weights, odds = _fitted(learnt, scale)
    scored = [[(odds(row), label) for row, label in rows] for rows in held]
    low, high = _interval(scored, rng)
    every = [*learnt, *(row for rows in held for row in rows)]
    signs = sorted(_signs(every, weights), key=lambda sign: -abs(sign.weight))
    return TellingApart(auc([pair for pairs in scored for pair in pairs]), (low, high), tuple(signs))


def auc(scored: Iterable[tuple[float, int]]) -> float:
    """The chance that a score labelled 1 is above one labelled 0, ties half; 0.5 where a label is missing."""
    return _weighted_auc([(score, label, 1) for score, label in scored])


_Row: TypeAlias = tuple[tuple[float, ...], int]


def _weighted_auc(scored: Iterable[tuple[float, int, int]]) -> float:
    """`auc` with each score counted as often as its last number says."""
    below = won = ours = 0.0
    tied = [0, 0]
    last = -math.inf
    for score, label, times in sorted(scored):
        if score != last:
            won, below, ours = won + tied[1] * (below + tied[0] / 2), below + tied[0], ours + tied[1]
            tied, last = [0, 0], score
        tied[label] += times
    won, below, ours = won + tied[1] * (below + tied[0] / 2), below + tied[0], ours + tied[1]
    return won / (below * ours) if below and ours else 0.5


def _interval(scored: Sequence[Sequence[tuple[float, int]]], rng: random.Random) -> tuple[float, float]:
    """The 95 % bootstrap interval of the AUC, whole conversations drawn with replacement."""
    found = []
    for _ in range(_REPEATS):
        times = [0] * len(scored)
        for _ in scored:
            times[int(rng.random() * len(scored))] += 1
        drawn = ((score, label, n) for pairs, n in zip(scored, times, strict=True) if n for score, label in pairs)
        found.append(_weighted_auc(drawn))
    found.sort()
    return found[int(0.025 * _REPEATS)], found[int(0.975 * _REPEATS)]


def _scale(rows: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    """Mean and standard deviation of each feature; 1 for one that never varies."""
    return [(statistics.fmean(column), statistics.pstdev(column) or 1.0) for column in zip(*rows, strict=True)]


def _fitted(
    rows: Sequence[_Row], scale: Sequence[tuple[float, float]]
) -> tuple[list[float], Callable[[Sequence[float]], float]]:
    """The logistic model's weights on standardised features, and what gives a row its log odds of being a user's."""
    try:
        linear: Any = importlib.import_module("sklearn.linear_model")
    except ModuleNotFoundError as error:
        raise UsageError("the classifier needs scikit-learn: pip install scikit-learn") from error

    def plain(row: Sequence[float]) -> list[float]:
        return [(value - mean) / wide for value, (mean, wide) in zip(row, scale, strict=True)]

    model = linear.LogisticRegression(max_iter=1_000, class_weight="balanced")
    model.fit([plain(row) for row, _ in rows], [label for _, label in rows])
    weights = [float(each) for each in model.coef_[0]]
    return weights, lambda row: sum(map(float.__mul__, plain(row), weights))


def _signs(rows: Sequence[_Row], weights: Sequence[float]) -> Iterable[Sign]:
    for at, (name, more, fewer, unit) in enumerate(FEATURES):
        ours, theirs = ([row[at] for row, label in rows if label == side] for side in (1, 0))
        users, people = statistics.fmean(ours), statistics.fmean(theirs)
        alone = auc([(row[at], label) for row, label in rows])
        shown = f"{_shown(users, unit)} against {_shown(people, unit)}"
        words = f"users {more if users > people else fewer} than people: {shown}"
        yield Sign(name, weights[at], users, people, alone, words)


def _shown(mean: float, unit: str) -> str:
    """A mean as people read it: that of log words as the words of a typical message."""
    match unit:
        case "words":
            return f"{math.exp(mean):.1f} words"
        case "letters":
            return f"{mean:.1f} letters"
        case "a word" | "a character":
            return f"{100 * mean:.1f} in a hundred {unit[2:]}s"
        case _:
            return f"{100 * mean:.0f} %"


def _spoken(talks: Iterable[Talk]) -> list[list[str]]:
    """The talks without blank messages, and without those that hold nothing else."""
    held = ([text for text in talk if text.strip()] for talk in talks)
    return [talk for talk in held if talk]


def _share(texts: Sequence[str], test: Callable[[str], bool]) -> float:
    return sum(map(test, texts)) / len(texts)
