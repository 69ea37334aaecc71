"""A museum's tour desk as a LangGraph graph: it asks, looks up places with a tool, and books after a human's yes.

No model and no key: the rules stand where a model would. What is real is the shape: several messages a turn, a tool
call, an interrupt before anything is booked, and a booking in the state.
"""

from __future__ import annotations

import re
from typing import Annotated, Any, Literal, TypedDict

from langchain_core.messages import AIMessage, AnyMessage, ToolMessage
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import interrupt

TOURS = {"Dinosaurs": r"dinos?\w*|fossils?", "Space": r"space|planets?|stars", "Deep sea": r"deep sea|ocean|fish\w*"}
DAYS = {day: day.lower() for day in ("Friday", "Saturday", "Sunday")}
NUMBERS = {"two": "2", "three": "3", "four": "4", "five": "5", "six": "6"}
QUESTIONS = {
    "tour": "Which tour would you like to join?",
    "day": "On which day would you like to come: Friday, Saturday or Sunday?",
    "people": "How many people are coming?",
}
REASONS = {
    "tour": "Each tour has its own guide, so I need to know which one.",
    "day": "Tours run on three days, and places are kept for one of them.",
    "people": "A group has at most eight people, so I need your number.",
}
ASIDE = re.compile(r"\b(?:joke|weather|poem|recipe|football|capital|song|news|movie|phone|president|sing)\b")
WHY = re.compile(
    r"\bwhy\b|\bwhat (?:do|does|is|exactly|for)\b|what'?s|\bmean|explain|example|understand|unclear|clarif"
)
PRICE = re.compile(r"\b(?:price|cost|costs|how much|ticket)\b")
YES = re.compile(r"\b(?:yes|yep|yeah|correct|right|sure|ok|okay|fine|go ahead|confirm\w*|perfect|book it|please do)\b")
NO = re.compile(r"\b(?:no|nope|wrong|change|not right|incorrect|different)\b")


class State(TypedDict, total=False):
    messages: Annotated[list[AnyMessage], add_messages]
    facts: dict[str, str]
    options: list[str]
    booking: dict[str, str] | None
    closed: bool


def hear(text: str) -> dict[str, str]:
    """Slot to value; the value named last wins, one taken back ("not Friday") doesn't count."""
    said = text.lower()
    facts = {}
    for slot, table in (("tour", TOURS), ("day", DAYS)):
        hits = [(m.start(), name) for name, words in table.items() for m in re.finditer(rf"\b(?:{words})\b", said)]
        kept = [hit for hit in hits if not re.search(r"\b(?:not|instead of|i said) (?:the )?$", said[: hit[0]])]
        if kept:
            facts[slot] = max(kept)[1]
    people = re.findall(r"\b([1-9]\d?|two|three|four|five|six)\b(?! tours?)", said)
    if people:
        facts["people"] = NUMBERS.get(people[-1], people[-1])
    return facts


def missing(facts: dict[str, str]) -> str | None:
    return next((slot for slot in QUESTIONS if slot not in facts), None)


def side_answer(text: str, reason: str) -> str | None:
    """What is said to a question of the user's own, if it is one."""
    said = text.lower().replace("’", "'")
    if PRICE.search(said):
        return "A tour costs 12 euros a person."
    if ASIDE.search(said):
        return "I only know about the museum."
    return reason if WHY.search(said) else None


def listen(state: State) -> dict[str, Any]:
    """The user's words: a question of its own, or facts; a tool is called once tour and day are known."""
    text = str(state["messages"][-1].content)
    facts = dict(state.get("facts") or {})
    step = missing(facts) or "people"
    told = side_answer(text, REASONS[step])
    heard = hear(text)
    looked_up = {slot: facts.get(slot) for slot in ("tour", "day")}
    facts.update(heard)
    messages: list[AnyMessage] = []
    if "tour" in facts and "day" in facts and looked_up != {slot: facts[slot] for slot in ("tour", "day")}:
        arguments = {"tour": facts["tour"], "day": facts["day"]}
        messages.append(
            AIMessage("", tool_calls=[{"name": "places_left", "args": arguments, "id": f"call-{len(text)}"}])
        )
    else:
        greeting = "Welcome to the museum." if len(state["messages"]) == 1 else "Sorry, I didn't get that."
        messages.append(AIMessage(told or ("Noted." if heard else greeting)))
    return {"messages": messages, "facts": facts, "options": [], "booking": None, "closed": False}


def look_up(state: State) -> dict[str, Any]:
    call = state["messages"][-1].tool_calls[0]
    left = 8 + len(call["args"]["tour"])
    told = f"There are {left} places left on {call['args']['day']}."
    return {"messages": [ToolMessage(str(left), tool_call_id=call["id"], name=call["name"]), AIMessage(told)]}


def ask(state: State) -> dict[str, Any]:
    slot = missing(state["facts"]) or "tour"
    return {"messages": [AIMessage(QUESTIONS[slot])], "options": list(TOURS) if slot == "tour" else []}


def confirm(state: State) -> dict[str, Any]:
    """Nothing is booked before a human says yes: the graph stops here, whatever is said, until there is an answer."""
    facts = state["facts"]
    question = f"So it is {facts['tour']} on {facts['day']} for {facts['people']} people. Shall I book it?"
    asked = question
    while True:
        answer = str(interrupt({"question": asked, "options": ["Yes, book it", "No, change something"]}))
        changed = {slot: value for slot, value in hear(answer).items() if facts.get(slot) != value}
        told = side_answer(answer, "With a yes the places are yours.")
        if told is None and changed:
            return {"facts": {**facts, **changed}}
        if told is None and YES.search(answer.lower()) and not NO.search(answer.lower()):
            number = f"T-{sum(map(ord, facts['tour'] + facts['day'] + facts['people'])):04}"
            said = AIMessage(f"Your places are booked, the number is {number}. See you!")
            return {"messages": [said], "booking": {**facts, "number": number}, "closed": True, "options": []}
        if told is None and NO.search(answer.lower()):
            asked = "Alright, what should be different? Just tell me the new value."
        else:
            asked = f"{told or 'Sorry?'} {question}"


def after_listening(state: State) -> Literal["look_up", "ask", "confirm"]:
    last = state["messages"][-1]
    if isinstance(last, AIMessage) and last.tool_calls:
        return "look_up"
    return after_look_up(state)


def after_look_up(state: State) -> Literal["ask", "confirm"]:
    return "confirm" if missing(state["facts"]) is None else "ask"


def after_confirm(state: State) -> Literal["confirm", "__end__"]:
    return END if state.get("closed") else "confirm"


builder = StateGraph(State)
for node in (listen, look_up, ask, confirm):
    builder.add_node(node.__name__, node)
builder.add_edge(START, "listen")
builder.add_conditional_edges("listen", after_listening)
builder.add_conditional_edges("look_up", after_look_up)
builder.add_edge("ask", END)
builder.add_conditional_edges("confirm", after_confirm)
tours = builder.compile()
