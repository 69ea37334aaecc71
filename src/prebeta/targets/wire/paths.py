"""Paths into a product's answers: the JMESPath expressions of a project, compiled once a run."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeAlias

import jmespath
from jmespath.exceptions import JMESPathError

from prebeta.core.types import Json
from prebeta.targets.wire.reply import WrongShape

Finder: TypeAlias = Callable[[Json], Json]
"""What a path finds in an answer, None for nothing. Raises NotFollowed."""

_PLAIN_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_SHOWN = 300


class NotFollowed(WrongShape):
    """A path met something that it can't go on with, such as a function of texts a number."""


def finder(expression: str, option: str) -> Finder:
    """A path as a function; `option` is where the project gives it (`reply.messages`), for what is said when it can't be
    followed. One that is a single name, as most are, needs no interpreter."""
    if _PLAIN_NAME.fullmatch(expression):
        return lambda answer: answer.get(expression) if isinstance(answer, dict) else None
    search = jmespath.compile(expression).search

    def find(answer: Json) -> Json:
        try:
            # JMESPath knows no subclasses of str.
            found: Json = search(str(answer) if isinstance(answer, str) else answer)
        except JMESPathError as error:
            told = " ".join(str(error).split())[:_SHOWN]
            raise NotFollowed(f"{option}: {expression!r} can't be followed: {told}") from error
        return found

    return find


def finder_or_none(expression: str | None, option: str) -> Finder | None:
    """`finder` of what a project may leave out."""
    return None if expression is None else finder(expression, option)


def found(path: Finder | None, answer: Json) -> Json:
    """What a path finds; None where the project gives none. Raises NotFollowed."""
    return None if path is None else path(answer)


def finds_nothing(path: Finder, answer: Json) -> bool:
    """Whether there is nothing where a path leads, or it leads nowhere."""
    try:
        return path(answer) is None
    except NotFollowed:
        return True
