"""IGNORED_INPUT: asks again for what was given, or passes over a direct question. Blamed: the next product turn."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prebeta.core.types import Act, Question, SlotSpec
from prebeta.dialogue import acts
from prebeta.dialogue.matching import mentions
from prebeta.dialogue.phrases import IMPERATIVE
from prebeta.dialogue.similarity import content_words, jaccard, sentences, tokens
from prebeta.judges.facts import day_of
from prebeta.judges.rules.view import Exchange, Sign, View

_ASKS_BACK = re.compile(
    r"\b(?:valid|format|digits?|for example|e\.g\.|for instance|such as|please use|did you mean|do you mean|"
    r"(?:too|more) (?:short|long|specific|precise)|which (?:one|of)|full (?:name|date|number)|at least|closed|"
    r"not (?:available|possible|supported|open)|unavailable|instead)\b",
    re.I,
)
_NEW_WORDS = 3
"""A sentence that says something has at least so many content words that the product hadn't just used."""
_SAME_QUESTION, _SOME_ALIKE = 0.6, 0.5
_PLAIN_ANSWER = re.compile(
    r"^\W*(?:yes|yep|yeah|no|nope|of course|certainly|indeed|always|never|not (?:yet|at|for|on|really)|"
    r"it (?:is|does|depends)|(?:we|you|they) (?:do|can|are|will|must|should)(?:n['’]t| not)?)\b"
    r"(?! (?:problem|worries|bother))",
    re.I,
)
"""How an answer to a question of yes or no begins."""


_TAKEN = content_words(
    "got it noted thanks thank great good perfect alright right okay sure understood set down put written as"
)
"""What a reply says of a fact it took."""


def find(view: View) -> Iterator[Sign]:
    yield from _asked_again(view)
    for exchange in view.exchanges:
        if exchange.reply.problem is None and not exchange.reply.empty:
            sign = _passed_over(exchange)
            if sign is not None:
                yield sign


def _asked_again(view: View) -> Iterator[Sign]:
    """A slot asked for after it was given, by the user's own doing neither revisited nor left open."""
    exchanges = view.exchanges
    said = view.said
    today = day_of(view.transcript)
    for position, exchange in enumerate(exchanges):
        if not exchange.reading.asks or exchange.act_name in (*acts.ASIDES, acts.CHANGE, acts.DENY):
            continue
        if any(slot not in exchange.given and slot in said for slot in exchange.reading.asks):
            continue  # it asks for several things, and one of them is new
        slot = exchange.reading.asks[0]
        spec = view.reader.slots.get(slot)
        if slot not in exchange.given or spec is None:
            continue
        known = [one for one in said[slot] if one.turn < exchange.index]
        uttered = view.transcript.turns[known[-1].turn].act
        if uttered is not None and "mistype" in uttered.behaviors:
            continue  # it may well ask what was meant
        shows = any(mentions(exchange.reply.text, form, spec.match, today) for form in known[-1].forms)
        if shows and not exchange.reply.options:
            continue  # it knows the value, and asks something about it
        if _ASKS_BACK.search(exchange.reply.text) and not _asked_thrice(exchanges[position + 1 :], slot):
            continue  # it says what it can't take, and takes the next answer
        guessed = exchange.reading.source == "words" and not _like_before(exchange, slot, exchanges[:position], spec)
        if guessed and view.facts.same(slot, exchange.held.get(slot), known[-1], today):
            continue  # it holds the value; so what sounds like the slot is a question about it
        reason = f"asks for {slot} again, which was given in turn {known[-1].turn}"
        yield Sign(exchange.index, reason, exchange.reply.text, slot, unsure=guessed and exchange.reading.yes_no)


def _like_before(exchange: Exchange, slot: str, earlier: list[Exchange], spec: SlotSpec) -> bool:
    """Whether the question is worded as one that asked for the slot before, or as the project words it."""
    asked = [one.reading.prompt for one in earlier if slot in one.reading.asks] + list(spec.ask)
    said = content_words(exchange.reading.prompt)
    return any(jaccard(said, content_words(prompt)) >= _SAME_QUESTION for prompt in asked)


def _asked_thrice(later: list[Exchange], slot: str) -> bool:
    return any(exchange.reading.asks[:1] == (slot,) and exchange.cooperative for exchange in later[:2])


def _passed_over(exchange: Exchange) -> Sign | None:
    """A clarifying question or a question of the goal that the reply neither answers nor declines."""
    act, before = exchange.act, exchange.before
    if act is None or before is None:
        return None
    if act.name not in (acts.CLARIFY, acts.GOAL_QUESTION):
        return _beside_passed_over(exchange, act, before) if act.question is not None else None
    text, slot = exchange.reply.text, act.asked
    if act.name == acts.GOAL_QUESTION and act.question is not None:
        if _has_answer(text, act.question):
            return None
        if exchange.reading.declines and not exchange.reading.fallback:
            return None
    told = _told(exchange, before) or _plainly(exchange, act)
    if told and not exchange.reading.fallback:
        if act.question is not None and act.question.expect is not None:
            reason = f"the reply to {act.question.ask!r} lacks {act.question.expect!r}"
            return Sign(exchange.index, reason, text, unsure=True)
        return None
    asked = repr(act.question.ask) if act.question is not None else "what it means"
    return Sign(exchange.index, f"neither answers nor declines the user's question {asked}", text, slot)


def _beside_passed_over(exchange: Exchange, act: Act, before: Exchange) -> Sign | None:
    """A question in one message with a fact, when the reply speaks of the fact only."""
    question, text = act.question, exchange.reply.text
    assert question is not None
    if _has_answer(text, question) or (exchange.reading.declines and not exchange.reading.fallback):
        return None
    given = content_words(" ".join((*act.facts.values(), *act.said.values()))) | _TAKEN
    subject = content_words(question.ask) - given
    old = [tokens(part) for part in sentences(before.reply.text)]
    known = content_words(before.reply.text) | given
    for part in sentences(text):
        if part.endswith("?") or IMPERATIVE.search(part) or any(jaccard(tokens(part), one) >= 0.8 for one in old):
            continue
        fresh = content_words(part) - known
        if subject & content_words(part) or _PLAIN_ANSWER.search(part) or len(fresh) > _NEW_WORDS:
            if question.expect is None:
                return None
            reason = f"the reply to {question.ask!r} lacks {question.expect!r}"
            return Sign(exchange.index, reason, text, unsure=True)
    return Sign(exchange.index, f"neither answers nor declines the user's question {question.ask!r}", text)


def _has_answer(text: str, question: Question) -> bool:
    if question.expect is None:
        return False
    how = "number" if re.fullmatch(r"[\d.,]+", question.expect) else "contains"
    return mentions(text, question.expect, how)


def _plainly(exchange: Exchange, act: Act) -> bool:
    """A short answer: a yes or no, what the question spoke of, or choices that weren't shown before."""
    assert exchange.user is not None
    assert exchange.before is not None
    if act.name == acts.CLARIFY:
        return bool(exchange.reply.options) and exchange.reply.options != exchange.before.reply.options
    asked = content_words(exchange.user.text)
    earlier = [tokens(part) for part in sentences(exchange.before.reply.text)]
    statements = [part for part in sentences(exchange.reply.text) if not part.endswith("?")]
    fresh = [part for part in statements if not any(jaccard(tokens(part), old) >= 0.8 for old in earlier)]
    return any(_PLAIN_ANSWER.search(part) or asked & content_words(part) for part in fresh)


def _told(exchange: Exchange, before: Exchange) -> bool:
    """Whether the reply says anything beside the prompt it repeats or the next prompt it goes on to. The prompt in
    other words explains it, but answers no other question."""
    rephrased = _NEW_WORDS - 1 if exchange.act_name == acts.CLARIFY else _NEW_WORDS + 1
    known = content_words(before.reply.text)
    earlier = [tokens(part) for part in sentences(before.reply.text)]
    same_step = exchange.reading.asks == before.reading.asks and exchange.reading.confirms == before.reading.confirms
    if exchange.act_name == acts.CLARIFY and not exchange.reading.asks:
        same_step = True  # in words that can't be placed, it goes on about the same
    for part in sentences(exchange.reply.text):
        asks = part.endswith("?") or IMPERATIVE.search(part) is not None
        if asks and not same_step:
            continue
        alike = max((jaccard(tokens(part), old) for old in earlier), default=0.0)
        if alike >= 0.8:
            continue
        if not asks and alike < _SOME_ALIKE and len(content_words(part)) >= 2 * _NEW_WORDS:
            return True  # in the words of what it offers, and yet something else
        if len(content_words(part) - known) >= (rephrased if asks else _NEW_WORDS):
            return True
        if not asks and any(char.isdigit() for char in part):
            return True
    return False
