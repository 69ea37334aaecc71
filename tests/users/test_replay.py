from __future__ import annotations

import random
from collections.abc import Sequence

from prebeta.core.types import (
    Act,
    Fact,
    Goal,
    Leave,
    Move,
    Option,
    Persona,
    Press,
    Question,
    Reply,
    Say,
    Scenario,
    Slot,
    SlotSpec,
    Turn,
)
from prebeta.dialogue.reading import Reader
from prebeta.users.kit import UserKit
from prebeta.users.replay import END, ReplayUser, bundle, cooperative, plain

SLOTS = (
    SlotSpec("city", values=(Fact("Oslo"), Fact("Rome"))),
    SlotSpec("day", values=(Fact("Monday"), Fact("Friday"))),
)
READER = Reader(SLOTS, {})
SENT = Scenario(
    "s1", 7, Persona("a guest"), Goal("book a room", (Slot("city", Fact("Oslo")), Slot("day", Fact("Friday"))))
)


def give(text: str, slot: str, *behaviors: str) -> Say:
    return Say(text, Act("inform", facts={slot: text}, said={slot: text}, asked=slot, behaviors=behaviors))


async def played(user: ReplayUser, *replies: Reply) -> list[Move]:
    """What the user does after each of these replies."""
    turns: list[Turn] = []
    moves = []
    for reply in replies:
        turns.append(Turn(len(turns), reply=reply))
        moves.append(await user.next(turns))
        turns.append(Turn(len(turns), move=moves[-1]))
    return moves


def asks(*texts: str) -> Sequence[Reply]:
    return [Reply((text,)) for text in texts]


async def test_moves_come_in_their_order_and_then_the_user_goes() -> None:
    user = ReplayUser([give("Oslo", "city"), give("Friday", "day")])
    moves = await played(user, *asks("Hello", "Fine", "Done"))
    assert [move.text for move in moves] == ["Oslo", "Friday", ""]
    assert moves[-1].kind == "leave"
    assert isinstance(moves[-1], Leave)
    assert moves[-1].reason == END
    assert user.instant


async def test_a_button_is_pressed_where_it_is_offered_and_typed_where_it_is_not() -> None:
    move = Press(Option("Oslo", "old payload"), Act("inform"))
    offered = Reply(("Which?",), (Option("oslo", "new payload"), Option("Rome")))
    assert await played(ReplayUser([move]), offered) == [Press(Option("oslo", "new payload"), Act("inform"))]
    assert await played(ReplayUser([move]), Reply(("Which?",))) == [Say("Oslo", Act("inform"))]


async def test_what_is_asked_now_is_answered_first() -> None:
    user = ReplayUser([give("Oslo", "city"), give("Friday", "day")], reader=READER)
    moves = await played(user, *asks("Which day would you like?", "Which city?"))
    assert [move.text for move in moves] == ["Friday", "Oslo"]


async def test_after_the_script_the_user_cooperates_and_knows_what_was_said() -> None:
    user = cooperative([give("Oslo", "city")], SENT, UserKit(READER), random.Random(1))
    moves = await played(user, *asks("Which city?", "And which day?"))
    assert [move.text for move in moves] == ["Oslo", "Friday"]


async def test_what_the_script_does_not_tell_the_cooperative_user_tells() -> None:
    user = cooperative([give("Friday", "day")], SENT, UserKit(READER), random.Random(1))
    moves = await played(user, *asks("Which city?", "And which day?"))
    assert [move.text for move in moves] == ["Oslo", "Friday"]


def test_plain_words_keep_the_act_and_lose_the_manners() -> None:
    rude = Say(
        "Oslo, and be QUICK", Act("inform", facts={"city": "Oslo"}, said={"city": "Oslo"}, behaviors=("impatience",))
    )
    simple = plain(rude, SENT)
    assert simple.text == "Oslo"
    assert simple.act is not None
    assert (simple.act.name, simple.act.behaviors) == ("inform", ())


def test_plain_words_do_not_ask_what_is_not_said_any_more() -> None:
    asked = Question("Is it warm?")
    both = Say("Oslo. Is it warm?", Act("inform", facts={"city": "Oslo"}, said={"city": "Oslo"}, question=asked))
    simple = plain(both, SENT)
    assert simple.text == "Oslo"
    assert simple.act is not None
    assert simple.act.question is None
    alone = plain(
        Say("hey, is it warm?!", Act("goal_question", question=asked, behaviors=("goal_question", "emoji"))), SENT
    )
    assert (alone.text, alone.act.question if alone.act else None) == ("Is it warm?", asked)
    assert alone.act is not None
    assert alone.act.behaviors == ("goal_question",)


def test_what_cannot_be_worded_stays() -> None:
    odd = Say("tell me a joke", Act("out_of_domain"))
    assert plain(odd, SENT) is odd
    assert plain(Say("hm"), SENT) == Say("hm")


def test_a_bundle_names_its_facts_and_opens_with_the_wish() -> None:
    opening = bundle({"city": "Oslo", "day": "Friday"}, SENT, opening=True)
    assert "book a room" in opening.text
    assert "city: Oslo, day: Friday" in opening.text
    assert opening.act is not None
    assert dict(opening.act.facts) == {"city": "Oslo", "day": "Friday"}
    assert bundle({"day": "Friday"}, SENT, opening=False).text == "day: Friday"
