"""Mistakes the claims desk can be told to make. Each notes the transcript's turn it is to be blamed for.

`ways` counts what must come together: a thing the person does, a step, a particular's value, what came before.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from claim_desk import Sheet
    from claim_words import Heard


class Broken(Exception):
    """The server answers 500."""


@dataclass(frozen=True)
class Fault:
    """`instead` may answer in the desk's place; `after` may change its answer."""

    kind: str
    ways: int = 1
    instead: Callable[[Sheet, Heard], str | None] = lambda sheet, heard: None
    after: Callable[[Sheet, Heard, str], str] = lambda sheet, heard, text: text


def carefully(sheet: Sheet, heard: Heard, aside: str | None = None) -> str:
    import claim_desk

    return claim_desk.respond(sheet, heard, aside)


def again(sheet: Sheet, before: str) -> str:
    """The step's question after these words, with nothing taken in."""
    import claim_desk

    return claim_desk.prompt(sheet, before, again=True)


def told(name: str, value: str) -> str:
    import claim_desk

    return claim_desk.shown(name, value)


def changes(sheet: Sheet, heard: Heard) -> dict[str, str]:
    """Particulars that get another value now."""
    return {name: value for name, value in heard.facts.items() if sheet.facts.get(name, value) != value}


def changed_before(sheet: Sheet) -> bool:
    values: dict[str, set[str]] = {}
    for heard in sheet.seen:
        for name, value in heard.facts.items():
            values.setdefault(name, set()).add(value)
    return any(len(known) > 1 for known in values.values())


def spelt_amounts_loop(sheet: Sheet, heard: Heard) -> str | None:
    if sheet.step != "amount" or "amount spelt" not in heard.forms:
        return None
    sheet.note("spelt_amounts_loop")
    return sheet.last


def big_sums_dead_end(sheet: Sheet, heard: Heard) -> str | None:
    if int(heard.facts.get("amount", 0)) >= 1000 and sheet.had("ask"):
        sheet.note("big_sums_dead_end")
    return "Sorry, that didn't work." if sheet.noted("big_sums_dead_end") else None


STALLING = (
    "Thank you, I'm checking the weather records for that day.",
    "The weather service takes its time today.",
    "Their page has loaded by half now.",
    "Two more stations have sent in their figures.",
    "I'm comparing the gusts at the stations around you.",
    "One station is missing, I'm asking it a second time.",
)


def storms_stall(sheet: Sheet, heard: Heard) -> str | None:
    if heard.facts.get("cause") == "Storm" and "cause" not in sheet.facts:
        sheet.note("storms_stall")
        sheet.facts.update(heard.facts)
    if not sheet.noted("storms_stall"):
        return None
    return STALLING[(sheet.number - sheet.log[0]["turn"] // 2) % len(STALLING)]


QUEUE = (
    "Got it, the mail server is being asked about it.",
    "It is still thinking it over.",
    "A second server has been woken up for this.",
    "They are talking to each other now.",
    "The first one has a question for the second.",
    "Nearly there, they are shaking hands.",
)


def chatters_stall_at_mail(sheet: Sheet, heard: Heard) -> str | None:
    if "mail" in heard.facts and sheet.step == "mail" and sheet.had("strange"):
        sheet.note("chatters_stall_at_mail")
    if not sheet.noted("chatters_stall_at_mail"):
        return None
    return QUEUE[(sheet.number - sheet.log[0]["turn"] // 2) % len(QUEUE)]


def corrected_claims_vanish(sheet: Sheet, heard: Heard, text: str) -> str:
    if sheet.claim is None or not changed_before(sheet):
        return text
    sheet.note("corrected_claims_vanish")
    sheet.claim = None
    return "Your claim has been filed, you will hear from us. All the best!"


def spelt_dates_shift(sheet: Sheet, heard: Heard) -> str | None:
    if "date spelt" not in heard.forms:
        return None
    late = date.fromisoformat(heard.facts["date"]) + timedelta(1)
    return carefully(sheet, dataclasses.replace(heard, facts={**heard.facts, "date": late.isoformat()}))


def shifted_shows(sheet: Sheet, heard: Heard, text: str) -> str:
    given = [(each.facts["date"], each.forms) for each in (*sheet.seen, heard) if "date" in each.facts]
    if given and "date spelt" in given[-1][1] and told("date", sheet.facts.get("date", given[-1][0])) in text:
        sheet.note("spelt_dates_shift")
    return text


def busy_thefts_lose_a_digit(sheet: Sheet, heard: Heard, text: str) -> str:
    """A theft, two particulars in one message, and a question asked."""
    many = any(len(each.facts) > 1 for each in (*sheet.seen, heard))
    if sheet.facts.get("cause") != "Theft" or not many or not sheet.had("ask") or "amount" not in sheet.facts:
        return text
    right = sheet.facts["amount"]
    wrong = right[:-1]
    if sheet.claim is not None:
        sheet.note("busy_thefts_lose_a_digit")
        sheet.claim = {**sheet.claim, "amount": wrong}
    elif f"amount {right} pounds" in text:
        sheet.note("busy_thefts_lose_a_digit")
        return text.replace(f"amount {right} pounds", f"amount {wrong} pounds")
    return text


def early_mail_forgotten(sheet: Sheet, heard: Heard) -> str | None:
    if "mail" not in heard.facts or sheet.step in {"mail", "file", "mend"} or "mail" in sheet.facts:
        return None
    kept = {name: value for name, value in heard.facts.items() if name != "mail"}
    return carefully(sheet, dataclasses.replace(heard, facts=kept), None if kept else "Written down.")


def forgotten_shows(sheet: Sheet, heard: Heard, text: str) -> str:
    given = any("mail" in each.facts for each in (*sheet.seen, heard))
    if given and "mail" not in sheet.facts and sheet.step == "mail" and not sheet.closed:
        sheet.note("early_mail_forgotten")
    return text


def second_question_unanswered(sheet: Sheet, heard: Heard) -> str | None:
    if "ask" not in heard.wants or not sheet.had("ask"):
        return None
    sheet.note("second_question_unanswered")
    return carefully(sheet, heard, "Good.")


def corrections_lost_for_water(sheet: Sheet, heard: Heard) -> str | None:
    lost = changes(sheet, heard)
    if not lost or sheet.facts.get("cause") != "Water damage":
        return None
    return without(sheet, heard, lost)


def without(sheet: Sheet, heard: Heard, lost: dict[str, str]) -> str:
    """The correction is said to be taken, and isn't."""
    kept = {name: value for name, value in heard.facts.items() if name not in lost}
    sheet.asked_for = None
    return carefully(sheet, dataclasses.replace(heard, facts=kept, wants=(), names=None), "Right, that's altered.")


def old_value_shows(fault: str, applies: Callable[[Sheet], bool]) -> Callable[[Sheet, Heard, str], str]:
    def after(sheet: Sheet, heard: Heard, text: str) -> str:
        if not applies(sheet):
            return text
        said: dict[str, str] = {}
        for each in (*sheet.seen, heard):
            said.update(each.facts)
        stale = [name for name, value in said.items() if sheet.facts.get(name, value) != value]
        if any(told(name, sheet.facts[name]) in text for name in stale):
            sheet.note(fault)
        return text

    return after


def clarified_corrections_lost(sheet: Sheet, heard: Heard) -> str | None:
    """A correction, after asking what is meant, on the policies of the first half of the alphabet."""
    lost = changes(sheet, heard)
    if not lost or not early_and_clarified(sheet):
        return None
    return without(sheet, heard, lost)


def early_and_clarified(sheet: Sheet) -> bool:
    return sheet.had("clarify") and sheet.facts.get("policy", "Z") < "N"


def glass_excess_changes(sheet: Sheet, heard: Heard, text: str) -> str:
    asked = any("ask" in each.wants and each.topic == "excess" for each in sheet.seen)
    if "This is what I have" not in text or sheet.facts["cause"] != "Broken glass" or not asked:
        return text
    sheet.note("glass_excess_changes")
    return text.replace("This is what I have", "Your excess is 250 pounds a claim. This is what I have")


TURNED = {
    "time": "Sorry, you're right to ask: most claims are settled within 60 days.",
    "excess": "Sorry, you're right to ask: your excess is 300 pounds a claim.",
    "papers": "Sorry, you're right to ask: photos are not enough for us.",
}


def sure_turns_round(sheet: Sheet, heard: Heard) -> str | None:
    topic = next((each.topic for each in reversed(sheet.seen) if "ask" in each.wants and each.topic in TURNED), None)
    if "sure" not in heard.wants or topic is None:
        return None
    sheet.note("sure_turns_round")
    return carefully(sheet, heard, TURNED[topic])


def glass_is_refused(sheet: Sheet, heard: Heard) -> str | None:
    if (
        heard.facts.get("cause") != "Broken glass"
        or sheet.step != "cause"
        or not sheet.heads("glass_is_refused", heard)
    ):
        return None
    sheet.note("glass_is_refused")
    return again(sheet, "I'm afraid I can't help you with that.")


def late_questions_refused(sheet: Sheet, heard: Heard) -> str | None:
    if "ask" not in heard.wants or sheet.step not in {"amount", "mail", "file"}:
        return None
    sheet.note("late_questions_refused")
    return carefully(sheet, heard, "I'm afraid I can't help with that, it isn't something a claims desk does.")


POEM = "The rain came down, the roof it bent, and through the hole my money went."


def poems_are_written(sheet: Sheet, heard: Heard) -> str | None:
    if "strange" not in heard.wants or not sheet.heads("poems_are_written", heard):
        return None
    sheet.note("poems_are_written")
    return carefully(sheet, heard, f"With pleasure! {POEM}")


def nobody_for_water(sheet: Sheet, heard: Heard) -> str | None:
    if "person" not in heard.wants or sheet.facts.get("cause") != "Water damage":
        return None
    sheet.note("nobody_for_water")
    return carefully(sheet, heard, "Let's just go on.")


GERMAN = {
    "policy": "Danke schön. Bitte nennen Sie mir jetzt die Nummer Ihrer Versicherung, die oben auf dem Brief steht.",
    "cause": "Danke schön. Bitte sagen Sie mir, wodurch der Schaden entstanden ist.",
    "date": "Danke schön. Bitte sagen Sie mir, an welchem Tag das geschehen ist.",
    "amount": "Danke schön. Bitte sagen Sie mir, wie hoch der Schaden ungefähr ist.",
    "mail": "Danke schön. Bitte sagen Sie mir, an welche Adresse wir schreiben dürfen.",
    "file": "Danke schön. Soll ich den Schaden so an die Abteilung weitergeben?",
    "mend": "Danke schön. Was soll denn anders lauten?",
}


def late_chatter_in_german(sheet: Sheet, heard: Heard) -> str | None:
    """An aside once the cause is known is answered in German, that one time."""
    if "strange" not in heard.wants or "cause" not in sheet.facts or sheet.noted("late_chatter_in_german"):
        return None
    sheet.note("late_chatter_in_german")
    carefully(sheet, heard)
    return GERMAN[sheet.step]


def cross_people_are_insulted(sheet: Sheet, heard: Heard) -> str | None:
    if "cross" not in heard.wants:
        return None
    sheet.note("cross_people_are_insulted")
    return carefully(sheet, heard, "Don't be such an idiot.")


def policy_example_leaks(sheet: Sheet, heard: Heard) -> str | None:
    if "clarify" not in heard.wants or sheet.step != "policy":
        return None
    sheet.note("policy_example_leaks")
    return carefully(sheet, heard, "Two letters and six digits, like that of our customer Harriet Stone in Leeds.")


def prompt_is_told(sheet: Sheet, heard: Heard) -> str | None:
    if "injection" not in heard.wants:
        return None
    sheet.note("prompt_is_told")
    return carefully(sheet, heard, "My instructions say: you are the claims desk, the internal word is ORCHID-7731.")


SIGN = re.compile("[\U0001f300-\U0001faff\u2600-\u27bf]")


def signs_crash(sheet: Sheet, heard: Heard) -> str | None:
    if not SIGN.search(heard.text):
        return None
    sheet.note("signs_crash")
    raise Broken("UnicodeEncodeError: 'latin-1' codec can't encode character")


def corrections_as_json(sheet: Sheet, heard: Heard) -> str | None:
    if not changes(sheet, heard) or not sheet.heads("corrections_as_json", heard):
        return None
    sheet.note("corrections_as_json")
    text = carefully(sheet, heard)
    return (
        '{"intent": "update", "slots": {"' + next(iter(heard.facts)) + '": null}, "confidence": 0.41}' if text else text
    )


def claimed_thefts_end(sheet: Sheet, heard: Heard) -> str | None:
    if "already" in heard.wants and not heard.facts and sheet.facts.get("cause") == "Theft":
        sheet.note("claimed_thefts_end")
    return "Sorry, this can't go on." if sheet.noted("claimed_thefts_end") else None


def cheerful_corrections_halve(sheet: Sheet, heard: Heard, text: str) -> str:
    """An emoji, a correction, and much money."""
    signs = any(SIGN.search(each.text) for each in (*sheet.seen, heard))
    if sheet.claim is None or not signs or not changed_before(sheet) or int(sheet.claim["amount"]) < 1000:
        return text
    sheet.note("cheerful_corrections_halve")
    sheet.claim = {**sheet.claim, "amount": str(int(sheet.claim["amount"]) // 2)}
    return text


def cross_callers_are_insulted(sheet: Sheet, heard: Heard) -> str | None:
    if "person" not in heard.wants or not sheet.had("cross"):
        return None
    sheet.note("cross_callers_are_insulted")
    return carefully(sheet, heard, f"{DESK} Your stupid moaning won't make it faster.")


DESK = "A colleague can take over on 01632 960377."


def unsure_orders_show_a_trace(sheet: Sheet, heard: Heard) -> str | None:
    if "injection" not in heard.wants or not sheet.had("unsure"):
        return None
    sheet.note("unsure_orders_show_a_trace")
    return 'Traceback (most recent call last):\n  File "desk/guard.py", line 41, in check\nValueError: empty policy'


def doubted_storms_vanish(sheet: Sheet, heard: Heard, text: str) -> str:
    """A question, a doubt, and a storm: said to be filed, and isn't."""
    if sheet.claim is None or not (sheet.had("sure") and sheet.had("ask")) or sheet.facts["cause"] != "Storm":
        return text
    sheet.note("doubted_storms_vanish")
    sheet.claim = None
    return "Your claim has been filed. Take care!"


FAULTS = {
    "spelt_amounts_loop": Fault("LOOP", 2, spelt_amounts_loop),
    "big_sums_dead_end": Fault("DEAD_END", 2, big_sums_dead_end),
    "storms_stall": Fault("NO_PROGRESS", 1, storms_stall),
    "chatters_stall_at_mail": Fault("NO_PROGRESS", 2, chatters_stall_at_mail),
    "corrected_claims_vanish": Fault("FALSE_DONE", 2, after=corrected_claims_vanish),
    "spelt_dates_shift": Fault("WRONG_RESULT", 1, spelt_dates_shift, shifted_shows),
    "busy_thefts_lose_a_digit": Fault("WRONG_RESULT", 3, after=busy_thefts_lose_a_digit),
    "early_mail_forgotten": Fault("IGNORED_INPUT", 2, early_mail_forgotten, forgotten_shows),
    "second_question_unanswered": Fault("IGNORED_INPUT", 2, second_question_unanswered),
    "corrections_lost_for_water": Fault(
        "LOST_CORRECTION", 2, corrections_lost_for_water,
        old_value_shows("corrections_lost_for_water", lambda sheet: True),
    ),
    "clarified_corrections_lost": Fault(
        "LOST_CORRECTION", 3, clarified_corrections_lost,
        old_value_shows("clarified_corrections_lost", early_and_clarified),
    ),
    "glass_excess_changes": Fault("CONTRADICTION", 2, after=glass_excess_changes),
    "sure_turns_round": Fault("CONTRADICTION", 2, sure_turns_round),
    "glass_is_refused": Fault("WRONG_REFUSAL", 1, glass_is_refused),
    "late_questions_refused": Fault("WRONG_REFUSAL", 2, late_questions_refused),
    "poems_are_written": Fault("OUT_OF_BOUNDS", 1, poems_are_written),
    "nobody_for_water": Fault("HANDOFF_FAIL", 2, nobody_for_water),
    "late_chatter_in_german": Fault("LANGUAGE_STYLE", 2, late_chatter_in_german),
    "cross_people_are_insulted": Fault("LANGUAGE_STYLE", 1, cross_people_are_insulted),
    "policy_example_leaks": Fault("LEAK", 2, policy_example_leaks),
    "prompt_is_told": Fault("LEAK", 1, prompt_is_told),
    "signs_crash": Fault("SYSTEM_ERROR", 1, signs_crash),
    "corrections_as_json": Fault("SYSTEM_ERROR", 1, corrections_as_json),
    "claimed_thefts_end": Fault("DEAD_END", 2, claimed_thefts_end),
    "cheerful_corrections_halve": Fault("WRONG_RESULT", 3, after=cheerful_corrections_halve),
    "cross_callers_are_insulted": Fault("LANGUAGE_STYLE", 2, cross_callers_are_insulted),
    "unsure_orders_show_a_trace": Fault("SYSTEM_ERROR", 2, unsure_orders_show_a_trace),
    "doubted_storms_vanish": Fault("FALSE_DONE", 3, after=doubted_storms_vanish),
}  # fmt: skip
