"""What a product's question asks for, as the name of a slot: *which city are you in?* asks for `city`.

English. By the words of the question: what stands after *which*, *how many* and *your*, what *when* and *where* mean, and
which end of a journey or a stay is meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from prebeta.dialogue import phrases
from prebeta.dialogue.similarity import sentences

_VERBS = (
    r"do|does|did|is|are|was|were|would|will|should|shall|can|could|may|might|have|has|you|i|we|they|it|to|for|in|on|at|of|"
    r"from|with|that|this|your|my|the|a|an|be|like|want|need|prefer|looking|look|and|or|so|if|when|where|there|as|by|please|"
    r"around|near|me|us|them|into|out|up|about|while|then|not|any|interested|going|go|mind"
)
_NOUN = rf"(?:(?!(?:{_VERBS})\b)[a-z][a-z'-]+)"
_NOUNS = rf"({_NOUN}(?: {_NOUN}){{0,2}})"
_FIXED: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"\b(?:{pattern})\b", re.I))
    for name, pattern in (
        ("email", r"e-?mail(?: address)?"),
        ("phone", r"(?:tele)?phone(?: number)?|mobile(?: number)?|(?:contact|callback|call-back|best) number|number (?:to reach|can (?:we|i) (?:call|reach))|call you (?:on|at|back)"),
        ("postcode", r"(?:zip|postal|post) ?code"),
        ("birth_date", r"date of birth|birth ?da(?:y|te)|when were you born"),
        ("age", r"how old|your age"),
        ("duration", r"how long|how many (?:days|nights|weeks|months|years|hours)|until when|number of (?:days|nights)"),
        ("time", r"(?:what|which|at what|for what|preferred|exact|start|the|your|pick-?up|departure) (?:\w+ )?times?"
                 r"(?! (?:slot|zone))|what hour|time (?:of|for|do|would|should)|when .{0,40}\bo'?clock|a time"),
        ("date", r"(?:what|which|on what|for what|the|your|preferred|any|a|till what|from what|travel) (?:\w+ )?(?:dates?|days?)"
                 r"(?! ahead| of the event)|date (?:of|for|do|would|should)|when"),
        ("recipient", r"(?:to )?whom?\b.{0,30}\b(?:to|send|sending|receive\w*|transfer\w*)|recipient"),
        ("price_range", r"price range|how expensive|budget|how much .{0,30}\b(?:spend|pay)"),
    )
)  # fmt: skip
_COUNT = re.compile(rf"\b(?:how many|(?:the |total )?number of|the count of)(?: of)?(?: {_NOUNS})?", re.I)
_AMOUNT = re.compile(r"\b(?:how much|what (?:is the )?(?:sum|amount))\b", re.I)
_ABOUT = re.compile(rf"\bpreferences? (?:for|of|on|about|in)(?: (?:the|your|an?|which|what))? {_NOUNS}", re.I)
_KIND = re.compile(rf"\b(?:kind|type|sort|category|categories|genre|style|variety)s? of (?:the |an? )?{_NOUNS}", re.I)
_KINDS = re.compile(
    r"\b(?:what|which|any|preferred|specific|a|the|your)\b.{0,20}\b(type|kind|category|genre|cuisine)\b", re.I
)
_WHICH = re.compile(
    rf"\b(?:what|which|any|preferred|specific|particular)(?: (?:is|are|be|was|about))?(?: (?:the|your|an?))?"
    rf"(?: (?:preferred|specific|particular|exact|full|type|kind|other|of))* {_NOUNS}", re.I)  # fmt: skip
_YOURS = re.compile(
    rf"(?:^|\b(?:provide|tell|give|share|enter|need|have|know|is|what['’]?s|whats|send|state|include|type|get|for|with) )"
    rf"(?:(?:me|us|with|also|both|either|you|just) )*(?:your|the|an?)(?: (?:preferred|specific|particular|exact|full|desired))* {_NOUNS}",
    re.I,
)
_WHERE = re.compile(r"\bwhere(?:abouts)?\b|\b(?:which|what|any|in) (?:\w+ )?(?:place|location|area)\b", re.I)
_CITY = re.compile(r"\b(?:cit(?:y|ies)|town)\b", re.I)
_ENDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"\b(?:{pattern})\b", re.I))
    for name, pattern in (
        ("dropoff", r"drop(?:ping)?(?: it| the \w+)?[ -]?off|drop it|drop the"),
        ("pickup", r"pick(?:ing)?(?: it| the (?:\w+ )?\w+| you| your \w+)?[ -]?up|pickups?"),
        ("return", r"return(?:ing)?|com(?:e|ing) back|(?:fly|flying|get) back|way back"),
        ("check_out", r"check(?:ing)?[ -]?out"),
        ("check_in", r"check(?:ing)?[ -]?in"),
        ("end", r"until|till|to (?:what|which) (?:date|day|time)|end(?:ing)? (?:date|day|time)"),
        ("destination", r"destination|where to|(?:to|for) (?:where|which (?:city|place))|go(?:ing)? to|head(?:ed|ing)|travel(?:l?ing)? to|"
                        r"fly(?:ing)? to|where (?:do|would|are|will) you .{0,30}\b(?:go|going|travel\w*|fly|flying|head\w*)(?: to)?"
                        r"(?! from)|(?:city|town|place|where) .{0,30}\b(?:to go|go|travel|fly) to"),
        ("origin", r"from (?:where|which|what)|where .{0,40}\bfrom|(?:leav|depart|start)\w* from|origin|departure (?:city|place)|"
                   r"(?:city|town|place|airport) .{0,40}\b(?:from|leave|leaving|depart\w*)"),
        ("departure", r"leav(?:e|ing)|depart(?:ure|ing)?|outbound"),
    )
)  # fmt: skip
_OF_PLACE, _OF_TIME = frozenset(("location", "city")), frozenset(("date", "time"))
_PLACE_ENDS = frozenset(("pickup", "dropoff", "destination", "origin"))
_TIME_ENDS = frozenset(("pickup", "dropoff", "return", "check_in", "check_out", "end", "departure"))
_SAME: Mapping[str, str] = MappingProxyType(
    {
        "people": "people", "person": "people", "persons": "people", "guests": "people", "guest": "people",
        "passengers": "people", "passenger": "people", "riders": "people", "travelers": "people", "travellers": "people",
        "seats": "seats", "seat": "seats", "ticket": "tickets", "town": "city", "cities": "city", "place": "location",
        "area": "location", "locations": "location", "region": "location", "kinds": "type", "kind": "type",
        "category": "type", "categories": "type", "sort": "type", "dates": "date", "day": "date", "days": "date",
        "times": "time", "hour": "time", "movies": "movie", "films": "movie", "film": "movie", "songs": "song",
        "amount": "amount", "sum": "amount", "genres": "genre", "names": "name", "dish": "food", "meal": "food",
        "food": "food", "cuisine": "food", "foods": "food",
    }
)  # fmt: skip
_COUNTED = frozenset(("people", "seats", "tickets", "bags", "rooms", "beds", "bedrooms", "bathrooms", "cars", "items"))
_CODES = frozenset(("id", "number", "code", "reference"))
_NOT_NAMES = frozenset(
    ("thing", "things", "one", "ones", "else", "more", "other", "others", "way", "help", "assistance", "info", "information",
     "details", "detail", "preference", "preferences", "preferred", "following", "order", "request", "question", "questions",
     "screen", "idea", "lot", "bit", "moment", "minute", "second", "rest", "same", "specific", "particular", "favorite",
     "favourite", "mind", "exactly", "further", "new", "search", "results", "option", "options", "choice", "what", "which",
     "how", "many", "much", "look", "great", "good", "nice", "specifics", "kind", "issue", "problem", "something", "reason",
     "criteria", "choices", "purchase", "confirmation", "current", "sure", "happy", "possible", "able", "let", "know", "sounds", "sound", "okay", "ok", "sure",
     "today", "tomorrow", "tonight", "thanks", "thank", "well", "yes", "no", "alright", "perfect", "got", "additional",
     "proceed", "interest", "interests", "want", "changes", "change", "modification", "modifications", "either", "user", "wants", "whats", "find", "found", "need", "needs", "ticket's")
)  # fmt: skip
_OFFER = re.compile(
    r"^\W*(?:(?:so|ok(?:ay)?|sure|great|and|then|now|alright)\W+)*(?:would you (?:like|want|prefer|care)(?: for)? (?:me|us|to)\b|"
    r"do you (?:want|wish|need|like|agree)\b(?!.*\b(?:what|which|how|any|preference)\b)|should i|shall i|can i (?:help|assist|offer)|"
    r"want (?:to|me)|is (?:that|this|it|there)|are (?:you|these|they|those)\b|does (?:that|this)|did i|was (?:that|this)|"
    r"(?:how|what) about\b|how (?:does|is|are)\b(?!.*\bmany\b)|what do you think|does the\b|will (?:that|this))",
    re.I,
)
_PROPOSES = re.compile(
    r"^\W*(?:\w+\W+){0,2}(?:how|what) about (?!the (?:\w+ )?(?:time|date|location|city|place)\b)", re.I
)
_VERIFIES = re.compile(
    r"\b(?:verify|confirm(?:ing)?|check) (?:that|to|the following|this|if|the details|these|below)\b|^\W*confirm\w*\b(?! your)",
    re.I,
)
_MORE_WISHES = re.compile(r"\b(?:any|some)thing\b|\bany ?thing\b|\belse\b|\bother (?:help|assistance)", re.I)
_YES_NO = re.compile(r"(?:can|could|do|does|did|is|are|was|will|would|should|shall|have|has|ready|all|so)\b")
_SPLIT = re.compile(r"\s*(?:,|;|\band\b|\balso\b|\bas well as\b|\bplus\b|&)\s*", re.I)
_FILLER = re.compile(r"[^a-z0-9' -]+")


def questions(text: str) -> tuple[str, ...]:
    """The sentences of a message that ask for a value: no offers, no *is that right?*, no *anything else?*."""
    return tuple(part for part in sentences(text) if _asks(part))


def confirms(text: str) -> tuple[str, ...]:
    """The sentences of a message that ask whether all is right, or whether to go ahead."""
    return tuple(part for part in sentences(text) if _confirms(part))


@dataclass(frozen=True, slots=True)
class Asked:
    """A slot that is asked for, and the part of the question that asks for it."""

    name: str
    words: str


def asked_for(question: str) -> tuple[Asked, ...]:
    """What a question asks for, in its order; it may ask for several things."""
    return tuple({each.name: each for each in _named(question)}.values())


def _ends(part: str) -> bool:
    return part.rstrip(" \"')*_").endswith("?")


def _confirms(part: str) -> bool:
    plain = phrases.ASKS_HOW.sub(" ", part)
    asks = _ends(part) or phrases.IMPERATIVE.search(part) is not None
    return asks and phrases.CONFIRM.search(plain) is not None and not phrases.MORE.search(part)


def _asks(part: str) -> bool:
    if not (_ends(part) or phrases.IMPERATIVE.search(part)) or len(part) > 400:
        return False
    plain = phrases.ASKS_HOW.sub(" ", part)
    if (
        phrases.MORE.search(part)
        or _MORE_WISHES.search(part)
        or phrases.OPEN.search(part)
        or phrases.CONFIRM.search(plain)
    ):
        return False
    if _VERIFIES.search(part):
        return False
    return not _PROPOSES.search(part) and (
        not _OFFER.search(part) or bool(re.search(r"\b(?:what|which|where|when|how many)\b", part, re.I))
    )


def _named(question: str) -> Iterator[Asked]:
    whole = question.lower()
    for clause in (piece for piece in _SPLIT.split(whole) if piece.strip()):
        plain = " ".join(_FILLER.sub(" ", clause).split())
        for name in _in_clause(plain, _ends(question)):
            yield Asked(_with_end(name, plain, whole), plain)


def _in_clause(clause: str, is_question: bool) -> Iterator[str]:
    """Names in a clause; the first that a rule finds, since what follows only describes it."""
    if (count := _COUNT.search(clause)) is not None and not re.match(
        r".*\b(?:days|nights|weeks|months|hours)\b", clause
    ):
        yield _clean(count[1] or "") or "number"
        return
    found = [(match.start(), name) for name, pattern in _FIXED if (match := pattern.search(clause))]
    if found:
        names = list(dict.fromkeys(name for _, name in sorted(found)))
        if names[0] == "time" or {"birth_date", "duration"} & set(names):
            names = [name for name in names if name != "date"]  # *what time … when*, *date of birth*
        yield from names
        if {"date", "time"} & set(names) and re.search(r"\bwhere\b", clause):
            yield "location"
        return
    if _AMOUNT.search(clause):
        yield "amount"
    elif (kind := _KIND.search(clause)) is not None and (name := _clean(kind[1])):
        yield (
            name if name == "food" else f"{name if name.endswith(('ss', 'us', 'is')) else name.removesuffix('s')}_type"
        )
    elif (about := _ABOUT.search(clause)) is not None and (name := _clean(about[1])):
        yield name
    elif _CITY.search(clause):
        yield "city"
    elif _WHERE.search(clause):
        yield "location"
    elif (kinds := _KINDS.search(clause)) is not None:
        yield _SAME.get(kinds[1], kinds[1])
    elif (which := _WHICH.search(clause) or _YOURS.search(clause)) is not None:
        if name := _clean(which[1]):
            yield name
    elif is_question and len(clause.split()) <= 5 and not _YES_NO.match(clause) and (name := _clean(clause)):
        yield name


def _clean(noun: str) -> str:
    """A noun phrase as a slot's name: its last two words at most, without what names nothing."""
    known = re.findall(rf"(?:^|\b){_NOUN}", noun.lower())
    words = [word.replace("'s", "").replace("'", "").replace("-", "_") for word in known]
    coded = [place for place, word in enumerate(words) if word in _CODES and place > 0]
    if coded:
        return f"{words[coded[0] - 1]}_{words[coded[0]]}"
    kept = [_SAME.get(word, word) for word in words if word not in _NOT_NAMES and len(word) > 1]
    kept = [word for word in kept if not word.endswith(("ing", "ly"))]
    return "_".join(dict.fromkeys(kept[:2]))


def _with_end(name: str, clause: str, whole: str) -> str:
    """The name with the end of the matter that is meant: `pickup_date`, `destination`."""
    ends = _PLACE_ENDS if name in _OF_PLACE else _TIME_ENDS if name in _OF_TIME else frozenset[str]()
    for text in (clause, whole):
        for end, pattern in _ENDS:
            if end in ends and pattern.search(text):
                return end if end in ("destination", "origin") else f"{end}_{name}"
    return name


def same_thing(names: Iterable[str]) -> dict[str, str]:
    """For each name the one it goes by, where a product words the same question in several ways.

    *Location* is the city where both are asked for, *number* the only thing that is counted, *type* the only kind.
    """
    known = dict.fromkeys(names)
    counted = [name for name in known if name in _COUNTED]
    kinds = [name for name in known if name.endswith("_type")]
    merged = {name: name for name in known}
    for name in known:
        city = name.replace("location", "city")
        if city != name and city in known:
            merged[name] = city
        elif name == "number" and len(counted) == 1:
            merged[name] = counted[0]
        elif name == "type" and len(kinds) == 1:
            merged[name] = kinds[0]
        elif name + "_type" in known:
            merged[name] = name + "_type"
    return merged
