"""LANGUAGE_STYLE: another language than the user's, unreadable text, an insult. Blamed: that turn.

A product that speaks one language only, and is answered in another, is let be: which languages it ought to speak the
project says (`bounds.languages`), or the product itself by having spoken them before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from prebeta.dialogue.language import language_of
from prebeta.dialogue.similarity import mask, sentences
from prebeta.judges.insults import insult
from prebeta.judges.rules.view import Exchange, Sign, View

_MOJIBAKE = re.compile(r"\ufffd|Ã[\x80-\xbf©¨¤¶¼¡±³²º¢§ª«®´]|â€[™œ\x9d\x9c“”¦\x93\x94]|Â[\xa0£°»«·]")
_WORD = re.compile(r"[^\W\d_]+")
_VOWEL = re.compile(r"[aeiouyàáâãäåæèéêëìíîïòóôõöøùúûüœ]", re.I)
_CRAMMED = re.compile(r"[bcdfghjklmnpqrstvwxz]{5,}", re.I)
_LEAST_WORDS, _RUBBISH = 5, 0.5
_STUTTER = re.compile(r"\b([^\W\d_]{2,})(?:[\s,.]+\1\b){3,}", re.I)
_ONLY_SPEAKS = re.compile(
    r"\b(?:only|just|can(?:not|['’]t)|don['’]t|do not|unable to|not able to)\b[^.?!]{0,30}\b(?:speak|understand|read|write|"
    r"answer|reply|chat|help|support|manage)\b[^.?!]{0,40}\b(?:english|spanish|german|french|portuguese|italian|dutch|"
    r"languages?)\b|\b(?:english|spanish|german|french|portuguese|italian|dutch)\b[^.?!]{0,20}\bonly\b|"
    r"\bonly (?:in )?(?:english|spanish|german|french|portuguese|italian|dutch)\b|"
    r"\b(?:english|spanish|german|french|portuguese|italian|dutch) is the only\b|"
    r"\b(?:s[oó]lo|solamente|nur|seulement|que|apenas|só|soltanto|solo|alleen)\b[^.?!]{0,30}\b(?:habl|sprech|parl|fal|"
    r"spreek)",
    re.I,
)
_INSULTS, _UNREADABLE = "insults the user: ", "unreadable"
_FOREIGN = "other_language"
"""The behavior of users who write in another language than English."""
_ENGLISH = frozenset({"impatience", "hostility", "paste_long", "two_intents"})
"""Behaviors that put English beside the words of such a user, who presses quick replies and asks questions in it too."""
_LISTED = re.compile(r"^\s*(?:[-•*–]|\d+[.)])\s.*$", re.M)
_PARTS = re.compile(r"[.!?,;:]\s|\n+")
_MOST_VALUES = 200
_SPANISH_MARKS = re.compile(r"[¿¡]\w")
"""Only Spanish opens a question or a cry so, however short."""
_LONG_ENOUGH = 4
"""Words of a sentence whose language is looked at by itself."""


def find(view: View) -> Iterator[Sign]:
    for exchange in view.exchanges:
        if exchange.reply.problem is None and not exchange.reply.empty:
            found = (view.texts(_ill_formed, part) for part in view.sentences(exchange))
            reason = next((reason for reason in found if reason is not None), None)
            if reason is not None and not _echoes(exchange, reason):
                yield Sign(exchange.index, reason, exchange.reply.text)
    yield from _in_other_languages(view)


def _ill_formed(sentence: str) -> str | None:
    """What makes a sentence unfit for anybody."""
    if _MOJIBAKE.search(sentence):
        return f"{_UNREADABLE}: broken characters"
    if _STUTTER.search(sentence):
        return f"{_UNREADABLE}: the same word over and over"
    if _rubbish(sentence):
        return f"{_UNREADABLE}: no words of any language"
    said = insult(sentence)
    if said is not None:
        return f"{_INSULTS}{said!r}"
    return None


def _rubbish(part: str) -> bool:
    """Most of its words can't be spoken."""
    found = [word for word in _WORD.findall(part) if len(word) > 2 and not word.isupper()]
    if len(found) < _LEAST_WORDS or not all(ord(char) < 0x250 for word in found for char in word):
        return False
    odd = sum(not _VOWEL.search(word) or _CRAMMED.search(word) is not None for word in found)
    return odd >= _RUBBISH * len(found)


def _echoes(exchange: Exchange, reason: str) -> bool:
    """What is unfit in it the user brought in: the same words of insult, or something unreadable."""
    if reason.startswith(_INSULTS):
        return reason.removeprefix(_INSULTS).strip("'\"").casefold() in exchange.asked.casefold()
    return any((_ill_formed(part) or _INSULTS)[: len(_UNREADABLE)] == _UNREADABLE for part in sentences(exchange.asked))


def _in_other_languages(view: View) -> Iterator[Sign]:
    """Replies in a language that is neither the user's nor, where it can't do better, the product's usual one."""
    declared = frozenset(view.spec.bounds.languages)
    spoken: frozenset[str] = frozenset()
    written: list[str] = []
    abroad: list[str] = []
    for exchange in view.exchanges:
        own = _written(exchange)
        written += [own] if own is not None else []
        if _FOREIGN in exchange.behaviors:
            abroad.append(exchange.asked)
        if exchange.reply.problem is not None or exchange.reply.empty:
            continue
        languages = _languages(view, view.sentences(exchange))
        strange = _strange(languages, written, declared or spoken)
        hints: frozenset[str] = frozenset().union(*map(_hinted, abroad)) if strange else frozenset()
        mixed = bool(abroad) and (_FOREIGN not in exchange.behaviors or not _ENGLISH.isdisjoint(exchange.behaviors))
        if mixed or own is None or not (_FOREIGN in exchange.behaviors or written[-2:] == [own, own]):
            strange -= {*written, *hints, *(("en",) if mixed else ())}  # who writes in two languages reads both
        if strange:
            strange &= _languages(view, sentences(_without_values(view, exchange)))
        unknown = (
            bool(abroad) and not hints and set(written) <= {"en"}
        )  # nothing was long enough to tell which language it is
        if strange and not unknown and not view.texts(_declines_language, exchange.reply.text):
            reason = f"answers in {', '.join(sorted(strange))}; the user writes {written[-1]}"
            unsure = view.transcript.of_log and not _plainly(exchange, own, written, strange)
            yield Sign(exchange.index, reason, exchange.reply.text, unsure=unsure)
        else:
            spoken |= languages


def _plainly(exchange: Exchange, own: str | None, written: list[str], strange: frozenset[str]) -> bool:
    """Whether the user of a log, of which nobody says in which languages it writes, clearly uses another than this: in
    this message and the one before, and in no part of it."""
    return own is not None and written[-2:] == [own, own] and strange.isdisjoint(_hinted(exchange.asked))


def _written(exchange: Exchange) -> str | None:
    """The language of the user's message. What stands beside foreign words in English (a curse, a pasted text) does not
    make it English."""
    own = language_of(exchange.asked) if exchange.asked else None  # what users say comes once: not worth keeping
    return None if own == "en" and _FOREIGN in exchange.behaviors else own


def _hinted(text: str) -> frozenset[str]:
    """The languages of the parts of a message, beside English. They tell what a user reads, not what it is owed."""
    found = {language_of(part) for part in _PARTS.split(text)}
    return frozenset(one for one in found if one not in (None, "en"))


def _without_values(view: View, exchange: Exchange) -> str:
    """The reply without lists and values: those are as the project words them, in whatever language it speaks."""
    text = mask(_LISTED.sub(" ", exchange.reply.text), _values(view))
    return re.sub(r"<\w+>", " ", text)


def _values(view: View) -> Iterator[str]:
    for spec in view.reader.slots.values():
        yield from (form for fact in spec.values[:_MOST_VALUES] for form in (fact.value, *fact.words))
    for said in view.said.values():
        yield from (form for utterance in said for form in utterance.forms)


def _strange(languages: frozenset[str], written: list[str], can: frozenset[str]) -> frozenset[str]:
    """The languages of a reply that it should not be in; none where nothing tells what the product can speak."""
    if not can or not written:
        return frozenset()
    user = written[-1]
    if user not in can or user in languages:  # it can't; or it says everything in two languages
        return languages - can - {user}
    return languages - {user}


def _languages(view: View, parts: list[str]) -> frozenset[str]:
    """The languages of a reply's longer sentences; where all are short, of the whole."""
    found = {view.texts(language_of, part) for part in parts if len(part.split()) >= _LONG_ENOUGH}
    found = found or {view.texts(language_of, " ".join(parts))}
    if any(_SPANISH_MARKS.search(part) for part in parts):
        found.add("es")
    return frozenset(one for one in found if one is not None)


def _declines_language(text: str) -> bool:
    return _ONLY_SPEAKS.search(text) is not None
