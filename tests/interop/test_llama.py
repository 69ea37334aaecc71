"""Users that speak through a real engine: llama.cpp's own server with a tiny model of random weights, which talks nonsense.

Runs where a Python with llama-cpp-python[server], numpy and gguf is named by PREBETA_LLAMA_PYTHON (or is this one), and
where tools/tiny_gguf.py lies beside the project's folder.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from prebeta import run
from test_runner_llm import project

PYTHON = os.environ.get("PREBETA_LLAMA_PYTHON", sys.executable)
MAKER = Path(__file__).parents[3] / "shared" / "tools" / "tiny_gguf.py"
pytestmark = pytest.mark.llama


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    if subprocess.run([PYTHON, "-c", "import llama_cpp.server, gguf"], capture_output=True, check=False).returncode:
        pytest.skip("llama-cpp-python[server] and gguf aren't installed; name a Python by PREBETA_LLAMA_PYTHON")
    if not MAKER.exists():
        pytest.skip(f"{MAKER} isn't there to make the model")
    folder = tmp_path_factory.mktemp("llama")
    subprocess.run([PYTHON, str(MAKER)], cwd=folder, check=True, capture_output=True)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    words = ["-m", "llama_cpp.server", "--model", "tiny.gguf", "--host", "127.0.0.1", "--port", str(port)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen([PYTHON, *words, "--n_ctx", "4096"], cwd=folder, stdout=log, stderr=log)
    try:
        until = time.monotonic() + 60
        while time.monotonic() < until and process.poll() is None:
            with socket.socket() as asking:
                if asking.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}/v1"
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.parametrize("policy", ["agenda", "free"])
def test_whole_conversations_with_a_real_engine(server: str, tmp_path: Path, policy: str) -> None:
    models = {"tiny": {"kind": "openai", "url": server, "model": "tiny", "concurrency": 2}}
    made = project(tmp_path, server, models=models, user={"voice": {"model": "tiny"}, "policy": policy})
    result = run(made, n=20, store=tmp_path / "s.db")
    assert (result.summary["conversations"], result.summary["valid"], result.summary["failed"]) == (20, 20, 0)
    assert result.summary["model_calls"] >= 40
