"""CONTRADICTION: two numbers, dates or answers of yes and no for one key; another answer after *are you sure?*.

Blamed: the second statement. What may rightly change in a conversation (what is left to do, what is free, a sum, what the
user gave itself) is no key.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from prebeta.dialogue import acts
from prebeta.dialogue.phrases import IMPERATIVE
from prebeta.dialogue.similarity import content_words, sentences, tokens
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
    r"makes|comes to|free (?:on|at|for you)|(?:is|are) free[.!]|available|availability|slots?|earliest|soonest|queue|position|steps?|question|attempts?|tr(?:y|ies)|"
    r"reference|ticket|number|noted|changed|correct(?:ed)?|updated?|recap|sum up|summary|down as|got it|"
    r"moment|second|today|tomorrow|your|i|i['’](?:m|ve|ll|d)|else|again|for example|such as|e\.g\.|say)\b|"
    r"\?|:(?!\d)",
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
_REVISES = frozenset({acts.CORRECT, acts.CHANGE, acts.DENY, None})
"""Acts (None: unknown) after which another statement may be about something else."""
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
    """A statement that should hold for the whole conversation: the words it is about and the values it gives."""

    text: str
    key: frozenset[str]
    values: frozenset[str]
    denied: bool


def find(view: View) -> Iterator[Sign]:
    made: list[_Claim] = []
    revised = 0
    answers: dict[str, str] = {}
    said: set[str] = set()
    for exchange in view.exchanges:
        said |= _values(exchange.asked)
        if exchange.act is not None:
            said.update(*(_values(form) for form in (*exchange.act.facts.values(), *exchange.act.said.values())))
        if exchange.reply.problem is not None or exchange.reply.empty:
            continue
        if exchange.user is not None and exchange.act_name in _REVISES:
            revised = len(made)  # what was said up to here may have been about something else
        claims = view.texts(_claims, exchange.reply.text)
        held = _against(claims, made[revised:], said)
        reason = held or _other_answer(exchange, answers) or _flip(exchange)
        if reason is not None:
            yield Sign(exchange.index, reason, exchange.reply.text)
        elif (reason := _against(claims, made[:revised], said)) is not None:
            yield Sign(exchange.index, reason, exchange.reply.text, unsure=True)
        made += [claim for claim in claims if claim not in made]


def _claims(text: str) -> tuple[_Claim, ...]:
    found = []
    for part in sentences(text):
        if _CHANGES.search(part) or _POINTS.search(part) or IMPERATIVE.search(part) or len(part) > _LONGEST:
            continue
        values = _values(part)
        key = frozenset(word for word in content_words(part) if word not in values and word not in _NOT_WORDS)
        key = frozenset(word for word in key if not word[0].isdigit())
        if len(key - _GENERAL) >= _LEAST_KEY:
            found.append(_Claim(part, key, values, _NOT.search(part) is not None))
    return tuple(found)


def _values(text: str) -> frozenset[str]:
    """Numbers, weekdays, months: written one way."""
    numbers = {number.rstrip(".,:").replace(",", ".") for number in _NUMBER.findall(text)}
    return frozenset(numbers | (tokens(text) & _NAMED))


def _against(claims: Sequence[_Claim], made: Sequence[_Claim], said: set[str]) -> str | None:
    """A claim that denies an earlier one, or gives other values for the same."""
    for claim in claims:
        for old in made:
            shared = claim.key & old.key
            if len(shared) < _LEAST_KEY or len(shared) < _LIKE * len(claim.key | old.key):
                continue
            denied = claim.denied is not old.denied and claim.values == old.values
            if denied and (claim.key == old.key or len(shared) > _LEAST_KEY):
                return f"says {claim.text!r}, and before {old.text!r}"
            changed = claim.values ^ old.values
            if claim.values - old.values and old.values - claim.values and not changed & said:
                return f"says {claim.text!r}, and before {old.text!r}"
    return None


def _other_answer(exchange: Exchange, answers: dict[str, str]) -> str | None:
    """The same question asked again, or doubted right after its answer, gets another answer."""
    act = exchange.act
    if act is None:
        return None
    if act.name == acts.DOUBT and exchange.before is not None and exchange.before.act_name == acts.GOAL_QUESTION:
        before = exchange.before.reply.text
        return _disagree(before, exchange.reply.text) if not exchange.reading.declines else None
    if act.question is None:
        return None
    old = answers.setdefault(act.question.ask, exchange.reply.text)
    if exchange.reading.fallback or (exchange.reading.declines and not _NO.search(exchange.reply.text)):
        return None
    return _disagree(old, exchange.reply.text)


def _disagree(old: str, new: str) -> str | None:
    """The amounts of one unit that both name have none in common; or one begins with yes and the other with no."""
    if old == new:
        return None
    before, after = _amounts(old), _amounts(new)
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


def _amounts(text: str) -> dict[str, set[str]]:
    """Unit to the numbers given in it."""
    found: dict[str, set[str]] = {}
    for match in _AMOUNT.finditer(text):
        unit = (match["before"] or match["after"] or "").lower()
        if not unit:
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
