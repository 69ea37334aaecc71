"""Conversations as training data: those that passed every check, near duplicates out, balanced by difficulty.

After the recipe of the Llama 3 paper (section 4.3.1): keep what passes, remove what repeats, and don't let the easy crowd out
the hard; dropping the hardest lowered quality there. What is kept waits on the disk, so that memory stays flat.
"""

from __future__ import annotations

import json
import tempfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import IO, Any

from prebeta.analysis.outcome import EXCLUDED, SUCCEEDED
from prebeta.core.results import Row, Run
from prebeta.core.types import Leave, Reply, Transcript, Turn, Wait
from prebeta.dialogue.similarity import words

LEVELS = ("easy", "medium", "hard")
_MEDIUM, _HARD = 2, 4
"""From so many behaviors that fired on a conversation is medium, and hard."""
ALIKE = 0.8
"""Jaccard similarity of runs of five words from which two conversations are near duplicates (METHODS: MinHash)."""
_RUN, _ROWS, _BANDS = 5, 4, 12
"""A pair at the threshold is looked at with a chance of 0.998, one at 0.5 with 0.54: what is looked at is compared."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Conversations that are kept, as lines in a file without a name, and how many were left out for which reason; `levels`
    are those kept by difficulty."""

    lines: Iterator[str]
    kept: int
    of: int
    left_out: Mapping[str, int]
    levels: Mapping[str, int]


@dataclass(slots=True)
class _Seen:
    """Signatures of conversations that are all different. Of the shingles a small sample is kept: those with the smallest
    hashes, which are the same of two texts with the same shingles (bottom-k sketch, Broder 1997)."""

    bands: dict[tuple[int, ...], list[int]] = field(default_factory=dict)
    sketches: list[frozenset[int]] = field(default_factory=list)

    def add(self, text: str) -> bool:
        """Whether the text is new; it is held then."""
        hashes = _hashes(text)
        sketch = frozenset(sorted(hashes)[:_SKETCH])
        keys = _keys(hashes)
        near = {place for key in keys for place in self.bands.get(key, ())}
        if any(_likeness(sketch, self.sketches[place]) >= ALIKE for place in near):
            return False
        for key in keys:
            self.bands.setdefault(key, []).append(len(self.sketches))
        self.sketches.append(sketch)
        return True


_SKETCH = 128
_FACTORS = tuple(0x9E3779B97F4A7C15 * (2 * number + 1) % (1 << 64) for number in range(_ROWS * _BANDS))


def _hashes(text: str) -> frozenset[int]:
    said = words(text)
    runs = {" ".join(said[at : at + _RUN]) for at in range(max(1, len(said) - _RUN + 1))}
    return frozenset(zlib.crc32(one.encode("utf-8", "replace")) for one in runs)


def _keys(hashes: frozenset[int]) -> list[tuple[int, ...]]:
    """The MinHash signature in bands, each with its number in front; the hash functions are multiplications of 64 bits, of
    which the upper half counts."""
    import numpy

    shingles = numpy.fromiter(hashes, numpy.uint64, len(hashes))
    products = numpy.outer(numpy.array(_FACTORS, numpy.uint64), shingles + numpy.uint64(1)) >> numpy.uint64(32)
    signature = products.min(axis=1).tolist()
    return [(band, *signature[band * _ROWS : (band + 1) * _ROWS]) for band in range(_BANDS)]


def _likeness(one: frozenset[int], other: frozenset[int]) -> float:
    """The Jaccard similarity that two sketches tell."""
    smallest = sorted(one | other)[:_SKETCH]
    return sum(each in one and each in other for each in smallest) / len(smallest)


def level(row: Row) -> str:
    """How hard a conversation was for the product: by how many behaviors fired."""
    fired = len(row.assessment.fired)
    return LEVELS[2] if fired >= _HARD else LEVELS[1] if fired >= _MEDIUM else LEVELS[0]


def choose(rows: Sequence[Row], transcripts: Iterable[Transcript], form: str) -> Chosen:
    """Those that reached a right end and pass every check, without near duplicates, no easier level being more than the
    others together. `form`: `openai` (messages with role and content) or `sharegpt` (conversations)."""
    left_out: Counter[str] = Counter()
    levels: dict[str, str] = {}
    for row in rows:
        why = _why_not(row)
        if why is None:
            levels[row.id] = level(row)
        else:
            left_out[why] += 1
    seen, kept = _Seen(), list[str]()
    spool = tempfile.TemporaryFile("w+", encoding="utf-8")  # noqa: SIM115 (closed once its lines are read)
    for transcript in transcripts:
        if transcript.id not in levels:
            continue
        messages = _messages(transcript)
        if seen.add("\n".join(text for _, text in messages)):
            kept.append(levels[transcript.id])
            spool.write(json.dumps(_FORMS[form](messages), ensure_ascii=True) + "\n")
        else:
            left_out["near duplicate"] += 1
    places = _balanced(kept)
    if len(places) < len(kept):
        left_out["too many of its difficulty"] = len(kept) - len(places)
    found = Counter(kept[place] for place in places)
    lines = _read_back(spool, frozenset(places))
    return Chosen(lines, len(places), len(rows), dict(left_out), {name: found[name] for name in LEVELS})


def _read_back(spool: IO[str], places: frozenset[int]) -> Iterator[str]:
    with spool:
        spool.seek(0)
        for place, line in enumerate(spool):
            if place in places:
                yield line.rstrip("\n")


def _why_not(row: Row) -> str | None:
    found = row.assessment
    if found.outcome in EXCLUDED:
        return f"outside the rate: {found.outcome}"
    if found.outcome not in SUCCEEDED:
        return f"failed: {found.outcome}" if found.failed else f"not known: {found.outcome}"
    return f"flawed: {found.kind}" if found.flawed else None


def _balanced(kept: Sequence[str]) -> list[int]:
    """Places of those that stay, of the levels of all: the first of each level, of the easier ones at most as many as all the
    others together. The hardest all stay."""
    counts = Counter(kept)
    for name in LEVELS[:-1]:
        others = sum(counts[other] for other in LEVELS if other != name)
        if others:
            counts[name] = min(counts[name], others)
    taken: Counter[str] = Counter()
    found = []
    for place, name in enumerate(kept):
        if taken[name] < counts[name]:
            taken[name] += 1
            found.append(place)
    return found


def _messages(transcript: Transcript) -> list[tuple[str, str]]:
    """Who said what, the same speaker's turns in one; it ends with the product's."""
    found: list[tuple[str, str]] = []
    for turn in transcript.turns:
        text = _said(turn)
        if not text:
            continue
        if found and found[-1][0] == turn.speaker:
            found[-1] = (turn.speaker, f"{found[-1][1]}\n{text}")
        else:
            found.append((turn.speaker, text))
    while found and found[-1][0] == "user":
        found.pop()
    return found


def _said(turn: Turn) -> str:
    if turn.move is not None:
        return "" if isinstance(turn.move, Wait | Leave) else turn.move.text
    reply = turn.reply or Reply()
    titles = " ".join(f"[ {option.title} ]" for option in reply.options)
    return "\n".join(part for part in (reply.text, titles) if part.strip())


def _openai(messages: Sequence[tuple[str, str]]) -> dict[str, Any]:
    roles = {"user": "user", "product": "assistant"}
    return {"messages": [{"role": roles[speaker], "content": text} for speaker, text in messages]}


def _sharegpt(messages: Sequence[tuple[str, str]]) -> dict[str, Any]:
    roles = {"user": "human", "product": "gpt"}
    return {"conversations": [{"from": roles[speaker], "value": text} for speaker, text in messages]}


_FORMS: Mapping[str, Callable[[Sequence[tuple[str, str]]], dict[str, Any]]] = MappingProxyType(
    {"openai": _openai, "sharegpt": _sharegpt}
)
FORMS = tuple(_FORMS)


def card(run: Run, chosen: Chosen, form: str) -> str:
    """The data card, in Markdown: what it is, what was left out and why."""
    version = f", version {run.version}" if run.version else ""
    release = f"release {run.release}{version}" if run.release else version.removeprefix(", ") or "not named"
    reasons = sorted(chosen.left_out.items(), key=lambda pair: (-pair[1], pair[0]))
    return "\n".join(
        (
            "# Data card",
            "",
            f"- {chosen.kept} conversations of {chosen.of}, format {form}, of prebeta run {run.id} (seed {run.seed})",
            f"- product: {release}",
            "- the users are synthetic; what they say is not what people said",
            "- kept: those that came to a right end and pass every check",
            "",
            "| difficulty (behaviors that fired) | kept |",
            "|---|---|",
            *(f"| {name} | {chosen.levels[name]} |" for name in LEVELS),
            "",
            "| left out because | conversations |",
            "|---|---|",
            *(f"| {why} | {count} |" for why, count in reasons),
            "",
        )
    )
