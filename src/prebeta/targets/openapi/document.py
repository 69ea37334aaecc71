"""An OpenAPI document (3.x, or Swagger 2) as operations with their schemas resolved."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, TypeAlias
from urllib.parse import unquote

from prebeta.core.types import Json

Schema: TypeAlias = Mapping[str, Any]

METHODS = ("post", "put", "get")
_DEEPEST = 6
_JSON = re.compile(r"^application/(?:[\w.+-]*\+)?json\b|^\*/\*", re.IGNORECASE)
_FORM = ("application/x-www-form-urlencoded", "multipart/form-data")
_NOTHING: Schema = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter in path, query, header or cookie."""

    name: str
    place: str
    required: bool
    schema: Schema


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `body` is None where it takes none, `answer` None where it answers with nothing that can be read as
    JSON; an empty schema is one of which the document says nothing. `about` are id, summary and tags."""

    method: str
    path: str
    about: str
    parameters: tuple[Parameter, ...]
    body: Schema | None
    form: bool
    answer: Schema | None
    streams: bool
    deprecated: bool
    security: tuple[Mapping[str, Any], ...] = field(default=())

    @property
    def label(self) -> str:
        return f"{self.method.upper()} {self.path}"


class Document:
    """The document, with its references. Those that lead to other files, nowhere or in a circle stand for anything."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw
        self.old = "swagger" in raw

    def operations(self) -> Iterator[Operation]:
        for path, item in _mapping(self.raw.get("paths")).items():
            item = self.followed(item)
            shared = item.get("parameters")
            for method in METHODS:
                if isinstance(item.get(method), Mapping) and str(path).startswith("/"):
                    yield self._operation(method, str(path), item[method], shared)

    def _operation(self, method: str, path: str, told: Schema, shared: Any) -> Operation:
        given = [self.followed(one) for one in (*_list(shared), *_list(told.get("parameters")))]
        by_name = {(str(one["name"]), str(one.get("in"))): one for one in given if isinstance(one.get("name"), str)}
        body, form = self._body(told, list(by_name.values()))
        answer, streams = self._answer(told)
        security = told.get("security", self.raw.get("security"))
        tags = " ".join(map(str, _list(told.get("tags"))))
        return Operation(
            method,
            path,
            f"{told.get('operationId', '')} {told.get('summary', '')} {tags}",
            tuple(
                Parameter(name, place, one.get("required") is True, self._of_parameter(one))
                for (name, place), one in by_name.items()
                if place in ("path", "query", "header", "cookie")
            ),
            body,
            form,
            answer,
            streams,
            told.get("deprecated") is True,
            tuple(one for one in _list(security) if isinstance(one, Mapping)),
        )

    def _of_parameter(self, told: Schema) -> Schema:
        schema = dict(_mapping(told.get("schema")) or told)  # Swagger 2 has the type beside the name
        return {**schema, **{key: told[key] for key in ("example", "description") if key in told}}

    def _body(self, told: Schema, parameters: list[Schema]) -> tuple[Schema | None, bool]:
        if self.old:
            whole = next((one for one in parameters if one.get("in") == "body"), None)
            if whole is not None:
                return _mapping(whole.get("schema")), False
            fields = [one for one in parameters if one.get("in") == "formData"]
            if not fields:
                return None, False
            required = [one.get("name") for one in fields if one.get("required") is True]
            return {
                "type": "object",
                "properties": {one.get("name"): one for one in fields},
                "required": required,
            }, True
        content = _mapping(self.followed(told.get("requestBody")).get("content"))
        for media, inner in content.items():
            if _JSON.match(str(media)):
                return self._with_example(inner), False
        for media, inner in content.items():
            if str(media).partition(";")[0].strip().lower() in _FORM:
                return self._with_example(inner), True
        return None, False

    @staticmethod
    def _with_example(inner: Any) -> Schema:
        inner = _mapping(inner)
        schema = _mapping(inner.get("schema"))
        return {**schema, "example": inner["example"]} if "example" in inner else schema

    def _answer(self, told: Schema) -> tuple[Schema | None, bool]:
        """The schema of a success, and whether it comes as a stream only."""
        answers = {str(code).upper(): self.followed(one) for code, one in _mapping(told.get("responses")).items()}
        rank = ("200", "201", "202", "2XX", "DEFAULT")
        streams = False
        for code in sorted((one for one in answers if one in rank), key=rank.index):
            if self.old:
                return _mapping(answers[code].get("schema")), False
            content = _mapping(answers[code].get("content"))
            for media, inner in content.items():
                if _JSON.match(str(media)):
                    return _mapping(_mapping(inner).get("schema")), False
            streams = streams or any("event-stream" in str(media) for media in content)
        return None, streams

    def followed(self, node: Any) -> Mapping[str, Any]:
        """What a reference leads to; anything else itself, and an empty mapping where it is none."""
        seen: set[str] = set()
        while isinstance(node, Mapping) and isinstance(node.get("$ref"), str):
            if node["$ref"] in seen:
                return _NOTHING
            seen.add(node["$ref"])
            beside = {key: value for key, value in node.items() if key != "$ref"}
            found = self._at(node["$ref"])
            node = {**found, **beside} if isinstance(found, Mapping) else _NOTHING
        return _mapping(node)

    def _at(self, reference: str) -> Any:
        if not reference.startswith("#/"):
            return None
        node: Any = self.raw
        for step in unquote(reference[2:]).split("/"):
            step = step.replace("~1", "/").replace("~0", "~")
            node = node.get(step) if isinstance(node, Mapping) else None
        return node

    def plain(self, schema: Any, depth: int = 0) -> Schema:
        """A schema without references and alternatives at its top: of several the first that isn't null."""
        found = dict(self.followed(schema))
        if depth > _DEEPEST:
            return _NOTHING
        for part in _list(found.pop("allOf", None)):
            inner = self.plain(part, depth + 1)
            found = {
                **inner,
                **found,
                "properties": {**_mapping(inner.get("properties")), **_mapping(found.get("properties"))},
                "required": [*_list(inner.get("required")), *_list(found.get("required"))],
            }
        several = [*_list(found.pop("anyOf", None)), *_list(found.pop("oneOf", None))]
        for part in several:
            inner = self.plain(part, depth + 1)
            if type_of(inner) != "null":
                return {**inner, **{key: value for key, value in found.items() if key not in ("type",)}}
        return found

    def properties(self, schema: Any) -> Mapping[str, Schema]:
        """The properties of an object's schema by name, each as it stands in the document."""
        return {str(name): inner for name, inner in _mapping(self.plain(schema).get("properties")).items()}

    def required(self, schema: Any) -> frozenset[str]:
        return frozenset(map(str, _list(self.plain(schema).get("required"))))

    def sample(self, schema: Any, within: frozenset[str] = frozenset()) -> Json:
        """An answer as the schema has it: each text a word, each list with one element; nothing where a schema stands in
        itself (`within` are the references around it)."""
        here = frozenset(_references(schema))
        if here & within or len(within) > 3 * _DEEPEST:
            return None
        within |= here
        told = self.plain(schema)
        kind = type_of(told)
        if kind == "object":
            return {name: self.sample(inner, within) for name, inner in self.properties(told).items()}
        if kind == "array":
            inner = self.sample(told.get("items"), within)
            return [] if inner is None else [inner]
        samples: Mapping[str, Json] = {"string": "word", "integer": 1, "number": 1.5, "boolean": False}
        return samples.get(kind)


def _references(schema: Any) -> Iterator[str]:
    """The references that a schema is made of."""
    if isinstance(schema, Mapping):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"]
        for several in ("allOf", "anyOf", "oneOf"):
            yield from (one["$ref"] for one in _list(schema.get(several)) if isinstance(one, Mapping) and "$ref" in one)


def type_of(schema: Schema) -> str:
    """The type a plain schema has, or must have by what else it says; empty where anything may stand there."""
    told = schema.get("type")
    if isinstance(told, list):
        told = next((one for one in told if one != "null"), "null")
    if isinstance(told, str):
        return told
    if "properties" in schema:
        return "object"
    return "array" if "items" in schema else "string" if "enum" in schema else ""


def is_openapi(document: Any) -> bool:
    """Whether this describes the operations of an API."""
    if not isinstance(document, Mapping) or not isinstance(document.get("paths"), Mapping):
        return False
    return "openapi" in document or "swagger" in document


def parsed(text: str) -> Any:
    """The document in a text of JSON or YAML; None where it is neither."""
    import yaml

    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        pass
    try:
        return yaml.safe_load(text)
    except (yaml.YAMLError, ValueError, RecursionError):
        return None


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else _NOTHING


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else []
