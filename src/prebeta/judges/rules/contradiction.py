"""CONTRADICTION: two numbers, dates or answers of yes and no for one key; another answer after *are you sure?*.

Blamed: the second statement. What may rightly change in a conversation (what is left to do, what is free, a sum, what the
user gave itself) is no key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from prebeta.core.types import Act
from prebeta.dialogue import acts
from prebeta.dialogue.days import find_days
from prebeta.dialogue.language import language_of
from prebeta.dialogue.matching import mentions
from prebeta.dialogue.phrases import IMPERATIVE
from prebeta.dialogue.similarity import content_words, tokens
from prebeta.judges.amounts import Sum, amounts, sums
from prebeta.judges.rules.quoted import Quoted
from prebeta.judges.rules.recaps import given_at
from prebeta.judges.rules.view import Exchange, Sign, View

_NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty ninety"
)
_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_MONTHS = "january february march april june july august september october november december"
_NAMED = frozenset((*_NUMBER_WORDS.split(), *_DAYS.split(), *_MONTHS.split(), "noon", "midnight"))
_NUMBER = re.compile(r"(?<![\w.-])\d+(?:[.,:]\d+)*(?![\w-]*[A-Za-z]{3})")
_CHANGES = re.compile(
    r"\b(?:left|remaining|remains?|to go|so far|more|next|now|currently|already|still|yet|total|sum|altogether|"
    r"basket|cart|bill|quote|estimate|makes|comes to|free (?:on|at|for you)|(?:is|are) free[.!]|available|availability|"
    r"slots?|earliest|soonest|queue|position|steps?|question|attempts?|tr(?:y|ies)|"
    r"reference|ticket|number|noted|changed|correct(?:ed)?|updated?|recap|sum up|summary|down as|got it|"
    r"moment|second|today|tomorrow|i|i['’](?:m|ve|ll|d)|else|again|for example|such as|e\.g\.|say|"
    r"zum beispiel|par exemple|por (?:ejemplo|exemplo)|(?:per|ad) esempio|bijvoorbeeld)\b|\?",
    re.I,
)
"""Sentences whose numbers may be others a turn later, or that speak of this one conversation."""
_POINTS = re.compile(
    r"^\W*(?:(?:and|so|but|yes|no|well)\b,? ?)*(?:it|its|there|they|he|she|here)\b|\b(?:this|that|these|those)\b", re.I
)
"""What these speak of may be another thing the next time."""
_GENERAL = content_words(
    "price cost fee rate charge amount answer time day date week month year hour minute rating score average item id percent "
    "euro eur pound dollar usd gbp value please"
)
"""Words that name no thing by themselves: a key needs others beside them."""
_REVISES = frozenset({acts.CORRECT, acts.CHANGE, acts.DENY})
"""Acts after which another statement about *the* thing may be about another thing."""
_YOURS = re.compile(r"\byour\b", re.I)
_CURRENT = re.compile(r"^\W*(?:(?:and|so|well)\W+)?(?:the|your|our)\b", re.I)
_PARTS = re.compile(r"[,;:](?= )|\s[–—-]\s|\s+but\s+")
_NOT = re.compile(r"\b(?:not|no|never|cannot|without|neither)\b|\w+n['’]t\b", re.I)
_NOT_WORDS = tokens(
    "not no never cannot without neither can can't don't doesn't isn't aren't won't can’t don’t doesn’t isn’t aren’t won’t"
)
_YES = re.compile(r"^\W*(?:yes|yep|yeah|of course|certainly|sure|absolutely|indeed|definitely)\b", re.I)
_NO = re.compile(
    r"^\W*(?:no|nope|unfortunately not|i['’]m afraid not|not at all)\b(?! (?:problem|worries|doubt|need))", re.I
)
_FLIPS = re.compile(
    r"\b(?:i was (?:wrong|mistaken)|"
    r"(?:i|we)(?:['’]ve| have|['’]d| had)? (?:just |accidentally )?(?:(?:had|got|put|given|told|said|quoted|noted) (?:you )?"
    r"(?:(?:that|this|it|something|one thing|the \w+) )?(?:wrong(?:ly)?|the wrong|incorrect(?:ly)?)|made (?:a|an) (?:\w+ )?(?:mistake|slip|error)|"
    r"misspoke|misspoken|misread|misquoted|miscounted|(?:mixed|muddled) (?:\w+ )?(?:up|that|this|it))|my mistake|"
    r"on second thoughts?|i take (?:that|it) back|(?:let me|i (?:must|need to|have to|should)) correct (?:that|this|it|myself)|"
    r"scratch that|i stand corrected|"
    r"(?:actually|in fact|sorry|apologies),? (?:no\b|it(?:['’]s| is| isn['’]t)|that(?:['’]s| is) (?:not|wrong)|that was wrong)|"
    r"(?:what i said|that|it) (?:was|is|wasn['’]t|isn['’]t) (?:wrong|not (?:right|correct|true)|right after all|incorrect)|"
    r"(?:up)?on reflection|(?:wait|hang on|hold on|let me see)\W+no|no,? i(?:['’]m| am) not(?: sure)?|(?:i['’]m|i am) not (?:so |really |that |entirely )?sure)\b|"
    r"\byou(?:['’]re| are) (?:quite |absolutely )?right\b(?! to\b| in\b)",
    re.I,
)
_TAKES_BACK = re.compile(
    r"\b(?:on second thoughts?|(?:up)?on reflection|i (?:stand corrected|misspoke|was (?:wrong|mistaken)|take (?:that|it) back)|scratch that|"
    r"(?:wait|hang on|hold on|let me see)\W+no)\b",
    re.I,
)
"""Its own earlier words are wrong, by any reading."""
_MENDS = re.compile(
    r"\b(?:actually|in fact|should (?:be|read|say|have been)|correct(?:ion|ed|ing|ly)|make that|it['’]s rather)\b", re.I
)
_NAME = re.compile(r"[_-]+|(?<=[a-z])(?=[A-Z])")
_RULE = re.compile(
    r"\b(?:limits?|allowances?|maximum|minimum|usual(?:ly)?|normal(?:ly)?|always|any|every|all|rules?|polic(?:y|ies))\b",
    re.I,
)
"""What holds for everybody says nothing of this user's own."""
_LIKE, _LEAST_KEY, _LONGEST = 0.75, 2, 300
_GOES_THROUGH = 3
"""A sentence that shows so many of the user's own facts is a summary."""


@dataclass(frozen=True, slots=True)
class _Claim:
    """A statement that should hold for the whole conversation: the words it is about and the values it gives. `yours` is
    one about this user's own matter, which may change with what it says; `current` one about *the* thing at hand, which
    may be another after a correction; `settled` one that gave the answer which the project says is right."""

    text: str
    key: frozenset[str]
    values: frozenset[str]
    denied: bool
    yours: bool
    current: bool
    sentence: str = field(compare=False)
    settled: bool = False


def find(view: View) -> Iterator[Sign]:
    if view.transcript.of_log and all(exchange.act is None for exchange in view.exchanges):
        return  # whatever is said a second time may be so because of what the user said between
    made: list[_Claim] = []
    known: set[_Claim] = set()
    answers: dict[str, str] = {}
    shaky: set[_Claim] = set()
    quoted = Quoted()
    for exchange in view.exchanges:
        act = exchange.act
        if exchange.reply.problem is not None or exchange.reply.empty:
            continue
        if exchange.user is not None and (act is None or act.name in _REVISES):
            shaky.update(claim for claim in made if act is None or claim.current)
        told, sums_told = _told(view, exchange)
        claims = [claim for claim in told if claim not in known]
        reason, unsure = _against(claims, made, shaky, view, exchange) if made and claims else (None, None)
        other = _other_amount(view, exchange, quoted, sums_told)
        if reason is None and act is not None and (act.name == acts.DOUBT or act.question is not None):
            reason = _other_answer(view, exchange, answers) or _flip(exchange) or _other_fact(view, exchange)
        reason = reason or other
        if reason or unsure:
            yield Sign(exchange.index, reason or unsure or "", exchange.reply.text, unsure=not reason)
        known.update(claims)
        made += claims if act is None else _relied_on(told, claims, act)


def _told(view: View, exchange: Exchange) -> tuple[list[_Claim], list[Sum]]:
    """What the message states, and the amounts that it names."""
    claims: list[_Claim] = []
    named: list[Sum] = []
    for part in view.sentences(exchange):
        stated = view.texts(_statements, part)
        if stated is not None:
            claims += stated[0]
            named += stated[1]
    return claims, named


def _relied_on(told: Sequence[_Claim], new: Sequence[_Claim], act: Act) -> Sequence[_Claim]:
    """What is told because it was asked for holds for good, new or not."""
    if act.question is None:
        return new
    expect = act.question.expect
    return [replace(one, yours=False, settled=bool(expect) and mentions(one.text, expect or "")) for one in told]


def _statements(sentence: str) -> tuple[tuple[_Claim, ...], tuple[Sum, ...]] | None:
    """The claims and the sums of a sentence, where it has any."""
    found = _claims(sentence), sums(sentence)
    return found if found[0] or found[1] else None


def _claims(sentence: str) -> tuple[_Claim, ...]:
    """The claim of a sentence, and of the parts of it that say something by themselves."""
    if len(sentence) > _LONGEST or IMPERATIVE.search(sentence.partition(":")[2] or sentence):
        return ()
    parts = _PARTS.split(sentence)
    found = (_claim(part, sentence) for part in (sentence, *(parts if len(parts) > 1 else ())))
    return tuple(claim for claim in found if claim is not None)


def _claim(part: str, sentence: str) -> _Claim | None:
    if " " not in part or "?" in part or _CHANGES.search(part) or _POINTS.search(part):
        return None
    values = _values(part)
    words = (word for word in content_words(part) if word not in values and not word[0].isdigit())
    key = frozenset(word for word in words if word not in _NOT_WORDS)
    if len(key - _GENERAL) < _LEAST_KEY:
        return None
    yours, current = _YOURS.search(part) is not None, _CURRENT.search(part) is not None
    return _Claim(part, key, values, _NOT.search(part) is not None, yours, current, sentence)


def _values(text: str) -> frozenset[str]:
    """Numbers, weekdays, months: written one way."""
    numbers = {number.rstrip(".,:").replace(",", ".") for number in _NUMBER.findall(text)}
    return frozenset(numbers | (tokens(text) & _NAMED))


def _against(
    claims: Sequence[_Claim], made: Sequence[_Claim], shaky: set[_Claim], view: View, exchange: Exchange
) -> tuple[str | None, str | None]:
    """A claim that denies an earlier one, or gives other values for the same; the second reason where it may not count,
    because the user has revised something since."""
    unsure = None
    for claim in claims:
        for old in made:
            if not _disagrees(claim, old) or language_of(claim.sentence) not in (None, "en"):
                continue  # which words say little, and what may change, is known of English only
            if not old.settled and not (claim.values - old.values).isdisjoint(_said(view, exchange)):
                continue  # it goes by what the user said
            if _reads_back(view, exchange, claim.sentence):
                continue  # what it shows of the user's own may change; others tell whether it shows that rightly
            reason = f"says {claim.text.strip()!r}, and before {old.text.strip()!r}"
            if old.settled or old not in shaky:
                return reason, None
            unsure = unsure or reason
    return None, unsure


def _reads_back(view: View, exchange: Exchange, sentence: str) -> bool:
    """Whether a sentence goes through what the user gave."""
    if len(exchange.given) < _GOES_THROUGH:
        return False
    given = given_at(view, exchange)
    return (
        sum(any(given.shows(sentence, slot, one) for one in told) for slot, told in given.said.items()) >= _GOES_THROUGH
    )


def _disagrees(claim: _Claim, old: _Claim) -> bool:
    """About the same, and one of them denied, or each with a value that the other hasn't."""
    shared = len(claim.key & old.key)
    if shared < _LEAST_KEY or shared < _LIKE * len(claim.key | old.key) or (claim.yours and old.yours):
        return False
    if claim.values == old.values:
        return claim.denied is not old.denied and (claim.key == old.key or shared > _LEAST_KEY)
    if claim.denied is not old.denied:
        return False  # open on Monday, and not on Sunday
    return not (claim.values <= old.values or old.values <= claim.values)


def _said(view: View, exchange: Exchange) -> set[str]:
    """The values the user has uttered up to here: what follows it is no contradiction."""
    turns = [turn for turn in view.transcript.turns[: exchange.index] if turn.move is not None]
    return set().union(*(_values(text) for text in (*(turn.text for turn in turns), *_forms(view, exchange))))


def _counted(view: View, exchange: Exchange) -> set[str]:
    """The numbers among the facts it gave; the 14 of a 14 May counts nothing."""
    return set().union(*(_values(form) for form in _forms(view, exchange) if not find_days(form)))


def _forms(view: View, exchange: Exchange) -> list[str]:
    acts_of = [turn.act for turn in view.transcript.turns[: exchange.index] if turn.act is not None]
    return [form for act in acts_of for form in (*act.facts.values(), *act.said.values())]


def _other_answer(view: View, exchange: Exchange, answers: dict[str, str]) -> str | None:
    """The same question asked again, or doubted right after its answer, gets another answer."""
    act = exchange.act
    if act is None:
        return None
    asked = exchange.before.act if exchange.before is not None else None
    if act.name == acts.DOUBT and exchange.before is not None and asked is not None and asked.question is not None:
        before = exchange.before.reply.text
        return None if exchange.reading.declines else _disagree(before, view, exchange)
    if act.question is None:
        return None
    old = answers.setdefault(act.question.ask, exchange.reply.text)
    if exchange.reading.fallback or (exchange.reading.declines and not _NO.search(exchange.reply.text)):
        return None
    return _disagree(old, view, exchange)


def _disagree(old: str, view: View, exchange: Exchange) -> str | None:
    """The amounts of one unit that both name have none in common; or one begins with yes and the other with no."""
    new = exchange.reply.text
    if old == new:
        return None
    before, after = amounts(old, _counted(view, exchange)), amounts(new, _said(view, exchange))
    for unit in before.keys() & after.keys():
        if not before[unit] & after[unit]:
            return f"answers {'/'.join(sorted(after[unit]))} {unit}, and before {'/'.join(sorted(before[unit]))} {unit}"
    if (_YES.search(old) and _NO.search(new)) or (_NO.search(old) and _YES.search(new)):
        return "answers yes and no to the same question"
    return None


def _other_amount(view: View, exchange: Exchange, quoted: Quoted, told: Sequence[Sum]) -> str | None:
    """Another amount than was quoted for the same before, wherever."""
    found = quoted.other(told, exchange)
    if found is None or found[0].number in _said(view, exchange):
        return None
    new, old = found
    return f"says {new.text.strip()!r}, and before {old.text.strip()!r}"


def _other_fact(view: View, exchange: Exchange) -> str | None:
    """When doubted it names another value for what the user itself had said."""
    if exchange.act_name != acts.DOUBT or not exchange.given:
        return None
    given = given_at(view, exchange)
    for slot in given.said:
        parts = [
            part for part in view.sentences(exchange) if "?" not in part and (_names(part, slot) or _MENDS.search(part))
        ]
        value = next((found for part in parts if (found := given.another(part, slot)) is not None), None)
        if value is not None and not given.shows(exchange.reply.text, slot, given.said[slot][-1]):
            return (
                f"when doubted it says {value.strip()!r} for {slot}; the user had said {given.said[slot][-1].value!r}"
            )
    return None


def _names(part: str, slot: str) -> bool:
    """Whether the sentence speaks of the slot by name, as of something the user has given."""
    return not content_words(_NAME.sub(" ", slot)).isdisjoint(content_words(part)) and not _RULE.search(part)


def _flip(exchange: Exchange) -> str | None:
    """After *are you sure?*, or asked once more, it takes back what it had said."""
    if exchange.before is None:
        return None
    found = (_FLIPS if exchange.act_name == acts.DOUBT else _TAKES_BACK).search(exchange.reply.text)
    return f"takes it back when doubted: {found.group()!r}" if found is not None else None
