"""Mends typing errors, for messages that make no sense as they stand."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from functools import cache, lru_cache
from types import MappingProxyType

from prebeta.demo.dates import MONTHS, WEEKDAYS
from prebeta.demo.places import NAMES

_KNOWN = (
    "online shop store website person invoice link app restaurant café subscriptions subscription "
    "services service market stall consulting freelance bakery boutique membership webshop business "
    "channel country volume start email address mean explain clarify understand need why what which when "
    "where how fees fee cost costs price payout payouts contract setup terminal terminals refund refunds "
    "chargeback chargebacks currencies currency security data account support payment payments sure know "
    "idea skip actually sorry meant change instead tomorrow today next month week immediately possible "
    "correct right wrong human agent hurry joke poem weather football politics recipe capital under over "
    "thousand"
)
_RIGHT = frozenset(
    [
        "much",
        "many",
        "more",
        "most",
        "must",
        "have",
        "time",
        "make",
        "made",
        "such",
        "that",
        "this",
        "there",
        "their",
        "they",
        "them",
        "then",
        "than",
        "here",
        "like",
        "long",
        "last",
        "late",
        "little",
        "less",
        "only",
        "over",
        "with",
        "what",
        "when",
        "would",
        "could",
        "should",
        "please",
        "thanks",
        "thank",
        "quick",
        "annoying",
        "waste",
        "hard",
        "really",
        "speed",
        "want",
        "give",
        "tell",
        "said",
        "same",
        "some",
        "soon",
        "very",
        "your",
        "mine",
        "yours",
        "does",
        "done",
        "will",
        "about",
        "around",
        "other",
        "first",
        "second",
        "third",
        "fourth",
        "fifth",
        "take",
        "took",
        "rather",
        "maybe",
        "perhaps",
        "probably",
        "honestly",
        "certain",
        "person",
        "talk",
        "need",
        "right",
        "correct",
        "well",
        "just",
    ]
)
"""Common words that are right as they stand, however near they are to one of ours."""
_WORD = re.compile(r"[a-zà-ÿ]{4,}")


@cache
def _vocabulary() -> Mapping[str, tuple[str, ...]]:
    days = {name.lower() for name in (*MONTHS, *WEEKDAYS)}
    words = {*_KNOWN.split(), *days, *(name for name in NAMES if " " not in name)}
    initials = {word[0] for word in words}
    return MappingProxyType(
        {initial: tuple(sorted(word for word in words if word[0] == initial and len(word) > 3)) for initial in initials}
    )


@lru_cache(maxsize=4096)
def respell(text: str) -> str:
    """The lower-case text with words of four letters and more put right where a known word is very near."""

    def mended(hit: re.Match[str]) -> str:
        word = hit.group()
        known = _vocabulary().get(word[0], ())
        if word in known or word in _RIGHT:
            return word
        # Two letters swapped in a short word already bring the likeness down to 0.75.
        least = 0.74 if len(word) < 6 else 0.79
        near = difflib.get_close_matches(word, [one for one in known if abs(len(one) - len(word)) < 3], 1, least)
        return near[0] if near else word

    return _WORD.sub(mended, text)
