"""LOOP: the same reply again although the user gave what was asked and nothing advanced. Blamed: the 2nd occurrence.

A prompt repeated after an aside (a clarifying question, an off-topic remark) is right and no loop.
"""

from __future__ import annotations

from collections.abc import Iterator

from prebeta.dialogue.similarity import jaccard, tokens
from prebeta.judges.rules.view import Sign, View

ALIKE = 0.8
BACK = 4


def find(view: View) -> Iterator[Sign]:
    exchanges = view.exchanges
    for position, exchange in enumerate(exchanges):
        if not exchange.supplied or exchange.advanced or exchange.reply.empty or exchange.reply.problem is not None:
            continue
        said = tokens(exchange.reply.text)
        earlier = [tokens(one.reply.text) for one in exchanges[max(0, position - BACK) : position]]
        if any(old and jaccard(said, old) >= ALIKE for old in earlier):
            slot = exchange.reading.asks[0] if exchange.reading.asks else None
            reason = "the product says the same again although the user gave what was asked"
            yield Sign(exchange.index, reason, exchange.reply.text, slot)
