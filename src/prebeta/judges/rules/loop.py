"""LOOP: the same reply or question again although the user gave what was asked and nothing advanced. Blamed: the 2nd
occurrence.

A prompt repeated after an aside (a clarifying question, an off-topic remark) is right and no loop. The question again
behind other words is a loop where all of it was just said, or where the next answer brings it once more; asked again a
single time it is input ignored. In a log nobody knows what the user gave: there it takes the same reply three times, to
messages that differ.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from prebeta.dialogue import acts
from prebeta.dialogue.similarity import jaccard, tokens
from prebeta.judges.rules.view import Exchange, Sign, View, kept_its_word

ALIKE = 0.8
BACK = 4
TWICE, FEW_WORDS = 2, 4


def find(view: View) -> Iterator[Sign]:
    exchanges = view.exchanges
    if view.transcript.of_log:
        yield from _in_log(exchanges)
    for position, exchange in enumerate(exchanges):
        if exchange.advanced or exchange.reply.empty or exchange.reply.problem is not None:
            continue
        if kept_its_word(exchanges, position):
            continue
        back = BACK if exchange.supplied else int(_corrected(exchange))
        if not back or exchange.other_language_declined:
            continue
        earlier = exchanges[max(0, position - back) : position]
        said = tokens(exchange.reply.text)
        again = any(not one.reply.empty and jaccard(said, tokens(one.reply.text)) >= ALIKE for one in earlier)
        if again or (exchange.supplied and (_nothing_new(view, exchange, earlier) or _goes_on(exchanges, position))):
            slot = exchange.reading.asks[0] if exchange.reading.asks else None
            reason = "the product says the same again although the user gave what was asked"
            yield Sign(exchange.index, reason, exchange.reply.text, slot)


def _in_log(exchanges: Sequence[Exchange]) -> Iterator[Sign]:
    """The third time a reply comes within a few turns, though the user said something else each time."""
    before: list[tuple[int, Exchange, frozenset[str], frozenset[str]]] = []
    for position, exchange in enumerate(exchanges):
        if exchange.act is not None or not _may_loop(exchange):
            continue
        said, asked = tokens(exchange.reply.text), tokens(exchange.asked)
        before = [one for one in before if position - one[0] <= BACK]
        alike = [one for one in before if jaccard(said, one[2]) >= ALIKE]
        if len(alike) >= TWICE and all(jaccard(asked, one[3]) < ALIKE for one in alike):
            second = alike[1][1]
            reason = "the product says the same for the third time, whatever the user says"
            yield Sign(second.index, reason, second.reply.text)
        before.append((position, exchange, said, asked))


def _may_loop(exchange: Exchange) -> bool:
    """It answers something, with words that are no courtesy."""
    reply, reading = exchange.reply, exchange.reading
    if (
        exchange.user is None
        or exchange.waited
        or not exchange.asked.strip()
        or reply.empty
        or reply.problem is not None
    ):
        return False
    return not (reading.more or reading.done) and len(tokens(reply.text)) >= FEW_WORDS


def _corrected(exchange: Exchange) -> bool:
    """Another value for what the product had just asked for once more; a recap with it may well be like the last one."""
    act, before = exchange.act, exchange.before
    if act is None or before is None or act.name != acts.CORRECT or "mistype" in act.behaviors:
        return False
    return not act.facts.keys().isdisjoint(before.reading.asks)


def _nothing_new(view: View, exchange: Exchange, earlier: Sequence[Exchange]) -> bool:
    """The step that was just answered once more, and no sentence that one of those replies didn't say. (What stands alone
    now had been in company: an acknowledgement before the question makes no other question of it.)"""
    if not exchange.reading.prompts or not _same_step(exchange):
        return False
    said = [tokens(part) for part in view.sentences(exchange)]
    olds = ([tokens(part) for part in view.sentences(one)] for one in earlier)
    return any(all(any(jaccard(part, one) >= ALIKE for one in old) for part in said) for old in olds)


def _goes_on(exchanges: Sequence[Exchange], position: int) -> bool:
    """The question just answered, in the same words behind others, and again so after the next answer."""
    following = next((one for one in exchanges[position + 1 : position + 3] if one.supplied), None)
    exchange = exchanges[position]
    if following is None or following.advanced or not (_same_question(exchange) and _same_question(following)):
        return False
    return not any(one.sorry or one.reading.declines for one in (exchange, following))


def _same_step(exchange: Exchange) -> bool:
    """Whether it asks for what the reply before asked for."""
    reading, asked = exchange.reading, exchange.before.reading if exchange.before is not None else None
    if asked is None:
        return False
    if reading.asks or asked.asks:
        return not set(reading.asks).isdisjoint(asked.asks)
    return (reading.confirms and asked.confirms) or _same_question(exchange)


def _same_question(exchange: Exchange) -> bool:
    """Whether it asks in the words of the reply before."""
    asked = exchange.before.reading.prompt if exchange.before is not None else ""
    return bool(asked) and jaccard(tokens(exchange.reading.prompt), tokens(asked)) >= ALIKE
