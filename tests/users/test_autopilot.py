"""The autopilot: the happy path and nothing else."""

from __future__ import annotations

from prebeta.behaviors import CATALOGUE
from prebeta.core.types import Option, Press, Reply
from prebeta.users.autopilot import AutopilotFactory
from prebeta.users.kit import UserKit
from toy_product import READER, answers_to, scenario, talk

MAKE = AutopilotFactory(UserKit(READER))


async def test_it_answers_by_the_book_whatever_the_scenario_is_armed_with() -> None:
    for number in range(100):
        sent = scenario(number, tuple(CATALOGUE))
        transcript, _ = await talk(MAKE, sent)
        assert transcript.stop.reason == "end_state"
        assert transcript.end is not None
        assert transcript.end.values == {slot.name: slot.fact.value for slot in sent.goal.slots}
        assert not any(act.behaviors for turn in transcript.turns if (act := turn.act) is not None)


async def test_it_presses_every_fitting_quick_reply_and_types_bare_values_else() -> None:
    sent = scenario(4)
    size, day = sent.goal.slots[0].fact.value, sent.goal.slots[2].fact.value
    options = tuple(map(Option, ("Small", "Medium", "Large")))
    moves = await answers_to(MAKE, sent, [Reply(("What size?",), options), Reply(("Which day?",))])
    assert isinstance(moves[0], Press)
    assert [move.text for move in moves] == [size, day]


async def test_it_leaves_a_product_that_does_not_go_on() -> None:
    moves = await answers_to(MAKE, scenario(4), [Reply(("Which day?",))] * 9)
    assert moves[-1].kind == "leave"
    assert len(moves) == 4
