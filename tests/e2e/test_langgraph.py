"""A real outside server: a graph on `langgraph dev`, driven through the plain http target."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
GRAPH = ROOT / "tests" / "products" / "returns"
CONVERSATIONS = 50
QUIET = {
    "LANGSMITH_TRACING": "false",
    "LANGCHAIN_TRACING_V2": "false",
    "LANGGRAPH_CLI_NO_ANALYTICS": "1",
    "LOG_LEVEL": "ERROR",
}

pytestmark = pytest.mark.slow


def program() -> Path:
    """`langgraph` in an environment of its own. Skips where it isn't there."""
    langgraph = ROOT / ".venvs" / "langgraph" / "bin" / "langgraph"
    if not langgraph.exists():
        pytest.skip("LangGraph's server isn't there; make it: scripts/parts/langgraph.sh")
    return langgraph


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of the returns desk's graph, served from a copy because the server writes beside it."""
    langgraph = program()
    folder = shutil.copytree(GRAPH, tmp_path_factory.mktemp("graph") / "desk")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    log = folder / "server.log"
    words = [langgraph, "dev", "--no-browser", "--no-reload", "--host", "127.0.0.1", "--port", str(port)]
    with (
        log.open("w") as out,
        subprocess.Popen(
            words, cwd=folder, env={**os.environ, **QUIET}, stdout=out, stderr=subprocess.STDOUT
        ) as process,
    ):
        try:
            url = f"http://127.0.0.1:{port}"
            for _ in range(300):
                if answers(f"{url}/ok"):
                    break
                assert process.poll() is None, log.read_text()[-2000:]
                time.sleep(0.2)
            else:
                pytest.fail(f"langgraph dev didn't come up in 60 s: {log.read_text()[-2000:]}")
            yield url
        finally:
            process.terminate()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def test_whole_conversations_with_a_graph(desk: str, prebeta_with: Callable[..., Any]) -> None:
    prebeta = prebeta_with("returns/prebeta.yaml", DESK_URL=desk)
    result = prebeta.json("run", "-n", str(CONVERSATIONS), "--seed", "1")
    rows = prebeta.rows()
    bad = [(row["outcome"], row["kind"], row["turns"]) for row in rows if row["failed"] or row["blame"]]
    assert len(rows) == result["conversations"] == CONVERSATIONS
    assert result["failed"] <= 0.02 * CONVERSATIONS, bad
    assert result["valid"] >= 0.98 * CONVERSATIONS, bad
    assert all(row["session"] and len(row["turns"]) > 8 for row in rows if row["outcome"] == "REACHED")
