"""The same work with other tools, against the same two servers, in one run with ours: prebeta, the bare loop and each peer in turn.

Each peer lives in an environment of its own under .venvs/, made when its pinned versions change. CPU a turn is the
process's less that of a run of one conversation just before. Calls are those that the LLM answered.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent))

from measured import PREBETA, Spent, calls, serving, spend  # noqa: E402
from voiced import LATENCY_MS, bare, cpu_ms, hold, limit_s  # noqa: E402

CONVERSATIONS, TURNS, CONCURRENCY, TIMES = 200, 6, 100, 3
PEERS = ("openevals",)


@dataclass(frozen=True)
class Line:
    """One tool, once: seconds the conversations took, its process, that of one conversation just before, calls of the LLM."""

    wall_s: float
    spent: Spent
    start: Spent
    calls: int


def python_of(peer: str) -> Path:
    """The interpreter of a peer's environment."""
    home, pins = HERE.parent.parent / ".venvs" / peer, HERE / f"{peer}.txt"
    made = home / ".made-from"
    if not made.exists() or made.read_text() != pins.read_text():
        uv = shutil.which("uv") or str(Path(sys.executable).with_name("uv"))
        print(f"making {home}", file=sys.stderr)
        subprocess.run([uv, "venv", "-q", "--clear", "--python", sys.executable, str(home)], check=True)
        python = str(home / "bin" / "python")
        install = [uv, "pip", "install", "-q", "--python", python, "--compile-bytecode", "-r", str(pins)]
        subprocess.run(install, check=True, timeout=600)
        made.write_text(pins.read_text())
    return home / "bin" / "python"


def our_lines(folder: Path, env: dict[str, str]) -> tuple[Line, Line, float]:
    """One run of ours, one of the bare loop for the same messages, and the limit."""
    start = spend([PREBETA, "run", "--json", "--cache", "off", "-n", 1], folder, env)
    ours = hold(folder, env, CONVERSATIONS, CONCURRENCY)
    bare_start = bare(folder, env, ours.said[:1], CONCURRENCY)
    least = bare(folder, env, ours.said, CONCURRENCY)
    limit = limit_s(ours.said, CONCURRENCY)
    our = Line(ours.summary["seconds"], ours.spent, start, ours.asked)
    return our, Line(float(least.out), least, bare_start, ours.asked), limit


def peer_line(peer: str, folder: Path, env: dict[str, str]) -> Line:
    """One run of a peer."""
    program = [python_of(peer), HERE / f"with_{peer}.py", env["BENCH_URL"], env["BENCH_MODEL"]]
    start = spend([*program, 1, CONCURRENCY], folder)
    before = calls(env["BENCH_MODEL"])
    spent = spend([*program, CONVERSATIONS, CONCURRENCY], folder)
    return Line(float(spent.out), spent, start, calls(env["BENCH_MODEL"]) - before)


def shown(name: str, lines: list[Line], limit: float) -> None:
    """A tool's line of the table, in medians."""
    wall = median(line.wall_s for line in lines)
    cpu = cpu_ms([line.spent for line in lines], [line.start.cpu_s for line in lines], CONVERSATIONS * TURNS)
    peak, asked = median(line.spent.peak_mb for line in lines), median(line.calls for line in lines)
    print(f"{name:<12}{wall:>8.2f}{wall / limit:>9.2f}{cpu:>13.2f}{peak:>10.0f}{asked:>11.0f}", flush=True)


def main() -> None:
    found: dict[str, list[Line]] = {"bare": [], "prebeta": [], **{peer: [] for peer in PEERS}}
    limits = []
    with (
        tempfile.TemporaryDirectory() as name,
        serving("product.py", LATENCY_MS, "plain") as url,
        serving("model.py", LATENCY_MS) as model,
    ):
        folder, env = Path(name), {"BENCH_URL": url, "BENCH_MODEL": model}
        (folder / "prebeta.yaml").write_text((HERE.parent / "voiced.yaml").read_text())
        for _ in range(TIMES):
            ours, least, limit = our_lines(folder, env)
            found["prebeta"].append(ours)
            found["bare"].append(least)
            limits.append(limit)
            for peer in PEERS:
                found[peer].append(peer_line(peer, folder, env))
    print(f"{CONVERSATIONS} × {TURNS} turns, {CONCURRENCY} at once, {LATENCY_MS} ms model, {LATENCY_MS} ms product")
    print(f"{'':<12}{'wall s':>8}{'/ limit':>9}{'CPU ms/turn':>13}{'peak MB':>10}{'LLM calls':>11}")
    for each, lines in found.items():
        shown(each, lines, median(limits))


if __name__ == "__main__":
    main()
