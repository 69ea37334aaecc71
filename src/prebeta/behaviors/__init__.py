"""The catalogue of behaviors: what people do besides answering by the book. Rates are METHODS §1's census mix."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from prebeta import plugins
from prebeta.behaviors.asides import (
    AsksHuman,
    FalseClaim,
    IgnoresOptions,
    Injection,
    Leaves,
    Repeats,
    Scepticism,
    Silence,
    StalePress,
    TopicSwitch,
    UnderInform,
)
from prebeta.behaviors.base import Behavior, Decision, Interceptor, Situation
from prebeta.behaviors.detours import Clarify, Contradicts, CorrectFact, GoalQuestion, NotSure, OutOfDomain
from prebeta.behaviors.manner import FormatVariant, Impatience, OneWord, OverInform, OwnWords
from prebeta.behaviors.noise import Emoji, Hostility, Mistype, OtherLanguage, PasteLong, RefersBack, TwoIntents
from prebeta.core.errors import UsageError

CATALOGUE: Mapping[str, Behavior] = MappingProxyType(
    {
        behavior.name: behavior
        for behavior in (
            *(Leaves(), CorrectFact(), Contradicts()),
            *(Clarify(), GoalQuestion(), OutOfDomain(), NotSure(), UnderInform(), TopicSwitch(), Repeats()),
            *(AsksHuman(), FalseClaim(), Scepticism(), Silence(), Injection(), IgnoresOptions(), StalePress()),
            *(RefersBack(), OwnWords(), OverInform(), FormatVariant(), Mistype(), TwoIntents()),
            *(Impatience(), Hostility(), PasteLong(), OneWord(), OtherLanguage(), Emoji()),
        )
    }
)
"""Name to behavior. A change of mind comes before all others, since after the confirmation it would be too late; how an
answer is given comes after whether one is given; what needs a quick reply comes before what is typed anyhow, and the
bare word after all that would stand beside it."""


def catalogue(own: Iterable[str] = ()) -> Mapping[str, Behavior]:
    """Ours, the installed ones (entry points `prebeta.behavior`) and `own`, named `module:Class`, by name.

    Raises UsageError for one that can't be loaded or has no `apply`.
    """
    found = dict(CATALOGUE)
    for name in (*plugins.names("behavior"), *own):
        loaded = plugins.load("behavior", name)
        behavior = loaded() if isinstance(loaded, type) else loaded
        if not callable(getattr(behavior, "apply", None)):
            raise UsageError(f"behavior {name!r} has no method apply(decision, situation, rng)")
        found[name] = behavior
    return MappingProxyType(found)


__all__ = ["CATALOGUE", "Behavior", "Decision", "Interceptor", "Situation", "catalogue"]
