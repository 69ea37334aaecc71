"""Conversations that were imported: nobody knows what their users meant, so less can be said of the product."""

from __future__ import annotations

import pytest
from judged_talks import p

from prebeta.analysis.outcome import assess
from prebeta.analysis.stages import StageNamer
from prebeta.core.types import (
    IMPORTED,
    EndState,
    Goal,
    Job,
    Persona,
    Reply,
    Say,
    Scenario,
    Stop,
    Transcript,
    Turn,
    Verdict,
)
from prebeta.dialogue.reading import Reader
from prebeta.judges.facts import FactReader
from prebeta.judges.rules import RuleJudge
from prebeta.judges.spec import JudgeSpec

AT_END = Stop("user", "imported")
READER = Reader((), ())
SORRY = "I'm sorry, I didn't understand that."


def log(*sides: str | Reply, stop: Stop = AT_END, end: EndState | None = None) -> Transcript:
    """A log in which texts are the user's and replies the product's."""
    turns = tuple(
        Turn(index, reply=side) if isinstance(side, Reply) else Turn(index, move=Say(side))
        for index, side in enumerate(sides)
    )
    return Transcript(Job("c", Scenario("s", 0, Persona(""), Goal("a table")), IMPORTED), turns, stop, end)


async def judged(transcript: Transcript) -> list[tuple[str | None, int | None, str]]:
    found = await RuleJudge(JudgeSpec(READER, FactReader({})))(transcript)
    return [(verdict.kind, verdict.turn, verdict.value) for verdict in found]


GOOD = {
    "a right no": ("Add insurance to my flight", p("Unfortunately, insurance can't be added after the booking.")),
    "a claim to be done": ("Cancel order 17", p("Your order has been cancelled. Is there anything else?"), "no, thanks",
                           p("Have a nice day!")),
    "a hand-over without words": ("I want a person", Reply(tool_calls=({"name": "transfer"},))),
    "the same question to the same words": ("ok", p("Which day would you like to come?"), "ok",
                                            p("Which day would you like to come?"), "ok",
                                            p("Which day would you like to come?")),
    "courtesies": ("a", p("Done. Is there anything else I can do for you?"), "b",
                   p("Done. Is there anything else I can do for you?"), "c",
                   p("Done. Is there anything else I can do for you?")),
    "another price after who knows what": ("what is it", p("The city bike costs 20 euros a day."), "and in summer",
                                           p("The city bike costs 30 euros a day.")),
    "a repeated question, once": ("I want to come by", p("Which day would you like to come?"), "with four friends",
                                  p("Which day would you like to come?"), "Monday", p("It is booked for Monday.")),
}  # fmt: skip


@pytest.mark.parametrize("sides", GOOD.values(), ids=GOOD)
async def test_what_may_be_right_is_no_failure(sides: tuple[str | Reply, ...]) -> None:
    assert [one for one in await judged(log(*sides)) if one[2] == "fail"] == []


async def test_the_same_reply_three_times_to_different_messages_is_a_loop() -> None:
    asks = p("Which day would you like to come?")
    found = await judged(log("a table please", asks, "for two", asks, "by the window", asks))
    assert found == [("LOOP", 3, "fail")]


async def test_not_to_understand_and_offer_nothing_is_a_dead_end() -> None:
    assert ("DEAD_END", 1, "fail") in await judged(log("where is my parcel", p(SORRY)))


async def test_what_a_log_may_have_cut_is_unsure() -> None:
    assert await judged(log("hi", p("You can find all of that in the"))) == [("SYSTEM_ERROR", 1, "unsure")]
    assert await judged(log("hi", p(""), "hello?", p("Hello!"))) == [("SYSTEM_ERROR", 1, "unsure")]


async def test_what_is_plain_stays_a_failure() -> None:
    trace = 'Traceback (most recent call last):\n  File "app.py", line 3, in answer'
    assert await judged(log("hi", p(trace))) == [("SYSTEM_ERROR", 1, "fail")]


FAIL = {kind: Verdict("rules", "2", "fail", kind, 3) for kind in ("SYSTEM_ERROR", "DEAD_END", "LOOP", "CONTRADICTION")}
TALK = ("a", p("one"), "b", p("two"))
LONGER = (*TALK, "c", p("three"), "d")


@pytest.mark.parametrize(
    ("sides", "reason", "kinds", "outcome"),
    [
        (TALK, "imported", (), "UNKNOWN"),
        (TALK, "imported", ("CONTRADICTION",), "UNKNOWN"),
        (TALK, "imported", ("SYSTEM_ERROR",), "ERROR"),
        (TALK, "imported", ("DEAD_END",), "STUCK"),
        (LONGER, "imported", ("SYSTEM_ERROR", "DEAD_END", "LOOP"), "UNKNOWN"),
        ((*TALK, "c", p("two")), "imported", ("LOOP",), "STUCK"),
        (LONGER, "unfinished", (), "LEFT"),
        (LONGER, "unfinished", ("CONTRADICTION",), "ABANDONED"),
        (TALK, "unfinished", ("SYSTEM_ERROR",), "ERROR"),
    ],
)
def test_a_log_failed_only_where_that_can_be_seen(
    sides: tuple[str | Reply, ...], reason: str, kinds: tuple[str, ...], outcome: str
) -> None:
    transcript = log(*sides, stop=Stop("user", reason))
    found = assess(transcript, [FAIL[kind] for kind in kinds], None, StageNamer({}, READER))
    assert found.outcome == outcome
    assert found.failed == (outcome in ("ERROR", "STUCK", "ABANDONED"))
    assert found.flawed == (bool(kinds) and outcome != "LEFT")


def test_a_label_is_no_failure_of_the_products() -> None:
    said = Verdict("label", "1", "fail")
    found = assess(log(*TALK), [said], None, StageNamer({}, READER))
    assert (found.outcome, found.flawed) == ("UNKNOWN", False)
    ended = assess(log(*TALK, stop=Stop("product", "end_state"), end=EndState()), [said], None, StageNamer({}, READER))
    assert (ended.outcome, ended.flawed) == ("REACHED", False)
