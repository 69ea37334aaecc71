"""The catalogue of behaviors: what people do besides answering by the book. Rates are METHODS §1's census mix."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from prebeta.behaviors.base import Behavior, Decision, Situation
from prebeta.behaviors.detours import Clarify, CorrectFact, GoalQuestion, NotSure, OutOfDomain
from prebeta.behaviors.manner import FormatVariant, Impatience, OneWord, OverInform, OwnWords

CATALOGUE: Mapping[str, Behavior] = MappingProxyType(
    {
        behavior.name: behavior
        for behavior in (
            CorrectFact(), Clarify(), GoalQuestion(), OutOfDomain(), NotSure(),
            OverInform(), OneWord(), FormatVariant(), OwnWords(), Impatience(),
        )
    }
)  # fmt: skip
"""Name to behavior, in the order in which they are asked: detours first, then how an answer is given.

A change of mind comes before all others: after the confirmation it would be too late.
"""

__all__ = ["CATALOGUE", "Behavior", "Decision", "Situation"]
