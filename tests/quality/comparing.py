"""How often comparing cries wolf, and how often its interval holds the truth: runs simulated from known products.

A scenario has a chance to fail, drawn from a beta distribution: `rate` is its mean, `phi` the correlation of two conversations of
one scenario (0: each time anew; 1: the scenario decides). The same product twice is A/A; else the second one's chances are
those of another rate at the same quantiles.
"""

from __future__ import annotations

import gzip
import importlib
import itertools
import json
import random
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import beta
from scorecard import PRODUCTS, mean

import prebeta
from prebeta.analysis.comparing import Comparison, Side, compare
from prebeta.analysis.comparing.contrast import Cluster, Contrast, paired, unpaired
from prebeta.cli.demo import project_of
from prebeta.demo.faults import FAULTS, RELEASES
from prebeta.report.comparison import headline
from prebeta.runner.comparing import side_of
from prebeta.runner.importing import ImportOptions, import_file
from prebeta.store import Store

RATES = (0.0, 0.01, 0.05, 0.27, 0.5, 0.81, 0.99, 1.0)
PHIS = (0.0, 0.4, 0.9, 1.0)
SIZES = (6, 10, 20, 40, 100, 250)
REPEATS = ((1, 1), (3, 3), (1, 3), (5, 5), (2, 5))
CHANGES = ((0.27, 0.25), (0.81, 0.27), (0.05, 0.01), (0.2, 0.0), (1.0, 0.9), (0.5, 0.3))


@dataclass(frozen=True)
class Setting:
    rate: float
    other: float
    phi: float
    n: int
    repeats: tuple[int, int] = (1, 1)
    pairs: bool = True

    @property
    def change(self) -> float:
        return self.other - self.rate


@dataclass(frozen=True)
class Tally:
    """Of so many comparisons: how many found a change, how many in the right direction, how many intervals hold the truth."""

    times: int = 0
    found: int = 0
    right: int = 0
    held: int = 0

    def plus(self, other: Tally) -> Tally:
        return Tally(
            self.times + other.times, self.found + other.found, self.right + other.right, self.held + other.held
        )


def chances(rate: float, phi: float, quantiles: np.ndarray) -> np.ndarray:
    """Each scenario's chance to fail."""
    if phi <= 0 or rate in (0.0, 1.0):
        return np.full(len(quantiles), rate)
    if phi >= 1:
        return (quantiles > 1 - rate).astype(float)
    spread = (1 - phi) / phi
    return np.asarray(beta.ppf(quantiles, rate * spread, (1 - rate) * spread))


def contrasts(setting: Setting, times: int, seed: int) -> Iterator[Contrast]:
    rng = np.random.default_rng(seed)
    k_a, k_b = setting.repeats
    for _ in range(times):
        quantiles = rng.random(setting.n)
        others = quantiles if setting.pairs else rng.random(setting.n)
        one = rng.binomial(k_a, chances(setting.rate, setting.phi, quantiles))
        two = rng.binomial(k_b, chances(setting.other, setting.phi, others))
        before, after = [(int(hits), k_a) for hits in one], [(int(hits), k_b) for hits in two]
        if setting.pairs:
            yield paired([Cluster(x, y) for x, y in zip(before, after, strict=True)])
        else:
            yield unpaired(before, after)


def tally(setting: Setting, times: int, seed: int = 1) -> Tally:
    found = right = held = 0
    for one in contrasts(setting, times, seed):
        low, high = one.interval
        found += one.sure
        right += one.sure and (one.difference or 0.0) * setting.change > 0
        held += low - 1e-12 <= setting.change <= high + 1e-12
    return Tally(times, found, right, held)


def same(sizes: Sequence[int] = SIZES, repeats: Sequence[tuple[int, int]] = REPEATS) -> Iterator[Setting]:
    """The same product twice."""
    for rate in RATES:
        for phi in PHIS:
            if rate in (0.0, 1.0) and phi:
                continue
            yield from (Setting(rate, rate, phi, n, k) for n in sizes for k in repeats)


def changed(sizes: Sequence[int] = SIZES, repeats: Sequence[tuple[int, int]] = REPEATS) -> Iterator[Setting]:
    for rate, other in CHANGES:
        for phi in PHIS:
            yield from (Setting(rate, other, phi, n, k) for n in sizes for k in repeats)


def seeded(setting: Setting) -> int:
    return random.Random(repr(setting)).randrange(2**32)


# --- a product that is not the same each time --------------------------------------------------------------------

MOODY = ("prague_is_refused", "questions_take_it_down", "spanish_for_questions", "odd_dates_unheard")


def moody_runs(times: int, n: int, faults: Sequence[str], seed: int = 1) -> Iterator[Side]:
    """The same users sent again and again to the hotel assistant, whose wording, order of questions and half of whose mistakes
    are drawn anew for each conversation."""
    product = PRODUCTS["stays"]
    maker: Any = product.make(faults, {})
    stay: Any = importlib.import_module("stay_desk").Stay
    for number in range(times):
        numbers = itertools.count(number * 1_000_000)

        class Moody(maker):  # type: ignore[misc]
            def __init__(self, session: str, numbers: Iterator[int] = numbers) -> None:
                super().__init__(session)
                self.stay = stay(next(numbers), faults)

        with tempfile.TemporaryDirectory() as folder:
            store = Path(folder) / "moody.db"
            result = prebeta.run(product.project(Moody), None, None, store, n=n, seed=seed, sample="census")
            yield Side(result.run, result.rows)


def alarms(sides: Sequence[Side]) -> tuple[int, int, int]:
    """Of all pairs of runs of one product: how many there are, how many are called better or worse, and in how many a
    finding is called fixed or new."""
    found = [compare(one, other) for one, other in itertools.combinations(sides, 2)]
    return (
        len(found),
        sum(one.conclusion != "cannot tell" for one in found),
        sum(bool(one.fixed or one.new) for one in found),
    )


# --- logs of an agent that was run again and again ----------------------------------------------------------------

AGENT_SIM = Path(__file__).parents[3] / "shared" / "data" / "agent_sim.jsonl.gz"
_TRIAL = re.compile(r"_\d+trial\.json$")


def logged_runs(folder: Path) -> dict[str, list[Side]]:
    """tau-bench's and tau2-bench's runs, each imported as a run of its own: agent -> its runs.

    An agent is one product: model, prompt and domain. A file of tau2-bench is one run; its trials differ in nothing but
    chance.
    """
    by_run: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for line in gzip.decompress(AGENT_SIM.read_bytes()).decode().splitlines():
        row = json.loads(line)
        labels = row["labels"]
        name = f"{labels.get('run') or ''} {labels['trial']}"
        agent = _TRIAL.sub("", labels.get("run") or "") or f"{row['source']} {row['domain']}"
        by_run[agent, name].append(row)
    agents: dict[str, list[Side]] = defaultdict(list)
    for (agent, _), rows in sorted(by_run.items()):
        agents[agent].append(imported(rows, folder))
    return agents


def imported(rows: Sequence[Mapping[str, Any]], folder: Path) -> Side:
    file, store = folder / "rows.jsonl", folder / "imported.db"
    file.write_text("".join(f"{json.dumps(row)}\n" for row in rows))
    run = import_file(file, None, ImportOptions(), store).result.run
    with Store.open(store, create=False) as kept:
        return side_of(kept, run.id)


# --- the demo's releases ------------------------------------------------------------------------------------------

STORY = (("1", "2", "better"), ("2", "3", "cannot tell"), ("3", "4", "better"), ("4", "2", "worse"))
FEW_PAIRS = 40


@dataclass(frozen=True)
class Demo:
    """The demo's four releases with one seed: what each step of the story came to, the first number of pairs from which on
    1 → 2 is called better, and which kinds of release 2's faults 4 → 2 names new."""

    seed: int
    found: Mapping[tuple[str, str], Comparison]
    enough: int | None
    planted: frozenset[str]

    @property
    def right(self) -> bool:
        return all(self.found[one, other].conclusion == said for one, other, said in STORY)

    @property
    def missed(self) -> set[str]:
        return set(self.planted) - {shift.finding.kind for shift in self.found["4", "2"].new}


def demo(seed: int, n: int = 500) -> Demo:
    with tempfile.TemporaryDirectory() as folder:
        sides = {}
        for release in RELEASES:
            store = Path(folder) / "demo.db"
            result = prebeta.run(project_of(release), None, None, store, n=n, seed=seed, release=str(release))
            sides[str(release)] = Side(result.run, result.rows)
    found = {(one, other): compare(sides[one], sides[other]) for one, other, _ in STORY}
    firsts = [
        count for count in range(1, FEW_PAIRS + 1)
        if compare(_first(sides["1"], count), _first(sides["2"], count)).conclusion == "better"
    ]  # fmt: skip
    steady = [count for count in firsts if set(range(count, FEW_PAIRS + 1)) <= set(firsts)]
    planted = frozenset(FAULTS[name].card.kind for name in RELEASES[2])
    return Demo(seed, found, min(steady, default=None), planted)


def _first(side: Side, pairs: int) -> Side:
    typical = [row for row in side.mine if row.sample == "census"]
    return Side(side.run, tuple(typical[:pairs]))


# --- the page -----------------------------------------------------------------------------------------------------

_TIMES = 2_000
_SOME = ((1, 1), (3, 3), (1, 3))
_FEW_SIZES = (10, 40, 100)
_MOODY_RUNS, _MOODY_USERS = 40, 20


def section() -> list[str]:
    """The lines of docs/quality.md about comparing."""
    unchanged = [(one, tally(one, _TIMES, seeded(one))) for one in same(_FEW_SIZES, _SOME)]
    unchanged += [
        (one, tally(one, _TIMES, seeded(one)))
        for one in (Setting(rate, rate, 0.4, n, pairs=False) for rate in RATES for n in _FEW_SIZES)
    ]
    moved = [(one, tally(one, _TIMES, seeded(one))) for one in changed(_FEW_SIZES, _SOME)]
    return [
        "What is simulated: scenarios with a chance to fail of their own (beta; phi is the correlation of two conversations of one"
        f" scenario), {', '.join(map(str, _FEW_SIZES))} scenarios, held once or three times on either side, {_TIMES:,} comparisons a"
        " setting, extremes of 0 % and 100 % among them.",
        "",
        "| | goal | measured |",
        "|---|---|---|",
        *_simulated(unchanged, moved),
        *_moody(),
        *_agents(),
        "",
        "The demo's releases, 500 conversations each:",
        "",
        "| seed | 1 → 2 | 2 → 3 | 3 → 4 | 4 → 2 | pairs that were enough for 1 → 2 | kinds planted in release 2 that 4 → 2 doesn't call new |",
        "|---|---|---|---|---|---|---|",
        *(_demo_line(demo(seed)) for seed in range(1, 6)),
    ]


def _simulated(unchanged: Sequence[tuple[Setting, Tally]], moved: Sequence[tuple[Setting, Tally]]) -> list[str]:
    false = [one.found / one.times for _, one in unchanged]
    held = [one.held / one.times for _, one in (*unchanged, *moved)]
    wrong = [(one.found - one.right) / one.times for _, one in moved]
    short = sum(one < 0.94 for one in held)
    return [
        f"| the same product twice: called better or worse, mean of {len(false)} settings (the worst) | ≤ 5 % |"
        f" {_percent(mean(false))} ({_percent(max(false))}) |",
        f"| the interval holds the true difference, mean of {len(held)} settings (the worst) | ≥ 94 % |"
        f" {_percent(mean(held))} ({_percent(min(held))}; {short} settings below 94 %) |",
        f"| called better where it is worse or the other way round, the worst setting | | {_percent(max(wrong))} |",
    ]


def _moody() -> list[str]:
    times, wrong, findings = alarms(list(moody_runs(_MOODY_RUNS, _MOODY_USERS, MOODY)))
    what = f"a product with chance in it, {_MOODY_RUNS} runs of {_MOODY_USERS} users, all {times} pairs"
    return [
        f"| {what}: better or worse | ≤ 5 % | {_percent(wrong / times)} |",
        f"| the same: a finding called fixed or new | ≤ 5 % | {_percent(findings / times)} |",
    ]


def _agents() -> list[str]:
    if not AGENT_SIM.exists():
        return [
            "| agents of tau-bench and tau2-bench, imported run by run | ≤ 5 % | not measured: the data isn't there |"
        ]
    with tempfile.TemporaryDirectory() as folder:
        agents = logged_runs(Path(folder))
    counts = [alarms(sides) for sides in agents.values() if len(sides) > 1]
    pairs, wrong, findings = (sum(each) for each in zip(*counts, strict=True))
    return [
        f"| {len(counts)} agents of tau-bench and tau2-bench, each run several times, all {pairs} pairs: better or worse | ≤ 5 % |"
        f" {_percent(wrong / pairs)} |",
        f"| the same: a finding called fixed or new | ≤ 5 % | {_percent(findings / pairs)} |",
    ]


def _demo_line(one: Demo) -> str:
    cells = []
    for first, second, said in STORY:
        found = one.found[first, second]
        needed = f", needs {found.pairs_needed:,} pairs" if said == "cannot tell" and found.pairs_needed else ""
        cells.append(f"{found.conclusion} ({headline(found).split('difference ')[1].rsplit(', ', 1)[0]}{needed})")
    return f"| {one.seed} | {' | '.join(cells)} | {one.enough} | {', '.join(sorted(one.missed)) or 'none'} |"


def _percent(share: float) -> str:
    return f"{share * 100:.1f} %"
