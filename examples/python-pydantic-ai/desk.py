"""A gym's class desk as a pydantic-ai agent. A function stands where a model would, so it needs no key: in earnest it is
`Agent("openai:…", …)`, and nothing else changes."""

from __future__ import annotations

import re

from pydantic_ai import Agent, ModelMessage, ModelResponse, TextPart, ToolCallPart
from pydantic_ai.models.function import AgentInfo, FunctionModel

WORDS = {
    "course": {"Yoga": r"yoga", "Boxing": r"boxing|box", "Swimming": r"swimming|swim"},
    "day": {"Monday": r"monday", "Wednesday": r"wednesday", "Friday": r"friday"},
    "time": {"Morning": r"morning|early", "Evening": r"evening|after work"},
}
QUESTIONS = {
    "course": "Which class would you like to join: yoga, boxing or swimming?",
    "day": "Which day suits you: Monday, Wednesday or Friday?",
    "time": "In the morning or in the evening?",
}


def speak(messages: list[ModelMessage], _info: AgentInfo) -> ModelResponse:
    """What a model would say: ask for what is missing, book when all is known, tell the price."""
    last = messages[-1].parts[-1]
    if last.part_kind == "tool-return":
        return ModelResponse([TextPart(str(last.content))])
    wanted: dict[str, str] = {}
    said = ""
    for part in (part for message in messages for part in message.parts if part.part_kind == "user-prompt"):
        said = str(part.content).lower()
        for slot, words in WORDS.items():
            found = [(m.start(), value) for value, word in words.items() for m in re.finditer(rf"\b({word})\b", said)]
            if found:
                wanted[slot] = max(found)[1]
    told = "The first class is free. " if re.search(r"\b(?:cost|free|price|pay|much)\b", said) else ""
    missing = next((slot for slot in QUESTIONS if slot not in wanted), None)
    if missing is not None:
        return ModelResponse([TextPart(told + QUESTIONS[missing])])
    return ModelResponse([ToolCallPart("book", wanted)])


desk: Agent[None, str] = Agent(FunctionModel(speak), instructions="You book classes at a gym.")


@desk.tool_plain
def book(course: str, day: str, time: str) -> str:
    """Book a place in a class."""
    return f"You are in: {course} on {day}, {time.lower()}. See you there!"
