"""What was redacted is drawn anew: a user who types `[phone]` finds other faults than the one who had a number.

A case never holds a secret or what `redact` names. Before it is held, each hidden value of its user's goal is drawn from the
project's own values or pattern, the same one each time, and put wherever it was said. An account's secrets come from the
project's accounts.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from prebeta.config import Project
from prebeta.config.hiding import Hiding
from prebeta.config.patterns import generate
from prebeta.core.types import Act, Fact, Json, Move, Option, Press, Say, Scenario, Slot, Transcript
from prebeta.datasets.cases.case import Case
from prebeta.dialogue import acts
from prebeta.scenarios.space import SlotSource, space

_CHANGE = frozenset(("correct_fact", "contradicts"))
_HIDDEN = re.compile(r"\[(?:email|card|phone|redacted)\]|\*\*\*")


class Filler:
    """Fills what is hidden; one is made for a project, which may be read for it."""

    def __init__(self, project: Project, hiding: Hiding) -> None:
        self._project, self._hiding = project, hiding
        self._sources: dict[tuple[str, str], SlotSource] | None = None

    def case(self, case: Case) -> Case:
        """The case as it can be held."""
        scenario = self._scenario(case.scenario)
        if scenario is case.scenario and not any(map(_hides, case.checks.required.values())):
            return case
        new = _values(case.scenario, scenario)
        required = {slot: new.get(slot, value) for slot, value in case.checks.required.items()}
        forbidden = {
            slot: kept
            for slot, values in case.checks.forbidden.items()
            if (kept := tuple(value for value in values if not _hides(value)))
        }
        checks = replace(
            case.checks,
            required={slot: value for slot, value in required.items() if not _hides(value)},
            forbidden=forbidden,
        )
        return replace(case, scenario=scenario, moves=_moves(case.moves, new), checks=checks)

    def transcript(self, transcript: Transcript) -> Transcript:
        """A conversation from a store, such that its user's moves can be made again."""
        scenario = self._scenario(transcript.scenario)
        if scenario is transcript.scenario:
            return transcript
        new = _values(transcript.scenario, scenario)
        first, changed = _first_said(transcript.scenario, scenario), set[str]()
        turns = []
        for turn in transcript.turns:
            if turn.move is not None:
                changed |= _changed(turn.move)
                values = {**new, **{slot: value for slot, value in first.items() if slot not in changed}}
                turn = replace(turn, move=_move(turn.move, values))
            turns.append(turn)
        return replace(transcript, job=replace(transcript.job, scenario=scenario), turns=tuple(turns))

    def _scenario(self, scenario: Scenario) -> Scenario:
        slots = tuple(self._slot(slot, scenario) for slot in scenario.goal.slots)
        account = self._account(scenario.account)
        if slots == scenario.goal.slots and account == scenario.account:
            return scenario
        new = _values(scenario, replace(scenario, goal=replace(scenario.goal, slots=slots)))
        return replace(
            scenario,
            goal=replace(scenario.goal, slots=slots),
            account=account,
            opening=None if scenario.opening is None else _swapped(scenario.opening, new, ()),
            prefix=tuple(_swapped(text, new, ()) for text in scenario.prefix),
        )

    def _slot(self, slot: Slot, scenario: Scenario) -> Slot:
        fact = self._fact(slot.fact, slot.name, scenario, "")
        instead = None if slot.instead is None else self._fact(slot.instead, slot.name, scenario, "instead")
        return slot if fact is slot.fact and instead is slot.instead else Slot(slot.name, fact, instead)

    def _fact(self, fact: Fact, slot: str, scenario: Scenario, purpose: str) -> Fact:
        if not _hides(fact.value):
            return fact
        source = self._source(scenario.goal.text, slot)
        rng = random.Random(f"{scenario.id}:{slot}:{purpose}")
        if source is not None and source.pattern is not None:
            return Fact(generate(source.pattern, rng))
        return rng.choice(source.facts) if source is not None and source.facts else fact

    def _source(self, goal: str, slot: str) -> SlotSource | None:
        if self._sources is None:
            goals = space(self._project).goals
            self._sources = {(one.text, each.name): each for one in goals for each in one.slots}
        anywhere = (source for (_, name), source in self._sources.items() if name == slot)
        return self._sources.get((goal, slot)) or next(anywhere, None)

    def _account(self, account: Mapping[str, Json] | None) -> Mapping[str, Json] | None:
        """The project's account that looks like this one once its secrets are hidden."""
        if account is None or not _hides(repr(dict(account))):
            return account
        known = (one for one in self._project.accounts() if self._hiding.value(dict(one)) == dict(account))
        return next(known, account)


def _hides(text: str) -> bool:
    return _HIDDEN.search(text) is not None


def _values(before: Scenario, after: Scenario) -> dict[str, str]:
    """Slot to its new value, of those that were filled."""
    found = {}
    for old, new in zip(before.goal.slots, after.goal.slots, strict=True):
        if old.fact != new.fact:
            found[old.name] = new.fact.value
    return found


def _first_said(before: Scenario, after: Scenario) -> dict[str, str]:
    """Slot to what is said first by a user that will change its mind, of those that were filled."""
    slots = zip(before.goal.slots, after.goal.slots, strict=True)
    return {new.name: new.instead.value for old, new in slots if new.instead is not None and old.instead != new.instead}


def _changed(move: Move) -> set[str]:
    """The slots that get another value with a move."""
    act = move.act
    if act is None or (act.name not in (acts.CORRECT, acts.CHANGE) and not _CHANGE.intersection(act.behaviors)):
        return set()
    return set(act.facts)


def _moves(moves: Sequence[Move], new: Mapping[str, str]) -> tuple[Move, ...]:
    return tuple(_move(move, new) for move in moves)


def _move(move: Move, new: Mapping[str, str]) -> Move:
    act = move.act
    told = tuple(act.facts) if act is not None else ()
    filled = None if act is None else _act(act, new)
    if isinstance(move, Say):
        return Say(_swapped(move.text, new, told), filled)
    if isinstance(move, Press):
        return Press(Option(_swapped(move.option.title, new, told), move.option.payload), filled)
    return replace(move, act=filled)


def _act(act: Act, new: Mapping[str, str]) -> Act:
    def filled(values: Mapping[str, str]) -> dict[str, str]:
        return {slot: new.get(slot, value) if _hides(value) else value for slot, value in values.items()}

    return replace(act, facts=filled(act.facts), said=filled(act.said))


def _swapped(text: str, new: Mapping[str, str], told: Sequence[str]) -> str:
    """The text with what is hidden filled: first with the slots that were told in it, in their order, then with any."""
    values = [*(new[slot] for slot in told if slot in new), *(value for slot, value in new.items() if slot not in told)]
    if not values or not _hides(text):
        return text
    waiting = iter(values)
    return _HIDDEN.sub(lambda found: next(waiting, values[-1] if values else found[0]), text)
