"""prebeta (users, store and rules on) against a bare loop that makes the same calls; both in one run, as ratios.

Wall is of the conversations alone. CPU is of the process less that of a run of one conversation, so starting up isn't
in it. Peak memory is the process's; the last column is what it exceeds a run of one conversation by, for each of those
held at once. The largest is measured five times, bare and prebeta in turn, and medians are shown.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
PREBETA = Path(sys.executable).with_name("prebeta")


@dataclass(frozen=True)
class Spent:
    """What one process took: its output, CPU seconds, and peak memory in MB."""

    out: str
    cpu_s: float
    peak_mb: float


def spend(words: Sequence[object], folder: Path, url: str = "") -> Spent:
    """Run a program to its end."""
    out = folder / "out.txt"
    env = {**os.environ, "BENCH_URL": url, "CI": "true", "NO_COLOR": "1"}
    with out.open("w") as stdout:
        process = subprocess.Popen([str(word) for word in words], cwd=folder, env=env, stdout=stdout)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in {0, 3}:
        raise SystemExit(f"exit {process.returncode}: {' '.join(map(str, words))}")
    return Spent(out.read_text(), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)


@contextmanager
def product(latency_ms: int) -> Iterator[str]:
    """The product's URL."""
    words = [sys.executable, str(HERE / "product.py"), str(latency_ms)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield process.stdout.readline().strip()
        finally:
            process.terminate()


def one(conversations: int, concurrency: int, latency_ms: int, times: int = 1) -> None:
    """Print the lines of the table: bare and prebeta in turn, `times` times, and of each the medians."""
    ours, bares = [], []
    with tempfile.TemporaryDirectory() as name, product(latency_ms) as url:
        folder = Path(name)
        (folder / "prebeta.yaml").write_text((HERE / "prebeta.yaml").read_text())
        run = [PREBETA, "run", "--json", "--seed", "1", "--concurrency", concurrency, "-n"]
        start = spend([*run, 1], folder, url)
        for _ in range(times):
            ours.append(spend([*run, conversations], folder, url))
            said = spend([PREBETA, "export", "latest", "--format", "jsonl"], folder, url).out.splitlines()
            turns = [[turn for turn in json.loads(line)["turns"] if turn["speaker"] == "user"] for line in said]
            texts = [[" ".join(turn["messages"]) for turn in of_one if turn["move"] != "leave"] for of_one in turns]
            (folder / "texts.json").write_text(json.dumps(texts))
            (folder / "one.json").write_text(json.dumps(texts[:1]))
            bare = [sys.executable, HERE / "bare.py", url]
            bare_start = spend([*bare, folder / "one.json", concurrency, folder / "one.db"], folder)
            bares.append(spend([*bare, folder / "texts.json", concurrency, folder / "bare.db"], folder))
            for used in (folder / "one.db", folder / "bare.db"):
                used.unlink()

    count = sum(map(len, texts))
    wall = median(json.loads(each.out)["seconds"] for each in ours)
    least_wall = median(float(each.out) for each in bares)
    cpu = median((each.cpu_s - start.cpu_s) * 1000 / count for each in ours)
    least_cpu = median((each.cpu_s - bare_start.cpu_s) * 1000 / count for each in bares)
    peak, least_peak = median(each.peak_mb for each in ours), median(each.peak_mb for each in bares)
    live = min(concurrency, conversations)
    each_kb, least_kb = (
        (top - low) * 1024 / live for top, low in ((peak, start.peak_mb), (least_peak, bare_start.peak_mb))
    )
    title = f"{conversations} × {count / conversations:.1f} turns, {concurrency} at once, {latency_ms} ms"
    print(f"{title:<44}{'bare':<9}{least_wall:>8.2f}{least_cpu:>12.2f}{least_peak:>10.0f}{least_kb:>12.0f}")
    print(f"{'':<44}{'prebeta':<9}{wall:>8.2f}{cpu:>12.2f}{peak:>10.0f}{each_kb:>12.0f}")
    print(
        f"{'':<44}{'ratio':<9}{wall / least_wall:>8.2f}{cpu / least_cpu:>12.2f}{peak / least_peak:>10.2f}", flush=True
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        print(f"prebeta --help: {spend([PREBETA, '--help'], Path(name)).cpu_s:.2f} s CPU\n")
    print(f"{'':<53}{'wall s':>8}{'CPU ms/turn':>12}{'peak MB':>10}{'KB each':>12}")
    one(500, 50, 0)
    one(200, 100, 200)
    one(2000, 1000, 200, times=5)


if __name__ == "__main__":
    main()
