"""Graphs that do what products do and the example's doesn't: echo, fail, be silent, speak first, ask two things at once."""

import asyncio
from typing import Annotated, Any, TypedDict

from langchain_core.messages import AIMessage, AnyMessage
from langchain_core.runnables import RunnableConfig
from langgraph.graph import END, START, StateGraph
from langgraph.graph.message import add_messages
from langgraph.types import interrupt


class State(TypedDict, total=False):
    messages: Annotated[list[AnyMessage], add_messages]
    count: int
    seen: dict[str, Any]


class TextIn(TypedDict):
    question: str


class TextOut(TypedDict):
    answer: str


class TextState(TextIn, TextOut):
    ledger: dict[str, int]


async def echo(state: State, config: RunnableConfig) -> dict[str, Any]:
    """Says back what it heard, in two messages, and fails, hangs or asks where it is told to."""
    messages = state["messages"]
    if not messages:
        return {"messages": [AIMessage("Hello, I speak first.")], "count": 0}
    text = str(messages[-1].content)
    if text == "raise":
        raise ValueError("the planted error")
    if text == "hang":
        await asyncio.sleep(30)
    count = sum(message.type == "human" for message in messages)
    seen = {key: value for key, value in config["configurable"].items() if key in ("flavour", "x-flavour")}
    return {"messages": [AIMessage(f"echo: {text}"), AIMessage(f"{count} so far")], "count": count, "seen": seen}


def one(state: State) -> dict[str, Any]:
    return {"messages": [AIMessage(f"one is {interrupt('First?')}")]}


def two(state: State) -> dict[str, Any]:
    return {"messages": [AIMessage(f"two is {interrupt('Second?')}")]}


REVIEW = {
    "action_requests": [{"name": "pay", "args": {"euros": 5}, "description": "Pay 5 euros?"}],
    "review_configs": [{"action_name": "pay", "allowed_decisions": ["approve", "edit", "reject"]}],
}


def review(state: State) -> dict[str, Any]:
    return {"messages": [AIMessage(f"decided: {interrupt(REVIEW)['decisions'][0]}")]}


INBOX = {
    "action_request": {"action": "send_mail", "args": {}},
    "config": {"allow_accept": True, "allow_ignore": True, "allow_respond": True, "allow_edit": False},
    "description": "Shall I send the mail?",
}


def inbox(state: State) -> dict[str, Any]:
    return {"messages": [AIMessage(f"got: {interrupt([INBOX])[0]}")]}


def plain(state: TextIn) -> dict[str, Any]:
    return {"answer": f"plain: {state['question']}", "ledger": {"length": len(state["question"])}}


def graph(*nodes: Any) -> Any:
    """All nodes at once, then the end."""
    builder = StateGraph(State)
    for node in nodes:
        builder.add_node(node.__name__, node)
        builder.add_edge(START, node.__name__)
        builder.add_edge(node.__name__, END)
    return builder.compile()


echoes = graph(echo)
both = graph(one, two)
reviewed = graph(review)
mailed = graph(inbox)
plain_text = StateGraph(TextState, input_schema=TextIn, output_schema=TextOut)
plain_text.add_node("plain", plain)
plain_text.add_edge(START, "plain")
plain_text.add_edge("plain", END)
texts = plain_text.compile()
