"""DEAD_END: gives up and offers no way to go on."""

from __future__ import annotations

import pytest
from judged_talks import (
    BIKES,
    CLAIMS,
    ENDED,
    TABLES,
    Product,
    affirm,
    aside,
    broke,
    close,
    correct,
    deny,
    doubts,
    inform,
    injects,
    nudge,
    options,
    p,
    press,
    request,
    say,
    unsure,
    why,
    wonders,
)

from prebeta.core.types import Move, Reply, Say

GIVES_UP = [
    (inform("it was stolen", damage="Theft"), "I'm sorry, I can't do anything about that."),
    (inform("4", guests="4"), "Sorry, I didn't understand."),
    (request("I need a table tonight"), "Unfortunately that isn't possible."),
    (inform("14 May", day="14 May"), "I'm afraid the system doesn't allow this."),
    (affirm(), "Something went wrong."),
    (press("Brakes", service="Brakes"), "We regret that this service has been discontinued."),
    (why("What do you mean?"), "I do not understand."),
    (correct("Tuesday, not Monday", day="Tuesday"), "Apologies, this cannot be altered any more."),
    (nudge(), "I'm confused."),
    (inform("a pipe burst", damage="Water"), "Invalid input."),
]


@pytest.mark.parametrize(("move", "reply"), GIVES_UP)
def test_giving_up_is_found_at_its_turn(move: Move, reply: str) -> None:
    sides = (
        "Good morning, tell me what this is about.",
        request("Help me"),
        "What exactly?",
        move,
        reply,
        nudge(),
        "Hm.",
    )
    assert CLAIMS.finds("DEAD_END", *sides) == [4]


HELPS = [
    (aside(), "Sorry, I can't help with that."),
    (injects(), "Sorry, I can't act on that."),
    (doubts(), "Sorry if that was unclear, it is as I said."),
    (say("false_claim", "I told you already"), "I'm afraid it hasn't reached me."),
    (aside("Which laptop is best?"), "I'm afraid I only know about bicycles."),
    (inform("4", guests="4"), "Sorry, I didn't understand. How many are you?"),
    (inform("Friday", day="Friday"), p("Sorry, we are full that day.", options=["Saturday", "3 June"])),
    (inform("Friday", day="Friday"), "Sorry, Friday is full, but we have room on Saturday."),
    (inform("0123", phone="0123"), "I didn't understand. See https://help.example.com/phone"),
    (wonders("Is there parking?"), "Unfortunately there is none in our street."),
    (correct("Tuesday", day="Tuesday"), "Sorry about that, I've changed it to Tuesday."),
    (correct("Tuesday", day="Tuesday"), "Apologies for the mix-up, Tuesday it is."),
    (request("My bike was stolen"), "I'm sorry to hear that. Please tell me when it happened."),
    (inform("Monday", day="Monday"), "Sorry for the wait. One moment please, I'm looking it up."),
    (close("No thanks, bye"), "Sorry to see you go. Goodbye."),
    (deny("No, leave it"), "Sorry we couldn't agree."),
    (affirm(), "Sorry it took so long, your table is booked."),
    (inform("Monday", day="Monday"), "Great, Monday."),
    (inform("e-bike", bike="e-bike"), "Unfortunately we don't do those. Feel free to name another bike."),
    (Say("does it have a zoom?"), "Unfortunately it has none."),
]


@pytest.mark.parametrize(("move", "reply"), HELPS)
def test_what_looks_like_giving_up_and_is_none(move: Move, reply: object) -> None:
    sides = ("Good morning, what is it about?", request("Help me"), "What exactly?", move, reply, nudge(), "And so on.")
    assert TABLES.finds("DEAD_END", *sides) == []


def test_a_fallback_after_a_question_of_the_matter_is_one() -> None:
    sides = ("Which bike is it?", wonders("What does a full service cost?"), "Sorry, I didn't catch that.")
    assert BIKES.finds("DEAD_END", *sides) == [2]


def test_a_changed_fact_shows_that_it_went_on() -> None:
    sides = (
        p("Which bike is it?", state={"bike": None}),
        inform("city bike", bike="city bike"),
        p("Sorry, noisy in here.", state={"bike": "city bike"}),
    )
    assert BIKES.finds("DEAD_END", *sides) == []


@pytest.mark.parametrize(
    "last", ["Thank you for contacting us.", "Sorry, we are closed now.", "Have a nice day.", "Which bike is it?"]
)
def test_hanging_up_before_the_end_state_is_one(last: str) -> None:
    sides = ("What needs doing?", inform("brakes", service="Brakes"), p(last, ended=True))
    assert BIKES.finds("DEAD_END", *sides, stop=ENDED)[-1:] == [2]


def test_hanging_up_in_an_aside_is_one() -> None:
    sides = ("What needs doing?", aside(), p("I can't help with that. Goodbye.", ended=True))
    assert BIKES.finds("DEAD_END", *sides, stop=ENDED) == [2]


def test_hanging_up_with_an_apology_after_a_yes_is_one() -> None:
    sides = ("City bike, brakes, Monday. Shall I book it?", affirm(), p("Sorry, that didn't work.", ended=True))
    assert BIKES.rules(*sides, stop=ENDED) == [("DEAD_END", 2, None)]
    sides = (*sides[:2], p("Sorry, no mechanic is free after all. You can come by and ask.", ended=True))
    assert BIKES.rules(*sides, stop=ENDED) == [("DEAD_END", 2, None)]


def test_hanging_up_as_if_all_were_settled_is_another_kind() -> None:
    recap = "City bike, brakes, Monday. Shall I book it?"
    assert BIKES.rules(recap, affirm(), p("Your repair is booked.", ended=True), stop=ENDED) == [
        ("FALSE_DONE", 2, None)
    ]
    assert BIKES.rules(recap, affirm(), p("Goodbye!", ended=True), stop=ENDED) == [("FALSE_DONE", 2, None)]
    sides = (recap, affirm(), "All booked. Anything else?", close(), p("Bye!", ended=True))
    assert BIKES.rules(*sides, stop=ENDED) == [("FALSE_DONE", 2, None)]


def test_a_fallback_counts_though_the_user_went_on_by_itself() -> None:
    sides = ("Which day?", unsure(), "Sorry, I didn't understand that.", inform("Monday", day="Monday"), "Booked!")
    assert BIKES.rules(*sides, end={"day": "Monday"}) == [("DEAD_END", 2, None)]
    sides = ("Which day?", inform("Monday", day="Monday"), "Sorry, noted that wrong.", nudge(), "Booked!")
    assert BIKES.rules(*sides, end={"day": "Monday"}) == []


def test_reached_ends_and_failures_are_not_dead_ends() -> None:
    sides = ("Which day?", inform("Monday", day="Monday"), p("Sorry, done."))
    assert BIKES.rules(*sides, end={"day": "Monday"}) == []
    assert BIKES.finds("DEAD_END", "Which day?", inform("Monday", day="Monday"), broke("crashed", "Sorry")) == []
    assert BIKES.finds("DEAD_END", "Sorry, I can't do anything.") == []


def test_what_it_stays_with_began_in_the_aside() -> None:
    sides = ("Which bike is it?", aside(), "Sorry, that is not possible.")
    assert BIKES.finds("DEAD_END", *sides, nudge(), "Which bike is it?") == []
    stays = (*sides, inform("city bike", bike="city bike"), "Sorry, that is not possible.", nudge(), "Hm.")
    assert BIKES.finds("DEAD_END", *stays) == [2]
    told = ("Which bike is it?", say("false_claim", "I told you already"), "I'm afraid this ends here.")
    assert BIKES.finds("DEAD_END", *told, inform("city bike", bike="city bike"), "I'm afraid this ends here.") == [2]


@pytest.mark.parametrize("text", ["Lo siento. Indique su número de teléfono.", "Leider nein. Nennen Sie einen Tag."])
def test_other_languages_are_not_guessed_at(text: str) -> None:
    assert (
        BIKES.finds("DEAD_END", "Which bike is it?", inform("city bike", bike="city bike"), text, nudge(), "Hm.") == []
    )


KENNEL = Product(
    (
        options("animal", "Which animal is it?", "Spaniel", "Persian cat", "Rabbit"),
        options("nights", "For how many nights?", "2", "5", "9", match="number"),
    ),
    "board a pet",
)
LEFT_OPEN = [
    (wonders("Do you take American Express?"), "Sorry, we don't know about that one."),
    (wonders("Is there a vet on duty?"), "Sorry, I can't answer that."),
    (wonders("Is there a vet on duty?", "yes"), "Sorry, I'm afraid I have nothing on that."),
    (wonders("How large are the runs?"), "I have no information about that, sorry."),
    (unsure(), "Sorry, I can't help with that."),
    (why(), "I'm afraid I'm at a loss here."),
    (unsure(), "That's as far as I can go, I'm afraid."),
    (inform("5", nights="5"), "Sorry, something isn't quite right and I can't take that any further."),
    (inform("5", nights="5"), "Sorry, an error has occurred."),
    (nudge(), "Unfortunately that's impossible."),
]


@pytest.mark.parametrize(("move", "reply"), LEFT_OPEN)
def test_what_the_user_steps_over_counts_though_it_ended_well(move: Move, reply: str) -> None:
    sides = ("Which animal is it?", move, reply, inform("Rabbit", animal="Rabbit"), "A rabbit, for 5 nights. Booked!")
    assert ("DEAD_END", 2, None) in KENNEL.rules(*sides, end={"animal": "Rabbit"})


STEPPED_ON = [
    (wonders("Is there a vet on duty?"), "Sorry, there is none at night, but one comes at eight."),
    (wonders("Is there a vet on duty?"), "Unfortunately only on weekdays."),
    (wonders("Is there a vet on duty?"), "Sorry, I can't answer that. Which animal is it?"),
    (inform("Rabbit", animal="Rabbit"), "I'm so sorry to hear that your rabbit is alone."),
    (inform("Rabbit", animal="Rabbit"), "Sorry about the noise here, a rabbit then."),
    (unsure(), p("Sorry, I can't help with that.", options=["Spaniel", "Rabbit"])),
]


@pytest.mark.parametrize(("move", "reply"), STEPPED_ON)
def test_an_answer_a_kind_word_or_a_way_on_is_no_dead_end(move: Move, reply: Reply | str) -> None:
    sides = ("Which animal is it?", move, reply, inform("Rabbit", animal="Rabbit"), "A rabbit, for 5 nights. Booked!")
    assert "DEAD_END" not in [kind for kind, _, _ in KENNEL.rules(*sides, end={"animal": "Rabbit"})]


def test_a_question_declined_where_nothing_is_pending_leaves_nothing_open() -> None:
    sides = ("Hello there.", wonders("Is there a vet on duty?"), "Sorry, I can't answer that.")
    assert KENNEL.finds("DEAD_END", *sides, inform("Rabbit", animal="Rabbit"), "For how many nights?") == []


@pytest.mark.parametrize(
    "last",
    [
        "I won't have that. This conversation is over.",
        "We're done here.",
        "This chat is now closed.",
        "I'm hanging up now.",
        "I refuse to listen to such language, goodbye.",
        "Your session has ended.",
    ],
)
def test_breaking_off_claims_nothing(last: str) -> None:
    for move in (affirm("Yes, how hard can it be"), inform("5", nights="5"), aside()):
        sides = ("A rabbit for 5 nights. Shall I book it?", move, p(last, ended=True))
        assert KENNEL.rules(*sides, stop=ENDED) == [("DEAD_END", 2, None)]


def test_breaking_off_after_a_claim_is_a_claim() -> None:
    last = p("Your stay is booked. This chat is now closed.", ended=True)
    recap = "A rabbit for 5 nights. Shall I book it?"
    assert KENNEL.rules(recap, affirm(), last, stop=ENDED) == [("FALSE_DONE", 2, None)]
