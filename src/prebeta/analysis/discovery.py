"""How many failure modes are still unseen, and what the next conversations will add.

Sources: Chao (1984), bias-corrected form; the extrapolation to m more individuals is that of Colwell et al.
(2012), "Models and estimators linking individual-based and sample-based rarefaction, extrapolation and
comparison of assemblages"; its slope at m = 0 is the Good–Turing chance of a new kind, about f1/n.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Sized
from dataclasses import dataclass

AHEAD = 100


@dataclass(frozen=True, slots=True)
class Discovery:
    """Modes seen, how many there are by estimate, and how many new ones 100 more conversations should
    bring."""

    seen: int
    estimated: float | None
    next_100: float | None


def chao1(counts: Iterable[int]) -> float:
    """Estimated number of kinds in all, from how often each was seen (bias-corrected Chao1)."""
    seen = [count for count in counts if count > 0]
    once, twice = seen.count(1), seen.count(2)
    return len(seen) + once * (once - 1) / (2 * (twice + 1))


def expected_new(counts: Iterable[int], drawn: int, ahead: int = AHEAD) -> float:
    """How many kinds not seen in `drawn` conversations the next `ahead` should show."""
    seen = [count for count in counts if count > 0]
    once = seen.count(1)
    if drawn <= 0 or once == 0:
        return 0.0
    unseen = chao1(seen) - len(seen)
    if unseen == 0:
        # One single sighting: Chao1 sees nothing beyond it, Good–Turing still gives the next one its chance.
        return 1.0 - (1.0 - once / drawn) ** ahead
    return unseen * (1.0 - (1.0 - once / (drawn * unseen + once)) ** ahead)


def discover(modes: Sequence[Sized], conversations: int) -> Discovery:
    """From the failure modes of a run, each with its cases (one a conversation). From no conversations, no estimates."""
    counts = [len(mode) for mode in modes]
    if conversations == 0:
        return Discovery(0, None, None)
    return Discovery(len(counts), round(chao1(counts), 2), round(expected_new(counts, conversations), 2))
