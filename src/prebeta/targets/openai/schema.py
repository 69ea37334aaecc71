"""What a function tells a model about itself: name, description, and the JSON Schema of its arguments."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from typing import Any, get_type_hints

from pydantic import BaseModel, ConfigDict, Field, create_model
from pydantic.errors import PydanticUserError

from prebeta.core.errors import UsageError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Json

_ARGUMENT = re.compile(
    r"^\s*:param\s+(?:[\w.\[\]]+\s+)?(\w+)\s*:\s*(.+)$|^\s+\*{0,2}(\w+)\s*(?:\([^)]*\))?\s*:\s*(.+)$"
)
_SECTION = re.compile(
    r"^\s*(args|arguments|parameters|returns?|raises|yields|examples?|notes?)\s*:?\s*$", re.IGNORECASE
)
_STRICT_ARGUMENTS = ConfigDict(extra="forbid", arbitrary_types_allowed=True)


def ours(parameter: inspect.Parameter, hint: Any) -> str | None:
    """What we put into a parameter that is not the model's: session, or context."""
    if hint is OpenContext:
        return "context"
    return "session" if parameter.name == "session" else None


def signature(function: Callable[..., Any], name: str) -> tuple[dict[str, inspect.Parameter], dict[str, Any]]:
    """Parameters and their annotations. Raises UsageError where they can't be had."""
    try:
        parameters = dict(inspect.signature(function).parameters)
        return parameters, get_type_hints(_told_by(function), include_extras=True)
    except (ValueError, TypeError, NameError) as error:
        raise UsageError(f"target.tools: the signature of {name} can't be read ({error}); give its schema") from error


def _told_by(function: Callable[..., Any]) -> Any:
    """What carries annotations and docstring: of a callable object, its `__call__`."""
    return function if inspect.isroutine(function) or inspect.isclass(function) else type(function).__call__


def arguments_of(function: Callable[..., Any], name: str) -> type[BaseModel]:
    """A model of the arguments that an LLM gives. Raises UsageError for a function that can't be told to one."""
    parameters, hints = signature(function, name)
    told = dict(_told_arguments(inspect.getdoc(_told_by(function)) or ""))
    fields: dict[str, Any] = {}
    for parameter in parameters.values():
        hint = hints.get(parameter.name, Any)
        if ours(parameter, hint) is not None or parameter.kind is inspect.Parameter.VAR_KEYWORD:
            continue
        if parameter.kind in (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.POSITIONAL_ONLY):
            raise UsageError(f"target.tools: {name} takes arguments without names; give it named ones")
        default = ... if parameter.default is inspect.Parameter.empty else parameter.default
        fields[parameter.name] = (hint, Field(default, description=told.get(parameter.name)))
    try:
        return create_model(name, __config__=_STRICT_ARGUMENTS, **fields)
    except (PydanticUserError, NameError, ValueError, TypeError) as error:
        line = str(error).splitlines()[0]
        raise UsageError(f"target.tools: no schema can be made of {name} ({line}); give its schema") from error


def schema_of(arguments: type[BaseModel], name: str) -> dict[str, Json]:
    """The JSON Schema of such a model, without pydantic's titles. Raises UsageError."""
    try:
        found: dict[str, Json] = _untitled(arguments.model_json_schema())
    except PydanticUserError as error:
        line = str(error).splitlines()[0]
        raise UsageError(f"target.tools: no schema can be made of {name} ({line}); give its schema") from error
    return {"type": "object", "properties": {}, **found}


def description_of(function: Callable[..., Any]) -> str:
    """The first paragraph of the docstring, in one line."""
    paragraph = (inspect.getdoc(_told_by(function)) or "").split("\n\n", maxsplit=1)[0]
    return " ".join(line for line in paragraph.split("\n") if not _ARGUMENT.match(line)).strip()


def _told_arguments(doc: str) -> list[tuple[str, str]]:
    """(name, description) of arguments as docstrings commonly tell them: `Args:` with `name: text`, or `:param name: text`."""
    inside, found = False, []
    for line in doc.split("\n"):
        section = _SECTION.match(line)
        if section:
            inside = section[1].lower() in ("args", "arguments", "parameters")
            continue
        match = _ARGUMENT.match(line)
        if match and (match[1] or inside):
            found.append((match[1] or match[3], (match[2] or match[4]).strip()))
    return found


def _untitled(schema: Json) -> Json:
    """A schema without its titles; a property of that name stays."""
    if isinstance(schema, list):
        return [_untitled(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    return {
        key: {name: _untitled(one) for name, one in value.items()}
        if key in ("properties", "$defs")
        else _untitled(value)
        for key, value in schema.items()
        if key != "title"
    }
