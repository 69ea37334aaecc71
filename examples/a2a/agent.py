"""A canteen's order agent that speaks A2A, served by a2a-sdk: one task from the first word to the order.

No model and no key: the rules stand where a model would. What is real is the protocol: a task that asks for input,
quick replies as a data part, the order as an artifact. `python agent.py [PORT]` serves it.
"""

from __future__ import annotations

import re
import sys

import uvicorn
from a2a.helpers.proto_helpers import new_data_part, new_text_part
from a2a.server.agent_execution import AgentExecutor, RequestContext
from a2a.server.events import EventQueue
from a2a.server.request_handlers import DefaultRequestHandler
from a2a.server.routes import create_agent_card_routes, create_jsonrpc_routes
from a2a.server.tasks import InMemoryTaskStore, TaskUpdater
from a2a.types import AgentCapabilities, AgentCard, AgentInterface, AgentSkill, Part, Task, TaskState, TaskStatus
from starlette.applications import Starlette

DISHES = {"Soup": r"soup|broth|minestrone", "Curry": r"curry|dal|something spicy", "Salad": r"salad|something green"}
TIMES = {"12:00": r"12:00|noon|twelve", "12:30": r"12:30|half past twelve", "13:00": r"13:00|one o'?clock|1 ?pm"}
PLACES = {
    "Terrace": r"terrace|outside|outdoors",
    "Hall": r"hall|inside|indoors",
    "Take away": r"take ?away|to go|take it with me",
}
TABLES = {"dish": DISHES, "time": TIMES, "place": PLACES}
QUESTIONS = {
    "dish": "Which dish would you like today?",
    "time": "At what time would you like to eat?",
    "place": "Where would you like to sit, or is it take away?",
}
REASONS = {
    "dish": "The kitchen cooks each dish on demand, so I need to know which.",
    "time": "Lunch is served in three rounds, and your dish is made for one of them.",
    "place": "The place decides who brings your plate.",
    "confirm": "With a yes your order goes to the kitchen.",
}
CHANGE = "What should be different? Just tell me the new value."
ASIDE = re.compile(r"\b(?:joke|weather|poem|recipe|football|capital|song|news|movie|phone|president|sing)\b")
WHY = re.compile(
    r"\bwhy\b|\bwhat (?:do|does|is|exactly|for)\b|what'?s|\bmean|explain|example|understand|unclear|clarif"
)
PRICE = re.compile(r"\b(?:price|cost|costs|how much)\b")
YES = re.compile(r"\b(?:yes|yep|yeah|correct|right|sure|ok|okay|fine|go ahead|confirm\w*|perfect|order it|please do)\b")
NO = re.compile(r"\b(?:no|nope|wrong|change|not right|incorrect|different)\b")


def hear(text: str) -> dict[str, str]:
    """Slot to value; the value named last wins, one taken back ("not the soup") doesn't count."""
    said = text.lower().replace("’", "'")
    facts = {}
    for slot, table in TABLES.items():
        hits = [(m.start(), name) for name, words in table.items() for m in re.finditer(rf"\b(?:{words})\b", said)]
        kept = [hit for hit in hits if not re.search(r"\b(?:not|instead of|i said) (?:the )?$", said[: hit[0]])]
        if kept:
            facts[slot] = max(kept)[1]
    return facts


def answer(facts: dict[str, str], text: str, first: bool) -> tuple[dict[str, str], str, list[str]]:
    """What is known now, what is said, and the quick replies. Without words of its own the order is complete."""
    said = text.lower().replace("’", "'")
    step = next((slot for slot in QUESTIONS if slot not in facts), "confirm")
    aside = (PRICE.search(said) and "A lunch costs 7 euros.") or (ASIDE.search(said) and "I only take lunch orders.")
    heard = hear(text)
    changed = {slot for slot, value in heard.items() if facts.get(slot) != value}
    facts = {**facts, **heard}
    then = next((slot for slot in QUESTIONS if slot not in facts), "confirm")
    if aside:
        before = f"Noted. {aside}" if changed else aside
    elif changed:
        before = "Noted."
    elif WHY.search(said):
        before = REASONS[step]
    elif step == "confirm" and NO.search(said):
        return facts, CHANGE, []
    elif step == "confirm" and YES.search(said):
        return facts, "", []
    else:
        before = "Welcome to the canteen." if first else "Sorry, I didn't get that."
    if then != "confirm":
        return facts, f"{before} {QUESTIONS[then]}", list(TABLES[then])
    recap = f"{facts['dish']} at {facts['time']}, {facts['place'].lower()}"
    return facts, f"{before} So it is: {recap}. Shall I order it?", ["Yes, order it", "No, change something"]


class Canteen(AgentExecutor):
    """Keeps what it knows by task."""

    def __init__(self) -> None:
        self._known: dict[str, dict[str, str]] = {}

    async def execute(self, context: RequestContext, event_queue: EventQueue) -> None:
        task, conversation = context.task_id or "", context.context_id or ""
        updater = TaskUpdater(event_queue, task, conversation)
        first = context.current_task is None
        if first:
            submitted = TaskStatus(state=TaskState.TASK_STATE_SUBMITTED)
            history = [context.message] if context.message else []
            await event_queue.enqueue_event(Task(id=task, context_id=conversation, status=submitted, history=history))
        facts, text, options = answer(self._known.get(task, {}), context.get_user_input(), first)
        self._known[task] = facts
        if text:
            parts: list[Part] = [new_text_part(text)]
            if options:
                parts.append(new_data_part({"options": options}))
            await updater.requires_input(updater.new_agent_message(parts))
            return
        number = f"L-{sum(map(ord, ''.join(facts.values()))):04}"
        await updater.add_artifact([new_data_part({"order": {**facts, "number": number}})], name="order")
        await updater.complete(
            updater.new_agent_message([new_text_part(f"Your order {number} is in the kitchen. Enjoy!")])
        )
        del self._known[task]

    async def cancel(self, context: RequestContext, event_queue: EventQueue) -> None:
        await TaskUpdater(event_queue, context.task_id or "", context.context_id or "").cancel()


def app(url: str) -> Starlette:
    """The agent and its card, for the address that it is reached at. It speaks A2A 1.0 and 0.3."""
    card = AgentCard(
        name="Canteen",
        description="Takes lunch orders.",
        version="1.0.0",
        supported_interfaces=[
            AgentInterface(url=url, protocol_binding="JSONRPC", protocol_version="1.0"),
            AgentInterface(url=url, protocol_binding="JSONRPC", protocol_version="0.3"),
        ],
        capabilities=AgentCapabilities(streaming=True),
        default_input_modes=["text/plain"],
        default_output_modes=["text/plain", "application/json"],
        skills=[AgentSkill(id="lunch", name="Lunch", description="Takes a lunch order.", tags=["food"])],
    )
    handler = DefaultRequestHandler(Canteen(), InMemoryTaskStore(), card)
    return Starlette(
        routes=[*create_agent_card_routes(card), *create_jsonrpc_routes(handler, "/", enable_v0_3_compat=True)]
    )


if __name__ == "__main__":
    port = int(sys.argv[1]) if len(sys.argv) > 1 else 9999
    uvicorn.run(app(f"http://127.0.0.1:{port}/"), host="127.0.0.1", port=port, log_level="warning")
