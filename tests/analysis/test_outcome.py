from __future__ import annotations

from dataclasses import dataclass

import pytest
from written_conversations import NAMER, broken, fail, leave, press, says, talk

from prebeta.analysis.outcome import EXCLUDED, FAILED, OUTCOMES, SUCCEEDED, UNKNOWN, assess
from prebeta.core.results import Assessment
from prebeta.core.types import EndState, Reply, Stop, Transcript, Verdict
from prebeta.judges.end_state import EndStateJudge
from prebeta.judges.facts import FactReader


@dataclass(frozen=True)
class StateFact:
    path: str | None
    match: str = "contains"
    says: str | None = None


REACHED = Stop("product", "end_state")
PASS = Verdict("end_state", "1", "pass")


def of(transcript: Transcript, *verdicts: Verdict, judge_error: str | None = None) -> Assessment:
    return assess(transcript, verdicts, judge_error, NAMER)


def short(stop: Stop, end: EndState | None = None) -> Transcript:
    return talk("ask:bike", says("city bike", "inform", asked="bike"), "thanks, bye", stop=stop, end=end)


@pytest.mark.parametrize(
    ("stop", "outcome", "blame"),
    [
        (Stop("harness", "infrastructure"), "INFRA", "infrastructure"),
        (Stop("harness", "simulator", "not_understood"), "SIM_FAULT", "simulator"),
        (Stop("harness", "judge"), "JUDGE_FAULT", "judge"),
        (Stop("product", "ended"), "STUCK", "product"),
        (Stop("product", "timeout"), "TIMEOUT", "product"),
        (Stop("product", "crashed"), "ERROR", "product"),
        (Stop("product", "malformed"), "ERROR", "product"),
        (Stop("product", "closed"), "ERROR", "product"),
        (Stop("product", "refused"), "ERROR", "product"),
        (Stop("user", "done"), "REACHED_WRONG", "product"),
        (Stop("user", "patience"), "ABANDONED", "product"),
        (Stop("user", "unprovoked"), "LEFT", None),
        (Stop("limit", "turns"), "TURN_LIMIT", "product"),
        (Stop("limit", "time"), "TIMEOUT", "product"),
    ],
)
def test_without_an_end_the_stop_decides(stop: Stop, outcome: str, blame: str | None) -> None:
    found = of(short(stop))
    assert (found.outcome, found.blame, found.failed) == (outcome, blame, blame == "product")
    assert (found.kind is not None) == bool(found.symptoms) == found.failed


@pytest.mark.parametrize(
    ("end", "outcome"), [("reached", "REACHED"), ("declined", "DECLINED_OK"), ("handed_off", "HANDED_OFF_OK")]
)
def test_an_end_found_is_no_failure(end: str, outcome: str) -> None:
    found = of(short(REACHED, EndState(end)), PASS)  # type: ignore[arg-type]
    assert (found.outcome, found.failed, found.flawed, found.blame, found.symptoms) == (
        outcome,
        False,
        False,
        None,
        (),
    )


@pytest.mark.parametrize("kind", ["WRONG_RESULT", "LOST_CORRECTION", "FALSE_DONE", "IGNORED_INPUT"])
def test_an_end_with_other_facts_is_a_wrong_one(kind: str) -> None:
    found = of(short(REACHED, EndState()), fail(kind, 2, "bike", judge="end_state"))
    assert (found.outcome, found.failed, found.kind, found.turn, found.slot) == (
        "REACHED_WRONG",
        True,
        kind,
        2,
        "bike",
    )


def test_a_fault_on_the_way_to_a_right_end_flaws_but_does_not_fail() -> None:
    found = of(short(REACHED, EndState()), PASS, fail("IGNORED_INPUT", 2, "bike"))
    assert (found.outcome, found.failed, found.flawed, found.blame) == ("REACHED", False, True, "product")
    assert (found.kind, found.stage) == ("IGNORED_INPUT", "bike")


def test_unsure_and_pass_are_no_faults() -> None:
    found = of(short(REACHED, EndState()), Verdict("rules", "1", "unsure", "LOOP", 2), PASS)
    assert (found.outcome, found.flawed, found.symptoms) == ("REACHED", False, ())


def test_a_loop_or_dead_end_until_the_limit_is_stuck() -> None:
    assert of(short(Stop("limit", "turns")), fail("LOOP", 2)).outcome == "STUCK"
    assert of(short(Stop("limit", "turns")), fail("DEAD_END", 2)).outcome == "STUCK"
    assert of(short(Stop("limit", "turns")), fail("IGNORED_INPUT", 2)).outcome == "TURN_LIMIT"
    assert of(short(Stop("limit", "time")), fail("LOOP", 2)).outcome == "TIMEOUT"


def test_a_product_that_closes_with_a_false_claim_ends_wrong() -> None:
    assert of(short(Stop("product", "ended")), fail("FALSE_DONE", 2)).outcome == "REACHED_WRONG"


def test_where_a_judge_broke_nothing_found_is_not_nothing_there() -> None:
    reached = short(REACHED, EndState())
    assert of(reached, judge_error="boom").outcome == "JUDGE_FAULT"
    assert of(reached, judge_error="boom").blame == "judge"
    assert of(reached, PASS, judge_error="boom").outcome == "JUDGE_FAULT"
    assert of(reached, fail("WRONG_RESULT", 2, judge="end_state"), judge_error="boom").outcome == "REACHED_WRONG"
    assert of(short(REACHED, EndState("declined")), judge_error="boom").outcome == "DECLINED_OK"
    abandoned = of(short(Stop("user", "patience")), judge_error="boom")
    assert (abandoned.outcome, abandoned.failed) == ("ABANDONED", True)
    assert of(short(Stop("harness", "infrastructure")), judge_error="boom").outcome == "INFRA"


def test_what_is_outside_the_rate_is_neither_flawed_nor_a_finding() -> None:
    found = of(short(Stop("harness", "simulator")), fail("LOOP", 2))
    assert (found.flawed, found.kind, found.turn, found.symptoms) == (False, None, None, ())


LONG = talk(
    "hello",
    says("a repair please", "request"),
    "ask:bike",
    press("city bike", asked="bike"),
    "ask:day",
    says("Monday", "inform", asked="day", behaviors=("one_word", "emoji")),
    "ask:day",
    says("Monday!", "inform", asked="day", behaviors=("one_word",)),
    "ask:day",
    leave("patience"),
    stop=Stop("user", "patience"),
)


def test_the_earliest_blamed_turn_is_primary() -> None:
    found = of(LONG, fail("DEAD_END", 8), fail("LOOP", 6, "day"), fail("IGNORED_INPUT", None))
    assert (found.kind, found.turn, found.slot, found.stage, found.after, found.move) == (
        *("LOOP", 6, "day", "day", "inform", "say"),
    )


@pytest.mark.parametrize(
    ("kinds", "first"),
    [
        (("NO_PROGRESS", "LOOP"), "LOOP"),
        (("NO_PROGRESS", "SOMETHING_NEW"), "SOMETHING_NEW"),
        (("IGNORED_INPUT", "DEAD_END", "SYSTEM_ERROR"), "SYSTEM_ERROR"),
        (("WRONG_RESULT", "LOST_CORRECTION"), "LOST_CORRECTION"),
        (("WRONG_RESULT", "FALSE_DONE"), "FALSE_DONE"),
    ],
)
def test_of_kinds_at_one_turn_the_most_telling_is_primary(kinds: tuple[str, ...], first: str) -> None:
    assert of(LONG, *(fail(kind, 6) for kind in kinds)).kind == first
    assert of(LONG, *(fail(kind, 6) for kind in reversed(kinds))).kind == first


async def test_a_value_that_the_user_never_gave_is_told_apart_from_one_that_became_another() -> None:
    facts = FactReader({slot: StateFact(f"state.{slot}") for slot in ("day", "bike")})
    held = talk(
        "ask:bike",
        says("city bike", "inform", asked="bike", facts={"bike": "city bike"}, said={"bike": "city bike"}),
        Reply(("Booked.",), state={"bike": "gravel bike", "day": "Friday"}),
        stop=REACHED,
        end=EndState("reached", {"bike": "gravel bike", "day": "Friday"}),
    )
    found = of(held, *await EndStateJudge(facts)(held))
    assert found.outcome == "REACHED_WRONG"
    ways = {}
    for kind, slot, way in [
        (one.kind, one.slot, one.way)
        for verdict in await EndStateJudge(facts)(held)
        for one in of(held, verdict).symptoms
    ]:
        assert kind == "WRONG_RESULT"
        ways[slot] = way
    assert ways == {"bike": "", "day": "unsaid"}


def test_who_gives_up_without_a_verdict_is_blamed_where_it_stood_still() -> None:
    found = of(LONG)
    # "ask:day" at 4 opened the last stage; the product turn after it brought nothing new
    assert (found.kind, found.turn, found.stage, found.after) == ("NO_PROGRESS", 6, "day", "inform")
    assert (found.stages, found.moves) == (("opening", "bike", "day"), {"say": 3, "press": 1, "leave": 1})
    assert found.fired == ("one_word", "emoji")


def test_standing_still_from_the_very_end_blames_the_last_product_turn() -> None:
    held = talk("ask:bike", says("city", "inform", asked="bike"), "city bike, right?", stop=Stop("limit", "turns"))
    assert (of(held).kind, of(held).turn) == ("NO_PROGRESS", 2)


def test_a_crash_is_blamed_at_the_turn_that_broke() -> None:
    held = talk("ask:bike", says("city", "inform", asked="bike"), broken("crashed"), stop=Stop("product", "crashed"))
    found = of(held)
    assert (found.outcome, found.kind, found.turn, found.stage) == ("ERROR", "SYSTEM_ERROR", 2, "bike")


def test_a_product_that_breaks_before_its_first_word() -> None:
    found = of(talk(broken("timeout"), stop=Stop("product", "timeout")))
    assert (found.kind, found.turn, found.stage, found.after, found.move) == (
        "SYSTEM_ERROR",
        0,
        "opening",
        None,
        None,
    )


def test_every_outcome_has_one_place() -> None:
    assert set(OUTCOMES) == FAILED | SUCCEEDED | set(EXCLUDED) | {UNKNOWN}
    assert len(OUTCOMES) == len(FAILED) + len(SUCCEEDED) + len(EXCLUDED) + 1


def test_no_turns_at_all() -> None:
    assert of(talk(stop=Stop("harness", "infrastructure"))).outcome == "INFRA"
    assert of(talk(Reply(), leave("unprovoked"), stop=Stop("user", "unprovoked"))).outcome == "LEFT"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("WRONG_REFUSAL", "DEAD_END"),
        ("HANDOFF_FAIL", "IGNORED_INPUT"),
        ("LEAK", "OUT_OF_BOUNDS"),
        ("OUT_OF_BOUNDS", "IGNORED_INPUT"),
        ("LANGUAGE_STYLE", "LOOP"),
        ("CONTRADICTION", "IGNORED_INPUT"),
        ("SYSTEM_ERROR", "LEAK"),
        ("WRONG_REFUSAL", "LOST_CORRECTION"),
        ("WRONG_REFUSAL", "IGNORED_INPUT"),
        ("LANGUAGE_STYLE", "WRONG_REFUSAL"),
        ("DEAD_END", "LOST_CORRECTION"),
        ("WRONG_RESULT", "CONTRADICTION"),
        ("IGNORED_INPUT", "NO_PROGRESS"),
    ],
)
def test_of_two_kinds_at_one_turn_the_one_nearer_to_the_cause_is_primary(first: str, second: str) -> None:
    for verdicts in ((fail(first, 2), fail(second, 2)), (fail(second, 2), fail(first, 2))):
        assert of(short(Stop("user", "patience")), *verdicts).kind == first
    assert of(short(Stop("user", "patience")), fail(first, 2), fail(second, 0)).kind == second


def test_habits_are_counted_with_the_conversation() -> None:
    held = talk(
        "ask:bike", says("why?", "clarify"), "It helps us. ask:bike", leave("patience"), stop=Stop("user", "patience")
    )
    assert of(held).habits == {"clarify": (1, 1)}
    assert of(held, fail("IGNORED_INPUT", 2)).habits == {"clarify": (0, 1)}
