"""Whether a reply serves the user's question: what it says beside its own prompt, and whether that answers or declines."""

from __future__ import annotations

import re

from prebeta.core.types import Act, Question
from prebeta.dialogue import acts
from prebeta.dialogue.matching import mentions
from prebeta.dialogue.phrases import IMPERATIVE, declines
from prebeta.dialogue.similarity import content_words, jaccard, tokens
from prebeta.judges.declining import declines_language
from prebeta.judges.rules.view import Exchange, Sign, View

_NEW_WORDS = 3
"""A sentence that says something has at least so many content words that the product hadn't just used."""
_PLAIN_ANSWER = re.compile(
    r"^\W*(?:yes|yep|yeah|no|nope|of course|certainly|indeed|always|never|not (?:yet|at|for|on|really)|"
    r"nothing|none|both|either|neither|free|it['’]s|there(?:['’]s| is| are)|it (?:is|does|depends)|(?:we|you|they) (?:do|can|are|will|must|should)(?:n['’]t| not)?)\b"
    r"(?! (?:problem|worries|bother))",
    re.I,
)
"""How an answer to a question of yes or no begins."""
_TAKEN = content_words(
    "got it noted thanks thank great good perfect alright right okay sure understood set down put written as"
)
"""What a reply says of a fact it took."""
_FILLER = _TAKEN | content_words(
    "back next then now first last move moving on along continue carry go let's step another thing one question questions "
    "ask asked asking well see look only still again yes yeah so anyway please wonderful lovely excellent fine hear hold "
    "moment quick bear straight on course turn time other after ahead way come return left off were"
)
"""What a reply says that says nothing."""
_RETURNS = re.compile(
    r"\b(?:let['’]?s |we(?:['’]ll| will| can)? |i['’]d )?(?:get |go |come |turn |getting |going |coming )?back to\b"
    r"(?: [\w'’-]+){0,4}|\b(?:let['’]?s )?(?:stick|keep) (?:to|with)\b(?: [\w'’-]+){0,3}",
    re.I,
)
"""*Back to your booking* returns to the step; by itself it declines nothing."""
_EXPLAINS = re.compile(
    r"^\W*(?:(?:well|oh|ah|why|simply|merely)\W+)?(?:it|this|that|those|these|they)(?:['’](?:s|re|ll)| (?:is|are|will|means?|tells?|"
    r"shows?|goes|helps?|lets?|serves?|stands?|allows?|decides?|gives?|says?))\b|\b(?:need|ask|want|use|require)(?:s|ed)? (?:for )?"
    r"(?:it|this|that|them)\b|\b(?:because|in order to|means?|meant|decides?)\b|\bso (?:that )?(?:i|we|you|the|our|they|nobody)\b",
    re.I,
)
"""How a reply says what a thing is or what it is for."""
_YET_UNDERSTOOD = re.compile(r"\b(?:but|(?:al)?though|understood|got|follow(?:ed)?|still|anyway)\b", re.I)
_CLAUSES = re.compile(r"[:;–—]\s+|\s-\s|,\s+(?=so\b|and\b|but\b|which\b|what\b|when\b)", re.I)
_SOME_ALIKE, THE_SAME = 0.5, 0.8


def passed_over(view: View, exchange: Exchange) -> Sign | None:
    """A clarifying question or a question of the goal that the reply neither answers nor declines."""
    act, before = exchange.act, exchange.before
    if act is None or before is None:
        return None
    if act.name not in (acts.CLARIFY, acts.GOAL_QUESTION):
        return _beside(view, exchange, act.question) if act.question is not None else None
    if speaks_another(view, exchange):
        return None
    text, slot = exchange.reply.text, act.asked
    question = act.question if act.name == acts.GOAL_QUESTION else None
    if question is not None and (_has_answer(text, question) or _declined(exchange)):
        return None
    told = _told(view, exchange, before) or _plainly(view, exchange, act)
    if told and not exchange.reading.fallback:
        if act.question is not None and act.question.expect is not None:
            reason = f"the reply to {act.question.ask!r} lacks {act.question.expect!r}"
            return Sign(exchange.index, reason, text, unsure=True)
        return None
    asked = repr(act.question.ask) if act.question is not None else "what it means"
    return Sign(exchange.index, f"neither answers nor declines the user's question {asked}", text, slot)


def _beside(view: View, exchange: Exchange, question: Question) -> Sign | None:
    """A question in one message with a fact, when the reply speaks of the fact, or of all that was given, only."""
    text, before = exchange.reply.text, exchange.before
    assert before is not None
    if _has_answer(text, question) or _declined(exchange):
        return None
    said = [form for each in view.said.values() for one in each if one.turn < exchange.index for form in one.forms]
    given = content_words(" ".join(said)) | _TAKEN
    now = exchange.act.said.values() if exchange.act is not None else ()
    subject = content_words(question.ask) - content_words(" ".join(now)) - _TAKEN
    before_it = _said_before(view, exchange, before)
    old, known = [tokens(part) for part in before_it], content_words(" ".join(before_it)) | given
    for part in _statements(view, exchange):
        if any(jaccard(tokens(part), one) >= THE_SAME for one in old):
            continue
        fresh = content_words(part) - known - _FILLER
        if subject & content_words(part) or _PLAIN_ANSWER.search(part) or len(fresh) > _NEW_WORDS:
            if question.expect is None:
                return None
            reason = f"the reply to {question.ask!r} lacks {question.expect!r}"
            return Sign(exchange.index, reason, text, unsure=True)
    return Sign(exchange.index, f"neither answers nor declines the user's question {question.ask!r}", text)


def _statements(view: View, exchange: Exchange) -> list[str]:
    """The sentences that ask nothing, and what stands before the question in one that does: *It's free, so which day?*"""
    found = []
    for part in view.sentences(exchange):
        if view.texts(asks, part):
            found += view.texts(_heads, part)
        else:
            found.append(part)
    return found


def _heads(part: str) -> list[str]:
    return [clause for clause in _CLAUSES.split(part)[:-1] if not _RETURNS.search(clause)]


def _declined(exchange: Exchange) -> bool:
    """It says no to the question; that it goes back to its step is none."""
    if exchange.reading.fallback or not exchange.reading.declines:
        return False
    return declines(_RETURNS.sub(" ", exchange.reading.text))


def _has_answer(text: str, question: Question) -> bool:
    if question.expect is None:
        return False
    how = "number" if re.fullmatch(r"[\d.,]+", question.expect) else "contains"
    return mentions(text, question.expect, how)


def _plainly(view: View, exchange: Exchange, act: Act) -> bool:
    """A short answer: a yes or no, what the question spoke of, or choices that weren't shown before."""
    assert exchange.user is not None
    assert exchange.before is not None
    if act.name == acts.CLARIFY:
        return bool(exchange.reply.options) and exchange.reply.options != exchange.before.reply.options
    asked = content_words(act.question.ask if act.question is not None else exchange.user.text) - _FILLER
    earlier = [tokens(part) for part in _said_before(view, exchange, exchange.before)]
    statements = _statements(view, exchange)
    fresh = [part for part in statements if not any(jaccard(tokens(part), old) >= THE_SAME for old in earlier)]
    return any(_PLAIN_ANSWER.search(part) or asked & content_words(part) for part in fresh)


def _told(view: View, exchange: Exchange, before: Exchange) -> bool:
    """Whether the reply says anything beside the prompt it repeats or the next prompt it goes on to. The prompt in
    other words explains what is meant, but answers no other question."""
    act = exchange.act
    clarify = exchange.act_name == acts.CLARIFY
    old = _said_before(view, exchange, before)
    known, earlier = content_words(" ".join(old)), [tokens(part) for part in old]
    if clarify and any(_explains(part, known) for part in view.sentences(exchange)):
        return True
    for part in _statements(view, exchange):
        alike = max((jaccard(tokens(part), old) for old in earlier), default=0.0)
        if alike >= THE_SAME:
            continue
        if alike < _SOME_ALIKE and len(content_words(part)) >= 2 * _NEW_WORDS:
            return True  # in the words of what it offers, and yet something else
        fresh = content_words(part) - known - _FILLER
        if len(fresh) >= _NEW_WORDS - clarify or any(char.isdigit() for char in part):
            return True
    same_step = exchange.reading.asks == before.reading.asks and exchange.reading.confirms == before.reading.confirms
    if not same_step and not (
        clarify and not exchange.reading.asks
    ):  # in words that can't be placed, it may be the same
        return False
    subject = content_words(act.question.ask) if act is not None and act.question is not None else None
    for part in view.sentences(exchange):
        if not view.texts(asks, part) or max((jaccard(tokens(part), old) for old in earlier), default=0.0) >= THE_SAME:
            continue
        fresh = content_words(_RETURNS.sub(" ", part)) - known - _FILLER
        enough = _NEW_WORDS - 1 if clarify else _NEW_WORDS + 1
        if len(fresh) >= enough and (subject is None or subject & content_words(part)):
            return True
    return False


def speaks_another(view: View, exchange: Exchange) -> bool:
    """Whether the user wrote in another language, and the reply says that it doesn't speak it: what was said is lost."""
    if "other_language" not in exchange.behaviors:
        return False
    return any(declines_language(part) and not _YET_UNDERSTOOD.search(part) for part in view.sentences(exchange))


def _explains(part: str, known: frozenset[str]) -> bool:
    """Whether a sentence says what is meant or why it is asked, in at least one word that the product hadn't just used."""
    return not part.endswith("?") and _EXPLAINS.search(part) is not None and bool(content_words(part) - known - _FILLER)


def _said_before(view: View, exchange: Exchange, before: Exchange) -> list[str]:
    """The sentences of the reply before, which answer nothing when they are merely said again. Those that answered the
    same question do; so does an explanation of what is asked that is kept where the rest of that reply is dropped."""
    parts = view.sentences(before)
    if _asks_the_same(exchange.act, before.act):
        parts = [part for part in parts if view.texts(asks, part)]
    elif exchange.act_name == acts.CLARIFY and len(parts) > len(view.sentences(exchange)):
        asked = content_words(exchange.reading.prompt)
        parts = [part for part in parts if view.texts(asks, part) or asked.isdisjoint(content_words(part))]
    return parts


def _asks_the_same(act: Act | None, before: Act | None) -> bool:
    """Whether the user asks once more what it had just asked."""
    if act is None or before is None:
        return False
    if act.question is not None and before.question is not None:
        return act.question.ask == before.question.ask
    return act.name == before.name == acts.CLARIFY


def asks(part: str) -> bool:
    return part.endswith("?") or IMPERATIVE.search(part) is not None
