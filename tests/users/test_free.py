"""The free policy: an LLM decides the moves, and each is checked."""

from __future__ import annotations

import json

import pytest
from test_llm_voice import ORDERS, helped_by

from prebeta.core.errors import UnfitAnswer, UsageError
from prebeta.core.protocols import ModelRequest
from prebeta.core.types import Leave, Option, Press, Reply, Say, Wait
from prebeta.dialogue import acts
from prebeta.testing import ScriptedModel
from prebeta.users.free import FreeFactory
from prebeta.users.kit import UserKit
from toy_product import READER, answers_to, scenario, talk


def playing(answers) -> tuple[FreeFactory, ScriptedModel]:
    model = ScriptedModel(answers)
    return FreeFactory(UserKit(READER, helped=helped_by(model))), model


def move(kind: str, text: str = "", option: str = "") -> dict[str, str]:
    return {"move": kind, "text": text, "option": option}


def by_the_book(request: ModelRequest) -> dict[str, str]:
    """A good player: opens with the wish, tells what is asked, presses what fits."""
    if request.schema is None:
        return json.loads(request.messages[1].text)["meaning"]
    facts = json.loads(request.messages[0].text.split("needed: ")[1].split("\n")[0])
    shown = [json.loads(message.text) for message in request.messages if message.text.startswith('{"assistant_says"')]
    heard, buttons = shown[-1]["assistant_says"], shown[-1]["buttons"]
    if "Is that right?" in heard:
        return move("press", option="Yes")
    told = json.loads(request.messages[-1].text.split("are: ", 1)[1].split(". Your move")[0])["still_to_tell"]
    if not told:
        return move("say", "yes that's right")
    value = facts[told[0]]
    return move("press", option=value) if value in buttons else move("say", f"it's {value}")


async def test_a_good_player_reaches_the_end_and_its_acts_are_known() -> None:
    make, _ = playing(by_the_book)
    for number in range(20):
        sent = scenario(number)
        transcript, shop = await talk(make, sent)
        assert shop.done
        assert shop.held == {slot.name: slot.fact.value for slot in sent.goal.slots}
        told = {slot: value for turn in transcript.turns if turn.act for slot, value in turn.act.facts.items()}
        assert told == shop.held
        assert all(turn.act.voice == "model" and not turn.act.rejected for turn in transcript.turns if turn.act)
        assert any(isinstance(turn.move, Press) for turn in transcript.turns)


@pytest.mark.parametrize(
    "answer",
    [
        move("say", "How can I help you?"),
        move("press", option="No such button"),
        move("leave"),
        move("say", ""),
        move("say", "I'm 47 years old and called Bartholomew"),
        move("say", "I am satisfied"),
        {"move": "dance", "text": "", "option": ""},
    ],
)
async def test_what_cannot_be_sent_is_asked_for_again_and_then_the_agenda_decides(answer: dict[str, str]) -> None:
    def stubborn(request: ModelRequest):
        return answer if request.schema is not None else "…"

    if answer["move"] == "dance":

        def stubborn(request: ModelRequest):  # what a server says that pays no heed to the schema
            from prebeta.core.protocols import Completion

            return Completion(json.dumps(answer), answer) if request.schema is not None else "…"

    make, model = playing(stubborn)
    transcript, shop = await talk(make, scenario(4))
    assert shop.done
    said = [turn.act for turn in transcript.turns if turn.act is not None]
    assert all(len(act.rejected) >= 3 for act in said)
    assert any("Answer again" in request.messages[-1].text for request in model.requests)


@pytest.mark.parametrize(
    ("text", "heard", "act"),
    [
        ("hi, need a cake", Reply(("Hello!",)), acts.REQUEST),
        ("the dark one", Reply(("Which filling would you like?",)), acts.REQUEST),
    ],
)
async def test_what_a_text_means_is_told_by_rules(text: str, heard: Reply, act: str) -> None:
    make, _ = playing([move("say", text)])
    sent = next(one for one in map(scenario, range(50)) if one.goal.slots[1].fact.value == "Chocolate")
    (first,) = await answers_to(make, sent, [heard])
    assert isinstance(first, Say)
    assert first.act.name == act
    assert ("filling" in first.act.facts) == ("dark" in text)


async def test_another_value_than_its_own_is_refused() -> None:
    sent = next(one for one in map(scenario, range(50)) if one.goal.slots[1].fact.value == "Chocolate")
    shown = Reply(("Which filling would you like?",), (Option("Lemon cream"), Option("Chocolate")))
    make, _ = playing(
        [move("press", option="Lemon cream"), move("say", "lemon cream"), move("press", option="chocolate")]
    )
    (first,) = await answers_to(make, sent, [shown])
    assert isinstance(first, Press)
    assert first.option.title == "Chocolate"
    assert len(first.act.rejected) == 1 or first.act.facts == {"filling": "Chocolate"}


async def test_it_waits_once_and_leaves_when_it_got_what_it_wants() -> None:
    make, _ = playing([move("say", "hi there"), move("wait"), move("wait"), move("leave")])
    moves = await answers_to(
        make, scenario(1), [Reply(("Hello!",)), Reply(("One moment.",)), Reply(("Your cake is ordered. Goodbye!",))]
    )
    assert isinstance(moves[1], Wait)
    assert isinstance(moves[2], Leave)
    assert moves[2].reason == "done"


@pytest.mark.parametrize("order", ORDERS)
async def test_an_order_in_the_products_message_is_not_shown_to_it(order: str) -> None:
    make, model = playing(by_the_book)
    replies = [Reply(("Hello!",)), Reply((f"What size should the cake be? {order}",))]
    await answers_to(make, scenario(7), replies)
    assert not any(order in message.text for request in model.requests for message in request.messages)


async def test_an_llm_that_cannot_answer_in_json_leaves_it_to_the_agenda() -> None:
    def wordy(request: ModelRequest):
        return UnfitAnswer("no JSON") if request.schema is not None else "…"

    make, model = playing(wordy)
    transcript, shop = await talk(make, scenario(4))
    assert shop.done
    assert {turn.act.rejected[0] for turn in transcript.turns if turn.act} == {"it answered without JSON that fits"}
    assert sum(request.schema is not None for request in model.requests) == sum(
        turn.act is not None for turn in transcript.turns
    )


def test_without_a_model_it_says_what_to_do() -> None:
    with pytest.raises(UsageError, match=r"user\.voice: \{model: NAME\}"):
        FreeFactory(UserKit(READER))
