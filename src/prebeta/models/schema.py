"""Whether JSON fits a JSON Schema: the part of it that structured output is asked for with."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from prebeta.core.types import Json


def mismatch(value: Json, schema: Mapping[str, Json]) -> str | None:
    """The first thing that doesn't fit, in words ("$.age should be of type integer"); None where all does.

    Known: type, enum, const, properties, required, additionalProperties, items, anyOf, oneOf, allOf, local $ref, and the
    bounds of numbers, texts and lists. Other words are passed over.
    """
    try:
        return next(_problems(value, schema, _Place("$", schema)), None)
    except RecursionError:
        return "it is nested too deep"


class _Place:
    """Where in the value we are, and the whole schema, which references point into."""

    __slots__ = ("path", "root")

    def __init__(self, path: str, root: Mapping[str, Json]) -> None:
        self.path, self.root = path, root

    def below(self, step: str) -> _Place:
        return _Place(self.path + step, self.root)


def _problems(value: Json, schema: Json, place: _Place) -> Iterator[str]:
    if schema is False:
        yield f"{place.path} shouldn't be there"
    if not isinstance(schema, Mapping):
        return
    if "$ref" in schema:
        yield from _problems(value, _referred(schema["$ref"], place.root), place)
    kinds = schema.get("type")
    if kinds is not None:
        allowed = kinds if isinstance(kinds, list) else [kinds]
        if not any(_is_of(value, kind) for kind in allowed):
            yield f"{place.path} should be of type {' or '.join(map(str, allowed))}"
            return
    if "enum" in schema and not any(_same(value, each) for each in schema["enum"]):
        yield f"{place.path} should be one of {', '.join(map(repr, schema['enum']))}"
    if "const" in schema and not _same(value, schema["const"]):
        yield f"{place.path} should be {schema['const']!r}"
    yield from _of_parts(value, schema, place)
    if isinstance(value, Mapping):
        yield from _of_object(value, schema, place)
    elif isinstance(value, list):
        yield from _of_list(value, schema, place)
    elif isinstance(value, str):
        yield from _of_text(value, schema, place)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield from _of_number(value, schema, place)


def _of_parts(value: Json, schema: Mapping[str, Any], place: _Place) -> Iterator[str]:
    for part in schema.get("allOf", ()):
        yield from _problems(value, part, place)
    for word in ("anyOf", "oneOf"):
        parts = schema.get(word)
        if not parts:
            continue
        first = [next(_problems(value, part, place), None) for part in parts]
        if all(first):
            yield (
                str(first[0]) if len(first) == 1 else f"{place.path} fits none of {word} ({'; '.join(map(str, first))})"
            )


def _of_object(value: Mapping[str, Json], schema: Mapping[str, Any], place: _Place) -> Iterator[str]:
    for name in schema.get("required", ()):
        if name not in value:
            yield f"{place.path} should have {name!r}"
    properties = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    for name, inner in value.items():
        if name in properties:
            yield from _problems(inner, properties[name], place.below(f".{name}"))
        elif others is False:
            yield f"{place.path} shouldn't have {name!r}"
        else:
            yield from _problems(inner, others, place.below(f".{name}"))


def _of_list(value: list[Json], schema: Mapping[str, Any], place: _Place) -> Iterator[str]:
    if len(value) < schema.get("minItems", 0):
        yield f"{place.path} should have at least {schema['minItems']} items"
    if len(value) > schema.get("maxItems", len(value)):
        yield f"{place.path} should have at most {schema['maxItems']} items"
    items = schema.get("items", True)
    for index, inner in enumerate(value):
        yield from _problems(inner, items, place.below(f"[{index}]"))


def _of_text(value: str, schema: Mapping[str, Any], place: _Place) -> Iterator[str]:
    if len(value) < schema.get("minLength", 0):
        yield f"{place.path} should have at least {schema['minLength']} characters"
    if len(value) > schema.get("maxLength", len(value)):
        yield f"{place.path} should have at most {schema['maxLength']} characters"
    if "pattern" in schema and not re.search(schema["pattern"], value):
        yield f"{place.path} should match {schema['pattern']}"


def _of_number(value: float, schema: Mapping[str, Any], place: _Place) -> Iterator[str]:
    if value < schema.get("minimum", value):
        yield f"{place.path} should be at least {schema['minimum']}"
    if value > schema.get("maximum", value):
        yield f"{place.path} should be at most {schema['maximum']}"


def _is_of(value: Json, kind: str) -> bool:
    match kind:
        case "object":
            return isinstance(value, Mapping)
        case "array":
            return isinstance(value, list)
        case "string":
            return isinstance(value, str)
        case "boolean":
            return isinstance(value, bool)
        case "null":
            return value is None
        case "integer":
            return (isinstance(value, int) and not isinstance(value, bool)) or (
                isinstance(value, float) and value.is_integer()
            )
        case "number":
            return isinstance(value, int | float) and not isinstance(value, bool)
    return True


def _same(one: Json, other: Json) -> bool:
    """Equal as JSON: true isn't 1."""
    return one == other and isinstance(one, bool) == isinstance(other, bool)


def _referred(reference: str, root: Mapping[str, Json]) -> Json:
    """What a local reference (#/$defs/x) points at; anything where it points nowhere."""
    found: Json = root
    for step in reference.removeprefix("#").split("/")[1:]:
        step = step.replace("~1", "/").replace("~0", "~")
        if not isinstance(found, Mapping) or step not in found:
            return True
        found = found[step]
    return found
