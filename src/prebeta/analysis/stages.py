"""Names the step of its task a product is at in each of its turns: from `stages:`, else from what it asks
for."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Protocol

from prebeta.core.types import Reply, Turn
from prebeta.dialogue.reading import Reader

START = "opening"
CONFIRM = "confirm"


class StageRule(Protocol):
    """One line of `stages:`: the slot the product asks for there, or a pattern of what it says (any case)."""

    @property
    def asks(self) -> str | None: ...

    @property
    def says(self) -> str | None: ...


class StageNamer:
    """Names stages for one project. Pure: the same turns give the same names."""

    def __init__(self, stages: Mapping[str, StageRule], reader: Reader) -> None:
        self._rules = tuple(
            (name, rule.asks, re.compile(rule.says, re.IGNORECASE) if rule.says else None)
            for name, rule in stages.items()
        )
        self.reader = reader

    def name(self, turns: Sequence[Turn]) -> tuple[str | None, ...]:
        """A stage per turn: that of a product's turn, None for a user's."""
        names: list[str | None] = []
        current = START
        for turn in turns:
            if turn.reply is None:
                names.append(None)
                continue
            current = self._stage(turn.reply, _asked_after(turns, turn.index)) or current
            names.append(current)
        return tuple(names)

    def _stage(self, reply: Reply, asked: str | None) -> str | None:
        """The stage of one reply, None where it opens none: a configured one, a recap to confirm, the slot
        asked."""
        if reply.problem is not None or reply.empty:
            return None
        reading = self.reader.read(reply)
        for name, slot, pattern in self._rules:
            if slot in reading.asks or (pattern is not None and pattern.search(reply.text)):
                return name
        return CONFIRM if reading.confirms else asked if reading.prompts else None


def _asked_after(turns: Sequence[Turn], index: int) -> str | None:
    """What the user took the product's turn `index` to ask for."""
    following = turns[index + 1] if index + 1 < len(turns) else None
    return following.act.asked if following is not None and following.act is not None else None


def stage_at(names: Sequence[str | None], turn: int) -> str:
    """The stage a turn fell in: what the product was asking last before it. `START` where it had not yet
    spoken."""
    for name in reversed(names[:turn]):
        if name is not None:
            return name
    return START


def entered(names: Sequence[str | None]) -> tuple[str, ...]:
    """The stages in the order they were gone through; one that is come back to stands there again."""
    path: list[str] = []
    for name in names:
        if name is not None and (not path or path[-1] != name):
            path.append(name)
    return tuple(path)
