"""The JSON Schema of prebeta.yaml, for editors: `prebeta schema`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue, models_json_schema
from pydantic_core import CoreSchema, core_schema

from prebeta import plugins
from prebeta.config.connectors import model
from prebeta.config.project import Project


def _variable() -> dict[str, Any]:
    return {"type": "string", "pattern": r"\$\{"}


class _Generator(GenerateJsonSchema):
    """Functions, which only Python can give, are named as module:attribute in a file."""

    def callable_schema(self, schema: core_schema.CallableSchema) -> JsonSchemaValue:  # noqa: ARG002
        return {"type": "string"}

    def handle_invalid_for_json_schema(self, schema: CoreSchema, error_info: str) -> JsonSchemaValue:  # noqa: ARG002
        return {}


def json_schema() -> dict[str, Any]:
    """Draft 2020-12: every key with its description, no others allowed; the options of each known kind of target."""
    connectors: dict[str, type[BaseModel]] = {}
    for kind in plugins.names("target"):
        try:
            connectors[kind] = model(kind)
        except ValueError:
            continue
    llms: dict[str, type[BaseModel]] = {kind: plugins.load("model", kind) for kind in plugins.names("model")}
    every = dict.fromkeys((*connectors.values(), *llms.values()))
    wanted = [(Project, "validation"), *((each, "validation") for each in every)]
    refs, together = models_json_schema(wanted, by_alias=True, schema_generator=_Generator)  # type: ignore[arg-type]
    definitions: dict[str, Any] = together["$defs"]
    root = dict(definitions.pop(refs[(Project, "validation")]["$ref"].rsplit("/", 1)[1]))

    def any_of(known: Mapping[str, type[BaseModel]], short: str) -> list[dict[str, Any]]:
        kinds: list[dict[str, Any]] = [{"type": "string", "description": short}]
        for kind, options in known.items():
            name = refs[(options, "validation")]["$ref"].rsplit("/", 1)[1]
            definitions[name] = _discriminated(definitions[name], kind)
            kinds.append({"$ref": f"#/$defs/{name}"})
        return kinds

    target, models = root["properties"]["target"], root["properties"]["models"]
    target = {"anyOf": any_of(connectors, "A URL, or module:function."), "description": target.get("description", "")}
    models = {**models, "additionalProperties": {"anyOf": any_of(llms, "module:function.")}}
    root["properties"] = {**root["properties"], "target": target, "models": models}
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **root, "$defs": definitions}
    open_to_variables: dict[str, Any] = _with_variables(schema)
    return open_to_variables


def _discriminated(definition: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """A connector's options with `kind` required, which tells editors which options are meant."""
    required = dict.fromkeys(("kind", *definition.get("required", ())))
    of_kind = {**definition.get("properties", {}).get("kind", {}), "const": kind}
    properties = {"kind": of_kind, **{k: v for k, v in definition.get("properties", {}).items() if k != "kind"}}
    return {"additionalProperties": False, **definition, "properties": properties, "required": list(required)}


def _with_variables(node: Any) -> Any:
    """The schema, in which each number and truth value may also be a `${ENV}`."""
    if isinstance(node, list):
        return [_with_variables(inner) for inner in node]
    if not isinstance(node, dict):
        return node
    if node.get("type") in ("integer", "number", "boolean"):
        hints = {key: node[key] for key in ("description", "default", "title") if key in node}
        bare = {key: value for key, value in node.items() if key not in hints}
        return {"anyOf": [bare, _variable()], **hints}
    return {key: _with_variables(inner) for key, inner in node.items()}
