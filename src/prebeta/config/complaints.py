"""What is wrong with a project, as one line each: file, line, key, and what to do."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from prebeta.config.yaml_lines import KeyPath

_TYPE_ERRORS = ("string_type", "dict_type", "model_type", "model_attributes_type", "list_type", "none_required")
_ABSENT = object()


@dataclass(frozen=True, slots=True)
class Complaint:
    """One thing to mend. `path` leads to the key in the document."""

    path: KeyPath
    message: str


def dotted(path: KeyPath) -> str:
    """A path as people write it: goals[0].slots.bike."""
    text = ""
    for step in path:
        text += f"[{step}]" if isinstance(step, int) else f".{step}" if text else str(step)
    return text


def render(complaints: Iterable[Complaint], shown: str, lines: Mapping[KeyPath, int]) -> str:
    """One line for each complaint, in the file's order."""
    placed = [(_line(complaint.path, lines), complaint) for complaint in dict.fromkeys(complaints)]
    placed.sort(key=lambda pair: (pair[0] or 0, dotted(pair[1].path)))
    return "\n".join(
        ": ".join(part for part in (f"{shown}:{line}" if line else shown, dotted(each.path), each.message) if part)
        for line, each in placed
    )


def _line(path: KeyPath, lines: Mapping[KeyPath, int]) -> int | None:
    """The line of the key, or of the nearest one around it."""
    for length in range(len(path), 0, -1):
        if path[:length] in lines:
            return lines[path[:length]]
    return 1 if lines else None


def as_validation(complaints: Iterable[Complaint]) -> ValidationError:
    """The error to raise inside a validator; pydantic puts its own location before each path."""
    details = [
        InitErrorDetails(
            type=PydanticCustomError("complaint", "{text}", {"text": complaint.message}), loc=complaint.path, input=None
        )
        for complaint in complaints
    ]
    return ValidationError.from_exception_data("prebeta.yaml", details, hide_input=True)


def from_validation(error: ValidationError, document: Any, schema: Mapping[str, Any]) -> list[Complaint]:
    """The complaints behind a pydantic error. `document` is the one before interpolation: only it is ever quoted."""
    found: dict[KeyPath, list[tuple[str, Complaint]]] = {}
    for details in error.errors(include_url=False, include_input=False):
        path, value = real_path(details["loc"], document)
        if details["type"] == "missing" and not _is_empty(path, details["loc"], value):
            path = (*path, details["loc"][-1])
        complaint = Complaint(path, _message(details, path, value, schema, document))
        found.setdefault(path, []).append((details["type"], complaint))
    complaints = []
    for path, several in found.items():
        inside = any(other[: len(path)] == path for other in found if len(other) > len(path))
        idle = (*_TYPE_ERRORS, "too_short") if inside else _TYPE_ERRORS  # a list of wrong entries isn't empty
        telling = [complaint for kind, complaint in several if kind not in idle]
        complaints += telling if telling or inside else [several[0][1]]
    return complaints


def real_path(location: Sequence[str | int], document: Any) -> tuple[KeyPath, Any]:
    """The part of a pydantic location that exists in the document, and the value there.

    pydantic puts the names of alternatives into a location, and shorthands have no inner keys: both are passed over.
    """
    path: list[str | int] = []
    value = document
    for step in location:
        inner = _step(value, step)
        if inner is not _ABSENT:
            path.append(step)
            value = inner
    return tuple(path), value


def _step(value: Any, step: str | int) -> Any:
    if isinstance(value, Mapping):
        return value.get(str(step), _ABSENT)
    if isinstance(value, list | tuple) and isinstance(step, int) and step < len(value):
        return value[step]
    return _ABSENT


def _message(details: ErrorDetails, path: KeyPath, value: Any, schema: Mapping[str, Any], document: Any) -> str:
    kind, context = details["type"], details.get("ctx", {})
    if kind == "extra_forbidden":
        return _unknown_key(str(path[-1]), keys_at(schema, path[:-1], document)) if path else "unknown key"
    if kind == "missing":
        return _empty(path, schema) if _is_empty(path, details["loc"], value) else "is missing"
    if kind == "value_error":
        return str(context.get("error", details["msg"]))
    if kind in ("literal_error", "enum"):
        return f"should be {context['expected']}{_quoted(value)}"
    if kind in ("dict_type", "model_type", "model_attributes_type"):
        return f"should be a mapping (key: value){_quoted(value)}"
    if kind in ("list_type", "tuple_type"):
        return f"should be a list{_quoted(value)}"
    if kind == "string_type":
        number = isinstance(value, int | float) and not isinstance(value, bool)
        return f"should be a text{'; put it in quotes' if number else ''}{_quoted(value)}"
    if kind == "string_too_short":
        return "should not be empty"
    if kind == "too_short":
        return "should not be empty" if context.get("min_length") == 1 else details["msg"]
    text = details["msg"].split(", unable to parse")[0].replace("Input should", "should")
    return f"{text}{_quoted(value)}" if text.startswith("should") else text


def _is_empty(path: KeyPath, location: Sequence[str | int], value: Any) -> bool:
    """Whether what is missing is there as a key, with nothing behind it."""
    return value is None and bool(path) and path[-1] == location[-1]


def _empty(path: KeyPath, schema: Mapping[str, Any]) -> str:
    told = schema.get("properties", {}).get(path[0], {}).get("description", "") if len(path) == 1 else ""
    return f"is empty; {told[:1].lower()}{told[1:].rstrip('.')}" if told else "is empty"


def _quoted(value: Any) -> str:
    """The value found, where it is short and a single one."""
    if isinstance(value, str):
        return f", not {value!r}" if len(value) <= 40 else ""
    if value is None:
        return "; there is nothing here"
    return f", not {value}" if isinstance(value, bool | int | float) else ""


def _unknown_key(key: str, known: Sequence[str]) -> str:
    near = difflib.get_close_matches(key, known, n=1, cutoff=0.55)
    if near:
        return f"unknown key; did you mean {near[0]!r}?"
    return f"unknown key; known: {', '.join(known)}" if known else "unknown key"


def keys_at(schema: Mapping[str, Any], path: KeyPath, document: Any) -> list[str]:
    """The keys that a JSON Schema allows at a path of the document; of alternatives with a `kind`, its own."""
    nodes = _alternatives(schema, schema, document)
    value = document
    for step in path:
        value = _step(value, step)
        inner: list[Mapping[str, Any]] = []
        for node in nodes:
            inner += _alternatives(schema, _child(node, step), value)
        nodes = inner
    return list(dict.fromkeys(key for node in nodes for key in node.get("properties", {})))


def _child(node: Mapping[str, Any], step: str | int) -> Any:
    if isinstance(step, int):
        return node.get("items")
    return node.get("properties", {}).get(step) or node.get("additionalProperties")


def _alternatives(root: Mapping[str, Any], node: Any, value: Any) -> list[Mapping[str, Any]]:
    """The plain schemas behind references and alternatives that fit the value's `kind`."""
    if not isinstance(node, Mapping):
        return []
    if "$ref" in node:
        return _alternatives(root, root["$defs"][node["$ref"].rsplit("/", 1)[1]], value)
    found: list[Mapping[str, Any]] = []
    for several in ("anyOf", "oneOf", "allOf"):
        for inner in node.get(several, ()):
            found += _alternatives(root, inner, value)
    kind = node.get("properties", {}).get("kind", {}).get("const")
    if kind is None or not isinstance(value, Mapping) or value.get("kind", kind) == kind:
        found.append(node)
    return found
