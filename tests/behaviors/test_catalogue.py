"""Over 2,000 conversations with a well-behaved product: rates, doses, timing, and that nothing but the manner changes."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from dataclasses import dataclass
from itertools import pairwise

import pytest

from prebeta.behaviors import CATALOGUE
from prebeta.core.types import Act, Transcript
from prebeta.dialogue import acts
from prebeta.dialogue.matching import matches
from prebeta.users.agenda import AgendaFactory
from toy_product import READER, SPECS, armed, scenario, talk

CONVERSATIONS = 2_000
DETOURS = {name for name, behavior in CATALOGUE.items() if behavior.detour}
HOW = {spec.name: spec.match for spec in SPECS}


@dataclass(frozen=True)
class Held:
    """A finished conversation: its user's acts in order, and what the product understood."""

    transcript: Transcript
    acts: tuple[Act, ...]
    fired: Counter[str]


@pytest.fixture(scope="module")
def conversations() -> list[Held]:
    make = AgendaFactory(READER)

    async def all_of_them() -> list[Held]:
        held = []
        for number in range(CONVERSATIONS):
            transcript, _ = await talk(make, scenario(number, armed(random.Random(number))))
            done = tuple(turn.act for turn in transcript.turns if turn.act is not None)
            held.append(Held(transcript, done, Counter(name for act in done for name in act.behaviors)))
        return held

    return asyncio.run(all_of_them())


def test_every_conversation_with_a_well_behaved_product_comes_to_its_right_end(conversations: list[Held]) -> None:
    stops = Counter((held.transcript.stop.by, held.transcript.stop.reason) for held in conversations)
    assert stops == {("product", "end_state"): CONVERSATIONS}
    for held in conversations:
        end = held.transcript.end
        assert end is not None
        wanted = {slot.name: slot.fact.value for slot in held.transcript.scenario.goal.slots}
        assert end.values == wanted
    assert all(act.understood for held in conversations for act in held.acts)


@pytest.mark.parametrize("name", CATALOGUE)
def test_a_behavior_that_is_armed_fires_at_its_census_rate(name: str, conversations: list[Held]) -> None:
    having = [held for held in conversations if name in held.transcript.scenario.behaviors]
    fired = sum(held.fired[name] > 0 for held in having) / len(having)
    print(
        f"{name}: armed {len(having) / CONVERSATIONS:.3f} (census {CATALOGUE[name].rate:.2f}), of these fired {fired:.3f}"
    )
    assert len(having) / CONVERSATIONS == pytest.approx(CATALOGUE[name].rate, abs=0.04)
    # own words are used a third of the time where quick replies are: two such turns here
    assert fired >= (0.40 if name == "own_words" else 0.85)


@pytest.mark.parametrize("name", CATALOGUE)
def test_no_behavior_exceeds_its_dose_or_fires_unarmed(name: str, conversations: list[Held]) -> None:
    for held in conversations:
        allowed = CATALOGUE[name].dose if name in held.transcript.scenario.behaviors else 0
        allowed *= 3 if name == "correct_fact" else 1  # pressing *change*, then which fact, then what to
        assert held.fired[name] <= allowed


def test_detours_come_one_at_a_time_and_never_twice_in_a_row(conversations: list[Held]) -> None:
    asides = DETOURS - {"correct_fact"}
    for held in conversations:
        detoured = [sum(name in DETOURS for name in act.behaviors) for act in held.acts]
        assert max(detoured) <= 1
        strayed = [any(name in asides for name in act.behaviors) for act in held.acts]
        assert not any(one and other for one, other in pairwise(strayed))


def test_a_value_is_only_ever_written_another_way(conversations: list[Held]) -> None:
    variants = 0
    for held in conversations:
        for act in held.acts:
            if "format_variant" in act.behaviors:
                for slot, value in act.facts.items():
                    variants += act.said[slot] != value
                    assert matches(HOW[slot], act.said[slot], [value])
    assert variants > CONVERSATIONS * 0.25


def test_facts_are_always_the_scenarios_own(conversations: list[Held]) -> None:
    for held in conversations:
        known = {
            slot.name: {slot.fact.value, *([slot.instead.value] if slot.instead else [])}
            for slot in held.transcript.scenario.goal.slots
        }
        for act in held.acts:
            assert all(value in known[slot] for slot, value in act.facts.items())


def test_a_changed_mind_ends_with_the_corrected_value_uttered(conversations: list[Held]) -> None:
    changing = [held for held in conversations if "correct_fact" in held.transcript.scenario.behaviors]
    assert len(changing) > 300
    for held in changing:
        for slot in held.transcript.scenario.goal.slots:
            uttered = [act.facts[slot.name] for act in held.acts if slot.name in act.facts]
            assert uttered[-1] == slot.fact.value
            if slot.instead is not None and slot.instead.value in uttered:
                first = next(at for at, act in enumerate(held.acts) if act.facts.get(slot.name) == slot.fact.value)
                assert held.acts[first].name == acts.CORRECT
                # half of those who are offered a button for it press that first
                assert any("correct_fact" in act.behaviors for act in held.acts[first - 1 : first + 1])


def test_what_fired_can_be_seen_in_the_act(conversations: list[Held]) -> None:
    shapes = {
        "clarify": acts.CLARIFY,
        "goal_question": acts.GOAL_QUESTION,
        "out_of_domain": acts.OUT_OF_DOMAIN,
        "correct_fact": acts.CORRECT,
        "not_sure": acts.NOT_SURE,
    }
    for held in conversations:
        for act in held.acts:
            for name in act.behaviors:
                if name == "correct_fact":
                    assert act.name in (acts.CORRECT, acts.CHANGE)
                elif name in shapes:
                    assert act.name == shapes[name]
                elif name == "over_inform":
                    assert len(act.facts) == 2
                elif name == "one_word":
                    assert act.name == acts.INFORM
