"""A local server that speaks as LLM providers do, and breaks as they do."""

from __future__ import annotations

import asyncio
import inspect
import json
import random
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from prebeta.testing import model_wires as wires
from prebeta.testing.model_wires import ModelCall

if TYPE_CHECKING:
    from aiohttp import web

ServerAnswers = Sequence[Any] | Callable[[ModelCall], Any]

_FAULTS = ("rate_limited", "overloaded", "server_errors", "broken_json", "cut")


@dataclass(frozen=True, slots=True)
class ModelFaults:
    """How a ModelServer breaks. Shares are of calls, 0 to 1, and add up to 1 at most; `seed` draws who is hit.

    `latency_s`: seconds before each answer. `rate_limited`: 429, with Retry-After where `retry_after_s` isn't None;
    `overloaded`: 529; `server_errors`: 500; `broken_json`: 200 with JSON that breaks off; `cut`: the connection is
    closed in the middle of the answer.

    `refuses` maps what a request may not have to the status it is refused with: "json_schema", "json_object" (kinds of
    response_format), or any key of the body, as in {"json_schema": 500, "temperature": 400}. `deaf` are formats that are
    taken and not heeded: the answer is then plain text.
    """

    latency_s: float = 0.0
    rate_limited: float = 0.0
    retry_after_s: float | None = 0.0
    overloaded: float = 0.0
    server_errors: float = 0.0
    broken_json: float = 0.0
    cut: float = 0.0
    seed: int = 0
    refuses: Mapping[str, int] = field(default_factory=lambda: MappingProxyType({}))
    deaf: tuple[str, ...] = ()


class ModelServer:
    """An OpenAI- and Anthropic-compatible server on a port of this machine, a free one where none is given, for as long as its block lasts.

    `answers` are a list, the answers to the 1st, 2nd, … call that is answered, the last one again after that; or a
    function of the ModelCall, sync or async. An answer is a text, JSON, or ToolCalls. Without `answers` it says "OK.", and JSON
    that fits the schema where one is asked for. With `key` a call without it gets a 401.

    `url` is the base URL (for OpenAI's and Anthropic's wire alike), `calls` what was asked, `counts` how many calls were
    "answered", "rate_limited", … and "refused", `tokens` the sum of what its answers said they used.

    In a test:

        async with ModelServer(["Hello, I need a table."], ModelFaults(rate_limited=0.2)) as server:
            project = Project(models={"fast": {"kind": "openai", "url": server.url, "model": "any"}}, …)
            …
        assert server.counts["answered"] == 1
    """

    def __init__(
        self,
        answers: ServerAnswers | None = None,
        faults: ModelFaults | None = None,
        *,
        key: str | None = None,
        port: int = 0,
    ) -> None:
        self._answers = answers
        self._faults = faults if faults is not None else ModelFaults()
        self._key = key
        self._port = port
        self._chance = random.Random(self._faults.seed)
        self._runner: web.ServerRunner | None = None
        self.url = ""
        self.calls: list[ModelCall] = []
        self.counts: Counter[str] = Counter()
        self.tokens = 0

    async def __aenter__(self) -> ModelServer:
        from aiohttp import web

        self._runner = web.ServerRunner(web.Server(self._handle, access_log=None), shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", self._port, backlog=2048)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/v1"
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        from aiohttp import web

        if request.method == "GET" and request.path.endswith("/models"):
            return web.json_response({"object": "list", "data": [{"id": "any", "object": "model", "created": 0}]})
        wire = wires.wire_of(request.path)
        if request.method != "POST" or wire is None:
            return web.Response(status=404, text='{"error": {"message": "no such path"}}')
        try:
            call = wires.read(wire, json.loads(await request.read()))
        except ValueError as error:
            return _refusal(wire, 400, f"the request isn't right: {error}")
        self.calls.append(call)
        if self._key is not None and self._key not in (
            request.headers.get("x-api-key"),
            request.headers.get("Authorization", "").removeprefix("Bearer "),
        ):
            return self._refused(call, 401, "Incorrect API key provided")
        for name, status in self._faults.refuses.items():
            if name in call.formats or name in call.body:
                return self._refused(call, status, f"Unsupported parameter: '{name}' is not supported here")
        fault = self._drawn()
        if self._faults.latency_s:
            await asyncio.sleep(self._faults.latency_s)
        self.counts[fault or "answered"] += 1
        if fault in ("rate_limited", "overloaded", "server_errors"):
            return self._failed(call, fault)
        return await self._answered(request, call, fault)

    def _drawn(self) -> str | None:
        drawn = self._chance.random()
        for fault in _FAULTS:
            drawn -= getattr(self._faults, fault)
            if drawn < 0:
                return fault
        return None

    def _refused(self, call: ModelCall, status: int, message: str) -> web.Response:
        self.counts["refused"] += 1
        return _refusal(call.wire, status, message)

    def _failed(self, call: ModelCall, fault: str) -> web.Response:
        status = {"rate_limited": 429, "overloaded": 529}.get(fault, 500)
        response = _refusal(call.wire, status, fault.replace("_", " "))
        if status == 429 and self._faults.retry_after_s is not None:
            response.headers["Retry-After"] = f"{self._faults.retry_after_s:g}"
        return response

    async def _answered(self, request: web.BaseRequest, call: ModelCall, fault: str | None) -> web.StreamResponse:
        from aiohttp import web

        given = await self._given(call, fault)
        if isinstance(given, wires.ToolCalls):
            text = given.text
        else:
            text = given if isinstance(given, str) else json.dumps(given)
        said = wires.Said(text, given, call)
        self.tokens += said.tokens_in + said.tokens_out
        if call.stream:
            return await self._streamed(request, wires.events(said), fault)
        body = json.dumps(wires.document(said)).encode()
        if fault == "broken_json":
            body = body[: len(body) // 2]
        if fault != "cut":
            return web.Response(body=body, content_type="application/json")
        response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": str(len(body))})
        await response.prepare(request)
        await response.write(body[: len(body) // 2])
        _hang_up(request)
        return response

    async def _streamed(self, request: web.BaseRequest, events: list[str], fault: str | None) -> web.StreamResponse:
        from aiohttp import web

        response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
        await response.prepare(request)
        middle = max(1, len(events) // 2)
        for number, event in enumerate(events):
            if fault is not None and number == middle:
                if fault == "cut":
                    _hang_up(request)
                    return response
                event = event[: len(event) // 2] + "\n\n"
            await response.write(event.encode())
        await response.write_eof()
        return response

    async def _given(self, call: ModelCall, fault: str | None) -> Any:
        """What the script says. A call that breaks in the middle doesn't use up an answer of a list."""
        deaf = bool(call.formats & set(self._faults.deaf))
        if self._answers is None:
            return wires.example(call.schema) if call.schema is not None and not deaf else "OK."
        if callable(self._answers):
            found = self._answers(call)
            found = await found if inspect.isawaitable(found) else found
        else:
            before = self.counts["answered"] - (fault is None)
            found = self._answers[min(before, len(self._answers) - 1)]
        return "OK." if deaf else found


def _refusal(wire: str, status: int, message: str) -> web.Response:
    from aiohttp import web

    return web.json_response(wires.error(wire, status, message), status=status)


def _hang_up(request: web.BaseRequest) -> None:
    if request.transport is not None:
        request.transport.close()
