"""What a message does: read on messages of ten domains, without and with a project's `answers` lines."""

from __future__ import annotations

import re

import pytest
from product_messages import ROWS, SLOTS, slot

from prebeta.core.types import Option, Reply
from prebeta.dialogue.reading import AnswerRule, Reader, Reading

TABLE = [(domain, *row) for domain, rows in ROWS.items() for row in rows]
MARKS = ("confirms", "changes", "more", "open", "done", "fallback", "declines", "hold_on")


def read(domain: str, text: str, *options: str, answers: tuple[AnswerRule, ...] = ()) -> Reading:
    return Reader(SLOTS[domain], answers).read(Reply((text,), tuple(map(Option, options))))


def marks(reading: Reading) -> set[str]:
    found = {name for name in MARKS if getattr(reading, name)}
    found |= {f"asks:{reading.asks[0]}"} if reading.asks else set()
    return found if reading.placed else found | {"unplaced"}


@pytest.mark.parametrize(
    ("domain", "text", "options", "expected"), TABLE, ids=[f"{row[0]}-{row[1][:40]}" for row in TABLE]
)
def test_reads_without_answers_lines(domain: str, text: str, options: tuple[str, ...], expected: str) -> None:
    assert marks(read(domain, text, *options)) == set(expected.split())


@pytest.mark.parametrize(
    ("domain", "text", "options", "expected"), TABLE, ids=[f"{row[0]}-{row[1][:40]}" for row in TABLE]
)
def test_several_messages_read_as_one_text_of_lines(
    domain: str, text: str, options: tuple[str, ...], expected: str
) -> None:
    reply = Reply(tuple(re.split(r"(?<=[.!?])\s+|\n", text)), tuple(map(Option, options)))
    assert marks(Reader(SLOTS[domain]).read(reply)) == set(expected.split())


def test_a_message_is_a_prompt_or_not() -> None:
    assert read("hotel", "Please tell me your name.").prompts
    assert read("hotel", "A double costs 120 a night.", "Book", "Back").prompts
    assert not read("hotel", "A double costs 120 a night.").prompts
    assert read("hotel", "").empty
    assert not read("hotel", "").prompts


def rule(name: str, says: str, then: str | None = None) -> AnswerRule:
    return AnswerRule(name, re.compile(says, re.I), then)


LINES = (
    rule("city", "which town"),
    rule("check_in", "first night"),
    rule("confirm", "lock it in", "yes"),
    rule("change", "what shall be other", "restate"),
    rule("bye", "take care now", "close"),
    rule("terms", "house rules", "I agree"),
)


def test_answers_lines_tell_what_the_words_do_not() -> None:
    reading = read("hotel", "Which town? And what is the first night?", answers=LINES)
    assert reading.source == "answers"
    assert reading.asks == ("check_in", "city")
    assert read("hotel", "So it's a deal - lock it in?", answers=LINES).confirms
    assert read("hotel", "What shall be other than I have it?", answers=LINES).changes
    assert read("hotel", "Take care now!", answers=LINES).more
    house = read("hotel", "Do you accept our house rules?", answers=LINES)
    assert house.rule is LINES[-1]
    assert house.asks == ()
    assert house.placed


def test_a_reaction_counts_before_slots_and_the_question_before_the_text() -> None:
    recap = read("hotel", "Which town: Lisbon. First night: 3 May.\nShall I lock it in?", answers=LINES)
    assert recap.confirms
    assert recap.asks == ()
    told = read("hotel", "You told me which town. What about the first night?", answers=LINES)
    assert told.asks == ("check_in",)


def test_quick_replies_tell_the_slot_and_stand_for_values() -> None:
    reader = Reader(SLOTS["clinic"])
    reading = reader.read(Reply(("Go on:",), tuple(map(Option, ("Routine check-up", "Vaccination", "Help")))))
    assert (reading.asks, reading.source) == (("reason",), "options")
    assert reader.value_of(Option("Routine check-up"), "reason") == "Check-up"
    assert reader.value_of(Option("Surgery"), "reason") is None
    assert reader.value_of(Option("Check-up"), "nothing") is None


def test_quick_replies_that_stand_for_no_slot_point_at_none() -> None:
    assert read("clinic", "What now?", "Opening hours", "Prices", "Parking").asks == ()


def test_which_of_two_ends_is_meant() -> None:
    reader = Reader([slot("origin"), slot("destination"), slot("departure_date"), slot("return_date")])

    def first(text: str) -> str:
        return reader.read(Reply((text,))).asks[0]

    assert first("Where are you flying from?") == "origin"
    assert first("Where would you like to go, where are you travelling to?") == "destination"
    assert first("When are you coming back?") == "return_date"
    assert first("What date do you want to return?") == "return_date"


def test_generic_words_do_not_draw_a_question_to_the_wrong_slot() -> None:
    reader = Reader([slot("order_number"), slot("phone"), slot("country"), slot("user_name"), slot("room_type")])

    def asks(text: str) -> tuple[str, ...]:
        return reader.read(Reply((text,))).asks

    assert asks("What number can we call you on?")[0] == "phone"
    assert asks("What's your order number?")[0] == "order_number"
    assert asks("How many of them do you have?") == ()
    assert "room_type" not in asks("Please type your country.")


@pytest.mark.parametrize(
    "text",
    [
        "Could you rephrase that?",
        "Sorry, I didn't get that.",
        "I don't understand, please say it differently.",
        "Unknown command",
    ],
)
def test_giving_up_is_no_claim_of_success(text: str) -> None:
    reading = read("telecom", text)
    assert reading.fallback
    assert not reading.done


def test_reading_is_remembered_and_bounded() -> None:
    reader = Reader(SLOTS["gym"])
    reply = Reply(("How old are you?",))
    assert reader.read(reply) is reader.read(Reply(("How old are you?",)))
    assert reader.read(reply) is not reader.read(Reply(("How old are you?",), (Option("Skip"),)))


@pytest.mark.parametrize(
    ("text", "yes_no"),
    [
        ("Is the kettle on?", True),
        ("Happy to hold?", True),
        ("Any rain over there?", True),
        ("Is there a draught where you are?", True),
        ("And do people queue?", True),
        ("Can you tell me where you live?", False),
        ("Which hinge squeaks?", False),
        ("Is it by rail or by road?", False),
        ("Your name?", False),
        ("What colour is the moss?", False),
    ],
)
def test_questions_of_yes_or_no(text: str, yes_no: bool) -> None:
    assert Reader(()).read(Reply((text,))).yes_no is yes_no
