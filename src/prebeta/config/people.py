"""Personas and accounts that stand in files of their own, or are given by a function."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from prebeta import plugins
from prebeta.config.complaints import dotted, from_validation
from prebeta.config.connectors import importable
from prebeta.config.fields import is_module_attribute, listed
from prebeta.config.goals import PersonaConfig
from prebeta.config.tables import read_table
from prebeta.config.yaml_lines import KeyPath, parse
from prebeta.core.errors import UsageError
from prebeta.core.types import Json, Persona

_TEXT_COLUMN = "text"


def listed_personas(value: Any) -> Any:
    """A single persona, in whatever form, as a list of one; nothing as an empty list."""
    return [value] if isinstance(value, Mapping) else listed(value)


def personas_schema(schema: dict[str, Any]) -> None:
    """For `json_schema_extra`: one persona may stand where a list does."""
    items = schema.pop("items")
    array = {"type": schema.pop("type"), "items": items}
    schema["anyOf"] = [array, items]


def read_personas(folder: Path, name: str) -> tuple[Persona, ...]:
    """The personas in a YAML file (a list of texts and {text, traits}) or a CSV file (column text, others are traits).

    Raises UsageError, one line that names file and line, where the file is missing or isn't of that form.
    """
    if name.lower().endswith(".csv"):
        return _from_table(read_table(folder, name), name)
    try:
        text = (folder / name).read_text("utf-8-sig")
    except FileNotFoundError:
        raise UsageError(f"no file {name!r} in {folder}") from None
    except UnicodeDecodeError:
        raise UsageError(f"{name!r} isn't a text file in UTF-8") from None
    except OSError as error:
        raise UsageError(f"{name!r} can't be read: {error.strerror}") from None
    found = parse(text, name)
    if found.problems:
        line, message = found.problems[0]
        raise UsageError(f"{name}:{line}: {message}")
    document = found.document
    path: KeyPath = ()
    if isinstance(document, Mapping) and set(document) == {"personas"}:
        document, path = document["personas"], ("personas",)
    if not isinstance(document, list) or not document:
        raise UsageError(f"{name!r} should hold a list of personas, a text or {{text, traits}} each")
    return tuple(_persona(each, (*path, index), name, found.lines) for index, each in enumerate(document))


def _persona(value: Any, path: KeyPath, name: str, lines: Mapping[KeyPath, int]) -> Persona:
    place = f"{name}:{lines.get(path, 1)}"
    try:
        persona = PersonaConfig.model_validate(value)
    except ValidationError as error:
        complaint = from_validation(error, value, PersonaConfig.model_json_schema())[0]
        place = f"{name}:{lines.get((*path, *complaint.path), lines.get(path, 1))}"
        said = (place, dotted(complaint.path), complaint.message)
        raise UsageError(": ".join(part for part in said if part)) from None
    if persona.text is None:
        raise UsageError(f"{place}: a persona in a file has a text and, if you like, traits")
    return Persona(persona.text, dict(persona.traits))


def _from_table(rows: tuple[dict[str, str], ...], name: str) -> tuple[Persona, ...]:
    if _TEXT_COLUMN not in rows[0]:
        raise UsageError(f"{name!r} has no column {_TEXT_COLUMN!r}; it has: {', '.join(rows[0])}")
    people = []
    for row in rows:
        traits = {column: value for column, value in row.items() if column != _TEXT_COLUMN and value}
        if row.get(_TEXT_COLUMN):
            people.append(Persona(row[_TEXT_COLUMN], traits))
    if not people:
        raise UsageError(f"the column {_TEXT_COLUMN!r} of {name!r} is empty")
    return tuple(people)


def read_accounts(declared: Any, folder: Path) -> tuple[Mapping[str, Json], ...]:
    """The accounts behind `setup.accounts`: a list as it is, the rows of a CSV file, or what a function returns.

    The function is called without arguments and returns a list of mappings of JSON. Raises UsageError otherwise.
    """
    if isinstance(declared, str) and not is_module_attribute(declared):
        return read_table(folder, declared)
    found = declared
    if isinstance(declared, str):
        with importable(folder):
            found = plugins.attribute(declared)()
    elif callable(declared):
        found = declared()
    shown = declared if isinstance(declared, str) else getattr(declared, "__qualname__", "setup.accounts")
    if not isinstance(found, list | tuple) or not found or not all(isinstance(each, Mapping) for each in found):
        raise UsageError(f"{shown} should give a list of accounts, key and value each, and at least one")
    try:
        json.dumps(found)
    except (TypeError, ValueError) as error:
        raise UsageError(f"{shown} gives an account that can't be kept as JSON: {error}") from None
    return tuple(dict(each) for each in found)
