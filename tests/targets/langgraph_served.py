"""LangGraph's own server in a process of its own, with the example's graph and the odd ones."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "langgraph"
GRAPHS = ("echoes", "both", "reviewed", "mailed", "texts")
_QUIET = {"LANGSMITH_TRACING": "false", "LANGCHAIN_TRACING_V2": "false", "LANGGRAPH_CLI_NO_ANALYTICS": "1"}


@dataclass(frozen=True)
class Server:
    """A server that answers. `process` may be killed."""

    url: str
    process: subprocess.Popen[bytes]


@contextmanager
def langgraph_server(folder: Path) -> Iterator[Server]:
    """Serves from a copy in the folder, because the server writes beside the graph. Skips where LangGraph isn't there."""
    program = ROOT / ".venvs" / "langgraph" / "bin" / "langgraph"
    if not program.exists():
        pytest.skip("LangGraph's server isn't there; scripts/parts/langgraph.sh installs it")
    shutil.copytree(EXAMPLE, folder, dirs_exist_ok=True)
    shutil.copy(Path(__file__).parent / "langgraph_graphs" / "odd.py", folder)
    graphs = {"tours": "./graph.py:tours", **{name: f"./odd.py:{name}" for name in GRAPHS}}
    (folder / "langgraph.json").write_text(json.dumps({"dependencies": ["."], "graphs": graphs}))
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [str(program), "dev", "--no-browser", "--no-reload", "--host", "127.0.0.1", "--port", str(port)]
    # The server sleeps half a second wherever it has more workers than runs; fewer of them are quicker.
    words += ["--n-jobs-per-worker", "6"]
    log = folder / "server.log"
    env = {**os.environ, **_QUIET, "LOG_LEVEL": "ERROR"}
    with (
        log.open("wb") as out,
        subprocess.Popen(words, cwd=folder, env=env, stdout=out, stderr=subprocess.STDOUT) as process,
    ):
        try:
            _wait_for(f"http://127.0.0.1:{port}/ok", process, log)
            yield Server(f"http://127.0.0.1:{port}", process)
        finally:
            process.kill()  # nothing of it is to be kept


def _wait_for(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    for _ in range(300):
        assert process.poll() is None, log.read_text()[-2000:]
        try:
            with urllib.request.urlopen(url, timeout=2) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
    pytest.fail(f"langgraph dev didn't come up: {log.read_text()[-2000:]}")
