"""What the lost-property desk makes of a message: the facts in it, and what else the person wants."""

from __future__ import annotations

import re
from functools import lru_cache

LOOKS = (
    "black silver red blue green brown white grey gray yellow pink purple orange gold beige dark light striped small "
    "big large little old new leather metal plastic car house reading winter sun laptop school sports phone"
)
ITEMS = (
    "rucksack backpack bag handbag suitcase trolley laptop tablet phone mobile camera watch ring umbrella key keys "
    "wallet purse glasses sunglasses scarf coat jacket hat cap gloves headphones book passport charger toy teddy shoes"
)
MONTHS = "january february march april may june july august september october november december"
WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday"
SPOT_WORDS = "gate security food court taxi rank lounge business baggage claim toilet toilets plane park stop desk hall"


def either(words: str) -> str:
    """Any of these words, the longest first."""
    return "|".join(sorted(words.split(), key=len, reverse=True))


MONTH = rf"(?:{either(MONTHS)}|sept?|jan|feb|mar|apr|jun|jul|aug|oct|nov|dec)(?![a-z])(?:\.(?= \d))?"
DATE = (
    rf"\d{{1,2}}(?:st|nd|rd|th)?\.?(?: of)? {MONTH}(?:,? \d{{4}})?|{MONTH} (?:the )?\d{{1,2}}(?:st|nd|rd|th)?(?!\w)(?:,? \d{{4}})?"
    rf"|\d{{4}}-\d\d-\d\d|\d{{1,2}}[./]\d{{1,2}}(?:[./]\d{{2,4}})?|{either(WEEKDAYS)}|yesterday|today"
)
SHORT_DAY = r"mon|tues?|wed|thur?s?|fri|sat|sun"
SLOTS = {
    "thing": rf"(?:(?:{either(LOOKS)})[ -])*(?:{either(ITEMS)})",
    "spot": r"gate [a-z]?\d{1,3}|security(?: check)?|(?:the )?food court|(?:the )?taxi rank|(?:the )?(?:business )?lounge"
    r"|check[ -]?in(?: desk)?|baggage (?:claim|hall)|toilets?|(?:on )?the plane|car park|bus stop",
    "day": DATE,
    "flight": r"[a-z]{2}[ -]?\d{2}[ -]?\d{2}",
    "mail": r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+",
}
PATTERNS = {slot: re.compile(rf"(?<![\w@])(?:{words})(?!\w|@)", re.IGNORECASE) for slot, words in SLOTS.items()}
ONLY_SHORT_DAY = re.compile(
    rf"(?:(?:last|this|on|it'?s|was|is) )+({SHORT_DAY})(?!\w)|^({SHORT_DAY})\W*$", re.IGNORECASE
)
NOT_LETTERS = re.compile(r"(?:is|it|on|at|no|my|to|in|of|am|be|by|or|as|so|for|id|nr)[ -]", re.IGNORECASE)
"""Two letters before digits that are a word of the sentence, if they stand apart."""
BEFORE_CODE = re.compile(r"(?:^|\b(?:is|it's|that's|be|it|number|:))\s*$", re.IGNORECASE)
SPELT = frozenset(
    word for word in f"{LOOKS} {ITEMS} {MONTHS} {WEEKDAYS} {SPOT_WORDS} yesterday today".split() if len(word) > 2
)
WHOLE = frozenset("from form won now own on no god dog was saw desert ash".split())

ARTICLE = r"(?:(?:a|an|the|my|on|at|by|it was)\s+)*$"
BACK = re.compile(rf"\b(?:not|isn'?t|wasn'?t|instead of|rather than|from)\s+{ARTICLE}")
SAID_BEFORE = re.compile(rf"\bi (?:said|told you|put)\s+{ARTICLE}")
NAMED = {"thing": r"\b(?:thing|object|item)\b", "spot": r"\b(?:spot|place|where|location)\b", "day": r"\b(?:day|date)\b",
         "flight": r"\bflight\b", "mail": r"\be?-?mail\b|address"}  # fmt: skip
KNOW = {
    r"fees?|cost|charge|pay|free|price": "Searching is free; sending it to you costs 12 euros.",
    r"how long|keep|long do": "We keep finds for 90 days.",
    r"open|hours|come by|collect|pick": "You can collect finds daily between 6 and 22 at hall C.",
}
LEAD = (
    r"(?:(?:and|so|ok|but|wait|hi|hello|well|um|sorry|hmm?|also|oh|btw|by the way|quick question|another thing|before that"
    r"|before i answer|before we go on|one more thing)[ ,:]+)*"
)
QUESTION = re.compile(
    rf"^{LEAD}(?:what|which|when|where|why|who|how|is|are|do|does|did|can|could|will|would|should|may|any)\b(?!\s+(?:be|for)\b)"
)
HUMAN = re.compile(
    r"\b(?:human|real person|a person|someone|somebody|agent|your team|colleague|operator|staff member)\b"
)
ORDER = re.compile(
    r"\b(?:ignore|forget) (?:all|your|every|any|the)|\bprevious instructions|system prompt|new rule|developer|\badmin\b"
    r"|your (?:instructions|rules|own staff)|last customers|\bi work here|other customers"
)
DOUBT = re.compile(
    r"\b(?:are|r) you (?:\w+ )?(?:sure|certain|positive)|is (?:that|this|it) (?:really )?(?:right|correct|true)|^really\b"
)
CLAIM = re.compile(
    r"\balready\b.*\b(?:told|said|gave|did|have|wrote)|\b(?:told|said|gave|did|have|say|wrote)\b.*\b(?:already|that|it)\b.*(?:already|just)"
    r"|\bi (?:gave|told) you\b|\bi did that|didn'?t i (?:just )?(?:say|tell)|\byou have (?:that|it) already"
)
STRANGE = re.compile(
    r"\b(?:joke|poem|weather|recommend|recipe|capital|football|song|sing|news|movie|story|buy|translate|write me|book me|hotel|politics)\b"
)
EXPLAIN_ASKED = re.compile(
    r"\bwhy\b|\bmeans?\b|what for|what's that|whats that|need (?:that|this|it|my)|explain|understand|don'?t get|for what|clarif|example|necessary"
    r"|what is (?:that|this|it)\b(?! (?:nonsense|rubbish))|what (?:kind|sort|exactly|format|number|do you)|which (?:one|number)|not clear|unclear|rephrase"
    r"|more (?:detail|info)|\bhuh\b|confus|\bpardon\b|wozu|warum|was (?:meinen|bedeutet)|verstehe|qué (?:quiere|significa)"
    r"|por ?qu[eéê]\b|para qu[eé]\b|no entiendo|pourquoi|qu'est-ce que|comprends|o que (?:quer|significa)|não entendi"
)
UNSURE = re.compile(
    r"not (?:really |quite |so |too |entirely )?(?:sure|certain)|unsure|(?:don'?t|do not|can'?t|cannot) (?:really )?(?:know|remember|recall|find|say|have(?! (?:much |any |enough |the )?time))|no idea|forgot"
    r"|dunno|idk|let me (?:check|look|see|think)|(?:have|need) to (?:check|look)|no clue|estoy segur|no lo sé|nicht sicher|weiß (?:ich|es)"
    r"|pas sûr|ne sais pas|tenho certeza|não sei"
)
HURRY = re.compile(
    r"hurry|(?:much|any|enough) time|\brush|\bspeed|quick|\bfast\b|forever|so long|come on|all day|\bages\b|no time|get on with|annoy"
    r"|ridiculous|seriously|useless|nonsense|waste|how hard"
)
VAGUE = re.compile(
    r"usual|normal|standard|whatever|whenever|most people|one of those|you know|reasonable|some|soon|a while|not far|around here"
    r"|a few|not that many|good time|don'?t mind|you choose|any(?:thing)? is fine|^(?:ok|one moment|h+m+|um+|well|hello|hi)\W*$"
)
YES = re.compile(
    r"\b(?:yes|yeah|yep|yup|yse|sure|ok|okay|correct|right|fine|go ahead|file it|do (?:it|so|that)|good|perfect|great|confirm\w*|all good|alright"
    r"|s[ií]|claro|sim|isso|ja|stimmt|richtig|oui|c'est (?:bien|bon|correct))(?!\w)|^please\W*$"
)
NO = re.compile(
    r"^(?:no|nope|nah|wait|stop|hold on|nein|non|não|moment)\b|\b(?:wrong|chang(?:e|ing)|incorrect|different|mistake|not (?:right|correct|quite))\b"
)
FIT = re.compile(r"^(?:no|nope),? (?:that'?s fine|all good|leave it|that'?s (?:all|it))")
WRAPPERS = re.compile(
    r"^(?:(?:it'?s|it is|that'?s|that would be|it would be|i'?d (?:say|go (?:with|for)|take)|let'?s (?:say|go with)|i'?ll go with|you can put(?: down)?"
    r"|put me down for|in my case|here(?: you go| it is)?|as i (?:said|wrote)|like i said|again|once more|still|i (?:said|wrote|believe)|mine is"
    r"|(?:for |as for )?the \w+(?: is| are| would be)?|for me|so|in|on|a|an|the|my|at|near|by)[ ,:]+)+|(?:[ ,]+(?:please|thanks|thank you|for me|it is|as i said))+$"
)  # fmt: skip


@lru_cache(2000)
def spelt(word: str) -> str:
    """A word of ours in which two neighbouring letters changed places, put right; any other word as it is."""
    low = word.lower()
    if low in SPELT or low in WHOLE:
        return word
    swaps = (low[:at] + low[at + 1] + low[at] + low[at + 2 :] for at in range(len(low) < 4, len(low) - 1))
    return next((swap for swap in swaps if swap in SPELT), word)


def corrected(text: str) -> str:
    """The text with our own words spelt right; addresses and codes are left alone."""
    return re.sub(r"(?<![\w@.+-])[A-Za-z]{3,}(?![\w@+-]|\.\w)", lambda match: spelt(match.group()), text)


def own_words(text: str) -> str:
    """What the person wrote: the text above a pasted one."""
    first, *rest = re.split(r"\n\s*\n", re.split(r"\n\s*-{3,}", text.strip())[0].strip(), maxsplit=1)
    greets = re.match(r"(?:hi|hello|hey|dear|good \w+)\b[^.?!]*$", first.lower()) is not None
    return f"{first}\n{rest[0]}" if rest and greets else first


def sentences(text: str) -> list[str]:
    """The parts that say or ask one thing each."""
    return [part for part in re.split(rf"(?<=[?!])\s+|\.\s+(?!{MONTH})|\n+", text) if part.strip()]


def told(text: str, step: str = "") -> dict[str, str]:
    """Slot to the words used for it; `step` is what was asked."""
    rest, found = corrected(text.replace("’", "'")), {}
    for slot in ("mail", "flight", "day", "spot", "thing"):
        hits = [m for m in PATTERNS[slot].finditer(rest) if slot != "flight" or is_flight(m, rest, step)]
        kept = [m for m in hits if not BACK.search(rest[: m.start()].lower())]
        kept = [m for m in kept if not SAID_BEFORE.search(rest[: m.start()].lower())] or kept
        if kept:
            found[slot] = kept[-1].group()
        for m in hits:
            rest = f"{rest[: m.start()]}{' ' * len(m.group())}{rest[m.end() :]}"
    if "flight" in found:
        found["flight"] = re.sub(r"[ -]", "", found["flight"]).upper()
    short = ONLY_SHORT_DAY.search(rest) if step == "day" and "day" not in found else None
    if short:
        found["day"] = short[1] or short[2]
    return found


def is_flight(match: re.Match[str], text: str, step: str) -> bool:
    """Whether two letters and four digits are a flight: *is 4176* is one only where a code is what must come."""
    if match.group()[:2].isupper() or not NOT_LETTERS.match(match.group()):
        return True
    return step == "flight" and BEFORE_CODE.search(text[: match.start()]) is not None


def known(said: str) -> str:
    """The answer to a question of ours, if this is one."""
    if not said.rstrip().endswith("?") and not QUESTION.search(said):
        return ""
    return next((fact for words, fact in KNOW.items() if re.search(rf"\b(?:{words})\b", said)), "")


def unwrapped(said: str) -> str:
    """What is left of an answer without the words around it."""
    before, said = "", said.strip(" .!,")
    while before != said:
        before, said = said, WRAPPERS.sub("", said).strip(" .!,")
    return said


def named(said: str, longest: int = 99) -> str:
    """The slot that is named in so few words."""
    return next((slot for slot, words in NAMED.items() if re.search(words, said) and len(said.split()) <= longest), "")
