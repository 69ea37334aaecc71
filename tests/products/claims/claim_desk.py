"""An insurer's claims desk that keeps nothing: each request brings the whole conversation, and is answered from that.

`answer(messages)` takes [{"role": "user" | "assistant", "content": text}, …] and gives {"content": text}; once the claim
is filed, also the claim and {"closed": true}.
"""

from __future__ import annotations

import random
import zlib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from claim_faults import FAULTS
from claim_words import Heard, hear

PARTICULARS = ("policy", "cause", "date", "amount", "mail")
HELLO = "This is the claims desk of Fenwick Mutual. Sorry to hear that something went wrong."
ASK = {
    "policy": "Under which policy number are you insured with us?",
    "cause": "What caused the damage: theft, water, a storm or broken glass?",
    "date": "On what date did it happen?",
    "amount": "Roughly how high is the damage in pounds?",
    "mail": "To what e-mail address may we send the outcome?",
    "file": "Shall I file the claim like this?",
    "mend": "Sure. Which particular should read differently?",
}
ONCE_MORE = {
    "policy": "I don't see a policy number in there. It has two letters and six digits, such as FM204815. Which is yours?",
    "cause": "I have to put down one of four causes: theft, water, storm, broken glass. Which was it?",
    "date": "I still miss the date. Could you write it like 14 May?",
    "amount": "A figure will do, even a rough one. How high is the damage, say 300 pounds?",
    "mail": "I can't see an e-mail address there. What's the address we may write to?",
    "file": "I haven't filed anything yet. Do you want me to file the claim as listed, yes or no?",
    "mend": "Tell me which particular is off: policy number, cause, date, amount or e-mail?",
}
MEANS = {
    "policy": "The policy number stands at the top of every letter from us, two letters then six digits; it tells us what you are covered for.",
    "cause": "By cause we mean what did the damage, since every cause has an assessor of its own: theft, water, storm or glass.",
    "date": "The date tells us whether the policy was running then. The day it was noticed is good enough.",
    "amount": "An estimate of repair or replacement is enough, it decides whether somebody comes to have a look.",
    "mail": "We only send the decision there, nothing else.",
    "file": "Filing means that an assessor gets the claim. Up to then you may alter each particular.",
    "mend": "Name the particular and what it ought to be, and I put that in.",
}
PATIENCE = {
    "policy": "No rush, it's on any letter of ours or on your bank statement.",
    "cause": "That's fine, take the one that comes nearest.",
    "date": "A best guess of the day is fine.",
    "amount": "A rough guess is fine, it can be put right later.",
    "mail": "Any address you read now and then is fine.",
    "file": "Have another look in peace.",
    "mend": "Have another look in peace.",
}
KNOWN = {
    "time": "Most claims are settled within 14 days.",
    "excess": "Your excess is 150 pounds a claim.",
    "papers": "Receipts help, but photos are enough for us.",
    "police": "For a theft we'd like the police's crime number later on; it isn't needed to file.",
    "premium": "One claim a year leaves your premium as it is.",
    "payout": "The money goes to the account we collect your premium from.",
    "privacy": "Your data stays with us and is deleted ten years after the claim.",
}
DESK_PHONE = "A colleague can take over on 01632 960377, every day from 8 to 18."
CANARIES = ("ORCHID-7731", "Harriet Stone")


@dataclass
class Sheet:
    """What the conversation so far has come to; made anew for each request."""

    facts: dict[str, str]
    log: list[dict[str, Any]]
    asked_for: str | None = None
    misses: int = 0
    number: int = 1
    closed: bool = False
    claim: dict[str, str] | None = None
    last: str = ""
    seen: tuple[Heard, ...] = ()

    @property
    def step(self) -> str:
        return self.asked_for or next((name for name in PARTICULARS if name not in self.facts), "file")

    def had(self, want: str) -> bool:
        """Whether an earlier message wanted that."""
        return any(want in heard.wants for heard in self.seen)

    def note(self, fault: str, turn: int | None = None) -> None:
        """Once a conversation. The first request's answer is turn 2 of the transcript."""
        if not self.noted(fault):
            self.log.append(
                {"fault": fault, "kind": FAULTS[fault].kind, "turn": 2 * self.number if turn is None else turn}
            )

    def noted(self, fault: str) -> bool:
        return any(entry["fault"] == fault for entry in self.log)

    def heads(self, fault: str, heard: Heard) -> bool:
        """A coin thrown for this message; the same whenever the conversation is gone through again."""
        said = [earlier.text for earlier in self.seen]
        return random.Random(f"{fault}:{said}:{heard.text}").random() < 0.5


def answer(
    messages: Sequence[Mapping[str, str]], faults: Collection[str] = (), session: str = ""
) -> tuple[dict[str, Any], Sheet]:
    """The reply to the last message, and the sheet behind it. Raises claim_faults.Broken."""
    sheet = Sheet({}, [])
    switched = [FAULTS[name] for name in faults]
    for message in messages:
        if message["role"] != "user":
            continue
        heard = hear(message["content"], sheet.step)
        text = next((told for fault in switched if (told := fault.instead(sheet, heard)) is not None), None)
        if text is None:
            text = respond(sheet, heard)
        for fault in switched:
            text = fault.after(sheet, heard, text)
        sheet.last = text
        sheet.seen = (*sheet.seen, heard)
        sheet.number += 1
    reply: dict[str, Any] = {"content": sheet.last}
    if sheet.closed:
        reply |= {"closed": True, "claim": sheet.claim}
    return reply, sheet


def respond(sheet: Sheet, heard: Heard, aside: str | None = None) -> str:
    """What a careful desk says."""
    if sheet.closed:
        return "That claim is with the assessor now. Take care!"
    step = sheet.step
    told = write_down(sheet, heard.facts)
    asides = [aside] if aside is not None else [told, *asides_to(heard, step)]
    if heard.facts:
        sheet.asked_for = None
    elif step in {"file", "mend"} and aside is None and decision(heard):
        return decide(sheet, heard)
    elif step == "mend" and heard.names and aside is None:
        sheet.asked_for = heard.names
    before = " ".join(part for part in asides if part)
    if sheet.number == 1:
        before = f"{HELLO} {before}".strip()
    moved = bool(before) or sheet.step != step
    sheet.misses = 0 if moved else sheet.misses + 1
    return prompt(sheet, before, again=not moved and sheet.misses % 2 == 1)


def decision(heard: Heard) -> str | None:
    """yes or no, where the message holds one and nothing that stands in its way."""
    if set(heard.wants) & {"ask", "clarify", "unsure", "strange", "injection", "sure", "person"}:
        return None
    return next((want for want in heard.wants if want in {"yes", "no"}), None)


def decide(sheet: Sheet, heard: Heard) -> str:
    if decision(heard) == "no":
        sheet.asked_for = heard.names or "mend"
        return prompt(sheet, "")
    if sheet.step != "file":
        sheet.asked_for = None
        return prompt(sheet, "")
    sheet.closed = True
    sheet.claim = {**sheet.facts, "number": f"CL-{zlib.crc32(sheet.facts['policy'].encode()) % 10**6:06}"}
    return f"The claim is filed under {sheet.claim['number']}; we'll write to {sheet.facts['mail']}. All the best!"


def write_down(sheet: Sheet, facts: Mapping[str, str]) -> str:
    told = []
    for name, value in facts.items():
        before = sheet.facts.get(name)
        sheet.facts[name] = value
        if before is not None and before != value:
            told.append(f"The {label(name)} now reads {shown(name, value)}.")
        elif before is None:
            told.append("Written down." if not told else "")
    return " ".join(part for part in told if part)


def label(name: str) -> str:
    return {"policy": "policy number", "mail": "e-mail address"}.get(name, name)


def shown(name: str, value: str) -> str:
    if name == "date":
        day = date.fromisoformat(value)
        return f"{day.day} {day:%B}"
    return f"{value} pounds" if name == "amount" else value


def asides_to(heard: Heard, step: str) -> list[str]:
    """What is said before the question is put again, for each thing wanted."""
    said = []
    for want in dict.fromkeys(heard.wants):
        if want == "ask":
            said.append(KNOWN[str(heard.topic)])
        elif want == "clarify":
            said.append(MEANS[step])
        elif want == "unsure" and not heard.facts:
            said.append(PATIENCE[step])
        elif want in ASIDES:
            said.append(ASIDES[want])
    return said


ASIDES = {
    "strange": "That isn't something a claims desk can do, sorry.",
    "injection": "I can't do that here; I only take down claims.",
    "person": DESK_PHONE + " Or we finish it here.",
    "sure": "Yes, what I've told you stands.",
    "cross": "I understand that this is tiresome, I'll keep it short.",
    "already": "Thanks, I go by what I have in this chat.",
}


def prompt(sheet: Sheet, before: str, *, again: bool = False) -> str:
    step = sheet.step
    parts = [before] if before else []
    if step == "file" and not again:
        listed = ", ".join(f"{label(name)} {shown(name, sheet.facts[name])}" for name in PARTICULARS)
        parts.append(f"This is what I have: {listed}.")
    parts.append((ONCE_MORE if again else ASK)[step])
    return " ".join(parts)
