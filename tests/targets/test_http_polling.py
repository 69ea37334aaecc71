"""Products whose answers come later and are fetched: whole histories, only what is new, a job a turn, held-back answers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from asgi_served import asgi_served
from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from prebeta.core.errors import UnreachableError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Limits, Option, Say, Stop, Transcript, Wait
from prebeta.targets.http.target import HttpTarget

ALL = {"get": "/rooms/{session}/log", "every_s": 0.05, "quiet_s": 0.5, "wait_s": 1.0, "greets": True}
REPLY = {"session": "room", "messages": "log[?by=='bot'].say", "options": "log[?by=='bot'] | [-1].picks"}


def target_of(url: str, **changes: Any) -> HttpTarget:
    section: dict[str, Any] = {
        "url": url,
        "start": {"post": "/rooms"},
        "send": {"post": "/rooms/{session}/log", "json": {"say": "{text}"}},
        "poll": ALL,
        "reply": REPLY,
    }
    return HttpTarget(HttpTarget.Options(**section | changes), Path())


def replies(transcript: Transcript) -> list[tuple[str, ...]]:
    return [turn.reply.messages for turn in transcript.turns if turn.reply is not None]


class Rooms:
    """A Starlette product that logs what is said and answers a moment later, in two messages a little apart.

    What it does at certain words: silence (nothing), garbage (then its log isn't JSON), boom (then it is 500), more (a
    third message, much later), window (then its log begins anew), say nothing (it is idle without a word).
    """

    def __init__(self, delay_s: float = 0.03, greets: bool = True) -> None:
        self.delay_s, self.greets = delay_s, greets
        self.logs: list[list[dict[str, Any]]] = []
        self.at_work: dict[int, int] = {}
        self.broken: dict[int, str] = {}
        self.asked = 0
        self.tasks: set[asyncio.Task[None]] = set()

    @property
    def app(self) -> Starlette:
        one = "/rooms/{room:int}/log"
        return Starlette(
            routes=[
                Route("/rooms", self.open, methods=["POST"]),
                Route(one, self.hear, methods=["POST"]),
                Route(one, self.log, methods=["GET"]),
                Route("/rooms/{room:int}/fresh", self.fresh, methods=["POST"]),
            ]
        )

    def later(self, room: int, *spoken: tuple[float, str]) -> None:
        async def speak() -> None:
            for delay_s, text in spoken:
                await asyncio.sleep(delay_s)
                self.add(room, "bot", text)
            self.at_work[room] -= 1

        self.at_work[room] = self.at_work.get(room, 0) + 1
        task = asyncio.create_task(speak())
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def add(self, room: int, by: str, text: str) -> None:
        log = self.logs[room]
        log.append({"n": f"{room}-{len(log)}", "by": by, "say": text, "picks": [f"pick {text}"]})

    async def open(self, _request: Request) -> Response:
        room = len(self.logs)
        self.logs.append([])
        if self.greets:
            self.later(room, (self.delay_s, f"hello {room}"))
        return JSONResponse({"room": room}, status_code=201)

    async def hear(self, request: Request) -> Response:
        room, text = request.path_params["room"], (await request.json())["say"]
        self.add(room, "guest", text)
        if text in ("garbage", "boom"):
            self.broken[room] = text
        elif text == "window":
            self.logs[room] = []
            self.later(room, (self.delay_s, "new log"))
        elif text == "more":
            self.later(room, (self.delay_s, "wait, I'm looking"), (0.8, "found it"))
        elif text not in ("silence", "say nothing"):
            self.later(room, (self.delay_s, f"{text} to you"), (self.delay_s, f"in room {room}"))
        return PlainTextResponse("accepted", status_code=202)

    async def log(self, request: Request) -> Response:
        self.asked += 1
        room = request.path_params["room"]
        if room in self.broken:
            broken = self.broken[room]
            return PlainTextResponse("<p>~~~") if broken == "garbage" else PlainTextResponse("boom", 500)
        since = request.query_params.get("since")
        shown = [one for one in self.logs[room] if since is None or int(one["n"].split("-")[1]) > int(since)]
        return JSONResponse({"log": shown, "idle": not self.at_work.get(room), "last": len(self.logs[room]) - 1})

    async def fresh(self, request: Request) -> Response:
        """What wasn't fetched yet, held back until there is something."""
        room = request.path_params["room"]
        for _ in range(40):
            shown = [one for one in self.logs[room] if not one.pop("told", False)]
            for one in self.logs[room]:
                one["told"] = True
            if any(one["by"] == "bot" for one in shown):
                return JSONResponse({"log": shown})
            await asyncio.sleep(0.025)
        return Response(status_code=204)


@asynccontextmanager
async def served(rooms: Rooms) -> AsyncIterator[str]:
    async with asgi_served(rooms.app) as url:
        yield url


KINDS = {
    "all, by number": ALL,
    "all, by id": {**ALL, "id": "n", "until": "idle"},
    "all, until idle": {**ALL, "until": "idle"},
    "new, by cursor": {**ALL, "get": "/rooms/{session}/log?since={cursor}", "cursor": "last", "until": "idle"},
    "new, by cursor from the first": {
        **ALL,
        "get": "/rooms/{session}/log?since={cursor}",
        "cursor": "last",
        "first": -1,
        "until": "idle",
    },
    "new, held back": {**ALL, "get": None, "post": "/rooms/{session}/fresh", "brings": "new"},
}


@pytest.mark.parametrize("kind", KINDS)
async def test_twenty_five_at_once_hear_only_their_own(hold, kind):
    reply = REPLY | {"messages": "log[?by=='bot'].{n: n, text: say}"} if "id" in KINDS[kind] else REPLY
    async with served(Rooms()) as url, target_of(url, poll=KINDS[kind], reply=reply) as target:
        held = await asyncio.gather(*(hold(target, f"a{n}", f"b{n}") for n in range(25)))
    for n, transcript in enumerate(held):
        room = transcript.turns[0].reply.session
        expected = [(f"hello {room}",), *((f"{word}{n} to you", f"in room {room}") for word in "ab")]
        assert replies(transcript) == expected, kind
        assert transcript.turns[-2].reply.options == (Option(f"pick in room {room}"),)
    assert len({transcript.turns[0].reply.session for transcript in held}) == 25


async def test_wait_brings_what_came_late_and_only_that(hold):
    async with served(Rooms()) as url, target_of(url) as target:
        transcript = await hold(target, "more", Wait(), Wait(), "a")
    room = transcript.turns[0].reply.session
    assert replies(transcript) == [
        (f"hello {room}",),
        ("wait, I'm looking",),
        ("found it",),
        (),
        ("a to you", f"in room {room}"),
    ]


async def test_what_comes_while_nobody_waits_is_told_with_the_next_answer(hold):
    async with served(Rooms()) as url, target_of(url, poll=ALL) as target, target.open(OpenContext("c", 1)) as session:
        await session.start()
        await session.send(Say("more"))
        await asyncio.sleep(0.6)
        later = await session.send(Say("a"))
    assert later.messages[0] == "found it"
    assert later.messages[1] == "a to you"


async def test_a_product_that_is_spoken_to_first(hold):
    rooms = Rooms(greets=False)
    async with served(rooms) as url:
        async with target_of(url, poll={**ALL, "greets": None}) as target:
            transcript = await hold(target, "a")
        asked = rooms.asked
        async with target_of(url, poll={**ALL, "greets": False}) as target, target.open(OpenContext("c", 1)) as session:
            assert (await session.start()).empty
    assert replies(transcript)[0] == ()
    assert rooms.asked == asked


async def test_a_product_that_is_idle_without_a_word_said_nothing(hold):
    poll = {**ALL, "until": "idle", "quiet_s": 0.1}
    async with served(Rooms()) as url, target_of(url, poll=poll) as target:
        transcript = await hold(target, "say nothing")
    assert transcript.turns[2].reply.messages == ()
    assert transcript.turns[2].reply.problem is None


async def test_a_job_a_turn_whose_text_grows(hold, serve_app):
    """The answer is under an address of its own, and there from its first word on: only the whole one counts."""
    jobs: dict[str, list[str]] = {}

    async def send(request: web.Request) -> web.Response:
        name = f"job{len(jobs)}"
        jobs[name] = [*f"echo of {(await request.json())['say']}".split(), "."]
        return web.json_response({"job": name}, status=202)

    async def job(request: web.Request) -> web.Response:
        words = jobs[request.match_info["job"]]
        shown = getattr(job, "shown", {})
        shown[request.path] = shown.get(request.path, 0) + 1
        job.shown = shown
        done = shown[request.path] >= len(words)
        return web.json_response(
            {"text": " ".join(words[: shown[request.path]]), "status": "done" if done else "running"}
        )

    url = await serve_app(routes=[web.post("/ask", send), web.get("/jobs/{job}", job)])
    target = target_of(
        url,
        start=None,
        send={"post": "/ask", "json": {"say": "{text}"}, "keep": {"job": {"path": "job", "secret": False}}},
        poll={"get": "/jobs/{job}", "every_s": 0.01, "until": "status == 'done'", "brings": "turn"},
        reply={"messages": "text"},
    )
    async with target:
        transcript = await hold(target, "one two", "three", "three")
    assert replies(transcript) == [(), ("echo of one two .",), ("echo of three .",), ("echo of three .",)]


async def test_answers_that_come_at_once_need_no_asking(hold, serve_app):
    """A product that mostly answers directly; its log holds that again, which is not said twice."""
    log: list[dict[str, str]] = []
    asked: list[str] = []

    async def send(request: web.Request) -> web.Response:
        said = {"by": "bot", "say": f"heard {(await request.json())['say']}"}
        log.append(said)
        return web.json_response({"log": [said]})

    async def fetch(request: web.Request) -> web.Response:
        asked.append(request.path)
        return web.json_response({"log": [*log, {"by": "bot", "say": "and one more thing"}]})

    url = await serve_app(routes=[web.post("/say", send), web.get("/log", fetch)])
    target = target_of(
        url,
        start=None,
        send={"post": "/say", "json": {"say": "{text}"}},
        poll={**ALL, "get": "/log"},
        reply={"messages": "log[].say"},
    )
    async with target:
        transcript = await hold(target, "a", "b", Wait())
    assert replies(transcript) == [(), ("heard a",), ("heard b",), ("and one more thing",)]
    assert asked


# --- what goes wrong ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "stop", "detail", "raw"),
    [
        ("garbage", "malformed", "the answer to GET /rooms/{session}/log (status 200) isn't JSON", "<p>~~~"),
        ("boom", "crashed", "GET /rooms/{session}/log answered 500", "boom"),
        ("silence", "timeout", "nothing new within", '"say":"silence"'),
        ("window", "malformed", "holds 1 messages where there were 3 before; if it doesn't bring all", "new log"),
    ],
)
async def test_one_breaks_and_the_others_do_not(hold, word, stop, detail, raw):
    limits = Limits(turn_timeout_s=3)
    async with served(Rooms()) as url, target_of(url) as target:
        broken, *others = await asyncio.gather(
            hold(target, "a", word, limits=limits, context=OpenContext("x", 1, patience_s=3)),
            *(hold(target, "a", "b", "c", limits=limits, context=OpenContext(f"o{n}", 1)) for n in range(10)),
        )
    assert (broken.stop.by, broken.stop.reason) == ("product", stop)
    problem = broken.turns[-1].reply.problem
    assert detail in problem.detail
    assert raw in problem.raw
    for transcript in others:
        assert transcript.stop == Stop("user", "patience")
        assert [len(said) for said in replies(transcript)] == [1, 2, 2, 2]


async def test_a_log_that_breaks_off_or_hangs(hold, serve_app):
    async def log(request: web.Request) -> web.StreamResponse:
        if request.query.get("hang"):
            await asyncio.sleep(20)
        response = web.StreamResponse(headers={"Content-Length": "100"})
        await response.prepare(request)
        await response.write(b'{"log": [{"by"')
        assert request.transport is not None
        request.transport.close()
        return response

    async def take(_request: web.Request) -> web.Response:
        return web.json_response({"room": 1}, status=202)

    url = await serve_app(routes=[web.post("/{tail:.*}", take), web.get("/{tail:.*}", log)])
    poll = {**ALL, "greets": False}
    async with target_of(url, poll=poll) as target:
        transcript = await hold(target, "a")
    assert (transcript.stop.by, transcript.stop.reason) == ("product", "closed")
    assert transcript.turns[-1].reply.problem.raw == '{"log": [{"by"'
    async with target_of(url, poll={**poll, "get": "/log?hang=1"}, timeout_s=0.1) as target:
        transcript = await hold(target, "a")
    assert (transcript.stop.by, transcript.stop.reason) == ("product", "timeout")
    assert "no answer within 0.1 s from GET" in transcript.stop.detail


async def test_the_check_ends_and_says_what_it_waited_for(monkeypatch):
    poll = {**ALL, "until": "never"}
    async with served(Rooms()) as url:
        monkeypatch.setattr("prebeta.targets.http.polling._PATIENCE_S", 0.4)
        with pytest.raises(UnreachableError) as caught:
            await target_of(url, poll=poll).check()
        monkeypatch.undo()
        assert (await target_of(url).check()).messages[0] == "Hello to you"
    assert "no answer in which 'never' holds within 0." in str(caught.value)
    assert "from GET /rooms/{session}/log, asked" in str(caught.value)


async def test_the_check_tells_of_a_path_that_finds_nothing_in_what_is_fetched():
    poll = {**ALL, "until": "idle", "greets": False, "quiet_s": 0.1}
    async with served(Rooms()) as url:
        with pytest.raises(UnreachableError) as caught:
            await target_of(url, poll=poll, reply={"session": "room", "messages": "logs"}).check()
    assert "reply.messages: 'logs' found nothing in the product's answer" in str(caught.value)
    assert "keys there: log, idle, last" in str(caught.value)


@pytest.mark.parametrize(
    ("poll", "message"),
    [
        ({"get": "/a", "every_s": 0}, "greater than 0"),
        ({"get": "/a", "post": "/b"}, "give exactly one of post, get, put; got post and get"),
        ({"get": "/a?c={cursor}"}, "{cursor} is used, and cursor doesn't say where an answer holds it"),
        ({"get": "/a", "cursor": "c"}, "cursor is given, and {cursor} is not used in the request"),
        ({"get": "/a/{text}"}, "unknown placeholder {text}; known here: {session}"),
        ({"get": "/a", "until": "a b"}, "not a JMESPath"),
        ({"get": "/a", "brings": "some"}, "'all', 'turn' or 'new'"),
    ],
)
def test_what_is_wrong_is_said_before_the_run(poll, message):
    with pytest.raises(ValidationError) as caught:
        target_of("http://127.0.0.1:1", poll=poll)
    assert message in str(caught.value)
    assert [error["loc"][0] for error in caught.value.errors()] == ["poll"]
