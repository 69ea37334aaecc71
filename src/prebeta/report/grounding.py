"""Whether a sentence about a finding says only what is known of it: no number, name, address or quotation of its own."""

from __future__ import annotations

import re

_LONGEST, _MOST_SENTENCES = 320, 2
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_CAPITAL = re.compile(r"[^\W\d_]*[A-ZÀ-ÖØ-Þ][^\W\d_]*")
_QUOTED = re.compile(r"[“\"«„]([^”\"»“]{1,200})[”\"»“]")
_ADDRESS = re.compile(r"\S+@\S+|https?://\S+|www\.\S+|\b\w+\.(?:com|org|net|io|dev|py|js|ts|java|go)\b", re.I)
_SENTENCE_END = re.compile(r"[.!?…](?=\s|$)")
_COUNTED_WORDS = (
    "two three four five six seven eight nine ten eleven twelve dozen hundred thousand million half third quarter twice "
    "percent majority minority most always never every everyone everybody nobody"
)
_COUNTED = frozenset(_COUNTED_WORDS.split())
"""Words that say how many or how often; they must be in what is known, as figures must."""
_OPENERS_WORDS = (
    "a after an and are as asked at because before being both but by does during each even for from given giving having he "
    "here how however if in instead is it its leaving no not of on once one only or people product rather repeatedly says "
    "several she since so some someone such that the their then there these they this those though to told under until "
    "user users what whatever when whenever where whether which while who whoever with without you"
)
_OPENERS = frozenset(_OPENERS_WORDS.split())
"""Words that may begin a sentence with a capital letter and name nothing."""


def ungrounded(text: str, facts: str) -> str | None:
    """Why a text can't be shown; None where it may. `facts` is all that its writer was told."""
    said = " ".join(text.split())
    if not said:
        return "it is empty"
    if len(said) > _LONGEST or len(_SENTENCE_END.findall(said)) > _MOST_SENTENCES:
        return "it is longer than two sentences"
    known = " ".join(facts.split()).casefold()
    numbers, words = set(_NUMBER.findall(known)), set(_WORD.findall(known))
    for found in _ADDRESS.findall(said):
        if found.casefold().strip(".,;:()") not in known:
            return f"{found!r} isn't in the facts"
    for quoted in _QUOTED.findall(said):
        if quoted.casefold().strip(" .,…") not in known:
            return f"it quotes {quoted!r}, which nobody said"
    for found in _NUMBER.findall(said):
        if found not in numbers:
            return f"the number {found} isn't in the facts"
    begins = True
    for match in re.finditer(rf"{_WORD.pattern}|[.!?…:]", said):
        word = match.group()
        lower = word.casefold()
        if word in ".!?…:":
            begins = True
            continue
        if lower in _COUNTED and lower not in words:
            return f"{word!r} says how many, which isn't in the facts"
        if _CAPITAL.fullmatch(word) and lower not in words and not (begins and lower in _OPENERS):
            return f"the name {word!r} isn't in the facts"
        begins = False
    return None
