"""`prebeta init` at each kind of product: it recognises it, and what it writes passes doctor and holds a run as it is."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest

from prebeta.core.errors import UsageError

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
IN_TESTS = ROOT / "tests" / "targets"

STREAMING = """
import json, sys
from aiohttp import web

async def chat(request):
    said = (await request.json()).get("message")
    if said is None:
        raise web.HTTPUnprocessableEntity
    stream = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    await stream.prepare(request)
    for token in ("Which ", "day", "?"):
        await stream.write(f"data: {json.dumps({'token': token})}\\n\\n".encode())
    await stream.write(b"data: [DONE]\\n\\n")
    return stream

app = web.Application()
app.add_routes([web.post("/chat", chat)])
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""
MODEL = """
import sys
from aiohttp import web

async def models(request):
    return web.json_response({"object": "list", "data": [{"id": "tiny", "object": "model"}]})

async def complete(request):
    said = (await request.json())["messages"][-1]["content"]
    message = {"role": "assistant", "content": f"You said: {said}. Which day?"}
    return web.json_response({"choices": [{"index": 0, "message": message, "finish_reason": "stop"}]})

app = web.Application()
app.add_routes([web.get("/v1/models", models), web.post("/v1/chat/completions", complete)])
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""
SOCKET = """
import json, sys
from aiohttp import web

async def chat(request):
    socket = web.WebSocketResponse()
    await socket.prepare(request)
    await socket.send_json({"text": "Hello, which day?", "session": "s"})
    async for frame in socket:
        await socket.send_json({"text": "It is booked: " + json.loads(frame.data)["text"], "session": "s"})
    return socket

app = web.Application()
app.add_routes([web.get("/chat", chat)])
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""
RASA = f"""
import sys
sys.path.insert(0, {str(IN_TESTS)!r})
from aiohttp import web
from rasa_served import Playback

async def ask(request, message):
    return web.json_response([{{"recipient_id": "x", "text": "It is booked: " + message}}])

async def tracked(request):
    return web.json_response({{"sender_id": request.match_info["sender"], "slots": {{}}, "events": [], "paused": False}})

app = web.Application()
recorded = [route for route in Playback(ask).routes if "tracker" not in route.path]
app.add_routes([*recorded, web.get("/conversations/{{sender}}/tracker", tracked)])
web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), print=None)
"""


@contextmanager
def started(*command: str) -> Iterator[int]:
    """The port at which a server listens that is told it as its last argument."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    with subprocess.Popen(
        [sys.executable, *command, str(port)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            for _ in range(300):
                assert process.poll() is None, f"{command[0]} ended"
                try:
                    socket.create_connection(("127.0.0.1", port), 0.2).close()
                    break
                except OSError:
                    time.sleep(0.05)
            yield port
        finally:
            process.terminate()


@contextmanager
def langgraph(folder: Path) -> Iterator[str]:
    spec = importlib.util.spec_from_file_location("langgraph_served_for_init", IN_TESTS / "langgraph_served.py")
    assert spec is not None
    assert spec.loader is not None
    served = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = served
    spec.loader.exec_module(served)
    with served.langgraph_server(folder) as server:
        yield server.url


def needs_browser() -> None:
    pytest.importorskip("playwright", reason="playwright isn't installed: pip install 'prebeta[browser]'")
    from prebeta.targets.browser.chromium import program_of
    from prebeta.targets.browser.options import BrowserOptions

    try:
        program_of(BrowserOptions(url="http://127.0.0.1"))
    except UsageError as error:
        pytest.skip(f"{error}; scripts/parts/chromium.sh installs it")


def prebeta(folder: Path, *words: str, codes: tuple[int, ...] = (0,)) -> dict[str, Any]:
    """What `prebeta WORDS` prints, as a person would call it."""
    program = Path(sys.executable).with_name("prebeta")
    env = {**os.environ, "OPENAI_API_KEY": "not-a-real-key"}
    done = subprocess.run(
        [program, *words], capture_output=True, text=True, cwd=folder, env=env, check=False, timeout=120
    )
    assert done.returncode in codes, f"{done.returncode}\n{done.stdout}\n{done.stderr}"
    found: dict[str, Any] = json.loads(done.stdout)
    return found


@pytest.mark.parametrize(
    ("kind", "where", "command"),
    [
        ("websocket", "ws://127.0.0.1:{port}/chat", ("-c", SOCKET)),
        ("websocket", "http://127.0.0.1:{port}/chat", ("-c", SOCKET)),
        ("sse", "http://127.0.0.1:{port}/chat", ("-c", STREAMING)),
        ("openai", "http://127.0.0.1:{port}", ("-c", MODEL)),
        ("openai", "http://127.0.0.1:{port}/v1", ("-c", MODEL)),
        ("rasa", "http://127.0.0.1:{port}", ("-c", RASA)),
        ("a2a", "http://127.0.0.1:{port}", (str(EXAMPLES / "a2a" / "agent.py"),)),
        ("browser", "http://127.0.0.1:{port}", (str(EXAMPLES / "browser" / "server.py"),)),
        ("langgraph", "", ()),
        ("python", "desk:graph", ()),
    ],
)
def test_init_doctor_run(kind: str, where: str, command: tuple[str, ...], tmp_path: Path) -> None:
    if kind == "browser":
        needs_browser()
    with ExitStack() as stack:
        if kind == "langgraph":
            where = stack.enter_context(langgraph(tmp_path / "served"))
        elif kind == "python":
            shutil.copy(EXAMPLES / "python-langgraph" / "desk.py", tmp_path)
        else:
            where = where.format(port=stack.enter_context(started(*command)))
        told = prebeta(tmp_path, "init", "--target", where, "--json")
        assert (told["kind"], told["unset"]) == (kind, [])
        assert told["answer"]
        assert prebeta(tmp_path, "doctor", "--json")["ok"]
        result = prebeta(tmp_path, "run", "-n", "3", "--json", codes=(0, 3))
    assert result["conversations"] == 3
