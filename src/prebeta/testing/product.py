"""A product that says what a test says."""

from __future__ import annotations

import asyncio
import inspect
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any

from prebeta.core.errors import Closed, Crashed, Malformed, TargetError, UsageError
from prebeta.core.protocols import OpenContext, Session
from prebeta.core.types import Json

Answers = Sequence[Any] | Mapping[str, Any] | Callable[[str], Any]


@dataclass(frozen=True, slots=True)
class Late:
    """An answer that takes its time."""

    seconds: float
    answer: Any


def late(seconds: float, answer: Any = "") -> Late:
    """An answer after so many seconds; beyond the project's limits that is a time-out."""
    return Late(seconds, answer)


def crash(detail: str = "internal error") -> TargetError:
    """The product breaks."""
    return Crashed(detail)


def malformed(raw: str = "<html>") -> TargetError:
    """An answer in no shape that a project could declare."""
    return Malformed("the answer is in no known shape", raw)


def hang_up() -> TargetError:
    """The connection breaks off."""
    return Closed("the connection was closed")


class ScriptedProduct:
    """A product whose answers are written down. May stand wherever a product does: in `hold`, as `Project(target=…)`.

    `answers` are one of: a list, the answers to the 1st, 2nd, … message of each conversation, the last one again after
    that; a mapping of regular expressions (any case) to answers, the first that is found in what the user said counts,
    the empty one fits all; a function of the text, sync or async. An answer is whatever a Python product may return: a
    text, a list of texts, a dict with messages, options, state, ended, …, a Reply; or one of the faults: an exception
    to be raised, `late(…)`, `crash()`, `malformed()`, `hang_up()`, "" for nothing at all.

    `opening` is what it says first. `faults` maps the number of a user's message (0: the opening) to what comes instead
    of the answer. `heard` are the user's texts, a list a conversation, in the order in which they began.
    """

    prebeta_inline = True

    def __init__(
        self, answers: Answers = ("OK.",), opening: Any = "", faults: Mapping[int, Any] = MappingProxyType({})
    ) -> None:
        if isinstance(answers, str) or (isinstance(answers, Sequence) and not answers):
            raise UsageError("give the answers as a list with at least one, a mapping of patterns, or a function")
        self._answers, self._opening, self._faults = answers, opening, dict(faults)
        self.heard: list[list[str]] = []

    def __call__(self) -> _Conversation:
        """A new conversation, as a Python product's factory makes it."""
        self.heard.append([])
        return _Conversation(self, self.heard[-1])

    def open(self, context: OpenContext) -> AbstractAsyncContextManager[Session]:
        """A new conversation, as a target opens it."""
        from prebeta.targets.python.options import PythonOptions
        from prebeta.targets.python.target import PythonTarget

        return PythonTarget(PythonOptions(function=self), Path()).open(context)

    async def answer(self, number: int, text: str) -> Json:
        """What it says to the user's message of this number. Raises what the script says."""
        found = self._faults.get(number, _UNSET)
        if found is _UNSET:
            found = self._opening if number == 0 else self._written(number, text)
        if inspect.isawaitable(found):
            found = await found
        if isinstance(found, Late):
            await asyncio.sleep(found.seconds)
            found = found.answer
        if isinstance(found, BaseException):
            raise found.with_traceback(None)
        return found

    def _written(self, number: int, text: str) -> Any:
        answers = self._answers
        if isinstance(answers, Mapping):
            for pattern, answer in answers.items():
                if re.search(pattern, text, re.IGNORECASE):
                    return answer
            return Crashed(f"the script has no answer to {text!r}; give one under the empty pattern")
        if isinstance(answers, Sequence):
            return answers[min(number, len(answers)) - 1]
        return answers(text)


class _Conversation:
    """One conversation with it."""

    prebeta_inline = True

    def __init__(self, product: ScriptedProduct, heard: list[str]) -> None:
        self._product, self._heard = product, heard

    async def start(self) -> Json:
        return await self._product.answer(0, "")

    async def send(self, text: str) -> Json:
        self._heard.append(text)
        return await self._product.answer(len(self._heard), text)


_UNSET = object()
