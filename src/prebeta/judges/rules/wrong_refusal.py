"""WRONG_REFUSAL: the user did what the product is there for, and got a refusal. Blamed: that turn.

A value that can't be had (a full day) with another offered is no refusal, nor is a format that can't be read; and a
question the product can't answer may be declined, unless the project says what the answer is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from prebeta.core.types import Act
from prebeta.dialogue import acts, phrases
from prebeta.judges.declining import breaks_off, declines_language, denial, roots
from prebeta.judges.rules.view import Exchange, Sign, View

_ACTS = frozenset({acts.REQUEST, acts.INFORM, acts.AFFIRM, acts.CORRECT, acts.CHOOSE, acts.CHANGE, acts.NUDGE})
_UNUSUAL = frozenset({"injection", "false_claim", "stale_press"})
"""Behaviors after which a *no* may mean the manner and not the matter."""
_BESIDE = frozenset({"hostility", "paste_long"})
"""Behaviors that put something into the message that may rightly be refused: *what is this nonsense?*"""
_I_CANT = (
    r"(?:(?:i|we)(?:['’]m| am|['’]re| are) (?:really |sorry,? )?(?:not (?:able|allowed|permitted|authori[sz]ed|going|"
    r"in a position)|unable|forbidden) to|(?:i|we) (?:really |simply |just )?(?:can(?:not|['’]t| not)|won['’]t|will not|"
    r"may not|must not|don['’]t|do not))"
)
_REFUSES = re.compile(
    rf"\b{_I_CANT} (?:be able to )?(?:\w+ )?(?:(?:help|assist)(?! you (?:until|unless|without|before))|"
    r"(?:discuss|comment on|advise|deal with|handle|support|process|carry out|fulfil+|arrange|do)"
    r" (?:that|this|such|those|these|it|any|your|requests?)\b)|"
    r"\b(?:that|this|it|your request|such a request)(?:['’]s| is| falls| lies| goes)(?: \w+)? (?:outside|beyond|"
    r"out of (?:scope|my|our)|not (?:something|part of|what|within)|against (?:our|my|the) (?:policy|policies|rules|"
    r"guidelines))|"
    r"\b(?:i|we)(?:['’]m| am|['’]re| are)? (?:only|just|strictly) (?:here (?:for|to)|able to|help|handle|deal|talk|answer|"
    r"do|know about)|\b(?:i|we) can only (?:help|assist|answer|talk|deal|discuss)|"
    r"\bi (?:must|have to|need to) (?:decline|refuse)|\b(?:i|we) (?:decline|refuse) to\b|"
    r"\b(?:not (?:allowed|permitted|authori[sz]ed)|against (?:our|my|the) (?:policy|policies|rules|guidelines))\b",
    re.I,
)
_CONDITION = re.compile(
    r"\b(?:until|unless|without|before|yet|first|once|only if|not valid|valid|format|digits?|complete|missing|instead|"
    r"available|fully booked|closed|in that way|like that|anything about)\b",
    re.I,
)

_ELSE = re.compile(r"\b(?:other|else|another|different(?:ly)?|instead|rather|alternatives?|or)\b", re.I)
_THIS = re.compile(r"\b(?:that|this|it|such|those|these|them|your request|(?:for|with) you|any of)\b", re.I)
_FOREIGN = "other_language"
_BLUR = frozenset({"mistype"})
"""Behaviors after which a value may rightly not be known."""
_LOOSE = frozenset({"date", "id"})
"""How values compare that are turned down for their day or their form: only a plain refusal counts."""


def find(view: View) -> Iterator[Sign]:
    foreign = False
    for exchange in view.exchanges:
        foreign = foreign or _FOREIGN in exchange.behaviors
        if exchange.user is None or exchange.reply.problem is not None or exchange.reply.empty:
            continue
        if exchange.reading.fallback or exchange.act is None or _once_more(exchange):
            continue
        if exchange.reply.ended and breaks_off(exchange.reading.text):
            continue
        if exchange.act_name in _ACTS and not exchange.reading.done and _refused(view, exchange, foreign):
            # What a user of a log wanted is a guess: it may be refused rightly.
            unsure = view.transcript.of_log
            reason = "refuses what it is there for"
            yield Sign(exchange.index, reason, exchange.reply.text, _slot(exchange), unsure=unsure)
        elif exchange.act_name in _ACTS or exchange.act_name == acts.GOAL_QUESTION:
            sign = _of_question(view, exchange, foreign)
            if sign is not None:
                yield sign


def _once_more(exchange: Exchange) -> bool:
    """The reply before, word for word, that rightly refused something else: it loops, and refuses nothing."""
    before = exchange.before
    return before is not None and before.reading.text == exchange.reading.text and before.act_name in acts.ASIDES


def _refused(view: View, exchange: Exchange, foreign: bool) -> bool:
    """A plain refusal; or a no in other words to something the project declares, and the product stays where it was. To
    whoever writes another language it may say that it doesn't speak it."""
    again = exchange.act is not None and not set(exchange.act.facts).isdisjoint(exchange.reading.asks)
    if not _in_scope(exchange):
        return False
    parts = [part for part in view.sentences(exchange) if not (foreign and declines_language(part))]
    if exchange.changed and not again:
        return any(_refused_beside(view, exchange, part) for part in parts)
    plain = [part for part in parts if view.texts(_says_no, part)]
    away = [] if plain else [part for part in parts if _turns_away(view, part)]
    if not (plain or away) or _took_it(view, exchange, bool(plain)):
        return False
    if plain:
        return not all(_CONDITION.search(part) or phrases.CONDITION_ABROAD.search(part) for part in plain)
    return any(_about_it(view, exchange, part) for part in away)


def _refused_beside(view: View, exchange: Exchange, part: str) -> bool:
    """Of several facts in a message it took one, and says a plain no to another by its name."""
    facts = exchange.act.facts if exchange.act is not None else {}
    left = {slot: value for slot, value in facts.items() if exchange.held.get(slot) is None}
    if len(facts) < 2 or not left or not view.texts(_says_no, part) or _CONDITION.search(part):
        return False
    return not view.texts(roots, part).isdisjoint(_words_of_values(view, left))


def _turns_away(view: View, part: str) -> bool:
    found = view.texts(denial, part)
    return found.away or not found.negated.isdisjoint(view.texts(roots, view.transcript.scenario.goal.text))


def _says_no(part: str) -> bool:
    return _REFUSES.search(part) is not None or phrases.declines_abroad(part)


def _in_scope(exchange: Exchange) -> bool:
    """The user went on with the matter, in a plain way, and it was that which was refused."""
    act = exchange.act
    if act is None or not act.understood or _UNUSUAL & set(act.behaviors) or exchange.waited:
        return False
    beside = exchange.reading.prompts and not _BESIDE.isdisjoint(act.behaviors)
    again = set(act.facts) & set(exchange.reading.asks)
    # Of two things in a message the other may be what is refused, unless the product asks for the fact again.
    return bool(again) or not (beside or act.question is not None)


def _took_it(view: View, exchange: Exchange, plain: bool) -> bool:
    """It holds what was said, shows it, or went on to a next step: whatever it says no to is something else."""
    facts, asks = exchange.act.facts if exchange.act is not None else {}, exchange.reading.asks
    if any(slot in asks for slot in facts):
        return exchange.changed and all(exchange.held.get(slot) is not None for slot in facts if slot in asks)
    if exchange.changed:
        return True
    if not (exchange.advanced and (asks or exchange.reading.confirms)):
        return False
    if any(view.shows(exchange, slot) for slot in facts):
        return True
    return exchange.act_name not in (acts.CORRECT, acts.CHANGE) and not (plain and facts)


def _about_it(view: View, exchange: Exchange, part: str) -> bool:
    """The sentence speaks of what the user said or wants; where it but says *that*, the product asks for something else."""
    act, reading = exchange.act, exchange.reading
    assert act is not None
    slots = [spec for name in act.facts if (spec := view.reader.slots.get(name)) is not None]
    if slots and all(spec.match in _LOOSE or spec.pattern is not None or not spec.values for spec in slots):
        return False
    if not slots and act.name not in (acts.REQUEST, acts.AFFIRM):
        return False
    spoken = roots(part)
    if not _BLUR.isdisjoint(act.behaviors):
        return not spoken.isdisjoint(_words_of_values(view, act.facts))
    if not spoken.isdisjoint(_words_of_values(view, act.facts) | _words_of_matter(view, act)):
        return True
    pointed = _THIS.search(part) is not None
    again = not set(act.facts).isdisjoint(reading.asks) or (
        reading.prompts and _ELSE.search(reading.prompt) is not None
    )
    return again or (pointed and reading.prompts and (reading.more or not exchange.advanced))


def _words_of_matter(view: View, act: Act) -> frozenset[str]:
    """The words of the goal and of the slots spoken of."""
    matter = view.texts(roots, view.transcript.scenario.goal.text)
    return matter.union(*(view.texts(roots, slot.replace("_", " ")) for slot in act.facts))


def _words_of_values(view: View, facts: Mapping[str, str]) -> frozenset[str]:
    """The words of the values given, in all their forms."""
    found: set[str] = set()
    for slot, value in facts.items():
        spec = view.reader.slots.get(slot)
        known = [fact for fact in (spec.values if spec is not None else ()) if fact.value == value]
        for form in (value, *(word for fact in known for word in fact.words)):
            found |= view.texts(roots, form)
    return frozenset(found)


def _of_question(view: View, exchange: Exchange, foreign: bool) -> Sign | None:
    """A question whose right answer the project declares, so the product is there for it."""
    question = exchange.act.question if exchange.act is not None else None
    if question is None or question.expect is None or question.expect.lower() in exchange.reply.text.lower():
        return None
    if exchange.act_name != acts.GOAL_QUESTION and not _BESIDE.isdisjoint(exchange.behaviors):
        return None  # what it refuses may be the third thing in the message
    parts = [part for part in view.sentences(exchange) if not (foreign and declines_language(part))]
    if not any(view.texts(_says_no, part) for part in parts):
        return None
    reason = f"refuses to answer {question.ask!r}, which it is there for"
    return Sign(exchange.index, reason, exchange.reply.text)


def _slot(exchange: Exchange) -> str | None:
    """The fact that was refused."""
    facts = exchange.act.facts if exchange.act is not None else {}
    return next(iter(facts)) if len(facts) == 1 else None
