"""Measures how well prebeta finds planted faults, and writes docs/quality.md. Run it: make quality (half an hour).

`--n`, `--seeds` and `--curve-seeds` make it shorter; the page says what it was made with.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import comparing
import likeness
import pinpoint
import real
from scorecard import (
    PRODUCTS,
    Clean,
    Score,
    Together,
    Wanted,
    all_faults,
    clean,
    first_found,
    hold,
    mean,
    score,
    together,
)

PAGE = Path(__file__).parents[2] / "docs" / "quality.md"
POINTS = (25, 50, 100, 200, 300, 400, 500)
FEW = (15, 50)
SAMPLES = ("hunt", "census")
GOALS = {"found": 0.95, "right": 0.90, "exact": 0.80, "near": 0.92, "alarms": 0.02, "together": 0.85, "lift": 1.5}
TWO_WAYS = 2
RARE = 0.02


@dataclass(frozen=True)
class Size:
    """How much is measured: conversations of each run, seeds of hunt against census, seeds of the whole curve."""

    n: int
    seeds: int
    curve_seeds: int


@dataclass(frozen=True)
class Race:
    """First sight of each fault: (sample, seed, product, fault) to the number of the conversation, None where never."""

    first: Mapping[tuple[str, int, str, str], int | None]

    def only(self, faults: Sequence[tuple[str, str]]) -> Race:
        """Of these (product, fault) pairs."""
        return Race({key: at for key, at in self.first.items() if key[2:] in faults})

    def found(self, sample: str, n: int, seeds: Sequence[int]) -> float:
        """Faults found within n conversations, mean over these seeds."""
        return mean(
            sum(
                at is not None and at <= n
                for (kind, one, *_), at in self.first.items()
                if (kind, one) == (sample, seed)
            )
            for seed in seeds
        )


def first_sight(wanted: Wanted) -> int | None:
    """Of a run with one fault on: when it was found first. A shorter run is the beginning of a longer one, and mostly
    enough."""
    (fault,) = wanted.faults
    kind = PRODUCTS[wanted.product].faults[fault].kind
    for n in (*(few for few in FEW if few < wanted.n), wanted.n):
        found = first_found(fault, kind, hold(replace(wanted, n=n)))
        if found is not None:
            return found
    return None


def race(pool: ProcessPoolExecutor, size: Size) -> Race:
    """Hunt against census on the faults that need two or more things to come together."""
    pairs = all_faults(lambda planted: planted.ways >= TWO_WAYS)
    keys, runs = [], []
    for seed in range(1, size.seeds + 1):
        n = max(POINTS) if seed <= size.curve_seeds else 100
        for sample in SAMPLES:
            for product, fault in pairs:
                keys.append((sample, seed, product, fault))
                runs.append(Wanted(product, (fault,), n, seed, sample))
    return Race(dict(zip(keys, pool.map(first_sight, runs, chunksize=2), strict=True)))


def scores(pool: ProcessPoolExecutor, n: int) -> list[Score]:
    """Each fault alone."""
    pairs = all_faults()
    runs = pool.map(hold, [Wanted(product, (fault,), n) for product, fault in pairs])
    return [score(product, fault, seen) for (product, fault), seen in zip(pairs, runs, strict=True)]


def wholes(pool: ProcessPoolExecutor, n: int) -> tuple[list[Clean], dict[str, list[Together]]]:
    """Products without faults, and with all of them."""
    bare = pool.map(hold, [Wanted(name, (), n) for name in PRODUCTS])
    full = pool.map(hold, [Wanted(name, tuple(product.faults), n) for name, product in PRODUCTS.items()])
    cleans = [clean(name, seen) for name, seen in zip(PRODUCTS, bare, strict=True)]
    return cleans, {name: together(name, seen) for name, seen in zip(PRODUCTS, full, strict=True)}


def percent(share: float) -> str:
    return f"{share:.1%}".replace(".0%", "%")


def line(what: str, goal: str, value: str, good: bool) -> str:
    return f"| {what} | {goal} | {value} | {'yes' if good else '**no**'} |"


def summary(found: Sequence[Score], cleans: Sequence[Clean], all_on: Mapping[str, Sequence[Together]]) -> list[str]:
    """The goals beside what was measured."""
    seen = mean(one.found for one in found)
    rows = [line("faults found, each alone", "≥ 95 %", percent(seen), seen >= GOALS["found"])]
    for name, words, goal in (
        ("right", "kind right", "≥ 90 %"),
        ("exact", "decisive turn exact", "≥ 80 %"),
        ("near", "decisive turn ±1", "≥ 92 %"),
    ):
        value = mean(one.share(name) for one in found)
        rows.append(line(f"{words}, mean over faults", goal, percent(value), value >= GOALS[name]))
    for words, counted in (
        ("failed", [one.failed for one in cleans]),
        ("flawed", [one.flawed for one in cleans]),
        ("SIM_FAULT and the like", [one.ours for one in cleans]),
    ):
        worst = max(count / one.n for count, one in zip(counted, cleans, strict=True))
        rows.append(line(f"clean products: {words}, the worst", "≤ 2 %", percent(worst), worst <= GOALS["alarms"]))
    for words, counts in (
        ("all faults at once: named by a finding, the worst", lambda one: one.found),
        ("all faults at once: named by any verdict, the worst", lambda one: one.said),
    ):
        worst = min(mean(counts(one) for one in faults if one.hit) for faults in all_on.values())
        rows.append(line(f"{words} (of those that showed)", "≥ 85 %", percent(worst), worst >= GOALS["together"]))
    return ["| | goal | measured | reached |", "|---|---|---|---|", *rows]


def score_table(found: Sequence[Score]) -> list[str]:
    head = [
        "| product | fault | kind | ways | ran into it | found | kind right | turn exact | ±1 | not placed | false alarms |",
        "|---|---|---|---|---|---|---|---|---|---|---|",
    ]
    return head + [
        f"| {one.product} | {one.fault} | {one.kind} | {one.ways} | {one.hit} | {'yes' if one.found else '**no**'} | "
        f"{one.share('right'):.0%} | {one.share('exact'):.0%} | {one.share('near'):.0%} | {one.unplaced} | "
        f"{one.alarms} of {one.rest} |"
        for one in found
    ]


def together_table(all_on: Mapping[str, Sequence[Together]]) -> list[str]:
    rows = []
    for name, faults in all_on.items():
        missed = ", ".join(one.fault for one in faults if one.hit and not one.found) or "none"
        never = ", ".join(one.fault for one in faults if not one.hit) or "none"
        counts = f"{len(faults)} | {sum(one.found for one in faults)} | {sum(one.said for one in faults)}"
        rows.append(f"| {name} | {counts} | {missed} | {never} |")
    head = "| product | faults | found | named by any verdict | missed | never showed |"
    return [head, "|---|---|---|---|---|---|", *rows]


def kind_table(found: Sequence[Score]) -> list[str]:
    kinds = sorted({one.kind for one in found})
    rows = []
    for kind in kinds:
        of_kind = [one for one in found if one.kind == kind]
        means = " | ".join(f"{mean(one.share(name) for one in of_kind):.0%}" for name in ("right", "exact", "near"))
        rows.append(f"| {kind} | {len(of_kind)} | {sum(one.found for one in of_kind)} | {means} |")
    return ["| kind | faults | found | kind right | turn exact | ±1 |", "|---|---|---|---|---|---|", *rows]


def race_table(raced: Race, size: Size, rare: Sequence[tuple[str, str]]) -> list[str]:
    """Hunt of 100 against census of 100, and the curve; `rare` faults also by themselves."""
    groups = [
        (words, all_faults(lambda planted, ways=ways: planted.ways in ways))
        for words, ways in (("2 or 3 things", (2, 3)), ("2 things", (2,)), ("3 things", (3,)))
    ]
    groups.append((f"2 or 3, met in under {RARE:.0%} of the mixed run above", rare))
    every, few = range(1, size.seeds + 1), range(1, size.curve_seeds + 1)
    rows = [
        f"Faults found by 100 conversations, mean of {size.seeds} seeds (goal: hunt at least 1.5 times census):",
        "",
        "| what must come together | faults | hunt | census | hunt / census | reached |",
        "|---|---|---|---|---|---|",
    ]
    for words, faults in groups:
        hunt, census = (raced.only(faults).found(sample, 100, every) for sample in SAMPLES)
        lift = hunt / census if census else float("inf")
        good = "yes" if lift >= GOALS["lift"] else "**no**"
        rows.append(f"| {words} | {len(faults)} | {hunt:.1f} | {census:.1f} | {lift:.2f} | {good} |")
    rows += [
        "",
        f"Found within so many conversations, mean of {size.curve_seeds} seeds:",
        "",
        "| conversations | " + " | ".join(map(str, POINTS)) + " |",
        "|---" * (len(POINTS) + 1) + "|",
    ]
    for sample in SAMPLES:
        cells = " | ".join(f"{raced.found(sample, n, few):.1f}" for n in POINTS)
        rows.append(f"| {sample} | {cells} |")
    return rows


def page(size: Size, pool: ProcessPoolExecutor) -> str:
    found = scores(pool, size.n)
    cleans, all_on = wholes(pool, size.n)
    raced = race(pool, size)
    rare = [(one.product, one.fault) for one in found if one.ways >= TWO_WAYS and one.hit < RARE * one.n]
    parts = [
        "# How well prebeta finds what is broken",
        "",
        f"Written by `make quality`: three products with {len(found)} planted faults, {size.n} conversations a run, "
        "mixed sample, seed 1. The faults are listed in `tests/products/`; each notes by itself in which conversation "
        "and turn it showed. A conversation counts as found where its primary verdict has the fault's kind; turns are "
        "counted over both sides, from 0. Conversations that ended as our own fault count as missed.",
        "",
        *summary(found, cleans, all_on),
        "",
        "## By kind",
        "",
        *kind_table(found),
        "",
        "## Each fault alone",
        "",
        "*ways*: how many things must come together. *not placed*: ended as SIM_FAULT or the like after running into it.",
        "",
        *score_table(found),
        "",
        "## Clean products",
        "",
        "| product | conversations | failed | flawed | SIM_FAULT and the like |",
        "|---|---|---|---|---|",
        *(f"| {one.product} | {one.n} | {one.failed} | {one.flawed} | {one.ours} |" for one in cleans),
        "",
        "## All faults of a product at once",
        "",
        "One fault can keep another from showing, and a conversation counts for its primary verdict, the earliest.",
        "",
        *together_table(all_on),
        "",
        "## Probing users against typical ones",
        "",
        *race_table(raced, size, rare),
        "",
        "## Pinpointing",
        "",
        *pinpoint.section(range(1, size.curve_seeds + 1), size.n),
        "",
        "## Comparing",
        "",
        *comparing.section(),
        "",
        "## How the users write",
        "",
        *likeness.section(),
        "",
        "## On real conversations",
        "",
        *real.section(),
    ]
    return "\n".join(parts) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--n", type=int, default=500)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--curve-seeds", type=int, default=5)
    parser.add_argument("--out", type=Path, default=PAGE)
    told = parser.parse_args()
    with ProcessPoolExecutor(os.cpu_count()) as pool:
        text = page(Size(told.n, told.seeds, told.curve_seeds), pool)
    told.out.write_text(text)
    print(f"wrote {told.out}")


if __name__ == "__main__":
    main()
