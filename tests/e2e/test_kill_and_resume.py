"""kill -9 at ten random moments, then resume: each conversation once, and all as if nothing had happened."""

from __future__ import annotations

import random
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

import prebeta
from prebeta.core.types import Transcript
from prebeta.runner import Result
from prebeta.store import Store, Stored

CONVERSATIONS = 60
PLANNED = CONVERSATIONS + 20
PRODUCT = """
import asyncio


class Lockers:
    '''Rents a locker; forgets the size when a question comes between.'''

    def __init__(self):
        self.city = self.size = None

    async def start(self):
        await asyncio.sleep(0.02)
        return {"messages": ["Welcome! In which city do you need a locker?"], "session": f"{id(self):x}"}

    async def send(self, text):
        await asyncio.sleep(0.02)
        low = text.lower()
        self.city = next((city for city in ("oslo", "bergen", "hamar") if city in low), self.city)
        self.size = next((size for size in ("small", "medium", "large") if size in low), self.size)
        if "?" in text:
            self.size = None
            return {"messages": ["Lockers cost 4 a day and open at six."]}
        if self.city is None:
            return {"messages": ["Which city, please?"], "options": ["Oslo", "Bergen"]}
        if self.size is None:
            return {"messages": ["What size should it be?"], "options": ["small", "medium", "large"]}
        state = {"city": self.city, "size": self.size}
        return {"messages": ["Done, the locker is yours."], "ended": True, "state": state}
"""
PROJECT = """
target: {kind: python, function: "lockers_product:Lockers"}
end_state:
  when: {ended: true, state: present}
  facts: {city: {path: state.city}, size: {path: state.size}}
goals:
  - goal: rent a locker
    slots: {city: [Oslo, Bergen, Hamar], size: [small, medium, large]}
    questions: [What does it cost?]
limits: {concurrency: 8}
"""
RUN = f'prebeta.run("prebeta.yaml", n={CONVERSATIONS}, seed=4, users="agenda,autopilot", observe=tell)'
RESUME = 'prebeta.resume(".prebeta/prebeta.db", observe=tell)'
SCRIPT = """
import sys
import prebeta


def tell(told):
    if type(told).__name__ == "Kept":
        print("kept", flush=True)


if __name__ == "__main__":
    print("ready", flush=True)
    {work}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "lockers_product.py").write_text(PRODUCT)
    (tmp_path / "prebeta.yaml").write_text(PROJECT)
    (tmp_path / "run.py").write_text(SCRIPT.format(work=RUN))
    (tmp_path / "resume.py").write_text(SCRIPT.format(work=RESUME))
    return tmp_path


def _bare(transcript: Transcript) -> Transcript:
    """A transcript without times, ids and the product's session."""
    turns = tuple(
        replace(turn, latency_s=None, reply=None if turn.reply is None else replace(turn.reply, session=None))
        for turn in transcript.turns
    )
    job = replace(transcript.job, conversation="")
    return replace(transcript, job=job, turns=turns, started_at=0.0, seconds=0.0)


def _conversations(result: Result) -> list[Stored]:
    with Store.open(result.store, create=False) as store:
        found = list(store.conversations(result.run.id))
    names = [stored.transcript.id for stored in found]
    assert len(set(names)) == len(names) == len(result.rows)
    return [replace(stored, transcript=_bare(stored.transcript)) for stored in found]


@contextmanager
def _process(folder: Path, script: str) -> Iterator[subprocess.Popen[bytes]]:
    """A Python process that is ready to begin."""
    with subprocess.Popen([sys.executable, script], cwd=folder, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == b"ready\n"
        yield process
        process.kill()


def _undisturbed(folder: Path) -> tuple[Result, float]:
    """A run as it should be, and the seconds it takes a process; its store is taken away."""
    with _process(folder, "run.py") as process:
        begun = time.perf_counter()
        process.communicate()
        seconds = time.perf_counter() - begun
    assert process.returncode == 0
    aside = (folder / ".prebeta").rename(folder / "undisturbed")
    return prebeta.resume(aside / "prebeta.db"), seconds


def _gone_on(folder: Path, store: Path) -> tuple[Result, int]:
    """The run, gone on with, and how many conversations it had; begun where it was killed before it was made."""
    had = 0
    if store.exists():
        with Store.open(store) as opened:
            runs = opened.runs()
            had = len(opened.done(runs[0].id)) if runs else 0
        assert len(runs) <= 1
        if runs:
            return prebeta.resume(store, runs[0].id), had
    return prebeta.run(folder / "prebeta.yaml", n=CONVERSATIONS, seed=4, users="agenda,autopilot"), had


@pytest.mark.slow
def test_a_killed_run_goes_on_as_if_nothing_had_happened(folder: Path) -> None:
    undisturbed, seconds = _undisturbed(folder)
    expected = _conversations(undisturbed)
    assert len(expected) == PLANNED
    assert undisturbed.failed > 0, "a run where nothing happens would prove little"
    store = folder / ".prebeta" / "prebeta.db"
    midway = 0
    rng = random.Random()
    moments = [rng.uniform(0, seconds) for _ in range(10)]
    for moment_s in moments:
        shutil.rmtree(store.parent, ignore_errors=True)
        with _process(folder, "run.py"):
            time.sleep(moment_s)
        result, had = _gone_on(folder, store)
        midway += 0 < had < PLANNED
        assert result.run.state == "done"
        assert _conversations(result) == expected, f"killed after {moment_s:.3f} s with {had} conversations held"
        assert result.summary["outcomes"] == undisturbed.summary["outcomes"]
    assert midway > 0, f"none of the moments {moments} was in the middle of a run of {seconds:.3f} s"


def _held(store: Path) -> int:
    with Store.open(store) as opened:
        return len(opened.done(opened.run("latest").id))


@pytest.mark.slow
def test_a_run_killed_again_and_again_comes_to_its_end(folder: Path) -> None:
    expected = _conversations(_undisturbed(folder)[0])
    store = folder / ".prebeta" / "prebeta.db"
    held = []
    for script in ("run.py", "resume.py", "resume.py"):
        with _process(folder, script) as process:
            assert process.stdout is not None
            for _ in range(12):
                assert process.stdout.readline() == b"kept\n"
            while not _held(store) > (held[-1] if held else 0):  # told of when it is handed to the writer
                assert process.stdout.readline() == b"kept\n"
        held.append(_held(store))
    assert 0 < held[0] < held[1] < held[2] < PLANNED
    assert _conversations(prebeta.resume(store)) == expected
