"""One conversation with a pydantic-ai agent."""

from __future__ import annotations

import importlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from prebeta.core.types import Json, Reply
from prebeta.targets.python.agent_reply import (
    AnswerPaths,
    approval_options,
    approves,
    ended_in,
    options_in,
    unread,
    words_in,
)
from prebeta.targets.wire import reply
from prebeta.targets.wire.template import Render

_OUTPUT_TOOL = "final_result"
"""The tool by which models give a structured output: no call of the product's."""


@dataclass(frozen=True, slots=True)
class AgentPlan:
    """What conversations with one agent share; `arguments` are the project's own, for `run`."""

    name: str
    arguments: Render
    paths: AnswerPaths


class AgentTalk:
    """Speaks to an agent by `run`, and keeps its message history."""

    def __init__(self, agent: Any, plan: AgentPlan, values: Mapping[str, Json]) -> None:
        self._agent, self._plan = agent, plan
        self._given = dict(plan.arguments(values) or {})
        self._history: Any = None
        self._waiting: tuple[str, ...] = ()

    async def send(self, text: str, payload: str | None = None) -> Reply:
        """The answer to one message; to a request for approval, yes or no to it."""
        if self._waiting:
            given = {"deferred_tool_results": _decided(self._waiting, text, payload)}
            self._waiting = ()
            result = await self._agent.run(message_history=self._history, **given, **self._given)
        else:
            result = await self._agent.run(text, message_history=self._history, **self._given)
        self._history = result.all_messages()
        return self._read(result.output, tuple(_calls(result.new_messages())))

    def _read(self, output: Any, calls: tuple[Json, ...]) -> Reply:
        approvals = getattr(output, "approvals", None)
        if type(output).__name__ == "DeferredToolRequests" and approvals:
            self._waiting = tuple(str(one.tool_call_id) for one in approvals)
            asked = tuple(f"May I call {one.tool_name}({reply.plain(_arguments(one))})?" for one in approvals)
            return Reply(asked, tuple(approval_options()), tool_calls=calls)
        if isinstance(output, str):
            guess = Reply((output,), tool_calls=calls)
        else:
            values = reply.plain(output)
            known = values if isinstance(values, Mapping) else {}
            guess = Reply(words_in(known), options_in(known), values, ended_in(known), calls)
        told = self._plan.paths.read(output, guess)
        if told.empty and not isinstance(output, str) and self._plan.paths.messages is None:
            raise unread(self._plan.name, reply.plain(output))
        return told


def _calls(messages: Iterable[Any]) -> Iterable[Json]:
    parts = [part for message in messages for part in getattr(message, "parts", ())]
    results = {part.tool_call_id: part.content for part in parts if part.part_kind == "tool-return"}
    for part in parts:
        if part.part_kind == "tool-call" and not part.tool_name.startswith(_OUTPUT_TOOL):
            call = {"name": part.tool_name, "args": _arguments(part), "id": part.tool_call_id}
            yield {**call, "result": results[part.tool_call_id]} if part.tool_call_id in results else call


def _arguments(part: Any) -> Json:
    if isinstance(part.args, str):
        with suppress(ValueError):
            return json.loads(part.args)
    return part.args


def _decided(waiting: tuple[str, ...], text: str, payload: str | None) -> Any:
    tools = importlib.import_module("pydantic_ai.tools")  # loaded already: the agent is of its making
    word = payload if payload is not None else text
    answer = True if approves(word) else tools.ToolDenied(text)
    return tools.DeferredToolResults(approvals=dict.fromkeys(waiting, answer))
