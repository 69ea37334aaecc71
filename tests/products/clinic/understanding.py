"""What the clinic's assistant makes of a message: the facts in it and what the person wants."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import lru_cache
from typing import TypeVar

Hit = TypeVar("Hit", bound=tuple)  # where it begins, and more

ANIMALS = {
    "Dog": r"dogs?|doggy|pupp(?:y|ies)|pup|labrador|lab|terrier|spaniel|hound",
    "Cat": r"cats?|kittens?|kitty|tabby|moggy|tomcat",
    "Rabbit": r"rabbits?|bunn(?:y|ies)",
    "Guinea pig": r"guinea[ -]?pigs?|cav(?:y|ies)",
}
REASONS = {
    "Vaccination": r"vaccin\w*|jabs?|shots?|boosters?|inject\w*|inoculat\w*",
    "Check-up": r"check[ -]?ups?|check(?:ed)?(?: over)?|once[ -]?over|routine|yearly|annual|look(?:ed)? over",
    "Dental cleaning": r"dental|dentist|teeth|tooth|tartar|gums?|(?:smelly|bad) breath",
    "Feels unwell": r"unwell|sick|ill|poorly|off (?:his|her|its|their) food|not eating|won'?t eat|limp\w*|vomit\w*"
    r"|throw\w* up|threw up|letharg\w*|scratch\w*|itch\w*|cough\w*",
}
NAMES = (
    *"Biscuit Luna Pepper Rex Bella Milo Daisy Oscar Poppy Charlie Coco Ziggy Waffles Nala Simba Ginger Shadow".split(),
    *"Rosie Buster Toffee Clover Thumper Molly Max Archie Willow Smudge Felix".split(),
    "Mr Tibbs",
    "Lady Jane",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")

TOPICS = {
    "cost": r"cost|price|pricing|how much|charge|fee|expensive|pay",
    "parking": r"park|parking|car park",
    "hours": r"open|opening|hours|close|closed",
    "insurance": r"insur\w*|policy",
    "length": r"how long|take long|long will|duration|minutes",
    "food": r"breakfast|feed|fed|fasting|eat before|food before",
    "cancel": r"cancel\w*|resched\w*|call off|move it later",
    "where": r"where are you|address|located|find you|get there",
}
ASKING = re.compile(
    r"^(?:(?:hi|hello|ok|okay|so|and|but|um+|hm+|well|sorry|wait|quick question|before that|just|also|first|hang on"
    r"|actually|one thing|oh|by the way|btw)[ :,]+)*"
    r"(?:what|which|when|where|why|who|how|is|are|do|does|did|can|could|will|would|should|am|may|might|have|has|any"
    r"|what's|whats|how's|where's)\b"
)
WONDERING = re.compile(
    r"\b(?:wonder(?:ing)?|like to know|want to know|tell me|let me know|need to know|curious|question)\b"
)
CLARIFY = re.compile(
    r"para qué|por qué|qué (?:quiere|significa)|wozu|wofür|warum|was (?:meinen|bedeutet|heißt)|pourquoi|que voulez|qu'est-ce que|c'est-à-dire|para que|por que|o que (?:quer|significa)|(?:what|which|how) (?:exactly )?(?:do|does|did|would|should) (?:you|that|this|it|i) (?:mean|need|want|refer|say|put|answer)"
    r"|what(?:'s| is| are| does) (?:that|this|it|those)\b|what do(?:es)? .{1,30} mean|what(?:'s| is| do you mean by) (?:a |an )?meant"
    r"|what do you mean|mean by|is meant|why\b|what for|need (?:that|this|it) for|explain|clarif|elaborate"
    r"|(?:don'?t|do not|didn'?t|not) (?:quite |really |sure )?(?:understand|follow|get (?:it|that|the|what))|not (?:clear|sure) what"
    r"|huh|come again|meaning|confus|in what (?:sense|form|format|way)|what (?:kind|sort|type|format) (?:of|do|is)"
    r"|does (?:it|that) matter|more (?:detail|information|info)|for instance|an example|examples|which one do you|rephrase"
    r"|is (?:that|this|it) (?:really )?(?:necessary|needed|required|important)|used for|do you need|have to (?:give|tell|say)"
    r"|what (?:are|were) (?:my|the) (?:options|choices)|what difference|tell me more about"
)
UNSURE = re.compile(
    r"no (?:lo )?(?:sé|se|recuerdo)\b|no estoy segur|weiß (?:ich|es)|nicht sicher|keine ahnung|(?:ne )?sais pas|pas sûr|não (?:sei|tenho certeza|me lembro)|nao sei|not (?:so |really |quite |entirely |too |very )?(?:sure|certain)|unsure|(?:don'?t|do not|dunno|doesn'?t) (?:really )?(?:know|remember|recall|have it)"
    r"|dunno|no idea|no clue|can(?:'?t|not) (?:find|remember|say|recall|tell)|couldn'?t (?:find|say)|forgot|have to (?:check|look)|need to (?:check|look)|let me (?:check|look|think)|hard to say|either|"
    r"don'?t have (?:it|that|this)|undecided|you tell me|clueless|idk|beats me"
)
STRANGE = re.compile(
    r"joke|poem|weather|recommend|should i buy|laptop|recipe|capital of|translate|football|election|president|news|sing\b|song|movie|film"
    r"|stock|invest|bitcoin|homework|essay|pizza|restaurant|write (?:me|a|an)|who won|hotel|flight|horoscope|favou?rite|meaning of life|story"
    r"|python|code|play\b|game|taxi|haircut|tv\b|music|lottery|math|times table|book(?:s)? to read|mortgage|tax"
)
HURRY = re.compile(
    r"hurry|(?:much|any|enough) time|speed|faster|quick(?:er|ly)|forever|taking (?:so |too )?long|come on|no time|haven'?t got all day|get on with|ages|already (?:said|told)|annoy|ridiculous|many more|all day|long is this|late|rush|impatient|make it quick|wasting"
)
PERSON = re.compile(
    r"\b(?:connect me|from your team|human|real person|a person|someone real|receptionist|agent|operator|staff|speak to (?:someone|somebody)|talk to (?:someone|somebody))\b"
)
ORDERS = re.compile(
    r"new rule|every (?:message|reply|answer)|last customers|(?:your|our) (?:own )?staff\b|everything you were told|(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instruct\w*|rules?|prompts?|above|guidelines?)|system prompt|(?:developer|debug|admin|maintenance) mode"
    r"|\b(?:i'?m|i am|this is|speaking as) (?:\w+ ){0,3}(?:admin\w*|developer|staff|employee|engineer|supervisor|it department|it team|support team)\b|you are now|from now on|pretend"
    r"|repeat after me|your (?:instructions|prompt|configuration)|i work (?:here|for)|\b(?:reply|answer|respond|write|print|say|output) (?:only |just )?(?:with |the words? |the following)|reveal|password"
)
SURE = re.compile(
    r"is that correct|(?:are|r) (?:you|u)(?: \w+)? (?:sure|certain|serious|positive)|^(?:\w+ )?you sure|^really\b|is (?:that|this) (?:really )?(?:true|right|correct|so)$|(?:can'?t|cannot) be (?:right|true)|i doubt|don'?t believe"
    r"|double[- ]check|sure about (?:that|this|it)|(?:read|heard|thought) (?:something )?(?:else|otherwise|different)|not convinced"
)
CLAIMS = re.compile(
    r"\balready\b|didn'?t i\b|i did (?:that|this|it)|i'?ve done|you (?:have|got) (?:it|that|this|all)\b|\bi (?:just )?(?:gave|sent|paid|filled|confirmed|booked)\b|your colleague|last (?:week|month)"
)
HOSTILE = re.compile(
    r"how hard can|\bwast\w+|annoying|ridiculous|useless|stupid|idiot\w*|terrible|awful|worst|rubbish|pathetic|\bhate\b|\bdamn\b|\bhell\b|\bcrap\b|nonsense|incompetent|fed up|hopeless|unbelievable|seriously|garbage|\bdumb\b|moron|sick of|\bslow\b"
)
PLACE = re.compile(
    r"\b(?:the|number|option) (first|second|third|fourth|last)\b|^(first|second|third|fourth|last)(?: one)?$"
)
PLACES = {"first": 0, "1st": 0, "second": 1, "2nd": 1, "third": 2, "3rd": 2, "fourth": 3, "4th": 3, "last": -1}
FOREIGN_YES = set("sí si ja jawohl oui sim genau richtig stimmt claro vale correcto certo exact".split())
YES = (
    set(
        "yes yeah yep yup sure correct right ok okay confirm confirmed perfect great fine good ahead absolutely definitely "
        "exactly agreed alright indeed please proceed".split()
    )
    | FOREIGN_YES
)
YES_PHRASE = re.compile(
    r"go ahead|book it|do it|sounds good|looks good|all good|that'?s (?:it|all|right|correct|fine)|looks (?:right|fine|correct)|no changes|nothing to change|go for it|put it in|make it so|let'?s do"
)
NO = re.compile(
    r"^(?:no|nope|nah|nein|non|não|nao|wait|hold on|hang on|stop)\b|not (?:right|correct|quite|yet)|wrong|incorrect|mistake|change|different|amend|edit|fix|alter|mix(?:ed)? up"
)
TAKEN_BACK = re.compile(
    r"\b(?:not|isn'?t|wasn'?t|instead of|rather than|other than|from)\s+(?:a |an |the |on |it'?s |it was )?$"
)
SAID_BEFORE = re.compile(r"\b(?:i said|i told you|you have|you (?:wrote|put))\s+(?:a |an |the |on |it'?s |it was )?$")
SLOT_WORDS = {
    "animal": r"animal|species|kind of pet|type of pet|sort of",
    "name": r"\bname\b|\bcalled\b|pet'?s name",
    "reason": r"reason|purpose|treatment|visit type|why we|what for|service",
    "day": r"\bday\b|\bdate\b|\bwhen\b",
    "phone": r"phone|number|telephone|mobile|contact",
}
KNOWN = sorted(
    set("what mean need change correct confirm wrong sure know understand explain phone number joke recommend cost price "
        "insurance parking cancel hurry human actually instead remember find open hours weather right book ahead please "
        "perfect great question meant different name animal reason called".split())
)  # fmt: skip


@dataclass(frozen=True)
class Heard:
    """`facts` maps slot to value; `intent` is answer, ask, clarify, unsure, strange, hurry, person, yes, no, or none."""

    text: str
    facts: Mapping[str, str] = field(default_factory=dict)
    intent: str = "none"
    topic: str | None = None
    names_slot: str | None = None
    calendar: bool = False


@lru_cache(50000)
def hear(text: str, step: str, today: date) -> Heard:
    """The facts of a message and what it wants, given the step the assistant is at."""
    told, intent, topic = [], "none", None
    if len(text) > 150:  # what follows the first paragraph was pasted
        asked_last = re.search(r"(?:^|[.!?\n])([^.!?\n]*\?)[^\w\n]*$", text)
        text = text.strip().split("\n\n")[0] + (f"\n{asked_last[1]}" if asked_last else "")
    for clause in clauses(re.sub(r"[^\w\s'’.,;:!?+/()–—-]", " ", text)):
        kind, about = purpose(clause)
        if kind == "none":
            told.append(clause)
        elif intent in {"none", "hurry"} or kind == "ask":
            intent, topic = kind, about
    facts, calendar = facts_in(told, step, today)
    named = next((slot for slot, words in SLOT_WORDS.items() if re.search(words, plain(" ".join(told)))), step)
    for slot in dict.fromkeys((step, named)):
        if slot in SLIPS and slot not in facts and (meant := slipped(told, slot)):
            facts, calendar = {**facts_in([meant], slot, today)[0], **facts}, False
    place = PLACE.search(plain(" ".join(told)))
    if place and step in {"animal", "reason"} and step not in facts:
        facts[step] = list(ANIMALS if step == "animal" else REASONS)[PLACES[place[1] or place[2]]]
    rest = plain(" ".join(told))
    if intent == "hurry" and agreement(plain(text)) != "none":
        intent, rest = "none", plain(text)
    if not facts and step == "name" and intent in {"none", "hurry", "claim"}:
        names = [name for part in (" ".join(told), *told) if (name := free_name(part))]
        if names:
            facts["name"] = names[0]
    if not facts and intent == "none":
        intent = agreement(rest)
    named = next((slot for slot, words in SLOT_WORDS.items() if re.search(words, rest)), None)
    return Heard(text, facts, intent if intent != "none" or not facts else "answer", topic, named, calendar)


SLIPS = {
    "animal": ("dog", "cat", "rabbit", "guinea"),
    "reason": ("vaccination", "check-up", "dental", "unwell"),
    "day": (*(name.lower() for name in WEEKDAYS), "tomorrow"),
    "name": ("biscuit", "luna", "pepper", "tibbs", "mr tibbs"),
}


def slipped(told: Sequence[str], step: str) -> str | None:
    """What a value asked for was meant to be, where a finger slipped."""
    words = [word for part in told for word in re.findall(r"[^\W\d](?:[\w-]{2,})", part.lower())]
    for word in words:
        same = [known for known in SLIPS[step] if sorted(known) == sorted(word)]
        close = same or (difflib.get_close_matches(word, SLIPS[step], n=1, cutoff=0.8) if len(word) > 4 else [])
        if close:
            return {"guinea": "guinea pig", "tibbs": "mr tibbs"}.get(close[0], close[0])
    return None


def clauses(text: str) -> list[str]:
    """Parts of a message that can mean different things."""
    text = re.sub(r"\b(mrs?)\.", r"\1", text, flags=re.IGNORECASE)
    parts = re.split(
        r"(?<=[?!;\n])\s*|(?<=[^\d\W])\.(?:\s+|$)|(?<=\d)\.\s+(?=[A-Z])|,\s+|\s+[-–—]\s+|\s+(?:but|also|though)\s+|:\s+",
        text,
    )
    return [part.strip() for part in parts if part and part.strip(" .,!?")]


def plain(text: str) -> str:
    """Lower case, no outer punctuation, slips of the finger mended for words that decide what is wanted."""
    words = []
    for word in re.sub(r"[^\w\s'’+/-]", " ", text.lower().replace("’", "'")).split():
        if len(word) >= 4 and word.isalpha() and word not in KNOWN:
            close = difflib.get_close_matches(word, KNOWN, n=1, cutoff=0.84)
            same_letters = [known for known in KNOWN if sorted(known) == sorted(word)]
            word = (same_letters or close or [word])[0]
        words.append(
            {
                "yse": "yes",
                "eys": "yes",
                "wath": "what",
                "waht": "what",
                "hwy": "why",
                "wyh": "why",
                "whats": "what's",
            }.get(word, word)
        )
    return " ".join(words)


def purpose(clause: str) -> tuple[str, str | None]:
    """What a clause wants besides telling something: (intent, topic of a question)."""
    said = plain(clause)
    asks = clause.rstrip().endswith("?") or ASKING.search(said) or WONDERING.search(said)
    if ORDERS.search(said):
        return "order", None
    if HOSTILE.search(said):
        return "hurry", None
    if PERSON.search(said):
        return "person", None
    if SURE.search(said):
        return "sure", None
    topics = [topic for topic, words in TOPICS.items() if re.search(rf"\b(?:{words})", said)]
    bookable = any(re.search(rf"\b(?:{words})\b", said) for words in (*ANIMALS.values(), *REASONS.values()))
    if asks and topics and not re.search(r"\b(?:mean|why|need)\b", said):
        return "ask", topics[0]
    if STRANGE.search(said) and not re.search(r"\d{6}", said):
        return "strange", None
    if UNSURE.search(said) and not (asks and CLARIFY.search(said)):
        return "unsure", None
    if CLARIFY.search(said):
        return "clarify", None
    if HURRY.search(said) or HOSTILE.search(said):
        return "hurry", None
    if CLAIMS.search(said):
        return "claim", None
    if asks and not bookable and not day_in(said, date(2024, 1, 1), loose=False)[0] and not courtesy(said):
        return "strange", None
    return "none", None


def courtesy(said: str) -> bool:
    """A request about the booking itself that only looks like a question."""
    return bool(
        re.search(
            r"\b(?:book|appointment|visit|vet|see you|bring|help|change|make it|switch|correct|call me|use)\b|\d{6}",
            said,
        )
        or any(re.search(words, said) for words in SLOT_WORDS.values())
    )


def agreement(said: str) -> str:
    """yes, no or none."""
    if NO.search(said) and not re.search(r"no(?:thing)? (?:to )?changes?", said):
        return "no"
    if YES_PHRASE.search(said) or set(said.split()) & YES:
        return "yes"
    return "none"


def facts_in(told: list[str], step: str, today: date) -> tuple[dict[str, str], bool]:
    """Slot to value over all clauses; later ones win. Second: whether the day was given as a calendar date."""
    facts: dict[str, str] = {}
    calendar = False
    for clause in told:
        for slot, table in (("animal", ANIMALS), ("reason", REASONS)):
            if value := last_not_taken_back(clause.lower(), table):
                facts[slot] = value
        if name := name_in(clause, step):
            facts["name"] = name
        phone, rest = phone_in(clause)
        if phone:
            facts["phone"] = phone
        day, by_calendar = day_in(rest.lower(), today, loose=step == "day" or len(rest.split()) <= 3)
        if day:
            facts["day"], calendar = day, by_calendar
    return facts, calendar


def last_not_taken_back(said: str, table: Mapping[str, str]) -> str | None:
    """The value named last that isn't being taken back ("not a dog, a cat")."""
    hits = [(m.start(), value) for value, words in table.items() for m in re.finditer(rf"\b(?:{words})\b", said)]
    kept = standing(hits, said)
    return max(kept)[1] if kept else None


def standing(hits: Sequence[Hit], said: str) -> list[Hit]:
    """The hits that aren't taken back; "I said dog" is, where something else is named too."""
    kept = [hit for hit in hits if not TAKEN_BACK.search(said[: hit[0]].lower())]
    return [hit for hit in kept if not SAID_BEFORE.search(said[: hit[0]].lower())] or kept


def name_in(clause: str, step: str) -> str | None:
    """A pet's name: one of those on our books, or what follows "called"."""
    flags = re.IGNORECASE if step == "name" else 0
    on_books = {name: rf"{re.escape(name)}" for name in NAMES}
    hits = [(m.start(), name) for name, words in on_books.items() for m in re.finditer(rf"\b{words}\b", clause, flags)]
    kept = standing(hits, clause)
    if kept:
        return max(kept)[1]
    told = re.search(r"\b(?:called|named|name is|name's|name to|goes by)\s+([A-Z][a-z]+(?: [A-Z][a-z]+)?)", clause)
    return told.group(1) if told else None


LEAD = re.compile(
    r"^(?:(?:um+|uh|er+|well|ok|okay|so|oh|yes|hi|hello|sure|it'?s|its|it is|he'?s|she'?s|he is|she is|that would be|that'?s|this is"
    r"|(?:the|her|his|my|our|its|pet'?s|dog'?s|cat'?s) name is|name is|name|we call (?:him|her|it)|called|my (?:dog|cat|rabbit|pet) is)[ ,:]+)+",
    re.IGNORECASE,
)


def free_name(text: str) -> str | None:
    """A name nobody here has heard before, where the whole message can't be anything else."""
    rest = LEAD.sub("", f"{text.strip(' .!')} ").strip()
    rest = re.sub(r"(?:^|[ ,]+)(?:please|thanks|thank you|i think|pls)$", "", rest, flags=re.IGNORECASE)
    one_or_two_words = re.fullmatch(r"[^\W\d]+(?:[ '-][^\W\d]+)?", rest) and len(rest) <= 20
    return rest.title() if one_or_two_words and not set(rest.lower().split()) & YES else None


def phone_in(clause: str) -> tuple[str | None, str]:
    """A phone number as 0…, and the clause without it."""
    found = list(re.finditer(r"(?:\+|\b00)?\(?\d[\d\s().-]{7,}\d", clause))
    if not found:
        return None, clause
    last = found[-1]
    digits = re.sub(r"\D", "", last.group())
    digits = re.sub(r"^(?:00)?44(?=\d{10})0?", "0", digits)
    rest = clause[: last.start()] + clause[last.end() :]
    return (digits, rest) if 10 <= len(digits) <= 12 else (None, clause)


def day_in(said: str, today: date, *, loose: bool) -> tuple[str | None, bool]:
    """The day as YYYY-MM-DD, and whether it was given as a calendar date. `loose` also takes Mon, Tue, …"""
    month = "|".join(MONTHS)
    ending = r"(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?"
    day_first = rf"\b(\d{{1,2}})(?:st|nd|rd|th)?\.?(?: of)?[ -]({month}){ending}\b"
    month_first = rf"\b({month}){ending}[ .-]+(?:the )?(\d{{1,2}})(?:st|nd|rd|th)?\b"
    named = [(m.start(), int(m[1]), m[2]) for m in re.finditer(day_first, said)]
    named += [(m.start(), int(m[2]), m[1]) for m in re.finditer(month_first, said)]
    hits = [(at, on_calendar(number, MONTHS.index(name) + 1, today), True) for at, number, name in named]
    for m in re.finditer(r"\b(?:\d{4}-(\d{1,2})-(\d{1,2})|(\d{1,2})[/.](\d{1,2})(?:[/.](?:\d{2}|\d{4}))?)(?!\d)", said):
        day, number = (int(m[2]), int(m[1])) if m[1] else (int(m[3]), int(m[4]))
        if number > 12 >= day:
            day, number = number, day
        if number <= 12:
            hits.append((m.start(), on_calendar(day, number, today), True))
    for ahead, words in ((2, r"day after tomorrow"), (1, r"(?<!after )tomorrow"), (0, r"today")):
        hits += [(m.start(), today + timedelta(ahead), False) for m in re.finditer(rf"\b{words}\b", said)]
    for number, weekday in enumerate(WEEKDAYS):
        short = rf"|{weekday[:3].lower()}s?|{weekday[:4].lower()}" if loose else ""
        for m in re.finditer(rf"\b(?:{weekday.lower()}{short})s?\b", said):
            hits.append((m.start(), today + timedelta((number - today.weekday() - 1) % 7 + 1), False))
    kept = standing(hits, said)
    if not kept:
        return None, False
    # "Thursday the 14th of May" is one day: the calendar date says it best.
    _, day_found, by_calendar = max(kept, key=lambda hit: (hit[2], hit[0]))
    return day_found.isoformat(), by_calendar


def on_calendar(day: int, month: int, today: date) -> date:
    """The next such date; a day that doesn't exist becomes the month's last."""
    for year in (today.year, today.year + 1):
        last = (date(year + month // 12, month % 12 + 1, 1) - timedelta(1)).day
        found = date(year, month, max(1, min(day, last)))
        if found >= today:
            return found
    return found
