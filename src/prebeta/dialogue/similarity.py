"""How alike two texts are, by their words; and texts with the particulars masked out."""

from __future__ import annotations

import re
from collections.abc import Iterable

_WORD = re.compile(r"[^\W_]+(?:['’][^\W_]+)?")
_MASKS = (
    (re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]+\b"), "<mail>"),
    (re.compile(r"\bhttps?://\S+"), "<url>"),
    (re.compile(r"(?<![\w<])[#+]?\d[\d.,:/ -]*\d|\d"), "<number>"),
)
_STOP = frozenset((
    "a", "an", "the", "and", "or", "of", "for", "to", "in", "on", "at", "is", "are", "was", "be", "do", "does",
    "did", "i", "you", "we", "they", "it", "this", "that", "these", "those", "my", "your", "our", "me", "us",
    "with", "what", "which", "who", "how", "when", "where", "can", "could", "would", "will", "shall", "should",
    "may", "might", "please", "so", "if", "as", "by", "from", "have", "has", "had", "there", "here", "no",
    "not", "yes", "ok", "okay", "just", "any", "some", "want", "like", "need", "get",
))  # fmt: skip


def words(text: str) -> list[str]:
    """The words in lower case, in order."""
    return [word.lower() for word in _WORD.findall(text)]


def tokens(text: str) -> frozenset[str]:
    """The set of words in lower case."""
    return frozenset(words(text))


def content_words(text: str) -> frozenset[str]:
    """The words that carry meaning, with plural and verb endings cut so that 'repairs' meets 'repair'."""
    return frozenset(stem(word) for word in words(text) if word not in _STOP)


def stem(word: str) -> str:
    """A word without its commonest English endings; crude on purpose: it only has to be the same on both sides."""
    for ending in ("ings", "ing", "ies", "es", "ed", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word[: -len(ending)] + ("y" if ending == "ies" else "")
    return word


def jaccard(left: frozenset[str], right: frozenset[str]) -> float:
    """Shared words over all words, 0..1; two empty texts are alike (1.0)."""
    if not left and not right:
        return 1.0
    return len(left & right) / len(left | right)


def mask(text: str, values: Iterable[str] = ()) -> str:
    """The text in lower case with numbers, addresses and the given values replaced, so that templates coincide."""
    masked = text.lower()
    for value in sorted({value.lower() for value in values if value.strip()}, key=len, reverse=True):
        masked = _replace_word(masked, value)
    for pattern, name in _MASKS:
        masked = pattern.sub(name, masked)
    return " ".join(masked.split())


def _replace_word(text: str, value: str) -> str:
    """Every occurrence of the value that isn't part of a longer word. (A pattern per value would be compiled anew for
    each user.)"""
    start = text.find(value)
    while start >= 0:
        end = start + len(value)
        inside = (start > 0 and text[start - 1].isalnum()) or (end < len(text) and text[end].isalnum())
        if not inside:
            text = f"{text[:start]}<value>{text[end:]}"
            end = start + len("<value>")
        start = text.find(value, end)
    return text


def sentences(text: str) -> list[str]:
    """The text's sentences and lines, trimmed, without empty ones."""
    return [part.strip() for part in re.split(r"(?<=[.!?…])\s+|\n+", text) if part.strip()]
