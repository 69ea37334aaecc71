"""llama.cpp's own server as the product, with a tiny model that talks nonsense: by the connector to chat completions, and as
a raw stream. Runs where tests/interop/test_llama.py does."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import aiohttp
import pytest
from test_llama import server  # noqa: F401 (a fixture)

from prebeta import Project, run
from prebeta.core.types import Turn
from prebeta.store import Store
from prebeta.targets.openai.target import OpenAITarget

pytestmark = pytest.mark.llama
# This server breaks off a stream when another request comes, so it takes one conversation at once.
ALONE = {"concurrency": 1, "sandbox": True}
CHAT = {"model": "tiny", "max_tokens": 16, "temperature": 0.5}


def target_of(kind: str, url: str) -> dict[str, Any]:
    if kind == "sse":
        body = {**CHAT, "stream": True, "messages": "{history}"}
        return {
            "kind": "sse",
            "url": url.removesuffix("/v1"),
            "send": {"post": "/v1/chat/completions", "json": body},
            **ALONE,
        }
    return {"kind": "openai", "url": url, "system": "Be brief.", "stream": kind == "openai", **CHAT, **ALONE}


@pytest.mark.parametrize("kind", ["sse", "openai", "openai in one piece"])
def test_whole_conversations(server: str, tmp_path: Path, kind: str) -> None:  # noqa: F811
    document = {
        "target": target_of(kind, server),
        "end_state": {"when": {"says": "booked it"}},
        "goals": [{"goal": "book a table", "slots": {"day": {"values": ["Monday", "Tuesday"]}}}],
        "limits": {"turn_timeout_s": 120, "conversation_timeout_s": 500, "max_turns": 6},
    }
    result = run(Project.from_document(document, tmp_path), n=24, store=tmp_path / "s.db")
    assert result.summary["conversations"] == 24
    with Store.open(tmp_path / "s.db", create=False) as store:
        held = [one.transcript for one in store.conversations(result.run.id)]
    assert {one.stop.by for one in held} <= {"user", "limit"}, [one.stop for one in held]
    turns: list[Turn] = [turn for one in held for turn in one.turns[1:] if turn.reply is not None]
    assert len(turns) >= 48
    said = [turn for turn in turns if turn.reply is not None and turn.reply.messages]
    assert len(said) > 0.8 * len(turns)  # random weights may say nothing but spaces
    for turn in said:
        first_s = turn.reply.first_token_s if turn.reply is not None else None
        if kind == "openai in one piece":
            assert first_s is None
        else:
            assert first_s is not None
            assert turn.latency_s is not None
            assert 0 < first_s < turn.latency_s


async def test_the_endpoint_is_recognised(server: str) -> None:  # noqa: F811
    async with aiohttp.ClientSession() as client:
        found = await OpenAITarget.recognise(server.removesuffix("/v1"), client)
    assert found is not None
    section = {**found.section, "max_tokens": 8}
    async with OpenAITarget(OpenAITarget.Options(**section), Path()) as target:
        await target.check()
