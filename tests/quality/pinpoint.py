"""How well prebeta pinpoints: findings, decisive turns, shrunk cases and causes, held against what was planted.

All faults of a product are on, as in life; each notes in which turns it showed.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from causes import CAUSES, fits
from scorecard import PRODUCTS, Product, mean

import prebeta
from prebeta.analysis.discovery import expected_new
from prebeta.analysis.findings import group
from prebeta.analysis.grouping import modes
from prebeta.analysis.outcome import EXCLUDED
from prebeta.analysis.spectrum import Feature
from prebeta.core.results import Finding, Row, Symptom
from prebeta.core.types import Transcript
from prebeta.investigate.locate import locate
from prebeta.investigate.replays import Replay, Subject, repeated, shows, user_turns
from prebeta.investigate.shrink import SURE, NotReproduced, Shrunk, shrink
from prebeta.investigate.why import Why, why
from prebeta.runner import Kept
from prebeta.runner.replaying import cases_of, replaying

OFTEN = 3
AFRESH = 10
"""Fresh replays of a shrunk case."""
BEHIND = 0.2
"""A fault is behind a finding if it is in this share of the conversations that are looked into."""
NEAR_MODES = 2
"""The forecast for a run twice as long may be this far off."""


@dataclass(frozen=True)
class Held:
    """A run with all faults of a product on: rows, transcripts by id, and what the product noted of each."""

    project: prebeta.Project
    rows: Sequence[Row]
    transcripts: Mapping[str, Transcript]
    noted: Mapping[str, Sequence[tuple[str, int]]]
    kinds: Mapping[str, str]


def hold_all(name: str, n: int, seed: int, products: Mapping[str, Product] = PRODUCTS) -> Held:
    product, logs = products[name], dict[str, list[dict[str, Any]]]()
    project = product.project(product.make(tuple(product.faults), logs))
    kept: dict[str, Transcript] = {}

    def observe(told: Any) -> None:
        if isinstance(told, Kept):
            kept[told.transcript.id] = told.transcript

    with tempfile.TemporaryDirectory() as folder:
        result = prebeta.run(project, None, observe, Path(folder) / "quality.db", n=n, seed=seed)
    by_conversation = {session.rpartition("-")[0]: log for session, log in logs.items()}
    noted = {row.id: [(one["fault"], one["turn"]) for one in by_conversation.get(row.id, ())] for row in result.rows}
    kinds = {fault: planted.kind for fault, planted in product.faults.items()}
    return Held(project, result.rows, kept, noted, kinds)


def truth(symptom: Symptom, noted: Sequence[tuple[str, int]], kinds: Mapping[str, str]) -> str | None:
    """The fault behind a symptom: that of its kind noted at its turn, else any at its turn, else one of its kind beside or
    before it, else the last before it."""
    ranked = []
    for fault, turn in noted:
        same, gap, before = kinds[fault] == symptom.kind, abs(turn - symptom.turn), turn <= symptom.turn
        signs = (not (gap == 0 and same), gap != 0, not (same and gap <= 1), not (same and before), not before)
        ranked.append((*signs, -turn if before else turn, fault))
    best = min(ranked, default=None)
    return None if best is None or all(best[:5]) else str(best[-1])


def b_cubed(pairs: Sequence[tuple[str, str]]) -> float:
    """F1 of (finding, fault) pairs, one a conversation."""
    findings: dict[str, Counter[str]] = defaultdict(Counter)
    faults: dict[str, Counter[str]] = defaultdict(Counter)
    for finding, fault in pairs:
        findings[finding][fault] += 1
        faults[fault][finding] += 1
    precision = mean(findings[one][other] / findings[one].total() for one, other in pairs)
    recall = mean(faults[other][one] / faults[other].total() for one, other in pairs)
    return 2 * precision * recall / (precision + recall) if pairs else 0.0


@dataclass(frozen=True)
class Grouped:
    """How well findings are the faults: `fired` faults that showed often enough, `have` those of them with a finding."""

    f1: float
    per_fault: float
    fired: int
    have: int
    unexplained: int


def grouped(held: Held) -> Grouped:
    found = group(held.rows)
    by_cell = {cell: finding.id for finding in found for cell in finding.cells}
    pairs, unexplained = [], 0
    have: set[str] = set()
    for row in held.rows:
        for place, symptom in enumerate(row.assessment.symptoms):
            fault = truth(symptom, held.noted[row.id], held.kinds)
            if fault is not None and symptom.cell in by_cell:
                have.add(fault)
            if place == 0:
                unexplained += fault is None
                if fault is not None:
                    pairs.append((by_cell.get(symptom.cell, symptom.cell), fault))
    fired = Counter(fault for noted in held.noted.values() for fault in {fault for fault, _ in noted})
    often = {fault for fault, count in fired.items() if count >= OFTEN}
    primary = len({finding for finding, _ in pairs}) / max(1, len({fault for _, fault in pairs}))
    return Grouped(b_cubed(pairs), primary, len(often), len(often & have), unexplained)


@dataclass(frozen=True)
class Case:
    """What `shrink` made of a finding, None where it did not come again: its user turns up to the failure, the whole
    conversation's, and the share of fresh replays in which it came again."""

    fault: str
    result: Shrunk | None
    users: int = 0
    whole: int = 0
    again: float = 0.0


@dataclass
class Pinned:
    """What `locate`, `shrink` and `why` made of a product's findings; one entry a conversation or finding."""

    turns: list[tuple[str, int, int, int]] = field(default_factory=list)
    """(fault, judged turn, located turn, true turn)"""
    shrunk: list[Case] = field(default_factory=list)
    causes: list[tuple[frozenset[str], Why]] = field(default_factory=list)


def subjects(held: Held, finding: Finding, most: int) -> list[tuple[Subject, str, int]]:
    """Conversations of a finding with the fault behind it and its true turn, the example first."""
    rows = {row.id: row for row in held.rows}
    cells, found = frozenset(finding.cells), []
    for conversation in dict.fromkeys((finding.example[0], *finding.conversations)):
        symptom = next((one for one in rows[conversation].assessment.symptoms if one.cell in cells), None)
        fault = None if symptom is None else truth(symptom, held.noted[conversation], held.kinds)
        if symptom is not None and fault is not None:
            at = symptom.turn
            turns = [turn for name, turn in held.noted[conversation] if name == fault]
            true = min(turns, key=lambda turn: abs(turn - at))
            found.append((Subject(held.transcripts[conversation], symptom, cells), fault, true))
        if len(found) == most:
            break
    return found


async def pinned(held: Held, each: int, verbs: Sequence[str] = ("locate", "shrink", "why")) -> Pinned:
    """Investigate `each` conversations of every finding, and its cause."""
    told = Pinned()
    async with replaying(held.project) as replay:
        for finding in group(held.rows):
            known = subjects(held, finding, each)
            for subject, fault, true in known:
                if "locate" in verbs:
                    located = await locate(subject, replay)
                    told.turns.append((fault, subject.symptom.turn, located.turn, true))
            if known and "shrink" in verbs:
                told.shrunk.append(await _shrunk(known, replay))
            if known and "why" in verbs:
                cases = cases_of(finding, held.rows, held.transcripts.values(), held.project)
                shown = {subject.transcript.id for subject in cases.subjects}
                found = Counter(fault for one, fault, _ in subjects(held, finding, 99) if one.transcript.id in shown)
                behind = frozenset(fault for fault, times in found.items() if times >= BEHIND * found.total())
                told.causes.append((behind, await why(cases, replay)))
    return told


async def _shrunk(known: Sequence[tuple[Subject, str, int]], replay: Replay) -> Case:
    """As `prebeta shrink RUN FINDING` does it, and then held afresh to see whether that is so."""
    try:
        result = await shrink([one for one, _, _ in known], replay)
    except NotReproduced:
        return Case(known[0][1], None)
    fault = next(fault for one, fault, _ in known if one is result.subject)
    held = await repeated(replay, result.script, AFRESH)
    shown = [flaw for one in held if (flaw := shows(one, result.subject.cells)) is not None]
    return Case(fault, result, user_turns(result.example, result.turn), result.of, len(shown) / max(1, len(held)))


def is_true(product: str, faults: frozenset[str], feature: Feature) -> bool:
    """Whether it sets one of the faults off that are behind a finding."""
    return any(fits(feature, CAUSES[product][fault]) for fault in faults)


@dataclass(frozen=True)
class Pinpointed:
    """Shares over conversations (turns, shrunk) and findings (causes). `claimed`: of all cases those that are said to come
    again nearly always, `reproduced`: that do in at least 80 % of fresh replays, `rate` the mean share of these. `short`: one
    message, or at most 40 % of the user's turns; `minimal`: or nothing more can go; `share`: of all turns how many are left."""

    judged: float
    located: float
    claimed: float
    reproduced: float
    rate: float
    few_behaviors: float
    short: float
    minimal: float
    share: float
    most_replays: int
    mean_replays: float
    top_cause: float
    false_cause: float
    conversations: int
    findings: int


def score_pinned(product: str, told: Pinned) -> Pinpointed:
    ok = [(case.result, case.users, case.whole) for case in told.shrunk if case.result is not None]
    tops = [(faults, one.top) for faults, one in told.causes]
    right = [top is not None and is_true(product, faults, top.feature) for faults, top in tops]
    confirmed = [(faults, cause) for faults, one in told.causes for cause in one.causes if cause.verdict == "confirmed"]
    false = [not is_true(product, faults, cause.feature) for faults, cause in confirmed]
    return Pinpointed(
        judged=mean(judged == true for _, judged, _, true in told.turns),
        located=mean(located == true for _, _, located, true in told.turns),
        claimed=mean(case.result is not None and case.result.sure for case in told.shrunk),
        reproduced=mean(case.again >= SURE for case in told.shrunk),
        rate=mean(case.again for case in told.shrunk),
        few_behaviors=mean(len(one.behaviors) <= 2 for one, _, _ in ok),
        short=mean(users <= max(1, 0.4 * whole) for _, users, whole in ok),
        share=sum(users for _, users, _ in ok) / max(1, sum(whole for _, _, whole in ok)),
        minimal=mean(users <= max(1, 0.4 * whole) or one.done for one, users, whole in ok),
        most_replays=max((one.replays for one, _, _ in ok), default=0),
        mean_replays=mean(one.replays for one, _, _ in ok),
        top_cause=mean(right),
        false_cause=mean(false),
        conversations=len(told.turns),
        findings=len(tops),
    )


def doubled(held: Held) -> tuple[float, int]:
    """From the first half of a run: how many modes the whole should have by its forecast, and how many it has."""
    rows = [row for row in held.rows if row.assessment.outcome not in EXCLUDED]
    half = len(rows) // 2
    counts = [len({case.row.id for case in mode.cases}) for mode in modes(rows[:half])]
    return len(counts) + expected_new(counts, half, len(rows) - half), len(modes(rows))


def section(seeds: Sequence[int], n: int = 500, each: int = 4) -> list[str]:
    """The page's part on pinpointing."""
    head = [
        "All faults of a product at once. *comes again*: of all cases, in at least 8 of 10 replays held afresh, beside it those "
        "of which `shrink` says so, and the mean share; *short*: one message, or at most 40 % of the user's turns; *or least*: or "
        "the search was over, so that nothing more could go or be put in one message; *left*: user turns left of all. *top cause* "
        "over findings, *false causes* over those confirmed, by the table in `tests/quality/causes.py`. `stays` has six faults "
        "that strike every second time only, some of them on the way to others.",
        "",
        "| product | faults with a finding, of those shown ≥ 3 times (≥ 90 %) | B-cubed F1 (≥ 0.90) | findings a fault "
        "(≤ 1.3) | turn exact: judged | located (≥ 90 %) | comes again (≥ 80 %) | said to | mean share | ≤ 2 behaviors | short | "
        "or least | left (≤ 40 %) | replays: mean, most (≤ 30) | top cause (≥ 85 %) | false causes (≤ 5 %) |",
        "|" + "---|" * 16,
    ]
    rows, near = [], []
    for name in PRODUCTS:
        for seed in seeds:
            held = hold_all(name, n, seed)
            forecast, found = doubled(held)
            near.append((name, seed, forecast, found))
            if seed == seeds[0]:
                groups, pins = grouped(held), score_pinned(name, asyncio.run(pinned(held, each)))
                rows.append(
                    f"| {name} | {groups.have} of {groups.fired} | {groups.f1:.3f} | {groups.per_fault:.2f} | "
                    f"{pins.judged:.1%} | {pins.located:.1%} | {pins.reproduced:.0%} | {pins.claimed:.0%} | {pins.rate:.0%} | "
                    f"{pins.few_behaviors:.0%} | {pins.short:.0%} | {pins.minimal:.0%} | {pins.share:.0%} | "
                    f"{pins.mean_replays:.0f}, {pins.most_replays} | {pins.top_cause:.0%} | "
                    f"{pins.false_cause:.1%} |"
                )
    close = mean(abs(forecast - found) <= NEAR_MODES for _, _, forecast, found in near)
    told = ", ".join(f"{name} {forecast:.1f} / {found}" for name, _, forecast, found in near)
    return [
        *head,
        *rows,
        "",
        f"Modes that a run of {n} should have by the forecast of its first half, and has: {told}. Within ±{NEAR_MODES} in "
        f"{close:.0%} (goal: ≥ 70 %).",
    ]
