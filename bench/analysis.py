"""What the analysis of a stored run takes: rates, stages, findings, coverage of modes, all that `show RUN` prints.

A run of 500 conversations with the bundled product, its first release, is held once and stored over and over under other
ids, until there are as many as asked for; then the program reads and analyses them in a process of its own.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from measured import PREBETA, Spent, spend

import prebeta
from prebeta.cli.demo import project_of
from prebeta.runner import Kept
from prebeta.store import Store, Stored

RELEASE = 1
HELD = 500
SIZES = (10_000, 100_000)
GOALS = {10_000: (10.0, 1024.0), 100_000: (120.0, None)}
BATCH = 500


def held() -> list[Stored]:
    """The conversations that are stored again and again, those with about twelve messages first."""
    kept: list[Stored] = []

    def observe(told: object) -> None:
        if isinstance(told, Kept):
            kept.append(Stored(told.transcript, told.verdicts, told.assessment))

    with tempfile.TemporaryDirectory() as folder:
        prebeta.run(project_of(RELEASE), None, observe, Path(folder) / "held.db", n=HELD, seed=1)
    return kept


def store(conversations: list[Stored], n: int, place: Path) -> tuple[str, float]:
    """A store with n conversations in one run; the run's id, and how many messages a conversation has."""
    messages = sum(len(one.transcript.turns) for one in conversations) / len(conversations)
    with Store.open(place) as kept:
        result = prebeta.run(project_of(RELEASE), None, None, kept, n=1, seed=2)
        run = result.run.id
        for begin in range(0, n - 1, BATCH):
            kept.put_all(
                run,
                [
                    (at, _copy(conversations[at % len(conversations)], at))
                    for at in range(begin, min(begin + BATCH, n - 1))
                ],
            )
    return run, messages


def _copy(one: Stored, at: int) -> Stored:
    job = replace(one.transcript.job, conversation=f"{at:012x}")
    return replace(one, transcript=replace(one.transcript, job=job))


def measure(n: int, conversations: list[Stored]) -> tuple[float, Spent, float]:
    """Seconds of wall clock, what the process took, and messages a conversation."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run, messages = store(conversations, n, folder / "many.db")
        begun = time.perf_counter()
        spent = spend([PREBETA, "show", run, "--json", "--store", "many.db"], folder)
        return time.perf_counter() - begun, spent, messages


def main(sizes: tuple[int, ...] = SIZES) -> None:
    conversations = held()
    print(f"{'analysis of a stored run (show RUN --json)':<44}{'wall s':>8}{'CPU s':>8}{'peak MB':>10}{'goal':>22}")
    for n in sizes:
        wall, spent, messages = measure(n, conversations)
        seconds, megabytes = GOALS.get(n, (None, None))
        goal = "" if seconds is None else f"< {seconds:g} s" + (f", < {megabytes:g} MB" if megabytes else "")
        title = f"{n:,} conversations × {messages:.0f} messages"
        print(f"{title:<44}{wall:>8.1f}{spent.cpu_s:>8.1f}{spent.peak_mb:>10.0f}{goal:>22}", flush=True)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, nargs="*", default=list(SIZES))
    main(tuple(parser.parse_args().n))
