"""A model that says what a test says."""

from __future__ import annotations

import asyncio
import inspect
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from prebeta.core.errors import ModelError, UsageError
from prebeta.core.protocols import Completion, ModelRequest
from prebeta.models.schema import mismatch
from prebeta.testing.product import Late

ModelAnswers = Sequence[Any] | Callable[[ModelRequest], Any]


class ScriptedModel:
    """A model whose answers are written down. May stand wherever a Model does.

    `answers` are a list, the answers to the 1st, 2nd, … request, the last one again after that; or a function of the
    request, sync or async. An answer is a text; JSON where the request has a schema (a text is then read as JSON); a
    Completion; an exception to be raised; or `late(seconds, answer)`. `requests` are the requests in their order.

    Raises ModelError, as a real model would, where JSON is asked for and the answer doesn't fit the schema.
    """

    def __init__(self, answers: ModelAnswers = ("OK.",)) -> None:
        if isinstance(answers, str) or (isinstance(answers, Sequence) and not answers):
            raise UsageError("give the answers as a list with at least one, or a function")
        self._answers = answers
        self.requests: list[ModelRequest] = []

    async def complete(self, request: ModelRequest) -> Completion:
        self.requests.append(request)
        answers = self._answers
        found = (
            answers[min(len(self.requests), len(answers)) - 1] if isinstance(answers, Sequence) else answers(request)
        )
        if inspect.isawaitable(found):
            found = await found
        if isinstance(found, Late):
            await asyncio.sleep(found.seconds)
            found = found.answer
        if isinstance(found, BaseException):
            raise found.with_traceback(None)
        return found if isinstance(found, Completion) else _completion(found, request.schema)


def _completion(found: Any, schema: Mapping[str, Any] | None) -> Completion:
    text = found if isinstance(found, str) else json.dumps(found)
    if schema is None:
        return Completion(text)
    try:
        data = json.loads(text)
    except ValueError as error:
        raise ModelError(f"the scripted answer isn't JSON, which the request asks for: {text[:80]!r}") from error
    problem = mismatch(data, schema)
    if problem is not None:
        raise ModelError(f"the scripted answer doesn't fit the request's schema: {problem}")
    return Completion(text, data)
