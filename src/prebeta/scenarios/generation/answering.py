"""What people answered to a product's questions, as values of a slot: the words that matter, made anonymous.

What tells who somebody is (name, phone, mail address, numbers of accounts and orders) is never copied: a pattern of the
same shape, or made-up names, take its place.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from prebeta.dialogue import phrases
from prebeta.dialogue.days import find_days
from prebeta.dialogue.similarity import content_words, sentences

MOST_VALUES = 8
_LONGEST = 6
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?"
)
_WEEKDAYS = "(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_ORDINAL = r"\d{1,2}(?:st|nd|rd|th)?"
_DATE = re.compile(
    rf"\b(?:\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?|(?:the )?{_ORDINAL} (?:of )?(?:{_MONTHS}|this month|next month)|"
    rf"(?:{_MONTHS}) (?:the )?{_ORDINAL}|(?:next |this |coming )?{_WEEKDAYS}(?: (?:next|this) week)?|day after tomorrow|tomorrow|"
    rf"today|tonight|next (?:week|month)|the {_ORDINAL})\b",
    re.I,
)
_TIME = re.compile(
    r"\b(?:(?:half past|quarter (?:to|past)) (?:\d{1,2}|[a-z]+)|\d{1,2}(?::\d\d)?(?: ?[ap]\.?m\b\.?|(?: o'?clock)?"
    r"(?: in the (?:morning|afternoon|evening)| at night))|\d{1,2}:\d\d|\d{1,2} o'?clock|noon|midday|midnight)",
    re.I,
)
_NUMBER_WORDS = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_COUNT = re.compile(rf"\b(?:\d{{1,4}}(?!\d|:|[./]\d|(?:st|nd|rd|th)\b)|{_NUMBER_WORDS})\b", re.I)
_AMOUNT = re.compile(
    r"[$€£]\s?\d[\d,.]*\d|[$€£]\s?\d|\b\d[\d,.]*\s?(?:dollars|euros?|pounds?|EUR|USD|GBP|k)\b|\b\d[\d,.]*\d\b|\b\d\b",
    re.I,
)
_CODE = re.compile(r"(?<![\w@])#?(?=[\w-]*\d)[A-Za-z0-9][\w-]{3,}(?![\w@])")
_MAIL = re.compile(r"\S+@\S+\.\w+")
_PHONE = re.compile(r"(?<!\w)\+?\d[\d ()/.-]{5,}\d")
_TYPED: tuple[tuple[re.Pattern[str], re.Pattern[str]], ...] = (
    (re.compile(r"date$"), _DATE),
    (re.compile(r"time$"), _TIME),
    (
        re.compile(r"^(?:people|seats|tickets|number|rooms|(?:bed|bath)rooms|bags|items|cars|beds|age|duration)$"),
        _COUNT,
    ),
    (re.compile(r"^(?:amount|price_range)$"), _AMOUNT),
)
_PLACE_NAME = re.compile(r"(?:city|location|place|origin|destination|airport|station|town)$")
_PLACE = re.compile(
    r"\b(?i:in|at|from|to|near|around|for|into|city is|of|be|is)\s+((?:[A-Z][\w'’]*)(?:,? (?:[A-Z][\w'’]*|de|del|of|the)(?= [A-Z])?)*)"
)
_BARE_PLACE = re.compile(r"\b([A-Z][\w'’]+(?:,? [A-Z][\w'’]*)*)")
_NOT_PLACES = re.compile(
    rf"^(?:{_MONTHS}|{_WEEKDAYS}|I|I['’]\w+|Yes|No|Ok|Okay|Please|The|It|My|In|On|At|From|To|Sure|Thanks|Can|Could|Find|"
    r"Search|Look|Maybe|Any|Somewhere|Just|That|This|We|For|What|How|Um|Well|Hi|Hello|Make|Let|Show|Get|AM|PM|And|Oh|So|But|Then|Also|Not|Book|Around|Near|Yeah|Nope|Today|Tomorrow)\b",
    re.I,
)
_PRIVATE_NAME = re.compile(r"(?:^|_)(?:name|recipient|surname|contact)$|^(?:first|last|full|user|account_holder)_name")
_PRIVATE_CODE = re.compile(r"(?:^|_)(?:id|code|number|reference|account|card|passport|postcode|serial|policy|password|pin|order|"
                           r"reservation|confirmation|zip|email|phone|address|birth_date)$")  # fmt: skip
_NAMES = ("Alex Morgan", "Sam Rivera", "Robin Keller", "Kim Novak", "Jamie Okafor", "Chris Lindgren")
_LEAD = re.compile(
    r"^\W*(?:(?:yes|yeah|yep|no|nope|ok(?:ay)?|sure|well|oh|um+|uh|please|hi|hello|hey|thanks|thank you|so|and|then|great|good|"
    r"perfect|maybe|probably|just|actually|let me see|let's see|right|cool|alright|hmm+)\b\W*|"
    r"(?:i|we)(?:['’]?d| would|['’]?ll| will| may| might)? (?:really )?(?:like|want|need|prefer|love|wish|be|have|go|leave|say|try|take|"
    r"enjoy|stay|return|travel|fly|pick|use)\b(?: (?:to|it|that|for|with|on|at|in|from|some|a|an|the|book|see|eat|find|have|go|look|leave|fly|"
    r"travel|depart|return|be|make|reserve|something|anything|somewhere|up|searching|watch|listen|rent|attend|visit)\b)*\W*|"
    r"(?:i['’]?m|i am|we['’]?re|we are|it['’]?s|it is|that['’]?s|this is|there (?:are|is|will be)|there['’]?s|it (?:should|will|would) be)\b\W*"
    r"(?:(?:looking|interested|going|leaving|flying|travell?ing|thinking|hoping|based|located|departing|staying|searching|fond|in the mood)\b\W*)?|"
    r"(?:my|the|our) (?:\w+ ){1,3}(?:is|are|would be|will be|should be)\b\W*|"
    r"(?:make (?:it|that)|let['’]?s (?:do|say|go with|make it)|how about|what about|search|look|find|show|get|book|check|try|reserve|"
    r"give|go with|set|put|schedule|can you|could you|would you|can we|can i|will you|help|me|it)\b\W*|"
    r"(?:for|at|in|on|from|to|around|about|by|of|near|into|until|till|with|somewhere|something|anything|some|any|like|a|an|the|that|which|"
    r"someone|only|any kind of|type of|kind of|there|up|is|are|be|would|will)\b\W+)",
    re.I,
)  # fmt: skip
_TAIL = re.compile(
    r"\W*\b(?:please|thanks?|thank you|(?:would|will|should) be (?:great|good|fine|perfect|nice|best|ideal|better|my \w+)|"
    r"(?:is|are|sounds?|works?) (?:fine|good|perfect|great|nice|best|okay|ok|for me|my \w+|my preference)|"
    r"i(?:['’]?d| would) (?:like|love|prefer|want).*|is (?:what )?(?:my|the) .*|held .*|works|for me|if possible|sounds good|area|i think|preferably|would work|would do|is what i .*|i guess|instead|though|there|right now)\W*$",
    re.I,
)
_NOTHING = re.compile(
    r"\b(?:don['’]?t|do not|doesn['’]?t|not sure|no (?:preference|idea|matter)|whatever|anything|any(?:where| of)|what|which|how|why|"
    r"nothing|never ?mind|forget|can you|could you|you|thanks?|thank|everything|that one|sounds?)\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Values:
    """What a slot may hold: values, the commonest first, or a pattern; `match` is how they compare."""

    values: tuple[str, ...] = ()
    pattern: str | None = None
    match: str = "contains"


_USUAL: Mapping[str, Values] = MappingProxyType(
    {
        "date": Values(("Monday", "14 May", "tomorrow"), match="date"),
        "time": Values(("9:30 am", "noon", "4 pm")),
        "phone": Values(pattern="0[0-9]{9}", match="id"),
        "email": Values(pattern=r"[a-z]{4,8}\.[a-z]{4,8}@example\.(com|org)", match="id"),
        "name": Values(_NAMES),
        "birth_date": Values(("14 May 1988", "3 November 1961", "27 February 2001"), match="date"),
    }
)


def value_in(name: str, reply: str, *, alone: bool) -> str | None:
    """The value of slot `name` in what a user answered. `alone`: nothing else was asked in the same message."""
    pattern = next((pattern for kind, pattern in _TYPED if kind.search(name)), None)
    if name == "email":
        pattern = _MAIL
    elif name == "phone":
        pattern = _PHONE
    if pattern is not None:
        found = pattern.search(reply)
        return _tidy(found.group()) if found is not None else None
    if _PRIVATE_CODE.search(name):
        return _code(name, reply, alone=alone)
    if _PLACE_NAME.search(name) and (place := _place(reply, name)) is not None:
        return place
    value = _free(reply) if alone else None
    return _without_kind(value, name) if value is not None and name.endswith("_type") else value


def _code(name: str, reply: str, *, alone: bool) -> str | None:
    """The code after the slot's own words; the first one where nothing else was asked."""
    words = r"\W+".join(map(re.escape, name.split("_")))
    found = re.search(rf"\b{words}\b(?:\W|is|the|as|number|code|id)*?({_CODE.pattern})", reply, re.I)
    if found is None and alone:
        found = _CODE.search(reply)
    return None if found is None else found[found.lastindex or 0]


def _place(reply: str, name: str) -> str | None:
    """A name with a capital after *in*, *to*, …; of a journey's two ends the one with the right word before it."""
    only = {"origin": "from", "destination": "to"}.get(name)
    found = [
        (match.group().split()[0].lower() == only, _tidy(match[1]))
        for match in _PLACE.finditer(reply)
        if not _NOT_PLACES.search(match[1])
    ]
    if found:
        return max(found, key=lambda pair: pair[0])[1]
    bare = [match for match in _BARE_PLACE.finditer(reply) if not _NOT_PLACES.search(match[1])]
    whole = reply.strip(" .!,")
    if len(bare) == 1 and len(bare[0][1].split()) <= _LONGEST and (bare[0].start() > 0 or bare[0][1] == whole):
        return _tidy(bare[0][1])
    return None


def _without_kind(value: str, name: str) -> str:
    """*rock events* is *rock* where the slot is the type of event."""
    kind = content_words(name.removesuffix("_type").replace("_", " "))
    said = value.split()
    while len(said) > 1 and content_words(said[-1]) & kind:
        said.pop()
    return " ".join(said)


def _free(reply: str) -> str | None:
    """The first sentence of an answer without what stands before and after the value; None where that isn't short."""
    for part in sentences(reply)[:2]:
        if part.rstrip().endswith("?"):
            return None
        text = _stripped(part)
        said = text.split()
        if said and len(said) <= _LONGEST and not _NOTHING.search(text) and any(map(str.isalnum, text)):
            return _tidy(text)
    return None


def _stripped(text: str) -> str:
    for pattern in (_LEAD, _TAIL):
        for _ in range(8):
            shorter = pattern.sub("", text, count=1)
            if shorter == text:
                break
            text = shorter
    return re.split(r",| but | and (?:i|the|my|we|for|at|on)\b|;| because | so | which ", text)[0].strip(" .,!'\"")


def _tidy(text: str) -> str:
    return " ".join(text.split()).strip(" .,;!?\"'")


def values_of(name: str, answers: Sequence[str]) -> Values | None:
    """The values of a slot from what people answered; None where nobody's answer can be used and nothing is usual."""
    if name in ("email", "phone", "name", "birth_date"):
        return _USUAL[name]
    if _PRIVATE_NAME.search(name):
        return _USUAL["name"]
    if _PRIVATE_CODE.search(name):
        shape = _shape(answers)
        return Values(pattern=shape, match="id") if shape is not None else None
    kept = _distinct(answers)
    if name.endswith("date"):
        kept = tuple(value for value in kept if find_days(value))
        return Values(kept, match="date") if kept else _USUAL["date"]
    if name.endswith("time"):
        return Values(kept) if kept else _USUAL["time"]
    counted = bool(kept) and all(_COUNT.fullmatch(value) for value in kept)
    return Values(kept, match="number" if counted else "contains") if kept else None


def _distinct(answers: Iterable[str]) -> tuple[str, ...]:
    """The commonest answers, in the form most used of each; yes, no and the like are none."""
    forms: dict[str, Counter[str]] = {}
    for answer in answers:
        if not (phrases.YES.search(answer) or phrases.NO.search(answer)):
            forms.setdefault(answer.casefold(), Counter())[answer] += 1
    ranked = sorted(forms.values(), key=lambda counts: -sum(counts.values()))
    return tuple(max(counts, key=lambda form: (counts[form], form)) for counts in ranked[:MOST_VALUES])


def _shape(answers: Sequence[str]) -> str | None:
    """A pattern of the commonest shape: letters for letters, digits for digits."""
    shapes = Counter(
        re.sub(r"[a-z]", "a", re.sub(r"[A-Z]", "A", re.sub(r"\d", "9", answer.strip("#")))) for answer in answers
    )
    if not shapes:
        return None
    common = max(shapes, key=lambda shape: (shapes[shape], shape))
    classes = {"9": "[0-9]", "A": "[A-Z]", "a": "[a-z]"}
    runs = re.findall(r"9+|A+|a+|[^9Aa]", common)
    parts = [
        classes.get(run[0], run[0] if run[0] in " -_/" else re.escape(run[0]))
        + (f"{{{len(run)}}}" if len(run) > 1 else "")
        for run in runs
    ]
    return "".join(parts)
