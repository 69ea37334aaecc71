"""Names in one section that must exist in another: slots in facts, stages and answers; columns and files of slots."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from prebeta.config.complaints import Complaint
from prebeta.config.fields import is_module_attribute
from prebeta.config.people import read_accounts, read_personas
from prebeta.config.tables import column, read_table
from prebeta.core.errors import UsageError


def unresolved(document: Mapping[str, Any]) -> list[Complaint]:
    """Complaints about names of slots that no goal has. Parts of another shape than declared are passed over."""
    slots = dict.fromkeys(name for _, name, _ in _slots(document))
    complaints = [
        Complaint(("end_state", "facts", name), _no_slot(name, slots))
        for name in _mapping(_mapping(document.get("end_state")).get("facts"))
        if name not in slots
    ]
    for stage, spec in _mapping(document.get("stages")).items():
        asks = _mapping(spec).get("asks")
        if isinstance(asks, str) and asks not in slots:
            complaints.append(Complaint(("stages", stage, "asks"), _no_slot(asks, slots)))
    for name, spec in _mapping(_mapping(document.get("user")).get("answers")).items():
        then = _mapping(spec).get("then")
        if name not in slots and then is None:
            near = _near(name, slots)
            message = f"{name!r} is no slot of a goal{near}; if it isn't meant to be one, say what to do: add then:"
            complaints.append(Complaint(("user", "answers", name), message))
    return complaints + _voice(document)


def _voice(document: Mapping[str, Any]) -> list[Complaint]:
    voice = _mapping(document.get("user")).get("voice")
    name = _mapping(voice).get("model", voice)
    name = "templates" if name is None else name
    models = _mapping(document.get("models"))
    if not isinstance(name, str) or name in ("templates", *models):
        free = _mapping(document.get("user")).get("policy") == "free"
        if free and name == "templates":
            example = next(iter(models), "NAME")
            hint = f"an LLM decides there, so name one: user: {{voice: {{model: {example}}}}}"
            return [Complaint(("user", "policy"), f"free: {hint}{'' if models else ', described under models'}")]
        return []
    known = ", ".join(("templates", *models))
    return [Complaint(("user", "voice"), f"there is no voice or model {name!r}; known: {known}")]


def missing_files(document: Mapping[str, Any], folder: Path) -> list[Complaint]:
    """Complaints about files of slots, personas and accounts that aren't there or don't hold what they should."""
    complaints = []
    for path, name, spec in _slots(document):
        source = _mapping(spec).get("from")
        if isinstance(source, str):
            try:
                column(read_table(folder, source), name, source)
            except UsageError as error:
                complaints.append(Complaint((*path, "from"), str(error)))
    personas = document.get("personas")
    for index, persona in enumerate(personas if isinstance(personas, list | tuple) else [personas]):
        source = _mapping(persona).get("from")
        if isinstance(source, str):
            place = ("personas", "from") if persona is personas else ("personas", index, "from")
            complaints += _unreadable(place, partial(read_personas, folder, source))
    accounts = _mapping(document.get("setup")).get("accounts")
    if isinstance(accounts, str) and not is_module_attribute(accounts):
        complaints += _unreadable(("setup", "accounts"), partial(read_accounts, accounts, folder))
    return complaints


def _unreadable(path: tuple[str | int, ...], read: Callable[[], object]) -> list[Complaint]:
    try:
        read()
    except UsageError as error:
        return [Complaint(path, str(error))]
    return []


def _slots(document: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], str, Any]]:
    goals = document.get("goals")
    for index, goal in enumerate(goals if isinstance(goals, list | tuple) else ()):
        for name, spec in _mapping(_mapping(goal).get("slots")).items():
            yield ("goals", index, "slots", name), name, spec


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _near(name: str, slots: Mapping[str, None]) -> str:
    near = difflib.get_close_matches(name, slots, n=1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _no_slot(name: str, slots: Mapping[str, None]) -> str:
    near = _near(name, slots)
    return f"{name!r} is no slot of a goal{near or '; the slots are: ' + (', '.join(slots) or 'none')}"
