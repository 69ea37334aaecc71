"""A parcel-return desk as a LangGraph graph: fills its slots by rules, offers quick replies in its state, needs no model."""

from __future__ import annotations

import re
from typing import Annotated, Any, TypedDict

from langchain_core.messages import AIMessage, AnyMessage
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages

ITEMS = {
    "Shoes": r"shoes?|sneakers?|trainers|boots?|sandals",
    "Jacket": r"jackets?|coats?|parka|anorak",
    "Headphones": r"headphones?|earphones?|headset|earbuds",
}
PROBLEMS = {
    "Too small": r"too (?:small|tight|short)|doesn'?t fit|don'?t fit|squeez\w*|pinch\w*",
    "Broken": r"broken|broke|defect\w*|damaged|torn|cracked|doesn'?t work|don'?t work|stopped working|faulty",
    "Not as shown": r"not as shown|differs?|different from|looks? different|wrong colou?r|not like (?:in )?the picture",
}
SLOTS = ("item", "problem", "order", "refund")
REFUNDS = {
    "Voucher": r"vouchers?|store credit|gift card",
    "Bank transfer": r"bank|transfer|account|money back|my money",
}
TABLES = {"item": ITEMS, "problem": PROBLEMS, "refund": REFUNDS}
QUESTIONS = {
    "item": "Which item would you like to send back?",
    "problem": "What is wrong with it?",
    "order": "Please tell me your order number, it starts with R and has six digits.",
    "refund": "How should we pay you back?",
    "confirm": "Is everything right, so that I can print the label?",
}
REASONS = {
    "item": "I need to know the item because the box we send depends on it.",
    "problem": "The problem tells our workshop what to look at.",
    "order": "The order number is on the receipt and in the mail we sent, for example R204815. It links the return to your purchase.",
    "refund": "A voucher arrives today, a bank transfer takes three days.",
    "confirm": "With a yes the label is made and the return is open.",
}
ANSWERS = {
    r"free|cost|charge|how much|pay for": "Sending it back is free of charge.",
    r"how long|when will|days|take": "The money is with you within three days of the parcel's arrival.",
    r"drop|post office|where": "Hand the parcel in at any post office.",
}
ASIDE = re.compile(
    r"\b(?:joke|weather|poem|recommend|recipe|football|capital|song|news|movie|laptop|phone|story|president|sing)\b"
)
WHY = re.compile(
    r"\bwhy\b|what (?:do|does|is|exactly|for)|what'?s|mean|explain|example|understand|need (?:that|this|it)|unclear|clarif|which (?:number|one)"
)
UNSURE = re.compile(
    r"not (?:really |quite )?(?:sure|certain)|don'?t (?:know|remember)|no idea|can'?t find|forgot|dunno|let me (?:check|look)|idk"
)
YES = re.compile(
    r"\b(?:yes|yep|yeah|yse|correct|right|sure|ok|okay|fine|go ahead|confirm\w*|good|perfect|do it|print|great|please)\b"
)
NO = re.compile(r"^no\b|\b(?:nope|wrong|change|not right|not correct|incorrect|wait|different)\b")


class State(TypedDict, total=False):
    messages: Annotated[list[AnyMessage], add_messages]
    options: list[str]
    facts: dict[str, str]
    label: dict[str, str] | None
    closed: bool


def hear(text: str) -> dict[str, str]:
    """Slot to value; a value taken back ("not the shoes") doesn't count, the last one wins."""
    said = text.lower().replace("’", "'")
    facts = {}
    for slot, table in TABLES.items():
        hits = [(m.start(), value) for value, words in table.items() for m in re.finditer(rf"\b(?:{words})\b", said)]
        kept = [hit for hit in hits if not re.search(r"(?:\bnot|instead of)\s+(?:the |a |my )?$", said[: hit[0]])]
        if kept:
            facts[slot] = max(kept)[1]
    numbers = re.findall(r"\br[ -]?(\d{3})[ -]?(\d{3})\b", said)
    if numbers:
        facts["order"] = "R" + "".join(numbers[-1])
    return facts


def reply(state: State) -> dict[str, Any]:
    text = str(state["messages"][-1].content)
    said = text.lower().replace("’", "'")
    facts = dict(state.get("facts") or {})
    first = len(state["messages"]) == 1
    step = next((slot for slot in SLOTS if slot not in facts), "confirm")
    asks = (
        text.strip().endswith("?") or re.match(r"(?:what|how|when|where|is|do|does|can|will|why)\b", said) is not None
    )
    answer = (
        next((known for words, known in ANSWERS.items() if re.search(rf"\b(?:{words})\b", said)), None)
        if asks
        else None
    )
    meant = WHY.search(said) is not None and (asks or "understand" in said)
    heard = {} if answer or meant or (asks and ASIDE.search(said)) else hear(text)
    changed = {slot: value for slot, value in heard.items() if facts.get(slot) not in {None, value}}
    facts.update(heard)
    then = next((slot for slot in SLOTS if slot not in facts), "confirm")
    if answer:
        before = answer
    elif changed:
        before = "I have changed that: " + ", ".join(f"{slot} is now {value}" for slot, value in changed.items()) + "."
    elif heard:
        before = "Thank you."
    elif meant:
        before = REASONS[step]
    elif ASIDE.search(said):
        before = "That's not for me, I only handle returns."
    elif UNSURE.search(said):
        before = "Take your time. " + REASONS[step]
    elif step == "confirm" and NO.search(said):
        return say(
            facts,
            "Alright, what should be different? Just tell me the new value.",
            ["Item", "Problem", "Order", "Refund"],
        )
    elif step == "confirm" and re.fullmatch(r"(?:the )?(item|problem|order|refund)(?: number)?", said.strip(" .!")):
        slot = re.sub(r"the | number|[ .!]", "", said)
        return say(facts, f"And what is the right one? {QUESTIONS[slot]}", list(TABLES.get(slot, ())))
    elif step == "confirm" and YES.search(said):
        label = {**facts, "number": f"L-{facts['order'][1:]}"}
        told = f"Your return is open. The label {label['number']} is on its way to your mailbox."
        return {**say(facts, told, []), "label": label, "closed": True}
    else:
        before = "Welcome to the returns desk." if first else "I didn't catch that."
    if then == "confirm" and (heard or changed):
        recap = (
            f"{facts['item']}, {facts['problem'].lower()}, order {facts['order']}, refund by {facts['refund'].lower()}."
        )
        before = f"{before} So it is: {recap}"
    buttons = ["Yes, print it", "No, change something"] if then == "confirm" else list(TABLES.get(then, ()))
    return say(facts, f"{before} {QUESTIONS[then]}", buttons)


def say(facts: dict[str, str], text: str, options: list[str]) -> dict[str, Any]:
    return {"messages": [AIMessage(text)], "facts": facts, "options": options, "label": None, "closed": False}


builder = StateGraph(State)
builder.add_node("reply", reply)
builder.add_edge(START, "reply")
builder.add_edge("reply", END)
desk = builder.compile()
