"""One conversation with a LangChain runnable or a LangGraph graph."""

from __future__ import annotations

import importlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from prebeta.core.errors import Crashed
from prebeta.core.types import Json, Option, Reply
from prebeta.targets.python import agent_messages
from prebeta.targets.python.agent_input import InputShape
from prebeta.targets.python.agent_kinds import has_base
from prebeta.targets.python.agent_messages import Spoken
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

_INTERRUPTS = "__interrupt__"
_ASKED = ("question", "message", "text", "content", "prompt", "description", "instruction", "query")


@dataclass(frozen=True, slots=True)
class RunnablePlan:
    """What conversations with one runnable share. `remembers`: it keeps the history by the thread's id, so only what is
    new is sent. `input` and `arguments` are the project's own."""

    name: str
    shape: InputShape
    remembers: bool
    input: Render | None
    arguments: Render
    paths: AnswerPaths


class RunnableTalk:
    """Speaks to a runnable by `ainvoke`, with the conversation's id as the thread's."""

    def __init__(self, runnable: Any, plan: RunnablePlan, values: Mapping[str, Json]) -> None:
        self._runnable, self._plan, self._values = runnable, plan, values
        self._history: list[Any] = []
        self._known: list[Spoken] = []
        self._asked: list[Any] = []
        given = dict(plan.arguments(values) or {})
        self._config = _config(given.pop("config", None), str(values["session"]))
        self._given = given

    async def send(self, text: str, payload: str | None = None) -> Reply:
        """The answer to one message; to an interrupt, what was said or pressed is what it resumes with."""
        if self._asked:
            called = _resumed(self._asked, text, payload)
            self._asked = []
        else:
            called = self._called(text, payload)
        answer = await self._runnable.ainvoke(called, self._config, **self._given)
        return self._read(answer)

    def _called(self, text: str, payload: str | None) -> Any:
        form = self._plan.shape.form
        said = agent_messages.made(form, "user", text) if self._plan.shape.takes_messages or self._plan.input else text
        if self._plan.remembers:
            messages = [said]
            self._known.append(Spoken("user", text))
        else:
            self._history.append(said)
            messages = list(self._history)
            self._known = [agent_messages.read(one) for one in messages]
        if self._plan.input is not None:
            return self._plan.input({**self._values, "text": text, "payload": payload, "messages": messages})
        return self._plan.shape.filled(messages, text)

    def _read(self, answer: Any) -> Reply:
        if isinstance(answer, str) or agent_messages.is_message(answer):
            guess = self._of_message(answer)
        elif isinstance(answer, Mapping):
            guess = self._of_values(answer)
        else:
            guess = Reply(state=answer)
        told = self._plan.paths.read(answer, guess)
        nothing = not (told.messages or told.options or told.tool_calls or self._asked)
        if nothing and self._plan.paths.messages is None and not _speaks(answer):
            raise unread(self._plan.name, answer)
        return told

    def _of_message(self, answer: Any) -> Reply:
        spoken = agent_messages.read(answer)
        if not self._plan.remembers:
            kept = (
                agent_messages.made(self._plan.shape.form, "assistant", answer) if isinstance(answer, str) else answer
            )
            self._history.append(kept)
        return Reply(agent_messages.said([spoken]), tool_calls=agent_messages.tool_calls([spoken]))

    def _of_values(self, values: Mapping[str, Any]) -> Reply:
        key = self._plan.shape.messages or "messages"
        state = {name: value for name, value in values.items() if name not in (key, _INTERRUPTS)}
        self._asked = self._interrupts(values)
        listed = values.get(key)
        calls: tuple[Json, ...] = ()
        if isinstance(listed, list | tuple):
            spoken = [agent_messages.read(one) for one in listed]
            new = agent_messages.fresh(spoken, self._known)
            words, calls = agent_messages.said(new), agent_messages.tool_calls(new)
            before, self._known = self._known, spoken
            if not self._plan.remembers:
                whole = agent_messages.continues(spoken, before)
                self._history = list(listed) if whole else [*self._history, *listed]
        else:
            words = words_in(values)
            if not self._plan.remembers:
                self._history += [agent_messages.made(self._plan.shape.form, "assistant", one) for one in words]
        asked = [_question(one) for one in self._asked]
        return Reply(
            messages=(*words, *(one for question, _ in asked for one in question)),
            options=tuple(one for _, options in asked for one in options) or options_in(state),
            state=state or None,
            ended=ended_in(state),
            tool_calls=calls,
        )

    def _interrupts(self, values: Mapping[str, Any]) -> list[Any]:
        """Those that wait for an answer. Raises Crashed, not the product's, where nothing could be resumed."""
        asked = list(values.get(_INTERRUPTS) or ())
        graph = self._runnable
        while hasattr(graph, "bound"):  # in a wrapper of LangChain's
            graph = graph.bound
        if asked and has_base(graph, "langgraph", "Pregel") and not getattr(graph, "checkpointer", None):
            raise Crashed(
                f"{self._plan.name} interrupts, which needs a checkpointer: compile it with one, or set target.checkpointer "
                "to memory",
                infrastructure=True,
            )
        return asked


def _speaks(answer: Any) -> bool:
    """Whether saying nothing is the product's own doing: it has a place for words, and that is empty."""
    return (
        answer is None
        or isinstance(answer, str)
        or agent_messages.is_message(answer)
        or (isinstance(answer, Mapping) and isinstance(answer.get("messages"), list | tuple))
    )


def _config(given: Json, session: str) -> dict[str, Any]:
    config = dict(given) if isinstance(given, Mapping) else {}
    ours = {"thread_id": session, "session_id": session}
    return {**config, "configurable": {**ours, **(config.get("configurable") or {})}}


def _question(asked: Any) -> tuple[tuple[str, ...], tuple[Option, ...]]:
    """What an interrupt asks the user, and the answers it offers."""
    value = getattr(asked, "value", asked)
    if isinstance(value, Mapping):
        if "action_requests" in value:
            return _reviewed(value["action_requests"]), tuple(approval_options())
        asked_key = next((key for key in _ASKED if isinstance(value.get(key), str)), None)
        if asked_key is not None:
            return (value[asked_key],), options_in({**value, "options": value.get("options") or value.get("choices")})
    return (value if isinstance(value, str) else reply.shown(reply.plain(value)),), ()


def _reviewed(requests: Any) -> tuple[str, ...]:
    listed = [one for one in requests or () if isinstance(one, Mapping)]
    return tuple(str(one.get("description") or f"May I call {one.get('name')}({one.get('args')})?") for one in listed)


def _resumed(asked: list[Any], text: str, payload: str | None) -> Any:
    """LangGraph's command to go on, with the answer for each interrupt that waits."""
    command = importlib.import_module("langgraph.types").Command  # loaded already: the graph is of its making
    answers = [_decision(one, text, payload) for one in asked]
    if len(asked) == 1:
        return command(resume=answers[0])
    return command(resume={one.id: answer for one, answer in zip(asked, answers, strict=True)})


def _decision(asked: Any, text: str, payload: str | None) -> Json:
    value = getattr(asked, "value", asked)
    word = payload if payload is not None else text
    if not isinstance(value, Mapping) or "action_requests" not in value:
        return word
    one = {"type": "approve"} if approves(word) else {"type": "reject", "message": text}
    return {"decisions": [one for _ in value["action_requests"]]}
