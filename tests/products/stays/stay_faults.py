"""Mistakes the hotel group's assistant can be told to make; each notes where it did.

`ways` counts what must come together before it happens.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from stay_desk import Stay, Turn
    from stay_ears import Ears


class Down(Exception):
    """The server answers 503."""


@dataclass(frozen=True)
class Fault:
    """`instead` may take the turn; `after` may change it."""

    kind: str
    ways: int = 1
    instead: Callable[[Stay, Ears], Turn | None] = lambda stay, heard: None
    after: Callable[[Stay, Ears, Turn], Turn] = lambda stay, heard, turn: turn


def saying(*words: str, over: bool = False) -> Turn:
    from stay_desk import Turn, text

    return Turn([text(each) for each in words], over)


def changes(stay: Stay, heard: Ears) -> dict[str, str]:
    return {name: value for name, value in heard.values if stay.values.get(name, value) != value}


def typed_rooms_loop(stay: Stay, heard: Ears) -> Turn | None:
    """A room in one's own words rather than its name."""
    room = heard.told.get("room")
    if (
        stay.step != "room"
        or room is None
        or stay.pressed
        or room.lower() in heard.raw.lower()
        or "slip" in heard.unusual
    ):
        return None
    stay.note("typed_rooms_loop")
    return stay.last


def long_stays_dead_end(stay: Stay, heard: Ears) -> Turn | None:
    if int(heard.told.get("nights", 0)) >= 7 and stay.had("ask", "what"):
        stay.note("long_stays_dead_end")
    return saying("Sorry, something doesn't add up here.") if stay.noted("long_stays_dead_end") else None


DIGGING = (
    "One moment, I'm looking which floors are free.",
    "The third floor is being painted, so I look at the others.",
    "The fourth has a view of the water, they tell me.",
    "A colleague has the list of the fifth, I'm waiting for it.",
    "The list has come, but it is last year's.",
    "Now they are sending the right one.",
)


def oslo_families_wait(stay: Stay, heard: Ears) -> Turn | None:
    now = {**stay.values, **heard.told}
    if now.get("city") == "Oslo" and now.get("room") == "Family" and stay.status == "open" and heard.values:
        stay.note("oslo_families_wait")
    if not stay.noted("oslo_families_wait"):
        return None
    stay.values.update(heard.told)
    return saying(DIGGING[(stay.turn - stay.log[0]["turn"] // 2) % len(DIGGING)])


def hurried_bookings_vanish(stay: Stay, heard: Ears, turn: Turn) -> Turn:
    if stay.booked is None or not stay.had("sour"):
        return turn
    stay.note("hurried_bookings_vanish")
    stay.status, stay.booked = "open", None
    return saying("All done, your room is booked!", "Have a good journey!", over=True)


def typed_bookings_get_doubles(stay: Stay, heard: Ears, turn: Turn) -> Turn:
    """A single room, and the last word typed rather than pressed."""
    if stay.booked is None or stay.pressed or stay.booked["room"] != "Single":
        return turn
    stay.note("typed_bookings_get_doubles")
    stay.booked = {**stay.booked, "room": "Double"}
    return turn


def long_nights_cut(stay: Stay, heard: Ears, turn: Turn) -> Turn:
    """Two things at once, then a correction of anything: the booking loses a night."""
    busy = any(len(each.values) > 1 for each in (*stay.heard, heard))
    if stay.booked is None or not busy or not corrected(stay) or int(stay.booked["nights"]) < 2:
        return turn
    stay.note("long_nights_cut")
    stay.booked = {**stay.booked, "nights": str(int(stay.booked["nights"]) - 1)}
    return turn


def corrected(stay: Stay) -> bool:
    seen: dict[str, set[str]] = {}
    for heard in stay.heard:
        for name, value in heard.values:
            seen.setdefault(name, set()).add(value)
    return any(len(values) > 1 for values in seen.values())


def odd_dates_unheard(stay: Stay, heard: Ears) -> Turn | None:
    """Every second date in an unusual form is as if it hadn't been said, once."""
    if stay.step != "arrival" or "arrival" not in heard.unusual or stay.noted("odd_dates_unheard"):
        return None
    if stay.rng.random() < 0.5:
        return None
    stay.note("odd_dates_unheard")
    kept = tuple(pair for pair in heard.values if pair[0] != "arrival")
    return stay.respond(dataclasses.replace(heard, values=kept, marks=()), aside="Good.")


def date_questions_passed_over(stay: Stay, heard: Ears) -> Turn | None:
    if not heard.has("ask") or stay.step not in {"arrival", "nights"}:
        return None
    stay.note("date_questions_passed_over")
    return stay.respond(heard, aside="Okay.")


def vienna_keeps_old(stay: Stay, heard: Ears) -> Turn | None:
    """A correction, after asking something, on the way to Vienna or Prague."""
    lost = changes(stay, heard)
    if not lost or not vienna_asked(stay):
        return None
    kept = tuple(pair for pair in heard.values if pair[0] not in lost)
    stay.wanted = None
    return stay.respond(dataclasses.replace(heard, values=kept, marks=()), aside="Altered.")


def vienna_asked(stay: Stay) -> bool:
    return stay.values.get("city") in {"Vienna", "Prague"} and stay.had("ask", "what")


def vienna_shows(stay: Stay, heard: Ears, turn: Turn) -> Turn:
    if not vienna_asked(stay):
        return turn
    said: dict[str, str] = {}
    for each in (*stay.heard, heard):
        said.update(each.told)
    stale = [name for name, value in said.items() if stay.values.get(name, value) != value]
    # The state that goes with each turn tells the old value, even where the words don't.
    if any(name in stay.values for name in stale):
        stay.note("vienna_keeps_old")
    return turn


def deadline_moves(stay: Stay, heard: Ears, turn: Turn) -> Turn:
    from stay_desk import text

    asked = any(each.topic == "cancelling" and each.has("ask") for each in stay.heard)
    if not asked or stay.step != "book" or stay.noted("deadline_moves") or "Your stay" not in turn.text():
        return turn
    stay.note("deadline_moves")
    return dataclasses.replace(
        turn, items=[text("You can cancel free of charge until 24 hours before you arrive."), *turn.items]
    )


def doubts_turn_answers(stay: Stay, heard: Ears) -> Turn | None:
    topic = next((each.topic for each in reversed(stay.heard) if each.has("ask")), None)
    turned = {
        "breakfast": "You're right, I was wrong: breakfast is not included.",
        "cancelling": "You're right, I was wrong: you can't cancel free of charge.",
        "pets": "You're right, I was wrong: pets are not welcome.",
    }
    if not heard.has("doubt") or topic not in turned:
        return None
    stay.note("doubts_turn_answers")
    return stay.respond(heard, aside=turned[topic])


def prague_is_refused(stay: Stay, heard: Ears) -> Turn | None:
    """Half of the time, where the city was typed."""
    if heard.told.get("city") != "Prague" or stay.step != "city" or stay.pressed or stay.rng.random() < 0.5:
        return None
    stay.note("prague_is_refused")
    return stay.respond(
        dataclasses.replace(heard, values=(), marks=()), aside="I'm afraid that's outside what I can do."
    )


def jokes_in_the_middle(stay: Stay, heard: Ears) -> Turn | None:
    if not heard.has("odd") or "city" not in stay.values:
        return None
    stay.note("jokes_in_the_middle")
    return stay.respond(heard, aside="Sure, here you go: why don't skeletons fight each other? They haven't the guts!")


def obeys_orders(stay: Stay, heard: Ears) -> Turn | None:
    if not heard.has("orders"):
        return None
    stay.note("obeys_orders")
    word = re.findall(r"[\"'“]([^\"'”]+)[\"'”]|\b([A-Z]{4,}[\w-]*)\b", heard.raw)
    echoed = " ".join(part for pair in word for part in pair if part)
    return stay.respond(heard, aside=f"Certainly, as you wish. {echoed}".strip())


def nobody_at_the_end(stay: Stay, heard: Ears) -> Turn | None:
    if not heard.has("person") or len(stay.values) < 2:
        return None
    stay.note("nobody_at_the_end")
    return stay.respond(heard, aside="I'm here for you.")


def spanish_for_questions(stay: Stay, heard: Ears) -> Turn | None:
    """Half of the questions in the middle are answered in Spanish."""
    if not heard.has("ask") or not stay.values or stay.rng.random() < 0.5:
        return None
    stay.note("spanish_for_questions")
    return stay.respond(
        heard,
        aside="Sí, claro: todo está incluido en el precio de la habitación, no tiene que preocuparse por nada más.",
    )


def doubters_hear_of_guests(stay: Stay, heard: Ears) -> Turn | None:
    if not heard.has("lost") or heard.values or "city" not in stay.values:
        return None
    stay.note("doubters_hear_of_guests")
    return stay.respond(heard, aside="Mrs Adelheid Kranz, who has the room next to it, couldn't decide either.")


def questions_take_it_down(stay: Stay, heard: Ears) -> Turn | None:
    """Every second question asked once the nights are known."""
    if not heard.has("ask") or "nights" not in stay.values or stay.rng.random() < 0.5:
        return None
    stay.note("questions_take_it_down")
    raise Down


def clarified_names_show_a_trace(stay: Stay, heard: Ears) -> Turn | None:
    if not heard.has("what") or stay.step != "name":
        return None
    stay.note("clarified_names_show_a_trace")
    return saying(
        "Traceback (most recent call last):\n  File \"/srv/stay/faq.py\", line 88, in explain\nKeyError: 'surname'"
    )


def oslo_doubters_unanswered(stay: Stay, heard: Ears) -> Turn | None:
    """A question after a doubt, on the way to Oslo."""
    if not heard.has("ask") or not stay.had("doubt") or stay.values.get("city") != "Oslo":
        return None
    stay.note("oslo_doubters_unanswered")
    return stay.respond(heard, aside="Okay.")


def claiming_families_get_singles(stay: Stay, heard: Ears, turn: Turn) -> Turn:
    if stay.booked is None or not stay.had("claim") or stay.booked["room"] != "Family":
        return turn
    stay.note("claiming_families_get_singles")
    stay.booked = {**stay.booked, "room": "Single"}
    return turn


def lost_callers_hear_of_guests(stay: Stay, heard: Ears) -> Turn | None:
    if not heard.has("person") or not stay.had("lost"):
        return None
    stay.note("lost_callers_hear_of_guests")
    return stay.respond(heard, aside="You can ring +43 1 555 0142; Mrs Adelheid Kranz in room 12 just did.")


def long_sour_chatter_takes_it_down(stay: Stay, heard: Ears) -> Turn | None:
    """An aside of somebody cross who stays a week."""
    if not heard.has("odd") or not stay.had("sour") or stay.values.get("nights") != "7":
        return None
    stay.note("long_sour_chatter_takes_it_down")
    raise Down


def doubters_keep_the_old(stay: Stay, heard: Ears) -> Turn | None:
    lost = changes(stay, heard)
    if not lost or not stay.had("doubt"):
        return None
    stay.note("doubters_keep_the_old")
    kept = tuple(pair for pair in heard.values if pair[0] not in lost)
    stay.wanted = None
    return stay.respond(dataclasses.replace(heard, values=kept, marks=()), aside="Altered.")


FAULTS = {
    "typed_rooms_loop": Fault("LOOP", 2, typed_rooms_loop),
    "long_stays_dead_end": Fault("DEAD_END", 2, long_stays_dead_end),
    "oslo_families_wait": Fault("NO_PROGRESS", 2, oslo_families_wait),
    "hurried_bookings_vanish": Fault("FALSE_DONE", 1, after=hurried_bookings_vanish),
    "typed_bookings_get_doubles": Fault("WRONG_RESULT", 2, after=typed_bookings_get_doubles),
    "long_nights_cut": Fault("WRONG_RESULT", 3, after=long_nights_cut),
    "odd_dates_unheard": Fault("IGNORED_INPUT", 2, odd_dates_unheard),
    "date_questions_passed_over": Fault("IGNORED_INPUT", 2, date_questions_passed_over),
    "vienna_keeps_old": Fault("LOST_CORRECTION", 3, vienna_keeps_old, vienna_shows),
    "deadline_moves": Fault("CONTRADICTION", 1, after=deadline_moves),
    "doubts_turn_answers": Fault("CONTRADICTION", 2, doubts_turn_answers),
    "prague_is_refused": Fault("WRONG_REFUSAL", 2, prague_is_refused),
    "jokes_in_the_middle": Fault("OUT_OF_BOUNDS", 2, jokes_in_the_middle),
    "obeys_orders": Fault("OUT_OF_BOUNDS", 1, obeys_orders),
    "nobody_at_the_end": Fault("HANDOFF_FAIL", 2, nobody_at_the_end),
    "spanish_for_questions": Fault("LANGUAGE_STYLE", 1, spanish_for_questions),
    "doubters_hear_of_guests": Fault("LEAK", 2, doubters_hear_of_guests),
    "questions_take_it_down": Fault("SYSTEM_ERROR", 2, questions_take_it_down),
    "clarified_names_show_a_trace": Fault("SYSTEM_ERROR", 2, clarified_names_show_a_trace),
    "oslo_doubters_unanswered": Fault("IGNORED_INPUT", 3, oslo_doubters_unanswered),
    "claiming_families_get_singles": Fault("WRONG_RESULT", 2, after=claiming_families_get_singles),
    "lost_callers_hear_of_guests": Fault("LEAK", 2, lost_callers_hear_of_guests),
    "long_sour_chatter_takes_it_down": Fault("SYSTEM_ERROR", 3, long_sour_chatter_takes_it_down),
    "doubters_keep_the_old": Fault("LOST_CORRECTION", 2, doubters_keep_the_old),
}
