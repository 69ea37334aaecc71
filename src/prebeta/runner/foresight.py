"""What is known before a run: from earlier runs of the store, else from the project's goals. Nothing is sent."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prebeta.analysis import comparing
from prebeta.analysis.flakiness import flakiness
from prebeta.analysis.outcome import EXCLUDED
from prebeta.analysis.sequential import Until, fewest, likely
from prebeta.analysis.summary import summarise
from prebeta.config import Project
from prebeta.core.results import Row, Run
from prebeta.core.types import IMPORTED, Job, Limits
from prebeta.runner.options import RunOptions
from prebeta.runner.plan import Plan
from prebeta.runner.record import Earlier, new_run
from prebeta.store import Store

_TOKENS_READ, _TOKENS_WRITTEN = 600, 40
"""Of one message that an LLM words, roughly: taken where no earlier run tells the cost."""
_EARLIER = 10
"""So many runs are looked through for one that pairs with the latest."""


@dataclass(frozen=True, slots=True)
class Known:
    """What a run tells of the next: its failure rate (0 to 1), and of each conversation of its headline's users the user turns,
    LLM calls, USD and seconds of the run's own time.

    `correlation` is that of a user's two outcomes, from the repeats of this run or from it and the run `with_run`.
    """

    run: str
    concurrency: int
    rate: float | None
    typical: int
    turns: float
    calls: float
    usd: float
    seconds: float
    correlation: float | None = None
    with_run: str | None = None


@dataclass(frozen=True, slots=True)
class Foreseen:
    """What a run would take. None where nothing tells it. `known` is the earlier run it is estimated from."""

    run: Run
    jobs: tuple[Job, ...]
    concurrency: int
    turns: int
    setup_calls: int
    model_calls: int
    usd: float | None
    seconds: float | None
    known: Known | None
    until: Until | None

    @property
    def product_calls(self) -> int:
        """Turns the product is asked for: the first and an answer to each of the user's, and the check before the run."""
        return self.turns + len(self.jobs) + 1

    def to_json(self) -> dict[str, Any]:
        samples = Counter(job.scenario.sample for job in self.jobs)
        return {
            "dry_run": True,
            "seed": self.run.seed,
            "sample": self.run.sample,
            "conversations": len(self.jobs),
            "samples": {name: samples[name] for name in ("census", "hunt")},
            "users": dict(Counter(job.policy for job in self.jobs)),
            "turns": self.turns,
            "product_calls": self.product_calls,
            "setup_calls": self.setup_calls,
            "model_calls": self.model_calls,
            "cost_usd": None if self.usd is None else round(self.usd, 6),
            "seconds": None if self.seconds is None else round(self.seconds, 3),
            "concurrency": self.concurrency,
            "estimated_from": None if self.known is None else self.known.run,
            "until": None if self.until is None else self._until_json(self.until),
        }

    def _until_json(self, until: Until) -> dict[str, Any]:
        rate = None if self.known is None else self.known.rate
        expected = None if rate is None else likely(until, rate)
        return {"wanted": str(until), "fewest": fewest(until), "expected": expected, "rate": rate}


def known_of(store: Store, name: str | None = None) -> Known | None:
    """What a run of the store tells of the next: the one named, else the latest that was held and has conversations."""
    runs = [store.run(name)] if name is not None else list(reversed(store.runs()))
    for place, run in enumerate(runs):
        if "imported" in (run.project or {}):
            continue
        rows = store.rows(run.id)
        mine = [row for row in rows if row.policy == run.users[0]]
        if mine:
            earlier = runs[place + 1 :] if name is None else store.runs()
            return _known(store, run, rows, [one for one in earlier if one.id != run.id][:_EARLIER])
    return None


def foresee(project: Project, options: RunOptions, place: Store | str | Path) -> Foreseen:
    """What a run of these options would take. Raises UsageError for what would be refused."""
    known, earlier = _remembered(place, options)
    run = new_run(project, options, earlier)
    plan = Plan.of(project, run)
    speaks = plan.models is not None
    turns = round(len(plan.jobs) * known.turns) if known is not None else sum(map(_turns_of, plan.jobs))
    until = None if options.until is None else Until.parse(options.until)
    setup = project.setup
    each = 0 if setup is None else sum(call is not None for call in (setup.function, setup.before, setup.after))
    calls = 0
    if speaks:
        calls = round(len(plan.jobs) * known.calls) if known is not None and known.calls else turns
    return Foreseen(
        run=run,
        jobs=plan.jobs,
        concurrency=plan.limits.concurrency,
        turns=turns,
        setup_calls=each * len(plan.jobs),
        model_calls=calls,
        usd=_usd(project, calls, len(plan.jobs), known) if speaks else 0.0,
        seconds=_seconds(len(plan.jobs), plan.limits.concurrency, known),
        known=known,
        until=until,
    )


def _remembered(place: Store | str | Path, options: RunOptions) -> tuple[Known | None, Earlier | None]:
    if not isinstance(place, Store) and not Store.is_there(place):
        return None, None
    store = place if isinstance(place, Store) else Store.open(place, create=False)
    try:
        earlier = None if options.failed_first is None else Earlier.of(store, options.failed_first)
        return known_of(store), earlier
    finally:
        if store is not place:
            store.close()


def _known(store: Store, run: Run, rows: Sequence[Row], earlier: Sequence[Run]) -> Known:
    mine = [row for row in rows if row.policy == run.users[0]]
    summary = summarise(run, rows)
    project = run.project or {}
    limits = (project.get("document") or {}).get("limits") or {}
    typical = sum(row.sample == "census" and row.assessment.outcome not in EXCLUDED for row in mine)
    correlation, with_run = _correlation(store, run, rows, earlier)
    return Known(
        run=run.id,
        concurrency=project.get("concurrency") or limits.get("concurrency") or Limits().concurrency,
        rate=summary["failure_rate"] if typical else None,
        typical=typical,
        turns=summary["turns"] / len(mine),
        calls=summary["model_calls"] / len(rows),
        usd=summary["cost_usd"] / len(rows),
        seconds=run.seconds / len(rows),
        correlation=correlation,
        with_run=with_run,
    )


def _correlation(
    store: Store, run: Run, rows: Sequence[Row], earlier: Sequence[Run]
) -> tuple[float | None, str | None]:
    """How alike a user's two outcomes are: by the run's repeats, else by the latest run that shares its users."""
    mine = [row for row in rows if row.policy == run.users[0] and row.sample == "census"]
    repeated = flakiness(mine)
    if repeated is not None and repeated.phi is not None:
        return repeated.phi, None
    for other in earlier:
        if (other.seed, other.users[0]) != (run.seed, run.users[0]) or run.users[0] == IMPORTED:
            continue
        side = comparing.Side(other, tuple(store.rows(other.id)))
        phi = comparing.compare(side, comparing.Side(run, tuple(rows))).phi
        if phi is not None:
            return phi, other.id
    return None, None


def _turns_of(job: Job) -> int:
    """A user's turns, roughly: what it wants, a fact each, a yes, and what its behaviors add on the way."""
    scenario = job.scenario
    aside = 0 if job.policy == "autopilot" else len(scenario.goal.questions) + len(scenario.behaviors) // 3
    return len(scenario.goal.slots) + 1 + aside


def _usd(project: Project, calls: int, conversations: int, known: Known | None) -> float | None:
    if known is not None and known.calls:
        return known.usd * conversations
    from prebeta.models.prices import price_of

    options = project.models[str(project.voice)]
    own = getattr(options, "price", None)
    if own is not None:
        return calls * (_TOKENS_READ * float(own.tokens_in) + _TOKENS_WRITTEN * float(own.tokens_out)) / 1e6
    price = price_of(str(getattr(options, "model", "")))
    return None if price is None else price.of(_TOKENS_READ * calls, _TOKENS_WRITTEN * calls)


def _seconds(conversations: int, concurrency: int, known: Known | None) -> float | None:
    """As the earlier run went, at another concurrency that much quicker or slower."""
    if known is None:
        return None
    faster = concurrency / known.concurrency
    return conversations * known.seconds / faster
