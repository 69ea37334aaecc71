"""A real Rasa 3.6: the bot of examples/rasa, trained and served, in whole conversations."""

from __future__ import annotations

import asyncio
import hashlib
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

from prebeta.core.events import ConversationEnded
from prebeta.core.types import Goal, Job, Leave, Limits, Persona, Say, Scenario
from prebeta.engine.local import execute
from prebeta.engine.sitting import Parts
from prebeta.targets.rasa.target import RasaTarget

ROOT = Path(__file__).resolve().parents[2]
BOT = ROOT / "examples" / "rasa" / "bot"
HOME = ROOT / ".venvs" / "rasa"
CONVERSATIONS = 30
QUIET = {
    "PYTHONWARNINGS": "ignore",
    "RASA_TELEMETRY_ENABLED": "false",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}

pytestmark = [pytest.mark.interop, pytest.mark.slow]


@pytest.fixture(scope="module")
def model() -> Path:
    """The bot's model, trained anew when a file of the bot changes."""
    program = HOME / "bin" / "rasa"
    if not (HOME / ".made-from").exists():
        pytest.skip("Rasa isn't installed; scripts/parts/rasa.sh installs it in an environment of its own (2.5 GB)")
    digest = hashlib.sha256()
    for file in sorted(BOT.rglob("*.yml")):
        digest.update(file.read_bytes())
    made = HOME / "models" / f"{digest.hexdigest()[:16]}.tar.gz"
    if not made.exists():
        words = [program, "train", "--quiet", "--out", made.parent, "--fixed-model-name", made.name.split(".")[0]]
        done = subprocess.run(
            words, cwd=BOT, env={**os.environ, **QUIET}, capture_output=True, text=True, check=False, timeout=300
        )
        shutil.rmtree(BOT / ".rasa", ignore_errors=True)
        assert made.exists(), (done.stdout + done.stderr)[-2000:]
    return made


@pytest.fixture(scope="module")
def served(model: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """The bot on a free port, and its process, which the last test here kills."""
    log = tmp_path_factory.mktemp("rasa") / "rasa.log"
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = ["run", "--enable-api", "-i", "127.0.0.1", "-p", str(port), "--model", model]
    words += ["--credentials", BOT / "credentials.yml", "--endpoints", BOT / "endpoints.yml"]
    with (
        log.open("w") as out,
        subprocess.Popen(
            [HOME / "bin" / "rasa", *words], cwd=log.parent, env={**os.environ, **QUIET}, stdout=out, stderr=out
        ) as process,
    ):
        try:
            url = f"http://127.0.0.1:{port}"
            for _ in range(300):
                if answers(url):
                    break
                assert process.poll() is None, log.read_text()[-2000:]
                time.sleep(0.3)
            else:
                pytest.fail(f"rasa didn't come up in 90 s: {log.read_text()[-2000:]}")
            yield url, process
        finally:
            process.terminate()


def answers(url: str) -> bool:
    try:
        with urllib.request.urlopen(f"{url}/status", timeout=2) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def test_whole_conversations_with_rasa(served: Any, prebeta_with: Callable[..., Any]) -> None:
    url, _process = served
    prebeta = prebeta_with("../../examples/rasa/prebeta.yaml", RASA_URL=url)
    result = prebeta.json("run", "-n", str(CONVERSATIONS), "--seed", "1")
    rows = prebeta.rows()
    assert len(rows) == result["conversations"] == CONVERSATIONS
    assert result["valid"] == CONVERSATIONS
    assert sum(row["outcome"] == "REACHED" for row in rows) >= 0.9 * CONVERSATIONS
    assert len({row["session"] for row in rows}) == CONVERSATIONS
    (prebeta.folder / "prebeta.yaml").unlink()
    prebeta("init", "--target", url)
    written = (prebeta.folder / "prebeta.yaml").read_text()
    assert "kind: rasa" in written
    assert "state: tracker" in written


async def test_rasa_is_killed_in_the_middle(served: Any, tmp_path: Path) -> None:
    """Nobody hangs: conversations that were done before are whole, the others say that the connection broke off."""

    class Asking:
        def __init__(self, turns: int) -> None:
            self.left = turns

        async def next(self, turns: Any) -> Any:
            self.left -= 1
            return Say("when are you open?") if self.left >= 0 else Leave("done")

    async def never(turns: Any, reply: Any) -> None:
        return None

    url, process = served
    jobs = [Job(f"c{n}", Scenario(str(n), n, Persona("x"), Goal("y"))) for n in range(24)]
    parts_users = {"agenda": lambda scenario, rng: Asking(1 if scenario.seed < 4 else 1000)}
    async with RasaTarget(RasaTarget.Options(url=url), tmp_path) as target:
        ended = []
        parts = Parts(target, parts_users, never)
        async for event in execute(jobs, parts, Limits(concurrency=24, max_turns=2000)):
            if isinstance(event, ConversationEnded):
                ended.append(event.transcript)
                if len(ended) == 4:
                    await asyncio.to_thread(process.kill)
    stops = {one.id: (one.stop.by, one.stop.reason) for one in ended}
    assert len(stops) == 24
    assert all(stops[f"c{n}"] == ("user", "done") for n in range(4))
    assert {stops[f"c{n}"] for n in range(4, 24)} <= {
        ("product", "closed"),
        ("product", "refused"),
        ("harness", "infrastructure"),
    }
    assert sum(reason == "closed" for _, reason in stops.values()) >= 1
