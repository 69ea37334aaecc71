"""LangGraph's own stream, read by the connector to products that stream, without any option but its address."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from crowd import hold_all
from langgraph_served import Server, langgraph_server

from prebeta.core.types import Limits
from prebeta.targets.sse.target import SseTarget

CONVERSATIONS = 24


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with langgraph_server(tmp_path_factory.mktemp("graphs") / "served") as server:
        yield server


def target_of(server: Server, graph: str, *modes: str, stream: Any = None) -> SseTarget:
    said = {"messages": [{"role": "user", "content": "{text}"}]}
    section = {
        "url": server.url,
        "start": {"post": "/threads", "json": {}},
        "send": {
            "post": "/threads/{session}/runs/stream",
            "json": {"assistant_id": graph, "input": said, "stream_mode": list(modes)},
        },
        "stream": {"session": "thread_id", **(stream or {})},
    }
    return SseTarget(SseTarget.Options(**section), Path())


@pytest.mark.parametrize(
    ("modes", "conversations"),
    [(("messages-tuple", "values"), CONVERSATIONS), (("messages",), 2), (("messages-tuple",), 2), (("values",), 2)],
)
async def test_whole_conversations(server: Server, modes: tuple[str, ...], conversations: int) -> None:
    lines = {f"c{n}": [f"{n}.{turn}" for turn in range(2)] for n in range(conversations)}
    async with target_of(server, "echoes", *modes) as target:
        held = await hold_all(target, lines, Limits(concurrency=8))
    assert {one.stop.by for one in held.values()} == {"user"}, next(iter(held.values())).stop
    for name, transcript in held.items():
        replies = [turn.reply for turn in transcript.turns if turn.reply is not None]
        for turn, (line, reply) in enumerate(zip(lines[name], replies[1:], strict=True), 1):
            assert reply.messages == (f"echo: {line}", f"{turn} so far")
            assert reply.first_token_s is not None
            assert reply.state == ({"count": turn, "seen": {}} if "values" in modes else None)
        assert len({reply.session for reply in replies}) == 1
    assert len({one.turns[0].reply.session for one in held.values() if one.turns[0].reply}) == conversations


async def test_an_error_of_the_graphs(server: Server) -> None:
    async with target_of(server, "echoes", "messages-tuple") as target:
        held = await hold_all(target, {"bad": ["raise"], "good": ["hi", "there"]}, Limits(concurrency=2))
    assert (held["bad"].stop.by, held["bad"].stop.reason) == ("product", "crashed")
    assert "planted error" in str(held["bad"].stop.detail)
    assert held["good"].stop.by == "user"


async def test_the_examples_graph_with_its_tools(server: Server) -> None:
    async with target_of(server, "tours", "messages-tuple", "values") as target:
        held = await hold_all(target, {"c": ["I'd like to see the dinosaurs", "On Friday"]})
    replies = [turn.reply for turn in held["c"].turns if turn.reply is not None]
    assert held["c"].stop.by == "user", held["c"].stop
    assert all(reply.messages for reply in replies[1:])
    assert any(reply.tool_calls and "result" in reply.tool_calls[0] for reply in replies), replies
