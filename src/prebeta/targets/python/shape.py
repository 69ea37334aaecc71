"""How a product's callable wants to be called: with the last text or the history, and with what else beside it."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from prebeta.core.errors import UsageError

Takes = Literal["text", "history"]

_HISTORY_NAMES = frozenset(("messages", "history", "conversation", "msgs"))
_LIST = re.compile(r"(typing\.|collections\.abc\.|t\.)?(list|List|Sequence|MutableSequence|Iterable)\b")
_TEXT = re.compile(r"str\b")
_SESSION_NAMES = ("session", "session_id", "conversation_id", "thread_id", "chat_id")
_BESIDE = frozenset((*_SESSION_NAMES, "seed", "account", "payload"))
_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
_VARIABLE = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)


class WrongSignature(UsageError):
    """A callable that can't be called as a product; the message shows what was expected and what is there."""


@dataclass(frozen=True, slots=True)
class Shape:
    """How to call a function: what its first argument is, and which of session, seed, account, payload it takes.

    `first` is the keyword to pass it by, where it isn't the first parameter. `beside` maps a parameter's name to the
    value it gets.
    """

    takes: Takes
    first: str | None
    beside: Mapping[str, str]
    is_async: bool

    def positional(self, said: Any) -> tuple[Any, ...]:
        return () if self.first is not None else (said,)

    def keywords(self, said: Any, values: Mapping[str, Any]) -> dict[str, Any]:
        given = {name: values[value] for name, value in self.beside.items() if value in values}
        if self.first is not None:
            given[self.first] = said
        return given


def is_async(function: Callable[..., Any]) -> bool:
    """Whether calling it gives a coroutine, as far as can be told beforehand."""
    if inspect.iscoroutinefunction(function):
        return True
    wrapped = getattr(function, "func", None)  # functools.partial
    if wrapped is not None and inspect.iscoroutinefunction(wrapped):
        return True
    return inspect.iscoroutinefunction(type(function).__call__)


def of(function: Callable[..., Any], name: str, given: Collection[str] = ()) -> Shape:
    """The shape of a callable that answers a user; `given` are parameters bound elsewhere.

    Raises WrongSignature.
    """
    parameters = _parameters(function)
    if parameters is None:  # some builtins tell nothing
        return Shape("text", None, {}, is_async(function))
    free = [one for one in parameters if one.name not in given and one.name not in _BESIDE]
    first = next((one for one in free if one.kind in (*_POSITIONAL, inspect.Parameter.VAR_POSITIONAL)), None)
    unknown = [one for one in free if one is not first and _is_required(one)]
    if first is None or unknown:
        got = f"{name}({', '.join(one.name for one in parameters)})"
        verb = name.rpartition(".")[2] if name.endswith(".send") else "f"
        raise WrongSignature(f"expected {verb}(text) or {verb}(messages); got {got}")
    by_keyword = first is not parameters[0] and first.kind is inspect.Parameter.POSITIONAL_OR_KEYWORD
    return Shape(_takes(first), first.name if by_keyword else None, beside(parameters, given), is_async(function))


def beside_of(function: Callable[..., Any], given: Collection[str] = ()) -> Mapping[str, str]:
    """Which of session, seed, account a constructor, factory or start takes. Raises WrongSignature if it needs more."""
    parameters = _parameters(function)
    if parameters is None:
        return {}
    needed = [one for one in parameters if one.name not in given and one.name not in _BESIDE and _is_required(one)]
    if needed:
        name = getattr(function, "__qualname__", repr(function))
        missing = ", ".join(one.name for one in needed)
        raise WrongSignature(f"{name} needs {missing}: give it under target.arguments")
    return beside(parameters, given)


def can_take_words(function: Callable[..., Any], given: Collection[str]) -> bool:
    """Whether any parameter is left for what the user says; a function without one makes products."""
    parameters = _parameters(function)
    return parameters is None or any(
        one.name not in given and one.name not in _BESIDE and one.kind is not inspect.Parameter.VAR_KEYWORD
        for one in parameters
    )


def config_of(function: Callable[..., Any]) -> str | None:
    """The parameter that takes LangChain's RunnableConfig, as functions that make graphs have one."""
    return next((one.name for one in _parameters(function) or () if "RunnableConfig" in str(one.annotation)), None)


def beside(parameters: Sequence[inspect.Parameter], given: Collection[str] = ()) -> dict[str, str]:
    return {
        one.name: "session" if one.name in _SESSION_NAMES else one.name
        for one in parameters
        if one.name in _BESIDE and one.name not in given and one.kind is not inspect.Parameter.POSITIONAL_ONLY
    }


def _parameters(function: Callable[..., Any]) -> list[inspect.Parameter] | None:
    try:
        return list(inspect.signature(function).parameters.values())
    except (ValueError, TypeError):
        return None


def _is_required(parameter: inspect.Parameter) -> bool:
    return parameter.default is inspect.Parameter.empty and parameter.kind not in _VARIABLE


def _takes(parameter: inspect.Parameter) -> Takes:
    annotation = parameter.annotation
    if annotation is not inspect.Parameter.empty:
        words = annotation if isinstance(annotation, str) else inspect.formatannotation(annotation)
        if _LIST.match(words):
            return "history"
        if _TEXT.match(words):
            return "text"
    return "history" if parameter.name.lower() in _HISTORY_NAMES else "text"
