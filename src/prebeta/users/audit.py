"""Whether a message that an LLM wrote can be sent as the user's: it plays its role, tells what it may tell, invents nothing.

Rules only, and each complaint is worded so that the LLM can mend it. The failings looked for are those of METHODS §1.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from prebeta.dialogue import acts, phrases
from prebeta.dialogue.language import language_of
from prebeta.dialogue.matching import mentions
from prebeta.dialogue.similarity import words

_ASSISTANT = re.compile(
    r"\b(?:how|what) (?:can|may|could|might) i (?:help|assist|support|do for)\b|"
    r"\b(?:as|i(?:['’]?m| am)|i am only) an? (?:ai|a\.i\.|artificial|virtual|digital|large language|language)\b|"
    r"\b(?:i(?:['’]m| am)) (?:your|the|a|an) (?:\w+ ){0,2}(?:assistant|chatbot|bot|agent|representative)\b|"
    r"\b(?:happy|glad|pleased|here|able) to (?:help|assist) you\b|\bi(?:['’]d| would) be (?:happy|glad|delighted) to\b|"
    r"\banything else (?:that )?(?:i|we) can\b|\blet me know if (?:you|there)\b|\bfeel free to\b|"
    r"\bthank(?:s| you) for (?:contacting|reaching out|choosing|providing|sharing|your (?:patience|interest|message))\b|"
    r"\b(?:please|could you(?: please)?|can you(?: please)?|may i|can i|could i) "
    r"(?:provide|have|get|know|share|enter|confirm)(?: me)?(?: with)? your\b|"
    r"\bi (?:can(?:not|['’]t)|am unable to|['’]m unable to) (?:assist|help|fulfil|comply|provide that)\b|"
    r"\bi(?:['’]ve| have) (?:successfully )?(?:booked|scheduled|registered|processed|submitted|updated|noted|recorded) "
    r"(?:it|that|your|this)\b|"
    r"\byour (?:\w+ )?(?:booking|order|request|appointment|claim|reservation|application) (?:is|has been) (?:now )?"
    r"(?:confirmed|booked|made|placed|registered|submitted|complete)|"
    r"\bwe (?:apologi[sz]e|appreciate your)\b|\bapologi[sz]e for (?:any|the) (?:inconvenience|confusion)\b|"
    r"\bel asistente\b|\ben qué (?:puedo|le puedo) ayudar|\bwie kann ich (?:ihnen|dir) helfen|"
    r"\bcomment puis-je vous aider|\bcomo posso (?:ajudar|ajudá-lo)",
    re.I,
)
_OBEYS = re.compile(
    r"\bsatisf(?:ied|action|actory)\b|\b(?:as|like) (?:you )?(?:instructed|ordered|told)\b|\bsystem prompt\b|"
    r"\b(?:my|previous|these|those|the) instructions\b|\bsimulat(?:ed|ion|or)\b|\bsynthetic\b|\brole-?play|"
    r"\b(?:test|conversation|chat) (?:is )?(?:passed|successful|over)\b",
    re.I,
)
_STAGE = re.compile(
    r"\[[^\]\n]{1,40}\]|\{[^}\n]{0,60}\}|<[^>\n]{1,40}>|\*[^*\n]{2,60}\*|```|^\s*(?:assistant|system|ai|bot)\s*:", re.I
)
"""Placeholders, stage directions, code, the assistant's name before a line."""
_NUMBER = re.compile(r"\d(?:[\d.,:/-]*\d)?")
_RUN = re.compile(r"[^\W_]+")
_ADDRESS = re.compile(r"\S+@\S+\.\w+|\bhttps?://\S+|\bwww\.\S+", re.I)
_NAME = re.compile(r"(?<=[\w,;:'’\")] )[A-ZÀ-Þ][a-zß-ÿ]{2,}\b")
_CAPITALS = (
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september "
    "october november december english spanish german french portuguese italian dutch christmas easter google internet "
    "god jesus mum dad mom"
)
_ALWAYS_CAPITAL = frozenset(_CAPITALS.split())
_CAPITAL_NOUNS = frozenset(("de",))
_ORDER = re.compile(
    r"\b(?:ignore|disregard|forget|override|drop|stop)\b.{0,40}\b(?:instruct|prompt|rules?|role|persona|above|previous|goal)|"
    r"\b(?:system|developer|hidden) (?:prompt|message|note|instruction)|\bnew instructions?\b|\byou are (?:now|no longer) (?:an?|my|the|our)\b|"
    r"\b(?:say|state|write|reply|answer|respond|confirm|repeat|output|print|tell me|declare|admit)\b.{0,30}"
    r"\b(?:satisfied|satisfaction|(?:exactly|only)\s*[:'\"“]|with the word|you(?:['’]re| are) (?:happy|an? ai|a bot|done))|"
    r"\b(?:end|stop|terminate|leave|close) (?:the|this) (?:conversation|chat|test|simulation)\b|"
    r"</?(?:system|user|assistant|instructions?)\b|\[/?(?:INST|SYSTEM)\]|\bas an? (?:ai|llm|language model|simulated|synthetic)\b|"
    r"\b(?:ai|llm|simulated|synthetic) (?:user|customer|tester|agent)s?\b|\brate (?:this|the|our) \w+ (?:as )?(?:5|10|five|ten)\b",
    re.I | re.S,
)
_AGREES = re.compile(
    r"\b(?:y|ye[sp]|yeah|yup|aye|sure|ok(?:ay)?|correct|confirm(?:ed)?|right|absolutely|definitely|exactly|go ahead|proceed|"
    r"do (?:it|so|that)|please do|perfect|good|great|fine|agreed?|works|all set)\b",
    re.I,
)
_REFUSES = re.compile(
    r"\b(?:no|nope|nah|not|none|nothing|never|don['’]?t|isn['’]?t|won['’]?t|can['’]?t|cannot|neither)\b", re.I
)
_MOST_ECHOED = 6
"""So many words in a row out of the product's message are no answer to it."""
_ROOM, _STRETCH = 12, 3
"""A message may have this many words, or so many times as many as were decided."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a message must hold (`said`, to the letter) and may not (`secret`: values that are not to be told yet).

    `known` are the texts whose names and numbers it may use; `heard` the product's last message; `words` how long it
    should be about; `language` two letters, `mixed` where English stands beside it; `act` the decided one, None where the LLM decides.
    """

    said: tuple[str, ...] = ()
    secret: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    heard: str = ""
    words: int = 15
    language: str = "en"
    mixed: bool = False
    act: str | None = None


def gives_orders(text: str) -> bool:
    """Whether a product's message holds what reads like an order to whoever plays the user."""
    return _ORDER.search(text) is not None


def complaint(text: str, bounds: Bounds) -> str | None:
    """What is wrong with the message, as an LLM would be told; None where it can be sent."""
    if not text.strip():
        return "it is empty"
    missing = next((form for form in bounds.said if form.casefold() not in text.casefold()), None)
    if missing is not None:
        return f"it must contain {missing!r} exactly as written"
    checks = (_out_of_role, _leaks, _invents, _off_act, _in_other_language, _too_long, _echoes)
    return next((found for check in checks if (found := check(text, bounds)) is not None), None)


def _out_of_role(text: str, bounds: Bounds) -> str | None:
    own = " ".join(bounds.known)
    for pattern, words_ in (
        (_ASSISTANT, "it speaks as the assistant; you are the customer"),
        (_STAGE, "it holds a placeholder or a stage direction"),
    ):
        found = pattern.search(text)
        if found and found.group() not in own:
            return f"{words_} ({found.group()!r})"
    found = _OBEYS.search(text)
    if found and found.group().casefold() not in own.casefold():
        return f"a customer would not say {found.group()!r} here"
    return None


def _leaks(text: str, bounds: Bounds) -> str | None:
    folded, shown = text.casefold(), " ".join(bounds.said)
    near = (one for one in bounds.secret if _beginning(one) in folded)  # looked at closely only where it may be
    told = next((one for one in near if mentions(text, one) and not mentions(shown, one)), None)
    return None if told is None else f"it tells {told!r}, which isn't to be told yet"


@lru_cache(4_000)
def _beginning(value: str) -> str:
    """Its first letters or digits in a row: without them no text tells it."""
    found = _RUN.search(value.casefold())
    return found.group() if found else ""


def _invents(text: str, bounds: Bounds) -> str | None:
    addresses, counts, names = _ADDRESS.findall(text), _NUMBER.findall(text), []
    if bounds.language not in _CAPITAL_NOUNS:
        names = [one for one in _NAME.findall(text) if one.lower() not in _ALWAYS_CAPITAL]
    if not (addresses or counts or names):
        return None
    known = "\n".join((*bounds.known, *bounds.said, bounds.heard))
    numbers = set(_NUMBER.findall(known))
    invented = [one for one in addresses if one.rstrip(".,!?") not in known]
    invented += [one for one in counts if one not in numbers and not any(one in held for held in numbers)]
    if not invented and names:
        seen = set(_RUN.findall(known.lower()))
        invented = [one for one in names if one.lower() not in seen]
    return f"it makes up {invented[0]!r}" if invented else None


def _off_act(text: str, bounds: Bounds) -> str | None:
    """A yes that isn't one, or a no."""
    if bounds.language != "en":
        return None
    if bounds.act == acts.AFFIRM and (phrases.NO.search(text) or not _AGREES.search(text)):
        return "it must clearly say yes"
    if bounds.act == acts.DENY and not _REFUSES.search(text):
        return "it must clearly say no"
    return None


def _in_other_language(text: str, bounds: Bounds) -> str | None:
    found = language_of(text)
    if found is None or found == bounds.language or (found == "en" and bounds.mixed):
        return None
    return f"it is in another language than {bounds.language!r}"


def _too_long(text: str, bounds: Bounds) -> str | None:
    most = max(_ROOM, _STRETCH * bounds.words)
    return f"it is too long; write about {bounds.words} words" if len(text.split()) > most else None


def _echoes(text: str, bounds: Bounds) -> str | None:
    heard = set(_runs(words(bounds.heard)))
    repeated = heard.intersection(_runs(words(text))) if heard else heard
    if not repeated:
        return None
    own = set(_runs(words("\n".join((*bounds.known, *bounds.said)))))
    return "it repeats the assistant's message" if repeated - own else None


def _runs(found: list[str]) -> Iterable[tuple[str, ...]]:
    return (tuple(found[at : at + _MOST_ECHOED]) for at in range(len(found) - _MOST_ECHOED + 1))
