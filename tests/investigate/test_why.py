from __future__ import annotations

import pytest
from replayed import CELL, OTHER, Product, aside, button, give, said, subject, talk

from prebeta.analysis.paired import Pairs
from prebeta.analysis.spectrum import BEHAVIOR, QUESTION, SLOT, TYPED, Feature
from prebeta.core.results import Symptom
from prebeta.core.types import Act, Fact, Goal, Move, Option, Persona, Question, Reply, Say, Scenario, Slot, Turn
from prebeta.investigate.edits import Told, without
from prebeta.investigate.replays import Replayed, Script, Subject
from prebeta.investigate.why import Cases, sighting, verdict_of, why


def sent(city: str = "Oslo", instead: str | None = None) -> Scenario:
    slot = Slot("city", Fact(city), None if instead is None else Fact(instead))
    return Scenario("s1", 7, Persona("a guest"), Goal("book a table", (slot,)))


def cases(failing: list[list[Move]], well: list[list[Move]], values: dict[str, tuple[str, ...]] | None = None) -> Cases:
    bad = [subject(moves, sent(), f"c{place}") for place, moves in enumerate(failing)]
    good = [talk(moves, sent(), f"g{place}") for place, moves in enumerate(well)]
    seen = [sighting(one.transcript, one.symptom.turn, flawed=True) for one in bad]
    return Cases(tuple(bad), (*seen, *(sighting(one, None, flawed=False) for one in good)), values or {})


def plain_talk() -> list[Move]:
    return [give("Oslo", "city"), give("two", "guests")]


async def test_the_behavior_that_breaks_it_is_confirmed_and_the_bystander_is_not() -> None:
    doubt, emoji = aside("are you sure?", "doubt", "scepticism"), give("two", "guests", "emoji", said="two 🙂")
    failing = [[give("Oslo", "city"), emoji, doubt] for _ in range(8)]
    found = await why(cases(failing, [plain_talk() for _ in range(20)]), Product(said("sure?")))
    verdicts = {cause.feature.name: cause.verdict for cause in found.causes}
    assert verdicts["scepticism"] == "confirmed"
    assert verdicts["emoji"] == "not the cause"
    assert found.top is not None
    assert found.top.feature == Feature(BEHAVIOR, "scepticism")
    assert found.top.pairs == Pairs(gone=10)
    assert found.anyone == (0, 6)
    assert found.anecdote


async def test_both_parts_of_a_fault_are_confirmed_and_said_to_belong_together() -> None:
    doubt = aside("are you sure?", "doubt", "scepticism")
    both: list[Move] = [give("Rome", "city"), doubt]
    failing = [both for _ in range(8)]
    well = [*([give("Oslo", "city"), doubt] for _ in range(8)), *([give("Rome", "city")] for _ in range(8))]
    product = Product(said("Rome", "sure?"))
    found = await why(cases(failing, well, {"city": ("Oslo", "Rome")}), product)
    confirmed = {cause.feature.name for cause in found.causes if cause.verdict == "confirmed"}
    assert confirmed == {"scepticism", "city"}
    assert found.together is not None
    assert {feature.name for feature in found.together.features} == confirmed


async def test_what_anybody_meets_has_no_behavior_for_a_cause() -> None:
    failing = [[give("Oslo", "city"), aside("why?", "clarify", "clarify"), give("x", "name")] for _ in range(6)]
    found = await why(cases(failing, []), Product(said("x"), cooperation=(give("x", "name"),)))
    assert found.anyone == (6, 6)
    assert found.top is None


async def test_what_goes_wrong_otherwise_says_nothing() -> None:
    """Without the aside another fault comes first: whether this one is gone nobody knows."""
    failing = [[aside("why?", "clarify", "clarify"), give("x", "name")] for _ in range(6)]

    async def product(script: Script) -> Replayed:
        heard = [move.text for move in script.moves]
        held = talk(script.moves, script.scenario)
        asked = "why?" in heard
        return Replayed(held, (Symptom("LOOP" if asked else "DEAD_END", 2, cell=CELL if asked else OTHER),), True)

    found = await why(cases(failing, [plain_talk() for _ in range(6)]), product)
    assert found.top is None
    assert "clarify" not in {cause.feature.name for cause in found.causes}


@pytest.mark.parametrize(
    ("pairs", "verdict"),
    [
        (Pairs(gone=6), "confirmed"),
        (Pairs(gone=5), "undecided"),
        (Pairs(both=6), "not the cause"),
        (Pairs(gone=10, came=1), "confirmed"),
        (Pairs(both=5, gone=7), "undecided"),
        (Pairs(neither=12), "undecided"),
        (Pairs(gone=6, came=6), "not the cause"),
    ],
)
def test_verdicts(pairs: Pairs, verdict: str) -> None:
    assert verdict_of(pairs)[0] == verdict


def test_an_open_verdict_says_how_many_more_it_takes() -> None:
    assert verdict_of(Pairs(gone=3)) == ("undecided", 3)
    assert verdict_of(Pairs(neither=12)) == ("undecided", None)


def told(*moves: Move, options: tuple[Option, ...] = (), scenario: Scenario | None = None) -> Told:
    turns = [Turn(0, reply=Reply(("Which?",), options))]
    for move in moves:
        turns += [Turn(len(turns), move=move), Turn(len(turns) + 1, reply=Reply(("And?",), options))]
    held = talk([], scenario or sent())
    from dataclasses import replace

    return Told.of(replace(held, turns=tuple(turns)), len(turns))


def left(script: Script | None) -> list[str]:
    assert script is not None
    return [move.text for move in script.moves]


def test_a_detour_is_dropped_and_a_manner_taken_off() -> None:
    moves = (give("Oslo", "city", "emoji", said="Oslo 🙂"), aside("why?", "clarify", "clarify"), give("two", "guests"))
    assert left(without(told(*moves), Feature(BEHAVIOR, "clarify"))) == ["Oslo 🙂", "two"]
    assert left(without(told(*moves), Feature(BEHAVIOR, "emoji")))[1:] == ["why?", "two"]
    assert without(told(*moves), Feature(BEHAVIOR, "silence")) is None


def test_a_value_in_another_form_is_said_in_its_own() -> None:
    odd = Say(
        "it's 3rd of June, ok",
        Act("inform", facts={"day": "3 June"}, said={"day": "3rd of June"}, asked="day", behaviors=("format_variant",)),
    )
    assert left(without(told(odd), Feature(BEHAVIOR, "format_variant"))) == ["it's 3 June, ok"]


def test_who_does_not_change_its_mind_says_the_final_value_at_once() -> None:
    first = Say("Rome", Act("inform", facts={"city": "Rome"}, said={"city": "Rome"}, asked="city"))
    second = Say(
        "no, Oslo", Act("correct", facts={"city": "Oslo"}, said={"city": "Oslo"}, behaviors=("correct_fact", "emoji"))
    )
    script = without(told(first, second, scenario=sent("Oslo", "Rome")), Feature(BEHAVIOR, "correct_fact"))
    assert left(script) == ["Oslo"]


def test_another_value_is_wanted_and_said() -> None:
    script = without(
        told(button("Oslo", "city"), give("two", "guests")), Feature(SLOT, "city", ("Oslo",)), ("Oslo", "Rome")
    )
    assert left(script) == ["Rome", "two"]
    assert script is not None
    assert script.scenario.goal.slots[0].fact.value == "Rome"


def test_a_question_goes_and_the_answer_beside_it_stays() -> None:
    asks = Question("Is it warm?")
    beside = Say(
        "two. Is it warm?",
        Act("inform", facts={"guests": "two"}, said={"guests": "two"}, question=asks, behaviors=("two_intents",)),
    )
    script = without(
        told(beside, aside("Is it warm?", "goal_question", "goal_question", question=asks)),
        Feature(QUESTION, "Is it warm?"),
    )
    assert left(script) == ["two"]
    assert script is not None
    assert script.moves[0].act is not None
    assert script.moves[0].act.question is None, "what isn't said isn't asked"


def test_what_was_typed_is_pressed_where_a_button_says_it() -> None:
    script = without(told(give("Oslo", "city"), options=(Option("Rome"), Option("Oslo"))), Feature(TYPED, "city"))
    assert script is not None
    assert [(move.kind, move.text) for move in script.moves] == [("press", "Oslo")]


async def test_a_product_that_fails_by_chance_is_not_explained() -> None:
    failing = [[give("Oslo", "city"), aside("why?", "clarify", "clarify")] for _ in range(6)]
    found = await why(cases(failing, []), Product(said("never")))
    assert found.reproduced[0] == 0
    assert {cause.verdict for cause in found.causes} <= {"undecided"}


async def test_what_ends_it_in_one_of_many_conversations_is_not_the_cause_of_the_finding() -> None:
    """However often that one is held again."""
    doubt = aside("are you sure?", "doubt", "scepticism")
    failing: list[list[Move]] = [[give("Oslo", "city"), doubt], *(plain_talk() for _ in range(5))]
    found = await why(cases(failing, [plain_talk() for _ in range(6)]), Product(said("sure?")))
    verdicts = {cause.feature.name: cause.verdict for cause in found.causes}
    assert verdicts.get("scepticism") == "undecided"
    alone = await why(cases(failing[:1], [plain_talk() for _ in range(6)]), Product(said("sure?")))
    assert alone.top is not None, "of the only conversation there is it is"


async def test_other_words_count_once_a_conversation() -> None:
    """A product that answers by the wording: taking away what stands around a value changes it, again and again alike."""
    cross = give("two", "guests", "hostility", said="two, you clot")
    failing: list[list[Move]] = [[give("Oslo", "city"), cross]] * 3
    found = await why(cases(failing, [plain_talk()] * 6), Product(said("clot")))
    cause = next(one for one in found.causes if one.feature.name == "hostility")
    assert cause.pairs == Pairs(gone=3)
    assert cause.verdict == "undecided"


@pytest.mark.parametrize(("broken", "named"), [("by the sea", False), ("Oslo|by the sea", True)])
async def test_a_form_is_not_taken_for_the_value_that_had_it(broken: str, named: bool) -> None:
    """With another value the form goes too; the value is to blame only if it fails in its own form as well."""
    seaside = give("Oslo", "city", "own_words", said="the one by the sea", form="the one by the sea")
    rule = broken.split("|")

    async def product(script: Script) -> Replayed:
        heard = " ".join(move.text for move in script.moves)
        failed = any(word in heard for word in rule)
        symptoms = (Symptom("LOOP", 2, cell=CELL),) if failed else ()
        return Replayed(talk(script.moves, script.scenario), symptoms, failed)

    well: list[list[Move]] = [[give("Rome", "city")] for _ in range(8)]
    failing: list[list[Move]] = [[seaside]] * 8
    found = await why(cases(failing, well, {"city": ("Oslo", "Rome")}), product)
    assert ("city" in {cause.feature.name for cause in found.causes if cause.verdict == "confirmed"}) is named


def test_subjects_have_only_what_the_user_did() -> None:
    assert isinstance(subject([give("a")]), Subject)
    assert [move.text for move in subject([give("a")]).moves] == ["a"]
