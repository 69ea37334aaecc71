"""Names the step of its task a product is at in each of its turns: from `stages:`, else from its state, else from what it
asks for, else from what it says (docs/adr/0007)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Protocol

from prebeta.analysis.naming import CLOSING, COMPLETE, CONFIRM, DONE, GOODBYE, START, Naming
from prebeta.analysis.steps import FEWEST, by_filled, by_state, forward
from prebeta.analysis.templates import mined
from prebeta.core.results import Assessment
from prebeta.core.types import Reply, Transcript, Turn
from prebeta.dialogue.reading import Reader

__all__ = ["CONFIRM", "START", "StageNamer", "entered", "find_naming", "named_alike", "own_names", "restaged"]
__all__ += ["stage_at"]

_TELLS, _AHEAD, _FEWEST_NAMED = 0.5, 0.6, 2
_ANYWHERE = frozenset((START, CONFIRM, CLOSING, DONE, GOODBYE, COMPLETE))


class StageRule(Protocol):
    """One line of `stages:`: the slot the product asks for there, or a pattern of what it says (any case)."""

    @property
    def asks(self) -> str | None: ...

    @property
    def says(self) -> str | None: ...


class StageNamer:
    """Names stages for one project, or for one run with the naming that was found in it. Pure: the same turns give the same
    names."""

    def __init__(self, stages: Mapping[str, StageRule], reader: Reader, naming: Naming | None = None) -> None:
        self._rules = tuple(
            (name, rule.asks, re.compile(rule.says, re.IGNORECASE) if rule.says else None)
            for name, rule in stages.items()
        )
        self.reader = reader
        self.naming = naming
        self._tell = None if naming is None else naming.teller()

    @property
    def told(self) -> bool:
        """Whether the project itself says how stages are told."""
        return bool(self._rules) or self.naming is not None

    def name(self, turns: Sequence[Turn]) -> tuple[str | None, ...]:
        """A stage per turn: that of a product's turn, None for a user's."""
        if self._tell is None:
            return self.steps(turns)
        names: list[str | None] = []
        current = START
        for turn in turns:
            if turn.reply is not None:
                current = self._named(turn.reply) or current
            names.append(None if turn.reply is None else current)
        return tuple(names)

    def steps(self, turns: Sequence[Turn]) -> tuple[str | None, ...]:
        """As `name`, from the project and the users' acts alone: what findings are keyed by, so that an id hangs on no other
        conversation."""
        names: list[str | None] = []
        current = START
        for turn in turns:
            if turn.reply is None:
                names.append(None)
                continue
            current = self._stage(turn.reply, _asked_after(turns, turn.index)) or current
            names.append(current)
        return tuple(names)

    def opens(self, turns: Sequence[Turn], index: int) -> bool | None:
        """Whether the product's turn `index`, which asks something, opens a stage by `steps`; None where it asks nothing."""
        reply = turns[index].reply
        if reply is None or reply.problem is not None or reply.empty:
            return None
        reading = self.reader.read(reply)
        if not reading.prompts or reading.open or reading.more:
            return None
        return self._stage(reply, _asked_after(turns, index)) is not None

    def _named(self, reply: Reply) -> str | None:
        """The stage of one reply by the project's lines, else by the naming."""
        if reply.problem is not None or (reply.empty and reply.state is None) or self._tell is None:
            return None
        reading = self.reader.read(reply)
        return self._by_rule(reply, reading.asks) or self._tell(reply, reading)

    def _by_rule(self, reply: Reply, asks: Sequence[str]) -> str | None:
        for name, slot, pattern in self._rules:
            if slot in asks or (pattern is not None and pattern.search(reply.text)):
                return name
        return None

    def _stage(self, reply: Reply, asked: str | None) -> str | None:
        """The stage of one reply, None where it opens none: a configured one, a recap to confirm, the slot
        asked."""
        if reply.problem is not None or reply.empty:
            return None
        reading = self.reader.read(reply)
        named = self._by_rule(reply, reading.asks)
        if named is not None:
            return named
        return CONFIRM if reading.confirms else asked if reading.prompts else None


def find_naming(
    conversations: Sequence[Sequence[Turn]], namer: StageNamer, known: Naming | None = None
) -> Naming | None:
    """How the stages of these conversations are told where the project doesn't say; None where what users took the product to
    ask for tells them, or nothing does. `known` is the naming of an earlier run, whose names are kept."""
    if namer.told or len(conversations) < FEWEST:
        return None
    found = by_state(conversations)
    if found is not None:
        return found
    opened = [namer.opens(turns, turn.index) for turns in conversations for turn in turns if turn.reply is not None]
    asking = [one for one in opened if one is not None]
    if asking and sum(asking) >= _TELLS * len(asking):
        return None
    earlier = known if known is not None and known.source == "replies" else None
    return by_filled(conversations) or _if_it_tells(
        mined(conversations, namer.reader, earlier), conversations, namer.reader
    )


def _if_it_tells(naming: Naming | None, conversations: Sequence[Sequence[Turn]], reader: Reader) -> Naming | None:
    """A naming that tells most of what is asked, in stages that mostly follow one another: small talk has none."""
    if naming is None or len(naming.templates) + len(naming.keys) < _FEWEST_NAMED:
        return None
    tell, told, asking = naming.teller(), 0, 0
    visited: list[list[str]] = []
    for turns in conversations:
        replies = [turn.reply for turn in turns if turn.reply is not None and turn.reply.problem is None]
        found = [(tell(reply, reading), reading.prompts) for reply in replies if (reading := reader.read(reply))]
        told += sum(asks and name is not None for name, asks in found)
        asking += sum(asks for _, asks in found)
        visited.append([name for name, _ in found if name is not None and name != START])
    return naming if told >= _TELLS * max(asking, 1) and forward(visited) >= _AHEAD else None


def restaged(assessment: Assessment, transcript: Transcript, namer: StageNamer) -> Assessment:
    """The assessment with the stages that this namer tells; what findings are keyed by stays."""
    names = namer.name(transcript.turns)
    found = tuple(
        replace(one, stage=stage_at(names, one.turn), step=one.step or one.stage) for one in assessment.symptoms
    )
    stage = found[0].stage if found else assessment.stage
    return replace(assessment, symptoms=found, stage=stage, stages=entered(names))


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


def own_names(paths: Iterable[Sequence[str]]) -> frozenset[str]:
    """The stages that a run names in its own way, of the paths of its conversations: not those that every run may have."""
    return frozenset(name for path in paths for name in path) - _ANYWHERE


def named_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether two runs may be told to have come to the same stages or not, by their `own_names`. Where each has its own and
    none is shared they name them in two ways, as a run that was broken off and a whole one do; then a stage that isn't there
    says nothing."""
    return not one or not other or not one.isdisjoint(other)
