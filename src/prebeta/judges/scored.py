"""Scorers of others as judges: what Braintrust's autoevals calls a scorer, or any function of that shape."""

from __future__ import annotations

import inspect
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

from prebeta.core.errors import JudgeError
from prebeta.core.types import Question, Transcript, Turn, Verdict

_LEAST = 0.5
_KIND = "UNGROUNDED"


def scored(scorer: Any, least: float = _LEAST, kind: str = _KIND) -> ScorerJudge:
    """A judge that has a scorer score the answers to questions that have an `expect`. `scorer` is an object of autoevals, or
    a function of output, expected and input, async or not, that gives a number from 0 to 1, None, or has it as `score`.
    Below `least` is a flaw of that kind; None is unsure."""
    return ScorerJudge(scorer, least, kind)


class ScorerJudge:
    """Scores each answer; made by `scored`."""

    def __init__(self, scorer: Any, least: float, kind: str) -> None:
        self._scorer, self._least, self._kind = scorer, least, kind
        self._name = str(getattr(scorer, "__name__", None) or type(scorer).__name__)

    async def __call__(self, transcript: Transcript) -> Sequence[Verdict]:
        """A verdict for each question that was answered. Raises JudgeError where the scorer gives no score."""
        return [await self._verdict(question, turn) for question, turn in _answers(transcript.turns)]

    async def _verdict(self, question: Question, turn: Turn) -> Verdict:
        ask = getattr(self._scorer, "eval_async", self._scorer)
        found = ask(output=turn.text, expected=question.expect, input=question.ask)
        if inspect.isawaitable(found):
            found = await found
        score = getattr(found, "score", found)
        told = f"scores {score} against {question.expect!r}"
        if score is None:
            return Verdict(self._name, "1", "unsure", turn=turn.index, reason=told)
        if not isinstance(score, int | float) or not 0 <= score <= 1:
            raise JudgeError(f"the scorer {self._name} gave {score!r}; it should be a number from 0 to 1")
        if score >= self._least:
            return Verdict(self._name, "1", "pass", turn=turn.index, reason=told)
        return Verdict(self._name, "1", "fail", self._kind, turn.index, evidence=turn.text, reason=told)


def _answers(turns: Sequence[Turn]) -> Iterator[tuple[Question, Turn]]:
    """Questions that have an `expect`, with the product's turn after each, where it said something."""
    for turn, after in itertools.pairwise(turns):
        question = turn.act.question if turn.act is not None else None
        if question is not None and question.expect is not None and after.reply is not None and after.text.strip():
            yield question, after
