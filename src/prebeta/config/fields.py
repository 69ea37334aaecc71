"""The types of single fields: text as written, regular expressions, JMESPath, shares, names of functions.

Shorthands are turned into their long form before validation: so an error has one place and not one per alternative.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable, Mapping
from typing import Annotated, Any, Literal, TypeAlias

import jmespath
from jmespath.exceptions import JMESPathError
from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, WithJsonSchema

SECTION = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True, populate_by_name=True)
"""Settings of every section: unknown keys are errors, and input (it may hold a secret) is never put into a message."""

_PERCENT = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*%\s*")
_MODULE_ATTRIBUTE = re.compile(r"[A-Za-z_][\w.]*:[A-Za-z_][\w.]*")


def as_written(value: Any) -> Any:
    """A number or truth value as the person wrote it, where a text is expected; anything else unchanged."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return getattr(value, "written", None) or str(value)
    return value


def listed(value: Any) -> Any:
    """A single text as a list of one, nothing as an empty list."""
    if value is None:
        return []
    return [value] if isinstance(value, str | int | float) else value


def as_rate(value: Any) -> Any:
    """A percentage ("5%") as a share; anything else unchanged."""
    found = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    return value if found is None else float(found[1]) / 100


def checked_regex(pattern: str) -> str:
    """The pattern itself. Raises ValueError that says where it is wrong."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", FutureWarning)
            re.compile(pattern, re.IGNORECASE)
    except (re.error, FutureWarning, OverflowError, RecursionError) as error:
        raise ValueError(f"not a regular expression: {error}") from None
    return pattern


def checked_jmespath(expression: str) -> str:
    """The expression itself. Raises ValueError that says where it is wrong."""
    try:
        jmespath.compile(expression)
    except JMESPathError as error:
        reason = str(error).splitlines()[0].rstrip(":. ")
        raise ValueError(f"not a JMESPath: {reason}") from None
    return expression


def checked_function(value: Any) -> Any:
    """`module:attribute`, or in Python the function itself."""
    if callable(value) or (isinstance(value, str) and _MODULE_ATTRIBUTE.fullmatch(value)):
        return value
    raise ValueError("should name a function as module:attribute")


def is_module_attribute(value: object) -> bool:
    """Whether a text has the form module:attribute."""
    return isinstance(value, str) and _MODULE_ATTRIBUTE.fullmatch(value) is not None


def as_values(value: Any) -> Any:
    """Slot values as value -> other ways to say it, from a list or a mapping. Raises ValueError where one is twice."""
    if isinstance(value, Mapping):
        return value
    if not isinstance(value, list | tuple):
        raise ValueError("should be a list of values, or a mapping from value to other ways to say it")
    written: dict[str, list[str]] = {}
    for entry in value:
        text = as_written(entry)
        if not isinstance(text, str):
            raise ValueError("each value should be a text; for other ways to say it write {value: [words, …]}")
        if text in written:
            raise ValueError(f"the value {text!r} is given twice")
        written[text] = []
    return written


def text_schema() -> dict[str, Any]:
    """JSON Schema of a text; what YAML reads as a number or truth value counts as written."""
    return {"type": ["string", "number", "boolean"]}


def _texts_schema() -> dict[str, Any]:
    return {"anyOf": [text_schema(), {"type": "array", "items": text_schema()}]}


def _rate_schema() -> dict[str, Any]:
    percentage = {"type": "string", "pattern": "^\\s*[0-9]+(\\.[0-9]+)?\\s*%\\s*$"}
    return {"anyOf": [{"type": "number", "minimum": 0, "maximum": 1}, percentage]}


def values_list_schema() -> dict[str, Any]:
    """JSON Schema of slot values as a list."""
    return {"type": "array", "items": text_schema(), "minItems": 1}


def _values_schema() -> dict[str, Any]:
    words = {"anyOf": [*_texts_schema()["anyOf"], {"type": "null"}]}
    return {"anyOf": [values_list_schema(), {"type": "object", "additionalProperties": words}]}


def function_schema() -> dict[str, Any]:
    """JSON Schema of module:attribute."""
    return {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_.]*$"}


def or_short(short: dict[str, Any]) -> Callable[[dict[str, Any]], None]:
    """For `json_schema_extra`: the section may also be written in this short form."""

    def put_beside(schema: dict[str, Any]) -> None:
        whole = dict(schema)
        schema.clear()
        schema["anyOf"] = [short, whole]
        if "description" in whole:
            schema["description"] = whole["description"]

    return put_beside


_NonEmpty: TypeAlias = Annotated[str, Field(min_length=1)]
Text: TypeAlias = Annotated[_NonEmpty, BeforeValidator(as_written), WithJsonSchema(text_schema())]
Texts: TypeAlias = Annotated[tuple[Text, ...], BeforeValidator(listed), WithJsonSchema(_texts_schema())]
Values: TypeAlias = Annotated[
    dict[Text, Texts], Field(min_length=1), BeforeValidator(as_values), WithJsonSchema(_values_schema())
]
Regex: TypeAlias = Annotated[
    _NonEmpty, BeforeValidator(as_written), AfterValidator(checked_regex), WithJsonSchema(text_schema())
]
JmesPath: TypeAlias = Annotated[_NonEmpty, AfterValidator(checked_jmespath), WithJsonSchema({"type": "string"})]
Function: TypeAlias = Annotated[Any, BeforeValidator(checked_function), WithJsonSchema(function_schema())]
Share: TypeAlias = Annotated[float, Field(ge=0, le=1)]
Rate: TypeAlias = Annotated[Share, BeforeValidator(as_rate), WithJsonSchema(_rate_schema())]
Match: TypeAlias = Literal["contains", "exact", "option", "date", "id", "number"]
