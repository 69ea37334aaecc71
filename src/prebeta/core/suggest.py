"""What a person may have meant who wrote a name that isn't known."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

_MOST_LOOKED_AT = 5_000


def suggestion(name: str, known: Iterable[str], otherwise: str, most: int = 1) -> str:
    """ "did you mean 'agenda'?" with at most so many of the known names that are like this one, whatever their case;
    `otherwise` where none is."""
    by_folded = {each.casefold(): each for each in sorted(known)[:_MOST_LOOKED_AT]}
    near = difflib.get_close_matches(name.casefold(), by_folded, n=most)
    return f"did you mean {', '.join(repr(by_folded[each]) for each in near)}?" if near else otherwise
