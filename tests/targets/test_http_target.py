from __future__ import annotations

import asyncio
import gc
import socket
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from prebeta.core.errors import UnreachableError, UsageError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Limits, Option, Press, Reply, Say, Stop, Transcript, Wait
from prebeta.targets.http.target import HttpTarget
from prebeta.targets.wire import http_wire
from prebeta.targets.wire.line import trace_of

NASTY = 'quote " brace {text} {{session}} %s \\ line\nbreak é 中 🚲 </x>\u2028'


def target_of(url: str, **changes: Any) -> HttpTarget:
    section: dict[str, Any] = {
        "url": url,
        "start": {"post": "/chats"},
        "send": {"post": "/chats/{session}", "json": {"text": "{text}"}},
        "reply": {
            "session": "id",
            "messages": "messages",
            "options": "suggestions",
            "ended": "done",
            "state": "state",
            "trace": "trace_id",
            "tool_calls": "tools",
        },
    }
    section.update(changes)
    return HttpTarget(HttpTarget.Options(**{key: value for key, value in section.items() if value is not None}), Path())


def one_endpoint(url: str, **changes: Any) -> HttpTarget:
    """A product without a start: each message is a POST to /."""
    return target_of(url, **{"start": None, "send": {"post": "/", "json": {"text": "{text}"}}, **changes})


def texts(transcript: Transcript) -> list[str]:
    return [turn.text for turn in transcript.turns]


@pytest.fixture(params=["orjson", "json"])
def json_library(request, monkeypatch):
    """Both ways to read and write JSON: orjson is not always there."""
    if request.param == "json":
        monkeypatch.setattr(http_wire, "orjson", None)
    else:
        pytest.importorskip("orjson")


class Echo:
    """A good product: it keeps its chats apart and says what it heard."""

    def __init__(self, session: Any = "s/1 ä{x}") -> None:
        self.session = session
        self.bodies: list[Any] = []
        self.headers: list[Any] = []
        self.paths: list[str] = []

    @property
    def routes(self) -> list[web.RouteDef]:
        return [web.post("/chats", self.start), web.post(r"/chats/{id:[\s\S]+}", self.send)]

    async def start(self, request: web.Request) -> web.Response:
        self.headers.append(dict(request.headers))
        return web.json_response({"id": self.session, "messages": "Hello!"}, status=201)

    async def send(self, request: web.Request) -> web.Response:
        body = await request.json()
        self.bodies.append(body)
        self.paths.append(request.match_info["id"])
        if body["text"] == "bye":
            return web.json_response({"messages": ["Bye."], "done": True, "state": {"n": len(self.bodies)}})
        return web.json_response(
            {
                "messages": [{"text": "You said:"}, body["text"]],
                "suggestions": ["Yes", {"title": "No", "payload": "/no"}],
                "trace_id": "t1",
                "tools": [{"name": "f"}],
            }
        )


async def test_a_good_product(hold, serve_app):
    product = Echo()
    async with target_of(await serve_app(routes=product.routes), headers={"X-Key": "k-{id}-{seed}"}) as target:
        transcript = await hold(target, NASTY, "bye")
    assert [turn.reply for turn in transcript.turns if turn.reply] == [
        Reply(("Hello!",), session="s/1 ä{x}"),
        Reply(
            ("You said:", NASTY),
            (Option("Yes"), Option("No", "/no")),
            tool_calls=({"name": "f"},),
            session="s/1 ä{x}",
            trace="t1",
        ),
        Reply(("Bye.",), state={"n": 2}, ended=True, session="s/1 ä{x}"),
    ]
    assert transcript.stop == Stop("product", "ended")
    assert product.bodies == [{"text": NASTY}, {"text": "bye"}]
    assert product.paths == ["s/1 ä{x}"] * 2
    assert product.headers[0]["X-Key"] == "k-c1-7"


@pytest.mark.parametrize("session", ["a b?c#d/../e%2F", "..", "\n\"'", "中文", 17, "{text}"])
async def test_session_ids_of_any_kind(hold, serve_app, session):
    product = Echo(session)
    send = {"post": "/chats/x{session}", "json": {"text": "{text}", "chat": "{session}", "in": "<{session}>"}}
    async with target_of(await serve_app(routes=product.routes), send=send) as target:
        transcript = await hold(target, "a")
    assert product.paths == [f"x{session}"]
    assert product.bodies == [{"text": "a", "chat": session, "in": f"<{session}>"}]
    assert transcript.turns[2].reply.session == str(session)


async def test_the_product_may_change_the_session(hold, serve_app):
    paths = []

    async def send(request: web.Request) -> web.Response:
        paths.append(request.path)
        return web.json_response({"id": f"next{len(paths)}", "messages": "x"})

    async with target_of(await serve_app(send)) as target:
        await hold(target, "a", "b")
    assert paths == ["/chats", "/chats/next1", "/chats/next2"]


async def test_without_a_start_the_first_message_opens(hold, serve_app):
    bodies = []

    async def send(request: web.Request) -> web.Response:
        bodies.append(await request.json())
        return web.json_response({"id": "s1", "messages": "x"})

    send_json = {"post": "/", "json": {"text": "{text}", "session": "{session}", "seed": "{seed}"}}
    async with one_endpoint(await serve_app(send), send=send_json) as target:
        transcript = await hold(target, "a", "b")
    assert bodies == [{"text": "a", "seed": 7}, {"text": "b", "session": "s1", "seed": 7}]
    assert texts(transcript) == ["", "a", "x", "b", "x", ""]


@pytest.mark.parametrize(
    "where", [{"post": "/{session}", "json": ["{text}"]}, {"post": "/", "json": ["{text}", "{session}"]}]
)
async def test_without_a_session_told_we_make_one(hold, serve_app, where):
    seen = []

    async def send(request: web.Request) -> web.Response:
        seen.append(request.path + str((await request.json())[1:]))
        return web.json_response({"messages": "x"})

    async with one_endpoint(await serve_app(send), send=where, reply={"messages": "messages"}) as target:
        one, two = await hold(target, "a", "b"), await hold(target, "a")
    assert seen[0] == seen[1] != seen[2]
    for transcript, place in ((one, seen[0]), (two, seen[2])):
        assert transcript.turns[2].reply.session in place


async def test_press_sends_title_or_payload(hold, serve_app):
    bodies = []

    async def send(request: web.Request) -> web.Response:
        bodies.append(await request.json())
        return web.json_response({"messages": "x"})

    url = await serve_app(send)
    moves = [Press(Option("Yes", "/yes")), Press(Option("No")), "own words"]
    for press in ("title", "payload"):
        section = {"post": "/", "json": {"text": "{text}", "payload": "{payload}"}, "press": press}
        async with one_endpoint(url, send=section) as target:
            await hold(target, *moves)
    rest = [{"text": "No", "payload": "No"}, {"text": "own words"}]
    assert bodies == [{"text": "Yes", "payload": "/yes"}, *rest, {"text": "/yes", "payload": "/yes"}, *rest]


@pytest.mark.parametrize(
    ("send", "seen"),
    [
        ({"get": "/ask?q={text}&s={session}"}, {"method": "GET", "q": NASTY, "s": "S"}),
        (
            {"put": "/ask?a=b%20c d", "form": {"q": "{text}", "n": 1, "none": "{payload}"}},
            {"a": "b c d", "q": NASTY, "n": "1"},
        ),
    ],
)
async def test_get_put_and_forms(hold, serve_app, send, seen):
    got = []

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/ask":
            got.append({"method": request.method, **request.query, **await request.post()})
        return web.json_response({"id": "S", "messages": "x"})

    async with target_of(await serve_app(answer), send=send) as target:
        await hold(target, NASTY)
    assert got == [{"method": "PUT", **seen}]


async def test_the_address_may_have_a_path_and_a_user(hold, serve_app):
    seen = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((request.path, request.headers.get("Authorization")))
        return web.json_response({"id": "S", "messages": "x"})

    url = (await serve_app(answer)).replace("http://", "http://me:secret@") + "/api/"
    async with target_of(url) as target:
        await hold(target, "a")
    assert [path for path, _ in seen] == ["/api/chats", "/api/chats/S"]
    assert all(told.startswith("Basic ") for _, told in seen)


async def test_cookies_belong_to_a_conversation(hold, serve_app):
    opened = []

    async def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/chats":
            opened.append(request.cookies.get("user"))
            response = web.HTTPSeeOther("/hello")
            response.set_cookie("user", f"u{len(opened)}")
            raise response
        return web.json_response({"id": "S", "messages": f"{request.path} {request.cookies.get('user')}"})

    async with target_of(await serve_app(answer)) as target:
        first, second = await asyncio.gather(hold(target, "a"), hold(target, "a"))
    assert opened == [None, None]
    assert {texts(first)[0], texts(second)[0]} == {"/hello u1", "/hello u2"}
    for held in (first, second):
        assert texts(held)[2] == texts(held)[0].replace("/hello", "/chats/S")


async def test_accounts_reach_headers_and_bodies(hold, serve_app):
    seen = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((request.headers["X-User"], await request.json()))
        return web.json_response({"messages": "x"})

    send = {"post": "/", "json": {"text": "{text}", "age": "{account.age}", "other": "{account.none}"}}
    url = await serve_app(answer)
    async with one_endpoint(url, send=send, headers={"X-User": "{account.name}"}) as target:
        await hold(target, "a", context=OpenContext("c", 1, {"name": "Ann", "age": 30}))
        with pytest.raises(UsageError, match="X-User"):
            await hold(target, "a", context=OpenContext("c", 1, {"name": "Ann\r\nX-Admin: yes"}))
    assert seen == [("Ann", {"text": "a", "age": 30})]


async def test_the_projects_own_content_type_stands(hold, serve_app):
    seen = []

    async def answer(request: web.Request) -> web.Response:
        seen.append((request.headers.getall("Content-Type"), await request.json()))
        return web.json_response({"messages": "x"})

    async with one_endpoint(await serve_app(answer), headers={"content-type": "application/vnd.chat+json"}) as target:
        await hold(target, "a")
    async with one_endpoint(await serve_app(answer)) as target:
        await hold(target, "a")
    assert seen == [(["application/vnd.chat+json"], {"text": "a"}), (["application/json"], {"text": "a"})]


async def test_wait_asks_nothing_and_the_prefix_is_sent_at_the_start(hold, serve_app):
    product = Echo()
    async with target_of(await serve_app(routes=product.routes)) as target:
        transcript = await hold(target, Wait(), context=OpenContext("c", 1, prefix=("a", "b")))
    assert product.bodies == [{"text": "a"}, {"text": "b"}]
    assert texts(transcript)[0] == "You said:\nb"
    assert transcript.turns[2].reply == Reply()


@pytest.mark.parametrize(
    ("answer", "messages"),
    [
        ("one", ("one",)),
        (["one", "two"], ("one", "two")),
        ([{"text": "one"}, {"content": "two"}, {"message": "three"}], ("one", "two", "three")),
        ({"content": [{"type": "text", "text": "part"}, {"type": "image_url", "url": "x"}]}, ("part",)),
        ([], ()),
        (None, ()),
        ([None, ""], ("",)),
    ],
)
@pytest.mark.usefixtures("json_library")
async def test_shapes_of_messages(hold, serve_app, answer, messages):
    async def send(request: web.Request) -> web.Response:
        return web.json_response({"messages": answer})

    async with one_endpoint(await serve_app(send)) as target:
        reply = (await hold(target, "é\ud800")).turns[2].reply
    assert reply.messages == messages
    assert reply.problem is None


# --- what goes wrong ------------------------------------------------------------------------------


def answering(**response: Any) -> Callable[[web.Request], Awaitable[web.Response]]:
    async def handler(request: web.Request) -> web.Response:
        return web.Response(**response)

    return handler


@pytest.mark.parametrize(
    ("response", "stop", "detail"),
    [
        ({"status": 500, "text": "Traceback: boom"}, "crashed", "POST / answered 500"),
        ({"status": 404, "text": "no"}, "crashed", "POST / answered 404"),
        ({"status": 503}, "crashed", "POST / answered 503"),
        ({"text": '{"messages": ["cut of'}, "malformed", "isn't JSON"),
        ({"text": "<html>Welcome</html>", "content_type": "text/html"}, "malformed", "isn't JSON"),
        ({"text": ""}, "malformed", "is empty where JSON was expected"),
        ({"body": b"\xff\xfe\x00"}, "malformed", "isn't JSON"),
        ({"text": '{"messages": NaN}'}, "malformed", "isn't JSON"),
        ({"text": '{"messages": "\\ud800"}'}, "malformed", "isn't JSON"),
        ({"text": "[" * 100_000}, "malformed", "isn't JSON"),
        ({"text": '{"messages": 42}'}, "malformed", "reply.messages: expected a text"),
        ({"text": '{"messages": {"a": 1}}'}, "malformed", "its keys: a"),
        ({"text": '{"messages": [[[[[["x"]]]]]]}'}, "malformed", "reply.messages: expected a text"),
        ({"text": '{"messages": "x", "suggestions": 3}'}, "malformed", "reply.options: expected a list"),
        ({"text": '{"messages": "x", "suggestions": [{"a": 1}]}'}, "malformed", "reply.options: an object without"),
        ({"text": '{"messages": "x", "id": {"a": 1}}'}, "malformed", "reply.session: expected a text"),
    ],
)
@pytest.mark.usefixtures("json_library")
async def test_a_bad_answer_stops_the_conversation_with_its_evidence(hold, serve_app, response, stop, detail):
    async with one_endpoint(await serve_app(answering(**response))) as target:
        transcript = await hold(target, "a", "b")
    assert (transcript.stop.by, transcript.stop.reason) == ("product", stop)
    assert len(transcript.turns) == 3
    problem = transcript.turns[-1].reply.problem
    assert problem.kind == stop
    assert detail in problem.detail
    raw = response.get("text", response.get("body", b"503: Service Unavailable"[:0]))
    told = raw if isinstance(raw, str) else raw.decode("utf-8", "replace")
    assert problem.raw == (told if len(told) <= 4096 else told[:4095] + "…")


async def test_a_path_of_the_wrong_type_is_malformed(hold, serve_app):
    async with one_endpoint(
        await serve_app(answering(text='{"messages": 3}')), reply={"messages": "join(' ', messages)"}
    ) as target:
        transcript = await hold(target, "a")
    assert transcript.stop.reason == "malformed"
    assert "join" in transcript.stop.detail
    assert transcript.turns[-1].reply.problem.raw == '{"messages": 3}'


@pytest.mark.parametrize("response", [{"text": "{}"}, {"text": '{"messages": []}'}, {"status": 204}, {"text": "[]"}])
async def test_an_empty_reply_is_a_reply(hold, serve_app, response):
    async with one_endpoint(await serve_app(answering(**response))) as target:
        transcript = await hold(target, "a")
    assert transcript.turns[2].reply.empty
    assert transcript.turns[2].reply.problem is None
    assert transcript.stop == Stop("user", "patience")


async def test_429_is_the_infrastructures(hold, serve_app):
    busy = answering(status=429, text="slow down", headers={"Retry-After": "70"})
    async with one_endpoint(await serve_app(busy)) as target:
        transcript = await hold(target, "a")
    assert (transcript.stop.by, transcript.stop.reason) == ("harness", "infrastructure")
    assert "429 (too many requests), to be tried again after 70" in transcript.stop.detail
    assert transcript.turns[-1].reply.problem.raw == "slow down"


async def test_a_start_without_the_session_it_should_bring(hold, serve_app):
    async with target_of(await serve_app(answering(text='{"chat": 1}'))) as target:
        transcript = await hold(target, "a")
    assert transcript.stop == Stop("product", "malformed", "reply.session: 'id' found nothing in the answer to start")
    assert transcript.turns[0].reply.problem.raw == '{"chat": 1}'


async def test_time_outs_of_loop_and_connector(hold, serve_app):
    async def slow(request: web.Request) -> web.Response:
        await asyncio.sleep(20)
        return web.Response()

    url = await serve_app(slow)
    async with one_endpoint(url) as target:
        transcript = await hold(target, "a", limits=Limits(turn_timeout_s=0.05))
    assert transcript.stop == Stop("product", "timeout", "no answer within 0.05 s")
    async with one_endpoint(url, timeout_s=0.05) as target:
        transcript = await hold(target, "a")
    assert transcript.stop == Stop("product", "timeout", f"no answer within 0.05 s from POST {url}/")


@asynccontextmanager
async def raw_server(answer: bytes) -> AsyncIterator[str]:
    """A server that writes these bytes to each request and hangs up."""

    handlers = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        handlers.append(asyncio.current_task())
        await reader.readuntil(b"\r\n\r\n")
        writer.write(answer)
        await writer.drain()
        await asyncio.sleep(0.02)
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        await asyncio.gather(*handlers)


@pytest.mark.parametrize(
    ("answer", "stop", "raw"),
    [
        (b"", "closed", None),
        (b"HTTP/1.1 200 OK\r\nContent-Le", "closed", None),
        (b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"messages": ["I will', "closed", '{"messages": ["I will'),
        (b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "closed", "hello"),
        (b"this is no HTTP\r\n\r\n", "malformed", None),
    ],
)
async def test_a_dropped_connection(hold, answer, stop, raw):
    async with raw_server(answer) as url, one_endpoint(url) as target:
        transcript = await hold(target, "a")
    assert (transcript.stop.by, transcript.stop.reason) == ("product", stop)
    assert transcript.turns[-1].reply.problem.raw == raw
    assert url in transcript.stop.detail


async def test_an_endless_answer_is_cut(hold, serve_app, monkeypatch):
    monkeypatch.setattr(http_wire, "_BODY_LIMIT", 100_000)

    async def endless(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        with suppress(ConnectionError):
            while True:
                await response.write(b"[" * 10_000)
        return response

    async with one_endpoint(await serve_app(endless)) as target:
        transcript = await hold(target, "a")
    assert transcript.stop.reason == "malformed"
    assert transcript.turns[-1].reply.problem.raw.startswith("[[[[")


async def free_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


async def test_nobody_listens(hold):
    port = await free_port()
    async with target_of(f"http://127.0.0.1:{port}") as target:
        transcript = await hold(target, "a")
    assert transcript.stop == Stop(
        "harness", "infrastructure", f"the connection was refused: nothing listens at 127.0.0.1:{port}"
    )


async def test_a_host_out_of_files_is_not_the_products_fault(hold, serve_app, monkeypatch):
    import errno

    def no_socket(*_: Any, **__: Any) -> Any:
        raise OSError(errno.EMFILE, "Too many open files")

    product = Echo()
    async with target_of(await serve_app(routes=product.routes)) as target:
        monkeypatch.setattr("aiohappyeyeballs.impl.socket.socket", no_socket)
        transcript = await hold(target, "a")
    assert transcript.stop.by == "harness"
    assert "out of files" in transcript.stop.detail


async def test_header_values_stay_out_of_the_evidence(hold, serve_app):
    async def tell_all(request: web.Request) -> web.Response:
        return web.Response(status=500, text=f"headers: {dict(request.headers)} key={request.headers['X-Key']}")

    headers = {"Authorization": "Bearer s3cret-token", "X-Key": "k3y-{seed}", "Accept": "application/json"}
    async with one_endpoint(await serve_app(tell_all), headers=headers) as target:
        raw = (await hold(target, "a")).turns[-1].reply.problem.raw
        with pytest.raises(UnreachableError) as caught:
            await target.check()
    assert "application/json" in raw
    for text in (raw, str(caught.value)):
        assert "***" in text
        assert "s3cret" not in text
        assert "k3y" not in text


# --- many at once ---------------------------------------------------------------------------------


async def test_two_hundred_at_once(hold, serve_app):
    gathered: asyncio.Queue[None] = asyncio.Queue()
    open_gate = asyncio.Event()

    async def answer(request: web.Request) -> web.Response:
        if request.path == "/chats":
            gathered.put_nowait(None)
            if gathered.qsize() == 200:
                open_gate.set()
            await open_gate.wait()  # passes only when two hundred are in it at once
            return web.json_response({"id": str(gathered.qsize()), "messages": "hi"})
        return web.json_response({"messages": (await request.json())["text"]})

    async with target_of(await serve_app(answer)) as target:
        held = await asyncio.gather(*(hold(target, *(f"{n}.{turn}" for turn in range(3))) for n in range(200)))
    for n, transcript in enumerate(held):
        assert texts(transcript) == ["hi", f"{n}.0", f"{n}.0", f"{n}.1", f"{n}.1", f"{n}.2", f"{n}.2", ""]
    del held
    gc.collect()  # an unclosed session would warn now, and warnings are errors


async def test_open_needs_the_target_entered():
    with pytest.raises(UsageError, match="async with target"):
        target_of("http://127.0.0.1:1").open(OpenContext("c", 1))


# --- before the run -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"start": {"post": "/chat"}}, "answered 404 to POST /chat: is `start.post` right? (it said: 404: Not Found)"),
        ({"send": {"post": "/x", "json": "{text}"}}, "answered 404 to POST /x: is `send.post` right?"),
        ({"start": {"get": "/chats"}}, "answered 405 to GET /chats: does it want another method than `start.get`?"),
        (
            {"start": {"post": "/private"}},
            "answered 401 to POST /private: it doesn't let us in; look at target.headers",
        ),
        ({"start": {"post": "/strict"}}, "is what `start.json` sends what it wants? (it said: text missing)"),
        ({"start": {"post": "/broken"}}, "answered 500 to POST /broken: the product itself failed (it said: boom)"),
        ({"start": {"post": "/html"}}, "the answer to POST /html (status 200) isn't JSON (it said: <html>"),
        (
            {"start": {"post": "/odd"}},
            'reply.session: \'id\' found nothing in the answer to start (it said: {"reply": "Hi"})',
        ),
        (
            {
                "start": None,
                "send": {"post": "/odd", "json": "{text}"},
                "reply": {"messages": "messages", "state": "a.b"},
            },
            "reply.messages: 'messages', reply.state: 'a.b' found nothing in the product's answer "
            '(it said: {"reply": "Hi"}); keys there: reply',
        ),
    ],
)
async def test_the_check_says_what_to_look_at(serve_app, changes, message):
    product = Echo()
    url = await serve_app(
        routes=[
            *product.routes,
            web.post("/private", answering(status=401)),
            web.post("/strict", answering(status=422, text="text missing")),
            web.post("/broken", answering(status=500, text="boom\n")),
            web.post("/html", answering(text="<html>\n</html>")),
            web.post("/odd", answering(text='{"reply": "Hi"}')),
        ]
    )
    with pytest.raises(UnreachableError) as caught:
        await target_of(url, **changes).check()
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


async def test_the_check_of_a_product_that_is_not_there():
    port = await free_port()
    with pytest.raises(UnreachableError, match=f"nothing listens at 127.0.0.1:{port}; is the product started"):
        await target_of(f"http://127.0.0.1:{port}").check()
    with pytest.raises(UnreachableError, match=r"the name 'no-such-host\.invalid' does not resolve; is the product"):
        await target_of("http://no-such-host.invalid").check()


async def test_the_check_passes(serve_app):
    product = Echo()
    url = await serve_app(routes=product.routes)
    target = target_of(url)
    assert (await target.check()).messages == ("You said:", "Hello")
    async with target:
        assert (await target.check()).messages == ("You said:", "Hello")


@pytest.mark.parametrize("later", [{"status": 500}, {"text": "no json"}, {"text": '{"messages": []}'}])
async def test_the_check_leaves_the_products_faults_to_the_run(serve_app, later):
    async def answer(request: web.Request) -> web.Response:
        return web.json_response({"id": 1, "messages": "Hi"}) if request.path == "/chats" else web.Response(**later)

    assert (await target_of(await serve_app(answer)).check()).messages == ("Hi",)


async def test_versions(serve_app):
    url = await serve_app(
        routes=[
            web.get("/version", answering(text='{"app": {"version": "1.4"}}')),
            web.get("/plain", answering(text=" v2\n")),
            web.get("/gone", answering(status=410)),
        ]
    )

    async def version(told: Any) -> str | None:
        return await target_of(url, version=told).version()

    assert await version(None) is None
    assert await version("") is None
    assert await version(1.2) == "1.2"
    assert await version({"get": "/version", "path": "app.version"}) == "1.4"
    assert await version({"get": "/plain"}) == "v2"
    assert await version({"command": [sys.executable, "-c", "print('c1')"]}) == "c1"
    for told, message in (
        ({"get": "/gone"}, "/gone answered 410"),
        ({"get": "/plain", "path": "x"}, "did not answer with JSON"),
        ({"command": "false"}, "ended with 1"),
    ):
        with pytest.raises(UsageError, match=message):
            await version(told)
    port = await free_port()
    with pytest.raises(UsageError, match="nothing listens"):
        await target_of(f"http://127.0.0.1:{port}", version={"get": "/v"}).version()


async def test_a_call_costs_little_beside_aiohttp(serve_app):
    product = Echo()
    async with target_of(await serve_app(routes=product.routes)) as target, target.open(OpenContext("c", 1)) as session:
        await session.start()
        await session.send(Press(Option("x")))
        session = session.inner
        exchange = session._line.last
        begun = time.process_time()
        for _ in range(2000):
            request = target._plan.send
            session._requests._url_of(request)
            request.body(session._values)
            session._reader.read(http_wire.decode(exchange.body), exchange)
        assert (time.process_time() - begun) / 2000 < 0.00025  # measured: about 0.00003


async def test_a_product_that_asks_to_wait_is_waited_for(serve_app):
    """Whoever is turned away comes back when the product says, and so do all others."""
    turned_away = []

    async def chat(request):
        if len(turned_away) < 2:
            turned_away.append(time.monotonic())
            return web.Response(status=429, headers={"Retry-After": "0.2"})
        return web.json_response({"reply": f"heard after {time.monotonic() - turned_away[0]:.3f}"})

    url = await serve_app(routes=[web.post("/chat", chat)])
    async with (
        target_of(url, send={"post": "/chat", "json": {"text": "{text}"}}, reply={"messages": "reply"}) as target,
        target.open(OpenContext("a", 1)) as one,
        target.open(OpenContext("b", 1)) as other,
    ):
        heard = await asyncio.gather(one.send(Say("Hi")), other.send(Say("Hi")))
    assert all(float(answer.text.rpartition(" ")[2]) >= 0.2 for answer in heard)


async def test_a_product_sees_that_no_person_speaks_and_which_trace_it_is(serve_app):
    seen = []

    async def chat(request):
        seen.append(dict(request.headers))
        return web.json_response({"reply": "Hi"}, headers={"traceresponse": f"00-{'ab' * 16}-{'cd' * 8}-01"})

    url = await serve_app(routes=[web.post("/chat", chat)])
    send = {"send": {"post": "/chat", "json": {"text": "{text}"}}, "reply": {"messages": "reply"}}
    async with target_of(url, **send) as target, target.open(OpenContext("c1", 1)) as session:
        answers = [await session.send(Say("Hi")) for _ in range(2)]
    silent = target_of(url, announce=False, traceparent=False, **send)
    async with silent, silent.open(OpenContext("c1", 1)) as session:
        await session.send(Say("Hi"))
    first, second, third = seen
    assert first["X-Synthetic-User"] == "prebeta"
    version, trace, span, flags = first["traceparent"].split("-")
    assert (version, trace, flags) == ("00", trace_of("c1"), "01")
    assert span != second["traceparent"].split("-")[2]
    assert not {"X-Synthetic-User", "traceparent"} & set(third)
    assert {answer.trace for answer in answers} == {"ab" * 16}
