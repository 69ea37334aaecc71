"""The agenda user in conversations: what it reveals, when it leaves, how it takes quick replies."""

from __future__ import annotations

import random
from collections import Counter
from dataclasses import replace

import pytest

from prebeta.behaviors import CATALOGUE
from prebeta.core.types import Fact, Goal, Leave, Option, Press, Reply, Say, Scenario, Slot, SlotSpec, Turn
from prebeta.dialogue import acts
from prebeta.dialogue.reading import AnswerRule, Reader
from prebeta.users.agenda import AgendaFactory
from prebeta.users.kit import UserKit
from toy_product import PROMPTS, READER, SPECS, answers_to, armed, scenario, talk

MAKE = AgendaFactory(UserKit(READER))
GREETING = Reply(("Hello! How can I help you?",))
RECAP = "Your order: size: {size}, filling: {filling}. Is that right?"


def reply(text: str, *options: str) -> Reply:
    return Reply((text,), tuple(map(Option, options)))


def leaving(moves: list) -> str | None:  # type: ignore[type-arg]
    return moves[-1].reason if isinstance(moves[-1], Leave) else None


async def test_the_same_seed_and_replies_give_the_same_moves() -> None:
    for number in range(60):
        sent = scenario(number, armed(random.Random(number)))
        one, _ = await talk(MAKE, sent)
        other, _ = await talk(MAKE, sent)
        assert [turn.move for turn in one.turns] == [turn.move for turn in other.turns]


async def test_another_seed_gives_other_words() -> None:
    sent = scenario(1)
    said = {tuple(turn.text for turn in (await talk(MAKE, replace(sent, seed=seed)))[0].turns) for seed in range(20)}
    assert len(said) > 10


async def test_nothing_is_revealed_that_was_not_asked_for() -> None:
    """Only `over_inform` gives more than the asked slot, by exactly one; a switch of topic gives another for it, and an
    old quick reply says again what it said."""
    for number in range(400):
        sent = scenario(number, armed(random.Random(number)))
        transcript, _ = await talk(MAKE, sent)
        asked: tuple[str, ...] = ()
        for turn in transcript.turns:
            if turn.reply is not None:
                asked = READER.read(turn.reply).asks
            elif turn.act is not None and turn.act.name == acts.INFORM:
                extra = set(turn.act.facts) - set(asked)
                more = {"over_inform", "topic_switch", "stale_press"}.intersection(turn.act.behaviors)
                assert len(extra) == len(more)
            elif turn.act is not None and turn.act.name == acts.REQUEST:
                assert not any(slot.fact.value.lower() in turn.text.lower() for slot in sent.goal.slots)


async def test_several_slots_asked_for_by_an_answers_line_are_given_together() -> None:
    import re

    rules = (AnswerRule("size", re.compile("size")), AnswerRule("day", re.compile("day")))
    make = AgendaFactory(UserKit(Reader(SPECS, rules)))
    (move,) = await answers_to(make, scenario(1), [reply("Which size, and which day?")])
    assert move.act is not None
    assert set(move.act.facts) == {"size", "day"}


async def test_it_opens_with_its_goal_or_the_projects_own_words() -> None:
    (move,) = await answers_to(MAKE, scenario(1), [GREETING])
    assert move.act is not None
    assert move.act.name == acts.REQUEST
    assert "birthday cake" in move.text
    (fixed,) = await answers_to(MAKE, replace(scenario(1), opening="A cake!!"), [GREETING])
    assert fixed.text == "A cake!!"
    (first,) = await answers_to(MAKE, scenario(1), [Reply()])
    assert first.act is not None
    assert first.act.name == acts.REQUEST


async def test_a_greeting_that_offers_help_with_anything_else_is_no_farewell() -> None:
    (move,) = await answers_to(MAKE, scenario(1), [reply("Hi! Is there anything I can help you with?")])
    assert move.act is not None
    assert move.act.name == acts.REQUEST


async def test_an_offer_of_more_help_in_the_middle_is_taken_up() -> None:
    """Many products end every answer with it; a user with something left to say isn't through."""
    moves = await answers_to(MAKE, scenario(1), [GREETING, reply("Noted. Is there anything else I can help with?")])
    assert moves[1].act is not None
    assert moves[1].act.name == acts.INFORM


@pytest.mark.parametrize(("behaviors", "replies"), [((), 3), (("impatience",), 2)])
async def test_it_leaves_after_so_many_product_turns_without_progress(behaviors: tuple[str, ...], replies: int) -> None:
    stuck = reply(PROMPTS["day"])
    for number in range(30):
        moves = await answers_to(MAKE, scenario(number, behaviors), [stuck] * 12)
        assert leaving(moves) == "patience"
        given = [move for move in moves if move.act is not None and move.act.name == acts.INFORM]
        assert len(given) == replies


@pytest.mark.parametrize("name", CATALOGUE)
async def test_who_gets_nowhere_becomes_plain(name: str) -> None:
    """From the first product turn without progress on, no behavior interferes."""
    shown = reply(PROMPTS["size"], "Small", "Medium", "Large")
    for number in range(20):
        moves = await answers_to(MAKE, scenario(number, (name,)), [reply(PROMPTS["filling"]), *[shown] * 14])
        stuck = False
        given: Counter[str] = Counter()
        for move in moves:
            assert move.act is not None
            assert not (stuck and move.act.behaviors)
            given.update(list(move.act.facts))
            stuck = stuck or given["size"] > 1  # asked for once more after it was given
        assert moves[-1].kind == "leave"


async def test_a_contradiction_presses_no_button_for_changes() -> None:
    recap = reply(RECAP.format(size="Small", filling="Chocolate"), "Yes", "Change something")
    for number in range(60):
        sent = scenario(number, ("contradicts",))
        asked = [reply(PROMPTS[slot.name]) for slot in sent.goal.slots]
        for move in await answers_to(MAKE, sent, [*asked, recap]):
            if move.act is not None and "contradicts" in move.act.behaviors:
                assert isinstance(move, Say)


async def test_patience_is_the_projects_to_set() -> None:
    moves = await answers_to(AgendaFactory(UserKit(READER, patience=5)), scenario(1), [reply(PROMPTS["day"])] * 12)
    assert len(moves) == 6


async def test_a_product_that_goes_on_is_not_left() -> None:
    moves = await answers_to(MAKE, scenario(1), [reply(prompt) for prompt in PROMPTS.values()])
    assert leaving(moves) is None


async def test_new_questions_that_cannot_be_placed_are_our_fault_after_three() -> None:
    puzzles = [reply(f"Which {thing} do you fancy?") for thing in ("zorb", "quux", "frob", "wibble", "blarg")]
    moves = await answers_to(MAKE, scenario(1), puzzles)
    assert leaving(moves) == "not_understood"
    assert len(moves) == 3
    assert moves[1].act is not None
    assert not moves[1].act.understood


@pytest.mark.parametrize(
    "hopeless",
    [
        reply("Which zorb do you fancy?"),
        reply("Sorry, I didn't understand. Could you rephrase that?"),
        reply("I didn't get that. What zorb do you mean?"),
        reply("Something went wrong."),
        reply("What would you like to change?"),
        reply("Is that right?"),
        reply("Would you like some coffee with it?"),
        reply("Pick one:", "This", "That"),
        Reply(),
        reply(" "),
    ],
)
async def test_a_product_that_repeats_itself_gives_up_or_is_silent_is_never_our_fault(hopeless: Reply) -> None:
    for number in range(20):
        sent = scenario(number, armed(random.Random(number)))
        for start in ([GREETING], [reply(PROMPTS["day"])], []):
            moves = await answers_to(MAKE, sent, [*start, *[hopeless] * 14])
            assert leaving(moves) == "patience"


async def test_a_fallback_gets_the_answer_again_and_not_a_no() -> None:
    moves = await answers_to(MAKE, scenario(1), [reply(PROMPTS["day"]), reply("Sorry, could you rephrase that?")])
    assert moves[1].act is not None
    assert moves[1].act.facts == moves[0].act.facts  # type: ignore[union-attr]


async def test_a_wrong_recap_is_corrected_twice_a_slot_and_then_no_more() -> None:
    sent = scenario(1)
    right = {slot.name: slot.fact.value for slot in sent.goal.slots}
    wrong = next(fact.value for fact in SPECS[0].values if fact.value != right["size"])
    recap = reply(RECAP.format(size=wrong, filling=right["filling"]))
    moves = await answers_to(MAKE, sent, [reply(PROMPTS["size"]), reply(PROMPTS["filling"]), *[recap] * 4])
    corrections = [move.act for move in moves if move.act is not None and move.act.name == acts.CORRECT]
    assert [act.facts for act in corrections] == [{"size": right["size"]}] * 2


SHIRT = Goal(
    "order a shirt", (Slot("size", Fact("large")), Slot("colour", Fact("blue")), Slot("month", Fact("September")))
)
SHIRT_SPECS = (
    SlotSpec("size", values=(Fact("small"), Fact("large")), match="option"),
    SlotSpec("colour", values=(Fact("red"), Fact("blue")), match="option"),
    SlotSpec("month", values=(Fact("March"), Fact("September"))),
    SlotSpec("count", values=(Fact("2"), Fact("3")), match="number"),
    SlotSpec("lining", values=(Fact("yes"), Fact("no"), Fact("red"))),
)
"""Red may be two slots' value; the last two are never in the goal unless a test puts them there."""


def shirt_users(*specs: SlotSpec) -> AgendaFactory:
    return AgendaFactory(UserKit(Reader(specs)))


@pytest.mark.parametrize(
    ("recap", "corrected"),
    [
        ("A large shirt in red. Shall I order it?", {"colour": "blue"}),
        ("Your order: a large shirt, month: March. Is that right?", {"month": "September"}),
        ("A large blue shirt in September. Shall I order it?", None),
        ("A large shirt. Shall I order it?", None),
        ("A shirt in red or blue, large. Shall I order one?", None),
    ],
)
async def test_a_recap_with_a_wrong_value_that_nobody_asked_for_is_corrected(
    recap: str, corrected: dict[str, str] | None
) -> None:
    for seed in range(40):
        sent = replace(scenario(seed), goal=SHIRT, behaviors=())
        moves = await answers_to(
            shirt_users(*SHIRT_SPECS[:3]), sent, [reply("Which size?", "small", "large"), reply(recap, "Yes", "No")]
        )
        act = moves[1].act
        assert act is not None
        assert (act.name, act.facts) == ((acts.CORRECT, corrected) if corrected else (acts.AFFIRM, {}))


@pytest.mark.parametrize(
    ("recap", "corrected"),
    [
        ("That makes 2 nights and a shirt. Shall I order it?", None),
        ("A shirt, count: 2. Shall I order it?", {"count": "3"}),
        ("A shirt with red. Shall I order it?", None),
        ("Yes, a shirt it is. Shall I order it?", None),
        ("A shirt, lining: red. Shall I order it?", {"lining": "no"}),
    ],
)
async def test_what_may_be_of_something_else_counts_only_with_its_slots_name(
    recap: str, corrected: dict[str, str] | None
) -> None:
    goal = Goal("order a shirt", (Slot("count", Fact("3")), Slot("lining", Fact("no"))))
    sent = replace(scenario(1), goal=goal, behaviors=())
    (move,) = await answers_to(shirt_users(*SHIRT_SPECS), sent, [reply(recap, "Yes, please", "No, thanks")])
    assert move.act is not None
    assert (move.act.name, move.act.facts) == ((acts.CORRECT, corrected) if corrected else (acts.AFFIRM, {}))


async def test_a_change_button_serves_also_for_what_was_never_given() -> None:
    pressed = 0
    for seed in range(40):
        sent = replace(scenario(seed), goal=SHIRT, behaviors=("impatience",))
        recap = reply("A large shirt in red. Shall I order it?", "Yes", "Change something")
        moves = await answers_to(shirt_users(*SHIRT_SPECS[:3]), sent, [recap, reply("What would you like to change?")])
        if moves[0].act is not None and moves[0].act.name == acts.CHANGE:
            pressed += 1
            assert moves[1].act is not None
            assert (moves[1].act.name, moves[1].act.facts) == (acts.CORRECT, {"colour": "blue"})
    assert 5 < pressed < 35


async def test_a_right_recap_is_agreed_to() -> None:
    sent = scenario(1)
    right = {slot.name: slot.fact.value for slot in sent.goal.slots}
    recap = reply(RECAP.format(**right), "Yes, go on", "Change it")
    moves = await answers_to(MAKE, sent, [reply(PROMPTS["size"]), reply(PROMPTS["filling"]), recap])
    assert moves[2].act is not None
    assert moves[2].act.name == acts.AFFIRM
    assert moves[2].act.facts == {}


async def test_told_that_it_is_done_it_thanks_and_goes() -> None:
    for number in range(20):
        moves = await answers_to(
            MAKE, scenario(number), [reply(PROMPTS["day"]), *[reply("You're all set, it's booked!")] * 3]
        )
        assert leaving(moves) == "done"
        assert [move.act.name for move in moves if move.act is not None][1:] == [acts.CLOSE, "leave"]


async def test_it_waits_when_told_to_and_asks_when_nothing_comes() -> None:
    moves = await answers_to(MAKE, scenario(1), [GREETING, reply("One moment please, I'm checking."), Reply(), Reply()])
    assert [move.kind for move in moves] == ["say", "wait", "say", "wait"]


async def test_quick_replies_are_pressed_typed_or_put_in_own_words_as_people_do() -> None:
    """0.60 : 0.15 : 0.20 of turns with a fitting quick reply; pressing stale ones and ignoring all are to come."""
    how: Counter[str] = Counter()
    asking = reply(PROMPTS["size"], "Small", "Medium", "Large")
    for number in range(2_000):
        behaviors = ("own_words",) if random.Random(number).random() < CATALOGUE["own_words"].rate else ()
        (move,) = await answers_to(MAKE, scenario(number, behaviors), [asking])
        assert move.act is not None
        title = next(slot.fact.value for slot in scenario(number, behaviors).goal.slots if slot.name == "size")
        if isinstance(move, Press):
            assert move.option.title == title
            how["press"] += 1
        else:
            how["own" if "own_words" in move.act.behaviors else "type"] += 1
    shares = {name: count / how.total() for name, count in how.items()}
    print(shares)
    assert shares == pytest.approx({"press": 0.60, "type": 0.15, "own": 0.20}, abs=0.05)


async def test_of_a_menu_it_takes_what_is_nearest_to_its_goal() -> None:
    menu = reply("What now?", "Opening hours", "Order a cake", "Help")
    taken: Counter[str] = Counter()
    for number in range(100):
        (move,) = await answers_to(MAKE, scenario(number), [menu])
        taken["pressed" if move.text == "Order a cake" else "said" if "birthday cake" in move.text else move.text] += 1
    assert set(taken) == {"pressed", "said"}
    assert taken["pressed"] > 50


async def test_with_one_fact_left_an_unknown_question_must_be_about_that() -> None:
    slots = (SlotSpec("colour", values=(Fact("Blue"), Fact("Red"))),)
    goal = Goal("paint a fence", (Slot("colour", Fact("Blue")),))
    sent = replace(scenario(1), goal=goal)
    moves = await answers_to(
        AgendaFactory(UserKit(Reader(slots))), sent, [GREETING, reply("What shall we take for it?")]
    )
    assert moves[1].act is not None
    assert moves[1].act.facts == {"colour": "Blue"}


async def test_it_never_talks_without_end() -> None:
    """Whatever a product says, patience or our own limit ends it well before the turn limit."""
    rng = random.Random(7)
    words = [
        "Noted.",
        "Which day?",
        "Is that right?",
        "Hm.",
        "Yes?",
        "Sorry, what?",
        "Done!",
        "Anything else?",
        "",
        "Pick one:",
    ]
    for number in range(300):
        sent: Scenario = scenario(number, armed(random.Random(number)))
        replies = [
            reply(rng.choice(words), *rng.sample(["Yes", "No", "Small", "Other"], rng.randrange(4))) for _ in range(60)
        ]
        moves = await answers_to(MAKE, sent, replies)
        silent = [move for move in moves if isinstance(move, Say) and not move.text.strip()]
        assert all(move.act is not None and move.act.name == acts.SILENCE for move in silent)
        assert leaving(moves) is not None


BESIDE = (
    "Does the oven get much use?",
    "Happy to hold?",
    "Is there a draught where you are?",
    "Any snow over there?",
    "Are the birds singing?",
    "Do people queue at yours?",
    "Ready for one more?",
    "Was the tram late?",
)


async def test_ever_new_questions_beside_the_matter_end_by_patience_and_not_as_our_fault() -> None:
    """All was given; what comes is of yes or no, and nothing explains it: it can be answered, and gets nowhere."""
    known = tuple(replace(spec, ask=spec.ask or (spec.name,)) for spec in SPECS)
    make = AgendaFactory(UserKit(Reader(known, READER.answers)))
    user, turns = make(scenario(3), random.Random(3)), []
    for name in [slot.name for slot in scenario(3).goal.slots]:
        turns += await exchanged(user, turns, PROMPTS.get(name, f"Which {name}?"))
    for text in BESIDE:
        turns += await exchanged(user, turns, text)
        if isinstance(turns[-1].move, Leave):
            break
    assert leaving([turn.move for turn in turns if turn.move is not None]) == "patience"
    assert any(turn.act is not None and turn.act.name == acts.NUDGE for turn in turns)


async def test_new_questions_that_want_a_value_nobody_declared_are_our_fault() -> None:
    user, turns = MAKE(scenario(3), random.Random(3)), []
    for text in ("What colour is the moss?", "Which hinge squeaks?", "Who painted the barn?", "Whose hat is that?"):
        turns += await exchanged(user, turns, text)
        if isinstance(turns[-1].move, Leave):
            break
    assert leaving([turn.move for turn in turns if turn.move is not None]) == "not_understood"


async def exchanged(user, turns: list, text: str) -> list:  # type: ignore[no-untyped-def, type-arg]
    """A product turn and the user's answer to it."""
    said = Turn(len(turns), reply=Reply((text,)))
    return [said, Turn(len(turns) + 1, move=await user.next([*turns, said]))]
