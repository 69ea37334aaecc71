"""CONTRADICTION: two numbers, dates or answers of yes and no for one key; another answer after *are you sure?*.

Blamed: the second statement. What may rightly change in a conversation (what is left to do, what is free, a sum, what the
user gave itself) is no key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from prebeta.dialogue import acts
from prebeta.dialogue.phrases import IMPERATIVE
from prebeta.dialogue.similarity import content_words, tokens
from prebeta.judges.rules.view import Exchange, Sign, View

_NUMBER_WORDS = (
    "one two three four five six seven eight nine ten eleven twelve fifteen twenty thirty forty fifty sixty ninety"
)
_DAYS = "monday tuesday wednesday thursday friday saturday sunday"
_MONTHS = "january february march april june july august september october november december"
_NAMED = frozenset((*_NUMBER_WORDS.split(), *_DAYS.split(), *_MONTHS.split(), "noon", "midnight"))
_NUMBER = re.compile(r"(?<![\w.-])\d+(?:[.,:]\d+)*(?![\w-]*[A-Za-z]{3})")
_AMOUNT = re.compile(
    r"(?P<before>[€$£])?\s?(?<![\w.-])(?P<number>\d+(?:[.,]\d+)*)\s?(?P<after>%|€|\$|£|percent|per cent|euros?|eur|pounds?|"
    r"gbp|dollars?|usd|francs?|chf|hours?|minutes?|days?|weeks?|months?|years?|km|kg|nights?)?",
    re.I,
)
_CHANGES = re.compile(
    r"\b(?:left|remaining|remains?|to go|so far|more|next|now|currently|already|still|yet|total|sum|altogether|"
    r"basket|cart|bill|quote|estimate|makes|comes to|free (?:on|at|for you)|(?:is|are) free[.!]|available|availability|"
    r"slots?|earliest|soonest|queue|position|steps?|question|attempts?|tr(?:y|ies)|"
    r"reference|ticket|number|noted|changed|correct(?:ed)?|updated?|recap|sum up|summary|down as|got it|"
    r"moment|second|today|tomorrow|i|i['’](?:m|ve|ll|d)|else|again|for example|such as|e\.g\.|say)\b|\?",
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
    r"\b(?:i was (?:wrong|mistaken)|i(?:['’]ve| have)? (?:made a mistake|misspoke|misspoken|got that wrong)|my mistake|"
    r"on second thoughts?|i take (?:that|it) back|let me correct (?:that|myself)|scratch that|i stand corrected|"
    r"(?:actually|in fact|sorry|apologies),? (?:no\b|it(?:['’]s| is| isn['’]t)|that(?:['’]s| is) (?:not|wrong)|that was wrong)|"
    r"(?:what i said|that|it) (?:was|is|wasn['’]t|isn['’]t) (?:wrong|not (?:right|correct|true)|right after all|incorrect)|"
    r"no,? i(?:['’]m| am) not(?: sure)?|(?:i['’]m|i am) not (?:so |really |that |entirely )?sure)\b|"
    r"\byou(?:['’]re| are) (?:quite |absolutely )?right\b(?! to\b| in\b)",
    re.I,
)
_LIKE, _LEAST_KEY, _LONGEST = 0.75, 2, 300


@dataclass(frozen=True, slots=True)
class _Claim:
    """A statement that should hold for the whole conversation: the words it is about and the values it gives. `yours` is
    one about this user's own matter, which may change with what it says; `current` one about *the* thing at hand, which
    may be another after a correction."""

    text: str
    key: frozenset[str]
    values: frozenset[str]
    denied: bool
    yours: bool
    current: bool


def find(view: View) -> Iterator[Sign]:
    made: list[_Claim] = []
    known: set[_Claim] = set()
    answers: dict[str, str] = {}
    shaky: set[_Claim] = set()
    for exchange in view.exchanges:
        if exchange.reply.problem is not None or exchange.reply.empty:
            continue
        if exchange.user is not None and (exchange.act is None or exchange.act_name in _REVISES):
            shaky.update(claim for claim in made if exchange.act is None or claim.current)
        told = (claim for part in view.sentences(exchange) for claim in view.texts(_claims, part))
        claims = [claim for claim in told if claim not in known]
        sure, unsure = _against(claims, made, shaky, view, exchange)
        reason = sure or _other_answer(view, exchange, answers) or _flip(exchange)
        if reason or unsure:
            yield Sign(exchange.index, reason or unsure or "", exchange.reply.text, unsure=not reason)
        known.update(claims)
        if exchange.act is not None and exchange.act.question is not None:
            claims = [replace(claim, yours=False) for claim in claims]  # asked for, it is to be relied on
        made += claims


def _claims(sentence: str) -> tuple[_Claim, ...]:
    """The claim of a sentence, and of the parts of it that say something by themselves."""
    if len(sentence) > _LONGEST or IMPERATIVE.search(sentence.partition(":")[2] or sentence):
        return ()
    parts = _PARTS.split(sentence)
    found = (_claim(part) for part in (sentence, *(parts if len(parts) > 1 else ())))
    return tuple(claim for claim in found if claim is not None)


def _claim(part: str) -> _Claim | None:
    if _CHANGES.search(part) or _POINTS.search(part):
        return None
    values = _values(part)
    words = (word for word in content_words(part) if word not in values and not word[0].isdigit())
    key = frozenset(word for word in words if word not in _NOT_WORDS)
    if len(key - _GENERAL) < _LEAST_KEY:
        return None
    yours, current = _YOURS.search(part) is not None, _CURRENT.search(part) is not None
    return _Claim(part, key, values, _NOT.search(part) is not None, yours, current)


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
            if not _disagrees(claim, old) or not (claim.values ^ old.values).isdisjoint(_said(view, exchange)):
                continue
            reason = f"says {claim.text.strip()!r}, and before {old.text.strip()!r}"
            if old not in shaky:
                return reason, None
            unsure = unsure or reason
    return None, unsure


def _disagrees(claim: _Claim, old: _Claim) -> bool:
    """About the same, and one of them denied, or each with a value that the other hasn't."""
    shared = len(claim.key & old.key)
    if shared < _LEAST_KEY or shared < _LIKE * len(claim.key | old.key) or (claim.yours and old.yours):
        return False
    if claim.values == old.values:
        return claim.denied is not old.denied and (claim.key == old.key or shared > _LEAST_KEY)
    return not (claim.values <= old.values or old.values <= claim.values)


def _said(view: View, exchange: Exchange) -> set[str]:
    """The values the user has uttered up to here: what follows it is no contradiction."""
    turns = [turn for turn in view.transcript.turns[: exchange.index] if turn.move is not None]
    acts_of = [turn.act for turn in turns if turn.act is not None]
    forms = [form for act in acts_of for form in (*act.facts.values(), *act.said.values())]
    return set().union(*(_values(text) for text in (*(turn.text for turn in turns), *forms)))


def _other_answer(view: View, exchange: Exchange, answers: dict[str, str]) -> str | None:
    """The same question asked again, or doubted right after its answer, gets another answer."""
    act = exchange.act
    if act is None:
        return None
    if act.name == acts.DOUBT and exchange.before is not None and exchange.before.act_name == acts.GOAL_QUESTION:
        before = exchange.before.reply.text
        return None if exchange.reading.declines else _disagree(before, exchange.reply.text, _said(view, exchange))
    if act.question is None:
        return None
    old = answers.setdefault(act.question.ask, exchange.reply.text)
    if exchange.reading.fallback or (exchange.reading.declines and not _NO.search(exchange.reply.text)):
        return None
    return _disagree(old, exchange.reply.text, _said(view, exchange))


def _disagree(old: str, new: str, said: set[str]) -> str | None:
    """The amounts of one unit that both name have none in common; or one begins with yes and the other with no."""
    if old == new:
        return None
    before, after = _amounts(old, said), _amounts(new, said)
    for unit in before.keys() & after.keys():
        if not before[unit] & after[unit]:
            return f"answers {'/'.join(sorted(after[unit]))} {unit}, and before {'/'.join(sorted(before[unit]))} {unit}"
    if (_YES.search(old) and _NO.search(new)) or (_NO.search(old) and _YES.search(new)):
        return "answers yes and no to the same question"
    return None


_UNITS = (
    ("EUR", ("€", "euro", "euros", "eur")),
    ("GBP", ("£", "pound", "pounds", "gbp")),
    ("USD", ("$", "dollar", "dollars", "usd")),
    ("%", ("%", "percent", "per cent")),
)


def _amounts(text: str, said: set[str]) -> dict[str, set[str]]:
    """Unit to the numbers given in it, but for those the user gave itself."""
    found: dict[str, set[str]] = {}
    for match in _AMOUNT.finditer(text):
        unit = (match["before"] or match["after"] or "").lower()
        if not unit or match["number"].replace(",", ".") in said:
            continue
        name = next((name for name, forms in _UNITS if unit in forms), unit.rstrip("s"))
        number = match["number"].replace(",", ".")
        found.setdefault(name, set()).add(number.rstrip("0").rstrip(".") if "." in number else number)
    return found


def _flip(exchange: Exchange) -> str | None:
    """After *are you sure?* it takes back what it had said."""
    if exchange.act_name != acts.DOUBT or exchange.before is None:
        return None
    found = _FLIPS.search(exchange.reply.text)
    return f"takes it back when doubted: {found.group()!r}" if found is not None else None
