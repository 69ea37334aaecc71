"""Two runs written down in a few words, for the tests of comparing."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from written_conversations import broke, flaw, row, run

from prebeta.analysis.comparing import Side
from prebeta.core.results import Row, Run, Symptom

__all__ = ["broke", "flaw", "held", "row", "run", "showing", "side"]


def held(outcomes: str | Sequence[str], *, repeat: int = 0, first: int = 0, **of: Any) -> list[Row]:
    """A row each, of scenario s0, s1, …: "." reached, "x" failed, or an outcome's name."""
    names = {".": "REACHED", "x": "ABANDONED"}
    rows = [row(first + at, names.get(one, one), **of) for at, one in enumerate(outcomes)]
    return [replace(one, id=f"{one.id}-{repeat}", repeat=repeat) for one in rows]


def showing(rows: Sequence[Row], symptom: Symptom, where: Iterable[int]) -> list[Row]:
    """The same rows, those in these places with one more flaw."""
    places = set(where)
    return [
        replace(one, assessment=replace(one.assessment, flawed=True, symptoms=(*one.assessment.symptoms, symptom)))
        if at in places
        else one
        for at, one in enumerate(rows)
    ]


def side(rows: Iterable[Row], name: str = "ra", **of: Any) -> Side:
    mine = tuple(replace(one, run=name) for one in rows)
    about: Run = run(**{"id": name, "conversations": len(mine), **of})
    return Side(about, mine)
