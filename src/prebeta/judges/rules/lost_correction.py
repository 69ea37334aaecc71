"""LOST_CORRECTION: the old value after a correction, in the state, in the answer to it or in a recap. Blamed: its first
re-use, also where the user insisted and the product took it in at last."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from prebeta.dialogue.similarity import content_words
from prebeta.judges.facts import Utterance, day_of
from prebeta.judges.rules.recaps import given_at, reads_back, told_at_the_end
from prebeta.judges.rules.view import Exchange, Sign, View
from prebeta.judges.stated import loose, sure

_DENIED = re.compile(r"\b(?:not|instead|rather|no longer|never|\w+n['’]t)\b", re.I)

_NUMBER = re.compile(r"\d+")


def find(view: View) -> Iterator[Sign]:
    if view.infrastructure:
        return
    found = set()
    for wrong in () if view.ended_well else view.wrong:
        if wrong.old:
            found.add(wrong.slot)
            reason = f"{wrong.slot}: corrected to {wrong.wanted!r}, the product still holds {wrong.value!r}"
            yield Sign(wrong.turn, reason, view.transcript.turns[wrong.turn].text, wrong.slot)
    for slot, said in view.said.items():
        if slot not in found and len({utterance.value for utterance in said}) > 1:
            yield from _reused(view, slot, said)


def _reused(view: View, slot: str, said: Sequence[Utterance]) -> Iterator[Sign]:
    """The first turn that goes by a value which the user had replaced."""
    unheard: set[int] = set()
    for number, exchange in enumerate(view.exchanges):
        heard = [one for one in said if one.turn < exchange.index]
        old = next((one for one in reversed(heard) if one.value != heard[-1].value), None)
        if old is None or exchange.reply.problem is not None:
            continue
        new = heard[-1]
        direct = exchange.user is not None and exchange.user.index == new.turn
        if direct and not exchange.advanced and (exchange.reading.fallback or exchange.reading.declines):
            unheard.add(new.turn)  # it says that it took nothing in
        if new.turn in unheard or new.mistyped:
            continue
        after = view.exchanges[number + 1 : number + 2]
        if _says(view, exchange, slot, (old, new), direct) or _keeps(view, (exchange, *after), slot, (old, new)):
            reason = f"{slot}: corrected to {new.value!r}, the product still goes by {old.value!r}"
            if not told_at_the_end(view, slot, exchange.index):
                yield Sign(exchange.index, reason, exchange.reply.text, slot)
            return


def _says(view: View, exchange: Exchange, slot: str, values: tuple[Utterance, Utterance], direct: bool) -> bool:
    """Whether a recap, or the very answer to the correction, names the old value and not the new one."""
    recap = reads_back(view, exchange)
    if not (recap or direct) or (slot in exchange.reading.asks and not recap):
        return False
    old, new = values
    given, text = given_at(view, exchange), exchange.reply.text
    if not given.shows(text, slot, old) or given.shows(text, slot, new):
        return False
    for part in view.sentences(exchange):
        if not given.shows(part, slot, old):
            continue
        if recap:
            return not _DENIED.search(part) and (sure(old.value) or given.right(text, but=slot) > 0)
        plain = sure(old.value) or _names(part, slot)
        return plain and not (loose(part) or "?" in part or _tells_more(part, old.forms))
    return False


def _names(part: str, slot: str) -> bool:
    """Whether a sentence calls the slot by its name: *Seats: 2.*"""
    return not content_words(slot.replace("_", " ")).isdisjoint(content_words(part))


def _tells_more(part: str, forms: Sequence[str]) -> bool:
    """Whether a sentence has other numbers than the value: what it costs, when it is."""
    return not set(_NUMBER.findall(part)) <= set(_NUMBER.findall(" ".join(forms)))


def _keeps(view: View, exchanges: Sequence[Exchange], slot: str, values: tuple[Utterance, Utterance]) -> bool:
    """Whether the state has the old value in this turn and the next: one turn alone may be a state that lags, or a
    product that asks back."""
    old, new = values
    today = day_of(view.transcript)
    return len(exchanges) > 1 and all(
        exchange.reply.problem is None
        and (value := exchange.held.get(slot)) is not None
        and view.facts.same(slot, value, old, today)
        and not view.facts.same(slot, value, new, today)
        and slot not in exchange.reading.asks
        and not (exchange.reading.fallback or exchange.reading.declines)
        and not given_at(view, exchange).shows(exchange.reply.text, slot, new)
        for exchange in exchanges
    )
