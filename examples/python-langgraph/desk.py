"""A restaurant's table desk as a LangGraph graph, with rules where a model would stand: it needs no key."""

from __future__ import annotations

import re
from typing import Annotated, Any

from langchain_core.messages import AIMessage, AnyMessage
from langgraph.checkpoint.memory import InMemorySaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import interrupt
from typing_extensions import TypedDict

WORDS = {
    "day": {"Thursday": r"thursday", "Friday": r"friday", "Saturday": r"saturday"},
    "people": {"2": r"2|two", "4": r"4|four", "6": r"6|six"},
    "place": {"Terrace": r"terrace|outside|garden", "Window": r"window|view", "Quiet corner": r"quiet|corner"},
}
QUESTIONS = {
    "day": "On which day would you like to come?",
    "people": "For how many people?",
    "place": "Where would you like to sit?",
}
ANSWERS = {r"dogs?": "Dogs are welcome on the terrace.", r"park\w*": "There is a car park behind the house."}


class State(TypedDict, total=False):
    messages: Annotated[list[AnyMessage], add_messages]
    wanted: dict[str, str]
    options: list[str]
    booking: dict[str, str] | None
    closed: bool


def understand(state: State) -> dict[str, Any]:
    """What the last message says of the table that is wanted."""
    said = str(state["messages"][-1].content).lower()
    heard = dict(state.get("wanted") or {})
    for slot, words in WORDS.items():
        found = [
            (match.start(), value) for value, word in words.items() for match in re.finditer(rf"\b({word})\b", said)
        ]
        if found:
            heard[slot] = max(found)[1]
    return {"wanted": heard}


def answer(state: State) -> dict[str, Any]:
    """Answer a question, ask for what is missing, or book after a yes."""
    said = str(state["messages"][-1].content).lower()
    told = [reply for words, reply in ANSWERS.items() if re.search(rf"\b(?:{words})\b", said)]
    wanted = state["wanted"]
    missing = next((slot for slot in QUESTIONS if slot not in wanted), None)
    if missing is not None:
        return {"messages": [AIMessage(" ".join([*told, QUESTIONS[missing]]))], "options": list(WORDS[missing])}
    return {"messages": [AIMessage(one) for one in told], "options": []}


def confirm(state: State) -> dict[str, Any]:
    """Stop until the guest says yes; the graph goes on with what is said then."""
    wanted = state["wanted"]
    table = f"{wanted['day']}, {wanted['people']} people, {wanted['place'].lower()}"
    said = str(interrupt({"question": f"That is {table}. Shall I book it?", "options": ["Yes", "Change it"]}))
    heard = understand({"messages": [AIMessage(said)], "wanted": wanted})["wanted"]
    if heard != wanted:
        return {"wanted": heard}
    if re.search(r"\b(?:yes|yep|yeah|sure|ok|okay|right|correct|please|go ahead|perfect|fine|good)\b", said.lower()):
        return {"messages": [AIMessage("Your table is booked.")], "booking": wanted, "closed": True}
    told = next((reply for words, reply in ANSWERS.items() if re.search(rf"\b(?:{words})\b", said.lower())), None)
    return {"messages": [AIMessage(told or "Tell me what should be different.")]}


def complete(state: State) -> str:
    return "confirm" if all(slot in state["wanted"] for slot in QUESTIONS) else END


builder = StateGraph(State)
builder.add_node("understand", understand)
builder.add_node("answer", answer)
builder.add_node("confirm", confirm)
builder.add_edge(START, "understand")
builder.add_edge("understand", "answer")
builder.add_conditional_edges("answer", complete, ["confirm", END])
builder.add_conditional_edges("confirm", lambda state: END if state.get("closed") else "confirm", ["confirm", END])
graph = builder.compile(checkpointer=InMemorySaver())
