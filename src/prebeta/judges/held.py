"""Which wrong values the product holds at the end of a conversation, and since which turn."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from prebeta.core.types import Json, Transcript
from prebeta.dialogue import acts, phrases
from prebeta.judges.facts import FactReader, Utterance, day_of, utterances

UNSAID = "the user was never asked and never said"
"""What is said of a slot that the product filled by itself; findings tell it apart by this."""
_TELLING = 3
"""Shorter values stand in a text by chance."""
_AGREES = re.compile(r"(?:yes|no|true|false)", re.I)
_ITS_OWN_CHOICE = frozenset({acts.CHOOSE, acts.PUZZLED})


@dataclass(frozen=True, slots=True)
class WrongValue:
    """A slot whose value isn't the one last uttered. `old` tells that it is one uttered earlier; `value` is None where
    what was said is missing altogether. `turn` is the first product turn that shows it."""

    slot: str
    value: Json
    wanted: str
    turn: int
    old: bool


def wrong_values(transcript: Transcript, facts: FactReader) -> Iterator[WrongValue]:
    """The facts that are wrong where the product was last seen to hold any.

    A value that is wrong for a turn and right later isn't reported: the product may have been asking back. Where the
    end state was reached its values count; else the last reply with a value for the slot, if the user spoke before and
    the product had the time to take it in.
    """
    history = _history(transcript, facts)
    today = day_of(transcript)
    for slot, said in utterances(transcript.scenario, transcript.turns).items():
        seen = [(turn, values[slot]) for turn, values in history if slot in values]
        final = _final(transcript, slot, seen)
        if final is None:
            continue
        turn, value = final
        heard = [one for one in said if one.turn < turn and not _language_declined(transcript, slot, one, facts)]
        if not heard or facts.same(slot, value, heard[-1], today):
            continue
        if transcript.end is None and _may_lag(seen, heard[-1], value):
            continue
        old = value is not None and any(
            facts.same(slot, value, utterance, today) for utterance in heard if utterance.value != heard[-1].value
        )
        shown = seen if value is None else _with_words(transcript, slot, str(value), seen, facts)
        since = _since(shown, slot, _first_time(heard), facts, today)
        yield WrongValue(slot, value, heard[-1].value, since if since is not None else turn, old)


def unsaid_values(transcript: Transcript, facts: FactReader) -> Iterator[WrongValue]:
    """Declared facts of this user's goal that it never uttered, where the end state holds none or one of its own making.

    Left alone: a fact the user was not sure or vague about, one an account or the conversation's beginning may have
    brought, and all of them where the user could not follow the product at some turn.
    """
    if transcript.end is None or transcript.scenario.account is not None:
        return
    acts_of = [turn.act for turn in transcript.turns if turn.act is not None]
    if any(not act.understood or act.name in _ITS_OWN_CHOICE for act in acts_of):
        return
    said = utterances(transcript.scenario, transcript.turns)
    agreed = sum(act.name in (acts.AFFIRM, acts.DENY) for act in acts_of) > 1  # a yes may have been meant for it
    left_open = {act.asked for act in acts_of if act.name in (acts.NOT_SURE, acts.VAGUE)}
    last = next((turn.index for turn in reversed(transcript.turns) if turn.reply is not None), None)
    for slot in transcript.scenario.goal.slots if last is not None else ():
        if slot.name in said or slot.name in left_open or slot.name not in transcript.end.values:
            continue
        value = transcript.end.values[slot.name]
        if agreed and _AGREES.fullmatch(str(value)):
            continue
        assert last is not None
        meant = Utterance(last, slot.fact.value, (slot.fact.value, *slot.fact.words))
        if value is None or not facts.same(slot.name, value, meant, day_of(transcript)):
            yield WrongValue(slot.name, value, slot.fact.value, last, old=False)


def _history(transcript: Transcript, facts: FactReader) -> list[tuple[int, Mapping[str, Json]]]:
    """What the product held after each of its turns, where it tells anything at all."""
    told: list[tuple[int, Mapping[str, Json]]] = []
    for turn in transcript.turns:
        if turn.reply is not None and turn.reply.problem is None:
            values = facts.read(turn.reply)
            if any(value is not None for value in values.values()):
                told.append((turn.index, values))
    return told


def _final(transcript: Transcript, slot: str, seen: Sequence[tuple[int, Json]]) -> tuple[int, Json] | None:
    """The turn and value that count: the end state's, else the last value seen."""
    end = transcript.end
    if end is not None:
        last = next((turn.index for turn in reversed(transcript.turns) if turn.reply is not None), 0)
        return (last, end.values[slot]) if slot in end.values else None
    return next(((turn, value) for turn, value in reversed(seen) if value is not None), None)


def _may_lag(seen: Sequence[tuple[int, Json]], said: Utterance, value: Json) -> bool:
    """Whether the value is left from before the utterance and but one reply came since: some states lag a turn."""
    before = [held for turn, held in seen if turn < said.turn]
    after = [held for turn, held in seen if turn > said.turn]
    return len(after) < 2 and bool(before) and before[-1] == value


def _language_declined(transcript: Transcript, slot: str, said: Utterance, facts: FactReader) -> bool:
    """Whether it was said in another language, and the product answered that it doesn't take that."""
    act = transcript.turns[said.turn].act
    if act is None or "other_language" not in act.behaviors:
        return False
    reply = next((turn.reply for turn in transcript.turns[said.turn + 1 :] if turn.reply is not None), None)
    if reply is None or not phrases.declines(reply.text):
        return False
    return not facts.shows(reply.text, slot, said.value, day_of(transcript)) and not facts.same(
        slot, facts.read(reply).get(slot), said, day_of(transcript)
    )


def _first_time(heard: Sequence[Utterance]) -> Utterance:
    """The first of the utterances that kept saying the value last said: from there on the product could know it."""
    first = heard[-1]
    for utterance in reversed(heard):
        if utterance.value != first.value:
            break
        first = utterance
    return first


def _with_words(
    transcript: Transcript, slot: str, value: str, seen: Sequence[tuple[int, Json]], facts: FactReader
) -> list[tuple[int, Json]]:
    """The values seen in the state, and where that is silent those in the product's words: a reply that says the wrong
    value beside what another slot holds is a recap; an id, or what was given just before, needs no company."""
    today, alone = day_of(transcript), facts.unmistakable(slot, value)
    told = {turn: held for turn, held in seen if held is not None}
    others = [
        (name, one)
        for name, said in utterances(transcript.scenario, transcript.turns).items()
        if name != slot
        for one in said
    ]
    given: frozenset[str] = frozenset()
    for turn in transcript.turns:
        if turn.reply is None:
            given = frozenset(turn.act.facts) if turn.act is not None else frozenset()
            continue
        if turn.index in told or not facts.shows(turn.text, slot, value, today):
            continue
        company = (
            facts.shows(turn.text, name, form, today)
            for name, one in others
            if one.turn < turn.index
            for form in one.forms
        )
        if alone or (slot in given and len(value) >= _TELLING) or any(company):
            told[turn.index] = turn.text
    return sorted(told.items())


def _since(
    seen: Sequence[tuple[int, Json]], slot: str, said: Utterance, facts: FactReader, today: date | None
) -> int | None:
    """The first turn of the last unbroken row of turns, after the utterance, that show a wrong value."""
    since = None
    for turn, value in seen:
        if turn < said.turn:
            continue
        if facts.same(slot, value, said, today):
            since = None
        elif since is None:
            since = turn
    return since
