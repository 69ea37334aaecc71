"""The turns in which a product says what it has taken down, with what the user had said up to there."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from prebeta.dialogue import acts
from prebeta.judges.facts import day_of
from prebeta.judges.rules.view import Exchange, View
from prebeta.judges.stated import Given, has, sure

_MANY, _LONG = 3, 40
"""A message that names so many of the values given goes through them; it has so many characters at least."""


def reads_back(view: View, exchange: Exchange) -> bool:
    """Whether it asks to confirm, says that it is done, or goes through what was given: what it names then it holds."""
    if exchange.reading.confirms or exchange.reading.done or exchange.reply.ended:
        return True
    if len(exchange.given) <= _MANY or exchange.reading.fallback or len(exchange.reply.text) < _LONG:
        return False
    text = exchange.reply.text.casefold()
    return sum(has(text, said[-1].value) for said in view.said.values() if sure(said[-1].value)) >= _MANY


def recaps(view: View) -> Iterator[tuple[Exchange, Given]]:
    """The product's turns that read back, but for those after a doubt."""
    for exchange in view.exchanges:
        if exchange.given and reads_back(view, exchange) and exchange.act_name != acts.DOUBT:
            yield exchange, given_at(view, exchange)


def given_at(view: View, exchange: Exchange, only: Collection[str] | None = None) -> Given:
    """What the user had said up to this turn."""
    said = {slot: [one for one in told if one.turn < exchange.index] for slot, told in view.said.items()}
    kept = {slot: told for slot, told in said.items() if told and (only is None or slot in only)}
    return Given(view.reader.slots, kept, day_of(view.transcript))


def told_at_the_end(view: View, slot: str, turn: int) -> bool:
    """Whether the judge of the end state blames this turn, or one before it, for the slot."""
    return view.ended_well and any(wrong.slot == slot and wrong.turn <= turn for wrong in view.wrong)
