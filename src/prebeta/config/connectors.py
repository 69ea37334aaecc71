"""`target` and `models`: the options of connectors and LLMs, found by `kind` and validated by their own models."""

from __future__ import annotations

import difflib
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from prebeta import plugins
from prebeta.config.complaints import Complaint, as_validation
from prebeta.config.fields import is_module_attribute
from prebeta.core.errors import UsageError


def options(value: Any) -> BaseModel:
    """The options of a connector, from a mapping with `kind`, a URL, module:function, a callable, or made before.

    Raises ValueError that names the known kinds, pydantic's ValidationError where the connector refuses its options.
    """
    if isinstance(value, BaseModel):
        return value
    document = long_form(value)
    if not isinstance(document, Mapping):
        raise ValueError("should be a mapping with kind, a URL, or module:function")
    if "kind" not in document:
        raise ValueError(f"kind is missing; one of: {', '.join(plugins.names('target'))}")
    try:
        connector = model(document["kind"])
    except ValueError as error:
        raise as_validation([Complaint(("kind",), str(error))]) from None
    return connector.model_validate(dict(document))


def long_form(value: Any) -> Any:
    """The mapping behind a shorthand; anything else unchanged."""
    if isinstance(value, str) and value.lower().startswith(("http://", "https://")):
        return {"kind": "http", "url": value}
    if isinstance(value, str) and value.lower().startswith(("ws://", "wss://")):
        return {"kind": "websocket", "url": value}
    if is_module_attribute(value) or (callable(value) and not isinstance(value, BaseModel)):
        return {"kind": "python", "function": value}
    return value


def model(kind: Any) -> type[BaseModel]:
    """The options' model of a kind of target. Raises ValueError that names the known ones."""
    known = plugins.names("target")
    if kind not in known and not is_module_attribute(kind):
        near = difflib.get_close_matches(str(kind), known, n=1)
        hint = f"did you mean {near[0]!r}? " if near else ""
        raise ValueError(f"unknown kind of target {kind!r}; {hint}known: {', '.join(known)}, or module:Class")
    try:
        connector = plugins.load("target", kind)
    except UsageError as error:
        raise ValueError(str(error)) from None
    found = getattr(connector, "Options", None)
    if not (isinstance(found, type) and issubclass(found, BaseModel)):
        raise ValueError(f"the connector {kind!r} has no pydantic model Options")
    return found


def model_options(value: Any) -> BaseModel:
    """The options of an LLM under `models`. Raises ValueError that names the known kinds, pydantic's ValidationError."""
    if isinstance(value, BaseModel):
        return value
    document = plugins.attribute("prebeta.models.options:long_form")(value)  # models stand on our own layer
    if not isinstance(document, Mapping):
        raise ValueError("should be a mapping with kind, or module:function")
    try:
        kind: type[BaseModel] = plugins.attribute("prebeta.models.options:options_of")(document.get("kind"))
    except ValueError as error:
        raise as_validation([Complaint(("kind",), str(error))]) from None
    return kind.model_validate(dict(document))


@contextmanager
def importable(folder: Path) -> Iterator[None]:
    """Modules in the project's folder can be imported meanwhile."""
    place = str(folder.resolve())
    sys.path.insert(0, place)
    try:
        yield
    finally:
        if place in sys.path:
            sys.path.remove(place)
