"""Which runs of a store are of one product, and what keeps two of them from being compared."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from prebeta.core.results import Run
from prebeta.core.types import IMPORTED

_PRODUCT = ("target", "store", "name", "gate", "redact")
"""Sections that say nothing of who is sent and how it is measured."""
_MEASURE = "end_state"
_LENGTH = 60


def lines(runs: Iterable[Run]) -> list[tuple[Run, ...]]:
    """The runs by project, each project's in order of time; the project that was run last comes last.

    Two runs are of one project where both give it the same name; without names, where it lay in the same folder or asks
    for the same goals. Imported conversations without a project are a line of their own.
    """
    found: list[list[Run]] = []
    for run in sorted(runs, key=lambda run: (run.created_at, run.id)):
        home = next((line for line in found if any(_same_project(run, other) for other in line)), None)
        if home is None:
            found.append([run])
        else:
            home.append(run)
    return [tuple(line) for line in sorted(found, key=lambda line: (line[-1].created_at, line[-1].id))]


def title(line: Sequence[Run]) -> str:
    """What to call a project: its name, else its first goal, else where its conversations were imported from."""
    document = _document(line[-1])
    if document is None:
        return f"imported from {', '.join(dict.fromkeys(_file(run) for run in line))}"
    text = str(document.get("name") or next(iter(_goals(document)), "")) or _folder(line[-1])
    return text if len(text) <= _LENGTH else f"{text[: _LENGTH - 1]}…"


def incomparable(before: Run, after: Run) -> str | None:
    """Why the rates of two runs of one project measure different things; None where they don't."""
    if before.users[0] != after.users[0]:
        return f"its users are {after.users[0]}, not {before.users[0]}"
    documents = _document(before), _document(after)
    if (documents[0] is None) != (documents[1] is None):
        return "only one of the two was imported with a project"
    if documents[0] is not None and documents[1] is not None and not _alike(documents[0], documents[1], _MEASURE):
        return "end_state in prebeta.yaml was changed, so success means something else"
    if (before.sample == "hunt") != (after.sample == "hunt"):
        whom = {True: "probing", False: "typical"}
        return f"its rate is of {whom[after.sample == 'hunt']} users, not of {whom[before.sample == 'hunt']} ones"
    return None


def changed(before: Run, after: Run) -> tuple[str, ...]:
    """Sections of the project that differ and may be why a rate does, though the product be the same."""
    one, other = _document(before) or {}, _document(after) or {}
    keys = dict.fromkeys((*one, *other))
    return tuple(key for key in keys if key not in (*_PRODUCT, _MEASURE) and not _alike(one, other, key))


def _same_project(run: Run, other: Run) -> bool:
    one, two = _document(run), _document(other)
    if one is None or two is None:
        return one is two
    names = one.get("name"), two.get("name")
    if all(names):
        return names[0] == names[1]
    goals = _goals(one)
    return (goals != () and goals == _goals(two)) or _folder(run) == _folder(other)


def _document(run: Run) -> Mapping[str, Any] | None:
    """The project as JSON; None of conversations that were imported without one."""
    kept = run.project or {}
    found: Mapping[str, Any] | None = kept.get("document")
    return None if "imported" in kept and not found else (found or {})


def _goals(document: Mapping[str, Any]) -> tuple[str, ...]:
    """The texts of the goals; as a file may write them, a text or a mapping."""
    goals = document.get("goals") or ()
    return tuple(str(goal.get("goal", "")) if isinstance(goal, Mapping) else str(goal) for goal in goals)


def _folder(run: Run) -> str:
    return str((run.project or {}).get("folder") or "")


def _file(run: Run) -> str:
    return str(((run.project or {}).get("imported") or {}).get("file") or IMPORTED)


def _alike(one: Mapping[str, Any], other: Mapping[str, Any], key: str) -> bool:
    return _text(one.get(key)) == _text(other.get(key))


def _text(value: Any) -> str:
    return json.dumps(value, sort_keys=True, default=str) if value else ""
