"""How an opening request is put together: greeting, lead-in, frame, the goal itself, and what people add around it.

Nothing here means anything to a product: no values, numbers, days, negations, or words that call for something else.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from prebeta.users import filler
from prebeta.users.profile import Profile

GREETINGS = (
    *("Hi", "Hello", "Hey", "Hi there", "Hello there", "Hey there", "Good day", "Hiya", "Greetings", "Hi all"),
    *("Hello everybody", "Hi team", "Hey team", "Heya", "Hello dear team"),
)
LEADS = (
    "So",
    "Basically",
    "Alright",
    "Um",
    "Simply put",
    "In short",
    "To begin with",
    "As it happens",
    "Oh",
)
TO_DO = (
    *("I'd like to", "I want to", "I need to", "I would like to", "trying to", "looking to", "I have to", "hoping to"),
    *("I'm hoping to", "I'm trying to", "I'm looking to", "I wish to", "I'd love to", "here to", "I'm here to"),
    *("I came here to", "I wanted to", "I was hoping to", "I've decided to", "planning to", "I'm planning to"),
    *("my plan is to", "the plan is to", "the idea is to", "my goal is to", "I intend to", "I'm keen to", "keen to"),
    *("I'm ready to", "going to", "I'm going to", "I gotta", "I'd really like to", "I really want to", "wanna"),
    *("would like to", "want to", "need to", "it's my wish to", "I hope to", "all I want is to", "I aim to"),
)
TO_HAVE = (
    *("I need", "I'd like", "I'm looking for", "I want", "looking for", "I'm after", "I would like", "hoping for"),
    *("I'd love", "I came here for", "here for", "I'm here for", "I could use", "I'm interested in", "interested in"),
    *("it's about", "this is about", "I have come for", "I was hoping for", "in need of", "I really need", "need"),
)
MAY_DO = (
    *(
        "can I",
        "could I",
        "is it possible to",
        "would it be possible to",
        "is this where I can",
        "do you think I could",
    ),
    *(
        "any chance I could",
        "is there a way to",
        "am I able to",
        "could you let me",
        "would you let me",
        "can I please",
    ),
    *(
        "could I please",
        "are you able to let me",
        "is this the place to",
        "can I come here to",
        "so can I",
        "will I be able to",
    ),
)
MAY_HAVE = (
    *("can I get", "could I have", "is it possible to get", "would it be possible to get", "could I get", "can I have"),
    *("any chance of", "do you think I could get", "is there a way to get", "is this the place for", "would I get"),
)
ADDED = (
    "I've been meaning to do this",
    "I keep putting it off",
    "it's been on my mind",
    "it would be lovely to have that done",
    "I'd be glad to have it sorted",
    "I've been looking forward to this",
    "I'm new to all this",
    "this is all new to me",
    "bear with me",
    "please bear with me a little",
    "excuse my typing",
    "I'm typing with my thumbs",
    "my typing is a bit clumsy",
    "ready to begin",
    "everything is ready on my side",
    "I have everything in front of me",
    "lovely to meet you",
    "hope that makes sense",
    "hope this is the place for it",
    "people say this is easy here",
    "I was told this is easy",
    "I hear it works nicely",
    "it matters to me",
    "simple as that",
    "that is all I came for",
    "that's the whole of it",
    "I've thought it over",
    "I've made up my mind",
    "I'm eager to see it done",
    "it has been a while in coming",
    "I like to have things sorted properly and off my plate",
    "I kept putting it off and putting it off and so here I am",
    "it has been on my mind and I'd be glad to get it off my plate",
    "this is all new to me and I'm getting used to it",
    "I was told this is easy so I thought I'd give it a try",
    "I have everything in front of me so we can begin",
    "it would take a load off my mind to have that done",
    "I've been going back and forth about it and finally made up my mind",
    "everybody around me keeps saying that I should just get it done",
    "I've been meaning to do this ever since it came up",
    "I'd love to get it out of the way and enjoy the rest of it",
    "I'm a bit clumsy with these things so please be gentle with me",
)  # fmt: skip
BY_TRAIT: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType({
    ("tech", "novice"): ("I'm new to all this", "please bear with me a little", "this is all new to me"),
    ("tech", "expert"): ("I've done this kind of thing elsewhere", "I'm used to this kind of thing"),
    ("mood", "sceptical"): ("I'd like to see it work", "I'm eager to see it done", "hope this is the place for it"),
    ("fluency", "learner"): ("excuse my English", "my English is still growing", "I am still learning the language"),
    ("device", "phone"): ("I'm typing with my thumbs", "excuse my typing", "small screen here"),
    ("verbosity", "chatty"): ("that's the whole of it", "it has been a while in coming", "lovely to meet you"),
})  # fmt: skip
LENGTHS: Mapping[str, float] = MappingProxyType({"terse": 0.6, "chatty": 1.5})
TYPOS: Mapping[str, str] = MappingProxyType({
    "would": "woud", "really": "realy", "looking": "lookign", "hoping": "hopping", "possible": "possble",
    "please": "pls", "everything": "everthing", "because": "becuase", "about": "abuot", "going": "goign", "with": "wiht",
    "I'm": "im", "it's": "its", "that's": "thats", "I've": "ive", "planning": "planing", "thought": "thougt", "that": "taht",
    "this": "tihs", "want": "wnat", "need": "nedd", "finally": "finaly", "interested": "intrested",
    "the": "teh", "could": "coud", "have": "hav", "being": "beeing", "properly": "propperly", "clumsy": "clumsey",
    "getting": "geting", "putting": "puting", "meaning": "meanign", "hello": "helo",
})  # fmt: skip
_OPENED = (
    *(("I'd", "I would"), ("'ve ", " have "), ("I'm", "I am"), ("'re", " are"), ("'ll", " will")),
    *(("it's", "it is"), ("that's", "that is"), ("there's", "there is"), ("that'd", "that would")),
)
_FIRST_PERSON = re.compile(r"(?i)(i|i['’]\w+|we|my|can|could|please|how|what|is|do|where|when|why|which|are|does)\b")
_NOUN = re.compile(r"(?i)(an?|the|some|one|two|help|information|advice|support)\b")


@dataclass(frozen=True, slots=True)
class Hand:
    """How this user types: `lower` writes i for I, `slips` is the rate of misspelt words a sentence, `spells_out` writes
    I would for I'd."""

    lower: bool
    slips: float
    spells_out: bool = False

    def spelt(self, text: str) -> str:
        """The words, without contractions from those who write none."""
        if not self.spells_out or "'" not in text:
            return text
        for short, long in _OPENED:
            text = text.replace(short, long)
        return text


def wish(goal: str, rng: random.Random) -> str:
    """The goal as a plain wish: verbs want *to*, nouns don't; a goal already in the first person stays as it is."""
    text = goal.strip().rstrip(".")
    frames = frames_for(text)
    return f"{rng.choice(frames)} {_joined(text)}" if frames else text


def frames_for(goal: str, *, ask: bool = False) -> tuple[str, ...]:
    """The frames that this goal goes into; none where it is a sentence of its own."""
    if _FIRST_PERSON.match(goal) and not goal.lower().startswith("do "):
        return ()
    if _NOUN.match(goal):
        return MAY_HAVE if ask else TO_HAVE
    return MAY_DO if ask else TO_DO


def compose(goal: str, traits: tuple[tuple[str, str], ...], hand: Hand, profile: Profile, rng: random.Random) -> str:
    """A whole opening, about as long as people's: its length is drawn first, then filled."""
    text = goal.strip().rstrip(".")
    ask = rng.random() < profile.asks
    frames = frames_for(text, ask=ask)
    length = rng.lognormvariate(0.0, profile.free.spread) * profile.free.words
    for _, level in traits:
        length *= LENGTHS.get(level, 1.0)
    if rng.random() < profile.free.rambles:
        length = filler.long_winded(rng)
    words = text.count(" ") + 1
    if frames and (length > words or rng.random() < 0.6):
        frame = rng.choice(frames)
        words += frame.count(" ") + 1
        text = f"{typed(frame, hand, rng)} {_joined(text)}{'?' if ask and rng.random() < 0.8 else ''}"
    before = []
    if length > words and rng.random() < 0.5:
        before.append(typed(rng.choice(GREETINGS), hand, rng) + rng.choice((",", "!", "", ".", ",", "")))
    elif rng.random() < 0.12:
        before.append(typed(rng.choice(LEADS), hand, rng) + rng.choice((",", "")))
    added = _added(traits, int(length) - words - 2, rng)
    if added and rng.random() < 0.3:
        before.append(typed(added.pop(), hand, rng) + rng.choice((".", ",", " -", "...", " so")))
    whole = " ".join((*before, text if not before or hand.lower or before[-1][-1] not in ".!" else _capital(text)))
    for each in added:
        between = (
            " " if whole.endswith("?") else rng.choice((", ", ". ", ", ", " - ") if hand.lower else (". ", ", ", ". "))
        )
        sentence = typed(each, hand, rng)
        whole = f"{whole}{between}{sentence if hand.lower or between == ', ' else _capital(sentence)}"
    return whole


def typed(text: str, hand: Hand, rng: random.Random) -> str:
    """Filler as this user types it: now and then misspelt, i for I by some. Never used on a value or the goal."""
    if rng.random() < hand.slips:
        words = text.split(" ")
        for at in rng.sample(range(len(words)), len(words)):
            if words[at] in TYPOS:
                words[at] = TYPOS[words[at]]
                break
        text = " ".join(words)
    text = hand.spelt(text)
    return text.replace("I ", "i ").replace("I'", "i'") if hand.lower else text


def _added(traits: tuple[tuple[str, str], ...], room: int, rng: random.Random) -> list[str]:
    """Sentences to add, about `room` words of them; the first may tell something of the persona."""
    chosen: list[str] = []
    while room > 1:
        if chosen and room > 8:
            return [*chosen, filler.ramble(room, True, rng)]
        own = BY_TRAIT.get(rng.choice(traits)) if traits and not chosen and rng.random() < 0.4 else None
        sentence = rng.choice(own or ADDED)
        if sentence not in chosen:
            chosen.append(sentence)
        room -= sentence.count(" ") + 1
    return chosen


def _joined(goal: str) -> str:
    return f"{goal[0].lower() if goal[1:2].islower() else goal[0]}{goal[1:]}"


def _capital(text: str) -> str:
    return text[0].upper() + text[1:]
