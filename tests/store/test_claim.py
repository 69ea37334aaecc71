"""A run belongs to one process at a time, and to nobody once that process is gone."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from shapes import run_named

from prebeta.core.errors import UsageError
from prebeta.store import Store

HOLDER = """
import sys, time
from prebeta.store import Store
with Store.open(sys.argv[1]) as store, store.claim("r1"):
    print("ready", flush=True)
    time.sleep(60)
"""


def _running(path: Path) -> Store:
    store = Store.open(path)
    store.create_run(run_named("r1", state="running"))
    store.create_run(run_named("r2", state="running"))
    return store


def test_a_run_is_claimed_once_and_says_by_whom(tmp_path: Path) -> None:
    with _running(tmp_path / "prebeta.db") as store, Store.open(store.path) as other:
        with store.claim("r1"):
            assert (other.run("r1").state, other.run("r2").state) == ("running", "interrupted")
            with pytest.raises(UsageError, match=r"run r1 is being held by process \d+ on .* since .*; wait until"):
                other.claim("r1").__enter__()
            with other.claim("r2"):
                assert other.run("r2").state == "running"
        assert other.run("r1").state == "interrupted"
        with other.claim("r1"):
            pass
        assert [each.name for each in tmp_path.iterdir() if each.suffix == ".lock"] == []


def test_a_claim_ends_with_its_process_killed(tmp_path: Path) -> None:
    with _running(tmp_path / "prebeta.db") as store:
        command = [sys.executable, "-c", HOLDER, str(store.path)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
            assert store.run("r1").state == "running"
            with pytest.raises(UsageError, match=f"by process {process.pid} on"):
                store.claim("r1").__enter__()
            process.send_signal(signal.SIGKILL)
        assert store.run("r1").state == "interrupted"
        with store.claim("r1"):
            assert store.run("r1").state == "running"
        assert list(tmp_path.glob("*.lock")) == []


def test_of_many_who_want_a_run_one_has_it_though_others_look(tmp_path: Path) -> None:
    with _running(tmp_path / "prebeta.db") as store:
        inside, most, had, refused = 0, 0, 0, 0
        counting, done = threading.Lock(), threading.Event()

        def look() -> None:
            while not done.is_set():
                store.run("r1")

        def want() -> None:
            nonlocal inside, most, had, refused
            for _ in range(30):
                with ExitStack() as claim:
                    try:
                        claim.enter_context(store.claim("r1"))
                    except UsageError:
                        with counting:
                            refused += 1
                        continue
                    with counting:
                        inside, had = inside + 1, had + 1
                        most = max(most, inside)
                    with counting:
                        inside -= 1

        looking = threading.Thread(target=look)
        wanting = [threading.Thread(target=want) for _ in range(4)]
        for thread in (looking, *wanting):
            thread.start()
        for thread in wanting:
            thread.join()
        done.set()
        looking.join()
    assert (most, had + refused) == (1, 120)
    assert had > 30


def test_a_folder_that_cannot_be_written_to_gives_no_claim(tmp_path: Path) -> None:
    (tmp_path / "prebeta.db-r1.lock").mkdir()
    with _running(tmp_path / "prebeta.db") as store:
        with pytest.raises(UsageError, match=r"cannot write to the folder of the store .*; make it writable"):
            store.claim("r1").__enter__()
        assert store.run("r1").state == "interrupted"
