"""IGNORED_INPUT: asks again for what was given, be it a fact or a yes, sums up without it, or passes over a direct
question. Blamed: the next product turn."""

from __future__ import annotations

import re
from collections.abc import Iterator

from prebeta.core.types import SlotSpec
from prebeta.dialogue import acts
from prebeta.dialogue.days import find_days
from prebeta.dialogue.matching import mentions
from prebeta.dialogue.similarity import content_words, jaccard, tokens
from prebeta.dialogue.slots import slot_type
from prebeta.judges.facts import day_of
from prebeta.judges.rules.unanswered import THE_SAME, asks, passed_over, speaks_another
from prebeta.judges.rules.view import Exchange, Sign, View

_ASKS_BACK = re.compile(
    r"\b(?:valid|format|digits?|for example|e\.g\.|for instance|such as|please use|"
    r"(?:too|more) (?:short|long|specific|precise)|full (?:name|date|number)|at least)\b",
    re.I,
)
"""What a reply says that can't read the value it was just given."""
_CANT_BE_HAD = re.compile(
    r"\b(?:did you mean|do you mean|which (?:one|of)|closed|not (?:available|possible|supported|open)|unavailable|instead)\b",
    re.I,
)
"""What a reply says that wants another value, whenever the first was given."""
_SAME_QUESTION = 0.6
_REASON = re.compile(
    r"[\d€$£%]|n['’]t\b|\b(?:but|however|unfortunately|sorry|note|only|except|instead|not|no|must|need\w*|requires?|first|before|"
    r"because|since|again|once more|double|sure|final|last|terms|agree\w*|consent|polic\w+|privacy|fees?|costs?|charge\w*|"
    r"changed?|updated?|corrected|now|warn\w*|careful|free|full|missing|still)\b",
    re.I,
)
"""What a reply says that has cause to ask for a yes once more."""
_NOT_PLAIN = frozenset({"other_language", "paste_long", "hostility", "mistype", "false_claim"})
_TELL_NOTHING = frozenset({"name", "count", "length", "money", "age"})
"""Kinds of slots whose bare values don't tell what they are of."""
_KEEPS_STEP = frozenset({acts.CLARIFY, acts.GOAL_QUESTION, acts.OUT_OF_DOMAIN, acts.ASK_HUMAN})
"""Asides after which the product comes back to what it had just asked, and to nothing else."""
_MARKS = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")
_MOST_BACK = 4
_SUMS_UP, _CONTACT = 3, frozenset({"email", "phone"})
"""A reply that shows so many of the given values sums them up; contact details are often left out."""
_NOT_SHOWN_AS_SUCH = frozenset({"yes", "no", "y", "n", "true", "false", "none", "1", "one"})
"""Values that a summary puts in words of its own: *with insurance*, *just you*."""
_DAYTIME = re.compile(r"\d[:.]\d\d|\b\d{1,2} ?(?:am|pm|o['’]?clock)\b|\b(?:half|quarter) past\b|\bnoon\b", re.I)


def find(view: View) -> Iterator[Sign]:
    yield from _asked_again(view)
    for exchange in view.exchanges:
        if exchange.reply.problem is None and not exchange.reply.empty:
            for look in (passed_over, _yes_again, _left_out):
                sign = look(view, exchange)
                if sign is not None:
                    yield sign


def _asked_again(view: View) -> Iterator[Sign]:
    """A slot asked for after it was given, by the user's own doing neither revisited nor left open."""
    exchanges = view.exchanges
    said = view.said
    today = day_of(view.transcript)
    for position, exchange in enumerate(exchanges):
        if not exchange.reading.asks or exchange.act_name in (acts.CHANGE, acts.DENY) or _back_to_it(exchange):
            continue
        if exchange.other_language_declined:
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
        if any(
            one.user is not None and one.user.index == known[-1].turn and speaks_another(view, one)
            for one in exchanges[:position]
        ):
            continue  # it said that it didn't read what held the value
        if _hung_in_the_air(exchanges[:position], known[-1].turn, slot, spec):
            continue
        shows = any(mentions(exchange.reply.text, form, spec.match, today) for form in known[-1].forms)
        if shows and not exchange.reply.options:
            continue  # it knows the value, and asks something about it
        just_now = exchange.user is not None and known[-1].turn >= exchange.user.index - 2
        cant = _CANT_BE_HAD.search(exchange.reply.text) or (just_now and _ASKS_BACK.search(exchange.reply.text))
        if cant and not _asked_thrice(exchanges[position + 1 :], slot):
            continue  # it says what it can't take, and takes the next answer
        guessed = exchange.reading.source == "words" and not _like_before(exchange, slot, exchanges[:position], spec)
        if guessed and view.facts.same(slot, exchange.held.get(slot), known[-1], today):
            continue  # it holds the value; so what sounds like the slot is a question about it
        reason = f"asks for {slot} again, which was given in turn {known[-1].turn}"
        yield Sign(exchange.index, reason, exchange.reply.text, slot, unsure=guessed and exchange.reading.yes_no)


def _back_to_it(exchange: Exchange) -> bool:
    """After an aside it asks once more for what it had asked; or what the user said may well throw it back."""
    if exchange.act_name not in acts.ASIDES:
        return False
    asked, act = exchange.before.reading.asks if exchange.before is not None else (), exchange.act
    if exchange.act_name not in _KEEPS_STEP or not asked or act is None:
        return True
    return not set(exchange.reading.asks).isdisjoint((*asked, act.asked))


def _hung_in_the_air(earlier: list[Exchange], turn: int, slot: str, spec: SlotSpec) -> bool:
    """Whether a name or number came in place of the answer to another question, and in words that don't say what it is:
    *it's Moreau* or *3*, when asked for the day, may be anything."""
    given = next((one for one in earlier if one.user is not None and one.user.index == turn), None)
    if given is None or given.act is None or given.before is None:
        return False
    asked = given.before.reading.asks
    if not asked or not given.act.facts.keys().isdisjoint(asked) or slot_type(spec) not in _TELL_NOTHING:
        return False
    named = content_words(_MARKS.sub(" ", " ".join((slot, *spec.ask))))
    return named.isdisjoint(content_words(given.asked))


def _yes_again(view: View, exchange: Exchange) -> Sign | None:
    """A plain yes to what was to be confirmed, and the same is asked again beside something that is no reason to. (Said
    again as a whole it is a loop.)"""
    act, before, reading = exchange.act, exchange.before, exchange.reading
    if act is None or before is None or act.name != acts.AFFIRM or act.question is not None or exchange.waited:
        return None
    if (
        not (before.reading.confirms and reading.confirms)
        or exchange.changed
        or not _NOT_PLAIN.isdisjoint(act.behaviors)
    ):
        return None
    parts, asked = view.sentences(exchange), [tokens(part) for part in _to_confirm(view, before)]
    old = [part for part in parts if any(jaccard(tokens(part), one) >= THE_SAME for one in asked)]
    if len(old) == len(parts) or not any(view.texts(asks, part) for part in old):
        return None
    if any(view.texts(asks, part) or _REASON.search(part) for part in parts if part not in old):
        return None
    return Sign(exchange.index, "asks to confirm again what the user has just confirmed", exchange.reply.text)


def _to_confirm(view: View, before: Exchange) -> list[str]:
    """The sentences of the replies that the user was last to confirm: the one before, and those it came back to."""
    found: list[str] = []
    one: Exchange | None = before
    for _ in range(_MOST_BACK):
        if one is None or not one.reading.confirms:
            break
        found += view.sentences(one)
        one = one.before
    return found


def _left_out(view: View, exchange: Exchange) -> Sign | None:
    """A summary to be confirmed that shows all facts the user gave but one."""
    reading, given = exchange.reading, exchange.given
    if len(given) <= _SUMS_UP or not (reading.confirms or reading.yes_no) or exchange.sorry:
        return None
    if not all(slot in given for slot in reading.asks):
        return None
    missing: list[str] = []
    for slot in given:
        if not view.shows(exchange, slot) or _by_chance(view, exchange, slot):
            missing.append(slot)
            if len(missing) > 1:
                return None
    if len(missing) != 1 or _may_be_meant(view, exchange, missing[0]):
        return None
    reason = f"sums up without {missing[0]}, which was given in turn {given[missing[0]]}"
    return Sign(exchange.index, reason, exchange.reply.text, missing[0])


def _by_chance(view: View, exchange: Exchange, slot: str) -> bool:
    """Whether a number is shown only as part of another fact: 3 in *3 June*."""
    spec = view.reader.slots.get(slot)
    if spec is None or spec.match != "number":
        return False
    value = view.said[slot][-1].value
    if not any(value in one.value for name, said in view.said.items() if name != slot for one in said):
        return False
    rest = _without_others(view, exchange, slot)
    return not any(mentions(rest, form, spec.match) for one in view.said[slot] for form in one.forms)


def _without_others(view: View, exchange: Exchange, slot: str) -> str:
    """The reply's text without the other facts that it shows in the user's words."""
    text = exchange.reply.text.casefold()
    others = {form.casefold() for name, said in view.said.items() if name != slot for one in said for form in one.forms}
    for form in sorted(others, key=len, reverse=True):
        if len(form) > 1:
            text = text.replace(form, " ")
    return text


def _may_be_meant(view: View, exchange: Exchange, slot: str) -> bool:
    """Whether the text might show the slot after all, with another value or in words of its own; or needn't."""
    spec, said = view.reader.slots.get(slot), [one for one in view.said.get(slot, ()) if one.turn < exchange.index]
    if spec is None or not said or any(one.mistyped for one in said):
        return True
    last, kind = said[-1], slot_type(spec)
    if any(form.strip().casefold() in _NOT_SHOWN_AS_SUCH for form in last.forms):
        return True
    others = [other for name, other in view.reader.slots.items() if name != slot and name in exchange.given]
    if kind in _CONTACT and not any(slot_type(other) in _CONTACT for other in others):
        return True
    text, rest = exchange.reply.text, _without_others(view, exchange, slot)
    if (kind == "date" and find_days(rest)) or (kind == "time" and _DAYTIME.search(text)):
        return True
    if any(mentions(rest, fact.value, spec.match, view.today) for fact in spec.values):
        return True
    if spec.pattern is not None and re.search(spec.pattern, text):
        return True
    own = content_words(" ".join((*last.forms, _MARKS.sub(" ", slot))))
    if own & content_words(rest):
        return True
    return not (any(char.isdigit() for char in last.value) or kind == "name" or _showed(view, exchange, slot))


def _showed(view: View, exchange: Exchange, slot: str) -> bool:
    """Whether the product named the value before: then it would have named it so again."""
    one = exchange.before
    while one is not None:
        if view.shows(one, slot):
            return True
        one = one.before
    return False


def _like_before(exchange: Exchange, slot: str, earlier: list[Exchange], spec: SlotSpec) -> bool:
    """Whether the question is worded as one that asked for the slot before, or as the project words it."""
    asked = [one.reading.prompt for one in earlier if slot in one.reading.asks and slot not in one.given]
    asked += spec.ask
    said = content_words(exchange.reading.prompt)
    return any(jaccard(said, content_words(prompt)) >= _SAME_QUESTION for prompt in asked)


def _asked_thrice(later: list[Exchange], slot: str) -> bool:
    return any(exchange.reading.asks[:1] == (slot,) and exchange.cooperative for exchange in later[:2])
