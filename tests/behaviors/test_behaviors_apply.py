"""Each behavior by itself: when it has a place, and what it changes."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prebeta.behaviors import CATALOGUE, Decision, Situation
from prebeta.behaviors.manner import other_ways
from prebeta.core.types import Fact, Option, Reply, Slot, SlotSpec
from prebeta.dialogue import acts
from prebeta.dialogue.matching import matches
from toy_product import QUESTIONS, READER, SPECS, scenario

SENT = scenario(1)
DAY = SENT.goal.slots[2].fact.value
SIZE = SENT.goal.slots[0].fact
ASKED = Reply(("Which day do you need it?",))


def situation(**changes: object) -> Situation:
    before = Situation(
        scenario=SENT,
        specs=READER.slots,
        reply=ASKED,
        reading=READER.read(ASKED),
        given={},
        remaining=SENT.goal.slots,
        turn=2,
        fired={},
    )
    return replace(before, **changes)  # type: ignore[arg-type]


def inform(slot: str = "day", value: str = DAY, **changes: object) -> Decision:
    before = Decision(acts.INFORM, facts={slot: value}, said={slot: value}, asked=slot)
    return replace(before, **changes)  # type: ignore[arg-type]


def apply(name: str, decision: Decision, where: Situation, seed: int = 3) -> Decision | None:
    return CATALOGUE[name].apply(decision, where, random.Random(seed))


@pytest.mark.parametrize("name", CATALOGUE)
@pytest.mark.parametrize("act", [acts.REQUEST, acts.CLOSE, acts.NUDGE, acts.DENY, acts.PUZZLED, acts.CHOOSE])
def test_openings_ends_and_puzzlement_are_left_alone(name: str, act: str) -> None:
    assert apply(name, Decision(act), situation()) is None


@pytest.mark.parametrize(
    "name", ["clarify", "goal_question", "out_of_domain", "not_sure", "over_inform", "format_variant", "own_words"]
)
def test_nothing_new_is_tried_while_the_product_asks_for_the_same_again(name: str) -> None:
    pressing = Option(SIZE.value)
    assert apply(name, inform(insist=1, press=pressing), situation()) is None


def test_clarify_asks_instead_of_answering() -> None:
    changed = apply("clarify", inform(), situation())
    assert changed is not None
    assert (changed.act, changed.asked, changed.facts, changed.behaviors) == (acts.CLARIFY, "day", {}, ("clarify",))
    silent = Reply(("It is a nice day.",))
    assert apply("clarify", inform(), situation(reply=silent, reading=READER.read(silent))) is None


def test_goal_questions_come_in_order_until_none_is_left() -> None:
    for index, question in enumerate(QUESTIONS):
        changed = apply("goal_question", inform(), situation(fired={"goal_question": index}))
        assert changed is not None
        assert (changed.question, changed.literal) == (question, question.ask)
    assert apply("goal_question", inform(), situation(fired={"goal_question": len(QUESTIONS)})) is None


def test_out_of_domain_takes_the_projects_own_requests_and_not_as_an_opening() -> None:
    own = replace(SENT, out_of_scope=("Sing me a song",))
    changed = apply("out_of_domain", inform(), situation(scenario=own))
    assert changed is not None
    assert changed.literal == "Sing me a song"
    assert apply("out_of_domain", inform(), situation(scenario=own, turn=0)) is None


def test_a_mind_is_changed_about_what_was_said_and_at_the_latest_when_confirming() -> None:
    slot = Slot("day", Fact("14 May"), Fact("3 June"))
    other = replace(SENT, goal=replace(SENT.goal, slots=(slot,)))
    where = situation(scenario=other, given={"day": "3 June"})
    changed = apply("correct_fact", Decision(acts.AFFIRM), where)
    assert changed is not None
    assert (changed.act, changed.facts) == (acts.CORRECT, {"day": "14 May"})
    assert apply("correct_fact", Decision(acts.AFFIRM), replace(where, given={})) is None
    assert apply("correct_fact", Decision(acts.AFFIRM), replace(where, given={"day": "14 May"})) is None
    assert apply("correct_fact", Decision(acts.AFFIRM), replace(where, mind_changed=True)) is None


def test_over_inform_adds_one_fact_that_is_still_open() -> None:
    changed = apply("over_inform", inform(), situation())
    assert changed is not None
    assert len(changed.facts) == 2
    assert changed.press is None
    extra = next(name for name in changed.facts if name != "day")
    assert changed.facts[extra] == next(slot.fact.value for slot in SENT.goal.slots if slot.name == extra)
    assert apply("over_inform", inform(), situation(remaining=SENT.goal.slots[2:3])) is None


def test_one_word_gives_the_bare_value_of_one_fact() -> None:
    changed = apply("one_word", inform(), situation())
    assert changed is not None
    assert changed.bare
    assert apply("one_word", inform(facts={"day": DAY, "size": "Small"}), situation()) is None


def test_own_words_need_a_quick_reply_to_stand_beside() -> None:
    pressing = inform("size", SIZE.value, press=Option(SIZE.value))
    tried = [apply("own_words", pressing, situation(), seed) for seed in range(600)]
    changed = [decision for decision in tried if decision is not None]
    assert len(changed) / len(tried) == pytest.approx(1 / 3, abs=0.06)
    assert {decision.said["size"] for decision in changed} <= set(SIZE.words)
    assert all(decision.own and decision.press is None for decision in changed)
    assert apply("own_words", inform("size", SIZE.value), situation(), 1) is None


def test_impatience_hurries_but_not_at_once() -> None:
    changed = apply("impatience", inform(), situation())
    assert changed is not None
    assert changed.hurry
    assert apply("impatience", inform(), situation(turn=0)) is None


@pytest.mark.parametrize(
    ("value", "spec", "some"),
    [
        ("14 May", SlotSpec("day", match="date"), {"14th of May", "May 14"}),
        ("20000", SlotSpec("volume", match="number"), {"20,000", "20k"}),
        ("5", SlotSpec("guests", match="number"), {"five"}),
        ("AB123456", SlotSpec("policy", match="id"), {"AB 123 456", "AB-123-456", "ab 123 456"}),
        ("0123456789", SlotSpec("phone", match="id"), {"0123 456 789"}),
        ("ana@example.org", SlotSpec("email"), {"ANA@EXAMPLE.ORG"}),
    ],
)
def test_the_usual_other_ways(value: str, spec: SlotSpec, some: set[str]) -> None:
    assert some <= set(other_ways(value, spec))


@pytest.mark.parametrize("value", ["Monday", "tomorrow", "Lemon cream"])
def test_what_has_one_way_only_stays(value: str) -> None:
    assert other_ways(value, SlotSpec("thing")) == []
    assert apply("format_variant", inform("size", value), situation()) is None


@given(
    st.sampled_from([spec for spec in SPECS if spec.match in ("date", "number", "id")]),
    st.integers(0, 9_999_999),
    st.dates(),
    st.text(alphabet="ABCXYZ", min_size=0, max_size=3),
    st.text(alphabet="0123456789", min_size=4, max_size=12),
)
def test_every_other_way_is_the_same_fact(spec: SlotSpec, number: int, day: object, letters: str, digits: str) -> None:
    value = {"number": str(number), "date": str(day), "id": letters + digits}[spec.match]
    for way in other_ways(value, spec):
        assert matches(spec.match, way, [value])
        assert matches(spec.match, value, [way])
