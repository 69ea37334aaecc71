"""prebeta (users, store and rules on) against a bare loop that makes the same calls; both in one run, as ratios.

Wall is of the conversations alone. CPU is of the process less that of a run of one conversation, so starting up isn't
in it. Peak memory is the process's; the last column is what it exceeds a run of one conversation by, for each of those
held at once. The largest is measured five times, bare and prebeta in turn, and medians are shown. Then the same for users
that speak through an LLM (voiced.py). At last what the analysis of 10,000 and 100,000
stored conversations takes (analysis.py); with `--analysis` only that.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from statistics import median

import voiced
from measured import HERE, PREBETA, serving, spend

import analysis


def one(conversations: int, concurrency: int, latency_ms: int, times: int = 1) -> None:
    """Print the lines of the table: bare and prebeta in turn, `times` times, and of each the medians."""
    ours, bares = [], []
    with tempfile.TemporaryDirectory() as name, serving("product.py", latency_ms) as url:
        folder, env = Path(name), {"BENCH_URL": url}
        (folder / "prebeta.yaml").write_text((HERE / "prebeta.yaml").read_text())
        run = [PREBETA, "run", "--json", "--seed", "1", "--concurrency", concurrency, "-n"]
        start = spend([*run, 1], folder, env)
        for _ in range(times):
            ours.append(spend([*run, conversations], folder, env))
            said = spend([PREBETA, "export", "latest", "--format", "jsonl"], folder, env).out.splitlines()
            turns = [[turn for turn in json.loads(line)["turns"] if turn["speaker"] == "user"] for line in said]
            texts = [
                [(" ".join(turn["messages"]), 0) for turn in of_one if turn["move"] != "leave"] for of_one in turns
            ]
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
    if "--analysis" in sys.argv:
        analysis.main()
        return
    with tempfile.TemporaryDirectory() as name:
        print(f"prebeta --help: {spend([PREBETA, '--help'], Path(name)).cpu_s:.2f} s CPU\n")
    print(f"{'':<53}{'wall s':>8}{'CPU ms/turn':>12}{'peak MB':>10}{'KB each':>12}")
    one(500, 50, 0)
    one(200, 100, 200)
    one(2000, 1000, 200, times=5)
    voiced.main()
    print()
    analysis.main()


if __name__ == "__main__":
    main()
