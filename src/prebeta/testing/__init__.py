"""Doubles for tests: a product, a user and a model that do what a test says, and one conversation between any two.

For prebeta's own tests and for yours: test a product with a scripted user, or your judges, end state and `answers` with
a scripted product. Nothing here needs pytest, a network or a key. Where a model is at work, ScriptedModel stands for it;
ModelServer is one behind a real connection, on this machine, with the faults that providers have.
"""

from __future__ import annotations

from prebeta.testing.holding import (
    ahold,
    assessment_of,
    averdicts_of,
    hold,
    scenario,
    verdicts_of,
)
from prebeta.testing.model import ScriptedModel
from prebeta.testing.model_server import ModelFaults, ModelServer
from prebeta.testing.model_wires import ModelCall, ToolCalls
from prebeta.testing.product import ScriptedProduct, crash, hang_up, late, malformed
from prebeta.testing.user import ScriptedUser, press, say

__all__ = [
    "ModelCall",
    "ModelFaults",
    "ModelServer",
    "ScriptedModel",
    "ScriptedProduct",
    "ScriptedUser",
    "ToolCalls",
    "ahold",
    "assessment_of",
    "averdicts_of",
    "crash",
    "hang_up",
    "hold",
    "late",
    "malformed",
    "press",
    "say",
    "scenario",
    "verdicts_of",
]
