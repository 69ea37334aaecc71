"""A stored run held against its rules, and against another run of the store where a rule asks for that."""

from __future__ import annotations

from typing import Any

from prebeta.analysis.comparing import compare
from prebeta.analysis.gating import PREVIOUS, Base, Gate, Rules, decide_against, rules_of
from prebeta.analysis.lineage import incomparable, lines
from prebeta.analysis.summary import summarise
from prebeta.config import GateConfig
from prebeta.core.errors import UsageError
from prebeta.core.results import Run
from prebeta.runner.comparing import side_of
from prebeta.store import Store


def declared(gate: GateConfig | None) -> Rules:
    """The rules of a project's `gate:`; none where it has no such section."""
    return Rules() if gate is None else Rules(**gate.model_dump())


def gate(store: Store, name: str, rules: Rules | None = None) -> Gate:
    """What the rules of a run come to, its own unless others are given. The run is named as `Store.run` takes it.

    Raises UsageError where there is no rule, or where what it is to be held against is no other run than itself.
    """
    run = store.run(name)
    rules = rules_of(run) if rules is None else rules
    if not rules.given:
        raise UsageError("there is no rule to hold the run to; give --max-failure-rate 5%, or gate: in prebeta.yaml")
    rows = store.rows(run.id, run.users[0])
    return decide_against(run, rows, rules, _base(store, run, rules.against) if rules.compares else None)


def own_gate(store: Store, run: Run) -> Gate | None:
    """What the rules come to that a run was made with; None where it has none. Raises UsageError as `gate` does."""
    return gate(store, run.id) if rules_of(run).given else None


def summary_with_gate(store: Store, run: Run) -> dict[str, Any]:
    """A run's summary with what all rules of its gate come to, those that hold it against another run too."""
    summary, gated = summarise(run, store.rows(run.id)), own_gate(store, run)
    return summary if gated is None else {**summary, "gate": gated.result}


def _base(store: Store, run: Run, name: str | None) -> Base | None:
    other = base_of(store, run, name or PREVIOUS)
    if other is None:
        return None
    before, after = side_of(store, other.id), side_of(store, run.id)
    return Base(other, before.mine, compare(before, after))


def base_of(store: Store, run: Run, name: str) -> Run | None:
    """The run that a run is held against: `previous`, the whole one before it of the same project whose rate measures the
    same; a release's latest before it; or a run named as `Store.run` takes it. None where there is no such run.

    Raises UsageError where it is the run itself, or the beginning of several ids.
    """
    known = store.runs()
    earlier = known[: next(place for place, each in enumerate(known) if each.id == run.id)]
    if name == PREVIOUS:
        line = next(line for line in lines([*earlier, run]) if run in line)
        return next(
            (each for each in reversed(line[:-1]) if each.state == "done" and incomparable(each, run) is None), None
        )
    if any(each.release == name for each in known):
        return next((each for each in reversed(earlier) if each.release == name), None)
    if not any(each.id.startswith(name) for each in known):
        return None
    found = store.run(name)
    if found.id == run.id:
        raise UsageError(
            f"{name} is the run itself; name another to hold it against: --against RUN (all: prebeta runs)"
        )
    return found
