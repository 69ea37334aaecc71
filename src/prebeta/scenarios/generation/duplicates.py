"""Near duplicates among texts: MinHash over 5-shingles with locality-sensitive hashing, then the exact similarity.

Broder 1997 for MinHash; bands of rows as in Leskovec, Rajaraman and Ullman, *Mining of Massive Datasets*, chapter 3.
Ours and not `datasketch`: that brings numpy and scipy, which take longer to load than 2,000 personas take to compare.
Shingles are five characters, not five words: of a persona's dozen words one other word would already break five of
eight word shingles, and what differs in one word only would pass as new.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterable, Sequence

SHINGLE = 5
"""Characters of a shingle."""
THRESHOLD = 0.8
"""Jaccard similarity of the shingles from which two texts are near duplicates."""

_ROWS, _BANDS = 7, 18
"""A pair at the threshold is looked at with a chance of 0.986, one at 0.9 with 0.99999, one at 0.3 with 0.004."""
_PER_DIGEST = 32
_HASHES = struct.Struct(f"<{_PER_DIGEST}H")
_MOST_KEPT = 30_000


def shingles(text: str) -> frozenset[str]:
    """All runs of five characters, in lower case with single spaces; a shorter text is its own shingle."""
    plain = " ".join(text.casefold().split())
    return frozenset(plain[start : start + SHINGLE] for start in range(max(len(plain) - SHINGLE + 1, 1)))


def similarity(one: str, other: str) -> float:
    """Jaccard similarity of the shingles, 0..1."""
    left, right = shingles(one), shingles(other)
    return len(left & right) / len(left | right)


class Seen:
    """Texts that are all different; `add` refuses a near duplicate of one that is held."""

    def __init__(self) -> None:
        self._texts: list[str] = []
        self._bands: dict[tuple[int, ...], list[int]] = {}
        self._hashes: dict[str, tuple[int, ...]] = {}
        self._numbers = tuple(range(1 << 16))  # one object per number: hashes of all shingles share them

    def __len__(self) -> int:
        return len(self._texts)

    def near(self, text: str) -> str | None:
        """A held text that this one is a near duplicate of."""
        held = self._near(shingles(text), self._keys(text))
        return None if held is None else self._texts[held]

    def add(self, text: str) -> bool:
        """Hold the text, unless one that is held is nearly the same: then False."""
        keys = self._keys(text)
        if self._near(shingles(text), keys) is not None:
            return False
        for key in keys:
            self._bands.setdefault(key, []).append(len(self._texts))
        self._texts.append(text)
        return True

    def _near(self, own: frozenset[str], keys: Sequence[tuple[int, ...]]) -> int | None:
        for position in sorted({held for key in keys for held in self._bands.get(key, ())}):
            other = shingles(self._texts[position])
            if len(own & other) >= THRESHOLD * len(own | other):
                return position
        return None

    def _keys(self, text: str) -> list[tuple[int, ...]]:
        """The signature in bands, each with its number in front."""
        signature = list(map(min, zip(*map(self._hash, shingles(text)), strict=True)))
        return [(band, *signature[band * _ROWS : (band + 1) * _ROWS]) for band in range(_BANDS)]

    def _hash(self, shingle: str) -> tuple[int, ...]:
        """The values of all hash functions for a shingle; most shingles come again in other texts."""
        found = self._hashes.get(shingle)
        if found is None:
            if len(self._hashes) >= _MOST_KEPT:
                self._hashes.clear()
            data = shingle.encode("utf-8", "surrogatepass")
            values: list[int] = []
            for salt in range(-(-_ROWS * _BANDS // _PER_DIGEST)):
                digest = hashlib.blake2b(data, digest_size=2 * _PER_DIGEST, salt=bytes([salt])).digest()
                values += map(self._numbers.__getitem__, _HASHES.unpack(digest))
            found = self._hashes[shingle] = tuple(values)
        return found


def duplicates(texts: Iterable[str]) -> tuple[tuple[int, int], ...]:
    """Positions of near duplicates, each with the position of the earlier text it repeats."""
    seen = Seen()
    places: dict[str, int] = {}
    found = []
    for position, text in enumerate(texts):
        held = seen.near(text)
        if held is not None:
            found.append((position, places[held]))
        else:
            seen.add(text)
            places[text] = position
    return tuple(found)
