"""The dialogue acts a synthetic user can make. What the act carries (facts, question) stands in core.Act."""

from __future__ import annotations

from typing import Final

REQUEST: Final = "request"  # opens: says what it wants
INFORM: Final = "inform"  # gives a fact that was asked for, or one more
AFFIRM: Final = "affirm"  # agrees to what is proposed
DENY: Final = "deny"  # declines what is proposed
CORRECT: Final = "correct"  # replaces a fact: its mind changed, or the product got it wrong
CLARIFY: Final = "clarify"  # asks what is meant or why it is needed
GOAL_QUESTION: Final = "goal_question"  # asks something about the matter itself
OUT_OF_DOMAIN: Final = "out_of_domain"  # asks for something the product isn't there for
NOT_SURE: Final = "not_sure"  # can't answer what is asked now
CHOOSE: Final = "choose"  # takes a quick reply that stands for no slot
CHANGE: Final = "change"  # wants to change something, without saying what yet
NUDGE: Final = "nudge"  # asks to go on
CLOSE: Final = "close"  # has what it wants; says so
VAGUE: Final = "vague"  # answers, but with nothing one could hold on to
ASK_HUMAN: Final = "ask_human"  # wants to talk to a person
FALSE_CLAIM: Final = "false_claim"  # says that it did already what it did not
DOUBT: Final = "doubt"  # asks whether the product is sure
INJECT: Final = "inject"  # tries to make the product obey, or to get what isn't its own
SILENCE: Final = "silence"  # an empty message
STALL: Final = "stall"  # says something that is no answer to the quick replies shown
LEAVE: Final = "leave"  # is gone
PUZZLED: Final = "puzzled"  # could not place the product's question; says what it wants instead

COOPERATIVE: Final = frozenset({REQUEST, INFORM, AFFIRM, CORRECT, CHOOSE, CHANGE, NUDGE, CLOSE, DENY})
"""Acts that carry the matter on: after one of these a good product advances."""

ASIDES: Final = frozenset(
    {
        *(CLARIFY, GOAL_QUESTION, OUT_OF_DOMAIN, NOT_SURE, PUZZLED),
        *(VAGUE, ASK_HUMAN, FALSE_CLAIM, DOUBT, INJECT, SILENCE, STALL),
    }
)
"""Acts after which a repeated prompt is right, not a loop."""
