"""Which agent framework a Python object comes from, told by its classes: nothing of theirs is imported for it."""

from __future__ import annotations

from typing import Any, Literal

Kind = Literal["langgraph", "langchain", "pydantic-ai"]

# (package, class): an object with such a class among its bases is of that kind; the first that fits.
_MARKS: tuple[tuple[str, str, Kind], ...] = (
    ("langgraph", "Pregel", "langgraph"),
    ("langgraph", "StateGraph", "langgraph"),  # not compiled yet
    ("langchain_core", "Runnable", "langchain"),
    ("pydantic_ai", "AbstractAgent", "pydantic-ai"),
    ("pydantic_ai", "Agent", "pydantic-ai"),
)


def kind_of(found: Any) -> Kind | None:
    """The framework whose agent this object is; None for a class, and for whatever isn't an agent."""
    bases = {(base.__module__.partition(".")[0], base.__name__) for base in type(found).__mro__}
    return next((kind for package, name, kind in _MARKS if (package, name) in bases), None)


def is_agent(found: Any) -> bool:
    return kind_of(found) is not None


def has_base(found: Any, package: str, name: str) -> bool:
    """Whether a class of that name and package is among the object's own."""
    return any(base.__name__ == name and base.__module__.partition(".")[0] == package for base in type(found).__mro__)
