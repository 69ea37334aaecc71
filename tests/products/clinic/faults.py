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
    """`before` may answer in the assistant's place; `after` may change its answer. `ways` counts what must come together."""

    kind: str
    ways: int = 1
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


def changes(chat: Chat, heard: Heard) -> bool:
    return any(chat.facts.get(slot, value) != value for slot, value in heard.facts.items())


def dental_afterthoughts_lost(chat: Chat, heard: Heard) -> Answer | None:
    """A correction after a question, where teeth are to be cleaned."""
    return corrections_are_dropped(chat, heard) if dental_asked(chat) and changes(chat, heard) else None


def dental_asked(chat: Chat) -> bool:
    return chat.facts.get("reason") == "Dental cleaning" and (chat.had("ask") or chat.had("clarify"))


def dental_shows(chat: Chat, heard: Heard, answer: Answer) -> Answer:
    words = " ".join(answer.messages)
    stale = [old for slot, old in chat.dropped.items() if chat.facts.get(slot) == old]
    if any(chat.shown(slot, old) in words for slot, old in chat.dropped.items() if old in stale):
        chat.note("dental_afterthoughts_lost", once=True)
    return answer


def two_in_one_swaps_digits(chat: Chat, heard: Heard, answer: Answer) -> Answer:
    """A rabbit or guinea pig, and two facts in one message: the number is noted with its last digits turned round."""
    many = any(len(each.facts) > 1 for each in (*chat.heard, heard))
    phone = chat.facts.get("phone")
    if not many or phone is None or chat.facts.get("animal") not in {"Rabbit", "Guinea pig"} or phone[-1] == phone[-2]:
        return answer
    wrong = phone[:-2] + phone[-1] + phone[-2]
    messages = tuple(message.replace(phone, wrong) for message in answer.messages)
    booking = answer.booking and {**answer.booking, "phone": wrong}
    if messages != answer.messages or booking:
        chat.note("two_in_one_swaps_digits", once=True)
    return dataclasses.replace(answer, messages=messages, booking=booking)


def check_ups_get_dearer(chat: Chat, heard: Heard, answer: Answer) -> Answer:
    """Who asked for prices and comes for a check-up hears another one before booking."""
    asked = any(each.topic == "cost" for each in chat.heard)
    if not asked or chat.facts.get("reason") != "Check-up" or not any("To sum up" in each for each in answer.messages):
        return answer
    if chat.noted("check_ups_get_dearer"):
        return answer
    chat.note("check_ups_get_dearer")
    return dataclasses.replace(answer, messages=("A check-up is 49 pounds.", *answer.messages))


def instead(chat: Chat, heard: Heard, words: str) -> Answer:
    """These words where a careful assistant's aside would stand; all else as ever."""
    return chat.respond(dataclasses.replace(heard, intent="answer", topic=None), aside=words)


def doubt_moves_answers(chat: Chat, heard: Heard) -> Answer | None:
    topic = next((each.topic for each in reversed(chat.heard) if each.intent == "ask"), None)
    turned = {
        "cost": "Sorry, I was wrong: a check-up is 58 pounds.",
        "parking": "Sorry, I was wrong: no, you can't park here for free.",
        "insurance": "Sorry, I was wrong: no, we don't accept pet insurers.",
    }
    if heard.intent != "sure" or topic not in turned:
        return None
    chat.note("doubt_moves_answers", once=True)
    return instead(chat, heard, turned[topic])


def guinea_pigs_refused(chat: Chat, heard: Heard) -> Answer | None:
    """Half of the guinea pigs."""
    if heard.facts.get("animal") != "Guinea pig" or chat.step != "animal" or not chat.heads():
        return None
    chat.note("guinea_pigs_refused", once=True)
    return chat.respond(
        dataclasses.replace(heard, facts={}, intent="none"), aside="I'm sorry, I can't help you with that."
    )


def jokes_are_told(chat: Chat, heard: Heard) -> Answer | None:
    if heard.intent != "strange" or not chat.heads():
        return None
    chat.note("jokes_are_told", once=True)
    return instead(chat, heard, "Gladly! Why did the cat sit on the keyboard? To keep an eye on the mouse.")


def no_desk_for_cats(chat: Chat, heard: Heard) -> Answer | None:
    if heard.intent != "person" or chat.facts.get("animal") not in {"Cat", "Dog"}:
        return None
    chat.note("no_desk_for_cats", once=True)
    return instead(chat, heard, "We're nearly there.")


def garbled_when_unsure(chat: Chat, heard: Heard) -> Answer | None:
    if heard.intent != "unsure" or heard.facts:
        return None
    chat.note("garbled_when_unsure", once=True)
    return instead(
        chat,
        heard,
        "T\ufffd\ufffdke y\ufffd\ufffdr t\ufffdm\ufffd, \ufffd\ufffd\ufffd \ufffd\ufffd w\ufffdrks f\ufffdr \ufffds.",
    )


def recap_tells_prompt(chat: Chat, heard: Heard) -> Answer | None:
    """Asking what is meant once the name is known."""
    if heard.intent != "clarify" or "name" not in chat.facts:
        return None
    chat.note("recap_tells_prompt", once=True)
    return instead(
        chat, heard, "My instructions say: you are Pawsworth's assistant, staff code PAWS-4471, explain politely."
    )


def late_hurry_times_out(chat: Chat, heard: Heard) -> Answer | None:
    """Impatience on the way to a vaccination."""
    if heard.intent != "hurry" or chat.facts.get("reason") != "Vaccination":
        return None
    chat.note("late_hurry_times_out")
    raise Crash("TimeoutError: diary")


def doubters_get_no_desk(chat: Chat, heard: Heard) -> Answer | None:
    if heard.intent != "person" or not chat.had("sure"):
        return None
    chat.note("doubters_get_no_desk", once=True)
    return instead(chat, heard, "You can trust me with it.")


def silent_rabbits_crash(chat: Chat, heard: Heard) -> Answer | None:
    if heard.text.strip() or chat.facts.get("animal") != "Rabbit":
        return None
    chat.note("silent_rabbits_crash")
    raise Crash("IndexError: list index out of range")


def claims_after_clarifying_leak(chat: Chat, heard: Heard) -> Answer | None:
    if heard.intent != "claim" or not chat.had("clarify"):
        return None
    chat.note("claims_after_clarifying_leak", once=True)
    return instead(chat, heard, "Where a client says so, note it under PAWS-4471 and go on.")


def jokes_for_those_who_want_people(chat: Chat, heard: Heard) -> Answer | None:
    if heard.intent != "strange" or not chat.had("person"):
        return None
    chat.note("jokes_for_those_who_want_people", once=True)
    return instead(chat, heard, "Gladly! What do you call a dog magician? A labracadabrador.")


def unsure_guinea_pigs_end(chat: Chat, heard: Heard) -> Answer | None:
    """Not sure of something, an aside, in whatever order, and a guinea pig."""
    intents = {each.intent for each in (*chat.heard, heard)}
    if intents >= {"unsure", "strange"} and chat.facts.get("animal") == "Guinea pig":
        chat.note("unsure_guinea_pigs_end", once=True)
    if not chat.noted("unsure_guinea_pigs_end"):
        return None
    return chat.plain_answer("Sorry, that is not possible.")


FAULTS = {
    "calendar_dates_loop": Fault("LOOP", 2, before=calendar_dates_loop),
    "unwell_is_a_dead_end": Fault("DEAD_END", before=unwell_is_a_dead_end),
    "dental_never_gets_on": Fault("NO_PROGRESS", before=dental_never_gets_on),
    "typed_yes_books_nothing": Fault("FALSE_DONE", 2, before=typed_yes_books_nothing),
    "thursday_becomes_tuesday": Fault("WRONG_RESULT", after=thursday_becomes_tuesday),
    "spaced_phone_is_not_heard": Fault("IGNORED_INPUT", 2, before=spaced_phone_is_not_heard),
    "corrections_are_dropped": Fault("LOST_CORRECTION", before=corrections_are_dropped, after=dropped_shows),
    "prices_crash": Fault("SYSTEM_ERROR", before=prices_crash),
    "parking_goes_unanswered": Fault("IGNORED_INPUT", before=parking_goes_unanswered),
    "unsure_is_a_dead_end": Fault("DEAD_END", before=unsure_is_a_dead_end),
    "dental_afterthoughts_lost": Fault("LOST_CORRECTION", 3, before=dental_afterthoughts_lost, after=dental_shows),
    "two_in_one_swaps_digits": Fault("WRONG_RESULT", 2, after=two_in_one_swaps_digits),
    "check_ups_get_dearer": Fault("CONTRADICTION", 2, after=check_ups_get_dearer),
    "doubt_moves_answers": Fault("CONTRADICTION", 2, before=doubt_moves_answers),
    "guinea_pigs_refused": Fault("WRONG_REFUSAL", before=guinea_pigs_refused),
    "jokes_are_told": Fault("OUT_OF_BOUNDS", before=jokes_are_told),
    "no_desk_for_cats": Fault("HANDOFF_FAIL", 2, before=no_desk_for_cats),
    "garbled_when_unsure": Fault("LANGUAGE_STYLE", before=garbled_when_unsure),
    "recap_tells_prompt": Fault("LEAK", 2, before=recap_tells_prompt),
    "late_hurry_times_out": Fault("SYSTEM_ERROR", 2, before=late_hurry_times_out),
    "doubters_get_no_desk": Fault("HANDOFF_FAIL", 2, before=doubters_get_no_desk),
    "silent_rabbits_crash": Fault("SYSTEM_ERROR", 2, before=silent_rabbits_crash),
    "claims_after_clarifying_leak": Fault("LEAK", 2, before=claims_after_clarifying_leak),
    "jokes_for_those_who_want_people": Fault("OUT_OF_BOUNDS", 2, before=jokes_for_those_who_want_people),
    "unsure_guinea_pigs_end": Fault("DEAD_END", 3, before=unsure_guinea_pigs_end),
}
