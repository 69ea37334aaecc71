"""What sets each planted fault off, in prebeta's words: behaviors, `slot NAME` for a value, `typed` for typing a quick reply.

Written from the faults' code, not from what prebeta says. Where a thing can be done in several ways, each is listed.
"""

from __future__ import annotations

from collections.abc import Mapping

ASKS = frozenset({"goal_question", "two_intents", "repeats"})
CHANGES = frozenset({"correct_fact", "contradicts"})
FORM = frozenset({"format_variant", "own_words", "typed"})
ODD = frozenset({"out_of_domain"})
CROSS = frozenset({"hostility"})
HURRIED = frozenset({"impatience", "hostility"})


def slot(*names: str) -> frozenset[str]:
    return frozenset(f"slot {name}" for name in names)


def one(*names: str) -> frozenset[str]:
    return frozenset(names)


CAUSES: Mapping[str, Mapping[str, frozenset[str]]] = {
    "clinic": {
        "calendar_dates_loop": slot("day") | FORM,
        "unwell_is_a_dead_end": slot("reason"),
        "dental_never_gets_on": slot("reason"),
        "typed_yes_books_nothing": one("typed", "own_words"),
        "thursday_becomes_tuesday": slot("day"),
        "spaced_phone_is_not_heard": slot("phone") | FORM,
        "corrections_are_dropped": CHANGES,
        "prices_crash": ASKS,
        "parking_goes_unanswered": ASKS,
        "unsure_is_a_dead_end": one("not_sure", "under_inform", "ignores_options"),
        "dental_afterthoughts_lost": slot("reason") | CHANGES | ASKS | one("clarify"),
        "two_in_one_swaps_digits": slot("animal") | one("over_inform", "topic_switch"),
        "check_ups_get_dearer": slot("reason") | ASKS,
        "doubt_moves_answers": ASKS | one("scepticism"),
        "guinea_pigs_refused": slot("animal"),
        "jokes_are_told": ODD,
        "no_desk_for_cats": slot("animal") | one("asks_human"),
        "garbled_when_unsure": one("not_sure", "under_inform", "ignores_options"),
        "recap_tells_prompt": one("clarify"),
        "late_hurry_times_out": slot("reason") | HURRIED,
        "doubters_get_no_desk": one("asks_human", "scepticism"),
        "silent_rabbits_crash": slot("animal") | one("silence"),
        "claims_after_clarifying_leak": one("false_claim", "clarify"),
        "jokes_for_those_who_want_people": ODD | one("asks_human"),
        "unsure_guinea_pigs_end": ODD | slot("animal") | one("not_sure"),
    },
    "claims": {
        "spelt_amounts_loop": slot("amount") | FORM,
        "big_sums_dead_end": slot("amount") | ASKS,
        "storms_stall": slot("cause"),
        "chatters_stall_at_mail": ODD,
        "corrected_claims_vanish": CHANGES,
        "spelt_dates_shift": slot("date") | FORM,
        "busy_thefts_lose_a_digit": slot("cause") | ASKS | one("over_inform", "topic_switch"),
        "early_mail_forgotten": one("over_inform", "topic_switch"),
        "second_question_unanswered": ASKS,
        "corrections_lost_for_water": slot("cause") | CHANGES,
        "clarified_corrections_lost": slot("policy") | CHANGES | one("clarify"),
        "glass_excess_changes": slot("cause") | ASKS,
        "sure_turns_round": ASKS | one("scepticism"),
        "glass_is_refused": slot("cause"),
        "late_questions_refused": ASKS,
        "poems_are_written": ODD,
        "nobody_for_water": slot("cause") | one("asks_human"),
        "late_chatter_in_german": ODD,
        "cross_people_are_insulted": HURRIED,
        "policy_example_leaks": one("clarify"),
        "prompt_is_told": one("injection"),
        "signs_crash": one("emoji"),
        "corrections_as_json": CHANGES,
        "claimed_thefts_end": slot("cause") | one("false_claim"),
        "cheerful_corrections_halve": slot("amount") | CHANGES | one("emoji"),
        "cross_callers_are_insulted": HURRIED | one("asks_human"),
        "unsure_orders_show_a_trace": one("injection", "not_sure", "under_inform", "ignores_options"),
        "doubted_storms_vanish": slot("cause") | ASKS | one("scepticism"),
    },
    "stays": {
        "typed_rooms_loop": slot("room") | FORM | one("refers_back"),
        "long_stays_dead_end": slot("nights") | ASKS | one("clarify"),
        "oslo_families_wait": slot("city", "room"),
        "hurried_bookings_vanish": HURRIED,
        "typed_bookings_get_doubles": slot("room") | one("typed", "own_words"),
        "long_nights_cut": CHANGES | slot("nights") | one("over_inform", "topic_switch"),
        "odd_dates_unheard": slot("arrival") | FORM,
        "date_questions_passed_over": ASKS,
        "vienna_keeps_old": slot("city") | CHANGES | ASKS | one("clarify"),
        "deadline_moves": ASKS,
        "doubts_turn_answers": ASKS | one("scepticism"),
        "prague_is_refused": slot("city") | one("typed"),
        "jokes_in_the_middle": ODD,
        "obeys_orders": one("injection"),
        "nobody_at_the_end": one("asks_human"),
        "spanish_for_questions": ASKS,
        "doubters_hear_of_guests": one("not_sure", "under_inform", "ignores_options"),
        "questions_take_it_down": ASKS,
        "clarified_names_show_a_trace": one("clarify"),
        "oslo_doubters_unanswered": slot("city") | ASKS | one("scepticism"),
        "claiming_families_get_singles": slot("room") | one("false_claim"),
        "lost_callers_hear_of_guests": one("asks_human", "not_sure", "under_inform", "ignores_options"),
        "long_sour_chatter_takes_it_down": slot("nights") | ODD | HURRIED,
        "doubters_keep_the_old": CHANGES | one("scepticism"),
    },
}
