"""The assistant over HTTP, for real, on a free port."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from typing import Any

import pytest

Answer = tuple[int, Any]


class Server:
    """A server in a process of its own."""

    def __init__(self, release: int) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port: int = free.getsockname()[1]
        command = [sys.executable, "-m", "prebeta.demo", "--port", str(self.port), "--release", str(release)]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def wait(self) -> None:
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            try:
                self.call("/version")
                return
            except OSError:
                time.sleep(0.05)
        raise AssertionError("the server did not start")

    def call(self, path: str, body: Any = None, *, raw: bytes | None = None) -> Answer:
        """GET without a body, else POST; the status and the JSON, or the text where it is none."""
        data = raw if raw is not None else (json.dumps(body).encode() if body is not None else None)
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", data)
        try:
            with urllib.request.urlopen(request, timeout=10) as response:
                return response.status, json.loads(response.read())
        except urllib.error.HTTPError as error:
            with error:
                text = error.read().decode()
            return error.code, json.loads(text) if text.startswith(("{", "[")) else text

    def close(self) -> None:
        self.process.terminate()
        self.process.wait(10)


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    running = Server(release=1)
    try:
        running.wait()
        yield running
    finally:
        running.close()


def test_a_whole_conversation(server: Server) -> None:
    status, reply = server.call("/chats", {})
    assert status == 201
    assert set(reply) == {"id", "messages", "suggestions", "done", "state", "plan", "trace_id"}
    path = f"/chats/{reply['id']}"
    free = {"country": "Ireland", "start": "Monday", "email": "a@b.ie"}
    seen = {reply["trace_id"]}
    while not reply["done"]:
        first = reply["suggestions"][0] if reply["suggestions"] else None
        text = first["title"] if first else free[reply["state"]["stage"]]
        status, reply = server.call(path, {"text": text, "payload": first["payload"] if first else None})
        assert status == 200
        assert reply["trace_id"] not in seen
        seen.add(reply["trace_id"])
    assert reply["plan"]["products"] == ["Hosted checkout", "Shop plugin", "SEPA direct debit", "Standard pricing"]
    assert server.call(path) == (200, reply)
    assert server.call(f"{path}/faults") == (200, [])


def test_chats_do_not_mix(server: Server) -> None:
    one, other = (server.call("/chats", {})[1]["id"] for _ in range(2))
    server.call(f"/chats/{one}", {"text": "Subscriptions"})
    assert one != other
    assert server.call(f"/chats/{other}")[1]["state"]["facts"] == {}


def test_a_breakdown_is_a_500_with_a_trace_and_is_logged(server: Server) -> None:
    name = server.call("/chats", {})[1]["id"]
    status, text = server.call(f"/chats/{name}", {"text": "tell me a joke"})
    assert status == 500
    assert text.startswith("Traceback (most recent call last)")
    log = [{"fault": "breaks_off_topic", "kind": "SYSTEM_ERROR", "turn": 2}]
    assert server.call(f"/chats/{name}/faults") == (200, log)


def test_version(server: Server) -> None:
    assert server.call("/version") == (200, {"version": "release-1", "release": 1})


@pytest.mark.parametrize(
    "raw", [b"", b"not json", b"\xff\xfe", b"[]", b"{}", b'{"text": 1}', b'{"text": "a", "payload": 2}']
)
def test_a_bad_body_is_refused_with_a_reason(server: Server, raw: bytes) -> None:
    name = server.call("/chats", {})[1]["id"]
    status, reply = server.call(f"/chats/{name}", raw=raw)
    assert status == 400
    assert "text" in reply["error"]


def test_an_unknown_chat_is_a_404(server: Server) -> None:
    assert server.call("/chats/nope", {"text": "hi"})[0] == 404
    assert server.call("/chats/nope/faults")[0] == 404


def test_an_unknown_release_is_refused() -> None:
    command = [sys.executable, "-m", "prebeta.demo", "--release", "9"]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 2
    assert "Traceback" not in ended.stderr
