"""One conversation with an assistant behind chat completions: we keep what was said, and answer its tools."""

from __future__ import annotations

import inspect
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from yarl import URL

from prebeta.core.blocking import Workers
from prebeta.core.errors import Closed, Crashed, Timeout
from prebeta.core.types import Json, Leave, Move, Reply, Wait
from prebeta.targets.openai.tools import Caller, Toolbox, as_text, last_result
from prebeta.targets.python import shape
from prebeta.targets.sse.events import NotAStream, Read
from prebeta.targets.sse.families import openai_pieces
from prebeta.targets.sse.pieces import Piece, Pieces
from prebeta.targets.sse.reading import Reading, without_secrets
from prebeta.targets.wire import http_wire, reply
from prebeta.targets.wire.line import Call, Line
from prebeta.targets.wire.probing import blamed_on_probe

# What models that think aloud put before their answer; their users aren't shown it.
_THOUGHT = re.compile(r"\A\s*<think>.*?</think>\s*", re.DOTALL)
_DONE = "[DONE]"


class ChatCompletions:
    """What the events of a chat completion come to, or the JSON of a whole one."""

    must_end = False

    def pieces_of(self, read: Read) -> Pieces:
        if not isinstance(read.data, Mapping):
            if read.text.strip() != _DONE:
                raise NotAStream("a part of the answer isn't a JSON object")
            yield Piece("end")
        elif isinstance(read.data.get("choices"), list):
            yield from openai_pieces(read)
        elif read.data.get("error") or "error" in read.kinds:
            yield Piece("error", read.data.get("error") or read.data)


@dataclass(frozen=True, slots=True)
class Plan:
    """What conversations of a run share beside their wiring. `body` is all of a request but its messages; `first` are the
    messages that each conversation begins with; `state` a function of the project and its parameters."""

    url: URL
    label: str
    body: Mapping[str, Json]
    first: tuple[Json, ...]
    greeting: str | None
    box: Toolbox
    rounds: int
    state_of_tool: str | None
    state: Callable[..., Any] | None
    ended: frozenset[str]
    meaning: ChatCompletions


class OpenAIConversation:
    """A session, to be entered: it holds a thread for tools that block.

    Raises Crashed for an error answer and for tools called without end, Closed, Malformed, Timeout, and Refused (429 is
    the infrastructure's).
    """

    def __init__(self, plan: Plan, line: Line, workers: Workers) -> None:
        self._plan, self._line = plan, line
        # Not the context's: that may have been used in a replay.
        self._session = line.values["session"] = uuid.uuid4().hex
        self._messages: list[Json] = list(plan.first)
        self._calls: list[dict[str, Json]] = []
        self._caller = Caller(plan.box, workers, line.context, self._session)

    async def __aenter__(self) -> OpenAIConversation:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._caller.close()

    async def start(self) -> Reply:
        """The greeting that the project gives, if any."""
        greeting = self._plan.greeting
        return Reply(session=self._session) if greeting is None else Reply((greeting,), session=self._session)

    async def send(self, move: Move) -> Reply:
        """The answer to what was typed or pressed, all tools answered on the way. Nothing comes late: Wait gives an empty
        reply."""
        if isinstance(move, Wait | Leave):
            return Reply()
        self._messages.append({"role": "user", "content": move.text})
        said: list[str] = []
        done: list[dict[str, Json]] = []
        first_token_s = None
        for _ in range(self._plan.rounds + 1):
            reading, found = await self._asked_after(said, done)
            said += found.messages
            first_token_s = reading.first_at if first_token_s is None else first_token_s
            if not found.tool_calls:
                answer = Reply(tuple(said), first_token_s=first_token_s, trace=found.trace)
                return await self._finished(answer, done)
            done += await self._answered(found)
        raise Crashed(
            f"it still called tools after {self._plan.rounds} rounds of them in one turn",
            self._line.hidden(reply.cut("\n".join(_as_told(done)))),
        )

    async def _asked_after(self, said: Sequence[str], done: Sequence[Mapping[str, Json]]) -> tuple[Reading, Reply]:
        """The model's next answer in a turn. What breaks it off has as evidence also what came in the turn before."""
        try:
            return await self._asked()
        except (Timeout, Closed) as error:
            before = self._line.hidden("\n".join((*said, *_as_told(done))))
            if not before:
                raise
            raw = reply.cut(f"{error.raw or ''}\n(before it in this turn: {before})".strip())
            raise type(error)(error.detail, raw, infrastructure=error.infrastructure) from error

    async def _asked(self) -> tuple[Reading, Reply]:
        plan, line = self._plan, self._line
        body = http_wire.encode({**plan.body, "messages": self._messages})
        accept = "text/event-stream" if plan.body.get("stream") else "application/json"
        call = Call("model", plan.label, "POST", plan.url, body, "application/json", accept)
        reading = Reading(plan.meaning, line, call)
        found = await reading.whole()
        if not reading.answer.known:
            body = line.last.body if line.last is not None else b""
            raise line.malformed(f"the answer to {plan.label} holds no chat completion", body)
        told = [text for message in found.messages if (text := _THOUGHT.sub("", message).strip())]
        trace = line.last.trace if line.last is not None else None
        calls = tuple(_with_id(call, len(self._calls) + at) for at, call in enumerate(found.tool_calls))
        content = "\n".join(told)
        message: dict[str, Json] = {"role": "assistant", "content": content or (None if calls else "")}
        if calls:
            message["tool_calls"] = [_as_sent(call) for call in calls]
        self._messages.append(message)
        return reading, replace(found, messages=tuple(told), tool_calls=calls, trace=trace)

    async def _answered(self, found: Reply) -> list[dict[str, Json]]:
        """The calls with their results, told to the model with the next request."""
        done = []
        for call in found.tool_calls:
            answered = await self._caller.answer(call)
            self._messages.append({"role": "tool", "tool_call_id": answered["id"], "content": as_text(answered)})
            done.append(answered)
        self._calls += done
        return done

    async def _finished(self, answer: Reply, done: Sequence[dict[str, Json]]) -> Reply:
        ended = any(call.get("name") in self._plan.ended and "error" not in call for call in done)
        state = await self._state()
        whole = replace(answer, session=self._session, tool_calls=tuple(done), ended=ended, state=state)
        return without_secrets(whole, self._line)

    async def _state(self) -> Json:
        plan = self._plan
        if plan.state_of_tool is not None:
            return last_result(self._calls, plan.state_of_tool)
        if plan.state is None:
            return None
        known = {"session": self._session, "tool_calls": self._calls, "messages": self._messages}
        taken = {name: known[name] for name in inspect.signature(plan.state).parameters if name in known}
        with blamed_on_probe():
            found = await self._caller.call(partial(plan.state, **taken), is_async=shape.is_async(plan.state))
        return reply.plain(found)


def _as_told(calls: Sequence[Mapping[str, Json]]) -> list[str]:
    return [f"{call.get('name')}({http_wire.encode(call.get('arguments')).decode()})" for call in calls]


def _with_id(call: Json, number: int) -> Json:
    return {**call, "id": call.get("id") or f"call_{number}"}


def _as_sent(call: Mapping[str, Json]) -> Json:
    """A call as the model wrote it."""
    arguments = call.get("arguments")
    told = arguments if isinstance(arguments, str) else http_wire.encode(arguments or {}).decode()
    return {"id": call["id"], "type": "function", "function": {"name": call.get("name"), "arguments": told}}
