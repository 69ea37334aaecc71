"""Whole runs with the examples' products, each in a process of its own, as `prebeta run` holds them."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from crowd import hold_all

from prebeta.core.types import Limits
from prebeta.targets.sse.target import SseTarget

EXAMPLES = Path(__file__).parents[2] / "examples"
PROGRAM = Path(sys.executable).with_name("prebeta")


@contextmanager
def served(script: Path) -> Iterator[tuple[int, subprocess.Popen[bytes]]]:
    """An example's server on a free port, ended afterwards."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port: int = taken.getsockname()[1]
    process = subprocess.Popen([sys.executable, script, str(port)], cwd=script.parent)
    try:
        until = time.monotonic() + 20
        while time.monotonic() < until and process.poll() is None:
            with socket.socket() as asking:
                if asking.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.05)
        yield port, process
    finally:
        process.kill()
        process.wait(10)


def prebeta(folder: Path, *words: str, **env: str) -> str:
    done = subprocess.run(
        [PROGRAM, *words],
        cwd=folder,
        env={**os.environ, "NO_COLOR": "1", "CI": "true", **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.mark.parametrize(
    ("name", "script", "variable", "url"),
    [
        ("sse", "product.py", "THEATRE_URL", "http://127.0.0.1:{port}"),
        ("openai", "model.py", "OPENAI_BASE_URL", "http://127.0.0.1:{port}/v1"),
    ],
)
def test_an_example_runs_as_it_stands(name: str, script: str, variable: str, url: str, tmp_path: Path) -> None:
    folder = tmp_path / name
    shutil.copytree(EXAMPLES / name, folder, ignore=shutil.ignore_patterns("__pycache__", "*.db", ".prebeta"))
    with served(folder / script) as (port, _):
        env = {variable: url.format(port=port), "OPENAI_API_KEY": "sk-canary-5511"}
        result = json.loads(prebeta(folder, "run", "-n", "40", "--seed", "1", "--json", **env))
    lines = prebeta(folder, "export", "latest", "--format", "jsonl", **env).splitlines()
    rows: list[dict[str, Any]] = [json.loads(line) for line in lines]
    assert len(rows) == result["conversations"] == 40
    assert result["valid"] == 40
    assert sum(row["outcome"].startswith("REACHED") for row in rows) >= 30
    assert len({row["session"] for row in rows}) == 40
    spoken = [turn for row in rows for turn in row["turns"][1:] if turn["speaker"] == "product" and turn["messages"]]
    assert all(0 < turn["first_token_s"] <= turn["latency_s"] for turn in spoken)
    reached = next(row for row in rows if row["outcome"] == "REACHED")
    assert reached["turns"][-1]["state"]
    if name == "openai":
        assert [call["name"] for call in reached["turns"][-1]["tool_calls"]] == ["reserve"]
    shown = prebeta(folder, "show", "latest", reached["id"], **env)
    assert "first words after 0.0" in shown
    assert "sk-canary-5511" not in shown + "\n".join(lines)
    assert all(b"sk-canary-5511" not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())


async def test_a_product_that_is_killed_in_the_middle() -> None:
    """Conversations that were over stay as they were; those under way end with what happened to them."""
    lines = [f"word {n}" for n in range(10)]
    with served(EXAMPLES / "sse" / "product.py") as (port, process):
        section = {
            "url": f"http://127.0.0.1:{port}",
            "send": {"post": "/chat", "json": {"message": "{text}", "chat": "{session}"}},
            "stream": {"delta": {"event": "word", "path": "piece"}, "end": "over"},
        }
        async with SseTarget(SseTarget.Options(**section), Path()) as target:
            before = await hold_all(target, {f"a{n}": lines[:2] for n in range(10)}, Limits(concurrency=10))
            killing = asyncio.get_running_loop().call_later(0.15, process.kill)
            during = await hold_all(target, {f"b{n}": lines * 20 for n in range(30)}, Limits(concurrency=10))
            killing.cancel()
    assert {one.stop.by for one in before.values()} == {"user"}
    stops = [(one.stop.by, one.stop.reason) for one in during.values()]
    assert len(stops) == 30
    assert set(stops) <= {("product", "closed"), ("product", "refused"), ("harness", "infrastructure")}
    assert stops.count(("product", "closed")) >= 1
    closed = next(one for one in during.values() if one.stop.reason == "closed")
    assert "broke off" in closed.turns[-1].reply.problem.detail
    assert len(closed.turns) > 2
