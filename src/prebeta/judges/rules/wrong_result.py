"""WRONG_RESULT: the product holds or reads back values other than those last uttered. Blamed: the first turn with it.

Where the end state was reached the end-state judge says what is wrong in it; this rule speaks of conversations that broke
off before, and of what was read back on the way, whether or not the user mended it.
"""

from __future__ import annotations

from collections.abc import Iterator

from prebeta.judges.rules.recaps import recaps, told_at_the_end
from prebeta.judges.rules.view import Exchange, Sign, View
from prebeta.judges.stated import Given, pairs_of, sure

_COMPANY = 2
"""So many other values must stand in a message as they were said, before one that does not is held against it."""


def find(view: View) -> Iterator[Sign]:
    if view.infrastructure:
        return
    for wrong in () if view.ended_well else view.wrong:
        if not wrong.old and wrong.value is not None:
            reason = f"{wrong.slot}: the user last said {wrong.wanted!r}, the product holds {wrong.value!r}"
            yield Sign(wrong.turn, reason, view.transcript.turns[wrong.turn].text, wrong.slot)
    for exchange, given in recaps(view):
        yield from _read_back(view, exchange, given)


def _read_back(view: View, exchange: Exchange, given: Given) -> Iterator[Sign]:
    """Values that the user never said, beside others that it did; and two that stand in each other's place."""
    text = exchange.reply.text
    plain = given.plainly(text)
    if len(plain) < max(min(len(given.said) - 1, _COMPANY), 1):
        return
    for slot, said in given.said.items():
        value = given.another(text, slot) if slot not in plain else None
        if value is None or _earlier(given, text, slot):
            continue
        turn = _first(view, exchange, given, slot)
        reason = f"{slot}: the user said {said[-1].value!r}, the product reads back {value.strip()!r}"
        if not told_at_the_end(view, slot, turn):
            yield Sign(turn, reason, view.transcript.turns[turn].text, slot)
    for one, other in given.swapped(text, view.texts(pairs_of, "\n".join(given.said)), plain):
        reason = f"{one} and {other} stand in each other's place"
        yield Sign(exchange.index, reason, text, one)


def _earlier(given: Given, text: str, slot: str) -> bool:
    """Whether it reads back what the user had said before: a correction was lost."""
    last = given.said[slot][-1]
    return any(one.value != last.value and given.shows(text, slot, one) for one in given.said[slot])


def _first(view: View, recap: Exchange, given: Given, slot: str) -> int:
    """The first turn since the value was given that says another already, in answer to it."""
    last = given.said[slot][-1]
    for exchange in view.exchanges:
        if exchange.user is None or exchange.user.index != last.turn or exchange.index >= recap.index:
            continue
        value = given.another(exchange.reply.text, slot)
        if value is not None and sure(value) and "?" not in value:
            return exchange.index
    return recap.index
