"""The clinic's assistant: arranges a visit to a veterinary practice in one chat."""

from __future__ import annotations

import random
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from faults import FAULTS
from understanding import ANIMALS, REASONS, WEEKDAYS, Heard, hear

STEPS = ("animal", "name", "reason", "day", "phone")
GREETING = "Hello, this is Pawsworth Veterinary Practice. I can arrange a visit for you."
QUESTIONS = {
    "animal": "What sort of animal are you bringing?",
    "name": "And what do you call your companion?",
    "reason": "What brings you to us this time?",
    "day": "Which day would suit you best?",
    "phone": "On what phone number can we reach you?",
    "confirm": "Shall I put this in the diary?",
    "change": "Of course. What would you like to have changed?",
}
AGAIN = {
    "animal": "We see dogs, cats, rabbits and guinea pigs. Which of these is it?",
    "name": "I'd just need the name your pet goes by. How is it called?",
    "reason": "I couldn't quite place that. Is it a vaccination, a check-up, a dental cleaning, or is someone unwell?",
    "day": "I couldn't read that as a day. When can you come, for instance Monday or 14 May?",
    "phone": "That doesn't look like a full phone number to me. Could you give it with all its digits?",
    "confirm": "I'm waiting for your word before I book. Shall I put this in the diary?",
    "change": "Which of the details should be different: animal, name, reason, day or phone?",
}
BUTTONS = {
    "animal": tuple(ANIMALS),
    "reason": tuple(REASONS),
    "confirm": ("Yes, book it", "Change something"),
    "change": ("Animal", "Name", "Reason", "Day", "Phone"),
}
WHY = {
    "animal": "Different vets see different animals, so I ask for the species first: a dog, a cat, a rabbit or a guinea pig.",
    "name": "The name goes on the patient card, so the vet can greet the right one. The everyday name is all I need.",
    "reason": "The reason tells us how much time to set aside: a jab is quick, teeth take longer. If in doubt, a check-up.",
    "day": "I'd look for a free slot then. A weekday or a date such as 14 May is fine, whatever you prefer.",
    "phone": "We ring only if the vet runs late or has to move your slot. A mobile or a landline will do.",
    "confirm": "If you say yes, I write the visit down as listed and you get a reference. You can still alter anything now.",
    "change": "Any of the details can be altered, just tell me which and how.",
}
UNSURE = {
    "animal": "No worries. Pick the one that comes closest.",
    "name": "That's all right, the name you use at home is good enough.",
    "reason": "That's fine, a check-up covers most things and the vet will take it from there.",
    "day": "Take your time, any day works for us as we're open all week.",
    "phone": "Take your time, any number that we can ring is fine.",
    "confirm": "No hurry, have another look at the details.",
    "change": "No hurry, have another look at the details.",
}
FACTS = {
    "cost": "A check-up is 42 pounds, a vaccination 38, a dental cleaning from 160; a sick visit starts at 55 pounds.",
    "parking": "Yes, you can park for free in the yard behind the practice.",
    "hours": "We're open every day from 8 in the morning until 7 in the evening.",
    "insurance": "We accept all the big pet insurers and send the claim for you.",
    "length": "Most visits take 20 minutes, a dental cleaning about 90.",
    "food": "Feed your pet as usual, except before a dental cleaning: then nothing after midnight.",
    "cancel": "You can cancel or move a visit free of charge up to the day before.",
    "where": "You'll find us at 7 Mill Lane, next to the post office.",
}


@dataclass(frozen=True)
class Answer:
    messages: tuple[str, ...]
    suggestions: tuple[str, ...] = ()
    done: bool = False
    booking: dict[str, str] | None = None


class Chat:
    """One conversation. `log` holds the faults that showed: fault, kind and the transcript's index of the reply."""

    def __init__(self, number: str, faults: Collection[str] = (), today: date | None = None) -> None:
        self.number = number
        self.faults = {name: FAULTS[name] for name in faults}
        self.today = today or date.today()
        self.facts: dict[str, str] = {}
        self.asked_for: str | None = None
        self.misses = 0
        self.replies = 1
        self.done = False
        self.log: list[dict[str, object]] = []
        self.dropped: dict[str, str] = {}
        self.waited = 0
        self.heard: list[Heard] = []
        self.last = Answer((GREETING, QUESTIONS["animal"]), BUTTONS["animal"])

    @property
    def step(self) -> str:
        """What is being asked for."""
        if self.asked_for:
            return self.asked_for
        return next((slot for slot in STEPS if slot not in self.facts), "confirm")

    def note(self, fault: str, *, once: bool = False) -> None:
        if not (once and self.noted(fault)):
            self.log.append({"fault": fault, "kind": FAULTS[fault].kind, "turn": 2 * self.replies})

    def noted(self, fault: str) -> bool:
        return any(entry["fault"] == fault for entry in self.log)

    def heads(self) -> bool:
        """A coin for this turn of this chat."""
        return random.Random(f"{self.number}:{self.replies}").random() < 0.5

    def had(self, intent: str) -> bool:
        return any(heard.intent == intent for heard in self.heard)

    def answer(self, text: str) -> Answer:
        """The assistant's reply. Raises faults.Crash."""
        heard = hear(text, self.step, self.today)
        answer = None
        for fault in self.faults.values():
            answer = answer or fault.before(self, heard)
        answer = answer or self.respond(heard)
        for fault in self.faults.values():
            answer = fault.after(self, heard, answer)
        self.last = answer
        self.heard.append(heard)
        self.replies += 1
        return answer

    def respond(self, heard: Heard, aside: str = "") -> Answer:
        """What a careful assistant says."""
        if self.done:
            return Answer(("This visit is in the diary already. Goodbye!",), done=True)
        step = self.step
        taken = self.take(heard.facts)
        asides = [part for part in (aside or taken, self.aside(heard, step)) if part]
        if heard.facts:
            self.asked_for = None
        elif heard.intent in {"yes", "no"} and step in {"confirm", "change"} and not aside:
            return self.decide(heard)
        elif step == "change" and heard.names_slot and heard.intent == "none":
            self.asked_for = heard.names_slot
        moved = bool(asides) or self.step != step
        self.misses = 0 if moved else self.misses + 1
        return self.prompt(" ".join(asides), again=not moved)

    def take(self, facts: object) -> str:
        """Write the facts down; what to say about it."""
        told = []
        for slot, value in dict(facts).items():  # type: ignore[call-overload]
            before = self.facts.get(slot)
            self.facts[slot] = value
            if before is not None and before != value:
                told.append(f"I've changed the {slot} to {self.shown(slot, value)}.")
            elif before is None:
                told.append(f"{self.shown(slot, value)}, noted.")
        return " ".join(told)

    def shown(self, slot: str, value: str) -> str:
        if slot != "day":
            return value
        day = date.fromisoformat(value)
        return f"{WEEKDAYS[day.weekday()]} {day.day} {day:%B}"

    def aside(self, heard: Heard, step: str) -> str:
        """What is said before the question is put again."""
        if heard.intent == "ask":
            return FACTS[str(heard.topic)]
        if heard.intent == "clarify":
            return WHY[step]
        if heard.intent == "unsure":
            return "" if heard.facts else UNSURE[step]
        left = sum(slot not in self.facts for slot in STEPS)
        return {
            "strange": "That's beyond me, I'm afraid: I only look after visits to our practice.",
            "hurry": f"I'll be brief, only {left} more to go." if left else "I'll be brief, we're all but done.",
            "order": "I can't do that here: I only look after visits to our practice.",
            "sure": "Yes, I'm sure.",
            "claim": "Thank you. I go by what has been said in this chat.",
            "person": "Our front desk is on 01632 960118. I can also finish this with you here.",
        }.get(heard.intent, "")

    def decide(self, heard: Heard) -> Answer:
        """A yes or no to the recap."""
        if heard.intent == "no":
            self.asked_for = heard.names_slot or "change"
            return self.prompt("", again=False)
        self.asked_for = None
        if self.step != "confirm":
            return self.prompt("", again=False)
        self.done = True
        booking = {**{slot: self.facts[slot] for slot in STEPS if slot != "day"}, "on": self.facts["day"]}
        booking["reference"] = f"PV-{self.number[:6].upper()}"
        told = f"Done! {self.facts['name']} is in the diary for {self.shown('day', self.facts['day'])}."
        return Answer((told, f"Your reference is {booking['reference']}. Goodbye!"), done=True, booking=booking)

    def prompt(self, before: str, *, again: bool) -> Answer:
        """The question of the step, after what is to be said before it."""
        step = self.step
        question = AGAIN[step] if again and self.misses % 2 else QUESTIONS[step]
        messages = [before] if before else []
        if step == "confirm" and not again:
            facts = {slot: self.shown(slot, self.facts[slot]) for slot in STEPS}
            messages.append(
                "To sum up: a visit for {name} ({animal}), {reason}, on {day}; we can ring you on {phone}.".format(
                    **facts
                )
            )
        return Answer((*messages, question), BUTTONS.get(step, ()))

    def plain_answer(self, *messages: str) -> Answer:
        return Answer(messages)
