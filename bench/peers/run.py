"""The same work with other tools, against the same two servers, in one run with ours: prebeta first, then each peer, in turn.

Each peer lives in an environment of its own under .venvs/, made when its pinned versions change. CPU a turn is the
process's less that of a run of one conversation. Calls are those that the LLM answered.
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
from voiced import LATENCY_MS, bare, hold, limit_s  # noqa: E402

CONVERSATIONS, TURNS, CONCURRENCY, TIMES = 200, 6, 100, 3
PEERS = ("openevals",)


@dataclass(frozen=True)
class Line:
    """One tool, once: seconds the conversations took, CPU seconds and peak memory of its process, calls of the LLM."""

    wall_s: float
    cpu_s: float
    peak_mb: float
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


def peer_line(peer: str, folder: Path, env: dict[str, str], conversations: int) -> Line:
    """One run of a peer."""
    before = calls(env["BENCH_MODEL"])
    program = [python_of(peer), HERE / f"with_{peer}.py", env["BENCH_URL"], env["BENCH_MODEL"]]
    spent = spend([*program, conversations, CONCURRENCY], folder)
    return Line(float(spent.out), spent.cpu_s, spent.peak_mb, calls(env["BENCH_MODEL"]) - before)


def shown(name: str, lines: list[Line], start: Spent | Line, limit: float) -> None:
    """A tool's line of the table, in medians."""
    wall = median(line.wall_s for line in lines)
    cpu = median((line.cpu_s - start.cpu_s) * 1000 / (CONVERSATIONS * TURNS) for line in lines)
    peak, asked = median(line.peak_mb for line in lines), median(line.calls for line in lines)
    print(f"{name:<12}{wall:>8.2f}{wall / limit:>9.2f}{cpu:>13.2f}{peak:>10.0f}{asked:>11.0f}", flush=True)


def main() -> None:
    with (
        tempfile.TemporaryDirectory() as name,
        serving("product.py", LATENCY_MS, "plain") as url,
        serving("model.py", LATENCY_MS) as model,
    ):
        folder, env = Path(name), {"BENCH_URL": url, "BENCH_MODEL": model}
        (folder / "prebeta.yaml").write_text((HERE.parent / "voiced.yaml").read_text())
        starts: dict[str, Spent | Line] = {peer: peer_line(peer, folder, env, 1) for peer in PEERS}
        starts["prebeta"] = spend([PREBETA, "run", "--json", "--cache", "off", "-n", 1], folder, env)
        found: dict[str, list[Line]] = {"bare": [], "prebeta": [], **{peer: [] for peer in PEERS}}
        limits = []
        for _ in range(TIMES):
            ours = hold(folder, env, CONVERSATIONS, CONCURRENCY)
            limits.append(limit_s(ours.said, CONCURRENCY))
            spent = ours.spent
            found["prebeta"].append(Line(ours.summary["seconds"], spent.cpu_s, spent.peak_mb, ours.asked))
            least = bare(folder, env, ours.said, CONCURRENCY)
            found["bare"].append(Line(float(least.out), least.cpu_s, least.peak_mb, ours.asked))
            starts["bare"] = bare(folder, env, ours.said[:1], CONCURRENCY)
            for peer in PEERS:
                found[peer].append(peer_line(peer, folder, env, CONVERSATIONS))
    print(f"{CONVERSATIONS} × {TURNS} turns, {CONCURRENCY} at once, {LATENCY_MS} ms model, {LATENCY_MS} ms product")
    print(f"{'':<12}{'wall s':>8}{'/ limit':>9}{'CPU ms/turn':>13}{'peak MB':>10}{'LLM calls':>11}")
    for each, lines in found.items():
        shown(each, lines, starts[each], median(limits))


if __name__ == "__main__":
    main()
