"""What a process takes, and the servers that it talks to. Each server is a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
PREBETA = Path(sys.executable).with_name("prebeta")


@dataclass(frozen=True)
class Spent:
    """What one process took: its output, CPU seconds, and peak memory in MB."""

    out: str
    cpu_s: float
    peak_mb: float


def spend(words: Sequence[object], folder: Path, env: Mapping[str, str] | None = None) -> Spent:
    """Run a program to its end."""
    out = folder / "out.txt"
    with out.open("w") as stdout:
        process = subprocess.Popen(
            [str(word) for word in words],
            cwd=folder,
            env={**os.environ, "CI": "true", "NO_COLOR": "1", **(env or {})},
            stdout=stdout,
        )
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 3}:
        raise SystemExit(f"exit {process.returncode}: {' '.join(map(str, words))}")
    return Spent(out.read_text(), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


@contextmanager
def serving(program: str, *words: object) -> Iterator[str]:
    """The URL of a server of this folder."""
    line = [sys.executable, str(HERE / program), *map(str, words)]
    with subprocess.Popen(line, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def calls(model: str) -> int:
    """How many calls the LLM at this URL has answered."""
    with urllib.request.urlopen(f"{model}/calls") as answer:
        return int(answer.read())
