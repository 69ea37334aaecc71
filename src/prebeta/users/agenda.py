"""The agenda user: a seeded policy that knows its goal, armed with behaviors, and a voice that words the decided act.

It can't flip its role, leak its goal or chat without end, by construction: what it says next is decided here.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from prebeta.behaviors import Behavior, Decision, Situation
from prebeta.core.types import Act, Leave, Move, Press, Reply, Say, Scenario, Spent, Turn, Wait
from prebeta.dialogue import acts, phrases
from prebeta.dialogue.reading import Reader, Reading
from prebeta.users.kit import UserKit
from prebeta.users.memory import UNPLACED_LIMIT, Memory
from prebeta.users.policy import Policy
from prebeta.users.profile import DEFAULT, Profile
from prebeta.users.surface import Voice
from prebeta.users.told import Told

if TYPE_CHECKING:
    from prebeta.users.llm import Helped

_PRESS = 0.80
"""Share of turns with a fitting quick reply in which it is pressed, not typed: 0.60 to 0.15, own words apart."""

_HABIT = 10
"""From this dose on a behavior goes all through the conversation, so it isn't put off to a later step."""


_MOST_MANNERS = 2
"""So many behaviors at most change how one message is put: who does five things at once is nobody."""


class AgendaFactory:
    """Makes agenda users for scenarios."""

    def __init__(self, kit: UserKit) -> None:
        self._kit = kit

    def __call__(self, scenario: Scenario, rng: random.Random) -> AgendaUser:
        kit = self._kit
        armed = tuple(kit.behaviors[name] for name in kit.behaviors if name in scenario.behaviors)
        helped = None if kit.helped is None else kit.helped(scenario, rng)
        return AgendaUser(scenario, kit.reader, rng, Habits(armed, kit.patience, profile=kit.profile), helped)


@dataclass(frozen=True, slots=True)
class Heard:
    """The product's last turn as the user takes it; `gone` where it leaves over it."""

    reply: Reply
    reading: Reading
    gone: Leave | None


@dataclass(frozen=True, slots=True)
class Habits:
    """How a user behaves: the behaviors it is armed with, its patience, how likely it presses a fitting option, and how it
    writes."""

    armed: tuple[Behavior, ...] = ()
    patience: int = 3
    presses: float = _PRESS
    by_the_book: bool = False
    profile: Profile = DEFAULT


class AgendaUser:
    """One synthetic user in one conversation."""

    def __init__(
        self, scenario: Scenario, reader: Reader, rng: random.Random, habits: Habits, helped: Helped | None = None
    ) -> None:
        self._helped = helped
        armed, patience = habits.armed, habits.patience
        self._scenario, self._reader, self._rng, self._habits = scenario, reader, rng, habits
        self._patience = max(2, patience + sum(getattr(behavior, "patience", 0) for behavior in armed))
        self._typed = frozenset(behavior.name for behavior in armed if getattr(behavior, "typed", False))
        self._memory = Memory(scenario)
        self._policy = Policy(scenario, reader, self._memory, rng)
        self._voice = Voice(scenario, rng, plain=habits.by_the_book, profile=habits.profile)
        detours = [behavior for behavior in armed if behavior.detour]
        rng.shuffle(detours)  # which comes first is chance, but a change of mind may not come too late
        detours.sort(key=lambda behavior: "value" not in getattr(behavior, "needs", ()))
        manners = [behavior for behavior in armed if not behavior.detour]
        rng.shuffle(manners)
        self._behaviors = (*detours, *manners)
        steps = max(1, len(scenario.goal.slots) - 1)  # some need another fact still open beside the one asked for
        self._strays = frozenset(behavior.name for behavior in detours if "value" not in getattr(behavior, "needs", ()))
        self._not_before = {
            behavior.name: 0 if behavior.dose >= _HABIT else rng.randrange(steps)
            for behavior in armed
            if behavior.detour
        }

    @property
    def instant(self) -> bool:
        """Whether no LLM is waited for."""
        return self._helped is None

    @property
    def spent(self) -> Spent | None:
        """What an LLM took so far."""
        return None if self._helped is None else self._helped.spent()

    @property
    def memory(self) -> Memory:
        """What the user remembers; to be read."""
        return self._memory

    @property
    def reader(self) -> Reader:
        return self._reader

    async def next(self, turns: Sequence[Turn]) -> Move:
        """The next move after these turns."""
        heard = await self.listen(turns)
        return heard.gone or await self.answer(heard)

    async def listen(self, turns: Sequence[Turn]) -> Heard:
        """Take in the product's last turn; it may be one too many."""
        reply = next((turn.reply for turn in reversed(turns) if turn.reply is not None), Reply())
        reading = self._reader.read(reply)
        if self._helped is not None and not (reading.placed or reading.fallback):
            reading = await self._helped.reader.read(reply, reading, self._helped.model)
        self._memory.hear(reading)
        gone = self._leaves(reading)
        leave = None if gone is None else Leave(gone, Act(acts.LEAVE, understood=gone != "not_understood"))
        return Heard(reply, reading, leave)

    async def answer(self, heard: Heard, rejected: tuple[str, ...] = ()) -> Move:
        """The move that the policy decides on, after the behaviors and in the user's voice. `rejected`: why an LLM that
        plays this user could not decide itself."""
        decision = self._interfere(self._policy.decide(heard.reading, heard.reply), heard.reading, heard.reply)
        if decision.act == acts.LEAVE:
            return Leave(decision.literal or "unprovoked", act_of(decision))
        move = self._move(decision)
        if self._helped is not None and isinstance(move, Say) and move.act is not None:
            spoken = replace(decision, said=move.act.said)
            worded = await self._helped.voice.word(spoken, move.text, Told(dict(self._memory.given), heard.reply))
            move = Say(worded.text, replace(move.act, voice=worded.voice, rejected=worded.rejected))
        if rejected and move.act is not None:
            move = replace(move, act=replace(move.act, rejected=(*rejected, *move.act.rejected)))
        self._memory.note(decision)
        return move

    def make(self, decision: Decision, text: str, rejected: tuple[str, ...] = ()) -> Move:
        """The move of an act that was decided and worded elsewhere, noted as the user's own."""
        act = replace(act_of(decision), voice="model", rejected=rejected)
        self._memory.note(decision)
        if decision.wait:
            return Wait(act)
        return Say(text, act) if decision.press is None else Press(decision.press, act)

    def _leaves(self, reading: Reading) -> str | None:
        """Why the user goes now, if it does."""
        memory = self._memory
        if memory.unplaced >= UNPLACED_LIMIT:
            return "not_understood"
        if memory.closed and (reading.done or not reading.prompts):
            return "done"
        return "patience" if memory.stalled >= self._patience else None

    def _interfere(self, decision: Decision, reading: Reading, reply: Reply) -> Decision:
        """Let the armed behaviors change the decision: at most one detour a turn, and none right after another.

        Who isn't getting anywhere becomes plain, as people do.
        """
        memory = self._memory
        if not self._habits.armed or decision.wait or decision.guess or not decision.understood or memory.stalled:
            return decision
        situation: Situation | None = None
        last_act = memory.last.act if memory.last is not None else None
        strayed = memory.last is not None and not self._strays.isdisjoint(memory.last.behaviors)
        astray, detoured, manners = memory.after_aside or strayed, False, 0
        for behavior in self._behaviors:
            if not behavior.detour and manners >= _MOST_MANNERS:
                break
            if memory.fired[behavior.name] >= behavior.dose:
                continue
            if behavior.detour:
                if detoured or (astray and last_act not in getattr(behavior, "follows", ())):
                    continue
                if decision.act != acts.AFFIRM and len(memory.given) < self._not_before[behavior.name]:
                    continue
            situation = situation or self._situation(reading, reply)
            changed = behavior.apply(decision, situation, self._rng)
            if changed is not None:
                decision = changed
                detoured = detoured or behavior.detour
                manners += not behavior.detour
        return self._change_by_button(decision, reply)

    def _situation(self, reading: Reading, reply: Reply) -> Situation:
        """What a behavior may look at."""
        memory = self._memory
        return Situation(
            scenario=self._scenario,
            specs=self._reader.slots,
            reply=reply,
            reading=reading,
            given=memory.given,
            remaining=memory.remaining,
            turn=memory.turn,
            fired=memory.fired,
            mind_changed=memory.mind_changed,
            last_act=memory.last.act if memory.last is not None else None,
            pressed=tuple(memory.pressed),
        )

    def _change_by_button(self, decision: Decision, reply: Reply) -> Decision:
        """Where a *change something* button is offered, half of those who correct press it first and say what next."""
        said = self._memory.last is not None and self._memory.last.act == acts.CHANGE
        if decision.act != acts.CORRECT or said or not reply.options or self._rng.random() < 0.5:
            return decision
        if "contradicts" in decision.behaviors:
            return decision  # as if the other value had never been said: there is nothing to change
        button = next((option for option in reply.options if phrases.CHANGE.search(option.title)), None)
        if button is None:
            return decision
        corrected = next(iter(decision.facts), decision.asked)
        return Decision(acts.CHANGE, press=button, asked=corrected, behaviors=decision.behaviors)

    def _move(self, decision: Decision) -> Move:
        """The decided act as a move: waiting, pressing, or typing."""
        if decision.wait:
            return Wait(Act(decision.act))
        if decision.press is not None and self._presses(decision):
            said = dict.fromkeys(decision.facts, decision.press.title)
            fired = tuple(name for name in decision.behaviors if name not in self._typed)  # nothing was typed
            return Press(decision.press, act_of(replace(decision, said=said, behaviors=fired)))
        if decision.press is not None and decision.literal is None and decision.act == acts.INFORM:
            said = dict.fromkeys(decision.facts, decision.press.title)
            decision = replace(decision, said=said, bare=True)
        return Say(self._voice.say(decision), act_of(decision))

    def _presses(self, decision: Decision) -> bool:
        if decision.insist or decision.must_press or decision.act in (acts.CHANGE, acts.CHOOSE):
            return True
        return self._rng.random() < self._habits.presses


def act_of(decision: Decision) -> Act:
    """The act as it stands in the transcript."""
    return Act(
        name=decision.act,
        facts=dict(decision.facts),
        said=dict(decision.said),
        asked=decision.asked,
        question=decision.question,
        behaviors=decision.behaviors,
        understood=decision.understood,
    )
