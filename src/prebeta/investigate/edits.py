"""A script without one thing: a behavior, a question, a value, a typed quick reply. What remains is said as it was."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from prebeta.analysis.spectrum import BEHAVIOR, QUESTION, SLOT, TYPED, Feature
from prebeta.behaviors import CATALOGUE
from prebeta.core.types import Act, Fact, Move, Option, Press, Reply, Say, Scenario, Transcript
from prebeta.dialogue import acts, phrases
from prebeta.investigate.replays import Script
from prebeta.users.replay import plain

_CHANGES = frozenset((acts.CORRECT, acts.CHANGE))
_BESIDE = frozenset(("impatience", "hostility", "emoji", "paste_long", "other_language", "one_word"))
"""Behaviors that leave the value as it is uttered and change what stands around it."""


@dataclass(frozen=True, slots=True)
class Told:
    """A conversation's script up to the failure, with what the product had said before each move."""

    scenario: Scenario
    moves: tuple[Move, ...]
    replies: tuple[Reply, ...]

    @classmethod
    def of(cls, transcript: Transcript, before: int) -> Told:
        moves: list[Move] = []
        replies: list[Reply] = []
        last = Reply()
        for turn in transcript.turns[:before]:
            if turn.reply is not None:
                last = turn.reply
            elif turn.move is not None and turn.move.kind != "leave":
                moves.append(turn.move)
                replies.append(last)
        return cls(transcript.scenario, tuple(moves), tuple(replies))

    @property
    def script(self) -> Script:
        """All of it, and then cooperation."""
        return Script(self.scenario, self.moves, goes_on=True)


def without(told: Told, feature: Feature, values: Sequence[str] = ()) -> Script | None:
    """The script without a feature; None where it can't be taken away. For a slot `values` are others to give instead, the
    best first."""
    moves: tuple[Move, ...] | None = None
    scenario = told.scenario
    if feature.kind == BEHAVIOR:
        moves = _without_behavior(told, feature)
    elif feature.kind == QUESTION:
        moves = _without_question(told, feature.name)
    elif feature.kind == TYPED:
        moves = _pressed(told, feature.name)
    elif feature.kind == SLOT:
        other = next((value for value in values if value not in feature.values), None)
        if other is not None:
            scenario, moves = _with_value(told, feature, other)
    return None if moves is None or moves == told.moves else Script(scenario, moves, goes_on=True)


def in_own_form(told: Told, feature: Feature) -> Script | None:
    """The script with a slot's values in their own form where they were typed in another one; None where none was. With
    another value in its place the form goes as well: this tells whether that alone ends the failure."""
    moves = tuple(
        _saying(move, feature.name, Fact(move.act.facts[feature.name]))
        if isinstance(move, Say) and move.act is not None and _holds(move.act.facts, feature)
        else move
        for move in told.moves
    )
    changed = any(one.text.casefold() != other.text.casefold() for one, other in zip(moves, told.moves, strict=True))
    return Script(told.scenario, moves, goes_on=True) if changed else None


def _without_behavior(told: Told, feature: Feature) -> tuple[Move, ...]:
    name = feature.name
    kept: list[Move] = []
    for move in told.moves:
        act = move.act
        if act is None or name not in act.behaviors or (feature.at is not None and act.asked != feature.at):
            kept.append(move)
        elif isinstance(move, Say) and not _is_detour(act, name):
            kept.append(_mannerless(move, name, told.scenario))
    if any(move.act is not None and move.act.name in _CHANGES and _is_there_for(move.act, name) for move in told.moves):
        return _right_at_once(kept, told.scenario)
    return tuple(kept)


def rewords(feature: Feature) -> bool:
    """Whether with it the words around the values go, and others come: a product may answer those otherwise for no better
    reason."""
    return feature.kind == BEHAVIOR and feature.name in _BESIDE


def _is_there_for(act: Act, name: str) -> bool:
    return name in act.behaviors and _is_detour(act, name)


def _is_detour(act: Act, name: str) -> bool:
    """Whether the move is there for the behavior only."""
    behavior = CATALOGUE.get(name)
    if behavior is not None:
        return behavior.detour
    return act.behaviors == (name,) and (act.name in acts.ASIDES or act.name in _CHANGES)


def _mannerless(move: Say, name: str, scenario: Scenario) -> Say:
    """The message without what one behavior put into it."""
    act = move.act
    assert act is not None
    behaviors = tuple(one for one in act.behaviors if one != name)
    if name in _BESIDE:
        if not _BESIDE.isdisjoint(behaviors):
            return move  # what belongs to which can't be told apart
        # The same values in the form they were uttered in: only what stands around them goes.
        simple = plain(replace(move, act=replace(act, facts={**act.facts, **act.said}, behaviors=())), scenario)
        return replace(simple, act=replace(act, behaviors=behaviors)) if simple.text != move.text else move
    if name == "two_intents":
        return plain(replace(move, act=replace(act, question=None, behaviors=behaviors)), scenario)
    if name == "over_inform" and act.asked in act.facts:
        only = {act.asked or "": act.facts[act.asked or ""]}
        return plain(replace(move, act=replace(act, facts=only, said=only, behaviors=behaviors)), scenario)
    text = move.text
    for slot, value in act.facts.items():
        text = text.replace(act.said.get(slot, value), value)
    changed = replace(act, said=dict(act.facts), behaviors=behaviors)
    return Say(text, changed) if text != move.text else replace(plain(move, scenario), act=changed)


def _right_at_once(moves: Sequence[Move], scenario: Scenario) -> tuple[Move, ...]:
    """Who doesn't change its mind says what it wants the first time."""
    final = {slot.name: slot for slot in scenario.goal.slots if slot.instead is not None}
    said = []
    for move in moves:
        act = move.act
        stale = (
            [name for name, value in act.facts.items() if name in final and value != final[name].fact.value]
            if act
            else []
        )
        for name in stale:
            move = _saying(move, name, final[name].fact)
        said.append(move)
    return tuple(said)


def _without_question(told: Told, ask: str) -> tuple[Move, ...]:
    kept: list[Move] = []
    for move in told.moves:
        act = move.act
        if act is None or act.question is None or act.question.ask != ask:
            kept.append(move)
        elif isinstance(move, Say) and act.facts:
            kept.append(plain(replace(move, act=replace(act, question=None)), told.scenario))
    return tuple(kept)


def _pressed(told: Told, name: str) -> tuple[Move, ...]:
    """What was typed at a step is pressed, where a quick reply says the same."""
    return tuple(
        _button(move, reply.options, told.scenario) or move
        if isinstance(move, Say) and move.act is not None and (move.act.asked or move.act.name) == name
        else move
        for move, reply in zip(told.moves, told.replies, strict=True)
    )


def _button(move: Say, options: Sequence[Option], scenario: Scenario) -> Press | None:
    act = move.act
    if act is None or act.name in acts.ASIDES or act.behaviors:
        return None  # more would go than that it was typed
    if act.name in (acts.AFFIRM, acts.DENY):
        sign = phrases.YES if act.name == acts.AFFIRM else phrases.NO
        found = next((one for one in options if sign.search(one.title) and not phrases.CHANGE.search(one.title)), None)
    else:
        forms = {form.casefold() for slot, value in act.facts.items() for form in _forms(scenario, slot, value)}
        found = next((one for one in options if one.title.strip().casefold() in forms), None)
    return (
        None if found is None else Press(found, replace(act, said=dict.fromkeys(act.facts, found.title), behaviors=()))
    )


def _forms(scenario: Scenario, name: str, value: str) -> tuple[str, ...]:
    slots = [slot for slot in scenario.goal.slots if slot.name == name]
    facts = [fact for slot in slots for fact in (slot.fact, slot.instead) if fact is not None and fact.value == value]
    return (value, *(word for fact in facts for word in fact.words))


def _with_value(told: Told, feature: Feature, value: str) -> tuple[Scenario, tuple[Move, ...]]:
    """Another value wherever one of these was given, and as what is wanted."""
    new = Fact(value)
    goal = told.scenario.goal
    slots = tuple(
        replace(
            slot,
            fact=new if slot.fact.value in feature.values else slot.fact,
            instead=new if slot.instead is not None and slot.instead.value in feature.values else slot.instead,
        )
        if slot.name == feature.name
        else slot
        for slot in goal.slots
    )
    moves = tuple(
        _saying(move, feature.name, new) if move.act is not None and _holds(move.act.facts, feature) else move
        for move in told.moves
    )
    return replace(told.scenario, goal=replace(goal, slots=slots)), moves


def _holds(facts: Mapping[str, str], feature: Feature) -> bool:
    return facts.get(feature.name) in feature.values


def _saying(move: Move, slot: str, fact: Fact) -> Move:
    """The same move with another value of a slot, in the same way: pressed where it was pressed, typed in its place."""
    act = move.act
    assert act is not None
    old, said = act.facts[slot], act.said.get(slot, act.facts[slot])
    changed = replace(act, facts={**act.facts, slot: fact.value}, said={**act.said, slot: fact.value})
    if isinstance(move, Press):
        return Press(Option(fact.value), changed)
    if not isinstance(move, Say):
        return move
    for form in (said, old):
        if form and form in move.text:
            return Say(move.text.replace(form, fact.value), changed)
    return Say(", ".join(changed.said.values()), changed)
