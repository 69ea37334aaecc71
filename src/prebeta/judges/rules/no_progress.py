"""NO_PROGRESS: three product turns without a milestone while the user did its part. Blamed: the first of them.

Where the user left for lack of progress, two are enough: some users are less patient. So are two at the very end that ask
and offer nothing, though the product took in what the user came up with by itself; and two that ask, ever anew, for a yes
or no to what nothing of the matter explains.
"""

from __future__ import annotations

from collections.abc import Iterator

from prebeta.dialogue import acts
from prebeta.judges.rules.view import Exchange, Sign, View, kept_its_word

ROW = 3


def find(view: View) -> Iterator[Sign]:
    if view.ended_well:
        return
    patience = view.transcript.stop.reason == "patience"
    needed = ROW - 1 if patience else ROW
    idle = _idle_end(view) if patience else []
    if idle:
        yield Sign(idle[0].index, f"{len(idle)} replies up to the end that ask and offer nothing", idle[0].reply.text)
        return
    beside = _beside_the_matter(view) if patience or view.transcript.stop.by == "limit" else []
    if len(beside) >= needed:
        reason = f"{len(beside)} replies up to the end that ask about something else than what is left to do"
        yield Sign(beside[0].index, reason, beside[0].reply.text)
        return
    row: list[Exchange] = []
    for position, exchange in enumerate(view.exchanges):
        if exchange.advanced:
            row = []
        elif (
            exchange.cooperative
            and not kept_its_word(view.exchanges, position)
            and exchange.reply.problem is None
            and not (_revisits(exchange) or _guessed(exchange) or _elsewhere(exchange))
        ):
            row.append(exchange)
            if len(row) == ROW:
                break
    if len(row) >= needed:
        first = row[0]
        yield Sign(
            first.index, f"{len(row)} replies in a row that don't advance although the user does", first.reply.text
        )


def _idle_end(view: View) -> list[Exchange]:
    """The last replies, after the user did its part, that leave it with nothing to do; none unless one of them didn't
    even take anything in."""
    tail: list[Exchange] = []
    for exchange in reversed(view.exchanges):
        reading = exchange.reading
        if exchange.user is None or exchange.reply.problem is not None or reading.prompts or reading.done:
            break
        if exchange.cooperative and not exchange.reply.empty and not _guessed(exchange):
            tail.append(exchange)
    tail.reverse()
    return tail if len(tail) >= ROW - 1 and not all(_got_on(exchange) for exchange in tail) else []


def _beside_the_matter(view: View) -> list[Exchange]:
    """The last replies, after the user did its part, since the last step of the matter; none unless at least two of them
    ask for a yes or no that nothing declared explains, and none asks anything else that the user can't place."""
    tail: list[Exchange] = []
    odd = 0
    for exchange in reversed(view.exchanges):
        if exchange.user is None or exchange.reply.problem is not None or _is_step(view, exchange):
            break
        if not exchange.reading.placed:
            if not exchange.reading.yes_no:
                return []
            odd += 1
        if exchange.cooperative and not (_revisits(exchange) and exchange.before and exchange.before.reading.placed):
            tail.append(exchange)
    tail.reverse()
    return tail if odd >= ROW - 1 else []


def _is_step(view: View, exchange: Exchange) -> bool:
    """It asks for what wasn't given yet, goes by a line of the project, or sums up something that was given."""
    reading = exchange.reading
    if not reading.placed:
        return False
    if exchange.changed or reading.done or reading.open or reading.changes or (reading.rule and not reading.asks):
        return True
    if reading.asks:
        return not all(slot in exchange.given for slot in reading.asks)
    return reading.confirms and any(view.shows(exchange, slot) for slot in exchange.given)


def _got_on(exchange: Exchange) -> bool:
    """It advanced, and not only because the reply before told of nothing that the product holds."""
    before = exchange.before
    while before is not None and before.reply.empty:
        before = before.before
    if before is not None and exchange.held == before.held:
        return exchange.advanced and not exchange.changed
    return exchange.advanced


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
