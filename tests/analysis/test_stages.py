from __future__ import annotations

from written_conversations import NAMER, Rule, WordReader, broken, leave, press, says, talk

from prebeta.analysis.stages import StageNamer, entered, stage_at
from prebeta.core.types import Stop

STOP = Stop("product", "end_state")


def test_a_stage_is_what_the_user_took_the_product_to_ask() -> None:
    held = talk(
        "hello", says("I want a repair", "request"), "which bike?", says("city", "inform", asked="bike"),
        "well, well", says("hm", "nudge"), "which day?", press("Monday", asked="day"), "booked", stop=STOP,
    )  # fmt: skip
    assert NAMER.name(held.turns) == ("opening", None, "bike", None, "bike", None, "day", None, "day")


def test_configured_stages_go_first_in_their_order() -> None:
    namer = StageNamer({"summary": Rule(says="SO FAR"), "wheels": Rule(asks="bike")}, WordReader())
    held = talk(
        "ask:bike", says("city", "inform", asked="day"), "So far: city bike. ask:bike", says("yes", "affirm"),
        "ask:day", says("Monday", "inform", asked="day"), stop=STOP,
    )  # fmt: skip
    assert namer.name(held.turns) == ("wheels", None, "summary", None, "day", None)


def test_a_recap_is_the_stage_confirm() -> None:
    held = talk(
        "ask:bike",
        says("city", "inform", asked="bike"),
        "city bike, right?",
        says("yes", "affirm"),
        stop=STOP,
    )
    assert NAMER.name(held.turns) == ("bike", None, "confirm", None)


def test_what_breaks_opens_no_stage() -> None:
    asked = says("city", "inform", asked="bike")
    held = talk("ask:bike", asked, "", says("hello?", "nudge", asked="day"), broken("timeout"), stop=STOP)
    assert NAMER.name(held.turns) == ("bike", None, "bike", None, "bike")


def test_the_stage_of_a_turn_is_what_was_asked_before_it() -> None:
    names = ("opening", None, "bike", None, "day")
    assert [stage_at(names, turn) for turn in range(5)] == ["opening", "opening", "opening", "bike", "bike"]


def test_a_stage_come_back_to_stands_in_the_path_again() -> None:
    assert entered(("a", None, "a", None, "b", None, "a")) == ("a", "b", "a")
    assert entered(()) == ()
    assert NAMER.name(talk(leave("patience"), stop=STOP).turns) == (None,)
