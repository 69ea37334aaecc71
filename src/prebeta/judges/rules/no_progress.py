"""NO_PROGRESS: three product turns without a milestone while the user did its part. Blamed: the first of them.

Where the user left for lack of progress, two are enough: some users are less patient.
"""

from __future__ import annotations

from collections.abc import Iterator

from prebeta.dialogue import acts
from prebeta.judges.rules.view import Exchange, Sign, View

ROW = 3


def find(view: View) -> Iterator[Sign]:
    needed = ROW - 1 if view.transcript.stop.reason == "patience" else ROW
    row: list[Exchange] = []
    for exchange in view.exchanges:
        if exchange.advanced:
            row = []
        elif (
            exchange.cooperative
            and exchange.reply.problem is None
            and not (_revisits(exchange) or _guessed(exchange) or _elsewhere(exchange))
        ):
            row.append(exchange)
            if len(row) == ROW:
                break
    if len(row) >= needed and not view.ended_well:
        first = row[0]
        yield Sign(
            first.index, f"{len(row)} replies in a row that don't advance although the user does", first.reply.text
        )


def _revisits(exchange: Exchange) -> bool:
    """Going over a step once more is right after the user asked for it."""
    return exchange.act_name in (acts.CORRECT, acts.CHANGE, acts.DENY) and exchange.reading.prompts


def _guessed(exchange: Exchange) -> bool:
    """The user could only guess what was asked: not getting any further is no wonder."""
    return exchange.before is not None and not exchange.before.reading.placed


def _elsewhere(exchange: Exchange) -> bool:
    """The user gave another fact than the one asked for: to ask for that again is right."""
    facts = exchange.act.facts if exchange.act is not None else {}
    asked = exchange.before.reading.asks if exchange.before is not None else ()
    return exchange.act_name == acts.INFORM and bool(facts) and bool(asked) and not set(asked) & set(facts)
