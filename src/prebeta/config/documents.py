"""A project as JSON-able data: what is stored with a run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Any

from pydantic import BaseModel

from prebeta.config.interpolation import without_secrets
from prebeta.config.yaml_lines import KeyPath, WrittenFloat, WrittenInt

_FREE_SECTIONS = ("target", "setup", "end_state")
"""Sections with JSON of any shape in them, where a number must stay a number."""


def of_file(document: Mapping[str, Any]) -> dict[str, Any]:
    """What a file says, with numbers as written where that differs from the number (1.50), variables not put in."""
    return {key: _plain(value, (key,)) for key, value in document.items()}


def of_model(project: BaseModel) -> dict[str, Any]:
    """What a project made in Python says: functions by name, and each secret as a variable of its key's name."""
    dumped = project.model_dump(exclude_unset=True, by_alias=True)
    target = getattr(project, "target", None)
    kind = getattr(target, "kind", None)
    if kind is not None and isinstance(dumped.get("target"), dict):
        dumped["target"] = {"kind": kind, **dumped["target"]}
    hidden: dict[str, Any] = without_secrets(_named(dumped))
    return hidden


def _plain(value: Any, path: KeyPath) -> Any:
    if isinstance(value, Mapping):
        return {key: _plain(inner, (*path, key)) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner, (*path, index)) for index, inner in enumerate(value)]
    if isinstance(value, WrittenInt | WrittenFloat):
        number = int(value) if isinstance(value, WrittenInt) else float(value)
        free = path[0] in _FREE_SECTIONS
        return number if free or str(number) == value.written else value.written
    return value


def _named(value: Any) -> Any:
    """Plain data: callables and paths by name, texts such that they say the same when read again."""
    if isinstance(value, Mapping):
        return {str(key): _named(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_named(inner) for inner in value]
    if isinstance(value, str):
        return value.replace("${", "$${")
    if value is None or isinstance(value, bool | int | float):
        return value
    if callable(value):
        return f"{getattr(value, '__module__', '')}:{getattr(value, '__qualname__', type(value).__qualname__)}"
    return str(value) if isinstance(value, PurePath) else repr(value)
