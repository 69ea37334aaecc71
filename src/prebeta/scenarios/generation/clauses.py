"""What is told of a composed persona: clauses by what they are about, and by the level of a trait they show.

A clause begins with a verb in the third person, so that it stands after *who*, after *he*, and after a colon alike.
None of them says what a person wants of a product: that is the goal's, and the two are drawn apart.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType


def _lines(text: str) -> tuple[str, ...]:
    return tuple(line.strip() for line in text.strip().splitlines())


ROUND: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "occasion": _lines("""
            has put this off for weeks
            was sent here by a friend
            got a letter about it this morning
            takes over from a colleague who left
            has moved house and is putting everything in order
            tried the telephone first and was kept waiting
            saw an advertisement last night
            does this on behalf of a neighbour
            does this every year at about this time
            had a sudden change of plan
            wants it settled before a holiday
            wants to compare before choosing
            came across the page by accident
            promised somebody to see to it
            is back after giving up half-way last week
            was recommended this by a relative
            wants to use the quiet hour before work
            lost the papers of the last time
            is helping a parent with it
            settles such matters once a month in one go
            has an old arrangement that runs out soon
            started a new job and needs to sort things out
            asks mostly out of curiosity
            was told by the boss to look into it
            has been passed from one department to the next
            wants a second opinion
            is planning a family celebration
            prepares everything months ahead
            noticed a mistake in something arranged earlier
            would like to do without the telephone
        """),
        "authority": _lines("""
            has to ask the boss before agreeing to anything
            decides alone and at once
            pays out of a tight household budget
            spends a company's money and must justify it
            needs a receipt for everything
            has no fixed budget in mind
            shares every decision with a partner
            acts for a club whose board meets monthly
            looks for the cheapest way
            gladly pays more for less trouble
            has a limit that must not be passed
            collects offers for someone else to choose from
            signs for a whole department
            may look but not buy
            counts every cent
            wants to know the full price at the start
            would pay only after seeing a result
            needs two signatures for any order
            lives on a grant
            manages the money of an elderly relative
            splits all costs with flatmates
            never commits on the first day
        """),
        "constraint": _lines("""
            is hard of hearing and prefers writing
            sees poorly and uses very large letters
            uses a screen reader
            has dyslexia and avoids long texts
            types with one hand after an accident
            is colour-blind
            has a slow connection
            has little data left this month
            works nights and sleeps by day
            keeps being interrupted by children
            shares a mailbox with a partner
            prefers not to give a telephone number
            has no printer
            has no credit card
            is at another address until summer
            can only be reached after six
            has a name that is often misspelt
            changed surname last month
            has forgotten a password twice already
            is in another time zone
            gets called away every few minutes
            has only ten minutes at a time
            keeps notes on paper beside the keyboard
            lives where parcels rarely arrive
            has shaky hands
            cannot take calls at work
            has an allergy to jargon
            uses an old account of a family member
            needs everything in writing for the records
            mixes up left and right, dates and numbers
        """),
        "domain": _lines("""
            has looked up '{term}' beforehand
            was once caught out over '{term}'
            has never understood what '{term}' means
            knows '{term}' from an earlier job
            had trouble over '{term}' at another firm
            heard the words '{term}' from a friend
            finds '{term}' confusing
            is curious about '{term}'
            expects a clear word on '{term}'
            keeps a note that only says '{term}'
            has strong opinions on '{term}'
            mixes '{term}' up with something else
            worries about '{term}' most of all
            came here by searching for '{term}'
        """),
    }
)
"""Axis -> clauses that say nothing about traits."""

TRAIT_WORDS: Mapping[tuple[str, str], tuple[str, ...]] = MappingProxyType(
    {
        ("tech", "novice"): _lines("""
            has never used a chat like this before
            is new to online forms
            needs each step explained
            asks a nephew whenever a window pops up
            copies what the screen says word for word
            worries about pressing the wrong thing
            learnt to use chats a month ago
            is not good with computers
            takes every button for a link
            would rather ask than guess where to tap
        """),
        ("tech", "average"): _lines("""
            uses chats for parcels and the bank
            manages well with everyday apps
            knows the usual buttons
            shops online now and then
            finds most things after a little searching
            has filled in such forms a few times
            uses what works and leaves the rest
            has a handful of apps and knows them well
        """),
        ("tech", "expert"): _lines("""
            knows such assistants inside out
            tries out the limits of every assistant
            reads manuals for fun
            builds web pages in the evenings
            asks for the technical details
            expects half a sentence to be understood
            looks for the quickest way through any menu
            automates whatever happens twice
            has set up chats like this at work
        """),
        ("mood", "calm"): _lines("""
            is in a relaxed mood
            lets nothing cause a fuss
            has a cup of tea at hand
            stays calm when things go wrong
            sees it as one errand among others
            takes things as they come
        """),
        ("mood", "hurried"): _lines("""
            needs it done before the next meeting
            is in a hurry
            has a train to catch
            must be done before the children come home
            is always short of time
            has a deadline at noon
            is doing three things at once
            answers between two customers
            wants it quickly and without detours
        """),
        ("mood", "sceptical"): _lines("""
            was once cheated by a similar service
            asks for proof of every claim
            is wary of hidden costs
            doubts that an assistant can do this
            is very conscious of privacy
            reads the small print first
            suspects a trick behind friendly words
            checks each answer against another source
            wants to know what every detail is needed for
        """),
        ("verbosity", "terse"): _lines("""
            writes very little
            sends single words
            keeps messages short
            answers and adds nothing
            leaves out greetings
            thinks that a number is a sentence
        """),
        ("verbosity", "normal"): _lines("""
            writes a sentence at a time
            says what is needed and a little more
            answers what was asked
            writes as in a note to a colleague
        """),
        ("verbosity", "chatty"): _lines("""
            tells more than was asked
            starts every answer with a story
            is talkative
            loves to chat along the way
            explains the whole background first
            adds what the weather is like
            brings in relatives and neighbours
        """),
        ("patience", "low"): _lines("""
            is easily annoyed by needless questions
            loses patience when asked twice
            is short-tempered today
            gives up at the second misunderstanding
            sighs at every detour
            hates to repeat things
        """),
        ("patience", "normal"): _lines("""
            puts up with one repetition
            expects a normal pace
            waits a while if told why
            forgives a first mistake
        """),
        ("patience", "high"): _lines("""
            is very patient
            is glad to explain again
            is in no rush at all
            waits without complaint
            apologises for asking so much
            tries the same thing in five ways before giving up
        """),
        ("device", "phone"): _lines("""
            types on a cracked phone
            writes on the bus between two stops
            writes on a phone with thick gloves
            dictates into a mobile phone while walking
            taps on a phone in the queue
            uses a borrowed phone
            reads on a phone in bright sun
            writes from a phone under the table
        """),
        ("device", "desktop"): _lines("""
            works on an old laptop
            sits at a desk with two screens
            uses the computer at the library
            types fast on a big keyboard
            has twenty tabs open on a laptop
            sits at a desktop computer in the back office
            uses a laptop at the kitchen table
        """),
        ("fluency", "native"): _lines("""
            has a wide vocabulary
            uses idioms without noticing
            writes the way people talk at home
            cares about correct spelling
        """),
        ("fluency", "learner"): _lines("""
            is not a native speaker
            is still learning the language
            looks up every third word
            writes in a second language
            keeps sentences simple for lack of words
            thinks in another language first
            understands more than can be put into words
            gets help with spelling from a friend
        """),
    }
)
"""(trait, level) -> clauses that tell it."""
