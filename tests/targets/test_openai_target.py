"""The connector to chat completions, against a local OpenAI-compatible server with tool calls and faults."""

from __future__ import annotations

import asyncio
import json
import threading
from pathlib import Path
from typing import Annotated, Any, Literal

import aiohttp
import pytest
from aiohttp import web
from pydantic import Field, ValidationError

from prebeta.core.errors import UnreachableError, UsageError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Limits, Option, Press, Reply, Transcript, Wait
from prebeta.targets.openai.target import OpenAITarget
from prebeta.testing import ModelCall, ModelFaults, ModelServer, ToolCalls


def target_of(url: str, folder: Path = Path(), **more: Any) -> OpenAITarget:
    return OpenAITarget(OpenAITarget.Options(url=url, model="tiny", **more), folder)


def replies(transcript: Transcript) -> list[Reply]:
    return [turn.reply for turn in transcript.turns if turn.reply is not None][1:]


def problem(transcript: Transcript) -> tuple[str, str, str]:
    found = transcript.turns[-1].reply.problem
    return (found.kind, found.detail, found.raw or "")


def sent(call: ModelCall) -> list[dict[str, Any]]:
    return list(call.body["messages"])


@pytest.mark.parametrize("stream", [True, False])
async def test_a_conversation_whose_history_we_keep(hold: Any, tmp_path: Path, stream: bool) -> None:
    (tmp_path / "system.md").write_text("Be brief. {not} a placeholder. é")
    settings = {"temperature": 0.0, "top_p": 0.5, "max_tokens": 50, "seed": 3, "stop": ["\n"]}
    async with ModelServer(["<think>hm</think>\n\nWhich day?", "Done."]) as server:
        target = target_of(
            server.url,
            tmp_path,
            stream=stream,
            system={"file": "system.md"},
            greeting="Hi!",
            extra={"user": "u"},
            **settings,
        )
        async with target:
            transcript = await hold(target, "a table", Press(Option("Monday", "mon")), Wait())
    assert [turn.text for turn in transcript.turns] == ["Hi!", "a table", "Which day?", "Monday", "Done.", "", "", ""]
    first, second = server.calls
    assert sent(second) == [
        {"role": "system", "content": "Be brief. {not} a placeholder. é"},
        {"role": "assistant", "content": "Hi!"},
        {"role": "user", "content": "a table"},
        {"role": "assistant", "content": "Which day?"},
        {"role": "user", "content": "Monday"},
    ]
    assert first.body == {"model": "tiny", "stream": stream, **settings, "user": "u", "messages": sent(first)}
    reply = replies(transcript)[0]
    assert (reply.first_token_s is not None) == stream
    assert reply.session == replies(transcript)[1].session
    assert len(reply.session) == 32


BOOKED: dict[str, dict[str, Any]] = {}


def book(day: Literal["Monday", "Friday"], people: Annotated[int, Field(ge=1)] = 2, *, session: str) -> dict[str, Any]:
    """Book a table.

    Longer words about it.

    Args:
        day: The day of the visit.
        people (int): How many come.

    Returns:
        what: is booked
    """
    BOOKED[session] = {"day": day, "people": people, "thread": threading.current_thread() is threading.main_thread()}
    return BOOKED[session]


async def opening_hours(day: str, context: OpenContext) -> str:
    """When we are open.

    :param day: Any day.
    """
    return f"{day}: 9 to 5 for {(context.account or {}).get('name')}"


def broken(day: str = "x") -> None:
    raise RuntimeError(f"the diary is gone on {day}")


class Slow:
    async def __call__(self) -> None:
        """Takes its time."""
        await asyncio.sleep(30)


def test_tools_are_told_by_signature_and_docstring() -> None:
    from prebeta.targets.openai.tools import toolbox_of

    def nested(pairs: list[tuple[str, int]], title: dict[str, float] | None = None, **more: Any) -> None: ...

    box = toolbox_of(OpenAITarget.Options(url="http://x", model="m", tools=[book, opening_hours, nested, Slow()]))
    first, second, third, fourth = (one["function"] for one in box.told)
    assert first == {
        "name": "book",
        "description": "Book a table.",
        "parameters": {
            "type": "object",
            "properties": {
                "day": {"enum": ["Monday", "Friday"], "type": "string", "description": "The day of the visit."},
                "people": {"type": "integer", "minimum": 1, "default": 2, "description": "How many come."},
            },
            "required": ["day"],
            "additionalProperties": False,
        },
    }
    assert second["description"] == "When we are open."
    assert second["parameters"]["properties"] == {"day": {"type": "string", "description": "Any day."}}
    assert set(third["parameters"]["properties"]) == {"pairs", "title"}
    no_arguments = {"type": "object", "properties": {}, "additionalProperties": False}
    assert fourth == {"name": "Slow", "description": "Takes its time.", "parameters": no_arguments}


SCHEMA = {"type": "object", "properties": {"day": {"type": "string"}}, "required": ["day"]}


@pytest.mark.parametrize(
    "schema",
    [
        SCHEMA,
        {"name": "broken", "parameters": SCHEMA},
        {"type": "function", "function": {"name": "broken", "parameters": SCHEMA}},
    ],
)
def test_a_schema_of_the_projects_own(schema: Any) -> None:
    from prebeta.targets.openai.tools import toolbox_of

    box = toolbox_of(OpenAITarget.Options(url="http://x", model="m", tools=[{"function": broken, "schema": schema}]))
    assert box.told == [{"type": "function", "function": {"name": "broken", "parameters": SCHEMA}}]
    assert box.tools["broken"].read({"day": 5}) == {"day": 5}


@pytest.mark.parametrize("stream", [True, False])
async def test_tools_are_answered_by_the_projects_functions(hold: Any, stream: bool) -> None:
    answers = [
        ToolCalls([("opening_hours", {"day": "Monday"}), ("book", {"day": "Monday", "people": "4"})], "Let me see."),
        ToolCalls(
            [("broken", {}), ("nothing", {}), ("book", {"day": "Sunday"}), ("book", "{not json"), ("book", {"x": 1})]
        ),
        "It is booked.",
        "You are welcome.",
    ]
    async with ModelServer(answers) as server:
        tools = [book, opening_hours, broken]
        async with target_of(server.url, tools=tools, stream=stream, state={"tool": "book"}, ended="book") as target:
            transcript = await hold(target, "a table", context=OpenContext("c", 1, {"name": "Ann"}))
    (reply,) = replies(transcript)
    assert reply.messages == ("Let me see.", "It is booked.")
    assert reply.ended
    assert reply.state == {"day": "Monday", "people": 4, "thread": False}
    assert reply.state == BOOKED[reply.session]
    told = [(call["name"], call["arguments"], call.get("result", call.get("error"))) for call in reply.tool_calls]
    assert told[0] == ("opening_hours", {"day": "Monday"}, "Monday: 9 to 5 for Ann")
    assert told[1] == ("book", {"day": "Monday", "people": "4"}, reply.state)
    assert told[2] == ("broken", {}, "RuntimeError: the diary is gone on x")
    assert told[3][2] == "there is no tool 'nothing'; there are book, opening_hours, broken"
    assert told[4][2].startswith("day: Input should be 'Monday' or 'Friday'")
    assert told[5][1:] == ("{not json", "the arguments aren't a JSON object")
    assert "x: Extra inputs are not permitted" in told[6][2]
    assert all("error" in call for call in reply.tool_calls[2:])
    messages = sent(server.calls[2])
    called = messages[1]
    assert (called["role"], called["content"]) == ("assistant", "Let me see.")
    assert [json.loads(call["function"]["arguments"]) for call in called["tool_calls"]] == [told[0][1], told[1][1]]
    assert [one["tool_call_id"] for one in messages[2:4]] == [call["id"] for call in called["tool_calls"]]
    assert json.loads(messages[3]["content"]) == reply.state
    assert messages[5] == {
        "role": "tool",
        "tool_call_id": messages[4]["tool_calls"][0]["id"],
        "content": "Error: RuntimeError: the diary is gone on x",
    }
    assert messages[4]["content"] is None
    assert server.calls[0].body["tools"][0]["function"]["name"] == "book"


async def test_tools_without_end_are_the_products_failure(hold: Any) -> None:
    server = ModelServer([ToolCalls([("book", {"day": "Friday"})])])
    async with server, target_of(server.url, tools=[book], tool_rounds=3) as target:
        kind, detail, raw = problem(await hold(target, "a table"))
    assert (kind, len(server.calls)) == ("crashed", 4)
    assert "after 3 rounds" in detail
    assert raw.splitlines()[0] == 'book({"day":"Friday"})'


async def test_a_slow_tool_is_told_to_the_model(hold: Any) -> None:
    def blocking() -> None:
        """Blocks."""
        waiting.wait(5)

    waiting = threading.Event()
    server = ModelServer([ToolCalls([("Slow", {}), ("blocking", {})]), "Sorry."])
    async with server, target_of(server.url, tools=[Slow(), blocking], tool_timeout_s=0.1) as target:
        (reply,) = replies(await hold(target, "hi"))
    waiting.set()
    assert [call["error"] for call in reply.tool_calls] == ["it took longer than 0.1 s"] * 2
    assert reply.messages == ("Sorry.",)


async def test_blocking_tools_of_many_conversations_do_not_wait_for_one_another(hold: Any) -> None:
    together = threading.Barrier(8, timeout=10)

    def meet() -> int:
        return together.wait()

    def answer(call: ModelCall) -> Any:
        return "met" if call.messages[-1].role == "tool" else ToolCalls([("meet", {})])

    async with ModelServer(answer) as server, target_of(server.url, tools=[meet]) as target:
        transcripts = await asyncio.gather(*(hold(target, "hi", context=OpenContext(f"c{n}", n)) for n in range(8)))
    assert sorted(replies(one)[0].tool_calls[0]["result"] for one in transcripts) == list(range(8))


def state_of(session: str, tool_calls: list[Any]) -> Any:
    if tool_calls and tool_calls[-1].get("arguments", {}).get("day") == "Friday":
        raise OSError("no diary")
    return {"held": session in BOOKED, "calls": len(tool_calls)}


async def test_the_state_may_come_from_a_function(hold: Any) -> None:
    answers = [ToolCalls([("book", {"day": "Monday"})]), "ok", ToolCalls([("book", {"day": "Friday"})]), "ok"]
    async with ModelServer(answers) as server, target_of(server.url, tools=[book], state=state_of) as target:
        transcript = await hold(target, "a", "b")
    assert replies(transcript)[0].state == {"held": True, "calls": 1}
    assert transcript.stop.by == "harness"
    assert "the probe failed" in transcript.stop.detail


FAULTS = [
    (ModelFaults(server_errors=1), "crashed", "answered 500"),
    (ModelFaults(broken_json=1), "malformed", "isn't JSON"),
    (ModelFaults(cut=1), "closed", "broke"),
    (ModelFaults(rate_limited=1, retry_after_s=60), "refused", "429"),
    (ModelFaults(latency_s=10), "timeout", "no answer within 0.4 s"),
]


@pytest.mark.parametrize("stream", [True, False])
@pytest.mark.parametrize(("faults", "kind", "told"), FAULTS)
async def test_what_breaks_is_told(hold: Any, faults: ModelFaults, kind: str, told: str, stream: bool) -> None:
    text = "Hello there, this is an answer of some length."
    async with ModelServer([text], faults) as server, target_of(server.url, stream=stream, timeout_s=0.4) as target:
        transcript = await hold(target, "hi")
    found, detail, _ = problem(transcript)
    assert (found, told in detail) == (kind, True), detail
    assert transcript.stop.by == ("harness" if kind == "refused" else "product")


async def test_429_is_waited_for(hold: Any) -> None:
    faults = ModelFaults(rate_limited=0.3, retry_after_s=0.02, seed=5)
    async with ModelServer(["Hello."], faults) as server, target_of(server.url) as target:
        transcripts = [await hold(target, "hi", "again") for _ in range(8)]
    assert all(reply.messages == ("Hello.",) for one in transcripts for reply in replies(one))
    assert server.counts["rate_limited"] > 2


@pytest.mark.parametrize(
    ("answer", "kind", "told"),
    [
        ({"detail": "odd"}, "malformed", "no chat completion"),
        ([1], "malformed", "isn't a JSON object"),
        ({"error": {"message": "overloaded", "code": 503}}, "crashed", "overloaded"),
        ("plain words", "malformed", "neither an event stream nor JSON"),
        ("data: {}\n\ndata: [DONE]\n\n", "malformed", "no chat completion"),
        ('data: {"choices": [{"delta": {"content": "Hel"}}]}\n\n', "closed", "before its end"),
        (
            'data: {"choices": [{"delta": {"content": "Hel"}}]}\n\ndata: {"error": {"message": "boom"}}\n\n',
            "crashed",
            "boom",
        ),
    ],
)
async def test_answers_that_are_none(hold: Any, serve_app: Any, answer: Any, kind: str, told: str) -> None:
    async def chat(request: web.Request) -> web.Response:
        if isinstance(answer, str):
            kind = "text/event-stream" if answer.startswith("data:") else "text/html"
            return web.Response(text=answer, content_type=kind)
        return web.json_response(answer)

    async with target_of(await serve_app(chat)) as target:
        found, detail, raw = problem(await hold(target, "hi"))
    assert (found, told in detail) == (kind, True), detail
    assert raw


KEY = "sk-canary-77aa"


async def test_the_key_goes_out_and_never_comes_back(hold: Any) -> None:
    def echo(call: ModelCall) -> str:
        return f"your key is {KEY}, isn't it"

    async with ModelServer(echo, key=KEY) as server, target_of(server.url, key=KEY) as target:
        transcript = await hold(target, "hi")
        assert KEY not in repr(target.options)
    assert KEY not in repr(transcript)
    assert "your key is ***" in repr(transcript)
    assert "canary" not in repr(transcript)
    async with ModelServer("x", key="other-key-1234") as server:
        with pytest.raises(UnreachableError, match="doesn't let us in") as refused:
            await target_of(server.url, key=KEY).check()
        assert KEY not in str(refused.value)
    with pytest.raises(ValidationError) as wrong:
        OpenAITarget.Options(url="http://x", model="m", key=f"{KEY}\n")
    assert KEY not in str(wrong.value)


async def test_tools_get_what_is_struck_out_of_the_record(hold: Any) -> None:
    seen = []

    def verify(pin: int, password: str) -> str:
        seen.append((pin, password))
        return f"welcome, {password}"

    answers = [ToolCalls([("verify", {"pin": 47114711, "password": "canary-88x"})]), "You are in with canary-88x."]
    headers = {"X-Pin": "47114711", "X-Password": "canary-88x"}
    async with ModelServer(answers) as server, target_of(server.url, tools=[verify], headers=headers) as target:
        (reply,) = replies(await hold(target, "hi"))
    assert seen == [(47114711, "canary-88x")]
    assert reply.messages == ("You are in with ***.",)
    assert reply.tool_calls[0]["arguments"] == {"pin": "***", "password": "***"}
    assert reply.tool_calls[0]["result"] == "welcome, ***"


async def test_forty_conversations_at_once_do_not_cross(hold: Any) -> None:
    async def answer(call: ModelCall) -> Any:
        await asyncio.sleep(0.001)
        if call.messages[-1].role == "tool":
            return f"noted {json.loads(call.text)['day']}"
        return ToolCalls([("note", {"day": call.text})])

    notes: dict[str, list[str]] = {}

    def note(day: str, session: str) -> dict[str, str]:
        notes.setdefault(session, []).append(day)
        return {"day": day}

    async with ModelServer(answer) as server, target_of(server.url, tools=[note]) as target:
        transcripts = await asyncio.gather(
            *(hold(target, *(f"{n}.{turn}" for turn in range(4)), context=OpenContext(f"c{n}", n)) for n in range(40))
        )
    for n, transcript in enumerate(transcripts):
        lines = [f"{n}.{turn}" for turn in range(4)]
        assert [reply.text for reply in replies(transcript)] == [f"noted {line}" for line in lines]
        assert notes[replies(transcript)[0].session] == lines
    assert len(notes) == 40


async def test_a_turns_limit_leaves_nothing_behind(hold: Any) -> None:
    async with ModelServer(["x"], ModelFaults(latency_s=10)) as server, target_of(server.url) as target:
        transcript = await hold(target, "hi", limits=Limits(turn_timeout_s=0.2))
        assert (transcript.stop.by, transcript.stop.reason) == ("product", "timeout")


TOOLS = '''"""Tools beside a prebeta.yaml."""
def greet(name: str) -> str:
    """Greet somebody."""
    import tools_later_of_ours
    return tools_later_of_ours.WORD + name
positional = lambda *names: names
NUMBER = 5
'''


async def test_functions_lie_beside_the_project(hold: Any, tmp_path: Path) -> None:
    (tmp_path / "tools_of_ours.py").write_text(TOOLS)
    (tmp_path / "tools_later_of_ours.py").write_text("WORD = 'Hello, '")
    (tmp_path / "tools_broken.py").write_text("1 / 0")
    async with ModelServer([ToolCalls([("greet", {"name": "Ann"})]), "ok"]) as server:
        async with target_of(
            server.url, tmp_path, tools=["tools_of_ours:greet"], state="tools_of_ours:positional"
        ) as target:
            (reply,) = replies(await hold(target, "hi"))
        assert reply.tool_calls[0]["result"] == "Hello, Ann"
        for options, told in [
            ({"tools": ["tools_of_ours:meet"]}, "has no 'meet'"),
            ({"tools": ["tools_of_yours:greet"]}, "no module 'tools_of_yours' here"),
            (
                {"tools": ["tools_broken:greet"]},
                "can't be imported: ZeroDivisionError: division by zero (tools_broken.py, line 1)",
            ),
            ({"tools": ["tools_of_ours:NUMBER"]}, "is no function"),
            ({"tools": ["tools_of_ours:positional"]}, "can't be a tool's name"),
            ({"tools": ["tools_of_ours:greet"] * 2}, "two tools are called 'greet'"),
            ({"state": {"tool": "greet"}}, "no tool is called 'greet'"),
            ({"ended": "greet"}, "no tool is called 'greet'"),
            ({"state": "tools_of_ours:greet"}, "wants name; it can have session, tool_calls, messages"),
            ({"system": {"file": "none.md"}}, "'none.md' can't be read"),
        ]:
            with pytest.raises(UsageError) as error:
                async with target_of(server.url, tmp_path, **options) as target:
                    await hold(target, "hi")
            assert told in str(error.value)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"url": "ftp://x"}, "isn't an address"),
        ({"tools": ["book"]}, "isn't of the form module:function"),
        ({"state": {}}, "give either tool or function"),
        ({"system": {"text": "a", "file": "b"}}, "give either text or file"),
        ({"key": "k", "headers": {"Authorization": "x"}}, "give one of them"),
        ({"model": ""}, "at least 1 character"),
        ({"temprature": 1}, "Extra inputs"),
    ],
)
def test_options_that_are_wrong_say_so(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(ValidationError, match=told):
        OpenAITarget.Options(**{"url": "http://x", "model": "m", **wrong})


async def test_the_check_says_what_to_look_at() -> None:
    async with ModelServer(["x"], ModelFaults(refuses={"model": 404})) as server:
        with pytest.raises(UnreachableError, match="answered 404 to POST /v1/chat/completions"):
            await target_of(server.url).check()
    async with ModelServer(["x"], ModelFaults(refuses={"temperature": 400})) as server:
        with pytest.raises(UnreachableError, match="'temperature' is not supported here"):
            await target_of(server.url, temperature=1).check()
        assert (await target_of(server.url).check()).messages == ("x",)
    with pytest.raises(UnreachableError, match="is the product started"):
        await target_of(server.url).check()


async def test_recognising_an_endpoint(serve_app: Any) -> None:
    async def models(request: web.Request) -> web.Response:
        return web.json_response({"object": "list", "data": [{"id": "big", "object": "model"}, {"id": "small"}]})

    url = await serve_app(routes=[web.get("/v1/models", models)])

    async def others(request: web.Request) -> web.Response:
        return web.json_response({"data": []})

    other = await serve_app(others)
    async with aiohttp.ClientSession() as client:
        for given in (url, f"{url}/v1", f"{url}/v1/"):
            found = await OpenAITarget.recognise(given, client)
            assert found.section == {"kind": "openai", "url": f"{url}/v1", "model": "big"}
        assert "small" in found.remarks["model"]
        assert await OpenAITarget.recognise(other, client) is None
        assert await OpenAITarget.recognise("http://127.0.0.1:9", client) is None
