"""What can't be true of one person: pairs of marks that a text or its traits must not show together.

A mark is found in the words (a teenager, a first-time user, …) or is a trait's level (`tech=novice`). The table is short
and certain on purpose: unusual people are welcome, impossible ones are not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from types import MappingProxyType

from prebeta.scenarios.traits import hinted

MARKS: Mapping[str, re.Pattern[str]] = MappingProxyType(
    {
        name: re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)
        for name, pattern in (
            ("a child", r"child of (?:\d|ten|eleven|twelve)\w*|(?:eight|nine|ten|eleven|twelve)-year-old|"
                        r"(?:boy|girl) of (?:\d|ten|eleven|twelve)\w*|primary school (?:pupil|child)|schoolchild|"
                        r"(?:[4-9]|1[0-2])[- ]year[- ]old"),
            ("a teenager", r"teenagers?|teenage|school leaver|secondary school (?:student|pupil)|"
                           r"1[3-7][- ]year[- ]old"),
            ("young", r"young(?! (?:child|children|son|daughter|family|people))|(?:1[89]|2\d)[- ]year[- ]old"),
            ("middle-aged", r"middle-aged|[45]\d[- ]year[- ]old"),
            ("elderly", r"elderly|octogenarian|grandm(?:other|a)|grandfather|grandpa|pensioner|"
                        r"[789]\d[- ]year[- ]old"),
            ("retired", r"(?<!semi-)retired|pensioner|(?:has|had) all afternoon"),
            ("near retirement", r"semi-retired|before retirement|long-serving"),
            ("a student", r"students?|undergraduate|freshman"),
            ("an apprentice", r"apprentices?|trainees?|interns?"),
            ("a starter", r"newly hired|first job|new recruit|job seeker|unemployed|out of work"),
            ("without work", r"job seeker|unemployed|out of work|stay-at-home|between (?:two )?jobs"),
            ("at a job", r"newly hired|recently promoted|long-serving|double shift|parental leave|overworked|"
                         r"two jobs|boss|company's money|whole department|noisy shared office|before work|at work|"
                         r"works? nights?|started a new job|commutes?|between two customers|colleague"),
            ("an executive", r"CTO|CEO|CFO|chief \w+|head of \w+|director of|vice president|managing director"),
            ("a junior", r"newly hired|intern|trainee|apprentice|school leaver"),
            ("technical by trade", r"developer|programmer|CTO|database administrator|IT manager|software \w+|"
                                   r"data scientist|system administrator|game streamer"),
            ("new to technology", r"never (?:\w+ )?(?:used|owned|touched|had) a (?:\w+ )?(?:phone|smartphone|computer|chat"
                                  r"(?:bot)?|app|tablet)[\w ]*|new to (?:computers|online \w+|the internet|this|the web)|"
                                  r"not good with (?:computers|technology)|learnt to use chats|for the first time ever|"
                                  r"takes every button for a link|worries about pressing the wrong thing|"
                                  r"asks a nephew"),
            ("uses it often", r"has done this (?:before|often)|does this (?:every \w+|for a living|daily)|"
                              r"regular customer|knows such (?:assistants|chats) inside out|has set up chats|"
                              r"old account|lost the papers of the last time"),
            ("here for the first time", r"first time (?:here|customer|user|buyer|visitor)|first-time \w+|"
                                        r"never (?:been|ordered|booked) here|came across the page by accident"),
            ("blind", r"(?<!colour-)(?<!color-)blind|screen reader"),
            ("reads by eye", r"bright sun|large letters|reads the small print|twenty tabs|two screens"),
            ("a driver at work", r"(?:truck|taxi|bus) driver|crane operator"),
            ("illiterate", r"can(?:not|'t) (?:read|write)|illiterate"),
            ("writes for a living", r"novelist|journalist|translator|lawyer|notary|editor|university lecturer"),
            ("lives alone", r"liv(?:es|ing) alone|no family"),
            ("lives with others", r"house full of relatives|shared flat|flatmates?|interrupted by children|"
                                  r"three children|new baby|twins|mailbox with a partner|foster parent|single parent|"
                                  r"before the children come home|stay-at-home|divides? costs"),
            ("with a partner", r"with a partner|newly married|my (?:wife|husband)|(?:his|her) (?:wife|husband)"),
            ("without a partner", r"single parent|widow(?:er)?|recently divorced|widowed"),
            ("decides alone", r"decides alone|signs for a whole department"),
            ("must ask", r"ask the boss|two signatures|may look but not buy|shares every decision|board meets|"
                         r"someone else to choose|told by the boss"),
            ("own boss", r"founder|owner|self-employed|freelance\w*|landlord|merchant|trader|dealer|farmer|"
                         r"wine grower|beekeeper|fisherman|with a (?:small salon|web shop)|online seller|"
                         r"chief executive|runs (?:a|the|an) \w+"),
            ("has a boss", r"ask the boss|told by the boss|newly hired|recently promoted|long-serving|company's money"),
            ("short of money", r"tight household budget|counts every cent|cheapest way|lives on a grant|"
                               r"looks? for the cheapest"),
            ("free with money", r"gladly pays more|no fixed budget|money is no (?:object|concern)"),
            ("at sea or far off", r"sailor on leave|posted abroad|lives in hotels|on a long journey"),
            ("at home", r"kitchen table|stay-at-home|has a cup of tea"),
            ("on the move", r"on the bus|in the queue|while walking|bright sun|thick gloves|has a train to catch"),
            ("seated", r"at a desk\w*|two screens|kitchen table|at the library|back office|big keyboard|"
                       r"beside the keyboard"),
            ("one hand", r"one hand|shaky hands"),
            ("types fast", r"types fast|big keyboard"),
            ("out of time", r"only ten minutes|needs it done before|deadline at noon|in a hurry|has a train to catch|"
                            r"must be done before|always short of time|wants it quickly"),
            ("much time", r"in no rush|all afternoon|quiet hour|months ahead|asks mostly out of curiosity"),
            ("has put it off", r"put this off"),
            ("just learnt of it", r"letter about it this morning|saw an advertisement|sudden change of plan"),
            ("prepares early", r"months ahead|punctual|well-organised"),
            ("forgets", r"forgetful|absent-minded|lost the papers"),
            ("jargon lover", r"technical details|reads manuals for fun"),
            ("jargon hater", r"allergy to jargon|dyslexia"),
            ("a newcomer", r"newcomer to the country|refugee|exchange student"),
            ("at home in words", r"wide vocabulary|uses idioms|correct spelling|the way people talk at home"),
            ("shy", r"shy|soft-spoken|apologises for asking"),
            ("bold", r"blunt|short-tempered|proud"),
            ("cheerful", r"cheerful|good-humoured|relaxed mood"),
            ("annoyed", r"easily annoyed|short-tempered|sighs at every|hates to repeat|loses patience"),
            ("anxious", r"anxious"),
            ("at ease", r"relaxed mood|lets nothing cause a fuss|stays calm|takes things as they come"),
        )
    }
)  # fmt: skip
"""Mark -> the words that show it."""

_TABLE = """
a child: an executive, retired, elderly, middle-aged, technical by trade, own boss, with a partner, without a partner, \
at a job, decides alone, near retirement, a driver at work, writes for a living, an apprentice
a teenager: an executive, retired, elderly, middle-aged, near retirement, own boss, without a partner, with a partner, \
decides alone, at a job, a driver at work, free with money
young: retired, elderly, middle-aged, near retirement
middle-aged: elderly, retired, a student
elderly: a student, an apprentice, a starter, at a job
retired: at a job, a starter, an apprentice, a student, near retirement, without work, an executive
near retirement: a starter, a student, an apprentice, a junior, without work
a student: an executive
a starter: own boss, an executive
without work: at a job, an executive, own boss
an executive: a junior, must ask, new to technology, short of money
a junior: own boss, decides alone, at sea or far off
technical by trade: new to technology, tech=novice, jargon hater
new to technology: uses it often, jargon lover, tech=expert
uses it often: here for the first time
blind: reads by eye
a driver at work: blind
illiterate: writes for a living, verbosity=chatty, jargon lover
writes for a living: tech=novice, jargon hater
lives alone: lives with others, with a partner
with a partner: without a partner
decides alone: must ask
own boss: has a boss
short of money: free with money
at sea or far off: at home
on the move: seated, at home, device=desktop
seated: device=phone
one hand: types fast
out of time: much time, at ease, patience=high, mood=calm
much time: mood=hurried
has put it off: just learnt of it, prepares early
prepares early: forgets
jargon lover: jargon hater, tech=novice
a newcomer: at home in words, fluency=native
at home in words: fluency=learner
shy: bold, mood=hurried
cheerful: annoyed, mood=sceptical
annoyed: at ease, patience=high
anxious: at ease
"""


def _pairs() -> frozenset[frozenset[str]]:
    found = set()
    for line in _TABLE.strip().splitlines():
        one, _, others = line.partition(": ")
        found |= {frozenset((one, other.strip())) for other in others.split(",")}
    return frozenset(found)


CONFLICTS: frozenset[frozenset[str]] = _pairs()
"""Pairs of marks, or of a mark and a trait's level, that exclude each other."""


def marks(text: str) -> frozenset[str]:
    """The marks that a text shows."""
    return frozenset(name for name, pattern in MARKS.items() if pattern.search(text))


def clashes(shown: Iterable[str]) -> tuple[str, ...]:
    """The pairs among marks and levels (`tech=novice`) that exclude each other: 'a child + an executive'."""
    known = sorted(set(shown))
    return tuple(
        f"{one} + {other}"
        for position, one in enumerate(known)
        for other in known[position + 1 :]
        if frozenset((one, other)) in CONFLICTS
    )


def contradictions(text: str, traits: Mapping[str, str]) -> tuple[str, ...]:
    """What in a persona can't be true at once, a line each; empty where nothing speaks against it.

    Marks against marks and levels by the table, and the traits that the words tell against those declared.
    """
    levels = {f"{name}={level}" for name, level in traits.items()}
    told = hinted(text)
    torn = (f"says {name}={level} + {name}={traits[name]}" for name, level in told.items()
            if traits.get(name, level) != level)  # fmt: skip
    return (*clashes(marks(text) | levels), *torn)
