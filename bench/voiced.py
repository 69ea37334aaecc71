"""Users that speak through an LLM: against what the waiting alone takes, and against a bare loop with the same calls.

An LLM and a product answer after 200 ms each. The limit is the time that a tool would need which takes none itself: the calls
that were made, one after another in each conversation, conversations in the order of the plan, so many at once.
"""

from __future__ import annotations

import heapq
import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from measured import HERE, PREBETA, Spent, calls, serving, spend

from prebeta.core.types import Leave, Transcript
from prebeta.store import Store

LATENCY_MS = 200
LEAST_WORDED = 0.85
"""Share of the user's turns that have to be in the LLM's words; bare values need none."""

Turns = list[tuple[str, int]]
"""Each message of a conversation and how often an LLM was asked for it."""


@dataclass(frozen=True)
class Held:
    """A run: what its process took, its summary, and what was said in each conversation."""

    spent: Spent
    summary: dict[str, Any]
    said: list[Turns]

    @property
    def turns(self) -> int:
        return sum(map(len, self.said))

    @property
    def asked(self) -> int:
        """Calls of the LLM."""
        return sum(times for turns in self.said for _, times in turns)

    @property
    def worded(self) -> float:
        """Share of the turns that were said in the LLM's words."""
        return float(self.summary["voices"]["model"] / self.turns)


def hold(folder: Path, env: dict[str, str], conversations: int, concurrency: int) -> Held:
    """A run of ours; nothing of it is remembered for the next."""
    words = [PREBETA, "run", "--json", "--seed", 1, "--cache", "off", "--concurrency", concurrency, "-n", conversations]
    before = calls(env["BENCH_MODEL"])
    spent = spend(words, folder, env)
    summary = json.loads(spent.out)
    with Store.open(folder / ".prebeta" / "prebeta.db", create=False) as store:
        held = Held(spent, summary, [_said(one.transcript) for one in store.conversations(summary["run"])])
    answered = calls(env["BENCH_MODEL"]) - before
    if summary["failed"] or summary["valid"] != conversations:
        raise SystemExit(f"{summary['failed']} of {summary['valid']} conversations failed, which should be none of all")
    if held.worded < LEAST_WORDED:
        raise SystemExit(f"only {held.worded:.0%} of the turns are in the LLM's words")
    if answered != held.asked:
        raise SystemExit(f"the LLM answered {answered} calls, the transcripts tell of {held.asked}")
    return held


def limit_s(said: Sequence[Turns], concurrency: int) -> float:
    """Seconds of waiting that no tool can do without: each call once the one before it has answered."""
    free = [0.0] * concurrency
    for turns in said:
        steps = sum(times + 1 for _, times in turns)
        heapq.heapreplace(free, free[0] + steps * LATENCY_MS / 1000)
    return max(free)


def bare(folder: Path, env: dict[str, str], said: Sequence[Turns], concurrency: int) -> Spent:
    """The least that must be done, for the same messages."""
    (folder / "said.json").write_text(json.dumps(said))
    store = folder / "bare.db"
    words = [sys.executable, HERE / "bare.py", env["BENCH_URL"], folder / "said.json", concurrency, store]
    try:
        return spend([*words, env["BENCH_MODEL"]], folder)
    finally:
        store.unlink()


def cpu_ms(runs: Sequence[Spent], starts: Sequence[float], turns: int) -> float:
    """CPU milliseconds a turn, in the median; `starts` are the CPU seconds of runs of one conversation, each just before."""
    return median((run.cpu_s - start) * 1000 / turns for run, start in zip(runs, starts, strict=True))


def compared(conversations: int, concurrency: int, times: int) -> None:
    """Print the lines of the table: bare and prebeta in turn, `times` times, and of each the medians."""
    with (
        tempfile.TemporaryDirectory() as name,
        serving("product.py", LATENCY_MS, "plain") as url,
        serving("model.py", LATENCY_MS) as model,
    ):
        folder, env = Path(name), {"BENCH_URL": url, "BENCH_MODEL": model}
        (folder / "prebeta.yaml").write_text((HERE / "voiced.yaml").read_text())
        ours, bares, starts, bare_starts = [], [], [], []
        for _ in range(times):
            starts.append(spend([PREBETA, "run", "--json", "--cache", "off", "-n", 1], folder, env).cpu_s)
            ours.append(hold(folder, env, conversations, concurrency))
            bare_starts.append(bare(folder, env, ours[-1].said[:1], concurrency).cpu_s)
            bares.append(bare(folder, env, ours[-1].said, concurrency))

    last = ours[-1]
    wall, least_wall = median(each.summary["seconds"] for each in ours), median(float(each.out) for each in bares)
    cpu, least_cpu = cpu_ms([each.spent for each in ours], starts, last.turns), cpu_ms(bares, bare_starts, last.turns)
    peak, least_peak = median(each.spent.peak_mb for each in ours), median(each.peak_mb for each in bares)
    limit = median(limit_s(each.said, concurrency) for each in ours)
    title = f"{conversations} × {last.turns / conversations:.1f} turns, {concurrency} at once"
    print(f"{title:<36}{'limit':<9}{limit:>8.2f}")
    for who, lines in (("bare", (least_wall, least_cpu, least_peak)), ("prebeta", (wall, cpu, peak))):
        print(f"{'':<36}{who:<9}{lines[0]:>8.2f}{lines[0] / limit:>9.2f}{lines[1]:>13.2f}{lines[2]:>10.0f}")
    print(f"{'':<36}{'ratio':<9}{wall / least_wall:>8.2f}{'':>9}{cpu / least_cpu:>13.2f}{peak / least_peak:>10.2f}")
    print(f"{'':<36}{last.asked} calls of the LLM, {last.worded:.0%} of the turns in its words", flush=True)


def main() -> None:
    print(f"\nusers that speak through an LLM; {LATENCY_MS} ms model, {LATENCY_MS} ms product")
    print(f"{'':<45}{'wall s':>8}{'/ limit':>9}{'CPU ms/turn':>13}{'peak MB':>10}")
    compared(200, 100, times=5)
    compared(2000, 1000, times=3)


def _said(transcript: Transcript) -> Turns:
    moves = [turn.move for turn in transcript.turns if turn.move is not None and not isinstance(turn.move, Leave)]
    return [(getattr(move, "text", ""), _asked(move.act)) for move in moves]


def _asked(act: Any) -> int:
    return len(act.rejected) + (act.voice == "model") if act is not None else 0


if __name__ == "__main__":
    main()
