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
    """It says so; or it ends the conversation right after the user agreed to the last step."""
    if exchange.user is None or exchange.reply.problem is not None:
        return False
    agreed = exchange.reply.ended and exchange.act_name == acts.AFFIRM
    return exchange.reading.done or (agreed and not exchange.sorry and not exchange.reply.empty)
