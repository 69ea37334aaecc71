"""Each behavior by itself: when it has a place, and what it changes."""

from __future__ import annotations

import random
import re
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


ANYWHERE = {"leaves": {acts.REQUEST, acts.CLOSE, acts.NUDGE, acts.DENY, acts.PUZZLED, acts.CHOOSE}}
ANYWHERE |= {name: {acts.REQUEST, acts.CLOSE} for name in ("emoji", "other_language")}
OPTIONS = (Option("Small"), Option("Medium"), Option("Large"))
SHOWN = Reply(("What size should the cake be?",), OPTIONS)


def first(name: str, decision: Decision, where: Situation) -> Decision | None:
    """What the behavior makes of it when it takes the chance it is given."""
    tried = (apply(name, decision, where, seed) for seed in range(300))
    return next((changed for changed in tried if changed is not None), None)


@pytest.mark.parametrize("name", CATALOGUE)
@pytest.mark.parametrize("act", [acts.REQUEST, acts.CLOSE, acts.NUDGE, acts.DENY, acts.PUZZLED, acts.CHOOSE])
def test_openings_ends_and_puzzlement_are_left_alone_but_by_manners(name: str, act: str) -> None:
    assert (first(name, Decision(act), situation()) is not None) == (act in ANYWHERE.get(name, ()))


@pytest.mark.parametrize(
    "name", sorted(set(CATALOGUE) - {"leaves", "one_word", "emoji", "impatience", "hostility", "paste_long"})
)
def test_nothing_new_is_tried_while_the_product_asks_for_the_same_again(name: str) -> None:
    asked = replace(SENT, behaviors=(name,))
    where = situation(scenario=asked, reply=SHOWN, pressed=(("day", Option("14 May")),), given={"day": DAY})
    assert first(name, inform("size", SIZE.value, insist=1, press=OPTIONS[0]), where) is None


@pytest.mark.parametrize(
    ("name", "act", "words"),
    [
        ("under_inform", acts.VAGUE, None),
        ("asks_human", acts.ASK_HUMAN, "person|human|someone"),
        ("false_claim", acts.FALSE_CLAIM, "already|just say"),
        ("scepticism", acts.DOUBT, "sure|really|certain|correct"),
        ("silence", acts.SILENCE, "^$"),
        ("injection", acts.INJECT, "instructions|prompt|told|rule|customers"),
        ("not_sure", acts.NOT_SURE, None),
        ("clarify", acts.CLARIFY, None),
        ("out_of_domain", acts.OUT_OF_DOMAIN, None),
        ("goal_question", acts.GOAL_QUESTION, "deliver"),
        ("repeats", acts.GOAL_QUESTION, "deliver"),
    ],
)
def test_an_aside_says_something_else_and_gives_nothing(name: str, act: str, words: str | None) -> None:
    for seed in range(40):
        changed = apply(name, inform(), situation(scenario=replace(SENT, behaviors=(name,))), seed)
        assert changed is not None
        assert (changed.act, changed.asked, dict(changed.facts), changed.behaviors) == (act, "day", {}, (name,))
        assert changed.press is None
        assert words is None or re.search(words, changed.literal or "", re.I)


@pytest.mark.parametrize(
    "name", ["false_claim", "scepticism", "silence", "injection", "out_of_domain", "hostility", "leaves"]
)
def test_nobody_begins_with_it(name: str) -> None:
    assert first(name, inform(), situation(turn=0)) is None
    assert first(name, inform(), situation(turn=1)) is not None


@pytest.mark.parametrize(
    "name",
    ["clarify", "not_sure", "under_inform", "topic_switch", "false_claim", "ignores_options", "stale_press", "mistype"],
)
def test_a_yes_is_not_put_off(name: str) -> None:
    where = situation(reply=SHOWN, pressed=(("filling", Option("Chocolate")),), given={"filling": "Chocolate"})
    assert first(name, Decision(acts.AFFIRM), where) is None


def test_vague_answers_fit_what_is_asked() -> None:
    said = {str(apply("under_inform", inform(), situation(), seed).literal) for seed in range(60)}  # type: ignore[union-attr]
    assert said
    assert all(re.search("soon|whenever|while", words) for words in said)
    size = [apply("under_inform", inform("filling", "Chocolate"), situation(), seed) for seed in range(20)]
    assert not any(re.search("soon|whenever", decision.literal or "") for decision in size if decision)


def test_a_topic_switch_gives_another_open_fact_first() -> None:
    changed = apply("topic_switch", inform(), situation())
    assert changed is not None
    (slot,) = changed.facts
    assert slot != "day"
    assert changed.facts[slot] == next(each.fact.value for each in SENT.goal.slots if each.name == slot)
    assert changed.asked == "day"
    assert apply("topic_switch", inform(), situation(remaining=SENT.goal.slots[2:3])) is None


def test_a_question_is_repeated_once_it_was_asked_and_asked_twice_where_nobody_else_asks() -> None:
    both = replace(SENT, behaviors=("repeats", "goal_question"))
    assert apply("repeats", inform(), situation(scenario=both)) is None
    again = apply("repeats", inform(), situation(scenario=both, fired={"goal_question": 1}))
    assert again is not None
    assert again.question == QUESTIONS[0]
    assert apply("repeats", inform(), situation(scenario=both, fired={"goal_question": 1, "repeats": 1})) is None
    beside = replace(SENT, behaviors=("repeats", "two_intents"))
    assert apply("repeats", inform(), situation(scenario=beside, fired={"two_intents": 1})).question == QUESTIONS[-1]  # type: ignore[union-attr]
    alone = replace(SENT, behaviors=("repeats",))
    assert apply("repeats", Decision(acts.AFFIRM), situation(scenario=alone)) is None
    for fired in (0, 1):
        assert apply("repeats", inform(), situation(scenario=alone, fired={"repeats": fired})) is not None
    assert apply("repeats", inform(), situation(scenario=replace(alone, goal=replace(SENT.goal, questions=())))) is None


def test_a_doubt_waits_for_an_answer_where_one_is_to_come() -> None:
    asking = replace(SENT, behaviors=("scepticism", "goal_question"))
    assert apply("scepticism", inform(), situation(scenario=asking)) is None
    assert apply("scepticism", Decision(acts.AFFIRM), situation(scenario=asking)) is not None
    assert apply("scepticism", inform(), situation(scenario=asking, fired={"goal_question": 1})) is not None


def test_an_injection_names_the_word_that_would_show_obedience_and_no_number() -> None:
    tried = [apply("injection", inform(), situation(), seed) for seed in range(60)]
    codes = [changed.said["canary"] for changed in tried if changed is not None and changed.said]
    assert len(set(codes)) > 5
    for changed in tried:
        assert changed is not None
        assert changed.said.get("canary", "") in (changed.literal or "")
        assert not any(letter.isdigit() for letter in changed.literal or "")


def test_quick_replies_are_ignored_only_where_there_are_some() -> None:
    assert first("ignores_options", inform("size", SIZE.value), situation(reply=SHOWN)).act == acts.STALL  # type: ignore[union-attr]
    assert first("ignores_options", inform("size", SIZE.value), situation()) is None


def test_an_old_quick_reply_is_pressed_with_the_fact_it_gave() -> None:
    old = Option("Chocolate")
    where = situation(reply=SHOWN, pressed=(("filling", old),), given={"filling": "Chocolate"})
    changed = first("stale_press", inform("size", SIZE.value), where)
    assert changed is not None
    assert (changed.press, changed.must_press, changed.facts) == (old, True, {"filling": "Chocolate"})
    assert first("stale_press", inform("size", SIZE.value), replace(where, pressed=())) is None
    assert first("stale_press", inform("size", SIZE.value), replace(where, reply=ASKED)) is None
    assert first("stale_press", inform("size", SIZE.value), replace(where, pressed=(("size", OPTIONS[0]),))) is None


@pytest.mark.parametrize(("at", "said"), [(0, "the first one"), (1, "the second one"), (2, "the last one")])
def test_a_quick_reply_is_named_by_its_place(at: int, said: str) -> None:
    pressing = inform("size", OPTIONS[at].title, press=OPTIONS[at])
    changed = apply("refers_back", pressing, situation(reply=SHOWN))
    assert changed is not None
    assert (changed.said["size"].lower(), changed.press, changed.own) == (said, None, True)
    assert changed.facts == {"size": OPTIONS[at].title}
    assert apply("refers_back", inform("size", OPTIONS[at].title), situation(reply=SHOWN)) is None
    assert apply("refers_back", pressing, situation(reply=replace(SHOWN, options=OPTIONS[at : at + 1]))) is None


def test_two_letters_of_a_value_in_words_change_places_and_the_fact_stays() -> None:
    for seed in range(50):
        changed = apply("mistype", inform("filling", "Chocolate"), situation(), seed)
        assert changed is not None
        typo = changed.said["filling"]
        assert typo != "Chocolate"
        assert sorted(typo) == sorted("Chocolate")
        assert typo[0] == "C"
        assert changed.facts == {"filling": "Chocolate"}
    for value in ("14 May", "AB123456", "Red", "ana@example.org"):
        assert first("mistype", inform("filling", value), situation()) is None


def test_an_answer_and_a_question_come_in_one_message() -> None:
    changed = apply("two_intents", inform(press=Option(DAY)), situation())
    assert changed is not None
    assert (changed.question, changed.facts, changed.press) == (QUESTIONS[-1], {"day": DAY}, None)
    assert apply("two_intents", inform(), situation(fired={"goal_question": 2})) is None
    both = replace(SENT, behaviors=("goal_question", "two_intents"))
    assert apply("goal_question", inform(), situation(scenario=both)).question == QUESTIONS[0]  # type: ignore[union-attr]
    assert apply("goal_question", inform(), situation(scenario=both, fired={"goal_question": 1})) is None


@pytest.mark.parametrize(
    ("name", "manner", "keeps"),
    [
        ("hostility", "hostile", False),
        ("paste_long", "paste", False),
        ("impatience", "hurry", False),
        ("emoji", "emoji", True),
    ],
)
def test_manners_stand_beside_the_answer(name: str, manner: str, keeps: bool) -> None:
    pressing = inform("size", SIZE.value, press=OPTIONS[0])
    changed = first(name, pressing, situation())
    assert changed is not None
    assert (changed.manners, changed.facts, changed.said) == ((manner,), pressing.facts, pressing.said)
    assert changed.press == (OPTIONS[0] if keeps else None)
    assert first(name, replace(pressing, must_press=True), situation()) is None
    assert first("one_word", replace(inform(), manners=(manner,)), situation()) is None


def test_another_language_is_a_users_own_and_left_when_it_was_not_understood() -> None:
    spoken = set()
    for seed in range(40):
        where = situation(scenario=replace(SENT, seed=seed))
        tongues = {apply("other_language", Decision(act), where, 1).language for act in (acts.REQUEST, acts.AFFIRM)}  # type: ignore[union-attr]
        assert len(tongues) == 1
        spoken |= tongues
    assert spoken == {"es", "de", "fr", "pt"}
    assert apply("other_language", inform(insist=1), situation()) is None
    assert apply("other_language", inform(bare=True), situation()) is None
    assert apply("other_language", Decision(acts.DOUBT, literal="Sure?"), situation()) is None


def test_a_contradiction_states_the_other_value_as_a_change_of_mind_does() -> None:
    slot = Slot("day", Fact("14 May"), Fact("3 June"))
    other = replace(SENT, goal=replace(SENT.goal, slots=(slot,)))
    changed = apply("contradicts", Decision(acts.AFFIRM), situation(scenario=other, given={"day": "3 June"}))
    assert changed is not None
    assert (changed.act, changed.facts, changed.behaviors) == (acts.CORRECT, {"day": "14 May"}, ("contradicts",))


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
    assert changed.manners == ("hurry",)
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


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("0936306264", "contact"),
        ("936306264", "contact"),
        ("07", "room"),
        ("306264", "phone"),
        ("4711", "door_code"),
        ("4711", "customerId"),
        ("4711", "number-plate"),
        ("1000", "zip"),
        ("2024", "year"),
        ("4711", "account_number"),
    ],
)
def test_digits_that_name_something_are_not_grouped_by_thousands(value: str, name: str) -> None:
    spec = SlotSpec(name, match="number")
    assert not [way for way in other_ways(value, spec) if "," in way or "k" in way]


def test_an_amount_is_still_grouped() -> None:
    assert other_ways("1500", SlotSpec("number_of_boxes", match="number")) == ["1,500"]
    assert other_ways("250000", SlotSpec("price", match="number")) == ["250,000", "250k"]


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


def test_a_yes_or_no_is_not_told_before_its_question() -> None:
    insured = Slot("insured", Fact("No"))
    where = situation(remaining=(insured,))
    assert first("topic_switch", inform("size", SIZE.value), where) is None
    assert first("over_inform", inform("size", SIZE.value), where) is None
    named = replace(where, remaining=(Slot("filling", Fact("Nougat")),))
    assert first("topic_switch", inform("size", SIZE.value), named) is not None


def test_a_place_is_not_named_in_english_within_another_language() -> None:
    where = situation(reply=SHOWN, reading=READER.read(SHOWN))
    pressing = inform("size", SIZE.value, press=OPTIONS[0])
    assert first("refers_back", pressing, where) is not None
    assert first("refers_back", replace(pressing, language="de"), where) is None
