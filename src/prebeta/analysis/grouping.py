"""From flaws to failure modes: which cells are one fault.

A cell whose flaws sound like those of a bigger one of the same kind is the same fault, met in another situation: a product
that insults people does so after a question as well. METHODS asks for a TF-IDF cosine of 0.6; the words are those of the
blamed reply that are new and no question, particulars masked. How much likeness is needed depends on how different the
situations are: least where one is an ordinary answer and the other rare.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from prebeta.analysis.key import Cell, finding_id, read_cell
from prebeta.analysis.stages import START
from prebeta.analysis.symptoms import PLAIN
from prebeta.core.results import Row, Symptom
from prebeta.dialogue.similarity import content_words

_ALIKE, _VERY_ALIKE, _THE_SAME = 0.6, 0.8, 0.9
_RARE, _RARER = 0.5, 0.3
_APART = frozenset(("WRONG_RESULT", "LOST_CORRECTION"))
"""Kinds whose replies say nothing about what is wrong with them: a recap reads the same whichever value is wrong."""
_WORDLESS = frozenset(("SYSTEM_ERROR", "LOOP"))
"""Kinds whose replies have no new words, so that two without any are alike."""
_MOST_TEXTS = 300
_SIGNATURE = 6
_RECURS = 3
_MOST_LEADING = 200
"""A small cell is held against so many of the biggest ones, so that a run of many cells takes no longer than it must."""

Vector = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Case:
    """A flaw and the conversation it is in; `primary` where it is the conversation's first."""

    row: Row
    symptom: Symptom
    primary: bool


@dataclass(frozen=True, slots=True)
class Mode:
    """Flaws that are one failure mode, and the cells they fall in, the leading one first."""

    id: str
    cells: tuple[str, ...]
    cases: tuple[Case, ...]

    @property
    def cell(self) -> Cell:
        return read_cell(self.cells[0])


def modes(rows: Iterable[Row]) -> list[Mode]:
    """The failure modes of these conversations. Each conversation's first flaw is in exactly one of them."""
    cases: dict[str, list[Case]] = defaultdict(list)
    for row in rows:
        for position, symptom in enumerate(row.assessment.symptoms):
            cases[symptom.cell].append(Case(row, symptom, primary=position == 0))
    members: dict[str, list[str]] = defaultdict(list)
    for cell, leading in _merged(cases).items():
        members[leading].append(cell)
    found: list[Mode] = []
    for leading, cells in members.items():
        together = (leading, *sorted(cell for cell in cells if cell != leading))
        found += _split(together, [case for cell in together for case in cases[cell]])
    return found


def _merged(cases: Mapping[str, Sequence[Case]]) -> dict[str, str]:
    """Cell -> the cell that leads its mode, itself included. Small cells go to bigger ones."""
    sizes = {cell: len(found) for cell, found in cases.items()}
    order = sorted(cases, key=lambda cell: (sizes[cell], cell))
    read = {cell: read_cell(cell) for cell in order}
    vectors = {cell: _centroid(case.symptom.said for case in cases[cell]) for cell in order}
    home = {cell: cell for cell in order}
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for cell in order:
        if read[cell].kind not in _APART:
            alike[read[cell].kind, read[cell].way].append(cell)
    for place, small, bigger in ((place, cell, cells) for cells in alike.values() for place, cell in enumerate(cells)):
        likely = [
            (likeness, big)
            for big in bigger[max(place + 1, len(bigger) - _MOST_LEADING) :]
            if (likeness := _likeness(read[small], read[big], vectors[small], vectors[big])) is not None
            and likeness >= _needed(read[small], read[big], sizes[small] / sizes[big])
            and _fits(cases[small], read[big], read[small])
        ]
        if likely:
            home[small] = max(likely)[1]
    return {cell: _leader(cell, home) for cell in order}


def _leader(cell: str, home: Mapping[str, str]) -> str:
    while home[cell] != cell:
        cell = home[cell]
    return cell


def _likeness(small: Cell, big: Cell, one: Vector, other: Vector) -> float | None:
    """How alike the words of two cells are, 0 to 1; None where they are two faults whatever is said."""
    if small.kind != big.kind or small.way != big.way or small.kind in _APART:
        return None
    if small.slot is not None and big.slot is not None and small.slot != big.slot:
        return None
    if not one and not other:
        return 1.0 if small.kind in _WORDLESS else None
    return cosine(one, other)


def _needed(small: Cell, big: Cell, ratio: float) -> float:
    """The likeness that is needed; `ratio` is the small cell's size by the big one's."""
    plain = PLAIN in (small.trigger, big.trigger)
    if small.trigger == big.trigger or (plain and ratio <= _RARE):
        return _ALIKE
    return _VERY_ALIKE if plain or ratio <= _RARER else _THE_SAME


def _fits(cases: Sequence[Case], big: Cell, small: Cell) -> bool:
    """Whether flaws after something special happened where the bigger cell's slot is asked for."""
    if big.slot is None or big.trigger == small.trigger:
        return True
    stage = Counter(case.symptom.place for case in cases).most_common(1)[0][0]
    return big.slot in (stage, *(case.symptom.slot for case in cases))


def _split(cells: Sequence[str], cases: Sequence[Case]) -> list[Mode]:
    """The modes of cells that were merged: one, but where neither trigger, slot nor stage say anything the words must."""
    leading = read_cell(cells[0])
    nowhere = leading.trigger == PLAIN and leading.slot is None and not leading.way
    if not nowhere or any(case.symptom.place not in (None, START) for case in cases):
        return [Mode(finding_id(cells[0]), tuple(cells), tuple(cases))]
    by_text: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_text[case.symptom.said].append(case)
    texts = sorted(by_text, key=lambda text: (-len(by_text[text]), text))[:_MOST_TEXTS]
    group = _clusters(texts)
    members: dict[str, list[Case]] = defaultdict(list)
    for text, found in by_text.items():
        members[_signature(texts[group[text]]) if text in group else ""] += found
    recurring = sum(len(found) for found in members.values() if len(found) >= _RECURS)
    if recurring < len(cases) / 2:  # hardly any two are alike: the words say what users said, not what is wrong
        return [Mode(finding_id(cells[0]), tuple(cells), tuple(cases))]
    return [Mode(finding_id(cells[0], words), tuple(cells), tuple(found)) for words, found in sorted(members.items())]


def _clusters(texts: Sequence[str]) -> dict[str, int]:
    """Text -> the position of the text that its cluster is named after, the most frequent one of those alike."""
    vectors = tf_idf(texts)
    named: list[int] = []
    group: dict[str, int] = {}
    for position, vector in enumerate(vectors):
        near = max(((cosine(vector, vectors[one]), -one) for one in named), default=(0.0, 0))
        if near[0] >= _ALIKE:
            group[texts[position]] = -near[1]
        else:
            named.append(position)
            group[texts[position]] = position
    return group


def _signature(text: str) -> str:
    """A text's content words, so that an id does not hang on their order or on commas."""
    return " ".join(sorted(content_words(text))[:_SIGNATURE])


def tf_idf(texts: Sequence[str]) -> list[Vector]:
    """Each text as a unit vector of its content words (log tf, smoothed idf)."""
    bags = [Counter(content_words(text)) for text in texts]
    frequency = Counter(word for bag in bags for word in bag)
    return [_unit({word: math.log((1 + len(texts)) / (1 + frequency[word])) + 1 for word in bag}) for bag in bags]


def _centroid(texts: Iterable[str]) -> Vector:
    counts: Counter[str] = Counter()
    for text, times in Counter(texts).most_common(_MOST_TEXTS):
        for word in content_words(text):
            counts[word] += times
    return _unit(counts)


def _unit(weights: Mapping[str, float]) -> Vector:
    length = math.sqrt(sum(weight * weight for weight in weights.values()))
    return {word: weight / length for word, weight in weights.items()} if length else {}


def cosine(one: Vector, other: Vector) -> float:
    """Of two unit vectors, 0 to 1."""
    if len(one) > len(other):
        one, other = other, one
    return sum(weight * other.get(word, 0.0) for word, weight in one.items())
