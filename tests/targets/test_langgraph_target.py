"""The langgraph connector with servers that do it wrong, and what it makes of values. The real one: test_langgraph_server."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from pydantic import ValidationError

from prebeta.core.errors import UnreachableError
from prebeta.core.types import Option, Press, Stop
from prebeta.targets.langgraph import values as graph_values
from prebeta.targets.langgraph.target import LangGraphTarget
from prebeta.targets.langgraph.values import Heard


def human(text: str, **more: Any) -> dict[str, Any]:
    return {"type": "human", "content": text, **more}


def ai(text: Any, **more: Any) -> dict[str, Any]:
    return {"type": "ai", "content": text, **more}


class Scripted:
    """A LangGraph server whose runs answer as the test says, and that keeps what it got."""

    def __init__(self, *answers: Any, state: Any = None) -> None:
        self.answers, self.state = list(answers), state or {"values": {}}
        self.bodies: list[Any] = []
        self.headers: list[Any] = []
        self.states = 0

    @property
    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/threads", self.create),
            web.post("/threads/t-1/runs/{how}", self.run),
            web.get("/threads/t-1/state", self.get_state),
            web.post("/assistants/search", self.search),
        ]

    async def search(self, request: web.Request) -> web.Response:
        return web.json_response([{"graph_id": "desk", "assistant_id": "id-1"}])

    async def create(self, request: web.Request) -> web.Response:
        self.headers.append(request.headers)
        self.bodies.append(await request.json())
        return web.json_response({"thread_id": "t-1"})

    async def get_state(self, request: web.Request) -> web.Response:
        self.states += 1
        return web.json_response(self.state)

    async def run(self, request: web.Request) -> web.StreamResponse:
        self.headers.append(request.headers)
        self.bodies.append(await request.json())
        found = self.answers.pop(0)
        place = {"Content-Location": "/threads/t-1/runs/r-7"}
        if isinstance(found, int):
            return web.json_response({"detail": "k-secret"}, status=found)
        if found == "silence":
            await asyncio.sleep(5)
        if found == "break off":
            response = web.StreamResponse(headers={"Content-Length": "100"})
            await response.prepare(request)
            await response.write(b'event: values\ndata: {"mess')
            assert request.transport is not None
            request.transport.close()
            return response
        if isinstance(found, bytes):
            return web.Response(body=found, content_type="application/json", headers=place)
        return web.json_response(found, headers=place)


def graph(url: str, **more: Any) -> LangGraphTarget:
    return LangGraphTarget(LangGraphTarget.Options(url=url, assistant="desk", **more), Path())


def replies(transcript):
    return [turn.reply for turn in transcript.turns if turn.reply is not None]


async def test_what_is_sent(serve_app, hold):
    product = Scripted({"messages": [human("a"), ai("b")]})
    more = {
        "metadata": {"who": "{id}"},
        "config": {"configurable": {"seed": "{seed}"}},
        "context": {"tone": "plain"},
        "input": {"messages": [{"role": "user", "content": "<{text}>"}], "mode": "x"},
        "headers": {"x-api-key": "k-secret"},
    }
    async with graph(await serve_app(routes=product.routes), **more) as target:
        transcript = await hold(target, 'a "b" {text}')
    thread, run = product.bodies
    assert thread == {"metadata": {"who": "c1"}}
    assert run == {
        "assistant_id": "desk",
        "input": {"messages": [{"role": "user", "content": '<a "b" {text}>'}], "mode": "x"},
        "config": {"configurable": {"seed": 7}},
        "context": {"tone": "plain"},
        "metadata": {"who": "c1"},
        "on_disconnect": "cancel",
    }
    assert all(headers["x-api-key"] == "k-secret" for headers in product.headers)
    assert all(headers["X-Synthetic-User"] == "prebeta" for headers in product.headers)
    assert len({headers["traceparent"] for headers in product.headers}) == 2
    told = replies(transcript)[-1]
    assert (told.session, told.trace, told.messages) == ("t-1", "r-7", ("b",))
    assert product.states == 0  # nothing that the answer didn't hold


async def test_an_interrupt_alone_sends_us_to_the_state(serve_app, hold):
    """With several interrupts a run answers with nothing else: what was said before them is in the thread."""
    asked = {"__interrupt__": [{"id": "i1", "value": "One?"}, {"id": "i2", "value": "Two?"}]}
    state = {"values": {"messages": [human("a"), ai("I have two questions.")], "order": {"n": 1}}}
    product = Scripted(asked, {"messages": [], "order": None}, state=state)
    async with graph(await serve_app(routes=product.routes), state="order") as target:
        transcript = await hold(target, "a", "b")
    assert replies(transcript)[1].messages == ("I have two questions.", "One?")
    assert replies(transcript)[1].state == {"n": 1}
    assert product.bodies[-1]["command"] == {"resume": {"i1": "b"}}
    assert product.states == 1


async def test_an_interrupt_of_no_usual_shape(serve_app, hold):
    value = {"ask": {"words": "Which?"}, "pick": [{"title": "A", "payload": "a-1"}]}
    product = Scripted({"messages": [], "__interrupt__": [{"id": "i", "value": value}]}, {"messages": []})
    interrupt = {"says": "ask.words", "options": "pick", "resume": {"type": "respond", "args": "{payload}"}}
    async with graph(await serve_app(routes=product.routes), interrupt=interrupt) as target:
        transcript = await hold(target, "a", Press(Option("A", "a-1")))
    assert replies(transcript)[1].messages == ("Which?",)
    assert replies(transcript)[1].options == (Option("A", "a-1"),)
    assert product.bodies[-1]["command"] == {"resume": {"type": "respond", "args": "a-1"}}


async def test_the_first_words_of_a_stream(serve_app, hold):
    events = (
        b": heartbeat\n\nevent: metadata\ndata: {}\n\n"
        b'event: messages\ndata: [{"type": "AIMessageChunk", "content": "He"}, {}]\n\n'
        b'event: values\ndata: {"messages": [{"type": "human", "content": "a"}, {"type": "ai", "content": "Hello"}]}\n\n'
        b'event: updates\ndata: {"__interrupt__": [{"value": "Sure?", "id": "i"}]}\n\n'
    )
    product = Scripted(events)
    async with graph(await serve_app(routes=product.routes), stream=True) as target:
        transcript = await hold(target, "a")
    told = replies(transcript)[-1]
    assert told.messages == ("Hello", "Sure?")
    assert told.first_token_s > 0
    assert product.bodies[-1]["stream_mode"] == ["values", "messages-tuple"]
    assert product.headers[-1]["Accept"] == "text/event-stream"


@pytest.mark.parametrize(
    ("stream", "found", "reason", "told"),
    [
        (
            False,
            {"__error__": {"error": "KeyError", "message": "k-secret"}},
            "crashed",
            "the graph failed: KeyError: ***",
        ),
        (False, {"__error__": "odd"}, "crashed", "the graph failed: odd"),
        (False, b"<html>k-secret", "malformed", "isn't JSON"),
        (False, {"messages": {"no": "text"}}, "malformed", "an object without text"),
        (False, {"messages": [human("a"), ai("b")], "options": 7}, "malformed", "options: expected a list"),
        (False, 500, "crashed", "answered 500"),
        (False, "break off", "closed", "broke off"),
        (False, "silence", "timeout", "no answer within"),
        (True, b'event: error\ndata: {"error": "E", "message": "k-secret"}\n\n', "crashed", "the graph failed: E: ***"),
        (True, b"event: values\ndata: {k-secret\n\n", "malformed", "an event of POST /threads/{thread}/runs/stream"),
        (True, b"<html>", "closed", "ended without an event"),
        (True, 422, "crashed", "answered 422"),
        (True, "break off", "closed", "broke off"),
        (True, "silence", "timeout", "no answer within"),
    ],
)
async def test_failures(serve_app, hold, stream, found, reason, told):
    fine = {"messages": [human("one"), ai("fine")], "options": []}
    first = b"event: values\ndata: " + json.dumps(fine).encode() + b"\n\n" if stream else fine
    product = Scripted(first, found)
    more = {"headers": {"x-api-key": "k-secret"}, "timeout_s": 1, "stream": stream, "options": "options"}
    async with graph(await serve_app(routes=product.routes), **more) as target:
        transcript = await hold(target, "one", "two", "three")
    assert replies(transcript)[1].messages == ("fine",)
    assert transcript.stop.by == "product"
    assert transcript.stop.reason == reason
    assert told in transcript.stop.detail
    assert "k-secret" not in str(transcript.turns)


@pytest.mark.parametrize("body", [b"[]", b"{}", b'{"thread_id": 7}', b"nothing"])
async def test_no_thread(serve_app, hold, body):
    async def create(request: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    async with graph(await serve_app(create)) as target:
        transcript = await hold(target, "a")
    assert transcript.stop == Stop("product", "malformed", transcript.stop.detail)
    assert "POST /threads" in transcript.stop.detail
    assert replies(transcript)[0].problem.raw


async def test_the_check_names_the_graphs(serve_app):
    url = await serve_app(routes=Scripted(422).routes)
    target = LangGraphTarget(LangGraphTarget.Options(url=url, assistant="disk"), Path())
    with pytest.raises(UnreachableError, match=r"target\.assistant: .* has no graph 'disk'; it has: desk"):
        await target.check()
    url = await serve_app(routes=Scripted(422).routes)
    with pytest.raises(UnreachableError, match="answered 422"):
        await LangGraphTarget(LangGraphTarget.Options(url=url, assistant="id-1"), Path()).check()
    with pytest.raises(UnreachableError, match="is the product started"):
        await graph("http://127.0.0.1:9").check()


@pytest.mark.parametrize("body", [b"[]", b'{"ok": true}', b"ok", b'[{"a": 1}]'])
async def test_other_products_are_not_recognised(serve_app, body):
    async def answer(request: web.Request) -> web.Response:
        return web.Response(body=body, content_type="application/json")

    async with aiohttp.ClientSession() as client:
        assert await LangGraphTarget.recognise(await serve_app(answer), client) is None
        assert await LangGraphTarget.recognise("http://127.0.0.1:9", client) is None


async def test_what_a_graphs_schemas_tell(serve_app):
    def prop(kind: str) -> dict[str, Any]:
        return {"anyOf": [{"type": "null"}, {"type": kind}]}

    schemas = {
        "desk": {
            "state_schema": {
                "properties": {"messages": prop("array"), "suggestions": prop("array"), "done": prop("boolean")}
            }
        },
        "asker": {
            "input_schema": {"properties": {"limit": prop("integer"), "question": prop("string")}},
            "output_schema": {"properties": {"docs": prop("array"), "note": prop("string"), "answer": prop("string")}},
        },
    }
    served = ["asker", "desk"]

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/ok":
            return web.json_response({"ok": True})
        if request.path == "/assistants/search":
            return web.json_response([{"graph_id": name, "assistant_id": name} for name in served])
        return web.json_response(schemas[request.path.split("/")[2]])

    url = await serve_app(answer)
    async with aiohttp.ClientSession() as client:
        found = await LangGraphTarget.recognise(url, client)
        served.remove("desk")
        other = await LangGraphTarget.recognise(url, client)
    more = {"options": "suggestions", "ended": "done"}
    assert found.section == {"kind": "langgraph", "url": url, "assistant": "desk", **more}
    assert found.remarks == {"assistant": "the server has also: asker"}
    assert found.end_state == {"when": {"ended": True}}
    assert other.section == {
        "kind": "langgraph",
        "url": url,
        "assistant": "asker",
        "input": {"question": "{text}"},
        "messages": "answer",
    }
    LangGraphTarget.Options(**other.section)


def test_only_new_messages_are_heard():
    heard = Heard()
    first = [human("a", id="1"), ai("b", id="2")]
    assert heard.new(first) == first
    assert heard.new([*first, human("c", id="3"), ai("d", id="4")])[-1]["content"] == "d"
    # The graph forgets the oldest ones.
    assert [one["content"] for one in heard.new([ai("d", id="4"), human("e", id="5"), ai("f", id="6")])] == ["e", "f"]


def test_new_messages_without_ids():
    heard = Heard()
    heard.new([human("a"), ai("b")])
    assert [one["content"] for one in heard.new([human("a"), ai("b"), human("a"), ai("b")])] == ["a", "b"]
    # Shorter than before: those since the user spoke.
    assert [one["content"] for one in heard.new([ai("b"), human("x"), ai("y"), ai("z")][1:])] == ["y", "z"]


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (ai("hello"), "hello"),
        (ai([{"type": "text", "text": "a "}, {"type": "tool_use", "id": "x"}, "b"]), "a b"),
        ({"type": "chat", "role": "assistant", "content": "c"}, "c"),
        ({"role": "assistant", "content": "d"}, "d"),
        (ai(""), None),
        (ai(None), None),
        (human("x"), None),
        ({"type": "tool", "content": "7"}, None),
        ({"type": "system", "content": "be nice"}, None),
    ],
)
def test_who_says_what(message, said):
    assert graph_values.is_said(message) is (said is not None)
    if said is not None:
        assert graph_values.text_of(message) == said


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"assistant": ""}, "at least 1 character"),
        ({"assistant": "a", "input": {"text": "hello"}}, "what the user says is not sent"),
        ({"assistant": "a", "input": {"text": "{words}"}}, "unknown placeholder {words}"),
        ({"assistant": "a", "start": {"text": "{text}"}}, "start: unknown placeholder {text}"),
        ({"assistant": "a", "interrupt": {"resume": {"type": "ok"}}}, "what the user says is not sent"),
        ({"assistant": "a", "state": "a..b"}, "not a JMESPath"),
        ({"assistant": "a", "graph": "b"}, "Extra inputs"),
    ],
)
def test_options_say_what_is_wrong(section, told):
    with pytest.raises(ValidationError) as raised:
        LangGraphTarget.Options(url="http://127.0.0.1:1", **section)
    assert told in str(raised.value)


def test_every_option_is_described():
    assert all(field.description or name == "kind" for name, field in LangGraphTarget.Options.model_fields.items())
    assert json.dumps(LangGraphTarget.Options.model_json_schema())
