"""The product's messages that synthetic users could not place, and the line of `answers` that would mend
each."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from prebeta.core.types import Transcript
from prebeta.dialogue.similarity import mask, sentences

_LONGEST = 6
_EDGES = frozenset(
    {"a", "an", "the", "and", "or", "of", "for", "to", "in", "on", "at", "is", "are", "your", "you", "please"}
    | {"so", "could", "would", "can", "i", "we", "me"}
)


@dataclass(frozen=True, slots=True)
class Unplaced:
    """A message (one of those alike), how often it stood there, and a line for `answers` that would match
    it."""

    message: str
    count: int
    line: str


def unplaced(transcripts: Iterable[Transcript]) -> list[Unplaced]:
    """The messages whose following user turn says that it could not place them, most frequent first."""
    tally: Counter[str] = Counter()
    shown: dict[str, str] = {}
    for transcript in transcripts:
        for before, turn in zip(transcript.turns, transcript.turns[1:], strict=False):
            if before.reply is None or turn.act is None or turn.act.understood:
                continue
            template = mask(before.text)
            tally[template] += 1
            shown.setdefault(template, before.text)
    return [Unplaced(shown[template], count, answers_line(shown[template])) for template, count in tally.most_common()]


def answers_line(message: str) -> str:
    """A line `SLOT: "pattern"` from the words the message asks with: of its last question, else sentence."""
    parts = sentences(message)
    asking = [part for part in parts if "?" in part] or parts
    # Words that stand together, so that the pattern matches the message it was made from.
    runs = [run.split() for run in re.split(r"[^\w'’ -]|\d", asking[-1].lower() if asking else "")]
    together: list[str] = next((run for run in reversed(runs) if len(run) > 1), [])
    words = together[-_LONGEST:]
    while words and words[0] in _EDGES:
        words.pop(0)
    while words and words[-1] in _EDGES:
        words.pop()
    return f"SLOT: {json.dumps(' '.join(words) or 'words of the message', ensure_ascii=False)}"
