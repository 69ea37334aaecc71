"""What `redact` hid in a run is drawn anew before its users speak again."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import prebeta
from prebeta.core.results import Symptom
from prebeta.core.types import Act, Fact, Goal, Job, Move, Persona, Reply, Say, Scenario, Slot, Stop, Transcript, Turn
from prebeta.investigate.replays import Script, Subject
from prebeta.runner.again import again
from prebeta.runner.replaying import filler_for, replaying, speaking

NUMBER = re.compile(r"\b0\d{9}\b")
SLOTS = {"day": {"values": ["Monday"]}, "phone": {"pattern": "0[0-9]{9}"}}


def project(heard: list[str]) -> prebeta.Project:
    """A product that asks for a number until it hears one, and writes down what it hears."""

    class Listener:
        prebeta_inline = True

        def start(self) -> Any:
            return {"messages": ["What is your phone number?"]}

        def send(self, text: str) -> Any:
            heard.append(text)
            return {"messages": ["It is booked."], "ended": True} if NUMBER.search(text) else self.start()

    return prebeta.Project.model_validate(
        {
            "target": {"kind": "python", "function": Listener},
            "goals": [{"goal": "book a room", "slots": SLOTS}],
            "end_state": {"when": {"ended": True}},
            "redact": ["phone"],
        }
    )


def told(*texts: str, acts: tuple[str, ...], instead: str | None = None) -> Transcript:
    """A conversation as it is stored: in each of these messages a number was hidden."""
    other = None if instead is None else Fact(instead)
    goal = Goal("book a room", (Slot("day", Fact("Monday")), Slot("phone", Fact("[phone]"), other)))
    scenario = Scenario("s1", 7, Persona("a guest"), goal)
    turns = [Turn(0, reply=Reply(("What is your phone number?",)))]
    for text, act in zip(texts, acts, strict=True):
        facts = {"phone": "[phone]"}
        turns.append(Turn(len(turns), move=Say(text, Act(act, facts, facts, "phone"))))
        turns.append(Turn(len(turns), reply=Reply(("What is your phone number?",))))
    return Transcript(Job("c1", scenario, "agenda"), tuple(turns), Stop("user", "patience"))


def said(transcript: Transcript) -> list[str]:
    return [turn.move.text for turn in transcript.turns if isinstance(turn.move, Say)]


async def test_a_script_says_a_number_that_fits_and_shows_none() -> None:
    heard: list[str] = []
    one = project(heard)
    subject = speaking(
        Subject(told("It is [phone]", acts=("inform",)), Symptom("LOOP", 2), frozenset({"x"})), filler_for(one)
    )
    moves: tuple[Move, ...] = subject.moves
    async with replaying(one) as replay:
        for _ in range(2):
            held = await replay(Script(subject.transcript.scenario, moves))
            assert not NUMBER.search(repr(held.transcript))
    assert len(heard) == 2
    assert len(set(heard)) == 1, "the same scenario gives the same number"
    assert NUMBER.search(heard[0])


async def test_replay_from_a_turn_on_says_a_number_too() -> None:
    heard: list[str] = []
    held = await again(project(heard), told("It is [phone]", acts=("inform",)), 0, from_turn=2)
    assert NUMBER.search(heard[0])
    assert not NUMBER.search(repr(held.transcript))


def test_another_scenario_has_another_number() -> None:
    transcript = told("It is [phone]", acts=("inform",))
    job = transcript.job
    other = replace(transcript, job=replace(job, scenario=replace(job.scenario, id="s2")))
    filler = filler_for(project([]))
    assert said(filler.transcript(transcript)) != said(filler.transcript(other))


def test_who_changes_its_mind_says_two_numbers() -> None:
    transcript = told("It is [phone]", "No, make that [phone]", acts=("inform", "correct"), instead="[phone]")
    filled = filler_for(project([])).transcript(transcript)
    first, second = (NUMBER.findall(text) for text in said(filled))
    slot = filled.scenario.goal.slots[1]
    assert slot.instead is not None
    assert first == [slot.instead.value]
    assert second == [slot.fact.value]
    assert first != second
    acts = [turn.move.act for turn in filled.turns if turn.move is not None]
    assert [act.facts["phone"] for act in acts if act is not None] == [*first, *second]


def test_what_is_not_hidden_stays() -> None:
    transcript = told("It is 0123456789", acts=("inform",))
    goal = Goal("book a room", (Slot("phone", Fact("0123456789")),))
    plain = replace(transcript, job=replace(transcript.job, scenario=replace(transcript.scenario, goal=goal)))
    assert filler_for(project([])).transcript(plain) is plain
