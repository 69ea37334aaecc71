"""DEAD_END: a fallback, an apology or a hang-up, with no question, option or link to go on with. Blamed: that turn."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prebeta.dialogue import acts
from prebeta.dialogue.phrases import APOLOGY
from prebeta.dialogue.similarity import content_words, sentences, tokens
from prebeta.judges.declining import breaks_off
from prebeta.judges.rules.view import Exchange, Sign, View

_WAY_ON = re.compile(
    r"\b(?:feel free|let (?:me|us) know|anything else|other questions?|instead|alternatively|otherwise|however|"
    r"(?:but|though|although) (?:i|we|you|there)\b|if (?:you|there)\b|(?:i|we|you) can(?! ?not| only| go\b|['’]t)\b|"
    r"we (?:do|also) \w+|transfer|connect you|call(?: us)?|e-?mail|contact|visit)\b|://|\w@\w",
    re.I,
)
_MENDS = re.compile(
    r"\b(?:(?:i|we)(?:['’]ve| have)? (?:now |just )?(?:changed?|updated?|corrected?|put|set|made|removed?|added?)|"
    r"(?:changed|updated|corrected|fixed|noted)|for the (?:mix-?up|confusion|mistake|trouble|delay|wait|inconvenience)|"
    r"(?:i|we)(?:['’]ll| will) (?!need\b|have to\b))",
    re.I,
)

_SYMPATHY = re.compile(
    r"\b(?:so |very |really |terribly )?sorry (?:to (?:hear|see|bother|trouble|ask|say goodbye)|for (?:your|the (?:wait|delay|trouble|inconvenience))|"
    r"(?:that )?(?:you|this|it)(?:['’]ve| have| had|['’]s| is| was| took| happened)?\b|about (?:that|this|the|your))|\bno need to apologi[sz]e\b",
    re.I,
)
"""Kind words, which give nothing up."""
_GIVES_UP = re.compile(
    r"\b(?:nothing (?:more |else |further )?(?:i|we) can (?:do|say|add)|(?:can(?:not|['’]t)|unable to|not able to|won['’]t) (?:\w+ )?(?:go|get|take|"
    r"carry|help|do|proceed|continue|assist|answer)|not (?:possible|going to work)|impossible|no idea|"
    r"(?:end of the (?:road|line)|as far as (?:i|we|this|it) (?:can |could )?(?:go|get)s?)|(?:it|that|this) (?:did|does|wo)(?:n['’]t| not) work|"
    r"(?:doesn['’]t|does not|didn['’]t) add up|something(?:['’]s| is| went| isn['’]t| has gone) (?:\w+ )?(?:wrong|right|off|amiss)|"
    r"(?:an? |some )?(?:error|problem|failure)(?: has| just)? (?:occurred|happened|came up)|(?:i|we)(?:['’]m| am|['’]re| are) (?:stuck|at a loss|out of))\b",
    re.I,
)
_NO_ANSWER = re.compile(
    r"\b(?:ca(?:n['’]?t|nnot)|could(?:n['’]t| not)|(?:un|not )able to|wo(?:n['’]t)|will not|would(?:n['’]t| not)) (?:\w+ ){0,2}(?:answer|say|tell|help|assist|"
    r"comment|give|know|do|provide|advise|speak)\b|\b(?:do(?:n['’]t| not)|did(?:n['’]t| not)) (?:really |actually )?(?:know|have (?:an?|any|that|the|this) "
    r"?(?:\w+ )?(?:information|info|answer|idea|details?|data|figures?|clue))\b|\b(?:have|has|got|is|there['’]?s|hold|with) (?:absolutely )?"
    r"(?:nothing|no (?:\w+ )?(?:information|info|answer|idea|details?|data|figures?|clue|record))\b|\bno (?:idea|information|answer|clue)\b|"
    r"\bnothing (?:on|about|for|to say)\b|\b(?:beyond|outside|above) (?:me|my|us|our|what)\b|\bnot (?:something|for me|my|our|a question)\b|"
    r"\bi(?:['’]m| am) not sure\b",
    re.I,
)
"""The question is left as it was."""
_JUST_SORRY = re.compile(
    r"^\W*(?:(?:i|we)(?:['’]m| am|['’]re| are)? )?(?:so |very |really )?(?:sorry|apolog\w+|unfortunately|afraid)(?: about that)?\W*$",
    re.I,
)

_DISMAYED = re.compile(r"^\W*(?:whoops|oops|uh-?oh|oh (?:no|dear)|dear me|alas|yikes)\b", re.I)
_SIGHS = re.compile(r"^\W*(?:h+m+|ah|oh|er+m?|uh|um|ouch|dear me|whoops|oops|alas|tricky|pity)\b", re.I)
_HELPS = re.compile(
    r"\d|://|\b(?:you|your|i|we|on|in|at|by|from|under|inside|see|check|look|any|either|fine|ok|okay|problem|worries|for|to|or)\b",
    re.I,
)
_WANT_MORE = frozenset({acts.CLARIFY, acts.GOAL_QUESTION, acts.NOT_SURE})
"""Acts after which the user waits to be told something."""
_SAYS_NOTHING = tokens(
    "hm hmm mm mhm oh ah aha eh er um uh huh well so ok okay right alright dear me my goodness a an the what how that is that's "
    "it's it too very bad pity shame sad unfortunate unfortunately whoops oops alas i we see understand understood noted sigh then"
)
"""Replies of nothing but such words answer nothing."""


def find(view: View) -> Iterator[Sign]:
    """Counts though the user found a way on by itself, but for the last words of a talk that ended well."""
    exchanges = view.exchanges
    for position, exchange in enumerate(exchanges):
        if exchange.user is None or exchange.reply.problem is not None or exchange.reply.empty:
            continue
        overcome = view.ended_well and exchange is exchanges[-1]
        if not overcome and _gives_up(view, exchange):
            first = _first_time(exchanges, position)
            # Of a log nobody knows what was asked for: to say no may be right there, not to understand never is.
            unknown = view.transcript.of_log and exchange.act is None and not exchange.reading.fallback
            reason = "the product gives up and offers no way to go on"
            yield Sign(first.index, reason, first.reply.text, unsure=unknown)
    hung_up = view.transcript.stop.by == "product" and view.transcript.stop.reason == "ended"
    if exchanges and hung_up and not _claimed(exchanges):
        last = exchanges[-1]
        yield Sign(last.index, "the product ends the conversation before its end state", last.reply.text)


def _first_time(exchanges: list[Exchange], position: int) -> Exchange:
    """Where it began to say just that: after an aside it might have been about the aside, had it not stayed with it."""
    text = exchanges[position].reading.text
    while position > 0 and exchanges[position - 1].reading.text == text and exchanges[position - 1].user is not None:
        position -= 1
    return exchanges[position]


def _gives_up(view: View, exchange: Exchange) -> bool:
    """A fallback that leaves it at that; or an apology or a no after the user did its part, which neither mends nor offers.

    A decline of something off the matter is right. A question that is left open is one too where a step was pending; an
    answer, though it begins with *sorry*, is none.
    """
    reading = exchange.reading
    if reading.prompts or reading.hold_on or "://" in reading.text:
        return False
    if exchange.act_name in (acts.OUT_OF_DOMAIN, acts.INJECT, acts.CLOSE):
        return False
    if exchange.act_name in _WANT_MORE and not exchange.changed and view.texts(_only_sighs, reading.text):
        return True
    if exchange.act_name == acts.CLARIFY and not exchange.changed and view.texts(_leaves_it, reading.text):
        return True
    asked = _asked(exchange)
    if reading.fallback and not (exchange.act_name == acts.GOAL_QUESTION and reading.declines):
        return True
    if (
        reading.done
        or exchange.changed
        or exchange.act_name == acts.ASK_HUMAN
        or not view.texts(_says_no_more, reading.text)
    ):
        return False
    if asked:
        pending = exchange.before is not None and exchange.before.reading.prompts
        return pending and view.texts(_leaves_it, reading.text)
    return exchange.act is None or not any(view.shows(exchange, slot) for slot in exchange.act.facts)


def _only_sighs(text: str) -> bool:
    """Nothing but *hm* or *a pity*; or a sigh and a word on how bad that is."""
    if tokens(text) <= _SAYS_NOTHING:
        return True
    return _SIGHS.search(text) is not None and not _HELPS.search(text) and len(content_words(text) - _SAYS_NOTHING) <= 2


def _says_no_more(text: str) -> bool:
    """An apology that is more than kindness, or words of giving up; and no way on, nothing mended."""
    if _WAY_ON.search(text) or _MENDS.search(text):
        return False
    dismayed = APOLOGY.search(_SYMPATHY.sub(" ", text)) is not None or _DISMAYED.search(text) is not None
    return dismayed or _GIVES_UP.search(text) is not None


def _leaves_it(text: str) -> bool:
    """All of it says that there is no answer."""
    parts = [part for part in sentences(text) if not _JUST_SORRY.search(part)]
    return all(_NO_ANSWER.search(part) for part in parts)


def _asked(exchange: Exchange) -> bool:
    """The user asked or claimed something, or declined to go on."""
    if exchange.act_name in (acts.GOAL_QUESTION, acts.DENY, acts.DOUBT, acts.FALSE_CLAIM):
        return True
    return exchange.act is None and exchange.user is not None and "?" in exchange.user.text


def _claimed(exchanges: list[Exchange]) -> bool:
    """It hung up because it took the matter for settled: that is another kind. It did if it says so last, or said so before
    and made no further step; or takes a yes to the last step and says goodbye."""
    last = exchanges[-1]
    if breaks_off(last.reading.text):
        return False
    if last.reading.done or last.reply.empty:
        return True
    if last.act_name == acts.AFFIRM and not last.sorry and not last.reading.declines:
        return True
    for exchange in reversed(exchanges[:-1]):
        if exchange.reading.done:
            return True
        if exchange.advanced and exchange.reading.prompts:
            return False
    return False
