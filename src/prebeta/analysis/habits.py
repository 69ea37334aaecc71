"""Two good habits: after a clarifying question the product answers it and comes back to its step; after an off-topic
remark it declines and comes back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from prebeta.core.types import Reply, Transcript, Turn, Verdict
from prebeta.dialogue import acts
from prebeta.dialogue.reading import Reader, Reading
from prebeta.judges.declining import turns_down

HABITS = (acts.CLARIFY, acts.OUT_OF_DOMAIN)
"""The user acts after which a habit shows; also the names under which they are counted."""

_BROKEN = frozenset({"IGNORED_INPUT", "DEAD_END", "SYSTEM_ERROR", "OUT_OF_BOUNDS", "LOOP", "LANGUAGE_STYLE", "LEAK"})
"""Kinds whose blame at the reply means that the question wasn't answered, or the remark not declined."""


def habits(transcript: Transcript, verdicts: Sequence[Verdict], reader: Reader) -> Mapping[str, tuple[int, int]]:
    """Habit to how often it was kept and how often there was occasion; only those with an occasion."""
    blamed = {verdict.turn for verdict in verdicts if verdict.value == "fail" and verdict.kind in _BROKEN}
    counts: dict[str, tuple[int, int]] = {}
    for habit, before, turn, after in _occasions(transcript.turns):
        assert turn.reply is not None
        reading, step = reader.read(turn.reply), reader.read(before)
        back = _came_back(step, reading) or (after is not None and _came_back(step, reader.read(after)))
        kept = back and turn.index not in blamed and not reading.fallback and _serves(habit, turn.reply, reading)
        good, times = counts.get(habit, (0, 0))
        counts[habit] = (good + kept, times + 1)
    return counts


def _occasions(turns: Sequence[Turn]) -> Iterator[tuple[str, Reply, Turn, Reply | None]]:
    """The habit, the reply before, the product's turn after, and what came late where the user only waited for more."""
    before: Reply | None = None
    for position, turn in enumerate(turns):
        if turn.reply is not None:
            before = turn.reply
            continue
        following = turns[position + 1] if position + 1 < len(turns) else None
        habit = turn.act.name if turn.act is not None else None
        if before is None or habit not in HABITS or following is None or following.reply is None:
            continue
        if following.reply.problem is None:
            yield habit, before, following, _late(turns[position + 2 : position + 4])


def _late(turns: Sequence[Turn]) -> Reply | None:
    """What the product said after the user had only waited."""
    waited = len(turns) == 2 and turns[0].move is not None and turns[0].move.kind == "wait"
    return turns[1].reply if waited else None


def _serves(habit: str, reply: Reply, reading: Reading) -> bool:
    """A clarifying question counts as answered unless a judge said otherwise; a remark is to be declined in words."""
    return habit == acts.CLARIFY or turns_down(reply.text, reading)


def _came_back(step: Reading, now: Reading) -> bool:
    """Whether the reply is at the step that was left; where that had no name, whether it asks anything."""
    if step.asks:
        return bool(set(step.asks) & set(now.asks))
    if step.confirms or step.changes:
        return (now.confirms and step.confirms) or (now.changes and step.changes)
    return now.prompts or not step.prompts
