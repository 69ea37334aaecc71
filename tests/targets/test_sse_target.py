"""The connector to products that stream, against Starlette apps on a real uvicorn."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest
from asgi_served import asgi_served
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import Route

from prebeta.core.errors import UnreachableError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Limits, Option, Press, Reply, Say, Stop, Transcript, Wait
from prebeta.targets.sse.target import SseTarget

Product = Callable[[dict[str, Any]], Any]


def target_of(url: str, stream: dict[str, Any] | None = None, **more: Any) -> SseTarget:
    section = {"url": url, "send": {"post": "/chat", "json": {"message": "{text}", "session_id": "{session}"}}, **more}
    return SseTarget(SseTarget.Options(**section, stream=stream or {}), Path())


def event(data: Any, name: str | None = None) -> str:
    told = data if isinstance(data, str) else json.dumps(data)
    return (f"event: {name}\n" if name else "") + "".join(f"data: {line}\n" for line in told.split("\n")) + "\n"


def app_of(product: Product, media_type: str = "text/event-stream") -> Starlette:
    """An app that streams what the product (an async generator function of the request's JSON) yields."""

    async def chat(request: Request) -> Response:
        told = product({**(await request.json()), "headers": dict(request.headers)})
        return told if isinstance(told, Response) else StreamingResponse(told, media_type=media_type)

    return Starlette(routes=[Route("/chat", chat, methods=["POST"])])


def saying(*pieces: str) -> Product:
    async def product(body: dict[str, Any]) -> AsyncIterator[str]:
        for piece in pieces:
            yield piece

    return product


def replies(transcript: Transcript) -> list[Reply]:
    return [turn.reply for turn in transcript.turns if turn.reply is not None][1:]


def problem(transcript: Transcript) -> tuple[str, str, str | None]:
    found = transcript.turns[-1].reply.problem
    return (found.kind, found.detail, found.raw)


@pytest.fixture
async def answered(hold: Any) -> AsyncIterator[Callable[..., Awaitable[Reply]]]:
    """answered(pieces…, stream=…, media_type=…) -> the reply to one message of a product that streams these pieces."""

    async def answered(
        *pieces: str, stream: dict[str, Any] | None = None, media_type: str = "text/event-stream"
    ) -> Reply:
        async with asgi_served(app_of(saying(*pieces), media_type)) as url, target_of(url, stream) as target:
            (found,) = replies(await hold(target, "hi"))
        return found

    return answered


async def test_tokens_then_what_goes_with_them(hold: Any) -> None:
    seen = []

    async def product(body: dict[str, Any]) -> AsyncIterator[str]:
        seen.append(body)
        yield ": welcome\n\n"
        yield event({"session_id": "theirs-1"}, "session")
        for word in ("Which ", "day?"):
            yield event({"token": word})
            await asyncio.sleep(0.03)
        yield event({"suggestions": ["Monday", {"title": "Tuesday", "payload": "tue"}], "state": {"step": 2}})
        yield event({"tool_call": {"name": "days"}, "trace_id": "t-9"})
        yield event("[DONE]")

    async with asgi_served(app_of(product)) as url, target_of(url) as target:
        transcript = await hold(target, "hi", Press(Option("Tuesday", "tue")), Wait())
    assert transcript.stop.by == "user", transcript.stop
    first, second, third = replies(transcript)
    assert (first.messages, first.options) == (("Which day?",), (Option("Monday"), Option("Tuesday", "tue")))
    assert (first.state, first.tool_calls, first.session, first.trace) == (
        {"step": 2},
        ({"name": "days"},),
        "theirs-1",
        "t-9",
    )
    assert first.first_token_s is not None
    assert 0 < first.first_token_s < transcript.turns[2].latency_s - 0.04
    assert second.messages == first.messages
    assert third == Reply()
    assert [body["message"] for body in seen] == ["hi", "Tuesday"]
    assert seen[1]["session_id"] == "theirs-1" != seen[0]["session_id"]
    assert seen[0]["headers"]["x-synthetic-user"] == "prebeta"
    assert seen[0]["headers"]["traceparent"] != seen[1]["headers"]["traceparent"]
    assert "text/event-stream" in seen[0]["headers"]["accept"]


@pytest.mark.parametrize(
    "stream",
    [
        {"end": "[DONE]"},
        {"end": {"event": "finis"}},
        {"end": "finis"},
        {"end": {"path": "last"}},
        {"end": "closing"},
    ],
)
async def test_the_end_of_a_stream_is_told_in_any_way(answered: Any, stream: dict[str, Any]) -> None:
    ends = [event("[DONE]"), event({"last": True}, "finis")]
    reply = await answered(event({"token": "Hello"}), *ends, stream=stream)
    assert reply.messages == ("Hello",)
    assert reply.problem is None


async def test_the_project_says_what_events_mean(answered: Any) -> None:
    stream = {
        "delta": {"event": "w", "path": "d.t"},
        "message": {"event": "card", "path": "lines"},
        "message_end": "w_end",
        "options": "btns[].{title: l, payload: v}",
        "state": {"event": "ctx"},
        "ended": {"event": "bye"},
        "tool_calls": "calls",
        "session": "sid",
        "trace": "tr",
        "end": "fin",
    }
    reply = await answered(
        event({"d": {"t": "Hel"}, "text": "not this"}, "w"),
        event({"d": {"t": "lo."}}, "w"),
        event({}, "w_end"),
        event({"d": {"t": "Which day?"}, "type": "w"}),
        event({"lines": ["One.", {"text": "Two."}]}, "card"),
        event({"btns": [{"l": "Mon", "v": 1}], "calls": [{"name": "f"}], "sid": 7, "tr": "t1"}),
        event({"day": None}, "ctx"),
        event({}, "bye"),
        event("x", "fin"),
        event({"d": {"t": "late"}}, "w"),
        stream=stream,
    )
    assert reply.messages == ("Hello.", "Which day?", "One.", "Two.")
    assert reply.options == (Option("Mon", "1"),)
    assert (reply.state, reply.ended, reply.tool_calls) == ({"day": None}, True, ({"name": "f"},))
    assert (reply.session, reply.trace) == ("7", "t1")


@pytest.mark.parametrize(
    ("media_type", "pieces"),
    [
        ("application/x-ndjson", ['{"token": "Hel"}\n', '{"token": "lo"}\n', '{"done": true}\n']),
        ("application/json", ['{"message": "Hello"}']),
        ("application/json", ["{\n", '  "reply": [\n"Hello"]', "}\n"]),
        ("text/plain", ["Hel", "lo\n"]),
        (
            "text/plain; charset=utf-8",
            ['f:{"messageId": "m"}\n', '0:"Hel"\n', '0:"lo"\n', 'd:{"finishReason": "stop"}\n'],
        ),
        ("text/event-stream", ["\ufeffdata: Hel\r\n\r\ndata:lo\r\n\r\n"]),
        ("text/event-stream", ["data: Hello"]),  # without the blank line
        ("application/octet-stream", ["data: Hel\n\n", "data: lo\n\n"]),
    ],
)
async def test_other_forms_of_answers(answered: Any, media_type: str, pieces: list[str]) -> None:
    assert (await answered(*pieces, media_type=media_type)).messages == ("Hello",)


@pytest.mark.parametrize(("pieces", "timed"), [(["Hel", "lo"], False), (["Hel\n", "lo"], True)])
async def test_plain_words_are_timed_where_a_line_ends_before_the_answer(
    answered: Any, pieces: list[str], timed: bool
) -> None:
    assert ((await answered(*pieces, media_type="text/plain")).first_token_s is not None) is timed


async def test_no_content_is_an_empty_reply(hold: Any) -> None:
    async with asgi_served(app_of(lambda body: Response(status_code=204))) as url, target_of(url) as target:
        (reply,) = replies(await hold(target, "hi"))
    assert reply.empty
    assert reply.problem is None


async def test_history_for_products_that_remember_nothing(hold: Any) -> None:
    seen = []

    async def product(body: dict[str, Any]) -> AsyncIterator[str]:
        seen.append(body["messages"])
        yield event({"token": f"answer {len(seen)}"})

    send = {"post": "/chat", "json": {"messages": "{history}"}}
    async with asgi_served(app_of(product)) as url, target_of(url, send=send) as target:
        await hold(target, "one", "two")
    assert seen[1] == [
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "answer 1"},
        {"role": "user", "content": "two"},
    ]


async def test_a_start_may_be_json_or_a_stream(hold: Any) -> None:
    async def start(request: Request) -> Response:
        return JSONResponse({"chat_id": 17, "message": "Welcome!"})

    async def chat(request: Request) -> Response:
        said = f"in {request.path_params['chat']}"
        return StreamingResponse(saying(event({"text": said}))({}), media_type="text/event-stream")

    routes = [Route("/chats", start, methods=["POST"]), Route("/chats/{chat}", chat, methods=["POST"])]
    options = {
        "start": {"post": "/chats"},
        "send": {"post": "/chats/{session}", "json": {"t": "{text}"}},
    }
    app = Starlette(routes=routes)
    async with asgi_served(app) as url, target_of(url, {"session": "chat_id"}, **options) as target:
        transcript = await hold(target, "hi")
    assert [turn.text for turn in transcript.turns] == ["Welcome!", "hi", "in 17", ""]


async def breaks_off(body: dict[str, Any]) -> AsyncIterator[str]:
    yield event({"token": "Hel"})
    raise ConnectionResetError("gone")


async def falls_silent(body: dict[str, Any]) -> AsyncIterator[str]:
    yield event({"token": "Hel"})
    for _ in range(100):
        await asyncio.sleep(0.1)
        yield ": still here\n\n"


BROKEN = [
    (
        saying(event({"token": "Hel"}), event({"message": "model overloaded"}, "error")),
        {},
        "crashed",
        "model overloaded",
    ),
    (saying(event({"token": "Hel"}), event({"error": {"code": 5}})), {}, "crashed", '"code":5'),
    (saying(event({"oops": "x", "token": "Hel"})), {"error": "oops"}, "crashed", "an error in the stream: x"),
    (breaks_off, {}, "closed", "broke off"),
    (saying(event({"token": "Hel"})), {"end": "[DONE]"}, "closed", "broke off before its end"),
    (saying(event({"choices": [{"delta": {"content": "Hel"}}]})), {}, "closed", "broke off before its end"),
    (saying(event('{"token": "Hel')), {}, "malformed", "isn't JSON"),
    (saying(event({"token": "Hel"}), event('{"token": ')), {}, "malformed", "isn't JSON"),
    (saying(event({"a": "Hel"}), event("<html>")), {"delta": "a"}, "malformed", "isn't JSON"),
    (saying(event({"a": {"Hel": 1}})), {"delta": "a"}, "malformed", "stream.delta"),
    (saying("Hello, no event\nat all\n"), {}, "malformed", "no event"),
    (saying(event({"a": 5, "b": "Hel"})), {"delta": "starts_with(a, 'F') && a"}, "malformed", "can't be followed"),
    (falls_silent, {}, "timeout", "no whole answer within 0.3 s"),
]


@pytest.mark.parametrize(("product", "stream", "kind", "told"), BROKEN)
async def test_what_breaks_is_told_with_evidence_and_harms_no_other(
    hold: Any, product: Product, stream: dict[str, Any], kind: str, told: str
) -> None:
    good = saying(event({"token": "Fine", "a": "Fine"}), event("[DONE]"))

    def either(body: dict[str, Any]) -> Any:
        return product(body) if body["message"] == "break" else good(body)

    async with asgi_served(app_of(either)) as url, target_of(url, stream, timeout_s=0.3) as target:
        broken, *others = await asyncio.gather(
            hold(target, "break"), *(hold(target, "hi", "again", context=OpenContext(f"c{n}", n)) for n in range(5))
        )
    found, detail, raw = problem(broken)
    assert (found, broken.stop.by) == (kind, "product")
    assert told in detail
    assert "Hel" in (raw or "")
    for other in others:
        assert [reply.messages for reply in replies(other)] == [("Fine",), ("Fine",)]


@pytest.mark.parametrize(
    ("response", "kind"),
    [
        (PlainTextResponse("<h1>Bad Gateway</h1>", 502), "crashed"),
        (Response("<!doctype html><p>Hello", media_type="text/html"), "malformed"),
        (JSONResponse({"detail": "no"}, 422), "crashed"),
    ],
)
async def test_answers_that_are_no_stream(hold: Any, response: Response, kind: str) -> None:
    async with asgi_served(app_of(lambda body: response)) as url, target_of(url) as target:
        assert problem(await hold(target, "hi"))[0] == kind


async def test_429_is_waited_for(hold: Any) -> None:
    asked = []

    def product(body: dict[str, Any]) -> Any:
        asked.append(body)
        if len(asked) == 1:
            return Response("slow down", 429, {"Retry-After": "0.05"})
        return saying(event({"token": "Hello"}))(body)

    async with asgi_served(app_of(product)) as url, target_of(url) as target:
        (reply,) = replies(await hold(target, "hi"))
    assert reply.messages == ("Hello",)
    assert len(asked) == 2


async def test_the_limit_of_a_turn_leaves_nothing_behind(hold: Any) -> None:
    async with asgi_served(app_of(falls_silent)) as url, target_of(url) as target:
        transcript = await hold(target, "hi", limits=Limits(turn_timeout_s=0.2))
        assert transcript.stop == Stop("product", "timeout", "no answer within 0.2 s")
    assert len(asyncio.all_tasks()) == 1


async def test_a_stream_that_stalls_tells_what_had_come(hold: Any) -> None:
    context = OpenContext("c1", 1, patience_s=0.2)
    async with asgi_served(app_of(falls_silent)) as url, target_of(url) as target:
        transcript = await hold(target, "hi", context=context, limits=Limits(turn_timeout_s=0.2))
    kind, detail, raw = problem(transcript)
    assert (kind, detail) == ("timeout", "no whole answer within 0.2 s to POST /chat, though it began")
    assert "Hel" in (raw or "")


async def test_an_empty_stream_is_none_where_an_end_was_due(hold: Any) -> None:
    async with asgi_served(app_of(saying())) as url, target_of(url, {"end": "over"}) as target:
        assert problem(await hold(target, "hi"))[0] == "closed"
    async with asgi_served(app_of(saying())) as url, target_of(url) as target:
        (reply,) = replies(await hold(target, "hi"))
    assert reply == Reply(session=reply.session)


async def test_a_message_may_go_by_get(hold: Any) -> None:
    async def chat(request: Request) -> Response:
        told = [event({"text": f"{request.query_params['q']} in {request.query_params['c']}"})]
        return StreamingResponse(saying(*told)({}), media_type="text/event-stream")

    app = Starlette(routes=[Route("/chat", chat)])
    send = {"get": "/chat?q={text}&c={session}"}
    async with asgi_served(app) as url, target_of(url, send=send) as target:
        (reply,) = replies(await hold(target, "a&b = c?"))
    assert reply.text == f"a&b = c? in {reply.session}"


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"send": {"post": "/chat", "json": {"t": "x"}}}, "what the user says is not sent"),
        ({"send": {"post": "/chat", "json": {"t": "{texr}"}}}, "unknown placeholder {texr}"),
        ({"send": {"post": "/chat", "get": "/x?{text}"}}, "exactly one of post, get, put"),
        ({"start": {"post": "/chats/{text}"}}, "unknown placeholder {text}"),
        ({"stream": {"delta": {}}}, "give event, path or both"),
        ({"stream": {"delta": "a["}}, "not a JMESPath"),
        ({"stream": {"end": {}}}, "give an event's name or data"),
        ({"stream": {"end": {"mark": "x", "event": "y"}}}, "give an event's name or data"),
        ({"stream": {"deltas": "a"}}, "Extra inputs"),
        ({"url": "ws://x"}, "isn't an address"),
    ],
)
def test_options_that_are_wrong_say_so(section: dict[str, Any], told: str) -> None:
    send = {"post": "/chat", "json": {"t": "{text}"}}
    with pytest.raises(ValidationError, match=re.escape(told)):
        SseTarget.Options(**{"url": "http://x", "send": send, **section})


SECRET = "canary-5f2a/secret"


@pytest.mark.parametrize("pieces", [[SECRET], ["canary-5f", "2a/sec", "ret"]])
@pytest.mark.parametrize("breaking", [False, True])
async def test_no_header_value_comes_back(hold: Any, pieces: list[str], breaking: bool) -> None:
    tokens = [event({"token": piece}) for piece in pieces]
    end = event({"message": f"bad key {SECRET}"}, "error") if breaking else event("[DONE]")
    headers = {"Authorization": f"Bearer {SECRET}"}
    async with asgi_served(app_of(saying(*tokens, end))) as url, target_of(url, headers=headers) as target:
        transcript = await hold(target, "hi")
    assert SECRET not in repr(transcript)
    assert "***" in repr(transcript)
    assert "canary" not in repr(transcript)


async def test_forty_conversations_at_once_do_not_cross(hold: Any) -> None:
    async def product(body: dict[str, Any]) -> AsyncIterator[str]:
        for word in f"you said {body['message']} in {body['session_id']}".split():
            yield event({"choices": [{"index": 0, "delta": {"content": word + " "}, "finish_reason": None}]})
            await asyncio.sleep(0)
        yield event("[DONE]")

    async with asgi_served(app_of(product)) as url, target_of(url) as target:
        transcripts = await asyncio.gather(
            *(hold(target, *(f"{n}.{turn}" for turn in range(5)), context=OpenContext(f"c{n}", n)) for n in range(40))
        )
    sessions = set()
    for n, transcript in enumerate(transcripts):
        said = [reply.text.split() for reply in replies(transcript)[:5]]
        assert [words[2] for words in said] == [f"{n}.{turn}" for turn in range(5)]
        sessions |= {words[4] for words in said}
    assert len(sessions) == 40


async def test_connections_are_used_again(hold: Any) -> None:
    ports = set()

    async def chat(request: Request) -> Response:
        ports.add(request.client.port)
        return StreamingResponse(saying(event({"token": "a"}), event("[DONE]"))({}), media_type="text/event-stream")

    app = Starlette(routes=[Route("/chat", chat, methods=["POST"])])
    async with asgi_served(app) as url, target_of(url) as target, target.open(OpenContext("c", 1)) as session:
        for _ in range(5):
            await session.send(Say("hi"))
    assert len(ports) == 1


async def test_the_check_says_which_events_there_are() -> None:
    product = saying(event({"wort": "Hallo"}, "stück"))
    async with asgi_served(app_of(product)) as url:
        with pytest.raises(UnreachableError, match=r"events there: stück with wort; say which by stream\.delta"):
            await target_of(url).check()
        with pytest.raises(UnreachableError, match=r"stream.delta: 'word' found nothing .* with wort"):
            await target_of(url, {"delta": "word"}).check()
        assert (await target_of(url, {"delta": "wort"}).check()).messages == ("Hallo",)


@pytest.mark.parametrize("kind", ["event-stream", "json"])
async def test_recognising_what_streams(hold: Any, kind: str) -> None:
    import aiohttp

    async def chat(request: Request) -> Response:
        body = await request.json()
        if "question" not in body:
            detail = [{"type": "missing", "loc": ["body", "question"], "msg": "Field required"}]
            return JSONResponse({"detail": detail}, 422)
        if kind == "json":
            return JSONResponse({"answer": "Hello"})
        tokens = [event({"thread_id": "t1", "token": word}) for word in (f"You are {body.get('thread_id')}, ", "hello")]
        return StreamingResponse(saying(*tokens)({}), media_type="text/event-stream")

    async with asgi_served(Starlette(routes=[Route("/api/chat", chat, methods=["POST"])])) as url:
        async with aiohttp.ClientSession() as client:
            found = await SseTarget.recognise(url, client)
        if kind == "json":
            assert found is None
            return
        assert found.section == {
            "kind": "sse",
            "url": url,
            "send": {"post": "/api/chat", "json": {"question": "{text}", "thread_id": "{session}"}},
        }
        async with SseTarget(SseTarget.Options(**found.section), Path()) as target:
            _, second = replies(await hold(target, "hi", "again"))
    assert second.messages == ("You are t1, hello",)
