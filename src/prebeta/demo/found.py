"""A value found in a text, and which of several is meant."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

_NEGATED = re.compile(
    r"(?:\bnot|n't|\binstead of|\brather than|\bno longer|\bwithout)\s+"
    r"(?:(?:in|on|by|a|an|the|my|our|from|for|with|really)\s+)*$"
)


@dataclass(frozen=True, slots=True)
class Found:
    """`value` as it is kept, and where in the text it stood."""

    start: int
    end: int
    value: str


def choose(found: Sequence[Found], text: str, current: str | None) -> str | None:
    """The value meant: not one that is denied, in a correction not the current one but the last other one; else the first."""
    if not found:
        return None
    if len(found) == 1 and not found[0].start:
        return found[0].value
    meant = [one for one in found if not _NEGATED.search(text[max(0, one.start - 40) : one.start])]
    if len(meant) > 1 and current is not None:
        # "I said Monday, but make it Friday": what comes last is the new one.
        meant = [one for one in meant if one.value != current][-1:] or meant
    return meant[0].value if meant else None
