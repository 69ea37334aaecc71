"""Whether the state that a product tells holds the step it is at: decided from how its fields behave, not by their names.

A step field has few values, which recur in other conversations; it goes through several of them in one conversation, and
mostly in one order. A fact keeps one value per conversation, an id recurs nowhere, a counter never stays, an intent
goes back and forth. Names (`step`, `stage`, …) decide only between fields that all pass.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from prebeta.analysis.naming import Naming, is_filled, step_name
from prebeta.core.types import Json, Turn

FEWEST = 10
"""Conversations below which nothing is concluded."""
_DEEPEST, _MOST_FIELDS = 4, 200
_MOST_VALUES, _LONGEST_VALUE = 25, 40
_PRESENT = 0.6
_RECURS, _RECURRING = 3, 0.95
_FEWEST_STEPS, _STEPS_EACH = 3, 2.0
_FORWARD = 0.7
_ALWAYS_CHANGES = 0.95
_NAMED = 1.25
_NAMES = re.compile(
    r"(?:^|[^a-z])(?:step|stage|node|phase|state|status|screen|page|form|section|position|current|next|awaiting|asking)"
    r"(?:[^a-z]|$)"
)
_FILLS, _STAYS = 0.5, 0.9
_FEWEST_FIELDS = 2
_PLAIN = re.compile(r"[A-Za-z_]\w*")

Values = list[Json]


@dataclass(frozen=True, slots=True)
class _Candidate:
    path: str
    score: float


def by_state(conversations: Sequence[Sequence[Turn]]) -> Naming | None:
    """The field that holds the step; None where there is none."""
    told = [found for turns in conversations if (found := _sequences(turns))]
    if len(told) < FEWEST:
        return None
    fields = _by_field(told)
    candidates = (_candidate(path, sequences, len(told)) for path, sequences in fields.items())
    best = max((one for one in candidates if one is not None), key=lambda one: (one.score, one.path), default=None)
    return None if best is None else Naming("state", best.path)


def by_filled(conversations: Sequence[Sequence[Turn]]) -> Naming | None:
    """The fields of the state that fill one after the other; None where there are none."""
    told = [found for turns in conversations if (found := _sequences(turns))]
    if len(told) < FEWEST:
        return None
    order: dict[str, float] = {}
    for path, sequences in _by_field(told).items():
        filled = [at for each in sequences if (at := _filled_at(each)) is not None]
        begins = [each for each in sequences if not is_filled(each[0])]
        stays = [each for each in sequences if _filled_at(each) is not None and is_filled(each[-1])]
        wide = len(sequences) >= _PRESENT * len(told)
        if not wide or len(begins) < _PRESENT * len(sequences) or len(filled) < _FILLS * len(sequences):
            continue
        if len(stays) >= _STAYS * len(filled):
            order[path] = sum(filled) / len(filled)
    if len(order) < _FEWEST_FIELDS or not _apart(told, tuple(order)):
        return None
    return Naming("filled", fields=tuple(sorted(order, key=lambda path: (order[path], path))))


def _sequences(turns: Sequence[Turn]) -> dict[str, Values]:
    """Field -> its values in the product's turns that tell a state, in order; None where it was missing."""
    states = [turn.reply.state for turn in turns if turn.reply is not None and isinstance(turn.reply.state, dict)]
    leaves = [dict(_leaves(state)) for state in states]
    paths = dict.fromkeys(path for found in leaves for path in found)
    return {path: [found.get(path) for found in leaves] for path in list(paths)[:_MOST_FIELDS]}


def _leaves(value: Json, path: str = "state", depth: int = 0) -> Iterator[tuple[str, Json]]:
    if isinstance(value, dict) and value and depth < _DEEPEST:
        for name, inner in value.items():
            key = (
                name if _PLAIN.fullmatch(str(name)) else '"' + str(name).replace("\\", "\\\\").replace('"', '\\"') + '"'
            )
            yield from _leaves(inner, f"{path}.{key}", depth + 1)
    elif depth:
        yield path, value


def _by_field(told: Sequence[dict[str, Values]]) -> dict[str, list[Values]]:
    fields: dict[str, list[Values]] = defaultdict(list)
    for sequences in told:
        for path, values in sequences.items():
            fields[path].append(values)
    return fields


def _candidate(path: str, sequences: Sequence[Values], conversations: int) -> _Candidate | None:
    """The field with its score where it behaves as a step does."""
    named = [[name for value in values if (name := _step(path, value)) is not None] for values in sequences]
    known = sum(map(len, named))
    if not known or known < _PRESENT * sum(map(len, sequences)) or len(sequences) < _PRESENT * conversations:
        return None
    visited = [tuple(dict.fromkeys(names)) for names in named if names]
    spread = Counter(name for names in visited for name in names)
    if not _FEWEST_STEPS <= len(spread) <= _MOST_VALUES:
        return None
    recurring = sum(count for count in spread.values() if count >= min(_RECURS, len(visited)))
    each = sum(map(len, visited)) / len(visited)
    if recurring < _RECURRING * spread.total() or each < _STEPS_EACH:
        return None
    if all(isinstance(value, int | None) for values in sequences for value in values) and _counts(sequences):
        return None
    ahead = forward(named)
    if ahead < _FORWARD:
        return None
    score = (
        ahead * min(each / _FEWEST_STEPS, 1.0) * (_NAMED if _NAMES.search(path.removeprefix("state.").lower()) else 1)
    )
    return _Candidate(path, score)


def _step(path: str, value: Json) -> str | None:
    if isinstance(value, str) and len(value) > _LONGEST_VALUE:
        return None
    return step_name(path, value)


def _counts(sequences: Sequence[Values]) -> bool:
    """Whether a number changes with nearly every turn: a counter."""
    pairs = [(one, other) for values in sequences for one, other in pairwise(values)]
    return sum(bool(one != other) for one, other in pairs) >= _ALWAYS_CHANGES * len(pairs)


def forward(named: Sequence[Sequence[str]]) -> float:
    """The share of changes that go forward in the order in which the values usually come first."""
    places: dict[str, list[int]] = defaultdict(list)
    for names in named:
        for place, name in enumerate(dict.fromkeys(names)):
            places[name].append(place)
    usual = {name: sum(found) / len(found) for name, found in places.items()}
    changes = [(one, other) for names in named for one, other in pairwise(names) if one != other]
    return sum(usual[one] < usual[other] for one, other in changes) / len(changes) if changes else 0.0


def _filled_at(values: Values) -> int | None:
    return next((place for place, value in enumerate(values) if is_filled(value)), None)


def _apart(told: Sequence[dict[str, Values]], paths: Sequence[str]) -> bool:
    """Whether the fields fill at different turns: those of a record that is told at the end all come at once."""
    several = 0
    for sequences in told:
        at = {place for path in paths if (place := _filled_at(sequences.get(path, []))) is not None}
        several += len(at) >= _FEWEST_FIELDS
    return several >= _FILLS * len(told)
