"""One conversation with a graph: a thread of its own, a run for each turn."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from prebeta.core.errors import Closed, Crashed
from prebeta.core.types import Json, Leave, Move, Reply, Wait
from prebeta.models.sse import EventReader
from prebeta.targets.langgraph import values as graph_values
from prebeta.targets.langgraph.plan import GraphPlan
from prebeta.targets.langgraph.values import Heard, Message
from prebeta.targets.wire import http_wire, reply
from prebeta.targets.wire.asked import Asked, answer, asked
from prebeta.targets.wire.line import Call, Exchange, Line
from prebeta.targets.wire.moves import sent
from prebeta.targets.wire.paths import NotFollowed
from prebeta.targets.wire.probing import probing

_JSON = "application/json"
_SHOWN = 300


@dataclass(frozen=True, slots=True)
class Pending:
    """A question of an interrupt that the next answer resumes. `id` is None where there is nothing to tell apart."""

    question: Asked
    id: str | None


class LangGraphConversation:
    """A session. Raises Crashed for an error of the server or the graph, Malformed for what a LangGraph server wouldn't
    answer, Refused, Closed and Timeout; all of them are the infrastructure's where it is the thread's state that isn't to
    be had."""

    def __init__(self, plan: GraphPlan, line: Line) -> None:
        self._plan = plan
        self._line = line
        self._values = line.values
        self._heard = Heard()
        self._pending: Pending | None = None
        self._thread = ""

    async def start(self) -> Reply:
        """Makes the thread, and runs the graph where it speaks first."""
        created = await self._post("threads.post", "/threads", self._plan.thread(self._values))
        found = self._line.json(created)
        thread = found.get("thread_id") if isinstance(found, Mapping) else None
        if not isinstance(thread, str) or not thread:
            raise self._line.malformed("POST /threads answered without a thread_id", created.body)
        self._thread = self._values["session"] = thread
        if self._plan.start is None:
            return Reply(session=thread)
        return await self._run({"input": self._plan.start(self._values)})

    async def send(self, move: Move) -> Reply:
        """The graph's answer to what was typed or pressed; to Wait, what was added to the thread meanwhile."""
        if isinstance(move, Leave):
            return Reply()
        if isinstance(move, Wait):
            state, exchange = await self._state(asyncio.get_running_loop().time())
            told = self._read(state.get("values"), [], exchange, None)
            unanswered = self._pending.question.options if self._pending is not None else ()
            return replace(told, options=unanswered) if unanswered else told
        values = self._values
        values["text"], values["payload"] = sent(move, self._plan.press_payload)
        if self._pending is None:
            return await self._run({"input": self._plan.said(values)})
        pending, self._pending = self._pending, None
        if self._plan.resume is not None:
            resume = self._plan.resume(values)
        else:
            resume = answer(pending.question, move, payload=True)
        if pending.id is not None:
            resume = {pending.id: resume}
        return await self._run({"command": {"resume": resume}})

    async def _run(self, body: dict[str, Json]) -> Reply:
        body = {**self._plan.fixed(self._values), **body}
        first_s, begun = None, asyncio.get_running_loop().time()
        if self._plan.stream:
            answered, first_s = await self._streamed(body)
            exchange = self._line.last
            assert exchange is not None
        else:
            exchange = await self._post("assistant", f"/threads/{self._thread}/runs/wait", body)
            answered = self._line.json(exchange)
        if isinstance(answered, Mapping) and "__error__" in answered:
            raise self._graph_error(answered["__error__"])
        interrupts = graph_values.interrupts_of(answered) if _holds_interrupts(answered) else []
        try:
            lacking = self._plan.needs(answered)
        except NotFollowed as error:
            raise self._line.malformed(str(error), exchange.body or http_wire.encode(answered)) from error
        if lacking:
            state, asked_for = await self._state(begun)
            of_thread = state.get("values")
            if isinstance(of_thread, Mapping):
                known = answered if isinstance(answered, Mapping) else {}
                answered, exchange = {**of_thread, **known}, asked_for
        return self._read(answered, interrupts, exchange, first_s)

    async def _streamed(self, body: dict[str, Json]) -> tuple[Json, float | None]:
        """The values that a run ends with, and the seconds to its first words."""
        begun = self._line.turn.worked_s()
        call = self._call("assistant", f"/threads/{self._thread}/runs/stream", body, "text/event-stream")
        reader, values, first_s, began = EventReader(), None, None, False
        interrupts: list[Json] = []
        async with self._line.stream(call) as lines:
            async for line in lines:
                for event in reader.feed(line + b"\n"):
                    began = True
                    data = self._decoded(event.data, call)
                    kind = event.name.partition("|")[0]
                    if kind == "error":
                        raise self._graph_error(data)
                    if kind == "messages" and first_s is None and _begins_to_speak(data):
                        first_s = self._line.turn.worked_s() - begun
                    elif kind == "values":
                        values = data
                        interrupts += data.get("__interrupt__") or [] if isinstance(data, Mapping) else []
                    elif kind == "updates" and isinstance(data, Mapping):
                        interrupts += data.get("__interrupt__") or []
        if not began:
            raise Closed(self._line.hidden(f"{call.label} ended without an event"))
        if interrupts:
            return {**(values if isinstance(values, Mapping) else {}), "__interrupt__": interrupts}, first_s
        return values, first_s

    def _decoded(self, data: str, call: Call) -> Json:
        try:
            return http_wire.decode(data.encode("utf-8", "replace"))
        except ValueError as error:
            raise self._line.malformed(f"an event of {call.label} isn't JSON", data.encode()) from error

    async def _state(self, begun: float) -> tuple[Mapping[str, Json], Exchange]:
        """The thread's state, in a turn that began then. Raises a TargetError that is the infrastructure's."""
        label = "GET /threads/{thread}/state"
        url = self._line.wiring.url_of(f"/threads/{self._thread}/state")
        run = self._line.last
        async with probing(self._line, begun, label):
            exchange = await self._line.ask(Call("state", label, "GET", url))
            state = self._line.json(exchange)
            if not isinstance(state, Mapping):
                raise self._line.malformed(f"{label} didn't answer with an object", exchange.body)
        return state, Exchange(exchange.call, exchange.status, exchange.body, run.trace if run is not None else None)

    def _read(self, values: Json, interrupts: list[Message], exchange: Exchange, first_s: float | None) -> Reply:
        plan = self._plan
        try:
            said, calls = self._said(plan.messages.find(values))
            options = () if plan.options is None else reply.options(plan.options.find(values), "options")
            ended = plan.ended is not None and reply.ended(plan.ended.find(values))
            state = plan.state.find(values) if plan.state is not None else _without_messages(values)
            if interrupts:
                question = self._asked(interrupts)
                said, options = (*said, *question.messages), question.options or options
        except reply.WrongShape as error:
            raise self._line.malformed(str(error), exchange.body or http_wire.encode(values)) from error
        if not said and not options:  # kept for the check before a run, which asks why
            self._line.last = replace(exchange, body=self._line.struck_out(http_wire.encode(values)))
        trace = None if exchange.trace is None else exchange.trace.rstrip("/").rpartition("/")[2]
        return Reply(said, options, state, ended, calls, self._thread, trace, first_token_s=first_s)

    def _said(self, found: Json) -> tuple[tuple[str, ...], tuple[Json, ...]]:
        """What is new among the messages, and the tools called on the way to it."""
        if not graph_values.are_messages(found):
            return reply.messages(found, "messages"), ()
        new = self._heard.new(found)
        return tuple(graph_values.text_of(one) for one in new if graph_values.is_said(one)), graph_values.tool_calls(
            new
        )

    def _asked(self, interrupts: list[Message]) -> Asked:
        """The first question: where a graph asks several at once, the others come again with the next answer."""
        first = interrupts[0]
        plan, value = self._plan, first["value"]
        question = asked(value)
        if plan.asks is not None:
            question = Asked(reply.messages(plan.asks(value), "interrupt.says"), question.options, question.answers)
        if plan.asks_options is not None:
            options = reply.options(plan.asks_options(value), "interrupt.options")
            question = Asked(question.messages, options, question.answers)
        told = first.get("id") if len({str(one.get("id")) for one in interrupts}) > 1 else None
        self._pending = Pending(question, told if isinstance(told, str) else None)
        return question

    async def _post(self, option: str, path: str, body: Json) -> Exchange:
        return await self._line.ask(self._call(option, path, body, None))

    def _call(self, option: str, path: str, body: Json, accept: str | None) -> Call:
        label = f"POST {path.replace(self._thread, '{thread}') if self._thread else path}"
        url = self._line.wiring.url_of(path)
        return Call(option, label, "POST", url, http_wire.encode(body), _JSON, accept)

    def _graph_error(self, error: Json) -> Crashed:
        told: Any = error if isinstance(error, Mapping) else {"message": error}
        kind, message = told.get("error"), told.get("message")
        said = ": ".join(" ".join(str(one).split()) for one in (kind, message) if one)
        evidence = self._line.hidden(http_wire.evidence(http_wire.encode(error)))
        return Crashed(self._line.hidden(f"the graph failed: {said}"[:_SHOWN]), evidence)


def _holds_interrupts(answered: Json) -> bool:
    return isinstance(answered, Mapping) and isinstance(answered.get("__interrupt__"), list)


def _begins_to_speak(data: Json) -> bool:
    """Whether a piece of a streamed message has words of the product in it."""
    return isinstance(data, list) and bool(data) and isinstance(data[0], Mapping) and graph_values.is_said(data[0])


def _without_messages(values: Json) -> Json:
    if not isinstance(values, Mapping):
        return None
    return {name: value for name, value in values.items() if name not in ("messages", "__interrupt__")} or None
