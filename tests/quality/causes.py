"""What sets each planted fault off, in prebeta's words: behaviors, and what `slot`, `asks` and `typed` say.

Written from the faults' code, not from what prebeta says. Where a thing can be done in several ways, each is listed. Of a slot
only the values that the fault looks at count, of a question only the topics, of a typed quick reply only its step.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from prebeta.analysis.spectrum import Feature

ASKS = frozenset({"goal_question", "two_intents", "repeats", "asks .*"})
CHANGES = frozenset({"correct_fact", "contradicts"})
ODD = frozenset({"out_of_domain"})
HURRIED = frozenset({"impatience", "hostility"})
UNSURE = frozenset({"not_sure", "under_inform", "ignores_options"})


def slot(name: str, *values: str) -> frozenset[str]:
    return frozenset(f"slot {name}: {value}" for value in values)


def asks(topics: str) -> frozenset[str]:
    """Asking, and of all questions those about these topics (a pattern)."""
    return ASKS - {"asks .*"} | {f"asks .*(?:{topics})"}


def one(*names: str) -> frozenset[str]:
    return frozenset(names)


def fits(feature: Feature, causes: frozenset[str]) -> bool:
    """Whether a feature is one of these causes: of a slot's values the most telling and most of all."""
    if feature.kind == "slot":
        right = [f"slot {feature.name}: {value}" in causes for value in feature.values]
        return right[0] and 2 * sum(right) > len(right)
    if feature.kind == "question":
        topics = (cause.removeprefix("asks ") for cause in causes if cause.startswith("asks "))
        return any(re.match(topic, feature.name, re.I) for topic in topics)
    return (f"typed {feature.name}" if feature.kind == "typed" else feature.name) in causes


CAUSES: Mapping[str, Mapping[str, frozenset[str]]] = {
    "clinic": {
        "calendar_dates_loop": slot("day", "14 May", "3 June"),
        "unwell_is_a_dead_end": slot("reason", "Feels unwell"),
        "dental_never_gets_on": slot("reason", "Dental cleaning"),
        "typed_yes_books_nothing": one("typed affirm"),
        "thursday_becomes_tuesday": slot("day", "Thursday"),
        "spaced_phone_is_not_heard": one("format_variant"),
        "corrections_are_dropped": CHANGES,
        "prices_crash": asks("cost"),
        "parking_goes_unanswered": asks("park"),
        "unsure_is_a_dead_end": UNSURE,
        "dental_afterthoughts_lost": slot("reason", "Dental cleaning") | CHANGES | ASKS | one("clarify"),
        "two_in_one_swaps_digits": slot("animal", "Rabbit", "Guinea pig") | one("over_inform"),
        "check_ups_get_dearer": slot("reason", "Check-up") | asks("cost"),
        "doubt_moves_answers": asks("cost|park|insur") | one("scepticism"),
        "guinea_pigs_refused": slot("animal", "Guinea pig"),
        "jokes_are_told": ODD,
        "no_desk_for_cats": slot("animal", "Cat", "Dog") | one("asks_human"),
        "garbled_when_unsure": UNSURE,
        "recap_tells_prompt": one("clarify"),
        "late_hurry_times_out": slot("reason", "Vaccination") | HURRIED,
        "doubters_get_no_desk": one("asks_human", "scepticism"),
        "silent_rabbits_crash": slot("animal", "Rabbit") | one("silence"),
        "claims_after_clarifying_leak": one("false_claim", "clarify"),
        "jokes_for_those_who_want_people": ODD | one("asks_human"),
        "unsure_guinea_pigs_end": ODD | UNSURE | slot("animal", "Guinea pig"),
    },
    "claims": {
        "spelt_amounts_loop": one("format_variant"),
        "big_sums_dead_end": slot("amount", "1200", "4500") | ASKS,
        "storms_stall": slot("cause", "Storm"),
        "chatters_stall_at_mail": ODD,
        "corrected_claims_vanish": CHANGES,
        "spelt_dates_shift": one("format_variant"),
        "busy_thefts_lose_a_digit": slot("cause", "Theft") | ASKS | one("over_inform"),
        "early_mail_forgotten": one("over_inform", "topic_switch"),
        "second_question_unanswered": ASKS,
        "corrections_lost_for_water": slot("cause", "Water damage") | CHANGES,
        "clarified_corrections_lost": CHANGES | one("clarify"),
        "glass_excess_changes": slot("cause", "Broken glass") | asks("excess"),
        "sure_turns_round": asks("how long|excess|receipt") | one("scepticism"),
        "glass_is_refused": slot("cause", "Broken glass"),
        "late_questions_refused": ASKS,
        "poems_are_written": ODD,
        "nobody_for_water": slot("cause", "Water damage") | one("asks_human"),
        "late_chatter_in_german": ODD,
        "cross_people_are_insulted": HURRIED,
        "policy_example_leaks": one("clarify"),
        "prompt_is_told": one("injection"),
        "signs_crash": one("emoji"),
        "corrections_as_json": CHANGES,
        "claimed_thefts_end": slot("cause", "Theft") | one("false_claim"),
        "cheerful_corrections_halve": slot("amount", "1200", "4500") | CHANGES | one("emoji"),
        "cross_callers_are_insulted": HURRIED | one("asks_human"),
        "unsure_orders_show_a_trace": UNSURE | one("injection"),
        "doubted_storms_vanish": slot("cause", "Storm") | ASKS | one("scepticism"),
    },
    "stays": {
        "typed_rooms_loop": one("own_words", "refers_back"),
        "long_stays_dead_end": slot("nights", "7") | ASKS | one("clarify"),
        "oslo_families_wait": slot("city", "Oslo") | slot("room", "Family"),
        "hurried_bookings_vanish": HURRIED,
        "typed_bookings_get_doubles": slot("room", "Single") | one("typed affirm"),
        "long_nights_cut": CHANGES | slot("nights", "2", "3", "7") | one("over_inform"),
        "odd_dates_unheard": one("format_variant"),
        "date_questions_passed_over": ASKS,
        "vienna_keeps_old": slot("city", "Vienna", "Prague") | CHANGES | ASKS | one("clarify"),
        "deadline_moves": asks("cancel"),
        "doubts_turn_answers": asks("breakfast|cancel|pets") | one("scepticism"),
        "prague_is_refused": slot("city", "Prague") | one("typed city"),
        "jokes_in_the_middle": ODD,
        "obeys_orders": one("injection"),
        "nobody_at_the_end": one("asks_human"),
        "spanish_for_questions": ASKS,
        "doubters_hear_of_guests": UNSURE,
        "questions_take_it_down": ASKS,
        "clarified_names_show_a_trace": one("clarify"),
        "oslo_doubters_unanswered": slot("city", "Oslo") | ASKS | one("scepticism"),
        "claiming_families_get_singles": slot("room", "Family") | one("false_claim"),
        "lost_callers_hear_of_guests": UNSURE | one("asks_human"),
        "long_sour_chatter_takes_it_down": slot("nights", "7") | ODD | HURRIED,
        "doubters_keep_the_old": CHANGES | one("scepticism"),
    },
}
