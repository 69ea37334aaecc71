"""A run that stops by itself: what it was to show, how far it is, and the rate that may be quoted of it.

Conversations that fail tend to take long, so those that have ended at any moment fail less often than those begun. Counted is
only the beginning of the plan up to the first one that is still missing: typical users of the headline's kind, each with all
its repeats. Stopping there is decided in plan order, conversation by conversation, so that how fast they end plays no part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from prebeta.analysis.outcome import EXCLUDED
from prebeta.analysis.sequential import Answer, Until, answered, bounds, mean
from prebeta.core.results import Assessment, Row, Run


class Beginning:
    """The outcomes of a run's typical users from the first on, as far as none is missing.

    `outcomes` is what each came to that counts: 1.0 failed, 0.0 not, a share of its repeats between; None where none of them
    was valid. `reached_at` is after how many of them what was wanted was known; `valid` and `failed` count their conversations.
    """

    def __init__(self, run: Run, until: Until) -> None:
        self.until = until
        self.reached_at: int | None = None
        self.outcomes: list[float | None] = []
        self.valid = self.failed = 0
        self._run, self._step = run, 2 if run.sample == "mixed" else 1
        self._scenarios = run.conversations // run.repeats
        self._waiting: dict[int, list[Assessment]] = {}
        self._counts: Counter[float] = Counter()

    def concerns(self, policy: str, sample: str) -> bool:
        """Whether such a conversation counts."""
        return policy == self._run.users[0] and sample == "census"

    def add(self, position: int, assessment: Assessment, *, decide: bool = True) -> None:
        """One more conversation that concerns the rate, with its place in the plan. With `decide` it is looked after each
        outcome whether it is enough."""
        number = position % self._scenarios // self._step
        self._waiting.setdefault(number, []).append(assessment)
        while len(self._waiting.get(len(self.outcomes), ())) >= self._run.repeats:
            valid = [one.failed for one in self._waiting.pop(len(self.outcomes)) if one.outcome not in EXCLUDED]
            outcome = sum(valid) / len(valid) if valid else None
            self.outcomes.append(outcome)
            self.valid, self.failed = self.valid + len(valid), self.failed + sum(valid)
            if outcome is None:
                continue
            self._counts[outcome] += 1
            if decide and self.reached_at is None and answered(self.until, self._counts) is not None:
                self.reached_at = len(self.outcomes)

    def counts(self, first: int | None = None) -> Counter[float]:
        """How often each outcome was seen among the first so many, else among all."""
        return Counter(one for one in self.outcomes[:first] if one is not None)


@dataclass(frozen=True, slots=True)
class Standing:
    """How far a run is with what it was to show.

    `answer` is None where it isn't known yet, "no" where a claim was refuted. `rate` is of the `counted` typical users, None
    where there are none, `valid` and `failed` are their conversations; `interval` holds whenever one stops. Of all users of
    the headline `held` conversations were held, typical
    and probing ones, and `saved` of those planned never begun because enough was known.
    """

    until: Until
    answer: Answer | None
    counted: int
    valid: int
    failed: int
    rate: float | None
    interval: tuple[float, float]
    held: int
    saved: int

    @property
    def reached(self) -> bool:
        return self.answer is not None


def until_of(run: Run) -> Until | None:
    """What a run is to show before it stops; None where it goes on to its end."""
    told = (run.project or {}).get("until")
    return None if told is None else Until.parse(told["wanted"])


def beginning(run: Run, until: Until, rows: Iterable[Row], *, decide: bool = True) -> Beginning:
    """The beginning of a run's plan as its rows show it."""
    found = Beginning(run, until)
    for row in sorted(rows, key=lambda row: row.position):
        if found.concerns(row.policy, row.sample):
            found.add(row.position, row.assessment, decide=decide)
    return found


def standing(run: Run, rows: Sequence[Row]) -> Standing | None:
    """How far a run is, from the rows of the headline's users; None for one that was not to stop by itself.

    Conversations that were under way when enough was known are counted too. The interval is what is left by both, the one at
    that moment and the one of now: both hold.
    """
    until = until_of(run)
    if until is None:
        return None
    told = run.project["until"]
    found = beginning(run, until, rows, decide=False)
    counts = found.counts()
    low, high = bounds(until, counts)
    answer = answered(until, counts)
    at = told.get("reached_at")
    if at is not None and at <= len(found.outcomes):
        then = found.counts(at)
        answer = answered(until, then)
        low_then, high_then = bounds(until, then)
        if max(low, low_then) <= min(high, high_then):
            low, high = max(low, low_then), min(high, high_then)
    saved = run.conversations - len(rows) if answer else 0
    return Standing(
        until=until,
        answer=answer,
        counted=sum(counts.values()),
        valid=found.valid,
        failed=found.failed,
        rate=mean(counts),
        interval=(low, high),
        held=len(rows),
        saved=saved,
    )


def to_json(found: Standing, seconds: float, cost_usd: float) -> dict[str, Any]:
    """The key `until` of a summary. What was saved in time and USD is what the held ones took, on average."""
    share = found.saved / found.held if found.held else 0.0
    return {
        "wanted": str(found.until),
        "reached": found.reached,
        "answer": found.answer,
        "held": found.held,
        "saved": found.saved,
        "saved_seconds": round(seconds * share, 3),
        "saved_usd": round(cost_usd * share, 6),
        "counted": found.counted,
        "valid": found.valid,
        "failed": found.failed,
        "rate": found.rate,
        "interval": list(found.interval),
    }
