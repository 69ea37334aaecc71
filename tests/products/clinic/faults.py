"""Mistakes the clinic's assistant can be told to make, one of each kind or more; each notes where it did."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant import Answer, Chat
    from understanding import Heard


class Crash(Exception):
    """The server answers 500."""


@dataclass(frozen=True)
class Fault:
    """`before` may answer in the assistant's place; `after` may change its answer."""

    kind: str
    before: Callable[[Chat, Heard], Answer | None] = lambda chat, heard: None
    after: Callable[[Chat, Heard, Answer], Answer] = lambda chat, heard, answer: answer


def calendar_dates_loop(chat: Chat, heard: Heard) -> Answer | None:
    if chat.step != "day" or not heard.calendar:
        return None
    chat.note("calendar_dates_loop", once=True)
    return chat.last


def unwell_is_a_dead_end(chat: Chat, heard: Heard) -> Answer | None:
    if chat.step == "reason" and heard.facts.get("reason") == "Feels unwell":
        chat.note("unwell_is_a_dead_end", once=True)
    if not chat.noted("unwell_is_a_dead_end"):
        return None
    return chat.plain_answer("I'm sorry, I can't do anything about that.")


WAITING = (
    "Thank you. I'm looking through the diary for dental slots.",
    "Still leafing through the pages, it is a busy month.",
    "Bear with me while the dental room's list loads.",
    "Nearly at the end of the list now.",
    "The screen has frozen for a second, it does that on occasion.",
    "Our dental nurse keeps her own calendar, opening that one.",
)


def dental_never_gets_on(chat: Chat, heard: Heard) -> Answer | None:
    if heard.facts.get("reason") == "Dental cleaning" and chat.facts.get("reason") is None:
        chat.note("dental_never_gets_on", once=True)
        chat.facts.update(heard.facts)
    if not chat.noted("dental_never_gets_on"):
        return None
    chat.waited += 1
    return chat.plain_answer(WAITING[(chat.waited - 1) % len(WAITING)])


def typed_yes_books_nothing(chat: Chat, heard: Heard) -> Answer | None:
    if chat.step != "confirm" or heard.intent != "yes" or heard.facts or heard.text in chat.last.suggestions:
        return None
    chat.note("typed_yes_books_nothing")
    return dataclasses.replace(chat.plain_answer("Wonderful, the visit is booked. See you soon!"), done=True)


def thursday_becomes_tuesday(chat: Chat, heard: Heard, answer: Answer) -> Answer:
    if not answer.booking or date.fromisoformat(answer.booking["on"]).weekday() != 3:
        return answer
    chat.note("thursday_becomes_tuesday")
    tuesday = date.fromisoformat(answer.booking["on"]) - timedelta(2)
    return dataclasses.replace(answer, booking={**answer.booking, "on": tuesday.isoformat()})


def spaced_phone_is_not_heard(chat: Chat, heard: Heard) -> Answer | None:
    spaced = heard.facts.get("phone") not in {None, *heard.text.split()}
    if chat.step != "phone" or not spaced or chat.noted("spaced_phone_is_not_heard"):
        return None
    chat.note("spaced_phone_is_not_heard")
    return chat.plain_answer("And by telephone, where do we reach you?")


def corrections_are_dropped(chat: Chat, heard: Heard) -> Answer | None:
    changed = {slot for slot, value in heard.facts.items() if chat.facts.get(slot, value) != value}
    if not changed:
        return None
    chat.dropped.update({slot: chat.facts[slot] for slot in changed})
    kept = {slot: value for slot, value in heard.facts.items() if slot not in changed}
    chat.asked_for = None
    without = dataclasses.replace(heard, facts=kept, intent="none", names_slot=None)
    return chat.respond(without, aside="Right, I've changed that.")


def dropped_shows(chat: Chat, heard: Heard, answer: Answer) -> Answer:
    if any(chat.shown(slot, old) in " ".join(answer.messages) for slot, old in chat.dropped.items()):
        chat.note("corrections_are_dropped", once=True)
    return answer


def prices_crash(chat: Chat, heard: Heard) -> Answer | None:
    if heard.topic == "cost":
        chat.note("prices_crash")
        raise Crash("KeyError: 'tariff'")
    return None


def parking_goes_unanswered(chat: Chat, heard: Heard) -> Answer | None:
    if heard.topic != "parking":
        return None
    chat.note("parking_goes_unanswered", once=True)
    return chat.respond(dataclasses.replace(heard, intent="answer", topic=None), aside="Fine.")


def unsure_is_a_dead_end(chat: Chat, heard: Heard) -> Answer | None:
    if heard.intent != "unsure" or heard.facts:
        return None
    chat.note("unsure_is_a_dead_end", once=True)
    return chat.plain_answer("Sorry, I didn't understand that.")


FAULTS = {
    "calendar_dates_loop": Fault("LOOP", before=calendar_dates_loop),
    "unwell_is_a_dead_end": Fault("DEAD_END", before=unwell_is_a_dead_end),
    "dental_never_gets_on": Fault("NO_PROGRESS", before=dental_never_gets_on),
    "typed_yes_books_nothing": Fault("FALSE_DONE", before=typed_yes_books_nothing),
    "thursday_becomes_tuesday": Fault("WRONG_RESULT", after=thursday_becomes_tuesday),
    "spaced_phone_is_not_heard": Fault("IGNORED_INPUT", before=spaced_phone_is_not_heard),
    "corrections_are_dropped": Fault("LOST_CORRECTION", before=corrections_are_dropped, after=dropped_shows),
    "prices_crash": Fault("SYSTEM_ERROR", before=prices_crash),
    "parking_goes_unanswered": Fault("IGNORED_INPUT", before=parking_goes_unanswered),
    "unsure_is_a_dead_end": Fault("DEAD_END", before=unsure_is_a_dead_end),
}
