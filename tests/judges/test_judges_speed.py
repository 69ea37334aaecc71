"""What judging costs: it is done once a conversation, for hundreds of conversations, on one core.

`pytest tests/judges/test_judges_speed.py -s` prints the figures.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence

import pytest
from judged_talks import BIKES, affirm, aside, correct, inform, p, press, request, talk, why, wonders

from prebeta.core.types import EndState, Reply, Transcript
from prebeta.judges.end_state import EndStateJudge
from prebeta.judges.rules import RuleJudge

BUDGET_MS = 0.8
MANY = 200


def held(text: str, options: Sequence[str] = (), **state: str) -> Reply:
    return p(text, options=options, state=state)


def seventeen_turns(number: int, end: bool) -> Transcript:
    """A whole repair booking; `number` makes the words of this user its own."""
    phone = f"07{number:08}"
    first = {"bike": "gravel bike"}
    second = {**first, "service": "Brakes"}
    sides = (
        "Hello! I look after repairs here. How can I help?",
        request(f"hi, number {number} here, my bike needs a repair"),
        "Gladly. Which bike is it that we should look at?",
        inform(f"it's the gravel bike, {number}", bike="gravel bike"),
        held("A gravel bike, nice. What needs doing on it?", ["Flat tyre", "Brakes", "Full service"], **first),
        press("Brakes", service="Brakes"),
        held("Brakes it is. Which day would suit you to bring it in?", **second),
        wonders("What does a full service cost?", "89"),
        held("A full service costs 89 euros, parts not included. So which day would suit you?", **second),
        inform("Monday", day="Monday"),
        held("Good. And on what phone number can we call you when it is ready?", **second, day="Monday"),
        why(asked="phone"),
        held("So that we can tell you when it is ready. What is your phone number?", **second, day="Monday"),
        inform(phone, phone=phone),
        held(f"A gravel bike, brakes, Monday, {phone}. Shall I book it?", **second, day="Monday", phone=phone),
        correct("rather Tuesday", day="Tuesday") if number % 2 else aside() if number % 3 else affirm(),
        held("All booked. We see you then!", **second, day="Tuesday" if number % 2 else "Monday", phone=phone),
    )
    values = {**second, "day": "Tuesday" if number % 2 else "Monday", "phone": phone}
    return talk(*sides, goal=BIKES.talk().scenario.goal, end=EndState("reached", values) if end else None)


def cpu_ms(transcripts: Sequence[Transcript]) -> float:
    """CPU milliseconds a transcript for all judges, by fresh judges as in a run; the best of three."""

    async def judge_all() -> float:
        facts = BIKES.fact_reader
        judges = (RuleJudge(BIKES.reader, facts), EndStateJudge(facts))
        begun = time.process_time()
        for transcript in transcripts:
            for judge in judges:
                await judge(transcript)
        return time.process_time() - begun

    return min(asyncio.run(judge_all()) for _ in range(3)) * 1000 / len(transcripts)


@pytest.mark.parametrize("end", [True, False])
def test_a_conversation_of_17_turns_is_judged_within_its_budget(end: bool) -> None:
    talks = [seventeen_turns(number, end) for number in range(MANY)]
    assert len(talks[0].turns) == 17
    taken = cpu_ms(talks)
    print(f"\n{taken:.3f} ms CPU a conversation of 17 turns, end state {'reached' if end else 'not reached'}")
    assert taken <= BUDGET_MS


HARD = ["a ", "what ", "please ", ": ", "((", "sorry ", "1,", "Monday ", "x" * 50 + " ", "do you ", "\n", "? ", "-"]


@pytest.mark.parametrize("piece", HARD)
def test_a_message_of_any_length_is_read_in_time(piece: str) -> None:
    """A product under test may send a whole page, or rubbish; time must not grow with the square of it."""
    long = piece * (20_000 // len(piece))
    sides = (
        "Which bike is it?",
        inform("city bike", bike="city bike"),
        long,
        inform("Monday", day="Monday"),
        long + "?",
    )
    begun = time.process_time()
    BIKES.verdicts(BIKES.talk(*sides))
    assert time.process_time() - begun < 2.0
