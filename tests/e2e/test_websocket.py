"""Whole runs with a product over WebSocket: the workshop of examples/websocket, on a server made with the websockets
package that pushes what it has to say whenever it has it."""

from __future__ import annotations

import asyncio
import importlib.util
import itertools
import json
import re
import socket
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from websockets.asyncio.server import ServerConnection, serve
from websockets.exceptions import ConnectionClosed

EXAMPLE = Path(__file__).parents[2] / "examples" / "websocket"
WAITED = re.compile(r"^There is room on (Monday|Wednesday|Friday)\.")
DYING = """
import itertools, os, sys
sys.path.insert(0, sys.argv.pop(1))
import workshop
hear, count = workshop.Desk.hear, itertools.count()
workshop.Desk.hear = lambda desk, text: os._exit(9) if next(count) == 200 else hear(desk, text)
workshop.main()
"""
Trouble = Callable[[ServerConnection], Awaitable[None]]
spec = importlib.util.spec_from_file_location("workshop", EXAMPLE / "workshop.py")
assert spec is not None
assert spec.loader is not None
workshop = importlib.util.module_from_spec(spec)
spec.loader.exec_module(workshop)


class Workshop:
    """The product on a thread of its own. `trouble` befalls conversations by their number, at the user's third message."""

    def __init__(self) -> None:
        self.trouble: dict[int, Trouble] = {}
        self.looking_s = 0.5
        self.begun = 0
        self.sessions: dict[str, str] = {}
        self._ready, self._over = threading.Event(), asyncio.Event()
        self._thread = threading.Thread(target=lambda: asyncio.run(self._serve()))

    def __enter__(self) -> Workshop:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join()

    async def _serve(self) -> None:
        self._loop = asyncio.get_running_loop()
        async with serve(self._talk, "127.0.0.1", 0, close_timeout=0.2) as server:
            self.url = f"ws://127.0.0.1:{next(iter(server.sockets)).getsockname()[1]}/chat"
            self._ready.set()
            await self._over.wait()

    async def _talk(self, connection: ServerConnection) -> None:
        number, heard = self.begun, 0
        self.begun += 1

        async def receive() -> str | None:
            nonlocal heard
            try:
                frame = await connection.recv()
            except ConnectionClosed:
                return None
            heard += 1
            if heard == 3 and number in self.trouble:
                await self.trouble[number](connection)
            return str(frame)

        try:
            await workshop.talk(connection.send, receive, self.looking_s)
        except ConnectionClosed:
            return


@pytest.fixture
def served() -> Iterator[Workshop]:
    with Workshop() as product:
        yield product


@pytest.fixture(scope="module")
def project(prebeta_with: Callable[..., Any]) -> Callable[[str], Any]:
    return lambda url: prebeta_with(str(EXAMPLE / "prebeta.yaml"), WORKSHOP_URL=url)


def said(row: dict[str, Any], role: str) -> str:
    return "\n".join(text for turn in row["turns"] if turn["speaker"] == role for text in turn["messages"])


def test_whole_conversations(served: Workshop, project: Callable[[str], Any]) -> None:
    """It speaks first, types, asks for a moment and speaks again when nobody asked: nobody is blamed for that, nothing is
    lost, and none of what is said gets into another's conversation."""
    prebeta = project(served.url)
    result = prebeta.json("run", "-n", "40", "--seed", "5")
    rows = prebeta.rows()
    assert result["conversations"] == len(rows) == 40
    assert (result["failed"], Counter(row["outcome"] for row in rows)) == (0, {"REACHED": 40})
    assert {row["kind"] for row in rows} <= {None, "IGNORED_INPUT"}
    assert len({row["session"] for row in rows}) == 40
    waits = 0
    for row in rows:
        turns = row["turns"]
        assert said(row, "product").startswith("Hello, this is the workshop.\nWhat is to be done on your bicycle?")
        for before, turn in itertools.pairwise(turns):
            if turn["speaker"] == "product" and WAITED.match("\n".join(turn["messages"])):
                waits += 1
                assert before["move"] == "wait"
                assert turn["first_token_s"] < 2
        given = {re.sub(r"\D", "", phone) for phone in re.findall(r"0(?:[ /-]?\d){7}", said(row, "user"))}
        assert set(re.findall(r"we call (\d+)", said(row, "product"))) <= given
    assert waits >= 40


async def _abort(connection: ServerConnection) -> None:
    connection.transport.abort()
    await connection.wait_closed()


async def _garbage(connection: ServerConnection) -> None:
    await connection.send("<html>502 Bad Gateway</html>")
    await connection.wait_closed()


async def _crash(connection: ServerConnection) -> None:
    await connection.close(1011, "out of memory")


async def _silence(connection: ServerConnection) -> None:
    await connection.wait_closed()


def test_what_breaks_in_one_conversation_harms_no_other(served: Workshop, project: Callable[[str], Any]) -> None:
    served.looking_s = 0.2
    for number, trouble in {5: _abort, 11: _garbage, 12: _crash, 17: _silence, 23: _abort}.items():
        served.trouble[number] = trouble
    prebeta = project(served.url)
    file = prebeta.folder / "prebeta.yaml"
    file.write_text(file.read_text() + "limits: {turn_timeout_s: 3}\n")
    prebeta.json("run", "-n", "40", "--seed", "5", codes={0, 3})
    rows = prebeta.rows()
    broken = [row for row in rows if row["outcome"] != "REACHED"]
    assert len(rows) == 40
    stops = Counter((row["stop"]["by"], row["stop"]["reason"]) for row in broken)
    # The conversation that is numbered 0 is the check before the run.
    expected = {"closed": 2, "malformed": 1, "crashed": 1, "timeout": 1}
    assert stops == {("product", reason): count for reason, count in expected.items()}
    problems = {row["stop"]["reason"]: row["turns"][-1]["problem"] for row in broken}
    assert problems["malformed"]["raw"] == "<html>502 Bad Gateway</html>"
    assert (
        problems["crashed"]["detail"] == "the product closed the connection with 1011 (internal error): out of memory"
    )
    assert problems["closed"]["detail"] == "the product broke the connection off without closing it"
    assert problems["timeout"]["detail"].startswith("no answer within 2.94 s")


def test_a_server_that_is_killed_in_the_middle_of_a_run(project: Callable[[str], Any], tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    prebeta = project(f"ws://127.0.0.1:{port}/chat")
    with subprocess.Popen([sys.executable, "-c", DYING, EXAMPLE, str(port)], cwd=tmp_path) as product:
        wait_for(port)
        prebeta.json("run", "-n", "80", "--seed", "5", "--concurrency", "20", codes={0, 1, 3})
        assert product.wait(10) == 9
    outcomes = Counter((row["outcome"], row["stop"]["by"], row["stop"]["reason"]) for row in prebeta.rows())
    assert sum(outcomes.values()) == 80
    known = {
        ("REACHED", "product", "end_state"),
        ("ERROR", "product", "closed"),
        ("INFRA", "harness", "infrastructure"),
    }
    assert set(outcomes) == known
    assert outcomes["ERROR", "product", "closed"] <= 20


def test_broken_connections_are_resumed(project: Callable[[str], Any]) -> None:
    """Each conversation loses its connection twice; who comes back with its token goes on where it was."""
    with Resuming() as product:
        prebeta = project(product.url)
        file = prebeta.folder / "prebeta.yaml"
        more = "  open: [{join: new}]\n  resume: {open: [{join: '{token}'}]}\n  reply:\n    token: session\n"
        file.write_text(file.read_text().replace("  reply:\n", more))
        result = prebeta.json("run", "-n", "25", "--seed", "5")
        rows = prebeta.rows()
    assert Counter(row["outcome"] for row in rows) == {"REACHED": 25}
    assert result["failed"] == 0
    assert product.resumed >= 40


class Resuming(Workshop):
    """Keeps its conversations through broken connections, which it has many of: it answers, and is gone."""

    def __init__(self) -> None:
        super().__init__()
        self.looking_s = 0.1
        self.resumed = 0
        self._lines: dict[str, tuple[asyncio.Queue[Any], asyncio.Queue[Any]]] = {}

    async def _talk(self, connection: ServerConnection) -> None:
        join = json.loads(await connection.recv())["join"]
        if join in self._lines:
            self.resumed += 1
        else:
            join = uuid.uuid4().hex
            self._lines[join] = asyncio.Queue(), asyncio.Queue()
            frames, words = self._lines[join]
            talk = asyncio.create_task(workshop.talk(frames.put, words.get, self.looking_s))
            talk.add_done_callback(lambda _: frames.put_nowait(None))
        frames, words = self._lines[join]
        await connection.send(json.dumps({"session": join}))
        pushing = asyncio.create_task(self._push(connection, frames))
        heard = 0
        try:
            async for frame in connection:
                await words.put(frame)
                heard += 1
                if heard == 2:
                    connection.transport.abort()
        except ConnectionClosed:
            pass
        pushing.cancel()

    @staticmethod
    async def _push(connection: ServerConnection, frames: asyncio.Queue[Any]) -> None:
        while (frame := await frames.get()) is not None:
            event = json.loads(frame)
            event.pop("session", None)
            await connection.send(json.dumps(event))
        await connection.close()


def test_the_example_as_it_stands(prebeta_with: Callable[..., Any], tmp_path: Path) -> None:
    """Its README's two commands, but for the port."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    prebeta = prebeta_with(str(EXAMPLE / "prebeta.yaml"), WORKSHOP_URL=f"ws://127.0.0.1:{port}/chat")
    with subprocess.Popen([sys.executable, EXAMPLE / "workshop.py", str(port)], cwd=tmp_path) as product:
        try:
            wait_for(port)
            assert prebeta.json("run", "-n", "10")["failed"] == 0
        finally:
            product.terminate()


def test_init_writes_a_project_that_runs(served: Workshop, project: Callable[[str], Any]) -> None:
    served.looking_s = 0.2
    prebeta = project(served.url)
    prebeta("init", "new", "--target", served.url)
    result = prebeta.json("run", "-n", "5", "-c", "new/prebeta.yaml", codes={0, 1, 3})
    rows = [json.loads(line) for line in prebeta("export", result["run"], "-c", "new/prebeta.yaml").splitlines()]
    assert len(rows) == 5
    for row in rows:
        assert said(row, "product").startswith("Hello, this is the workshop.\nWhat is to be done on your bicycle?")
        assert row["session"] is not None
        assert row["stop"]["reason"] not in ("timeout", "closed", "crashed", "malformed", "infrastructure")


def wait_for(port: int) -> None:
    """Until something listens there."""
    for _ in range(200):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise AssertionError(f"nothing listens at {port}")
