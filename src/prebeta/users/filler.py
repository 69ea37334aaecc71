"""What people write around the matter: clauses that say how they feel about it and nothing of what it is.

Composed of parts that go together, so that there are thousands of each. Nothing here means anything to a product: no
values, numbers, days, negations, questions, or words that call for something else; nor does it tell a fact of anybody.
Each has a verb and none begins with *I'm* or *for*, lest it be taken for an answer, such as a name.
"""

from __future__ import annotations

import random

_WANT = (
    *(
        "I like to have",
        "I'd love to have",
        "I try to keep",
        "I'd really like to have",
        "I'd be glad to have",
        "I want to see",
    ),
    *("I prefer to have", "it would be lovely to have", "I try to get", "I hope to have", "I'd like to see"),
    *("it's nice to have", "I feel happier with", "I feel better with", "I like having"),
)
_ALL = (
    *("all of this", "the whole thing", "everything", "these things", "my side of it", "every bit of it", "it all"),
    *("all the little bits", "such things", "this kind of thing", "all of it", "all these little things"),
)
_SORTED = (
    *("clear", "sorted", "done and dusted", "tidy", "off my chest", "out of the way", "off my mind", "nice and neat"),
    *("nice and simple", "under control", "off my plate", "dealt with", "taken care of", "behind me"),
)
_AS = (
    *("", "", "", "as we go along", "before anything else", "bit by bit", "as far as possible"),
    *("so I can relax", "and be glad about it", "with a bit of luck", "and be glad of it", "and breathe again"),
)
_BEEN = (
    *(
        "I've been thinking about",
        "I keep thinking about",
        "I've been going back and forth about",
        "I keep coming back to",
    ),
    *(
        "I've been brooding over",
        "I've been mulling over",
        "I've been getting my head around",
        "I've been getting into",
    ),
    *(
        "I've been getting used to",
        "I've been finding my way into",
        "I've been putting off",
        "I've been getting to grips with",
    ),
)
_AND = (
    *(
        "",
        "",
        "and it's on my mind a lot",
        "and it's been a bother",
        "and I'd love to be through with it",
        "for a while",
    ),
    *("and it's growing on me", "and it gets easier", "and it suits me", "more than I thought", "bit by bit"),
    *("and it takes a bit of getting used to", "and it gets better", "and it's a fair bit"),
)
_PEOPLE = (
    *("all my friends", "people around me", "lots of folks", "those who have been through it", "friends of mine"),
    *("most of my friends", "folks who have been through it", "a lot of folks"),
)
_SAY = ("say", "keep saying", "think", "seem to think", "like to say", "agree that", "believe", "swear that")
_EASY = (
    *("it's easy enough", "it's simple enough", "it takes a bit of patience", "it's worth the bother"),
    *(
        "it goes smoothly",
        "it's all very simple",
        "it gets easier",
        "it comes together in the end",
        "it's a matter of luck",
    ),
    *("there's a knack to it", "it's a matter of patience", "it's best to take it easy"),
)
_BEAR = ("bear with me", "excuse me", "be patient with me", "humour me", "be gentle with me", "forgive me")
_IF = ("if I sound", "if I seem", "if I get", "if I come across as", "for being", "for sounding")
_HOW = (
    *("a bit clumsy", "scattered", "long-winded", "picky", "fussy", "muddled", "a bit lost", "overly keen", "pedantic"),
    *("all over the place", "a bit dense", "a little nervous", "chatty", "a bit of a bore", "silly"),
)
_MATTERS = (
    *("it matters to me", "it's important to me", "I care about it", "I worry about it", "I take it seriously"),
    *("it's close to my heart", "I like it a lot", "I look forward to it", "it makes me a bit nervous"),
)
_MUCH = ("", "", "more than you'd think", "a lot", "quite a bit", "as you can imagine", "to be honest", "I must admit")
_PATTERNS = (
    *((_WANT, _ALL, _SORTED, _AS), (_WANT, _ALL, _SORTED, _AS), (_BEEN, _ALL, _AND)),
    *((_PEOPLE, _SAY, _EASY), (_BEAR, _IF, _HOW), (_MATTERS, _MUCH)),
)
_LINKS = (". ", ". ", ". ", ", and ", ", ", " - ", "... ")
_TAGS = (
    *(("just so", "only so"), ("I know", "I have it straight", "it's clear to me", "we're clear", "I get the picture")),
    *(
        ("I just", "I only", "I do", "I'd"),
        ("like to be certain", "like it clear", "like to be careful", "like to get that"),
    ),
    *(("it's nice", "I like", "it feels better"), ("to be certain", "to be clear", "to have it straight")),
)
_THAT = ("that's", "that is", "that would be", "that'd be", "I'd say that's", "so that's")
_CHOICE = (
    *(
        "my pick",
        "my choice",
        "my answer",
        "the plan",
        "the idea",
        "as I'd like it",
        "as it should be",
        "the way it is",
    ),
    *("the way I see it", "the way I'd like it", "the way we'd have it", "my preference", "the best fit", "all I need"),
)
_SO = (
    "",
    "",
    "",
    " really",
    " in my case",
    " for us",
    " as it is",
    " as far as I can see",
    " all in all",
    " to be honest",
)
_PARTED = (", ", ". ", ". ", " - ", "... ")
_SETTLED = (
    *("if that works", "if that suits", "if that's alright", "if possible", "if that does it"),
    *("if it's all the same to you", "as far as I can see", "as things are", "I think"),
)
PARTS = (
    *(_WANT, _ALL, _SORTED, _AS, _BEEN, _AND, _PEOPLE, _SAY, _EASY, _BEAR, _IF, _HOW, _MATTERS, _MUCH, *_TAGS),
    *(_THAT, _CHOICE, _SO, _SETTLED),
)
"""All of it, to be checked."""


def clause(rng: random.Random) -> str:
    """Half a sentence of six to fourteen words about nothing, in lower case but for I."""
    pick = rng.random
    parts = _PATTERNS[int(pick() * len(_PATTERNS))]
    chosen = [part[int(pick() * len(part))] for part in parts]
    return " ".join(chosen if chosen[-1] else chosen[:-1])


def ramble(room: int, lower: bool, rng: random.Random) -> str:
    """Clauses of `room` words in all, as far as whole ones go: at least one; "lower" begins sentences in lower case."""
    text = clause(rng)
    room -= text.count(" ") + 1
    while room > 6:  # half a clause: on the whole as many words as wanted
        more = clause(rng)
        room -= more.count(" ") + 1
        link = _LINKS[int(rng.random() * len(_LINKS))]
        text = f"{text}{link}{more if lower or link[0] != '.' else capital(more)}"
    return text


def long_winded(rng: random.Random) -> int:
    """How many words somebody writes who can't find an end: hundreds."""
    return int(min(900.0, rng.lognormvariate(0.0, 0.35) * 520.0))


def tag(rng: random.Random) -> str:
    """A few words that a question or a remark trails off in."""
    at = int(rng.random() * (len(_TAGS) // 2)) * 2
    return f"{rng.choice(_TAGS[at])} {rng.choice(_TAGS[at + 1])}"


def afterthought(rng: random.Random, lower: bool, delicate: bool) -> str:
    """What stands behind an answer, with what parts it from it: that this is the answer. No mark stands right behind a
    value that is `delicate`; `lower` begins sentences in lower case."""
    pick = rng.random
    if pick() < 0.5:
        return f"{' -' if delicate else ''} {_SETTLED[int(pick() * len(_SETTLED))]}"
    that = _THAT[int(pick() * len(_THAT))]
    between = " - " if delicate else _PARTED[int(pick() * len(_PARTED))]
    that = that if lower or between != ". " else capital(that)
    return f"{between}{that} {_CHOICE[int(pick() * len(_CHOICE))]}{_SO[int(pick() * len(_SO))]}"


def capital(text: str) -> str:
    """With its first letter in upper case."""
    return text[0].upper() + text[1:]
