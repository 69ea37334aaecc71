"""LOST_CORRECTION: the old value after a correction, in the state or in a recap. Blamed: its first re-use."""

from __future__ import annotations

from collections.abc import Iterator

from prebeta.dialogue.matching import mentions
from prebeta.judges.facts import Utterance, day_of
from prebeta.judges.rules.view import Sign, View


def find(view: View) -> Iterator[Sign]:
    if view.ended_well or view.infrastructure:
        return
    found = set()
    for wrong in view.wrong:
        if wrong.old:
            found.add(wrong.slot)
            reason = f"{wrong.slot}: corrected to {wrong.wanted!r}, the product still holds {wrong.value!r}"
            yield Sign(wrong.turn, reason, view.transcript.turns[wrong.turn].text, wrong.slot)
    for slot, said in view.said.items():
        if slot not in found and len({utterance.value for utterance in said}) > 1:
            yield from _in_recaps(view, slot, said)


def _in_recaps(view: View, slot: str, said: list[Utterance]) -> Iterator[Sign]:
    """The last recap after the correction shows the old value and not the new one."""
    new = said[-1]
    old = next(utterance for utterance in reversed(said) if utterance.value != new.value)
    spec = view.reader.slots.get(slot)
    how, today = spec.match if spec is not None else "contains", day_of(view.transcript)
    first = next(utterance.turn for utterance in said if utterance.turn > old.turn)
    recaps = [one for one in view.exchanges if one.index > first and one.reading.confirms]
    wrong = [
        one
        for one in recaps
        if any(mentions(one.reply.text, form, how, today) for form in old.forms)
        and not any(mentions(one.reply.text, form, how, today) for form in new.forms)
    ]
    if wrong and wrong[-1] is recaps[-1]:
        reason = f"{slot}: corrected to {new.value!r}, the recap still says {old.value!r}"
        yield Sign(wrong[0].index, reason, wrong[0].reply.text, slot)
