"""The words by which a product's messages are known again: short phrases that most of some sentences have and few others."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from prebeta.dialogue.similarity import content_words

Phrase: TypeAlias = tuple[str, ...]
"""Words that follow each other, in lower case."""

_LONGEST = 4
_MOST_PHRASES = 6
_COST = 3
"""Sentences of the kind that a phrase must bring for each of another kind that it has too."""
_FEW = 0.08
"""Share of the sentences that a further phrase must bring."""
_WORD = re.compile(r"<\w+>|[^\W\d_]+(?:['’-][^\W\d_]+)*|\d\S*")
_ASKING = frozenset(("what", "which", "when", "where", "who", "how", "whom", "any", "your"))


class Wording:
    """All sentences of a product, each as often as it was said."""

    def __init__(self, sentences: Iterable[str]) -> None:
        self._meaning: dict[str, bool] = {}
        said = Counter(sentences)
        self._all = _counted(said, {sentence: self._phrases_of(sentence) for sentence in said})

    def telling(self, wanted: Sequence[str], names: Iterable[str] = ()) -> str | None:
        """A regular expression that most of the wanted sentences, or parts of them, match and few others; else None.

        Greedy: the phrase of one to four words that tells most of those not told yet, less three for each other one; one
        with a word of `names` in it counts double. Among equals one that begins as questions do is preferred.
        """
        own = Counter(wanted)
        sets = {part: self._phrases_of(part) for part in own}
        everywhere = _counted(own, sets)
        liked = frozenset(stem for name in names for stem in content_words(name.replace("_", " ")))
        chosen: list[Phrase] = []
        left, total = dict(own), sum(own.values())
        while left and len(chosen) < _MOST_PHRASES:
            worth = {
                phrase: _worth(phrase, count - _COST * max(self._all[phrase] - everywhere[phrase], 0), liked)
                for phrase, count in _counted(left, sets).items()
            }
            best = max(worth, key=lambda phrase: (worth[phrase], phrase), default=None)
            if best is None or worth[best][0] <= (total > 1) or (chosen and worth[best][0] < _FEW * total):
                break
            chosen.append(best)
            left = {part: times for part, times in left.items() if best not in sets[part]}
        return "|".join(map(_pattern, chosen)) or None

    def _phrases_of(self, sentence: str) -> frozenset[Phrase]:
        """All runs of words in which one carries meaning; a single word only where it is a long one. What has digits
        or is masked changes from user to user, and ends a run."""
        words = [word.lower().replace("’", "'") for word in _WORD.findall(sentence)]
        found = set()
        for start in range(len(words)):
            for end in range(start + 1, min(start + _LONGEST, len(words)) + 1):
                if not words[end - 1][0].isalpha():
                    break
                run = tuple(words[start:end])
                if any(map(self._means, run)) and (len(run) > 1 or len(run[0]) > 4):
                    found.add(run)
        return frozenset(found)

    def _means(self, word: str) -> bool:
        known = self._meaning.get(word)
        if known is None:
            known = self._meaning[word] = bool(content_words(word))
        return known


def _worth(phrase: Phrase, brings: int, liked: frozenset[str]) -> tuple[int, int, int]:
    named = brings > 0 and bool(content_words(" ".join(phrase)) & liked)
    return brings * (1 + named), phrase[0] in _ASKING, -abs(len(phrase) - 2)


def _counted(parts: Mapping[str, int], sets: Mapping[str, frozenset[Phrase]]) -> Counter[Phrase]:
    counts: Counter[Phrase] = Counter()
    for part, times in parts.items():
        for phrase in sets[part]:
            counts[phrase] += times
    return counts


def _pattern(phrase: Phrase) -> str:
    """The words as they are typed; a single word only as a whole word."""
    text = " ".join(re.escape(word).replace("\\-", "-").replace("'", "['’]") for word in phrase)
    return rf"\b{text}\b" if len(phrase) == 1 else text
