"""FALSE_DONE: claims completion, and the end state says no. Blamed: the claim."""

from __future__ import annotations

from collections.abc import Iterator

from prebeta.dialogue import acts
from prebeta.judges.rules.view import Exchange, Sign, View


def find(view: View) -> Iterator[Sign]:
    """The first claim after which the conversation made no further step."""
    if view.ended_well or view.infrastructure:
        return
    claim: Exchange | None = None
    for exchange in view.exchanges:
        if _claims(exchange):
            claim = claim or exchange
        elif exchange.advanced and exchange.reading.prompts:
            claim = None
    if claim is not None:
        yield Sign(claim.index, "the product claims to be done; its end state says no", claim.reply.text)


def _claims(exchange: Exchange) -> bool:
    """It says so; or it takes the user's yes to the last step, and asks and offers nothing more."""
    if exchange.user is None or exchange.reply.problem is not None:
        return False
    reading = exchange.reading
    agreed = exchange.act_name == acts.AFFIRM and exchange.before is not None and exchange.before.reading.confirms
    satisfied = not (reading.prompts or reading.fallback or reading.declines or reading.hold_on) or exchange.reply.ended
    return reading.done or (agreed and satisfied and not exchange.sorry and not exchange.reply.empty)
