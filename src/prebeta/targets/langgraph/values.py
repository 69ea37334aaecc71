"""What a graph's values say: messages that are new, tool calls, interrupts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from prebeta.core.types import Json
from prebeta.targets.wire import reply

_AI = frozenset(("ai", "AIMessageChunk", "assistant"))
_HUMAN = frozenset(("human", "HumanMessageChunk", "user"))
_TOOL = frozenset(("tool", "ToolMessageChunk"))

Message = Mapping[str, Json]


@dataclass(slots=True)
class Heard:
    """Which messages of a thread have been taken note of, so that only new ones count as said."""

    ids: set[str] = field(default_factory=set)
    length: int = 0

    def new(self, messages: Sequence[Message]) -> list[Message]:
        """Those not heard before, in their order; from now on they are."""
        shrunk = len(messages) < self.length  # the graph forgets old ones, so places tell nothing
        spoken = max((at for at, one in enumerate(messages) if speaker(one) in _HUMAN), default=-1)
        since = spoken + 1 if shrunk else self.length
        found = [
            one
            for at, one in enumerate(messages)
            if (one["id"] not in self.ids if isinstance(one.get("id"), str) else at >= since)
        ]
        self.ids.update(one["id"] for one in found if isinstance(one.get("id"), str))
        self.length = len(messages)
        return found


def are_messages(value: Json) -> bool:
    """Whether these are LangChain's messages, as opposed to plain texts."""
    return isinstance(value, list) and all(isinstance(one, Mapping) and speaker(one) is not None for one in value)


def speaker(message: Message) -> str | None:
    """human, ai, tool, … as the message says."""
    told = message.get("type")
    if not isinstance(told, str) or told in ("chat", "ChatMessageChunk", "message"):
        told = message.get("role")
    return told if isinstance(told, str) else None


def is_said(message: Message) -> bool:
    """Whether the product speaks to the user in it."""
    return speaker(message) in _AI and bool(text_of(message).strip())


def text_of(message: Message) -> str:
    """Its words: the text, or its text parts in a row."""
    content = message.get("content")
    if isinstance(content, str):
        return reply.clean(content)
    parts = content if isinstance(content, list) else []
    return "".join(reply.clean(text) for text in map(_part, parts) if text is not None)


def _part(part: Json) -> str | None:
    if isinstance(part, str):
        return part
    text = part.get("text") if isinstance(part, Mapping) and part.get("type", "text") == "text" else None
    return text if isinstance(text, str) else None


def tool_calls(messages: Sequence[Message]) -> tuple[Json, ...]:
    """The tools called in these messages: name, args, id, and the result where it is among them."""
    results = {one.get("tool_call_id"): text_of(one) for one in messages if speaker(one) in _TOOL}
    calls = []
    for message in messages:
        for call in message.get("tool_calls") or ():
            if speaker(message) in _AI and isinstance(call, Mapping):
                told = {key: reply.plain(call[key]) for key in ("name", "args", "id") if key in call}
                result = results.get(call.get("id"))
                calls.append(told if result is None else {**told, "result": result})
    return tuple(calls)


def interrupts_of(answer: Json) -> list[Mapping[str, Json]]:
    """The interrupts that a run's answer or a thread's state holds."""
    if not isinstance(answer, Mapping):
        return []
    found = answer.get("__interrupt__")
    if not isinstance(found, list):
        tasks = answer.get("tasks")
        of_tasks = [task.get("interrupts") or [] for task in tasks or () if isinstance(task, Mapping)]
        found = [one for some in of_tasks for one in some]
    return [one if isinstance(one, Mapping) and "value" in one else {"value": one} for one in found]
