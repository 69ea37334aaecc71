"""One conversation with an agent: messages in one context, a task carried on while it asks for input."""

from __future__ import annotations

import asyncio
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, replace

from prebeta.core.errors import Closed, Crashed, Malformed, Timeout
from prebeta.core.types import Json, Leave, Move, Reply, Wait
from prebeta.models.sse import EventReader
from prebeta.targets.a2a.card import Agent
from prebeta.targets.a2a.events import StreamedTask
from prebeta.targets.a2a.options import A2AOptions
from prebeta.targets.a2a.results import ASKING, OVER, WORKING, NoResult, Reader, Result, Said, result_of, words_of
from prebeta.targets.wire import http_wire, reply
from prebeta.targets.wire.asked import Asked, answer, asked, options_in
from prebeta.targets.wire.line import Call, Line
from prebeta.targets.wire.moves import sent
from prebeta.targets.wire.paths import Finder
from prebeta.targets.wire.template import Render

_JSON = "application/json"
_SHOWN = 300
_PATIENCE_S = 30.0
"""How long a task may be worked on where nobody says: for the connection check."""
_SLOWEST_S = 2.0
"""Longest time between two looks at a task."""


@dataclass(frozen=True, slots=True)
class AgentPlan:
    """What conversations of a run share. `agent` gives where the agent is, asked for once a run."""

    settings: A2AOptions
    agent: Callable[[Line], Awaitable[Agent]]
    metadata: Render | None
    messages: Finder | None
    state: Finder | None
    options: Finder | None
    ended: Finder | None


class A2AConversation:
    """A session. Raises Crashed for JSON-RPC errors and failed tasks, Malformed for what A2A doesn't know, Refused,
    Closed and Timeout."""

    def __init__(self, plan: AgentPlan, line: Line) -> None:
        self._plan = plan
        self._line = line
        self._reader = Reader(progress=plan.settings.progress and not plan.settings.stream)
        self._agent = Agent(line.wiring.url_of(""), new=True)
        self._context: str | None = None
        self._task: str | None = None
        self._asked: Asked | None = None
        self._calls = 0
        self._first_s: float | None = None

    async def start(self) -> Reply:
        """Finds out where the agent is. An agent doesn't speak first."""
        self._agent = await self._plan.agent(self._line)
        endpoint = self._agent.endpoint
        self._line.hide(endpoint.password or "", *endpoint.query.values())
        if self._agent.new:
            self._line.headers = {**self._line.headers, "A2A-Version": "1.0"}
        return Reply()

    async def send(self, move: Move) -> Reply:
        """The agent's answer. A task that is asked for is waited for, so nothing comes late: Wait gives an empty reply."""
        if isinstance(move, Wait | Leave):
            return Reply(session=self._context)
        part: dict[str, Json] = {"text": sent(move, self._plan.settings.press == "payload")[0]}
        if self._asked is not None:  # asked in structured form, which may want a structured answer
            told = answer(self._asked, move, payload=True)
            part = {"text": told} if isinstance(told, str) else {"data": {"resume": told}}
            self._asked = None
        message_id = uuid.uuid4().hex
        params = self._params(message_id, part)
        self._first_s = None
        if self._plan.settings.stream:
            found = await self._streamed(params)
        else:
            found = await self._rpc("SendMessage" if self._agent.new else "message/send", params)
        result = await self._settled(self._result(found))
        self._context = result.context or self._context
        self._task = result.task if result.state in ASKING else None
        return self._read(result, self._reader.said(result, message_id))

    def _params(self, message_id: str, part: dict[str, Json]) -> dict[str, Json]:
        settings, new = self._plan.settings, self._agent.new
        kind = {} if new else {"kind": "text" if "text" in part else "data"}
        message: dict[str, Json] = {"messageId": message_id, "role": "ROLE_USER" if new else "user"}
        message |= {"parts": [{**kind, **part}]} | ({} if new else {"kind": "message"})
        message |= {key: value for key, value in (("contextId", self._context), ("taskId", self._task)) if value}
        if self._plan.metadata is not None:
            message["metadata"] = self._plan.metadata(self._line.values)
        configuration: dict[str, Json] = {} if new else {"blocking": True}
        if settings.accepts is not None:
            configuration["acceptedOutputModes"] = settings.accepts
        params: dict[str, Json] = {"message": message}
        if configuration:
            params["configuration"] = configuration
        return self._in_tenant(params)

    def _in_tenant(self, params: dict[str, Json]) -> dict[str, Json]:
        return params if self._agent.tenant is None else {**params, "tenant": self._agent.tenant}

    async def _settled(self, result: Result) -> Result:
        """The task when it is no longer being worked on. Raises Timeout where that takes too long, Crashed if it failed."""
        left_s = self._line.turn.left_s
        if left_s is None:
            left_s = self._plan.settings.timeout_s or _PATIENCE_S
        until = time.monotonic() + left_s
        pause_s = self._plan.settings.poll_s
        while result.state in WORKING:
            if result.task is None:
                raise self._malformed("a task without an id is being worked on")
            if time.monotonic() >= until:
                patience_s = self._line.context.patience_s or left_s
                raise Timeout(f"the agent still worked on its task after {patience_s:g} s", self._evidence(result))
            await asyncio.sleep(min(pause_s, until - time.monotonic()))
            if time.monotonic() >= until:
                continue  # a last look would have no time for its answer
            pause_s = min(pause_s * 1.5, _SLOWEST_S)
            params = self._in_tenant({"id": result.task})
            try:
                result = self._result(await self._rpc("GetTask" if self._agent.new else "tasks/get", params))
            except (Timeout, Closed) as error:
                raw = error.raw or self._evidence(result)  # what the task was when it was last seen
                raise type(error)(error.detail, raw, infrastructure=error.infrastructure) from error
        if result.state == "failed":
            why = self._line.hidden(words_of(result.thing))[:_SHOWN]
            raise Crashed(f"the agent's task failed{why and ': '}{why}", self._evidence(result))
        if result.state is not None and result.state not in ASKING | OVER:
            raise self._malformed(f"A2A knows no task state {result.state!r}")
        return result

    def _read(self, result: Result, said: Said) -> Reply:
        plan = self._plan
        question = _question(said) if result.state in ASKING else None
        self._asked = question
        data = said.merged()
        texts = tuple(said.texts)
        options = options_in(data)[0] if isinstance(data, Mapping) else ()
        if question is not None:
            texts, options = (*texts, *question.messages), question.options or options
        try:
            if plan.messages is not None:
                texts = (*texts, *reply.messages(plan.messages(data), "messages"))
            if plan.options is not None:
                options = reply.options(plan.options(data), "options")
            ended = plan.ended is not None and reply.ended(plan.ended(data))
            state = data if plan.state is None else plan.state(data)
        except reply.WrongShape as error:
            raise self._malformed(str(error)) from error
        if not texts and not options and self._line.last is not None:  # kept for the check before a run, which asks why
            self._line.last = replace(self._line.last, body=self._line.struck_out(http_wire.encode(data)))
        over = result.state in ("rejected", "canceled") or (
            result.state == "completed" and plan.settings.completed_ends
        )
        trace = self._line.last.trace if self._line.last is not None else None
        return Reply(
            texts, options, state, ended or over, session=self._context, trace=trace, first_token_s=self._first_s
        )

    async def _rpc(self, method: str, params: Json) -> Json:
        """The result of a call. Raises Crashed for a JSON-RPC error, Malformed for what isn't JSON-RPC."""
        exchange = await self._line.ask(self._call(method, params, _JSON))
        return self._unwrapped(self._line.json(exchange), method)

    async def _streamed(self, params: Json) -> Json:
        """What the events of a stream come to."""
        method = "SendStreamingMessage" if self._agent.new else "message/stream"
        call = self._call(method, params, "text/event-stream")
        begun, reader, task = self._line.turn.worked_s(), EventReader(), StreamedTask()
        async with self._line.stream(call) as lines:
            async for line in lines:
                for event in reader.feed(line + b"\n"):
                    try:
                        data = http_wire.decode(event.data.encode("utf-8", "replace"))
                        speaks = task.take(self._unwrapped(data, method))
                    except ValueError as error:
                        what = str(error) if isinstance(error, NoResult) else f"an event of {method} isn't JSON"
                        raise self._line.malformed(what, event.data.encode()) from error
                    if speaks and self._first_s is None:
                        self._first_s = self._line.turn.worked_s() - begun
        if task.result is None:
            raise Closed(f"the stream of {method} ended without an event")
        return task.result

    def _call(self, method: str, params: Json, accept: str) -> Call:
        self._calls += 1
        body = {"jsonrpc": "2.0", "id": str(self._calls), "method": method, "params": params}
        return Call("endpoint", method, "POST", self._agent.endpoint, http_wire.encode(body), _JSON, accept)

    def _unwrapped(self, told: Json, method: str) -> Json:
        if not isinstance(told, Mapping) or not ("result" in told or told.get("error")):
            raise self._line.malformed(f"the answer to {method} isn't JSON-RPC", http_wire.encode(told))
        if told.get("id") is not None and str(told["id"]) != str(self._calls):
            raise self._line.malformed(f"the answer to {method} is one to another request", http_wire.encode(told))
        error = told.get("error")
        if error:
            code, message = (error.get("code"), error.get("message")) if isinstance(error, Mapping) else (None, error)
            what = self._line.hidden(f"{method} answered error {code}: {message}"[:_SHOWN])
            raise Crashed(what, self._line.hidden(http_wire.evidence(http_wire.encode(told))))
        return told["result"]

    def _result(self, found: Json) -> Result:
        try:
            return result_of(found)
        except NoResult as error:
            raise self._line.malformed(str(error), http_wire.encode(found)) from error

    def _malformed(self, detail: str) -> Malformed:
        return self._line.malformed(detail, self._line.last.body if self._line.last is not None else b"")

    def _evidence(self, result: Result) -> str:
        return self._line.hidden(http_wire.evidence(http_wire.encode(result.thing)))


def _question(said: Said) -> Asked | None:
    """What is asked in data parts: LangGraph's interrupts (an id and a value), which are taken out of the data, or the
    data itself where there are no words."""
    interrupts = [one for one in said.data if isinstance(one, Mapping) and {"id", "value"} <= set(one)]
    if interrupts:
        said.data = [one for one in said.data if one not in interrupts]
        return asked(interrupts[0]["value"])
    return asked(said.data[0]) if said.data and not said.texts else None
