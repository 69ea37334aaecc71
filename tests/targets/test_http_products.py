"""Whole conversations with the products of examples/http-*: aiohttp and Starlette, each served in a process of its own."""

from __future__ import annotations

import importlib.util
import re
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

import prebeta
from prebeta.core.errors import UnreachableError
from prebeta.runner import Kept, Result, Told
from prebeta.store import Store

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
CONVERSATIONS = 25
PRODUCTS = {
    "http-polling": "SCHOOL_URL",
    "http-stateless": "TUNER_URL",
    "http-login": "CLUB_URL",
    "http-form": "WORKSHOP_URL",
}
NEEDS = {"http-form": ("starlette", "uvicorn", "python_multipart"), "http-polling": ()}


def answers(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def served(name: str, folder: Path) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The product's address and its process."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    script = shutil.copy(EXAMPLES / name / "product.py", folder / "product.py")
    with subprocess.Popen([sys.executable, script, str(port)], cwd=folder) as process:
        try:
            for _ in range(400):
                if answers(port):
                    break
                assert process.poll() is None, f"{name} ended with {process.returncode}"
                time.sleep(0.025)
            yield f"http://127.0.0.1:{port}", process
        finally:
            process.kill()


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., prebeta.Project]]:
    """example("http-form") -> the project, its product running; `example.process` is that."""
    with ExitStack() as stack:

        def start(name: str) -> prebeta.Project:
            for module in NEEDS.get(name, ("starlette", "uvicorn")):
                if importlib.util.find_spec(module) is None:
                    pytest.skip(f"{name} needs {module}")
            url, start.process = stack.enter_context(served(name, tmp_path))  # type: ignore[attr-defined]
            monkeypatch.setenv(PRODUCTS[name], url)
            shutil.copy(EXAMPLES / name / "prebeta.yaml", tmp_path)
            return prebeta.load(tmp_path / "prebeta.yaml")

        yield start


def told(result: Result) -> str:
    """What went wrong, to be read in a failing test's output."""
    return "\n".join(f"{row.assessment.outcome} {row.assessment.kind} {row.stop}" for row in result.rows)


@pytest.mark.parametrize("name", PRODUCTS)
def test_whole_conversations(name: str, example: Callable[..., prebeta.Project]) -> None:
    """Everybody gets what they asked for and nobody what another did: end states are held against what was said."""
    result = prebeta.run(example(name), n=CONVERSATIONS, seed=11)
    assert len(result.rows) == CONVERSATIONS
    stops = {(row.stop.by, row.stop.reason) for row in result.rows}
    assert stops <= {("product", "end_state"), ("product", "ended"), ("user", "patience")}, told(result)
    reached = [row for row in result.rows if row.assessment.outcome == "REACHED"]
    assert len(reached) >= 0.9 * CONVERSATIONS, told(result)
    kinds = {row.assessment.kind for row in result.rows}
    assert not kinds & {"WRONG_RESULT", "LOST_CORRECTION", "FALSE_DONE", "SYSTEM_ERROR"}, told(result)


def test_no_password_and_no_token_is_stored(
    example: Callable[..., prebeta.Project], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The wrong one neither, which the product repeats in its refusal."""
    example("http-login")
    file = tmp_path / "prebeta.yaml"
    file.write_text(file.read_text().replace("${CLUB_PASSWORD:-rhubarb-and-custard}", "${CLUB_PASSWORD}"))
    monkeypatch.setenv("CLUB_PASSWORD", "rhubarb-and-custard")
    prebeta.run(prebeta.load(file), n=5, seed=2)
    with Store.open(tmp_path / ".prebeta" / "prebeta.db", create=False) as store:
        (run,) = store.runs()
        assert "rhubarb" not in str(run.project)
    for kept in tmp_path.rglob("*.db*"):
        assert b"rhubarb" not in kept.read_bytes()
        assert not re.search(rb"Bearer [A-Za-z0-9_-]{20}", kept.read_bytes())
    monkeypatch.setenv("CLUB_PASSWORD", "turnip-thief")
    with pytest.raises(UnreachableError) as caught:
        prebeta.run(prebeta.load(file), n=5)
    assert "answered 401 to POST /login: it doesn't let us in; look at target.login" in str(caught.value)
    assert "turnip" not in str(caught.value)


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_product_that_is_killed_in_the_middle(name: str, example: Callable[..., prebeta.Project]) -> None:
    """What was held before stands; whoever is in the middle is told apart from those who never got in."""
    project = example(name)
    ended: list[str] = []

    def watch(event: Told) -> None:
        if isinstance(event, Kept):
            ended.append(event.transcript.id)
            if len(ended) == 10:
                example.process.kill()  # type: ignore[attr-defined]

    result = prebeta.run(project, n=30, seed=3, concurrency=6, observe=watch)
    rows = {row.id: row for row in result.rows}
    assert len(rows) == 30
    assert all(rows[one].stop.reason in ("end_state", "ended", "patience") for one in ended[:10]), told(result)
    later = [rows[one].stop for one in ended[10:]]
    cut = [stop for stop in later if stop.by == "product" and stop.reason in ("closed", "refused")]
    never_in = [stop for stop in later if (stop.by, stop.reason) == ("harness", "infrastructure")]
    assert cut, told(result)
    assert len(never_in) >= 10, told(result)
    assert len(cut) + len(never_in) >= len(later) - 6, told(result)
    assert all("127.0.0.1" in (stop.detail or "") for stop in (*cut, *never_in))
