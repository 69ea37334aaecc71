"""What can be known of a slot without asking anybody: which words point at it, and which quick reply means which value."""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

from prebeta.core.types import SlotSpec
from prebeta.dialogue.days import find_days
from prebeta.dialogue.similarity import content_words, jaccard, stem, words

_CUES: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "date": re.compile(
            r"\b(?:when|(?:what|which) (?:day|date|evening|night|morning|afternoon|weekday)|how soon|by when|(?<!how many )(?<!number of )(?:dates?|days?))\b",
            re.I,
        ),
        "time": re.compile(r"\b(?:when|(?:what|which) time|at what|how late|hour|o'?clock|time)\b", re.I),
        "phone": re.compile(
            r"\b(?:(?:tele)?phone|mobile|cell|(?:contact|best|call ?back) number|number (?:to|can|for|we|i|where)|call you|ring you|"
            r"text you|reach you|number)\b",
            re.I,
        ),
        "email": re.compile(
            r"\be-?mail|\bmail address|\binbox|\bwrite to you\b|\breach you\b|\bsend (?:it|this|that|them|you)\b", re.I
        ),
        "count": re.compile(r"\b(?:how many|number of|how big|size|party|quantity|how much)\b", re.I),
        "money": re.compile(
            r"\b(?:how much|budget|amount|price|spend|volume|turnover|revenue|cost|worth|(?:in )?(?:euros?|dollars?|pounds?))\b",
            re.I,
        ),
        "name": re.compile(r"\b(?:names?|called|who am i|who is (?:this|it)|under (?:what|which))\b", re.I),
        "place": re.compile(r"\b(?:where|address|post ?code|zip|city|town|country|located?|location|based)\b", re.I),
        "age": re.compile(r"\b(?:how old|age|born|birth)\b", re.I),
        "length": re.compile(r"\b(?:how long|how many (?:nights|days|weeks|months|years|hours)|until when)\b", re.I),
        "reference": re.compile(r"\b(?:reference|number|code|id|identifier|serial)\b", re.I),
        "weight": re.compile(r"\b(?:weigh\w*|heavy|kilos?|kilograms?|kg|pounds|tons|tonnes)\b", re.I),
        "measure": re.compile(
            r"\b(?:how (?:big|large|wide|tall|high|deep|far|long)|dimensions?|measure\w*|met(?:re|er)s?|centimet(?:re|er)s?|"
            r"inch(?:es)?|feet|square)\b",
            re.I,
        ),
    }
)
_STRONG: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        "phone": re.compile(
            r"\b(?:call|ring|text|reach) you\b|\b(?:tele)?phone\b|\bmobile\b|\bnumber\b.*\b(?:call|reach|ring)\b", re.I
        ),
        "email": re.compile(r"\be-?mail\b", re.I),
        "date": re.compile(r"\b(?:what|which|on which) (?:day|date)\b", re.I),
    }
)
"""Cues that leave little doubt; they count twice."""
_NAMED = tuple(
    (kind, re.compile(rf"\b(?:{words})\b", re.I))
    for kind, words in (
        ("phone", r"\w*phone|mobile|tel|cell|callback number"),
        ("email", r"e?mail|e mail"),
        ("age", r"age|birthday|birth"),
        ("length", r"nights|duration|length|years|months|weeks|days|hours|how long"),
        ("date", r"\w*date|day|when|deadline|start|arrival|departure|check in|check out"),
        ("time", r"time|hour|slot"),
        ("count", r"count|people|guests?|persons?|party|size|quantity|number of.*|how many|seats|tickets|bedrooms"),
        ("money", r"budget|price|amount|volume|revenue|turnover|salary|cost|value|sum"),
        ("place", r"address|city|town|country|place|location|where|region|zip|post ?code|destination|origin"),
        ("name", r"\w*name|contact|who"),
        ("weight", r"weight|mass|heavy"),
        ("measure", r"width|height|length|depth|area|distance|dimensions?|floor space"),
        ("reference", r"ref|reference|code|id|number|serial|policy|account"),
    )
)
_UNITS = tuple(
    (kind, re.compile(rf"\d\s*(?:{units})\b", re.I))
    for kind, units in (
        ("weight", r"kg|kilos?|kilograms?|g|grams?|lbs?|pounds|tons?|tonnes?|stone"),
        ("measure", r"mm|cm|m|km|m²|m2|sqm|sq ?m|sq ?ft|met(?:re|er)s?|inch(?:es)?|feet|ft|miles?"),
        ("length", r"nights?|days?|weeks?|months?|years?|hours?|hrs?|minutes?|mins?"),
        ("money", r"€|\$|£|euros?|dollars?|eur|usd|gbp"),
    )
)
"""What a slot's values are counted in tells what it is."""
_KIN = 5
"""Words that begin with so many equal letters are forms of one word: weigh and weight, insured and insurance."""
_SIDES = (
    (r"destination|drop ?off|to", r"where to|going|travell?ing|fly(?:ing)?|head(?:ing|ed)|drop"),
    (r"origin|from|pick ?up|departure (?:city|place|station|airport)", r"from|leav\w+|depart\w*|pick\w*|start\w*"),
    (r"check ?in|arrival|arrive|start", r"arriv\w*|check\w*[- ]?in|start\w*|begin\w*"),
    (r"departure", r"leav\w+|depart\w*"),
    (r"check ?out|return|end|until", r"leav\w*|check\w*[- ]?out|return\w*|com\w+ back|until|end\w*"),
)
"""Where a matter has two ends (from and to, in and out): the slot's name, and the words that mean this end."""
_GENERIC = frozenset(
    stem(word) for word in ("number", "type", "name", "date", "time", "day", "code", "id", "kind", "method", "of")
)
"""Words that half the slots' names share: they point less than the others."""
_MARKS = re.compile(r"[\W_]+")
_TYPING = re.compile(r"(?:^|\bplease |\bjust |\bor |\bcan |\band |\bto )type\b(?! of)", re.I)


def slot_type(spec: SlotSpec) -> str | None:
    """What kind of thing the slot holds, by its values, its pattern and its name; None where nothing tells."""
    values = [fact.value for fact in spec.values]
    if spec.match == "date" or (values and sum(bool(find_days(value)) for value in values) * 2 > len(values)):
        return "date"
    if any("@" in value for value in values) or (spec.pattern and "@" in spec.pattern):
        return "email"
    for kind, units in _UNITS:
        if values and sum(bool(units.search(value)) for value in values) * 2 > len(values):
            return kind
    name = " ".join((_spaced(spec.name), *spec.ask))
    found = next((kind for kind, pattern in _NAMED if pattern.search(name)), None)
    return found or ("count" if spec.match == "number" else None)


def _spaced(name: str) -> str:
    """The words of a slot's name: check_in, checkIn and check-in are *check in*."""
    return re.sub(r"[_-]+|(?<=[a-z])(?=[A-Z])", " ", name)


class SlotWords:
    """The words that point at one slot, made once a run."""

    def __init__(self, spec: SlotSpec) -> None:
        self.name = spec.name
        raw = _spaced(spec.name)
        names = content_words(raw) or frozenset(stem(word) for word in words(raw))
        self._name = {word: 0.4 if word in _GENERIC and len(names) > 1 else 1.0 for word in names}
        self._weight = sum(self._name.values())
        self._asks = tuple(content_words(text) for text in spec.ask)
        self._values = tuple(held for fact in spec.values if (held := _wordy(fact.value)))
        self._kind = slot_type(spec)
        ends = [words for name, words in _SIDES if re.search(rf"\b(?:{name})\b", raw, re.I)]
        self._side = re.compile(rf"\b(?:{'|'.join(ends)})\b", re.I) if ends else None

    def score(self, prompt: str, said: frozenset[str], kin: bool = False) -> float:
        """How much the prompt (with its content words `said`) points at this slot; from 1.0 on it counts. With `kin`
        other forms of the name's words count too."""
        score = 0.0
        if self._weight:
            named = sum(weight for word, weight in self._name.items() if word in said or (kin and _akin(word, said)))
            score += 2.0 * named / self._weight
        if self._asks:
            score += 2.5 * max(jaccard(ask, said) for ask in self._asks)
        if self._kind is not None and _CUES[self._kind].search(prompt):
            strong = _STRONG.get(self._kind)
            score += 2.4 if strong is not None and strong.search(prompt) else 1.1
            score += 0.8 if self._side is not None and self._side.search(prompt) else 0.0
        shown = sum(value <= said for value in self._values)
        return score + (1.0 if shown > 1 else 0.25 * shown)

    def shown(self, prompt: str, said: frozenset[str]) -> bool:
        """Whether the prompt puts a value of this slot forward."""
        if self._kind == "date" and find_days(prompt):
            return True
        return any(value <= said for value in self._values)


def _akin(word: str, said: frozenset[str]) -> bool:
    """Whether a form of the word is among these."""
    if len(word) < _KIN or word in _GENERIC:
        return False
    start = word[: max(_KIN, len(word) - 3)]
    return any(other.startswith(start) or (len(other) >= _KIN and word.startswith(other)) for other in said)


def asked_words(prompt: str) -> frozenset[str]:
    """The prompt's content words, without *type* where that means typing."""
    return content_words(_TYPING.sub(" ", prompt))


def _wordy(value: str) -> frozenset[str]:
    """The value's content words, where it has letters enough to be told from the text around it."""
    held = content_words(value)
    return held if any(len(word) > 2 and word.isalpha() for word in held) else frozenset()


def option_value(title: str, spec: SlotSpec) -> str | None:
    """The declared value of the slot that a quick reply's title stands for, or None.

    The same letters first; then the value's words inside the title or the other way round; then the ways people say it.
    """
    plain = _letters(title)
    if not plain:
        return None
    for fact in spec.values:
        if _letters(fact.value) == plain:
            return fact.value
    said = content_words(title)
    best: tuple[float, str] | None = None
    for fact in spec.values:
        for index, form in enumerate((fact.value, *fact.words)):
            held = content_words(form)
            if not held or not said:
                continue
            score = jaccard(held, said)
            if index == 0 and (held <= said or said <= held):
                score = max(score, 0.6)
            if score >= 0.5 and (best is None or score > best[0]):
                best = (score, fact.value)
    return best[1] if best else None


def _letters(text: str) -> str:
    return _MARKS.sub("", text.casefold())
