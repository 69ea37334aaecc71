"""A user that says again what another said, and then either goes, or goes on as a cooperative user would."""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import replace

from prebeta.behaviors import CATALOGUE, Decision
from prebeta.core.types import Act, Leave, Move, Press, Reply, Say, Scenario, Turn, Wait
from prebeta.dialogue import acts
from prebeta.dialogue.reading import Reader
from prebeta.users.agenda import AgendaUser
from prebeta.users.autopilot import AutopilotFactory
from prebeta.users.kit import UserKit
from prebeta.users.openings import wish
from prebeta.users.surface import Voice

_WORDED = frozenset((acts.INFORM, acts.CORRECT, acts.REQUEST))
_WORDLESS = frozenset((acts.REQUEST, acts.AFFIRM, acts.DENY, acts.CLARIFY, acts.NOT_SURE, acts.NUDGE, acts.CLOSE))
"""Acts that are worded without a fact."""
END = "end of script"
"""Why the user leaves where nothing is left to say."""


class ReplayUser:
    """Plays moves, each once, in their order; a quick reply that isn't offered any more is typed.

    Products ask in another order now and then: with a `reader` a move that answers what is asked now comes before those
    that answer something else. With `then` that user has listened all along and takes over; without it the user leaves.
    """

    def __init__(self, moves: Sequence[Move], then: AgendaUser | None = None, reader: Reader | None = None) -> None:
        self._left, self._then = list(moves), then
        self._reader = reader if then is None else then.reader

    @property
    def instant(self) -> bool:
        """Whether nobody is waited for."""
        return self._then is None or self._then.instant

    @property
    def left(self) -> int:
        """How many moves were not made yet."""
        return len(self._left)

    async def next(self, turns: Sequence[Turn]) -> Move:
        """The next move of the script, then the other user's."""
        if not self._left:
            return Leave(END, Act(acts.LEAVE)) if self._then is None else await self._then.next(turns)
        reply = next((turn.reply for turn in reversed(turns) if turn.reply is not None), Reply())
        place = self._fitting(reply)
        if self._then is not None:
            heard = await self._then.listen(turns)
            if place is None:
                return heard.gone or await self._then.answer(heard)
        move = _offered(self._left.pop(place or 0), reply)
        if self._then is not None:
            self._then.memory.note(_decision(move))
        return move

    def _fitting(self, reply: Reply) -> int | None:
        """The place of the move to be made now: the next, or a later one where only that answers what is asked. None where
        no move does, and the other user knows: it had been told on the way, and now isn't."""
        asked = self._left[0].act.asked if self._left[0].act is not None else None
        if self._reader is None or asked is None or reply.empty:
            return 0
        asks = self._reader.read(reply).asks
        if not asks or asked in asks:
            return 0
        told = ((place, move.act) for place, move in enumerate(self._left))
        later = next((place for place, act in told if act is not None and act.asked in asks), None)
        if later is not None or self._then is None:
            return later or 0
        memory = self._then.memory
        return None if any(slot in memory.slots and slot not in memory.given for slot in asks) else 0


def cooperative(moves: Sequence[Move], scenario: Scenario, kit: UserKit, rng: random.Random) -> ReplayUser:
    """These moves, and then the happy path to the same goal."""
    return ReplayUser(moves, AutopilotFactory(kit)(scenario, rng))


def plain(move: Say, scenario: Scenario) -> Say:
    """The same act as the happy path words it: no manners, typing errors or foreign words. What can't be worded from its act
    alone stays as it is."""
    act = move.act
    if act is not None and act.name == acts.GOAL_QUESTION and act.question is not None:
        return Say(act.question.ask, replace(act, behaviors=_kept(act)))
    if act is None or not (act.facts or act.name in _WORDLESS):
        return move
    if (
        act.name == acts.REQUEST and act.facts
    ):  # the happy path opens with the wish alone, and the facts would go unsaid
        opened = bundle(act.facts, scenario, opening=True)
        return replace(opened, act=replace(act, said=dict(act.facts), question=None, behaviors=_kept(act)))
    said = dict(act.facts) if act.name in _WORDED else {}
    decision = Decision(act.name, facts=act.facts, said=said, asked=act.asked)
    text = Voice(scenario, random.Random(scenario.seed), plain=True).say(decision)
    return Say(text, replace(act, said=said, question=None, behaviors=_kept(act)))


def _kept(act: Act) -> tuple[str, ...]:
    """The behaviors that are the act itself, which its plain words have as well."""
    detours = (name for name in act.behaviors if (known := CATALOGUE.get(name)) is not None and known.detour)
    return tuple(detours) if act.name in (*acts.ASIDES, acts.CORRECT) else ()


def bundle(facts: Mapping[str, str], scenario: Scenario, *, opening: bool) -> Say:
    """All these facts in one message, each with its name, as somebody types who knows what will be asked; the `opening`
    says what is wanted as well."""
    told = ", ".join(f"{slot.replace('_', ' ')}: {value}" for slot, value in facts.items())
    text = f"{wish(scenario.goal.text, random.Random(scenario.seed))}. {told}" if opening else told
    return Say(text, Act(acts.REQUEST if opening else acts.INFORM, facts=dict(facts), said=dict(facts)))


def _offered(move: Move, reply: Reply) -> Move:
    """The move as the product's reply allows it: the option of now with the same title, or the title typed."""
    if not isinstance(move, Press):
        return move
    wanted = move.option.title.strip().casefold()
    option = next((one for one in reply.options if one.title.strip().casefold() == wanted), None)
    return Say(move.option.title, move.act) if option is None else Press(option, move.act)


def _decision(move: Move) -> Decision:
    """What the user had decided who made this move."""
    act = move.act or Act(acts.INFORM)
    press = move.option if isinstance(move, Press) else None
    return Decision(
        act.name,
        facts=act.facts,
        said=act.said,
        asked=act.asked,
        question=act.question,
        press=press,
        wait=isinstance(move, Wait),
        understood=act.understood,
        behaviors=act.behaviors,
    )
