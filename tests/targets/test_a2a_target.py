"""The a2a connector with a2a-sdk's own server, in both versions of the protocol, and with servers that do it wrong."""

from __future__ import annotations

import asyncio
import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from a2a_agents import odd_agent
from aiohttp import web
from pydantic import ValidationError

from prebeta.core.errors import Closed, Refused, UnreachableError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Limits, Option, Press, Say, Stop, Wait
from prebeta.targets.a2a.target import A2ATarget

CONVERSATIONS = 24
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "a2a"
WAYS = [(protocol, stream) for protocol in ("0.3", "1.0") for stream in (False, True)]


@pytest.fixture(scope="module")
def odd():
    with odd_agent() as url:
        yield url


@pytest.fixture(scope="module")
def canteen():
    """The example's agent in a process of its own."""
    with served() as (url, _):
        yield url


@contextmanager
def served() -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with subprocess.Popen([sys.executable, EXAMPLE / "agent.py", str(port)]) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            for _ in range(200):
                try:
                    urllib.request.urlopen(f"{url}/.well-known/agent-card.json", timeout=2).close()
                    break
                except (urllib.error.URLError, OSError):
                    assert process.poll() is None
                    time.sleep(0.1)
            yield url, process
        finally:
            process.kill()


def agent(url: str, **more: Any) -> A2ATarget:
    return A2ATarget(A2ATarget.Options(url=url, **more), Path())


def replies(transcript):
    return [turn.reply for turn in transcript.turns if turn.reply is not None]


def test_the_example_as_it_stands(canteen, prebeta_with):
    prebeta = prebeta_with("../../examples/a2a/prebeta.yaml", CANTEEN_URL=canteen)
    result = prebeta.json("run", "-n", "60", "--seed", "1")
    rows = prebeta.rows()
    assert result["valid"] == len(rows) == 60
    assert result["outcomes"]["REACHED"] >= 58, [
        (row["outcome"], row["kind"], row["turn"]) for row in rows if row["failed"]
    ]
    assert len({row["session"] for row in rows}) == 60
    assert any(turn["move"] == "press" for row in rows for turn in row["turns"])


async def test_killed_in_the_middle(hold):
    with served() as (url, process):
        await check_a_kill(url, process, hold)


async def check_a_kill(url, process, hold):
    async with agent(url) as target:
        transcripts = await asyncio.gather(
            *(hold(target, "hi", "soup", context=OpenContext(f"c{at}", at)) for at in range(5)),
        )
        assert {transcript.stop.reason for transcript in transcripts} == {"patience"}
        async with target.open(OpenContext("c9", 9)) as session:
            await session.start()
            assert (await session.send(Say("hi"))).messages
            process.kill()
            process.wait()
            with pytest.raises((Refused, Closed)):
                await session.send(Say("soup"))
        after = await hold(target, "hi")
    assert after.stop.by == "harness"
    assert "refused" in after.stop.detail


@pytest.mark.parametrize(("protocol", "stream"), WAYS)
async def test_an_order(canteen, hold, protocol, stream):
    more = {"protocol": protocol, "stream": stream, "completed_ends": True, "state": "order"}
    async with agent(canteen, **more) as target:
        transcript = await hold(target, "hi", Press(Option("Soup")), "noon", Wait(), "outside", "yes")
    first, hello, at, place, waited, recap, last = replies(transcript)
    assert first.empty
    assert waited.empty
    assert hello.messages == ("Welcome to the canteen. Which dish would you like today?",)
    assert hello.options == (Option("Soup"), Option("Curry"), Option("Salad"))
    assert at.messages == ("Noted. At what time would you like to eat?",)
    assert place.options[0] == Option("Terrace")
    assert recap.messages == ("Noted. So it is: Soup at 12:00, terrace. Shall I order it?",)
    assert last.messages == ("Your order L-1386 is in the kitchen. Enjoy!",)
    assert last.state == {"dish": "Soup", "time": "12:00", "place": "Terrace", "number": "L-1386"}
    assert transcript.stop == Stop("product", "ended")
    assert len({reply.session for reply in (hello, at, place, recap, last)}) == 1
    assert (hello.first_token_s is not None) is stream


@pytest.mark.parametrize(("protocol", "stream"), WAYS)
async def test_many_at_once_and_no_crosstalk(odd, hold, protocol, stream):
    async def one(at: int) -> Any:
        said = f"message {at}", f"a{at}", "ask", f"d{at}"
        return await hold(target, *said, context=OpenContext(f"c{at}", at))

    async with agent(odd, protocol=protocol, stream=stream) as target:
        transcripts = await asyncio.gather(*map(one, range(CONVERSATIONS)))
    for at, transcript in enumerate(transcripts):
        told = replies(transcript)[1:]
        assert [reply.messages for reply in told] == [
            (f"just message {at}",),
            (f"done with a{at}",),
            ("The list so far.", "What else?"),
            (f"done with d{at}",),
        ]
        assert len({reply.session for reply in told}) == 1
    assert len({replies(transcript)[1].session for transcript in transcripts}) == CONVERSATIONS


@pytest.mark.parametrize(("protocol", "stream"), WAYS)
@pytest.mark.parametrize(
    ("said", "messages", "state", "ended"),
    [
        ("message x", ("just message x",), None, False),
        ("well", ("done with well",), None, False),
        ("data", ("Here:", "done with data"), {"n": 1, "suggestions": ["more"]}, False),
        ("form", ("Sure?",), {"question": "Sure?", "options": ["Yes"]}, False),
        ("reject", ("I reject",), None, True),
        ("cancel", ("I cancel",), None, True),
    ],
)
async def test_what_becomes_of_answers(odd, hold, protocol, stream, said, messages, state, ended):
    async with agent(odd, protocol=protocol, stream=stream) as target:
        transcript = await hold(target, said)
    told = replies(transcript)[-1]
    assert (told.messages, told.state, told.ended) == (messages, state, ended)
    titles = {"data": ["more"], "form": ["Yes"]}.get(said, [])
    assert [option.title for option in told.options] == titles


@pytest.mark.parametrize("protocol", ["0.3", "1.0"])
async def test_what_is_said_on_the_way(odd, hold, protocol):
    async with agent(odd, protocol=protocol) as target, agent(odd, protocol=protocol, progress=False) as quiet:
        aloud, silent = await asyncio.gather(hold(target, "progress"), hold(quiet, "progress"))
    assert replies(aloud)[-1].messages == ("Looking it up…", "Nearly there…", "done with progress")
    assert replies(silent)[-1].messages == ("done with progress",)


async def test_pieces_of_a_stream_are_one_text(odd, hold):
    async with agent(odd, stream=True) as target:
        transcript = await hold(target, "pieces")
    assert replies(transcript)[-1].messages == ("Once upon a time", "done with pieces")


@pytest.mark.parametrize(("protocol", "stream"), WAYS)
async def test_an_artifact_is_said_once(odd, hold, protocol, stream):
    async with agent(odd, protocol=protocol, stream=stream) as target:
        transcript = await hold(target, "ask", "ask", "well")
    assert [reply.messages for reply in replies(transcript)[1:]] == [
        ("The list so far.", "What else?"),
        ("What else?",),
        ("done with well",),
    ]


@pytest.mark.parametrize(("protocol", "stream"), WAYS)
async def test_failures_harm_nobody_else(odd, hold, protocol, stream):
    said = ["fail", "raise", "hang", "well", "well"]
    async with agent(odd, protocol=protocol, stream=stream) as target:
        transcripts = await asyncio.gather(
            *(
                hold(
                    target,
                    word,
                    "well",
                    limits=Limits(turn_timeout_s=1 if word == "hang" else 30),
                    context=OpenContext(f"c{at}", at),
                )
                for at, word in enumerate(said)
            )
        )
    stops = [transcript.stop.reason for transcript in transcripts]
    assert stops == ["crashed", "crashed", "timeout", "patience", "patience"]
    problem = replies(transcripts[0])[-1].problem
    assert problem.detail == "the agent's task failed: I fail"
    assert "I fail" in problem.raw


async def test_recognised_and_checked(odd, canteen):
    async with aiohttp.ClientSession() as client:
        found = await A2ATarget.recognise(odd, client)
        of_card = await A2ATarget.recognise(f"{canteen}/.well-known/agent-card.json", client)
    assert found.section == {"kind": "a2a", "url": odd}
    assert of_card.section == {"kind": "a2a", "url": canteen}
    assert (await agent(**{key: value for key, value in found.section.items() if key != "kind"}).check()).messages


async def test_an_agent_of_one_version_only(hold):
    with odd_agent(("1.0",)) as url:
        async with agent(url) as target:
            assert replies(await hold(target, "well"))[-1].text == "done with well"
        with pytest.raises(UnreachableError, match=r"offers JSONRPC 1\.0, and not the JSON-RPC that target\.protocol"):
            await agent(url, protocol="0.3").check()


OLD_CARD = {"name": "Old", "version": "1", "protocolVersion": "0.3.0", "capabilities": {}, "skills": []}


class Scripted:
    """An agent of 0.3 that answers as the test says, and keeps what it got."""

    def __init__(self, *answers: Any, card: Any = None) -> None:
        self.answers, self.card = list(answers), card
        self.bodies: list[Any] = []
        self.headers: list[Any] = []
        self.cards = 0

    @property
    def routes(self) -> list[web.RouteDef]:
        return [web.get("/.well-known/agent.json", self.get), web.post("/rpc", self.post)]

    async def get(self, request: web.Request) -> web.Response:
        self.cards += 1
        self.headers.append(request.headers)
        return web.json_response({**OLD_CARD, "url": f"http://localhost:{request.url.port}/rpc", **(self.card or {})})

    async def post(self, request: web.Request) -> web.StreamResponse:
        body = await request.json()
        self.bodies.append(body)
        self.headers.append(request.headers)
        found = self.answers.pop(0) if self.answers else {"kind": "message", "parts": [{"kind": "text", "text": "ok"}]}
        if isinstance(found, bytes):
            return web.Response(body=found, content_type="application/json")
        if found == "silence":
            await asyncio.sleep(5)
        if found == "break off":
            response = web.StreamResponse(headers={"Content-Length": "100"})
            await response.prepare(request)
            await response.write(b'{"jsonrpc": "2.0", ')
            assert request.transport is not None
            request.transport.close()
            return response
        key = "error" if isinstance(found, dict) and "code" in found else "result"
        return web.json_response({"jsonrpc": "2.0", "id": body["id"], key: found})


def task(state: str, text: str | None = None, **more: Any) -> dict[str, Any]:
    message = {} if text is None else {"message": {"kind": "message", "parts": [{"kind": "text", "text": text}]}}
    return {"kind": "task", "id": "t1", "contextId": "x1", "status": {"state": state, **message}, **more}


async def test_a_task_is_looked_at_until_it_settles(serve_app, hold):
    product = Scripted(task("submitted"), task("working"), task("input-required", "Which?"), task("completed", "Good."))
    async with agent(await serve_app(routes=product.routes), poll_s=0.01, metadata={"who": "{id}"}) as target:
        transcript = await hold(target, "hi", "that")
    assert [reply.text for reply in replies(transcript)] == ["", "Which?", "Good."]
    methods = [body["method"] for body in product.bodies]
    assert methods == ["message/send", "tasks/get", "tasks/get", "message/send"]
    assert product.bodies[1]["params"] == {"id": "t1"}
    first, second = product.bodies[0]["params"], product.bodies[3]["params"]
    assert first["message"]["kind"] == "message"
    assert first["message"]["parts"] == [{"kind": "text", "text": "hi"}]
    assert first["message"]["metadata"] == {"who": "c1"}
    assert first["configuration"] == {"blocking": True}
    assert "taskId" not in first["message"]
    assert (second["message"]["taskId"], second["message"]["contextId"]) == ("t1", "x1")
    assert all(headers["X-Synthetic-User"] == "prebeta" for headers in product.headers)
    assert len({headers["traceparent"] for headers in product.headers}) == len(product.headers)
    assert product.cards == 1


async def test_a_task_that_is_never_done(serve_app, hold):
    product = Scripted(*[task("working")] * 100)
    async with agent(await serve_app(routes=product.routes), poll_s=0.05) as target:
        transcript = await hold(target, "hi", context=OpenContext("c1", 1, patience_s=0.4))
    assert transcript.stop.reason == "timeout"
    assert "still worked on its task after 0.4 s" in transcript.stop.detail
    assert "working" in replies(transcript)[-1].problem.raw


@pytest.mark.parametrize(
    ("found", "reason", "told"),
    [
        ({"code": -32603, "message": "boom k-secret"}, "crashed", "message/send answered error -32603: boom ***"),
        (b"<html>k-secret</html>", "malformed", "isn't JSON"),
        (b"[]", "malformed", "isn't JSON-RPC"),
        (b'{"jsonrpc": "2.0", "id": "9", "result": {}}', "malformed", "one to another request"),
        ({"no": "such thing"}, "malformed", "neither a task nor a message; its keys: no"),
        ([], "malformed", "neither a task nor a message"),
        (task("pondering"), "malformed", "no task state 'pondering'"),
        (task("failed", "no k-secret left"), "crashed", "the agent's task failed: no *** left"),
        ("break off", "closed", "broke off"),
        ("silence", "timeout", "no answer within"),
    ],
)
async def test_failures(serve_app, hold, found, reason, told):
    product = Scripted({"kind": "message", "parts": [{"kind": "text", "text": "fine"}]}, found)
    more = {"headers": {"x-api-key": "k-secret"}, "timeout_s": 1}
    async with agent(await serve_app(routes=product.routes), **more) as target:
        transcript = await hold(target, "one", "two", "three")
    assert transcript.stop.by == "product"
    assert transcript.stop.reason == reason
    assert told in transcript.stop.detail
    assert "k-secret" not in str(transcript.turns)
    assert all(headers["x-api-key"] == "k-secret" for headers in product.headers)


@pytest.mark.parametrize(
    ("card", "more", "told"),
    [
        ({"url": "http://elsewhere.example/rpc"}, {}, "sends us to 'elsewhere.example'"),
        ({"preferredTransport": "GRPC"}, {}, "offers GRPC 0.3.0"),
        ({}, {"stream": True}, "doesn't stream"),
        ({}, {"card": "/other.json"}, "is `card` right?"),
        ({}, {"endpoint": "/nowhere"}, "is `endpoint` right?"),
        ({"url": "http://[broken"}, {}, "isn't an address"),
    ],
)
async def test_what_the_check_says_of_a_card(serve_app, card, more, told):
    target = agent(await serve_app(routes=Scripted(card=card).routes), **more)
    with pytest.raises(UnreachableError) as raised:
        await target.check()
    assert told in str(raised.value)


async def test_an_agent_that_answers_in_data(serve_app, hold):
    data = {"answer": {"words": ["One.", "Two."]}, "form": {"ok": True}}
    product = Scripted({"kind": "message", "parts": [{"kind": "data", "data": data}]})
    more = {"messages": "answer.words", "state": "form", "endpoint": "/rpc?key=k-secret"}
    async with agent(await serve_app(routes=product.routes), **more) as target:
        transcript = await hold(target, "hi")
    assert replies(transcript)[-1].messages == ("One.", "Two.")
    assert replies(transcript)[-1].state == {"ok": True}


async def test_a_key_in_the_endpoint_shows_nowhere(serve_app, hold):
    product = Scripted({"code": 1, "message": "k-secret"})
    async with agent(await serve_app(routes=product.routes), endpoint="/rpc?key=k-secret") as target:
        transcript = await hold(target, "hi")
    assert transcript.stop.reason == "crashed"
    assert "k-secret" not in str(transcript)
    assert "k-secret" not in str(transcript.turns)


async def test_no_card_at_all(serve_app):
    async def nothing(request: web.Request) -> web.Response:
        return web.json_response({}, status=404)

    url = await serve_app(nothing)
    with pytest.raises(UnreachableError, match="is `url` right"):
        await agent(url).check()
    async with aiohttp.ClientSession() as client:
        assert await A2ATarget.recognise(url, client) is None


async def test_without_a_card_the_project_says_it_all(serve_app, hold):
    product = Scripted()
    async with agent(await serve_app(routes=product.routes), endpoint="/rpc", protocol="0.3") as target:
        assert replies(await hold(target, "hi"))[-1].text == "ok"
    assert product.cards == 0


async def test_a_tenant_and_a_structured_answer(serve_app, hold):
    """Protocol 1.0, and LangGraph's interrupts: what isn't a text goes back as data."""
    question = {"question": "Sure?", "options": [{"label": "Yes", "value": True}]}
    found = {
        "task": task(
            "TASK_STATE_INPUT_REQUIRED",
            artifacts=[{"artifactId": "a", "parts": [{"data": {"id": "i", "value": question}}]}],
        )
    }
    interface = {"url": "/rpc", "protocolBinding": "JSONRPC", "protocolVersion": "1.0", "tenant": "acme"}
    product = Scripted(found, card={"supportedInterfaces": [interface]})
    async with agent(await serve_app(routes=product.routes)) as target:
        await hold(target, "hi", Press(Option("Yes", "true")))
    assert [body["method"] for body in product.bodies] == ["SendMessage"] * 2
    assert {body["params"]["tenant"] for body in product.bodies} == {"acme"}
    assert product.bodies[1]["params"]["message"]["parts"] == [{"data": {"resume": True}}]
    assert product.bodies[0]["params"]["message"]["role"] == "ROLE_USER"
    assert all(headers["A2A-Version"] == "1.0" for headers in product.headers[1:])


@pytest.mark.parametrize(
    ("section", "told"),
    [
        ({"endpoint": "rpc"}, "isn't an address"),
        ({"metadata": {"a": "{text}"}}, "unknown placeholder {text}"),
        ({"protocol": "2"}, "'0.3' or '1.0'"),
        ({"state": "a..b"}, "not a JMESPath"),
    ],
)
def test_options_say_what_is_wrong(section, told):
    with pytest.raises(ValidationError) as raised:
        A2ATarget.Options(url="http://127.0.0.1:1", **section)
    assert told in str(raised.value)


def test_every_option_is_described():
    assert all(field.description or name == "kind" for name, field in A2ATarget.Options.model_fields.items())
    assert json.dumps(A2ATarget.Options.model_json_schema())
