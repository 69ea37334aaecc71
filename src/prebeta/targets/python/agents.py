"""Agents of known frameworks as Python products: recognised by their classes, each conversation a talk of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from prebeta.core.types import Json
from prebeta.targets.python.agent_input import InputShape, shape_of
from prebeta.targets.python.agent_kinds import Kind, has_base, kind_of
from prebeta.targets.python.agent_langchain import RunnablePlan, RunnableTalk
from prebeta.targets.python.agent_memory import GraphMemory, adds_up, is_given
from prebeta.targets.python.agent_pydantic import AgentPlan, AgentTalk
from prebeta.targets.python.agent_reply import AnswerPaths
from prebeta.targets.python.options import AT_CALL, PythonOptions
from prebeta.targets.python.shape import WrongSignature
from prebeta.targets.wire import template

_AT_OPEN = tuple(name for name in AT_CALL if name not in ("text", "messages", "payload"))


class Agents:
    """Makes talks with agents; what can be worked out once a kind of agent is kept."""

    def __init__(self, options: PythonOptions, name: str) -> None:
        self._options, self._name = options, name
        self._plans: dict[type, Any] = {}
        self._retold: bool | None = None
        self._memory = GraphMemory(options.checkpointer, name)

    def talk(self, made: Any, values: Mapping[str, Json], *, shared: bool) -> Any:
        """A talk with the agent; what is no agent comes back as it is. Raises WrongSignature.

        `shared`: one agent for all conversations, so target.arguments are those of its ainvoke or run; else they were
        the factory's that made it.
        """
        kind = kind_of(made)
        if kind is None:
            return made
        if kind == "langgraph":
            made = self._with_memory(self._memory.compiled(made))
        known = self._plans.get(type(made))
        if known is None:
            known = self._plans[type(made)] = self._plan(made, kind, self._options.arguments if shared else {})
        if isinstance(known, AgentPlan):
            return AgentTalk(made, known, values)
        return RunnableTalk(made, known, values)

    def _with_memory(self, graph: Any) -> Any:
        if self._retold is None:
            self._retold = self._options.checkpointer == "auto" and self._retells(graph)
        return graph if self._retold else self._memory.given(graph)

    def _retells(self, graph: Any) -> bool:
        """Whether it wants to hear the history beside the words each time, and adds it up: kept as well it would double."""
        if self._options.input is not None:
            return False
        shape = shape_of(graph, self._name)
        return shape.text is not None and adds_up(graph, shape.messages)

    def _plan(self, agent: Any, kind: Kind, own_arguments: Mapping[str, Any]) -> AgentPlan | RunnablePlan:
        try:
            template.check(own_arguments, _AT_OPEN)
        except ValueError as error:
            raise WrongSignature(f"target.arguments: {error}") from error
        arguments = template.compile_json(dict(own_arguments))
        paths = AnswerPaths.of(self._options.reply)
        if kind == "pydantic-ai":
            return AgentPlan(self._name, arguments, paths)
        given = self._options.input
        shape = _history_shape(agent) or (InputShape() if given is not None else shape_of(agent, self._name))
        return RunnablePlan(
            name=self._name,
            shape=shape,
            remembers=_keeps_history(agent) and (not is_given(agent) or adds_up(agent, _messages_key(shape, given))),
            input=None if given is None else template.compile_json(given),
            arguments=arguments,
            paths=paths,
        )


def _messages_key(shape: InputShape, given: Json) -> str | None:
    """The key under which the messages are sent."""
    if isinstance(given, Mapping):
        return next((str(key) for key, value in given.items() if value == "{messages}"), None)
    return shape.messages


def _keeps_history(agent: Any) -> bool:
    if has_base(agent, "langgraph", "Pregel"):
        return bool(getattr(agent, "checkpointer", None))
    return hasattr(agent, "get_session_history")


def _history_shape(agent: Any) -> InputShape | None:
    """RunnableWithMessageHistory says itself under which key it takes what is new."""
    if not hasattr(agent, "get_session_history"):
        return None
    key = getattr(agent, "input_messages_key", None)
    return InputShape(whole="messages") if key is None else InputShape(text=key)
