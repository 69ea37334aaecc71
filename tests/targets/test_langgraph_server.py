"""The langgraph and a2a connectors with LangGraph's own server (`langgraph dev`): whole conversations, and a kill."""

from __future__ import annotations

import asyncio
import re
import time
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from langgraph_served import Server, langgraph_server

from prebeta.core.errors import UnreachableError
from prebeta.core.protocols import OpenContext
from prebeta.core.types import Limits, Option, Press, Stop, Wait
from prebeta.targets.a2a.target import A2ATarget
from prebeta.targets.langgraph.recognise import graphs_of
from prebeta.targets.langgraph.target import LangGraphTarget

CONVERSATIONS = 24


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with langgraph_server(tmp_path_factory.mktemp("graphs") / "served") as server:
        yield server


def graph(server: Server, assistant: str, **more: Any) -> LangGraphTarget:
    return LangGraphTarget(LangGraphTarget.Options(url=server.url, assistant=assistant, **more), Path())


async def agent(server: Server, name: str, **more: Any) -> A2ATarget:
    async with aiohttp.ClientSession() as client:
        known = dict(await graphs_of(server.url, client, {}))
    return A2ATarget(A2ATarget.Options(url=f"{server.url}/a2a/{known[name]}", **more), Path())


def replies(transcript):
    return [turn.reply for turn in transcript.turns if turn.reply is not None]


def test_the_example_as_it_stands(server, prebeta_with):
    prebeta = prebeta_with("../../examples/langgraph/prebeta.yaml", LANGGRAPH_URL=server.url)
    result = prebeta.json("run", "-n", "24", "--seed", "1")
    rows = prebeta.rows()
    assert len(rows) == CONVERSATIONS
    assert result["excluded"] in ({}, {"SIM_FAULT": 0, "JUDGE_FAULT": 0, "INFRA": 0, "LEFT": 0})
    assert result["outcomes"]["REACHED"] == CONVERSATIONS, [
        (row["outcome"], row["kind"], row["turn"]) for row in rows if row["failed"]
    ]
    assert len({row["session"] for row in rows}) == CONVERSATIONS
    assert all(row["trace"] for row in rows)
    assert any(turn["tool_calls"] for row in rows for turn in row["turns"])
    asked = [turn for row in rows for turn in row["turns"] if "Shall I book it?" in " ".join(turn["messages"])]
    assert asked
    assert {option["title"] for turn in asked for option in turn["options"]} == {"Yes, book it", "No, change something"}


async def test_a_tour_is_booked(server, hold):
    moves = ("hi", "space on friday", "2", "why?", Wait(), Press(Option("Yes, book it")))

    async def booked(stream: bool) -> Any:
        more = {"options": "options", "ended": "closed", "state": "booking", "stream": stream}
        async with graph(server, "tours", **more) as target:
            return await hold(target, *moves)

    waited, streamed = await asyncio.gather(booked(False), booked(True))
    for transcript in (waited, streamed):
        check_the_tour(transcript)
    assert all(reply.first_token_s is None for reply in replies(waited))
    hello = streamed.turns[2]
    assert 0 < hello.reply.first_token_s <= hello.latency_s


def check_the_tour(transcript):
    first, hello, day, people, why, waited, last = replies(transcript)
    assert first.empty
    assert hello.messages == ("Welcome to the museum.", "Which tour would you like to join?")
    assert hello.options == (Option("Dinosaurs"), Option("Space"), Option("Deep sea"))
    assert day.messages == ("There are 13 places left on Friday.", "How many people are coming?")
    assert day.tool_calls[0]["name"] == "places_left"
    assert day.tool_calls[0]["args"] == {"tour": "Space", "day": "Friday"}
    assert day.tool_calls[0]["result"] == "13"
    assert people.messages == ("Noted.", "So it is Space on Friday for 2 people. Shall I book it?")
    assert why.messages[0].startswith("With a yes the places are yours.")
    assert waited.messages == ()
    assert waited.options == why.options == (Option("Yes, book it"), Option("No, change something"))
    assert last.state == {"tour": "Space", "day": "Friday", "people": "2", "number": "T-1149"}
    assert last.ended
    assert transcript.stop == Stop("product", "ended")
    assert len({reply.session for reply in replies(transcript)}) == 1
    assert len({reply.trace for reply in (hello, day, people, why, last)}) == 5


@pytest.mark.parametrize("kind", ["langgraph", "langgraph stream", "a2a", "a2a stream"])
async def test_many_at_once_and_no_crosstalk(server, hold, kind):
    stream = kind.endswith("stream")
    target = (
        await agent(server, "echoes", stream=stream)
        if kind.startswith("a2a")
        else graph(server, "echoes", stream=stream)
    )

    async def one(at: int) -> Any:
        return await hold(target, f"a{at}", f"b{at}", f"c{at}", context=OpenContext(f"c{at}", at))

    async with target:
        transcripts = await asyncio.gather(*map(one, range(CONVERSATIONS)))
    for at, transcript in enumerate(transcripts):
        said = [reply.text for reply in replies(transcript)][1:]
        if kind == "a2a stream":  # what is said on the way isn't in the stream's artifact
            assert said == ["1 so far", "2 so far", "3 so far"]
        else:
            assert said == [f"echo: {name}{at}\n{count} so far" for count, name in enumerate("abc", 1)]
    assert len({replies(transcript)[-1].session for transcript in transcripts}) == CONVERSATIONS


async def test_one_that_fails_or_hangs_harms_no_other(server, hold):
    said = ["raise", "hang", "fine", "raise", "fine", "hang", "fine"]
    async with graph(server, "echoes") as target:
        held = (
            hold(
                target,
                "one",
                word,
                "two",
                context=OpenContext(f"c{at}", at),
                limits=Limits(turn_timeout_s=4 if word == "hang" else 60),
            )
            for at, word in enumerate(said)
        )
        transcripts = await asyncio.gather(*held)
    stops = [transcript.stop.reason for transcript in transcripts]
    assert stops == [{"raise": "crashed", "hang": "timeout", "fine": "patience"}[word] for word in said]
    problem = replies(transcripts[0])[-1].problem
    assert problem.detail == "the graph failed: ValueError: the planted error"
    assert "ValueError" in problem.raw
    thread = replies(transcripts[1])[0].session
    async with aiohttp.ClientSession() as client:
        for _ in range(50):  # the server is told that nobody waits any longer
            async with client.get(f"{server.url}/threads/{thread}/runs") as response:
                if "running" not in {run["status"] for run in await response.json()}:
                    return
            await asyncio.sleep(0.2)
    pytest.fail("the run of the conversation that timed out goes on")


async def test_speaks_first_with_config(server, hold):
    more = {"start": {"messages": []}, "config": {"configurable": {"flavour": "{id}"}}, "metadata": {"who": "{seed}"}}
    async with graph(server, "echoes", **more) as target:
        transcript = await hold(target, "a")
    assert [reply.messages for reply in replies(transcript)] == [
        ("Hello, I speak first.",),
        ("echo: a", "1 so far"),
    ]
    assert replies(transcript)[-1].state == {"count": 1, "seen": {"flavour": "c1"}}


async def test_interrupts_of_all_kinds(server, hold):
    async def told(name: str, *moves: Any) -> list[str]:
        async with graph(server, name) as target:
            return [reply.text for reply in replies(await hold(target, *moves))][1:]

    both, approved, refused, mailed = await asyncio.gather(
        told("both", "x", "A", "B"),
        told("reviewed", "x", Press(Option("Approve"))),
        told("reviewed", "x", "rather not"),
        told("mailed", "x", "to Ann only"),
    )
    assert both == ["First?", "Second?", "one is A\ntwo is B"]
    assert approved == ["Pay 5 euros?", "decided: {'type': 'approve'}"]
    assert refused == ["Pay 5 euros?", "decided: {'type': 'reject', 'message': 'rather not'}"]
    assert mailed == ["Shall I send the mail?", "got: {'type': 'response', 'args': 'to Ann only'}"]


async def test_a_graph_without_messages_and_a_state_beyond_its_output(server, hold):
    more = {"input": {"question": "{text}"}, "messages": "answer", "state": "ledger.length"}
    async with graph(server, "texts", **more) as target:
        transcript = await hold(target, "x", "yyy")
    assert [(reply.text, reply.state) for reply in replies(transcript)[1:]] == [("plain: x", 1), ("plain: yyy", 3)]


async def test_the_check_says_what_is_wrong(server):
    found = await asyncio.gather(
        graph(server, "tours").check(),
        (await agent(server, "tours")).check(),
        graph(server, "tour").check(),
        graph(server, "texts").check(),
        graph(server, "tours", messages="facts.nothing").check(),
        return_exceptions=True,
    )
    assert [one.messages[0] for one in found[:2]] == ["Welcome to the museum."] * 2
    assert all(isinstance(one, UnreachableError) for one in found[2:]), found
    assert re.search(r"target\.assistant: .* has no graph 'tour'; it has: .*tours", str(found[2]))
    assert "KeyError" in str(found[3])
    assert "target.messages" in str(found[4])


async def test_recognised(server):
    async with aiohttp.ClientSession() as client:
        found = await LangGraphTarget.recognise(server.url, client)
        ids = dict(await graphs_of(server.url, client, {}))
        of_agent = await A2ATarget.recognise(f"{server.url}/a2a/{ids['tours']}", client)
        assert await A2ATarget.recognise(server.url, client) is None
    assert found.section == {"kind": "langgraph", "url": server.url, "assistant": "both"}
    assert "tours" in found.remarks["assistant"]
    await LangGraphTarget(LangGraphTarget.Options(**found.section), Path()).check()
    assert of_agent.section == {"kind": "a2a", "url": f"{server.url}/a2a/{ids['tours']}"}


async def test_the_a2a_endpoint_asks_by_an_interrupt(server, hold):
    async with await agent(server, "tours") as tours, await agent(server, "reviewed") as reviewed:
        booked, approved = await asyncio.gather(
            hold(tours, "space on friday", "2", Press(Option("Yes, book it"))),
            hold(reviewed, "x", Press(Option("Approve"))),
        )
    told = replies(booked)
    assert told[1].messages == ("There are 13 places left on Friday.", "How many people are coming?")
    assert told[2].messages == ("Noted.", "So it is Space on Friday for 2 people. Shall I book it?")
    assert told[2].options == (Option("Yes, book it"), Option("No, change something"))
    assert told[3].messages == ("Your places are booked, the number is T-1149. See you!",)
    assert replies(approved)[-1].text == "decided: {'type': 'approve'}"


async def test_killed_in_the_middle(tmp_path, hold):
    """The conversations that are on at that moment break off; the evidence says how; those that follow are refused."""
    with langgraph_server(tmp_path / "served") as server:
        async with graph(server, "echoes") as target, await agent(server, "echoes") as other:

            async def kill() -> None:
                await asyncio.sleep(5)  # both are in their second turn by then
                server.process.kill()
                await asyncio.to_thread(server.process.wait)

            begun = time.monotonic()
            first, second, _ = await asyncio.gather(hold(target, "one", "hang"), hold(other, "one", "hang"), kill())
            after = await hold(target, "one")
        assert time.monotonic() - begun < 20
    for transcript in (first, second):
        assert transcript.turns[2].reply.problem is None
        assert transcript.stop.by == "product"
        assert transcript.stop.reason == "closed"
        assert "broke off" in transcript.stop.detail
    assert after.stop.by == "harness"
    assert after.stop.reason == "infrastructure"
